"""By what people are known and found: documents, pseudonyms, keyed tokens of names."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.search_tokens import normalised_name
from adapters.vault_store import VaultStore, keys, open_vault, tokens
from domain.model import Refused
from tests.adapters.vault_stores import AT, CARD, MANY, Opener, vault_on
from tests.places import ready

# -- names -------------------------------------------------------------------------------------------------


def test_a_document_leads_to_one_person_however_it_is_written(opener: Opener) -> None:
    """Width, case, spaces and hyphens do not matter; the kind of document does."""
    vault = vault_on(opener())
    stream = vault.person_stream(CARD, "11010119900101123X")
    vault.flush()

    written = (
        "11010119900101123x",
        " 110101 19900101 123X ",
        "１１０１０１１９９００１０１１２３Ｘ",
        "110101-19900101-123X",
    )
    assert {vault_on(opener()).person_stream(CARD, number) for number in written} == {stream}
    assert vault.person_stream("passport", "11010119900101123X") != stream
    assert str(uuid.UUID(stream)) == stream


def test_a_blank_number_is_nobody(store: VaultStore) -> None:
    """Two persons with nothing but hyphens for a number are not one person."""
    with pytest.raises(Refused) as caught:
        vault_on(store).person_stream("passport", " - ")

    assert caught.value.field == "document_number"


def test_a_pseudonym_follows_the_document_or_else_the_record(store: VaultStore) -> None:
    """Two records of one document count as one person; without a document each record is one."""
    vault = vault_on(store)
    one = vault.pseudonym(CARD, "11010119900101123X", "s-1")

    assert one == vault.pseudonym(CARD, "11010119900101123x", "s-2")
    assert (
        vault.pseudonym("none", None, "s-1")
        == vault.pseudonym("none", "", "s-1")
        != vault.pseudonym("none", None, "s-2")
    )
    assert len(one) == 26
    assert one not in (vault.person_stream(CARD, "11010119900101123X"), "s-1")


def test_nodes_name_the_same_person_differently(opener: Opener, tmp_path: Path) -> None:
    """Secrets are drawn, so a list of all document numbers tells nothing without the vault."""
    here, there = (
        vault_on(opener()),
        vault_on(open_vault(data=tmp_path / "elsewhere", ready=ready("vault", tmp_path / "elsewhere"))),
    )

    assert here.person_stream(CARD, "11010119900101123X") != there.person_stream(CARD, "11010119900101123X")
    assert here.digest(b"content") != there.digest(b"content")


@MANY
@given(first=st.binary(max_size=40), second=st.binary(max_size=40))
def test_a_digest_tells_equal_contents_apart_from_different_ones(
    store: VaultStore, first: bytes, second: bytes
) -> None:
    """Equal contents have equal digests, different ones different."""
    vault = vault_on(store)
    digests = vault.digest(first), vault.digest(second)
    vault.flush()

    assert (digests[0] == digests[1]) == (first == second)


# -- search ------------------------------------------------------------------------------------------------


@MANY
@given(name=st.text("张王李小明阿卜杜拉·Ann ", min_size=1, max_size=12), data=st.data())
def test_any_part_of_a_name_finds_its_bearer(store: VaultStore, name: str, data: st.DataObject) -> None:
    """Whatever contiguous part of a name is asked for, the person is among those found."""
    vault, person = vault_on(store), uuid.uuid4().hex
    vault.remember(person, name, None)
    vault.flush()
    start = data.draw(st.integers(0, len(name) - 1))
    part = name[start : data.draw(st.integers(start + 1, len(name)))]

    assert (person in vault.find(part)) == bool(normalised_name(part))


def test_a_search_finds_those_who_bear_it_and_nobody_else(store: VaultStore) -> None:
    """By part of the name, by whole number, by its last four characters."""
    vault = vault_on(store)
    vault.remember("p-1", "阿卜杜拉·买买提", "11010119900101123X")
    vault.remember("p-2", "张三丰", "330102198505054321")
    vault.remember("p-3", "张三", None)
    vault.flush()
    asked = {
        part: vault.find(part)
        for part in (
            "张",
            "三丰",
            "丰三",
            "张三丰人",
            "阿卜杜拉买",
            "拉 买买",
            "123x",
            "11010119900101123x",
            "4321",
            "321",
            "",
            " · ",
        )
    }

    assert asked == {
        "张": {"p-2", "p-3"},
        "三丰": {"p-2"},
        "丰三": set(),
        "张三丰人": set(),
        "阿卜杜拉买": {"p-1"},
        "拉 买买": {"p-1"},
        "123x": {"p-1"},
        "11010119900101123x": {"p-1"},
        "4321": {"p-2"},
        "321": set(),
        "": set(),
        " · ": set(),
    }


def test_a_very_long_name_is_found_as_a_whole_and_by_its_beginning(store: VaultStore) -> None:
    """What is kept of a name is bounded, and so is what a long question asks."""
    vault, name = vault_on(store), "".join(chr(0x4E00 + n) for n in range(20_000))
    vault.remember("p-1", name, None)
    vault.flush()

    assert vault.find(name) == vault.find(name[:30]) == vault.find(name[20:24]) == {"p-1"}
    assert len(store.rows(tokens.select())) < 400


def test_destroying_a_person_ends_every_search_for_them(store: VaultStore) -> None:
    """Tokens go with the key; namesakes are still found."""
    vault = vault_on(store)
    vault.remember("p-1", "张三丰", "11010119900101123X")
    vault.remember("p-2", "张三丰", None)
    vault.flush()
    vault.destroy("p-1")

    assert vault.find("张三") == {"p-2"}
    assert vault.find("123X") == set()
    assert {row["person"] for row in store.rows(tokens.select())} == {"p-2"}


def test_a_forgotten_name_finds_nobody_and_what_is_remembered_after_it_does(opener: Opener) -> None:
    """In the order in which it was said, before and after a flush; namesakes are still found, and sealed values open."""
    vault = vault_on(opener())
    sealed = vault.seal("p-1", AT, "张三丰")
    vault.remember("p-1", "张三丰", "11010119900101123X")
    vault.remember("p-2", "张三丰", None)
    vault.forget("p-1")
    vault.remember("p-1", "李三丰", "11010119900101123X")
    vault.flush()
    assert (vault.find("张"), vault.find("三丰"), vault.find("123X")) == ({"p-2"}, {"p-1", "p-2"}, {"p-1"})
    vault.remember("p-1", "王三丰", None)
    vault.forget("p-1")
    vault.flush()

    assert (vault.find("李"), vault.find("王"), vault.find("123X")) == (set(), set(), set())
    assert vault.find("三丰") == vault_on(opener()).find("三丰") == {"p-2"}
    assert vault.open(sealed) == "张三丰"


def test_the_vault_holds_no_name_and_no_number(store: VaultStore) -> None:
    """Whoever steals the vault alone reads nobody's name in it."""
    vault = vault_on(store)
    vault.remember("p-1", "张三丰", "11010119900101123X")
    vault.flush()
    dump = repr([*map(dict, store.rows(tokens.select())), *map(dict, store.rows(keys.select()))])

    assert "张" not in dump
    assert "123X" not in dump
    assert repr("张".encode())[2:-1] not in dump
