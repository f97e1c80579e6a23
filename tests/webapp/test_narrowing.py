"""What a board is narrowed by stands above it: one tag each, which takes itself away and nothing else."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

STAYS = "/boards/stays"


def tags(page) -> dict[str, str]:
    """What every tag says, and where it leads."""
    found = re.findall(r'class="moj-filter__tag" href="([^"]+)"><span[^>]*>[^<]*</span>([^<]+)</a>', page.html)
    return {said: unescape(link) for link, said in found}


def asked(address: str) -> dict[str, list[str]]:
    """What an address asks."""
    return parse_qs(urlsplit(address).query)


def rows(page) -> int:
    """How many rows the board shows."""
    return page.html.count("<tr><td")


def total(page) -> int:
    """How many rows the board says it has, on all of its pages."""
    return int(re.search(r"(?:找到|共) ([\d,]+) 行", page.text)[1].replace(",", ""))


def test_every_tag_is_the_same_address_without_itself(reader, town) -> None:
    """Filters, period, persons and a facility; order and columns stay; the last tag away is the whole board."""
    somebody, home = reader("nyingchi.regulator"), town.streams["fushou"]
    address = (
        f"{STAYS}?facility={home}&where.category=destitute&on_from=2024&on_to=2026-10&sort=bed&cols=person.bed"
        f"&who={town.streams['zhang']}"
    )
    page = somebody.get(address)
    found = tags(page)

    assert list(found) == [
        "机构 福寿敬老院",
        "类别 特困",
        "入住日期：从 2024年1月1日",
        "入住日期：到 2026年10月31日",
        "只看所找的 1 人",
    ]
    dropped = ("facility", "where.category", "on_from", "on_to", "who")
    for (said, link), key in zip(found.items(), dropped, strict=True):
        assert asked(link) == {name: value for name, value in asked(address).items() if name != key}, said
        assert list(tags(somebody.get(link))) == [one for one in found if one != said]
    cleared = re.search(r'moj-filter__heading-action" href="([^"]+)"', page.html)
    assert asked(unescape(cleared[1])) == {"sort": ["bed"], "cols": ["person.bed"]}
    assert tags(somebody.get(unescape(cleared[1]))) == {}


def test_what_is_found_is_counted_beside_the_tags(reader) -> None:
    """The number is that of the rows; one row is told as one in English."""
    page = reader("nyingchi.regulator").get(f"{STAYS}?where.sex=female")

    assert f"找到 {rows(page)} 行" in page.text
    assert "1 row found" in reader("bomi.regulator").get(f"{STAYS}?where.category=destitute&lang=en").text


def test_what_a_board_is_narrowed_to_at_first_can_be_taken_away(busy_reader) -> None:
    """Duties are those overdue until somebody asks for all: the tag and the link lead there, and no tag is left."""
    somebody = busy_reader("nyingchi.regulator")
    page = somebody.get("/boards/duties")
    (link,) = tags(page).values()

    assert asked(link) == {"where.status": ["all"]}
    whole = somebody.get(link)
    assert tags(whole) == {}
    assert total(whole) > total(page) > 0


@pytest.mark.parametrize("said", ["", "where.sex=blue", "where.colour=red", "on_from=昨天", "who=", "home=没有"])
def test_what_does_not_narrow_the_board_is_no_tag(reader, said) -> None:
    """Neither an unknown value nor nothing."""
    assert tags(reader("nyingchi.regulator").get(f"{STAYS}?{said}")) == {}


def test_a_value_that_is_no_code_is_a_tag_as_it_was_typed_and_stays_on_filtering(reader) -> None:
    """A bed: shown as it stands, harmless in the page, and kept by the form beside its own questions."""
    page = reader("nyingchi.regulator").get(f"{STAYS}?where.bed=<b>1</b>")

    assert "床位 <b>1</b>" in unescape(page.html)
    assert "<b>1" not in page.html
    bed = reader("nyingchi.regulator").get(f"{STAYS}?where.bed=2-104")
    assert "床位 2-104" in tags(bed)
    assert {"tag": "input", "type": "hidden", "name": "where.bed", "value": "2-104"} in bed.inputs


def test_who_belongs_to_a_home_has_no_tag_of_it(reader) -> None:
    """It cannot be taken away."""
    assert tags(reader("fushou.manager").get(STAYS)) == {}


def test_boxes_suggest_with_scripts_and_are_ordinary_without(reader) -> None:
    """The box of a home is a text, the bar's region a list: both say what is suggested into which parameter."""
    boxes = {
        one["id"]: one for one in reader("nyingchi.regulator").get(STAYS).inputs if one.get("data-find") is not None
    }

    assert boxes["home"]["tag"] == "input"
    assert boxes["bar-region"]["tag"] == "select"
    assert [(one["data-find"], one["data-into"]) for one in boxes.values()] == [("region",) * 2, ("facility",) * 2]
