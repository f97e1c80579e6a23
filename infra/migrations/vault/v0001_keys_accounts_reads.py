"""The vault as the first releases made it: keys, search tokens, passwords, sessions, tokens of programs, the ledger of reads."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, UniqueConstraint, inspect, text

revision = "0001"
down_revision = None

NUMBER = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Make what is missing; a vault that is new as a whole has nothing to catch up with."""
    new = not inspect(op.get_bind()).has_table("sessions")
    _keys()
    _accounts()
    _reads()
    op.create_table("steps", Column("name", String, primary_key=True), Column("done_at", String), if_not_exists=True)
    if new:
        op.execute("INSERT INTO steps (name) VALUES ('initials')")


def _keys() -> None:
    op.create_table(
        "secrets",
        Column("name", String, primary_key=True),
        Column("key", LargeBinary, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "keys",
        Column("subject", String, primary_key=True),
        Column("key", LargeBinary),
        Column("destroyed_at", String),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    destroyed = text("destroyed_at IS NOT NULL")
    op.create_index(
        "keys_destroyed",
        "keys",
        ["destroyed_at"],
        sqlite_where=destroyed,
        postgresql_where=destroyed,
        if_not_exists=True,
    )
    op.create_table(
        "tokens",
        Column("token", LargeBinary, primary_key=True),
        Column("person", String, primary_key=True),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )


def _accounts() -> None:
    op.create_table(
        "passwords",
        Column("login", String, primary_key=True),
        Column("hash", String, nullable=False),
        Column("changed_at", String, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "attempts",
        Column("id", String, primary_key=True),
        Column("subject", String, nullable=False),
        Column("at", String, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "sessions",
        Column("digest", LargeBinary, primary_key=True),
        Column("login", String, nullable=False),
        Column("opened_at", String, nullable=False),
        Column("seen_at", String, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "api_tokens",
        Column("digest", LargeBinary, primary_key=True),
        Column("id", String, nullable=False, unique=True),
        Column("login", String, nullable=False),
        Column("name", String, nullable=False),
        Column("made_at", String, nullable=False),
        Column("used_at", String),
        Column("ends_at", String, nullable=False),
        UniqueConstraint("login", "name"),
        if_not_exists=True,
    )
    for table, column in (
        ("attempts", "subject"),
        ("attempts", "at"),
        ("sessions", "login"),
        ("sessions", "seen_at"),
        ("api_tokens", "ends_at"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column], if_not_exists=True)


def _reads() -> None:
    op.create_table(
        "reads",
        Column("id", NUMBER, primary_key=True),
        Column("at", String, nullable=False),
        Column("login", String, nullable=False),
        Column("post", String, nullable=False),
        Column("region", String),
        Column("facility", String),
        Column("purpose", String, nullable=False),
        Column("path", String, nullable=False),
        Column("thing", String),
        Column("origin", String, nullable=False),
        Column("request", String, nullable=False),
        Column("reason", String),
        Column("persons", Integer, nullable=False),
        Column("first", String, nullable=False),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_table(
        "read_persons",
        Column("person", String, primary_key=True),
        Column("read", NUMBER, primary_key=True),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    for name, table, *columns in (
        ("ix_reads_at", "reads", "at"),
        ("ix_reads_region", "reads", "region"),
        ("reads_login", "reads", "login", "id"),
        ("ix_read_persons_read", "read_persons", "read"),
    ):
        op.create_index(name, table, columns, if_not_exists=True)
    named = text("thing IS NOT NULL")
    op.create_index("reads_thing", "reads", ["thing", "id"], sqlite_where=named, if_not_exists=True)
