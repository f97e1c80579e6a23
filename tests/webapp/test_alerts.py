"""Alerts: every number is that of the rows of the board behind it; the navigation counts what is pressing, cheaply."""

from __future__ import annotations

import re
from html import unescape

import pytest


def told(page) -> dict[str, tuple[int, str]]:
    """What every alert says: its number and its address."""
    found = re.findall(r'<a href="([^"]+)"><span class="k">([^<]+)</span> <b class="num">([\d,]+)</b>', page.html)
    return {said: (int(number.replace(",", "")), unescape(link)) for link, said, number in found}


def badge(page) -> str:
    """What the navigation counts."""
    found = re.search(r'class="moj-notification-badge">([^<]*)<', page.html)
    return found[1] if found else ""


def rows(somebody, address: str) -> int:
    """How many rows a board has, page by page."""
    found = 0
    while address:
        page = somebody.get(address)
        found += page.html.count("<tr><td")
        address = next(
            (link for link in page.links if "after=" in link and "lang=" not in link and "size=" not in link), ""
        )
    return found


@pytest.mark.parametrize("asked", ["", "?as_of=2026-04-30", "?region=540424", "?region=540402&as_of=2026-10-31"])
def test_every_alert_is_the_number_of_rows_behind_its_link(busy_reader, asked) -> None:
    """In the whole area and a part of it, today and on another day."""
    somebody = busy_reader("nyingchi.regulator")
    found = told(somebody.get(f"/{asked}"))

    assert list(found)[:3] == ["不合规", "提醒", "逾期的任务"]
    assert asked or sum(number for number, _ in found.values())
    for said, (number, link) in found.items():
        assert rows(somebody, link) == number, said


@pytest.mark.parametrize("asked", ["", "?as_of=2026-10-31"])
def test_the_alerts_of_a_county_are_the_rows_of_that_county(busy_reader, asked) -> None:
    """Of its own area: other numbers than those of the city, each that of the rows that the county's regulator opens."""
    somebody = busy_reader("bomi.regulator")
    found = told(somebody.get(f"/{asked}"))

    assert sum(number for number, _ in found.values())
    assert found.keys() >= {"不合规", "提醒", "逾期的任务"}
    for said, (number, link) in found.items():
        assert rows(somebody, link) == number, said
    city = told(busy_reader("nyingchi.regulator").get(f"/{asked}"))
    assert {said: number for said, (number, _) in found.items()} != {said: number for said, (number, _) in city.items()}


def test_the_parts_of_what_is_overdue_are_told_only_if_there_are_any(busy_reader) -> None:
    """None of them stands there with nought, and together they are no more than the whole."""
    found = told(busy_reader("nyingchi.safety").get("/"))
    parts = [number for said, (number, _) in found.items() if said.startswith("其中")]

    assert 0 not in parts
    assert sum(parts) <= found["逾期的任务"][0]


def test_a_facility_is_not_shown_the_alerts_of_a_bureau(busy_reader) -> None:
    """Its own first page tells what waits for it."""
    assert told(busy_reader("fushou.manager").get("/")) == {}


def test_the_navigation_counts_what_is_overdue_or_due_today(busy_reader) -> None:
    """The own area at present, whatever the page looks at."""
    somebody = busy_reader("nyingchi.regulator")
    today = "2026-11-20"
    late = rows(somebody, "/boards/duties?where.status=overdue")
    due = rows(somebody, f"/boards/duties?where.status=open&on_from={today}&on_to={today}")

    assert late + due
    for path in ("/", "/boards/stays", "/boards/duties?as_of=2025-01-01&region=540424"):
        assert badge(somebody.get(path)) == str(late + due)
    assert "duties overdue or due today" in somebody.get("/?lang=en").text


@pytest.mark.parametrize("login", ["auditor", "admin", None])
def test_who_has_nothing_to_see_to_is_counted_nothing(busy_reader, login) -> None:
    """An auditor, who only looks; an administrator; nobody signed in."""
    assert badge(busy_reader(login).get("/" if login else "/sign-in")) == ""


def test_the_navigation_tells_the_true_number_however_large(busy_reader, busy_town, monkeypatch) -> None:
    """Over a thousand is counted out too; only what the boards do not count is told as more than they do."""
    views = busy_town.services.views
    for number, said in ((617, "1,234"), (None, "20,000+"), (0, "")):
        monkeypatch.setattr(views, "counted", lambda asked, number=number: [number for _ in asked])
        assert badge(busy_reader("nyingchi.regulator").get("/boards/funds")) == said


def test_counts_are_asked_once_until_something_is_recorded(clerk, fresh, monkeypatch) -> None:
    """The second page asks the board nothing; an entry makes the next one ask again."""
    somebody, asked, views = clerk("nyingchi.regulator"), [], fresh.services.views
    number = views._number
    monkeypatch.setattr(views, "_number", lambda name, *more: asked.append(name) or number(name, *more))
    somebody.get("/password")
    somebody.get("/boards/funds")
    first = asked.count("duties")
    somebody.get("/boards/funds")
    assert asked.count("duties") == first == 2
    fresh.record("hazard", "hazard.find", "2026-11-19", facility=fresh.streams["fushou"], grade="general", subject="线")
    views.catch_up()
    somebody.get("/boards/funds")

    assert asked.count("duties") == 4


def test_a_page_without_counts_is_shown_all_the_same(busy_reader) -> None:
    """A page that is not found has the navigation, and no count."""
    assert badge(busy_reader("nyingchi.regulator").get("/nowhere", 404)) == ""
