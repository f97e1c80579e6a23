"""Ratings: applied for, scored by several, awarded within what was asked and scored, counted while valid."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue import sentence
from domain.model import Sealed
from domain.rating_rules import last_day
from domain.ratings import Rating
from tests.domain.rating_scene import FOUR, GROUND, VALID, a_score, an_award, applying, doing, rated
from tests.scene import a_home, reference, say

# -- to the award -----------------------------------------------------------------------------------------


def test_an_application_keeps_the_rule_of_its_scheme(applied):
    """Law is data: the sheet and the thresholds of the day stand in the event."""
    event = applied.events("$rating")[0]

    assert (event.maxima["D"], event.validity_months, event.rescale) == (Decimal(600), 36, False)
    assert [(one.level, one.total, one.share) for one in event.thresholds][3] == (4, 780, 80)
    state = applied.state("$rating")
    assert (state.status, state.applied_level, state.level, state.total, state.allowed) == (
        "applied",
        4,
        None,
        None,
        None,
    )
    assert rated(applied, "2024-06-01", "rating.applied") == {"4": 1}


def test_only_facilities_that_are_rated_apply(scene):
    """facility.kind_unfit for an outlet, facility.not_registered and facility.terminated by the day."""
    scene.given(
        a_home(),
        a_home("outlet", kind="lottery_outlet", operator="private"),
        say("facility.terminate", facility="$home", reason="x", on="2024-08-01"),
    )
    scene.when(applying(facility="$outlet")).then_refused("facility.kind_unfit", "facility")
    scene.when(applying(on="2023-12-31")).then_refused("facility.not_registered", "facility")
    scene.when(applying(on="2024-08-02")).then_refused("facility.terminated", "facility")


def test_a_level_and_a_scheme_are_those_that_there_are(scene):
    """rating.no_such_level, field.invalid; a scheme not in force on the day is a warning."""
    scene.given(a_home(on="2018-01-01", opened_on="2018-01-01"))
    scene.when(applying(6)).then_refused("rating.no_such_level", "level", "没有这一等级")
    scene.when(applying(0)).then_refused("field.invalid", "level")
    scene.when(applying(scheme="NONE")).then_refused("field.invalid", "scheme")
    scene.when(applying(on="2019-06-30")).then_recorded("rating.applied").then_found("rating.scheme_not_in_use")


def test_the_steps_move_the_status_on(applied):
    """Applied, accepted, scored, awarded: whatever the order of the entries."""
    seen = [applied.state("$rating").status]
    for said in (doing("accept_documents"), a_score(), a_score("li.inspector"), an_award()):
        applied.given(said)
        seen.append(applied.state("$rating").status)

    assert seen == ["applied", "accepted", "scored", "scored", "awarded"]


def test_an_award_after_every_step_finds_nothing(awarded):
    """SR-06 holds when documents, committee and notice came first; the duty is to renew by the last day."""
    assert list(awarded.state("$rating").findings()) == []
    duty = next(iter(awarded.state("$rating").duties()))
    assert (duty.rule, duty.due_at, duty.met_at) == ("rating.validity", "2027-06-30T24:00", None)


def test_no_award_without_scores(applied):
    """rating.no_scores: nobody has been on site."""
    applied.when(an_award()).then_refused("rating.no_scores", None, "没有打分")
    assert list(applied.state("$rating").duties()) == []


def test_one_assessor_is_not_enough(applied):
    """rating.one_assessor: the same person twice is one."""
    applied.given(a_score(), a_score(on="2024-06-11"))
    applied.when(an_award()).then_refused("rating.one_assessor", None, "只有一名")


def test_no_award_above_the_application(applied):
    """rating.above_applied, even where the points would allow it; a lower level can be awarded."""
    best = {"A": 120, "B": 130, "C": 150, "D": 600}
    applied.given(a_score(points=best), a_score("li.inspector", best))
    applied.when(an_award(5)).then_refused("rating.above_applied", None, "高于申请")
    applied.when(an_award(3)).then_recorded("rating.awarded", "facility.rated").then_found("SR-06")


def test_no_award_above_the_points(scene):
    """rating.above_points: A has 89.2 %, so 987 points are level 4 (SR-02)."""
    scene.given(*GROUND, applying(5), a_score(), a_score("li.inspector"))
    assert scene.state("$rating").allowed == 4
    scene.when(an_award(5)).then_refused("rating.above_points", None, "高于得分")
    scene.when(an_award(4)).then_recorded()


def test_points_below_every_level_allow_none(scene):
    """rating.above_points: 47 of 120 is less than the share of level 1."""
    scene.given(*GROUND, applying(1), a_score(points={"A": 47}), a_score("li.inspector", {"A": 47}))
    scene.when(an_award(1)).then_refused("rating.above_points")


def test_the_level_goes_by_the_mean(scene):
    """Three assessors: 108 is the share of level 5 in A, and a third of a point less is not."""
    scene.given(*GROUND, applying(5))
    scene.given(*(a_score(name, {"A": points}) for name, points in (("aa", 108), ("bb", 108), ("cc", 108))))
    assert scene.state("$rating").allowed == 5
    scene.given(a_score("cc", {"A": 107}))
    assert (scene.state("$rating").allowed, str(scene.state("$rating").total)) == (4, "987.67")


def test_what_does_not_apply_is_taken_off_before_the_shares(applied):
    """SR-02: 480 of 600 is 80 %; of 500 that apply, 400 are."""
    scores = {"points": {"A": 120, "B": 130, "D": 400}, "not_applicable": {"D": 100}}
    applied.given(a_score(**scores), a_score("li.inspector", **scores))
    assert applied.state("$rating").allowed == 4
    applied.given(a_score("li.inspector", {"A": 120, "B": 130, "D": 400}))
    assert applied.state("$rating").allowed == 3


@pytest.mark.parametrize(
    ("points", "more"),
    [
        ({"A": 121}, {}),
        ({"A": "107.5", "D": "600.0001"}, {}),
        ({}, {"not_applicable": {"D": 1}}),
        ({"D": 0}, {"not_applicable": {"D": 601}}),
    ],
)
def test_points_lie_within_the_sheet(applied, points, more):
    """rating.score_outside: between nought and the part's points, less what does not apply."""
    applied.when(a_score(points=points, **more)).then_refused("rating.score_outside", None, "不在评定办法的范围内")


