"""Roll-ups: sums by month and year, each also by the month in which it was recorded, so that asking stays cheap.

A rebuildable cache beside the rows: whole years and months come from here, the edge days and the edge of the
known-at position from the rows. Answers equal those from rows alone (a property in the tests).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


Ranges = tuple[tuple[int, int], ...]
"""Ranges of numbers, both ends included, none empty."""


@dataclass(frozen=True, slots=True)
class Span:
    """A span of days cut into whole years, whole months and edge days."""

    years: Ranges
    months: Ranges
    days: Ranges

    @property
    def whole(self) -> Ranges:
        """The days of the whole years and months."""
        return (
            *((date(max(low, 1), 1, 1).toordinal(), date(high, 12, 31).toordinal()) for low, high in self.years),
            *((first_day(low), first_day(high + 1) - 1) for low, high in self.months),
        )


def cut(first: date | None, last: date) -> Span:
    """Cut the days from `first` (None: since ever) to `last`."""
    end = month_of(last)
    if date.fromordinal(last.toordinal() + 1).day == 1:
        end += 1  # the last month is whole
        edges = []
    else:
        edges = [(first_day(end), last.toordinal())]
    if first is None:
        return Span(_some((0, end // 12 - 1)), _some((end // 12 * 12, end - 1)), tuple(edges))
    start = month_of(first) + (first.day != 1)
    if start > end or (start == end and first.day != 1 and edges and first.toordinal() >= edges[0][0]):
        return Span((), (), ((first.toordinal(), last.toordinal()),))
    if first.day != 1:
        edges.insert(0, (first.toordinal(), first_day(start) - 1))
    first_year, last_year = -(-start // 12), end // 12 - 1
    if first_year > last_year:
        return Span((), _some((start, end - 1)), tuple(edges))
    months = _some((start, first_year * 12 - 1), (last_year * 12 + 12, end - 1))
    return Span(((first_year, last_year),), months, tuple(edges))


def _some(*ranges: tuple[int, int]) -> Ranges:
    """Those that are not turned round."""
    return tuple((low, high) for low, high in ranges if low <= high)


def _joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The same numbers in ranges that do not touch."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(high, found[-1][1])
        else:
            found.append((low, high))
    return tuple(found)


def total(scope: Scope) -> int:
    """The sum of a flow or stock, in the smallest unit, from roll-ups and the edges from rows."""
    return sums([scope])[0]


def sums(scopes: Sequence[Scope]) -> list[int]:
    """The sums of flows and stocks; those that ask the same of several days or periods are read together."""
    alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for i, scope in enumerate(scopes):
        alike[scope.code, scope.position, scope.at_head, str(scope.inside), str(scope.ask.where)].append(i)
    found = [0] * len(scopes)
    for indexes in alike.values():
        scope, spans = scopes[indexes[0]], [_span(scopes[i]) for i in indexes]
        if len(indexes) == 1:
            found[indexes[0]] = sum(amount for *_, amount in _alone(scope, WHOLE))
            continue
        buckets = _buckets(scope, spans)
        for i, span in zip(indexes, spans, strict=True):
            found[i] = buckets.total(span)
    return found


def totals(scope: Scope) -> Iterator[tuple[int, int, int]]:
    """(facility, dimensions, sum) of a flow or stock; what belongs to one facility and dimension may come in parts."""
    return _alone(scope, BY_FACILITY)


def _within(number: int, ranges: Ranges) -> bool:
    return any(low <= number <= high for low, high in ranges)


@dataclass(frozen=True, slots=True)
class Buckets:
    """Sums by year, by month, by day, and by the day of what the roll-ups do not hold yet."""

    years: Mapping[int, int]
    months: Mapping[int, int]
    days: Mapping[int, int]
    late: Mapping[int, int]

    def total(self, span: Span) -> int:
        """The sum over a span that they were read for."""
        whole = ((self.years, span.years), (self.months, span.months), (self.days, span.days), (self.late, span.whole))
        return sum(amount for amounts, ranges in whole for bucket, amount in amounts.items() if _within(bucket, ranges))


YEARS, MONTHS, DAYS, LATE = range(4)
"""The parts of a sum, as the statement numbers them."""
WHOLE, BY_FACILITY, BY_BUCKET = "", "facility, dims", "bucket"
"""What a statement groups each part by."""


def _alone(scope: Scope, by: str) -> Iterator[tuple[Any, Any, int]]:
    """(facility, dimensions, amount) of one span; the first two are None where all is asked for together."""
    span = _span(scope)
    whole = span.whole
    for facility, dims, part, bucket, amount in _read(scope, span, by):
        if amount is not None and (part != LATE or _within(bucket, whole)):
            yield facility, dims, int(amount)


def _buckets(scope: Scope, spans: Sequence[Span]) -> Buckets:
    """What some spans are added up from."""
    asked = Span(*(_joined(one for span in spans for one in getattr(span, name)) for name in Span.__slots__))
    amounts: tuple[dict[int, int], ...] = tuple(defaultdict(int) for _ in range(4))
    for _, _, part, bucket, amount in _read(scope, asked, BY_BUCKET):
        amounts[part][bucket] += int(amount)
    return Buckets(*amounts)


def _span(scope: Scope) -> Span:
    """The days that a question sums over."""
    return cut(*(scope.ask.period() if scope.figure.kind == "flow" else (None, scope.ask.as_of)))


def _read(scope: Scope, span: Span, by: str) -> Iterable[Any]:
    """(facility, dimensions, part, bucket, sum); what it is not grouped by is None.

    What the roll-ups do not hold yet comes with its day in any case, also of days beyond the span.
    """
    month, edge = _recording(scope)
    own = {name: value for name, value in scope.ask.where.items() if name not in FACILITY_DIMENSIONS}
    dialect = scope.connection.dialect.name
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
    for name in Span.__slots__:
        asked |= _ranges(name, getattr(span, name), dialect)
    late = None if scope.at_head else scope.few
    return scope.connection.execute(_statement(scope.tables, len(own), late, by, dialect), asked)


def _ranges(name: str, ranges: Ranges, dialect: str) -> dict[str, Any]:
    """Ranges as parameters."""
    if dialect == "postgresql":
        return {f"{name}_low": [low for low, _ in ranges], f"{name}_high": [high for _, high in ranges]}
    return {name: json.dumps(ranges)}


@cache
def _statement(tables: Tables, dims: int, late: bool | None, by: str, dialect: str) -> TextClause:
    """The statement of all sums: which ranges it takes from where stands in its parameters.

    Whole years and months come from the roll-ups that were recorded wholly before the month of the position; the days
    at the edges, and what was recorded in that month, from the rows. That last part is missing at the head of the log
    (`late` is None), where the roll-ups hold everything; else it is found by facility for few of them, by position for
    many: all rows of a few facilities are fewer than all that was recorded in a month. `+` keeps the other index out.
    """
    rows, sqlite = tables.rows.name, dialect == "sqlite"
    inside = "IN (SELECT value FROM json_each(:inside))" if sqlite else "= ANY(:inside)"
    narrow = "".join(
        f" AND dims IN (SELECT id FROM {tables.dims.name} WHERE name = :name{i} AND value = :value{i})"
        for i in range(dims)
    )
    whose = by if by == BY_FACILITY else "NULL, NULL"

    def part(number: int, table: str, bucket: str, ranges: str, conditions: str) -> str:
        """One part: what lies in some ranges."""
        within = (
            f"(SELECT value ->> 0 AS low, value ->> 1 AS high FROM json_each(:{ranges})) AS span"
            if sqlite
            else f"unnest(CAST(:{ranges}_low AS bigint[]), CAST(:{ranges}_high AS bigint[])) AS span(low, high)"
        )
        # PostgreSQL takes a bare NULL for a text, which does not go together with the days of the last part.
        where = bucket if by == BY_BUCKET else "CAST(NULL AS bigint)"
        grouped = f" GROUP BY {bucket if by == BY_BUCKET else by}" if by else ""
        return (
            f"SELECT {whose}, {number}, {where}, sum(amount) FROM {within} CROSS JOIN {table}"
            f" WHERE figure = :figure{narrow} AND facility {inside} AND {bucket} BETWEEN low AND high"
            f" AND {conditions}{grouped}"
        )

    names = {name: table.name for name, table in tables.rollups.items()}
    parts = [
        part(YEARS, names[LONG_AGO], "bucket", "years", "recorded < :year"),
        part(YEARS, names[YEARLY], "bucket", "years", "recorded >= :january AND recorded < :month"),
        part(MONTHS, names[MONTHLY], "bucket", "months", "recorded < :month"),
        part(DAYS, rows, "day", "days", "position + 0 <= :position"),
    ]
    if late is not None:
        facility, position = ("facility", "+position") if late else ("+facility", "position")
        parts.append(
            f"SELECT {whose}, {LATE}, day, sum(amount) FROM {rows} WHERE figure = :figure{narrow}"
            f" AND {position} BETWEEN :edge AND :position AND {facility} {inside}"
            f" GROUP BY {'facility, dims, ' if by == BY_FACILITY else ''}day"
        )
    return text(" UNION ALL ".join(parts))


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
