"""Roll-ups: sums by month and year, each also by the month in which it was recorded, so that asking stays cheap.

A rebuildable cache beside the rows: whole years and months come from here, the edge days and the edge of the
known-at position from the rows. Answers equal those from rows alone (a property in the tests).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import TextClause, select, text

from domain.figures import FACILITY_DIMENSIONS
from projections.scope import Scope
from projections.tables import LONG_AGO, MONTHLY, YEARLY, Tables

EVERYTHING = 2**31 - 1
"""The month of recording before which every bucket lies."""


def month_of(day: date | datetime) -> int:
    """The number of a day's month."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> int:
    """The ordinal of a month's first day."""
    return date(month // 12, month % 12 + 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Span:
    """A span of days cut into whole years, whole months and edge days; both ends included, empty when turned round."""

    years: tuple[int, int]
    months: tuple[tuple[int, int], ...]
    edges: tuple[tuple[int, int], ...]


def cut(first: date | None, last: date) -> Span:
    """Cut the days from `first` (None: since ever) to `last`."""
    end = month_of(last)
    if date.fromordinal(last.toordinal() + 1).day == 1:
        end += 1  # the last month is whole
        edges = []
    else:
        edges = [(first_day(end), last.toordinal())]
    if first is None:
        return Span((0, end // 12 - 1), ((end // 12 * 12, end - 1),), tuple(edges))
    start = month_of(first) + (first.day != 1)
    if start > end or (start == end and first.day != 1 and edges and first.toordinal() >= edges[0][0]):
        return Span((1, 0), (), ((first.toordinal(), last.toordinal()),))
    if first.day != 1:
        edges.insert(0, (first.toordinal(), first_day(start) - 1))
    first_year, last_year = -(-start // 12), end // 12 - 1
    if first_year > last_year:
        return Span((1, 0), ((start, end - 1),), tuple(edges))
    return Span((first_year, last_year), ((start, first_year * 12 - 1), (last_year * 12 + 12, end - 1)), tuple(edges))


def total(scope: Scope) -> int:
    """The sum of a flow or stock, in the smallest unit, from roll-ups and the edges from rows."""
    return int(scope.connection.scalar(*_question(scope, grouped=False)) or 0)


def totals(scope: Scope) -> Iterator[tuple[int, int, int]]:
    """(facility, dimensions, sum) of a flow or stock, from roll-ups and the edges from rows."""
    for facility, dims, amount in scope.connection.execute(*_question(scope, grouped=True)):
        yield facility, dims, int(amount)


def _question(scope: Scope, *, grouped: bool) -> tuple[TextClause, dict[str, Any]]:
    """The statement and its parameters."""
    first, last = scope.ask.period() if scope.figure.kind == "flow" else (None, scope.ask.as_of)
    span, (month, edge) = cut(first, last), _recording(scope)
    own = {name: value for name, value in scope.ask.where.items() if name not in FACILITY_DIMENSIONS}
    asked: dict[str, Any] = {
        "figure": scope.code,
        "position": scope.position,
        "edge": edge,
        "month": month,
        "january": month // 12 * 12,
        "year": month // 12,
        "inside": scope.inside,
        **{f"name{i}": name for i, name in enumerate(own)},
        **{f"value{i}": value for i, value in enumerate(own.values())},
    }
    ranges = {"years": [span.years], "months": span.months, "days": span.edges}
    for name, size in SLOTS.items():
        for i, (low, high) in enumerate([*ranges[name], *[NOTHING] * size][:size]):
            asked |= {f"{name}{i}_low": low, f"{name}{i}_high": high}
            if name != "days":
                first_of, last_of = _days(name, low, high) if low <= high else NOTHING
                asked |= {f"{name}{i}_first": first_of, f"{name}{i}_last": last_of}
    few = len(scope.places if scope.placed else scope.known.codes) * FEW < len(scope.known.codes)
    return _statement(scope.tables, len(own), few, grouped, scope.connection.dialect.name), asked


SLOTS = {"years": 1, "months": 2, "days": 2}
"""How many ranges a span has at most; what is not needed is asked for as a range of nothing."""
NOTHING = (1, 0)
FEW = 8
"""Places are few when there are this many times as many."""


@cache
def _statement(tables: Tables, dims: int, few: bool, grouped: bool, dialect: str) -> TextClause:
    """The one statement of all sums: which ranges it takes from where stands in its parameters.

    Whole years and months come from the roll-ups that were recorded wholly before the month of the position; the days
    at the edges, and what was recorded in that month, from the rows. `+` keeps an index out of it that does not pay:
    all rows of a few facilities are fewer than all that was recorded in a month. `grouped`: by facility and dimensions.
    """
    what, by = ("facility, dims, ", " GROUP BY facility, dims") if grouped else ("", "")
    rows = tables.rows.name
    inside = "IN (SELECT value FROM json_each(:inside))" if dialect == "sqlite" else "= ANY(:inside)"
    narrow = "".join(
        f" AND dims IN (SELECT id FROM {tables.dims.name} WHERE name = :name{i} AND value = :value{i})"
        for i in range(dims)
    )
    monthly, yearly, long_ago = (
        f"SELECT {what}sum(amount) AS amount FROM {tables.rollups[name].name} WHERE figure = :figure AND facility {inside}{narrow}"
        for name in (MONTHLY, YEARLY, LONG_AGO)
    )
    of_rows = f"SELECT {what}sum(amount) AS amount FROM {rows} WHERE figure = :figure{narrow}"
    years = "bucket BETWEEN :years0_low AND :years0_high"
    parts = [
        f"{long_ago} AND {years} AND recorded < :year",
        f"{yearly} AND {years} AND recorded >= :january AND recorded < :month",
    ]
    whole = ["day BETWEEN :years0_first AND :years0_last"]
    for i in range(SLOTS["months"]):
        months = f"bucket BETWEEN :months{i}_low AND :months{i}_high"
        parts.append(f"{monthly} AND {months} AND recorded < :month")
        whole.append(f"day BETWEEN :months{i}_first AND :months{i}_last")
    for i in range(SLOTS["days"]):
        days = f"day BETWEEN :days{i}_low AND :days{i}_high"
        parts.append(f"{of_rows} AND facility {inside} AND {days} AND position + 0 <= :position")
    facility, position = ("facility", "+position") if few else ("+facility", "position")
    parts.append(
        f"{of_rows} AND {position} BETWEEN :edge AND :position AND {facility} {inside} AND ({' OR '.join(whole)})"
    )
    union = " UNION ALL ".join(part + by for part in parts)
    return text(f"SELECT {what}sum(amount) FROM ({union}) AS parts{by}")


def _recording(scope: Scope) -> tuple[int, int]:
    """Before which month of recording buckets are whole at the position, and the first position behind them."""
    months = scope.tables.months.c
    if scope.at_head:
        return EVERYTHING, scope.position + 1
    found = scope.connection.execute(
        select(months.month, months.first_position)
        .where(months.first_position <= scope.position)
        .order_by(months.month.desc())
        .limit(1)
    ).first()
    return (found.month, found.first_position) if found else (0, 1)


def _days(name: str, low: int, high: int) -> tuple[int, int]:
    """The days of a range of years or months."""
    if name == "years":
        return date(max(low, 1), 1, 1).toordinal(), date(high, 12, 31).toordinal()
    return first_day(low), first_day(high + 1) - 1
