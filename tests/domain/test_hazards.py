"""Hazards: found, assigned, rectified, accepted by another, struck off; what is open and overdue on any day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.hazards import Hazard
from domain.model import Post, Refused
from domain.work import Track
from projections.folding import history
from tests.domain.oversight import (
    ACCEPTED,
    CLOSED,
    FOUND,
    HOME,
    RECTIFIED,
    WANG,
    a_hazard,
    an_assignment,
    balance,
    on_hazard,
    self_checked,
)
from tests.scene import MILIN, Scene, a_home, say


@pytest.fixture
def found(scene: Scene) -> Scene:
    """A general hazard, found by hand on 10 March."""
    return scene.given(*FOUND)


def overdue(scene: Scene, *days: str, **dims: str) -> list[int]:
    """The stock of overdue hazards at the end of some days of March."""
    return [balance(scene, "$hazard", "hazard.overdue", f"2024-{day}", **dims) for day in days]


# -- the way of a hazard -----------------------------------------------------------------------------


def test_a_general_hazard_has_a_deadline_from_its_finding(found):
    """15 days by default; placed where the home lies; found by the bureau unless the home says so itself."""
    state = found.state("$hazard")

    assert (state.status, state.deadline, state.region, state.source) == ("open", date(2024, 3, 25), "540402", "bureau")
    manager = found.login("chen.manager", Post.FACILITY_MANAGER, facility=found.names["home"])
    found.when(replace(a_hazard("own"), by=manager)).then_recorded()
    assert found.state("$own").source == "facility"


def test_a_major_hazard_has_a_clock_for_its_plan_and_no_deadline_but_by_plan(scene):
    """HZ-05: a plan within 7 days; the assignment that carries one meets the duty, the first one counts."""
    scene.given(*HOME, a_hazard(grade="major"))
    assert [tuple(d) for d in scene.state("$hazard").duties()] == [("hazard.major_plan", "2024-03-17T24:00", None, "")]
    scene.given(
        an_assignment(on="2024-03-12"),
        an_assignment(on="2024-03-14", plan="整改方案"),
        an_assignment(on="2024-03-16", plan="修订"),
    )
    assert [tuple(d) for d in scene.state("$hazard").duties()] == [
        ("hazard.deadline", "2024-03-20T24:00", None, "1"),
        ("hazard.major_plan", "2024-03-17T24:00", "2024-03-14T24:00", ""),
    ]


@pytest.mark.parametrize(
    ("item", "grade", "deadline"),
    [
        ("C04", "general", date(2024, 3, 13)),
        ("C01", "major", date(2024, 3, 11)),
        ("A02", "major", None),
        ("C01", "general", date(2024, 3, 25)),
        ("C03", "major", None),
    ],
)
def test_an_item_gives_its_own_limit_as_long_as_the_grade_is_its_own(scene, item, grade, deadline):
    """The checklist's limit first, then that of the grade."""
    scene.given(*HOME, a_hazard(item=item, grade=grade))
    assert scene.state("$hazard").deadline == deadline


def test_a_hazard_goes_from_hand_to_hand_until_it_is_struck_off(scene):
    """open, rectified, accepted, closed: the four states, and the duty is met by the acceptance."""
    scene.given(*FOUND)
    seen = [scene.state("$hazard").status]
    for said in (an_assignment(), *(one for one in CLOSED if one not in FOUND)):
        scene.when(said).then_recorded()
        seen.append(scene.state("$hazard").status)
    assert seen == ["open", "open", "rectified", "accepted", "closed"]
    assert [d.met_at for d in scene.state("$hazard").duties()] == ["2024-03-16T24:00"]


def test_a_rejected_rectification_is_open_again_and_can_be_rectified_anew(scene):
    """Nothing is lost but the rectification; another one follows."""
    scene.given(*RECTIFIED)
    scene.when(on_hazard("reject", "2024-03-16")).then_recorded("hazard.rejected")
    state = scene.state("$hazard")
    assert (state.status, state.rectified_on, state.rectified_by) == ("open", None, None)
    scene.when(on_hazard("reject", "2024-03-16")).then_refused("hazard.not_rectified")
    scene.when(replace(on_hazard("rectify", "2024-03-18"), by=WANG)).then_recorded()
    scene.when(on_hazard("accept", "2024-03-19")).then_recorded()


