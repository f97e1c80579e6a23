"""Files that belong to entries: kept under their digest, sealed, given back byte by byte, swept when nobody names them."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select, update

from adapters.evidence import SENT_MAX
from adapters.sealed_store import files
from domain.log import LogUnavailable
from domain.model import Refused
from tests.adapters.photographs import PDF, photo
from tests.adapters.whole_nodes import Node, node

__all__ = ["node"]


def test_what_is_given_back_is_what_the_digest_says(node: Node) -> None:
    """Byte by byte, in this process and in another; a photo has a small picture, a scan has none."""
    evidence = node.services.evidence
    for sent in (photo(), PDF):
        kept = evidence.take(sent, "li")
        content = evidence.content(kept.digest)

        assert content is not None
        assert hashlib.sha256(content).hexdigest() == kept.digest
        assert len(content) == kept.size
        assert evidence.about([kept.digest, "0" * 64]) == {kept.digest: kept}
        assert (evidence.content(kept.digest, thumbnail=True) is None) == (sent is PDF)
        assert node.again().evidence.content(kept.digest) == content
    assert evidence.content("0" * 64) is None


def test_nothing_of_a_file_lies_open_on_the_disk(node: Node) -> None:
    """Neither the store beside the log nor the vault holds a byte sequence of it, and neither alone opens it."""
    kept = node.services.evidence.take(PDF, "li")
    store = node.services.beside
    row = store.rows(select(files.c.content))[0]

    assert PDF[:20] not in bytes(row["content"])
    for path in node.where["data"].rglob("*") if node.where["data"] else ():
        assert not path.is_file() or PDF[9:40] not in path.read_bytes()
    assert node.services.evidence.content(kept.digest) == PDF


def test_a_file_that_was_exchanged_in_the_store_is_told(node: Node) -> None:
    """Sealed bytes of one file do not open in the place of another."""
    evidence = node.services.evidence
    one, other = evidence.take(photo(), "li"), evidence.take(PDF, "li")
    store = node.services.beside
    sealed = store.rows(select(files.c.content).where(files.c.digest == other.digest))[0]["content"]
    with store.writing() as connection:
        connection.execute(update(files).where(files.c.digest == one.digest).values(content=sealed))

    with pytest.raises(LogUnavailable):
        evidence.content(one.digest)


def test_the_same_file_is_kept_once_and_remembers_all_who_sent_it(node: Node) -> None:
    """Sent again, by whomever, it is the same digest."""
    evidence = node.services.evidence
    first, second = evidence.take(photo(), "li"), evidence.take(photo(), "wang")

    assert first == second
    assert [evidence.sent_by(first.digest, login) for login in ("li", "wang", "zhao")] == [True, True, False]


def test_sweeping_takes_what_nobody_names_and_nothing_else(node: Node) -> None:
    """A file that an event names stays for ever; of two that none names, the one that was kept longer stays on."""
    evidence = node.services.evidence
    named, unnamed, drafted = (evidence.take(photo(width), "li") for width in (100, 110, 120))
    node.hazard(named.digest)
    evidence.keep([drafted.digest], node.clock.now().replace(month=7))
    node.clock.move(hours=23)
    assert evidence.sweep() == 0

    node.clock.move(hours=2)
    assert evidence.sweep() == 1
    assert evidence.about([named.digest, unnamed.digest, drafted.digest]).keys() == {named.digest, drafted.digest}
    assert evidence.content(unnamed.digest) is None
    assert not evidence.sent_by(unnamed.digest, "li")
    node.clock.move(days=40)
    assert evidence.sweep() == 1
    assert evidence.content(named.digest) is not None


def test_a_withdrawn_entry_keeps_its_files(node: Node) -> None:
    """What is out of force is still in the log, and its evidence with it."""
    evidence = node.services.evidence
    kept = evidence.take(photo(), "li")
    stream = node.hazard(kept.digest)
    node.record("entry.withdraw", stream=stream, version=1, reason="重复登记")
    node.clock.move(days=2)

    assert evidence.sweep() == 0
    assert evidence.content(kept.digest) is not None


def test_a_swept_file_can_be_sent_again(node: Node) -> None:
    """Sweeping destroys no key: who chooses the same photo later is not refused."""
    evidence = node.services.evidence
    kept = evidence.take(photo(), "li")
    node.clock.move(days=2)
    evidence.sweep()

    assert evidence.take(photo(), "li") == kept
    assert evidence.content(kept.digest) is not None


def test_a_form_that_is_sent_on_keeps_its_files_another_day(node: Node) -> None:
    """Somebody who goes on filling in a form for days loses none of what was chosen."""
    evidence = node.services.evidence
    kept = evidence.take(photo(), "li")
    for _ in range(3):
        node.clock.move(hours=20)
        evidence.keep([kept.digest])
        evidence.sweep()

    assert evidence.content(kept.digest) is not None


def test_an_erased_file_is_gone_for_good_and_the_entry_stays(node: Node) -> None:
    """Its key is destroyed: nothing opens it, it is not taken again, and the event still says its digest."""
    evidence = node.services.evidence
    kept, other = evidence.take(photo(), "li"), evidence.take(PDF, "li")
    stream = node.hazard(kept.digest)

    assert evidence.erase(kept.digest)
    assert evidence.content(kept.digest) is None
    with pytest.raises(Refused, match=r"evidence\.erased"):
        evidence.take(photo(), "li")
    assert evidence.content(other.digest) == PDF
    assert node.services.log.stream(stream)[0].photos == (kept.digest,)


def test_nobody_fills_the_disk(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account sends so many files a day and no more; others are not hindered, and the next day it may again."""
    monkeypatch.setattr("adapters.evidence.SENT_MAX", 3)
    evidence = node.services.evidence
    for width in (10, 20, 30):
        evidence.take(photo(width), "li")

    with pytest.raises(Refused, match=r"evidence\.too_many"):
        evidence.take(photo(40), "li")
    evidence.take(photo(40), "wang")
    node.clock.move(days=1, minutes=1)
    evidence.take(photo(40), "li")
    assert SENT_MAX > 6 * 30, "a day of inspections fits"


def test_the_log_finds_the_events_of_a_file(node: Node) -> None:
    """By the list of what events name, also after a correction took the file out."""
    kept = node.services.evidence.take(photo(), "li")
    stream = node.hazard(kept.digest)
    node.record("entry.correct", stream=stream, version=1, args={"photos": []}, reason="照片放错")

    assert node.services.log.mentions(kept.digest) == [(stream, 1)]
    assert node.services.log.mentions("0" * 64) == []
