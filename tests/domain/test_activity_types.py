"""Activity types are data: what the file may say, and that the file that comes with the product says enough."""

from datetime import date
from pathlib import Path

import pytest

from domain.activity_types import ActivityTypes, BadActivityTypes
from domain.kinds import KINDS

SHIPPED = Path(__file__).parents[2] / "domain" / "reference" / "activities.toml"

ONE = """
[[type]]
key = "patrol"
zh = "巡查"
en = "Patrols"
kinds = ["rescue_station"]
valid_from = 2024-01-01
valid_to = 2024-12-31
quantities = [
    { key = "rounds", zh = "次数", en = "rounds", unit = "次", sources = ["street_patrol:street_patrols"] },
    { key = "length", zh = "里程", en = "length", unit = "公里", places = 1 },
]
amount = { zh = "支出", en = "money spent" }
"""


def test_a_type_tells_its_figures_with_unit_and_decimals():
    """Each quantity is a figure `activity.<type>.<quantity>`; money is in yuan with two decimals and comes last."""
    measures = ActivityTypes.parse(ONE).measures()

    assert list(measures) == ["activity.patrol.rounds", "activity.patrol.length", "activity.patrol.amount"]
    assert [(m.unit, m.places) for m in measures.values()] == [("次", 0), ("公里", 1), ("元", 2)]
    assert measures["activity.patrol.rounds"].sources == ("street_patrol:street_patrols",)


@pytest.mark.parametrize(
    ("day", "known"), [("2023-12-31", False), ("2024-01-01", True), ("2024-12-31", True), ("2025-01-01", False)]
)
def test_a_type_is_valid_from_its_first_to_its_last_day(day, known):
    """Both ends of the validity are days on which the work can be logged."""
    types = ActivityTypes.parse(ONE)

    assert ("patrol" in types.valid_on(date.fromisoformat(day))) is known


def test_a_type_without_an_end_stays_valid():
    """No `valid_to` means until further notice."""
    types = ActivityTypes.parse(ONE.replace("valid_to = 2024-12-31", ""))

    assert types.types["patrol"].valid_on(date(2099, 1, 1))


def test_a_file_without_types_is_empty():
    """Nothing declared, nothing logged."""
    assert ActivityTypes.parse("").types == {}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('key = "patrol"', 'key = "Patrol"', "no key"),
        ('zh = "巡查"', 'zh = ""', "both languages"),
        ('unit = "次"', 'unit = ""', "no unit"),
        ("places = 1", "places = 5", "places"),
        ("places = 1", 'places = "1"', "places"),
        ('kinds = ["rescue_station"]', "kinds = []", "nobody logs it"),
        ('kinds = ["rescue_station"]', 'offices = ["province"]', "office"),
        ('key = "length"', 'key = "rounds"', "twice"),
        ('key = "length"', 'key = "amount"', "money"),
        ('"street_patrol:street_patrols"', '"street_patrols"', "source"),
        ("valid_to", "until", "unknown until"),
        ("valid_to =", 'daily = "no"\nvalid_to =', "daily"),
        ('kinds = ["rescue_station"]', 'offices = ["city"]\ndaily = true', "no kind of facility"),
        ('kinds = ["rescue_station"]', 'offices = ["city"]\nonce_a_day = true', "no kind of facility"),
        ("valid_to =", 'once_a_day = "no"\nvalid_to =', "once_a_day"),
        ("places = 1", 'part_of = "rounds"', "part of no quantity"),
        ("places = 1", 'part_of = "way"', "part of no quantity"),
    ],
)
def test_an_incomplete_type_is_refused_by_name(old, new, complaint):
    """What would give a figure without name, unit or place never loads, and the message says which type."""
    assert old in ONE
    with pytest.raises(BadActivityTypes, match=complaint):
        ActivityTypes.parse(ONE.replace(old, new))


def test_a_type_without_quantities_is_refused():
    """An entry that counts nothing is no activity."""
    with pytest.raises(BadActivityTypes, match="empty: no quantity"):
        ActivityTypes.parse('[[type]]\nkey = "empty"\nzh = "空"\nen = "Empty"\noffices = ["city"]')


def test_a_type_declared_twice_is_refused():
    """Two types of one key would share figures."""
    with pytest.raises(BadActivityTypes, match="patrol: declared twice"):
        ActivityTypes.parse(ONE + ONE)


def test_a_type_may_name_all_kinds_in_which_people_live():
    """They follow from what the kinds say of themselves, beside kinds that are named; none of them stands twice."""
    text = ONE.replace('["rescue_station"]', '["day_care_centre", "lodging", "rescue_station"]')
    lodging = [key for key, kind in KINDS.items() if kind.lodging]

    assert ActivityTypes.parse(text).types["patrol"].kinds == ("day_care_centre", *lodging)
    assert "rescue_station" in lodging
    assert ActivityTypes.parse(ONE).types["patrol"].kinds == ("rescue_station",)


def test_the_shipped_types_load_and_cover_the_work_of_a_bureau():
    """The file that comes with the product holds dozens of types, and every one has a place that logs it."""
    types = ActivityTypes.parse(SHIPPED.read_text(encoding="utf-8")).types

    assert len(types) >= 40
    assert all(kind.kinds or kind.offices for kind in types.values())


def test_the_shipped_types_name_only_facility_kinds_that_exist():
    """A type that is logged by facilities names kinds of the product."""
    types = ActivityTypes.parse(SHIPPED.read_text(encoding="utf-8")).types

    assert {name for kind in types.values() for name in kind.kinds} <= set(KINDS)
