"""Boards: the rows of a sheet as they were on a day and were known at a position."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from domain.catalogue import label, sheets
from domain.model import Field, Refused, Sealed, Wording
from domain.reference import Reference
from projections.ask import Ask
from projections.scope import as_of_moment
from projections.tables import Tables, cell


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


def sheet(
    connection: Connection,
    tables: Tables,
    reference: Reference,
    name: str,
    ask: Ask,
    position: int,
    limit: int = 500,
    after: str | None = None,
    sealed: bool = False,
) -> dict[str, Any]:
    """A board as `sheet --format json` prints it; private columns are masked unless `sealed` values are wanted."""
    if name not in sheets():
        raise unknown_sheet(name)
    table, columns = tables.sheets[name], sheets()[name]
    where = _conditions(connection, tables, reference, name, ask, position)
    total = connection.scalar(select(func.count()).select_from(table).where(*where))
    if after:
        code = connection.scalar(select(tables.codes.c.id).where(tables.codes.c.text == after))
        where.append(table.c.code > (code or 0))
    # A page never ends between two rows of one stream, so that `after` can name the last stream shown.
    last = connection.scalar(select(table.c.code).where(*where).order_by(table.c.code).offset(limit - 1).limit(1))
    if last is not None:
        where.append(table.c.code <= last)
    query = (
        select(table)
        .where(*where)
        .order_by(table.c.code, table.c.valid_from, *([table.c.rule] if name == "breaches" else []))
    )
    rows = [_row(found._mapping, columns, sealed) for found in connection.execute(query)]
    shown = [
        dict(zip(("key", "label_zh", "label_en", "unit"), (key, *label(key, spec), spec.unit), strict=True))
        for key, spec in columns.items()
    ]
    return {
        "name": name,
        "as_of": ask.as_of.isoformat(),
        "known_at": position,
        "position": position,
        "columns": shown,
        "rows": rows,
        "total": total,
    }


def _conditions(
    connection: Connection, tables: Tables, reference: Reference, name: str, ask: Ask, position: int
) -> list[ColumnElement[bool]]:
    table, columns, moment = tables.sheets[name], sheets()[name], as_of_moment(ask.as_of)
    parts = [
        table.c.from_position <= position,
        table.c.to_position > position,
        table.c.valid_from <= moment,
        table.c.valid_to > moment,
    ]
    if ask.facility:
        parts.append(table.c.facility == ask.facility)
    if ask.region:
        parts.append(_in_region(tables, reference, table, ask, position))
    for key, value in ask.where.items():
        if key not in columns:
            known = ", ".join(columns)
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
            parts.append(table.c.facility == value)
        elif key in table.c:
            parts.append(or_(table.c[key] == cell(value), table.c[key] == value))
        else:  # the business validity of a finding, by its day
            parts.append(
                (table.c.valid_from if key == "since" else table.c.valid_to).startswith(value, autoescape=True)
            )
    return parts


def _in_region(tables: Tables, reference: Reference, table: Any, ask: Ask, position: int) -> ColumnElement[bool]:
    """Rows of facilities that lie in the region on the day, and rows that name a region in it."""
    within = sorted(reference.regions.codes_within(ask.region, ask.as_of))
    if table is tables.sheets["facilities"]:  # a facility's place is its own
        return table.c.place.in_(within)
    homes, moment = tables.sheets["facilities"].c, as_of_moment(ask.as_of)
    there = select(homes.stream).where(
        homes.from_position <= position,
        homes.to_position > position,
        homes.valid_from <= moment,
        homes.valid_to > moment,
        homes.place.in_(within),
    )
    return or_(table.c.facility.in_(there), (table.c.facility.is_(None)) & table.c.place.in_(within))


def _row(found: Any, columns: dict[str, Field], sealed: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"stream": found["stream"], "facility": found["facility"]}
    for key, spec in columns.items():
        if key == "facility":
            continue
        if key in ("since", "until"):
            moment = found["valid_from" if key == "since" else "valid_to"]
            row[key] = moment[:10] if moment[:4] != "9999" else None
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
