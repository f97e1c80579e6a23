"""Every figure, as of any day and as known at any position, is what a slow model works out from the entries in force."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.model import CHINA
from projections.ask import Ask
from tests.projections.questions import DISTINCT, FLOWS, STOCKS, boundary, draw, expected, known
from tests.projections.worlds import World, histories, played, settle, some, world

QUESTIONS = 8
"""How many are asked of each world."""


def lived(made: World, steps: list, pace: int) -> World:
    """A world whose views were brought up to date every `pace` commands, and at the end."""

    def follow(it: World) -> None:
        if it.count % pace == 0:
            it.views.catch_up()

    played(settle(made), steps, follow)
    made.views.catch_up()
    return made


@some(20)
@given(histories(), st.integers(1, 50), st.data())
def test_a_figure_is_what_the_entries_in_force_say(steps, pace, data) -> None:
    """For any day D and position P: value = what the slow model computes from the entries in force at P."""
    with world() as made:
        lived(made, steps, pace)
        for _ in range(QUESTIONS):
            key, ask = draw(data, made)
            position = boundary(data, made)
            value = made.views.figure(key, replace(ask, known_at=position))["value"]
            assert value == expected(known(made, position), key, ask), (key, ask, position)


@some(15)
@given(histories(), st.data())
def test_a_breakdown_adds_up_to_the_value(steps, data) -> None:
    """Flows and stocks: the values by any dimension sum to the value; distinct and ratios: each is the narrowed value."""
    with world() as made:
        lived(made, steps, 7)
        for _ in range(QUESTIONS):
            key, ask = draw(data, made)
            dimensions = (*made.services.reference.figures[key].dimensions, "region", "facility")
            by = data.draw(st.sampled_from(dimensions), "by")
            ask = replace(ask, by=by, known_at=boundary(data, made))
            answer = made.views.figure(key, ask)
            if key in (*FLOWS, *STOCKS):
                assert sum(map(Decimal, answer["by"].values())) == Decimal(answer["value"])
            elif by not in ask.where and not (by == "facility" and ask.facility):
                model = known(made, ask.known_at)
                for one, value in answer["by"].items():
                    alone = replace(
                        ask,
                        by=None,
                        **({by: one} if by in ("region", "facility") else {"where": {**ask.where, by: one}}),
                    )
                    # Under the asked region's own name stands what lies at it and in none of its parts.
                    own = by == "region" and one == ask.region
                    assert value == expected(model, key, alone, exactly=own), (key, alone)


@some(18)
@given(histories(), st.data())
def test_a_trace_adds_up_to_the_value(steps, data) -> None:
    """Members and events both sum to the value; of a distinct figure the members are the value."""
    with world() as made:
        lived(made, steps, 9)
        for _ in range(QUESTIONS):
            key, ask = draw(data, made)
            ask = replace(ask, known_at=boundary(data, made))
            trace = made.views.trace(key, ask)
            assert trace["value"] == made.views.figure(key, ask)["value"]
            for part in trace.get("parts", [trace]):
                adds_up(part, key in DISTINCT)


def adds_up(trace: dict, distinct: bool) -> None:
    """Members are unique and never nothing; sums agree with the value."""
    names = [m["member"] for m in trace["members"]]
    assert len(set(names)) == len(names)
    if distinct:
        assert len(names) == int(trace["value"])
        return
    assert sum(Decimal(m["amount"]) for m in trace["members"]) == Decimal(trace["value"])
    assert sum(Decimal(e["amount"]) for e in trace["events"]) == Decimal(trace["value"])
    assert all(Decimal(m["amount"]) != 0 and m["positions"] for m in trace["members"])
    assert all(Decimal(e["amount"]) != 0 for e in trace["events"])


@some(20)
@given(histories(), st.data())
def test_the_changes_between_two_positions_add_up(steps, data) -> None:
    """The effects of the entries between P1 and P2 sum to after - before, and each lies between them."""
    with world() as made:
        lived(made, steps, 11)
        for _ in range(QUESTIONS):
            key, ask = draw(data, made)
            first, second = sorted((boundary(data, made), boundary(data, made)))
            why = made.views.why(key, ask, first, second)
            for part in why.get("parts", [why]):
                moved = Decimal(part["after"]) - Decimal(part["before"])
                assert sum(Decimal(c["effect"]) for c in part["changes"]) == moved, (key, ask, first, second, part)
                assert all(first < c["position"] <= second for c in part["changes"])
            assert why["after"] == made.views.figure(key, replace(ask, known_at=second))["value"]
            assert why["before"] == made.views.figure(key, replace(ask, known_at=first))["value"]


@some(10)
@given(histories(20), st.data())
def test_known_at_a_moment_is_known_at_its_last_position(steps, data) -> None:
    """A timestamp means all that was recorded at or before it, in any zone."""
    with world() as made:
        lived(made, steps, 5)
        key, ask = draw(data, made)
        moment = data.draw(st.sampled_from(made.moments))
        last = max(p for p, at in zip(made.boundaries[1:], made.moments, strict=True) if at <= moment)
        for said in (moment, moment.astimezone(CHINA)):
            answer = made.views.figure(key, replace(ask, known_at=said))
            assert (answer["known_at"], answer["value"]) == (last, expected(known(made, last), key, ask))


def test_a_position_that_does_not_exist_is_refused() -> None:
    """Nothing is known at a position that the log has not reached, nor before its beginning."""
    with world() as made:
        settle(made)
        made.views.catch_up()
        for position in (made.reach() + 1, -1):
            with pytest.raises(Exception, match="the log ends at position"):
                made.views.figure("stay.present", Ask(as_of=made.today, known_at=position))
        assert made.views.figure("stay.present", Ask(as_of=made.today, known_at=0))["value"] == "0"
