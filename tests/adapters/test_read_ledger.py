"""Who looked at whose data: kept durably, found by person, account, day and place, dropped when old enough, never changed."""

from __future__ import annotations

import inspect
import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from adapters.read_ledger import DROPPED_AT_ONCE, WRITTEN_AT_ONCE, ReadLedger
from adapters.search_backfill import SearchBackfill
from adapters.vault_store import VaultStore, metadata, read_persons, reads, steps
from domain.reads import FIRST, Opening, Wanted
from infra.migrations import REVISIONS
from tests.adapters.vault_stores import MANY, Hand, Opener, vault_on

NEW_TABLES = ("read_persons", "reads", "steps", "api_tokens")
"""What a store of the previous version lacks."""


def opening(*persons: str, **said: object) -> Opening:
    """A page that opened some persons."""
    plain = {
        "login": "li",
        "post": "regulator",
        "region": "540402",
        "facility": None,
        "purpose": "person",
        "path": "/persons/p",
        "thing": None,
        "origin": "10.0.0.0/24",
        "request": uuid.uuid4().hex,
    }
    return Opening(**{**plain, "persons": persons, **said})


def test_a_read_is_there_for_every_process_once_it_is_written(opener: Opener) -> None:
    """Who, when, which page, whom, why, from where: another process reads what one has written."""
    clock = Hand()
    number = ReadLedger(opener(), clock).write(opening("p-1", "p-2", reason="核对", facility="f-1"))
    found = ReadLedger(opener(), clock).page(Wanted(), 10)

    assert [one.id for one in found] == [number]
    assert (found[0].at, found[0].login, found[0].facility) == (clock.now(), "li", "f-1")
    assert (found[0].persons, found[0].first, found[0].reason) == (2, ("p-1", "p-2"), "核对")


def test_nothing_is_read_from_a_store_that_nobody_has_written_to(store: VaultStore) -> None:
    """An empty ledger is empty, and asking makes no store."""
    ledger = ReadLedger(store, Hand())

    assert ledger.page(Wanted(), 10) == ledger.subjects(1) == ledger.readers_of("s", Hand().now()) == []
    assert ledger.drop_old() == 0


@MANY
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["li", "wang"]),
            st.sampled_from(["540402", "540424", None]),
            st.lists(st.sampled_from(["p-1", "p-2", "p-3", "p-4", "p-5"]), max_size=7),
            st.integers(0, 50),
        ),
        max_size=12,
    ),
    person=st.sampled_from([None, "p-1", "p-4"]),
    login=st.sampled_from([None, "wang"]),
    region=st.sampled_from([None, "540402"]),
    size=st.integers(1, 4),
)
def test_what_is_asked_for_is_found_page_by_page(store: VaultStore, rows, person, login, region, size) -> None:
    """Whatever is written: a filter finds exactly the rows that fit, the newest first, each once over all pages."""
    clock, mark = Hand(), uuid.uuid4().hex
    ledger, fitting = ReadLedger(store, clock), []
    since = clock.now()
    logins = {name: f"{name}.{mark}" for name in ("li", "wang")}
    for name, place, persons, minutes in rows:
        clock.move(minutes=minutes)
        number = ledger.write(opening(*persons, login=logins[name], region=place))
        fits = (person in persons) if person else True
        fits &= name == login if login else True
        fits &= place == region if region else True
        fitting += [number] if fits else []
    wanted = Wanted(person, login and logins[login], since, clock.now() + timedelta(seconds=1), region and {region})
    found, before = [], None
    while some := ledger.page(wanted, size, before):
        found += [one.id for one in some if one.login.endswith(mark)]
        before = some[-1].id

    assert found == sorted(fitting, reverse=True)


def test_a_long_list_names_everybody_and_says_the_first(store: VaultStore) -> None:
    """A file of thousands is one row with everybody behind it; somebody named twice stands once."""
    persons = [f"p-{n:05}" for n in range(WRITTEN_AT_ONCE + 7)]
    ledger = ReadLedger(store, Hand())
    number = ledger.write(opening(*persons, persons[0]))

    assert ledger.subjects(number) == persons
    assert ledger.page(Wanted(person=persons[-1]), 5)[0].first == tuple(persons[:FIRST])
    assert ledger.page(Wanted(person="p-99999"), 5) == []


