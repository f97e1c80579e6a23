"""What is read from a log, the same on both engines; an engine brings `_all` and its dialect.

Statements are written with `?` and `{log}` (the schema prefix). `AMONG` tests membership in a list that is
handed over as one parameter, so that a statement stays prepared however long the list is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent

from adapters.codec import READ_COLUMNS
from adapters.event_store_batch import COLUMNS, HeadRow, Taken
from domain.envelopes import PARTED

LARGEST = 2**62
_AUDIT = ", ".join(COLUMNS)
_RECEIPTS = (
    "SELECT c.command_id, c.digest, c.command, c.stream, c.first_position, c.last_position, c.breaches, e.recorded_at, e.leaf"
    " FROM {log}commands c JOIN {log}events e ON e.position = c.first_position WHERE c.command_id"
)

Statement = tuple[str, Sequence[Any]]
"""One statement and its values."""
Beside = Callable[[list[int]], Iterable[Statement]]
"""What is written in the same transaction as events, given their positions."""
_SET_MARK = (
    "INSERT INTO {log}relayed VALUES (?, ?, ?, ?, ?) ON CONFLICT (topic) DO UPDATE SET cluster = excluded.cluster,"
    " position = excluded.position, offsets = excluded.offsets, relayed_at = excluded.relayed_at"
)


class LogQueries:
    """Reading: rows for the mapper, rows for verification, receipts, and the library's own selects."""

    PREFIX: ClassVar[str] = ""
    AMONG: ClassVar[str] = ""
    datastore: Any

    def _all(self, statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement; an engine translates the placeholders and the errors."""
        raise NotImplementedError

    def take_in(self, taken: Sequence[Taken], now: int, beside: Beside) -> list[int]:
        """Append events of other nodes, and run what stands beside them, in one durable transaction; their positions here.

        Raises IntegrityError where one does not continue its stream.
        """
        raise NotImplementedError

    def writers(self, streams: Iterable[str]) -> dict[str, str | None]:
        """Who began each of some streams, of those that there are: the name of another node, None for this one."""
        query = "SELECT stream, node FROM {log}events WHERE version = 1 AND stream {among}"
        return dict(self._all(query, (self._listed(streams),)))

    def run(self, statements: Iterable[Statement]) -> None:
        """Run statements on what is kept beside the events, in one durable transaction."""
        raise NotImplementedError

    def write(self, rows: Iterable[tuple[str, Sequence[Any]]]) -> None:
        """Add (table, row) to what is kept beside the events, in one transaction; a row that is there already stays as it is."""
        self.run(
            (f"INSERT INTO {{log}}{table} VALUES ({', '.join('?' * len(row))}) ON CONFLICT DO NOTHING", row)
            for table, row in rows
        )

    def settle(self) -> None:
        """Wait until an append whose outcome is unknown has either happened or not."""

    def _listed(self, values: Iterable[Any]) -> Any:
        """A list as the one parameter that `AMONG` takes."""
        raise NotImplementedError

    @classmethod
    @cache
    def sql(cls, statement: str) -> str:
        """A statement in the dialect of the engine."""
        return statement.replace("{log}", cls.PREFIX).replace("{among}", cls.AMONG)

    def head_row(self) -> HeadRow | None:
        """The head row; None in a log that was never written to."""
        rows = self._all("SELECT position, recorded_at, frontier FROM {log}head")
        return HeadRow(rows[0][0], rows[0][1], bytes(rows[0][2])) if rows else None

    def head_position(self) -> int:
        """The position of the head alone: what waiting readers poll."""
        rows = self._all("SELECT position FROM {log}head")
        return rows[0][0] if rows else 0

    def rows_after(self, after: int, limit: int) -> list[tuple[Any, ...]]:
        """Rows of `READ_COLUMNS` in log order."""
        return self._all(
            f"SELECT {READ_COLUMNS} FROM {{log}}events WHERE position > ? ORDER BY position LIMIT ?", (after, limit)
        )

    def rows_of_entry(self, entry_id: str) -> list[tuple[Any, ...]]:
        """Rows of `READ_COLUMNS` that a command recorded, or that corrections entered again for it."""
        return self._all(
            f"SELECT {READ_COLUMNS} FROM {{log}}events WHERE entry = ? OR position BETWEEN"
            " (SELECT first_position FROM {log}commands WHERE command_id = ?) AND"
            " (SELECT last_position FROM {log}commands WHERE command_id = ?) ORDER BY position",
            (entry_id.rpartition(PARTED)[2], entry_id, entry_id),
        )

    def rows_at(self, positions: Iterable[int]) -> list[tuple[Any, ...]]:
        """Rows of `READ_COLUMNS` at these positions, in log order."""
        return self._all(
            f"SELECT {READ_COLUMNS} FROM {{log}}events WHERE position {{among}} ORDER BY position",
            (self._listed(positions),),
        )

    def headings(self, positions: Iterable[int]) -> list[tuple[int, str, str, int]]:
        """(position, topic, stream, version) of the events at these positions, in log order."""
        return self._all(  # type: ignore[return-value]
            "SELECT position, topic, stream, version FROM {log}events WHERE position {among} ORDER BY position",
            (self._listed(positions),),
        )

    def rows_of(self, stream: str, until: int | None) -> list[tuple[Any, ...]]:
        """Rows of `READ_COLUMNS` of one stream, in the order of versions."""
        if until is None:
            return self._all(f"SELECT {READ_COLUMNS} FROM {{log}}events WHERE stream = ? ORDER BY version", (stream,))
        return self._all(
            f"SELECT {READ_COLUMNS} FROM {{log}}events WHERE stream = ? AND position <= ? ORDER BY version",
            (stream, until),
        )

    def first_of(self, stream: str) -> tuple[Any, ...]:
        """The row of `READ_COLUMNS` with which a stream begins. Raises IndexError where there is none."""
        return self._all(f"SELECT {READ_COLUMNS} FROM {{log}}events WHERE stream = ? AND version = 1", (stream,))[0]

    def rows_of_all(self, streams: Iterable[str]) -> list[tuple[Any, ...]]:
        """Rows of `READ_COLUMNS` of several streams, each in the order of versions."""
        streams = list(streams)
        if len(streams) == 1:
            return self.rows_of(streams[0], None)
        return self._all(
            f"SELECT {READ_COLUMNS} FROM {{log}}events WHERE stream {{among}} ORDER BY stream, version",
            (self._listed(streams),),
        )

    def command_rows(self, command_ids: Iterable[str]) -> list[tuple[Any, ...]]:
        """What `receipt_of` takes, of the commands that are recorded."""
        ids = list(command_ids)
        if len(ids) == 1:
            return self._all(f"{_RECEIPTS} = ?", ids)
        return self._all(f"{_RECEIPTS} {{among}}", (self._listed(ids),))

    def mention_rows(self, stream: str) -> list[tuple[str, int]]:
        """(stream, version) of the events that name a stream, in log order."""
        return self._all(  # type: ignore[return-value]
            "SELECT e.stream, e.version FROM {log}mentions m JOIN {log}events e ON e.position = m.position"
            " WHERE m.stream = ? ORDER BY m.position",
            (stream,),
        )

    def audit_rows(self, after: int, limit: int) -> list[tuple[Any, ...]]:
        """Whole rows in the order of `COLUMNS`, behind a position."""
        return self._all(
            f"SELECT {_AUDIT} FROM {{log}}events WHERE position > ? ORDER BY position LIMIT ?", (after, limit)
        )

    def rows_to_relay(self, after: int, limit: int) -> list[tuple[Any, ...]]:
        """Whole rows in the order of `COLUMNS`, each with the last position of its entry behind it."""
        return self._all(
            f"SELECT {', '.join(f'e.{c}' for c in COLUMNS)}, coalesce(c.last_position, e.position)"
            " FROM {log}events e LEFT JOIN {log}commands c ON c.command_id = e.command_id"
            " WHERE e.position > ? ORDER BY e.position LIMIT ?",
            (after, limit),
        )

    def stayed(self, first: int, last: int) -> dict[int, bytes | None]:
        """position -> the digest of what is sealed elsewhere, of the events between two positions that were taken in."""
        rows = self._all("SELECT position, sealed FROM {log}origins WHERE position BETWEEN ? AND ?", (first, last))
        return {position: bytes(sealed) if sealed is not None else None for position, sealed in rows}

    def leaf_rows(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        """(position, leaf) behind a position: what proofs are made from."""
        return self._all(  # type: ignore[return-value]
            "SELECT position, leaf FROM {log}events WHERE position > ? ORDER BY position LIMIT ?", (after, limit)
        )

    def tree_heads(self) -> list[tuple[int, bytes]]:
        """(size, root) of the stored tree heads."""
        return [(size, bytes(root)) for size, root in self._all("SELECT size, root FROM {log}heads ORDER BY size")]

    def signed_heads(
        self, *, after: int = 0, before: int = 0, limit: int = 0, newest: int = 0
    ) -> list[tuple[int, bytes, int, str]]:
        """(size, root, signed_at, note): the `newest`, the newest first, or so many behind `after` in order."""
        order = "DESC" if newest else "ASC"
        return self._all(  # type: ignore[return-value]
            "SELECT size, root, signed_at, note FROM {log}signed_heads WHERE size > ? AND size < ?"
            f" ORDER BY size {order} LIMIT ?",
            (after, before or LARGEST, newest or limit),
        )

    def signed_roots(self) -> list[tuple[int, bytes]]:
        """(size, root) of the heads that the node has signed."""
        rows = self._all("SELECT size, root FROM {log}signed_heads ORDER BY size")
        return [(size, bytes(root)) for size, root in rows]

    def cosignatures(self, size: int) -> list[tuple[str, int, str]]:
        """(witness, cosigned_at, line) of the signed head of so many events."""
        return self._all(  # type: ignore[return-value]
            "SELECT witness, cosigned_at, line FROM {log}cosignatures WHERE size = ? ORDER BY witness", (size,)
        )

    def subtree(self, level: int, place: int) -> bytes:
        """The hash of a perfect subtree that is kept. ValueError for one that is not."""
        rows = self._all("SELECT hash FROM {log}subtrees WHERE level = ? AND place = ?", (level, place))
        if not rows:
            raise ValueError(f"the hash of subtree {place} of level {level} is not kept")
        return bytes(rows[0][0])

    def whole_blocks(self, level: int) -> int:
        """How many subtrees of a level are kept."""
        return self._all("SELECT coalesce(max(place) + 1, 0) FROM {log}subtrees WHERE level = ?", (level,))[0][0]

    def marks(self, topic: str) -> list[tuple[str, int, str, int]]:
        """(cluster, position, offsets, relayed_at): how far a topic was published."""
        return self._all(  # type: ignore[return-value]
            "SELECT cluster, position, offsets, relayed_at FROM {log}relayed WHERE topic = ?", (topic,)
        )

    def set_mark(self, topic: str, cluster: str, position: int, offsets: str, at: int) -> None:
        """Keep how far a topic was published."""
        self.run([(_SET_MARK, (topic, cluster, position, offsets, at))])

    def last_position(self) -> int:
        """The greatest position among the rows, whatever the head says."""
        return self._all("SELECT coalesce(max(position), 0) FROM {log}events")[0][0]

    def meta(self) -> dict[str, str]:
        """Format version and node name; empty before the log is made."""
        return dict(self._all("SELECT key, value FROM {log}meta"))  # type: ignore[arg-type]

    # -- the library's own reading ---------------------------------------------------------------------

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        """Stored events of one stream."""
        where, params = ["stream = ?"], [_text(originator_id)]
        where += ["version > ?"] * (gt is not None) + ["version <= ?"] * (lte is not None)
        params += [v for v in (gt, lte, limit) if v is not None]
        rows = self._all(
            f"SELECT stream, version, topic, payload FROM {{log}}events WHERE {' AND '.join(where)}"
            f" ORDER BY version {'DESC' if desc else 'ASC'}{' LIMIT ?' if limit is not None else ''}",
            params,
        )
        return [StoredEvent(self._id(r[0]), r[1], r[2], r[3].encode()) for r in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notification]:
        """Stored events in log order."""
        where = ["position >= ?" if inclusive_of_start else "position > ?"]
        params: list[Any] = [start if start is not None else 0]
        if stop is not None:
            where, params = [*where, "position <= ?"], [*params, stop]
        if topics:
            where, params = [*where, "topic {among}"], [*params, self._listed(topics)]
        rows = self._all(
            f"SELECT stream, version, topic, payload, position FROM {{log}}events WHERE {' AND '.join(where)}"
            " ORDER BY position LIMIT ?",
            [*params, limit],
        )
        return [Notification(self._id(r[0]), r[1], r[2], r[3].encode(), r[4]) for r in rows]

    def max_notification_id(self) -> int | None:
        """The last position; None when the log is empty, as the library wants it."""
        return self.head_position() or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Any:
        """Refused: readers poll the head row (`EventLog.wait`), which never passes over an event."""
        raise NotImplementedError("use EventLog.wait and EventLog.read")

    def _id(self, stream: str) -> UUID | str:
        return UUID(stream) if self.datastore.originator_id_type == "uuid" else stream


def _text(originator_id: UUID | str) -> str:
    return originator_id if isinstance(originator_id, str) else originator_id.hex


def alike(statements: Iterable[Statement]) -> Iterator[tuple[str, list[Sequence[Any]]]]:
    """Statements that follow one another and differ in their values alone, together: they are run at once."""
    for statement, some in groupby(statements, key=itemgetter(0)):
        yield statement, [values for _, values in some]