def test_a_regrading_changes_the_clocks_and_keeps_a_deadline_that_stands(found):
    """To major: a plan is due; back to general: it is owed no more. The same grade again is refused."""
    found.when(on_hazard("regrade", "2024-03-12", grade="general", reason="x")).then_refused("hazard.same_grade")
    found.given(on_hazard("regrade", "2024-03-12", grade="major", reason="系统瘫痪"))
    state = found.state("$hazard")
    assert (state.grade, state.deadline, state.plan_due) == ("major", date(2024, 3, 25), "2024-03-19T24:00")
    found.given(on_hazard("regrade", "2024-03-13", grade="general", reason="已恢复"))
    assert [d.rule for d in found.state("$hazard").duties()] == ["hazard.deadline"]


def test_a_major_hazard_judged_general_gets_the_general_deadline(scene):
    """It had none; 15 days from the regrading."""
    scene.given(*HOME, a_hazard(grade="major"), on_hazard("regrade", "2024-03-12", grade="general", reason="x"))
    assert scene.state("$hazard").deadline == date(2024, 3, 27)


def test_a_hazard_is_escalated_and_referred_and_stays_on_the_list(found):
    """Who watches and who was told stand on the board; the hazard is open all the same."""
    found.given(
        on_hazard("escalate", "2024-03-11", to="city_bureau"),
        on_hazard("refer", "2024-03-11", department="fire_rescue"),
    )
    state = found.state("$hazard")
    assert (state.escalated_to, state.referred_to, state.status) == ("city_bureau", "fire_rescue", "open")


def test_a_reopened_hazard_begins_another_round(scene):
    """回头看: what was met stays met, the new round has its own deadline and its own duty."""
    scene.given(*CLOSED)
    scene.when(on_hazard("reopen", "2024-06-01")).then_recorded("hazard.reopened")
    state = scene.state("$hazard")
    assert (state.status, state.deadline, state.closed_on) == ("open", date(2024, 6, 16), None)
    assert [(d.due_at, d.met_at, d.key) for d in state.duties()] == [
        ("2024-03-25T24:00", "2024-03-16T24:00", "1"),
        ("2024-06-16T24:00", None, "2"),
    ]


# -- what is refused ---------------------------------------------------------------------------------


def test_nobody_accepts_their_own_rectification(found):
    """hazard.own_acceptance: neither who recorded the rectification nor who was made responsible; the operator neither."""
    found.given(an_assignment(), on_hazard("rectify", "2024-03-15"))
    found.when(on_hazard("accept", "2024-03-16")).then_refused("hazard.own_acceptance", None, "自己的整改")
    found.when(replace(on_hazard("accept", "2024-03-16"), by=WANG)).then_refused("hazard.own_acceptance")
    li = found.desk.actor("li.inspector")
    found.when(replace(on_hazard("accept", "2024-03-16"), by=li)).then_recorded("hazard.accepted")


def test_nothing_is_closed_before_acceptance_nor_accepted_before_rectification(found):
    """hazard.not_accepted, hazard.not_rectified; and both only once."""
    found.when(on_hazard("close", "2024-03-12")).then_refused("hazard.not_accepted", None, "没有验收")
    found.when(on_hazard("accept", "2024-03-12")).then_refused("hazard.not_rectified")
    found.given(*CLOSED[len(FOUND) :])
    found.when(on_hazard("close", "2024-03-18")).then_refused("hazard.not_accepted")
    found.when(on_hazard("accept", "2024-03-18")).then_refused("hazard.not_rectified")


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        (on_hazard("rectify", "2024-03-18"), "hazard.not_to_rectify"),
        (an_assignment(on="2024-03-18"), "hazard.settled"),
        (on_hazard("regrade", "2024-03-18", grade="major", reason="x"), "hazard.settled"),
        (on_hazard("extend", "2024-03-18", deadline="2024-05-01", reason="x"), "hazard.settled"),
        (on_hazard("escalate", "2024-03-18", to="city_bureau"), "hazard.settled"),
        (on_hazard("refer", "2024-03-18", department="other"), "hazard.settled"),
    ],
)
def test_nothing_is_done_to_what_is_settled(scene, said, rule):
    """Neither when accepted nor when closed; reopen it first."""
    scene.given(*ACCEPTED)
    scene.when(said).then_refused(rule)
    scene.given(on_hazard("close", "2024-03-17"))
    scene.when(said).then_refused(rule)


