"""接收 — another area asks that a person be taken in: accepted or refused here, expected, and then admitted.

The request comes from the other side's system through a superior of both, or on paper and is entered by hand. The admission
itself is an ordinary one (`stay.admit`) that names the reception.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from domain.facility_rules import standing
from domain.letters import Letter, reference_of
from domain.model import Aggregate, Breach, Duty, Event, Field, Row
from domain.transfer_figures import RECEIVED
from domain.transfer_rules import (
    NAME_MAX,
    NOT_HERE_YET,
    OTHER_HOME,
    OTHER_PERSON,
    PARTNERS,
    RECEPTION_ACCEPTED,
    REQUEST_UNANSWERED,
)
from domain.transfers import Transfer

ASKED = (
    *("region", "facility", "from_region", "from_name", "number"),
    *("category", "sex", "birth_year", "reason", "member"),
)
"""What a request says that the reception keeps."""


class Reception(Aggregate):
    """接收 — who is to come, from where, to which home, and whether the person is here."""

    name = "reception"
    label = "接收"
    sheet = "receptions"
    columns = {
        "facility": Field("接收机构", en="Taken in by", ref="facility"),
        "region": Field("区域", ref="region"),
        "from_region": Field("移出区域", en="From the region", ref="region"),
        "from_name": Field("移出机构", en="From"),
        "reference": Field("移交编号", en="Number"),
        "category": Field("类别", choices="stay_categories"),
        "sex": Field("性别", choices="sexes"),
        "birth_year": Field("出生年", unit="年"),
        "status": Field("状态", choices="reception_statuses"),
        "requested_on": Field("请求日期", en="Requested on"),
        "answer_due": Field("答复时限", en="Answer due", moment=True),
        "completed_on": Field("入住日期", en="Admitted on"),
    }
    statuses = {
        "requested": ("待答复", "To be answered"),
        "accepted": ("同意接收", "Accepted"),
        "refused": ("不予接收", "Refused"),
        "cancelled": ("对方已撤回", "Withdrawn by the other side"),
        "on_the_way": ("在途", "On the way"),
        "completed": ("已入住", "Admitted"),
    }
    figures = RECEIVED

    status: str = "requested"
    facility: str | None = None
    answered_at: str | None = None
    arrival_due: str | None = None
    completed_on: date | None = None
    completed_at: str | None = None
    same_person: bool | None = None
    """Whether the document of whoever came is that of the person who was announced; None where nobody was."""
    admitted_by: str | None = None

    @property
    def reference(self) -> str | None:
        """What both sides call it: the number of the transfer there, or of the paper."""
        return reference_of(self.number) if self.number and self.member else self.number

    def duties(self) -> Iterable[Duty]:
        """To be answered; who is on the way is to arrive."""
        yield Duty("reception.answer", self.answer_due, self.answered_at)
        if self.arrival_due:
            yield Duty("reception.arrival", self.arrival_due, self.completed_at)

    def findings(self) -> Iterable[Breach]:
        """Somebody else came, or to another home."""
        if self.same_person is False:
            yield Breach("reception.other_person", OTHER_PERSON)
        if self.admitted_by and self.facility and self.admitted_by != self.facility:
            yield Breach("reception.other_home", OTHER_HOME, "warn")

    def letter(self, reading: Any, command: str, **args: Any) -> Letter | None:
        """What the side that asked is told of its transfer; nothing where it asked on paper."""
        asked = reading.track(self.number).state if self.number else None
        args = {"transfer": self.number, **args}
        return Letter(self.from_region, command, args, about=self.number) if isinstance(asked, Transfer) else None

    class Requested(Event):
        """Record that another area asks to have a person taken in."""

        topic = "reception.requested"
        label = "请求接收"
        label_en = "Reception requested"
        command = "reception.request"
        command_en = "Record a request to take a person in"
        by = PARTNERS
        by_letter = True
        creates = True
        sentence = ("{from_name} 请求接收：{reason}", "{from_name} asks to take a person in: {reason}")

        region: Annotated[str, Field("请求哪个区域接收", en="Region asked", ref="region")]
        from_region: Annotated[str, Field("移出区域", en="From the region", ref="region")]
        from_name: Annotated[str, Field("移出机构", en="From", length_max=NAME_MAX)]
        category: Annotated[str, Field("类别", choices="stay_categories")]
        sex: Annotated[str, Field("性别", choices="sexes")]
        reason: Annotated[str, Field("移交原因", choices="transfer_reasons")]
        birth_year: Annotated[int | None, Field("出生年", unit="年", minimum=1880)] = None
        facility: Annotated[
            str | None,
            Field(
                "接收机构",
                en="Institution asked",
                ref="facility",
                hint_zh="对方指明机构时填写",
                hint_en="Where the other side names one",
            ),
        ] = None
        number: Annotated[
            str | None,
            Field(
                "来函编号",
                en="Number of the letter",
                length_max=64,
                hint_zh="书面来函的文号；由系统转来的，是对方移交的编号",
                hint_en="That of the paper; of one that came by the system, the id of the transfer there",
            ),
        ] = None
        member: Annotated[
            str | None,
            Field(
                "代称",
                en="Pseudonym",
                length_max=64,
                hint_zh="由系统转来时自动填写；书面来函不填",
                hint_en="Filled in where the request comes by the system; leave it out for one on paper",
            ),
        ] = None
        answer_due: Annotated[str, Field("答复时限", en="Answer due", filled=True, moment=True)] = ""

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event, with the clock of the answer."""
            if said.get("facility"):
                standing(case, said["facility"])
            due = case.reference.limits.due("reception.answer", case.occurred_on, case.occurred_at)
            yield case.stream, cls, {**said, "answer_due": due}

        def apply(self, state: Reception) -> None:
            """Somebody waits for an answer."""
            for name in ASKED:
                setattr(state, name, getattr(self, name))
            state.requested_on, state.answer_due = self.day, self.answer_due

    class Accepted(Event):
        """Agree to take the person in, and say where."""

        topic = "reception.accepted"
        label = "同意接收"
        label_en = "Reception accepted"
        command = "reception.accept"
        command_en = "Agree to take the person in"
        by = PARTNERS
        checks = (REQUEST_UNANSWERED,)
        sentence = ("同意接收", "Accepted")

        facility: Annotated[str, Field("接收机构", en="Taken in by", ref="facility")]

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event; the home must stand on that day."""
            standing(case, said["facility"])
            yield case.stream, cls, dict(said)

        def apply(self, state: Reception) -> None:
            """The home waits for the person."""
            state.status = "on_the_way" if state.arrival_due else "accepted"
            state.facility, state.answered_at = self.facility, self.at

        def letter(self, state: Reception, reading: Any) -> Letter | None:
            """The person can be brought, to that home."""
            home = reading.track(self.facility).state
            return home and state.letter(reading, "transfer.record_acceptance", into=home.title[:NAME_MAX])

    class Refused(Event):
        """Decline to take the person in, and say why."""

        topic = "reception.refused"
        label = "不予接收"
        label_en = "Reception refused"
        command = "reception.refuse"
        command_en = "Decline to take the person in"
        by = PARTNERS
        checks = (REQUEST_UNANSWERED,)
        sentence = ("不予接收：{reason}", "Refused: {reason}")

        reason: Annotated[str, Field("不予接收的原因", choices="reception_refusals")]

        def apply(self, state: Reception) -> None:
            """Answered."""
            state.status, state.answered_at = "refused", self.at

        def letter(self, state: Reception, reading: Any) -> Letter | None:
            """The person stays where they are."""
            return state.letter(reading, "transfer.record_refusal", reason=self.reason)

    class Cancelled(Event):
        """Record that the other side has withdrawn its request."""

        topic = "reception.cancelled"
        label = "对方撤回请求"
        label_en = "Request withdrawn"
        command = "reception.cancel"
        command_en = "Record that the request was withdrawn"
        by = PARTNERS
        by_letter = True
        checks = (NOT_HERE_YET,)
        sentence = ("对方撤回请求：{reason}", "Withdrawn by the other side: {reason}")
        timely = staticmethod(lambda state: state.member is None)  # what came by the system is withdrawn by it

        reason: Annotated[str, Field("撤回原因", choices="transfer_ends")]

        def apply(self, state: Reception) -> None:
            """Nobody is to come."""
            state.status, state.answered_at, state.arrival_due = "cancelled", state.answered_at or self.at, None

    class Expected(Event):
        """Record that the person has left there and is on the way."""

        topic = "reception.expected"
        label = "对方已交出"
        label_en = "On the way"
        command = "reception.expect"
        command_en = "Record that the person is on the way"
        by = PARTNERS
        by_letter = True
        checks = (NOT_HERE_YET,)
        sentence = ("对方已交出，人员在途", "Handed over by the other side, on the way")
        timely = staticmethod(lambda state: state.status == "accepted" and state.member is None)

        arrival_due: Annotated[str, Field("到达时限", en="To arrive by", filled=True, moment=True)] = ""

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event, with the clock of the arrival."""
            due = case.reference.limits.due("reception.arrival", case.occurred_on, case.occurred_at)
            yield case.stream, cls, {**said, "arrival_due": due}

        def apply(self, state: Reception) -> None:
            """Somebody is to arrive."""
            state.status, state.arrival_due = "on_the_way", self.arrival_due

    class Completed(Event):
        """The person was admitted; follows from the admission that names the reception."""

        topic = "reception.completed"
        label = "接收入住"
        label_en = "Taken in"
        checks = (RECEPTION_ACCEPTED,)
        sentence = ("已办理入住", "Admitted")

        stay: Annotated[str, Field("入住", ref="stay", filled=True)]
        home: Annotated[str, Field("机构", ref="facility", filled=True)]
        same_person: Annotated[bool | None, Field("与移交的人员相符", en="The person who was to come", filled=True)] = (
            None
        )

        def apply(self, state: Reception) -> None:
            """The person is here."""
            state.status, state.completed_on, state.completed_at = "completed", self.day, self.at
            state.answered_at, state.same_person, state.admitted_by = (
                state.answered_at or self.at,
                self.same_person,
                self.home,
            )

        def rows(self, state: Reception | None) -> Iterable[Row]:
            """One more taken in."""
            if state is not None and state.completed_on is None:
                dims = (("category", state.category), ("sex", state.sex))
                yield Row("reception.completed", self.day, 1, state.id, facility=self.home, dims=dims)

        def letter(self, state: Reception, reading: Any) -> Letter | None:
            """The person has arrived."""
            return state.letter(reading, "transfer.record_arrival")
