"""Duties that come back, or that another stream meets: the yearly inspection, the visit behind a filing, the monthly nil report.

They cross streams, so no aggregate sees them.

Which facilities have them their kind says; the rows tell since when, and when they were done. Of the years only the
first that was missed stands open: whoever was not inspected since 2019 has one duty overdue, not seven. Of the months
each one stands, up to the one behind the last that was covered.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Connection, select

from domain.model import Row, business_key
from domain.values import Month
from projections.folding import DUTIES, FOREVER, Note
from projections.tables import Tables

YEARLY, INSPECTED = "facility.inspected_yearly", "inspection.on_site"
MONTHLY, COVERED = "facility.reports_monthly", "facility.month_covered"
VISIT = "facility.visit_due"
WATCHED = (YEARLY, INSPECTED, MONTHLY, COVERED, VISIT)
ALL = "*"
NIL_DAYS = 5
"""Days after its end in which a month is to be reported (`facility.nil_report` in the time limits)."""


@dataclass
class Series:
    """What is watched of one facility, and the duties that follow."""

    sums: dict[tuple[str, int, str], int] = field(default_factory=lambda: defaultdict(int))
    months: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    """month -> day on which it was covered -> sum of the amounts."""
    duties: frozenset[Note] = frozenset()
    monthly: dict[str, frozenset[Note]] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    """The months that changed, and `*` where anything else did."""

    def add(self, figure: str, day: int, about: str, amount: int) -> None:
        """Take a row in."""
        if figure == COVERED:
            self.months[about][day] += amount
            self.touched.add(about)
        else:
            self.sums[figure, day, about] += amount
            self.touched.add(ALL)

    def covered(self, month: str) -> date | None:
        """The first day on which a month was covered."""
        days = [day for day, sum_ in self.months.get(month, {}).items() if sum_ > 0]
        return date.fromordinal(min(days)) if days else None

    def days(self, figure: str) -> list[tuple[date, str]]:
        """The days on which something counted, and what it was about."""
        return sorted(
            (date.fromordinal(day), about)
            for (name, day, about), sum_ in self.sums.items()
            if name == figure and sum_ > 0
        )

    def span(self, figure: str) -> tuple[date, date | None] | None:
        """From when to when a facility has a duty."""
        ends = [date.fromordinal(day) for (name, day, _), sum_ in self.sums.items() if name == figure and sum_ < 0]
        begins = [day for day, _ in self.days(figure)]
        return (min(begins), min(ends, default=None)) if begins else None

    def settled(self, facility: str) -> tuple[frozenset[Note], frozenset[Note]]:
        """(duties gone, duties new) with what was taken in: a month that was covered moves itself and the end of the row."""
        gone, new = self._months(facility)
        if ALL in self.touched:
            now = frozenset((*yearly(facility, self), *visits(facility, self)))
            gone, new, self.duties = gone | (self.duties - now), new | (now - self.duties), now
        self.touched.clear()
        return gone, new

    def _months(self, facility: str) -> tuple[frozenset[Note], frozenset[Note]]:
        span = self.span(MONTHLY)
        last = max((m for m in self.months if self.covered(m)), default="") if self.touched else ""
        wanted = {str(m): m for m in _row_of_months(span, last)} if span else {}
        changed = (
            {*self.monthly, *wanted} if ALL in self.touched else self.touched | (self.monthly.keys() ^ wanted.keys())
        )
        gone: set[Note] = set()
        new: set[Note] = set()
        for name in changed:
            now = (
                frozenset(month_duty(facility, wanted[name], span, self.covered(name)))
                if name in wanted
                else frozenset()
            )
            before = self.monthly.pop(name, frozenset())
            gone, new = gone | (before - now), new | (now - before)
            if now:
                self.monthly[name] = now
        return frozenset(gone), frozenset(new)


def yearly(facility: str, series: Series) -> Iterator[Note]:
    """At least once in each calendar year (EC-10)."""
    span, done = series.span(YEARLY), [day for day, _ in series.days(INSPECTED)]
    if span is None:
        return
    begin, end = span
    opened = begin
    while end is None or opened < end:
        due = date(opened.year, 12, 31)
        later = bisect_left(done, opened)
        met = done[later] if later < len(done) else None
        yield from _duty(facility, "inspect.annual", "", opened, due, met, end)
        if met is None:
            return
        opened = date(met.year + 1, 1, 1)


def visits(facility: str, series: Series) -> Iterator[Note]:
    """A home that was filed is visited within so many working days (EC-03)."""
    span, done = series.span(YEARLY), [day for day, _ in series.days(INSPECTED)]
    for filed, due in series.days(VISIT):
        later = bisect_left(done, filed)
        met = done[later] if later < len(done) else None
        yield from _duty(facility, "facility.filing_check", due, filed, date.fromisoformat(due), met, span and span[1])


def _row_of_months(span: tuple[date, date | None], last: str) -> Iterator[Month]:
    """The months that are to be reported: up to the one behind the last that was covered."""
    begin, end = span
    month = Month.of(begin)
    while end is None or month.first < end:
        yield month
        if str(month) > last:
            return
        month = month.plus(1)


def month_duty(
    facility: str, month: Month, span: tuple[date, date | None] | None, covered: date | None
) -> Iterator[Note]:
    """A month is reported: something happened in it, or nothing did."""
    assert span is not None
    due = month.last + timedelta(days=NIL_DAYS)
    yield from _duty(facility, "facility.nil_report", str(month), max(month.first, span[0]), due, covered, span[1])


def _duty(
    facility: str, rule: str, key: str, opened: date, due: date, met: date | None, end: date | None
) -> Iterator[Note]:
    """A duty from its beginning, and from when it was met; it goes with the facility."""
    name, over = f"{rule}/{key}" if key else rule, _moment(end) if end else FOREVER
    since, due_at = business_key(opened, None, opens=True), _moment(due)
    met_at = _moment(met) if met else None
    if met_at is None or met_at >= over:
        yield Note(DUTIES, name, since, over, (facility, None), (name, rule, due_at, None))
    else:
        yield Note(DUTIES, name, since, max(met_at, since), (facility, None), (name, rule, due_at, None))
        yield Note(DUTIES, name, max(met_at, since), FOREVER, (facility, None), (name, rule, due_at, met_at))


def _moment(day: date) -> str:
    return business_key(day, None, opens=False)


class Recurring:
    """The series of the facilities that a runner has met; `empty` says that nothing was taken in before."""

    def __init__(self, tables: Tables, empty: bool = False) -> None:
        self.tables, self.empty = tables, empty
        self.series: dict[str, Series] = {}
        self.touched: dict[str, None] = {}

    def forget(self) -> None:
        """Drop what is remembered."""
        self.series.clear()
        self.touched.clear()
        self.empty = False

    def take(self, connection: Connection, row: Row) -> None:
        """Take a row of a watched figure in."""
        if row.figure not in WATCHED or row.facility is None:
            return
        series = self.series.get(row.facility)
        if series is None:
            series = self.series[row.facility] = Series() if self.empty else self._load(connection, row.facility)
        series.add(row.figure, row.day.toordinal(), row.dims[0][1] if row.dims else "", row.amount)
        self.touched[row.facility] = None

    def differences(self) -> Iterator[tuple[str, list[Note], list[Note]]]:
        """(facility, duties gone, duties new) since last asked."""
        for facility in self.touched:
            series = self.series[facility]
            gone, new = series.settled(facility)
            if gone or new:
                yield facility, sorted(gone, key=str), sorted(new, key=str)
        self.touched.clear()

    def _load(self, connection: Connection, facility: str) -> Series:
        """The series as the tables have it: everything before the batch that is being applied."""
        rows, codes, dims = self.tables.rows, self.tables.codes, self.tables.dims
        series, code = Series(), connection.scalar(select(codes.c.id).where(codes.c.text == facility))
        if code is None:
            return series
        figure, about = codes.alias(), dims.alias()
        found = connection.execute(
            select(figure.c.text, rows.c.day, about.c.value, rows.c.amount)
            .select_from(
                rows.join(figure, figure.c.id == rows.c.figure).outerjoin(
                    about, (about.c.id == rows.c.dims) & (about.c.name == "about")
                )
            )
            .where(rows.c.facility == code, figure.c.text.in_(WATCHED))
        )
        for name, day, what, amount in found:
            series.add(name, day, what or "", int(amount))
        series.settled(facility)
        return series
