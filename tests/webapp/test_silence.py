"""A home from which nothing is heard: what is said of the months for which it sent no nil report."""

from __future__ import annotations


def told(somebody, stream: str, more: str = "", ending: str = "") -> str:
    """The board of the nil reports of a home, or its file, without blanks."""
    page = somebody.client.get(
        f"/boards/duties{ending}?facility={stream}&where.rule=facility.nil_report&where.status={more}"
    )
    return "".join(page.get_data(as_text=True).split())


def test_a_silent_home_owes_every_month_since(clerk, fresh) -> None:
    """One row says so while nothing comes, and still when something comes: the lapse is no worse for it."""
    home, somebody = fresh.streams["fushou"], clerk("nyingchi.regulator")
    assert "2023年1月起每月" in told(somebody, home, "overdue")
    before = told(somebody, home, "overdue")
    assert "2023-01起每月" in told(somebody, home, "overdue", ".csv")
    assert "2023年3月" not in told(somebody, home, "overdue")

    fresh.record("nil", "facility.report_nil", "2026-10-02", facility=home, period="2026-08", subject="incidents")
    fresh.services.views.catch_up()
    board = told(somebody, home, "overdue")
    assert "2023年1月至2026年7月" in board
    assert "2026年9月起每月" in board
    assert board.count("逾期未完成</td>") == before.count("逾期未完成</td>") + 1
    assert "2023年1月起每月" in told(somebody, home, "overdue&as_of=2024-05-31")


def test_the_form_of_a_lapse_begins_with_its_first_month(clerk, fresh) -> None:
    """While it goes on, and when it is over: not with its last."""
    home, first = fresh.streams["fushou"], "period.y=2023&period.m=1"
    assert first in clerk("fushou.manager").get("/").html.replace("&amp;", "&")
    fresh.record("nil", "facility.report_nil", "2026-11-02", facility=home, period="2026-10", subject="incidents")
    fresh.services.views.catch_up()
    html = clerk("fushou.manager").get("/").html.replace("&amp;", "&")
    assert first in html
    assert "period.y=2026&period.m=9" not in html


def test_one_month_that_is_missing_is_that_month_alone(clerk, fresh) -> None:
    """While the one behind it may still be reported, overdue or not; nobody who is a day late is called silent."""
    home, somebody = fresh.streams["fushou"], clerk("nyingchi.regulator")
    for month, status in (("2026-09", "overdue"), ("2026-10", "open")):
        fresh.record(month, "facility.report_nil", "2026-11-02", facility=home, period=month, subject="incidents")
        fresh.services.views.catch_up()
        board = told(somebody, home, status)
        behind = "2026年10月" if status == "overdue" else "2026年11月"
        assert behind in board
        assert behind + "起" not in board


def test_an_incident_changes_nothing_of_what_was_known_of_the_months_before_it(busy_reader, busy_town) -> None:
    """It covers its own month only: a replay does not say that the nil reports of before were recorded or changed later."""
    page = busy_reader("nyingchi.safety").get(f"/incidents/{busy_town.streams['fire']}/replay")
    assert "月度零报告" in page.text
    assert "当时不知道的：在院：罗布" in page.text
    assert "应做未做：月度零报告" not in page.text
