"""Facilities: registered, licensed for beds, suspended, resumed, renamed, moved, terminated; and what each refuses."""

import pytest

from domain.identifiers import credit_check
from projections.folding import history
from tests.scene import BAYI, GONGBO, HOME, MILIN, MILIN_BEFORE, Scene, a_home, a_person, a_stay, say

CODE = "52542621MJ0123456" + credit_check("52542621MJ0123456")


@pytest.fixture
def home(scene: Scene) -> Scene:
    """A scene with a home, registered on New Year's Day."""
    return scene.given(a_home())


# -- registration -----------------------------------------------------------------------------------


def test_a_home_is_registered_with_its_place_and_operates_from_that_day(scene):
    """One event, placed at the facility itself and in its region; one more on the books, with the duties of its kind."""
    outcome = scene.when(a_home()).then_recorded("facility.registered").then_found()

    envelope = outcome.events[0].envelope
    assert (envelope.facility, envelope.region) == (outcome.stream, BAYI)
    assert scene.state("$home").status == "operating"
    assert {k[0]: n for k, n in scene.seen("$home")[1].items()} == {
        "facility.registered": 1,
        "facility.opened": 1,
        "facility.to_be_filed": 1,
        "facility.inspected_yearly": 1,
        "facility.reports_monthly": 1,
    }


def test_a_credit_code_is_normalised_and_one_that_does_not_fit_is_refused(scene):
    """GB 32100 (UC-01, UC-02): small and full-width letters are accepted, a wrong check character is not."""
    scene.when(a_home(credit_code=f" {CODE.lower()} ")).then_recorded()
    assert scene.state("$home").credit_code == CODE

    wrong = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")
    scene.when(a_home(credit_code=wrong)).then_refused("UC-02", "credit_code", "校验码不符")
    scene.when(a_home(credit_code="123")).then_refused("UC-01", "credit_code", "18位")


def test_a_region_must_hold_the_code_on_the_business_day(scene):
    """米林县 540422 became 米林市 540481 in 2023: each code only in its time; both in the year of the change."""
    scene.when(a_home(region=MILIN_BEFORE, on="2020-06-01")).then_recorded()
    scene.when(a_home(region=MILIN, on="2024-06-01")).then_recorded()
    scene.when(a_home(region=MILIN_BEFORE, on="2024-06-01")).then_refused("reference.unknown", "region", "行政区划")
    scene.when(a_home(region="999999")).then_refused("reference.unknown", "region")


@pytest.mark.parametrize("field", sorted(HOME))
def test_every_required_field_of_a_registration_is_asked_for(scene, field):
    """field.missing names the field, whether it is absent, null or blank."""
    for value in (None, "  "):
        args = {**HOME, field: value}
        scene.when(say("facility.register", **args)).then_refused("field.missing", field)
    scene.when(say("facility.register", **{k: v for k, v in HOME.items() if k != field})).then_refused(
        "field.missing", field
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "castle"),
        ("operator", "me"),
        ("setting", "moon"),
        ("opened_on", "2024-13-01"),
        ("opened_on", 20240101),
        ("name", 7),
        ("name", "a\x00b"),
        ("region", ["540402"]),
    ],
)
def test_a_field_that_is_not_what_it_should_be_is_refused(scene, field, value):
    """field.invalid names the field and never repeats the value."""
    outcome = scene.when(a_home(**{field: value})).then_refused("field.invalid", field)

    assert str(value) not in outcome.answer.wording.zh + outcome.answer.wording.remedy_zh


# -- beds -------------------------------------------------------------------------------------------


