"""What a batch of events will write, gathered in memory and written in one go, one statement a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, text, update

from domain.model import Row
from projections.rollups import Sums
from projections.tables import LAST, Tables, cell, put

KEPT = 200_000
"""How many texts are remembered with their codes."""
CHUNK = 500
"""How many texts are looked up in one question."""


class Codes:
    """Texts as integers, numbered in the order in which the log first needs them."""

    def __init__(self, tables: Tables) -> None:
        self.tables, self.known = tables, {}

    def forget(self) -> None:
        """After a batch that was not committed, nothing remembered is certain."""
        self.known = {}

    def resolve(self, connection: Connection, texts: Iterable[str]) -> dict[str, int]:
        """Codes of these texts; new ones are numbered and written."""
        if len(self.known) > KEPT:
            self.known = {}
        codes, ordered = self.tables.codes, list(dict.fromkeys(texts))
        unknown = [t for t in ordered if t not in self.known]
        for i in range(0, len(unknown), CHUNK):
            found = connection.execute(select(codes.c.text, codes.c.id).where(codes.c.text.in_(unknown[i : i + CHUNK])))
            self.known.update((known, code) for known, code in found)
        new = [t for t in unknown if t not in self.known]
        if new:
            self._number(connection, new)
        return self.known

    def _number(self, connection: Connection, new: Sequence[str]) -> None:
        """Number new texts. The other projections write codes too, so nothing is remembered of the last number."""
        codes = self.tables.codes
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"LOCK TABLE {codes.name} IN SHARE ROW EXCLUSIVE MODE"))
            for i in range(0, len(new), CHUNK):
                found = connection.execute(select(codes.c.text, codes.c.id).where(codes.c.text.in_(new[i : i + CHUNK])))
                self.known.update((known, code) for known, code in found)
            new = [t for t in new if t not in self.known]
        last = connection.scalar(select(func.max(codes.c.id))) or 0
        self.known.update((t, last + n) for n, t in enumerate(new, 1))
        if new:
            put(connection, codes, [{"id": self.known[t], "text": t} for t in new])
        dims = [
            {"id": self.known[t], "name": n, "value": v} for t in new if t.startswith("[[") for n, v in json.loads(t)
        ]
        if dims:
            connection.execute(insert(self.tables.dims), dims)


@lru_cache(maxsize=65_536)
def dims_text(dims: tuple[tuple[str, str], ...]) -> str:
    """Dimensions as the text that is interned."""
    return json.dumps(dims, ensure_ascii=False, separators=(",", ":"))


class Buffer:
    """Rows and board versions of one batch."""

    def __init__(self, tables: Tables, codes: Codes) -> None:
        self.tables, self.codes = tables, codes
        self.rows: list[tuple[Row, int, int, int]] = []
        self.sums = Sums()
        self.lines: dict[int, int] = {}
        self.met: dict[str, None] = {}
        self.open: dict[tuple[str, str, str, str], dict[str, Any]] = {}
        self.done: list[tuple[str, dict[str, Any]]] = []
        self.closings: dict[str, list[dict[str, Any]]] = {}

    def row(self, row: Row, position: int, recorded: int) -> None:
        """A row of a figure, at a position of the log, with the month in which it was recorded."""
        line = self.lines[position] = self.lines.get(position, -1) + 1
        self.rows.append((row, position, line, recorded))

    def close(self, sheet: str, stream: str, key: str, valid_from: str, position: int) -> None:
        """End a version of a board in system time; `key` tells apart what shares a stream (the rule of a breach)."""
        pending = self.open.pop((sheet, stream, key, valid_from), None)
        if pending is None:
            self.closings.setdefault(sheet, []).append(
                {"b_stream": stream, "b_key": cell(key), "b_from": valid_from, "b_position": position}
            )
        elif pending["from_position"] != position:
            self.done.append((sheet, {**pending, "to_position": position}))

    def version(
        self, sheet: str, stream: str, key: str, position: int, valid_from: str, valid_to: str, values: dict[str, Any]
    ) -> None:
        """Begin a version of a board in system time."""
        self.met[stream] = None
        self.open[sheet, stream, key, valid_from] = {
            "stream": stream,
            "from_position": position,
            "to_position": LAST,
            "valid_from": valid_from,
            "valid_to": valid_to,
            **values,
        }

    def write(self, connection: Connection) -> None:
        """Write everything, closings first."""
        self._write_rows(connection)
        for sheet, ended in self.closings.items():
            table = self.tables.sheets[sheet]
            statement = (
                update(table)
                .where(
                    table.c.stream == bindparam("b_stream"),
                    table.c.to_position == LAST,
                    table.c.valid_from == bindparam("b_from"),
                )
                .values(to_position=bindparam("b_position"))
            )
            if sheet == "breaches":
                connection.execute(statement.where(table.c.rule == bindparam("b_key")), ended)
            else:
                connection.execute(statement, [{k: v for k, v in c.items() if k != "b_key"} for c in ended])
        self.codes.resolve(connection, self.met)  # in the order of the log, whatever was closed in this batch
        by_sheet: dict[str, list[dict[str, Any]]] = {}
        for sheet, values in [*self.done, *((key[0], v) for key, v in self.open.items())]:
            by_sheet.setdefault(sheet, []).append(values)
        for sheet, rows in by_sheet.items():
            codes = self.codes.resolve(connection, (r["stream"] for r in rows))
            put(connection, self.tables.sheets[sheet], [{**r, "code": codes[r["stream"]]} for r in rows])

    def _write_rows(self, connection: Connection) -> None:
        texts: list[str] = []
        for row, _, _, _ in self.rows:
            texts += (row.figure, row.member, dims_text(row.dims), row.facility or row.region or "")
        codes = self.codes.resolve(connection, texts)
        written = [
            {
                "figure": codes[row.figure],
                "facility": codes[row.facility] if row.facility else -codes[row.region or ""],
                "day": row.day.toordinal(),
                "position": position,
                "line": line,
                "dims": codes[dims_text(row.dims)],
                "member": codes[row.member],
                "amount": row.amount,
                "opening": int(row.opening),
                "recorded": recorded,
            }
            for row, position, line, recorded in self.rows
        ]
        self.sums.write(connection, self.tables, written)
        put(connection, self.tables.rows, [{k: v for k, v in row.items() if k != "recorded"} for row in written])
