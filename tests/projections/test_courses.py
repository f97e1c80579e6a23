"""Sums of one figure on many days: read together they are what each is by itself, and they are found, not searched for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from projections.ask import Ask
from projections.ordering import Order
from projections.rollups import Span, cut
from tests.projections.questions import boundary, draw, expected, known
from tests.projections.worlds import World, histories, played, settle, some, world

COUNTY = "540402"


@some(20)
@given(histories(25), st.data())
def test_a_course_is_what_each_of_its_days_is_by_itself(steps, data) -> None:
    """Any figure on any days and periods, in any order and twice, as known at any positions: equal to the slow model's."""
    with world() as made:
        played(settle(made), steps, lambda it: None)
        made.views.catch_up()
        key, ask = draw(data, made)
        begin, end = made.days()
        days = data.draw(
            st.lists(st.dates(begin - timedelta(days=40), end + timedelta(days=40)), min_size=1, max_size=6)
        )
        positions = [boundary(data, made) for _ in range(2)]
        asks = [replace(ask, as_of=day, to=None, from_=None, known_at=at) for day in days for at in positions]
        asks += [replace(ask, known_at=positions[0]), asks[0]]

        told = made.views.values(key, asks)

        models = {position: known(made, position) for position in positions}
        assert told == [expected(models[one.known_at], key, one) for one in asks]


@given(
    st.lists(
        st.tuples(
            st.none() | st.dates(date(1999, 1, 1), date(2031, 1, 1)), st.dates(date(1999, 1, 1), date(2031, 1, 1))
        )
    )
)
def test_a_span_is_cut_into_ranges_that_hold_each_of_its_days_once(drawn) -> None:
    """Whole years, whole months and days never overlap, none is empty, and together they are the span."""
    for first, last in drawn:
        if first is not None and first > last:
            continue
        span: Span = cut(first, last)
        ranges = sorted((*span.whole, *span.days))
        assert all(low <= high for low, high in (*span.years, *span.months, *span.days))
        assert all(high + 1 == low for (_, high), (low, _) in pairwise(ranges))
        assert ranges[-1][1] == last.toordinal()
        assert ranges[0][0] == (first.toordinal() if first else ranges[0][0])
        assert first is not None or not span.years or span.years[0][0] == 0


def statements(made: World, asked: Callable[[], Any]) -> list[tuple[str, Any]]:
    """What the views' database is asked meanwhile."""
    said: list[tuple[str, Any]] = []

    def listen(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        said.append((statement, parameters))

    for engine in {made.views.reader, made.views.engine}:
        event.listen(engine, "before_cursor_execute", listen)
    try:
        asked()
    finally:
        for engine in {made.views.reader, made.views.engine}:
            event.remove(engine, "before_cursor_execute", listen)
    return said


def plan(made: World, said: tuple[str, Any]) -> list[str]:
    """How SQLite finds the rows of a statement, step by step."""
    with made.views.reader.connect() as connection:
        steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said[0]}", said[1]).all()
    return [str(step[-1]) for step in steps]


@pytest.mark.parametrize(("key", "number"), [("stay.present", 1), ("stay.admitted", 1), ("facility.occupancy", 2)])
def test_a_course_is_one_statement_for_each_sum(key, number) -> None:
    """Seven months and the year before are read with one statement; a ratio with two; a day more adds none."""
    with world() as made:
        settle(made)
        made.views.catch_up()
        day = made.today
        for days in (8, 9):
            asks = [Ask(day - timedelta(days=31 * i + days), region=COUNTY) for i in range(days)]
            said = statements(made, lambda asks=asks: made.views.values(key, asks))

            assert len([one for one, _ in said if "sum(amount)" in one]) == number


def test_the_parts_of_a_sum_are_sought_by_facility_and_day() -> None:
    """No roll-up and no row is read that lies elsewhere or on other days; the control is the list of places, read whole."""
    with world() as made:
        settle(made)
        made.views.catch_up()
        for known_at, parts in ((None, 4), (made.views.position() - 1, 5)):
            ask = Ask(made.today, region=COUNTY, known_at=known_at)
            said = statements(made, lambda ask=ask: made.views.values("stay.present", [ask]))
            (asked,) = [one for one in said if "sum(amount)" in one[0]]

            steps = plan(made, asked)

            sought = [step for step in steps if step.startswith("SEARCH")]
            assert len(sought) == parts, "the fifth is for what was recorded in the month of the position"
            assert all("PRIMARY KEY (figure=? AND facility=?" in one or "(figure=? AND pos" in one for one in sought)
            assert {step.split()[1] for step in steps if step.startswith("SCAN")} <= {"json_each"}


def test_the_findings_of_a_county_are_counted_in_its_index() -> None:
    """By severity: the rows themselves are not touched. Another column does touch them, which the plan tells."""
    with world() as made:
        settle(made)
        made.views.catch_up()

        def steps(**where: str) -> str:
            ask = Ask(made.today, facility=made.facilities[0], where=where)
            said = statements(made, lambda: made.views.counted([("breaches", ask, None)]))
            return "\n".join(plan(made, next(one for one in said if "count(" in one[0])))

        assert "COVERING INDEX ix_breaches_facility" in steps(severity="breach")
        assert "COVERING INDEX" not in steps(severity="breach", rule="x")


def test_what_moved_the_figure_of_few_places_is_looked_up_by_place(monkeypatch) -> None:
    """Of few places their own rows are looked through, of many what was recorded since; either way one index."""
    with world() as made:
        settle(made)
        made.views.catch_up()
        head = made.views.position()

        def steps(few: int) -> list[str]:
            monkeypatch.setattr("projections.scope.FEW", few)
            ask = Ask(made.today, region="540000")
            said = statements(made, lambda: made.views.why("facility.registered", ask, head - 1, head))
            return plan(
                made,
                next(
                    one
                    for one in said
                    if "sum(" in one[0] and "GROUP BY" in one[0] and "json" in one[0] and "UNION" not in one[0]
                ),
            )

        assert any("PRIMARY KEY (figure=? AND facility=?" in step for step in steps(0))
        assert any("ix_rows_position" in step for step in steps(10**6))


def test_a_board_is_counted_by_facility_also_where_it_is_read_in_order() -> None:
    """Of so many facilities that a page is read off the index of the day, the rows are still counted by facility."""
    with world() as made:
        settle(made)
        made.views.catch_up()
        ask = Ask(made.today, region="540000", where={"category": "destitute"})
        said = statements(made, lambda: made.views.sheet("stays", ask, order=Order()))

        counting = "\n".join(plan(made, next(one for one in said if "count(" in one[0])))

        assert "ix_stays_facility" in counting
