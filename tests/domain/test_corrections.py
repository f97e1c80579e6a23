"""Corrections: any entry can be withdrawn or corrected whole, in every stream that it touched, and history stays."""

import pytest

from domain.catalogue import commands
from domain.model import Sealed
from tests.domain.every import EXAMPLES, OPTIONAL, deciding
from tests.scene import Outcome, Scene, a_home, a_person, a_stay, say


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
