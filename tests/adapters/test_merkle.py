"""The tree is RFC 6962's."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.merkle import (
    EMPTY_ROOT,
    Frontier,
    attest,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_from_path,
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


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_roots_come_out(size: int) -> None:
    """The reference vectors of Certificate Transparency, tree by tree."""
    assert tree_root(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_an_empty_tree_has_the_root_of_nothing() -> None:
    """SHA-256 of the empty string."""
    assert tree_root([]) == EMPTY_ROOT == sha256(b"").digest()


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


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40, unique=True), st.data())
def test_a_path_proves_its_leaf_and_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    """An audit path leads from its leaf to the root, from another leaf or index elsewhere."""
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = inclusion_path(leaves, index)
    assert root_from_path(leaves[index], index, len(leaves), path) == tree_root(leaves)
    assert root_from_path(sha256(leaves[index]).digest(), index, len(leaves), path) != tree_root(leaves)
    assert root_from_path(leaves[index], len(leaves), len(leaves), path) is None
    assert root_from_path(leaves[index], index, len(leaves), [*path, bytes(32)]) is None


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
