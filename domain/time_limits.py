"""时限 — how long the law gives for something, by the day on which the clock starts, and when it is over.

Limits are data with validity (`reference/time_limits.toml`); the event that starts a clock keeps the moment at which
it ends, so that a judgement stays what it was when the law changes (RULE-1, RULE-3). Days are counted from the day
after (民法典 201), hours from the moment itself; where only the day is known, from its end.
"""

from __future__ import annotations

import csv
import io
import tomllib
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.model import CHINA, business_key
from domain.versions import held_on

UNITS = ("hours", "days", "workdays", "months")
SATURDAY = 5


@dataclass(frozen=True)
class Limit:
    """One version of a time limit: so many `unit`s, in force from a day on; `source` names the rule it comes from."""

    amount: int
    unit: str
    valid_from: date
    source: str


@dataclass(frozen=True)
class Workdays:
    """工作日 — the State Council's calendar: days off and days worked instead (调休), as far as it is known.

    Beyond `known_until` Monday to Friday are taken for workdays (TIM-1).
    """

    off: frozenset[date]
    worked: frozenset[date]
    known_until: date

    @classmethod
    def parse(cls, holidays_csv: str) -> Workdays:
        """Read `holidays.csv`: date, kind (off or worked)."""
        kinds: dict[str, set[date]] = {"off": set(), "worked": set()}
        for row in csv.DictReader(io.StringIO(holidays_csv)):
            kinds[row["kind"]].add(date.fromisoformat(row["date"]))
        last = max(kinds["off"])
        return cls(frozenset(kinds["off"]), frozenset(kinds["worked"]), date(last.year, 12, 31))

    def is_workday(self, day: date) -> bool:
        """Whether offices work on a day."""
        return day in self.worked or (day.weekday() < SATURDAY and day not in self.off)

    def after(self, day: date, number: int) -> date:
        """The last of so many workdays behind a day."""
        while number:
            day += timedelta(days=1)
            number -= self.is_workday(day)
        return day


def plus_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    year, index = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, index + 1, min(day.day, monthrange(year, index + 1)[1]))


@dataclass(frozen=True)
class TimeLimits:
    """Every time limit with its versions, and the calendar of workdays."""

    limits: Mapping[str, tuple[Limit, ...]]
    words: Mapping[str, tuple[str, str]]
    workdays: Workdays
    done_by: Mapping[str, tuple[str, ...]]
    """The commands with which somebody sees to what the limit is for."""

    @classmethod
    def parse(cls, time_limits_toml: str, holidays_csv: str) -> TimeLimits:
        """Read `time_limits.toml`: each limit has zh, en and one or more versions. Raises ValueError for a bad one."""
        limits, words, done_by, declared = {}, {}, {}, tomllib.loads(time_limits_toml)
        for key, told in declared.items():
            words[key] = (told["zh"], told["en"])
            done_by[key] = tuple(told.get("done_by", ()))
            limits[key] = tuple(_limit(key, version) for version in told["versions"])
        return cls(limits, words, Workdays.parse(holidays_csv), done_by)

    def on(self, key: str, day: date) -> Limit:
        """The version in force on a day; before the first one, the first one."""
        versions = self.limits[key]
        return held_on(versions, day) or versions[0]

    def due(self, key: str, day: date, moment: datetime | None = None) -> str:
        """The business moment at which a clock that starts on a day (at a moment) is over."""
        limit = self.on(key, day)
        if limit.unit == "hours":
            start = moment or datetime.combine(day + timedelta(days=1), datetime.min.time(), CHINA)
            over = (start + timedelta(hours=limit.amount)).astimezone(CHINA)
            return business_key(over.date(), over, opens=False)
        return business_key(self._day(limit, day), None, opens=False)

    def _day(self, limit: Limit, day: date) -> date:
        if limit.unit == "workdays":
            return self.workdays.after(day, limit.amount)
        return plus_months(day, limit.amount) if limit.unit == "months" else day + timedelta(days=limit.amount)


def _limit(key: str, version: Mapping[str, object]) -> Limit:
    units = [unit for unit in UNITS if unit in version]
    if len(units) != 1:
        raise ValueError(f"{key}: one of {', '.join(UNITS)} is wanted")
    amount, valid_from = version[units[0]], version.get("from", date(1949, 1, 1))
    assert isinstance(amount, int)
    assert isinstance(valid_from, date)
    return Limit(amount, units[0], valid_from, str(version["source"]))
