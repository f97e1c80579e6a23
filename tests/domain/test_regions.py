"""Regions: the chains of rules.md 12.3, and what must hold of the country on every day."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import domain.regions
from domain.regions import Regions

LIST_DAY = date(2026, 9, 11)
DAYS = st.dates(date(1984, 1, 1), date(2027, 12, 31))
JUNE_2024 = date(2024, 6, 1)
BEGUN_LATER = {"810000", "820000"}
"""Hong Kong and Macau: before they were on the list, no region of it held their territory."""


@cache
def text() -> str:
    """The file that is shipped."""
    return (Path(domain.regions.__file__).parent / "reference" / "regions.csv").read_text(encoding="utf-8")


@cache
def country() -> Regions:
    """The whole country, read once."""
    return Regions.parse(text())


@cache
def codes() -> list[str]:
    """Every code that ever was in use."""
    return sorted({line.partition(",")[0] for line in text().splitlines()[1:]})


CODES = st.deferred(lambda: st.sampled_from(codes()))


def test_the_list_of_2026_09_11_is_exactly_what_was_valid_that_day():
    """12.3: 3,214 entries: 34 provinces, 333 prefectures, 2,847 counties."""
    valid = [code for code in codes() if country().valid(code, LIST_DAY)]
    assert [sum(country().level(code) == level for code in valid) for level in (1, 2, 3)] == [34, 333, 2847]


@pytest.mark.parametrize(
    ("code", "on", "name"),
    [
        ("540000", LIST_DAY, "西藏自治区"),
        ("540400", LIST_DAY, "西藏自治区林芝市"),
        ("540402", LIST_DAY, "西藏自治区林芝市巴宜区"),
        ("540481", LIST_DAY, "西藏自治区林芝市米林市"),
        ("540422", date(2020, 1, 1), "西藏自治区林芝市米林县"),
        ("542623", date(2014, 1, 1), "西藏自治区林芝地区米林县"),
        ("542500", LIST_DAY, "西藏自治区阿里地区"),
        ("140702", LIST_DAY, "山西省晋中市榆次区"),
        ("150124", LIST_DAY, "内蒙古自治区呼和浩特市清水河县"),
        ("441721", LIST_DAY, "广东省阳江市阳西县"),
        ("532823", LIST_DAY, "云南省西双版纳傣族自治州勐腊县"),
        ("532323", LIST_DAY, "云南省楚雄彝族自治州牟定县"),
        ("340303", LIST_DAY, "安徽省蚌埠市蚌山区"),
        ("340303", date(2003, 1, 1), "安徽省蚌埠市中市区"),
        ("110101", LIST_DAY, "北京市东城区"),
        ("429004", LIST_DAY, "湖北省仙桃市"),
        ("500157", LIST_DAY, "重庆市两江新区"),
    ],
)
def test_a_region_is_called_what_it_was_called_that_day(code, on, name):
    """12.3: the reference regions; municipalities and provinces may have counties directly below."""
    assert country().path(code, on) == name


@pytest.mark.parametrize(
    ("code", "last_day_before", "first", "last"),
    [
        ("540422", date(2014, 12, 31), date(2015, 1, 1), date(2023, 12, 31)),
        ("540481", date(2022, 12, 31), date(2023, 1, 1), None),
        ("540530", date(2015, 12, 31), date(2016, 1, 1), date(2023, 12, 31)),
        ("540581", date(2022, 12, 31), date(2023, 1, 1), None),
        ("542600", date(1982, 12, 31), date(1983, 1, 1), date(2015, 12, 31)),
        ("142401", None, date(1984, 1, 1), date(1999, 12, 31)),
        ("140702", date(1998, 12, 31), date(1999, 1, 1), None),
        ("500105", None, date(1997, 1, 1), date(2025, 12, 31)),
        ("500157", date(2024, 12, 31), date(2025, 1, 1), None),
        ("653228", date(2023, 12, 31), date(2024, 1, 1), None),
        ("653229", date(2023, 12, 31), date(2024, 1, 1), None),
    ],
)
def test_both_codes_are_valid_throughout_the_year_of_a_change(code, last_day_before, first, last):
    """RG-01: a change known only by its year; the day before and the day after are outside."""
    assert country().valid(code, first)
    assert last_day_before is None or not country().valid(code, last_day_before)
    assert country().valid(code, last or LIST_DAY)
    assert last is None or not country().valid(code, last + timedelta(days=1))


@pytest.mark.parametrize(
    ("code", "on", "held_by"),
    [
        ("540422", JUNE_2024, "540481"),
        ("540422", date(2022, 6, 1), "540422"),
        ("540422", date(2023, 1, 1), "540481"),
        ("540481", date(2022, 12, 31), "540422"),
        ("540481", date(2014, 1, 1), "542623"),
        ("540130", JUNE_2024, "540481"),
        ("542623", JUNE_2024, "540481"),
        ("540129", JUNE_2024, "540402"),
        ("540402", date(2000, 1, 1), "542621"),
        ("542600", JUNE_2024, "540400"),
        ("540400", date(2000, 1, 1), "542600"),
        ("542232", JUNE_2024, "540581"),
        ("540530", JUNE_2024, "540581"),
        ("142401", JUNE_2024, "140702"),
        ("340303", date(2003, 1, 1), "340303"),
        ("500105", date(2026, 1, 1), "500157"),
        ("500112", date(2026, 1, 1), "500157"),
        ("542301", JUNE_2024, "540202"),
        ("542700", JUNE_2024, "540200"),
        ("330104", JUNE_2024, "330102"),
        ("330103", JUNE_2024, "330105"),
        ("130123", date(1990, 1, 1), "130123"),
        ("130124", date(2026, 1, 1), "130111"),
        ("341400", JUNE_2024, "340181"),
    ],
)
def test_a_territory_is_followed_to_the_boundaries_of_a_day(code, on, held_by):
    """12.3: change chains, forward and backward; in the year of a change the newer code holds."""
    assert country().current(code, on)[0] == held_by == country().home(code, on)


def test_a_region_made_of_several_names_them_all_and_counts_at_the_first():
    """500157 was 江北 and 渝北: both are named, sums follow one."""
    assert country().current("500157", JUNE_2024) == ("500105", "500112")


def test_a_region_not_yet_made_counts_at_the_region_above():
    """653228 和康县 has no known predecessor: before 2024 its territory counts at 和田地区."""
    assert country().current("653228", date(2020, 1, 1)) == ("653200",)


def test_counties_stand_directly_under_a_municipality():
    """The hierarchy is the parent column, not the code: 110000 has 16 districts and nothing between."""
    assert len(country().children("110000", LIST_DAY)) == 16
    assert country().parent("110101", LIST_DAY) == "110000"
    assert country().parent("110000", LIST_DAY) is None


def test_linzhi_has_seven_counties_whatever_the_code_asked():
    """In the year of a change only the newer code is listed; an old prefecture code gives today's children."""
    now = ["540402", "540421", "540423", "540424", "540425", "540426", "540481"]
    assert country().children("540400", JUNE_2024) == now == country().children("540400", date(2023, 3, 1))
    assert country().children("542600", JUNE_2024) == now
    assert country().children("540400", date(2022, 3, 1)) == sorted([*now[:-1], "540422"])


