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
from datetime import date

from domain.model import business_key
from domain.time_limits import TimeLimits
from domain.values import Month
from projections.folding import DUTIES, FOREVER, Note
from projections.tables import Tables
from projections.watching import Watch

YEARLY, INSPECTED = "facility.inspected_yearly", "inspection.on_site"
MONTHLY, COVERED = "facility.reports_monthly", "facility.month_covered"
VISIT = "facility.visit_due"
WATCHED = (YEARLY, INSPECTED, MONTHLY, COVERED, VISIT)
ALL = "*"


@dataclass
class Series:
    """What is watched of one facility, and the duties that follow."""

    limits: TimeLimits
    sums: dict[tuple[str, int, str], int] = field(default_factory=lambda: defaultdict(int))
    months: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    """month -> day on which it was covered -> sum of the amounts."""
    duties: frozenset[Note] = frozenset()
    monthly: dict[str, frozenset[Note]] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    """The months that changed, and `*` where anything else did."""

    def add(self, figure: str, about: str, day: int, amount: int) -> None:
        """Take a row in; `settle` makes it count."""
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

    def settle(self, facility: str) -> tuple[list[Note], list[Note]]:
        """(duties gone, duties new) since the last time: a month that was covered moves itself and the end of the row."""
        gone, new = self._months(facility)
        if ALL in self.touched:
            now = frozenset((*yearly(facility, self), *visits(facility, self)))
            gone, new, self.duties = gone | (self.duties - now), new | (now - self.duties), now
        self.touched.clear()
        return sorted(gone, key=str), sorted(new, key=str)

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
            now = frozenset(self._month(facility, wanted[name], span)) if name in wanted else frozenset()
            before = self.monthly.pop(name, frozenset())
            gone, new = gone | (before - now), new | (now - before)
            if now:
                self.monthly[name] = now
        return frozenset(gone), frozenset(new)

    def _month(self, facility: str, month: Month, span: tuple[date, date | None] | None) -> Iterator[Note]:
        """A month is reported: something happened in it, or nothing did."""
        if span is not None:
            due = self.limits.due("facility.nil_report", month.last)
            opened, covered = max(month.first, span[0]), self.covered(str(month))
            yield from _duty(facility, "facility.nil_report", str(month), opened, due, covered, span[1])


def yearly(facility: str, series: Series) -> Iterator[Note]:
    """At least once in each calendar year (EC-10)."""
    span, done = series.span(YEARLY), [day for day, _ in series.days(INSPECTED)]
    if span is None:
        return
    begin, end = span
    opened = begin
    while end is None or opened < end:
        due = _moment(date(opened.year, 12, 31))
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
        yield from _duty(
            facility, "facility.filing_check", due, filed, _moment(date.fromisoformat(due)), met, span and span[1]
        )


def _row_of_months(span: tuple[date, date | None], last: str) -> Iterator[Month]:
    """The months that are to be reported: up to the one behind the last that was covered."""
    begin, end = span
    month = Month.of(begin)
    while end is None or month.first < end:
        yield month
        if str(month) > last:
            return
        month = month.plus(1)


def _duty(
    facility: str, rule: str, key: str, opened: date, due_at: str, met: date | None, end: date | None
) -> Iterator[Note]:
    """A duty from its beginning, and from when it was met; it goes with the facility."""
    name, over = f"{rule}/{key}" if key else rule, _moment(end) if end else FOREVER
    since = business_key(opened, None, opens=True)
    met_at = _moment(met) if met else None
    if met_at is None or met_at >= over:
        yield Note(DUTIES, name, since, over, (facility, None), (name, rule, due_at, None))
    else:
        yield Note(DUTIES, name, since, max(met_at, since), (facility, None), (name, rule, due_at, None))
        yield Note(DUTIES, name, max(met_at, since), FOREVER, (facility, None), (name, rule, due_at, met_at))


def _moment(day: date) -> str:
    return business_key(day, None, opens=False)


def watch(tables: Tables, limits: TimeLimits, *, empty: bool = False) -> Watch[Series]:
    """The duties of every facility; of a month that is covered and a visit that is due, by which."""
    return Watch(tables, WATCHED, "about", lambda: Series(limits), empty=empty)
