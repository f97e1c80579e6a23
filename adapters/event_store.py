"""The event store: the library's Application with our mapper and recorder, behind the domain's `Log`.

`Application.save` costs about 15 µs an event and cannot carry commands; appends go through the same Application's
`EventStore.put`, reads through its recorder's rows and its mapper (`EventMapper.event`).
A log that does not exist yet reads as empty; the first append makes it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Lock
from typing import Any

from eventsourcing.application import Application
from eventsourcing.persistence import DatabaseError, IntegrityError, InterfaceError, PersistenceError
from eventsourcing.utils import Environment, strtobool
from sqlalchemy.exc import SQLAlchemyError

from adapters.codec import EventMapper, moment
from adapters.event_store_batch import FORMAT, Taken, Unit, receipt_of
from adapters.event_store_engine import Engine, postgres, sqlite
from adapters.event_store_queries import Beside
from adapters.event_store_verify import verify
from adapters.merkle import Frontier
from adapters.places import Ready
from domain.log import Conflict, Decided, Head, LogUnavailable, Receipt, Verdict
from domain.model import Event

FORBIDDEN = "POSTGRES_ENABLE_DB_FUNCTIONS"
_POLL_S_MIN, _POLL_S_MAX = 0.002, 0.05


class LogApplication(Application[str]):
    """The library's application, configured with the recorder of an engine and nothing from the environment."""

    name = "log"

    def construct_env(self, name: str, env: Any = None) -> Environment:
        """Only what the engine says: a stray CIPHER_KEY of another program must not change what is stored."""
        return Environment(name, dict(env or {}))

    def construct_mapper(self) -> EventMapper:
        """The typed mapper, which knows whose events it maps."""
        return EventMapper(node=self.env.get("NODE") or "")


