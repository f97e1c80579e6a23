"""The log in schema `log` of a PostgreSQL database: the library's application recorder over tables of our own.

Every append locks the one head row first, so that the order of positions is the order of commits and a tailing
reader never passes over an event. Its database functions and NOTIFY are not used: the first lose events, the
second serialises all commits of the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import msgspec
import psycopg
from eventsourcing import postgres as stock
from eventsourcing.persistence import IntegrityError, InterfaceError, OperationalError, StoredEvent
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from adapters.event_store_batch import COLUMNS, Batch, HeadRow, Taken, Unit, compose, compose_taken
from adapters.event_store_queries import Beside, LogQueries, Statement, alike

_FEW = 4
_CONNECT_S_MAX = 5


class PostgresLogRecorder(LogQueries, stock.PostgresApplicationRecorder):
    """Appends under the lock of the head row: gapless positions in the order of commits."""

    PREFIX = "log."
    AMONG = "= ANY(?)"

    def __init__(self, datastore: stock.PostgresDatastore, *, events_table_name: str = "events") -> None:
        if datastore.enable_db_functions:
            raise InterfaceError("the library's database functions lose events: refused")
        super().__init__(datastore, events_table_name="events")
        self.node = ""
        self._last: HeadRow | None = None  # a guess, tested under the lock of the row whenever it is used

    def belong_to(self, node: str) -> None:
        """Keep the name of the node whose log this is, unless one is kept already."""
        with self._cursor() as cursor:
            cursor.execute("INSERT INTO log.meta VALUES ('node', %s) ON CONFLICT DO NOTHING", (node,))
            cursor.connection.commit()

    def take_in(self, taken: Sequence[Taken], now: int, beside: Beside) -> list[int]:
        """Append events of other nodes, and run what stands beside them, in one transaction; their positions here."""
        with self._appending() as (cursor, head):
            batch = compose_taken(head, taken, now)
            _write_many(cursor, batch)
            positions = [event[0] for event in batch.events]
            self._run(cursor, beside(positions))
        self._last = batch.head
        return positions

    def run(self, statements: Iterable[Statement]) -> None:
        """Run statements beside the events, in one durable transaction."""
        with self._cursor() as cursor, cursor.connection.transaction():
            self._run(cursor, statements)

    def _run(self, cursor: psycopg.Cursor[Any], statements: Iterable[Statement]) -> None:
        for statement, rows in alike(statements):
            cursor.executemany(self.sql(statement).replace("?", "%s"), rows)

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, unit: Unit | None = None, **_: Any
    ) -> list[int] | None:
        """Append in one transaction. `unit` brings commands and takes receipts. Never retried by itself."""
        if not stored_events:
            return None
        batch = self._at_once(stored_events, unit) or self._in_turn(stored_events, unit)
        self._last = batch.head
        if unit is not None:
            unit.receipts = batch.receipts
        return [event[0] for event in batch.events]

    def _at_once(self, stored: Sequence[StoredEvent], unit: Unit | None) -> Batch | None:
        """Append a little in one round trip, as if nobody had written since we did; None when somebody has."""
        last, self._last = self._last, None
        if last is None or len(stored) > _FEW:
            return None
        batch = compose(last, stored, unit, self.node)
        with self._cursor() as cursor:
            return batch if _write_few(cursor, last, batch) else None

    def _in_turn(self, stored: Sequence[StoredEvent], unit: Unit | None) -> Batch:
        """Append under the lock of the head row."""
        with self._appending() as (cursor, head):
            batch = compose(head, stored, unit, self.node)
            if len(batch.events) > _FEW:
                _write_many(cursor, batch)
            elif not _write_few(cursor, head, batch):
                raise OperationalError("the head row changed under its lock")
        return batch

    def settle(self) -> None:
        """Wait until an append whose outcome is unknown has released the head row, either way."""
        self.datastore.pool.check()
        self._all("SELECT 1 FROM {log}head FOR UPDATE")

    @contextmanager
    def _appending(self) -> Iterator[tuple[psycopg.Cursor[Any], HeadRow]]:
        # BEGIN travels with the lock, and COMMIT is ours: what the head row guards is held for three round trips.
        with self._cursor() as cursor:
            try:
                cursor.execute(
                    "BEGIN; SELECT position, recorded_at, frontier FROM log.head WHERE one = 1 FOR UPDATE",
                    prepare=False,
                )
                cursor.nextset()
                yield cursor, HeadRow(*cursor.fetchone())
                cursor.execute("COMMIT", prepare=False)
            except BaseException:
                if cursor.connection.info.transaction_status not in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN):
                    with suppress(psycopg.Error):
                        cursor.execute("ROLLBACK", prepare=False)
                raise

    @contextmanager
    def _cursor(self) -> Iterator[psycopg.Cursor[Any]]:
        with self.datastore.get_connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            yield cursor

    def _all(self, statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._fetch(statement, params)
        except (OperationalError, InterfaceError) as error:
            if not is_stale(error):
                raise
            # The server was restarted: connections of the pool are dead. Reading again changes nothing.
            self.datastore.pool.check()
            return self._fetch(statement, params)

    def _fetch(self, statement: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        with (
            self.datastore.get_connection() as connection,
            connection.cursor(binary=True, row_factory=tuple_row) as cursor,
        ):
            return cursor.execute(self.sql(statement).replace("?", "%s"), params, prepare=True).fetchall()

    def _listed(self, values: Iterable[Any]) -> list[Any]:
        return list(values)


_TABLES = {
    "events": COLUMNS,
    "commands": ("command_id", "digest", "command", "stream", "first_position", "last_position", "breaches"),
    "mentions": ("stream", "position"),
    "heads": ("size", "root", "recorded_at"),
}
_STALE = """SELECT s.stream, s.version FROM (SELECT key, value::bigint FROM json_each_text(%s)) AS s (stream, version)
WHERE s.version <> 1 + coalesce((SELECT max(e.version) FROM log.events e WHERE e.stream = s.stream), 0)"""
_ADDED = "{0} AS (INSERT INTO log.{0} SELECT added.* FROM moved, json_populate_recordset(NULL::log.{0}, %s) AS added)"
# The frontier stands for all that was ever recorded. Where it is still the one that the rows were composed upon, the
# head row is ours and nobody else's append was missed; else the whole statement writes nothing.
_WRITE_FEW = f"""WITH stale AS ({_STALE}),
moved AS (UPDATE log.head SET position = %s, recorded_at = %s, frontier = %s
    WHERE one = 1 AND frontier = %s AND NOT EXISTS (SELECT FROM stale) RETURNING one),
{", ".join(map(_ADDED.format, _TABLES))}
SELECT stale.stream, stale.version FROM moved FULL JOIN stale ON true LIMIT 1"""
_json = msgspec.json.Encoder().encode


def _write_few(cursor: psycopg.Cursor[Any], before: HeadRow, batch: Batch) -> bool:
    """Write everything in one statement; False when the head is not the one that the batch was composed upon."""
    head = batch.head
    added = (_as_json(columns, rows) for columns, rows in zip(_TABLES.values(), batch.rows(), strict=True))
    params = (_json(batch.firsts).decode(), head.position, head.recorded_at, head.peaks, before.peaks, *added)
    found = cursor.execute(_WRITE_FEW, params, prepare=True).fetchone()
    if found is not None and found[0] is not None:
        raise _stale(*found)
    return found is not None


def _as_json(columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> str:
    """Rows as `json_populate_recordset` takes them."""
    return _json(
        [{c: f"\\x{v.hex()}" if type(v) is bytes else v for c, v in zip(columns, row, strict=True)} for row in rows]
    ).decode()


def _write_many(cursor: psycopg.Cursor[Any], batch: Batch) -> None:
    found = cursor.execute(_STALE, (_json(batch.firsts).decode(),)).fetchone()
    if found is not None:
        raise _stale(*found)
    for table, rows in zip(_TABLES, batch.rows(), strict=True):
        if rows:
            with cursor.copy(f"COPY log.{table} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
    cursor.execute(
        "UPDATE log.head SET position = %s, recorded_at = %s, frontier = %s WHERE one = 1",
        (batch.head.position, batch.head.recorded_at, batch.head.peaks),
    )


def _stale(stream: str, version: int) -> IntegrityError:
    return IntegrityError(f"{stream} does not stand at version {version - 1}")


class LogFactory(stock.PostgresFactory):
    """The library's factory; settings of the URL that it does not know reach the driver too."""

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        self.datastore.pool.kwargs |= json.loads(self.env.get("POSTGRES_MORE") or "{}")


