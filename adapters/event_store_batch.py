"""One append, worked out before it is written: positions, times, leaves and receipts behind a given head.

Both engines lock their head row, hand it to `compose` and write what comes back; nothing here touches a database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import msgspec
from eventsourcing.persistence import IntegrityError, StoredEvent

from adapters.codec import Recordable, micros, moment, public_bytes
from adapters.merkle import Frontier, attest, leaf_hash
from domain.envelopes import foreign
from domain.log import Decided, Receipt
from domain.model import Breach

FORMAT = "1"
"""The version of the layout of the log. A log of another version is refused, never guessed at."""

HEAD_INTERVAL = 1024
"""The root of the tree is kept at every multiple of this size: verification narrows a change down to it."""

COLUMNS = (
    "position", "node", "stream", "version", "topic", "payload", "sealed", "class_version", "occurred_on",
    "occurred_at", "recorded_at", "command_id", "command", "actor", "post", "source", "reason", "corrects",
    "entry", "facility", "region", "leaf",
)  # fmt: skip
_STOCK = (1, "", None, "", "", "", "", "", None, None, None, None, None)
_breaches = msgspec.json.Decoder(list[Breach]).decode
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class HeadRow:
    """The one row under whose lock every append happens, and that every reader polls."""

    position: int
    recorded_at: int
    peaks: bytes


@dataclass(slots=True)
class Unit:
    """What one append is asked to record; the recorder leaves the receipts here."""

    decided: Sequence[Decided]
    receipts: list[Receipt] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """The rows of one append, by table."""

    head: HeadRow
    firsts: dict[str, int]
    events: list[tuple[Any, ...]] = field(default_factory=list)
    commands: list[tuple[Any, ...]] = field(default_factory=list)
    mentions: list[tuple[Any, ...]] = field(default_factory=list)
    heads: list[tuple[Any, ...]] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)

    def rows(self) -> tuple[list[tuple[Any, ...]], ...]:
        """What goes into the tables events, commands, mentions and heads."""
        return self.events, self.commands, self.mentions, self.heads


def compose(head: HeadRow, stored: Sequence[StoredEvent], unit: Unit | None, node: str) -> Batch:
    """Everything that an append writes. `firsts` is the version at which it takes up each stream."""
    frontier = Frontier(head.position, head.peaks)
    batch = Batch(head, _first_versions(stored) if unit is not None else {})
    now = head.recorded_at
    rest = iter(stored)
    for decided in unit.decided if unit is not None else ():
        now = max(now, micros(decided.recorded_at))
        first = len(batch.events)
        _place(batch, frontier, (next(rest) for _ in decided.events), now, node)
        _receipt(batch, decided, first, now)
    # Events that come without a command (the library's own tests) have no clock: they stand at the head's time.
    _place(batch, frontier, rest, now, node)
    batch.head = HeadRow(frontier.size, now, frontier.peaks())
    return batch


def _place(batch: Batch, frontier: Frontier, stored: Iterable[StoredEvent], now: int, node: str) -> None:
    for given in stored:
        s = given if isinstance(given, Recordable) else _stock(given, node)
        position = frontier.size + 1
        leaf = leaf_hash(position, now, s.attested)
        frontier.append(leaf)
        c = s.columns
        batch.events.append(
            (
                position,
                node,
                s.originator_id,
                s.originator_version,
                s.topic,
                s.state.decode(),
                s.sealed,
                c[0],
                c[1],
                c[2],
                now,
                *c[3:],
                leaf,
            )
        )
        if position % HEAD_INTERVAL == 0:
            batch.heads.append((position, frontier.root(), now))


def _receipt(batch: Batch, decided: Decided, first: int, now: int) -> None:
    rows = batch.events[first:]
    if not rows:
        raise ValueError(f"the command {decided.command_id} has no event to record")
    positions = tuple(row[0] for row in rows)
    batch.commands.append(
        (
            decided.command_id,
            decided.digest,
            decided.command,
            decided.stream,
            positions[0],
            positions[-1],
            _encode(decided.breaches).decode(),
        )
    )
    named = {(stream, positions[index]) for stream, index in decided.mentions}
    batch.mentions.extend(sorted(named))
    batch.receipts.append(
        Receipt(
            decided.command_id,
            decided.command,
            decided.stream,
            positions,
            moment(now),
            rows[0][-1].hex(),
            tuple(decided.breaches),
        )
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """An event of another node, as it is taken in: whose it is, what it says publicly, and the streams that it names."""

    node: str
    stored: Recordable
    mentions: tuple[str, ...] = ()


def compose_taken(head: HeadRow, taken: Sequence[Taken], now: int) -> Batch:
    """Everything that taking in events of other nodes writes: recorded now, each entry found again by its node and id."""
    frontier = Frontier(head.position, head.peaks)
    batch = Batch(head, _first_versions([one.stored for one in taken]))
    now = max(now, head.recorded_at)
    for (node, command_id), entry in groupby(taken, key=lambda one: (one.node, one.stored.columns[3])):
        some, first = list(entry), frontier.size + 1
        _place(batch, frontier, (one.stored for one in some), now, node)
        begun = some[0].stored
        batch.commands.append(
            (foreign(node, command_id), b"", begun.columns[4], begun.originator_id, first, frontier.size, "[]")
        )
        named = {(stream, first + index) for index, one in enumerate(some) for stream in one.mentions}
        batch.mentions.extend(sorted(named))
    batch.head = HeadRow(frontier.size, now, frontier.peaks())
    return batch


def _first_versions(stored: Sequence[StoredEvent]) -> dict[str, int]:
    firsts: dict[str, int] = {}
    last: dict[str, int] = {}
    for s in stored:
        stream, version = str(s.originator_id), s.originator_version
        if version != last.get(stream, version - 1) + 1:
            raise IntegrityError(f"{stream}: version {version} does not follow {last[stream]}")
        firsts.setdefault(stream, version)
        last[stream] = version
    return firsts


def _stock(s: StoredEvent, node: str) -> Recordable:
    stream = s.originator_id if isinstance(s.originator_id, str) else s.originator_id.hex
    public = public_bytes(node, stream, s.originator_version, s.topic, _STOCK, s.state.decode())
    return Recordable(stream, s.originator_version, s.topic, s.state, None, _STOCK, attest(public, None))


def receipt_of(row: tuple[Any, ...]) -> tuple[bytes, Receipt]:
    """Digest and receipt of one row (command_id, digest, command, stream, first, last, breaches, time, leaf)."""
    command_id, digest, command, stream, first, last, breaches, recorded_at, leaf = row
    receipt = Receipt(
        command_id,
        command,
        stream,
        tuple(range(first, last + 1)),
        moment(recorded_at),
        bytes(leaf).hex(),
        tuple(_breaches(breaches)),
    )
    return bytes(digest), receipt
