"""The floor: the same log tables under the bare driver, with nothing in between and the same durability.

It reads the rows of one stream and inserts one row that was encoded beforehand: no command, no decision, no check,
no digest, no receipt. Nothing that records an event durably after reading its stream can be faster.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from adapters.codec import READ_COLUMNS
from adapters.event_store_batch import COLUMNS
from infra.bootstrap import Services

Rows = list[tuple[Any, ...]]
_READ = f"SELECT {READ_COLUMNS} FROM {{table}} WHERE stream = {{mark}} ORDER BY version"
_LAST = f"SELECT {', '.join(COLUMNS)} FROM {{table}} WHERE stream = {{mark}} ORDER BY version DESC LIMIT 1"


class Floor:
    """One connection of the bare driver on a copy of a node's events."""

    def __init__(self, connection: Any, table: str, mark: str, options: dict[str, Any]) -> None:
        self.connection, self.options = connection, options
        self.read = _READ.format(table=table, mark=mark)
        self.insert = f"INSERT INTO {table} VALUES ({', '.join([mark] * len(COLUMNS))})"
        self.last = _LAST.format(table=table, mark=mark)
        self.position = self._one(f"SELECT max(position) FROM {table}")[0]

    def _one(self, statement: str, params: Sequence[Any] = ()) -> tuple[Any, ...]:
        return self.connection.execute(statement, params).fetchone()

    def encoded(self, streams: Sequence[str]) -> Rows:
        """The next row of each stream, ready to insert."""
        rows = []
        for stream in streams:
            row = dict(zip(COLUMNS, self._one(self.last, (stream,)), strict=True))
            self.position += 1
            rows.append(tuple({**row, "position": self.position, "version": row["version"] + 1}.values()))
        return rows

    def record(self, rows: Rows) -> int:
        """Read each row's stream, insert the row, commit: one durable transaction a row."""
        for row in rows:
            self.connection.execute(self.read, (row[2],), **self.options).fetchall()
            self.connection.execute(self.insert, row, **self.options)
        return len(rows)


@contextmanager
def floor_under(services: Services, directory: Path) -> Iterator[Floor]:
    """A floor on a copy of the node's log. The copy has its indexes and constraints, so both sides do equal upkeep."""
    url = services.settings.database_url
    if url:
        with psycopg.Connection.connect(url, autocommit=True) as connection:
            connection.execute(
                "CREATE SCHEMA floor; CREATE TABLE floor.events (LIKE log.events INCLUDING ALL);"
                "INSERT INTO floor.events SELECT * FROM log.events; ANALYZE floor.events"
            )
            connection.execute("SET synchronous_commit = on")
            yield Floor(connection, "floor.events", "%s", {"prepare": True, "binary": True})
        return
    services.log.close()
    file = directory / "floor.sqlite3"
    shutil.copy(services.settings.data / "log.sqlite3", file)
    with closing(sqlite3.Connection(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        yield Floor(connection, "events", "?", {})
    file.unlink()
