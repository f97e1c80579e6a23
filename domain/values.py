"""Values that are printed and compared exactly: money, decimals, ratios, months, Chinese dates.

Everything is integer arithmetic (no floats), so that a printed number can be recomputed by hand. Money is kept in 分
(MON-1); a month is the period of most reports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

FEN_PLACES = 2
"""1 元 = 100 分."""
WAN_PLACES = 6
"""1 万元 = 10,000 元 = 1,000,000 分."""
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
MONTH_PATTERN = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
DAY_PATTERN = re.compile(MONTH_PATTERN.pattern + r"-(0[1-9]|[12][0-9]|3[01])")


def decimal_text(amount: int, places: int) -> str:
    """`amount` / 10**`places` as an exact decimal without trailing zeros or exponent: (1230, 2) -> "12.3"."""
    if places < 0:
        raise ValueError("places must not be negative")
    whole, rest = divmod(abs(amount), 10**places)
    digits = f"{rest:0{places}d}".rstrip("0") if rest else ""
    return ("-" if amount < 0 else "") + str(whole) + ("." + digits if digits else "")


def yuan(fen: int) -> str:
    """An amount in 元, exact: 123450 分 -> "1234.5"."""
    return decimal_text(fen, FEN_PLACES)


def wan_yuan(fen: int) -> str:
    """An amount in 万元, exact: 123450 分 -> "0.12345"."""
    return decimal_text(fen, WAN_PLACES)


def rounded(numerator: int, denominator: int) -> int:
    """The nearest integer to a fraction, half away from zero (四舍五入). The denominator is not 0."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -size if numerator < 0 else size


def ratio_text(numerator: int, denominator: int, times: int = 100, places: int = 4) -> str | None:
    """`numerator` / `denominator` * `times`, rounded half up to `places`: (4, 13) -> "30.7692".

    None where the denominator is 0: such a ratio has no value, which is not the same as 0.
    """
    if denominator == 0:
        return None
    return decimal_text(rounded(numerator * times * 10**places, denominator), places)


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """月 — a calendar month."""

    year: int
    month: int

    def __post_init__(self) -> None:
        date(self.year, self.month, 1)  # refuses what is no month

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read `2024-03`; raises `ValueError` for anything else."""
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
            raise ValueError("a month is written as 2024-03")
        return cls(int(text[:4]), int(text[5:]))

    @classmethod
    def of(cls, day: date) -> Month:
        """The month that a day lies in."""
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """The last day."""
        if (self.year, self.month) == (9999, 12):
            return date.max
        return self.plus(1).first - timedelta(days=1)

    def plus(self, months: int) -> Month:
        """The month so many months later (earlier if negative)."""
        year, index = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, index + 1)

    def __contains__(self, day: date) -> bool:
        return (day.year, day.month) == (self.year, self.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def zh(self) -> str:
        """As in reports: 2024年3月."""
        return f"{self.year}年{self.month}月"

    @property
    def en(self) -> str:
        """In English: March 2024."""
        return f"{MONTHS[self.month - 1]} {self.year}"


def zh_date(day: date) -> str:
    """A day as in Chinese documents: 2024年3月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def en_date(day: date) -> str:
    """A day in English: 1 March 2024."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
