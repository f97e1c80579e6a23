"""Persons: known by a document or by the record itself; what their stream guards; how death ends a stay."""

import pytest

from domain.identifiers import resident_check
from tests.scene import HOME, Scene, a_home, a_person, a_stay, say

NUMBER = "990101194002030016"


def numbered(body: str) -> str:
    """A number with its check digit."""
    return body + resident_check(body)


@pytest.fixture
def staying(scene: Scene) -> Scene:
    """A person who moved into a home on 1 March."""
    return scene.given(a_home(), a_home("other"), a_person(), a_stay())


# -- registration -----------------------------------------------------------------------------------


def test_a_person_is_known_by_the_document_and_the_public_part_holds_no_name(scene):
    """Sex, birth year and pseudonym are public; name, number, birth date and phone are sealed."""
    outcome = scene.when(a_person(phone="13812345678")).then_recorded("person.registered").then_found()

    event = outcome.events[0]
    assert (event.birth_year, event.sex, event.synthetic) == (1940, "male", True)
    assert [scene.vault.open(v) for v in (event.name, event.birth_date, event.phone)] == [
        "试者1",
        "1940-02-03",
        "13812345678",
    ]
    assert event.pseudonym != outcome.stream


def test_the_same_document_leads_to_the_person_who_is_known_already(scene):
    """person.known names the existing stream, also for a number with blanks, small x or full-width digits."""
    scene.given(a_person())
    number = a_person().args["document_number"]
    for same in (
        number,
        f" {number[:6]} {number[6:]} ",
        number.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ):
        refused = scene.when(a_person("again", document_number=same, name="别名")).then_refused(
            "person.known", "document_number", "已登记过"
        )
        assert refused.answer.stream == scene.names["person"]


def test_another_kind_of_document_is_another_person(scene):
    """The same digits in a passport are somebody else; blanks and case of a passport do not matter."""
    scene.given(a_person("a", document_kind="passport", document_number="e 1234567"))
    scene.when(a_person("b", document_kind="passport", document_number="E1234567")).then_refused(
        "person.known", "document_number"
    )
    scene.when(a_person("c", document_kind="passport", document_number="E1234568")).then_recorded()
    assert scene.names["a"] != scene.names["c"]


def test_without_a_document_everybody_is_somebody_new(scene):
    """Two unknown persons are two streams with two pseudonyms."""
    scene.given(*(a_person(n, document_kind="none", document_number=None, sex="unknown") for n in ("a", "b")))

    assert scene.names["a"] != scene.names["b"]
    assert scene.state("$a").pseudonym != scene.state("$b").pseudonym
    assert scene.state("$a").birth_year is None


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (NUMBER, "校验码"),
        ("12345", "18位"),
        (numbered("99010119400230001"), "不存在"),
        (numbered("99010120250101001"), "晚于今天"),
    ],
)
def test_a_number_that_cannot_be_is_refused_without_repeating_it(scene, number, words):
    """ID-01: length, check digit, a birth date that exists and is not to come."""
    refused = scene.when(a_person(document_number=number)).then_refused("ID-01", "document_number", words)

    assert number not in str(vars(refused.answer))


def test_a_document_other_than_none_needs_its_number(scene):
    """field.missing at document_number."""
    scene.when(a_person(document_number=None)).then_refused("field.missing", "document_number", "证件号码")


def test_what_differs_from_the_number_is_found_and_recorded(scene):
    """ID-02: sex and birth date that differ from the number are warnings; the entry stands."""
    scene.when(a_person(sex="female", birth_date="1941-02-03")).then_recorded().then_found("ID-02", "ID-02")
    assert scene.state("$person").birth_year == 1941


@pytest.mark.parametrize(
    ("born", "fits"), [("1879-12-31", False), ("1880-01-01", True), ("2024-12-31", True), ("2025-01-01", False)]
)
def test_a_birth_date_lies_between_1880_and_today(scene, born, fits):
    """Nobody is born in the future, nor before 1880."""
    outcome = scene.when(a_person(document_kind="none", document_number=None, birth_date=born))
    if fits:
        outcome.then_recorded()
        assert scene.state("$person").birth_year == int(born[:4])
    else:
        outcome.then_refused("field.invalid", "birth_date")


def test_an_entry_may_be_dated_before_the_registration_of_a_person(scene):
    """A person lived before being registered: a past stay can be entered whole."""
    scene.given(a_home(on="2020-01-01"), a_person(on="2024-05-01"))
    scene.when(a_stay(on="2021-01-01", until="2021-06-01", reason="recovered")).then_recorded()


# -- death ------------------------------------------------------------------------------------------


def test_a_death_ends_the_open_stay_in_the_same_entry(staying):
    """person.died, stay.discharged and the guard's end are one transaction."""
    staying.when(say("person.record_death", person="$person", place="院内", on="2024-05-01")).then_recorded(
        "person.died", "stay.discharged", "person.stay_closed"
    )

    stay = staying.state("$stay")
    assert (stay.status, stay.ended_on.isoformat(), stay.discharge_reason) == ("ended", "2024-05-01", "died")
    assert staying.state("$person").open_stay() is None


