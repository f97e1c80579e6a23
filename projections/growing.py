"""Taking batches into a generation that is being read: rows, roll-ups and boards kept whole with every transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select, update

from projections.buffer import Written, columns_of
from projections.folding import KEYED
from projections.tables import LAST, LONG_AGO, MONTHLY, ROLLUPS, ROW, YEARLY, Tables, insertion, put


class Growing:
    """The live tables of a generation."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def batch(self, connection: Connection, written: Written) -> None:
        """Write a batch: what it ends first, then what it begins."""
        put(connection, self.tables.rows, ROW, [row[: len(ROW)] for row in written.rows])
        self._sum(connection, written.rows)
        self._months(connection, written.months)
        for board, ended in written.closings.items():
            table = self.tables.sheets[board]
            standing = (
                (table.c.code == bindparam("b_code"))
                & (table.c.to_position == LAST)
                & (table.c.valid_from == bindparam("b_from"))
            )
            names = ["b_position", "b_code", "b_from"]
            if board in KEYED:
                standing, names = standing & (table.c[KEYED[board]] == bindparam("b_key")), [*names, "b_key"]
            connection.execute(
                update(table).where(standing).values(to_position=bindparam("b_position")),
                [dict(zip(names, one, strict=True)) for one in ended],
            )
        for board, versions in written.versions.items():
            put(connection, self.tables.sheets[board], columns_of(board), versions)

    def _sum(self, connection: Connection, rows: Sequence[tuple[int, ...]]) -> None:
        """Add rows to the buckets of their months and years."""
        sums: dict[str, dict[tuple[int, ...], int]] = {name: {} for name in ROLLUPS}
        for figure, facility, _, _, _, dims, _, amount, _, month, recorded in rows:
            for name, key in (
                (MONTHLY, (figure, facility, month, recorded, dims)),
                (YEARLY, (figure, facility, recorded, month // 12, dims)),
                (LONG_AGO, (figure, facility, month // 12, recorded // 12, dims)),
            ):
                sums[name][key] = sums[name].get(key, 0) + amount
        for name, its in sums.items() if rows else ():
            table, columns = self.tables.rollups[name], ROLLUPS[name]
            statement = insertion(connection, table, (*columns, "amount"))
            connection.exec_driver_sql(
                f"{statement} ON CONFLICT ({', '.join(columns)}) DO UPDATE SET"
                f" amount = {table.name}.amount + excluded.amount",
                [(*key, amount) for key, amount in its.items()],
            )

    def _months(self, connection: Connection, first: dict[int, int]) -> None:
        months = self.tables.months
        known = {m for (m,) in connection.execute(select(months.c.month).where(months.c.month.in_(first)))}
        put(connection, months, ("month", "first_position"), [(m, p) for m, p in first.items() if m not in known])

    def timeline(
        self, connection: Connection, shown: Sequence[tuple[int, str, int]], withdrawn: Sequence[tuple[int, int]]
    ) -> None:
        """Write the timeline of a batch: (subject, moment, position), and (withdrawing position, position)."""
        table = self.tables.timeline
        put(connection, table, ("subject", "at", "position"), shown)
        if withdrawn:
            connection.execute(
                update(table).where(table.c.position == bindparam("b_position")).values(withdrawn_by=bindparam("b_by")),
                [{"b_by": by, "b_position": position} for by, position in withdrawn],
            )
