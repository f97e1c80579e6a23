"""The tables of the views. A generation is one complete set; a rebuilt set goes live by the row in `generation`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from json.encoder import encode_basestring
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, MetaData, String, Table, Text, insert

from domain.catalogue import sheets
from domain.model import Sealed

LAST = 2**62
"""The position at which nothing has been closed yet."""

ALWAYS = MetaData()
GENERATION = Table(
    "generation", ALWAYS, Column("one", Integer, primary_key=True), Column("live", Integer, nullable=False)
)
FORMAT = Table("format", ALWAYS, Column("one", Integer, primary_key=True), Column("version", Text, nullable=False))


@dataclass(frozen=True)
class Tables:
    """One generation: codes, rows of figures, boards, timeline, and how far it has come."""

    generation: int
    metadata: MetaData = field(repr=False)
    progress: Table
    codes: Table
    dims: Table
    rows: Table
    rollups: Table
    months: Table
    timeline: Table
    sheets: Mapping[str, Table]


def _sheet(name: str, columns: Mapping[str, Any], suffix: str, metadata: MetaData) -> Table:
    """A board's table: both clocks, the stream, its facility, then the declared columns as JSON texts."""
    own = [Column(key, Text) for key in columns if key not in ("facility", "stream", "since", "until")]
    table = Table(
        f"sheet_{name}{suffix}",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("code", BigInteger, nullable=False),
        Column("stream", String(64), nullable=False),
        Column("facility", String(64)),
        Column("place", String(12)),
        Column("from_position", BigInteger, nullable=False),
        Column("to_position", BigInteger, nullable=False),
        Column("valid_from", String(32), nullable=False),
        Column("valid_to", String(32), nullable=False),
        *own,
    )
    Index(f"ix_{name}_stream{suffix}", table.c.stream, table.c.to_position)
    Index(f"ix_{name}_facility{suffix}", table.c.facility, table.c.to_position)
    # Covering: which facilities lie in a region on a day is asked with every figure, over all their versions.
    places = ("place", "to_position", "valid_to", "valid_from", "from_position", "code", "stream")
    Index(f"ix_{name}_place{suffix}", *(table.c[column] for column in places))
    Index(f"ix_{name}_code{suffix}", table.c.to_position, table.c.code)
    return table


def _number(name: str, key: bool = False) -> Column[int]:
    """An integer column, part of the primary key or not; nothing is numbered by the database."""
    return Column(name, BigInteger, primary_key=key, autoincrement=False, nullable=False)


def _counted(suffix: str, metadata: MetaData) -> tuple[Table, Table, Table]:
    """Rows, roll-ups and the months of recording.

    `facility` of rows and roll-ups is a facility's code, or a region's code negated: one column to narrow by.
    """
    rows = Table(
        f"rows{suffix}",
        metadata,
        *(_number(name, key=True) for name in ("figure", "facility", "day", "position", "line")),
        *(_number(name) for name in ("dims", "member", "amount", "opening")),
        sqlite_with_rowid=False,
    )
    Index(f"ix_rows_position{suffix}", rows.c.figure, rows.c.position)
    rollups = Table(
        f"rollups{suffix}",
        metadata,
        *(_number(name, key=True) for name in ("figure", "grain", "facility", "bucket", "recorded", "dims")),
        _number("amount"),
        sqlite_with_rowid=False,
    )
    months = Table(f"months{suffix}", metadata, _number("month", key=True), _number("first_position"))
    return rows, rollups, months


@cache
def tables(generation: int) -> Tables:
    """Declare the tables of one generation, once: statements on them are then compiled once too."""
    suffix, metadata = f"_{generation}", MetaData()
    progress = Table(
        f"progress{suffix}", metadata, Column("projection", String(32), primary_key=True), _number("position")
    )
    codes = Table(
        f"codes{suffix}", metadata, _number("id", key=True), Column("text", Text, nullable=False, unique=True)
    )
    dims = Table(
        f"dims{suffix}",
        metadata,
        _number("id", key=True),
        Column("name", String(32), primary_key=True),
        Column("value", Text, nullable=False),
    )
    rows, rollups, months = _counted(suffix, metadata)
    timeline = Table(
        f"timeline{suffix}",
        metadata,
        _number("subject", key=True),
        Column("at", String(32), primary_key=True),
        _number("position", key=True),
        Column("withdrawn_by", BigInteger),
        sqlite_with_rowid=False,
    )
    Index(f"ix_timeline_position{suffix}", timeline.c.position)
    boards = {name: _sheet(name, columns, suffix, metadata) for name, columns in sheets().items()}
    return Tables(generation, metadata, progress, codes, dims, rows, rollups, months, timeline, boards)


def cell(value: Any) -> str | None:
    """A board's value as JSON text; None stays NULL."""
    if value is None:
        return None
    kind = type(value)  # most cells are texts, dates and numbers: past the encoder, which costs more than the rest
    if kind is str:
        return encode_basestring(value)
    if kind is date:
        return f'"{value.isoformat()}"'
    if kind is int:
        return str(value)
    return _JSON.encode(value.isoformat() if isinstance(value, date) else value)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, Sealed):
        return {"subject": value.subject, "at": list(value.at), "sealed": value.sealed}
    raise TypeError(f"a board cannot show {type(value).__name__}")


_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=_plain)
"""Made once: `json.dumps` makes one for every call."""


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], add: str | None = None) -> None:
    """Insert many rows that name the same columns, past the per-row cost of SQLAlchemy's parameters.

    With `add`, a row that exists already has that column increased instead.
    """
    if not rows:
        return
    made = insert(table).compile(dialect=connection.dialect, column_keys=list(rows[0]))
    given = [tuple(row[name] for name in made.positiontup) for row in rows] if made.positiontup else list(rows)
    keys = ", ".join(column.name for column in table.primary_key)
    more = f" ON CONFLICT ({keys}) DO UPDATE SET {add} = {table.name}.{add} + excluded.{add}" if add else ""
    connection.exec_driver_sql(made.string + more, given)
