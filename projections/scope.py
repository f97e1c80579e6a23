"""Which rows a question is about: figure, days, position, facilities, regions, dimensions, as one SQL condition.

A row carries its facility; the facility's region, kind and operator come from its own history, as of the
day and as known at the position that is asked for, by the boundaries of that day.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, Text, and_, any_, bindparam, func, select

from domain.figures import FACILITY_DIMENSIONS, Figure
from domain.model import Refused, Wording
from domain.reference import Reference
from projections.ask import Ask
from projections.places import Place, Places
from projections.tables import Tables


def among(connection: Connection, column: ColumnElement[Any], codes: Collection[int]) -> ColumnElement[bool]:
    """Membership in many codes, handed over as one parameter: the statement stays the same however many there are."""
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, list(codes), ARRAY(BigInteger)))
    many = func.json_each(bindparam(None, listed(connection, codes), Text)).table_valued("value")
    return column.in_(select(many.c.value))


def listed(connection: Connection, codes: Collection[int]) -> str | list[int]:
    """Many codes as one parameter: an array, or its JSON text for SQLite."""
    return list(codes) if connection.dialect.name == "postgresql" else json.dumps(list(codes))


def code_of(connection: Connection, tables: Tables, text: str) -> int:
    """The code of a text; one that nothing has when the log never named it."""
    return connection.scalar(select(tables.codes.c.id).where(tables.codes.c.text == text)) or NOWHERE


def texts_of(connection: Connection, tables: Tables, codes: Collection[int]) -> dict[int, str]:
    """The texts of some codes; a region's code below 0 has none."""
    table = tables.codes.c
    query = select(table.id, table.text).where(among(connection, table.id, [code for code in codes if code > 0]))
    return dict(connection.execute(query).all())


FEW = 8
"""Places are few when there are this many times as many."""
NOWHERE = 2**60
"""A code that nothing has."""


class Scope:
    """A question about one figure, made ready for SQL."""

    def __init__(
        self,
        connection: Connection,
        tables: Tables,
        reference: Reference,
        figure: Figure,
        ask: Ask,
        position: int,
        known: Places,
        *,
        at_head: bool = False,
    ) -> None:
        self.connection, self.tables, self.reference = connection, tables, reference
        self.figure, self.ask, self.position, self.known, self.at_head = figure, ask, position, known, at_head
        self._check_dimensions()
        if figure.rows_key not in known.figures:
            known.figures[figure.rows_key] = code_of(connection, tables, figure.rows_key)
        self.code = known.figures[figure.rows_key]

    def _check_dimensions(self) -> None:
        asked = [*self.ask.where, *([self.ask.by] if self.ask.by else [])]
        for name in asked:
            if name not in (*self.figure.dimensions, "region", "facility"):
                known = "、".join(self.figure.dimensions)
                raise Refused(
                    "field.invalid",
                    Wording(
                        f"指标 {self.figure.key} 没有维度 {name}；可用：{known}",
                        f"the figure {self.figure.key} has no dimension {name}; it has: {', '.join(self.figure.dimensions)}",
                        "改用列出的维度",
                        "use one of those",
                    ),
                    "where" if name in self.ask.where else "by",
                )
        if self.ask.region and self.ask.region not in self.reference.regions:
            raise Refused(
                "reference.unknown",
                Wording("没有这个行政区划代码", "there is no region with this code", "核对代码", "check the code"),
                "region",
            )

    @cached_property
    def places(self) -> Mapping[int, Place]:
        """Every facility, and region with rows of its own, that is in the question, by code."""
        facility = self.ask.facility and code_of(self.connection, self.tables, self.ask.facility)
        return self.known.asked(self.ask, self.position, self.reference.regions, facility or None)

    @property
    def over_stock(self) -> bool:
        """Whether the rows are those of a stock, of which an opening balance counts too."""
        rows = self.reference.figures.get(self.figure.rows_key)
        return rows is not None and rows.kind == "stock"

    @cached_property
    def counts_as(self) -> Mapping[int, tuple[int, int]]:
        """member -> (the member as which it counts, the position of the merge)."""
        return self.known.aliases.counts_as(self.position)

    def member(self, code: int) -> int:
        """The member as which somebody counts."""
        return self.counts_as[code][0] if code in self.counts_as else code

    def condition(self, *days: ColumnElement[bool]) -> ColumnElement[bool]:
        """The rows of the question, on the given days."""
        rows = self.tables.rows.c
        # `+ 0` keeps the index by position out of it: most positions are known, few facilities are asked for.
        return and_(rows.figure == self.code, rows.position + 0 <= self.position, *self.narrowing(rows), *days)

    @property
    def placed(self) -> bool:
        """Whether it matters where a facility is, and what it is."""
        return bool(self.ask.region or self.ask.facility or any(n in FACILITY_DIMENSIONS for n in self.ask.where))

    @property
    def few(self) -> bool:
        """Whether so few places are asked for that all their rows are fewer than all that was recorded in a month."""
        return len(self.places if self.placed else self.known.codes) * FEW < len(self.known.codes)

    @cached_property
    def inside(self) -> str | list[int]:
        """The codes of the places in the question, as the one parameter that `listed` takes.

        Also where every place is in the question they are named: behind each lie its days in order, and a few days
        of all places are found by as many seeks.
        """
        return listed(self.connection, self.places if self.placed else self.known.codes)

    def narrowing(self, columns: Any) -> list[ColumnElement[bool]]:
        """The conditions on facility, region and dimensions, on the columns of rows."""
        parts: list[ColumnElement[bool]] = []
        if self.placed and not self.known.codes <= self.places.keys():  # else every row is in the question anyway
            parts.append(among(self.connection, columns.facility, self.places))
        for name, value in self.ask.where.items():
            if name not in FACILITY_DIMENSIONS:
                dims = self.tables.dims.c
                parts.append(columns.dims.in_(select(dims.id).where(dims.name == name, dims.value == value)))
        return parts

    def days(self) -> ColumnElement[bool]:
        """The days of a flow (a period) or a stock (up to the end of the as-of day)."""
        day = self.tables.rows.c.day
        if self.figure.kind == "flow":
            first, last = self.ask.period()
            return day.between(first.toordinal(), last.toordinal())
        return day <= self.ask.as_of.toordinal()


ScopeOf = Callable[[Figure, Ask], Scope]
"""Makes the scope of another figure in the same connection, for the parts of a ratio."""
