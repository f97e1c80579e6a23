"""Duties that come back: the yearly inspection and the monthly nil report. They cross streams, so no aggregate sees them.

Which facilities have them their kind says; the rows tell since when, and when they were done. Of the years only the
first that was missed stands open: whoever was not inspected since 2019 has one duty overdue, not seven. Of the months
those that were covered stand each, and those that were not as runs: one lapse is one duty, whether it still goes on or
something came behind it. The last run has no end, for views know no today.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date

from domain.time_limits import TimeLimits
from domain.values import Month
from projections.folding import Note
from projections.tables import Tables
from projections.watching import Days, Watch, duty, end_of_day

YEARLY, INSPECTED = "facility.inspected_yearly", "inspection.on_site"
MONTHLY, COVERED = "facility.reports_monthly", "facility.month_covered"
WATCHED = (YEARLY, INSPECTED, MONTHLY, COVERED)
ONWARD = ".."
"""Behind a month in the key of a duty: that month and every one since. A run that is over has its last month there (ISO 8601)."""
ALL = "*"


@dataclass
class Series(Days):
    """What is watched of one facility, and the duties that follow."""

    limits: TimeLimits = field(kw_only=True)
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

    def settle(self, facility: str) -> tuple[list[Note], list[Note]]:
        """(duties gone, duties new) since the last time: a month that was covered moves itself and the end of the row."""
        gone, new = self._months(facility)
        if ALL in self.touched:
            now = frozenset(yearly(facility, self))
            gone, new, self.duties = gone | (self.duties - now), new | (now - self.duties), now
        self.touched.clear()
        return sorted(gone, key=str), sorted(new, key=str)

    def _months(self, facility: str) -> tuple[frozenset[Note], frozenset[Note]]:
        span = self.span(MONTHLY)
        wanted = dict(_row_of_months(span, {month for month in self.months if self.covered(month)})) if span else {}
        changed = (
            {*self.monthly, *wanted} if ALL in self.touched else self.touched | (self.monthly.keys() ^ wanted.keys())
        )
        gone: set[Note] = set()
        new: set[Note] = set()
        for name in changed:
            now = frozenset(self._month(facility, name, wanted[name], span)) if name in wanted else frozenset()
            before = self.monthly.pop(name, frozenset())
            gone, new = gone | (before - now), new | (now - before)
            if now:
                self.monthly[name] = now
        return frozenset(gone), frozenset(new)

    def _month(self, facility: str, name: str, month: Month, span: tuple[date, date | None] | None) -> Iterator[Note]:
        """A month is reported: something happened in it, or nothing did. A run is due with its first month."""
        if span is not None:
            due = self.limits.due("facility.nil_report", month.last)
            opened, covered = max(month.first, span[0]), self.covered(str(month))
            yield from duty(facility, "facility.nil_report", name, opened, due, covered, span[1])


def yearly(facility: str, series: Series) -> Iterator[Note]:
    """At least once in each calendar year (EC-10)."""
    span, done = series.span(YEARLY), [day for day, _ in series.days(INSPECTED)]
    if span is None:
        return
    begin, end = span
    opened = begin
    while end is None or opened < end:
        due = end_of_day(date(opened.year, 12, 31))
        later = bisect_left(done, opened)
        met = done[later] if later < len(done) else None
        yield from duty(facility, "inspect.annual", "", opened, due, met, end)
        if met is None:
            return
        opened = date(met.year + 1, 1, 1)


def _row_of_months(span: tuple[date, date | None], covered: Collection[str]) -> Iterator[tuple[str, Month]]:
    """(name, first month) of the duties: a month that was covered, or a run of those that were not; the last run goes on."""
    begin, end = span
    month, last, missed = Month.of(begin), max(covered, default=""), None
    while end is None or month.first < end:
        if str(month) > last:
            yield f"{month}/{ONWARD}", month
            return
        if str(month) in covered:
            if missed is not None:
                yield _run(missed, month.plus(-1)), missed
            yield str(month), month
            missed = None
        elif missed is None:
            missed = month
        month = month.plus(1)
    if missed is not None:
        yield _run(missed, month.plus(-1)), missed


def _run(first: Month, last: Month) -> str:
    return str(first) if first == last else f"{first}/{last}"


def watch(tables: Tables, limits: TimeLimits, *, empty: bool = False) -> Watch[Series]:
    """The duties of every facility; of a month that is covered, by which."""
    return Watch(tables, WATCHED, "about", lambda: Series(limits=limits), empty=empty)
