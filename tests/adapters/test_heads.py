"""Signed heads: what was signed can be proved for ever, and a log that does not continue it is noticed."""

from __future__ import annotations

import itertools
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest

from adapters.event_store import EventLog, open_log
from adapters.event_store_batch import HeadRow
from adapters.heads import BLOCK, Heads, Rewritten
from adapters.merkle import consistent, leaf_hash, root_from_path, tree_root
from adapters.node_keys import NodeKeys
from adapters.notes import Checkpoint, Note, Verifier
from adapters.vault_store import VaultStore, open_vault
from tests.adapters.vault_stores import Hand
from tests.contracts.event_store_trial import decided
from tests.places import ready
from tests.services import database_url, postgres_server

__all__ = ["database_url", "postgres_server"]


@dataclass
class Signed:
    """A log, its vault, a clock, and what signs."""

    where: dict[str, Any]
    clock: Hand
    log: EventLog
    store: VaultStore

    @property
    def heads(self) -> Heads:
        """What signs and proves."""
        return Heads(self.log, NodeKeys(self.store, self.log.node), self.clock)

    def append(self, how_many: int) -> None:
        """Record so many events."""
        for begun in range(0, how_many, 500):
            self.log.append([decided(title="a") for _ in range(min(500, how_many - begun))])

    def attack(self, statement: str) -> None:
        """Change what nobody may change, as somebody who holds the database."""
        if self.where["database_url"]:
            with psycopg.connect(self.where["database_url"], autocommit=True) as connection:
                connection.execute("SET session_replication_role = replica")
                connection.execute(statement.format(log="log."))
            return
        with closing(sqlite3.connect(self.where["data"] / "log.sqlite3")) as connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute(statement.format(log=""))
            connection.commit()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def signed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Signed]:
    """A log that nobody has written to, on either engine."""
    where: dict[str, Any] = {"data": tmp_path / "var", "database_url": None}
    if request.param == "postgres":
        where = {"data": None, "database_url": request.getfixturevalue("database_url")}
        with psycopg.connect(where["database_url"], autocommit=True) as connection:
            connection.execute("SET client_min_messages = error")
            connection.execute("DROP SCHEMA IF EXISTS log CASCADE; DROP SCHEMA IF EXISTS vault CASCADE")
    log = open_log(**where, node="县 1", ready=ready("log", **where))
    store = open_vault(**where, ready=ready("vault", **where))
    yield Signed(where, Hand(), log, store)
    log.close()
    store.close()


def test_an_empty_log_has_no_head_to_sign(signed: Signed) -> None:
    """Neither a head nor a proof, and asking makes no log."""
    assert (signed.heads.sign(), signed.heads.newest(), signed.heads.page(), signed.heads.proof(1)) == (
        None,
        None,
        [],
        None,
    )


def test_a_signed_head_is_the_root_of_what_was_recorded(signed: Signed) -> None:
    """Its note is signed by the node's key and says size, root and moment; signing again without news signs nothing."""
    signed.append(3)
    head = signed.heads.sign()
    signed.clock.move(minutes=1)
    again = signed.heads.sign()

    assert head is not None
    assert again == head
    leaves = [leaf for _, leaf in signed.log.leaves(0, 10)]
    note, key = Note.parse(head.note), Verifier.parse(signed.heads.verifier_key)
    assert (head.size, head.root) == (3, tree_root(leaves))
    assert Checkpoint.parse(note.body) == Checkpoint(key.name, 3, head.root, signed.clock.moment.replace(minute=0))
    assert key.verify(note.body, note.lines[0])


def test_every_position_is_proved_below_the_newest_head(signed: Signed) -> None:
    """Over several blocks and a rest: path and leaf lead to the signed root, and the leaf to the digests that it names."""
    signed.append(2 * BLOCK + 500)
    signed.append(500)
    signed.heads.sign()
    signed.append(1)
    chance = random.Random(7)
    for position in (1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 1000, *chance.sample(range(2, 3000), 20)):
        proof = signed.heads.proof(position)
        assert proof is not None
        size, root = proof.head.size, proof.head.root
        assert root_from_path(proof.leaf, position - 1, size, proof.path) == root
        assert leaf_hash(position, proof.recorded_at, proof.public_sha256 + proof.sealed_sha256) == proof.leaf
        assert root_from_path(proof.leaf, position, size, proof.path) != root, "control: it is of this position only"
    assert signed.heads.proof(2 * BLOCK + 1001) is None, "what no signed head covers yet has no proof"


def test_each_head_continues_the_one_before(signed: Signed) -> None:
    """A consistency proof between any two signed heads verifies; with a root of another log it does not."""
    for how_many in (1, 500, 1000, 500, 1000):
        signed.append(how_many)
        signed.heads.sign()
        signed.clock.move(minutes=1)
    page = signed.heads.page()
    for earlier, later in itertools.pairwise(page):
        proof = signed.heads.consistency(earlier.size, later.size)
        assert consistent(earlier.size, later.size, earlier.root, later.root, proof)
        assert not consistent(earlier.size, later.size, later.root, later.root, proof)
    assert [head.size for head in signed.heads.page(after=page[1].size, limit=2)] == [page[2].size, page[3].size]


REWRITES = {
    "a text": "UPDATE {log}events SET leaf = (SELECT e.leaf FROM {log}events e WHERE e.position = 8) WHERE position = 7",
    "a signed root": "UPDATE {log}signed_heads SET root = (SELECT leaf FROM {log}events WHERE position = 1)",
}


