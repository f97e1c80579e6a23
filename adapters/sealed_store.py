"""What lies beside the log and is sealed under keys of the vault: files of entries, drafts of forms, notes on moments.

It stands apart from the vault, so that neither of the two alone opens anything: `sealed.sqlite3`, or the schema `sealed`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table

from adapters.places import Place

metadata = MetaData()
files = Table(
    "files",
    metadata,
    Column("digest", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("kept_until", String, index=True),
    Column("content", LargeBinary, nullable=False),
    Column("thumbnail", LargeBinary),
)
"""`kept_until` is empty once an event names the file: such a file is never swept."""
senders = Table(
    "senders",
    metadata,
    Column("digest", String, primary_key=True),
    Column("login", String, primary_key=True),
    Column("at", String, nullable=False, index=True),
)
drafts = Table(
    "drafts",
    metadata,
    Column("id", String, primary_key=True),
    Column("login", String, nullable=False, index=True),
    Column("command", String, nullable=False),
    Column("path", String, nullable=False),
    Column("saved_at", String, nullable=False, index=True),
    Column("texts", LargeBinary, nullable=False),
)
bookmarks = Table(
    "bookmarks",
    metadata,
    Column("id", String, primary_key=True),
    Column("login", String, nullable=False),
    Column("stream", String, nullable=False),
    Column("at", String, nullable=False),
    Column("known", BigInteger, nullable=False),
    Column("made_at", String, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Index("bookmarks_of", "login", "stream"),
)

SEALED = Place("sealed", metadata)
