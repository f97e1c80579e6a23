"""What crosses streams is watched facility by facility: rows of some figures make a series, a series makes notes.

Findings of levels (`projections/levels.py`) and duties that come back (`projections/recurring.py`) are both pure functions of
such a series; only the difference to the notes that stood before is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Connection, func, select

from domain.model import Row
from projections.folding import Note
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
        if row.figure not in self.figures or row.facility is None:
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
