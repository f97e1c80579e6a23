"""What speaks against a rating: larger accidents, abuse, revoked papers, major hazards overdue; and what meets the review."""

from collections import Counter

import pytest

from tests.domain.incident_scene import DAY, an_incident, casualties
from tests.domain.money import rows
from tests.domain.oversight import HOME, a_complaint, a_hazard, on_complaint, on_hazard
from tests.domain.rating_scene import GROUND, a_score, an_award, applying, doing
from tests.scene import Scene, say


@pytest.fixture
def home(scene: Scene) -> Scene:
    """A home, and who may be responsible in it."""
    return scene.given(*HOME)


def causes(scene: Scene) -> dict[tuple[str, str], int]:
    """What speaks against the rating of the home: (trigger, day) -> how often."""
    found: Counter[tuple[str, str]] = Counter()
    for row in rows(scene):
        if row.figure == "rating.review_cause":
            assert row.facility == scene.names["home"]
            found[dict(row.dims)["about"].partition("/")[0], row.day.isoformat()] += row.amount
    return {key: number for key, number in found.items() if number}


def test_an_accident_speaks_against_the_rating_where_it_is_a_larger_one(home):
    """On its own day, like its casualties, and once; a miscount that is put right takes it back."""
    home.given(an_incident(), casualties(dead=2))
    assert causes(home) == {}
    home.given(casualties(dead=3, on="2024-05-08"), casualties(dead=12, on="2024-05-09"))
    assert causes(home) == {("larger_accident", DAY): 1}
    home.given(casualties(dead=2, on="2024-05-10"))
    assert causes(home) == {}


def test_the_control_what_is_no_accident_has_no_grade_to_speak_of(home):
    """AC-06: a service incident with many injured is kept apart from accidents."""
    home.given(an_incident(kinds=("service_safety",)), casualties(injured=30))
    assert causes(home) == {}


@pytest.mark.parametrize(
    ("kind", "taken", "speaks"),
    [("food_licence", True, True), ("food_licence", None, False), ("liability_insurance", True, False)],
)
def test_a_licence_that_is_taken_away_speaks_against_the_rating(home, kind, taken, speaks):
    """One that is given back for a new one does not, nor a policy that ends."""
    valid = {"valid_from": "2024-01-15", "valid_to": "2024-12-31"}
    home.given(say("paper.record", "2024-02-01", facility="$home", kind=kind, number="1", **valid).named("paper"))
    assert causes(home) == {}
    home.given(say("paper.revoke", "2024-06-01", paper="$paper", reason="见决定书", by_authority=taken))
    assert causes(home) == ({("paper_revoked", "2024-06-01"): 1} if speaks else {})


@pytest.mark.parametrize(
    ("subject", "founded", "speaks"), [("abuse", True, True), ("abuse", False, False), ("food", True, False)]
)
def test_abuse_that_was_found_to_be_true_speaks_against_the_rating(home, subject, founded, speaks):
    """What nobody confirmed, and what is no abuse, does not."""
    home.given(
        a_complaint(subject=subject),
        on_complaint("answer", "2024-03-12", text="已调查"),
        on_complaint("close", "2024-03-25", founded=founded),
    )
    assert causes(home) == ({("abuse", "2024-03-25"): 1} if speaks else {})


def test_a_major_hazard_speaks_against_the_rating_from_the_day_on_which_it_is_overdue(home):
    """An extension in time moves that day; one accepted in time never did; a general hazard does not at all."""
    assigned = on_hazard("assign", "2024-03-11", responsible="wang.safety", deadline="2024-03-20")
    home.given(a_hazard(grade="major"), assigned)
    assert causes(home) == {("hazard_overdue", "2024-03-21"): 1}
    home.given(on_hazard("extend", "2024-03-19", deadline="2024-03-31", reason="缺料"))
    assert causes(home) == {("hazard_overdue", "2024-04-01"): 1}
    home.given(on_hazard("regrade", "2024-03-25", grade="general", reason="已降险"))
    assert causes(home) == {}


@pytest.mark.parametrize(
    "step",
    [
        doing("uphold", "2024-08-01", trigger="paper_revoked", reason="已补办"),
        doing("downgrade", "2024-08-01", level=3, reason="x"),
        doing("suspend", "2024-08-01", reason="x"),
        doing("revoke", "2024-08-01", trigger="abuse", reason="x"),
    ],
    ids=lambda step: step.command,
)
def test_whatever_is_decided_on_an_award_meets_its_review(scene, step):
    """Upheld, lowered, suspended or revoked; upholding changes nothing, and needs an award in force."""
    scene.given(*GROUND, applying())
    scene.when(step).then_refused("rating.not_awarded")
    scene.given(a_score(), a_score("li.inspector"), an_award())
    before = scene.state("$rating")
    scene.given(step)

    met = [(row.day.isoformat(), dict(row.dims)["about"]) for row in rows(scene) if row.figure == "rating.seen_to"]
    assert met == [("2024-08-01", "paper_revoked" if step.command == "rating.uphold" else "")]
    assert (scene.state("$rating").status == before.status == "awarded") == (
        step.command in ("rating.uphold", "rating.downgrade")
    )


def test_an_award_is_held_while_it_is_suspended_and_no_longer_than_the_next_one(scene):
    """Suspension stops the counting, not the award; a home that is rated anew was thereby reviewed."""
    scene.given(*GROUND, applying(), a_score(), a_score("li.inspector"), an_award(on="2024-06-20"))
    scene.given(doing("suspend", "2024-08-01", reason="x"))
    held = [(row.day.isoformat(), row.amount) for row in rows(scene) if row.figure == "rating.held"]

    assert held == [("2024-07-01", 1), ("2027-07-01", -1)]
    scene.given(doing("revoke", "2024-09-01", trigger="other", reason="x"))
    held = [(row.day.isoformat(), row.amount) for row in rows(scene) if row.figure == "rating.held"]
    assert held[2:] == [("2024-09-01", -1), ("2027-07-01", 1)]
