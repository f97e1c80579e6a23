"""How numbers are divided and days drawn: always whole, never of a size to avoid, within the period."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.scenario import Plan, commands, default_plan
from infra.scenario.scene import split, spread_days, weekday
from tests.infra.test_scenario import regions, table, types


@given(
    total=st.integers(14, 60000),
    count=st.integers(1, 14),
    seed=st.integers(0, 99),
    avoid=st.frozensets(st.integers(101, 5000), max_size=40),
)
def test_parts_add_up_and_none_has_a_size_to_avoid(total, count, seed, avoid):
    """Every part is at least 1, all together are the total; a lone part is what it must be."""
    parts = split(total, count, Random(seed), avoid)

    assert (len(parts), sum(parts)) == (count, total)
    assert min(parts) >= 1
    assert count == 1 or not avoid & set(parts)


def test_the_last_part_gives_way_too():
    """Where the last part has a size to avoid, the first takes what it gives, and avoids in turn."""
    whole = split(400, 2, Random(1))
    first, last = whole
    moved = split(400, 2, Random(1), frozenset({last, first + 1}))

    assert sum(moved) == 400
    assert not {last, first + 1} & set(moved)


@given(length=st.integers(0, 400), count=st.integers(1, 70), seed=st.integers(0, 99))
def test_days_lie_in_order_within_the_period(length, count, seed):
    """As many days as asked for, none before the first or after the last day, in order."""
    first = date(2024, 1, 1)
    last = date.fromordinal(first.toordinal() + length)
    days = spread_days(first, last, count, Random(seed))

    assert len(days) == count
    assert days == sorted(days)
    assert first <= days[0] <= days[-1] <= last


@pytest.mark.parametrize(
    ("day", "last", "worked"),
    [
        ("2024-06-05", "2024-12-31", "2024-06-05"),
        ("2024-06-08", "2024-12-31", "2024-06-10"),
        ("2024-06-29", "2024-06-30", "2024-06-28"),
    ],
)
def test_a_weekend_gives_way_to_a_working_day(day, last, worked):
    """The next Monday, or the Friday before where the period ends."""
    assert weekday(date.fromisoformat(day), date.fromisoformat(last)) == date.fromisoformat(worked)


SMALL = """
rows = [{rows}]
[reasons]
why = ["因为", "because"]
[activity]
[facilities]
[stays]
[names]
[slips]
"""


def test_a_plan_names_a_row_once():
    """Two lines for one row would leave open which holds."""
    row = '{ row = "a:b", reason = "why" }'
    with pytest.raises(ValueError, match="a:b: in the plan twice"):
        Plan.parse(SMALL.format(rows=f"{row}, {row}"))


@pytest.mark.parametrize(
    "rest", ["", 'figure = "x.y", reason = "why"', 'reason = "other"', 'figure = "x.y", note = "other"']
)
def test_a_plan_line_has_a_figure_or_an_explained_reason(rest):
    """Neither silence, nor both, nor a reason that nobody explains."""
    with pytest.raises(ValueError, match="a:b: either"):
        Plan.parse(SMALL.format(rows="{ " + ", ".join(filter(None, ['row = "a:b"', rest])) + " }"))


def test_a_table_that_nothing_computes_leads_to_no_lines():
    """Where no row has a figure, nothing happened that we could say."""
    rows = [row for row in table() if not default_plan().route(row).figure]

    assert list(commands(rows, default_plan(), regions(), types())) == []


def test_offices_that_are_not_in_the_table_are_replaced_by_the_county():
    """Entries that a facility would log are logged by the county where no such facility is printed."""
    rows = [row for row in table() if row.metric_en == "marriage_registrations"]
    said = list(commands(rows, default_plan(), regions(), types()))

    assert len(said) >= 12
    assert all("region" in line["args"] for line in said)


def test_people_present_are_made_without_printed_admissions():
    """Where only those present are printed, they are admitted all the same, each by a command."""
    rows = [replace(row) for row in table() if row.metric_en == "mental_inpatients_present"]
    said = [line["command"] for line in commands(rows, default_plan(), regions(), types())]

    assert said.count("stay.admit") == said.count("person.register") == 96
