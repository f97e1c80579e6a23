"""Rating schemes: sheets that add up, and the two conditions of a level."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rating_schemes import BadSchemes, RatingSchemes, level
from tests.scene import reference

GB = reference().schemes.schemes["CN-GBT37276-2018"]
MAXIMA = {"A": 120, "B": 130, "C": 150, "D": 600}
POINTS = st.fixed_dictionaries({code: st.integers(0, most) for code, most in MAXIMA.items()})

ONE = """
[[scheme]]
key = "LOCAL-1"
zh = "本地办法"
en = "Local scheme"
label = ["星", "stars"]
valid_from = 2022-01-01
valid_to = 2025-12-31
validity_months = 24
levels = [
    { level = 1, zh = "一星", en = "One star", total = 50, share = 40 },
    { level = 2, zh = "二星", en = "Two stars", total = 80, share = 60 },
]
[[scheme.dimensions]]
code = "A"
zh = "甲"
en = "First"
max = 40
items = [ { code = "A1", zh = "一", en = "One", max = 15 }, { code = "A2", zh = "二", en = "Two", max = 25 } ]
[[scheme.dimensions]]
code = "B"
zh = "乙"
en = "Second"
max = 60
"""


def of(*points):
    """Points of A, B, C and D."""
    return dict(zip("ABCD", points, strict=True))


@pytest.mark.parametrize(
    ("points", "reached"),
    [
        ((108, 117, 135, 540), 5),
        ((107, 130, 150, 600), 4),
        ((96, 104, 120, 480), 4),
        ((95, 104, 120, 481), 3),
        ((48, 52, 60, 240), 1),
        ((47, 130, 150, 600), None),
        ((0, 0, 0, 0), None),
        ((120, 130, 150, 600), 5),
    ],
)
def test_the_level_follows_both_conditions(points, reached):
    """SR-02, with the vectors of the rule book: the total, and the share of every part."""
    assert level(GB, of(*points)) == reached


def test_the_sheet_of_the_standard_is_complete():
    """SR-01: 1000 points in four parts, 41 items, five levels, three years."""
    assert {part.code: part.max for part in GB.dimensions} == MAXIMA
    assert {part.code: len(part.items) for part in GB.dimensions} == {"A": 8, "B": 13, "C": 7, "D": 13}
    assert [(one.level, one.total, one.share) for one in GB.thresholds] == [
        (1, 360, 40),
        (2, 450, 50),
        (3, 570, 60),
        (4, 780, 80),
        (5, 900, 90),
    ]
    assert (GB.validity_months, GB.rescale, GB.labels) == (36, False, ("级", "level"))
    assert GB.items["C5"][0].zh == "安全管理"


def test_what_does_not_apply_lowers_the_shares_and_not_the_total():
    """SR-02: shares are taken of the applicable points; the total counts as scored unless the scheme stretches it."""
    points, applicable = of(120, 130, 150, 400), MAXIMA | {"D": 400}

    assert level(GB, points) == 3
    assert level(GB, points, applicable) == 4
    assert level(GB, points, {"D": 400}) == 4
    stretched = RatingSchemes.parse(ONE.replace("validity_months = 24", "validity_months = 24\nrescale = true"))
    local = RatingSchemes.parse(ONE)
    found = [one.schemes["LOCAL-1"] for one in (local, stretched)]
    assert [level(one, {"A": 40, "B": 30}, {"B": 30}) for one in found] == [1, 2]
    assert level(found[1], {"A": 0, "B": 0}, {"A": 0, "B": 0}) is None


def test_a_share_is_compared_exactly():
    """Thirds are no rounding matter: 40 % of a third of 120 is 16, and nothing less will do."""
    assert level(GB, {"A": Fraction(48), "B": 52, "C": 60, "D": Decimal("240.0")}) == 1
    assert level(GB, {"A": Fraction(143, 3), "B": 130, "C": 150, "D": 600}) is None


@given(POINTS, POINTS)
def test_more_points_never_lower_the_level(points, more):
    """The level never falls when a part gains points."""
    higher = {code: min(points[code] + more[code], most) for code, most in MAXIMA.items()}

    assert (level(GB, higher) or 0) >= (level(GB, points) or 0)


@given(POINTS)
def test_a_level_is_the_highest_whose_conditions_hold(points):
    """Both conditions hold of the level found, and of no higher one."""
    found = level(GB, points) or 0
    held = {
        one.level: sum(points.values()) >= one.total
        and all(100 * points[code] >= one.share * most for code, most in MAXIMA.items())
        for one in GB.thresholds
    }

    assert found == max((number for number, holds in held.items() if holds), default=0)


def test_schemes_give_their_words_to_code_lists():
    """Forms offer the schemes; levels and parts are named by the first scheme that has them."""
    text = ONE + ONE.replace("LOCAL-1", "LOCAL-2").replace("一星", "一叶")
    schemes = RatingSchemes.parse(text)

    assert schemes.words["LOCAL-2"] == ("本地办法", "Local scheme")
    assert schemes.level_words == {"1": ("一星", "One star"), "2": ("二星", "Two stars")}
    assert schemes.dimension_words == {"A": ("甲", "First"), "B": ("乙", "Second")}
    assert reference().lists["rating_levels"]["5"] == ("五级", "Level 5")


def test_a_scheme_is_in_force_from_its_first_day_to_its_last():
    """Both days included; without a last day, on."""
    local = RatingSchemes.parse(ONE).schemes["LOCAL-1"]

    days = (date(2021, 12, 31), date(2022, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    assert [local.valid_on(day) for day in days] == [False, True, True, False]
    assert GB.valid_on(date(2099, 1, 1))


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('zh = "本地办法"', 'zh = ""', "LOCAL-1: no zh"),
        ("max = 15", "max = 16", "A: the items do not sum"),
        ("max = 15 }, {", 'max = 15 }, { code = "A3", zh = "三", en = "Three" }, {', None),
        ('max = 15 }, { code = "A2"', 'max = 99 }, { code = "A2"', "A: the items do not sum"),
        ('code = "A2"', 'code = "A1"', "a code is used twice"),
        ("max = 60", "max = 0", "B gives no points"),
        ("total = 80", "total = 40", "level 2 asks for less"),
        ("total = 80", "total = 101", "cannot be reached"),
        ("share = 60", "share = 101", "cannot be reached"),
    ],
)
def test_a_sheet_that_does_not_add_up_is_refused(before, after, complaint):
    """The file's mistake is named before anybody is rated by it."""
    text = ONE.replace(before, after, 1)
    if complaint is None:
        assert RatingSchemes.parse(text).schemes["LOCAL-1"].items["A3"][0].max is None
        return
    with pytest.raises(BadSchemes, match=complaint):
        RatingSchemes.parse(text)


def test_a_scheme_is_declared_once():
    """Two schemes of one key would make awards ambiguous."""
    with pytest.raises(BadSchemes, match="declared twice"):
        RatingSchemes.parse(ONE + ONE)


@given(POINTS, st.sampled_from(GB.thresholds))
def test_what_is_missing_is_just_what_has_to_be_added(points, asked) -> None:
    """With what each part falls short added, only the total can still be missing; a hundredth less and a part is again."""
    missing = GB.rule.missing(asked, points)
    added = {code: Fraction(got) + missing.get(code, 0) for code, got in points.items()}

    assert GB.rule.missing(asked, added).keys() <= {None}
    for code in missing.keys() - {None}:
        assert code in GB.rule.missing(asked, added | {code: added[code] - Fraction(1, 100)})
