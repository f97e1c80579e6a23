"""Corrections: any entry can be withdrawn or corrected whole, in every stream that it touched, and history stays."""

import pytest

from domain.catalogue import commands
from domain.model import Sealed
from domain.work import Track
from tests.domain.every import EXAMPLES, OPTIONAL, deciding
from tests.scene import GONGBO, Outcome, Scene, a_home, a_person, a_stay, say


def enter(scene: Scene, command: str) -> Outcome:
    """The example of a command, given what must stand before it."""
    before, said = EXAMPLES[command]
    return scene.given(*before).when(said)


def of_entry(outcome: Outcome) -> tuple[str, int]:
    """Stream and version of the event that the command itself led to."""
    event = outcome.events[0]
    return event.originator_id, event.originator_version


def test_every_command_has_an_example():
    """A command that nobody tries here would be untested."""
    assert set(EXAMPLES) == set(deciding())


# -- any entry --------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", deciding())
def test_after_a_withdrawal_all_is_as_if_the_entry_had_never_been(scene, command):
    """State, rows of figures, board versions and findings of every stream are those of before."""
    scene.given(*EXAMPLES[command][0])
    before = scene.world()
    entered = scene.when(EXAMPLES[command][1]).then_recorded()
    assert scene.world() != before

    withdrawn = scene.withdraw(*of_entry(entered)).then_recorded()
    assert scene.world() == before
    assert {e.topic for e in withdrawn.events} == {"entry.withdrawn"}
    assert len(withdrawn.events) == len({e.originator_id for e in entered.events})


@pytest.mark.parametrize("command", deciding())
def test_an_entry_corrected_with_no_changes_leaves_everything_equal(scene, command):
    """Decided again with the same words it comes out the same, sealed values and envelopes included."""
    entered = enter(scene, command).then_recorded()
    before, old = scene.world(), entered.events
    corrected = scene.correct(*of_entry(entered)).then_recorded()

    assert scene.world() == before
    new = [e for e in corrected.events if e.topic != "entry.withdrawn"]
    assert [
        (e.topic, e.at, e.envelope.facility, e.envelope.region, e.envelope.entry_id, e.envelope.corrects) for e in new
    ] == [
        (e.topic, e.at, e.envelope.facility, e.envelope.region, e.envelope.entry_id, e.originator_version) for e in old
    ]
    assert [v for e in new for v in vars(e).values() if isinstance(v, Sealed)] == [
        v for e in old for v in vars(e).values() if isinstance(v, Sealed)
    ]


@pytest.mark.parametrize("command", deciding())
def test_an_entry_can_be_corrected_twice_and_only_the_last_version_acted_on(scene, command):
    """entry.corrected for the old version, entry.withdrawn after a withdrawal, entry.not_correctable for the correction itself."""
    entered = enter(scene, command).then_recorded()
    stream, version = of_entry(entered)
    for _ in range(2):
        corrected = scene.correct(stream, version).then_recorded()
        scene.correct(stream, version).then_refused("entry.corrected", "version", "已被更正")
        scene.withdraw(stream, version).then_refused("entry.corrected", "version")
        away, anew = (
            next(e for e in corrected.events if e.originator_id == stream and (e.topic == "entry.withdrawn") is gone)
            for gone in (True, False)
        )
        scene.withdraw(stream, away.originator_version).then_refused("entry.not_correctable", "version", "不能再更正")
        version = anew.originator_version
    withdrawn = scene.withdraw(stream, version).then_recorded()
    for act in (scene.withdraw, scene.correct):
        act(stream, version).then_refused("entry.withdrawn", "version", "已经撤销")
        act(stream, withdrawn.events[0].originator_version).then_refused("entry.not_correctable", "version")


@pytest.mark.parametrize("command", deciding())
def test_any_event_of_an_entry_names_the_whole_of_it(scene, command):
    """A guard, or what followed in another stream, stands for the entry just as well."""
    entered = enter(scene, command).then_recorded()
    before = entered.events
    for event in before[1:]:
        stream, version = event.originator_id, event.originator_version
        corrected = scene.correct(stream, version).then_recorded()
        assert sum(e.topic != "entry.withdrawn" for e in corrected.events) == len(before)
        before_now = {e.topic: e for e in corrected.events if e.topic != "entry.withdrawn"}
        last = before_now[event.topic]
        scene.withdraw(last.originator_id, last.originator_version).then_recorded()
        break