def test_what_is_not_settled_is_not_reopened(found):
    """hazard.not_settled: a rectification that fell short is rejected."""
    found.when(on_hazard("reopen", "2024-03-12")).then_refused("hazard.not_settled")


def test_what_was_never_found_is_not_rectified(scene):
    """reference.unknown for another thing; entry.before_start for a day before the finding."""
    scene.given(*FOUND)
    for stream in ("nothing", "$home"):
        scene.when(on_hazard("rectify", "2024-03-12", hazard=stream)).then_refused("reference.unknown", "hazard")
    scene.when(on_hazard("rectify", "2024-03-09")).then_refused("entry.before_start")


def test_a_deadline_lies_neither_in_the_past_nor_before_the_one_it_extends(found):
    """hazard.deadline_past, hazard.not_extended."""
    found.when(an_assignment(deadline="2024-03-09")).then_refused("hazard.deadline_past")
    found.when(on_hazard("extend", "2024-03-12", deadline="2024-03-25", reason="x")).then_refused("hazard.not_extended")
    found.when(an_assignment(deadline="2024-03-10")).then_recorded()


def test_responsible_and_approver_have_accounts(found):
    """reference.unknown: no name of a person in a public field."""
    found.when(an_assignment(responsible="张三")).then_refused("reference.unknown", "responsible", "账号")
    found.when(on_hazard("extend", "2024-03-12", deadline="2024-04-25", reason="x", approved_by="nobody")).then_refused(
        "reference.unknown", "approved_by"
    )


@pytest.mark.parametrize(
    ("source", "grade", "may"),
    [("facility", "general", True), ("facility", "major", False), ("bureau", "general", False)],
)
def test_a_home_settles_only_general_hazards_that_it_found_itself(scene, source, grade, may):
    """hazard.not_own_finding for its manager in all other cases."""
    scene.given(*HOME, a_hazard(source=source, grade=grade))
    manager = scene.login("chen.manager", Post.FACILITY_MANAGER, facility=scene.names["home"])
    for said in (
        an_assignment(),
        on_hazard("rectify", "2024-03-15"),
        on_hazard("accept", "2024-03-16"),
        on_hazard("close", "2024-03-17"),
    ):
        by = WANG if said.command == "hazard.rectify" else manager
        outcome = scene.when(replace(said, by=by))
        if may or by is WANG:
            outcome.then_recorded()
        else:
            outcome.then_refused("hazard.not_own_finding")
            scene.given(said)


def test_a_hazard_is_found_only_where_a_home_stands(scene):
    """facility.not_registered, facility.terminated."""
    scene.given(*HOME, say("facility.terminate", facility="$home", reason="拆迁", on="2024-06-01"))
    scene.when(a_hazard(on="2023-12-31")).then_refused("facility.not_registered", "facility")
    scene.when(a_hazard(on="2024-06-02")).then_refused("facility.terminated", "facility")


# -- what is found -----------------------------------------------------------------------------------


def test_an_acceptance_behind_the_deadline_is_recorded_and_told(scene):
    """hazard.accepted_late on the receipt; on the last day itself nothing is late."""
    scene.given(*FOUND, replace(on_hazard("rectify", "2024-03-25"), by=WANG))
    scene.when(on_hazard("accept", "2024-03-26")).then_recorded().then_found("hazard.accepted_late")
    scene.withdraw("$hazard", 3).then_recorded()
    scene.when(on_hazard("accept", "2024-03-25")).then_recorded().then_found()