class EventLog:
    """The append-only log of one node, on either engine."""

    def __init__(self, engine: Engine, node: str, ready: Ready) -> None:
        self.node = node
        self._engine, self._ready = engine, ready
        self.timed: Callable[[float], None] = lambda _seconds: None
        """Told of each append that is durable how long it took."""
        self._app: LogApplication | None = None
        self._opening = Lock()
        self._grown = Condition()

    # -- reading -----------------------------------------------------------------------------------------

    def head(self) -> Head:
        """The end of the log."""
        with self.reading() as recorder:
            row = recorder.head_row() if recorder else None
        return Head(row.position, moment(row.recorded_at) if row.position else None) if row else Head(0, None)

    def tree(self) -> tuple[int, str]:
        """(size, root in hex) of the digest tree over the whole log, as `verify` works it out; (0, "") when empty."""
        with self.reading() as recorder:
            row = recorder.head_row() if recorder else None
        return (row.position, Frontier(row.position, row.peaks).root().hex()) if row and row.position else (0, "")

    def read(self, after: int, limit: int) -> list[Event]:
        """Events in log order, from the position behind `after`."""
        return self._events(lambda recorder: recorder.rows_after(after, limit))

    def at(self, positions: Iterable[int]) -> list[Event]:
        """The events at these positions, in log order."""
        return self._events(lambda recorder: recorder.rows_at(positions))

    def headings(self, positions: Iterable[int]) -> list[tuple[int, str, str, int]]:
        """(position, topic, stream, version) of the events at these positions, in log order: not what they say."""
        with self.reading() as recorder:
            return [tuple(row) for row in recorder.headings(positions)] if recorder else []  # type: ignore[misc]

    def stream(self, stream: str, until: int | None = None) -> list[Event]:
        """All events of a stream in version order (those recorded at a position <= `until`)."""
        return self._events(lambda recorder: recorder.rows_of(stream, until))

    def streams(self, streams: Iterable[str]) -> dict[str, list[Event]]:
        """Several streams at once; a stream that does not exist is an empty list."""
        found: dict[str, list[Event]] = {stream: [] for stream in streams}
        for event in self._events(lambda recorder: recorder.rows_of_all(found)):
            found[event.originator_id].append(event)
        return found

    def entry(self, entry_id: str) -> list[Event]:
        """All events of an entry (`command_id` or `entry` equal to it), in every stream, in log order."""
        found = self._events(lambda recorder: recorder.rows_of_entry(entry_id))
        return [event for event in found if event.envelope.entry_id == entry_id]

    def mentions(self, stream: str) -> list[tuple[str, int]]:
        """(stream, version) of the events that name a stream."""
        with self.reading() as recorder:
            return [(s, v) for s, v in recorder.mention_rows(stream)] if recorder else []

    def receipts(self, command_ids: Iterable[str]) -> Mapping[str, tuple[bytes, Receipt]]:
        """The digests and first receipts of the commands that were recorded already."""
        with self.reading() as recorder:
            return {row[0]: receipt_of(row) for row in recorder.command_rows(command_ids)} if recorder else {}

    def leaves(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        """(position, leaf hash) behind a position: what tree heads and proofs are made from."""
        with self.reading() as recorder:
            return [(p, bytes(leaf)) for p, leaf in recorder.leaf_rows(after, limit)] if recorder else []

    def beside(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of what is kept beside the events (`?` and `{log}` as in `LogQueries`); none where there is no log yet."""
        with self.reading() as recorder:
            return recorder._all(statement, values) if recorder else []  # noqa: SLF001  the recorder's own door

    def wait(self, position: int, timeout: float) -> int:
        """Wait until the head passes a position or the time is over; the head's position.

        Appends of this process wake at once; those of others are seen by polling the head row. There is no
        NOTIFY: it would serialise every commit of the database.
        """
        until, pause = time.monotonic() + timeout, _POLL_S_MIN
        while True:
            with self.reading() as recorder:
                reached = recorder.head_position() if recorder else 0
            left = until - time.monotonic()
            if reached > position or left <= 0:
                return reached
            with self._grown:
                self._grown.wait(min(pause, left))
            pause = min(pause * 1.5, _POLL_S_MAX)

    def verify(self, progress: Callable[[int, int], None] | None = None) -> Verdict:
        """Recompute digests, positions, versions and the tree against the stored heads."""
        with self.reading() as recorder:
            if recorder is None:
                return Verdict(True, 0, 0, "", message_zh="事件库尚无记录。", message_en="The log is empty.")
            return verify(recorder, progress)

    # -- writing -----------------------------------------------------------------------------------------

    def append(self, decided: Sequence[Decided]) -> list[Receipt]:
        """Append all in one durable transaction. Raises Conflict or LogUnavailable, as `Log.append` says.

        When the acknowledgement of the commit is lost, the command ids tell whether it happened.
        """
        if not decided:
            return []
        app = self._made()
        unit, events, begun = Unit(decided), [event for d in decided for event in d.events], time.monotonic()
        try:
            self._put(app, events, unit)
        except IntegrityError as error:
            raise Conflict(str(error)) from error
        except PersistenceError as error:
            raise LogUnavailable(*self._engine.explain(error)) from error
        self.timed(time.monotonic() - begun)
        with self._grown:
            self._grown.notify_all()
        return unit.receipts

    def _put(self, app: LogApplication, events: list[Event], unit: Unit) -> None:
        try:
            app.events.put(events, unit=unit)
        except IntegrityError:
            raise
        except PersistenceError as error:
            recorded = self._recorded(app, unit)
            if recorded is not None:
                unit.receipts = recorded
            elif self._engine.is_stale(error):
                # The head row was free and the commands were not there: a dead connection, nothing more.
                self._put_again(app, events, unit)
            else:
                raise

    def _put_again(self, app: LogApplication, events: list[Event], unit: Unit) -> None:
        """Append over a new connection; the server may still have finished what came over the old one meanwhile."""
        try:
            app.events.put(events, unit=unit)
        except IntegrityError:
            recorded = self._recorded(app, unit)
            if recorded is None:
                raise
            unit.receipts = recorded

    @staticmethod
    def _recorded(app: LogApplication, unit: Unit) -> list[Receipt] | None:
        app.recorder.settle()
        ids = [d.command_id for d in unit.decided]
        found = {row[0]: receipt_of(row) for row in app.recorder.command_rows(ids)}
        if any(d.command_id not in found or found[d.command_id][0] != d.digest for d in unit.decided):
            return None
        return [found[command_id][1] for command_id in ids]

    def take_in(self, taken: Sequence[Taken], now: int, beside: Beside) -> list[int]:
        """Append events of other nodes in one durable transaction with what stands beside them; their positions here.

        `now` counts microseconds since 1970. Raises Conflict where an event does not continue its stream, or is not of the
        node that began it; LogUnavailable.
        """
        self._refuse_strangers(taken)
        try:
            positions = self._made().recorder.take_in(taken, now, beside)
        except IntegrityError as error:
            raise Conflict(str(error)) from error
        except PersistenceError as error:
            raise LogUnavailable(*self._engine.explain(error)) from error
        with self._grown:
            self._grown.notify_all()
        return positions

    def _refuse_strangers(self, taken: Sequence[Taken]) -> None:
        """A stream has one writer: whoever began it. Who that is never changes, so that it may be asked before. Raises Conflict."""
        nodes: dict[str, str] = {}
        continued = []
        for one in taken:
            stream = str(one.stored.originator_id)
            if stream not in nodes:
                nodes[stream] = one.node
                if one.stored.originator_version > 1:
                    continued.append(stream)
            elif nodes[stream] != one.node:
                raise Conflict(f"{stream}: both {nodes[stream]} and {one.node} add to it")
        with self.reading() as recorder:
            begun = recorder.writers(continued) if recorder and continued else {}
        for stream, node in begun.items():
            if node != nodes[stream]:
                raise Conflict(f"{stream}: {node or self.node} began it, {nodes[stream]} cannot add to it")

    def readable(self, row: tuple[Any, ...]) -> Event:
        """The event of a row of `READ_COLUMNS` that may come from elsewhere. Raises what the mapper raises."""
        return self._made().mapper.event(row)

    def make(self) -> None:
        """Make the log now (a migration, a restore), instead of at the first append."""
        self._made()

    def _made(self) -> LogApplication:
        app = self._opened(make=True)
        assert app is not None
        return app

    def close(self) -> None:
        """Close all connections; a closed log opens again when it is used."""
        with self._opening:
            if self._app is not None:
                self._app.close()
                self._app = None

    # -- opening -----------------------------------------------------------------------------------------

    def _events(self, rows: Callable[[Any], list[tuple[Any, ...]]]) -> list[Event]:
        with self.reading() as recorder:
            found = rows(recorder) if recorder else []
        make = self._app.mapper.event if self._app else None
        return [make(row) for row in found] if make else []

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """The recorder, for what is kept beside the events; None where there is no log yet. Failures leave as LogUnavailable."""
        app = self._app or self._opened(make=False)
        try:
            yield app.recorder if app else None
        except (DatabaseError, InterfaceError) as error:
            raise LogUnavailable(*self._engine.explain(error)) from error

    def _opened(self, make: bool) -> LogApplication | None:
        with self._opening:
            if self._app is not None:
                return self._app
            try:
                if not self._ready(make):
                    return None
                self._app = self._open(make)
            except (PersistenceError, SQLAlchemyError, OSError) as error:
                raise LogUnavailable(*self._engine.explain(error)) from error
            return self._app

    def _open(self, make: bool) -> LogApplication:
        app = LogApplication({**self._engine.env, "NODE": self.node})
        app.recorder.node = self.node
        try:
            if make:
                app.recorder.belong_to(self.node)
            _check_meta(app.recorder.meta(), self.node)
        except BaseException:
            app.close()
            raise
        return app


def _check_meta(meta: Mapping[str, str], node: str) -> None:
    if meta.get("format") != FORMAT:
        found = meta.get("format", "?")
        raise LogUnavailable(
            f"事件库的格式版本为 {found}，本程序使用版本 {FORMAT}。请用写入它的版本导出，或升级程序后再打开。",
            f"The log has format version {found}; this program uses {FORMAT}. Export it with the version that wrote"
            " it, or upgrade the program and open it again.",
        )
    if meta.get("node", node) != node:
        raise LogUnavailable(
            f"该事件库属于节点 {meta.get('node')!r}，不属于 {node!r}。请核对数据目录或节点名称。",
            f"The log belongs to the node {meta.get('node')!r}, not to {node!r}. Check the data directory or the"
            " name of the node.",
        )


def open_log(
    *, data: Path | None, database_url: str | None, node: str, ready: Ready, lock_timeout_s: int = 10
) -> EventLog:
    """The log of a node: in `data`/log.sqlite3, or in schema `log` of a PostgreSQL database, which `ready` brings to this release."""
    if any(strtobool(value or "no") for key, value in os.environ.items() if key.endswith(FORBIDDEN)):
        raise LogUnavailable(
            f"环境变量 {FORBIDDEN} 会使读取方永久漏读事件，拒绝启动。请取消该设置。",
            f"{FORBIDDEN} makes tailing readers miss events for ever: refused. Unset it.",
        )
    if database_url:
        return EventLog(postgres(database_url, lock_timeout_s), node, ready)
    if data is None:
        raise ValueError("a log needs a data directory or a database URL")
    return EventLog(sqlite(data, lock_timeout_s), node, ready)
