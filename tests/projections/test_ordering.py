"""Boards in an order: sorted as the values are, every row once on the pages of one position, by an index or bounded."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from domain.catalogue import sheets
from domain.model import Refused
from projections import boards, ordering
from projections.ask import Ask
from projections.boards import Board
from projections.ordering import Order, RowPlace, orderable, place_of
from projections.tables import BOARD_DAYS, tables
from tests.projections.test_both_clocks import lived
from tests.projections.worlds import World, histories, settle, some, world
from tests.services import fresh_database

NAMES = ("facilities", "stays", "persons", "activities", "breaches", "duties")


def asked(name: str) -> set[str]:
    """The columns of a board that no table holds."""
    return Board.asked.fget(SimpleNamespace(name=name))  # type: ignore[attr-defined]


def paged(made: World, name: str, ask: Ask, order: Order, size: int, between: Any = None) -> list[dict[str, Any]]:
    """All rows of a board, page by page; something may happen between the pages."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        rows = made.views.sheet(name, ask, limit=size, after=after, order=order)["rows"]
        if not rows:
            return found
        found, after = found + rows, rows[-1]["after"]
        if between is not None:
            between()


def bare(rows: list[dict[str, Any]]) -> Counter[str]:
    """Rows without their places, counted."""
    return Counter(
        json.dumps({k: v for k, v in row.items() if k != "after"}, sort_keys=True, ensure_ascii=False) for row in rows
    )


def shows_each_row_once(made: World, data: st.DataObject) -> None:
    """Any board, in any order, in pages of any size."""
    for name in NAMES:
        by = data.draw(st.sampled_from([None, *orderable(sheets()[name], asked(name))]), "by")
        order = Order(by, data.draw(st.booleans(), "ascending"))
        ask = Ask(data.draw(st.dates(made.days()[0], made.today), "day"))
        rows = paged(made, name, ask, order, data.draw(st.integers(1, 5), "size"))

        assert bare(rows) == bare(made.views.sheet(name, ask, limit=10_000)["rows"])
        by = by or BOARD_DAYS.get(name)
        values = [row[by] for row in rows if by and row[by] is not None]
        assert values == sorted(values, reverse=not order.ascending)


@some(20)
@given(histories(), st.integers(1, 50), st.data())
def test_pages_in_any_order_show_every_row_once(steps, pace, data) -> None:
    """The pages of a sorted board are the board, each row once, and their values follow one another."""
    with world() as made:
        lived(made, steps, pace)
        shows_each_row_once(made, data)


@pytest.mark.postgres
@some(4)
@given(histories(), st.integers(1, 50), st.data())
def test_pages_on_postgresql_too(postgres_server, steps, pace, data) -> None:
    """The same rows in the same order from a server."""
    with fresh_database(postgres_server) as url, world(url) as made:
        lived(made, steps, pace)
        shows_each_row_once(made, data)


def crowded(made: World, number: int = 12) -> World:
    """Homes and persons, and some stays on different days."""
    settle(made)
    for index in range(number):
        person = made.give(
            "person.register", {"name": f"某{index}", "document_kind": "none", "sex": "male"}, made.today
        )
        made.give(
            "stay.admit",
            {"facility": made.facilities[index % 2], "person": person, "category": "destitute", "bed": f"C{index % 3}"},
            made.today - timedelta(days=index % 5),
        )
    made.views.catch_up()
    return made


@pytest.mark.parametrize("order", [Order(), Order("bed"), Order("bed", ascending=True), Order(ascending=True)])
def test_what_is_recorded_between_pages_moves_nothing(order) -> None:
    """The pages behind the first are of its position: others may record, withdraw and end, each row is shown once."""
    with world() as made:
        crowded(made)
        ask = Ask(made.today)
        before = bare(made.views.sheet("stays", ask, limit=10_000)["rows"])

        def others() -> None:
            person = made.give("person.register", {"name": "新", "document_kind": "none", "sex": "male"}, made.today)
            args = {"facility": made.facilities[0], "person": person, "category": "destitute", "bed": "C1"}
            stay = made.give("stay.admit", args, made.today)
            made.give("stay.discharge", {"stay": stay, "reason": "own_wish"}, made.today)
            made.views.catch_up()

        assert bare(paged(made, "stays", ask, order, 4, others)) == before
        assert bare(paged(made, "stays", ask, order, 4)) != before


def test_pages_outlive_a_rebuild() -> None:
    """A place names the row by what a rebuild keeps."""
    with world() as made:
        crowded(made)
        ask = Ask(made.today)
        before = bare(made.views.sheet("stays", ask, limit=10_000)["rows"])

        assert bare(paged(made, "stays", ask, Order(), 5, made.views.rebuild)) == before


def test_a_period_and_persons_narrow_a_board() -> None:
    """Days and months with both ends included; rows that name somebody, and those of the persons themselves."""
    with world() as made:
        crowded(made)
        ask, day = Ask(made.today), made.today - timedelta(days=2)
        rows = made.views.sheet("stays", ask, limit=10_000)["rows"]

        def found(**said: Any) -> list[str]:
            return [r["stream"] for r in made.views.sheet("stays", ask, limit=10_000, order=Order(**said))["rows"]]

        inside = {r["stream"] for r in rows if day.isoformat() <= r["admitted_on"] <= made.today.isoformat()}
        assert set(found(first=day, last=made.today)) == inside
        assert set(found(first=day)) == inside
        assert set(found(last=day)) == {r["stream"] for r in rows if r["admitted_on"] <= day.isoformat()}
        somebody = rows[3]
        assert found(whom=frozenset({somebody["person"]})) == [somebody["stream"]]
        assert found(whom=frozenset({somebody["stream"]})) == [somebody["stream"]]
        assert found(whom=frozenset()) == []