def test_every_part_is_scored(applied):
    """rating.score_outside: a part left out is no nought; a part of another sheet is unknown."""
    applied.when(doing("score", assessor="aa", points={"A": 1, "B": 1, "C": 1})).then_refused("rating.score_outside")
    applied.when(doing("score", assessor="aa", points=FOUR | {"E": 1})).then_refused("field.invalid", "points")
    applied.when(doing("self_assess", points=FOUR | {"A": 121})).then_refused("rating.score_outside")
    applied.when(doing("self_assess", points=FOUR)).then_recorded("rating.self_assessed")


def test_single_items_are_those_of_the_scheme(applied):
    """rating.score_outside at `items`: unknown ones, and more than the part can give."""
    applied.when(a_score(items={"A9": 1})).then_refused("rating.score_outside", "items", "得分项")
    applied.when(a_score(items={"A1": 121})).then_refused("rating.score_outside", "items")
    event = applied.when(a_score(items={"A1": "12.5", "D13": 20})).then_recorded().events[0]
    assert event.items == {"A1": Decimal("12.5"), "D13": Decimal(20)}


def test_assessors_far_apart_are_a_warning(applied):
    """More than a tenth of a part's points between two: 12 of 120 is not yet, 13 is."""
    applied.given(a_score())
    applied.when(a_score("li.inspector", {"A": 95})).then_recorded().then_found()
    applied.when(a_score("li.inspector", {"A": 94})).then_recorded().then_found("rating.scores_differ")


def test_an_award_without_the_steps_is_found(scored):
    """SR-06 names what was left out; the award stands."""
    outcome = scored.when(an_award()).then_recorded("rating.awarded", "facility.rated").then_found("SR-06")
    words = outcome.receipt.breaches[0].wording
    assert "材料受理、委员会审议、公示期满" in words.zh
    assert "documents accepted, committee review, public notice completed" in words.en


def test_an_award_during_the_notice_comes_too_early(scored):
    """SR-06: the notice has to be over; steps that are entered late but dated before count."""
    scored.given(
        doing("accept_documents"),
        doing("review"),
        doing("publicise", "2024-06-12", starts_on="2024-06-12", ends_on="2024-06-20"),
    )
    outcome = scored.when(an_award(on="2024-06-20")).then_recorded().then_found("SR-06")
    assert "公示期满" in outcome.receipt.breaches[0].wording.zh
    version = max(e.originator_version for e in scored.events("$rating"))
    scored.correct(scored.names["rating"], version, occurred_on="2024-06-21").then_recorded().then_found()


def test_a_notice_lasts_seven_days(applied):
    """rating.notice_short: both days counted; rating.ends_before for one that runs backwards."""
    days = {"starts_on": "2024-06-12"}
    applied.when(doing("publicise", ends_on="2024-06-11", **days)).then_refused("rating.ends_before", "ends_on")
    applied.when(doing("publicise", ends_on="2024-06-17", **days)).then_recorded().then_found("rating.notice_short")
    applied.when(doing("publicise", ends_on="2024-06-18", **days)).then_recorded().then_found()


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2024-07-01", "2027-06-30", ()),
        ("2024-07-01", "2027-07-01", ("SR-03",)),
        ("2024-02-29", "2027-02-28", ()),
        ("2025-03-01", "2028-02-29", ()),
        ("2025-03-01", "2028-03-01", ("SR-03",)),
        ("2024-07-01", "2024-07-01", ()),
    ],
)
def test_a_rating_is_valid_for_three_years(scored, first, last, found):
    """SR-03: to the day, also about the end of February."""
    scored.given(
        doing("accept_documents"), doing("review"), doing("publicise", starts_on="2024-06-01", ends_on="2024-06-08")
    )
    scored.when(an_award(valid_from=first, valid_to=last)).then_recorded().then_found(*found)


