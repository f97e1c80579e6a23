"""The Merkle tree over the log: RFC 6962, kept as the peaks of its perfect subtrees.

A leaf is SHA-256(0x00, position, recorded_at, SHA-256(public bytes), SHA-256(sealed bytes)), so its prefix is
inside it; an interior node is SHA-256(0x01, left, right). Whoever may not read the sealed bytes needs only their
digest to recompute the leaf.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from struct import Struct

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
NOTHING_SEALED = sha256(b"").digest()
_leaf_head = Struct(">cqq").pack


def attest(public: bytes, sealed: bytes | None) -> bytes:
    """The digests of what may be read and what is sealed, side by side."""
    return sha256(public).digest() + (sha256(sealed).digest() if sealed else NOTHING_SEALED)


def leaf_hash(position: int, recorded_at: int, attested: bytes) -> bytes:
    """The leaf of one event; `attested` comes from `attest`, `recorded_at` is in microseconds."""
    return sha256(_leaf_head(b"\x00", position, recorded_at) + attested).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: one peak for every bit that is set in its size."""

    def __init__(self, size: int = 0, peaks: bytes = b"") -> None:
        if len(peaks) != HASH_SIZE * size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(peaks)} bytes")
        self.size = size
        self._peaks = [peaks[i : i + HASH_SIZE] for i in range(0, len(peaks), HASH_SIZE)]

    def append(self, leaf: bytes) -> None:
        """Add a leaf on the right; equal subtrees join."""
        size, peaks = self.size, self._peaks
        self.size = size + 1
        while size & 1:
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            size >>= 1
        peaks.append(leaf)

    def root(self) -> bytes:
        """The tree head, as RFC 6962 section 2.1 defines it."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root

    def peaks(self) -> bytes:
        """The peaks from left to right: what has to be kept to go on."""
        return b"".join(self._peaks)


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """The root over all leaves at once."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of the leaf at an index (RFC 6962, 2.1.1), from the leaf upwards."""
    if len(leaves) <= 1:
        return []
    half = _split(len(leaves))
    if index < half:
        return [*inclusion_path(leaves[:half], index), tree_root(leaves[half:])]
    return [*inclusion_path(leaves[half:], index - half), tree_root(leaves[:half])]


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that an audit path leads to; None when the path does not fit the size."""
    if not 0 <= index < size:
        return None
    last = size - 1
    for sibling in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            leaf = node_hash(sibling, leaf)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            leaf = node_hash(leaf, sibling)
        index, last = index >> 1, last >> 1
    return leaf if last == 0 else None


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1
