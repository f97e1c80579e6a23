"""Breaches that a level makes: too many people, two in one bed, people in an ended home, admissions to a closed one.

They cross streams, so no aggregate sees them. Each is a pure function of daily sums of rows, kept per
facility (and bed) as levels by day; a change touches only the days on which it moves a level, and only the
difference to the breaches that stood before is written.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from projections.folding import BREACHES, FOREVER, Note
from projections.tables import Tables
from projections.watching import Watch

PRESENT, BEDS, REGISTERED, IN_BED = "stay.present", "facility.beds_licensed", "facility.registered", "stay.in_bed"
LICENCE, SUSPENDED, ADMITTED = "facility.has_licence", "facility.is_suspended", "stay.admitted"
WATCHED = (PRESENT, BEDS, REGISTERED, IN_BED, LICENCE, SUSPENDED, ADMITTED)

PEOPLE = frozenset({PRESENT, IN_BED, ADMITTED})

RULES = ("facility.over_occupied", "EC-12", "facility.bed_shared", "facility.admitted_while_closed")
LET_IN = 1 << RULES.index("facility.admitted_while_closed")
NOT_YET = [0] * (len(WATCHED) + 1)
"""The levels before the first day."""

Interval = tuple[str, str, str]
"""(rule, since, until) in business moments; a level counts from the end of its day."""
Step = tuple[int, int | None, int]
"""(from day, up to but without day, by how much) a level moves."""


class Levels:
    """Several levels by day: each day on which something moved, and the levels from its end on."""

    def __init__(self, width: int) -> None:
        self.days: list[int] = []
        self.at: list[list[int]] = []
        self.none = [0] * width

    def index(self, day: int) -> int:
        """Where a day stands; it is put in with the levels of the day before when it is new."""
        i = bisect_left(self.days, day)
        if i == len(self.days) or self.days[i] != day:
            self.days.insert(i, day)
            self.at.insert(i, (self.at[i - 1] if i else self.none).copy())
        return i

    def range(self, step: Step) -> range:
        """The days of a step, both its ends put in."""
        begin = self.index(step[0])
        return range(begin, len(self.days) if step[1] is None else self.index(step[1]))


def steps(changes: Mapping[int, int]) -> Iterator[Step]:
    """What sums by day do to a level: one who came and went touches only the days between."""
    level, days = 0, sorted(changes)
    for day, following in pairwise([*days, None]):
        level += changes[day]  # type: ignore[index]
        if level:
            yield day, following, level  # type: ignore[misc]


@dataclass
class Series:
    """The levels of one facility, the rules that they break day by day, and the breaches that follow."""

    own: Levels = field(default_factory=lambda: Levels(len(WATCHED) + 1))
    """The levels of WATCHED (of beds: how many are shared), then the rules that they break."""
    beds: dict[str, Levels] = field(default_factory=lambda: defaultdict(lambda: Levels(1)))
    pending: dict[tuple[str, str], dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    breaches: frozenset[Interval] = frozenset()
    lived_in: bool = False
    """Whether anybody was ever there: until then no rule of levels can be broken, and nothing need be judged."""

    def add(self, figure: str, bed: str, day: int, amount: int) -> None:
        """Take a row in; `settled` makes it count."""
        self.lived_in = self.lived_in or figure in PEOPLE
        changes = self.pending[figure, bed]
        changes[day] = changes.get(day, 0) + amount
        if figure == ADMITTED:  # counts on its own day only
            changes[day + 1] = changes.get(day + 1, 0) - amount

    def settled(self) -> frozenset[Interval]:
        """All breaches of this facility over its whole history, with everything that was taken in."""
        if not self.lived_in:
            return self.breaches
        moved = [
            one
            for (figure, bed), changes in self.pending.items()
            for step in steps(changes)
            for one in (self._shared(bed, step) if figure == IN_BED else self._moved(figure, step))
        ]
        self.pending.clear()
        changed = [self._judge(step) for step in moved]  # every step is judged, also behind one that changed something
        return self._intervals() if any(changed) else self.breaches

    def settle(self, facility: str) -> tuple[list[Note], list[Note]]:
        """(breaches gone, breaches new) since the last time."""
        before, self.breaches = self.breaches, self.settled()
        if before is self.breaches:
            return [], []
        return _notes(facility, before - self.breaches), _notes(facility, self.breaches - before)

    def _moved(self, figure: str, step: Step) -> list[Step]:
        level = WATCHED.index(figure)
        for i in self.own.range(step):
            self.own.at[i][level] += step[2]
        return [step]

    def _shared(self, bed: str, step: Step) -> list[Step]:
        """Move the level of a bed, and the number of beds that more than one person lies in."""
        its, found = self.beds[bed], []
        for i in its.range(step):
            before = its.at[i][0]
            its.at[i][0] = now = before + step[2]
            change = (now > 1) - (before > 1)
            if change:
                found.append((its.days[i], its.days[i + 1] if i + 1 < len(its.days) else None, change))
        return [moved for one in found for moved in self._moved(IN_BED, one)]

    def _judge(self, step: Step) -> bool:
        """Apply the rules anew to the days of a step, and on while a day changes what the next builds on; whether any did."""
        days, at, changed = self.own.range(step), self.own.at, False
        for i in range(days.start, len(at)):
            now = _broken(at[i], at[i - 1] if i else None)
            if now != at[i][-1]:
                at[i][-1], changed = now, True
            elif i >= days.stop:
                break
        return changed

    def _intervals(self) -> frozenset[Interval]:
        found: set[Interval] = set()
        since: dict[int, int] = {}
        before = 0
        for day, (*_, broken) in zip(self.own.days, self.own.at, strict=True):
            for bit in range(len(RULES)) if broken != before else ():
                if broken >> bit & 1:
                    since.setdefault(bit, day)
                elif bit in since:
                    found.add((RULES[bit], _moment(since.pop(bit)), _moment(day)))
            before = broken
        found.update((RULES[bit], _moment(day), FOREVER) for bit, day in since.items())
        return frozenset(found)


def _broken(levels: list[int], before: list[int] | None) -> int:
    """The rules that the levels of a day break, one bit each, in the order of RULES; `before` is the day before."""
    present, beds, registered, in_bed, licensed, suspended, admitted, _ = levels
    open_ = registered > 0
    found = int(open_ and licensed > 0 and beds < present) | (not open_ and present > 0) << 1 | (in_bed > 0) << 2
    if open_ and suspended <= 0:
        return found
    # Closed: whoever was let in since it closed is one too many. Days are all that is known, so a home that was open at
    # either end of a day was free to take somebody in.
    _, _, registered, _, _, suspended, _, broken = before or NOT_YET
    let_in = (admitted > 0 and (registered <= 0 or suspended > 0)) or broken & LET_IN
    return found | (LET_IN if let_in else 0)


def _moment(day: int) -> str:
    return f"{date.fromordinal(day).isoformat()}T24:00"


def _notes(facility: str, breaches: Iterable[Interval]) -> list[Note]:
    return [
        Note(BREACHES, rule, since, until, (facility, None), (rule, "breach"))
        for rule, since, until in sorted(breaches)
    ]


def watch(tables: Tables, *, empty: bool = False) -> Watch[Series]:
    """The levels of every facility; of who lies in a bed, by the bed."""
    return Watch(tables, WATCHED, "bed", Series, empty=empty)
