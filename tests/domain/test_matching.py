"""Lists of payments beside deaths, other lists and stays: what is found, when it stands, who clears it."""

import pytest

from tests.domain.batch_scene import hold, last, release
from tests.domain.money import (
    FUNDED,
    QIAN,
    ZHAO,
    a_batch,
    a_fund,
    a_payment,
    a_return,
    an_allotment,
    an_approval,
    people,
)
from tests.scene import Scene, a_home, a_stay, say


def a_death(person: str = "$p1", on: str = "2024-02-29", **more):
    """Somebody died."""
    return say("person.record_death", person=person, on=on, **more)


def a_clearing(rule: str = "DM-01", person: str = "$p1", by=QIAN):
    """Somebody looked into a match."""
    return say(
        "batch.clear_match", batch="$batch", rule=rule, person=person, reason="同名同号错录", on="2024-03-08", by=by
    )


def found(scene: Scene, batch: str = "$batch") -> list[str]:
    """The rules that a batch breaks by what is known of it."""
    return [breach.rule for breach in scene.state(batch).findings()]


@pytest.fixture
def march(scene: Scene) -> Scene:
    """Two persons on a list for March."""
    return scene.given(*FUNDED, *people("p1", "p2"), a_batch("$p1", "$p2"))


# -- when a list is drawn up --------------------------------------------------------------------------


def test_a_month_after_death_is_found(scene):
    """DM-01: the month of the death is still paid, the one after it is not; recorded all the same."""
    scene.given(*FUNDED, *people("p1", "p2"), a_death())
    scene.when(a_batch("$p1", "$p2", period="2024-02")).then_recorded().then_found()
    outcome = scene.when(a_batch("$p1", "$p2", called="march")).then_recorded().then_found("DM-01")
    assert "1 人" in outcome.receipt.breaches[0].wording.zh
    assert found(scene, "$march") == ["DM-01"]


def test_the_same_month_on_two_lists_is_found(march):
    """DM-02: same person, purpose and month, also within one unit of work; not of a cancelled batch, nor who was held."""
    again = a_batch("$p1", called="again")
    march.when(again).then_recorded().then_found("DM-02")
    march.when(a_batch("$p1", called="april", period="2024-04")).then_found()
    march.given(say("batch.cancel", batch="$again", on="2024-03-06"), hold("$p2"))
    march.when(a_batch("$p2", called="held")).then_found()
    twins = [a_batch("$p1", called=n, period="2024-05") for n in ("one", "two")]
    first, second = march.together(*twins)
    first.then_found()
    second.then_found("DM-02")
    march.correct(march.names["april"], 1, {"period": "2024-03"}).then_found("DM-02")
    assert (found(march), found(march, "$april"), found(march, "$again")) == ([], ["DM-02"], [])


def test_a_resident_paid_as_living_at_home_is_found(scene):
    """DM-04: on any day of the month, in a home that supports its residents; other purposes ask nothing."""
    scene.given(a_fund(programme="destitute_dispersed_support"), an_allotment(), *people("person", "p2"))
    scene.given(a_home(), a_stay(on="2024-03-31"))
    said = {"programme": "destitute_dispersed_support"}
    scene.when(a_batch("$person", "$p2", **said)).then_recorded().then_found("DM-04")
    scene.when(a_batch("$person", called="before", period="2024-02", **said)).then_found()
    scene.when(a_batch("$person", called="other", programme="old_age_allowance")).then_found("batch.programme_differs")


# -- when a death is recorded later -------------------------------------------------------------------


def test_a_death_recorded_after_the_payment_is_found_in_the_batch(march):
    """DM-01: whoever records the death is told, and the batch breaks the rule from then on; another list does not."""
    april = a_batch("$p2", called="april", period="2024-04")
    march.given(an_approval(), a_payment(), april)

    march.when(a_death()).then_recorded().then_found("DM-01")

    assert (found(march), found(march, "$april")) == (["DM-01"], [])


def test_the_control_a_death_within_the_month_or_of_somebody_else_finds_nothing(march):
    """The month of the death is owed; who is held back, or whose money came back, is paid nothing."""
    march.given(*people("p1", "p2", "p3")[2:], hold("$p2"))

    march.when(a_death(on="2024-03-01")).then_found()
    march.when(a_death("$p2")).then_found()
    march.when(a_death("$p3")).then_found()
    assert found(march) == []


def test_what_the_home_may_record_reaches_a_list_of_the_bureau(march):
    """A home's own staff record a death: that the list of the bureau is touched by it is not their command."""
    march.given(a_home(), a_stay(person="$p1", on="2024-01-05"))
    march.when(a_death(by=march.login("wang.manager", "facility_manager", facility="$home"))).then_found("DM-01")


def test_a_death_that_is_taken_back_or_moved_takes_the_match_along(march):
    """The match is a part of the entry of the death: withdrawn and corrected with it."""
    march.given(a_death())
    person = march.names["p1"]

    march.correct(person, last(march, "$p1", "person.died"), {}, occurred_on="2024-03-02").then_recorded()
    assert found(march) == []
    march.correct(person, last(march, "$p1", "person.died"), {}, occurred_on="2024-02-02").then_recorded()
    assert found(march) == ["DM-01"]
    march.withdraw(person, last(march, "$p1", "person.died")).then_recorded()
    assert found(march) == []


# -- until somebody has looked into it ----------------------------------------------------------------


def test_a_match_stands_while_the_person_is_paid(march):
    """Held back, the finding rests; released, it stands again; paid and returned, it is gone."""
    march.given(a_death(), hold())
    assert found(march) == []
    march.given(release())
    assert found(march) == ["DM-01"]
    march.given(an_approval(), a_payment())
    assert found(march) == ["DM-01"]
    march.given(a_return("$p1"))
    assert found(march) == []


def test_an_approver_clears_a_match_and_nobody_else(march):
    """Not who draws lists up; and nothing can be cleared that was not found."""
    march.when(a_clearing()).then_refused("batch.no_matches")
    march.given(a_death())
    march.when(a_clearing(by=ZHAO)).then_refused("command.not_allowed")
    march.when(a_clearing(person="$p2")).then_refused("batch.no_match")
    march.when(a_clearing("DM-02")).then_refused("batch.no_match")
    march.when(a_clearing()).then_recorded("batch.match_cleared").then_found()
    assert found(march) == []
    march.when(a_clearing()).then_refused("batch.no_matches")