def environment(url: str, lock_timeout_s: int) -> dict[str, str]:
    """The library's settings for a database URL."""
    given = {k: str(v) for k, v in conninfo_to_dict(url.replace("postgresql+psycopg:", "postgresql:", 1)).items()}
    # Whatever the server is set to: what we acknowledge is on its disk, and a lock is not waited for without end.
    own = f"-c synchronous_commit=on -c lock_timeout={lock_timeout_s * 1000}"
    options = f"{own} {given.pop('options', '')}".strip()
    known = {
        "POSTGRES_DBNAME": given.pop("dbname", "postgres"),
        "POSTGRES_HOST": given.pop("host", ""),
        "POSTGRES_PORT": given.pop("port", "5432"),
        "POSTGRES_USER": given.pop("user", "postgres"),
        "POSTGRES_PASSWORD": given.pop("password", ""),
    }
    more = json.dumps({**given, "options": options, "application_name": "shouwang-log"})
    return known | {
        "POSTGRES_MORE": more,
        "POSTGRES_POOL_SIZE": "1",
        "POSTGRES_MAX_OVERFLOW": "31",
        "POSTGRES_CONNECT_TIMEOUT": str(min(lock_timeout_s, _CONNECT_S_MAX)),
    }


def is_stale(error: BaseException) -> bool:
    """Whether the connection was lost: the server restarted, was stopped, or cannot be reached."""
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None)
    return isinstance(cause, (psycopg.OperationalError, psycopg.InterfaceError)) and (
        state is None or state.startswith(("08", "57P"))
    )


_EXPLAINED = {
    "53100": (
        "数据库服务器磁盘空间已满，未写入任何内容。请腾出空间后重试。",
        "The database server's disk is full; nothing was written. Free some space and try again.",
    ),
    "55P03": (
        "事件库被其他程序锁定，未写入任何内容。请稍后重试。",
        "The log is locked by another program; nothing was written. Try again in a moment.",
    ),
    "25006": (
        "数据库是只读的（可能是备机）。请检查数据库地址。",
        "The database is read-only (perhaps a standby). Check the database URL.",
    ),
    "42501": ("数据库账户没有所需权限。请检查授权。", "The database account lacks a privilege. Check its grants."),
}


def explain(error: BaseException) -> tuple[str, str]:
    """What went wrong and what to do, zh and en."""
    if is_stale(error):
        return (
            "与数据库的连接中断。请检查服务器后用同一命令编号重试，不会重复登记。",
            "The connection to the database was lost. Check the server and repeat the command under the same id.",
        )
    state = getattr(error.__cause__, "sqlstate", None)
    return _EXPLAINED.get(state or "", (f"事件库暂时不可用：{error}", f"The log is not available now: {error}"))
