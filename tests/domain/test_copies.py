"""What a correction reaches beyond its own entry: copies in stays, what came after, the right home and person."""

import pytest

from domain.work import Track
from tests.scene import GONGBO, Scene, a_home, a_person, a_stay, say

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
    return tuple({note.key for note in scene.seen(stay)[3]} for stay in ("$second", "$bare"))


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