def test_a_death_without_a_stay_is_one_event(staying):
    """Nothing else ends where nothing is open."""
    staying.given(say("stay.discharge", stay="$stay", reason="to_family", on="2024-04-01"))
    staying.when(say("person.record_death", person="$person", on="2024-05-01")).then_recorded("person.died")


def test_nobody_dies_twice(staying):
    """person.died."""
    staying.given(say("person.record_death", person="$person", on="2024-05-01"))
    staying.when(say("person.record_death", person="$person", on="2024-05-02")).then_refused(
        "person.died", None, "去世"
    )
    staying.when(say("person.record_death", person="$person", on="2024-04-30")).then_refused("entry.in_use", None)


def test_the_dead_are_not_admitted(staying):
    """person.died: not on a later day, nor at a later minute of the day."""
    staying.given(say("person.record_death", person="$person", at="2024-05-01T10:00:00+08:00"))
    staying.when(a_stay("late", on="2024-05-02")).then_refused("person.died", None, "去世")
    staying.when(a_stay("late", at="2024-05-01T11:00:00+08:00")).then_refused("person.died")


def test_a_stay_entered_late_must_end_with_the_death(scene):
    """stay.past_death: an admission before a known death needs its end, no later than that day."""
    scene.given(a_home(), a_person(), say("person.record_death", person="$person", on="2024-05-01"))
    scene.when(a_stay("open")).then_refused("stay.past_death", None, "去世")
    scene.when(a_stay("long", until="2024-05-02")).then_refused("stay.past_death")
    scene.when(a_stay("right", until="2024-05-01", reason="died")).then_recorded()


def test_a_late_death_before_a_later_discharge_is_refused_by_name_of_the_discharge(staying):
    """entry.in_use: the later discharge stands in the way and is named with its day."""
    staying.given(say("stay.discharge", stay="$stay", reason="to_family", on="2024-06-01"))
    staying.when(say("person.record_death", person="$person", on="2024-05-01")).then_refused(
        "entry.in_use", None, "离院（2024-06-01"
    )


def test_a_late_death_before_a_later_admission_is_refused(staying):
    """The admission would be one of the dead."""
    staying.given(
        say("stay.discharge", stay="$stay", reason="to_family", on="2024-04-01"), a_stay("second", on="2024-06-01")
    )
    staying.when(say("person.record_death", person="$person", on="2024-05-01")).then_refused(
        "entry.in_use", None, "入住（人员侧）（2024-06-01"
    )


def test_a_discharge_that_kept_a_stay_before_a_death_cannot_be_withdrawn(staying):
    """Without it the stay would outlast its person."""
    out = staying.when(say("stay.discharge", stay="$stay", reason="to_family", on="2024-04-01"))
    staying.given(say("person.record_death", person="$person", on="2024-05-01"))
    refused = staying.withdraw(out.stream, 2).then_refused("entry.in_use", None, "去世（2024-05-01")

    assert "Death (2024-05-01" in refused.answer.wording.en


def test_a_withdrawn_death_opens_the_stay_again(staying):
    """All that the entry recorded is gone, in both streams."""
    before = staying.world()
    staying.given(say("person.record_death", person="$person", on="2024-05-01"))
    staying.withdraw("$person".replace("$person", staying.names["person"]), 3).then_recorded()

    assert staying.world() == before


def test_a_death_moved_to_another_day_moves_the_end_of_the_stay(staying):
    """The entry is decided again; the discharge follows."""
    staying.given(say("person.record_death", person="$person", on="2024-05-01"))
    staying.correct(staying.names["person"], 3, occurred_on="2024-05-03").then_recorded()
    assert staying.state("$stay").ended_on.isoformat() == "2024-05-03"
    staying.correct(staying.names["stay"], 4, occurred_on="2024-02-01").then_refused("entry.in_use", None)


# -- the guard --------------------------------------------------------------------------------------


def elsewhere(**more):
    """A stay of the same person in the other home."""
    return a_stay("second", facility="$other", **more)


def test_nobody_stays_in_two_places_at_once(staying):
    """stay.overlapping: while one is open; around one; within one; also entered late."""
    staying.when(elsewhere(on="2024-05-01")).then_refused("stay.overlapping", None, "另一处")
    staying.when(elsewhere(on="2024-02-01")).then_refused("stay.overlapping")
    staying.when(elsewhere(on="2024-02-01", until="2024-03-02")).then_refused("stay.overlapping")
    staying.given(say("stay.discharge", stay="$stay", reason="to_family", on="2024-06-01"))
    staying.when(elsewhere(on="2024-02-01", until="2024-07-01")).then_refused("stay.overlapping")
    staying.when(elsewhere(on="2024-04-01", until="2024-05-01")).then_refused("stay.overlapping")


def test_an_end_and_a_beginning_on_one_day_do_not_overlap(staying):
    """Without times a person can leave one home and enter another on the same day, in either order of recording."""
    staying.when(elsewhere(on="2024-02-01", until="2024-03-01")).then_recorded()
    staying.given(say("stay.discharge", stay="$stay", reason="to_family", on="2024-06-01"))
    staying.when(a_stay("third", on="2024-06-01", until="2024-06-01")).then_recorded()
    staying.when(a_stay("fourth", on="2024-06-01")).then_recorded()


