"""What is kept of each node that is taken in: how far it came, what of it was verified, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from adapters.codec import moment
from adapters.event_store import EventLog
from adapters.event_store_queries import Statement
from adapters.merkle import Frontier
from adapters.notes import Checkpoint

LEAVES = 5_000
Disagreement = Literal["event", "head", "root", "stream", "shape"]
"""Why a node was stopped: two contents of one event, two heads, a head that its events do not lead to, an event that does
not continue what is recorded here, an event that no desk records."""


@dataclass(frozen=True)
class NodeState:
    """A node as it is known here.

    `size` of its events were taken in, without a gap, and `held_back` wait for others before them; the first `head_size`
    agree with the head `head_note` that it signed. `pending` is the note of the oldest head behind that one that waits for
    its events, `latest` of the newest behind `pending`: so a long way is cosigned in parts, and its end is known.
    `stopped` says why nothing more is taken in, if so.
    """

    node: str
    size: int = 0
    frontier: bytes = b""
    seen_at: int = 0
    head_size: int = 0
    head_frontier: bytes = b""
    head_note: str = ""
    pending: str = ""
    stopped: str = ""
    latest: str = ""
    held_back: int = 0

    @property
    def awaited(self) -> int:
        """So many events the newest head covers that is not verified yet; 0 where none waits."""
        newest = Checkpoint.of(self.latest or self.pending)
        return newest.size if newest else 0

    @property
    def missing(self) -> int:
        """How many events it has signed for that were not taken in yet."""
        return max(0, self.awaited - self.size)

    @property
    def seen(self) -> datetime | None:
        """When something of it came last."""
        return moment(self.seen_at) if self.seen_at else None

    def kept(self) -> Statement:
        """The statement that keeps it."""
        return _KEEP, (
            self.node, self.size, self.frontier, self.seen_at, self.head_size, self.head_frontier, self.head_note,
            self.pending, self.stopped, self.latest, self.held_back,
        )  # fmt: skip


_COLUMNS = "node, size, frontier, seen_at, head_size, head_frontier, head_note, pending, stopped, latest, held_back"
_KEEP = (
    f"INSERT INTO {{log}}nodes ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (node) DO UPDATE SET"
    " size = excluded.size, frontier = excluded.frontier, seen_at = excluded.seen_at, head_size = excluded.head_size,"
    " head_frontier = excluded.head_frontier, head_note = excluded.head_note, pending = excluded.pending,"
    " stopped = excluded.stopped, latest = excluded.latest, held_back = excluded.held_back"
    # Whoever believes that it still leads does not put back what the one that leads now has taken in, nor lift a stop.
    " WHERE nodes.size <= excluded.size AND nodes.head_size <= excluded.head_size"
    " AND (nodes.stopped = '' OR excluded.stopped <> '')"
)
_READMIT = "UPDATE {log}nodes SET stopped = '', pending = ?, latest = ? WHERE node = ?"
_OFFSET = (
    "INSERT INTO {log}read_offsets VALUES (?, ?, ?, ?) ON CONFLICT (topic, part) DO UPDATE SET"
    " cluster = excluded.cluster, next = excluded.next"
)


class KnownNodes:
    """Reads and writes it, in the database of the log."""

    def __init__(self, log: EventLog) -> None:
        self.log = log

    def states(self) -> dict[str, NodeState]:
        """Every node that something was taken in of."""
        rows = self.log.beside(f"SELECT {_COLUMNS} FROM {{log}}nodes ORDER BY node")
        return {row[0]: replace(NodeState(*row), frontier=bytes(row[2]), head_frontier=bytes(row[5])) for row in rows}

    def offsets(self, cluster: str) -> dict[str, dict[int, int]]:
        """topic -> partition -> the next offset to read of this cluster; nothing of another one."""
        found: dict[str, dict[int, int]] = {}
        for topic, part, following in self.log.beside(
            "SELECT topic, part, next FROM {log}read_offsets WHERE cluster = ?", (cluster,)
        ):
            found.setdefault(topic, {})[part] = following
        return found

    def leaves(self, node: str, origins: Iterable[int]) -> dict[int, bytes]:
        """The leaves of a node that were taken in, at these positions of its own."""
        wanted = set(origins)
        if not wanted:
            return {}
        rows = self.log.beside(
            "SELECT origin, leaf FROM {log}origins WHERE node = ? AND origin BETWEEN ? AND ?",
            (node, min(wanted), max(wanted)),
        )
        return {origin: bytes(leaf) for origin, leaf in rows if origin in wanted}

    def frontier(self, state: NodeState, size: int) -> Frontier:
        """The right edge of a node's tree over its first `size` leaves, from the last verified one on."""
        frontier = Frontier(state.head_size, state.head_frontier)
        while frontier.size < size:
            rows = self.log.beside(
                "SELECT leaf FROM {log}origins WHERE node = ? AND origin > ? ORDER BY origin LIMIT ?",
                (state.node, frontier.size, min(LEAVES, size - frontier.size)),
            )
            if not rows:
                raise LookupError(f"{state.node} has no leaf behind {frontier.size}")
            for (leaf,) in rows:
                frontier.append(bytes(leaf))
        return frontier

    def origin(self, position: int) -> tuple[str, int] | None:
        """(node, its own position) of the event that was taken in at a position here; None for an event of this node."""
        rows = self.log.beside("SELECT node, origin FROM {log}origins WHERE position = ?", (position,))
        return rows[0] if rows else None  # type: ignore[return-value]

    def recorded_at(self, position: int) -> int:
        """When the event that was taken in at a position was recorded by its node, in microseconds since 1970."""
        return int(self.log.beside("SELECT recorded_at FROM {log}origins WHERE position = ?", (position,))[0][0])

    def forks(self) -> list[tuple[str, int, str, str, str, datetime]]:
        """(node, size, kind, ours, theirs, found at): the evidence of histories that do not agree."""
        rows = self.log.beside(
            "SELECT node, size, kind, ours, theirs, found_at FROM {log}forks ORDER BY found_at, node"
        )
        return [(*row[:5], moment(row[5])) for row in rows]  # type: ignore[misc]

    def witnessed(self, node: str, newest: int = 2**31) -> list[tuple[int, str, str]]:
        """(size, note, line) of the heads of a node that this one has cosigned, the newest first, so many at most."""
        return self.log.beside(  # type: ignore[return-value]
            "SELECT size, note, line FROM {log}witnessed WHERE node = ? ORDER BY size DESC LIMIT ?", (node, newest)
        )

    def readmit(self, node: str) -> bool:
        """Let a node that was stopped be taken in again, behind what was taken in of it; False where it was not stopped.

        Both sides of what did not agree stay kept. A history that still differs stops it again. Heads that wait go on
        waiting, but for those after one that its events did not lead to.
        """
        state = self.states().get(node)
        if state is None or not state.stopped:
            return False
        heads = ("", "") if state.stopped.startswith("root ") else (state.pending, state.latest)
        self.run([(_READMIT, (*heads, node))])
        return True

    def run(self, statements: Iterable[Statement]) -> None:
        """Write, in one durable transaction; makes the log if there is none yet."""
        self.log.make()
        with self.log.reading() as recorder:
            recorder.run(statements)


def offset_kept(cluster: str, reached: Mapping[tuple[str, int], int]) -> Iterable[Statement]:
    """The statements that keep how far each partition was read."""
    return [(_OFFSET, (topic, part, cluster, following)) for (topic, part), following in reached.items()]


def origin_kept(node: str, origin: int, position: int | None, at: int, sealed: bytes | None, leaf: bytes) -> Statement:
    """The statement that keeps where an event was at its node."""
    return "INSERT INTO {log}origins VALUES (?, ?, ?, ?, ?, ?)", (node, origin, position, at, sealed, leaf)


def fork_kept(node: str, size: int, kind: Disagreement, ours: str, theirs: str, at: int) -> Statement:
    """The statement that keeps both sides of a history that does not agree with itself."""
    return "INSERT INTO {log}forks VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", (
        node,
        size,
        kind,
        ours,
        theirs,
        at,
    )


def witness_kept(node: str, size: int, note: str, line: str, at: int) -> Statement:
    """The statement that keeps a cosignature that this node gave."""
    return "INSERT INTO {log}witnessed VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", (node, size, note, line, at)