@given(st.dates(date(2000, 1, 1), date(2080, 1, 1)), st.integers(1, 120))
def test_months_in_a_row_neither_overlap_nor_leave_a_gap(first, months):
    """SR-03: a validity that follows on at once ends as if both had been one, but for the ends of short months."""
    end = last_day(first, months)
    both = last_day(end + timedelta(days=1), months)

    assert abs((both - last_day(first, 2 * months)).days) <= 3
    assert (end - first).days >= 27 * months


def test_an_award_does_not_end_before_it_begins(scored):
    """rating.ends_before."""
    scored.when(an_award(valid_to="2024-06-30")).then_refused("rating.ends_before", "valid_to", "早于")


def test_a_rating_is_awarded_once(awarded):
    """rating.awarded: another award, and more scores, need a new application."""
    awarded.when(an_award(on="2024-06-21")).then_refused("rating.awarded", None, "已经授予")
    awarded.when(a_score(on="2024-06-21")).then_refused("rating.awarded")
    awarded.when(doing("self_assess", "2024-06-21", points=FOUR)).then_refused("rating.awarded")


def test_an_award_stands_on_its_scores(scored):
    """entry.in_use: a score cannot be withdrawn, or corrected below the level, from under an award."""
    scored.given(an_award())
    rating = scored.names["rating"]
    scored.withdraw(rating, 3).then_refused("entry.in_use", None, "授予等级")
    scored.correct(rating, 3, {"points": FOUR | {"A": 60}}).then_refused("entry.in_use")
    scored.correct(rating, 1, {"level": 3}).then_refused("entry.in_use")
    scored.correct(rating, 3, {"points": FOUR | {"A": 110}}).then_recorded()
    scored.withdraw(rating, 4).then_recorded()


# -- words and posts --------------------------------------------------------------------------------------


def test_sentences_say_what_happened_and_nothing_private(awarded):
    """Both languages; opinions and objections stay sealed."""
    awarded.given(
        doing("object", "2024-06-21", objection="张某投诉"),
        doing("downgrade", "2024-08-01", level=3, reason="人员不足"),
        doing("revoke", "2024-09-01", trigger="false_material", reason="材料不实"),
    )
    events = awarded.events("$rating")
    said = {event.topic: sentence(event, reference()) for event in events}

    assert said["rating.applied"] == (
        "申请评定四级（养老机构等级划分与评定（GB/T 37276-2018））",
        "Applied for Level 4 (Rating of elderly-care homes (GB/T 37276-2018))",
    )
    assert said["rating.awarded"] == (
        "授予四级，有效期2024年7月1日至2027年6月30日",
        "Level 4 awarded, 1 July 2024 to 30 June 2027",
    )
    assert said["rating.revoked"][1] == "Revoked: False material, 材料不实"
    assert not any("张某" in text or "同意" in text for pair in said.values() for text in pair)
    assert all(
        isinstance(getattr(e, "objection", None) or e.opinion, Sealed)
        for e in events
        if e.topic.endswith(("objected", "reviewed"))
    )


def test_the_home_applies_and_the_authority_awards(scored):
    """command.not_allowed: nobody rates oneself, and an assessor awards nothing."""
    manager = scored.login("wang.manager", "facility_manager", facility=scored.names["home"])
    inspector = scored.desk.actor("zhang.inspector")
    for actor in (manager, inspector):
        scored.when(say("rating.award", "2024-06-20", by=actor, rating="$rating", level=4, **VALID)).then_refused(
            "command.not_allowed"
        )
    scored.when(
        say("rating.score", "2024-06-15", by=inspector, rating="$rating", assessor="zhang.inspector", points=FOUR)
    ).then_recorded()
    scored.when(say("rating.self_assess", "2024-06-15", by=manager, rating="$rating", points=FOUR)).then_recorded()


def test_rows_before_a_beginning_count_nothing(awarded):
    """Guards against entries without an application or an award: they add no rows."""
    awarded.given(
        doing("suspend", "2024-08-01", reason="x"),
        doing("restore", "2024-08-02"),
        doing("downgrade", "2024-08-03", level=2, reason="x"),
        doing("revoke", "2024-08-04", trigger="other", reason="x"),
    )
    bare = Rating("r")
    for event in awarded.events("$rating")[1:]:
        assert list(event.rows(None)) == []
        if event.topic != "rating.awarded":
            assert list(event.rows(bare)) == []
    assert list(awarded.events("$rating")[6].rows(awarded.state("$rating"))) == []
