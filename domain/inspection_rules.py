"""检查规则 — what cannot be said of an inspection, and what is found when it is said; the wording of both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from domain.kinds import KINDS
from domain.model import FACILITY_POSTS, Breach, Check, Refused, Wording

INSPECTORS_MIN = 2
"""Nobody inspects alone (IN-06); a home may check itself with one."""

UNANNOUNCED = Wording(
    "日常、专项检查没有按规定提前通知",
    "a daily or special inspection without the notice that is due before it",
    "必要时可以直接检查，在记录中说明理由",
    "one may go directly where necessary; note why",
)
ANNOUNCED = Wording(
    "个案检查事先通知了机构",
    "a case inspection was announced",
    "个案检查不提前通知，到场出示通知书",
    "show the notice on arrival, not before",
)
OTHER_INSPECTORS = Wording(
    "检查人员与抽取结果不一致",
    "others inspected than were drawn",
    "说明更换理由；回避的，应重新抽取",
    "say why they were exchanged; draw again where somebody must stand back",
)
NO_PHOTO = Wording(
    "重大不合格项目没有照片",
    "a failed item of major grade has no photo",
    "补拍照片，更正检查结果，填写照片摘要",
    "take one, then correct the answer with the photo's digest",
)
UNEXPLAINED = Wording(
    "不适用或未检查的项目没有说明理由",
    "an item not applicable or not checked has no reason",
    "更正检查结果，在备注中说明",
    "correct the answer with a note that says why",
)


DUE_BEFORE = Wording(
    "计划完成日期早于安排检查的日期",
    "the inspection is due before the day on which it is planned",
    "核对两个日期；补录以前的检查，日期填当时安排的那天",
    "check both days; of one entered later, give the day on which it was planned",
)


def _in(rule: str, statuses: tuple[str, ...], words: Wording) -> Check:
    """A check that the inspection is, at that moment, in one of some states."""
    return Check(rule, lambda inspection, event: inspection.status in statuses, words)


WAITING = _in(
    "inspection.begun",
    ("planned",),
    Wording(
        "检查已经开始、办结或取消",
        "the inspection has begun, is concluded or was cancelled",
        "核对日期和检查；需要再查的，另行安排",
        "check the day and the inspection; plan another if it is to be done again",
    ),
)
UNDER_WAY = _in(
    "inspection.not_under_way",
    ("started",),
    Wording(
        "检查没有开始，或已经办结",
        "the inspection has not begun, or is concluded",
        "没有开始的先登记开始；已办结的先撤销办结",
        "record its start first; withdraw the conclusion of one that is concluded",
    ),
)
CONCLUDED = _in(
    "inspection.not_concluded",
    ("concluded",),
    Wording(
        "检查没有办结，或已经公示",
        "the inspection is not concluded, or was published already",
        "先办结检查，再公示结果",
        "conclude it first",
    ),
)
NOT_ENDED = _in(
    "inspection.ended",
    ("planned", "started"),
    Wording(
        "检查已经办结或取消",
        "the inspection is concluded or cancelled",
        "办结有误的，撤销办结",
        "withdraw the conclusion if it is wrong",
    ),
)
NOT_ALONE = Check(
    "inspection.alone",
    lambda inspection, event: len(set(event.inspectors)) >= (INSPECTORS_MIN if inspection.source == "bureau" else 1),
    Wording(
        "检查人员少于两人",
        "fewer than two inspectors",
        "填写两名以上不同检查人员的登录名",
        "give the logins of at least two different inspectors",
    ),
)
OWN_CHECK = Check(
    "inspection.not_own",
    lambda inspection, event: (
        event.author[1] not in FACILITY_POSTS
        or (inspection or event).source in ((None, "facility") if inspection is None else ("facility",))
    ),
    Wording(
        "机构人员只能办理本机构的自查",
        "a facility handles only its own self-checks",
        "请检查人员或监管人员办理",
        "ask an inspector or regulator",
    ),
)
ASKED = Check(
    "inspection.item_not_asked",
    lambda inspection, event: {a.item for a in event.answers} <= {*inspection.items, *inspection.spare},
    Wording(
        "有项目不在此次检查的检查表内",
        "an item is not on the checklist of this inspection",
        "核对项目编号；附加项目在安排检查时选定",
        "check the codes; packs are chosen when the inspection is planned",
    ),
)
ANSWERED = Check(
    "inspection.no_answers",
    lambda inspection, event: bool(event.answers),
    Wording("没有填写任何项目", "no item is answered", "至少填写一个项目", "answer at least one item"),
)
COMPLETE = Check(
    "inspection.incomplete",
    lambda inspection, event: not inspection.blank,
    Wording("还有项目没有结果", "items are still blank", "逐项填写结果后再办结", "answer every item, then conclude"),
)
AS_ANSWERED = Check(
    "inspection.other_failures",
    lambda inspection, event: (event.failed, event.facility) == (inspection.failed, inspection.facility),
    Wording(
        "与办结时的机构或不合格项目不一致",
        "the facility or the failed items are not those of the conclusion",
        "先撤销办结，更正结果后再办结",
        "withdraw the conclusion, correct the answers, conclude anew",
    ),
)


def refuse_blank(blank: Sequence[str], reference: Any) -> None:
    """Refuse a conclusion while items are blank: how many, and the first of them."""
    if blank:
        zh, en = reference.words("checklist_items", blank[0])
        raise Refused(
            COMPLETE.rule,
            Wording(
                f"还有 {len(blank)} 个项目没有结果，第一个是 {blank[0]}（{zh}）",
                f"{len(blank)} items are still blank, the first is {blank[0]} ({en})",
                COMPLETE.wording.remedy_zh,
                COMPLETE.wording.remedy_en,
            ),
        )


def due_before(due_on: date, planned_on: date) -> Iterator[Breach]:
    """The doubt of a plan that was late before it was made."""
    if due_on < planned_on:
        yield Breach("inspection.due_before_plan", DUE_BEFORE, "warn")


def foreign_lists(codes: Iterable[str], kind: str, reference: Any) -> Iterator[Breach]:
    """The doubt of checklists that other kinds of facilities are inspected by, and this one is not.

    A list that no kind names is anybody's: a bureau may add its own.
    """
    meant = {code for one in KINDS.values() for code in one.checklists} - set(KINDS[kind].checklists)
    foreign = [reference.words("checklists", code) for code in codes if code in meant]
    if foreign:
        zh, en = "、".join(words[0] for words in foreign), ", ".join(words[1] for words in foreign)
        told = Wording(
            f"{KINDS[kind].zh}不用这份检查表：{zh}",
            f"not a checklist for this kind of facility ({KINDS[kind].en}): {en}",
            "核对机构和检查表；属实则不必处理",
            "check the facility and the checklist; if true nothing need be done",
        )
        yield Breach("inspection.foreign_checklist", told, "warn")


def announced_late(kind: str, notified_on: date | None, started_on: date, limits: Any) -> bool:
    """Whether a daily or special inspection came without the notice that is due before it (IN-04)."""
    days = limits.on("inspect.notice", started_on).amount
    return kind in ("daily", "special") and (
        notified_on is None or limits.workdays.after(notified_on, days) > started_on
    )


def findings(inspection: Any) -> Iterable[Breach]:
    """IN-03 and IN-04 on how it was held; once it is concluded, what its answers lack."""
    if inspection.unannounced:
        yield Breach("IN-04", UNANNOUNCED, "warn")
    if inspection.kind == "case" and inspection.notified_on is not None:
        yield Breach("IN-04", ANNOUNCED)
    if inspection.drawn and inspection.inspectors and set(inspection.drawn) != set(inspection.inspectors):
        yield Breach("IN-03", OTHER_INSPECTORS, "warn")
    if inspection.concluded_on is None:
        return
    answers = inspection.answers
    if not inspection.photos and any(not answers[item].photos for item in inspection.majors if item in answers):
        yield Breach("inspection.no_photo", NO_PHOTO, "warn")
    if any(a.result in ("not_applicable", "not_checked") and not a.note for a in answers.values()):
        yield Breach("inspection.unexplained", UNEXPLAINED, "warn")
