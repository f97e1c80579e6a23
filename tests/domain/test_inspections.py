"""Inspections: planned by a version of a checklist, held by two, answered item by item, concluded into hazards; and draws."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue import sentence
from domain.draws import Drawn, digest, draw
from domain.model import Post
from domain.streams import derived
from tests.domain.money import rows
from tests.domain.oversight import (
    CONCLUDED,
    HOME,
    INSPECTORS,
    ITEMS,
    PHOTO,
    PLANNED,
    UNDER_WAY,
    WANG,
    a_conclusion,
    a_hazard,
    a_plan,
    a_start,
    an_answer,
    answers,
    balance,
    on_hazard,
    on_inspection,
    self_checked,
)
from tests.scene import BAYI, GONGBO, Scene, a_home, reference, say


@pytest.fixture
def planned(scene: Scene) -> Scene:
    """A daily inspection of an elderly-care home, planned on 1 March."""
    return scene.given(*PLANNED)


@pytest.fixture
def under_way(scene: Scene) -> Scene:
    """The same, begun by two inspectors on 10 March."""
    return scene.given(*UNDER_WAY)


def hazard_of(scene: Scene, item: str) -> str:
    """The stream of the hazard that a failed item made."""
    return derived(scene.names["inspection"], item)


# -- planning ----------------------------------------------------------------------------------------


def test_a_plan_keeps_the_items_and_the_version_of_its_checklist(planned):
    """All 43 in a home for the elderly; due by the end of the day."""
    state = planned.state("$inspection")

    assert (state.items, state.spare, state.versions) == (tuple(ITEMS), (), (date(2023, 11, 27),))
    assert (state.region, state.source, state.status) == (BAYI, "bureau", "planned")
    assert [tuple(d) for d in state.duties()] == [("inspect.planned", "2024-03-15T24:00", None, "")]


@pytest.mark.parametrize(("due_on", "doubted"), [("2024-02-29", True), ("2024-03-01", False)])
def test_a_plan_that_is_late_before_it_is_made_is_recorded_and_doubted(scene, due_on, doubted):
    """A due day before that of the plan, of a plan and of a draw; the day itself is none."""
    scene.given(*HOME)
    rules = ["inspection.due_before_plan"] * doubted

    scene.when(a_plan(due_on=due_on)).then_recorded().then_found(*rules)
    scene.when(_draw(due_on=due_on, objects=["$home"])).then_recorded().then_found(*rules)


def test_a_checklist_of_another_kind_of_facility_is_recorded_and_doubted(scene):
    """The pack of rescue stations at an outlet and a home; a pack of its own kind and the default list are none."""
    scene.given(*HOME, a_home("outlet", kind="lottery_outlet", name="网点", site_no="02"))
    scene.given(a_home("station", kind="rescue_station", name="救助站", site_no="03"))

    for facility, checklist, packs, words in (
        ("$home", "SAFE-DEFAULT-1", ["PACK-RESCUE"], "养老机构不用这份检查表"),
        ("$outlet", "SAFE-DEFAULT-1", ["PACK-OUTLET"], "福彩代销网点不用这份检查表"),
        ("$outlet", "PACK-OUTLET", [], ""),
        ("$station", "SAFE-DEFAULT-1", ["PACK-RESCUE"], ""),
    ):
        outcome = scene.when(a_plan(facility=facility, checklist=checklist, packs=packs)).then_recorded()
        outcome.then_found(*["inspection.foreign_checklist"] * bool(words))
        assert all(words in breach.wording.zh for breach in outcome.receipt.breaches)


def test_packs_are_asked_beside_the_checklist_and_items_of_other_kinds_may_be_left_out(scene):
    """A rescue station answers its 30 items and the pack; the others are spare."""
    scene.given(*HOME, a_home("station", kind="rescue_station", name="救助站", site_no="02"))
    scene.given(a_plan(facility="$station", packs=["PACK-RESCUE", "SAFE-DEFAULT-1"]))
    state = scene.state("$inspection")

    assert len(state.items) == 30 + 9
    assert state.packs == ("PACK-RESCUE",)
    assert set(state.spare) == set(ITEMS) - set(state.items)
    scene.given(a_start())
    scene.when(on_inspection("answer", "2024-03-10", answers=answers(items=state.items))).then_recorded()
    scene.when(on_inspection("answer", "2024-03-10", answers=answers("A01", items=["A01"]))).then_recorded()
    scene.when(a_conclusion()).then_recorded("inspection.concluded", "hazard.found")


def test_a_home_plans_and_holds_its_own_checks_only(scene):
    """Self-checks by one person; inspection.not_own for what the bureau inspects."""
    scene.given(*PLANNED)
    manager = scene.login("chen.manager", Post.FACILITY_MANAGER, facility=scene.names["home"])
    scene.when(replace(a_plan("bureau", source="bureau"), by=manager)).then_refused("inspection.not_own")
    scene.when(replace(a_start(), by=manager)).then_refused("inspection.not_own", None, "自查")
    scene.given(replace(a_plan(), by=manager))
    assert scene.state("$inspection").source == "facility"
    scene.when(replace(a_start(inspectors=["chen.manager"]), by=manager)).then_recorded().then_found()
    scene.when(replace(an_answer("C04"), by=manager)).then_recorded()
    scene.when(replace(a_conclusion(), by=manager)).then_recorded()
    assert scene.state(hazard_of(scene, "C04")).source == "facility"


def test_an_inspection_is_planned_only_where_a_home_stands(scene):
    """facility.not_registered before the registration; an inspector of another county may not at all."""
    scene.given(*HOME)
    scene.when(a_plan(on="2023-12-31")).then_refused("facility.not_registered", "facility")
    far = scene.login("far.inspector", Post.INSPECTOR, region=GONGBO)
    scene.when(replace(a_plan(), by=far)).then_refused("command.not_allowed")


# -- notice and visit --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "notified", "rules"),
    [
        ("daily", None, ["IN-04"]),
        ("daily", "2024-03-06", ["IN-04"]),
        ("daily", "2024-03-05", []),
        ("special", None, ["IN-04"]),
        ("case", None, []),
        ("case", "2024-03-05", ["IN-04"]),
        ("joint", None, []),
    ],
)
def test_daily_and_special_inspections_are_announced_three_workdays_ahead_and_cases_never(scene, kind, notified, rules):
    """IN-04; the visit is on Friday 8 March: notice on Tuesday at the latest."""
    scene.given(*HOME, a_plan(kind=kind))
    if notified:
        scene.given(on_inspection("notify", notified))
    scene.when(a_start("2024-03-08")).then_recorded().then_found(*rules)


def test_other_kinds_of_facilities_are_not_bound_to_the_notice(scene):
    """The notice stands in the measures for elderly-care homes."""
    scene.given(*HOME, a_home("child", kind="child_welfare_institution", name="福利院", site_no="02"))
    scene.given(a_plan(facility="$child"))
    scene.when(a_start()).then_recorded().then_found()


@pytest.mark.parametrize("inspectors", [["zhang.inspector"], ["zhang.inspector", "zhang.inspector"], []])
def test_nobody_inspects_alone(planned, inspectors):
    """inspection.alone: two different logins."""
    planned.when(a_start(inspectors=inspectors)).then_refused("inspection.alone", None, "少于两人")


def test_an_inspector_has_an_account(planned):
    """reference.unknown for a login that nobody has."""
    planned.when(a_start(inspectors=["zhang.inspector", "x"])).then_refused("reference.unknown", "inspectors")


def test_a_visit_in_vain_leaves_the_inspection_planned(planned):
    """It can be tried again, and cancelled; then its duty is met."""
    planned.when(on_inspection("attempt", "2024-03-05", reason="nobody_there")).then_recorded("inspection.attempted")
    assert planned.state("$inspection").status == "planned"
    planned.when(on_inspection("cancel", "2024-03-14", reason="机构停业")).then_recorded("inspection.cancelled")
    assert [d.met_at for d in planned.state("$inspection").duties()] == ["2024-03-14T24:00"]
    for said in (a_start("2024-03-15"), on_inspection("notify", "2024-03-15")):
        planned.when(said).then_refused("inspection.begun")
    planned.when(on_inspection("cancel", "2024-03-15", reason="x")).then_refused("inspection.ended")


# -- answers -----------------------------------------------------------------------------------------


def test_a_later_answer_takes_the_place_of_an_earlier_one(under_way):
    """Item by item; within one command too."""
    under_way.given(an_answer("C01", "C04"))
    under_way.given(on_inspection("answer", "2024-03-10", answers=answers(items=["C01"])))
    assert under_way.state("$inspection").failed == ("C04",)
    twice = [*answers("C05", items=["C05"]), *answers(items=["C05"])]
    under_way.given(on_inspection("answer", "2024-03-10", answers=twice))
    assert under_way.state("$inspection").failed == ("C04",)


def test_only_items_of_the_checklist_are_answered(under_way):
    """inspection.item_not_asked for one of a pack that was not chosen; field.invalid for one that no list has."""
    for item, rule, field in (("K1", "inspection.item_not_asked", None), ("Z99", "field.invalid", "answers")):
        under_way.when(on_inspection("answer", "2024-03-10", answers=answers(items=[item]))).then_refused(rule, field)
    under_way.when(on_inspection("answer", "2024-03-10", answers=[])).then_refused("inspection.no_answers")
    bad = [{"item": "A01", "result": "fail", "photos": ["x.jpg"]}]
    under_way.when(on_inspection("answer", "2024-03-10", answers=bad)).then_refused("field.invalid", "answers")


def test_nothing_is_answered_before_the_start_or_behind_the_end(scene):
    """inspection.not_under_way."""
    scene.given(*PLANNED)
    scene.when(an_answer()).then_refused("inspection.not_under_way")
    scene.when(a_conclusion()).then_refused("inspection.not_under_way")
    scene.given(a_start(), an_answer(), a_conclusion())
    scene.when(an_answer("C01")).then_refused("inspection.not_under_way")
    scene.when(a_conclusion()).then_refused("inspection.not_under_way")


# -- conclusion --------------------------------------------------------------------------------------


def test_an_inspection_with_blank_items_is_not_concluded(under_way):
    """inspection.incomplete says how many are blank, and the first."""
    under_way.when(a_conclusion()).then_refused("inspection.incomplete", None, "43 个项目没有结果，第一个是 A01")
    under_way.given(on_inspection("answer", "2024-03-10", answers=answers(items=list(ITEMS)[:42])))
    under_way.when(a_conclusion()).then_refused("inspection.incomplete", None, "1 个项目没有结果，第一个是 G03")


def test_each_failed_item_is_a_hazard_with_its_grade_and_limit(under_way):
    """In the same entry; C01 major and at once, C04 general and three days; what was noted stands in it."""
    under_way.given(an_answer("C01", "C04", C01="出口堵塞"))
    done = under_way.when(a_conclusion()).then_recorded("inspection.concluded", "hazard.found", "hazard.found")

    assert (done.events[0].failed, done.events[0].majors, done.events[0].score) == (("C01", "C04"), ("C01",), 77)
    major, general = (under_way.state(hazard_of(under_way, item)) for item in ("C01", "C04"))
    assert (major.grade, major.deadline, major.item) == ("major", date(2024, 3, 11), "C01")
    assert (general.grade, general.deadline) == ("general", date(2024, 3, 13))
    assert major.subject == "不符合“安全出口、疏散通道、消防车通道畅通，未上锁、未堵塞”：出口堵塞"
    assert (major.inspection, major.source) == (under_way.names["inspection"], "bureau")
    assert [d.met_at for d in under_way.state("$inspection").duties()] == ["2024-03-10T24:00"]


def test_what_is_only_encouraged_fails_without_a_hazard(under_way):
    """A07 is a note: it stands among the failed items and costs nothing."""
    under_way.given(an_answer("A07"))
    event = under_way.when(a_conclusion()).then_recorded("inspection.concluded").events[0]
    assert (event.failed, event.failures, event.score) == (("A07",), 1, 100)


def test_what_a_conclusion_lacks_is_found(under_way):
    """A major failure without a photo, an item left out without a reason; both lifted by what is mended."""
    said = answers("C01")
    said[0]["result"] = "not_checked"
    under_way.given(on_inspection("answer", "2024-03-10", answers=said))
    under_way.when(a_conclusion()).then_recorded().then_found("IN-04", "inspection.no_photo", "inspection.unexplained")
    said[0]["note"] = "档案室上锁"
    next(a for a in said if a["item"] == "C01")["photos"] = [PHOTO]
    under_way.correct("$inspection", 3, {"answers": said}).then_recorded().then_found("IN-04")


def test_photos_of_the_whole_visit_are_photos_of_its_failures(under_way):
    """Who attaches them once, and not item by item, has shown what was seen."""
    under_way.given(on_inspection("answer", "2024-03-10", answers=answers("C01"), photos=[PHOTO]))
    under_way.when(a_conclusion()).then_recorded().then_found("IN-04")


def test_more_than_six_files_are_refused(under_way):
    """And so is what is no digest; nothing is recorded."""
    said = on_inspection("answer", "2024-03-10", answers=answers(), photos=[PHOTO] * 7)
    under_way.when(said).then_refused("field.invalid", "photos", "不超过 6 个")
    said = on_inspection("answer", "2024-03-10", answers=answers(), photos=["照片.jpg"])
    under_way.when(said).then_refused("field.invalid", "photos")


def test_answers_that_a_conclusion_rests_on_are_not_changed_under_it(scene):
    """inspection.other_failures shows as entry.in_use: withdraw the conclusion, correct, conclude anew."""
    scene.given(*CONCLUDED)
    scene.correct("$inspection", 3, {"answers": answers()}).then_refused("entry.in_use", None, "检查办结")
    scene.correct("$inspection", 3, {"answers": answers("C04")}).then_refused("entry.in_use")
    scene.withdraw("$inspection", 3).then_refused("entry.in_use")

    scene.withdraw("$inspection", 4).then_recorded()
    assert scene.state(hazard_of(scene, "C01")) is None
    scene.correct("$inspection", 3, {"answers": answers("C04")}).then_recorded()
    scene.when(a_conclusion("2024-03-11")).then_recorded("inspection.concluded", "hazard.found")
    assert scene.state(hazard_of(scene, "C04")).found_on == date(2024, 3, 11)


def test_a_conclusion_that_is_entered_anew_finds_its_hazards_again(scene):
    """The same item of the same inspection is the same hazard, in one stream."""
    scene.given(*CONCLUDED)
    scene.correct("$inspection", 4, occurred_on="2024-03-12").then_recorded()
    assert scene.state(hazard_of(scene, "C01")).found_on == date(2024, 3, 12)
    scene.withdraw("$inspection", 6).then_recorded()
    scene.given(a_conclusion("2024-03-13"))
    assert scene.state(hazard_of(scene, "C01")).deadline == date(2024, 3, 14)


def test_a_conclusion_whose_hazards_were_acted_on_is_not_withdrawn(scene):
    """entry.in_use names what was done to the hazard; nor does the plan move to another home under its conclusion."""
    scene.given(*CONCLUDED, a_home("second", name="第二敬老院", site_no="02"))
    scene.names["hazard"] = hazard_of(scene, "C01")
    scene.given(replace(on_hazard("rectify", "2024-03-15"), by=WANG))
    scene.withdraw("$inspection", 4).then_refused("entry.in_use", None, "完成整改")
    scene.correct("$inspection", 1, {"facility": scene.names["second"]}).then_refused(
        "inspection.other_failures", None, "办结时的机构"
    )


def test_nobody_can_take_the_stream_of_a_hazard_beforehand(under_way):
    """It comes from a text with a line break, which no command id may hold: a home cannot block a conclusion."""
    own = f"{under_way.names['inspection']}\nC01"
    for id_, may in ((own, False), (own.replace("\n", "/"), True)):
        outcome = under_way.when(replace(a_hazard("taken"), id=id_))
        if may:
            outcome.then_recorded()
        else:
            assert outcome.answer.rule == "command.malformed"
    under_way.given(an_answer("C01"))
    under_way.when(a_conclusion()).then_recorded("inspection.concluded", "hazard.found")


def test_a_result_is_published_once_it_is_there(scene):
    """inspection.not_concluded before, and the second time."""
    scene.given(*UNDER_WAY)
    scene.when(on_inspection("publish", "2024-03-20")).then_refused("inspection.not_concluded")
    scene.given(an_answer(), a_conclusion())
    scene.when(on_inspection("publish", "2024-03-20", place="政府网站")).then_recorded("inspection.published")
    scene.when(on_inspection("publish", "2024-03-21")).then_refused("inspection.not_concluded")


def test_an_inspection_is_counted_on_the_day_of_its_conclusion(scene):
    """One inspection; the home is the member of its own row, whichever inspection it was."""
    scene.given(*CONCLUDED)
    for day, number in (("2024-03-09", 0), ("2024-03-10", 1)):
        assert balance(scene, "$inspection", "inspection.concluded", day, inspection_kind="daily") == number
    rows = [key for key, _ in scene.seen("$inspection")[1].items() if key[0] == "inspection.facilities"]
    assert [(key[1].isoformat(), key[2]) for key in rows] == [("2024-03-10", scene.names["home"])]


def test_a_conclusion_is_told_in_both_languages(scene):
    """Score and number of failures, no text of the checklist."""
    scene.given(*CONCLUDED)
    zh, en = sentence(scene.events("$inspection")[-1], reference())
    assert (zh, en) == ("检查办结，得分 80，不合格 1 项", "Concluded with score 80, failed items: 1")


# -- draws -------------------------------------------------------------------------------------------

VECTOR = (
    ("2024025", ["home-1", "home-2", "home-3", "home-4"], ["a", "b", "c"], 2),
    (Drawn("home-4", ("c", "a")), Drawn("home-1", ("c", "a"))),
)


def test_a_draw_can_be_made_again_by_anyone():
    """The vector, and the same by hand: the smallest SHA-256 of seed/object, then of seed/object/inspector."""
    said, result = VECTOR
    assert draw(*said) == result
    by_hand = sorted(said[1], key=lambda one: hashlib.sha256(f"2024025/{one}".encode()).hexdigest())
    assert [one.facility for one in result] == by_hand[:2]


@given(
    st.text(max_size=8),
    st.lists(st.text(max_size=4), unique=True, min_size=1, max_size=12),
    st.lists(st.text(max_size=4), unique=True, min_size=2, max_size=6),
    st.data(),
)
def test_a_draw_does_not_depend_on_the_order_of_the_lists(seed, objects, inspectors, data):
    """Law: so many different homes, each with two different inspectors, whatever the order; one more draws no other."""
    number = data.draw(st.integers(1, len(objects)))
    result = draw(seed, objects, inspectors, number)

    assert result == draw(seed, reversed(objects), reversed(inspectors), number)
    assert digest(objects, inspectors) == digest(objects[::-1], inspectors[::-1])
    assert len({one.facility for one in result}) == number
    assert all(len(set(one.inspectors)) == 2 for one in result)
    assert draw(seed, objects, inspectors, len(objects))[:number] == result


def _draw(**more):
    said = {"region": BAYI, "kind": "special", "due_on": "2024-05-31", "seed": "2024025", "number": 1}
    said |= {"objects": ["$home", "$second"], "inspectors": [*INSPECTORS, "wang.safety"]}
    return replace(say("inspection.draw", **(said | more)), name="draw")


def test_a_draw_plans_the_inspections_that_it_drew(scene):
    """IN-03: by the checklists of each kind, with the inspectors of the draw; others who come are found."""
    scene.given(*HOME, a_home("second", kind="lottery_outlet", name="网点", site_no="02"))
    made, *plans = scene.when(_draw(number=2)).then_recorded(*["inspection.drawn", *["inspection.planned"] * 2]).events

    assert (made.candidates, len(made.digest)) == (2, 64)
    assert [(p.facility, p.drawn) for p in plans] == [(one.facility, one.inspectors) for one in made.result]
    assert {p.facility: p.checklist for p in plans} == {
        scene.names["home"]: "SAFE-DEFAULT-1",
        scene.names["second"]: "PACK-OUTLET",
    }
    plan = plans[0]
    others = [*{*INSPECTORS, "wang.safety"} - set(plan.drawn), plan.drawn[0]]
    found = scene.when(a_start(inspection=plan.originator_id, inspectors=others)).receipt.breaches
    assert "IN-03" in [breach.rule for breach in found]


def test_a_draw_from_a_bad_list_is_refused(scene):
    """draw.listed_twice, draw.too_few, and homes that do not stand."""
    scene.given(*HOME, a_home("second", name="第二敬老院", site_no="02"))
    scene.when(_draw(objects=["$home", "$home"])).then_refused("draw.listed_twice", "objects")
    scene.when(_draw(inspectors=["zhang.inspector"] * 2)).then_refused("draw.listed_twice", "inspectors")
    scene.when(_draw(number=3)).then_refused("draw.too_few", "objects")
    scene.when(_draw(inspectors=["zhang.inspector"])).then_refused("draw.too_few", "inspectors")
    scene.when(_draw(inspectors=["zhang.inspector", "x"])).then_refused("reference.unknown", "inspectors")
    scene.given(say("facility.terminate", facility="$second", reason="拆迁", on="2024-02-01"))
    scene.when(_draw()).then_refused("facility.terminated", "objects")


def test_a_corrected_draw_plans_anew_what_it_draws(scene):
    """Another seed, other homes: the plans that were not drawn again are gone, until one has begun."""
    homes = [a_home(f"h{n}", name=f"敬老院{n}", site_no=f"{n}") for n in range(6)]
    scene.given(*HOME, *homes, _draw(objects=[f"$h{n}" for n in range(6)], number=2))
    before = {p.facility for p in _standing_plans(scene)}
    scene.correct("$draw", 1, {"seed": "2024099"}).then_recorded()
    after = {p.facility for p in _standing_plans(scene)}
    assert len(after) == 2
    assert after != before
    plan = _standing_plans(scene)[0]
    scene.given(a_start(inspection=plan.originator_id, inspectors=list(plan.drawn)))
    scene.withdraw("$draw", 3).then_refused("entry.in_use", None, "开始检查")


def _standing_plans(scene):
    """The plans in force that the draw made."""
    states = {
        stream: scene.state(stream) for stream, its in scene.streams().items() if its[0].topic == "inspection.planned"
    }
    return [
        next(e for e in reversed(scene.events(s)) if e.topic == "inspection.planned")
        for s, state in states.items()
        if state is not None
    ]


@pytest.mark.parametrize("own", [False, True], ids=["of the bureau", "of the home itself"])
def test_a_home_is_covered_by_what_the_bureau_inspected_on_site_and_not_by_its_own_checks(scene, own):
    """EC-10: the home itself is what counts, so that a second look at it in a year counts no more."""
    scene.given(*(self_checked(*UNDER_WAY) if own else UNDER_WAY), an_answer("C01"), a_conclusion())

    covered = [(row.member, row.amount) for row in rows(scene) if row.figure == "inspection.on_site"]
    assert covered == ([] if own else [(scene.names["home"], 1)])
