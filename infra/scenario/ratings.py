"""Ratings: the homes that apply in the printed period, scored by two, reviewed and published, most of them awarded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from infra.scenario.course import Course, Officers
from infra.scenario.institutions import Host, Made
from infra.scenario.plan import Plan
from infra.scenario.scene import Scene, spread_days, weekday
from infra.scenario.table import Printed

APPLIED = "rating.applied"
SCHEME = "CN-GBT37276-2018"
LEVELS = (1, 2, 2, 3, 1, 2)
SHARE = {1: 0.47, 2: 0.57, 3: 0.68}
"""The share of the points that a home of a level reaches about."""
POINTS = {"A": 120, "B": 130, "C": 150, "D": 600}
PENDING = 2
"""The last applications are still being dealt with when the year ends."""
DAY = timedelta(days=1)


def rate(scene: Scene, plan: Plan, table: Sequence[Printed], made: Made, officers: Officers) -> None:
    """Say as many applications as are printed, each with its own course."""
    printed = plan.printed(table, APPLIED)
    hosts = made.get(plan.manner("oversight").get("rated", ""), [])
    if printed is None or printed.value <= 0 or not hosts:
        return
    chance, count = scene.chance("ratings"), int(printed.value)
    days = spread_days(printed.first + 60 * DAY, printed.end - 20 * DAY, count, chance)
    for number, day in enumerate(days):
        host = hosts[number % len(hosts)]
        _rate(scene, officers, host, number, day, awarded=number < count - PENDING)


def _rate(scene: Scene, officers: Officers, host: Host, number: int, day: date, *, awarded: bool) -> None:
    """One application and what followed; two assessors differ by a little."""
    level, city = LEVELS[number % len(LEVELS)], officers.of("regulator", scene.region)
    chance, manager = scene.chance("rating", number), officers.manager(host)
    apply = {"facility": host.ref, "level": level, "scheme": SCHEME}
    course = Course(scene, f"rating/{number}", "rating").begin("rating.apply", apply, day, by=manager)

    def points(more: float) -> dict[str, int]:
        return {part: int(most * min(1, SHARE[level] + more + 0.03 * chance.random())) for part, most in POINTS.items()}

    course.then("rating.self_assess", {"points": points(0.06)}, day + DAY, by=manager)
    course.then("rating.accept_documents", {}, day + 6 * DAY, by=city)
    if not awarded:
        return
    for assessor in (officers.of("inspector", scene.region, n) for n in (1, 2)):
        scored = {"assessor": assessor, "points": points(0.01)}
        course.then("rating.score", scored, day + 13 * DAY, by=assessor)
    course.then("rating.review", {"opinion": "同意评定意见（合成）"}, day + 20 * DAY, by=city)
    hung = weekday(day + 22 * DAY, scene.closing)
    notice = {"starts_on": hung.isoformat(), "ends_on": (hung + 8 * DAY).isoformat()}
    course.then("rating.publicise", notice, hung, by=city)
    valid = hung + 12 * DAY
    award = {"level": level, "valid_from": valid.isoformat(), "valid_to": _three_years(valid).isoformat()}
    course.then("rating.award", award, valid, by=city)


def _three_years(day: date) -> date:
    """The last day of three years from a day on."""
    last = day - DAY
    return last.replace(year=last.year + 3, day=min(last.day, 28) if last.month == 2 else last.day)
