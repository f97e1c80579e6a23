"""What must hold of an incident, what is found in it, and the clocks of its reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from datetime import date
from typing import Annotated, Any, NamedTuple

from domain.facility_rules import review_cause
from domain.model import FACILITY_POSTS, Check, Duty, Event, Field, Post, Row, Wording, business_key

ACCIDENTS = frozenset({"production_safety", "fire"})
"""The kinds that have an accident grade; the others are kept apart from them (AC-06)."""
READERS = FACILITY_POSTS | {Post.REGULATOR, Post.SAFETY_TEAM, Post.INSPECTOR}
"""Who signs to have read an incident."""
COUNTY = 1
"""The lowest level of government that is reported to; bodies of level 0 stand beside the chain."""
REPORTED = Field(
    "报告内容",
    private="self",
    long=True,
    hint_zh="单位概况、时间、地点、经过、伤亡（含失踪）、损失估计、已采取的措施",
    hint_en="Unit, time, place, course, casualties and missing, estimated loss, measures taken",
)

NO_KIND = Wording("没有选择类别", "no kind is given", "至少选择一个类别", "choose at least one kind")
LATE = Wording(
    "事故报告超过时限",
    "an incident was reported late",
    "单位报告和逐级上报都应在规定时限内；时间记错的，更正报告或事件的时间",
    "the unit and each level report within their time limits; if a time is wrong, correct the report or the incident",
)
_JUDGED_REMEDY = (
    "按规定追究责任；认定有误的，撤销认定",
    "hold those responsible to account; if the judgement is wrong, withdraw it",
)
JUDGED = {
    "late": Wording("认定为迟报", "judged to have been reported late", *_JUDGED_REMEDY),
    "missing": Wording("认定为漏报", "judged to have been left out of a report", *_JUDGED_REMEDY),
    "false": Wording("认定为谎报", "judged to have been reported falsely", *_JUDGED_REMEDY),
    "concealed": Wording("认定为瞒报", "judged to have been concealed", *_JUDGED_REMEDY),
}

NOT_CLOSED = Check(
    "incident.closed",
    lambda incident, event: incident.closed_on is None,
    Wording(
        "事件已经结案",
        "the incident is closed",
        "核对日期；结案有误的，先撤销结案",
        "check the day; if it was closed by mistake, withdraw that first",
    ),
)
FAMILY_TOLD = Check(
    "incident.family_untold",
    lambda incident, event: incident.families_told,
    Wording(
        "尚未告知家属，不能结案",
        "the family has not been told",
        "先登记告知家属；点名的每个人都要告知，没有人员受影响的在告知情况中说明",
        "record that the family was told, for everybody who is named; if nobody was concerned, say so there",
    ),
)
CAUSES_KNOWN = Check(
    "incident.causes_unknown",
    lambda incident, event: incident.causes is not None,
    Wording("原因尚未查明，不能结案", "the causes are not known", "先登记查明的原因", "record the causes first"),
)
FOLLOWED_UP = Check(
    "incident.follow_up_open",
    lambda incident, event: all(one.done_at is not None for one in incident.follow_ups),
    Wording(
        "还有整改事项没有完成，不能结案",
        "a follow-up has not been done",
        "先登记整改完成，或撤销误交办的事项",
        "record that it was done, or withdraw one that was assigned by mistake",
    ),
)
NEW_FOLLOW_UP = Check(
    "incident.follow_up_known",
    lambda incident, event: all(one.number != event.number for one in incident.follow_ups),
    Wording(
        "这个序号已经交办过整改事项",
        "a follow-up of this number exists already",
        "换一个序号",
        "take another number",
    ),
)
KNOWN_FOLLOW_UP = Check(
    "incident.no_such_follow_up",
    lambda incident, event: any(one.number == event.number for one in incident.follow_ups),
    Wording(
        "当时没有交办这个序号的整改事项",
        "no follow-up of this number had been assigned",
        "核对序号和日期",
        "check the number and the day",
    ),
)
NOT_DONE_YET = Check(
    "incident.follow_up_done",
    lambda incident, event: all(one.done_at is None for one in incident.follow_ups if one.number == event.number),
    Wording(
        "这项整改已经登记完成",
        "this follow-up is done already",
        "无需再登记；时间记错的，更正原记录",
        "nothing to do; if the day is wrong, correct that entry",
    ),
)


class Report(NamedTuple):
    """One report: to whom and when, by when that level had to be told, and the clock that it starts for the next."""

    to: str
    at: str
    on_time: bool
    due: str | None
    level: int
    next_due: str | None


class FollowUp(NamedTuple):
    """Something to be done so that it does not happen again."""

    number: int
    due_on: date
    done_at: str | None = None


class Reading(NamedTuple):
    """That somebody signed to have read the incident: who, when, and how many of its entries had been recorded before."""

    login: str
    post: str
    at: str
    entries: int


class Acknowledged(Event):
    """Sign that one has read what is recorded of the incident so far."""

    topic = "incident.acknowledged"
    label = "签阅"
    label_en = "Signed as read"
    command = "incident.acknowledge"
    command_en = "Sign an incident as read"
    by = READERS
    sentence = ("已签阅", "Signed as read")
    instruction: Annotated[str | None, Field("阅示意见", private="self", long=True)] = None
    entries: Annotated[int, Field("已有记录", en="Entries by then", unit="条", filled=True)]

    @classmethod
    def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
        """One event that keeps how much there was to read; a correction of it does not make that more."""
        before = case.corrected.event.entries if case.corrected else case.work.track(case.stream).next_version - 1
        yield case.stream, cls, {**said, "entries": before}

    def apply(self, state: Any) -> None:
        """One reader more, or the same one again when there was more to read."""
        state.readings = (*state.readings, Reading(*self.author, self.at, self.entries))


def earliest(moment: str) -> str:
    """The earliest that an entry can have happened: one without a time stands at the end of its day."""
    return moment.replace("T24:00", "T00:00")


def first_report(incident: Any, level: int) -> Report | None:
    """The first report to a level or one above it; those beside the chain do not count."""
    return next((report for report in incident.reports if report.level >= level), None)


def first_reported(incident: Any) -> str:
    """Whether the unit's report was made, and in time (AC-02): a code of `first_reports`."""
    first = first_report(incident, COUNTY)
    return "none" if first is None else "in_time" if first.on_time else "late"


