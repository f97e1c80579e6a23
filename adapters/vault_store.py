"""The vault's tables on SQLite and PostgreSQL: keys, search tokens, password hashes, attempts, sessions, API tokens, reads.

It stands apart from the log, so that a copy of the log alone opens nothing. A store that nobody has written to
yet reads as empty and is made ready by the first write; one of an earlier version gets the tables that it lacks
when it is first opened.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Executable,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    RowMapping,
    String,
    Table,
    UniqueConstraint,
    create_engine,
    event,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from adapters.places import Place, Ready
from domain.log import LogUnavailable

metadata = MetaData()
secrets = Table(
    "secrets", metadata, Column("name", String, primary_key=True), Column("key", LargeBinary, nullable=False)
)
keys = Table(
    "keys",
    metadata,
    Column("subject", String, primary_key=True),
    Column("key", LargeBinary),
    Column("destroyed_at", String),
    sqlite_with_rowid=False,
)
Index(
    "keys_destroyed",
    keys.c.destroyed_at,
    sqlite_where=keys.c.destroyed_at.is_not(None),
    postgresql_where=keys.c.destroyed_at.is_not(None),
)
tokens = Table(
    "tokens",
    metadata,
    Column("token", LargeBinary, primary_key=True),
    Column("person", String, primary_key=True),
    sqlite_with_rowid=False,
)
passwords = Table(
    "passwords",
    metadata,
    Column("login", String, primary_key=True),
    Column("hash", String, nullable=False),
    Column("changed_at", String, nullable=False),
)
attempts = Table(
    "attempts",
    metadata,
    Column("id", String, primary_key=True),
    Column("subject", String, nullable=False, index=True),
    Column("at", String, nullable=False, index=True),
)
sessions = Table(
    "sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("login", String, nullable=False, index=True),
    Column("opened_at", String, nullable=False),
    Column("seen_at", String, nullable=False, index=True),
)
NUMBER = BigInteger().with_variant(Integer, "sqlite")
reads = Table(
    "reads",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("at", String, nullable=False, index=True),
    Column("login", String, nullable=False),
    Column("post", String, nullable=False),
    Column("region", String, index=True),
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
)
"""One row a page view; `first` holds the first few persons, so that a list of reads need not read them all."""
Index("reads_login", reads.c.login, reads.c.id)
Index("reads_thing", reads.c.thing, reads.c.id, sqlite_where=reads.c.thing.is_not(None))
read_persons = Table(
    "read_persons",
    metadata,
    Column("person", String, primary_key=True),
    Column("read", NUMBER, primary_key=True, index=True),
    sqlite_with_rowid=False,
)
steps = Table("steps", metadata, Column("name", String, primary_key=True), Column("done_at", String))
"""What has been done once for what an earlier version had written; without a moment where there was nothing to do."""
INITIALS = "initials"
"""The step that gives search tokens of their initials to persons registered before there were any."""

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("login", String, nullable=False),
    Column("name", String, nullable=False),
    Column("made_at", String, nullable=False),
    Column("used_at", String),
    Column("ends_at", String, nullable=False, index=True),
    UniqueConstraint("login", "name"),
)

VAULT = Place("vault", metadata)

_KEY = text("SELECT subject, key FROM keys WHERE subject = :subject")
_FULL = ("disk is full", "No space left", "could not extend")
_LOCKED = ("is locked", "is busy", "lock timeout")


def moment(at: datetime) -> str:
    """A moment as the tables keep it: text in UTC that sorts."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _unavailable(error: Exception) -> LogUnavailable:
    """What went wrong and what to do, without the statement and its parameters."""
    said = str(getattr(error, "orig", None) or error)
    if any(sign in said for sign in _FULL):
        return LogUnavailable(
            "磁盘已满，密钥库无法写入；请清理磁盘后重试，本次没有记录任何内容",
            "the disk is full and the vault cannot be written; free space and try again",
        )
    if any(sign in said for sign in _LOCKED):
        return LogUnavailable(
            "密钥库正被另一个程序占用；请稍后重试", "the vault is locked by another program; try again in a moment"
        )
    return LogUnavailable(
        "密钥库无法读写；请检查数据目录或数据库连接，必要时从备份恢复密钥库",
        "the vault cannot be read or written; check the data directory or the database, "
        "or restore the vault from a backup",
    )


