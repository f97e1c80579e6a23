"""签名树头 — heads of the log's tree that the node has signed, and proofs that an event stands below one of them.

A head is signed at an interval by whoever keeps the views. Before it is, the tree is compared with the last signed one:
a log that does not continue what was signed is never signed again. Hashes of whole blocks of leaves are kept, so that a
proof reads at most two blocks however long the log is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from adapters.codec import micros, moment, public_bytes
from adapters.event_store import EventLog
from adapters.event_store_verify import attested_of, flawed
from adapters.merkle import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    node_hash,
    perfect_subtrees,
    root_from_path,
    root_of,
)
from adapters.node_keys import NodeKeys
from adapters.notes import Checkpoint, Note, Verifier
from domain.log import Clock, LogUnavailable, Verdict

BLOCK_LEVEL = 10
BLOCK = 1 << BLOCK_LEVEL
"""Leaves of a block: the smallest subtree whose hash is kept."""
BLOCKS_AT_ONCE = 64
LOOKED_AT, ALL = 1_000, 2**62
"""Signatures that a verification looks at, and all of them: each takes 0.1 ms."""


class Rewritten(LogUnavailable):
    """The log is not what a signed head says it was."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f"账本前 {size} 条与已签名的树头不符：历史曾被改动。请停止写入、保留现场，运行 shouwang verify。",
            f"The first {size} events differ from a signed head: history was rewritten. Stop writing, keep the files as"
            " they are, and run `shouwang verify`.",
        )
        self.size = size


@dataclass(frozen=True)
class SignedHead:
    """The tree over the first `size` events, signed; `note` is the checkpoint with all signatures known."""

    size: int
    root: bytes
    signed_at: datetime
    note: str
    witnesses: tuple[tuple[str, datetime], ...] = ()
    """Who cosigned, and when."""

    def as_data(self) -> dict[str, Any]:
        """As JSON shows it."""
        return {
            "size": self.size,
            "root": self.root.hex(),
            "signed_at": self.signed_at.isoformat(),
            "witnesses": [{"name": name, "at": at.isoformat()} for name, at in self.witnesses],
            "note": self.note,
        }


@dataclass(frozen=True)
class Proof:
    """That an event stands at its position below a signed head (RFC 6962, 2.1.1).

    The leaf is SHA-256(0x00, position and recorded_at as 8 bytes each, `public_sha256`, `sealed_sha256`); recorded_at
    counts microseconds since 1970. `public` is the text whose digest is `public_sha256`.
    """

    position: int
    recorded_at: int
    public: str
    public_sha256: bytes
    sealed_sha256: bytes
    leaf: bytes
    path: tuple[bytes, ...]
    head: SignedHead

    def as_data(self, *, public: bool = True) -> dict[str, Any]:
        """As JSON shows it; without the public text for somebody who may not read the event."""
        return {
            "position": self.position,
            "recorded_at": self.recorded_at,
            "public": self.public if public else None,
            "public_sha256": self.public_sha256.hex(),
            "sealed_sha256": self.sealed_sha256.hex(),
            "leaf": self.leaf.hex(),
            "path": [one.hex() for one in self.path],
            "head": self.head.as_data(),
        }