@pytest.mark.parametrize(
    ("left", "entered", "fits"),
    [
        ("2024-06-01T10:00:00+08:00", "2024-06-01T10:00:00+08:00", True),
        ("2024-06-01T10:00:00+08:00", "2024-06-01T09:59:59+08:00", False),
        ("2024-06-01T02:00:00+00:00", "2024-06-01T10:30:00+08:00", True),
        ("2024-06-01T10:00:00+08:00", "2024-06-01T01:30:00+00:00", False),
        ("2024-06-01T23:30:00-08:00", "2024-06-02T16:00:00+08:00", True),
        ("2024-06-01", "2024-06-01T00:00:00+08:00", True),
    ],
)
def test_with_times_on_both_sides_minutes_decide_whatever_their_offset(staying, left, entered, fits):
    """A stay that ends at 10:00 allows one that begins at 10:00 and none that begins a second earlier."""
    when = {"on": left} if len(left) == 10 else {"at": left}
    staying.given(say("stay.discharge", stay="$stay", reason="to_family", **when))
    outcome = staying.when(elsewhere(at=entered))
    outcome.then_recorded() if fits else outcome.then_refused("stay.overlapping")


def test_a_short_timed_visit_on_the_day_of_an_untimed_admission_does_not_overlap(scene):
    """Whichever is recorded first: an end and a beginning on one day, one of them without a time."""
    scene.given(a_home(), a_home("other"), a_person())
    scene.given(a_stay(on="2024-06-01"))
    morning = elsewhere(at="2024-06-01T08:00:00+08:00")
    scene.when(say(morning.command, at=morning.at, **morning.args, until="2024-06-01")).then_recorded()


def test_every_pair_of_stays_is_compared_not_only_neighbours(scene):
    """Three stays of one day: the first and the third have times that cross, the one between has none."""
    scene.given(
        a_home(),
        a_home("other"),
        a_person(),
        a_stay(at="2024-06-01T08:00:00+08:00"),
        say("stay.discharge", stay="$stay", reason="to_family", at="2024-06-01T12:00:00+08:00"),
        elsewhere(on="2024-06-01", until="2024-06-01"),
    )
    scene.when(a_stay("third", at="2024-06-01T11:00:00+08:00")).then_refused("stay.overlapping")


# -- who is found ------------------------------------------------------------------------------------


def test_a_person_is_found_by_the_corrected_name_and_no_longer_by_the_old_one(scene):
    """The number finds the person all along, whether or not it is said again; a correction of something else changes nothing."""
    scene.given(a_person(name="张三"), a_person("other", serial=3, name="张三"))
    person, other, number = scene.names["person"], scene.names["other"], a_person().args["document_number"]
    for version, change, name in (
        (1, {"sex": "male"}, "张三"),
        (3, {"name": "李四"}, "李四"),
        (5, {"name": "王五", "document_number": number}, "王五"),
    ):
        scene.correct(person, version, change).then_recorded()
        assert [scene.vault.find(said) for said in ("张三", "李四", "王五")] == [
            {other} | ({person} if name == "张三" else set()),
            {person} if name == "李四" else set(),
            {person} if name == "王五" else set(),
        ]
        assert scene.vault.find(number) == scene.vault.find(number[-4:]) == {person}


def test_a_person_whose_registration_is_withdrawn_is_found_by_nothing_until_registered_anew(scene):
    """Neither by name nor by number; the same person entered anew is found by the name said then."""
    scene.given(a_person(name="张三"))
    scene.withdraw(scene.names["person"]).then_recorded()
    number = a_person().args["document_number"]
    assert scene.vault.find("张三") == scene.vault.find(number) == set()
    scene.given(a_person("anew", name="李四"))
    assert scene.vault.find("李四") == scene.vault.find(number) == {scene.names["anew"]}
    assert scene.vault.find("张三") == set()


def test_a_correction_that_is_refused_changes_nobodys_name(scene):
    """What was not recorded finds nobody, also after somebody else's entry was recorded."""
    scene.given(a_person(name="张三"), a_home(), a_stay())
    person = scene.names["person"]
    scene.withdraw(person).then_refused("entry.in_use")
    scene.given(a_person("other", serial=2))
    assert scene.vault.find("张三") == {person}
    scene.vault.destroy(person)
    scene.correct(person, 1, {"name": "李四"}).then_refused("person.key_destroyed")
    scene.given(a_person("third", serial=3))
    assert scene.vault.find("李四") == set()


@pytest.mark.parametrize("command", ["person.record_death", "stay.admit"])
def test_a_person_who_does_not_exist_is_unknown(scene, command):
    """reference.unknown; a home is no person."""
    scene.given(a_home())
    more = {"facility": "$home", "category": "orphan"} if command == "stay.admit" else {}
    for stream in ("nobody", "$home"):
        scene.when(say(command, person=stream, **more)).then_refused("reference.unknown", "person")
    assert HOME["kind"] == scene.state("$home").kind