def test_licensed_beds_are_a_level_and_count_from_their_first_day(home):
    """Each licence replaces the one before; the figure moves by the difference on `since`."""
    home.given(
        say("facility.license_beds", facility="$home", beds=80, since="2024-02-01"),
        say("facility.license_beds", facility="$home", beds=100, since="2024-06-01", nursing_beds=60),
        say("facility.license_beds", facility="$home", beds=90, since="2024-04-01"),
    )

    rows = {key[1].isoformat(): n for key, n in home.seen("$home")[1].items() if key[0] == "facility.beds_licensed"}
    assert rows == {"2024-02-01": 80, "2024-04-01": 10, "2024-06-01": 10}
    assert home.state("$home").beds == 100
    assert home.state("$home").nursing_beds == 60


@pytest.mark.parametrize("beds", [-1, 1.5, "80", True, 10**16])
def test_a_number_of_beds_is_a_whole_number(home, beds):
    """No fractions, texts, truth values, or numbers beyond bounds."""
    home.when(say("facility.license_beds", facility="$home", beds=beds, since="2024-02-01")).then_refused(
        "field.invalid", "beds"
    )


def test_nursing_beds_are_among_the_licensed_beds(home):
    """其中护理型床位 cannot be more than all of them."""
    args = {"facility": "$home", "beds": 10, "since": "2024-02-01"}
    home.when(say("facility.license_beds", **args, nursing_beds=11)).then_refused(
        "field.invalid", "nursing_beds", "护理型"
    )
    home.when(say("facility.license_beds", **args, nursing_beds=10)).then_recorded("facility.beds_licensed")


def test_beds_cannot_be_licensed_before_the_registration(home):
    """entry.before_start: nothing is dated before the thing it belongs to."""
    home.when(say("facility.license_beds", facility="$home", beds=10, since="2023-12-31")).then_refused(
        "entry.before_start", None, "早于"
    )


def test_beds_licensed_for_a_later_day_stand_in_the_way_of_an_earlier_termination(home):
    """A licence from 2025 on would stand after the end of the home: entry.in_use names it."""
    home.given(say("facility.license_beds", facility="$home", beds=10, since="2025-06-01"))
    refused = home.when(say("facility.terminate", facility="$home", reason="拆迁")).then_refused(
        "entry.in_use", None, "核定床位"
    )

    assert "2025-06-01" in refused.answer.wording.en


# -- names and places -------------------------------------------------------------------------------


def test_a_new_name_and_a_new_place_hold_from_their_day(home):
    """Renaming and moving replace what was; the entry that moves stands in the new region."""
    home.given(say("facility.rename", facility="$home", name="新名", on="2024-02-01"))
    moved = home.when(
        say("facility.relocate", facility="$home", address="新址", region=GONGBO, on="2024-03-01")
    ).then_recorded()

    assert moved.events[0].envelope.region == GONGBO
    state = home.state("$home")
    assert (state.title, state.address, state.region) == ("新名", "新址", GONGBO)


# -- suspended, resumed, terminated -----------------------------------------------------------------


def test_a_suspended_home_can_be_resumed_once(home):
    """facility.suspended_already and facility.not_suspended: neither happens twice."""
    home.when(say("facility.resume", facility="$home")).then_refused("facility.not_suspended", None, "没有停业")
    home.when(say("facility.suspend", facility="$home", reason="消防", order_no="1 号", on="2024-02-01")).then_recorded(
        "facility.suspended"
    )
    home.when(say("facility.suspend", facility="$home", reason="再次", on="2024-02-02")).then_refused(
        "facility.suspended_already", None, "已在停业中"
    )
    home.when(say("facility.resume", facility="$home", on="2024-02-03")).then_recorded("facility.resumed")
    home.when(say("facility.resume", facility="$home", on="2024-02-04")).then_refused("facility.not_suspended")


def test_a_late_suspension_before_another_one_is_refused_by_name_of_the_other(home):
    """A late entry that makes another impossible is entry.in_use, not a rule broken by itself."""
    home.given(say("facility.suspend", facility="$home", reason="消防", on="2024-02-10"))
    home.when(say("facility.suspend", facility="$home", reason="更早", on="2024-02-01")).then_refused(
        "entry.in_use", None, "责令停业（2024-02-10"
    )


