"""What crosses streams is watched facility by facility: rows of some figures make a series, a series makes notes.

Findings of levels (`projections/levels.py`), duties that come back (`projections/recurring.py`) and what follows upon
something in another stream (`projections/following.py`) are all pure functions of such a series; only the difference to the
notes that stood before is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection, func, select

from domain.model import Row, business_key
from projections.folding import DUTIES, FOREVER, Note
from projections.tables import Tables


class Series(Protocol):
    """What is watched of one facility."""

    def add(self, figure: str, about: str, day: int, amount: int) -> None:
        """Take a row in; `settle` makes it count."""

    def settle(self, facility: str) -> tuple[list[Note], list[Note]]:
        """(notes gone, notes new) since the last time."""


Its = TypeVar("Its", bound=Series)


class Watch(Generic[Its]):
    """The series of the facilities that a runner has met.

    `figures` are watched, `dimension` names the dimension of their rows that tells what one is about, `new` makes an empty
    series; `empty` says that nothing was taken in before, as in a generation that is being built.
    """

    def __init__(
        self, tables: Tables, figures: tuple[str, ...], dimension: str, new: Callable[[], Its], *, empty: bool = False
    ) -> None:
        self.tables, self.figures, self.dimension, self.new, self.empty = (
            tables,
            frozenset(figures),
            dimension,
            new,
            empty,
        )
        self.series: dict[str, Its] = {}
        self.touched: dict[str, None] = {}

    def forget(self) -> None:
        """Drop what is remembered."""
        self.series.clear()
        self.touched.clear()
        self.empty = False

    def take(self, connection: Connection, row: Row) -> None:
        """Take a row of a watched figure in."""
        if row.facility is None:
            return
        series = self.series.get(row.facility)
        if series is None:
            series = self.series[row.facility] = self.new() if self.empty else self._load(connection, row.facility)
        about = next((value for name, value in row.dims if name == self.dimension), "")
        series.add(row.figure, about, row.day.toordinal(), row.amount)
        self.touched[row.facility] = None

    def differences(self) -> Iterator[tuple[str, list[Note], list[Note]]]:
        """(facility, notes gone, notes new) since last asked."""
        for facility in self.touched:
            gone, new = self.series[facility].settle(facility)
            if gone or new:
                yield facility, gone, new
        self.touched.clear()

    def _load(self, connection: Connection, facility: str) -> Its:
        """The series as the tables have it: everything before the batch that is being applied."""
        rows, codes, dims = self.tables.rows, self.tables.codes, self.tables.dims
        series, code = self.new(), connection.scalar(select(codes.c.id).where(codes.c.text == facility))
        if code is None:
            return series
        figure, about = codes.alias(), dims.alias()
        found = connection.execute(
            select(figure.c.text, about.c.value, rows.c.day, func.sum(rows.c.amount))
            .select_from(
                rows.join(figure, figure.c.id == rows.c.figure).outerjoin(
                    about, (about.c.id == rows.c.dims) & (about.c.name == self.dimension)
                )
            )
            .where(rows.c.facility == code, figure.c.text.in_(self.figures))
            .group_by(figure.c.text, about.c.value, rows.c.day)
        )
        for name, what, day, amount in found:
            series.add(name, what or "", day, int(amount))
        series.settle(facility)
        return series


class Watches:
    """Several watches, each told of the rows of its figures only."""

    def __init__(self, *watches: Watch[Any]) -> None:
        self.watches = watches
        self.of: dict[str, list[Watch[Any]]] = defaultdict(list)
        for watch in watches:
            for figure in watch.figures:
                self.of[figure].append(watch)

    def forget(self) -> None:
        """Drop what is remembered."""
        for watch in self.watches:
            watch.forget()

    def take(self, connection: Connection, row: Row) -> None:
        """Tell whoever watches a row's figure."""
        for watch in self.of.get(row.figure, ()):
            watch.take(connection, row)

    def differences(self) -> Iterator[tuple[str, list[Note], list[Note]]]:
        """(facility, notes gone, notes new) since last asked."""
        for watch in self.watches:
            if watch.touched:
                yield from watch.differences()


@dataclass
class Days:
    """The days on which something counts, by figure and by what it is about."""

    sums: dict[tuple[str, int, str], int] = field(default_factory=lambda: defaultdict(int))

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


def end_of_day(day: date) -> str:
    """The business moment at which a day ends."""
    return business_key(day, None, opens=False)


def duty(
    facility: str, rule: str, key: str, opened: date, due_at: str, met: date | None, end: date | None
) -> Iterator[Note]:
    """A duty from its beginning, and from when it was met; it goes with what it is a duty of, which ends on a day."""
    name, over = f"{rule}/{key}" if key else rule, end_of_day(end) if end else FOREVER
    since = business_key(opened, None, opens=True)
    if since >= over:
        return
    met_at = end_of_day(met) if met else None
    if met_at is None or met_at >= over:
        yield Note(DUTIES, name, since, over, (facility, None), (name, rule, due_at, None))
        return
    if since < met_at:
        yield Note(DUTIES, name, since, met_at, (facility, None), (name, rule, due_at, None))
    yield Note(DUTIES, name, max(met_at, since), FOREVER, (facility, None), (name, rule, due_at, met_at))