@pytest.mark.parametrize(("command", "field"), [(c, f) for c, fields in OPTIONAL.items() for f in fields])
def test_an_optional_field_is_cleared_with_null(scene, command, field):
    """As if it had been left empty from the start."""
    entered = enter(scene, command).then_recorded()
    scene.correct(*of_entry(entered), {field: None}).then_recorded()

    anew = next(
        e for e in reversed(scene.events(entered.events[0].originator_id)) if e.topic == entered.events[0].topic
    )
    assert getattr(anew, field) is None


@pytest.mark.parametrize("command", deciding())
def test_a_correction_reads_its_fields_as_the_command_does(scene, command):
    """field.unknown, field.missing for a required field set to null; what cannot be read is not recorded."""
    entered = enter(scene, command).then_recorded()
    stream, version = of_entry(entered)
    scene.correct(stream, version, {"nonsense": 1}).then_refused("field.unknown", "nonsense")
    target = commands()[command].target
    for name, (_, spec, required) in commands()[command].fields.items():
        if required and not spec.filled and name != target:
            scene.correct(stream, version, {name: None}).then_refused("field.missing", name)
    if target:
        scene.correct(stream, version, {target: "another"}).then_refused("entry.target_fixed", target, "另一个对象")


# -- what cannot be -----------------------------------------------------------------------------------


def test_an_entry_that_does_not_exist_is_unknown(scene):
    """reference.unknown at the stream or at the version; a version is a number from 1."""
    scene.given(a_home())
    scene.withdraw("nothing").then_refused("reference.unknown", "stream")
    scene.withdraw(scene.names["home"], 2).then_refused("reference.unknown", "version")
    scene.withdraw(scene.names["home"], 0).then_refused("field.invalid", "version")


def test_a_correction_needs_its_reason(scene):
    """field.missing at `reason`, for both."""
    scene.given(a_home())
    for command, more in (("entry.withdraw", {}), ("entry.correct", {"args": {}})):
        scene.when(say(command, None, stream="$home", version=1, reason=" ", **more)).then_refused(
            "field.missing", "reason"
        )


def test_a_corrected_day_lies_between_1949_and_today(scene):
    """The bounds of business days hold for corrections too."""
    scene.given(a_home())
    home = scene.names["home"]
    scene.correct(home, 1, occurred_on="1948-12-31").then_refused("field.invalid", "occurred_on", "1949")
    scene.correct(home, 1, occurred_on="2025-01-01").then_refused("field.invalid", "occurred_on", "晚于今天")
    scene.correct(home, 1, occurred_at="2025-01-01T00:00:00+08:00").then_refused("field.invalid", "occurred_at")
    scene.correct(home, 1, occurred_on="2024-01-02", occurred_at="2024-01-03T00:00:00+08:00").then_refused(
        "field.invalid", "occurred_on"
    )
    scene.correct(home, 1, occurred_on="2023-05-01").then_recorded()
    assert scene.state("$home").registered_on.isoformat() == "2023-05-01"


def test_a_correction_has_no_business_day_of_its_own(scene):
    """What was withdrawn and entered again keeps its day; the act itself is dated today."""
    scene.given(a_home())
    away, anew = scene.correct(scene.names["home"], 1, {"name": "新名"}).then_recorded().events

    assert (away.envelope.occurred_on.isoformat(), anew.envelope.occurred_on.isoformat()) == (
        "2024-12-31",
        "2024-01-01",
    )
    assert (away.envelope.reason, anew.envelope.reason, anew.envelope.corrects) == ("录错", "录错", 1)


# -- in use -----------------------------------------------------------------------------------------


def test_what_made_a_stream_is_not_withdrawn_while_others_stand_on_it(scene):
    """entry.in_use names the entries in the same stream and in others, with label, day and position."""
    scene.given(a_home(), a_person())
    home, person = scene.names["home"], scene.names["person"]
    scene.given(say("facility.rename", facility="$home", name="新名", on="2024-02-01"))
    scene.withdraw(home).then_refused("entry.in_use", None, "更名（2024-02-01，位置 3）")
    scene.withdraw(home, 2).then_recorded()
    scene.given(a_stay())
    scene.withdraw(home).then_refused("entry.in_use", None, "登记入住（2024-03-01")
    refused = scene.withdraw(person).then_refused("entry.in_use", None, "登记入住（2024-03-01")
    assert "Admission (2024-03-01, position 5)" in refused.answer.wording.en
    scene.withdraw(scene.names["stay"]).then_recorded()
    scene.withdraw(home).then_recorded()
    scene.withdraw(person).then_recorded()


