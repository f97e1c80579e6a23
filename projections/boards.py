"""Boards: the rows of a sheet as they were on a day and were known at a position."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from domain.catalogue import counted_by, label, sheets
from domain.model import Field, Refused, Sealed, Wording
from domain.reference import Reference
from projections.ask import Ask
from projections.places import Places
from projections.rollups import total
from projections.scope import ScopeOf, among, code_of, texts_of
from projections.tables import DAY, Tables, cell, day_of, end_of


def unknown_sheet(name: str) -> Refused:
    """The refusal for a board that does not exist."""
    known = ", ".join(sheets())
    return Refused(
        "reference.unknown",
        Wording(
            f"没有台账 {name}；可用：{known}",
            f"there is no sheet {name}; known: {known}",
            "改用列出的名称",
            "use one of those",
        ),
        "sheet",
    )


class Board:
    """A sheet as it was on the as-of day and was known at a position."""

    def __init__(
        self,
        connection: Connection,
        tables: Tables,
        reference: Reference,
        name: str,
        ask: Ask,
        position: int,
        known: Places,
    ) -> None:
        if name not in sheets():
            raise unknown_sheet(name)
        self.connection, self.tables, self.reference = connection, tables, reference
        self.name, self.ask, self.position, self.known = name, ask, position, known
        self.table, self.columns = tables.sheets[name], sheets()[name]

    def page(
        self, scope_of: ScopeOf, limit: int = 500, after: str | None = None, sealed: bool = False
    ) -> dict[str, Any]:
        """A page as `sheet --format json` prints it; private columns are masked unless `sealed` values are wanted."""
        c, where = self.table.c, self._conditions()
        count = self._count(scope_of, where)
        if after:
            where.append(c.code > code_of(self.connection, self.tables, after))
        # A page never ends between two rows of one stream, so that `after` can name the last stream shown.
        last = self.connection.scalar(select(c.code).where(*where).order_by(c.code).offset(limit - 1).limit(1))
        if last is not None:
            where.append(c.code <= last)
        order = [c.code, c.valid_from, *([c.rule] if self.name == "breaches" else [])]
        found = [row._mapping for row in self.connection.execute(select(self.table).where(*where).order_by(*order))]
        texts = texts_of(
            self.connection, self.tables, {code for row in found for code in (row["code"], row["facility"])}
        )
        shown = [
            dict(zip(("key", "label_zh", "label_en", "unit"), (key, *label(key, spec), spec.unit), strict=True))
            for key, spec in self.columns.items()
        ]
        return {
            "name": self.name,
            "as_of": self.ask.as_of.isoformat(),
            "known_at": self.position,
            "position": self.position,
            "columns": shown,
            "rows": [_row(row, texts, self.columns, sealed) for row in found],
            "total": count,
        }

    def _count(self, scope_of: ScopeOf, where: Sequence[ColumnElement[bool]]) -> int:
        """How many rows there are: a sum of a figure where one counts them and nothing else is asked."""
        figure = counted_by(self.name)
        if figure is None or self.ask.where:
            return int(self.connection.scalar(select(func.count()).select_from(self.table).where(*where)) or 0)
        declared = replace(self.reference.figures[figure], kind="stock")  # since ever, up to the day
        return total(scope_of(declared, replace(self.ask, by=None)))

    def _conditions(self) -> list[ColumnElement[bool]]:
        c, ask, moment = self.table.c, self.ask, end_of(self.ask.as_of)
        parts = [
            c.from_position <= self.position,
            c.to_position > self.position,
            c.valid_from <= moment,
            c.valid_to > moment,
        ]
        if ask.facility:
            parts.append(c.facility == code_of(self.connection, self.tables, ask.facility))
        if ask.region:
            inside = self.known.asked(replace(ask, where={}), self.position, self.reference.regions, None)
            if not self.known.codes <= inside.keys():  # else every row lies in the region
                parts.append(among(self.connection, c.facility, inside))
            else:
                parts.append(c.facility != 0)
        return [*parts, *(self._filter(key, value) for key, value in ask.where.items())]

    def _filter(self, key: str, value: str) -> ColumnElement[bool]:
        """Rows with a value in a column. Raises Refused for a column that the board has not."""
        c = self.table.c
        if key not in self.columns:
            known = ", ".join(self.columns)
            raise Refused(
                "field.unknown",
                Wording(
                    f"台账没有列 {key}；可用：{known}",
                    f"the sheet has no column {key}; it has: {known}",
                    "改用列出的列",
                    "use one of those",
                ),
                "where",
            )
        if key == "facility":
            return c.facility == code_of(self.connection, self.tables, value)
        if key in ("since", "until"):  # the business validity of a finding, by its day
            return (c.valid_from if key == "since" else c.valid_to).between(*_day(value))
        return or_(c[key] == cell(value), c[key] == value)


def _day(value: str) -> tuple[int, int]:
    """The instants of a day. Raises Refused when it is none."""
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise Refused(
            "field.invalid",
            Wording("日期格式应为 2024-03-01", "a day is written 2024-03-01", "改写日期", "write the day like that"),
            "where",
        ) from error
    return day.toordinal() * DAY, end_of(day)


def _row(found: Any, texts: Mapping[int, str], columns: Mapping[str, Field], sealed: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"stream": texts[found["code"]], "facility": texts.get(found["facility"])}
    for key, spec in columns.items():
        if key == "facility":
            continue
        if key in ("since", "until"):
            day = day_of(found["valid_from" if key == "since" else "valid_to"])
            row[key] = day and day.isoformat()
            continue
        value = found[key] and json.loads(found[key])
        if spec.private and value is not None:
            value = (
                (Sealed(value["subject"], tuple(value["at"]), value["sealed"]) if isinstance(value, dict) else value)
                if sealed
                else "*"
            )
        row[key] = value
    return row
