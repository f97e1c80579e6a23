"""Every page opens, in both languages, for everybody who may open it, and shows nothing that no page may show."""

from __future__ import annotations

import re

import pytest

from domain.catalogue import commands, sheets
from tests.webapp.reader import CHINESE
from tests.webapp.scene import ACCOUNTS
from webapp import wording

READ = (
    "/",
    "/figures",
    "/figures?all=1",
    "/figures/stay.present",
    "/figures/stay.present?by=region",
    "/figures/stay.present?by=facility",
    "/figures/stay.present?by=category&category=destitute",
    "/figures/stay.persons?by=kind",
    "/figures/facility.occupancy",
    "/figures/facility.occupancy?by=region",
    "/figures/stay.present?as_of=2025-01-01",
    "/figures/stay.present?as_of=2025-01-01&known=day",
    "/figures/stay.present?known=12",
    "/figures/stay.present?known=2026-11-01+10:00",
    "/figures/stay.present/why",
    "/figures/stay.present/why?p1=1&p2=24",
    "/figures/facility.occupancy/why?p1=1&p2=24",
    "/figures/activity.hotline.consultations",
    "/events",
    "/help",
    "/glossary",
    *(f"/boards/{name}" for name in sheets() if name != "accounts"),
)
LOGINS = [login for login, *_ in ACCOUNTS]


@pytest.mark.parametrize("login", LOGINS)
def test_every_page_opens_for_every_post(reader, login) -> None:
    """Whatever the post, the pages of reading open and are fit to be shown."""
    somebody = reader(login)

    for path in READ:
        somebody.get(path)


def test_every_link_of_the_first_page_opens(reader) -> None:
    """The five things to try, the navigation and every number: every page for every post, every address for somebody."""
    opened: set[str] = set()
    for login in LOGINS:
        somebody = reader(login)
        for link in sorted(set(somebody.get("/").links)):
            page = f"{login} {link.partition('?')[0]}"
            if not link.startswith("#") and not {link, page} <= opened:
                came = somebody.get(link, None)
                if came.status == 303:  # a form that is asked one question a page leads to its first question
                    came = somebody.get(came.location, None)
                assert came.status == 200, link
                opened |= {link, page}


@pytest.mark.parametrize("path", READ)
def test_english_pages_are_english(reader, path) -> None:
    """With the switch no Chinese is left but names, addresses and what people have written."""
    page = reader("auditor").get(path + ("&" if "?" in path else "?") + "lang=en")
    names = ("福寿敬老院", "扎木镇敬老院", "林芝市儿童福利院", "八一镇", "中文", "张", "格", "王", "林芝演示")
    text = re.sub("|".join(names), "", page.foreign)

    found = [line for line in text.splitlines() if CHINESE.search(line) and not re.search("[市区县省州盟旗]", line)]
    assert found == []


def test_both_languages_have_every_word() -> None:
    """A text has both languages, with the same blanks; `{day_en}` is `{day}` as English says it."""

    def blanks(text: str) -> set[str]:
        return {blank.removesuffix("_en") for blank in re.findall(r"{(\w+)}", text)}

    for key, (zh, en) in {**wording.WORDS, **wording.HELP}.items():
        assert zh, key
        assert en, key
        assert blanks(zh) == blanks(en), key


def test_the_language_is_kept_in_a_cookie(reader) -> None:
    """The switch in the address holds for the pages that follow."""
    somebody = reader("auditor")
    somebody.get("/?lang=en")

    assert somebody.get("/figures").lang == "en"
    assert somebody.get("/figures?lang=zh").lang == "zh-CN"


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_has_a_form_that_opens(reader, name) -> None:
    """No command is without its form; it opens for a post that may give the command and for no other."""
    opened, whole = 0, "?all=1" if commands()[name].one_by_one else ""
    for login, post, *_ in ACCOUNTS:
        may = post in commands()[name].by and post != "auditor"
        page = reader(login).get(f"/enter/{name}{whole}", None)
        assert page.status == (200 if may else 403), login
        opened += may

    assert opened


def test_an_activity_asks_its_type_first_and_shows_units(reader) -> None:
    """`activity.log` asks for its quantities by name and unit once the type is known."""
    somebody = reader("bomi.regulator")

    assert "12349热线接听" in somebody.get("/enter/activity.log").text
    page = somebody.get("/enter/activity.log?type=hotline")
    assert {"quantities.consultations", "region"} <= {one["name"] for one in page.inputs}
    assert re.search("咨询类.*次", page.text)


def test_numbers_stand_beside_their_units(reader) -> None:
    """A figure's page says its unit in the title; a board's in the head."""
    somebody = reader("nyingchi.regulator")

    assert somebody.get("/figures/stay.present").heading == "在院人数 3 人"
    assert "核定床位（张）" in somebody.get("/boards/facilities").text


def test_the_standpoint_is_in_the_address(reader) -> None:
    """Another day and another clock give another number, and every link keeps them."""
    somebody = reader("nyingchi.regulator")

    page = somebody.get("/figures/stay.present?as_of=2025年1月1日")
    assert page.heading == "在院人数 1 人"
    assert any("as_of=2025-01-01" in link and link.startswith("/stays/") for link in page.links)
    assert somebody.get("/figures/stay.present?as_of=2025-01-01&known=day").heading == "在院人数 0 人"
    assert "“tomorrow”不是一个日期" in somebody.get("/figures?as_of=tomorrow").text


def test_a_region_outside_is_not_shown(reader) -> None:
    """A county asks for another's figures and is told, with its own."""
    page = reader("bomi.regulator").get("/figures/stay.present?region=540402")

    assert "不在您的管辖范围" in page.text
    assert page.heading == "在院人数 1 人"


def test_a_board_is_narrowed_and_exported(reader) -> None:
    """Filters are in the address; the file has the same rows and masks."""
    somebody = reader("nyingchi.finance")
    page = somebody.get("/boards/stays?where.category=destitute")

    assert "共 2 行" in page.text
    file = somebody.client.get("/boards/stays.csv?where.category=destitute").get_data(as_text=True)
    assert file.startswith("\ufeff人员,机构")
    assert file.count("\n") == 3
    assert "张**" in file
    assert "张建国" not in file


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_errors_are_told_in_both_languages(reader, lang) -> None:
    """403, 404 and 405 are pages with what to do."""
    somebody = reader("bomi.regulator")
    somebody.get(f"/?lang={lang}")

    for path, status in (
        ("/nowhere", 404),
        ("/accounts", 403),
        ("/events/999999", 404),
        ("/figures/no.such", 404),
        ("/boards/none", 404),
    ):
        page = somebody.get(path, status)
        assert bool(CHINESE.search(page.heading)) == (lang == "zh")
    assert somebody.client.get("/sign-out").status_code == 405


@pytest.mark.parametrize(("lang", "said"), [("zh", "回到上一项"), ("en", "Back to the item before")])
def test_help_lists_every_key_with_what_it_does(reader, lang, said) -> None:
    """In both languages, each key once; none is a single letter, which would be in the way of those who speak to type."""
    page = reader("nyingchi.regulator").get(f"/help?lang={lang}")
    keys = re.findall(r"<kbd>([^<]+)</kbd>", page.html)

    assert len(keys) == len(set(keys)) >= 8
    assert not [key for key in keys if len(key) == 1]
    assert said in page.text
