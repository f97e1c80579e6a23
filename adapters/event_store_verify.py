"""Verification: the whole log recomputed from its columns, in order, with bounded memory.

Everything is compared with what was stored beside it: leaves, positions, versions, times, tree heads, the head row.
The first difference is named; what an operator recomputes wholesale only a head kept elsewhere can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

from eventsourcing.persistence import DatabaseError

from adapters.codec import public_bytes
from adapters.event_store_batch import HeadRow
from adapters.merkle import HASH_SIZE, NOTHING_SEALED, Frontier, attest, leaf_hash
from domain.log import Verdict

BATCH = 5_000

_SAID = {
    "digest": ("第 {p} 号记录的内容与其摘要不符，曾被改动。", "Event {p} does not match its digest: it was altered."),
    "position": ("第 {p} 号记录缺失，或不应存在。", "Event {p} is missing, or stands where none may stand."),
    "version": ("第 {p} 号记录在其事项内的版本号不连续。", "The version of event {p} does not follow in its stream."),
    "time": ("第 {p} 号记录的登记时间早于前一条。", "Event {p} was recorded before the one that precedes it."),
    "tree": (
        "自第 {p} 号记录起，树根与保存的树根不符。",
        "From event {p} on, the tree differs from a stored tree head.",
    ),
    "signed": (
        "自第 {p} 号记录起，账本与已签名的树头不符：签名之后历史被改动。",
        "From event {p} on, the log differs from a signed head: history was rewritten after it was signed.",
    ),
    "signature": (
        "自第 {p} 号记录起的树头，其签名不是本节点密钥所签。",
        "The head that covers event {p} on is not signed by this node's key.",
    ),
}
_REMEDY = (
    "请停止写入，保留现场，并用最近一次通过校验的备份比对。",
    "Stop writing, keep the files as they are, and compare with the last backup that verified.",
)


class Audited(Protocol):
    """What verification reads of a log."""

    def head_row(self) -> HeadRow | None:
        """The head row."""

    def audit_rows(self, after: int, limit: int) -> list[tuple[Any, ...]]:
        """Whole rows of events in the order of `COLUMNS`, behind a position."""

    def stayed(self, first: int, last: int) -> dict[int, bytes | None]:
        """position -> the digest of what is sealed elsewhere, of the events between two positions that were taken in."""

    def tree_heads(self) -> list[tuple[int, bytes]]:
        """(size, root) of the stored tree heads."""

    def signed_roots(self) -> list[tuple[int, bytes]]:
        """(size, root) of the heads that the node has signed."""

    def last_position(self) -> int:
        """The greatest position among the rows, whatever the head says."""


class _Flaw(Exception):
    def __init__(self, kind: str, position: int) -> None:
        super().__init__(kind)
        self.kind, self.position = kind, position


def attested_of(position: int, public: bytes, sealed: bytes | None, stayed: Mapping[int, bytes | None]) -> bytes:
    """The digests of an event, public and sealed; of one that was taken in, what is sealed is known by its digest only."""
    attested = attest(public, sealed)
    return attested[:HASH_SIZE] + (stayed[position] or NOTHING_SEALED) if position in stayed else attested


class _Walk:
    """What is known after the rows seen so far."""

    def __init__(self, heads: dict[int, bytes], signed: dict[int, bytes]) -> None:
        self.frontier, self.heads, self.signed = Frontier(), heads, signed
        self.versions: dict[str, int] = {}
        self.recorded_at = 0
        self.sound = 0

    def take(self, rows: Iterable[tuple[Any, ...]], stayed: Mapping[int, bytes | None]) -> None:
        """Check rows one behind the other; `stayed` are the digests of what is sealed at other nodes, by position."""
        frontier, versions, heads = self.frontier, self.versions, self.heads
        for row in rows:
            position, node, stream, version, topic, payload, sealed, class_version, on, at, recorded_at, *said, leaf = (
                row
            )
            if position != frontier.size + 1:
                raise _Flaw("position", frontier.size + 1)
            columns = (class_version, on, at, *said)
            public = public_bytes(node, stream, version, topic, columns, payload)
            if leaf_hash(position, recorded_at, attested_of(position, public, sealed, stayed)) != leaf:
                raise _Flaw("digest", position)
            if version != versions.get(stream, version - 1 if version < 2 else 0) + 1:
                raise _Flaw("version", position)
            if recorded_at < self.recorded_at:
                raise _Flaw("time", position)
            versions[stream], self.recorded_at = version, recorded_at
            frontier.append(leaf)
            if position in heads:
                self._compare(position, heads.pop(position), "tree")
            if position in self.signed:
                self._compare(position, self.signed.pop(position), "signed")

    def _compare(self, size: int, root: bytes, kind: str) -> None:
        if self.frontier.root() != root:
            raise _Flaw(kind, self.sound + 1)
        self.sound = size

    def finish(self, head: HeadRow, last: int) -> None:
        """Check the end against the head row and against tree heads of what is no longer there."""
        size = self.frontier.size
        if size != head.position or max(last, *self.heads, *self.signed, 0) > size:
            raise _Flaw("position", size + 1)
        if self.frontier.peaks() != head.peaks:
            raise _Flaw("tree", self.sound + 1)
        if self.recorded_at != head.recorded_at:
            raise _Flaw("time", size)


def verify(log: Audited, progress: Callable[[int, int], None] | None = None) -> Verdict:
    """Walk the log up to the head as it is now; what is appended meanwhile is left for the next time."""
    head = log.head_row() or HeadRow(0, 0, b"")
    roots = log.tree_heads(), log.signed_roots()
    # Read behind the roots: what is signed meanwhile lies below it, not beyond the end of the log.
    last = log.last_position()
    kept, signed = ({size: root for size, root in heads if size <= head.position or size > last} for heads in roots)
    walk = _Walk(kept, signed)
    try:
        for rows in _slices(log, head.position):
            walk.take(rows, log.stayed(rows[0][0], rows[-1][0]) if rows else {})
            if progress is not None:
                progress(walk.frontier.size, head.position)
        # In this order: a row behind an unmoved head was written by nobody who goes through the head.
        last = log.last_position()
        walk.finish(head, last if (log.head_row() or head) == head else head.position)
    except _Flaw as flaw:
        return _bad(flaw, walk, head)
    return Verdict(
        True,
        walk.frontier.size,
        walk.frontier.size,
        walk.frontier.root().hex(),
        message_zh=f"全部 {head.position} 条记录校验通过。",
        message_en=f"All {head.position} events are sound.",
    )


def _slices(log: Audited, end: int) -> Iterator[list[tuple[Any, ...]]]:
    after, limit = 0, BATCH
    while after < end:
        try:
            rows = log.audit_rows(after, min(limit, end - after))
        except DatabaseError as error:
            # A page or a text that the engine itself cannot read: close in on the row.
            if limit == 1:
                raise _Flaw("digest", after + 1) from error
            limit = max(1, limit // 8)
            continue
        if not rows:
            return
        yield [row for row in rows if row[0] <= end]
        after = rows[-1][0]


def _bad(flaw: _Flaw, walk: _Walk, head: HeadRow) -> Verdict:
    sound = Verdict(True, walk.frontier.size, head.position, walk.frontier.root().hex())
    return flawed(sound, flaw.kind, flaw.position)


def flawed(verdict: Verdict, kind: str, position: int) -> Verdict:
    """The verdict with a flaw of a kind at a position."""
    zh, en = _SAID[kind]
    return replace(
        verdict,
        ok=False,
        first_bad_position=position,
        kind=kind,
        message_zh=zh.format(p=position) + _REMEDY[0],
        message_en=en.format(p=position) + " " + _REMEDY[1],
    )
