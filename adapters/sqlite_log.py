"""The log in one SQLite file: the library's application recorder over tables of our own.

WAL with `synchronous=FULL`: an append that returned is on the disk. Every append begins IMMEDIATE, since a
transaction that reads the head first and then wants to write is refused as soon as two processes try.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

from eventsourcing import persistence as library
from eventsourcing import sqlite as stock
from eventsourcing.persistence import StoredEvent

from adapters.event_store_batch import COLUMNS, Batch, HeadRow, Taken, Unit, compose, compose_taken
from adapters.event_store_queries import Beside, LogQueries, Statement, alike

_INSERT = f"INSERT INTO events VALUES ({', '.join('?' * len(COLUMNS))})"
_STALE = """SELECT s.key, s.value FROM json_each(?) AS s
WHERE s.value <> 1 + coalesce((SELECT max(version) FROM events WHERE stream = s.key), 0)"""
_BUSY_PAUSE_S = 0.01


class LogDatastore(stock.SQLiteDatastore):
    """The library's datastore, with connections that are handed out last in, first out: a warm one costs nothing."""

    def __init__(self, db_name: str, lock_timeout: int, originator_id_type: Any) -> None:
        self.idle: list[sqlite3.Connection] = []
        super().__init__(db_name, lock_timeout=lock_timeout, originator_id_type=originator_id_type)
        self.pool = LogPool(db_name=db_name, lock_timeout=lock_timeout)
        self._writing = Lock()

    def reading(self) -> Leased:
        """A connection outside any transaction."""
        return Leased(self)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a transaction that holds the write lock; commits, or leaves nothing behind."""
        # One writer of this process at a time: threads queue here, fairly, instead of in the busy handler.
        with self._writing, self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # A full disk has rolled back already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close what nobody uses now."""
        while self.idle:
            self.idle.pop().close()
        super().close()


class Leased:
    """A connection while it is used; errors of the driver leave as the library's."""

    __slots__ = ("connection", "datastore")

    def __init__(self, datastore: LogDatastore) -> None:
        self.datastore = datastore

    def __enter__(self) -> sqlite3.Connection:
        try:
            self.connection = self.datastore.idle.pop()
        except IndexError:
            self.connection = self.datastore.pool.opened()
        return self.connection

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self.datastore.idle.append(self.connection)
        if isinstance(error, sqlite3.Error):
            raise getattr(library, type(error).__name__, library.DatabaseError)(error) from error


class LogPool(stock.SQLiteConnectionPool):
    """Connections that are durable and tuple-shaped."""

    def opened(self) -> sqlite3.Connection:
        """A new connection. Raises InterfaceError when the file cannot be opened."""
        timeout = self.lock_timeout or stock.SQLITE3_DEFAULT_LOCK_TIMEOUT
        try:
            connection = sqlite3.connect(
                self.db_name, timeout=timeout, isolation_level=None, check_same_thread=False, cached_statements=256
            )
            try:
                if not self.is_sqlite_memory_mode:
                    _use_wal(connection, time.monotonic() + timeout)
                connection.execute("PRAGMA synchronous=FULL")
            except sqlite3.Error:
                connection.close()
                raise
        except sqlite3.Error as error:
            raise library.InterfaceError(error) from error
        return connection

    def _create_connection(self) -> stock.SQLiteConnection:
        return stock.SQLiteConnection(sqlite_conn=self.opened(), max_age=self.max_age)


def _use_wal(connection: sqlite3.Connection, until: float) -> None:
    # Several processes that start at once: the change of mode does not wait for the lock by itself.
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_BUSY_PAUSE_S)


