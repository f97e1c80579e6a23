"""隐患规则 — what cannot be said of a hazard, and what is found when it is said; the wording of both."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.model import FACILITY_POSTS, Check, Post, Wording

PENDING = ("open", "rectified")
"""The states of a hazard that still has to be rectified or accepted."""
OVER = ("accepted", "closed")
"""The states of one that was accepted."""
OVERSEERS = frozenset({Post.INSPECTOR, Post.REGULATOR, Post.SAFETY_TEAM})
"""Who inspects, accepts and strikes off."""
FINDERS = OVERSEERS | FACILITY_POSTS
IN_CHARGE = OVERSEERS | {Post.FACILITY_MANAGER}
"""A home's manager accepts what the home itself found, unless it is major (OWN_FINDING)."""

LATE_ACCEPTANCE = Wording(
    "验收合格时已过整改期限",
    "it was accepted after its deadline",
    "说明原因；确需更长时间的，应在到期前办理延期",
    "say why; a longer time is to be granted before the deadline",
)
UNAPPROVED = Wording(
    "延期未经批准",
    "the deadline was extended without approval",
    "补批后更正延期记录，填写批准人",
    "have it approved, then correct the extension with the approver",
)


def clocks(case: Any, grade: str, item: str | None = None) -> dict[str, Any]:
    """The deadline that a hazard has unless somebody sets another, and by when a major one needs a plan (HZ-05).

    What an item of a checklist gives comes first; for a major hazard without that only the plan can say.
    """
    limits, day = case.reference.limits, case.occurred_on
    looked_at = case.reference.checklists.item(item, day) if item else None
    if looked_at is not None and looked_at.grade == grade:
        deadline = looked_at.deadline(day)
    else:
        deadline = date.fromisoformat(limits.due("hazard.general", day)[:10]) if grade == "general" else None
    plan_due = limits.due("hazard.major_plan", day, case.occurred_at) if grade == "major" else None
    return {"deadline": deadline, "plan_due": plan_due}


def _in(rule: str, statuses: tuple[str, ...], words: Wording) -> Check:
    """A check that the hazard is, at that moment, in one of some states."""
    return Check(rule, lambda hazard, event: hazard.status in statuses, words)


UNSETTLED = _in(
    "hazard.settled",
    PENDING,
    Wording(
        "隐患已经验收或销号",
        "the hazard was accepted or closed already",
        "核对日期；问题又出现的，登记“回头看”重新打开",
        "check the day; if it came back, reopen it",
    ),
)
TO_RECTIFY = _in(
    "hazard.not_to_rectify",
    ("open",),
    Wording(
        "隐患不在待整改状态",
        "the hazard does not wait for rectification",
        "已整改的等待验收；已销号又出现的，先重新打开",
        "one that was rectified waits for acceptance; reopen one that came back",
    ),
)
RECTIFIED = _in(
    "hazard.not_rectified",
    ("rectified",),
    Wording(
        "隐患尚未整改，或已经验收",
        "the hazard was not rectified, or was accepted already",
        "先登记整改，再验收",
        "record the rectification first",
    ),
)
ACCEPTED = _in(
    "hazard.not_accepted",
    ("accepted",),
    Wording(
        "隐患没有验收合格，或已经销号",
        "the hazard was not accepted, or is closed already",
        "先由整改人以外的人验收",
        "have somebody other than the rectifier accept it first",
    ),
)
SETTLED = _in(
    "hazard.not_settled",
    OVER,
    Wording(
        "隐患尚未验收，无需重新打开",
        "the hazard was not accepted, so there is nothing to reopen",
        "整改不合格的，登记验收不合格",
        "if the rectification fell short, reject it",
    ),
)
ANOTHERS = Check(
    "hazard.own_acceptance",
    lambda hazard, event: event.hands.isdisjoint({*hazard.rectified_hands, hazard.responsible}),
    Wording(
        "整改人不能验收自己的整改",
        "nobody accepts their own rectification",
        "请整改责任人以外的人验收，例如监管人员、检查人员",
        "ask somebody other than who is responsible for it, such as a regulator or an inspector",
    ),
)
OWN_FINDING = Check(
    "hazard.not_own_finding",
    lambda hazard, event: (
        event.author[1] not in FACILITY_POSTS or (hazard.source == "facility" and hazard.grade == "general")
    ),
    Wording(
        "机构只能交办、验收、销号自查发现的一般隐患",
        "a facility settles only general hazards that it found itself",
        "请监管人员或检查人员办理",
        "ask an inspector or regulator",
    ),
)
NOT_PAST = Check(
    "hazard.deadline_past",
    lambda hazard, event: event.deadline >= event.day,
    Wording(
        "整改期限早于交办日期",
        "the deadline lies before the day of the assignment",
        "核对期限和日期",
        "check the deadline and the day",
    ),
)
LATER = Check(
    "hazard.not_extended",
    lambda hazard, event: hazard.deadline is not None and event.deadline > hazard.deadline,
    Wording(
        "新期限不晚于原期限，或原来没有期限",
        "the new deadline is not later, or there was none",
        "没有期限的先交办；要提前的，重新交办",
        "assign one that has none; assign it anew to bring the deadline forward",
    ),
)
OTHER_GRADE = Check(
    "hazard.same_grade",
    lambda hazard, event: event.grade != hazard.grade,
    Wording(
        "与现在的等级相同", "the hazard has this grade already", "核对等级，无需调整", "check the grade; nothing to do"
    ),
)
