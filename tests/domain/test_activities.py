"""Activities: the countable rest; a type, its quantities, a place, perhaps money."""

from decimal import Decimal

import pytest

from tests.scene import BAYI, GONGBO, Scene, a_home, say

VISIT = {"type": "festival_visit", "quantities": {"household_times": 12}}


def logged(**more):
    """A festival visit, in a region unless told otherwise."""
    return say(
        "activity.log",
        **{k: v for k, v in ({**VISIT, "region": BAYI} | more).items() if v is not None},
        called="activity",
    )


def test_each_quantity_and_the_money_are_figures_of_their_own(scene: Scene):
    """Quantities in ten-thousandths, money in fen, placed in the region."""
    scene.when(logged(amount_fen=360000)).then_recorded("activity.logged").then_found()

    rows = {key[0]: (n, key[4]) for key, n in scene.seen("$activity")[1].items()}
    assert rows == {
        "activity.festival_visit.household_times": (120000, BAYI),
        "activity.festival_visit.amount": (360000, BAYI),
    }


def test_an_entry_of_a_facility_stands_in_its_region_of_that_day(scene):
    """A home that moved later was still where it was."""
    scene.given(a_home(), say("facility.relocate", facility="$home", address="x", region=GONGBO, on="2024-06-01"))
    before, after = (
        scene.when(logged(facility="$home", region=None).on_(day)).then_recorded()
        for day in ("2024-05-31", "2024-06-01")
    )

    assert [o.events[0].envelope.region for o in (before, after)] == [BAYI, GONGBO]
    assert before.events[0].envelope.facility == scene.names["home"]


@pytest.mark.parametrize(
    ("more", "rule", "field", "words"),
    [
        ({"region": None}, "field.missing", "facility", "哪个机构或区域"),
        ({"quantities": {}}, "field.missing", "quantities", "数量"),
        ({"quantities": {"persons": 1}}, "field.unknown", "quantities", "可填：household_times"),
        ({"quantities": {"household_times": 1.5}}, "field.invalid", "quantities", "应为整数"),
        ({"quantities": {"household_times": -1}}, "field.invalid", "quantities", ""),
        ({"quantities": [1]}, "field.invalid", "quantities", ""),
        ({"quantities": {"household_times": "many"}}, "field.invalid", "quantities", "“慰问户次”应为不小于 0 的数"),
        ({"type": "dancing"}, "field.invalid", "type", ""),
        (
            {"type": "mutual_help_care", "quantities": {"times": 1}, "amount_fen": 1},
            "field.unknown",
            "amount_fen",
            "不记金额",
        ),
        ({"amount_fen": -1}, "field.invalid", "amount_fen", ""),
        ({"amount_fen": 1.5}, "field.invalid", "amount_fen", ""),
        ({"region": "000000"}, "reference.unknown", "region", "行政区划"),
        ({"facility": "nothing", "region": None}, "reference.unknown", "facility", ""),
    ],
)
def test_what_cannot_be_counted_is_refused(scene, more, rule, field, words):
    """Every refusal of an activity, by rule and field."""
    scene.when(logged(**more)).then_refused(rule, field, words)


def test_a_facility_and_a_region_are_not_given_both(scene):
    """A facility has its region."""
    scene.given(a_home())
    scene.when(logged(facility="$home")).then_refused("field.invalid", "region", "只填一个")


def test_nought_is_a_number(scene):
    """Zero is logged, never assumed; written as text or as a number it is the same."""
    for nought in (0, "0", "0.0", 0.0):
        outcome = scene.when(logged(quantities={"household_times": nought})).then_recorded()
        assert outcome.events[0].quantities == {"household_times": Decimal(0)}


def test_work_before_its_type_was_in_use_is_found_and_recorded(scene):
    """A fact is recorded; that the list did not have the type yet is a warning."""
    scene.when(logged().on_("2022-12-31")).then_recorded().then_found("activity.type_not_in_use")


@pytest.mark.parametrize(
    ("found", "fixed", "doubted"), [(3, 3, False), (3, 4, True), (None, 1, True), (0, 0, False), (2, None, False)]
)
def test_more_of_a_part_than_of_its_whole_is_recorded_and_doubted(scene, found, fixed, doubted):
    """Nobody puts more faults right than were found; what is left out is none, and the words name both."""
    said = {"by_day": 2, "found": found, "fixed": fixed}
    quantities = {key: number for key, number in said.items() if number is not None}
    scene.given(a_home())

    outcome = scene.when(logged(type="fire_patrol", quantities=quantities, facility="$home", region=None))

    outcome.then_recorded().then_found(*["activity.more_than_whole"] * doubted)
    if doubted:
        assert outcome.receipt.breaches[0].wording.zh == f"当场改正 {fixed} 处，多于发现问题 {found or 0} 处"