@pytest.mark.parametrize(
    ("command", "args"),
    [
        ("facility.rename", {"name": "新名"}),
        ("facility.relocate", {"address": "新址", "region": BAYI}),
        ("facility.resume", {}),
        ("facility.suspend", {"reason": "x"}),
        ("facility.terminate", {"reason": "x"}),
        ("facility.license_beds", {"beds": 1, "since": "2024-07-02"}),
        ("facility.report_nil", {"period": "2024-06", "subject": "incidents"}),
    ],
)
def test_nothing_is_dated_after_the_termination(home, command, args):
    """facility.terminated: not on a later day; on an earlier one it may still be entered late."""
    home.given(say("facility.terminate", facility="$home", reason="拆迁", on="2024-07-01"))
    home.when(say(command, facility="$home", on="2024-07-02", **args)).then_refused(
        "facility.terminated", None, "已终止"
    )


def test_what_happened_before_a_termination_can_be_entered_after_it(home):
    """The order of recording is not the order of business."""
    home.given(say("facility.terminate", facility="$home", reason="拆迁", on="2024-07-01"))
    home.when(say("facility.rename", facility="$home", name="旧名", on="2024-06-01")).then_recorded("facility.renamed")
    home.when(say("facility.terminate", facility="$home", reason="更早", on="2024-05-01")).then_refused(
        "entry.in_use", None, "终止（2024-07-01"
    )


def test_a_termination_takes_the_home_and_its_beds_off_the_books(home):
    """Stocks fall to nought on the day of the end."""
    home.given(
        say("facility.license_beds", facility="$home", beds=80, since="2024-02-01"),
        say("facility.terminate", facility="$home", reason="拆迁", resettlement="全部转往二院", on="2024-07-01"),
    )

    events = home.events("$home")
    assert [(r.figure, r.amount) for r in events[-1].rows(home.state("$home"))] == [
        ("facility.registered", -1),
        ("facility.beds_licensed", -80),
        ("facility.to_be_filed", -1),
        ("facility.inspected_yearly", -1),
        ("facility.reports_monthly", -1),
    ]
    assert home.state("$home").terminated_on.isoformat() == "2024-07-01"


# -- nil reports ------------------------------------------------------------------------------------


def test_a_nil_report_counts_by_subject(home):
    """Zero is logged, never assumed."""
    home.given(say("facility.report_nil", facility="$home", period="2024-02", subject="incidents"))

    assert [key[5] for key in home.seen("$home")[1] if key[0] == "facility.nil_reports"] == [
        (("subject", "incidents"),)
    ]


@pytest.mark.parametrize("period", ["2024-13", "2024-1", "202402", "2024-00", "２０２４-０２"])
def test_a_nil_report_is_for_a_month(home, period):
    """2024-10 and nothing else."""
    home.when(say("facility.report_nil", facility="$home", subject="incidents", period=period)).then_refused(
        "field.invalid", "period"
    )


# -- references and days ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", ["rename", "relocate", "license_beds", "suspend", "resume", "terminate", "report_nil"]
)
def test_a_facility_that_does_not_exist_is_unknown(scene, command):
    """reference.unknown at the field `facility`; so is a stream of another kind."""
    args = {
        "rename": {"name": "x"},
        "relocate": {"address": "x", "region": BAYI},
        "license_beds": {"beds": 1, "since": "2024-01-01"},
        "suspend": {"reason": "x"},
        "resume": {},
        "terminate": {"reason": "x"},
        "report_nil": {"period": "2024-01", "subject": "incidents"},
    }
    scene.given(a_person())
    for stream in ("nothing", "$person"):
        scene.when(say(f"facility.{command}", facility=stream, **args[command])).then_refused(
            "reference.unknown", "facility", "没有这条记录"
        )


