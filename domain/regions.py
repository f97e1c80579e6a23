"""行政区划 — the country's administrative divisions, as they were on any day.

Source: `reference/regions.csv` (`reference/README.md` tells how it is made). A change known only by its year makes
both codes valid throughout that year, so a *valid* code is not yet the one that *holds* the territory: that is,
from the first day of such a year, the newer code. Holders of a day never overlap; everything that adds up uses them.
A code stands for whoever held it on the day asked for; where nobody did, for who held it last before that day.

The main successor of a split is the first that the file names (same name, then newly made, then lowest code); the
main predecessor of a merger is the one of the same code, then of the same name, then of the lowest code. Facts follow
main lines only, so nothing counts twice. Where no successor or predecessor is known, the territory counts at the
region above it: totals stay whole.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

BEFORE_RECORD, OPEN_END = date.min, date.max
"""Bounds of a region that was there before the record begins (1984), or still is."""


@dataclass(slots=True, eq=False)
class Region:
    """One code under one name: level 1 province, 2 prefecture, 3 county; valid on both days named and between."""

    code: str
    name: str
    level: int
    parent: str
    valid_from: date
    valid_to: date
    successors: tuple[str, ...] = ()
    held_to: date = OPEN_END
    after: list[Region] = field(default_factory=list, repr=False)
    before: list[Region] = field(default_factory=list, repr=False)

    def valid(self, on: date) -> bool:
        """Whether the code could be used on a day."""
        return self.valid_from <= on <= self.valid_to

    def holds(self, on: date) -> bool:
        """Whether the region is the one that holds its territory on a day."""
        return self.valid_from <= on <= self.held_to


@dataclass(frozen=True)
class Boundaries:
    """The country between two changes: who holds what, and what lies below it."""

    home: dict[str, str]
    below: dict[str, list[str]]
    filed: dict[str, list[str]]


class Regions:
    """All divisions with their history, and every question asked of them. Immutable; answers are cached."""

    def __init__(self, found: Iterable[Region]) -> None:
        self._of: dict[str, tuple[Region, ...]] = {}
        by_code: dict[str, list[Region]] = defaultdict(list)
        for region in found:
            by_code[region.code].append(region)
        for code, regions in by_code.items():
            self._of[code] = tuple(sorted(regions, key=lambda r: r.valid_from))
        self._named: dict[str, list[Region]] = defaultdict(list)
        for region in self._all():
            self._named[region.name].append(region)
        self._link()
        turns = {r.valid_from for r in self._all()} | {_next_day(r.held_to) for r in self._all()}
        self._turns = sorted(turns - {OPEN_END}, reverse=True)
        self._boundaries = lru_cache(maxsize=64)(self._drawn)
        self._within = lru_cache(maxsize=4096)(self._gathered)

    @classmethod
    def parse(cls, text: str) -> Regions:
        """Read the text of `regions.csv`: code, name, level, parent, valid_from, valid_to, successors."""
        return cls(
            Region(
                code,
                name,
                int(level),
                parent,
                date.fromisoformat(begin) if begin else BEFORE_RECORD,
                date.fromisoformat(end) if end else OPEN_END,
                tuple(successors.split()),
            )
            for code, name, level, parent, begin, end, successors in list(csv.reader(text.splitlines()))[1:]
        )

    # -- one code ----------------------------------------------------------------------------------

    def __contains__(self, code: str) -> bool:
        """Whether the code was ever in use."""
        return code in self._of

    def valid(self, code: str, on: date) -> bool:
        """Whether a fact of that day may carry the code."""
        return any(region.valid(on) for region in self._of.get(code, ()))

    def region(self, code: str, on: date) -> Region:
        """Who the code stood for on a day (the newer in a year of change), else last before, else first after.

        Raises `KeyError` for a code that never was in use.
        """
        regions = self._of[code]
        started = [r for r in regions if r.valid_from <= on]
        return started[-1] if started else regions[0]

    def name(self, code: str, on: date) -> str:
        """The name of that day, such as 米林市."""
        return self.region(code, on).name

    def level(self, code: str) -> int:
        """1 province, 2 prefecture, 3 county."""
        return self._of[code][-1].level

    def parent(self, code: str, on: date) -> str | None:
        """The region above, None above a province. In a year of change, the one that belongs to the code."""
        return self.region(code, on).parent or None

    def path(self, code: str, on: date) -> str:
        """The full name of that day: 西藏自治区林芝市米林市."""
        above = self.parent(code, on)
        return (self.path(above, on) if above else "") + self.name(code, on)

    # -- looking for one ---------------------------------------------------------------------------

    def named(self, name: str, on: date, within: str | None = None) -> list[str]:
        """Codes valid on a day under exactly this name, those that hold their territory first."""
        hits = [r for r in self._named.get(name, ()) if r.valid(on) and self._is_below(r.code, within, on)]
        return list(dict.fromkeys(r.code for r in sorted(hits, key=lambda r: (not r.holds(on), r.code))))

    def search(self, text: str, on: date, within: str | None = None) -> list[str]:
        """Codes valid on a day for a picker: those whose code begins with the text or whose name holds it.

        Names that begin with the text come first, then higher levels, then by code.
        """
        text = text.strip()
        hits = [
            r
            for r in self._all()
            if r.valid(on) and (r.code.startswith(text) or text in r.name) and self._is_below(r.code, within, on)
        ]
        hits.sort(key=lambda r: (not r.name.startswith(text), not r.holds(on), r.level, r.code))
        return list(dict.fromkeys(r.code for r in hits))

    # -- territory ---------------------------------------------------------------------------------

    def current(self, code: str, on: date) -> tuple[str, ...]:
        """The codes that hold the territory of a code by the boundaries of a day, the main one first.

        Empty for a code that never was in use. Only the first counts in sums; `home` gives it.
        """
        if code not in self._of:
            return ()
        main = self.home(code, on)
        region = self._standing(code, on)
        others: dict[str, None] = {main: None}
        if not region.holds(on):
            for other in self._reached(region, on):
                others[other.code] = None
        return tuple(others)

    def home(self, code: str, on: date) -> str:
        """The one code at which a fact under `code` counts by the boundaries of a day. `KeyError` if unknown."""
        return self._boundaries(self._turn(on)).home[code]

    def children(self, code: str, on: date) -> list[str]:
        """The regions directly below, by the boundaries of a day: a partition, so only holders."""
        drawn = self._boundaries(self._turn(on))
        return list(drawn.below.get(drawn.home.get(code, code), ()))

    def provinces(self, on: date) -> list[str]:
        """The regions with nothing above them."""
        return list(self._boundaries(self._turn(on)).below.get("", ()))

    def within(self, code: str, above: str, on: date) -> bool:
        """Whether a code's territory lies in that of `above` by the boundaries of a day."""
        return code in self.codes_within(above, on)

    def codes_within(self, above: str, on: date) -> frozenset[str]:
        """Every code, of any time, that counts under `above` by the boundaries of a day. Cached.

        Empty for a region that never was.
        """
        return self._within(above, self._turn(on))

    def draw(self, first: date) -> None:
        """Work out all boundaries since a day before anybody asks for them."""
        for turn in self._turns:
            if turn >= first:
                self._boundaries(turn)

    # -- how it is worked out ----------------------------------------------------------------------

    def _all(self) -> Iterator[Region]:
        for regions in self._of.values():
            yield from regions

    def _link(self) -> None:
        """Tie each region to those that followed it, and find the last day on which it held its territory."""
        for region in self._all():
            for code in region.successors:
                other = self._follower(code, region)
                if other is not None:
                    region.after.append(other)
                    other.before.append(region)
            newer = [o.valid_from for o in region.after if region.valid_from < o.valid_from <= region.valid_to]
            region.held_to = min(newer) - timedelta(days=1) if newer else region.valid_to
        for region in self._all():
            region.before.sort(
                key=lambda r: (r.after[0] is not region, r.code != region.code, r.name[:2] != region.name[:2], r.code)
            )

    def _follower(self, code: str, region: Region) -> Region | None:
        """Who bore the code on the day after the region's end."""
        then = _next_day(region.valid_to)
        return next(
            (o for o in reversed(self._of.get(code, ())) if o is not region and o.valid(then)),
            next((o for o in self._of.get(code, ()) if o is not region and o.valid(region.valid_to)), None),
        )

    def _turn(self, on: date) -> date:
        """The last day not after `on` on which boundaries changed."""
        return next((turn for turn in self._turns if turn <= on), BEFORE_RECORD)

    def _standing(self, code: str, on: date) -> Region:
        """Who a code stands for when its territory is asked for: its holder, else the last before, else the first."""
        regions = self._of[code]
        return next((r for r in regions if r.holds(on)), self.region(code, on))

    def _reached(self, region: Region, on: date, seen: frozenset[int] = frozenset()) -> Iterator[Region]:
        """The holders of a day along all lines forward (or backward) from a region, main lines first."""
        if region.holds(on):
            yield region
            return
        for other in region.after if region.valid_from <= on else region.before:
            if id(other) not in seen:
                yield from self._reached(other, on, seen | {id(region)})

    def _main(self, region: Region, on: date, home: dict[int, str]) -> str:
        """The main line of a region to its holder of a day; where it breaks off, that of the region above."""
        key = id(region)
        if key in home:
            return home[key]
        home[key] = region.code  # a circle in the record ends where it was entered
        if not region.holds(on):
            forward = region.valid_from <= on
            line = region.after if forward else region.before
            if line and (forward is False or line[0].valid_from <= on):
                home[key] = self._main(line[0], on, home)
            elif region.parent:
                day = min(region.valid_to, on) if forward else region.valid_from
                home[key] = self._main(self.region(region.parent, day), on, home)
        return home[key]

    def _drawn(self, on: date) -> Boundaries:
        """Work out the boundaries of a day (about 30 ms; then kept)."""
        mains: dict[int, str] = {}
        home = {code: self._main(self._standing(code, on), on, mains) for code in self._of}
        below: dict[str, list[str]] = defaultdict(list)
        filed: dict[str, list[str]] = defaultdict(list)
        for code, main in sorted(home.items()):
            filed[main].append(code)
            if code == main and (region := self._standing(code, on)).holds(on):
                below[home[region.parent] if region.parent else ""].append(code)
        return Boundaries(home, below, filed)

    def _gathered(self, above: str, on: date) -> frozenset[str]:
        drawn, codes = self._boundaries(on), []
        queue = [drawn.home[above]] if above in drawn.home else []
        while queue:
            code = queue.pop()
            codes += drawn.filed[code]
            queue += drawn.below.get(code, ())
        return frozenset(codes)

    def _is_below(self, code: str, within: str | None, on: date) -> bool:
        return within is None or self.within(code, within, on)


def _next_day(day: date) -> date:
    """The day after, for ever at the end of time."""
    return day if day == OPEN_END else day + timedelta(days=1)