def test_facts_under_old_codes_roll_up():
    """RG-01: everything ever recorded in Linzhi lies under 540400, and nothing of Shannan does."""
    inside = country().codes_within("540400", JUNE_2024)
    assert {"540400", "542600", "540422", "540481", "540130", "542623", "540129"} <= inside
    assert "542232" not in inside
    assert country().within("540422", "542600", JUNE_2024)
    assert not country().within("540481", "540500", JUNE_2024)


def test_a_region_is_found_by_name_and_day():
    """Names are not unique; `within` narrows, and who holds the territory comes first."""
    assert country().named("米林县", date(2015, 6, 1)) == ["540422", "542623"]
    assert country().named("米林县", JUNE_2024) == []
    assert len(country().named("鼓楼区", JUNE_2024)) == 4
    assert country().named("鼓楼区", JUNE_2024, within="320000") == ["320106", "320302"]


def test_a_picker_finds_by_part_of_the_name_or_code():
    """Names that begin with the text come first; invalid codes do not come at all."""
    assert country().search("林芝", JUNE_2024) == ["540400"]
    assert country().search(" 米林", JUNE_2024, within="540000") == ["540481"]
    assert "540422" not in country().search("5404", JUNE_2024)


def test_an_unknown_code_is_nowhere():
    """Synthetic regions (99) and nonsense are not on the list."""
    assert "990101" not in country()
    assert "540400" in country()
    assert not country().valid("990101", JUNE_2024)
    assert country().current("990101", JUNE_2024) == ()
    assert country().codes_within("990101", JUNE_2024) == frozenset()
    assert country().children("990101", JUNE_2024) == []
    assert not country().within("990101", "540000", JUNE_2024)
    with pytest.raises(KeyError):
        country().name("990101", JUNE_2024)


@settings(deadline=None)
@given(CODES, DAYS)
def test_a_valid_region_has_a_valid_parent(code, on):
    """No exceptions: every valid code has a parent valid that day, one level or more above; provinces have none."""
    regions = country()
    if regions.valid(code, on):
        above = regions.parent(code, on)
        assert (above is None) == (regions.level(code) == 1)
        assert above is None or (regions.valid(above, on) and regions.level(above) < regions.region(code, on).level)


@settings(deadline=None)
@given(CODES, DAYS)
def test_what_holds_a_territory_is_valid_and_holds_itself(code, on):
    """Following again goes nowhere; only provinces before they were made hold what nobody held."""
    home = country().home(code, on)
    assert country().home(home, on) == home
    assert country().valid(home, on) or home in BEGUN_LATER


