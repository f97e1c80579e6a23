"""What lies sealed beside the log, as the first releases made it: files of entries, drafts, kept moments."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make what is missing."""
    op.create_table(
        "files",
        Column("digest", String, primary_key=True),
        Column("kind", String, nullable=False),
        Column("size", Integer, nullable=False),
        Column("width", Integer, nullable=False),
        Column("height", Integer, nullable=False),
        Column("kept_until", String),
        Column("content", LargeBinary, nullable=False),
        Column("thumbnail", LargeBinary),
        if_not_exists=True,
    )
    op.create_table(
        "senders",
        Column("digest", String, primary_key=True),
        Column("login", String, primary_key=True),
        Column("at", String, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "drafts",
        Column("id", String, primary_key=True),
        Column("login", String, nullable=False),
        Column("command", String, nullable=False),
        Column("path", String, nullable=False),
        Column("saved_at", String, nullable=False),
        Column("texts", LargeBinary, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "bookmarks",
        Column("id", String, primary_key=True),
        Column("login", String, nullable=False),
        Column("stream", String, nullable=False),
        Column("at", String, nullable=False),
        Column("known", BigInteger, nullable=False),
        Column("made_at", String, nullable=False),
        Column("note", LargeBinary, nullable=False),
        if_not_exists=True,
    )
    for name, table, *columns in (
        ("ix_files_kept_until", "files", "kept_until"),
        ("ix_senders_at", "senders", "at"),
        ("ix_drafts_login", "drafts", "login"),
        ("ix_drafts_saved_at", "drafts", "saved_at"),
        ("bookmarks_of", "bookmarks", "login", "stream"),
    ):
        op.create_index(name, table, columns, if_not_exists=True)
