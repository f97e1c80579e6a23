"""The Merkle tree over the log: RFC 6962, kept as the peaks of its perfect subtrees, and proofs from such subtrees.

A leaf is SHA-256(0x00, position, recorded_at, SHA-256(public bytes), SHA-256(sealed bytes)), so its prefix is
inside it; an interior node is SHA-256(0x01, left, right). Whoever may not read the sealed bytes needs only their
digest to recompute the leaf.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from struct import Struct

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
NOTHING_SEALED = sha256(b"").digest()
Subtrees = Callable[[int, int], bytes]
"""`subtrees(level, index)`: the hash of the perfect subtree of 2**level leaves that begins at leaf index << level.

Level 0 is the leaf itself. A log of any length is proved from such hashes, wherever they are kept.
"""

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


def perfect_subtrees(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Every complete subtree of one run of leaves: level 0 is the leaves, level n the hashes over 2**n of them.

    Entry i of level n covers leaves[i << n : (i + 1) << n]. Of a run that begins at leaf `first` of the log, `first`
    being a multiple of its length rounded up to a power of two, it is the log's subtree (n, (first >> n) + i).
    What does not fill a subtree on the right is left out of that level.
    """
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = iter(levels[-1])
        # An iterator zipped with itself yields pairs, and drops the one that has no partner yet.
        levels.append([node_hash(left, right) for left, right in zip(below, below, strict=False)])
    return levels


def range_hash(subtrees: Subtrees, begin: int, end: int) -> bytes:
    """The hash of leaves[begin:end] (MTH of RFC 6962, 2.1), joined from one perfect subtree for each bit of its width.

    `begin` must be a multiple of the largest power of two that fits into the range, as it is in every proof;
    ValueError otherwise, and when the range is turned around or below zero. An empty range hashes to EMPTY_ROOT.
    """
    width = end - begin
    if begin < 0 or width < 0 or (width and begin % (1 << width.bit_length() - 1)):
        raise ValueError(f"the leaves from {begin} to {end} are no part of a tree")
    joined, at = b"", end
    while at > begin:  # from the right edge: the subtrees grow to the left, as the tree nests them
        level = _lowest_bit(at - begin)
        at -= 1 << level
        subtree = subtrees(level, at >> level)
        joined = node_hash(subtree, joined) if joined else subtree
    return joined or EMPTY_ROOT


def root_of(subtrees: Subtrees, size: int) -> bytes:
    """The root of the log's first `size` leaves, from its perfect subtrees; ValueError when `size` is below zero."""
    return range_hash(subtrees, 0, size)


def inclusion_proof(subtrees: Subtrees, index: int, size: int) -> list[bytes]:
    """The audit path of the leaf at `index` in the log's first `size` leaves (RFC 6962, 2.1.1), leaf upwards.

    It asks for about log2(size) subtrees; those below a level L lie in two runs of 2**L leaves at most, that of the
    leaf and the right edge. ValueError when the leaf is not among the first `size`.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    begin, end, proof = 0, size, []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            proof.append(range_hash(subtrees, middle, end))
            end = middle
        else:
            proof.append(range_hash(subtrees, begin, middle))
            begin = middle
    return proof[::-1]


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that an audit path leads to (RFC 9162, 2.1.3.2); None when the path does not fit index and size."""
    if not 0 <= index < size or any(len(sibling) != HASH_SIZE for sibling in path):
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


def consistency_proof(subtrees: Subtrees, first: int, second: int) -> list[bytes]:
    """What shows that the first `second` leaves begin with the first `first` (RFC 6962, 2.1.2), lowest node first.

    Empty when there is nothing to show: `first` is 0 or equals `second`. Subtrees below a level L lie in two runs of
    2**L leaves at most, where the trees end. ValueError when `first` is above `second` or below zero.
    """
    if not 0 <= first <= second:
        raise ValueError(f"a tree of {second} leaves does not begin with {first}")
    if first == 0:
        return []
    begin, end, proof = 0, second, []
    while end != first:
        middle = begin + _split(end - begin)
        if first <= middle:
            proof.append(range_hash(subtrees, middle, end))
            end = middle
        else:
            proof.append(range_hash(subtrees, begin, middle))
            begin = middle
    if begin:  # otherwise what remains is the whole first tree, whose root the reader has
        proof.append(range_hash(subtrees, begin, end))
    return proof[::-1]


def consistent(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of `second` leaves begins with that of `first` (RFC 9162, 2.1.4.2).

    Sizes are in leaves. Every tree begins with the empty one, whose root is EMPTY_ROOT and whose proof is empty:
    `second_root` is then not shown to be anything. A proof that does not fit the sizes is no proof; nothing is raised.
    Sizes of the same shape have the same proof, so each must come signed together with its root (adapters.notes).
    """
    if not 0 <= first <= second or (first == 0 and first_root != EMPTY_ROOT):
        return False
    if first in {0, second}:
        return not proof and (first < second or first_root == second_root)
    # A perfect first tree is itself the lowest node, which the proof leaves out.
    nodes = [first_root, *proof] if first.bit_count() == 1 else proof
    return _roots_from(nodes, first, second) == (first_root, second_root)


def _roots_from(nodes: Sequence[bytes], first: int, second: int) -> tuple[bytes, bytes] | None:
    """Both roots that a consistency proof leads to, from its lowest node; None when it does not fit the sizes."""
    if not nodes or any(len(node) != HASH_SIZE for node in nodes):
        return None
    shared = _lowest_bit(first)
    old, last = first - 1 >> shared, second - 1 >> shared
    first_root = second_root = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return None
        if old & 1 or old == last:
            first_root, second_root = node_hash(node, first_root), node_hash(node, second_root)
            while not old & 1 and old:
                old, last = old >> 1, last >> 1
        else:
            second_root = node_hash(second_root, node)
        old, last = old >> 1, last >> 1
    return (first_root, second_root) if last == 0 else None


def _split(size: int) -> int:
    """The largest power of two below a size of at least 2: where RFC 6962 divides a tree."""
    return 1 << (size - 1).bit_length() - 1


def _lowest_bit(number: int) -> int:
    """The position of the lowest bit that is set in a positive number."""
    return (number & -number).bit_length() - 1