def test_what_stands_only_in_the_same_unit_of_work_counts_too(scene):
    """A file that registers, admits and withdraws in one go is refused just as one that does so in three."""
    scene.given(a_person())
    home, stay, away = scene.together(
        say("facility.register", "2024-01-01", id="h", **a_home().args),
        say("stay.admit", id="s", person="$person", facility={"$ref": "h"}, category="orphan"),
        say("entry.withdraw", None, stream={"$ref": "h"}, version=1, reason="x"),
    )
    home.then_recorded()
    stay.then_recorded()
    away.then_refused("entry.in_use", None, "登记入住（2024-03-01）")


def test_a_beginning_is_not_moved_behind_what_followed(scene):
    """entry.in_use: the discharge would come before the admission."""
    scene.given(a_home(), a_person(), a_stay(), say("stay.discharge", stay="$stay", reason="other", on="2024-05-01"))
    scene.correct(scene.names["stay"], 1, occurred_on="2024-05-02").then_refused(
        "entry.in_use", None, "离院（2024-05-01"
    )
    scene.correct(scene.names["stay"], 1, occurred_on="2024-05-01").then_recorded()


def test_a_correction_that_breaks_a_rule_itself_is_refused_by_that_rule(scene):
    """Its own violation, not another's."""
    scene.given(
        a_home(),
        a_home("other"),
        a_person(),
        a_stay(until="2024-04-01"),
        a_stay("second", on="2024-05-01", facility="$other"),
    )
    scene.correct(scene.names["stay"], 1, {"until": "2024-05-02"}).then_refused("stay.overlapping")
    scene.correct(scene.names["second"], 1, occurred_on="2024-03-15").then_refused("stay.overlapping")
    scene.correct(scene.names["stay"], 1, {"until": "2024-05-01"}).then_recorded()


# -- a person's sex and birth -------------------------------------------------------------------------


@pytest.fixture
def two_stays(scene: Scene) -> Scene:
    """A person with a past stay, and one that goes on."""
    return scene.given(
        a_home(),
        a_person(),
        a_stay(until="2024-04-01"),
        a_stay("second", on="2024-05-01"),
        say("stay.move", stay="$second", bed="7", on="2024-05-02"),
    )


def test_a_corrected_sex_and_birth_reach_every_stay_in_the_same_transaction(two_stays):
    """Both admissions are entered again with the new copies; nothing else of them changes."""
    outcome = two_stays.correct(
        two_stays.names["person"], 1, {"sex": "female", "birth_date": "1941-01-01"}
    ).then_recorded()

    assert [e.topic for e in outcome.events] == [
        "entry.withdrawn",
        "person.registered",
        *["entry.withdrawn", "stay.admitted"] * 2,
    ]
    for stay in ("$stay", "$second"):
        assert (two_stays.state(stay).sex, two_stays.state(stay).birth_year) == ("female", 1941)
    assert two_stays.state("$second").bed == "7"
    assert two_stays.state("$stay").ended_on.isoformat() == "2024-04-01"


def test_a_corrected_name_touches_no_stay(two_stays):
    """Stays hold no name."""
    two_stays.correct(two_stays.names["person"], 1, {"name": "真名"}).then_recorded(
        "entry.withdrawn", "person.registered"
    )
    assert two_stays.state("$stay").sex == "male"


def test_a_stay_that_a_persons_correction_entered_again_can_be_corrected_and_withdrawn(two_stays):
    """It is still the entry of the admission: whole, in both streams."""
    person, stay = two_stays.names["person"], two_stays.names["stay"]
    two_stays.correct(person, 1, {"sex": "female"})
    latest = [e for e in two_stays.events(stay) if e.topic == "stay.admitted"][-1]
    two_stays.correct(stay, latest.originator_version, {"category": "destitute", "until": "2024-04-02"}).then_recorded()
    state = two_stays.state("$stay")
    assert (state.sex, state.category, state.ended_on.isoformat()) == ("female", "destitute", "2024-04-02")
    two_stays.correct(
        person,
        [e for e in two_stays.events(person) if e.topic == "person.registered"][-1].originator_version,
        {"sex": "male"},
    ).then_recorded()
    assert two_stays.state("$stay").sex == "male"
    two_stays.withdraw(
        stay, [e for e in two_stays.events(stay) if e.topic == "stay.admitted"][-1].originator_version
    ).then_recorded()
    assert two_stays.seen(stay)[0] is None
    assert list(two_stays.state("$person").stays) == [two_stays.names["second"]]


