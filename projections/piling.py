"""Building a generation from the whole log: everything is piled up as it comes, then sorted, summed and indexed once.

A B-tree that is filled in the order of the log is written again and again; one that is filled in its own order is
written once. The piles are unlogged tables on PostgreSQL, so that several connections sort at a time, and temporary
ones on SQLite; what a rebuild that broke off leaves of them the next one drops, as it drops the generation itself.
The result equals that of taking the same batches in one by one (a property in the tests).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, literal, select
from sqlalchemy.schema import CreateIndex, CreateTable

from projections.buffer import Written, columns_of
from projections.folding import KEYED
from projections.tables import BOARD, LAST, LONG_AGO, MONTHLY, ROLLUPS, ROW, YEARLY, Tables, put

ROOM = ("work_mem = '256MB'", "maintenance_work_mem = '256MB'")
"""What one transaction may use of the server's memory: sorting beside the disk instead of on it."""
ANALYZED_MIN = 1_000
"""PostgreSQL plans by statistics and gathers those of new tables too late; smaller ones it reads whole anyway."""
ENDED = ("to_position", "code", "valid_from")

Step = Callable[[Connection], None]


class Pile:
    """The piles of one generation."""

    def __init__(self, connection: Connection, tables: Tables) -> None:
        self.tables, self.metadata = tables, MetaData()
        self.server = connection.dialect.name == "postgresql"
        self.months: dict[int, int] = {}
        self.rows = self._table("piled_rows", (*ROW, "month", "recorded"))
        self.shown = self._table("piled_timeline", ("subject", "at", "position"))
        self.withdrawn = self._table("piled_withdrawn", ("withdrawn_by", "position"))
        self.versions = {board: self._table(f"piled_{board}", columns_of(board)) for board in tables.sheets}
        self.ended = {
            board: self._table(f"ended_{board}", (*ENDED, KEYED[board]) if board in KEYED else ENDED)
            for board in tables.sheets
        }
        for table in self.metadata.tables.values():
            connection.execute(CreateTable(table))

    def _table(self, name: str, columns: Sequence[str]) -> Table:
        numbers = {*BOARD, *ROW, *ENDED, "month", "recorded", "subject", "withdrawn_by"}
        shape = [Column(key, BigInteger if key in numbers else Text) for key in columns]
        kind = "UNLOGGED" if self.server else "TEMPORARY"
        return Table(f"{name}_{self.tables.generation}", self.metadata, *shape, prefixes=[kind])

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

    def chains(self) -> Iterator[Step]:
        """What makes the tables of the piles: each makes tables that no other touches, in a transaction of its own."""
        made = self.tables
        yield self._chain(tuple(made.rollups.values()), *self._rollups())
        for board, table in made.sheets.items():
            yield self._chain((table,), lambda connection, it=board: self._board(connection, it))
        yield self._chain((made.rows,), _statement(self._rows()))
        yield self._chain((made.timeline,), _statement(self._timeline()))
        yield lambda connection: put(connection, made.months, ("month", "first_position"), list(self.months.items()))

    def _chain(self, made: Sequence[Table], *steps: Step) -> Step:
        """Fill tables, then index them."""
        indexes = [index for index in self.tables.indexes if index.table in made]

        def run(connection: Connection) -> None:
            for setting in ROOM if self.server else ():
                connection.exec_driver_sql(f"SET LOCAL {setting}")
            for step in steps:
                step(connection)
            for index in indexes:
                connection.execute(CreateIndex(index))
            for table in made if self.server else ():
                if _has(connection, table, ANALYZED_MIN):
                    connection.exec_driver_sql(f"ANALYZE {table.name}")

        return run

    def drop(self, connection: Connection) -> None:
        """The tables are made: the piles are not needed any more."""
        self.metadata.drop_all(connection)

    def _rows(self) -> str:
        columns = ", ".join(ROW)
        order = ", ".join(ROW[:5])
        return (
            f"INSERT INTO {self.tables.rows.name} ({columns}) SELECT {columns} FROM {self.rows.name} ORDER BY {order}"
        )

    def _rollups(self) -> Iterator[Step]:
        """Months from the rows, years from the months, years of recording from the years: each stands on the one before."""
        made = self.tables.rollups
        for name, source, bucket, recorded in (
            (MONTHLY, self.rows, "month", "recorded"),
            (YEARLY, made[MONTHLY], "bucket / 12", "recorded"),
            (LONG_AGO, made[YEARLY], "bucket", "recorded / 12"),
        ):
            of = {"bucket": bucket, "recorded": recorded}
            group = ", ".join(of.get(column, column) for column in ROLLUPS[name])
            yield _statement(
                f"INSERT INTO {made[name].name} ({', '.join(ROLLUPS[name])}, amount) SELECT {group}, sum(amount)"
                f" FROM {source.name} GROUP BY {group} ORDER BY {group}"
            )

    def _timeline(self) -> str:
        return (
            f"INSERT INTO {self.tables.timeline.name} (subject, at, position, withdrawn_by)"
            f" SELECT subject, at, position, gone.by_position FROM {self.shown.name} LEFT JOIN"
            " (SELECT position AS gone_position, max(withdrawn_by) AS by_position"
            f" FROM {self.withdrawn.name} GROUP BY position)"
            " AS gone ON gone_position = position ORDER BY subject, at, position"
        )

    def _board(self, connection: Connection, board: str) -> None:
        """A version that was open when its batch ended ends where the first closing behind its beginning stands."""
        ended, piled, quote = (
            self.ended[board].name,
            self.versions[board].name,
            connection.dialect.identifier_preparer.quote,
        )
        key = KEYED.get(board)
        same = f" AND e.{quote(key)} = p.{quote(key)}" if key else ""
        connection.exec_driver_sql(f"CREATE INDEX ix_{ended} ON {ended} (code, valid_from, to_position)")
        columns = ", ".join(map(quote, columns_of(board)))
        chosen = ", ".join(
            f"CASE WHEN p.to_position < {LAST} THEN p.to_position ELSE coalesce((SELECT min(e.to_position) FROM {ended} e"
            f" WHERE e.code = p.code AND e.valid_from = p.valid_from AND e.to_position > p.from_position{same}), {LAST}) END"
            if name == "to_position"
            else f"p.{quote(name)}"
            for name in columns_of(board)
        )
        connection.exec_driver_sql(
            f"INSERT INTO {self.tables.sheets[board].name} ({columns}) SELECT {chosen} FROM {piled} p"
        )


def _statement(text: str) -> Step:
    return lambda connection: connection.exec_driver_sql(text)


def _has(connection: Connection, table: Table, many: int) -> bool:
    return connection.execute(select(literal(1)).select_from(table).offset(many - 1).limit(1)).first() is not None
