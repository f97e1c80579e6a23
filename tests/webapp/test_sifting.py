"""Boards as their readers want them: sorted, of a period, about somebody, with some columns; the address is the view."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.catalogue import sheets
from webapp import boards
from webapp.sifting import typed_period

STAYS = "/boards/stays"


def names(page) -> list[str]:
    """The persons of a board, in its order."""
    return re.findall(r'<td class="\w*"><a href="/stays/[^"]+">([^<]+)</a>', page.html)


def next_page(page) -> str | None:
    """The address of the next page."""
    return next((link for link in page.links if "after=" in link and "lang=" not in link and "size=" not in link), None)


def test_the_newest_stand_first_and_a_head_turns_them(reader) -> None:
    """By the board's day; the head of that column leads to the other direction, that of another to its own order."""
    somebody = reader("nyingchi.regulator")
    page = somebody.get(STAYS)

    assert names(page) == ["王秀英", "格桑曲珍", "张建国"]
    assert "按“入住日期”从新到旧" in page.text
    assert 'aria-sort="descending"' in page.html
    assert f"{STAYS}?sort=admitted_on" in page.links
    assert names(somebody.get(f"{STAYS}?sort=admitted_on")) == ["张建国", "格桑曲珍", "王秀英"]
    assert names(somebody.get(f"{STAYS}?sort=-bed&lang=en")) == ["张建国", "王秀英", "格桑曲珍"]
    assert f"{STAYS}?sort=-bed" in page.links
    assert not [link for link in page.links if "sort=-person" in link or "sort=-facility" in link]


@pytest.mark.parametrize("sort", ["", "bed", "-bed", "admitted_on", "-category"])
@pytest.mark.parametrize("path", [STAYS, "/boards/persons"])
def test_the_pages_of_a_sorted_board_are_the_board(reader, monkeypatch, sort, path) -> None:
    """One row a page, every row once, filters and order kept on the way."""
    whole = reader("nyingchi.regulator").get(f"{path}?where.sex=female&sort={sort}" if sort else path)
    monkeypatch.setattr(boards, "PAGE_ROWS", 1)
    somebody, found = reader("nyingchi.regulator"), []
    address = f"{path}?where.sex=female&sort={sort}" if sort else path
    while address:
        page = somebody.get(address)
        found += re.findall(r"<tbody>\s*<tr>(.*?)</tr>", page.html, re.DOTALL)
        address = next_page(page)

    assert found == re.findall(r"<tr>(<td.*?)</tr>", whole.html, re.DOTALL)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("sort=person", "台账不能按“person”排序"),
        ("sort=-colour", "台账不能按“colour”排序"),
        ("cols=person.colour", "没有“colour”这一列"),
        ("on_from=昨天", "没有看懂时间“昨天”"),
        ("on_from=2026-13", "没有看懂时间“2026-13”"),
        ("on_from=2026&on_to=2025", "起始时间晚于截止时间"),
        ("after=nonsense", "不是这张台账某一行的位置"),
        ("after=AAAA&sort=bed", "不是这张台账某一行的位置"),
    ],
)
def test_what_is_not_understood_is_told_and_the_board_shown(reader, said, told) -> None:
    """A word beside the bar; the rows stand there all the same."""
    page = reader("nyingchi.regulator").get(f"{STAYS}?{said}")

    assert told in page.text
    assert names(page)


def test_a_period_narrows_by_the_boards_day(reader) -> None:
    """A year, a month, a day; from, to, both; in files too."""
    somebody = reader("nyingchi.regulator")

    assert names(somebody.get(f"{STAYS}?on_from=2025")) == ["王秀英", "格桑曲珍"]
    assert names(somebody.get(f"{STAYS}?on_to=2025年3月")) == ["格桑曲珍", "张建国"]
    assert names(somebody.get(f"{STAYS}?on_from=2025-03-02&on_to=2025-03-02")) == ["格桑曲珍"]
    assert "入住日期：从 2025年1月1日" in somebody.get(f"{STAYS}?on_from=2025").text
    file = somebody.client.get(f"{STAYS}.csv?on_from=2025&sort=admitted_on").get_data(as_text=True)
    assert re.findall("格桑曲珍|王秀英|张建国", file) == ["格桑曲珍", "王秀英"]


def test_months_narrow_a_board_of_months(busy_reader) -> None:
    """A day within the month finds the month."""
    somebody = busy_reader("nyingchi.finance")

    for said, found in (("on_from=2026-10", 1), ("on_from=2026-10-15&on_to=2026-10-20", 1), ("on_from=2026-11", 0)):
        assert somebody.get(f"/boards/sales?{said}").html.count("<tr><td") == found


@given(st.text(max_size=12))
@settings(max_examples=200, deadline=None, database=None)
def test_no_text_breaks_a_period(text) -> None:
    """A text is a period in order, or none."""
    found = typed_period(text)

    assert found is None or found[0] <= found[1]


def test_periods_are_typed_as_people_write_them() -> None:
    """A leap February, a year in words, one day."""
    assert typed_period("2024年2月") == (date(2024, 2, 1), date(2024, 2, 29))
    assert typed_period("２０２４") == (date(2024, 1, 1), date(2024, 12, 31))
    assert typed_period("2024-3-5") == (date(2024, 3, 5), date(2024, 3, 5))
    assert typed_period("2024-00") is None


