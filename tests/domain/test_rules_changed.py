"""A number that changes: from its day on it judges, before it nothing is judged anew (RULE-1)."""

from dataclasses import fields, replace
from datetime import date

import pytest

from domain.batches import Batch
from domain.outlets import Outlet
from domain.ratings import Rating
from domain.rescues import Rescue
from domain.rules import RuleVersion
from tests.domain.money import SUN, a_batch, a_fund, a_payment, an_allotment, an_approval, people
from tests.domain.rating_scene import GROUND, a_score, applying
from tests.domain.special_kinds import SHOP, STATION, a_contract, a_rescue, a_violation, leaving
from tests.scene import Scene, reference, say

CHANGE, BEFORE, AFTER = date(2024, 4, 1), "2024-03-31", "2024-04-01"


def change(scene: Scene, rule: str, **params: int) -> Scene:
    """The reference data gets a further version of a rule, after what the scene has recorded so far."""
    rules = reference().rules
    versions = (*rules.versions[rule], RuleVersion(2, "x", CHANGE, params))
    scene.desk.reference = replace(reference(), rules=replace(rules, versions={**rules.versions, rule: versions}))
    return scene


def test_a_lower_sum_asks_for_a_second_approver_from_its_day_on(scene):
    """batch.second_approval: by the day on which the batch was drawn up, whenever it is approved or paid."""
    scene.given(a_fund(amount_fen=2_000_000_00), an_allotment(amount_fen=1_500_000_00), *people("p1"))
    scene.given(a_batch("$p1", fen=300_000_00, on=BEFORE))
    change(scene, "batch.second_approval", above_fen=200_000_00)
    scene.given(an_approval("2024-04-03")).when(a_payment("2024-04-04")).then_recorded()
    late = scene.when(a_batch("$p1", fen=300_000_00, on=BEFORE, period="2024-04")).then_recorded().events[0]
    assert (late.second_above_fen, scene.state("$batch").needed) == (500_000_00, 1)

    scene.given(a_batch("$p1", fen=300_000_00, on=AFTER, period="2024-05"), an_approval("2024-04-03"))
    scene.when(a_payment("2024-04-04")).then_refused("batch.second_approval")
    scene.given(an_approval("2024-04-03", by=SUN)).when(a_payment("2024-04-04")).then_recorded()
    scene.sound()


def test_a_batch_that_is_corrected_to_another_day_is_judged_by_that_day(scene):
    """The correction decides again: what held on the day on which it says that the batch was drawn up."""
    scene.given(a_fund(), an_allotment(), *people("p1"), a_batch("$p1", fen=250_000_00, on=BEFORE))
    change(scene, "batch.second_approval", above_fen=200_000_00)
    scene.correct(scene.names["batch"], 1, occurred_on=AFTER).then_recorded()
    assert scene.state("$batch").needed == 2


@pytest.mark.parametrize(("day", "found"), [(BEFORE, ["LT-09"]), (AFTER, [])])
def test_a_wider_range_of_fines_holds_from_its_day_on(scene, day, found):
    """LT-09: 15,000 yuan before and after the law allows them; no sum stands in the words that find it."""
    change(scene.given(SHOP, a_contract(), a_violation()), "LT-09", least_fen=1_000_00, most_fen=20_000_00)
    fine = scene.when(say("outlet.fine", outlet="$outlet", number=1, amount_fen=15_000_00, on=day))
    fine.then_recorded().then_found("LT-08", *found)
    assert not any(char.isdigit() for breach in fine.receipt.breaches for char in breach.wording.zh + breach.wording.en)


def test_a_fine_keeps_the_range_by_which_it_was_judged(scene):
    """A further version leaves the finding of an earlier fine where it is."""
    scene.given(SHOP, a_contract(), a_violation())
    scene.given(say("outlet.fine", outlet="$outlet", number=1, amount_fen=15_000_00, on="2024-03-06"))
    change(scene, "LT-09", least_fen=1_000_00, most_fen=20_000_00)
    scene.when(a_violation(on=AFTER)).then_recorded().then_found("LT-08", "LT-09")


@pytest.mark.parametrize(("day", "said"), [(BEFORE, None), (AFTER, "10.5")])
def test_a_lower_fare_is_the_limit_from_its_day_on(scene, day, said):
    """RS-08: 15 yuan are usual until a version says 10.5; the words say by which of them it was judged."""
    change(scene.given(STATION, a_rescue(on="2024-03-30")), "RS-08", most_fen=10_50)
    outcome = scene.when(leaving("given_fare", day, fare_fen=15_00)).then_recorded()
    outcome.then_found(*(["RS-08"] if said else []))
    for breach in outcome.receipt.breaches:
        assert f"超过 {said} 元" in breach.wording.zh
        assert f"more than {said} yuan" in breach.wording.en


def test_a_fare_keeps_the_limit_by_which_it_was_judged(scene):
    """The leaving is folded again under the new version, and says what it said."""
    scene.given(STATION, a_rescue(), leaving("given_fare", "2024-03-05", fare_fen=25_00))
    change(scene, "RS-08", most_fen=50_00)
    (breach,) = scene.state("$rescue").findings()
    assert (breach.rule, "20 元" in breach.wording.zh) == ("RS-08", True)


def test_a_narrower_tolerance_judges_who_scores_from_its_day_on(scene):
    """rating.scores_differ: each pair by the day on which the later of the two scored."""
    scene.given(*GROUND, applying(on="2024-03-01"), a_score(on="2024-03-10"))
    change(scene, "rating.scores_differ", apart_permille=50)
    scene.when(a_score("li.inspector", {"A": 95}, on=BEFORE)).then_recorded().then_found()
    scene.when(a_score("aa", {"A": 101}, on=AFTER)).then_recorded().then_found()
    scene.when(a_score("bb", {"A": 107}, on=AFTER)).then_recorded().then_found("rating.scores_differ")


def test_who_scores_again_is_judged_by_the_new_day(scene):
    """Twelve points of 120 lay within a tenth; scored anew under five per cent they do not."""
    scene.given(
        *GROUND, applying(on="2024-03-01"), a_score(on="2024-03-10"), a_score("li.inspector", {"A": 95}, BEFORE)
    )
    change(scene, "rating.scores_differ", apart_permille=50)
    scene.when(a_score(on=AFTER)).then_recorded().then_found("rating.scores_differ")
    scene.withdraw("$rating", 4).then_recorded()
    assert list(scene.state("$rating").findings()) == []


@pytest.mark.parametrize(
    ("event", "kept", "rule", "param"),
    [
        (Batch.DrawnUp, "second_above_fen", "batch.second_approval", "above_fen"),
        (Outlet.Fined, "least_fen", "LT-09", "least_fen"),
        (Outlet.Fined, "most_fen", "LT-09", "most_fen"),
        (Rescue.Left, "fare_most_fen", "RS-08", "most_fen"),
        (Rating.Scored, "apart_permille", "rating.scores_differ", "apart_permille"),
    ],
)
def test_what_was_recorded_without_a_number_is_judged_by_the_first_one(event, kept, rule, param):
    """Events that are older than the field read as if they had kept what held then."""
    (default,) = (field.default for field in fields(event) if field.name == kept)
    assert default == reference().rules.versions[rule][0].params[param]