@contextmanager
def _telling() -> Iterator[None]:
    """Failures of the database or the disk leave as LogUnavailable."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise _unavailable(error) from error


class VaultStore:
    """One vault, or what lies beside it, on one engine; safe to share between threads. It knows tables and transactions, no secrets."""

    def __init__(self, engine: Engine, place: Place, ready: Ready, isolation: str | None = None) -> None:
        """`engine` commits by itself; `isolation` is what a written transaction asks for instead, if anything."""
        self._engine, self.place, self._bring = engine, place, ready
        self._transactions = engine.execution_options(isolation_level=isolation) if isolation else engine
        self._held: Connection | None = None
        self._ready = False
        self._lock = threading.Lock()

    def rows(self, statement: Executable, parameters: Any = None) -> Sequence[RowMapping]:
        """The rows of a question; none while nobody has written to the store."""
        with _telling():
            if not self._is_ready():
                return []
            with self._engine.connect() as connection:
                return connection.execute(statement, parameters).mappings().all()

    def key_rows(self, subject: str) -> Sequence[Row[Any]]:
        """The key of one subject, over a connection that is kept open: the question asked most often."""
        with _telling(), self._lock:
            if not self._is_ready():
                return []
            try:
                self._held = self._held or self._engine.connect()
                return self._held.execute(_KEY, {"subject": subject}).all()
            except SQLAlchemyError:
                if self._held is not None:
                    self._held.close()
                self._held = self._engine.connect()
                return self._held.execute(_KEY, {"subject": subject}).all()

    @contextmanager
    def writing(self, turn: str | None = None) -> Iterator[Connection]:
        """One durable transaction; makes the store ready first. Writers that name one `turn` take turns."""
        with _telling():
            self._make_ready()
            with self._transactions.begin() as connection:
                self._take_turn(connection, turn)
                yield connection

    def scrub(self) -> None:
        """Let nothing that was deleted linger in the store's own files."""
        with _telling():
            if self._is_ready():
                with self._engine.connect() as connection:
                    self._scrub(connection)

    def close(self) -> None:
        """Give back every connection."""
        with self._lock:
            if self._held is not None:
                self._held.close()
                self._held = None
            self._engine.dispose()

    # -- what differs between the engines --------------------------------------------------------------

    def _take_turn(self, connection: Connection, turn: str | None) -> None:
        raise NotImplementedError

    def _scrub(self, connection: Connection) -> None:
        raise NotImplementedError

    def _is_ready(self) -> bool:
        self._ready = self._ready or self._bring(False)
        return self._ready

    def _make_ready(self) -> None:
        with self._lock:
            self._ready = self._ready or self._bring(True)


class SqliteVaultStore(VaultStore):
    """A file of its own beside the log, readable by its owner only."""

    def __init__(self, data: Path, busy_s: float, place: Place, ready: Ready) -> None:
        self.path = data / place.file_name
        engine = create_engine(f"sqlite:///{self.path}", isolation_level="AUTOCOMMIT", connect_args={"timeout": busy_s})
        event.listen(engine, "connect", self._configure)
        super().__init__(engine, place, ready)

    @staticmethod
    def _configure(connection: Any, record: Any) -> None:
        """A commit is on disk when it returns, and deleted bytes are overwritten."""
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA cache_size=-16000")

    def _take_turn(self, connection: Connection, turn: str | None) -> None:
        """One writer at a time, whatever the turn."""
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def _scrub(self, connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


POOLED = 2
"""Connections to PostgreSQL that stay open; as many more as there are threads come and go."""


class PostgresVaultStore(VaultStore):
    """A schema of its own. Its write-ahead log and backups must not outlive the legal limits for keys."""

    TURN: ClassVar = text("SELECT pg_advisory_xact_lock(hashtextextended(:turn, 0))")

    def __init__(self, database_url: str, place: Place, ready: Ready) -> None:
        url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", database_url)
        engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=True, pool_size=POOLED)
        event.listen(engine, "connect", self._configure)
        super().__init__(engine, place, ready, isolation="READ COMMITTED")

    def _configure(self, connection: Any, record: Any) -> None:
        """Names without a schema are the vault's, never those of another schema."""
        connection.execute(f"SET search_path TO {self.place.name}")
        if not connection.autocommit:
            connection.commit()

    def _take_turn(self, connection: Connection, turn: str | None) -> None:
        if turn is not None:
            connection.execute(self.TURN, {"turn": turn})

    def _scrub(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"VACUUM {self.place.name}.{keys.name}")


def open_vault(
    *,
    data: Path | None = None,
    database_url: str | None = None,
    ready: Ready,
    busy_s: float = 10.0,
    place: Place = VAULT,
) -> VaultStore:
    """The vault of a data directory (SQLite) or of a PostgreSQL database; touches neither until it is used."""
    if database_url is not None:
        return PostgresVaultStore(database_url, place, ready)
    if data is None:
        raise ValueError("a vault needs a data directory or a database URL")
    return SqliteVaultStore(data, busy_s, place, ready)
