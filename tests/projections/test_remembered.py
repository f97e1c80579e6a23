"""Answers are remembered until the views move on: what is remembered is what would be worked out, never older."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from projections.ask import Ask
from projections.ordering import Order
from projections.views import Views
from tests.projections.questions import FLOWS, STOCKS, draw
from tests.projections.worlds import World, histories, played, settle, some, world

PLACES = ("facility", "region")


def anew(made: World) -> Views:
    """Views over the same tables that remember nothing."""
    return Views(made.views.engine, made.log, made.services.reference)


def number(views: Views, board: str, ask: Ask, on: date | None) -> int:
    """How many rows a board has, by its rows."""
    return len(views.sheet(board, ask, order=Order(first=on, last=on))["rows"])


@some(12)
@given(histories(25), st.integers(1, 6), st.data())
def test_what_is_remembered_is_what_would_be_worked_out(steps, pace, data) -> None:
    """At every catching up the same questions are put twice; the second answers equal those of views without a memory."""
    with world() as made:
        settle(made)
        made.views.catch_up()
        asked = [draw(data, made) for _ in range(4)]

        def compared(it: World) -> None:
            if it.count % pace:
                return
            it.views.catch_up()
            for key, ask in asked:
                it.views.values(key, [ask])
                (value,) = it.views.values(key, [ask])
                assert value == it.views.figure(key, ask)["value"] == anew(it).figure(key, ask)["value"], (key, ask)
            on = [None, it.today, it.days()[0]]
            counts = [("stays", Ask(it.today, region=region), day) for region in (None, "540400") for day in on]
            assert it.views.counted(counts) == it.views.counted(counts) == [number(anew(it), *one) for one in counts]

        played(made, steps, compared)


@some(15)
@given(histories(), st.data())
def test_each_part_of_a_breakdown_is_the_figure_of_that_part(steps, data) -> None:
    """Whatever it is broken down by: what stands at a part, from grouped sums, is the value asked for that part alone."""
    with world() as made:
        played(settle(made), steps, lambda it: None)
        made.views.catch_up()
        drawn, figures = replace(draw(data, made)[1], facility=None, where={}), made.services.reference.figures
        whole = Ask(made.today, from_=made.days()[0])
        asked = [(key, by) for key in (*FLOWS, *STOCKS) for by in (*PLACES, *figures[key].dimensions)]
        for ask, (key, by) in product((drawn, whole), asked):
            for part, value in made.views.figure(key, replace(ask, by=by))["by"].items():
                if part:
                    narrowed = replace(ask, **({by: part} if by in PLACES else {"where": {by: part}}))
                    assert value == made.views.figure(key, narrowed)["value"], (key, ask, by, part)


def test_a_memory_follows_new_entries_and_is_not_written_through() -> None:
    """A new entry changes the answer (what was remembered differs from it), and an answer that a caller changes stays its own."""
    with world() as made:
        settle(made)
        made.views.catch_up()
        ask = Ask(made.today)
        before = made.views.figure("facility.registered", ask)
        before["value"] = "written by a caller"
        assert made.views.figure("facility.registered", ask)["value"] == "3"
        made.give("facility.terminate", {"facility": made.facilities[0], "reason": "合并"}, made.today)
        made.views.catch_up()

        assert made.views.figure("facility.registered", ask)["value"] == "2"
        assert made.views.values("facility.registered", [ask, ask]) == ["2", "2"]


def test_what_is_asked_inside_one_moment_agrees_and_outside_of_it_is_new() -> None:
    """An entry that the views take in meanwhile is in none of a page's numbers and rows; in the next page's it is."""
    with world() as made:
        settle(made)
        made.views.catch_up()
        ask, views = Ask(made.today), made.views

        def standing() -> tuple[str, int, int]:
            running = [row for row in views.sheet("facilities", ask)["rows"] if row["status"] != "terminated"]
            return views.figure("facility.registered", ask)["value"], len(running), views.position()

        before = standing()
        with views.moment():
            made.give("facility.terminate", {"facility": made.facilities[0], "reason": "合并"}, made.today)
            views.catch_up()
            assert anew(made).figure("facility.registered", ask)["value"] == "2"
            assert standing() == before

        assert standing() == ("2", 2, made.log.head().position)
