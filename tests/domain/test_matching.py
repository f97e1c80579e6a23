"""Lists of payments beside deaths, other lists, stays and ages: what is found, when it stands, who clears it."""

import pytest

from domain import matching
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
from tests.scene import Scene, a_home, a_person, a_stay, say


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
    """DM-02: same person, purpose and month, also within one unit of work; not of a cancelled batch.

    Also where the first list holds the person back: it may be released, and somebody has to look.
    """
    again = a_batch("$p1", called="again")
    march.when(again).then_recorded().then_found("DM-02")
    march.when(a_batch("$p1", called="april", period="2024-04")).then_found()
    march.given(say("batch.cancel", batch="$again", on="2024-03-06"), hold("$p2"))
    march.when(a_batch("$p2", called="held")).then_found("DM-02")
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


@pytest.fixture
def orphans(scene: Scene) -> Scene:
    """Money for orphans."""
    return scene.given(a_fund(programme="orphan_allowance"), an_allotment())


def for_orphans(*who: str, **more):
    """A list of the orphans' programme."""
    return a_batch(*who, programme="orphan_allowance", **more)


def test_who_is_too_old_for_an_orphans_programme_is_found(orphans):
    """DM-10: an elder among orphans is recorded and found, by name; a child and somebody of unknown birth are not."""
    orphans.given(a_person("elder", 1, "1944-01-01"), a_person("child", 2, "2015-01-01"), *people("unknown"))

    orphans.when(for_orphans("$elder", "$child", "$unknown")).then_recorded().then_found("DM-10")

    assert list(matching.doubts(orphans.state("$batch"))) == [orphans.names["elder"]]


def test_the_day_of_birth_decides_in_the_year_of_the_bound(orphans):
    """DM-10: who comes of age in March is owed March, not April; both were born in one year."""
    orphans.given(a_person("march", 1, "2006-03-20"), a_person("june", 2, "2006-06-20"))

    orphans.when(for_orphans("$march", "$june")).then_found()
    orphans.when(for_orphans("$march", "$june", called="april", period="2024-04")).then_found("DM-10")
    assert list(matching.doubts(orphans.state("$april"))) == [orphans.names["march"]]


def test_who_goes_to_school_beyond_the_age_is_cleared_and_not_found_again(orphans):
    """DM-10: an approver clears the doubt; corrected lines keep it cleared, another programme asks anew."""
    orphans.given(a_person("pupil", 1, "2005-03-20"), for_orphans("$pupil"), a_clearing("DM-10", "$pupil"))
    assert found(orphans) == []

    lines = [{"person": orphans.names["pupil"], "amount_fen": 5}]
    orphans.correct(orphans.names["batch"], 1, {"lines": lines}).then_found()
    orphans.correct(orphans.names["batch"], last(orphans, "$batch", "batch.drawn_up"), {"programme": "care_subsidy"})
    assert sorted(found(orphans)) == ["DM-10", "batch.programme_differs"]


def test_a_birth_that_one_of_two_merged_records_tells_counts(orphans):
    """DM-10 across a merge: the list names the record without a document."""
    orphans.given(a_person("elder", 1, "1944-01-01"), *people("found"))
    orphans.given(say("person.merge", person="$found", into="$elder", evidence="同一人", on="2024-01-20"))

    orphans.when(for_orphans("$found")).then_found("DM-10")


# -- when a death is recorded later -------------------------------------------------------------------


def test_a_death_recorded_after_the_payment_is_found_in_the_batch(march):
    """DM-01: whoever records the death is told, and the batch breaks the rule from then on; another list does not."""
    april = a_batch("$p2", called="april", period="2024-04")
    march.given(an_approval(), a_payment(), april)

    march.when(a_death()).then_recorded().then_found("DM-01")

    assert (found(march), found(march, "$april")) == (["DM-01"], [])


def test_the_control_a_death_within_the_month_or_of_somebody_else_finds_nothing(march):
    """The month of the death is owed; somebody who stands on no list is paid by none."""
    march.given(*people("p1", "p2", "p3")[2:])

    march.when(a_death(on="2024-03-01")).then_found()
    march.when(a_death("$p3")).then_found()
    assert found(march) == []


