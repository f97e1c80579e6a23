"""时限 — by when an incident has to be told to whom, by which rule, and how that ended; how much time is left or over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.catalogue import spoken_moment
from domain.entries import fold, in_force
from domain.incident_rules import COUNTY, earliest
from domain.incidents import Incident
from domain.model import Duty, Event, business_key
from domain.time_limits import Limit
from webapp import readable
from webapp.page import Page
from webapp.replay_moments import WHOLE, point_of

LATE_REPORTS = "AC-02"
"""The rule that reports are judged by."""
REPORT, HOP = "accident.unit_report", "accident.level_hop"
LIMIT_UNITS = {"hours": "小时", "days": "天", "workdays": "个工作日", "months": "个月"}


@dataclass(frozen=True)
class Clock:
    """Something that had to be told or done: to whom, by when, when it was, how that ended, and by which rule."""

    what: str
    to: str
    due: str
    met: str
    result: str
    """`in_time`, `late`, `missing`, `running`, or `waiting`: it runs from a report that was not made yet."""
    said: str
    source: str


def clocks(page: Page, events: Sequence[Event], at: str | None = None) -> list[Clock]:
    """Everything that has to be told or done for an incident by its events, at a moment or at that of the page.

    Nothing of what is no incident.
    """
    if not events or events[0].aggregate is not Incident:
        return []
    now = at or business_key(page.point.today, page.until, opens=False)
    standing = in_force(events)
    if not standing or now < standing[0].at:
        return []
    incident = fold(Incident, standing, until=now)
    running = [_clock(page, incident, duty, now) for duty in incident.duties()]
    return [*running, *_to_come(page, incident), _family(page, incident)]


def between(first: str, last: str, zh: bool) -> str:
    """How much time lies between two business moments; nothing where of one of them only the day is known."""
    begin, end = timed(first), timed(last)
    return readable.span(end - begin, zh) if begin and end else ""


def timed(at: str) -> datetime | None:
    """A business moment as a point of time, if it has a time of day."""
    return None if at[11:16] in WHOLE else point_of(at)


def _clock(page: Page, incident: Incident, duty: Duty, at: str) -> Clock:
    met = duty.met_at if duty.met_at is not None and duty.met_at <= at else None
    if met:
        result = "in_time" if earliest(met) <= duty.due_at else "late"
    else:
        result = "missing" if duty.due_at < at else "running"
    said, over = page.t(f"replay.{result}"), result in ("late", "missing")
    time = between(duty.due_at, met or at, page.zh) if over else between(at, duty.due_at, page.zh)
    if time and result != "in_time":
        said = page.t(f"replay.{result}.by", time=time)
    limit = page.services.reference.limits.on(duty.rule, incident.occurred_on)
    due = spoken_moment(duty.due_at, page.zh)
    if limit.amount:
        due += readable.bracketed(_long(limit, page.zh), page.zh)
    shown = spoken_moment(met, page.zh) if met else "—"
    return Clock(
        page.choice("time_limits", duty.rule),
        _whom(page, incident, duty),
        due,
        shown,
        result,
        said,
        _source(duty, limit),
    )


def _long(limit: Limit, zh: bool) -> str:
    return readable.measured(limit.amount, LIMIT_UNITS[limit.unit], zh)


def _source(duty: Duty, limit: Limit) -> str:
    return " · ".join([LATE_REPORTS] * (duty.rule in (REPORT, HOP)) + [limit.source])


def _whom(page: Page, incident: Incident, duty: Duty) -> str:
    """Who has to be told: the bodies of the level; of a supplement, those that were told before."""
    if duty.rule == REPORT:
        return _bodies(page, COUNTY)
    if duty.rule == HOP:
        return _bodies(page, int(duty.key))
    told = dict.fromkeys(report.to for report in incident.reports if report.level >= COUNTY)
    supplements = duty.rule.startswith("accident.")
    return page.t("list.sep").join(page.choice("report_bodies", to) for to in told) if supplements and told else "—"


def _bodies(page: Page, level: int) -> str:
    bodies = page.services.reference.accidents.bodies.values()
    return page.t("list.sep").join(page.pair((one.zh, one.en)) for one in bodies if one.level == level)


def _to_come(page: Page, incident: Incident) -> Iterator[Clock]:
    """The levels whose clock begins with the report to the level below, which was not made yet."""
    told = max((report.level for report in incident.reports), default=0)
    limit = page.services.reference.limits.on(HOP, incident.occurred_on)
    for level in range(told + 2, max(up_to for up_to, _ in incident.owed) + 1):
        duty = Duty(HOP, "", None, str(level))
        due, said = page.t("replay.clock.after", limit=_long(limit, page.zh)), page.t("replay.waiting")
        yield Clock(
            page.choice("time_limits", HOP), _bodies(page, level), due, "—", "waiting", said, _source(duty, limit)
        )


def _family(page: Page, incident: Incident) -> Clock:
    told = incident.families_told
    said = page.t("replay.family.told" if told else "replay.family.untold")
    due, done = page.t("replay.at_once"), page.t("replay.done") if told else "—"
    what, whom = page.t("replay.family"), page.t("replay.family.whom")
    return Clock(what, whom, due, done, "in_time" if told else "missing", said, "")
