"""What follows in one stream upon something in another: duties of a facility that others begin or meet, and what comes again.

A home is filed once somebody lives there, and visited once it is filed (EC-03); an award is reviewed once something speaks
against it (`rating_triggers`); an item that fails again within a year is a repeated hazard (HZ-08). No aggregate sees
these, so they are worked out from rows, facility by facility.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate, groupby
from operator import itemgetter

from domain.time_limits import TimeLimits
from projections.folding import BREACHES, Note
from projections.tables import Tables
from projections.watching import Days, Watch, duty, end_of_day

TO_BE_FILED, MOVED_IN, FILED = "facility.to_be_filed", "stay.admitted", "facility.filed"
VISIT, INSPECTED = "facility.visit_due", "inspection.on_site"
HELD, CAUSE, REVIEWED = "rating.held", "rating.review_cause", "rating.seen_to"
FAILED = "hazard.item_failed"
PARTS = {
    "filing": (TO_BE_FILED, MOVED_IN, FILED),
    "visits": (TO_BE_FILED, VISIT, INSPECTED),
    "reviews": (HELD, CAUSE, REVIEWED),
}
WATCHED = (*dict.fromkeys(figure for figures in PARTS.values() for figure in figures), FAILED)


@dataclass
class Series(Days):
    """What is watched of one facility, and the duties and findings that follow, part by part: a change touches only its own."""

    limits: TimeLimits = field(kw_only=True)
    moved_in: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    """day -> how many moved in."""
    first: int | None = None
    """The day on which somebody moved in for the first time; the thousands behind it change nothing."""
    failed: dict[str, dict[tuple[int, str], int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    """item -> (day, hazard) -> sum of the amounts."""
    touched: set[str] = field(default_factory=set)
    """The parts, and the items, that changed."""
    notes: dict[str, frozenset[Note]] = field(default_factory=dict)

    def add(self, figure: str, about: str, day: int, amount: int) -> None:
        """Take a row in; `settle` makes it count."""
        if figure == FAILED:
            item, _, hazard = about.partition("/")
            self.failed[item][day, hazard] += amount
            self.touched.add(item)
        elif figure == MOVED_IN:
            self.moved_in[day] += amount
            if self.first is None or day <= self.first:
                self.first = min((on for on, sum_ in self.moved_in.items() if sum_ > 0), default=None)
                self.touched.add("filing")
        else:
            self.sums[figure, day, about] += amount
            self.touched.update(part for part, figures in PARTS.items() if figure in figures)

    def settle(self, facility: str) -> tuple[list[Note], list[Note]]:
        """(notes gone, notes new) since the last time."""
        gone: set[Note] = set()
        new: set[Note] = set()
        for part in self.touched:
            before, now = self.notes.pop(part, frozenset()), frozenset(self._follows(facility, part))
            gone, new = gone | (before - now), new | (now - before)
            if now:
                self.notes[part] = now
        self.touched.clear()
        return sorted(gone, key=str), sorted(new, key=str)

    def _follows(self, facility: str, part: str) -> Iterator[Note]:
        made = {"filing": filing, "visits": visits, "reviews": reviews}.get(part)
        return made(facility, self) if made else repeated(facility, self, part)

    def next_day(self, figure: str, day: date, *about: str) -> date | None:
        """The first day from a day on on which something counts; of one of these only, where any are named."""
        return next((on for on, its in self.days(figure) if on >= day and (not about or its in about)), None)


def filing(facility: str, series: Series) -> Iterator[Note]:
    """A home is filed within so many working days of its first resident; whoever filed before that owes nothing (EC-03)."""
    span = series.span(TO_BE_FILED)
    if span is None or series.first is None:
        return
    opened = max(date.fromordinal(series.first), span[0])
    met = next(iter(series.days(FILED)), (None,))[0]
    if met is None or met > opened:
        yield from duty(
            facility, "facility.filing", "", opened, series.limits.due("facility.filing", opened), met, span[1]
        )


def visits(facility: str, series: Series) -> Iterator[Note]:
    """A home that was filed is visited within so many working days (EC-03)."""
    span = series.span(TO_BE_FILED)
    for filed, due in series.days(VISIT):
        met, due_at = series.next_day(INSPECTED, filed), end_of_day(date.fromisoformat(due))
        yield from duty(facility, "facility.filing_check", due, filed, due_at, met, span and span[1])


def reviews(facility: str, series: Series) -> Iterator[Note]:
    """An award that something speaks against is reviewed while it lasts: upheld in that matter, or lowered, suspended, revoked."""
    held = _awards(series)
    for day, about in series.days(CAUSE):
        if next((number for since, number in reversed(held) if since <= day), 0) <= 0:
            continue
        cause = about.partition("/")[0]
        end = next((since for since, number in held if since > day and number <= 0), None)
        due_at, met = series.limits.due("rating.review", day), series.next_day(REVIEWED, day, "", cause)
        key = f"{cause}/{day.isoformat()}"
        yield from duty(facility, "rating.review", key, day, due_at, met, None if met and end and met <= end else end)


def _awards(series: Series) -> list[tuple[date, int]]:
    """How many awards the facility holds, suspended ones too, from each day on which that changes."""
    changes = sorted((day, sum_) for (figure, day, _), sum_ in series.sums.items() if figure == HELD)
    days = [(day, sum(sum_ for _, sum_ in its)) for day, its in groupby(changes, key=itemgetter(0))]
    return list(zip((date.fromordinal(day) for day, _ in days), accumulate(sum_ for _, sum_ in days), strict=True))


def repeated(facility: str, series: Series, item: str) -> Iterator[Note]:
    """An item that fails again within a year of the last time is a repeated hazard: found for as long again (HZ-08)."""
    before: date | None = None
    finds = sorted(one for one, sum_ in series.failed[item].items() if sum_ > 0)
    for number, its in groupby(finds, key=itemgetter(0)):
        day = date.fromordinal(number)
        if before and end_of_day(day) <= series.limits.due("hazard.repeat", before):
            since, until = end_of_day(day), series.limits.due("hazard.repeat", day)
            for _, hazard in its:
                yield Note(BREACHES, "HZ-08", since, until, (facility, None), ("HZ-08", "breach"), hazard)
        before = day


def watch(tables: Tables, limits: TimeLimits, *, empty: bool = False) -> Watch[Series]:
    """What follows upon other streams at every facility; what a row is about stands in its dimension."""
    return Watch(tables, WATCHED, "about", lambda: Series(limits=limits), empty=empty)
