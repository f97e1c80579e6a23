"""How items of checklists were judged, by whom and when: what comparisons and repeated faults are worked out from.

The rows are those of figures (`inspection.items`, `hazard.item_failed`), read once and put together here by pure
functions; so every answer has both clocks and the boundaries of the day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import func, select

from domain.figures import Figure
from domain.time_limits import TimeLimits
from domain.values import Month
from projections.scope import Scope, among, texts_of
from projections.watching import end_of_day

ITEMS, FAILED = "inspection.items", "hazard.item_failed"
OWN, SOCIAL, BUREAU = "facility", "social_supervisor", "bureau"
SOURCES = (OWN, SOCIAL, BUREAU)
"""Who fills in a checklist: the facility itself, a social supervisor, the bureau."""


class Judgement(NamedTuple):
    """One item judged by one inspection on the day of its conclusion."""

    facility: str
    day: date
    item: str
    source: str
    result: str
    inspection: str


class Fault(NamedTuple):
    """A hazard that failed an item, on the day of its finding."""

    facility: str
    day: date
    item: str
    hazard: str


def judged(scope: Scope) -> list[Judgement]:
    """Every judgement that the question is about, by facility and day. `scope` is one of `inspection.items`."""
    return sorted(
        Judgement(facility, day, said["item"], said["checked_by"], said["result"], member)
        for facility, day, said, member in _standing(scope)
    )


def faults(scope: Scope) -> list[Fault]:
    """Every hazard of the period that stands for an item of a checklist, found by whomever. `scope` is one of `failing`."""
    found = []
    for facility, day, said, _ in _standing(scope):
        item, _, hazard = said["about"].partition("/")
        found.append(Fault(facility, day, item, hazard))
    return sorted(found)


def failing(items: Figure) -> Figure:
    """The figure whose rows are the hazards of items; it is asked for here only."""
    return replace(items, rows=FAILED)


def _standing(scope: Scope) -> Iterator[tuple[str, date, Mapping[str, str], str]]:
    """(facility, day, dimensions, member) of the rows that were not taken back."""
    rows, dims, connection = scope.tables.rows.c, scope.tables.dims.c, scope.connection
    columns = (rows.facility, rows.day, rows.dims, rows.member)
    query = select(*columns).where(scope.condition(scope.days())).group_by(*columns).having(func.sum(rows.amount) > 0)
    found = connection.execute(query).all()
    texts = texts_of(connection, scope.tables, {code for row in found for code in (row[0], row[3])})
    said: dict[int, dict[str, str]] = defaultdict(dict)
    used = among(connection, dims.id, {row[2] for row in found})
    for number, name, value in connection.execute(select(dims.id, dims.name, dims.value).where(used)):
        said[number][name] = value
    for facility, day, number, member in found:
        yield texts[facility], date.fromordinal(day), said[number], texts[member]


# -- three sources ------------------------------------------------------------------------------------------


@dataclass
class Compared:
    """One item of one facility in one month: what each source that judged it said, and where."""

    facility: str
    month: Month
    item: str
    results: dict[str, str] = field(default_factory=dict)
    """source -> pass or fail; who judged it several times in the month and failed it once has failed it."""
    inspections: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """source -> the inspections that said so, the first one first."""

    @property
    def differs(self) -> bool:
        """Whether those who judged it do not agree."""
        return len(set(self.results.values())) > 1

    @property
    def overlooked(self) -> bool:
        """Whether the facility passed what the bureau failed."""
        return self.results.get(OWN) == "pass" and self.results.get(BUREAU) == "fail"


def compare(judgements: Iterable[Judgement]) -> list[Compared]:
    """The judgements side by side, by facility, month and item."""
    found: dict[tuple[str, str, str], Compared] = {}
    for one in sorted(judgements, key=attrgetter("day", "inspection")):
        month = Month.of(one.day)
        key = one.facility, str(month), one.item
        its = found.setdefault(key, Compared(one.facility, month, one.item))
        before = its.results.get(one.source)
        if before != one.result:
            if before == "fail":
                continue
            its.inspections[one.source].clear()
        its.results[one.source] = one.result
        its.inspections[one.source].append(one.inspection)
    return [found[key] for key in sorted(found)]


@dataclass(frozen=True)
class Sums:
    """What a comparison comes to, in items."""

    judged: Mapping[str, int]
    """source -> items that it judged."""
    failed: Mapping[str, int]
    """source -> items that it failed."""
    several: int
    """Items that more than one source judged."""
    differing: int
    both_failed: int
    """Items that the bureau failed and the facility judged too."""
    overlooked: int
    """Those of them that the facility passed."""


def sums(compared: Sequence[Compared]) -> Sums:
    """Count a comparison."""
    return Sums(
        {source: sum(source in one.results for one in compared) for source in SOURCES},
        {source: sum(one.results.get(source) == "fail" for one in compared) for source in SOURCES},
        sum(len(one.results) > 1 for one in compared),
        sum(one.differs for one in compared),
        sum(OWN in one.results and one.results.get(BUREAU) == "fail" for one in compared),
        sum(one.overlooked for one in compared),
    )


# -- faults that come back -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Repeat:
    """An item that failed again at a facility within the limit of the last time (HZ-08)."""

    facility: str
    item: str
    times: int
    """On how many different days it failed, in the row of failures that each came within the limit of the one before."""
    before: date
    last: date
    hazards: tuple[str, ...]
    """The hazards of these days, the newest first."""


def repeats(found: Iterable[Fault], limits: TimeLimits, first: date) -> list[Repeat]:
    """What failed again from a day on, the most frequent first; `found` reaches back before that day."""
    repeated = []
    for (facility, item), its in groupby(sorted(found, key=_place), key=_place):
        by_day = {day: [one.hazard for one in same] for day, same in groupby(sorted(its), key=attrgetter("day"))}
        row: list[date] = []
        for day in by_day:
            again = row and end_of_day(day) <= limits.due("hazard.repeat", row[-1])
            row = [*row, day] if again else [day]
        if len(row) > 1 and row[-1] >= first:
            hazards = tuple(hazard for day in reversed(row) for hazard in by_day[day])
            repeated.append(Repeat(facility, item, len(row), row[-2], row[-1], hazards))
    return sorted(repeated, key=lambda one: (-one.times, -one.last.toordinal(), one.item, one.facility))


def _place(fault: Fault) -> tuple[str, str]:
    return fault.facility, fault.item
