"""The vault of keys, on SQLite and PostgreSQL: what it seals, whom it finds, what it forgets."""

from __future__ import annotations

import sqlite3
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from adapters.search_tokens import normalised_name
from adapters.vault import KeyVault
from adapters.vault_store import VaultStore, keys, open_vault, tokens
from domain.log import Conflict, LogUnavailable
from domain.model import Refused
from tests.adapters.vault_stores import Hand, Opener, database_url, opener, postgres_server, store

__all__ = ["database_url", "opener", "postgres_server", "store"]

AT = ("person.registered", "p-1", 1, "name")
CARD = "resident_identity_card"
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


class Timer:
    """Seconds that the test lets pass."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def vault_on(store: VaultStore, **options: object) -> KeyVault:
    """A vault as one process has it."""
    return KeyVault(store, Hand(), **options)


# -- sealing -----------------------------------------------------------------------------------------------


def test_a_sealed_value_opens_in_another_process(opener: Opener) -> None:
    """What was sealed and flushed opens wherever the store is opened."""
    vault = vault_on(opener())
    sealed = vault.seal("p-1", AT, "张三丰")
    vault.flush()

    assert (sealed.subject, sealed.at) == ("p-1", AT)
    assert "张" not in sealed.sealed
    assert vault_on(opener()).open(sealed) == "张三丰"


@MANY
@given(said=TEXT)
def test_any_text_comes_back_as_it_was(store: VaultStore, said: str) -> None:
    """Sealing and opening changes no character, and no two sealed values are alike."""
    vault = vault_on(store)
    first, second = vault.seal("p-1", AT, said), vault.seal("p-1", AT, said)
    vault.flush()

    assert vault.open(first) == vault.open(second) == said
    assert first.sealed != second.sealed


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("x", "p-1", 1, "name"),
        ("person.registered", "x", 1, "name"),
        ("person.registered", "p-1", 2, "name"),
        ("person.registered", "p-1", 1, "x"),
    ],
)
def test_a_value_moved_to_another_place_does_not_open(store: VaultStore, elsewhere: tuple[str, str, int, str]) -> None:
    """Topic, stream, version and field are authenticated with the ciphertext."""
    vault = vault_on(store)
    sealed = vault.seal("p-1", AT, "张三")

    with pytest.raises(LogUnavailable, match="verify the log"):
        vault.open(replace(sealed, at=elsewhere))


@pytest.mark.parametrize("spoilt", ["", "AAAA", "not base64!", "张"])
def test_a_spoilt_ciphertext_is_told_as_such(store: VaultStore, spoilt: str) -> None:
    """Whatever stands in the place of a ciphertext, the vault says so in both languages."""
    vault = vault_on(store)
    sealed = vault.seal("p-1", AT, "张三")

    with pytest.raises(LogUnavailable) as caught:
        vault.open(replace(sealed, sealed=spoilt))
    assert "核验" in caught.value.zh


def test_a_key_that_is_missing_is_not_passed_off_as_destroyed(opener: Opener) -> None:
    """A vault older than the log asks for its backup instead of claiming a lawful deletion."""
    unflushed = vault_on(opener()).seal("p-1", AT, "张三")

    with pytest.raises(LogUnavailable, match="backup"):
        vault_on(opener()).open(unflushed)


def test_a_small_cache_forgets_no_key(store: VaultStore) -> None:
    """Keys that were put out of memory, flushed or not, are found again."""
    vault = vault_on(store, cached_max=2)
    sealed = [vault.seal(f"p-{n}", AT, str(n)) for n in range(9)]
    before = [vault.open(value) for value in sealed]
    vault.flush()

    assert before == [vault.open(value) for value in sealed] == [str(n) for n in range(9)]


def test_warmed_keys_are_not_asked_for_one_by_one(opener: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of many persons costs one question."""
    writer, store = vault_on(opener()), opener()
    sealed = [writer.seal(f"p-{n}", AT, str(n)) for n in range(700)]
    writer.flush()
    reader = vault_on(store)
    reader.warm(value.subject for value in sealed)
    monkeypatch.setattr(store, "key_rows", None)

    assert [reader.open(value) for value in sealed] == [str(n) for n in range(700)]


