"""检查 — one visit to a facility by a checklist: planned, held by two, answered item by item, concluded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from domain.accounts import check_logins
from domain.checklists import Item, score
from domain.evidence import PHOTOS
from domain.facility_rules import standing
from domain.hazard_rules import FINDERS, OVERSEERS, clocks
from domain.hazards import Hazard
from domain.inspection_figures import INSPECTION_FIGURES, concluded
from domain.inspection_rules import (
    ANSWERED,
    AS_ANSWERED,
    ASKED,
    COMPLETE,
    CONCLUDED,
    NOT_ALONE,
    NOT_ENDED,
    OWN_CHECK,
    UNDER_WAY,
    WAITING,
    announced_late,
    due_before,
    findings,
    foreign_lists,
    refuse_blank,
)
from domain.model import FACILITY_POSTS, Aggregate, Breach, Duty, Event, Field, Row, business_key
from domain.streams import derived


@dataclass(frozen=True)
class Answer:
    """What was seen of one item."""

    item: Annotated[str, Field("检查项目", en="Item", choices="checklist_items")]
    result: Annotated[str, Field("结果", choices="inspection_results")]
    note: Annotated[
        str | None, Field("备注", long=True, hint_zh="不要写姓名等个人信息", hint_en="No names or other personal data")
    ] = None
    photos: Annotated[tuple[str, ...], PHOTOS] = ()


def planned(case: Any, said: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a plan: where the home lies, and which items of which versions are asked in a home of its kind."""
    home = standing(case, said["facility"])
    codes = dict.fromkeys((said["checklist"], *said.get("packs", ())))
    lists = [case.reference.checklists.on(code, case.occurred_on) for code in codes]
    items = [item for one in lists for item in one.for_kind(home.kind)]
    return {
        **said,
        "region": home.region,
        "packs": tuple(codes)[1:],
        "versions": tuple(one.valid_from for one in lists),
        "items": tuple(items),
        "spare": tuple(item for one in lists for item in one.items if item not in items),
    }