def test_an_extension_without_approval_is_found_until_it_is_mended(found):
    """hazard.extended_unapproved, a warning; the correction with the approver lifts it."""
    found.when(on_hazard("extend", "2024-03-12", deadline="2024-04-25", reason="等配件")).then_recorded().then_found(
        "hazard.extended_unapproved"
    )
    found.correct("$hazard", 2, {"approved_by": "wang.safety"}).then_recorded().then_found()


# -- figures -----------------------------------------------------------------------------------------


def test_a_hazard_is_open_until_it_is_closed_and_counts_by_its_grades(scene):
    """Accepted on the 16th, closed on the 17th: open on the 16th; found under the first grade, closed under the last."""
    scene.given(*FOUND, on_hazard("regrade", "2024-03-12", grade="major", reason="x"), *CLOSED[len(FOUND) :])
    for day, general, major in (("09", 0, 0), ("10", 1, 0), ("12", 0, 1), ("16", 0, 1), ("17", 0, 0)):
        seen = [balance(scene, "$hazard", "hazard.open", f"2024-03-{day}", grade=g) for g in ("general", "major")]
        assert seen == [general, major], day
    for figure, grade in (("found", "general"), ("closed", "major"), ("closed_of_found", "general")):
        assert balance(scene, "$hazard", f"hazard.{figure}", "2024-12-31", grade=grade) == 1, figure


def test_a_hazard_is_overdue_from_the_day_behind_its_deadline_until_it_is_accepted(found):
    """Deadline the 13th: overdue from the 14th on, the day of acceptance no more."""
    found.given(an_assignment(deadline="2024-03-13"))
    assert overdue(found, "03-13", "03-14", "12-31") == [0, 1, 1]
    found.given(replace(on_hazard("rectify", "2024-03-15"), by=WANG))
    assert overdue(found, "03-15", "12-31") == [1, 1]
    found.given(on_hazard("accept", "2024-03-18"))
    assert overdue(found, "03-14", "03-17", "03-18", "12-31") == [1, 1, 0, 0]


def test_a_hazard_accepted_in_time_was_never_overdue(scene):
    """The row of the day behind the deadline is taken back."""
    scene.given(*FOUND, an_assignment(deadline="2024-03-20"), *ACCEPTED[len(FOUND) :])
    assert overdue(scene, "03-19", "03-20", "03-21", "12-31") == [0, 0, 0, 0]


def test_an_extension_behind_the_deadline_leaves_the_days_before_it_overdue(found):
    """Judged by the end of each day: what was overdue stays so."""
    found.given(
        an_assignment(deadline="2024-03-13"), on_hazard("extend", "2024-03-16", deadline="2024-03-20", reason="x")
    )
    assert overdue(found, "03-13", "03-14", "03-15", "03-16", "03-20", "03-21") == [0, 1, 1, 0, 0, 1]


def test_an_overdue_hazard_moves_to_its_new_grade(found):
    """By grade, on every day."""
    found.given(an_assignment(deadline="2024-03-13"), on_hazard("regrade", "2024-03-16", grade="major", reason="x"))
    assert overdue(found, "03-15", "03-16", grade="general") == [1, 0]
    assert overdue(found, "03-15", "03-16", grade="major") == [0, 1]


def test_a_late_entry_and_a_withdrawal_move_the_days_that_they_concern(found):
    """An assignment entered late, and an acceptance taken back."""
    found.given(replace(on_hazard("rectify", "2024-03-22"), by=WANG), on_hazard("accept", "2024-03-27"))
    assert overdue(found, "03-25", "03-26", "03-27") == [0, 1, 0]
    found.given(an_assignment(deadline="2024-03-13"))
    assert overdue(found, "03-13", "03-14", "03-26", "03-27") == [0, 1, 1, 0]
    found.withdraw("$hazard", 3).then_recorded()
    assert overdue(found, "03-27", "12-31") == [1, 1]