def test_numbers_sort_as_numbers() -> None:
    """9 beds stand before 10, a facility without beds before both, and the other way round."""
    with world() as made:
        settle(made)
        for facility, beds in zip(made.facilities, (9, 10), strict=False):
            made.give("facility.license_beds", {"facility": facility, "beds": beds, "since": "2022-11-01"}, made.today)
        made.views.catch_up()
        rows = made.views.sheet("facilities", Ask(made.today), order=Order("beds", ascending=True))["rows"]
        beds = [row["beds"] for row in rows]

        assert [one for one in beds if one is not None] == sorted(one for one in beds if one is not None)
        assert {9, 10} <= set(beds)
        turned = made.views.sheet("facilities", Ask(made.today), order=Order("beds"))["rows"]
        assert [row["beds"] for row in turned] == beds[::-1]


@pytest.mark.parametrize("order", [Order("person"), Order("colour"), Order("facility")])
def test_what_cannot_be_sorted_by_is_refused(order) -> None:
    """Names of things and unknown columns: the refusal lists what can."""
    with world() as made:
        settle(made)
        with pytest.raises(Refused, match="can by"):
            made.views.sheet("stays", Ask(made.today), order=order)


@pytest.mark.parametrize(
    "after",
    ["x", "AAAA", "!!", RowPlace(1, 5, "s", 0, None).text, RowPlace(-1, "x", "s", 0, None).text, "W10", "bnVsbA"],
)
def test_a_place_that_is_none_is_refused(after) -> None:
    """Whatever stands in an address: a refusal, never a fault."""
    with world() as made:
        settle(made)
        with pytest.raises(Refused):
            made.views.sheet("stays", Ask(made.today), after=after, order=Order())


@given(st.text(max_size=60))
@some(200)
def test_no_text_breaks_the_reading_of_a_place(text) -> None:
    """A text is a place or refused."""
    try:
        found = place_of(text)
    except Refused:
        return
    assert isinstance(found, RowPlace)


def test_too_many_rows_are_sorted_only_by_an_index(monkeypatch) -> None:
    """Beyond the bound a column without an index is refused with what to do; the day and the first entry are not."""
    with world() as made:
        crowded(made)
        monkeypatch.setattr(boards, "COUNTED_MAX", 5)
        ask = Ask(made.today)
        with pytest.raises(Refused, match="cannot be sorted by this column"):
            made.views.sheet("stays", ask, order=Order("bed"))
        assert len(made.views.sheet("stays", ask, order=Order())["rows"]) == 12
        assert made.views.sheet("stays", ask, order=Order(first=date(2000, 1, 1)))["total"] is None
        assert made.views.sheet("stays", Ask(made.today, where={"bed": "C1"}), order=Order("bed"))["total"] == 4


def plan(made: World, ask: Ask, order: Order, name: str = "stays") -> str:
    """How SQLite finds the rows of a page, step by step."""
    said: list[tuple[str, Any]] = []

    def listen(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if "LIMIT" in statement and "count(" not in statement and "sheet_" in statement:
            said.append((statement, parameters))

    event.listen(made.views.reader, "before_cursor_execute", listen)
    try:
        made.views.sheet(name, ask, limit=50, order=order)
    finally:
        event.remove(made.views.reader, "before_cursor_execute", listen)
    (statement, parameters) = said[-1]
    with made.views.reader.connect() as connection:
        steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    return "\n".join(str(step[-1]) for step in steps)


@pytest.mark.parametrize("name", sorted(BOARD_DAYS))
@pytest.mark.parametrize(
    "order", [Order(), Order(ascending=True), Order(first=date(2020, 1, 1), last=date(2030, 1, 1))]
)
def test_a_page_by_the_day_follows_its_index(name, order) -> None:
    """No board is sorted to show its newest rows: they are read off the index, in either direction, in a period too."""
    with world() as made:
        settle(made)
        steps = plan(made, Ask(made.today), order, name)

        assert f"ix_{name}_day" in steps
        assert "TEMP B-TREE" not in steps


def test_one_facility_is_looked_up_and_a_province_is_read_in_order() -> None:
    """The rows of one facility are found by it; those of most facilities by the order. Sorting elsewhere is seen."""
    with world() as made:
        settle(made)
        one = plan(made, Ask(made.today, facility=made.facilities[0]), Order())
        assert "ix_stays_facility" in one
        assert "TEMP B-TREE" in one
        wide = plan(made, Ask(made.today, region="540000"), Order())
        assert "ix_stays_day" in wide
        assert "TEMP B-TREE" not in wide


def test_every_board_has_an_index_of_its_day() -> None:
    """The declared days are columns of their boards, and indexed in every generation."""
    made = {index.name for index in tables(7).indexes}

    for name, day in BOARD_DAYS.items():
        assert day in sheets()[name]
        assert f"ix_{name}_day_7" in made
    assert ordering.COUNTED_MAX >= 10_000