def test_a_document_is_not_changed_by_a_correction(scene):
    """person.document_fixed: another number, another kind, or none at all would be another person."""
    scene.given(a_person(), a_person("none", document_kind="none", document_number=None))
    person, other = scene.names["person"], a_person(serial=3).args["document_number"]
    scene.correct(person, 1, {"document_number": other}).then_refused(
        "person.document_fixed", "document_number", "另一个证件"
    )
    scene.correct(person, 1, {"document_kind": "passport"}).then_refused("person.document_fixed", "document_kind")
    scene.correct(person, 1, {"document_kind": "none", "document_number": None}).then_refused(
        "person.document_fixed", "document_kind"
    )
    scene.correct(person, 1, {"document_number": None}).then_refused("field.missing", "document_number")
    scene.correct(scene.names["none"], 1, {"document_kind": "passport", "document_number": "E1"}).then_refused(
        "person.document_fixed", "document_kind"
    )
    scene.correct(person, 1, {"document_number": a_person().args["document_number"], "name": "真名"}).then_recorded()


# -- a stay's person, home and contact ----------------------------------------------------------------


def test_a_stay_is_moved_to_the_right_person_with_its_guard_and_its_sealed_contact(scene):
    """The wrong person's stream is free again; the contact is sealed under the right person's key."""
    scene.given(a_home(), a_person(), a_person("right", serial=2), a_stay(until="2024-06-01"))
    scene.correct(scene.names["stay"], 1, {"person": scene.names["right"]}).then_recorded()

    assert scene.state("$person").stays == {}
    assert scene.state("$right").stays[scene.names["stay"]].end.startswith("2024-06-01")
    state = scene.state("$stay")
    assert (state.person, state.sex, state.contact.subject) == (scene.names["right"], "female", scene.names["right"])
    assert scene.vault.open(state.contact) == "13900000000"
    scene.given(a_stay("again"))


def test_a_stay_with_a_discharge_of_its_own_is_not_moved_to_another_person(scene):
    """entry.in_use: the discharge stands in the first person's stream; a death would be the wrong one's."""
    scene.given(a_home(), a_person(), a_person("right", serial=2), a_stay())
    scene.given(say("stay.discharge", stay="$stay", reason="other", on="2024-05-01"))
    change = {"person": scene.names["right"]}
    scene.correct(scene.names["stay"], 1, change).then_refused("entry.in_use", None, "离院（人员侧）（2024-05-01")
    scene.withdraw(scene.names["stay"], 2).then_recorded()
    scene.given(say("person.record_death", person="$person", on="2024-05-01"))
    scene.correct(scene.names["stay"], 1, change).then_refused("entry.in_use", None)


def test_a_stay_is_moved_to_the_right_home(scene):
    """Region, kind and the guard follow; a home that was closed then is still refused."""
    scene.given(
        a_home(),
        a_home("right", region=GONGBO, kind="child_welfare_institution"),
        a_person(),
        a_stay(),
        say("facility.terminate", facility="$home", reason="x", on="2024-09-01"),
    )
    scene.correct(scene.names["stay"], 1, {"facility": scene.names["right"]}).then_recorded()

    state = scene.state("$stay")
    assert (state.facility, state.region, state.kind) == (scene.names["right"], GONGBO, "child_welfare_institution")
    assert scene.state("$person").staying_at == scene.names["right"]
    scene.correct(scene.names["stay"], 3, {"facility": scene.names["home"]}, occurred_on="2024-09-02").then_refused(
        "facility.closed", "facility"
    )
    scene.correct(scene.names["stay"], 3, {"facility": "nothing"}).then_refused("reference.unknown", "facility")


def test_what_came_after_moves_with_a_stay_to_the_right_home(scene):
    """Later entries, and what followed in the stay from a death, are entered again at the right home, whole and correctable."""
    scene.given(
        a_home(),
        a_home("right", region=GONGBO),
        a_person(),
        a_stay(bed="1"),
        say("stay.send_to_hospital", stay="$stay", hospital="县医院", on="2024-04-01"),
        say("person.record_death", person="$person", on="2024-05-01"),
    )
    stay, right = scene.names["stay"], scene.names["right"]
    before = scene.seen("$person")[0]
    scene.correct(stay, 1, {"facility": right}).then_recorded(
        *["entry.withdrawn"] * 2,
        "stay.admitted",
        "person.stay_opened",
        *["entry.withdrawn", "stay.sent_to_hospital"],
        *["entry.withdrawn", "stay.discharged"],
    )

    standing = Track(scene.events(stay)).standing
    assert [(e.topic, e.envelope.facility, e.envelope.region) for e in standing] == [
        (topic, right, GONGBO) for topic in ("stay.admitted", "stay.sent_to_hospital", "stay.discharged")
    ]
    assert scene.vault.open(standing[1].hospital) == "县医院"
    assert scene.seen("$person")[0]["died_on"] == before["died_on"]
    scene.withdraw(stay, 3).then_refused("entry.corrected", "version")
    death = next(e for e in scene.events("$person") if e.topic == "person.died")
    scene.withdraw(death.originator_id, death.originator_version).then_recorded()
    assert scene.state("$stay").status == "in_hospital"
    scene.sound()


