"""来源存证 — proves that an event which was taken in stands in the log of its own node, below a head that this node cosigned.

It is the same document that the other node would give, made of what was taken in: public text, digests and leaves. Nothing
private is in it, and the other node need not answer.
"""

from __future__ import annotations

from adapters.codec import moment, public_bytes
from adapters.event_store_verify import attested_of
from adapters.federation import Federation
from adapters.heads import BLOCK_LEVEL, Proof, SignedHead
from adapters.known_nodes import KnownNodes
from adapters.merkle import inclusion_proof, node_hash, perfect_subtrees, root_from_path
from adapters.node_keys import NodeKeys
from adapters.notes import Checkpoint, Note, Verifier
from domain.log import LogUnavailable


class OriginProofs:
    """Makes them from what is kept of the nodes below."""

    def __init__(self, known: KnownNodes, federation: Federation, keys: NodeKeys) -> None:
        self.known, self.federation = known, federation
        self.keys = keys

    @property
    def witness(self) -> Verifier:
        """The key with which this node cosigns."""
        return Verifier(self.keys.witness.name, self.keys.witness.public)

    def key(self, position: int) -> str | None:
        """The public key of the node that recorded the event at a position; None for an own one, or of an unknown node."""
        origin = self.known.origin(position)
        below = self.federation.subordinates.get(origin[0]) if origin else None
        return below.key.verifier_key if below else None

    def proof(self, position: int) -> Proof | None:
        """The proof of the event at a position, as its own node counts it; None for an own event, or while no cosigned head holds it.

        Raises LogUnavailable when what was taken in does not lead to the head.
        """
        found = self.known.origin(position)
        if found is None:
            return None
        node, origin = found
        head = self._head(node, origin)
        if head is None:
            return None
        recorded_at, public, attested = self._event(position)
        leaf = self.known.leaves(node, [origin])[origin]
        path = inclusion_proof(_Leaves(self.known, node), origin - 1, head.size)
        if root_from_path(leaf, origin - 1, head.size, path) != head.root:
            raise LogUnavailable(
                f"{node} 的记录与其签名树头不符，请运行 shouwang verify",
                f"what came of {node} does not lead to the head that it signed: run `shouwang verify`",
            )
        return Proof(origin, recorded_at, public, attested[:32], attested[32:], leaf, tuple(path), head)

    def _head(self, node: str, origin: int) -> SignedHead | None:
        """The newest head that this node cosigned, if it reaches that far."""
        size, text, line = next(iter(self.known.witnessed(node)), (0, "", ""))
        if size < origin:
            return None
        note = Note.parse(text)
        said = Checkpoint.parse(note.body)
        at = self.witness.cosigned_at(note.body, line)
        if at is None:  # made with an older key of this node
            return None
        whole = Note(note.body, (*note.lines, line))
        return SignedHead(size, said.root, said.signed_at, whole.text, ((self.witness.name, moment(at * 1_000_000)),))

    def _event(self, position: int) -> tuple[int, str, bytes]:
        """(recorded at the node, the public text, the two digests)."""
        with self.known.log.reading() as recorder:
            row = recorder.audit_rows(position - 1, 1)[0]
            stayed = recorder.stayed(position, position)
        _, node, stream, version, topic, payload, sealed, class_version, on, at, _, *said, _ = row
        public = public_bytes(node, stream, version, topic, (class_version, on, at, *said), payload)
        return self.known.recorded_at(position), public.decode(), attested_of(position, public, sealed, stayed)


class _Leaves:
    """Hashes of perfect subtrees of a node's log, from the leaves that were taken in; each block is read once."""

    def __init__(self, known: KnownNodes, node: str) -> None:
        self.known, self.node = known, node
        self.blocks: dict[int, list[list[bytes]]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        if level > BLOCK_LEVEL:
            return node_hash(self(level - 1, 2 * index), self(level - 1, 2 * index + 1))
        block = index >> (BLOCK_LEVEL - level)
        if block not in self.blocks:
            first = block << BLOCK_LEVEL
            leaves = self.known.leaves(self.node, range(first + 1, first + (1 << BLOCK_LEVEL) + 1))
            self.blocks[block] = perfect_subtrees([leaves[origin] for origin in sorted(leaves)])
        return self.blocks[block][level][index - (block << (BLOCK_LEVEL - level))]