@settings(deadline=None, max_examples=40)
@given(DAYS)
def test_the_provinces_hold_every_code_once(on):
    """No double counting: over all provinces each code ever used counts exactly once."""
    counted = [code for top in country().provinces(on) for code in country().codes_within(top, on)]
    assert len(counted) == len(set(counted))
    assert {country().home(code, on) for code in set(codes()) - set(counted)} <= BEGUN_LATER


@settings(deadline=None, max_examples=40)
@given(CODES, DAYS)
def test_the_children_of_a_region_are_a_partition(code, on):
    """What lies within a region is what counts at itself and, disjoint, what lies within its children."""
    regions = country()
    home = regions.home(code, on)
    own = {c for c in regions.codes_within(home, on) if regions.home(c, on) == home}
    parts = [regions.codes_within(child, on) for child in regions.children(home, on)]
    assert len(own) + sum(map(len, parts)) == len(own.union(*parts))
    assert own.union(*parts) == regions.codes_within(code, on)


@settings(deadline=None, max_examples=40)
@given(CODES, DAYS)
def test_a_region_lies_within_itself_and_everything_above(code, on):
    """Whoever is above the holder of a territory contains every code of it."""
    above: str | None = country().home(code, on)
    while above and country().valid(above, on):
        assert country().within(code, above, on)
        above = country().parent(above, on)


@settings(deadline=None)
@given(CODES, DAYS)
def test_a_valid_region_is_found_by_its_own_name(code, on):
    """Name and search agree with validity."""
    if country().valid(code, on):
        name = country().name(code, on)
        assert code in country().named(name, on)


HEAD = "code,name,level,parent,valid_from,valid_to,successors\n"


def test_a_split_counts_at_its_first_successor_only():
    """A made-up county divided in 2010: both are named, the first that the file names counts."""
    regions = Regions.parse(
        HEAD + "980000,省,1,,,,\n980001,甲县,3,980000,,2010-12-31,980003 980002\n"
        "980002,乙区,3,980000,2010-01-01,,\n980003,甲区,3,980000,2010-01-01,,\n"
    )
    on = date(2015, 1, 1)
    assert regions.current("980001", on) == ("980003", "980002")
    assert "980001" in regions.codes_within("980003", on)
    assert "980001" not in regions.codes_within("980002", on)
    assert regions.current("980002", date(2000, 1, 1)) == ("980001",)


def test_a_region_that_ended_without_successor_counts_above():
    """Nothing is lost: what was recorded in an abolished region counts at the region above it."""
    regions = Regions.parse(HEAD + "980000,省,1,,,,\n980001,甲县,3,980000,,2010-06-30,\n")
    assert regions.current("980001", date(2010, 6, 30)) == ("980001",)
    assert regions.current("980001", date(2010, 7, 1)) == ("980000",)
    assert regions.children("980000", date(2010, 7, 1)) == []


def test_a_change_of_a_known_day_takes_effect_on_that_day():
    """Where the day is known, the old code holds until the day before."""
    regions = Regions.parse(
        HEAD + "980000,省,1,,,,\n980001,甲县,3,980000,,2026-05-03,980081\n980081,甲市,3,980000,2026-05-04,,\n"
    )
    assert regions.current("980001", date(2026, 5, 3)) == ("980001",)
    assert regions.current("980001", date(2026, 5, 4)) == ("980081",)
    assert regions.valid("980001", date(2026, 5, 3))
    assert not regions.valid("980001", date(2026, 5, 4))


def test_a_merger_into_a_standing_region_holds_until_its_last_day():
    """A region that joins an older one keeps its territory to the end of its validity."""
    regions = Regions.parse(
        HEAD + "980000,省,1,,,,\n980001,甲县,3,980000,,2010-12-31,980002\n980002,乙县,3,980000,,,\n"
    )
    assert regions.current("980001", date(2010, 12, 31)) == ("980001",)
    assert regions.current("980001", date(2011, 1, 1)) == ("980002",)


def test_a_circle_in_the_record_ends():
    """Two codes exchanged twice do not send the search round for ever."""
    regions = Regions.parse(
        HEAD + "980000,省,1,,,,\n980001,甲县,3,980000,,2010-12-31,980002\n980002,甲县,3,980000,,2010-12-31,980001\n"
    )
    assert len(regions.current("980001", date(2012, 1, 1))) == 1


def test_a_successor_that_is_not_on_the_list_is_passed_over():
    """A file that names an unknown successor loses nothing: the territory counts at the region above."""
    regions = Regions.parse(HEAD + "980000,省,1,,,,\n980001,甲县,3,980000,,2010-12-31,980077\n")
    assert regions.current("980001", date(2011, 1, 1)) == ("980000",)
