"""In which order the rows of a board are read, and the place of a row in it, behind which the next page begins.

A place names the row by what a rebuild keeps, and the position at which the first page was read: pages of one
position show each row once, whatever is recorded meanwhile.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, literal_column, tuple_

from domain.model import Field, Refused, Wording
from projections.folding import KEYED
from projections.tables import BOARD_DAYS, DAY, column_of, dated, end_of

COUNTED_MAX = 20_000
"""Rows of a narrowed board are counted so far; more are sorted only by what an index holds: the day, the first entry."""
NO_NUMBER = -(10**15)
"""Where a row without a number stands: before all that have one."""
UNORDERED = frozenset({"quantities", "kinds", "verdicts", "inspectors", "assessors", "seed", "digest"})
"""Columns that hold several things, or what nobody reads in order."""
BAD_PLACE = Refused(
    "field.invalid",
    Wording(
        "“after”不是这张台账某一行的位置",
        "`after` is not the place of a row of this board",
        "从第一页重新翻起",
        "begin again at the first page",
    ),
    "after",
)


@dataclass(frozen=True)
class Order:
    """How a board is read: by which column, in which direction, days of which period, rows about whom.

    Without a column by the board's day, or where it has none by the order of first entry. The period is one of
    that day, both ends included. `whom` holds streams of persons and of what belongs to them.
    """

    by: str | None = None
    ascending: bool = False
    first: date | None = None
    last: date | None = None
    whom: frozenset[str] | None = None

    def within(self, name: str, table: Table) -> list[ColumnElement[bool]]:
        """The period, by the day of a board; nothing where the board has none."""
        day, first, last = BOARD_DAYS.get(name), self.first, self.last
        if day is None or (first is None and last is None):
            return []
        if day == "since":
            since = table.c.valid_from
            low, high = first and since >= first.toordinal() * DAY, last and since <= end_of(last)
            return [and_(*(part for part in (low, high) if part is not None))]
        held = literal_column(dated(f"{table.name}.{column_of(day)}"))
        # Days, months and moments are texts that sort as they follow each other; a month counts by its first days.
        parts = [held != ""] if first is None else [held >= f'"{_as(day, first)}']
        return [*parts, held <= f'"{_as(day, last)}~'] if last is not None else parts


class RowPlace(NamedTuple):
    """Where a row stands: read at a position, by a value, then by the stream, the instant and the key of the row."""

    position: int
    value: str | int | float | None
    stream: str
    since: int
    key: str | None

    @property
    def text(self) -> str:
        """As it stands in an address."""
        return urlsafe_b64encode(json.dumps(self, ensure_ascii=False).encode()).decode().rstrip("=")


def place_of(text: str) -> RowPlace:
    """The place that a text says. Raises Refused when it says none."""
    try:
        found = RowPlace(*json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4))))
    except (ValueError, TypeError, RecursionError):
        raise BAD_PLACE from None
    kinds = (int, str | int | float | None, str, int, str | None)
    whole = all(isinstance(one, kind) for one, kind in zip(found, kinds, strict=True))
    if not whole or not 0 <= found.position < 2**62 or abs(found.since) > 2**62:
        raise BAD_PLACE
    return found


def orderable(columns: Mapping[str, Field], asked: set[str]) -> list[str]:
    """The columns that rows can be sorted by: nothing sealed, no names of things or accounts, nothing that follows from the question."""
    unordered = UNORDERED | asked | {"until"}
    return [
        key for key, spec in columns.items() if key not in unordered and not (spec.private or spec.ref or spec.account)
    ]


class Sorting:
    """The order of the rows of one board as SQL.

    `indexed` lets the database follow the index of the board's day; without it the rows of few facilities are
    looked up and sorted.
    """

    def __init__(self, name: str, table: Table, spec: Field | None, order: Order, *, indexed: bool = True) -> None:
        self.name, self.table, self.order = name, table, order
        self.by, self.indexed = order.by or BOARD_DAYS.get(name), indexed
        self.numeric = spec is not None and (spec.unit is not None or (self.by or "").endswith("_fen"))
        since = [] if self.by == "since" else [table.c.valid_from]
        key = [table.c[KEYED[name]]] if name in KEYED else []
        self.steps = [*self._first(), table.c.code, *since, *key]

    @property
    def has_index(self) -> bool:
        """Whether an index holds this order."""
        return self.by == BOARD_DAYS.get(self.name)

    def _first(self) -> list[ColumnElement[Any]]:
        if self.by is None:
            return []
        if self.by == "since":
            return [self.table.c.valid_from if self.indexed else self.table.c.valid_from + 0]
        if self.numeric:
            column = f"{self.table.name}.{column_of(self.by)}"
            return [literal_column(f"coalesce(cast(trim({column}, '\"') AS NUMERIC), {NO_NUMBER})")]
        named = dated(f"{self.table.name}.{column_of(self.by)}")
        return [literal_column(named if self.indexed else f"{named} || ''")]

    @property
    def value(self) -> ColumnElement[Any]:
        """What rows are sorted by first."""
        return (self.steps[0] if self.by else literal_column("NULL")).label("sorted_by")

    def clauses(self) -> list[ColumnElement[Any]]:
        """ORDER BY."""
        return [step.asc() if self.order.ascending else step.desc() for step in self.steps]

    def behind(self, connection: Connection, place: RowPlace, code: int) -> ColumnElement[bool]:
        """The rows that come after a place."""
        said: list[Any] = [] if self.by is None else [self._bound(connection, place.value)]
        said += [code] if self.by == "since" else [code, place.since]
        if self.name in KEYED:
            said.append(place.key or "")
        last = tuple_(*(bindparam(None, one) for one in said))
        return tuple_(*self.steps) > last if self.order.ascending else tuple_(*self.steps) < last

    def _bound(self, connection: Connection, value: Any) -> Any:
        """The value of a place as the column is compared with it. Raises Refused for one of another kind."""
        if self.by == "since":
            if type(value) is not int:
                raise BAD_PLACE
            return value
        if isinstance(value, str) == self.numeric:
            raise BAD_PLACE
        return Decimal(str(value)) if self.numeric and connection.dialect.name == "postgresql" else value

    def place(self, row: Mapping[str, Any], stream: str, position: int) -> str:
        """Where a row stands, as it goes into an address."""
        value = row["sorted_by"]
        if isinstance(value, Decimal):
            value = int(value) if value == value.to_integral_value() else float(value)
        key = row[KEYED[self.name]] if self.name in KEYED else None
        return RowPlace(position, value, stream, row["valid_from"], key).text


def _as(column: str, day: date) -> str:
    """A day as a column writes it, or its month."""
    return day.isoformat()[: 7 if column in ("month", "period") else 10]
