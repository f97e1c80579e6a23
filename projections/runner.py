"""The runner: reads the log in batches and writes rows and the position reached in one transaction.

The position moves by compare-and-set as the first statement, so two runners never apply a batch twice; a
failing projection neither stops the others nor loses its event.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.exc import OperationalError

from domain.log import Log
from domain.model import Event
from domain.time_limits import TimeLimits
from projections.codes import Codes
from projections.growing import Growing
from projections.histories import Histories
from projections.store import live_generation, prepare
from projections.tables import Tables
from projections.timelines import Timelines

BATCH = 1_000
"""Events a transaction."""

Progress = Callable[[int, int], None]


class Blocked(Exception):
    """A projection cannot get past an event."""

    def __init__(self, projection: str, position: int, cause: Exception) -> None:
        super().__init__(f"{projection} is blocked at position {position}: {type(cause).__name__}: {cause}")
        self.projection, self.position = projection, position


@dataclass
class Status:
    """How far a projection has come and, if it is blocked, where and why."""

    position: int = 0
    blocked: Blocked | None = None


def whole_commands(log: Log, at: int, size: int) -> list[Event]:
    """The next events, never parting those of one command: what an entry changes does not depend on batches."""
    while True:
        batch = log.read(at, size + 1)
        if len(batch) <= size:
            return batch
        for i in range(size, 0, -1):
            if batch[i].envelope.command_id != batch[i - 1].envelope.command_id:
                return batch[:i]
        size *= 2


class Runner:
    """Brings one generation of views up to the log."""

    def __init__(self, engine: Engine, log: Log, limits: TimeLimits, generation: Tables | None = None) -> None:
        self.engine, self.log, self.limits = engine, log, limits
        self.writer = engine.execution_options(writes=True)
        self.lock = threading.Lock()
        self.fixed = generation
        self.tables: Tables | None = None
        self.status: dict[str, Status] = {}
        self.recent: tuple[int, int, list[Event]] = (-1, 0, [])

    def _generation(self) -> Tables:
        """The tables to write; another process may have made another generation live."""
        live = self.fixed or (prepare(self.engine) if self.tables is None else self.tables)
        if self.fixed is None and live.generation != live_generation(self.engine):
            live = prepare(self.engine)
        if self.tables is None or live.generation != self.tables.generation:
            self.tables = live
            taker = Growing(live)
            self.projections = (
                Histories(live, self.log, taker, Codes(live), self.limits),
                Timelines(self.log, taker, Codes(live)),
            )
        return live

    def run_to_head(self, progress: Progress | None = None, upto: int | None = None) -> int:
        """Apply everything up to the head as it is now; the position reached. Raises Blocked at the end."""
        with self.lock:
            live = self._generation()
            head = self.log.head().position if upto is None else upto
            self._advance_all(live, head, progress)
        blocked = next((s.blocked for s in self.status.values() if s.blocked), None)
        if blocked:
            raise blocked
        return head

    def _advance_all(self, live: Tables, head: int, progress: Progress | None) -> None:
        """Batch by batch, so that projections at the same position share what was read and decoded."""
        for status in self.status.values():
            status.blocked = None
        while True:
            going = [p for p in self.projections if not self.status.setdefault(p.name, Status()).blocked]
            with self.engine.connect() as connection:
                reached = min((self._position(connection, live, p.name) for p in going), default=head)
            if reached >= head:
                return
            for projection in going:
                self._advance(live, projection, min(head, reached + BATCH), progress)

    def _advance(self, live: Tables, projection: Histories | Timelines, head: int, progress: Progress | None) -> None:
        status = self.status.setdefault(projection.name, Status())
        size = BATCH
        with self.engine.connect() as connection:
            at = self._position(connection, live, projection.name)
        if at != status.position:  # another runner went on from where this one stood: what is remembered is out of date
            projection.forget()
        while at < head:
            status.position, batch = at, []
            try:
                batch = self._batch(at, size)
                moved = self._apply(live, projection, at, batch)
            except OperationalError:  # the database, not the event: nothing is wrong with what was read
                projection.forget()
                raise
            except Exception as error:  # noqa: BLE001  whatever a projection fails of, the others go on
                projection.forget()
                if size == 1:
                    status.blocked = Blocked(projection.name, at + 1, error)
                    return
                size = max(1, min(size, len(batch)) // 2)
                continue
            if moved:
                at, size = batch[-1].envelope.position, min(2 * size, BATCH)
            else:
                projection.forget()
                with self.engine.connect() as connection:
                    at = self._position(connection, live, projection.name)
            if progress:
                progress(at, head)
        status.position = at

    def _batch(self, at: int, size: int) -> list[Event]:
        """The next events; what the projections share is read and decoded once."""
        if self.recent[:2] != (at, size):
            self.recent = at, size, whole_commands(self.log, at, size)
        return self.recent[2]

    @staticmethod
    def _position(connection: Connection, live: Tables, name: str) -> int:
        return connection.scalar(select(live.progress.c.position).where(live.progress.c.projection == name)) or 0

    def _apply(self, live: Tables, projection: Histories | Timelines, at: int, batch: Sequence[Event]) -> bool:
        """One batch in one transaction; False when another runner was there first."""
        if [e.envelope.position for e in batch] != list(range(at + 1, at + 1 + len(batch))) or not batch:
            raise LookupError(f"the log has a hole behind position {at}")
        with self.writer.begin() as connection:
            moved = connection.execute(
                update(live.progress)
                .where(live.progress.c.projection == projection.name, live.progress.c.position == at)
                .values(position=batch[-1].envelope.position)
            )
            if moved.rowcount != 1:
                connection.rollback()
                return False
            projection.apply(connection, batch)
        return True
