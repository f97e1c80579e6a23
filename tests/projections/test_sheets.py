"""Boards and breaches on both clocks: sheet(D, P) is the fold of the entries in force at P up to the end of day D."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.ask import Ask
from projections.tables import cell
from tests.projections.questions import board, boundary, known
from tests.projections.test_both_clocks import lived
from tests.projections.worlds import World, histories, settle, some, world

BOARDS = ("facilities", "stays", "persons", "activities")
MASKED = {"title", "document_number", "phone"}


def shown(row: dict) -> dict:
    """A row of the model as a board prints it, private values masked."""
    return {key: "*" if name_is_private(row, key) else json.loads(cell(value) or "null") for key, value in row.items()}


def name_is_private(row: dict, key: str) -> bool:
    """Only persons have private columns, and only those that are filled are masked."""
    return "document_kind" in row and key in MASKED and row[key] is not None


@some(20)
@given(histories(), st.integers(1, 50), st.data())
def test_a_board_is_the_fold_of_the_entries_in_force(steps, pace, data) -> None:
    """For each board, day D and position P: its rows are the aggregates folded by hand from the entries in force."""
    with world() as made:
        lived(made, steps, pace)
        begin, end = made.days()
        for _ in range(6):
            day, position = data.draw(st.dates(begin - timedelta(days=2), end), "day"), boundary(data, made)
            model = known(made, position)
            for name in BOARDS:
                rows = {
                    row["stream"]: {k: v for k, v in row.items() if k != "stream"}
                    for row in board(made, name, day, position)
                }
                folded = {
                    s: {"facility": row.get("facility")} | shown(row) for s, row in model.sheet(name, day).items()
                }
                if name == "facilities":
                    folded = {s: row | {"facility": s} for s, row in folded.items()}
                assert rows == folded, (name, day, position)


@some(25)
@given(histories(), st.integers(1, 50), st.data())
def test_breaches_are_those_found_day_by_day(steps, pace, data) -> None:
    """Too many people, two in a bed, people in an ended home, no agreement: since when and where, found by brute force."""
    with world() as made:
        lived(made, steps, pace)
        begin, end = made.days()
        for _ in range(4):
            day, position = data.draw(st.dates(begin - timedelta(days=2), end), "day"), boundary(data, made)
            found = [
                (r["stream"], r["facility"], r["rule"], r["since"])
                for r in board(made, "breaches", day, position)
                if r["rule"] != "stay.unusual_category"
            ]
            assert len(found) == len(set(found))
            assert set(found) == known(made, position).breaches(day), (day, position)


def lodged(made: World) -> World:
    """A home with two breaches at once, and others."""
    settle(made)
    day = made.today
    for person in made.persons:
        made.give(
            "stay.admit", {"facility": made.facilities[0], "person": person, "category": "orphan", "bed": "A1"}, day
        )
    made.views.catch_up()
    return made


def test_pages_of_a_board_lose_nothing() -> None:
    """Read page by page with `after`, a board shows every row once, also where several rows share a stream."""
    with world() as made:
        lodged(made)
        for name in ("breaches", "stays", "facilities"):
            ask, paged, after = Ask(as_of=made.today), [], None
            while True:
                rows = made.views.sheet(name, ask, limit=1, after=after)["rows"]
                if not rows:
                    break
                paged, after = paged + rows, rows[-1]["stream"]
            assert paged == made.views.sheet(name, ask)["rows"]
            assert len(paged) >= 3


def test_a_board_narrows_by_region_and_column() -> None:
    """Rows of facilities that lie in the region on the day; a column filter compares values; an unknown one is refused."""
    with world() as made:
        lodged(made)
        ask = Ask(as_of=made.today, region="540422")
        assert {r["facility"] for r in made.views.sheet("stays", ask)["rows"]} == {made.facilities[0]}
        assert made.views.sheet("stays", Ask(as_of=made.today, region="110101"))["rows"] == []
        beds = made.views.sheet("facilities", Ask(as_of=made.today, where={"beds": "2"}))["rows"]
        assert [r["stream"] for r in beds] == [made.facilities[1]]
        with pytest.raises(Exception, match="has no column"):
            made.views.sheet("stays", Ask(as_of=made.today, where={"colour": "red"}))


def test_a_breach_follows_a_stay_to_the_right_facility() -> None:
    """EC-04: a correction of the facility of a stay takes its breaches along."""
    with world() as made:
        settle(made)
        first, second = made.facilities[:2]
        stay = made.give(
            "stay.admit", {"facility": first, "person": made.persons[0], "category": "destitute"}, made.today
        )
        made.views.catch_up()
        at = lambda f: {r["rule"] for r in made.views.sheet("breaches", Ask(as_of=made.today, facility=f))["rows"]}  # noqa: E731
        assert "EC-04" in at(first)
        made.give("entry.correct", {"stream": stay, "version": 1, "reason": "x", "args": {"facility": second}}, None)
        made.views.catch_up()
        assert "EC-04" in at(second)
        assert at(first) == set()
