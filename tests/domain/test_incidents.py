"""Incidents: the clocks of reports, casualties and grades, the family, causes, follow-ups, closing."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.catalogue import sentence
from domain.incidents import Incident
from domain.model import CHINA, Sealed
from tests.domain.incident_scene import COURSE, DAY, a_report, an_incident, at, casualties, doing, owed, sums
from tests.scene import HOME, Scene, a_home, a_person, an_account, reference, say


@pytest.fixture
def home(scene: Scene) -> Scene:
    """A home, licensed to nobody in particular, and somebody to be responsible."""
    return scene.given(a_home(), an_account("wang.manager"))


# -- what happened ----------------------------------------------------------------------------------------


def test_an_incident_starts_the_clocks_of_its_day(home):
    """AC-02, AC-04: an hour to report, thirty days for supplements; the course is sealed under the incident."""
    outcome = home.when(an_incident(risks=["fall", "fall"])).then_recorded("incident.occurred").then_found()
    event = outcome.events[0]

    assert (event.report_due, event.supplement_due) == ("2024-05-05T15:10:00", "2024-06-04T24:00")
    assert (event.report_to, event.region, event.risks) == (2, HOME["region"], ("fall",))
    assert isinstance(event.course, Sealed)
    assert event.course.subject == outcome.stream
    assert home.vault.open(event.course) == COURSE
    assert home.state("$incident").status == "occurred"


@pytest.mark.parametrize(
    ("kinds", "up_to", "supplement"),
    [
        (["production_safety"], 2, "2024-06-04T24:00"),
        (["fire", "production_safety"], 2, "2024-05-12T24:00"),
        (["service_safety"], 1, "2024-06-04T24:00"),
        (["public_health", "food_safety"], 1, "2024-06-04T24:00"),
    ],
)
def test_kinds_are_kept_apart(home, kinds, up_to, supplement):
    """AC-06: only accidents and fires go by the accident rules; a fire takes supplements for seven days."""
    event = home.when(an_incident(kinds=kinds)).then_recorded().events[0]

    assert (event.report_to, event.supplement_due) == (up_to, supplement)


def test_an_incident_has_a_kind(home):
    """field.missing: a list without an item says nothing; one named twice counts once."""
    home.when(an_incident(kinds=[])).then_refused("field.missing", "kinds")
    home.when(an_incident(kinds=["plague"])).then_refused("field.invalid", "kinds")
    assert home.when(an_incident(kinds=["fire", "fire"])).events[0].kinds == ("fire",)


def test_an_incident_happens_in_a_facility_that_stands(home):
    """facility.not_registered and facility.terminated; a suspended home has incidents all the same."""
    home.given(
        say("facility.suspend", facility="$home", reason="x", on="2024-02-01"),
        say("facility.terminate", facility="$home", reason="x", on="2024-08-01"),
    )
    home.when(an_incident(on="2023-12-31")).then_refused("facility.not_registered", "facility")
    home.when(an_incident(on="2024-08-02")).then_refused("facility.terminated", "facility")
    home.when(an_incident()).then_recorded()


def test_people_concerned_are_people_of_the_register(home):
    """reference.unknown for anything else; each is named once, and nothing of them stands in public."""
    home.given(a_person())
    person = home.names["person"]
    home.when(an_incident(persons=["nobody"])).then_refused("reference.unknown", "persons")
    event = home.when(an_incident(persons=[person, person])).then_recorded().events[0]

    assert event.persons == (person,)
    assert COURSE not in home.text()


def test_an_incident_of_several_kinds_counts_once(home):
    """The total counts it under the kind named first; the classifications count each."""
    home.given(an_incident(kinds=["production_safety", "fire"]))

    assert sums(home, "incident.occurred") == {(DAY, "production_safety"): 1}
    assert sums(home, "incident.open") == {(DAY, "production_safety"): 1}
    assert sums(home, "incident.classifications") == {(DAY, "production_safety"): 1, (DAY, "fire"): 1}


# -- casualties -------------------------------------------------------------------------------------------


def test_the_latest_count_holds_and_the_first_grade_stays(burning):
    """AC-01, AC-04: a death within thirty days grades anew; figures stand on the day of the incident."""
    burning.when(casualties(2, 5, 1, slightly_injured=3)).then_recorded("incident.casualties_recorded")
    burning.given(casualties(3, 4, 0, "2024-06-04"))

    state = burning.state("$incident")
    assert (state.dead, state.injured, state.missing) == (3, 4, 0)
    assert (state.first_grade, state.grade) == ("ordinary", "larger")
    assert sums(burning, "incident.dead") == {(DAY, "production_safety"): 3}
    assert sums(burning, "incident.injured") == {(DAY, "production_safety"): 4}


def test_a_death_after_the_time_for_supplements_does_not_regrade(burning):
    """AC-04: it is recorded and counted; the grade stays what it was. A first count is graded whenever it comes."""
    burning.given(casualties(2, on="2024-05-06"), casualties(3, on="2024-06-05"))
    assert (burning.state("$incident").grade, burning.state("$incident").dead) == ("ordinary", 3)

    burning.withdraw(burning.names["incident"], 2).then_recorded()
    assert burning.state("$incident").grade == "larger"


def test_a_fire_is_graded_anew_for_seven_days(home):
    """AC-04: fire and road accidents have the shorter time."""
    home.given(an_incident(kinds=["fire"]), casualties(1), casualties(3, on="2024-05-12"))
    assert home.state("$incident").grade == "larger"
    home.given(casualties(10, on="2024-05-13"))
    assert home.state("$incident").grade == "larger"
    assert list(owed(home))[-1][0] == "accident.supplement_fire"


def test_other_incidents_have_no_grade(home):
    """AC-06: a fall with a death is no work-safety accident."""
    home.given(an_incident(kinds=["service_safety"], risks=["fall"]), casualties(3), casualties(4, on="2024-05-07"))

    state = home.state("$incident")
    assert (state.dead, state.grade, state.first_grade) == (4, None, None)
    assert set(owed(home)) == {("accident.unit_report", "")}


def test_the_loss_grades_too(burning):
    """AC-01: ten million yuan is a larger accident, a fen less is not."""
    burning.given(casualties(loss_fen=999_999_999))
    assert burning.state("$incident").grade == "ordinary"
    burning.given(casualties(loss_fen=1_000_000_000, on="2024-05-07"))
    assert burning.state("$incident").grade == "larger"


def test_a_graver_grade_owes_a_higher_level(burning):
    """AC-02: from the count that makes it larger, the province has two hours."""
    burning.given(a_report(when="14:30"), a_report("city_bureau", "15:00"))
    burning.given(
        say("incident.record_casualties", None, at("20:00"), incident="$incident", dead=3, injured=0, missing=0)
    )

    assert owed(burning)["accident.level_hop", "3"] == (f"{DAY}T22:00:00", None)
    burning.when(a_report("province_bureau", "21:59")).then_recorded().then_found()


def test_a_level_is_owed_once_the_one_below_is_told(burning):
    """A larger accident goes up to the province; its clock does not run before the city knows."""
    burning.given(a_report(when="14:30"), casualties(3, on="2024-05-05"))
    assert [key for _, key in owed(burning)] == ["", "2"]
    burning.given(a_report("city_bureau", on="2024-05-06"))
    assert owed(burning)["accident.level_hop", "3"] == ("2024-05-07T02:00:00", None)


def test_a_change_of_casualties_is_reported(burning):
    """AC-04: a first count is no change, nor is the same again; a change is met by the next report up."""
    burning.given(a_report(when="14:30"), casualties(1), casualties(1, on="2024-05-07"))
    assert ("accident.supplement", "1") not in owed(burning)
    burning.given(casualties(1, 1, on="2024-05-10"))
    assert owed(burning)["accident.supplement", "1"] == ("2024-06-04T24:00", None)
    burning.given(a_report(on="2024-05-10"))
    assert owed(burning)["accident.supplement", "1"] == ("2024-06-04T24:00", "2024-05-10T24:00")


def test_a_withdrawn_count_gives_way_to_the_one_before(burning):
    """Rows are differences: what is left sums to the count that stands."""
    burning.given(casualties(2, 2), casualties(5, 0, on="2024-05-08"))
    burning.withdraw(burning.names["incident"], 3).then_recorded()

    assert sums(burning, "incident.dead") == {(DAY, "production_safety"): 2}
    assert sums(burning, "incident.injured") == {(DAY, "production_safety"): 2}


def test_a_corrected_day_takes_figures_with_it(burning):
    """Deaths stand on the day of the incident, also when that day was wrong."""
    burning.given(casualties(2, on="2024-05-08"))
    burning.correct(burning.names["incident"], occurred_at=at("14:10", "2024-04-30")).then_recorded()

    assert sums(burning, "incident.dead") == {("2024-04-30", "production_safety"): 2}
    assert sums(burning, "incident.occurred") == {("2024-04-30", "production_safety"): 1}


@settings(max_examples=25, deadline=None)
@given(counts=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 120)), min_size=1, max_size=5))
def test_differences_always_sum_to_the_last_count(counts):
    """Conservation: whatever was counted in between, the figure is the latest count."""
    grades = reference().accidents.on(datetime(2024, 5, 5, tzinfo=CHINA).date())
    state = Incident("i")
    state.facility, state.kinds, state.supplement_due = "f", ("fire",), "2024-06-04T24:00"
    state.occurred_on = datetime(2024, 5, 5, tzinfo=CHINA).date()
    total = Counter()
    for dead, injured in counts:
        event = _count(dead, injured, grades[0])
        for row in event.rows(state):
            total[row.figure] += row.amount
        event.apply(state)

    assert (total["incident.dead"], total["incident.injured"]) == counts[-1]


def _count(dead, injured, light):
    event = object.__new__(Incident.CasualtiesRecorded)
    event.__dict__.update(
        at="2024-05-06T24:00", dead=dead, injured=injured, missing=0, slightly_injured=None, loss_fen=None
    )
    event.__dict__.update(grade=light.code, report_to=2, hop_due="")
    return event


# -- to the end -------------------------------------------------------------------------------------------


def test_an_incident_closes_when_family_causes_and_follow_ups_are_settled(burning):
    """incident.family_untold, incident.causes_unknown, incident.follow_up_open, then closed once."""
    close = doing("close", "2024-06-01")
    burning.when(close).then_refused("incident.family_untold", None, "尚未告知家属")
    burning.given(doing("tell_family", how="无人受伤"))
    burning.when(close).then_refused("incident.causes_unknown", None, "原因尚未查明")
    burning.given(doing("investigate", causes="线路老化", direct_cause="electrical"))
    assert burning.state("$incident").status == "investigated"
    task = {"number": 1, "what": "更换配电箱", "responsible": "wang.manager", "due_on": "2024-05-31"}
    burning.given(doing("assign_follow_up", **task))
    burning.when(close).then_refused("incident.follow_up_open", None, "整改")
    burning.given(doing("finish_follow_up", "2024-05-30", number=1, result="已更换"))
    burning.when(close).then_recorded("incident.closed")

    assert burning.state("$incident").status == "closed"
    assert sums(burning, "incident.open") == {(DAY, "production_safety"): 1, ("2024-06-01", "production_safety"): -1}
    burning.when(close).then_refused("incident.closed", None, "已经结案")


def test_the_family_of_everybody_who_is_named_is_told(home):
    """incident.family_untold: one family of two is not enough; word without a name is for all."""
    home.given(a_person(), a_person("other", 2))
    both = [home.names["person"], home.names["other"]]
    home.given(an_incident(persons=both), doing("investigate", causes="x"), doing("tell_family", person="$person"))
    home.when(doing("close", "2024-06-01")).then_refused("incident.family_untold")
    home.given(doing("tell_family", person="$other"))
    home.when(doing("close", "2024-06-01")).then_recorded()


def test_what_was_closed_stands_on_its_grounds(burning):
    """entry.in_use: the causes cannot be taken from under a closed incident."""
    burning.given(doing("tell_family"), doing("investigate", causes="x"), doing("close", "2024-06-01"))
    burning.withdraw(burning.names["incident"], 3).then_refused("entry.in_use", None, "结案")
    burning.withdraw(burning.names["incident"], 4).then_recorded()
    burning.withdraw(burning.names["incident"], 3).then_recorded()


def test_facts_are_recorded_after_the_end_too(burning):
    """A death that follows, a further report and a verdict are facts; new tasks need an open incident."""
    burning.given(doing("tell_family"), doing("investigate", causes="x"), doing("close", "2024-05-25"))
    burning.when(casualties(1, on="2024-05-30")).then_recorded()
    burning.when(a_report(on="2024-05-30")).then_recorded()
    burning.when(doing("judge_report", "2024-06-10", verdict="late")).then_recorded()
    task = {"number": 1, "what": "x", "responsible": "wang.manager", "due_on": "2024-06-30"}
    burning.when(doing("assign_follow_up", "2024-06-01", **task)).then_refused("incident.closed")


def test_a_follow_up_is_known_by_its_number(burning):
    """incident.follow_up_known, incident.no_such_follow_up, incident.follow_up_done; its duty ends when it is done."""
    task = {"what": "更换配电箱", "responsible": "wang.manager", "due_on": "2024-05-31"}
    burning.given(doing("assign_follow_up", number=1, **task), doing("assign_follow_up", number=2, **task))
    burning.when(doing("assign_follow_up", number=2, **task)).then_refused("incident.follow_up_known")
    burning.when(doing("finish_follow_up", number=3)).then_refused("incident.no_such_follow_up")
    burning.when(doing("finish_follow_up", "2024-05-10", number=1)).then_refused("incident.no_such_follow_up")
    burning.given(doing("finish_follow_up", "2024-05-30", number=1))
    burning.when(doing("finish_follow_up", "2024-05-30", number=1)).then_refused("incident.follow_up_done")

    assert owed(burning)["incident.follow_up", "1"] == ("2024-05-31T24:00", "2024-05-30T24:00")
    assert owed(burning)["incident.follow_up", "2"] == ("2024-05-31T24:00", None)


def test_four_ways_of_reporting_wrongly_are_four_breaches(burning):
    """AC-05: late, missing, false and concealed are kept apart; the same verdict twice is one."""
    for verdict in ("late", "missing", "false", "concealed", "late"):
        burning.given(doing("judge_report", verdict=verdict, grounds="x"))

    breaches = list(burning.state("$incident").findings())
    assert [one.rule for one in breaches] == ["AC-05"] * 4
    assert len({one.wording.zh for one in breaches}) == 4
    assert burning.state("$incident").verdicts == ("late", "missing", "false", "concealed")


def test_measures_and_liability_are_part_of_the_story(burning):
    """They change nothing that is counted; who decides on liability is the authority."""
    burning.when(doing("take_measure", measure="疏散")).then_recorded("incident.measure_taken")
    burning.when(doing("decide_liability", nature="responsible", conclusion="x")).then_recorded(
        "incident.liability_decided"
    )
    assert burning.state("$incident").nature == "responsible"

    manager = burning.login("home.manager", "facility_manager", facility=burning.names["home"])
    for command, args in (("decide_liability", {"nature": "responsible"}), ("judge_report", {"verdict": "late"})):
        refused = say(f"incident.{command}", "2024-05-20", by=manager, incident="$incident", **args)
        burning.when(refused).then_refused("command.not_allowed")


@pytest.mark.parametrize("command", [e.command for e in Incident.events if not e.creates])
def test_nothing_happens_in_an_incident_before_it_occurred(burning, command):
    """entry.before_start, to the minute; reference.unknown for an incident that there is not."""
    args = {
        "incident.report": {"to": "county_bureau"},
        "incident.record_casualties": {"dead": 0, "injured": 0, "missing": 0},
        "incident.take_measure": {"measure": "x"},
        "incident.investigate": {"causes": "x"},
        "incident.decide_liability": {"nature": "responsible"},
        "incident.judge_report": {"verdict": "late"},
        "incident.assign_follow_up": {"number": 1, "what": "x", "responsible": "wang.manager", "due_on": "2024-06-01"},
        "incident.finish_follow_up": {"number": 1},
    }.get(command, {})
    burning.when(say(command, None, at("14:09"), incident="$incident", **args)).then_refused("entry.before_start")
    burning.when(say(command, incident="$home", **args)).then_refused("reference.unknown", "incident")


def test_sentences_say_what_happened_and_nothing_private(home):
    """Both languages; course, causes and how the family was told stay sealed."""
    home.given(
        a_person(),
        an_incident(kinds=["production_safety", "fire"]),
        a_report(when="14:30"),
        casualties(1, 2, 0),
        doing("tell_family", person="$person", how="电话告知其女"),
        doing("investigate", causes="线路老化", direct_cause="electrical"),
        doing("decide_liability", nature="not_responsible"),
        doing("judge_report", verdict="concealed"),
        doing("assign_follow_up", number=1, what="更换配电箱", responsible="wang.manager", due_on="2024-05-31"),
    )
    said = [sentence(event, reference()) for event in home.events("$incident")]

    assert said[0] == ("二楼走廊发生生产安全事故、火灾", "Work-safety accident, Fire at 二楼走廊")
    assert said[1] == ("向县级民政部门报告", "Reported to: County civil-affairs bureau")
    assert said[2][0] == "死亡 1 人，重伤 2 人，失踪 0 人"
    assert said[-1] == ("交办第 1 项：更换配电箱，2024年5月31日前完成", "Follow-up 1: 更换配电箱, by 31 May 2024")
    assert not any(word in text for pair in said for text in pair for word in ("其女", "老化", COURSE))


def test_rows_of_an_incident_that_is_gone_count_nothing(burning):
    """Guards against entries without a beginning, or after the end: they add no rows."""
    burning.given(a_report(when="18:00"), casualties(1), doing("tell_family"), doing("investigate", causes="x"))
    burning.given(doing("close", "2024-06-01"))
    for event in burning.events("$incident")[1:]:
        assert list(event.rows(None)) == []
    assert list(burning.events("$incident")[-1].rows(burning.state("$incident"))) == []


def test_somebody_signs_to_have_read_what_was_there_to_read(burning):
    """签阅: who, when, and how many entries; the instruction is sealed, and a home's own people may sign too."""
    manager = burning.login("chen.manager", "facility_manager", facility="$home")
    burning.given(a_report(when="14:40"))
    outcome = burning.when(replace(doing("acknowledge", "2024-05-06", instruction="查明原因"), by=manager))
    outcome.then_recorded("incident.acknowledged")

    assert isinstance(outcome.events[0].instruction, Sealed)
    assert burning.state("$incident").readings == (("chen.manager", "facility_manager", "2024-05-06T24:00", 2),)
    assert "查明原因" not in "".join(sentence(outcome.events[0], reference()))
    burning.when(
        replace(doing("acknowledge", "2024-05-06"), by=burning.login("fin", "finance_officer", region="540402"))
    ).then_refused("command.not_allowed")