def test_readers_of_a_thing_are_told_by_their_first_look_until_a_moment(store: VaultStore) -> None:
    """Each account once, in the order of looking; who came later is not among them, nor who looked at another thing."""
    clock = Hand()
    ledger = ReadLedger(store, clock)
    for login, thing in (("li", "fire"), ("wang", "other"), ("li", "fire"), ("zhao", "fire")):
        ledger.write(opening(login=login, thing=thing))
        clock.move(minutes=1)
    until = clock.now() - timedelta(minutes=2)

    assert [one.login for one in ledger.readers_of("fire", until)] == ["li"]
    assert [one.login for one in ledger.readers_of("fire", clock.now())] == ["li", "zhao"]


@pytest.mark.parametrize("things", [0, 1, FIRST, FIRST + 1, WRITTEN_AT_ONCE + 2])
@pytest.mark.parametrize("persons", [0, 2, FIRST + 2])
def test_things_are_counted_and_told_apart_from_persons(store: VaultStore, persons: int, things: int) -> None:
    """However many of either a page opened; each thing leads back to the reader, and no person is counted as a thing."""
    clock, whom, what = Hand(), [f"p-{n}" for n in range(persons)], [f"t-{n:05}" for n in range(things)]
    ledger = ReadLedger(store, clock)
    number = ledger.write(opening(*whom, things=[*what, *what[:1], *whom[:1]]))
    (row,) = ledger.page(Wanted(), 5)

    assert (row.persons, row.first, row.thing) == (persons, tuple(whom[:FIRST]), None)
    assert (row.things, row.first_things) == (things, tuple(what[:FIRST]))
    assert ledger.subjects(number) == [*whom, *what]
    for thing in (*what[:1], *what[-1:]):
        assert [one.id for one in ledger.readers_of(thing, clock.now())] == [number]
    assert ledger.readers_of("t-99999", clock.now()) == []


@pytest.mark.parametrize(("months", "kept"), [(36, 3 * 365), (6, 182), (1, 182)])
def test_rows_are_dropped_when_they_are_older_than_they_are_kept(store: VaultStore, months: int, kept: int) -> None:
    """Not a day before, never before half a year, with everybody that they named; young rows stay."""
    clock = Hand()
    ledger = ReadLedger(store, clock, months)
    for _ in range(3):
        ledger.write(opening("old"))
    clock.move(days=kept)
    assert ledger.drop_old() == 0
    clock.move(days=60)
    ledger.write(opening("young"))

    assert ledger.drop_old() == 3
    assert [one.first for one in ledger.page(Wanted(), 10)] == [("young",)]
    assert [row["person"] for row in store.rows(read_persons.select())] == ["young"]


def test_many_old_rows_are_dropped_in_parts(store: VaultStore) -> None:
    """More than one part of them goes, too."""
    clock = Hand()
    ledger = ReadLedger(store, clock)
    ledger.write(opening("p"))
    row = dict(store.rows(reads.select())[0])
    with store.writing() as connection:
        connection.execute(reads.insert(), [{**row, "id": n} for n in range(2, DROPPED_AT_ONCE + 5)])
    clock.move(days=4 * 365)

    assert ledger.drop_old() == DROPPED_AT_ONCE + 4
    assert ledger.page(Wanted(), 1) == []


def test_the_number_of_a_dropped_row_is_never_given_again(store: VaultStore) -> None:
    """A later row cannot be taken for one that was dropped."""
    clock = Hand()
    ledger = ReadLedger(store, clock)
    first = ledger.write(opening("p"))
    clock.move(days=4 * 365)
    ledger.drop_old()

    assert ledger.write(opening("p")) > first


