"""Figures of neighbours stand beside the own one; what lies behind them stays closed."""

from __future__ import annotations

from datetime import date

import pytest


def table(page) -> str:
    """The comparison with neighbours, as text and links."""
    return page.html.partition('id="neighbours"')[2].partition("</table>")[0]


def test_a_county_sees_the_values_of_its_neighbours(reader) -> None:
    """Every county under the same city with its value, the own one marked; no value is a link."""
    beside = table(reader("bomi.regulator").get("/figures/stay.present"))

    assert "波密县（本区域）" in beside
    assert "巴宜区" in beside
    assert ">2<" in beside.partition("巴宜区")[2][:60]
    assert "<a " not in beside


def test_the_values_are_those_that_the_neighbours_read_themselves(reader) -> None:
    """What a county is shown of another is what the city above reads of it."""
    beside = table(reader("bomi.regulator").get("/figures/facility.beds_licensed"))
    city = reader("nyingchi.regulator").get("/figures/facility.beds_licensed?region=540402")

    assert city.heading.split()[1] == "50"
    assert ">50<" in beside.partition("巴宜区")[2][:60]


def test_where_no_facility_is_registered_nothing_is_said_to_be_none(reader) -> None:
    """A city without any home in the log shows no number; a county with a home where nothing was found shows 0."""
    cities = table(reader("nyingchi.regulator").get("/figures/stay.present"))
    counties = table(reader("bomi.regulator").get("/figures/hazard.open"))

    assert ">—<" in cities.partition("拉萨市")[2][:60]
    assert ">0<" in counties.partition("巴宜区")[2][:60]
    assert ">—<" in counties.partition("墨脱县")[2][:60]


@pytest.mark.parametrize("login", ["bomi.regulator"])
def test_rows_of_neighbours_stay_closed(reader, town, login) -> None:
    """Neither the figure narrowed to a neighbour, nor its board, its file, its homes or its persons are opened."""
    somebody = reader(login)
    for path in ("/figures/stay.present", "/boards/stays", "/boards/persons", "/figures/stay.present/why"):
        page = somebody.get(f"{path}?region=540402")
        assert "该区域不在您的管辖范围" in page.text, path
        assert "张建国" not in page.text, path
    file = somebody.client.get("/boards/stays.csv?region=540402").get_data(as_text=True)
    assert "张建国" not in file
    assert "王秀英" in file
    home = town.streams["fushou"]
    assert "不在您的" in somebody.get(f"/boards/stays?facility={home}").text
    assert "张建国" not in somebody.client.get(f"/boards/stays.csv?facility={home}").get_data(as_text=True)
    for path in (f"/facilities/{home}", f"/facilities/{home}/replay", f"/persons/{town.streams['zhang']}"):
        somebody.get(path, 403)


def test_nothing_is_compared_where_one_person_could_be_told(reader, town) -> None:
    """Not of a narrowed figure, not for a home, not of one home, not where everything is shown anyway."""
    assert table(reader("bomi.regulator").get("/figures/stay.present?category=destitute")) == ""
    assert table(reader("zhamu.manager").get("/figures/stay.present")) == ""
    assert table(reader("nyingchi.regulator").get(f"/figures/stay.present?facility={town.streams['fushou']}")) == ""
    assert table(reader("auditor").get("/figures/stay.present")) == ""


def test_a_day_long_ago_is_compared_by_the_boundaries_of_that_day(reader) -> None:
    """Also where a region had another name or did not exist."""
    for day in (date(1990, 1, 1), date(2014, 12, 31), date(2016, 1, 1)):
        reader("bomi.regulator").get(f"/figures/stay.present?as_of={day}")
