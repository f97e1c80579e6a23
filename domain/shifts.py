"""值班 — who was on duty in a facility, from when to when (EC-07: somebody is, at every hour)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from domain.facility_rules import standing
from domain.figures import FACILITY_DIMENSIONS, Figure
from domain.model import CHINA, FACILITY_POSTS, Aggregate, Event, Field, Post, Refused, Row, Wording, business_key

LONGEST = timedelta(hours=48)
"""Nobody is on duty longer than that without being relieved; a longer shift is a slip of the pen."""

ENDS_BEFORE = Wording(
    "离岗时间早于开始时间",
    "the shift ends before it begins",
    "核对两个时间；跨夜的班，离岗日期填第二天",
    "check both moments; a night shift ends on the next day",
)
TOO_LONG = Wording(
    "一个班次不超过 48 小时",
    "a shift lasts at most 48 hours",
    "分成几个班次登记，或核对日期",
    "record several shifts, or check the days",
)


class Shift(Aggregate):
    """值班 — one person's shift."""

    name = "shift"
    label = "值班"
    sheet = "shifts"
    columns = {
        "facility": Field("机构", ref="facility"),
        "role": Field("岗位", choices="shift_roles"),
        "staff": Field("值班人员", private="self"),
        "begins_at": Field("上岗时间", moment=True),
        "ends_at": Field("离岗时间", moment=True),
    }
    counted_by = "shift.recorded"
    figures = (
        Figure(
            "shift.recorded",
            "值班班次",
            "Shifts recorded",
            "次",
            "flow",
            "期间内开始的值班班次",
            "Shifts that began in the period",
            (*FACILITY_DIMENSIONS, "role"),
            unit_en="shifts",
        ),
    )

    class Recorded(Event):
        """Record who is or was on duty; give the moments on which the shift begins and ends."""

        topic = "shift.recorded"
        label = "登记值班"
        label_en = "Shift"
        command = "shift.record"
        by = FACILITY_POSTS | {Post.REGULATOR}
        creates = opens = True
        sentence = ("值班：{role}，至 {ends_at}", "On duty: {role}, until {ends_at}")

        facility: Annotated[str, Field("机构", ref="facility")]
        role: Annotated[str, Field("岗位", choices="shift_roles")]
        staff: Annotated[str, Field("值班人员", private="self")]
        until: Annotated[datetime, Field("离岗时间")]
        region: Annotated[str | None, Field("区域", ref="region", filled=True)] = None
        ends_at: Annotated[str, Field("离岗时间", moment=True, filled=True)] = ""

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event; the end is kept as a business moment, so that boards compare it."""
            home, until = standing(case, said["facility"]), said["until"].astimezone(CHINA)
            ends_at = business_key(until.date(), until, opens=False)
            if ends_at <= case.at:
                raise Refused("shift.ends_before", ENDS_BEFORE, "until")
            if until - _begin(case) > LONGEST:
                raise Refused("shift.too_long", TOO_LONG, "until")
            yield case.stream, cls, {**said, "region": home.region, "ends_at": ends_at}

        def apply(self, state: Shift) -> None:
            """The shift is what it says."""
            state.facility, state.region, state.role = self.facility, self.region, self.role
            state.staff, state.begins_at, state.ends_at = self.staff, self.at, self.ends_at

        def rows(self, state: None) -> Iterable[Row]:
            """One shift, on the day on which it begins."""
            yield Row(
                "shift.recorded", self.day, 1, self.originator_id, facility=self.facility, dims=(("role", self.role),)
            )


def _begin(case: Any) -> datetime:
    """When the shift begins; without a time, with its day."""
    return case.occurred_at or datetime.combine(case.occurred_on, datetime.min.time(), CHINA)