@pytest.mark.parametrize(
    ("on", "at", "rule", "field"),
    [
        (None, None, "field.missing", "occurred_on"),
        ("2025-01-01", None, "field.invalid", "occurred_on"),
        ("1948-12-31", None, "field.invalid", "occurred_on"),
        (None, "2024-12-31T12:00:01+08:00", "field.invalid", "occurred_at"),
        (None, "1948-12-31T12:00:00+08:00", "field.invalid", "occurred_at"),
    ],
)
def test_a_business_day_lies_between_1949_and_today(scene, on, at, rule, field):
    """Neither missing, nor before 1949, nor in the future, to the minute."""
    scene.when(a_home().on_(on, at)).then_refused(rule, field)


def test_the_bounds_of_a_business_day_are_included(scene):
    """1 January 1949 and this very minute can be entered."""
    scene.when(a_home(on="1949-01-01", region="110000")).then_recorded()
    scene.when(a_home().on_(None, "2024-12-31T04:00:00+00:00")).then_recorded()


def test_a_day_and_a_moment_of_different_days_contradict_each_other(scene):
    """field.invalid: only one of the two is needed, and both must agree."""
    both = a_home().on_("2024-03-01", "2024-03-02T08:00:00+08:00")
    scene.when(both).then_refused("field.invalid", "occurred_on", "不是同一天")


def test_a_stay_does_not_change_what_a_home_is(home):
    """A home's own stream is untouched by what happens in it."""
    before = home.seen("$home")
    home.given(a_person(), a_stay())

    assert home.seen("$home") == before


# -- filing and succession --------------------------------------------------------------------------


def test_a_filed_home_is_visited_within_twenty_working_days(home):
    """EC-03: the filing keeps by when; New Year's Day and the weekends do not count."""
    outcome = home.when(
        "facility.file", "2024-02-01", facility="$home", filed_on="2024-01-10", authority="巴宜区民政局"
    )

    assert outcome.then_recorded("facility.filed").events[0].check_due.isoformat() == "2024-02-06"


def test_only_homes_have_to_be_filed(scene):
    """A home is watched for it, an outlet is not (`projections/following.py`)."""
    scene.given(a_home(), a_home("outlet", kind="lottery_outlet"))
    watched = [{key[0] for key in scene.seen(one)[1]} for one in ("$home", "$outlet")]

    assert ["facility.to_be_filed" in its for its in watched] == [True, False]


def test_a_facility_ends_in_those_that_take_its_place(home):
    """Its beds and its duties end with it; the successors stand on the record."""
    home.given(a_home("other"), say("facility.license_beds", facility="$home", beds=80, since="2024-02-01"))
    home.when(
        "facility.succeed",
        "2024-07-01",
        facility="$home",
        manner="merger",
        successors=["$other"],
        resettlement="整体转入",
    ).then_recorded("facility.succeeded")

    state = home.state("$home")
    assert (state.status, state.successors) == ("terminated", (home.names["other"],))
    assert sum(r.amount for r, _ in history(type(state), home.events("$home"))[1].rows if "beds" in r.figure) == 0
    home.when("facility.rename", "2024-08-01", facility="$home", name="新名").then_refused("facility.terminated")


def test_a_split_has_several_successors_and_none_is_the_facility_itself(home):
    """Two at least, standing on that day."""
    home.given(a_home("other"))
    for successors in (["$other"], ["$other", "$home"], []):
        home.when(
            "facility.succeed", "2024-07-01", facility="$home", manner="split", successors=successors
        ).then_refused("facility.successors", "successors")


def test_a_facility_that_others_stand_on_cannot_be_withdrawn(home):
    """A successor is named by what it succeeds: a list of references counts as each of them."""
    home.given(
        a_home("other"),
        say("facility.succeed", "2024-07-01", facility="$home", manner="succession", successors=["$other"]),
    )
    home.withdraw("$other").then_refused("entry.in_use")