# -- destroying --------------------------------------------------------------------------------------------


def test_a_destroyed_key_opens_nothing_anywhere(opener: Opener) -> None:
    """Here at once, in a new process at once, in a running one within the second; other persons stay."""
    timer = Timer()
    vault, running = vault_on(opener()), vault_on(opener(), timer=timer)
    gone, kept = vault.seal("p-1", AT, "张三"), vault.seal("p-2", AT, "李四")
    vault.flush()
    assert running.open(gone) == "张三"

    assert vault.destroy("p-1") is True
    timer.seconds += 1
    assert [v.open(gone) for v in (vault, running, vault_on(opener()))] == [None, None, None]
    assert [v.open(kept) for v in (vault, running, vault_on(opener()))] == ["李四"] * 3
    assert vault.destroy("p-1") is False


def test_nothing_private_is_sealed_after_the_key_is_gone(opener: Opener) -> None:
    """A value that nobody could ever open again is refused, not lost."""
    vault = vault_on(opener())
    vault.seal("p-1", AT, "张三")
    vault.flush()
    vault.destroy("p-1")

    for after in (vault, vault_on(opener())):
        with pytest.raises(Refused) as caught:
            after.seal("p-1", AT, "张三")
        assert caught.value.rule == "person.key_destroyed"


def test_a_person_never_seen_can_be_destroyed_too(store: VaultStore) -> None:
    """The destruction also holds against keys still to be drawn."""
    vault = vault_on(store)

    assert vault.destroy("p-9") is False
    with pytest.raises(Refused):
        vault.seal("p-9", AT, "张三")


def test_destroying_a_key_that_waits_for_a_flush_lets_it_never_be_written(store: VaultStore) -> None:
    """Sealed, not yet durable, destroyed: the flush asks for a new decision."""
    vault = vault_on(store)
    sealed = vault.seal("p-1", AT, "张三")
    vault.remember("p-1", "张三", None)

    assert vault.destroy("p-1") is True
    assert vault.open(sealed) is None
    with pytest.raises(Conflict):
        vault.flush()
    vault.flush()
    assert vault.find("张三") == set()


def test_a_key_destroyed_elsewhere_between_sealing_and_flushing_is_a_conflict(opener: Opener) -> None:
    """Nothing is appended that was sealed under a key that is gone."""
    vault, other = vault_on(opener()), vault_on(opener())
    vault.seal("p-1", AT, "张三")
    vault.flush()
    vault.seal("p-1", AT, "张三丰")
    other.destroy("p-1")

    with pytest.raises(Conflict):
        vault.flush()
    with pytest.raises(Refused):
        vault.seal("p-1", AT, "张三丰")


# -- two processes -----------------------------------------------------------------------------------------


def test_of_two_who_draw_the_same_key_one_decides_again(opener: Opener) -> None:
    """Both processes then hold one key, and every value that was kept opens in both."""
    first, second = vault_on(opener()), vault_on(opener())
    for vault in (first, second):
        vault.digest(b"settles the node's secrets")
        vault.open(vault.seal("settled", AT, "x"))
    first.flush()
    with pytest.raises(Conflict):
        second.flush()
    one, lost = first.seal("p-1", AT, "一"), second.seal("p-1", AT, "二")
    first.flush()
    with pytest.raises(Conflict):
        second.flush()
    two = second.seal("p-1", AT, "二")
    second.flush()

    assert [v.open(s) for v in (first, second) for s in (one, two)] == ["一", "二"] * 2
    assert lost.sealed != two.sealed


def test_every_thread_that_used_a_lost_key_decides_again(opener: Opener) -> None:
    """One thread meets the conflict; the other, which sealed under the same dropped keys, meets it as well."""
    first, second = vault_on(opener()), vault_on(opener())
    with ThreadPoolExecutor(1) as other_thread:
        other_thread.submit(second.seal, "p-2", AT, "二").result()
        second.seal("p-1", AT, "一")
        first.seal("p-1", AT, "一")
        first.flush()
        with pytest.raises(Conflict):
            second.flush()
        with pytest.raises(Conflict):
            other_thread.submit(second.flush).result()
        again = other_thread.submit(second.seal, "p-2", AT, "二").result()
        other_thread.submit(second.flush).result()

    assert vault_on(opener()).open(again) == "二"