def test_who_was_held_back_on_suspicion_is_found_when_released(march):
    """Held, then known to be dead: nothing is paid; released after all, the list breaks the rule (DM-01, DM-02)."""
    march.given(hold(), hold("$p2"), a_death())
    march.given(a_batch("$p2", called="again"))
    assert (found(march), found(march, "$again")) == ([], ["DM-02"])
    march.given(release())
    assert found(march) == ["DM-01"]


def test_whoever_records_a_death_learns_nothing_of_the_others_on_a_list(march):
    """The receipt says that the person stands on a list; what else is wrong with it is the bureau's matter."""
    march.given(a_batch("$p1", "$p2", called="again", programme="old_age_allowance"))
    assert found(march, "$again") == ["batch.programme_differs"]
    outcome = march.when(a_death()).then_found("DM-01")

    assert not any(character.isdigit() for breach in outcome.receipt.breaches for character in breach.wording.zh)


def test_two_records_of_one_person_are_one(scene):
    """DM-01 and DM-02 across a merge, by whichever of the two records the list names."""
    scene.given(*FUNDED, *people("p1", "p2", "p3"))
    scene.given(say("person.merge", person="$p2", into="$p1", evidence="同一人", on="2024-01-20"))
    scene.given(a_batch("$p1", called="kept"))
    scene.when(a_batch("$p2", "$p3", called="merged")).then_found("DM-02")
    scene.when(a_death()).then_recorded()
    assert (found(scene, "$kept"), found(scene, "$merged")) == (["DM-01"], ["DM-01", "DM-02"])
    scene.when(a_batch("$p2", called="later", period="2024-04")).then_found("DM-01")


def test_a_resident_who_left_on_the_first_day_of_the_month_was_there_on_it(scene):
    """DM-04 on the boundary: discharged on 1 March is found for March, on 29 February not."""
    scene.given(a_fund(programme="destitute_dispersed_support"), an_allotment(), *people("person", "p2"), a_home())
    for who, day in (("person", "2024-03-01"), ("p2", "2024-02-29")):
        scene.given(a_stay(f"stay {who}", on="2024-01-05", person=f"${who}"))
        scene.given(say("stay.discharge", stay=f"$stay {who}", reason="to_family", on=day))
    scene.when(a_batch("$person", "$p2", programme="destitute_dispersed_support")).then_found("DM-04")
    assert [match.person for match in scene.state("$batch").matches] == [scene.names["person"]]


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


def test_a_list_that_was_corrected_to_the_month_of_the_death_is_lawful(march):
    """The match stays as it was found; what it says is judged by the list as it is now."""
    march.given(a_death())
    march.correct(march.names["batch"], 1, {"period": "2024-02"}).then_recorded()
    assert found(march) == []
    march.correct(march.names["batch"], last(march, "$batch", "batch.drawn_up"), {"period": "2024-05"}).then_recorded()
    assert found(march) == ["DM-01"]


def test_an_approver_clears_a_match_and_nobody_else(march):
    """Not who draws lists up; and nothing can be cleared that was not found, or twice."""
    march.when(a_clearing()).then_refused("batch.no_match", "person")
    march.given(a_death())
    march.when(a_clearing(by=ZHAO)).then_refused("command.not_allowed")
    march.when(a_clearing(person="$p2")).then_refused("batch.no_match", "person")
    march.when(a_clearing("DM-02")).then_refused("batch.no_match", "person")
    march.when(a_clearing("EC-04")).then_refused("field.invalid", "rule")
    march.when(a_clearing()).then_recorded("batch.match_cleared").then_found()
    assert found(march) == []
    march.when(a_clearing()).then_refused("batch.no_match", "person")


def test_a_wrong_death_is_taken_back_after_the_match_was_cleared_and_the_true_one_is_found(march):
    """What was cleared is that day of death and no other; the clearing stands in nobody's way."""
    march.given(a_home(), a_stay(person="$p1", on="2024-01-05"))
    manager = march.login("wang.manager", "facility_manager", facility="$home")
    march.given(a_death(by=manager), a_clearing())
    march.withdraw(march.names["p1"], last(march, "$p1", "person.died"), by=manager).then_recorded()
    assert found(march) == []
    march.when(a_death(on="2024-02-10", by=manager)).then_found("DM-01")
    assert found(march) == ["DM-01"]
