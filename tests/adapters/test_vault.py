"""The vault of keys, on SQLite and PostgreSQL: what it seals, what it forgets, what two processes do to each other."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from threading import Barrier

import pytest
from hypothesis import given

from adapters.vault_store import VaultStore, keys, open_vault
from domain.log import Conflict, LogUnavailable
from domain.model import Refused
from tests.adapters.vault_stores import AT, CARD, MANY, TEXT, Opener, Timer, vault_on
from tests.places import ready

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
    """Whatever a thread sealed is durable when its flush returns, also if another thread wrote it.

    Where the flush says that keys changed meanwhile, the thread decides again, as the desk does.
    """
    vault, other = vault_on(opener()), opener()

    def once(number: int, turn: int) -> object:
        for _ in range(5):
            sealed = vault.seal(f"p-{(number + turn) % 20}", AT, f"{number}-{turn}")
            vault.remember(f"p-{number}", "王小明", f"1101011990010112{number:02}")
            with suppress(Conflict):
                vault.flush()
                return sealed
        raise AssertionError("a flush in five goes through")

    def work(number: int) -> list[tuple[object, str]]:
        return [(once(number, turn), f"{number}-{turn}") for turn in range(15)]

    with ThreadPoolExecutor(8) as pool:
        done = [pair for some in pool.map(work, range(8)) for pair in some]

    reader = vault_on(other)
    assert [reader.open(sealed) for sealed, _ in done] == [said for _, said in done]
    assert reader.find("小明") == {f"p-{n}" for n in range(8)}


def test_two_nodes_of_one_province_count_a_person_under_one_name(opener, tmp_path) -> None:
    """With the province's key both give one pseudonym, and still different streams; without it, different ones (control)."""
    here, other = vault_on(opener()), open_vault(data=tmp_path / "other", ready=ready("vault", tmp_path / "other"))
    there = vault_on(other)
    key = here.province_key()

    assert there.join(key)
    assert there.join(key), "again is nothing new"
    assert not there.join(bytes(32)), "people are counted under the first one"
    said = ("resident_identity_card", "990101195003150017", "s")
    assert here.pseudonym(*said) == there.pseudonym(*said)
    assert here.person_stream(*said[:2]) != there.person_stream(*said[:2])
    alone = open_vault(data=tmp_path / "alone", ready=ready("vault", tmp_path / "alone"))
    assert vault_on(alone).pseudonym(*said) != here.pseudonym(*said)
    other.close()
    alone.close()


def test_a_node_that_has_counted_keeps_its_key(opener) -> None:
    """Another key would split every person in two: it is refused, and the old one goes on."""
    vault = vault_on(opener())
    before = vault.pseudonym("passport", "E1", "s")
    vault.flush()

    assert not vault_on(opener()).join(bytes(32))
    assert vault_on(opener()).pseudonym("passport", "E1", "s") == before


def test_a_node_that_joins_later_takes_the_key_and_every_process_notices(opener) -> None:
    """`anew` takes it; another process that had the old one decides again, and names nobody by the old one any more."""
    vault, other = vault_on(opener()), vault_on(opener())
    said, key = ("passport", "E1", "s"), bytes(range(32))
    before = vault.pseudonym(*said)
    vault.flush()
    assert other.pseudonym(*said) == before
    stream = other.person_stream(*said[:2])

    assert vault.join(key, anew=True)
    joined = vault.pseudonym(*said)
    assert joined != before
    assert other.pseudonym(*said) == before, "it has not looked yet"
    other.remember("p", "王小明", None)
    with pytest.raises(Conflict, match="another key"):
        other.flush()
    assert other.pseudonym(*said) == joined
    assert other.person_stream(*said[:2]) == stream, "records stay where they are"
    other.remember("p", "王小明", None)
    other.flush()
