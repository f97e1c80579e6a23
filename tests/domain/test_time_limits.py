"""When a clock is over: hours from the moment, days from the day after, working days by the State Council's calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.model import CHINA
from domain.time_limits import TimeLimits, Workdays, plus_months
from tests.scene import reference

NO_HOLIDAYS = "date,kind\n2024-01-01,off\n"


@pytest.mark.parametrize(
    ("key", "day", "over"),
    [
        ("hazard.general", date(2024, 3, 10), "2024-03-25T24:00"),
        ("rescue.stay", date(2024, 2, 25), "2024-03-06T24:00"),
        ("rescue.settle", date(2024, 11, 30), "2025-02-28T24:00"),
        ("rescue.dna", date(2024, 9, 27), "2024-10-12T24:00"),
        ("inspect.notice", date(2024, 4, 26), "2024-04-30T24:00"),
    ],
)
def test_a_limit_in_days_months_or_working_days_ends_with_a_day(key, day, over):
    """Day 0 does not count; 28 and 29 September 2024 were a Saturday off and a Sunday worked, then a week of holidays."""
    assert reference().limits.due(key, day) == over


def test_a_limit_in_hours_runs_from_the_moment():
    """AC-02: an accident at 14:10 is reported by 15:10; TIM-2."""
    at = datetime(2024, 5, 5, 14, 10, tzinfo=CHINA)

    assert reference().limits.due("accident.unit_report", at.date(), at) == "2024-05-05T15:10:00"


def test_where_only_the_day_is_known_hours_run_from_its_end():
    """Nobody is called late for a moment that was not noted."""
    assert reference().limits.due("accident.unit_report", date(2024, 5, 5)) == "2024-05-06T01:00:00"


def test_the_version_in_force_on_the_day_counts():
    """RULE-1: a fact is judged by the rule of its own day; before the first version by that one."""
    limits = TimeLimits.parse(
        """
        [x]
        zh = "甲"
        en = "X"
        versions = [{ days = 10, from = 2000-01-01, source = "old" }, { days = 3, from = 2020-07-01, source = "new" }]
        """,
        NO_HOLIDAYS,
    )

    assert limits.due("x", date(2020, 6, 30)) == "2020-07-10T24:00"
    assert limits.due("x", date(2020, 7, 1)) == "2020-07-04T24:00"
    assert limits.due("x", date(1999, 1, 1)) == "1999-01-11T24:00"


def test_a_limit_with_two_lengths_is_refused():
    """Reference data that contradicts itself is told at the start, by name."""
    with pytest.raises(ValueError, match="x: one of"):
        TimeLimits.parse('[x]\nzh = "甲"\nen = "X"\nversions = [{ days = 1, hours = 2, source = "s" }]', NO_HOLIDAYS)


def test_beyond_the_known_calendar_monday_to_friday_are_worked():
    """TIM-1: the calendar of a year is announced the November before."""
    known = reference().limits.workdays

    assert known.known_until == date(2026, 12, 31)
    assert known.is_workday(date(2027, 10, 1))
    assert not known.is_workday(date(2027, 10, 2))


@given(st.dates(date(2004, 1, 1), date(2030, 1, 1)), st.integers(0, 40))
def test_so_many_working_days_lie_behind_a_day(day, number):
    """Counting the working days up to the answer gives the number that was asked for."""
    known = reference().limits.workdays
    last = known.after(day, number)
    between = (day + timedelta(days=n) for n in range(1, (last - day).days + 1))

    assert sum(known.is_workday(one) for one in between) == number
    assert not number or known.is_workday(last)


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_months_are_added_by_the_calendar(day, months):
    """The same day of the month, or the last one of a shorter month."""
    later = plus_months(day, months)

    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_the_control_a_calendar_without_holidays_counts_otherwise():
    """Without the list the same seven working days would be over on 8 October."""
    assert Workdays.parse(NO_HOLIDAYS).after(date(2024, 9, 27), 7) == date(2024, 10, 8)
