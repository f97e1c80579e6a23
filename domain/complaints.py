"""投诉举报 — what somebody complains of, about a facility or in a region, until it is answered and closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from domain.evidence import PHOTOS
from domain.facility_rules import facility_or_region, registered, review_cause
from domain.figures import FACILITY_DIMENSIONS, Figure
from domain.hazard_rules import FINDERS, OVERSEERS
from domain.model import Aggregate, Check, Duty, Event, Field, Row, Wording

ABUSE = frozenset({"abuse", "beating", "harassment"})
"""What, found to be true, speaks against the rating of a facility."""
BY_CHANNEL = (*FACILITY_DIMENSIONS, "channel")

OPEN = Check(
    "complaint.closed",
    lambda complaint, event: complaint.status != "closed",
    Wording(
        "投诉已经办结",
        "the complaint is closed",
        "核对日期；有新的情况，另行登记",
        "check the day; record what is new as another one",
    ),
)
ANSWERED = Check(
    "complaint.not_answered",
    lambda complaint, event: complaint.answered_at is not None,
    Wording(
        "投诉还没有答复", "the complaint was not answered", "先登记答复，再办结", "record the answer, then close it"
    ),
)


class Complaint(Aggregate):
    """投诉举报 — by which channel, of what, who deals with it."""

    name = "complaint"
    label = "投诉"
    sheet = "complaints"
    columns = {
        "facility": Field("机构", ref="facility"),
        "region": Field("区域", ref="region"),
        "channel": Field("渠道", choices="complaint_channels"),
        "subject": Field("事由", choices="complaint_subjects"),
        "status": Field("状态", choices="complaint_statuses"),
        "received_on": Field("受理日期", en="Received on"),
        "assigned_to": Field("承办人", en="Assigned to", account="anybody"),
        "answer_due": Field("答复时限", en="Answer due", moment=True),
        "answered_on": Field("答复日期", en="Answered on"),
        "satisfied": Field("是否满意", en="Satisfied"),
        "closed_on": Field("办结日期", en="Closed on"),
    }
    counted_by = "complaint.received"
    statuses = {
        "received": ("待交办", "Received"),
        "assigned": ("办理中", "Assigned"),
        "answered": ("已答复", "Answered"),
        "closed": ("已办结", "Closed"),
    }
    figures = (
        Figure(
            "complaint.received",
            "受理投诉数",
            "Complaints received",
            "件",
            "flow",
            "期间内受理的投诉举报",
            "Complaints received in the period",
            BY_CHANNEL,
            sources=("hotline:hotline_calls",),
            unit_en="complaints",
        ),
        Figure(
            "complaint.closed",
            "办结投诉数",
            "Complaints closed",
            "件",
            "flow",
            "期间内答复并办结的投诉举报",
            "Complaints answered and closed in the period",
            BY_CHANNEL,
            unit_en="complaints",
        ),
        Figure(
            "complaint.open",
            "未办结投诉数",
            "Open complaints",
            "件",
            "stock",
            "当日日终已受理而未办结的投诉举报",
            "Complaints received and not closed at the end of the day",
            BY_CHANNEL,
            unit_en="complaints",
        ),
    )

    status: str = "received"
    assigned_to: str | None = None
    answered_on: date | None = None
    answered_at: str | None = None
    satisfied: bool | None = None
    closed_on: date | None = None

    def duties(self) -> Iterable[Duty]:
        """To be answered within the limit of the day on which it came."""
        yield Duty("complaint.answer", self.answer_due, self.answered_at)

    def counted(self, figure: str, event: Event, amount: int = 1) -> Row:
        """A row of a figure on the day of an event, at the facility or else in the region."""
        where = {"facility": self.facility} if self.facility else {"region": self.region}
        return Row(figure, event.day, amount, self.id, **where, dims=(("channel", self.channel),))

    class Received(Event):
        """Record a complaint; what was said is sealed, what it is about is public."""

        topic = "complaint.received"
        label = "受理投诉"
        label_en = "Complaint received"
        command = "complaint.receive"
        by = FINDERS
        creates = True
        sentence = ("受理投诉：{subject}（{channel}）", "Complaint received: {subject} ({channel})")

        channel: Annotated[str, Field("渠道", choices="complaint_channels")]
        subject: Annotated[str, Field("事由", choices="complaint_subjects")]
        text: Annotated[str, Field("投诉内容", en="What was said", private="self", long=True)]
        facility: Annotated[str | None, Field("机构", ref="facility")] = None
        region: Annotated[str | None, Field("区域", ref="region")] = None
        photos: Annotated[tuple[str, ...], PHOTOS] = ()
        place: Annotated[str | None, Field("所在区域", en="Region of the facility", ref="region", filled=True)] = None
        answer_due: Annotated[str, Field("答复时限", en="Answer due", filled=True, moment=True)] = ""

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event, with the clock of the answer. Of a home that has ended one may complain too."""
            due = case.reference.limits.due("complaint.answer", case.occurred_on, case.occurred_at)
            yield (
                case.stream,
                cls,
                {**said, "place": facility_or_region(said, lambda stream: registered(case, stream)), "answer_due": due},
            )

        @classmethod
        def placement(cls, stream: str, fields: Mapping[str, Any], state: Any) -> tuple[str | None, str | None]:
            """The facility's place, or the region that was named."""
            return fields.get("facility"), fields.get("region") or fields.get("place")

        def apply(self, state: Complaint) -> None:
            """Somebody waits for an answer."""
            state.facility, state.region = self.facility, self.region or self.place
            state.channel, state.subject = self.channel, self.subject
            state.received_on, state.answer_due = self.day, self.answer_due

        def rows(self, state: None) -> Iterable[Row]:
            """One more received, one more open."""
            complaint = Complaint(self.originator_id)
            self.apply(complaint)
            yield complaint.counted("complaint.received", self)
            yield complaint.counted("complaint.open", self)

    class Assigned(Event):
        """Say who deals with it."""

        topic = "complaint.assigned"
        label = "交办投诉"
        label_en = "Complaint assigned"
        command = "complaint.assign"
        by = OVERSEERS
        checks = (OPEN,)
        sentence = ("交办给 {to}", "Assigned to {to}")

        to: Annotated[str, Field("承办人", en="To", account="anybody")]

        def apply(self, state: Complaint) -> None:
            """Somebody deals with it; what was answered stays answered."""
            state.assigned_to = self.to
            if state.answered_at is None:
                state.status = "assigned"

    class Answered(Event):
        """Answer whoever complained; a further answer does not move the moment of the first."""

        topic = "complaint.answered"
        label = "答复投诉"
        label_en = "Complaint answered"
        command = "complaint.answer"
        by = FINDERS
        checks = (OPEN,)
        sentence = ("答复投诉人", "Complaint answered")

        text: Annotated[str, Field("答复内容", en="Answer", private="self", long=True)]

        def apply(self, state: Complaint) -> None:
            """The duty is met."""
            state.status = "answered"
            state.answered_on, state.answered_at = state.answered_on or self.day, state.answered_at or self.at

    class Rated(Event):
        """Record whether the answer satisfied whoever complained."""

        topic = "complaint.rated"
        label = "投诉回访"
        label_en = "Complaint rated"
        command = "complaint.rate"
        command_en = "Record whether the answer satisfied"
        by = OVERSEERS
        checks = (ANSWERED,)
        sentence = ("回访：满意 {satisfied}", "Satisfied: {satisfied}")

        satisfied: Annotated[bool, Field("是否满意", en="Satisfied")]

        def apply(self, state: Complaint) -> None:
            """The last word counts."""
            state.satisfied = self.satisfied

    class Closed(Event):
        """Close an answered complaint."""

        topic = "complaint.closed"
        label = "投诉办结"
        label_en = "Complaint closed"
        command = "complaint.close"
        by = OVERSEERS
        checks = (OPEN, ANSWERED)
        sentence = ("办结", "Closed")
        founded: Annotated[bool | None, Field("是否属实", en="Found to be true")] = None

        def apply(self, state: Complaint) -> None:
            """Done."""
            state.status, state.closed_on = "closed", self.day

        def rows(self, state: Complaint | None) -> Iterable[Row]:
            """One closed, one fewer open."""
            if state is not None and state.closed_on is None:
                yield state.counted("complaint.closed", self)
                yield state.counted("complaint.open", self, -1)
                if self.founded and state.facility and state.subject in ABUSE:
                    yield review_cause(state.facility, self.day, "abuse", state.id)
