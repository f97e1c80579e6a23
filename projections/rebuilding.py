"""A new generation beside the live one, from the whole log, made live at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from domain.log import Log
from domain.model import Event
from projections.codes import Codes
from projections.histories import Histories
from projections.piling import Pile
from projections.runner import Blocked, Progress, Runner, whole_commands
from projections.store import alone, go_live, next_generation, reach
from projections.tables import Tables
from projections.timelines import Timelines

BATCH = 5_000
"""Events a transaction; nobody waits for them, so that more are taken at once than in a generation that is read."""


def rebuild(engine: Engine, log: Log, progress: Progress | None = None) -> tuple[int, int]:
    """Build a new generation beside the live one and make it live at once; (events, generation).

    The live views are served all the while. What arrives during the rebuild is caught up before the swap. The old
    generation stays until the next rebuild: whoever began to ask before the swap ends with what it began with.
    Raises Busy when another process rebuilds, Blocked at an event that a projection cannot get past.
    """
    with alone(engine):
        new = next_generation(engine)
        _pile(engine, log, new, progress)
        builder = Runner(engine, log, new)
        head = builder.run_to_head()
        while log.head().position > head:
            head = builder.run_to_head()
        go_live(engine, new)
    return head, new.generation


def _pile(engine: Engine, log: Log, new: Tables, progress: Progress | None) -> None:
    """Everything up to the head, read once."""
    head = log.head().position
    report = progress or (lambda done, total: None)
    with _collector_at_rest(), engine.execution_options(writes=True).connect() as connection:
        try:
            with connection.begin():
                pile = Pile(connection, new)
            codes = Codes(new, whole=True)
            projections = Histories(new, log, pile, codes), Timelines(log, pile, codes)
            whole = head + head // 4  # sorting and indexing takes about a quarter of the reading
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
                report(batch[-1].envelope.position, whole)
            steps = list(pile.steps())
            for number, step in enumerate(steps, 1):
                with connection.begin():
                    step(connection)
                report(head + number * (whole - head) // len(steps), whole)
            with connection.begin():
                reach(connection, new, head)
        finally:
            connection.invalidate()  # the piles go with the connection


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