@pytest.mark.parametrize("what", sorted(REWRITES))
def test_a_log_that_does_not_continue_what_was_signed_is_not_signed_again(signed: Signed, what: str) -> None:
    """The signer stops with an alarm instead of putting its name to another history."""
    signed.append(20)
    signed.heads.sign()
    signed.append(1)
    signed.attack(REWRITES[what])

    with pytest.raises(Rewritten, match="rewritten"):
        signed.heads.sign()
    assert signed.heads.page()[-1].size == 20


def test_verification_looks_at_the_signatures(signed: Signed, tmp_path: Path) -> None:
    """It says when the newest head was signed, and does not take the signature of another key for the node's."""
    signed.append(5)
    signed.heads.sign()
    signed.append(5)
    before = signed.clock.moment
    signed.clock.move(hours=1)
    signed.heads.sign()
    elsewhere = open_vault(data=tmp_path / "elsewhere", ready=ready("vault", tmp_path / "elsewhere"))
    stranger = NodeKeys(elsewhere, signed.log.node)

    assert signed.heads.verify().signed_at == signed.clock.moment != before
    verdict = signed.heads.verify(key=stranger.log.verifier_key)
    assert (verdict.ok, verdict.kind, verdict.first_bad_position) == (False, "signature", 1)
    elsewhere.close()


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE {log}signed_heads SET signed_at = signed_at + 1000000 WHERE size = 10", "signature"),
        ("UPDATE {log}signed_heads SET note = replace(note, 'time 2024', 'time 2023') WHERE size = 10", "signature"),
        (
            "UPDATE {log}signed_heads SET root = (SELECT leaf FROM {log}events WHERE position = 1) WHERE size = 10",
            "signed",
        ),
        ("UPDATE {log}signed_heads SET size = 11 WHERE size = 10", "position"),
    ],
)
def test_a_head_that_was_tampered_with_is_named(signed: Signed, statement: str, kind: str) -> None:
    """Its moment, its note, its root, its size: each is found, between the sound head before it and itself."""
    for _ in range(2):
        signed.append(5)
        signed.heads.sign()
    assert signed.heads.verify().ok, "control"
    signed.attack(statement)
    verdict = signed.heads.verify()

    assert (verdict.ok, verdict.kind) == (False, kind)
    assert verdict.first_bad_position in {6, 11}


def test_nobody_changes_or_deletes_a_signed_head(signed: Signed) -> None:
    """The database itself refuses, as for events."""
    signed.append(5)
    signed.heads.sign()
    for statement in ("UPDATE {}signed_heads SET size = 1", "DELETE FROM {}signed_heads"):
        with pytest.raises(Exception, match="append-only"):
            execute(signed.where, statement)


def execute(where: dict[str, Any], statement: str) -> None:
    """Run a statement as the program would."""
    if where["database_url"]:
        with psycopg.connect(where["database_url"], autocommit=True) as connection:
            connection.execute(statement.format("log."))
        return
    with closing(sqlite3.connect(where["data"] / "log.sqlite3")) as connection:
        connection.execute(statement.format(""))


def signed_meanwhile(signed: Signed, patch: pytest.MonkeyPatch, read: str, *, behind: bool) -> list[int]:
    """From now on the first `read` of a recorder has three more entries come and be signed, behind it or before it; how many came."""
    with signed.log.reading() as recorder:
        kind = type(recorder)
    plain, came = getattr(kind, read), list[int]()

    def come() -> None:
        if not came:
            came.append(3)
            signed.append(3)
            signed.heads.sign()

    def reading(self: Any) -> Any:
        if not behind:
            come()
        row = plain(self)
        come()
        return row

    patch.setattr(kind, read, reading)
    return came


def test_a_head_that_another_signs_meanwhile_is_no_rewritten_history(
    signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the reads of one signer entries come and another signs them: the first goes on without an alarm."""
    signed.append(5)
    signed.heads.sign()
    came = signed_meanwhile(signed, monkeypatch, "head_row", behind=True)
    head = signed.heads.sign()

    assert came
    assert head is not None
    assert head.size == signed.log.head().position == 8


def test_entries_signed_while_the_log_is_verified_are_not_missing(
    signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the reads of a verification entries come and are signed: they are left for the next time."""
    signed.append(5)
    signed.heads.sign()
    came = signed_meanwhile(signed, monkeypatch, "signed_roots", behind=False)
    verdict = signed.heads.verify()

    assert came
    assert verdict.ok, verdict
    assert signed.heads.verify().events == 8


def test_a_log_that_was_emptied_behind_a_signed_head_is_not_signed(
    signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks like a new one, but for the head. Control: a log that never held anything is no alarm."""
    assert signed.heads.sign() is None
    signed.append(5)
    signed.heads.sign()
    with signed.log.reading() as recorder:
        monkeypatch.setattr(type(recorder), "head_row", lambda _self: HeadRow(0, 0, b""))

    with pytest.raises(Rewritten):
        signed.heads.sign()


def test_two_signers_at_once_sign_one_history(signed: Signed) -> None:
    """Two that sign while entries come: every head continues the one before, and verification finds nothing."""
    signed.append(1)
    others = [signed.heads, signed.heads]
    end, failed = time.monotonic() + 2, []

    def sign(heads: Heads) -> None:
        try:
            while time.monotonic() < end:
                heads.sign()
        except BaseException as error:  # noqa: BLE001  told by the test
            failed.append(error)

    threads = [Thread(target=sign, args=(one,)) for one in others]
    for thread in threads:
        thread.start()
    while time.monotonic() < end:
        signed.append(7)
    for thread in threads:
        thread.join()

    assert failed == []
    signed.heads.sign()
    assert signed.heads.verify(deep=True).ok
    assert len(signed.heads.page()) > 3