def test_a_reopening_is_no_closing_of_what_was_found(scene):
    """HZ-04 by cohort: the closing is taken back on the day of finding; by period both stand."""
    scene.given(*CLOSED)
    assert balance(scene, "$hazard", "hazard.closed_of_found", "2024-03-10") == 1
    scene.given(on_hazard("reopen", "2024-06-01"))
    assert balance(scene, "$hazard", "hazard.closed_of_found", "2024-12-31") == 0
    assert balance(scene, "$hazard", "hazard.closed", "2024-12-31") == 1
    assert balance(scene, "$hazard", "hazard.reopened", "2024-12-31") == 1


def test_a_hazard_moved_to_the_right_home_takes_its_history_along(found):
    """A correction of the home re-places what follows, and every row."""
    found.given(a_home("second", name="第二敬老院", site_no="02", region=MILIN), an_assignment(deadline="2024-03-13"))
    found.correct("$hazard", 1, {"facility": found.names["second"]}).then_recorded()
    assert {key[3] for key in found.seen("$hazard")[1]} == {found.names["second"]}
    assert {e.envelope.region for e in Track(found.events("$hazard")).standing} == {MILIN}


def test_a_finding_that_others_stand_on_is_not_withdrawn(scene):
    """entry.in_use names what would come before the beginning."""
    scene.given(*RECTIFIED)
    scene.withdraw("$hazard").then_refused("entry.in_use", None, "完成整改")


STEPS = ("assign", "rectify", "accept", "reject", "close", "reopen", "extend", "regrade")


def _said(step: str, day: date, days: int):
    deadline = (day + timedelta(days=days)).isoformat()
    on = day.isoformat()
    if step == "assign":
        return an_assignment(deadline, on)
    if step == "extend":
        return on_hazard("extend", on, deadline=deadline, reason="x", approved_by="wang.safety")
    if step == "regrade":
        return on_hazard("regrade", on, grade="major" if days % 2 else "general", reason="x")
    return replace(on_hazard(step, on), by=WANG) if step == "rectify" else on_hazard(step, on)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 30), st.integers(0, 15)), max_size=12))
def test_the_stocks_say_on_every_day_what_the_hazard_is_at_its_end(tmp_path_factory, steps):
    """Law: open = found + reopened − closed; overdue = deadline before the day and not accepted by its end. In any order."""
    scene = Scene.at(tmp_path_factory.mktemp("law"))
    scene.given(*FOUND)
    first = date(2024, 3, 10)
    for step, after, days in steps:
        outcome = scene.when(_said(step, first + timedelta(days=after), days))
        assert not isinstance(outcome.answer, Refused) or outcome.answer.rule.startswith(("hazard.", "entry."))
    track = Track(scene.events("$hazard"))
    rows = [row for row, _ in history(Hazard, track.events)[1].rows]

    for day in (first + timedelta(days=n) for n in range(-1, 50)):
        sums = {
            f: sum(r.amount for r in rows if r.figure == f"hazard.{f}" and r.day <= day)
            for f in ("found", "reopened", "closed", "open", "overdue")
        }
        state = track.at(f"{day}T24:00")
        late = state is not None and state.deadline is not None and state.deadline < day
        assert (
            sums["open"]
            == sums["found"] + sums["reopened"] - sums["closed"]
            == (state is not None and state.status != "closed")
        )
        assert sums["overdue"] == (late and state.status in ("open", "rectified"))
    scene.close()


def test_the_home_may_go_on_with_what_it_found_itself(scene):
    """The control of the refusals above: its staff rectifies, its manager accepts."""
    scene.given(*self_checked(*FOUND))
    staff = scene.login("sun.staff", Post.FACILITY_STAFF, facility=scene.names["home"])
    manager = scene.login("chen.manager", Post.FACILITY_MANAGER, facility=scene.names["home"])
    scene.given(replace(on_hazard("rectify", "2024-03-15"), by=staff))
    scene.when(replace(on_hazard("accept", "2024-03-16"), by=staff)).then_refused("command.not_allowed")
    scene.when(replace(on_hazard("accept", "2024-03-16"), by=manager)).then_recorded()
