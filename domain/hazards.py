"""隐患 — something dangerous that was found in a facility, until it has been put right, accepted and struck off (销号)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from domain.evidence import PHOTOS
from domain.facility_rules import standing
from domain.hazard_figures import HAZARD_FIGURES, shifts
from domain.hazard_rules import (
    ACCEPTED,
    ANOTHERS,
    FINDERS,
    IN_CHARGE,
    LATE_ACCEPTANCE,
    LATER,
    NOT_PAST,
    OTHER_GRADE,
    OVERSEERS,
    OWN_FINDING,
    RECTIFIED,
    SETTLED,
    TO_RECTIFY,
    UNAPPROVED,
    UNSETTLED,
    clocks,
)
from domain.model import FACILITY_POSTS, Aggregate, Breach, Duty, Event, Field, Row, business_key


class Hazard(Aggregate):
    """隐患 — where, what, how grave, who puts it right until when."""

    name = "hazard"
    label = "隐患"
    sheet = "hazards"
    columns = {
        "subject": Field("隐患内容", en="What was found"),
        "deadline": Field("整改期限", en="Deadline"),
        "facility": Field("机构", ref="facility"),
        "grade": Field("等级", choices="hazard_grades"),
        "status": Field("状态", choices="hazard_statuses"),
        "responsible": Field("整改责任人", en="Responsible", account="anybody"),
        "source": Field("来源", choices="hazard_sources"),
        "item": Field("检查项目", choices="checklist_items"),
        "found_on": Field("发现日期", en="Found on"),
        "rectified_on": Field("整改日期", en="Rectified on"),
        "accepted_on": Field("验收日期", en="Accepted on"),
        "closed_on": Field("销号日期", en="Closed on"),
        "escalated_to": Field("督办单位", en="Supervised by", choices="supervising_bodies"),
        "referred_to": Field("移送部门", en="Referred to", choices="departments"),
    }
    counted_by = "hazard.found"
    statuses = {
        "open": ("待整改", "Open"),
        "rectified": ("待验收", "Rectified"),
        "accepted": ("验收合格", "Accepted"),
        "closed": ("已销号", "Closed"),
    }
    figures = HAZARD_FIGURES

    status: str = "open"
    responsible: str | None = None
    rectified_by: str | None = None
    rectified_hands: frozenset[str] = frozenset()
    """Everybody who entered or corrected the rectification."""
    rectified_on: date | None = None
    accepted_on: date | None = None
    accepted_at: str | None = None
    closed_on: date | None = None
    escalated_to: str | None = None
    referred_to: str | None = None
    planned_at: str | None = None
    unapproved: bool = False
    earlier: tuple[Duty, ...] = ()
    """The deadlines of the rounds before a reopening."""

    def findings(self) -> Iterable[Breach]:
        """An extension that nobody approved, while the hazard is not settled. What is overdue is a duty, asked by the day."""
        if self.unapproved and self.status != "closed":
            yield Breach("hazard.extended_unapproved", UNAPPROVED, "warn")

    def deadline_duty(self) -> Iterable[Duty]:
        """To be accepted by the end of the deadline; each reopening is a round of its own."""
        if self.deadline is not None:
            due = business_key(self.deadline, None, opens=False)
            yield Duty("hazard.deadline", due, self.accepted_at, str(len(self.earlier) + 1))

    def duties(self) -> Iterable[Duty]:
        """The deadlines of all rounds, and the plan of a major hazard."""
        yield from self.earlier
        yield from self.deadline_duty()
        if self.plan_due is not None:
            yield Duty("hazard.major_plan", self.plan_due, self.planned_at)

    def counted(self, figure: str, event: Event, amount: int = 1) -> Row:
        """A row of a flow on the day of an event, under the grade of that time."""
        return Row(figure, event.day, amount, self.id, facility=self.facility, dims=(("grade", self.grade),))

    def settled(self, amount: int) -> Row:
        """A row on the day of finding, so that closings can be set against what was found with them (HZ-04)."""
        dims = (("grade", self.found_grade),)
        return Row("hazard.closed_of_found", self.found_on, amount, self.id, facility=self.facility, dims=dims)

    class Found(Event):
        """Record a hazard that was found by hand; a failed item of an inspection records its own."""

        topic = "hazard.found"
        label = "发现隐患"
        label_en = "Hazard found"
        command = "hazard.find"
        command_en = "Record a hazard"
        by = FINDERS
        creates = True
        sentence = ("发现{grade}：{subject}", "{grade} found: {subject}")

        facility: Annotated[str, Field("机构", ref="facility")]
        grade: Annotated[str, Field("等级", choices="hazard_grades")]
        subject: Annotated[
            str, Field("隐患内容", long=True, hint_zh="不要写姓名等个人信息", hint_en="No names or other personal data")
        ]
        item: Annotated[str | None, Field("检查项目", en="Checklist item", choices="checklist_items")] = None
        source: Annotated[
            str | None,
            Field(
                "来源",
                choices="hazard_sources",
                hint_zh="不填的，机构登记的算自查，其他算民政部门检查",
                hint_en="If empty: self-check when a facility records it, else the bureau",
            ),
        ] = None
        photos: Annotated[tuple[str, ...], PHOTOS] = ()
        inspection: Annotated[str | None, Field("检查", ref="inspection", filled=True)] = None
        region: Annotated[str | None, Field("区域", ref="region", filled=True)] = None
        deadline: Annotated[date | None, Field("整改期限", en="Deadline", filled=True)] = None
        plan_due: Annotated[str | None, Field("方案应交时限", en="Plan due", filled=True, moment=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event, with the region of the home and the clocks that start."""
            home = standing(case, said["facility"])
            started = clocks(case, said["grade"], said.get("item"))
            yield case.stream, cls, {**said, "region": home.region, **started}

        def apply(self, state: Hazard) -> None:
            """The hazard is open."""
            own = "facility" if self.author[1] in FACILITY_POSTS else "bureau"
            state.facility, state.region, state.source = self.facility, self.region, self.source or own
            state.grade, state.found_grade, state.subject, state.item = self.grade, self.grade, self.subject, self.item
            state.inspection, state.found_on = self.inspection, self.day
            state.deadline, state.plan_due = self.deadline, self.plan_due

        def rows(self, state: None) -> Iterable[Row]:
            """One find, one more open."""
            yield from shifts(self, state)
            hazard = Hazard(self.originator_id)
            self.apply(hazard)
            yield hazard.counted("hazard.found", self)
            if self.item is not None:  # again within a year, it is a repeated hazard (projections/following.py)
                about = (("about", f"{self.item}/{hazard.id}"),)
                yield Row("hazard.item_failed", self.day, 1, hazard.id, facility=self.facility, dims=about)

    class Assigned(Event):
        """Say who puts it right until when; with measures, money and plan where they are settled (五落实)."""

        topic = "hazard.assigned"
        label = "交办隐患"
        label_en = "Hazard assigned"
        command = "hazard.assign"
        by = IN_CHARGE
        checks = (UNSETTLED, OWN_FINDING, NOT_PAST)
        sentence = ("交办给 {responsible}，{deadline}前整改", "Assigned to {responsible} until {deadline}")

        responsible: Annotated[str, Field("整改责任人", en="Responsible", account="anybody")]
        deadline: Annotated[date, Field("整改期限", en="Deadline")]
        measures: Annotated[str | None, Field("整改措施", long=True)] = None
        money_fen: Annotated[int | None, Field("整改资金", en="Money", unit="元", minimum=0)] = None
        plan: Annotated[
            str | None, Field("整改方案", long=True, hint_zh="方案文号或要点", hint_en="Its number or main points")
        ] = None

        def apply(self, state: Hazard) -> None:
            """Somebody is responsible until a day."""
            state.responsible, state.deadline = self.responsible, self.deadline
            if self.plan and state.planned_at is None:
                state.planned_at = self.at

        rows = shifts

    class Regraded(Event):
        """Judge the hazard graver or less grave than it was."""

        topic = "hazard.regraded"
        label = "调整等级"
        label_en = "Hazard regraded"
        command = "hazard.regrade"
        command_en = "Change the grade"
        by = OVERSEERS
        checks = (UNSETTLED, OTHER_GRADE)
        sentence = ("调整为{grade}：{reason}", "Regraded, now {grade}: {reason}")

        grade: Annotated[str, Field("等级", choices="hazard_grades")]
        reason: Annotated[str, Field("理由", long=True)]
        deadline: Annotated[date | None, Field("整改期限", en="Deadline", filled=True)] = None
        plan_due: Annotated[str | None, Field("方案应交时限", en="Plan due", filled=True, moment=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event, with the clocks of the new grade."""
            yield case.stream, cls, {**said, **clocks(case, said["grade"])}

        def apply(self, state: Hazard) -> None:
            """The new grade holds from here; a deadline that stands is kept."""
            state.grade, state.plan_due = self.grade, self.plan_due
            state.deadline = state.deadline or self.deadline

        rows = shifts

    class Extended(Event):
        """Give more time, with a reason and who approved it."""

        topic = "hazard.extended"
        label = "延长期限"
        label_en = "Deadline extended"
        command = "hazard.extend"
        command_en = "Extend the deadline"
        by = OVERSEERS
        checks = (UNSETTLED, LATER)
        sentence = ("期限延至{deadline}：{reason}", "Deadline extended to {deadline}: {reason}")

        deadline: Annotated[date, Field("新期限", en="New deadline")]
        reason: Annotated[str, Field("理由", long=True)]
        approved_by: Annotated[str | None, Field("批准人", en="Approved by", account="outside")] = None

        def apply(self, state: Hazard) -> None:
            """The new deadline holds from here; days that were overdue stay so."""
            state.deadline, state.unapproved = self.deadline, self.approved_by is None

        rows = shifts

    class Rectified(Event):
        """Say that it has been put right, with the evidence."""

        topic = "hazard.rectified"
        label = "完成整改"
        label_en = "Hazard rectified"
        command = "hazard.rectify"
        command_en = "Report a rectification"
        by = FINDERS
        checks = (TO_RECTIFY,)
        sentence = ("完成整改：{evidence}", "Rectified: {evidence}")

        evidence: Annotated[str, Field("整改情况", en="Evidence", long=True)]
        photos: Annotated[tuple[str, ...], PHOTOS] = ()

        def apply(self, state: Hazard) -> None:
            """It waits for somebody else to accept it."""
            state.status, state.rectified_on = "rectified", self.day
            state.rectified_by, state.rectified_hands = self.author[0], self.hands

        rows = shifts

    class Accepted(Event):
        """Accept the rectification; never by who put it right."""

        topic = "hazard.accepted"
        label = "验收合格"
        label_en = "Rectification accepted"
        command = "hazard.accept"
        command_en = "Accept a rectification"
        by = IN_CHARGE
        checks = (RECTIFIED, ANOTHERS, OWN_FINDING)
        sentence = ("验收合格", "Rectification accepted")

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event; that it came late is told at once, and stands among the duties."""
            hazard = case.state(case.stream)
            if hazard is not None and hazard.deadline is not None and hazard.deadline < case.occurred_on:
                case.found(Breach("hazard.accepted_late", LATE_ACCEPTANCE))
            yield case.stream, cls, dict(said)

        def apply(self, state: Hazard) -> None:
            """The duty is met."""
            state.status, state.accepted_on, state.accepted_at = "accepted", self.day, self.at

        rows = shifts

    class Rejected(Event):
        """Send the rectification back."""

        topic = "hazard.rejected"
        label = "验收不合格"
        label_en = "Rectification rejected"
        command = "hazard.reject"
        command_en = "Reject a rectification"
        by = IN_CHARGE
        checks = (RECTIFIED, OWN_FINDING)
        sentence = ("验收不合格：{reason}", "Rectification rejected: {reason}")

        reason: Annotated[str, Field("理由", long=True)]

        def apply(self, state: Hazard) -> None:
            """Open as before."""
            state.status, state.rectified_on, state.rectified_by = "open", None, None
            state.rectified_hands = frozenset()

        rows = shifts

    class Closed(Event):
        """Strike an accepted hazard off the list."""

        topic = "hazard.closed"
        label = "隐患销号"
        label_en = "Hazard closed"
        command = "hazard.close"
        by = IN_CHARGE
        checks = (ACCEPTED, OWN_FINDING)
        sentence = ("销号", "Closed")

        def apply(self, state: Hazard) -> None:
            """Done."""
            state.status, state.closed_on = "closed", self.day

        def rows(self, state: Hazard | None) -> Iterable[Row]:
            """One closing, on its own day and on that of the finding; one fewer open."""
            if state is not None:
                yield from shifts(self, state)
                yield state.counted("hazard.closed", self)
                yield state.settled(1)

    class Reopened(Event):
        """A later look (回头看) finds it again."""

        topic = "hazard.reopened"
        label = "回头看重新打开"
        label_en = "Hazard reopened"
        command = "hazard.reopen"
        by = OVERSEERS
        checks = (SETTLED,)
        sentence = ("回头看重新打开：{reason}", "Reopened: {reason}")

        reason: Annotated[str, Field("理由", long=True)]
        deadline: Annotated[date | None, Field("整改期限", en="Deadline", filled=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event, with the deadline of a new round; the plan of a major hazard is asked for once."""
            hazard = case.state(case.stream)
            deadline = None if hazard is None else clocks(case, hazard.grade, hazard.item)["deadline"]
            yield case.stream, cls, {**said, "deadline": deadline}

        def apply(self, state: Hazard) -> None:
            """Open again; what was met stays met."""
            state.earlier = (*state.earlier, *state.deadline_duty())
            state.status, state.deadline = "open", self.deadline
            state.rectified_hands = frozenset()
            state.rectified_on = state.rectified_by = state.accepted_on = state.accepted_at = state.closed_on = None

        def rows(self, state: Hazard | None) -> Iterable[Row]:
            """Open again; a closing that did not last is no closing of what was found."""
            if state is not None:
                yield from shifts(self, state)
                if state.status == "closed":
                    yield state.counted("hazard.reopened", self)
                    yield state.settled(-1)

    class Escalated(Event):
        """Put the hazard under the eye of a higher body (挂牌督办)."""

        topic = "hazard.escalated"
        label = "挂牌督办"
        label_en = "Hazard escalated"
        command = "hazard.escalate"
        by = OVERSEERS
        checks = (UNSETTLED,)
        sentence = ("由{to}督办", "Supervised by: {to}")

        to: Annotated[str, Field("督办单位", en="Supervising body", choices="supervising_bodies")]

        def apply(self, state: Hazard) -> None:
            """A higher body watches."""
            state.escalated_to = self.to

    class Referred(Event):
        """Tell another department what lies in its hands; the hazard stays on the list until it is closed."""

        topic = "hazard.referred"
        label = "移送部门"
        label_en = "Hazard referred"
        command = "hazard.refer"
        command_en = "Refer to a department"
        by = OVERSEERS
        checks = (UNSETTLED,)
        sentence = ("移送{department}", "Referred to: {department}")

        department: Annotated[str, Field("部门", choices="departments")]
        document_no: Annotated[str | None, Field("移送文号", en="Document number")] = None

        def apply(self, state: Hazard) -> None:
            """Another department is told."""
            state.referred_to = self.department
