"""The page of a figure: its course beside the year before, why it changed lately, and a link that stays."""

from __future__ import annotations

import json
import re
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from projections.ask import Ask

STAYS = "/figures/stay.present"


def drawn(page) -> dict:
    """What the drawing of the browser is made from."""
    return json.loads(unescape(re.search(r'data-chart="([^"]*)"', page.html)[1]))


def table(page) -> list[tuple[str, str]]:
    """(this year, the year before) month by month, as the table says it."""
    part = page.html.partition("看成表格")[2].partition("</table>")[0]
    return re.findall(r'<td class="n">([^<]*)</td><td class="n">([^<]*)</td>', part)


def permalink(page) -> str:
    """Path and query of the link that stays."""
    whole = unescape(re.search(r'id="permalink"[^>]*href="([^"]*)"', page.html)[1])
    return urlsplit(whole)._replace(scheme="", netloc="").geturl()


def test_the_course_has_twelve_months_with_those_of_the_year_before(reader, town) -> None:
    """Every month in the table is what the figure says as of its end, this year and the year before."""
    page = reader("nyingchi.regulator").get(STAYS)
    rows = table(page)

    assert len(rows) == 12
    asks = [Ask(date(2026, 6, 30), region="540400"), Ask(date(2025, 6, 30), region="540400")]
    assert list(rows[6]) == town.services.views.values("stay.present", asks) == ["3", "2"]
    assert drawn(page)["values"][6] == 3
    assert drawn(page)["before"][6] == 2
    assert drawn(page)["unit"] == "人"


def test_a_flow_is_counted_month_by_month(reader) -> None:
    """One admission in June 2026, none in July; the year before it was March."""
    page = reader("nyingchi.regulator").get("/figures/stay.admitted")
    months = dict(
        zip(drawn(page)["months"], zip(*map(drawn(page).get, ("values", "before")), strict=True), strict=True)
    )

    assert months["6月"] == (1, 0)
    assert months["7月"] == (0, 0)
    assert months["3月"] == (0, 1)


def test_a_leap_day_and_a_month_that_is_not_over_are_compared_with_their_like(reader) -> None:
    """29 February stands beside 28 February, and the reader is told that the last month is not over."""
    somebody = reader("nyingchi.regulator")

    assert "去年同日（2023年2月28日）" in somebody.get(f"{STAYS}?as_of=2024-02-29").text
    assert "最后一个月算到2026年11月20日" in somebody.get(STAYS).text
    assert "最后一个月算到" not in somebody.get(f"{STAYS}?as_of=2026-10-31").text


def test_the_page_says_how_far_the_value_is_from_a_year_ago(reader) -> None:
    """More, the same, nothing to compare with; of a period, the same days of the year before."""
    somebody = reader("nyingchi.regulator")

    assert "比去年同日（2025年11月20日）的 2 人 多 1 人（+50.0%）。" in somebody.get(STAYS).text
    assert "与去年同日（2025年11月20日）相同。" in somebody.get("/figures/facility.registered").text
    assert "没有数据，不作比较" in somebody.get(f"{STAYS}?as_of=2024-06-01").text
    assert "与去年同期（2025年1月1日至2025年11月20日）相同。" in somebody.get("/figures/stay.admitted").text
    english = somebody.get(f"{STAYS}?lang=en").text
    assert "1 person (+50.0%) more than 2 people for the same day a year before (20 November 2025)." in english


def test_the_last_changes_stand_on_the_page_with_the_way_to_all(clerk, fresh) -> None:
    """The entries of the last thirty days of the log, the newest first; six are five and a link."""
    for number in range(6):
        person = fresh.record(
            f"p{number}", "person.register", "2026-11-01", name="陈桂兰", document_kind="none", sex="female"
        )
        fresh.record(
            f"s{number}",
            "stay.admit",
            "2026-11-02",
            person=person,
            facility=fresh.streams["fushou"],
            category="destitute",
            bed=f"3-{number}",
        )
    fresh.services.views.catch_up()
    somebody = clerk("nyingchi.regulator")
    page = somebody.get(STAYS)
    part = page.html.partition('id="why"')[2].partition('id="by"')[0]

    assert "从2026年10月21日到现在入账的记录" in part
    assert re.search(r"床位 3-5.*床位 3-1", part, re.DOTALL)
    assert "床位 3-0" not in part
    more = unescape(re.search(r'href="([^"]*)">还有 (\d+) 条', part)[1])
    assert "床位 3-0" in somebody.get(more).text


def test_a_day_long_past_shows_what_became_known_since(clerk, fresh) -> None:
    """As of a day in May, an admission that was entered only in November stands among the changes, at its moment of entry."""
    page = clerk("nyingchi.regulator").get(f"{STAYS}?as_of=2026-05-31&region=540402")

    assert "从2026年5月31日到现在入账的记录：0 → 2 人" in page.text


def test_a_ratio_tells_the_changes_of_both_its_parts(reader) -> None:
    """Only the numerator and the denominator have entries."""
    part = reader("nyingchi.regulator").get("/figures/facility.occupancy").html.partition('id="why"')[2]

    assert part.partition('id="by"')[0].count("<table") == 2


@pytest.mark.parametrize("asked", ["", "?by=kind&category=destitute", "?as_of=2026-06-10&region=540424"])
def test_the_link_that_stays_shows_the_same_number_for_ever(clerk, fresh, asked) -> None:
    """A stay that is entered afterwards moves the page, not what the link opens."""
    somebody = clerk("nyingchi.regulator")
    page = somebody.get(STAYS + asked)
    link = permalink(page)
    person = fresh.record("late", "person.register", "2026-06-05", name="达瓦", document_kind="none", sex="male")
    home = fresh.streams["zhamu"]
    fresh.record("late stay", "stay.admit", "2026-06-05", person=person, facility=home, category="destitute", bed="7")
    fresh.services.views.catch_up()

    assert somebody.get(link).heading == page.heading
    assert somebody.get(STAYS + asked).heading != page.heading
    assert permalink(somebody.get(link)) == link
    said = parse_qs(urlsplit(link).query)
    assert {"region", "as_of", "known"} <= set(said)


def test_the_link_of_a_facility_names_it(reader, town) -> None:
    """Whoever opens the link of a home, from whatever bureau, sees the home."""
    page = reader("fushou.manager").get(STAYS)

    assert f"facility={town.streams['fushou']}" in permalink(page)
    assert reader("nyingchi.regulator").get(permalink(page)).heading == page.heading


def test_the_page_needs_no_script(reader) -> None:
    """The drawing of the server and the table are there; the button to copy is shown by a script only."""
    page = reader("nyingchi.regulator").get(STAYS)

    assert page.html.count("<rect") == 24
    assert re.search(r"<button[^>]*data-copy=[^>]* hidden>", page.html)
    assert not re.search(r"<script(?![^>]*src=)", page.html)
    assert "echarts" not in reader("nyingchi.regulator").get("/figures").html