def test_the_ledger_has_no_way_to_change_a_row() -> None:
    """What it offers is adding, asking, and dropping what is old."""
    offered = {name for name, _ in inspect.getmembers(ReadLedger, inspect.isfunction) if not name.startswith("_")}

    assert offered == {"write", "page", "readers_of", "subjects", "subjects_of", "drop_old"}


def made_by_the_previous_version(opener: Opener) -> None:
    """A store with a person, as it was before there were a ledger and initials."""
    store = opener()
    vault = vault_on(store)
    vault.remember("p-1", "张建国", None)
    vault.seal("p-1", ("person.registered", "p-1", 1, "name"), "张建国")
    vault.flush()
    with store.writing() as connection:
        for name in (*NEW_TABLES, REVISIONS):  # it kept no revisions either
            connection.execute(text(f"DROP TABLE {name}"))
    store.close()


def test_a_store_of_the_previous_version_gets_what_it_lacks_when_it_is_opened(opener: Opener) -> None:
    """Its keys and tokens are read as before, the ledger is empty and can be written, and initials are to be made up for."""
    made_by_the_previous_version(opener)
    store = opener()

    assert vault_on(store).find("建国") == {"p-1"}
    ledger = ReadLedger(store, Hand())
    assert ledger.page(Wanted(), 10) == []
    ledger.write(opening("p-1"))
    assert len(ledger.page(Wanted(person="p-1"), 10)) == 1
    assert not SearchBackfill(store, Hand()).done


def test_only_a_store_that_is_new_has_nothing_to_make_up_for(opener: Opener) -> None:
    """A new one is done from the start; an old one when it says so, once, and for every process."""
    vault = vault_on(opener())
    vault.remember("p-1", "张建国", None)
    vault.flush()
    assert SearchBackfill(opener(), Hand()).done
    made_by_the_previous_version(opener)
    backfill = SearchBackfill(opener(), Hand())
    assert backfill.subjects("", 10) == ["p-1"]
    assert backfill.subjects("p-1", 10) == []
    backfill.finish()
    backfill.finish()

    assert SearchBackfill(opener(), Hand()).done


def test_every_new_table_is_named_here() -> None:
    """The tables of the previous version and these are all there are."""
    before = {"secrets", "keys", "tokens", "passwords", "attempts", "sessions"}

    assert set(metadata.tables) == before | set(NEW_TABLES)
    assert steps.name in NEW_TABLES


@MANY
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["form", "person"]),
            st.lists(st.sampled_from(["p-1", "p-2", "p-3", "p-4"]), max_size=5, unique=True),
            st.lists(st.sampled_from(["t-1", "t-2", "t-3", "t-4"]), max_size=5, unique=True),
            st.sampled_from([None, "t-1"]),
        ),
        max_size=8,
    ),
    told=st.sampled_from([None, "persons", "things"]),
    thing=st.sampled_from([None, "t-1"]),
    forms=st.sampled_from([None, True, False]),
)
def test_reads_are_found_by_what_they_told(store: VaultStore, rows, told, thing, forms) -> None:
    """By persons, by records or the page of one, and with or without forms; however many of each a row has."""
    ledger, login, fitting = ReadLedger(store, Hand()), uuid.uuid4().hex, []
    for purpose, persons, things, about in rows:
        number = ledger.write(opening(*persons, things=things, thing=about, purpose=purpose, login=login))
        fits = {"persons": bool(persons), "things": bool(things or (about and not persons)), None: True}[told]
        fits &= thing is None or thing == about or thing in things
        fits &= forms is None or forms == (purpose == "form")
        fitting += [number] if fits else []
    seen = {one for _, persons, things, _ in rows for one in (*persons, *things)}
    everything = [one.id for one in ledger.page(Wanted(login=login), 50)]
    assert {one for its in ledger.subjects_of(everything).values() for one in its} == seen
    assert all(ledger.subjects(one) == ledger.subjects_of(everything).get(one, []) for one in everything)
    kinds = {} if forms is None else {"purposes": {"form"}} if forms else {"beside": {"form"}}

    assert [one.id for one in ledger.page(Wanted(login=login, told=told, thing=thing, **kinds), 50)] == fitting[::-1]
