"""Roll-ups: sums by month and year, each also by the month in which it was recorded, so that asking stays cheap.

A rebuildable cache beside the rows: whole years and months come from here, the edge days and the edge of the
known-at position from the rows. Answers equal those from rows alone (a property in the tests).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from projections.scope import Scope
from projections.tables import Tables, put

MONTH, YEAR, LONG_AGO = 1, 2, 3
"""The grains: months and years by the month of recording, and years by the year of recording.

A month is numbered year * 12 + month - 1, a year by itself.
"""
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


class Sums:
    """The roll-ups of one batch, gathered in memory."""

    def __init__(self) -> None:
        self.months: dict[int, int] = {}

    def recorded(self, moment: datetime | None, position: int) -> int:
        """The month of recording of a position, noted with the first position in it."""
        assert moment is not None
        month = month_of(moment)
        self.months.setdefault(month, position)
        return month

    def write(self, connection: Connection, tables: Tables, rows: list[dict[str, Any]]) -> None:
        """Add rows (as they go into the table, with the month of recording) to the buckets."""
        sums: dict[tuple[int, ...], int] = {}
        for row in rows:
            day = date.fromordinal(row["day"])
            month = row["recorded"]
            for grain, bucket, recorded in (
                (MONTH, month_of(day), month),
                (YEAR, day.year, month),
                (LONG_AGO, day.year, month // 12),
            ):
                key = (row["figure"], grain, row["facility"], bucket, recorded, row["dims"])
                sums[key] = sums.get(key, 0) + row["amount"]
        names = ("figure", "grain", "facility", "bucket", "recorded", "dims")
        put(
            connection,
            tables.rollups,
            [dict(zip(names, key, strict=True), amount=amount) for key, amount in sums.items()],
            add="amount",
        )
        known = {
            m
            for (m,) in connection.execute(select(tables.months.c.month).where(tables.months.c.month.in_(self.months)))
        }
        new = [{"month": m, "first_position": p} for m, p in self.months.items() if m not in known]
        put(connection, tables.months, new)


def total(scope: Scope) -> int:
    """The sum of a flow or stock, in the smallest unit, from roll-ups and the edges from rows."""
    figure, ask = scope.figure, scope.ask
    first, last = ask.period() if figure.kind == "flow" else (None, ask.as_of)
    span = cut(first, last)
    month, edge = _recording(scope)
    return sum(int(scope.connection.scalar(query) or 0) for query in _queries(scope, span, month, edge))


def _recording(scope: Scope) -> tuple[int, int | None]:
    """Buckets recorded before which month are whole at the position, and the first position behind them (None: all are)."""
    months = scope.tables.months.c
    if scope.at_head:
        return EVERYTHING, None
    found = scope.connection.execute(
        select(months.month, months.first_position)
        .where(months.first_position <= scope.position)
        .order_by(months.month.desc())
        .limit(1)
    ).first()
    return (found.month, found.first_position) if found else (0, 1)


def _queries(scope: Scope, span: Span, month: int, edge: int | None) -> Iterator[Any]:
    buckets, rows = scope.tables.rollups.c, scope.tables.rows.c
    ranges = [(YEAR, span.years), *((MONTH, months) for months in span.months)]
    for grain, (low, high) in ranges:
        if low <= high:
            for kept, recorded in _whole(buckets, grain, month):
                yield select(func.sum(buckets.amount)).where(
                    buckets.figure == scope.code,
                    buckets.grain == kept,
                    buckets.bucket.between(low, high),
                    recorded,
                    *scope.narrowing(buckets),
                )
    for low, high in span.edges:
        # `+ 0` keeps the index by position out of it: a month's days of some facilities are few.
        known = [] if scope.at_head else [rows.position + 0 <= scope.position]
        yield select(func.sum(rows.amount)).where(
            rows.figure == scope.code, rows.day.between(low, high), *known, *scope.narrowing(rows)
        )
    if edge is not None:
        whole = [rows.day.between(*_days(grain, low, high)) for grain, (low, high) in ranges if low <= high]
        if whole:
            yield select(func.sum(rows.amount)).where(
                and_(
                    rows.figure == scope.code,
                    rows.position.between(edge, scope.position),
                    or_(*whole),
                    *scope.narrowing(rows),
                )
            )


def _whole(buckets: Any, grain: int, month: int) -> Iterator[tuple[int, Any]]:
    """(grain, condition on the recording) of the buckets that together hold all that was recorded before a month."""
    if grain == MONTH:
        yield MONTH, buckets.recorded < month
        return
    yield LONG_AGO, buckets.recorded < month // 12
    if month != EVERYTHING:
        yield YEAR, buckets.recorded.between(month // 12 * 12, month - 1)


def _days(grain: int, low: int, high: int) -> tuple[int, int]:
    """The days of a range of buckets."""
    if grain == YEAR:
        return date(max(low, 1), 1, 1).toordinal(), date(high, 12, 31).toordinal()
    return first_day(low), first_day(high + 1) - 1
