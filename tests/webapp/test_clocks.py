"""The clocks of an incident are told where it is recorded: by when, to whom, by which rule, and whether it is late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from webapp.readable import span

ALL = "/enter/incident.record?all=1"
INCIDENT = {"occurred_on.y": "2026", "occurred_on.m": "11", "occurred_on.d": "20", "place": "食堂", "course": "起火"}


def told(page) -> str:
    """The part of a page that tells the clocks, without spaces."""
    text = "".join(page.text.split())
    return text.partition("报告与时限")[2]


def checked(somebody, time: str, **more: str):
    """The page to check of an incident of this morning; it is half past ten."""
    said = {**INCIDENT, "occurred_at": time, "kinds.service_safety": "1", **more}
    return somebody.send(somebody.get(ALL), "/enter/incident.record", said, 200)


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("10:00", "2026年11月20日11:00（1小时）未到期，还剩30分钟"),
        ("08:20", "2026年11月20日09:20（1小时）已逾期1小时10分钟"),
    ],
)
def test_who_records_an_incident_is_told_by_when_it_has_to_be_reported(clerk, time, said) -> None:
    """Before it is recorded and on the receipt: to whom, by when, with the source, and whether it is late already."""
    somebody = clerk("fushou.manager")
    check = checked(somebody, time)
    receipt = somebody.get(somebody.send(check, "/enter/incident.record/record", {}, 303).location)

    for page in (check, receipt):
        assert "事故单位报告报给谁：县级民政部门、县级应急管理部门" in told(page)
        assert said in told(page)
        assert "国务院令493第9条" in told(page)


def test_the_levels_above_are_told_with_what_starts_their_clocks(clerk) -> None:
    """A fire goes on to the city, within two hours of the county's report; what is no accident ends with the county."""
    somebody = clerk("fushou.manager")
    fire = told(checked(somebody, "10:00", **{"kinds.fire": "1"}))

    assert "市级民政部门、市级应急管理部门时限：接到下级报告后2小时内尚未起算" in fire
    assert "市级" not in told(checked(somebody, "10:00"))


def test_a_report_starts_the_clock_of_the_next_level_on_its_receipt(clerk) -> None:
    """The unit's report is in time; the county has two hours from it; and the page of the incident says the same."""
    somebody = clerk("fushou.manager")
    check = checked(somebody, "10:00", **{"kinds.fire": "1"})
    receipt = somebody.get(somebody.send(check, "/enter/incident.record/record", {}, 303).location)
    incident = next(link for link in receipt.links if link.startswith("/incidents/"))
    report = next(link for link in receipt.links if link.startswith("/enter/incident.report?"))
    said = {**INCIDENT, "occurred_at": "10:20", "incident": incident.rpartition("/")[2], "to": "county_bureau"}
    check = somebody.send(somebody.get(report), "/enter/incident.report", said, 200)
    somebody.send(check, "/enter/incident.report/record", {}, 303)

    for page in (check, somebody.get(incident)):
        assert "2026年11月20日11:00（1小时）按时" in told(page)
        assert "2026年11月20日12:20（2小时）未到期，还剩1小时50分钟" in told(page)


def test_an_incident_of_a_past_day_tells_its_clocks_as_they_stood(busy_reader, busy_town) -> None:
    """On the day of the fire its report was late; before, there was no fire. What is no incident has no clocks."""
    somebody, fire = busy_reader("nyingchi.safety"), busy_town.streams["fire"]

    assert "迟30分钟" in told(somebody.get(f"/incidents/{fire}"))
    assert told(somebody.get(f"/incidents/{fire}?as_of=2026-11-19")) == ""
    assert told(somebody.get(f"/hazards/{busy_town.streams['wire']}")) == ""


def test_a_task_whose_time_runs_in_hours_is_told_in_hours(clerk) -> None:
    """The report of an incident half an hour ago: not 今天到期, but how long there is still."""
    somebody = clerk("fushou.manager")
    somebody.send(checked(somebody, "10:00"), "/enter/incident.record/record", {}, 303)

    assert "还剩 30 分钟（2026年11月20日 11:00到期）" in somebody.get("/").text
    assert "30 minutes left (due 20 November 2026 11:00)" in somebody.get("/?lang=en").text


@pytest.mark.parametrize(
    ("hours", "zh", "en"),
    [
        (0.2, "12 分钟", "12 minutes"),
        (1, "1 小时", "1 hour"),
        (47.5, "47 小时 30 分钟", "47 hours 30 minutes"),
        (48, "2 天", "2 days"),
        (77.9, "3 天 5 小时", "3 days 5 hours"),
        (0, "0 分钟", "0 minutes"),
    ],
)
def test_less_than_two_days_are_told_in_hours(hours, zh, en) -> None:
    """As the law counts; from two days on in days and hours."""
    assert (span(timedelta(hours=hours), zh=True), span(timedelta(hours=hours), zh=False)) == (zh, en)


def test_a_duty_of_today_is_late_only_when_its_time_is_over(busy_clerk, busy_fresh) -> None:
    """The fire's report upward is due at 17:40 and it is 16:30: the board and the alerts count it late no sooner than the clock does."""
    hop, whose = "where.rule=accident.level_hop", f"facility={busy_fresh.streams['fushou']}"
    somebody = busy_clerk("nyingchi.regulator")

    def board(status: str) -> str:
        return somebody.get(f"/boards/duties?{whose}&{hop}&where.status={status}").text

    assert "17:40" in board("open")
    assert "截至 2026年11月20日 16:30" in board("open")
    assert "17:40" not in board("overdue")
    assert "逐级上报 1 件" not in somebody.get("/").text
    busy_fresh.clock.set(busy_fresh.clock.now() + timedelta(hours=2))
    somebody = busy_clerk("nyingchi.regulator")
    assert "17:40" in board("overdue"), "control: when it is over"
    assert "逐级上报 1 件" in somebody.get("/").text