def test_chosen_columns_stand_in_the_address(reader) -> None:
    """What was ticked leads to an address that holds it, beside the filters; the bar, heads and the file keep it."""
    somebody = reader("nyingchi.regulator")
    sent = somebody.get(f"{STAYS}?where.sex=male&col=person&col=bed&col=nonsense", 303)
    assert parse_qs(urlsplit(sent.location).query) == {"where.sex": ["male"], "cols": ["person.bed"]}

    page = somebody.get(sent.location)
    assert page.html.count('<th scope="col"') == 2
    assert f"{STAYS}?where.sex=male&cols=person.bed&sort=-bed" in [unescape(link) for link in page.links]
    assert page.html.count('name="cols" value="person.bed"') >= 2
    assert 'id="link"' in page.html
    assert "cols=person.bed" in next(one["value"] for one in page.inputs if one.get("id") == "link")
    file = somebody.client.get(f"{STAYS}.csv?cols=person.bed").get_data(as_text=True)
    assert file.splitlines()[0].lstrip("\ufeff") == "人员,床位"
    assert somebody.get(f"{STAYS}?col=none", 303).location == STAYS


def find(somebody, path: str, text: str):
    """Look for a person on a board."""
    return somebody.send(somebody.get(path), path, {"person": text})


def test_a_person_is_found_and_the_name_stays_out_of_the_address(reader, town) -> None:
    """Whose names are open is found by name; the address holds only who it is; other filters are kept."""
    somebody = reader("nyingchi.regulator")
    sent = find(somebody, f"{STAYS}?on_from=2024", "建国")

    assert sent.status == 303
    assert sent.location == f"{STAYS}?on_from=2024&who={town.streams['zhang']}"
    page = somebody.get(sent.location)
    assert names(page) == ["张建国"]
    assert "只看所找的 1 人" in page.text
    assert names(somebody.get(sent.location + "&where.sex=female")) == []
    for board in ("persons", "duties", "breaches"):
        found = somebody.get(find(somebody, f"/boards/{board}", "建国").location).text
        assert "王秀英" not in found
        assert "张建国" in found or board != "persons"


@pytest.mark.parametrize(
    ("login", "text", "told"),
    [
        ("nyingchi.regulator", "没有此人", "没有找到这位人员"),
        ("nyingchi.regulator", " ", "没有填写姓名"),
        ("bomi.regulator", "张建国", "没有找到这位人员"),
        ("zhamu.manager", "张建国", "没有找到这位人员"),
    ],
)
def test_nobody_is_found_outside_the_area(reader, login, text, told) -> None:
    """Somebody unknown and somebody of another place are told alike, and the board stays as it was."""
    somebody = reader(login)
    page = somebody.get(find(somebody, STAYS, text).location)

    assert told in page.text
    assert names(page)


def test_many_bearers_of_a_name_are_told(reader, monkeypatch) -> None:
    """An address does not hold a whole county."""
    monkeypatch.setattr(boards, "PERSONS_MAX", 0)
    somebody = reader("nyingchi.regulator")

    assert "符合的超过 0 人" in somebody.get(find(somebody, STAYS, "张建国").location).text


@pytest.mark.parametrize("login", ["auditor", "admin", "nyingchi.finance", "nyingchi.approver"])
def test_who_reads_no_names_searches_for_none(reader, town, login) -> None:
    """No question, no answer by sending it anyway, and a person in the address tells nothing of who that is."""
    somebody = reader(login)
    page = somebody.get(STAYS)

    assert 'name="person"' not in page.html
    csrf = page.values()["csrf"]
    assert somebody.post(STAYS, {"csrf": csrf, "person": "张建国"}).status == 403
    assert names(somebody.get(f"{STAYS}?who={town.streams['zhang']}")) == []


def test_boards_about_no_person_are_not_searched(reader) -> None:
    """The search stands only where rows are about persons."""
    somebody = reader("nyingchi.regulator")

    assert 'name="person"' not in somebody.get("/boards/facilities").html
    assert somebody.post("/boards/facilities", {"csrf": "x", "person": "y"}).status in (400, 403)


def test_a_board_shows_every_column_as_it_was_recorded(busy_reader) -> None:
    """What leads to the next page takes the place of no column: where it burnt is read on the board of incidents."""
    assert "配电间" in busy_reader("nyingchi.safety").get("/boards/incidents").text
    assert [name for name, columns in sheets().items() if "after" in columns] == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/boards/stays", "按“入住日期”从新到旧排列"),
        ("/boards/shifts?sort=ends_at", "按“离岗时间”从旧到新排列"),
        ("/boards/inspections?sort=-score", "按“得分”从大到小排列"),
        ("/boards/facilities?sort=title", "按“名称”升序排列"),
        ("/boards/facilities?sort=-title&lang=en", "sorted by Name, descending"),
    ],
)
def test_the_order_of_a_board_is_told_by_what_the_column_holds(busy_reader, path, said) -> None:
    """Days by age, numbers by size, texts by letters: never two of them at once."""
    assert said in busy_reader("nyingchi.regulator").get(path).text


@pytest.mark.parametrize("path", ["/boards/papers", "/boards/breaches", "/boards/ratings"])
def test_a_period_is_asked_for_without_a_word_twice(busy_reader, path) -> None:
    """Also of a column that is called 有效期自."""
    page = busy_reader("nyingchi.regulator").get(f"{path}?on_from=2024&on_to=2026")

    assert not re.search("自 ?自|至 ?至|[Ff]rom from", page.text)
    assert not re.search("[Ff]rom from|Since since", busy_reader("nyingchi.regulator").get(f"{path}?lang=en").text)
