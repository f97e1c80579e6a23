"""Breaches that a level makes: more people than licensed beds, two people in one bed, people in an ended home.

They cross streams, so no aggregate sees them. Each is a pure function of daily sums of rows, kept per
facility (and bed), and only the difference to what stood before is written.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, func, select

from domain.model import Row
from projections.folding import FOREVER
from projections.tables import Tables

PRESENT, BEDS, REGISTERED, IN_BED = "stay.present", "facility.beds_licensed", "facility.registered", "stay.in_bed"
WATCHED = (PRESENT, BEDS, REGISTERED, IN_BED)

Interval = tuple[str, str, str]
"""(rule, since, until) in business moments; a level counts from the end of its day."""


@dataclass
class Series:
    """Daily sums of one facility: figure (and bed) -> day -> sum, and the breaches that follow from them."""

    sums: dict[tuple[str, str], dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    days: list[int] = field(default_factory=list)
    breaches: frozenset[Interval] = frozenset()

    def add(self, figure: str, bed: str, day: int, amount: int) -> None:
        """Take a row in."""
        sums = self.sums[figure, bed]
        if day not in sums:
            sums[day] = 0
            insort(self.days, day)
        sums[day] += amount

    def found(self) -> frozenset[Interval]:
        """All breaches of this facility, over its whole history."""
        intervals: set[Interval] = set()
        level: dict[tuple[str, str], int] = defaultdict(int)
        since: dict[str, int] = {}
        for day in dict.fromkeys(self.days):
            for key, sums in self.sums.items():
                level[key] += sums.get(day, 0)
            holds = self._rules(level)
            for rule in [r for r in since if r not in holds]:
                begun = since.pop(rule)
                intervals.add((rule, _moment(begun), _moment(day)))
            for rule in holds:
                since.setdefault(rule, day)
        intervals.update((rule, _moment(day), FOREVER) for rule, day in since.items())
        return frozenset(intervals)

    @staticmethod
    def _rules(level: dict[tuple[str, str], int]) -> set[str]:
        present, open_ = level[PRESENT, ""], level[REGISTERED, ""] > 0
        rules = set()
        if open_ and (BEDS, "") in level and level[BEDS, ""] > 0 and present > level[BEDS, ""]:
            rules.add("facility.over_occupied")
        if not open_ and present > 0:
            rules.add("EC-12")
        if any(n > 1 for (figure, _), n in level.items() if figure == IN_BED):
            rules.add("facility.bed_shared")
        return rules


def _moment(day: int) -> str:
    return f"{date.fromordinal(day).isoformat()}T24:00"


class Levels:
    """The series of the facilities that a runner has met."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.series: dict[str, Series] = {}
        self.touched: dict[str, None] = {}

    def forget(self) -> None:
        """Drop what is remembered."""
        self.series.clear()
        self.touched.clear()

    def take(self, connection: Connection, row: Row, position: int) -> None:
        """Take a row of a watched figure in."""
        if row.figure not in WATCHED or row.facility is None:
            return
        series = self.series.get(row.facility)
        if series is None:
            series = self.series[row.facility] = self._load(connection, row.facility)
        series.add(row.figure, row.dims[0][1] if row.figure == IN_BED else "", row.day.toordinal(), row.amount)
        self.touched[row.facility] = None

    def differences(self) -> Iterator[tuple[str, list[Interval], list[Interval]]]:
        """(facility, breaches gone, breaches new) since last asked."""
        for facility in self.touched:
            series = self.series[facility]
            now = series.found()
            if now != series.breaches:
                yield facility, sorted(series.breaches - now), sorted(now - series.breaches)
                series.breaches = now
        self.touched.clear()

    def _load(self, connection: Connection, facility: str) -> Series:
        """The series as the tables have it: everything before the batch that is being applied."""
        rows, codes, dims = self.tables.rows, self.tables.codes, self.tables.dims
        series, code = Series(), connection.scalar(select(codes.c.id).where(codes.c.text == facility))
        if code is not None:
            figure, bed = codes.alias(), dims.alias()
            found = connection.execute(
                select(figure.c.text, bed.c.value, rows.c.day, func.sum(rows.c.amount))
                .select_from(rows.join(figure, figure.c.id == rows.c.figure).outerjoin(bed, (bed.c.id == rows.c.dims) & (bed.c.name == "bed")))
                .where(rows.c.facility == code, figure.c.text.in_(WATCHED)).group_by(figure.c.text, bed.c.value, rows.c.day))
            for name, where, day, amount in found:
                series.add(name, where or "", day, int(amount))
            series.breaches = series.found()
        return series
