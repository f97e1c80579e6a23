"""Records that turn out to be of one person count once, on all days, and again as two when the merge is undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.people import Person
from projections.aliases import Aliases, _stand_for
from projections.ask import Ask
from projections.tables import LAST
from tests.projections.worlds import World, settle, world


@pytest.fixture
def three() -> Iterator[World]:
    """Three people who stayed in one home, one after the other."""
    with world() as made:
        settle(made)
        for n, person in enumerate(made.persons):
            begin = made.today - timedelta(days=30 - 10 * n)
            until = (begin + timedelta(days=5)).isoformat()
            args = {"facility": made.facilities[0], "person": person, "category": "destitute", "until": until}
            assert made.give("stay.admit", args, begin)
        made.views.catch_up()
        yield made


def merge(made: World, old: int, kept: int) -> None:
    """Two of them are one."""
    args = {"person": made.persons[old], "into": made.persons[kept], "evidence": "指纹"}
    assert made.give("person.merge", args, made.today), made.refusals
    made.views.catch_up()


def persons(made: World, **more: object) -> str:
    """How many different people were served."""
    return made.views.figure("stay.persons", Ask(made.today, **more))["value"]


def test_a_merge_counts_one_fewer_and_an_undone_one_counts_both_again(three) -> None:
    """Admissions stay three; known before the merge it is three people still."""
    before = three.reach()
    merge(three, 0, 1)
    assert (persons(three), persons(three, known_at=before)) == ("2", "3")
    assert three.views.figure("stay.admitted", Ask(three.today))["value"] == "3"

    assert three.give("person.unmerge", {"person": three.persons[0], "evidence": "误认"}, three.today)
    three.views.catch_up()
    assert persons(three) == "3"


def test_what_was_merged_into_may_itself_be_merged(three) -> None:
    """A chain counts as its end, in whatever order it was entered."""
    merge(three, 0, 1)
    merge(three, 1, 2)
    assert persons(three) == "1"


def test_the_members_of_the_figure_are_the_people_and_the_reason_is_the_merge(three) -> None:
    """The trace has as many members as the value; `why` names the merge."""
    before = three.reach()
    merge(three, 0, 1)
    trace = three.views.trace("stay.persons", Ask(three.today))
    assert (trace["value"], len(trace["members"])) == ("2", 2)

    why = three.views.why("stay.persons", Ask(three.today), before, three.reach())
    assert [(c["topic"], c["effect"]) for c in why["changes"]] == [("person.merged", "-1")]


def rekeyed(made: World, *numbers: int) -> None:
    """The node joins a province: these are counted under its key."""
    made.services.vault.join(bytes(31) + bytes([len(made.events) % 256]), anew=True)
    for number in numbers:
        assert made.give("person.rekey", {"person": made.persons[number]}, made.today), made.refusals
    made.views.catch_up()


def test_whoever_is_counted_under_another_key_is_counted_once_as_before(three) -> None:
    """Rows from before and after, merges from before and after: each person once, and nothing is a change of the figure."""
    before = three.reach()
    rekeyed(three, 0, 1, 2)
    assert persons(three) == "3"  # asked once, so that what is kept of it must notice the row that comes next
    begin = three.today - timedelta(days=2)
    stay = {"facility": three.facilities[0], "person": three.persons[0], "category": "destitute"}
    assert three.give("stay.admit", stay, begin), three.refusals
    three.views.catch_up()
    assert persons(three) == "3"
    why = three.views.why("stay.persons", Ask(three.today), before, three.reach())
    assert why["changes"] == []

    merge(three, 1, 2)
    assert persons(three) == "2"
    rekeyed(three, 0, 1, 2)
    assert persons(three) == "2"
    three.views.rebuild()
    assert persons(three) == "2"


def test_control_without_the_alias_a_person_of_two_pseudonyms_counts_twice(three, monkeypatch) -> None:
    """What the entry is for: nothing else ties what is counted under another key to what was counted before."""
    monkeypatch.setattr(Person, "aliases", lambda person: ())
    rekeyed(three, 0)
    begin = three.today - timedelta(days=2)
    stay = {"facility": three.facilities[0], "person": three.persons[0], "category": "destitute"}
    assert three.give("stay.admit", stay, begin), three.refusals
    three.views.catch_up()
    assert persons(three) == "4"


def test_two_who_count_as_one_that_has_no_rows_are_told_apart_again(three) -> None:
    """The record that is kept may have nothing of its own: neither of the others may stand for it."""
    person = three.give("person.register", {"name": "某", "document_kind": "none", "sex": "male"}, three.today)
    assert person
    three.persons.append(person)
    merge(three, 0, 3)
    one = three.reach()
    merge(three, 1, 3)
    two = three.reach()
    assert three.give("person.unmerge", {"person": three.persons[0], "evidence": "误认"}, three.today)
    three.views.catch_up()
    assert [persons(three, known_at=at) for at in (one, two)] == ["3", "2"]
    assert persons(three) == "3"
    why = three.views.why("stay.persons", Ask(three.today), one, two)
    assert [(c["topic"], c["effect"]) for c in why["changes"]] == [("person.merged", "-1")]
    trace = three.views.trace("stay.persons", Ask(three.today))
    assert len(trace["members"]) == 3
    assert not any(one["member"].startswith("-") for one in trace["members"])


def test_records_that_two_nodes_merged_into_each_other_count_as_one() -> None:
    """Neither node knows of the other's merge, a superior has both: a ring counts as its smallest member, and so does what leads to it."""
    rows = [(1, LAST, 7, 5), (2, LAST, 5, 9), (3, LAST, 9, 5), (4, LAST, 8, 7), (5, LAST, 3, 2)]
    found = Aliases(rows, [1, 2, 3, 4, 5, LAST], {}, frozenset(), (), 9)
    assert {who: as_whom for who, (as_whom, _) in found.counts_as(9).items()} == {5: 5, 7: 5, 8: 5, 9: 5, 3: 2}
    assert {who: as_whom for who, (as_whom, _) in found.counts_as(2).items()} == {7: 9, 5: 9}


def test_a_rebuild_counts_the_same(three) -> None:
    """Aliases are part of the generation."""
    merge(three, 0, 1)
    three.views.rebuild()
    assert persons(three) == "2"


def test_records_whose_stays_overlap_are_not_of_one_person(three) -> None:
    """Nobody is in two places at once: the merge is refused, and counts stay as they were."""
    args = {"facility": three.facilities[1], "person": three.persons[1], "category": "destitute"}
    begin = three.today - timedelta(days=29)
    until = (begin + timedelta(days=3)).isoformat()
    assert three.give("stay.admit", {**args, "until": until}, begin)
    assert (
        three.give("person.merge", {"person": three.persons[1], "into": three.persons[0], "evidence": "x"}, three.today)
        is None
    )
    assert three.refusals[-1] == "stay.overlapping"


def test_who_counts_as_somebody_further_gets_a_code_of_its_own() -> None:
    """Otherwise what is said of the one behind would be said of the one before, also after their merge was undone. Control: the end of a row shares."""
    chain, pair = {"first": 1, "last": 2}, {"first": 1}
    _stand_for(chain, {("first", "between"), ("between", "last")})
    _stand_for(pair, {("first", "as whom")})

    assert chain["between"] not in (1, 2)
    assert pair["as whom"] == 1
