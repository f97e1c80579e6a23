"""Drafts: whatever state a form is in, it is kept as it is, for its account alone, until it is recorded or too old."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from adapters.drafts import DRAFTS_MAX, KEPT_FOR
from adapters.sealed_store import drafts
from domain.model import Refused
from tests.adapters.whole_nodes import Node, node

__all__ = ["node"]

FORM = ("stay.admit", "/enter/stay.admit")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@given(texts=st.dictionaries(TEXT, TEXT, max_size=20))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_draft_gives_back_every_text_as_it_was(node: Node, texts: dict[str, str]) -> None:
    """Whatever stood in the form, in this process and in another."""
    its = node.services.drafts.save("li", *FORM, {**texts, "command_id": "c-1"})

    assert node.services.drafts.read("li", its.id).texts == {**texts, "command_id": "c-1"}
    found = node.again().drafts.read("li", its.id)
    assert (found.texts, found.command, found.path) == ({**texts, "command_id": "c-1"}, *FORM)


def test_one_form_is_one_draft(node: Node) -> None:
    """Saved again, it takes its own place; the newest stands first."""
    kept = node.services.drafts
    first = kept.save("li", *FORM, {"command_id": "c-1", "bed": "1"})
    kept.save("li", *FORM, {"command_id": "c-2"})
    node.clock.move(minutes=1)
    again = kept.save("li", *FORM, {"command_id": "c-1", "bed": "2"})

    assert first.id == again.id
    assert [draft.texts.get("bed") for draft in kept.of("li")] == ["2", None]


def test_nobody_reads_or_discards_the_draft_of_another(node: Node) -> None:
    """Not by its number either."""
    kept = node.services.drafts
    its = kept.save("li", *FORM, {"command_id": "c-1"}).id

    assert kept.of("wang") == []
    assert kept.read("wang", its) is None
    assert not kept.discard("wang", its)
    kept.recorded("wang", "c-1")
    assert kept.read("li", its) is not None


def test_a_draft_goes_when_it_is_recorded_discarded_or_too_old(node: Node) -> None:
    """And not before: on the thirtieth day it is still there."""
    kept = node.services.drafts
    one, two, three = (kept.save("li", *FORM, {"command_id": name}).id for name in ("c-1", "c-2", "c-3"))
    kept.recorded("li", "c-1")
    assert kept.discard("li", two)
    assert not kept.discard("li", two)

    assert [draft.id for draft in kept.of("li")] == [three]
    node.clock.move(seconds=KEPT_FOR.total_seconds() - 1)
    assert kept.read("li", three).until > node.clock.now()
    node.clock.move(seconds=2)
    assert kept.of("li") == []
    kept.save("li", *FORM, {"command_id": "c-4"})
    store = node.services.beside
    assert len(store.rows(select(drafts.c.id))) == 1, f"the old ones are removed with the next, {one} too"


def test_an_account_has_at_most_fifty_drafts(node: Node) -> None:
    """The next is refused with what to do; one that is there already can be saved on."""
    kept = node.services.drafts
    for number in range(DRAFTS_MAX):
        kept.save("li", *FORM, {"command_id": f"c-{number}"})

    with pytest.raises(Refused, match=r"draft\.too_many"):
        kept.save("li", *FORM, {"command_id": "one more"})
    kept.save("li", *FORM, {"command_id": "c-7", "bed": "7"})
    kept.save("wang", *FORM, {"command_id": "one more"})
    assert len(kept.of("li")) == DRAFTS_MAX


def test_a_draft_is_found_by_the_form_that_it_is_of(node: Node) -> None:
    """By the id of its command, and for its own account only."""
    its = node.services.drafts.save("li", *FORM, {"command_id": "c-1", "bed": "7"})

    assert node.services.drafts.begun("li", "c-1") == its
    assert node.services.drafts.begun("li", "c-2") is None
    assert node.services.drafts.begun("wang", "c-1") is None


def test_the_words_of_a_draft_lie_sealed(node: Node) -> None:
    """What was typed may be private: the store holds nothing that can be read without the vault."""
    node.services.drafts.save("li", *FORM, {"command_id": "c-1", "contact": "张三的女儿"})
    store = node.services.beside
    row = store.rows(select(drafts))[0]

    assert "张三".encode() not in bytes(row["texts"])
    assert "张三" not in repr(dict(row))


def test_a_node_of_the_release_before_gets_its_store_with_the_first_draft(node: Node) -> None:
    """Where log and vault lie already and nothing beside them, nothing is found, and asking makes nothing."""
    node.record("person.register", name="张建国", document_kind="none", sex="male")
    kept = node.again()
    assert (kept.drafts.of("li"), kept.evidence.about(["0" * 64]), kept.evidence.sweep()) == ([], {}, 0)
    assert not kept.drafts.discard("li", "0" * 32)
    if node.where["data"]:
        assert not (node.where["data"] / "sealed.sqlite3").exists()
    its = kept.drafts.save("li", *FORM, {"command_id": "c-1"})

    assert node.again().drafts.of("li") == [its]
    if node.where["data"]:
        assert (node.where["data"] / "sealed.sqlite3").stat().st_mode & 0o777 == 0o600
