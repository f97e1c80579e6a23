"""Which rows a question is about: figure, days, position, facilities, regions, dimensions, as one SQL condition.

A row carries its facility; the facility's region, kind and operator come from its own history, as of the
day and as known at the position that is asked for, by the boundaries of that day.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from domain.figures import FACILITY_DIMENSIONS, Figure
from domain.model import Refused, Wording
from domain.reference import Reference
from projections.ask import Ask
from projections.tables import Tables, cell


def as_of_moment(day: date) -> str:
    """The end of a day as a business moment."""
    return f"{day.isoformat()}T24:00"


@dataclass(frozen=True)
class Place:
    """A facility as it is on the asked day: what its rows inherit."""

    stream: str
    code: int
    region: str
    values: Mapping[str, str | None]


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
        *,
        at_head: bool = False,
    ) -> None:
        self.connection, self.tables, self.reference = connection, tables, reference
        self.figure, self.ask, self.position, self.at_head = figure, ask, position, at_head
        self._check_dimensions()
        self.code = self._code(figure.rows_key)

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
                    "where",
                )
        if self.ask.region and self.ask.region not in self.reference.regions:
            raise Refused(
                "reference.unknown",
                Wording("没有这个行政区划代码", "there is no region with this code", "核对代码", "check the code"),
                "region",
            )

    def _code(self, text: str) -> int:
        return self.connection.scalar(select(self.tables.codes.c.id).where(self.tables.codes.c.text == text)) or -1

    def places(self) -> dict[int, Place]:
        """Every facility that is in the question, by code."""
        sheet = self.tables.sheets["facilities"].c
        query = select(sheet.stream, sheet.code, sheet.place, *(sheet[name] for name in FACILITY_DIMENSIONS)).where(
            *self._then(sheet)
        )
        if self.ask.facility:
            query = query.where(sheet.stream == self.ask.facility)
        within = self.reference.regions.codes_within(self.ask.region, self.ask.as_of) if self.ask.region else None
        found = {}
        for row in self.connection.execute(query):
            values = {name: row[3 + i] and json.loads(row[3 + i]) for i, name in enumerate(FACILITY_DIMENSIONS)}
            if within is not None and row.place not in within:
                continue
            if all(values[name] == value for name, value in self.ask.where.items() if name in values):
                found[row.code] = Place(row.stream, row.code, row.place, values)
        return found

    def condition(self, days: ColumnElement[bool] | None) -> ColumnElement[bool]:
        """The rows of the question, on the given days."""
        rows = self.tables.rows.c
        parts = [rows.figure == self.code, rows.position <= self.position, *self.narrowing(rows)]
        return and_(*parts) if days is None else and_(*parts, days)

    @property
    def narrowed(self) -> bool:
        """Whether it matters where a facility is, and what it is."""
        return bool(self.ask.region or self.ask.facility or any(n in FACILITY_DIMENSIONS for n in self.ask.where))

    def narrowing(self, columns: Any) -> list[ColumnElement[bool]]:
        """The conditions on facility, region and dimensions, on the columns of rows or of roll-ups."""
        parts: list[ColumnElement[bool]] = []
        if self.narrowed:
            parts.append(columns.facility.in_(self.inside))
        for name, value in self.ask.where.items():
            if name not in FACILITY_DIMENSIONS:
                dims = self.tables.dims.c
                parts.append(columns.dims.in_(select(dims.id).where(dims.name == name, dims.value == value)))
        return parts

    @cached_property
    def inside(self) -> list[int]:
        """The codes of the facilities in the question and, unless it is about facilities only, of its regions, negated."""
        found = [code for (code,) in self.connection.execute(self._facilities())]
        if self.ask.facility or any(n in FACILITY_DIMENSIONS for n in self.ask.where):
            return found
        codes = self.tables.codes.c
        within = sorted(self.reference.regions.codes_within(self.ask.region or "", self.ask.as_of))
        return found + [-code for (code,) in self.connection.execute(select(codes.id).where(codes.text.in_(within)))]

    def _facilities(self) -> Any:
        """The facilities in the question, from their own history."""
        sheet = self.tables.sheets["facilities"].c
        query = select(sheet.code).where(*self._then(sheet))
        if self.ask.facility:
            query = query.where(sheet.stream == self.ask.facility)
        if self.ask.region:
            query = query.where(
                sheet.place.in_(sorted(self.reference.regions.codes_within(self.ask.region, self.ask.as_of)))
            )
        for name, value in self.ask.where.items():
            if name in FACILITY_DIMENSIONS:
                query = query.where(sheet[name] == cell(value))
        return query

    def _then(self, sheet: Any) -> tuple[ColumnElement[bool], ...]:
        """A board's rows on the as-of day as known at the position."""
        moment = as_of_moment(self.ask.as_of)
        return (
            sheet.from_position <= self.position,
            sheet.to_position > self.position,
            sheet.valid_from <= moment,
            sheet.valid_to > moment,
        )

    def days(self) -> ColumnElement[bool]:
        """The days of a flow (a period) or a stock (up to the end of the as-of day)."""
        day = self.tables.rows.c.day
        if self.figure.kind == "flow":
            first, last = self.ask.period()
            return day.between(first.toordinal(), last.toordinal())
        return day <= self.ask.as_of.toordinal()

    def texts(self, codes: Any) -> dict[int, str]:
        """The texts of some codes."""
        table, wanted = self.tables.codes.c, [c for c in set(codes) if c]
        found: dict[int, str] = {}
        for i in range(0, len(wanted), 500):
            query = select(table.id, table.text).where(table.id.in_(wanted[i : i + 500]))
            found |= {row.id: row.text for row in self.connection.execute(query)}
        return found
