"""The tables of the views. A generation is one complete set; a rebuilt set goes live by the row in `generation`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from json.encoder import encode_basestring
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, MetaData, String, Table, Text, text
from sqlalchemy.exc import OperationalError

from domain.catalogue import sheets
from domain.facilities import Facility
from domain.model import Sealed
from projections.folding import ALIASES, BREACHES, DUTIES, FOREVER, KEYED, PLACES

LAST = 2**62
"""The position, and the instant, at which nothing has ended yet."""
COPIED_MIN = 100
"""Fewer rows than that are not worth a COPY."""
PLAIN = Text().with_variant(Text(collation="C"), "postgresql")
"""Texts that sort by their characters, whatever the language of the database."""
DAY = 100_000
"""Instants count so many to a day: the seconds of a day leave room between its end and the next one's beginning."""

ALWAYS = MetaData()
GENERATION = Table(
    "generation", ALWAYS, Column("one", Integer, primary_key=True), Column("live", Integer, nullable=False)
)
FORMAT = Table("format", ALWAYS, Column("one", Integer, primary_key=True), Column("version", Text, nullable=False))


@dataclass(frozen=True, eq=False)
class Tables:
    """One generation: codes, rows of figures, boards, timeline, and how far it has come.

    `indexes` stand apart from their tables: a generation that is built at once gets them at the end.
    """

    generation: int
    metadata: MetaData = field(repr=False)
    progress: Table
    codes: Table
    dims: Table
    rows: Table
    rollups: Mapping[str, Table]
    months: Table
    timeline: Table
    sheets: Mapping[str, Table]
    indexes: Sequence[Index] = field(repr=False)


def column_of(key: str) -> str:
    """The name in its table of a declared column: some are called as what every board keeps."""
    return f"its_{key}" if key in (*BOARD, "id") else key


def board_columns() -> dict[str, tuple[str, ...]]:
    """The columns of every board that lie in its table as JSON texts; the others are the table's own."""
    own = ("facility", "stream", "since", "until")
    found = {name: tuple(column_of(key) for key in columns if key not in own) for name, columns in sheets().items()}
    kept = {
        BREACHES: ("rule", "severity"),
        PLACES: Facility.placed,
        DUTIES: ("key", "rule", "due_at", "met_at"),
        ALIASES: ("member", "counts_as"),
    }
    return found | kept


def _number(name: str, key: bool = False) -> Column[int]:
    """An integer column, part of the primary key or not; nothing is numbered by the database."""
    return Column(name, BigInteger, primary_key=key, autoincrement=False, nullable=False)


BOARD_DAYS = {
    "facilities": "registered_on",
    "papers": "valid_from",
    "stays": "admitted_on",
    "transfers": "offered_on",
    "receptions": "requested_on",
    "shifts": "begins_at",
    "activities": "occurred_on",
    "rescues": "received_on",
    "patrols": "occurred_on",
    "outlets": "first_day",
    "sales": "month",
    "inspections": "due_on",
    "draws": "drawn_on",
    "hazards": "found_on",
    "complaints": "received_on",
    "incidents": "occurred_on",
    "batches": "period",
    "findings": "answered_on",
    DUTIES: "due_at",
    BREACHES: "since",
}
"""The day, month or moment of a board's rows: by it the newest stand first, and a period is asked for."""


def dated(column: str) -> str:
    """The expression by which rows are sorted and their index is made: nothing sorts before everything."""
    return f"coalesce({column}, '')"


BOARD = ("code", "facility", "from_position", "to_position", "valid_from", "valid_to")
"""What every board keeps of a row: whose it is, where, in system time, in business instants.

`facility` of boards, rows and roll-ups is a facility's code, or a region's code negated: one column to narrow by.
"""
ROW = ("figure", "facility", "day", "position", "line", "dims", "member", "amount", "opening")
MONTHLY, YEARLY, LONG_AGO = "monthly", "yearly", "long_ago"
"""The roll-ups: months and years by the month of recording, and years by the year of recording.

A month is numbered year * 12 + month - 1, a year by itself.
"""
ROLLUPS = {
    MONTHLY: ("figure", "facility", "bucket", "recorded", "dims"),
    YEARLY: ("figure", "facility", "recorded", "bucket", "dims"),
    LONG_AGO: ("figure", "facility", "bucket", "recorded", "dims"),
}
"""The columns of each in the order of its key; of all years those are asked for that were recorded in a few months."""


COUNTED_BY = {BREACHES: ["severity"]}
"""Columns by which first pages count the rows of a board: they are counted without touching the rows."""


def _sheet(name: str, own: Sequence[str], suffix: str, metadata: MetaData) -> tuple[Table, list[Index]]:
    """A board's table: both clocks, the stream, its facility, then the declared columns as JSON texts."""
    table = Table(
        f"sheet_{name}{suffix}",
        metadata,
        Column("id", Integer, primary_key=True),
        *(_number(column) for column in BOARD),
        *(Column(key, PLAIN) for key in own),
    )
    # Covering: a page is found, and rows are counted, without touching the texts of the rows.
    paged = [table.c[key] for key in ("code", "to_position", "valid_to", "valid_from", "from_position", "facility")]
    local = [table.c[key] for key in ("facility", "to_position", "valid_to", "valid_from", "from_position", "code")]
    # What rows of few facilities are sorted by, and what first pages count them by.
    day = BOARD_DAYS.get(name, "since")
    local += [table.c[key] for key in ([] if day == "since" else [column_of(day)]) + COUNTED_BY.get(name, [])]
    made = [Index(f"ix_{name}_code{suffix}", *paged), Index(f"ix_{name}_facility{suffix}", *local)]
    if name in BOARD_DAYS:
        day = column_of(BOARD_DAYS[name])
        first = [table.c.valid_from] if day == "since" else [text(dated(day))]
        # In the order of `projections/ordering.py`, then what tells whether a row is asked for.
        sorted_by = [*first, *(table.c[key] for key in ("code", "valid_from", *filter(None, [KEYED.get(name)])))]
        rest = [table.c[key] for key in ("to_position", "valid_to", "from_position", "facility")]
        made.append(Index(f"ix_{name}_day{suffix}", *dict.fromkeys((*sorted_by, *rest))))
    return table, made


