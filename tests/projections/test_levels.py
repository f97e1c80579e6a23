"""Levels by day: however the rows come in, the breaches are those of a calendar gone through day by day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.ask import Ask
from projections.folding import FOREVER
from projections.levels import (
    ADMITTED,
    BEDS,
    IN_BED,
    LICENCE,
    PRESENT,
    REGISTERED,
    SUSPENDED,
    WATCHED,
    Series,
)
from tests.projections.worlds import World, settle, some, world

FIRST, LAST = date(2024, 1, 1).toordinal(), date(2024, 1, 14).toordinal()
ROWS = st.tuples(
    st.sampled_from(WATCHED), st.sampled_from(["A1", "A2"]), st.integers(FIRST, LAST), st.sampled_from([1, 1, -1])
)


def calendar(rows: list[tuple[str, str, int, int]]) -> set[tuple[str, str, str]]:
    """(rule, since, until) found by going from day to day, with sums over all rows up to each."""
    held: dict[str, list[int]] = {}
    closed, took_in = True, False
    for day in range(FIRST, LAST + 2):
        total = Counter({figure: sum(r[3] for r in rows if r[0] == figure and r[2] <= day) for figure in WATCHED})
        beds = Counter({bed: sum(r[3] for r in rows if r[:2] == (IN_BED, bed) and r[2] <= day) for bed in ("A1", "A2")})
        came = sum(r[3] for r in rows if r[0] == ADMITTED and r[2] == day)
        registered, was_closed = total[REGISTERED] > 0, closed
        closed = not registered or total[SUSPENDED] > 0
        took_in = closed and (took_in or (was_closed and came > 0))
        for rule, holds in (
            ("facility.over_occupied", registered and total[LICENCE] > 0 and total[BEDS] < total[PRESENT]),
            ("EC-12", not registered and total[PRESENT] > 0),
            ("facility.bed_shared", max(beds.values()) > 1),
            ("facility.admitted_while_closed", took_in),
        ):
            if holds:
                held.setdefault(rule, []).append(day)
    return {one for rule, days in held.items() for one in runs(rule, days)}


def runs(rule: str, days: list[int]) -> set[tuple[str, str, str]]:
    """Days in a row as one interval; what holds behind the last row holds for ever."""
    found = set()
    for _, its in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0]):
        run = [day for _, day in its]
        found.add((rule, said(run[0]), FOREVER if run[-1] > LAST else said(run[-1] + 1)))
    return found


def said(day: int) -> str:
    """The end of a day."""
    return f"{date.fromordinal(day)}T24:00"


@some(150)
@given(st.lists(st.lists(ROWS, max_size=8), max_size=12))
def test_breaches_of_levels_are_those_of_a_calendar(batches) -> None:
    """After every batch of rows, in any order, also rows that take others back: the rules hold on the same days."""
    series, known = Series(), []
    for batch in batches:
        for figure, bed, day, amount in batch:
            series.add(figure, bed if figure == IN_BED else "", day, amount)
        known += batch
        series.breaches = series.settled()
        assert series.breaches == calendar(known)


# -- through the desk ----------------------------------------------------------------------------------------


@pytest.fixture
def made():
    """Homes with one, two and three beds, and three persons."""
    with world() as one:
        yield settle(one)


def admit(made: World, day: date, person: int = 0) -> str:
    """Somebody moves into the first home."""
    args = {"facility": made.facilities[0], "person": made.persons[person], "category": "destitute"}
    stay = made.give("stay.admit", args, day)
    assert stay is not None, made.refusals
    return stay


def order(made: World, command: str, day: date, **args: object) -> None:
    """Something is ordered of the first home."""
    assert made.give(command, {"facility": made.facilities[0], **args}, day), made.refusals


def redo(made: World, command: str, stream: str, version: int = 1, **more: object) -> None:
    """A withdrawal or a correction that must be accepted."""
    assert made.give(command, {"stream": stream, "version": version, "reason": "x", **more}, None), made.refusals


def holds(made: World, rule: str, day: date, known: int | None = None) -> list[tuple[str, str, str | None]]:
    """(stream, since, until) of the breaches of a rule at the end of a day."""
    made.views.catch_up()
    rows = made.views.sheet("breaches", Ask(as_of=day, known_at=known))["rows"]
    return [(r["stream"], r["since"], r["until"]) for r in rows if r["rule"] == rule]


LET_IN = "facility.admitted_while_closed"


def test_an_admission_that_a_suspension_crossed_is_found(made: World) -> None:
    """Admitted on day 10, recorded first; suspended on day 5, recorded later: found from day 10, once it was known."""
    fifth, tenth = made.today - timedelta(days=15), made.today - timedelta(days=10)
    admit(made, tenth)
    before = made.reach()
    order(made, "facility.suspend", fifth, reason="x")
    home = made.facilities[0]

    assert holds(made, LET_IN, tenth) == holds(made, LET_IN, made.today) == [(home, tenth.isoformat(), None)]
    assert holds(made, LET_IN, tenth - timedelta(days=1)) == []
    assert holds(made, LET_IN, tenth, before) == []
    order(made, "facility.resume", made.today - timedelta(days=5))
    assert holds(made, LET_IN, made.today) == []
    assert [since for _, since, _ in holds(made, LET_IN, tenth)] == [tenth.isoformat()]


def test_a_crossing_that_was_put_right_is_found_no_more(made: World) -> None:
    """The admission corrected to a day before, or withdrawn, or the suspension withdrawn; until then it stands."""
    fifth, tenth = made.today - timedelta(days=15), made.today - timedelta(days=10)
    first, second = admit(made, tenth), admit(made, tenth + timedelta(days=1), 1)
    order(made, "facility.suspend", fifth, reason="x")
    redo(made, "entry.correct", first, args={}, occurred_on=fifth.isoformat())
    assert [since for _, since, _ in holds(made, LET_IN, made.today)] == [(tenth + timedelta(days=1)).isoformat()]
    known = made.reach()
    redo(made, "entry.withdraw", second)
    assert holds(made, LET_IN, made.today) == []
    assert len(holds(made, LET_IN, made.today, known)) == 1
    admit(made, fifth, 1)
    assert holds(made, LET_IN, made.today) == []


def test_a_home_may_take_somebody_in_on_the_day_on_which_it_closes_or_opens(made: World) -> None:
    """Days are all that is compared: open at either end of a day is open enough."""
    fifth, tenth = made.today - timedelta(days=15), made.today - timedelta(days=10)
    admit(made, fifth)
    admit(made, tenth, 1)
    order(made, "facility.suspend", fifth, reason="x")
    order(made, "facility.resume", tenth)
    assert holds(made, LET_IN, made.today) == holds(made, LET_IN, tenth) == holds(made, LET_IN, fifth) == []


def test_people_in_a_home_licensed_for_nobody_are_too_many(made: World) -> None:
    """facility.over_occupied: none where there never was a licence, found where one says nought beds."""
    home = made.give(
        "facility.register",
        {
            "kind": "elderly_care_home",
            "name": "x",
            "site_no": "01",
            "region": "540402",
            "address": "x",
            "operator": "public",
            "opened_on": "2020-01-01",
        },
        made.today - timedelta(days=100),
    )
    made.facilities.insert(0, home)
    tenth, rule = made.today - timedelta(days=10), "facility.over_occupied"
    admit(made, tenth)
    assert holds(made, rule, made.today) == []
    order(made, "facility.license_beds", tenth, beds=0, since=(tenth + timedelta(days=2)).isoformat())
    assert holds(made, rule, made.today) == [(home, (tenth + timedelta(days=2)).isoformat(), None)]
    redo(made, "entry.withdraw", home, 2)
    assert holds(made, rule, made.today) == []
    order(made, "facility.license_beds", tenth, beds=3, since=tenth.isoformat())
    order(made, "facility.license_beds", made.today, beds=0, since=made.today.isoformat())
    assert holds(made, rule, made.today) == [(home, made.today.isoformat(), None)]
