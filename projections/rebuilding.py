"""A new generation beside the live one, from the whole log, made live at once."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from domain.log import Log
from domain.model import Event
from domain.time_limits import TimeLimits
from projections.buffer import Written
from projections.codes import Codes
from projections.conservation import assert_conserved
from projections.histories import Histories
from projections.piling import Pile, Step
from projections.runner import Blocked, Progress, Runner, whole_commands
from projections.store import Outdated, alone, go_live, next_generation, prepare, reach
from projections.tables import Tables
from projections.timelines import Timelines

BATCH = 5_000
"""Events a transaction; nobody waits for them, so that more are taken at once than in a generation that is read."""
SORTING = 2
"""How many tables a server sorts and indexes at a time, each with `piling.ROOM` of its memory."""


def renew(engine: Engine, log: Log, limits: TimeLimits, progress: Progress | None = None) -> None:
    """Rebuild views that another build made. Nothing happens where somebody else has done so meanwhile.

    Raises Busy while somebody else does so, and what `rebuild` raises.
    """
    with alone(engine):
        try:
            prepare(engine)
        except Outdated:
            _rebuild(engine, log, limits, progress)


def rebuild(engine: Engine, log: Log, limits: TimeLimits, progress: Progress | None = None) -> tuple[int, int]:
    """Build a new generation beside the live one and make it live at once; (events, generation).

    The live views are served all the while. What arrives during the rebuild is caught up before the swap. The old
    generation stays until the next rebuild: whoever began to ask before the swap ends with what it began with.
    Raises Busy when another process rebuilds, Unbalanced when sums do not add up, Blocked at an event that a projection
    cannot get past.
    """
    with alone(engine):
        return _rebuild(engine, log, limits, progress)


def _rebuild(engine: Engine, log: Log, limits: TimeLimits, progress: Progress | None) -> tuple[int, int]:
    new = next_generation(engine)
    _pile(engine, log, limits, new, progress)
    builder = Runner(engine, log, limits, new)
    head = builder.run_to_head()
    while log.head().position > head:
        head = builder.run_to_head()
    with engine.connect() as connection:
        assert_conserved(connection, new)
    go_live(engine, new)
    return head, new.generation


def _pile(engine: Engine, log: Log, limits: TimeLimits, new: Tables, progress: Progress | None) -> None:
    """Everything up to the head, read once."""
    head, reached = log.head().position, 0
    whole = head + head // 4  # sorting and indexing takes about a quarter of the reading
    report = progress or (lambda done, total: None)
    writer = engine.execution_options(writes=True)
    with _collector_at_rest(), writer.connect() as connection, writer.connect() as piling:
        try:
            with piling.begin():
                pile = Pile(piling, new)
            codes = Codes(new, whole=True)
            with Aside(pile, piling) as aside:
                projections = Histories(new, log, aside, codes, limits), Timelines(log, aside, codes)
                for batch in _batches(log, head):
                    gc.collect(0)
                    for projection in projections:
                        try:
                            with connection.begin():
                                projection.apply(connection, batch)
                        except OperationalError:
                            raise
                        except Exception as error:
                            raise Blocked(projection.name, batch[0].envelope.position, error) from error
                    aside.hand_over()
                    reached = batch[-1].envelope.position  # behind the head, when the last command is a long one
                    report(reached, whole)
            chains = list(pile.chains())
            for number, _ in enumerate(_done(writer, piling, chains), 1):
                report(head + number * (whole - head) // len(chains), whole)
            with piling.begin():
                pile.drop(piling)
            with connection.begin():
                reach(connection, new, reached)
        finally:
            piling.invalidate()  # on SQLite the piles go with the connection


def _done(engine: Engine, piling: Connection, chains: Sequence[Step]) -> Iterator[None]:
    """Run every chain; a server sorts one table while it indexes another, SQLite has one connection that sees the piles."""
    if engine.dialect.name == "sqlite":
        for chain in chains:
            with piling.begin():
                yield chain(piling)
        return

    def run(chain: Step) -> None:
        with engine.begin() as connection:
            chain(connection)

    with ThreadPoolExecutor(SORTING) as sorting:
        yield from sorting.map(run, chains)


class Aside:
    """Takes batches and piles them up while the next one is folded: a server works beside this process.

    SQLite works within this process, and two threads of it would only stand in each other's way: it piles up at once.
    """

    def __init__(self, pile: Pile, connection: Connection) -> None:
        self.pile, self.connection = pile, connection
        self.thread = ThreadPoolExecutor(1) if connection.dialect.name == "postgresql" else None
        self.todo: list[Callable[[], None]] = []
        self.doing: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._settle()
        finally:
            if self.thread is not None:
                self.thread.shutdown()

    def batch(self, _: Connection, written: Written) -> None:
        """Take rows and boards."""
        self.todo.append(lambda: self.pile.batch(self.connection, written))

    def timeline(
        self, _: Connection, shown: Sequence[tuple[int, str, int]], withdrawn: Sequence[tuple[int, int]]
    ) -> None:
        """Take a timeline."""
        self.todo.append(lambda: self.pile.timeline(self.connection, shown, withdrawn))

    def hand_over(self) -> None:
        """Have everything that was taken piled up; one batch at a time is under way."""
        self._settle()
        todo, self.todo = self.todo, []
        if self.thread is None:
            self._do(todo)
        else:
            self.doing = self.thread.submit(self._do, todo)

    def _do(self, todo: Sequence[Callable[[], None]]) -> None:
        with self.connection.begin():
            for one in todo:
                one()

    def _settle(self) -> None:
        doing, self.doing = self.doing, None
        if doing is not None:
            doing.result()


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """A rebuild keeps half a million small objects and makes no cycles: walking them again and again costs a third."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _batches(log: Log, head: int) -> Iterator[Sequence[Event]]:
    at = 0
    while at < head:
        batch = whole_commands(log, at, min(BATCH, head - at))
        at = batch[-1].envelope.position
        yield batch