def families_told(incident: Any) -> bool:
    """Whether somebody told the family: of everybody who is named, or without naming anybody."""
    return None in incident.told or (bool(incident.told) and incident.told.issuperset(incident.persons))


def told_below(incident: Any, level: int) -> int:
    """The highest level below another that was told; 0 for none."""
    return max((report.level for report in incident.reports if report.level < level), default=0)


def clock(incident: Any, level: int) -> str | None:
    """By when a level has to be told, where a clock runs: from the occurrence, or from the report below it (AC-02).

    Whoever passes a level over keeps the clock of the level that was next. One that is only asked for since the
    grade rose has the time of a hop from there.
    """
    below = told_below(incident, level)
    began = next((since for up_to, since in incident.owed if up_to > below), None)
    if level < COUNTY or began is None:
        return None
    if below < COUNTY:
        return str(incident.report_due)
    return max(next(report.next_due or "" for report in incident.reports if report.level == below), began)


def against_rating(event: Event, incident: Any) -> Iterable[Row]:
    """That casualties make the accident a grave one speaks against the rating of the facility; a lighter count takes it back.

    It counts on the day of the accident, as the casualties do.
    """
    after = copy(incident)
    event.apply(after)
    change = after.grave - incident.grave
    if change:
        yield review_cause(incident.facility, incident.occurred_on, "larger_accident", incident.id, change)


def duties(incident: Any) -> Iterable[Duty]:
    """The unit's report, each hop upward once the level below is told, supplements on casualties, follow-ups."""
    first = first_report(incident, COUNTY)
    yield Duty("accident.unit_report", incident.report_due, first and first.at)
    for level in range(COUNTY + 1, max(up_to for up_to, _ in incident.owed) + 1):
        due, met = clock(incident, level), first_report(incident, level)
        if due is not None and told_below(incident, level) == level - 1:
            yield Duty("accident.level_hop", due, met and met.at, str(level))
    rule = "accident.supplement_fire" if "fire" in incident.kinds else "accident.supplement"
    for number, change in enumerate(incident.changes, 1):
        told = (r.at for r in incident.reports if r.level >= COUNTY and r.at >= earliest(change))
        yield Duty(rule, incident.supplement_due, next(told, None), str(number))
    for one in incident.follow_ups:
        yield Duty("incident.follow_up", business_key(one.due_on, None, opens=False), one.done_at, str(one.number))