class Heads:
    """Signs heads of one log and proves with them."""

    def __init__(self, log: EventLog, keys: NodeKeys, clock: Clock) -> None:
        self.log, self.keys, self.clock = log, keys, clock

    @property
    def verifier_key(self) -> str:
        """The public key that knows this node's signatures, as c2sp.org/signed-note writes it."""
        return self.keys.log.verifier_key

    def sign(self) -> SignedHead | None:
        """Sign the head as it is now; the newest signed head (None for an empty log), which is the old one when nothing came.

        Raises Rewritten, and signs nothing, when the log does not continue what was signed before.
        """
        with self.log.reading() as recorder:
            # The signed head is read first: read behind the log's head, one that another signer added in between would
            # look like a log that has become shorter.
            last = next(iter(recorder.signed_heads(newest=1)), None) if recorder else None
            now = recorder.head_row() if recorder else None
            if now is None or not (now.position or last):
                return None
            size, root = now.position, Frontier(now.position, now.peaks).root()
            if last is not None and last[0] > size:
                raise Rewritten(last[0])
            tree = _Tree(recorder)
            tree.grow(size)
            if last is not None and root_of(tree, last[0]) != last[1]:
                raise Rewritten(last[0])
            if root_of(tree, size) != root:
                raise Rewritten(size)
            if last is None or last[0] < size:
                self._keep(recorder, size, root, max(micros(self.clock.now()), last[2] if last else 0))
        return self.newest()

    def _keep(self, recorder: Any, size: int, root: bytes, at: int) -> None:
        signed_at = moment(at // 1000 * 1000)
        body = Checkpoint(self.keys.log.name, size, root, signed_at).body
        note = Note(body, (self.keys.log.sign(body),))
        recorder.write([("signed_heads", (size, root, micros(signed_at), note.text))])

    def newest(self, size: int = 0) -> SignedHead | None:
        """The newest signed head, if it has at least so many events."""
        with self.log.reading() as recorder:
            rows = recorder.signed_heads(newest=1) if recorder else []
            return self._head(recorder, rows[0]) if rows and rows[0][0] >= size else None

    def signed(self, size: int) -> SignedHead | None:
        """The signed head of exactly so many events."""
        found = self.page(size - 1, 1)
        return found[0] if found and found[0].size == size else None

    def page(self, after: int = 0, limit: int = 100) -> list[SignedHead]:
        """Signed heads of more than `after` events, the smallest first."""
        with self.log.reading() as recorder:
            rows = recorder.signed_heads(after=after, limit=limit) if recorder else []
            return [self._head(recorder, row) for row in rows]

    def older(self, before: int, limit: int) -> list[SignedHead]:
        """Signed heads of fewer than `before` events (0: all), the newest first."""
        with self.log.reading() as recorder:
            rows = recorder.signed_heads(before=before, newest=limit) if recorder else []
            return [self._head(recorder, row) for row in rows]

    @staticmethod
    def _head(recorder: Any, row: tuple[Any, ...]) -> SignedHead:
        size, root, signed_at, text = row
        beside = recorder.cosignatures(size)
        note = Note.parse(text)
        whole = Note(note.body, (*note.lines, *(line for _, _, line in beside)))
        return SignedHead(
            size, bytes(root), moment(signed_at), whole.text, tuple((name, moment(at)) for name, at, _ in beside)
        )

    def proof(self, position: int) -> Proof | None:
        """That an event stands below the newest signed head; None while no signed head reaches it. Raises Rewritten."""
        head = self.newest(position)
        if head is None or position < 1:
            return None
        with self.log.reading() as recorder:
            row = recorder.audit_rows(position - 1, 1)[0]
            path = inclusion_proof(_Tree(recorder), position - 1, head.size)
            stayed = recorder.stayed(position, position)
        _, node, stream, version, topic, payload, sealed, class_version, on, at, recorded_at, *said, leaf = row
        public = public_bytes(node, stream, version, topic, (class_version, on, at, *said), payload)
        attested, leaf = attested_of(position, public, sealed, stayed), bytes(leaf)
        if root_from_path(leaf, position - 1, head.size, path) != head.root:
            raise Rewritten(head.size)
        return Proof(position, recorded_at, public.decode(), attested[:32], attested[32:], leaf, tuple(path), head)

    def verify(
        self, progress: Callable[[int, int], None] | None = None, *, deep: bool = False, key: str | None = None
    ) -> Verdict:
        """The log recomputed, compared with every signed head, and the signatures of the newest heads (all, if `deep`).

        `key` is the verifier key that the signatures must be of; without it that of this node, if it has one. Raises
        ValueError for a text that is no verifier key.
        """
        verifier = Verifier.parse(key) if key else self.keys.known
        verdict = self.log.verify(progress)
        with self.log.reading() as recorder:
            rows = recorder.signed_heads(newest=ALL if deep else LOOKED_AT) if recorder else []
        if verifier is None or not rows or not verdict.ok:
            return verdict
        sizes = [size for size, *_ in rows]
        for row, below in zip(reversed(rows), [0, *reversed(sizes)], strict=False):
            if not _signed(row, verifier):
                return flawed(verdict, "signature", below + 1)
        return replace(verdict, signed_at=moment(rows[0][2]))

    def consistency(self, first: int, second: int) -> list[bytes]:
        """That the tree of `second` events continues the one of `first` (RFC 6962, 2.1.2). ValueError beyond what is kept."""
        with self.log.reading() as recorder:
            return consistency_proof(_Tree(recorder), first, second)


def _signed(row: tuple[Any, ...], verifier: Verifier) -> bool:
    """Whether a row says what its note says, and the note is signed."""
    size, root, signed_at, text = row
    try:
        note = Note.parse(text)
        said = Checkpoint.parse(note.body)
    except ValueError:
        return False
    told = (said.origin, said.size, said.root, micros(said.signed_at)) == (verifier.name, size, bytes(root), signed_at)
    return told and any(verifier.verify(note.body, line) for line in note.lines)


class _Tree:
    """Hashes of perfect subtrees: those of blocks and above as they are kept, those below from the leaves of a block."""

    def __init__(self, recorder: Any) -> None:
        self.recorder = recorder
        self.blocks: dict[int, list[list[bytes]]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        if level >= BLOCK_LEVEL:
            return self.recorder.subtree(level, index)
        block = index >> (BLOCK_LEVEL - level)
        if block not in self.blocks:
            leaves = [bytes(leaf) for _, leaf in self.recorder.leaf_rows(block * BLOCK, BLOCK)]
            self.blocks[block] = perfect_subtrees(leaves)
        return self.blocks[block][level][index - (block << (BLOCK_LEVEL - level))]

    def grow(self, size: int) -> None:
        """Keep the hashes of the blocks that have become whole, and of what they complete above them."""
        begin = self.recorder.whole_blocks(BLOCK_LEVEL)
        for first in range(begin, size // BLOCK, BLOCKS_AT_ONCE):
            last = min(first + BLOCKS_AT_ONCE, size // BLOCK)
            leaves = [bytes(leaf) for _, leaf in self.recorder.leaf_rows(first * BLOCK, (last - first) * BLOCK)]
            made: dict[tuple[int, int], bytes] = {}
            for block in range(first, last):
                begins = (block - first) * BLOCK
                (made[BLOCK_LEVEL, block],) = perfect_subtrees(leaves[begins : begins + BLOCK])[BLOCK_LEVEL]
                level, index = BLOCK_LEVEL, block
                while index & 1:
                    left = made.get((level, index - 1)) or self.recorder.subtree(level, index - 1)
                    made[level + 1, index >> 1] = node_hash(left, made[level, index])
                    level, index = level + 1, index >> 1
            self.recorder.write([("subtrees", (level, index, found)) for (level, index), found in made.items()])
