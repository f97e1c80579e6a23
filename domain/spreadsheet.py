"""Tables as they go into spreadsheets and come out of them: typed cells, no file format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from domain.model import Wording

Cell = str | int | Decimal | date | datetime | bool | None
"""What a cell holds; nothing is None. A text is never a formula."""


class Kind(StrEnum):
    """How the cells of a column are shown; what they hold says itself."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"
    MONTH = "month"


@dataclass(frozen=True)
class Column:
    """A column: its head, how its cells are shown, how wide, and what may be chosen in it."""

    head: str
    kind: Kind = Kind.TEXT
    width: int = 16
    """In letters."""
    choices: Sequence[str] = ()
    note: str = ""
    """What whoever fills the column in should know."""
    prompt: str = ""


@dataclass(frozen=True)
class Table:
    """A worksheet: a title of at most 31 letters, columns, and rows that are read once."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    marked: frozenset[int] = frozenset()
    """Rows that are set apart, counted from 0."""


@dataclass(frozen=True)
class Formula:
    """A cell that would be computed: what it shows is not known here."""


class Unreadable(Exception):
    """A file that is not read as a table, with what to do."""

    def __init__(self, wording: Wording) -> None:
        super().__init__(wording.en)
        self.wording = wording