def test_the_first_writer_settles_the_secrets_of_the_node(opener: Opener) -> None:
    """Ids made from secrets that lost are never used: their maker decides again, with the secrets that won."""
    first, second = vault_on(opener()), vault_on(opener())
    won, lost = (vault.person_stream(CARD, "110101199001011234") for vault in (first, second))
    first.flush()
    with pytest.raises(Conflict):
        second.flush()

    assert won != lost
    assert second.person_stream(CARD, "110101199001011234") == won


def test_a_reader_older_than_the_first_write_learns_the_secrets(opener: Opener) -> None:
    """A server that started on an empty vault finds whom a command registers later."""
    timer = Timer()
    reader, writer = vault_on(opener(), timer=timer), vault_on(opener())
    assert reader.find("张三") == set()
    writer.remember("p-1", "张三", None)
    writer.flush()
    timer.seconds += 1

    assert reader.find("张三") == {"p-1"}


def test_many_processes_may_open_a_new_vault_at_once(opener: Opener) -> None:
    """The store is made ready once, whoever comes first; the others wait."""
    stores, start = [opener() for _ in range(6)], Barrier(6)

    def first_write(store: VaultStore) -> None:
        start.wait()
        with store.writing() as connection:
            connection.execute(keys.insert(), {"subject": uuid.uuid4().hex, "key": b"k"})

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(first_write, stores))

    assert len(opener().rows(keys.select())) == 6


def test_threads_share_one_vault(opener: Opener) -> None:
    """Whatever a thread sealed is durable when its flush returns, also if another thread wrote it."""
    vault, other = vault_on(opener()), opener()

    def work(number: int) -> list[tuple[object, str]]:
        done = []
        for turn in range(15):
            sealed = vault.seal(f"p-{(number + turn) % 20}", AT, f"{number}-{turn}")
            vault.remember(f"p-{number}", "王小明", f"1101011990010112{number:02}")
            vault.flush()
            done.append((sealed, f"{number}-{turn}"))
        return done

    with ThreadPoolExecutor(8) as pool:
        done = [pair for some in pool.map(work, range(8)) for pair in some]

    reader = vault_on(other)
    assert [reader.open(sealed) for sealed, _ in done] == [said for _, said in done]
    assert reader.find("小明") == {f"p-{n}" for n in range(8)}


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
    here, there = vault_on(opener()), vault_on(open_vault(data=tmp_path / "elsewhere"))

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
    assert len(store.rows(tokens.select())) < 150


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


def test_the_vault_holds_no_name_and_no_number(store: VaultStore) -> None:
    """Whoever steals the vault alone reads nobody's name in it."""
    vault = vault_on(store)
    vault.remember("p-1", "张三丰", "11010119900101123X")
    vault.flush()
    dump = repr([*map(dict, store.rows(tokens.select())), *map(dict, store.rows(keys.select()))])

    assert "张" not in dump
    assert "123X" not in dump
    assert repr("张".encode())[2:-1] not in dump


# -- the store itself --------------------------------------------------------------------------------------


def file_vault(tmp_path: Path, **options: object) -> tuple[KeyVault, VaultStore, Path]:
    """A vault in a directory that does not exist yet."""
    store = open_vault(data=tmp_path / "new" / "var", busy_s=0.05)
    return vault_on(store, **options), store, tmp_path / "new" / "var" / "vault.sqlite3"


def test_reading_makes_no_directory(tmp_path: Path) -> None:
    """A new directory is made ready by the first write, and by nothing before it."""
    vault, store, file = file_vault(tmp_path)
    vault.find("张三")
    vault.person_stream(CARD, "1")
    vault.warm(["p-1"])
    vault.seal("p-1", AT, "张三")
    store.scrub()
    before = list(tmp_path.iterdir())
    vault.flush()

    assert before == []
    assert file.exists()


