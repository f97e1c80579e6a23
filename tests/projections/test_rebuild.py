"""However the log was read, in whatever batches and by how many runners, the views end the same as built anew."""

from __future__ import annotations

import threading
from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect

from projections import piling, rebuilding, runner
from projections import views as views_module
from projections.ask import Ask
from projections.views import Views
from tests.projections.dumps import differences, dump
from tests.projections.worlds import World, histories, played, settle, some, world


def anew(made: World) -> Views:
    """The views as another process would open them: nothing remembered."""
    return Views(made.views.engine, made.log, made.services.reference)


@some(20)
@given(
    histories(), st.sampled_from([1, 2, 7, 1000]), st.sampled_from([1, 3, 10, 5000]), st.integers(1, 12), st.booleans()
)
def test_views_grown_step_by_step_equal_views_built_anew(steps, batch, piled, pace, restart) -> None:
    """Any batch size, any pace, with or without a restart of the runner: every table equals that of a rebuild.

    The two ways share the folding and nothing else: one writes into tables that are read, the other piles up and sorts.
    """
    with world() as made, patch.object(runner, "BATCH", batch):

        def follow(it: World) -> None:
            if it.count % pace == 0:
                (anew(it) if restart else it.views).catch_up()

        played(settle(made), steps, follow)
        made.views.catch_up()
        grown = dump(made.views)
        with patch.object(rebuilding, "BATCH", piled):
            events, generation = made.views.rebuild()
        assert (events, generation) == (made.reach(), 2)
        assert differences(grown, dump(made.views)) == {}


def test_a_catch_up_behind_every_event_is_the_same() -> None:
    """A reader that waits for a position in the middle of a command never parts the command's events."""
    with world() as made:
        settle(made)
        made.give(
            "stay.admit",
            {
                "facility": made.facilities[0],
                "person": made.persons[0],
                "category": "orphan",
                "bed": "A1",
                "until": made.today.isoformat(),
            },
            made.today,
        )
        made.give(
            "entry.correct",
            {
                "stream": made.give(
                    "stay.admit",
                    {"facility": made.facilities[1], "person": made.persons[1], "category": "orphan"},
                    made.today,
                ),
                "version": 1,
                "args": {"category": "destitute"},
                "reason": "x",
            },
            None,
        )
        for position in range(1, made.reach() + 1):
            made.views.catch_up(position)
            assert made.views.position() in made.boundaries
        grown = dump(made.views)
        made.views.rebuild()
        assert differences(grown, dump(made.views)) == {}


def test_readers_are_served_while_views_are_rebuilt() -> None:
    """A rebuild beside the live views and the swap are never seen by those who ask: same answers, no failure."""
    with world() as made:
        settle(made)
        for n in range(20):
            made.give(
                "stay.admit",
                {
                    "facility": made.facilities[n % 3],
                    "person": made.persons[n % 3],
                    "category": "orphan",
                    "until": made.today.isoformat(),
                },
                made.today,
            )
        made.views.catch_up()
        ask, stop, failures = Ask(as_of=made.today), threading.Event(), []
        truth = made.views.figure("stay.admitted", ask)["value"]

        def reader() -> None:
            views = anew(made)
            while not stop.is_set():
                try:
                    assert views.figure("stay.admitted", ask)["value"] == truth
                    assert len(views.sheet("stays", ask)["rows"]) == int(truth)
                    assert len(views.trace("stay.persons", ask)["members"]) == 3
                except Exception as failure:  # noqa: BLE001 - whatever it is, it is told
                    failures.append(failure)
                    return

        threads = [threading.Thread(target=reader) for _ in range(3)]
        for thread in threads:
            thread.start()
        for _ in range(6):
            made.views.rebuild()
        stop.set()
        for thread in threads:
            thread.join()
        assert failures == []


def test_a_question_asked_before_the_swap_is_answered_after_it() -> None:
    """Between finding the live generation and reading it, a rebuild may swap: the answer is still there."""
    with world() as made:
        settle(made)
        made.views.catch_up()
        ask, own = Ask(as_of=made.today), views_module.prepare
        truth = made.views.figure("facility.registered", ask)["value"]

        def prepare(engine):
            found = own(engine)
            anew(made).rebuild()
            return found

        with patch.object(views_module, "prepare", prepare):
            assert made.views.figure("facility.registered", ask)["value"] == truth
            assert made.views.sheet("facilities", ask)["total"] == 3


def test_only_the_generation_before_is_kept() -> None:
    """Rebuilding again and again does not fill the disk: the live tables and the ones before, no more."""
    with world() as made:
        settle(made)
        for _ in range(4):
            made.views.rebuild()
        names = {n.rsplit("_", 1)[1] for n in inspect(made.views.engine).get_table_names() if n.startswith("rows_")}
        assert names == {"4", "5"}


def test_a_runner_follows_to_the_generation_that_is_live() -> None:
    """After a swap in another process a runner goes on in the new tables, and the leftovers of old ones are gone."""
    with world() as made:
        settle(made)
        made.views.catch_up()
        anew(made).rebuild()
        made.give("person.register", {"name": "李四", "document_kind": "none", "sex": "male"}, made.today)
        made.views.catch_up()
        assert made.views.position() == made.reach()
        grown = dump(made.views)
        anew(made).rebuild()
        assert differences(grown, dump(made.views)) == {}


def test_a_rebuild_that_is_broken_off_harms_nothing() -> None:
    """A rebuild that fails leaves the live views as they were; the next one starts over."""
    with world() as made:
        settle(made)
        made.views.catch_up()
        before = dump(made.views)
        with (
            patch.object(rebuilding.Timelines, "apply", side_effect=RuntimeError("power")),
            pytest.raises(runner.Blocked),
        ):
            anew(made).rebuild()
        assert dump(made.views) == before
        assert made.views.rebuild() == (made.reach(), 2)
        assert differences(before, dump(made.views)) == {}


def test_control_a_pile_that_forgets_what_ended_is_seen() -> None:
    """The comparison can fail: a rebuild that loses the closings of earlier batches differs from the grown views."""
    with world() as made:
        settle(made)
        made.views.catch_up()
        grown, whole = dump(made.views), piling.Pile.batch

        def careless(pile, connection, written) -> None:
            whole(pile, connection, replace(written, closings={}))

        with patch.object(rebuilding, "BATCH", 1), patch.object(piling.Pile, "batch", careless):
            made.views.rebuild()
        assert "sheet_facilities" in differences(grown, dump(made.views))


def test_what_is_recorded_behind_a_long_command_is_taken_in_once() -> None:
    """A command longer than a batch ends the log and others record meanwhile: the rebuild ends where it read to."""
    with world() as made:
        settle(made)
        made.give(
            "stay.admit",
            {"facility": made.facilities[0], "person": made.persons[0], "category": "orphan"},
            made.today,
        )
        made.give("person.record_death", {"person": made.persons[0]}, made.today)
        own, asked = rebuilding.whole_commands, []

        def late(log, at, size):
            if not asked:
                for n in range(4):
                    made.give("person.register", {"name": f"甲{n}", "document_kind": "none", "sex": "male"}, made.today)
            asked.append(at)
            return own(log, at, size)

        with patch.object(rebuilding, "BATCH", 1), patch.object(rebuilding, "whole_commands", late):
            made.views.rebuild()
        piled = dump(made.views)
        made.views.rebuild()
        assert differences(piled, dump(made.views)) == {}
