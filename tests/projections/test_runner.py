"""The runner's promises: nothing twice, nothing lost, a failing projection stands alone, a hole is an alarm."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import delete, select, update

from projections import runner
from projections.ask import Ask
from projections.runner import Blocked, Runner
from projections.store import prepare
from projections.views import Views
from tests.projections.dumps import differences, dump
from tests.projections.worlds import World, settle, world
from tests.services import fresh_database

pytestmark = pytest.mark.long


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def made(request: Any) -> Iterator[World]:
    """A world with some hundred events, its views empty, on either engine."""
    with place(request) as url, world(url) as one:
        settle(one)
        for n in range(20):
            one.give(
                "stay.admit",
                {
                    "facility": one.facilities[n % 3],
                    "person": one.persons[n % 3],
                    "category": "orphan",
                    "bed": "A1",
                    "until": one.today.isoformat(),
                },
                one.today,
            )
        yield one


@contextmanager
def place(request: Any) -> Iterator[str | None]:
    """No database for SQLite; a fresh one on PostgreSQL."""
    if request.param == "sqlite":
        yield None
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as url:
        yield url


def truth(made: World) -> dict[str, list[Any]]:
    """What a rebuild holds."""
    made.views.rebuild()
    return dump(made.views)


class Rival:
    """A second runner that applies some batches between a runner's reading and its writing."""

    def __init__(self, made: World, chance: random.Random) -> None:
        self.runner, self.chance, self.busy, self.beaten = (
            Runner(made.views.engine, made.log, made.services.reference.limits),
            chance,
            False,
            0,
        )

    def meddle(self, own: Any) -> Any:
        """An `_apply` before which the rival sometimes runs ahead by a batch of another length."""

        def apply(this: Runner, live: Any, projection: Any, at: int, batch: Any) -> bool:
            if not self.busy and self.chance.random() < 0.5:
                self.busy = True
                with patch.object(runner, "BATCH", self.chance.choice([1, 3, 50])):
                    self.runner.run_to_head(upto=at + self.chance.choice([1, 4, 30]))
                self.busy = False
            moved = own(this, live, projection, at, batch)
            self.beaten += not moved
            return moved

        return apply


def test_two_runners_in_lockstep_apply_nothing_twice(made: World) -> None:
    """Batches of unequal length on one database, the rival between reading and writing: the same as one runner."""
    for seed in range(2):
        made.views.rebuild()
        empty(made)
        rival = Rival(made, random.Random(seed))
        with patch.object(Runner, "_apply", rival.meddle(Runner._apply)), patch.object(runner, "BATCH", 7):
            Views(made.views.engine, made.log, made.services.reference).catch_up()
        assert rival.beaten > 0
        raced = dump(made.views)
        assert differences(raced, truth(made)) == {}


def test_control_a_position_that_only_moves_up_applies_twice(made: World) -> None:
    """The same lockstep with the usual upsert, `position < new`: batches are applied twice, and the numbers are wrong."""

    def careless(this: Runner, live: Any, projection: Any, at: int, batch: Any) -> bool:
        with this.writer.begin() as connection:
            new = batch[-1].envelope.position
            connection.execute(
                update(live.progress)
                .where(live.progress.c.projection == projection.name, live.progress.c.position < new)
                .values(position=new)
            )
            projection.apply(connection, batch)
        return True

    made.views.rebuild()
    empty(made)
    rival, wrong = Rival(made, random.Random(1)), False
    with patch.object(Runner, "_apply", rival.meddle(careless)), patch.object(runner, "BATCH", 7):
        try:
            Views(made.views.engine, made.log, made.services.reference).catch_up()
        except Blocked:  # a row that is there already: the second application was seen by the primary key
            wrong = True
    raced = dump(made.views)
    assert wrong or differences(raced, truth(made)) != {}


def empty(made: World) -> None:
    """Take everything out of the live generation."""
    live = prepare(made.views.engine)
    with made.views.engine.execution_options(writes=True).begin() as connection:
        for table in live.metadata.sorted_tables:
            if table is not live.progress:
                connection.execute(delete(table))
        connection.execute(update(live.progress).values(position=0))


@pytest.mark.parametrize("failing", [runner.Histories, runner.Timelines])
@pytest.mark.parametrize("at", [1, 20, 57])
def test_a_failing_projection_stands_alone(made: World, failing: type, at: int) -> None:
    """One projection fails at an event: the others reach the head, it waits before the event's command, and loses nothing."""
    own = failing.apply

    def apply(self: Any, connection: Any, events: Any) -> None:
        own(self, connection, events)
        if any(e.envelope.position == at for e in events):
            raise ValueError("not this one")

    with patch.object(failing, "apply", apply), pytest.raises(Blocked, match=f"{failing.name} is blocked"):
        made.views.catch_up()
    live = prepare(made.views.engine)
    with made.views.engine.connect() as connection:
        reached = dict(connection.execute(select(live.progress.c.projection, live.progress.c.position)).all())
    assert reached.pop(failing.name) == max(b for b in made.boundaries if b < at)
    assert set(reached.values()) == {made.reach()}
    assert made.views.runner.status[failing.name].blocked.position <= at
    made.views.catch_up()
    mended = dump(made.views)
    assert made.views.runner.status[failing.name].blocked is None
    assert differences(mended, truth(made)) == {}


def test_an_event_at_a_time_is_never_blocked_by_the_other_projection(made: World) -> None:
    """Both projections number texts; a runner that has numbered some still takes the next event after the other has."""
    with patch.object(runner, "BATCH", 1):
        for position in made.boundaries[1:]:
            made.views.catch_up(position)
    grown = dump(made.views)
    assert differences(grown, truth(made)) == {}


@pytest.mark.parametrize("lost", [2, 30, 57])
def test_a_hole_in_the_log_is_an_alarm(made: World, lost: int) -> None:
    """A position that is missing blocks every projection before it, wherever in a batch it lies; nothing is passed over."""
    read = made.log.read

    def holed(after: int, limit: int) -> list[Any]:
        return [e for e in read(after, limit) if e.envelope.position != lost]

    with patch.object(made.log, "read", holed), pytest.raises(Blocked, match="hole"):
        made.views.catch_up()
    assert made.views.position() < lost
    made.views.catch_up()
    whole = dump(made.views)
    assert differences(whole, truth(made)) == {}


def test_a_log_that_cannot_be_read_blocks_and_says_where(made: World) -> None:
    """A payload that cannot be decoded is an alarm of the projections, which names the position; reading on mends it."""
    with (
        patch.object(made.log, "read", side_effect=ValueError("unreadable")),
        pytest.raises(Blocked, match="position 1:"),
    ):
        made.views.catch_up()
    made.views.catch_up()
    assert made.views.position() == made.reach()


def test_a_batch_ends_between_two_commands(made: World) -> None:
    """Whatever the size, a batch holds whole commands; a command longer than the size is taken whole."""
    for size in (1, 2, 3, 5, 8):
        at = 0
        while at < made.reach():
            batch = made.views.runner._batch(at, size)
            at = batch[-1].envelope.position
            assert at in made.boundaries
    assert made.views.figure("stay.admitted", Ask(as_of=made.today))["value"] == "0"
