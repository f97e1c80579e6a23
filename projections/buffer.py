"""What a batch of events will write, gathered in memory; whoever takes it writes it in one go, table by table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from domain.model import Row
from projections.codes import Codes, dims_text
from projections.folding import KEYED
from projections.rollups import month_of
from projections.tables import BOARD, LAST, board_columns, cell, instant


@dataclass(slots=True)
class Written:
    """A batch in the numbers and texts of the tables, as tuples in the order of their columns."""

    rows: list[tuple[int, ...]]
    """ROW, then the month of the row's day and the month of its recording."""
    months: dict[int, int]
    """month of recording -> first position in it"""
    versions: dict[str, list[tuple[Any, ...]]]
    """board -> BOARD, then the board's own columns"""
    closings: dict[str, list[tuple[Any, ...]]]
    """board -> (to_position, code, valid_from), and for keyed boards the key"""


class Taker(Protocol):
    """Where batches go: into tables that are read meanwhile, or onto the piles of a rebuild."""

    def batch(self, connection: Connection, written: Written) -> None:
        """Take rows and boards."""

    def timeline(
        self, connection: Connection, shown: Sequence[tuple[int, str, int]], withdrawn: Sequence[tuple[int, int]]
    ) -> None:
        """Take a timeline's rows (subject, moment, position), and what was withdrawn (withdrawing position, position)."""


@dataclass
class Buffer:
    """Rows and board versions of one batch."""

    rows: list[tuple[Row, int, int, int]] = field(default_factory=list)
    months: dict[int, int] = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)
    met: dict[str, None] = field(default_factory=dict)
    """The streams of board versions in the order of the log, whatever the batch closed again."""
    open: dict[tuple[str, str, str, str], list[Any]] = field(default_factory=dict)
    done: dict[str, list[list[Any]]] = field(default_factory=dict)
    closings: dict[str, list[tuple[int, str, str, str]]] = field(default_factory=dict)

    def recorded(self, moment: datetime | None, position: int) -> int:
        """The month of recording of a position, noted with the first position in it."""
        assert moment is not None
        month = month_of(moment)
        self.months.setdefault(month, position)
        return month

    def row(self, row: Row, position: int, recorded: int) -> None:
        """A row of a figure, at a position of the log, with the month in which it was recorded."""
        line = self.lines[position] = self.lines.get(position, -1) + 1
        self.rows.append((row, position, line, recorded))

    def close(self, board: str, stream: str, key: str, valid_from: str, position: int) -> None:
        """End a version of a board in system time; `key` tells apart the rows of a stream on a keyed board."""
        pending = self.open.pop((board, stream, key, valid_from), None)
        if pending is None:
            self.closings.setdefault(board, []).append((position, stream, valid_from, key))
        elif pending[2] != position:
            pending[3] = position
            self.done.setdefault(board, []).append(pending)

    def version(
        self,
        board: str,
        stream: str,
        place: tuple[str | None, str | None],
        position: int,
        valid: tuple[str, str],
        cells: Sequence[str | None],
        key: str = "",
    ) -> None:
        """Begin a version of a board in system time; `place` is its facility, or else its region."""
        self.met[stream] = None
        self.open[board, stream, key, valid[0]] = [stream, place, position, LAST, *valid, *cells]

    def written(self, connection: Connection, codes: Codes) -> Written:
        """The batch in numbers; texts met for the first time are numbered."""
        versions: dict[str, list[list[Any]]] = {board: list(done) for board, done in self.done.items()}
        for (board, *_), version in self.open.items():
            versions.setdefault(board, []).append(version)
        code = self._resolved(connection, codes, versions)
        return Written(
            [_row(code, row, position, line, recorded) for row, position, line, recorded in self.rows],
            self.months,
            {board: [_version(code, one) for one in its] for board, its in versions.items()},
            {board: [_closing(code, board, one) for one in sorted(its)] for board, its in self.closings.items()},
        )

    def _resolved(self, connection: Connection, codes: Codes, versions: dict[str, list[list[Any]]]) -> dict[str, int]:
        texts: dict[str, None] = {}
        regions: dict[str, None] = {}
        for row, _, _, _ in self.rows:
            texts[row.figure] = texts[row.member] = texts[dims_text(row.dims)] = None
            if row.facility:
                texts[row.facility] = None
            else:
                regions[row.region or ""] = None
        texts |= self.met
        for its in versions.values():
            for _, (facility, region), *_ in its:
                if facility:
                    texts[facility] = None
                elif region:
                    regions[region] = None
        texts.update((stream, None) for its in self.closings.values() for _, stream, _, _ in its)
        return codes.resolve(connection, texts, regions)


def _row(code: dict[str, int], row: Row, position: int, line: int, recorded: int) -> tuple[int, ...]:
    return (
        code[row.figure],
        code[row.facility] if row.facility else -code[row.region or ""],
        row.day.toordinal(),
        position,
        line,
        code[dims_text(row.dims)],
        code[row.member],
        row.amount,
        int(row.opening),
        month_of(row.day),
        recorded,
    )


def _version(code: dict[str, int], version: list[Any]) -> tuple[Any, ...]:
    stream, (facility, region), since, to, valid_from, valid_to, *cells = version
    place = code[facility] if facility else -code[region] if region else 0
    return (code[stream], place, since, to, instant(valid_from), instant(valid_to), *cells)


def _closing(code: dict[str, int], board: str, closing: tuple[int, str, str, str]) -> tuple[Any, ...]:
    position, stream, valid_from, key = closing
    ended = (position, code[stream], instant(valid_from))
    return (*ended, cell(key)) if board in KEYED else ended


def columns_of(board: str) -> tuple[str, ...]:
    """The columns of a board's table in the order of a version."""
    return (*BOARD, *board_columns()[board])
