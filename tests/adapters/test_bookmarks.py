"""Kept moments: for their account alone, sealed, in a store of the version before as well."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from adapters.bookmarks import BOOKMARKS_MAX
from adapters.sealed_store import bookmarks
from domain.model import Refused
from infra.migrations import REVISIONS
from tests.adapters.whole_nodes import Node, node

__all__ = ["node"]

FIRE, AT = "7c0f3a1e-0000-4000-8000-000000000001", "2026-11-20T14:10:00"


def test_kept_moments_come_back_in_their_order(node: Node) -> None:
    """In another process too; the same moment again has the new note."""
    kept = node.services.bookmarks
    kept.keep("li", FIRE, "2026-11-20T15:40:00", 70, "上报")
    first = kept.keep("li", FIRE, AT, 60, "起火")
    assert kept.keep("li", FIRE, AT, 60, "配电间起火") == first

    found = node.again().bookmarks.of("li", FIRE)
    assert [(one.at[11:16], one.known, one.note) for one in found] == [
        ("14:10", 60, "配电间起火"),
        ("15:40", 70, "上报"),
    ]


def test_nobody_reads_or_removes_the_moment_of_another(node: Node) -> None:
    """Not by its number either; its own account does, once."""
    kept = node.services.bookmarks
    its = kept.keep("li", FIRE, AT, 60, "起火")

    assert list(kept.of("wang", FIRE)) == []
    assert not kept.remove("wang", its)
    assert kept.remove("li", its)
    assert not kept.remove("li", its)
    assert list(kept.of("li", FIRE)) == []


def test_a_note_lies_sealed(node: Node) -> None:
    """A copy of the store tells nothing of it."""
    node.services.bookmarks.keep("li", FIRE, AT, 60, "起火时值班不足")

    rows = node.services.beside.rows(select(bookmarks.c.note))
    assert all("值班".encode() not in bytes(row["note"]) for row in rows)


def test_an_account_keeps_so_many_moments_of_one_thing(node: Node) -> None:
    """The next is refused; another thing and a moment that is kept already are not."""
    kept = node.services.bookmarks
    for known in range(BOOKMARKS_MAX):
        kept.keep("li", FIRE, AT, known, "")

    with pytest.raises(Refused, match=r"bookmark\.too_many"):
        kept.keep("li", FIRE, AT, BOOKMARKS_MAX, "")
    kept.keep("li", FIRE, AT, 0, "仍可改")
    kept.keep("li", FIRE[:-1] + "2", AT, 0, "")


def test_a_store_of_the_version_before_gets_the_table(node: Node) -> None:
    """It had drafts and files and no moments."""
    node.services.drafts.save("li", "stay.admit", "/enter/stay.admit", {"command_id": "c-1"})
    with node.services.beside.writing() as connection:
        connection.execute(text("DROP TABLE bookmarks"))
        connection.execute(text(f"DROP TABLE {REVISIONS}"))  # it kept no revisions either
    later = node.again()

    assert list(later.bookmarks.of("li", FIRE)) == []
    later.bookmarks.keep("li", FIRE, AT, 60, "起火")
    assert [one.note for one in later.bookmarks.of("li", FIRE)] == ["起火"]
    assert [draft.command for draft in later.drafts.of("li")] == ["stay.admit"]
