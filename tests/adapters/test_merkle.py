"""The tree is RFC 6962's."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.merkle import (
    EMPTY_ROOT,
    Frontier,
    Subtrees,
    attest,
    consistency_proof,
    consistent,
    inclusion_proof,
    leaf_hash,
    node_hash,
    perfect_subtrees,
    range_hash,
    root_from_path,
    root_of,
    tree_root,
)

INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [sha256(b"\x00" + bytes.fromhex(i)).digest() for i in INPUTS]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): INCLUSION[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): INCLUSION[1, 5][1:],
}
MANY = [leaf_hash(position, 0, attest(b"", None)) for position in range(300)]
HEADS = [tree_root(MANY[:size]) for size in range(len(MANY) + 1)]
WINDOW = 3
"""Of the two-level source: subtrees of this level and above are kept, those below come from runs of leaves."""


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_roots_come_out(size: int) -> None:
    """The reference vectors of Certificate Transparency, tree by tree."""
    assert tree_root(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_an_empty_tree_has_the_root_of_nothing() -> None:
    """SHA-256 of the empty string."""
    assert tree_root([]) == EMPTY_ROOT == sha256(b"").digest()


def _source(leaves: Sequence[bytes]) -> Subtrees:
    levels = perfect_subtrees(leaves)
    return lambda level, index: levels[level][index]


WHOLE = _source(MANY)


def _by_the_book(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(_by_the_book(leaves[:half]), _by_the_book(leaves[half:]))


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70), st.data())
def test_the_frontier_is_the_tree(leaves: list[bytes], data: st.DataObject) -> None:
    """Stopped anywhere and taken up from its peaks, the frontier has the root of the recursive definition."""
    cut = data.draw(st.integers(0, len(leaves)))
    first = Frontier()
    for leaf in leaves[:cut]:
        first.append(leaf)
    rest = Frontier(first.size, first.peaks())
    for leaf in leaves[cut:]:
        rest.append(leaf)
    assert rest.root() == _by_the_book(leaves)


def test_peaks_that_do_not_fit_the_size_are_refused() -> None:
    """A damaged head row is noticed before anything is appended behind it."""
    with pytest.raises(ValueError, match="peaks"):
        Frontier(3, bytes(32))


def test_the_leaf_covers_position_time_and_both_parts() -> None:
    """Change any of the four and the leaf is another one."""
    leaves = {
        leaf_hash(p, t, attest(public, sealed))
        for p in (1, 2)
        for t in (1, 2)
        for public in (b"a", b"b")
        for sealed in (None, b"s", b"t")
    }
    assert len(leaves) == 24
    assert (
        leaf_hash(1, 2, attest(b"a", None))
        == sha256(
            b"\x00" + (1).to_bytes(8, "big") + (2).to_bytes(8, "big") + sha256(b"a").digest() + sha256(b"").digest()
        ).digest()
    )


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_known_audit_paths_come_out(index: int, size: int) -> None:
    """The reference paths of Certificate Transparency, and the roots that they lead to."""
    path = inclusion_proof(_source(LEAVES), index, size)
    assert [node.hex() for node in path] == INCLUSION[index, size]
    assert root_from_path(LEAVES[index], index, size, path) == bytes.fromhex(ROOTS[size - 1])


@pytest.mark.parametrize(("first", "second"), CONSISTENCY)
def test_the_known_consistency_proofs_come_out(first: int, second: int) -> None:
    """The reference proofs of Certificate Transparency, and that they verify."""
    proof = consistency_proof(_source(LEAVES), first, second)
    assert [node.hex() for node in proof] == CONSISTENCY[first, second]
    assert consistent(first, second, bytes.fromhex(ROOTS[first - 1]), bytes.fromhex(ROOTS[second - 1]), proof)


def _flipped(data: bytes, bit: int) -> bytes:
    return (int.from_bytes(data, "big") ^ 1 << bit).to_bytes(len(data), "big")


def _with_one_bit_flipped(nodes: list[bytes], data: st.DataObject) -> list[bytes]:
    which, bit = data.draw(st.integers(0, len(nodes) - 1)), data.draw(st.integers(0, 255))
    return [_flipped(node, bit) if i == which else node for i, node in enumerate(nodes)]


sizes = st.integers(1, len(MANY))


@given(sizes, st.data())
def test_a_path_proves_its_leaf_and_no_other(size: int, data: st.DataObject) -> None:
    """RFC 6962, 2.1.1: it leads from its leaf to the root; another bit of leaf or path, or another index, elsewhere."""
    index = data.draw(st.integers(0, size - 1))
    leaf, root, path = MANY[index], HEADS[size], inclusion_proof(WHOLE, index, size)
    assert root_from_path(leaf, index, size, path) == root
    assert root_from_path(_flipped(leaf, data.draw(st.integers(0, 255))), index, size, path) != root
    other = data.draw(st.integers(-1, size).filter(lambda i: i != index))
    assert root_from_path(leaf, other, size, path) != root
    assert root_from_path(leaf, index, size, [*path, bytes(32)]) is None
    if path:
        assert root_from_path(leaf, index, size, _with_one_bit_flipped(path, data)) != root
        assert root_from_path(leaf, index, size, path[:-1]) != root
        assert root_from_path(leaf, index, size, [path[0] + b"\x00", *path[1:]]) is None


def test_every_small_tree_is_consistent_with_its_beginnings() -> None:
    """RFC 9162, 2.1.4.2: the proof between any two of the first 40 trees verifies."""
    for second in range(41):
        for first in range(second + 1):
            proof = consistency_proof(WHOLE, first, second)
            assert consistent(first, second, HEADS[first], HEADS[second], proof), (first, second)


@given(sizes, sizes, st.data())
def test_no_other_trees_are_consistent(one: int, other: int, data: st.DataObject) -> None:
    """The proof is of these two roots, bit by bit, and of no third; nor does it verify backwards."""
    first, second = sorted((one, other))
    old, new, proof = HEADS[first], HEADS[second], consistency_proof(WHOLE, first, second)
    assert consistent(first, second, old, new, proof)
    bit = data.draw(st.integers(0, 255))
    assert not consistent(first, second, _flipped(old, bit), new, proof)
    assert not consistent(first, second, old, _flipped(new, bit), proof)
    assert not consistent(first, second, old, new, [*proof, bytes(32)])
    if proof:
        assert not consistent(first, second, old, new, _with_one_bit_flipped(proof, data))
        assert not consistent(first, second, old, new, proof[:-1])
        assert not consistent(first, second, old, new, [proof[0] + b"\x00", *proof[1:]])
        assert not consistent(second, first, new, old, proof)


@given(sizes, sizes, st.data())
def test_a_changed_history_has_no_consistency_proof(one: int, other: int, data: st.DataObject) -> None:
    """Whoever changed a leaf that was shown before cannot prove the new tree from the new leaves."""
    first, second = sorted((one, other))
    changed = data.draw(st.integers(0, first - 1))
    forged = [*MANY[:changed], _flipped(MANY[changed], 0), *MANY[changed + 1 : second]]
    proof = consistency_proof(_source(forged), first, second)
    assert consistent(first, second, tree_root(forged[:first]), tree_root(forged), proof)
    assert not consistent(first, second, HEADS[first], tree_root(forged), proof)


def test_no_byte_moves_from_one_hash_to_the_next() -> None:
    """A node hashes its children without a mark between them, so every hash must have its 32 bytes."""
    left, right, root = LEAVES[0] + LEAVES[1][:1], LEAVES[1][1:], tree_root(LEAVES[:2])
    assert node_hash(left, right) == root
    assert root_from_path(left, 0, 2, [right]) is None
    assert not consistent(1, 2, left, root, [right])


def test_the_empty_tree_begins_every_tree() -> None:
    """There is nothing to prove, and no other root of nothing."""
    assert consistency_proof(WHOLE, 0, 7) == consistency_proof(WHOLE, 7, 7) == []
    assert consistent(0, 7, EMPTY_ROOT, HEADS[7], [])
    assert consistent(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert not consistent(0, 7, HEADS[7], HEADS[7], [])
    assert not consistent(0, 0, HEADS[7], HEADS[7], [])
    assert not consistent(0, 7, EMPTY_ROOT, HEADS[7], [HEADS[7]])
    assert not consistent(-1, 7, EMPTY_ROOT, HEADS[7], [])


class _TwoLevels:
    """A log of which the subtrees from level WINDOW on are kept, and the leaves are read in runs of 2**WINDOW."""

    def __init__(self, leaves: list[bytes]) -> None:
        self._leaves = leaves
        self._kept = perfect_subtrees(leaves)[WINDOW:]
        self.runs: dict[int, list[list[bytes]]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        if level >= WINDOW:
            return self._kept[level - WINDOW][index]
        first = (index << level >> WINDOW) << WINDOW
        if first not in self.runs:
            self.runs[first] = perfect_subtrees(self._leaves[first : first + (1 << WINDOW)])
        return self.runs[first][level][index - (first >> level)]


@given(sizes, sizes, st.data())
def test_two_runs_of_leaves_are_enough_for_a_proof(one: int, other: int, data: st.DataObject) -> None:
    """With the upper subtrees kept, proofs are those of the full list and read two runs of leaves at most."""
    first, second = sorted((one, other))
    index = data.draw(st.integers(0, second - 1))
    included, continued, whole = (_TwoLevels(MANY[:second]) for _ in range(3))
    assert inclusion_proof(included, index, second) == inclusion_proof(WHOLE, index, second)
    assert consistency_proof(continued, first, second) == consistency_proof(WHOLE, first, second)
    assert root_of(whole, second) == HEADS[second]
    assert max(len(included.runs), len(continued.runs)) <= 2
    assert len(whole.runs) <= 1


def test_a_run_of_leaves_has_its_complete_subtrees_only() -> None:
    """What does not fill a subtree is left out of its level; no leaves have no subtrees."""
    assert perfect_subtrees([]) == [[]]
    assert perfect_subtrees(LEAVES[:1]) == [LEAVES[:1]]
    assert [len(level) for level in perfect_subtrees(LEAVES[:7])] == [7, 3, 1]
    assert perfect_subtrees(LEAVES)[-1] == [bytes.fromhex(ROOTS[7])]


def test_no_part_of_a_tree_is_hashed_or_proved_beyond_it() -> None:
    """A leaf outside, a tree that would shrink and a range that no subtree begins are refused."""
    assert root_of(WHOLE, 0) == range_hash(WHOLE, 5, 5) == EMPTY_ROOT
    for index, size in ((0, 0), (3, 3), (-1, 3)):
        with pytest.raises(ValueError, match="leaf"):
            inclusion_proof(WHOLE, index, size)
    for first, second in ((4, 3), (-1, 3)):
        with pytest.raises(ValueError, match="begin"):
            consistency_proof(WHOLE, first, second)
    for begin, end in ((1, 3), (2, 6), (4, 3), (-1, 0)):
        with pytest.raises(ValueError, match="no part"):
            range_hash(WHOLE, begin, end)
    assert range_hash(WHOLE, 4, 7) == _by_the_book(MANY[4:7])