def test_a_correction_that_moves_nothing_leaves_what_came_after(two_stays):
    """Another category of the admission: two events more in the stay, not four."""
    two_stays.correct(two_stays.names["second"], 1, {"category": "orphan"}).then_recorded(
        "entry.withdrawn", "entry.withdrawn", "stay.admitted", "person.stay_opened"
    )


# -- a home's kind --------------------------------------------------------------------------------------


def rules(scene: Scene) -> tuple[set[str], ...]:
    """What is found in the stay that lacks nothing and in the one that lacks agreement and contact."""
    return tuple({finding[0] for finding in scene.seen(stay)[3]} for stay in ("$second", "$bare"))


def test_a_corrected_kind_reaches_every_stay_in_the_same_transaction(two_stays):
    """The findings of the stays that go on are those of the right kind; ended and moved stays keep all else."""
    home = two_stays.names["home"]
    two_stays.given(a_person("third", serial=3), a_stay("bare", person="$third", agreement_no=None, contact=None))
    assert rules(two_stays) == (set(), {"EC-04", "stay.no_contact"})
    outcome = two_stays.correct(home, 1, {"kind": "child_welfare_institution"}).then_recorded()

    assert [e.topic for e in outcome.events] == [
        "entry.withdrawn",
        "facility.registered",
        *["entry.withdrawn", "stay.admitted"] * 3,
    ]
    assert {two_stays.state(f"${s}").kind for s in ("stay", "second", "bare")} == {"child_welfare_institution"}
    assert rules(two_stays) == ({"stay.unusual_category"}, {"stay.unusual_category"})
    assert two_stays.state("$second").bed == "7"
    two_stays.sound()
    version = [e for e in two_stays.events(home) if e.topic == "facility.registered"][-1].originator_version
    two_stays.correct(home, version, {"kind": "elderly_care_home"}).then_recorded()
    assert rules(two_stays) == (set(), {"EC-04", "stay.no_contact"})


def test_a_kind_is_corrected_in_stays_of_the_same_unit_of_work(scene):
    """A file that registers, admits and corrects in one go ends as one that does so in three."""
    scene.given(a_person())
    *_, stay, _ = scene.together(
        say("facility.register", "2024-01-01", id="h", **a_home().args),
        say("stay.admit", id="s", person="$person", facility={"$ref": "h"}, category="orphan"),
        say("entry.correct", None, stream={"$ref": "h"}, version=1, reason="x", args={"kind": "rescue_station"}),
    )
    assert scene.state(stay.receipt.stream).kind == "rescue_station"


def test_a_corrected_address_or_region_touches_no_stay(two_stays):
    """Where a home lies is asked of the home, on both clocks; stays hold nothing that would be wrong."""
    two_stays.correct(two_stays.names["home"], 1, {"address": "新址", "region": GONGBO}).then_recorded(
        "entry.withdrawn", "facility.registered"
    )


def test_what_a_correction_changes_may_refer_to_an_earlier_line(scene):
    """`$ref` works in the args of a correction too."""
    scene.given(a_home(), a_person(), a_stay())
    *_, last = scene.together(
        say("facility.register", "2024-01-01", id="h", **a_home().args),
        say("entry.correct", None, stream="$stay", version=1, reason="x", args={"facility": {"$ref": "h"}}),
    )
    last.then_recorded()
    assert scene.state("$stay").facility != scene.names["home"]


def test_a_corrected_region_in_a_later_one_does_not_move_an_older_entry(scene):
    """A home that moved: an older entry corrected stays where it was."""
    scene.given(
        a_home(),
        say("facility.license_beds", facility="$home", beds=8, since="2024-02-01", on="2024-02-01"),
        say("facility.relocate", facility="$home", address="x", region=GONGBO, on="2024-06-01"),
    )
    events = scene.correct(scene.names["home"], 2, {"beds": 9}).then_recorded().events

    assert {e.envelope.region for e in events} == {"540402"}