class SQLiteLogRecorder(LogQueries, stock.SQLiteApplicationRecorder):
    """Appends under the write lock of the file: gapless positions in the order of commits."""

    AMONG = "IN (SELECT value FROM json_each(?))"
    datastore: LogDatastore

    def __init__(self, datastore: LogDatastore, events_table_name: str = "events") -> None:
        super().__init__(datastore, "events")
        self.node = ""

    def belong_to(self, node: str) -> None:
        """Keep the name of the node whose log this is, unless one is kept already."""
        with self.datastore.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO meta VALUES ('node', ?)", (node,))

    def take_in(self, taken: Sequence[Taken], now: int, beside: Beside) -> list[int]:
        """Append events of other nodes, and run what stands beside them, in one transaction; their positions here."""
        with self.datastore.writing() as connection:
            row = connection.execute("SELECT position, recorded_at, frontier FROM head").fetchone()
            batch = compose_taken(HeadRow(*row), taken, now)
            _check_versions(connection, batch)
            _write(connection, batch)
            positions = [event[0] for event in batch.events]
            self._run(connection, beside(positions))
        return positions

    def run(self, statements: Iterable[Statement]) -> None:
        """Run statements beside the events, in one durable transaction."""
        with self.datastore.writing() as connection:
            self._run(connection, statements)

    def _run(self, connection: sqlite3.Connection, statements: Iterable[Statement]) -> None:
        for statement, rows in alike(statements):
            connection.executemany(self.sql(statement), rows)

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, unit: Unit | None = None, **_: Any
    ) -> list[int] | None:
        """Append in one transaction. `unit` brings commands and takes receipts."""
        if not stored_events:
            return None
        with self.datastore.writing() as connection:
            row = connection.execute("SELECT position, recorded_at, frontier FROM head").fetchone()
            batch = compose(HeadRow(*row), stored_events, unit, self.node)
            _check_versions(connection, batch)
            _write(connection, batch)
        if unit is not None:
            unit.receipts = batch.receipts
        return [event[0] for event in batch.events]

    def _all(self, statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self.datastore.reading() as connection:
            return connection.execute(self.sql(statement), params).fetchall()

    def _listed(self, values: Iterable[Any]) -> str:
        return json.dumps(list(values))


def _check_versions(connection: sqlite3.Connection, batch: Batch) -> None:
    stale = connection.execute(_STALE, (json.dumps(batch.firsts),)).fetchone()
    if stale is not None:
        raise library.IntegrityError(f"{stale[0]} does not stand at version {stale[1] - 1}")


def _write(connection: sqlite3.Connection, batch: Batch) -> None:
    connection.executemany(_INSERT, batch.events)
    if batch.commands:
        connection.executemany("INSERT INTO commands VALUES (?, ?, ?, ?, ?, ?, ?)", batch.commands)
    if batch.mentions:
        connection.executemany("INSERT OR IGNORE INTO mentions VALUES (?, ?)", batch.mentions)
    if batch.heads:
        connection.executemany("INSERT INTO heads VALUES (?, ?, ?)", batch.heads)
    head = batch.head
    connection.execute(
        "UPDATE head SET position = ?, recorded_at = ?, frontier = ? WHERE one = 1",
        (head.position, head.recorded_at, head.peaks),
    )


class LogFactory(stock.SQLiteFactory):
    """The library's factory with the datastore of this module."""

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        plain = self.datastore
        self.datastore = LogDatastore(plain.pool.db_name, plain.pool.lock_timeout or 5, plain.originator_id_type)
        plain.close()


_EXPLAINED = {
    sqlite3.SQLITE_FULL: (
        "磁盘空间已满，未写入任何内容。请腾出空间后重试。",
        "The disk is full; nothing was written. Free some space and try again.",
    ),
    sqlite3.SQLITE_BUSY: (
        "事件库被其他程序锁定，未写入任何内容。请稍后重试。",
        "The log is locked by another program; nothing was written. Try again in a moment.",
    ),
    sqlite3.SQLITE_READONLY: (
        "事件库是只读的。请检查目录权限。",
        "The log is read-only. Check the directory's permissions.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "无法打开事件库文件。请检查数据目录及其权限。",
        "The log file cannot be opened. Check the data directory and its permissions.",
    ),
    sqlite3.SQLITE_IOERR: (
        "读写事件库文件时磁盘出错。请检查磁盘，并运行校验。",
        "The disk failed while the log was read or written. Check the disk and run verify.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "事件库文件已损坏。请从最近的备份恢复。",
        "The log file is damaged. Restore the latest backup.",
    ),
    sqlite3.SQLITE_NOTADB: ("该文件不是事件库。请检查数据目录。", "The file is not a log. Check the data directory."),
}


def explain(error: BaseException) -> tuple[str, str]:
    """What went wrong and what to do, zh and en."""
    code = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
    return _EXPLAINED.get(code, (f"事件库暂时不可用：{error}", f"The log is not available now: {error}"))