class Inspection(Aggregate):
    """检查 — where, of which kind, by which checklist, by whom, with what result."""

    name = "inspection"
    label = "检查"
    sheet = "inspections"
    columns = {
        "facility": Field("机构", ref="facility"),
        "kind": Field("检查类型", en="Kind of inspection", choices="inspection_kinds"),
        "source": Field("检查主体", en="Inspected by", choices="inspection_sources"),
        "status": Field("状态", choices="inspection_statuses"),
        "due_on": Field("计划完成日期", en="Due on"),
        "checklist": Field("检查表", choices="checklists"),
        "inspectors": Field("检查人员", en="Inspectors", account="anybody"),
        "attempted_on": Field("上门未果日期", en="Last visit in vain"),
        "started_on": Field("开始日期", en="Started on"),
        "concluded_on": Field("办结日期", en="Concluded on"),
        "failures": Field("不合格项数", en="Failed items", unit="项"),
        "score": Field("得分", en="Score", unit="分"),
    }
    statuses = {
        "planned": ("待检查", "Planned"),
        "started": ("检查中", "Under way"),
        "concluded": ("已办结", "Concluded"),
        "published": ("已公示", "Published"),
        "cancelled": ("已取消", "Cancelled"),
    }
    figures = INSPECTION_FIGURES

    status: str = "planned"
    notified_on: date | None = None
    attempted_on: date | None = None
    unannounced: bool = False
    inspectors: tuple[str, ...] = ()
    started_on: date | None = None
    answers: Mapping[str, Answer] = {}
    photos: tuple[str, ...] = ()
    majors: tuple[str, ...] = ()
    concluded_on: date | None = None
    failures: int | None = None
    score: int | None = None
    ended_at: str | None = None

    @property
    def from_outside(self) -> bool:
        """Whether people who do not work for a facility hold it: all but a home's check of itself."""
        return bool(self.source != "facility")

    @property
    def blank(self) -> tuple[str, ...]:
        """The items that are asked and have no result yet, in the order of the checklist."""
        return tuple(item for item in self.items if item not in self.answers)

    @property
    def failed(self) -> tuple[str, ...]:
        """The items that failed, in the order of the checklist."""
        answered = (self.answers.get(item) for item in (*self.items, *self.spare))
        return tuple(a.item for a in answered if a is not None and a.result == "fail")

    def judged(self, reference: Any) -> list[Item]:
        """The failed items as the versions word and grade them that the inspection was planned under."""
        lists = zip((self.checklist, *self.packs), self.versions, strict=True)
        asked = {k: v for code, version in lists for k, v in reference.checklists.on(code, version).items.items()}
        return [asked[item] for item in self.failed]

    def findings(self) -> Iterable[Breach]:
        """What `inspection_rules` finds."""
        return findings(self)

    def duties(self) -> Iterable[Duty]:
        """To be concluded, or cancelled, by the planned day."""
        yield Duty("inspect.planned", business_key(self.due_on, None, opens=False), self.ended_at)

    class Planned(Event):
        """Plan an inspection of a facility by a checklist, perhaps with packs of further items."""

        topic = "inspection.planned"
        label = "安排检查"
        label_en = "Inspection planned"
        command = "inspection.plan"
        by = FINDERS
        of_bureau = True
        creates = True
        checks = (OWN_CHECK,)
        sentence = ("安排{kind}，{checklist}，{due_on}前完成", "{kind} planned by {checklist}, due {due_on}")

        facility: Annotated[str, Field("机构", ref="facility")]
        kind: Annotated[str, Field("检查类型", en="Kind of inspection", choices="inspection_kinds")]
        due_on: Annotated[date, Field("计划完成日期", en="Due on")]
        checklist: Annotated[str, Field("检查表", choices="checklists")]
        packs: Annotated[tuple[str, ...], Field("附加检查表", en="Packs of further items", choices="checklists")] = ()
        source: Annotated[
            str | None,
            Field(
                "检查主体",
                en="Inspected by",
                choices="inspection_sources",
                hint_zh="不填的，机构安排的算自查，其他算民政部门",
                hint_en="If empty: self-check when a facility plans it, else the bureau",
            ),
        ] = None
        region: Annotated[str | None, Field("区域", ref="region", filled=True)] = None
        versions: Annotated[tuple[date, ...], Field("检查表版本", filled=True)] = ()
        items: Annotated[tuple[str, ...], Field("应查项目", choices="checklist_items", filled=True)] = ()
        spare: Annotated[tuple[str, ...], Field("可不查项目", choices="checklist_items", filled=True)] = ()
        draw: Annotated[str | None, Field("随机抽查", ref="draw", filled=True)] = None
        drawn: Annotated[tuple[str, ...], Field("抽取的检查人员", filled=True)] = ()

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event that keeps the version of the checklist."""
            plan, kind = planned(case, said), standing(case, said["facility"]).kind
            lists = (plan["checklist"], *plan["packs"])
            for doubt in (*due_before(said["due_on"], case.occurred_on), *foreign_lists(lists, kind, case.reference)):
                case.found(doubt)
            yield case.stream, cls, plan

        def apply(self, state: Inspection) -> None:
            """It is to be done."""
            own = "facility" if self.author[1] in FACILITY_POSTS else "bureau"
            state.facility, state.region, state.source = self.facility, self.region, self.source or own
            state.kind, state.due_on, state.checklist = self.kind, self.due_on, self.checklist
            state.packs, state.versions, state.items = self.packs, self.versions, self.items
            state.spare, state.drawn = self.spare, self.drawn

    class Notified(Event):
        """Tell the facility that an inspection will come; never before one of a single case."""

        topic = "inspection.notified"
        label = "通知机构"
        label_en = "Facility notified"
        command = "inspection.notify"
        command_en = "Notify the facility"
        by = OVERSEERS
        checks = (WAITING,)
        sentence = ("通知机构，文号 {document_no}", "Facility notified, document {document_no}")

        document_no: Annotated[str | None, Field("通知书文号", en="Document number")] = None

        def apply(self, state: Inspection) -> None:
            """The first notice counts."""
            state.notified_on = state.notified_on or self.day

    class Attempted(Event):
        """Say why the visit could not be held; it stays planned."""

        topic = "inspection.attempted"
        label = "未能检查"
        label_en = "Inspection not possible"
        command = "inspection.attempt"
        command_en = "Record a visit in vain"
        by = FINDERS
        of_bureau = True
        checks = (WAITING, OWN_CHECK)
        sentence = ("未能检查：{reason}", "Not possible: {reason}")

        reason: Annotated[str, Field("原因", choices="attempt_reasons")]
        note: Annotated[str | None, Field("说明", long=True)] = None

        def apply(self, state: Inspection) -> None:
            """Somebody was there."""
            state.attempted_on = self.day

    class Started(Event):
        """Begin the visit: at least two inspectors, and only one where a home checks itself."""

        topic = "inspection.started"
        label = "开始检查"
        label_en = "Inspection started"
        command = "inspection.start"
        by = FINDERS
        checks = (WAITING, OWN_CHECK, NOT_ALONE)
        sentence = ("开始检查，检查人员 {inspectors}", "Started by {inspectors}")

        inspectors: Annotated[tuple[str, ...], Field("检查人员", en="Inspectors", account="anybody")]
        unannounced: Annotated[bool, Field("未提前通知", filled=True)] = False

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event; only a home's check of itself is held by its people, and homes for the elderly are told beforehand (IN-04)."""
            state, late = case.state(case.stream), False
            if state is None or state.from_outside:
                check_logins(case.work, "inspectors", said["inspectors"], "outside")
            if state is not None and state.source == "bureau":
                kind = standing(case, state.facility).kind
                late = announced_late(state.kind, state.notified_on, case.occurred_on, case.reference.limits)
                late = late and kind == "elderly_care_home"
            yield case.stream, cls, {**said, "unannounced": late}

        def apply(self, state: Inspection) -> None:
            """Under way."""
            state.status, state.started_on = "started", self.day
            state.inspectors, state.unannounced = self.inspectors, self.unannounced

    class Answered(Event):
        """Enter results of some items; a later result takes the place of an earlier one."""

        topic = "inspection.answered"
        label = "填写检查结果"
        label_en = "Items answered"
        command = "inspection.answer"
        command_en = "Answer items"
        by = FINDERS
        checks = (UNDER_WAY, OWN_CHECK, ANSWERED, ASKED)
        sentence = ("填写检查结果 {answers}", "Answered: {answers}")

        answers: Annotated[tuple[Answer, ...], Field("检查结果", en="Answers")]
        photos: Annotated[tuple[str, ...], PHOTOS] = ()

        def apply(self, state: Inspection) -> None:
            """These items have a result."""
            state.answers = {**state.answers, **{answer.item: answer for answer in self.answers}}
            state.photos = state.photos + self.photos

    class Concluded(Event):
        """End the visit: no item is blank, and each that failed is a hazard with its grade and limit."""

        topic = "inspection.concluded"
        label = "检查办结"
        label_en = "Inspection concluded"
        command = "inspection.conclude"
        by = FINDERS
        checks = (UNDER_WAY, OWN_CHECK, COMPLETE, AS_ANSWERED)
        sentence = (
            "检查办结，得分 {score}，不合格 {failures} 项",
            "Concluded with score {score}, failed items: {failures}",
        )

        facility: Annotated[str | None, Field("机构", ref="facility", filled=True)] = None
        failed: Annotated[tuple[str, ...], Field("不合格项目", choices="checklist_items", filled=True)] = ()
        majors: Annotated[tuple[str, ...], Field("其中重大", choices="checklist_items", filled=True)] = ()
        failures: Annotated[int, Field("不合格项数", unit="项", filled=True)] = 0
        score: Annotated[int, Field("得分", unit="分", filled=True)] = 0

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """The conclusion, and a hazard for each failed item that is more than a note."""
            state = case.state(case.stream)
            if state is None or state.status != "started":
                yield case.stream, cls, dict(said)  # refused by its checks
                return
            refuse_blank(state.blank, case.reference)
            failed = state.judged(case.reference)
            filled = {
                "facility": state.facility,
                "failed": state.failed,
                "majors": tuple(item.code for item in failed if item.grade == "major"),
                "failures": len(failed),
                "score": score([item.grade for item in failed]),
            }
            yield case.stream, cls, {**said, **filled}
            yield from (_hazard(case, state, item) for item in failed if item.grade != "note")

        def apply(self, state: Inspection) -> None:
            """Done, with a result."""
            state.status, state.concluded_on, state.ended_at = "concluded", self.day, self.at
            state.majors, state.failures, state.score = self.majors, self.failures, self.score

        def rows(self, state: Inspection | None) -> Iterable[Row]:
            """What `inspection_figures` counts."""
            if state is not None:
                yield from concluded(self, state)

    class Published(Event):
        """Publish the result (一公开)."""

        topic = "inspection.published"
        label = "公示结果"
        label_en = "Result published"
        command = "inspection.publish"
        command_en = "Publish the result"
        by = OVERSEERS
        checks = (CONCLUDED,)
        sentence = ("公示结果：{place}", "Result published: {place}")

        place: Annotated[str | None, Field("公示处", en="Where", hint_zh="网址或文号", hint_en="Address or number")] = (
            None
        )

        def apply(self, state: Inspection) -> None:
            """Everybody can know."""
            state.status = "published"

    class Cancelled(Event):
        """Call the inspection off."""

        topic = "inspection.cancelled"
        label = "取消检查"
        label_en = "Inspection cancelled"
        command = "inspection.cancel"
        by = FINDERS
        checks = (NOT_ENDED, OWN_CHECK)
        sentence = ("取消检查：{reason}", "Cancelled: {reason}")

        reason: Annotated[str, Field("理由", long=True)]

        def apply(self, state: Inspection) -> None:
            """It will not be held."""
            state.status, state.ended_at = "cancelled", self.at


def _hazard(case: Any, state: Inspection, item: Item) -> tuple[str, type[Event], dict[str, Any]]:
    """A failed item as a hazard in a stream of its own, which a conclusion entered again finds again.

    No command id holds a line break, so nobody can take that stream beforehand.
    """
    note = state.answers[item.code].note
    fields = {
        "facility": state.facility,
        "region": state.region,
        "grade": item.grade,
        "subject": f"不符合“{item.zh}”" + (f"：{note}" if note else ""),
        "item": item.code,
        "source": state.source,
        "photos": state.answers[item.code].photos,
        "inspection": state.id,
        **clocks(case, item.grade, item.code),
    }
    return derived(state.id, item.code), Hazard.Found, fields