def _counted(suffix: str, metadata: MetaData) -> tuple[Table, dict[str, Table], Table, Index]:
    """Rows, roll-ups and the months of recording."""
    rows = Table(
        f"rows{suffix}",
        metadata,
        *(_number(name, key=name in ROW[:5]) for name in ROW),
        sqlite_with_rowid=False,
    )
    rollups = {
        name: Table(
            f"{name}{suffix}",
            metadata,
            *(_number(column, key=True) for column in key),
            _number("amount"),
            sqlite_with_rowid=False,
        )
        for name, key in ROLLUPS.items()
    }
    months = Table(f"months{suffix}", metadata, _number("month", key=True), _number("first_position"))
    return rows, rollups, months, Index(f"ix_rows_position{suffix}", rows.c.figure, rows.c.position)


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
    rows, rollups, months, by_position = _counted(suffix, metadata)
    timeline = Table(
        f"timeline{suffix}",
        metadata,
        _number("subject", key=True),
        Column("at", String(32), primary_key=True),
        _number("position", key=True),
        Column("withdrawn_by", BigInteger),
        sqlite_with_rowid=False,
    )
    indexes, boards = [by_position, Index(f"ix_timeline_position{suffix}", timeline.c.position)], {}
    for name, columns in board_columns().items():
        boards[name], its = _sheet(name, columns, suffix, metadata)
        indexes += its
    return Tables(generation, metadata, progress, codes, dims, rows, rollups, months, timeline, boards, indexes)


@lru_cache(maxsize=65_536)
def instant(moment: str) -> int:
    """A business moment (`2024-03-01T24:00`, `9999` for never) as a number that sorts as the moments do."""
    if moment == FOREVER:
        return LAST
    seconds = sum(int(part) * size for part, size in zip(moment[11:].split(":"), (3600, 60, 1), strict=False))
    return date.fromisoformat(moment[:10]).toordinal() * DAY + seconds


def end_of(day: date) -> int:
    """The instant at which a day ends."""
    return day.toordinal() * DAY + 86_400


def day_of(number: int) -> date | None:
    """The day of an instant; None for never."""
    return None if number == LAST else date.fromordinal(number // DAY)


def cell(value: Any) -> str | None:
    """A board's value as JSON text, keys in order; None stays NULL."""
    written = _WRITTEN.get(type(value))
    if written is not None:
        return written(value)
    return encode_basestring(str(value)) if isinstance(value, str) else _unwritable(value)


def _mapping(value: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{encode_basestring(key)}: {cell(value[key]) or 'null'}" for key in sorted(value)) + "}"


def _sequence(value: Sequence[Any]) -> str:
    return "[" + ", ".join(cell(one) or "null" for one in value) + "]"


def _sealed(value: Sealed) -> str:
    return _mapping({"subject": value.subject, "at": list(value.at), "sealed": value.sealed})


def _unwritable(value: Any) -> str:
    raise TypeError(f"a board cannot show {type(value).__name__}")


_WRITTEN: dict[type, Callable[[Any], str | None]] = {
    type(None): lambda value: None,
    str: encode_basestring,
    int: str,
    bool: lambda value: "true" if value else "false",
    date: lambda value: f'"{value.isoformat()}"',
    datetime: lambda value: f'"{value.isoformat()}"',
    Decimal: lambda value: f'"{value.normalize():f}"',
    dict: _mapping,
    list: _sequence,
    tuple: _sequence,
    Sealed: _sealed,
}
"""By type: a board has a dozen cells for every event, and a general encoder costs more than all the rest."""


def put(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert many rows past the per-row cost of SQLAlchemy's parameters; PostgreSQL takes many by COPY.

    Raises OperationalError when the database is lost, as SQLAlchemy does.
    """
    if not rows:
        return
    if connection.dialect.name == "postgresql" and len(rows) >= COPIED_MIN:
        _copy(connection, f"COPY {table.name} ({_named(connection, columns)}) FROM STDIN", rows)
        return
    connection.exec_driver_sql(insertion(connection, table, columns), list(rows))


def insertion(connection: Connection, table: Table, columns: Sequence[str]) -> str:
    """`INSERT INTO table (columns) VALUES (marks)` in the driver's own marks."""
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    return f"INSERT INTO {table.name} ({_named(connection, columns)}) VALUES ({', '.join([mark] * len(columns))})"


def _named(connection: Connection, columns: Sequence[str]) -> str:
    return ", ".join(map(connection.dialect.identifier_preparer.quote, columns))


def _copy(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except driver.OperationalError as error:
        raise OperationalError(statement, None, error) from error
