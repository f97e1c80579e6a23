"""Programmes and the ages that they are for: which version holds, who is of the age in a month, what is refused."""

from datetime import date

import pytest

from domain.programmes import Programmes
from domain.values import Month
from tests.scene import reference

TWO = """
[allowance]
zh = "津贴"
en = "Allowance"
ages = [{ least = 80, from = 2013-07-01, source = "x" }, { least = 70, from = 2024-01-01, source = "y" }]
[open]
zh = "其他"
en = "Other"
"""
MARCH = Month(2024, 3)


def test_every_programme_has_a_name_in_both_languages_and_every_age_a_source():
    """The list of choices is made of them, in the order of the file."""
    programmes = reference().programmes

    assert list(reference().choices("programmes")) == list(programmes.words)
    assert all(zh and en.isascii() for zh, en in programmes.words.values())
    assert all(one.source for versions in programmes.ages.values() for one in versions)


def test_the_ages_of_the_day_hold():
    """RULE-1: the version that began last; none before the first, and none where none are laid down."""
    programmes = Programmes.parse(TWO)

    found = [programmes.on("allowance", date(*day)) for day in ((2013, 6, 30), (2023, 12, 31), (2024, 1, 1))]
    assert [one and one.least for one in found] == [None, 80, 70]
    assert programmes.on("open", date(2024, 1, 1)) is None


@pytest.mark.parametrize(
    ("programme", "born", "fits"),
    [
        ("old_age_allowance", date(1944, 3, 31), True),
        ("old_age_allowance", date(1944, 4, 1), False),
        ("orphan_allowance", date(2006, 3, 2), True),
        ("orphan_allowance", date(2006, 3, 1), False),
        ("care_subsidy", date(1964, 2, 29), True),
    ],
)
def test_somebody_is_of_the_age_on_any_day_of_the_month(programme, born, fits):
    """CW-14 and old-age allowance: the month in which one comes of the age is paid, and that in which one grows out of it."""
    assert reference().programmes.on(programme, MARCH.first).fit(born, MARCH) is fits


def test_ages_are_spoken_of_in_full_years():
    """As the law says them."""
    programmes = reference().programmes

    said = [programmes.on(key, MARCH.first).words for key in ("old_age_allowance", "orphan_allowance")]
    assert said == [("满80周岁", "80 or older"), ("未满18周岁", "under 18")]


@pytest.mark.parametrize("ages", ["least = 80, below = 60", "least = -1", 'below = "18"', "below = 200"])
def test_ages_that_nobody_has_are_refused(ages):
    """A slip in the file is told with the programme, not found on a list."""
    with pytest.raises(ValueError, match="allowance"):
        Programmes.parse(TWO.replace("least = 80", ages))