def test_a_flush_without_work_writes_nothing(tmp_path: Path) -> None:
    """Commands without private fields do not touch the vault."""
    vault, _, file = file_vault(tmp_path)
    vault.flush()

    assert not file.exists()


def test_only_the_owner_reads_the_file_and_commits_are_durable(tmp_path: Path) -> None:
    """Mode 0600, write-ahead log, and a commit waits for the disk."""
    vault, store, file = file_vault(tmp_path)
    vault.seal("p-1", AT, "张三")
    vault.flush()

    assert file.stat().st_mode & 0o777 == 0o600
    assert store.rows(text("PRAGMA journal_mode"))[0]["journal_mode"] == "wal"
    assert store.rows(text("PRAGMA synchronous"))[0]["synchronous"] == 2


def test_no_byte_of_a_destroyed_key_stays_in_the_files(tmp_path: Path) -> None:
    """The key is overwritten in the file and gone from its write-ahead log."""
    vault, store, file = file_vault(tmp_path)
    for number in range(50):
        vault.seal(f"p-{number}", AT, "张三")
    vault.flush()
    key = bytes(store.rows(keys.select().where(keys.c.subject == "p-7"))[0]["key"])

    def on_disk() -> bool:
        return any(key in path.read_bytes() for path in file.parent.iterdir())

    before = on_disk()
    vault.destroy("p-7")

    assert (before, on_disk()) == (True, False)


def test_a_locked_vault_says_so_and_loses_nothing(tmp_path: Path) -> None:
    """The flush fails in words for people; when the lock is gone the same work is flushed."""
    vault, store, file = file_vault(tmp_path)
    vault.seal("p-0", AT, "x")
    vault.flush()
    sealed = vault.seal("p-1", AT, "张三")
    with closing(sqlite3.connect(file)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogUnavailable) as caught:
            vault.flush()
    vault.flush()

    assert "占用" in caught.value.zh
    assert "locked" in caught.value.en
    assert vault_on(store).open(sealed) == "张三"


def test_a_full_disk_says_so(tmp_path: Path) -> None:
    """What cannot be written is told, and nothing is half written."""
    vault, store, _ = file_vault(tmp_path)
    vault.seal("p-0", AT, "x")
    vault.flush()
    event.listen(store._engine, "checkout", lambda c, *_: c.execute("PRAGMA max_page_count=1"))
    for number in range(2000):
        vault.seal(f"p-{number}", AT, "x")

    with pytest.raises(LogUnavailable, match="disk is full"):
        vault.flush()
    assert len(store.rows(keys.select())) == 1


def test_an_unreadable_vault_says_so(tmp_path: Path) -> None:
    """A file that is no vault is left as it is, whatever is asked of it."""
    vault, store, file = file_vault(tmp_path)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"this is not a database" * 500)
    asks = [lambda: vault.find("张三"), lambda: vault.seal("p-1", AT, "x"), store.scrub, lambda: vault.destroy("p-1")]

    for ask in asks:
        with pytest.raises(LogUnavailable, match="restore the vault"):
            ask()
    assert file.read_bytes().startswith(b"this is not")


def test_a_server_that_does_not_answer_says_so() -> None:
    """Also without the file: the message names neither host nor password."""
    vault = vault_on(open_vault(database_url="postgresql://someone:secret-word@127.0.0.1:1/none"))

    with pytest.raises(LogUnavailable) as caught:
        vault.seal("p-1", AT, "x")
    assert "secret-word" not in caught.value.zh + caught.value.en


@pytest.mark.postgres
def test_a_lost_connection_is_opened_again(database_url: str) -> None:
    """When the server ended our connections, the next question still has its answer."""
    store = open_vault(database_url=database_url)
    vault = vault_on(store)
    sealed = vault.seal("p-lost", AT, "张三")
    vault.flush()
    store.key_rows("p-lost")
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    assert vault_on(store).open(sealed) == "张三"
    store.close()


def test_a_vault_needs_a_place() -> None:
    """Neither a directory nor a database is a mistake of the caller."""
    with pytest.raises(ValueError, match="needs a data directory"):
        open_vault()
