"""What must hold of a facility: for its own entries, and for entries of others that happen in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from domain.kinds import KINDS
from domain.model import FACILITY_POSTS, Check, Post, Refused, Row, Wording

REGULATORS = frozenset({Post.REGULATOR})
ANYONE_RESPONSIBLE = REGULATORS | FACILITY_POSTS

STANDING = Check(
    "facility.terminated",
    lambda facility, event: facility.terminated_on is None,
    Wording(
        "机构已终止，不能再记录这一天的事项",
        "the facility was terminated before that day",
        "核对日期，或先撤销终止记录",
        "check the date, or withdraw the termination first",
    ),
)

TOO_MANY_NURSING = Wording(
    "护理型床位不能多于核定床位",
    "nursing beds cannot be more than the licensed beds",
    "护理型床位是核定床位的一部分，核对两个数字",
    "nursing beds are part of the licensed ones; check both numbers",
)


NOT_REPORTED_YET = Check(
    "facility.nil_reported_already",
    lambda facility, event: (event.period, event.subject) not in facility.nil_reports,
    Wording(
        "这个月的这一事项已报过零报告",
        "this month and subject were reported already",
        "无需再报；如报错，请更正原报告",
        "nothing to do; if it was wrong, correct that report",
    ),
)
MONTH_BEGUN = Check(
    "facility.nil_month_not_begun",
    lambda facility, event: event.period <= event.day.isoformat()[:7],
    Wording(
        "月份晚于发生日期", "the month lies after the business date", "核对月份和日期", "check the month and the day"
    ),
)


SUCCESSORS = Wording(
    "承接机构填写不当：分立须有两家以上，且不能是本机构",
    "the successors do not fit: a split has at least two, and none is the facility itself",
    "核对承接机构",
    "check the successors",
)
NOT_REGISTERED = Wording(
    "机构当日尚未登记",
    "the facility was not registered on that day",
    "核对日期，或先更正机构的登记",
    "check the day, or correct the facility's registration first",
)
NO_PLACE = Wording(
    "没有说明是哪个机构或区域",
    "neither a facility nor a region is given",
    "填写机构或区域其中之一",
    "give a facility or a region",
)
TWO_PLACES = Wording(
    "机构和区域只填一个",
    "give a facility or a region, not both",
    "机构自带所在区域，删去区域",
    "a facility has its region; leave the region out",
)
KIND_UNFIT = Wording(
    "这类机构没有这项业务",
    "facilities of this kind have no such business",
    "核对机构；选错的请另选",
    "check the facility and choose another if it is the wrong one",
)


def owed(kind: str) -> Iterable[str]:
    """The rows by which duties that cross streams are watched (`projections/recurring.py`, `projections/following.py`)."""
    if KINDS[kind].filed:
        yield "facility.to_be_filed"
    if KINDS[kind].inspected_yearly:
        yield "facility.inspected_yearly"
    if KINDS[kind].reports_monthly:
        yield "facility.reports_monthly"


def month_covered(facility: str, day: date, month: str, member: str) -> Row:
    """The row that says, on a day, that a month is reported on: something happened in it, or nothing did."""
    return Row("facility.month_covered", day, 1, member, facility=facility, dims=(("about", month),))


def review_cause(facility: str, day: date, trigger: str, member: str, amount: int = 1) -> Row:
    """The row that says, on a day, that something speaks against the facility's rating (code list `rating_triggers`)."""
    about = (("about", f"{trigger}/{member}"),)
    return Row("rating.review_cause", day, amount, member, facility=facility, dims=about)


def registered(case: Any, stream: str, field: str = "facility") -> Any:
    """The facility at the command's moment. Raises Refused when it was not registered yet."""
    facility = case.state(stream)
    if facility is None:
        raise Refused("facility.not_registered", NOT_REGISTERED, field)
    return facility


def standing(case: Any, stream: str, doing: str | None = None, field: str = "facility") -> Any:
    """The facility at the command's moment, for an entry of another aggregate.

    Raises Refused when it was not registered yet, had ended, or is of a kind to which the aggregate `doing` (one of
    `Kind.applies`) does not apply.
    """
    facility = registered(case, stream, field)
    if facility.terminated_on is not None:
        raise Refused(STANDING.rule, STANDING.wording, field)
    if doing is not None and doing not in KINDS[facility.kind].applies:
        raise Refused("facility.kind_unfit", KIND_UNFIT, field)
    return facility


def facility_or_region(said: Mapping[str, Any], facility: Callable[[str], Any]) -> str | None:
    """The region of the facility that an entry names, or None where it names the region itself.

    `facility` finds the facility by its stream. Raises Refused when neither is named, or both are.
    """
    if said.get("facility") and said.get("region"):
        raise Refused("field.invalid", TWO_PLACES, "region")
    if said.get("facility"):
        return str(facility(said["facility"]).region)
    if not said.get("region"):
        raise Refused("field.missing", NO_PLACE, "facility")
    return None
