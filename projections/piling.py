"""Building a generation from the whole log: everything is piled up as it comes, then sorted, summed and indexed once.

A B-tree that is filled in the order of the log is written again and again; one that is filled in its own order is
written once. The piles are temporary tables of one connection: a rebuild that breaks off leaves nothing of them.
The result equals that of taking the same batches in one by one (a property in the tests).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text
from sqlalchemy.schema import CreateIndex, CreateTable

from projections.buffer import BREACHES, Written, columns_of
from projections.rollups import LONG_AGO, MONTH, YEAR
from projections.tables import BOARD, BUCKET, LAST, ROW, Tables, put

ROOM = ("temp_buffers = '128MB'", "work_mem = '256MB'", "maintenance_work_mem = '256MB'")
"""What this one connection may use of the server's memory: sorting beside the disk instead of on it."""
ENDED = ("to_position", "code", "valid_from")
TEXTS = {"at", "rule"}


class Pile:
    """The piles of one generation, on the one connection that builds it."""

    def __init__(self, connection: Connection, tables: Tables) -> None:
        self.tables, self.metadata = tables, MetaData()
        self.months: dict[int, int] = {}
        self.rows = self._table("piled_rows", (*ROW, "month", "recorded"))
        self.shown = self._table("piled_timeline", ("subject", "at", "position"))
        self.withdrawn = self._table("piled_withdrawn", ("withdrawn_by", "position"))
        self.versions = {board: self._table(f"piled_{board}", columns_of(board)) for board in tables.sheets}
        self.ended = {
            board: self._table(f"ended_{board}", (*ENDED, "rule") if board == BREACHES else ENDED)
            for board in tables.sheets
        }
        if connection.dialect.name == "postgresql":
            for setting in ROOM:
                connection.exec_driver_sql(f"SET {setting}")
        for table in self.metadata.tables.values():
            connection.execute(CreateTable(table))

    def _table(self, name: str, columns: Sequence[str]) -> Table:
        numbers = {*BOARD, *ROW, *ENDED, "month", "recorded", "subject", "withdrawn_by"}
        shape = [Column(key, BigInteger if key in numbers else Text) for key in columns]
        return Table(name, self.metadata, *shape, prefixes=["TEMPORARY"])

    def batch(self, connection: Connection, written: Written) -> None:
        """Pile a batch up."""
        put(connection, self.rows, self.rows.c.keys(), written.rows)
        for board, versions in written.versions.items():
            put(connection, self.versions[board], columns_of(board), versions)
        for board, ended in written.closings.items():
            put(connection, self.ended[board], self.ended[board].c.keys(), ended)
        for month, position in written.months.items():
            self.months.setdefault(month, position)

    def timeline(
        self, connection: Connection, shown: Sequence[tuple[int, str, int]], withdrawn: Sequence[tuple[int, int]]
    ) -> None:
        """Pile the timeline of a batch up."""
        put(connection, self.shown, self.shown.c.keys(), shown)
        put(connection, self.withdrawn, self.withdrawn.c.keys(), withdrawn)

    def steps(self) -> Iterator[Callable[[Connection], None]]:
        """What makes the tables of the piles, each to be done in a transaction of its own."""
        made = self.tables
        for statement in (self._rows(), *self._rollups(), self._timeline()):
            yield lambda connection, it=statement: connection.exec_driver_sql(it)
        yield lambda connection: put(connection, made.months, ("month", "first_position"), list(self.months.items()))
        for board in made.sheets:
            yield lambda connection, it=board: self._board(connection, it)
        for index in made.indexes:
            yield lambda connection, it=index: connection.execute(CreateIndex(it))
        yield self._analyze

    def _rows(self) -> str:
        columns = ", ".join(ROW)
        order = ", ".join(ROW[:5])
        return f"INSERT INTO {self.tables.rows.name} ({columns}) SELECT {columns} FROM piled_rows ORDER BY {order}"

    def _rollups(self) -> Iterator[str]:
        """Months from the rows, years from the months, years of recording from the years."""
        table, bucket = self.tables.rollups.name, ", ".join(BUCKET)
        for grain, source, day, recorded in (
            (MONTH, "piled_rows", "month", "recorded"),
            (YEAR, f"{table} WHERE grain = {MONTH}", "bucket / 12", "recorded"),
            (LONG_AGO, f"{table} WHERE grain = {YEAR}", "bucket", "recorded / 12"),
        ):
            group = f"figure, facility, {day}, {recorded}, dims"
            yield (
                f"INSERT INTO {table} ({bucket}, amount) SELECT figure, {grain}, facility, {day}, {recorded}, dims,"
                f" sum(amount) FROM {source} GROUP BY {group} ORDER BY {group}"
            )

    def _timeline(self) -> str:
        return (
            f"INSERT INTO {self.tables.timeline.name} (subject, at, position, withdrawn_by)"
            " SELECT subject, at, position, gone.by_position FROM piled_timeline LEFT JOIN"
            " (SELECT position AS gone_position, max(withdrawn_by) AS by_position FROM piled_withdrawn GROUP BY position)"
            " AS gone ON gone_position = position ORDER BY subject, at, position"
        )

    def _board(self, connection: Connection, board: str) -> None:
        """A version that was open when its batch ended ends where the first closing behind its beginning stands."""
        ended, piled, quote = f"ended_{board}", f"piled_{board}", connection.dialect.identifier_preparer.quote
        rule = " AND e.rule = p.rule" if board == BREACHES else ""
        connection.exec_driver_sql(f"CREATE INDEX ix_{ended} ON {ended} (code, valid_from, to_position)")
        columns = ", ".join(map(quote, columns_of(board)))
        chosen = ", ".join(
            f"CASE WHEN p.to_position < {LAST} THEN p.to_position ELSE coalesce((SELECT min(e.to_position) FROM {ended} e"
            f" WHERE e.code = p.code AND e.valid_from = p.valid_from AND e.to_position > p.from_position{rule}), {LAST}) END"
            if name == "to_position"
            else f"p.{quote(name)}"
            for name in columns_of(board)
        )
        connection.exec_driver_sql(
            f"INSERT INTO {self.tables.sheets[board].name} ({columns}) SELECT {chosen} FROM {piled} p"
        )

    def _analyze(self, connection: Connection) -> None:
        """PostgreSQL plans by statistics, and gathers those of new tables too late."""
        if connection.dialect.name == "postgresql":
            for table in self.tables.metadata.tables.values():
                connection.exec_driver_sql(f"ANALYZE {table.name}")
