"""移交 — a resident is offered to the institutions of another area, and handed over once one of them will take the person.

The home that offers writes this stream, the side that answers its own (`domain/receptions.py`): a stream has one writer.
What either side says reaches the other through a superior of both, as a command (`domain/letters.py`); where the other side
keeps no such system it answers on paper, and the answer is entered here. No name and no document leaves with an offer: the
other side knows the person by the province-wide pseudonym, and registers the document that the person brings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from domain.letters import Letter, letter_id, reference_of
from domain.model import Aggregate, Breach, Duty, Event, Field, Refused, Row
from domain.transfer_figures import FIGURES
from domain.transfer_rules import (
    AGREED,
    ASKED_THERE,
    CARE_NEEDED,
    ENDED,
    IN_TWO_PLACES,
    LEFT_OTHERWISE,
    NAME_MAX,
    NOT_ARRIVED,
    NOT_GONE,
    OFFER_UNANSWERED,
    OFFERED_TWICE,
    ON_THE_WAY,
    PARTNERS,
    SAME_REGION,
)

COPIED = ("person", "facility", "category", "sex", "birth_year", "member")
"""What an offer copies of the stay."""
TOLD = ("category", "sex", "reason", "birth_year", "member")
"""What the other side is told of the person."""
OFFERED = ("stay", "person", "facility", "to_region", "answer_due", *TOLD)
"""What an offer says that the transfer keeps."""


class Transfer(Aggregate):
    """移交 — whom, to where, what was answered, and whether the person has arrived."""

    name = "transfer"
    label = "移交"
    sheet = "transfers"
    columns = {
        "facility": Field("移出机构", en="From", ref="facility"),
        "reference": Field("移交编号", en="Number"),
        "person": Field("人员", ref="person"),
        "category": Field("类别", choices="stay_categories"),
        "sex": Field("性别", choices="sexes"),
        "to_region": Field("移往区域", en="To", ref="region"),
        "into": Field("接收机构", en="Taken in by"),
        "status": Field("状态", choices="transfer_statuses"),
        "offered_on": Field("提出日期", en="Offered on"),
        "answer_due": Field("对方答复时限", en="Their answer due", moment=True),
        "handed_over_on": Field("交出日期", en="Handed over on"),
        "received_on": Field("到达日期", en="Arrived on"),
    }
    counted_by = "transfer.offered"
    statuses = {
        "offered": ("待对方答复", "Waiting for an answer"),
        "accepted": ("对方同意接收", "Accepted"),
        "refused": ("对方不予接收", "Refused"),
        "withdrawn": ("已撤回", "Withdrawn"),
        "on_the_way": ("在途", "On the way"),
        "received": ("已到达", "Arrived"),
        "stopped": ("途中中止", "Stopped on the way"),
    }
    figures = FIGURES

    status: str = "offered"
    into: str | None = None
    answered_at: str | None = None
    withdrawn_at: str | None = None
    hand_over_due: str | None = None
    handed_over_on: date | None = None
    handed_over_at: str | None = None
    arrival_due: str | None = None
    received_on: date | None = None
    received_at: str | None = None

    @property
    def reference(self) -> str:
        """What both sides call it, and what stands on the paper that the person brings."""
        return reference_of(self.id)

    def duties(self) -> Iterable[Duty]:
        """The other side has to answer; who was accepted is to be brought; who left has to arrive."""
        yield Duty("transfer.answer", self.answer_due, self.answered_at)
        if self.hand_over_due:
            yield Duty("transfer.hand_over", self.hand_over_due, self.handed_over_at or self.withdrawn_at)
        if self.arrival_due:
            yield Duty("transfer.arrival", self.arrival_due, self.received_at)

    def findings(self) -> Iterable[Breach]:
        """Admitted there and not handed over here."""
        if self.received_on and (self.handed_over_on is None or self.received_on < self.handed_over_on):
            yield Breach("transfer.in_two_places", IN_TWO_PLACES)

    def counted(self, figure: str, event: Event, amount: int = 1) -> Row:
        """A row of a figure on the day of an event."""
        dims = (("category", self.category), ("sex", self.sex))
        return Row(figure, event.day, amount, self.id, facility=self.facility, dims=dims)

    def letter(self, command: str, **args: Any) -> Letter:
        """What the side that was asked is told of the reception that the offer began there."""
        return Letter(self.to_region, command, {"reception": {"$ref": letter_id(self.id)}, **args})

    class Offered(Event):
        """Offer a resident to the institutions of another area; the person stays until somebody there accepts."""

        topic = "transfer.offered"
        label = "提出移交"
        label_en = "Transfer offered"
        command = "transfer.offer"
        command_en = "Offer a transfer"
        by = PARTNERS
        creates = True
        sentence = ("向 {to_region} 提出移交：{reason}", "Offered to {to_region}: {reason}")

        stay: Annotated[str, Field("入住", ref="stay")]
        to_region: Annotated[str, Field("移往区域", en="To", ref="region")]
        reason: Annotated[str, Field("移交原因", choices="transfer_reasons")]
        needs: Annotated[str | None, CARE_NEEDED] = None
        person: Annotated[str, Field("人员", ref="person", filled=True)] = ""
        facility: Annotated[str | None, Field("机构", ref="facility", filled=True)] = None
        category: Annotated[str, Field("类别", choices="stay_categories", filled=True)] = "other"
        sex: Annotated[str, Field("性别", choices="sexes", filled=True)] = "unknown"
        birth_year: Annotated[int | None, Field("出生年", unit="年", filled=True)] = None
        member: Annotated[str | None, Field("代称", filled=True)] = None
        answer_due: Annotated[str, Field("答复时限", en="Answer due", filled=True, moment=True)] = ""

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """The offer, with what the other side may know of the person, and the clock of its answer."""
            stay = case.state(said["stay"])
            if stay is None or stay.ended_on is not None:
                raise Refused("stay.ended", ENDED, "stay")
            if case.corrected is not None and said["to_region"] != case.corrected.event.to_region:
                raise Refused("entry.target_fixed", ASKED_THERE, "to_region")
            if said["to_region"] == case.whole(stay.facility).region:
                case.found(Breach("transfer.same_region", SAME_REGION, "warn"))
            if _offered_before(case, said["stay"]):
                case.found(Breach("transfer.offered_twice", OFFERED_TWICE, "warn"))
            copied = {name: getattr(stay, name) for name in COPIED}
            due = case.reference.limits.due("transfer.answer", case.occurred_on, case.occurred_at)
            yield case.stream, cls, {**said, **copied, "answer_due": due}

        def apply(self, state: Transfer) -> None:
            """Somebody is asked."""
            for name in OFFERED:
                setattr(state, name, getattr(self, name))
            state.offered_on = self.day

        def rows(self, state: None) -> Iterable[Row]:
            """One more offered."""
            transfer = Transfer(self.originator_id)
            self.apply(transfer)
            yield transfer.counted("transfer.offered", self)

        def letter(self, state: Transfer, reading: Any) -> Letter | None:
            """Ask the other side, by what it may know."""
            home = reading.track(state.facility).state
            if home is None:  # its registration was withdrawn: nobody offers
                return None
            args = {
                "region": self.to_region,
                "from_region": home.region,
                "from_name": home.title[:NAME_MAX],
                "number": state.id,
                **{name: getattr(self, name) for name in TOLD},
            }
            return Letter(self.to_region, "reception.request", {k: v for k, v in args.items() if v is not None})

    class Withdrawn(Event):
        """Withdraw an offer, answered or not; the person stays."""

        topic = "transfer.withdrawn"
        label = "撤回移交"
        label_en = "Offer withdrawn"
        command = "transfer.withdraw"
        command_en = "Withdraw the offer"
        by = PARTNERS
        checks = (NOT_GONE,)
        sentence = ("撤回移交：{reason}", "Offer withdrawn: {reason}")

        reason: Annotated[str, Field("撤回原因", choices="transfer_ends")]

        def apply(self, state: Transfer) -> None:
            """Nobody is asked any more."""
            state.status, state.withdrawn_at, state.answered_at = "withdrawn", self.at, state.answered_at or self.at

        def letter(self, state: Transfer, reading: Any) -> Letter:
            """The other side need not answer."""
            return state.letter("reception.cancel", reason=self.reason)

    class Accepted(Event):
        """Record that an institution there will take the person in."""

        topic = "transfer.accepted"
        label = "对方同意接收"
        label_en = "Transfer accepted"
        command = "transfer.record_acceptance"
        command_en = "Record the acceptance"
        by = PARTNERS
        by_letter = True
        checks = (OFFER_UNANSWERED,)
        sentence = ("{into} 同意接收", "{into} will take the person in")

        into: Annotated[str, Field("接收机构", en="Taken in by", length_max=NAME_MAX)]
        hand_over_due: Annotated[str, Field("交出时限", en="To be handed over by", filled=True, moment=True)] = ""

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event, with the day by which the person is to be brought."""
            due = case.reference.limits.due("transfer.hand_over", case.occurred_on, case.occurred_at)
            yield case.stream, cls, {**said, "hand_over_due": due}

        def apply(self, state: Transfer) -> None:
            """The person can be brought."""
            state.status, state.into, state.answered_at = "accepted", self.into, self.at
            state.hand_over_due = self.hand_over_due

    class Refused(Event):
        """Record that nobody there will take the person in."""

        topic = "transfer.refused"
        label = "对方不予接收"
        label_en = "Transfer refused"
        command = "transfer.record_refusal"
        command_en = "Record the refusal"
        by = PARTNERS
        by_letter = True
        checks = (OFFER_UNANSWERED,)
        sentence = ("不予接收：{reason}", "Refused: {reason}")

        reason: Annotated[str, Field("不予接收的原因", choices="reception_refusals")]

        def apply(self, state: Transfer) -> None:
            """The person stays."""
            state.status, state.answered_at = "refused", self.at

    class HandedOver(Event):
        """Hand the person over: the stay ends, and the person is on the way until the other side records the arrival."""

        topic = "transfer.handed_over"
        label = "交出"
        label_en = "Handed over"
        command = "transfer.hand_over"
        command_en = "Hand the person over"
        by = PARTNERS
        checks = (AGREED,)
        sentence = ("交出，前往 {to_region}", "Handed over, on the way to {to_region}")

        escort: Annotated[
            str | None,
            Field("护送人", en="Escort", private="person", hint_zh="姓名和电话", hint_en="Name and telephone"),
        ] = None
        to_region: Annotated[str | None, Field("移往区域", en="To", ref="region", filled=True)] = None
        arrival_due: Annotated[str, Field("到达时限", en="To arrive by", filled=True, moment=True)] = ""

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """The hand-over, and the end of the stay unless that is recorded already."""
            transfer = case.whole(case.stream)
            stay = case.whole(transfer.stay)
            over = stay is not None and stay.ended_on is not None and transfer.handed_over_at is None
            if over and (not _left_for_it(case, transfer.stay) or _left_by_another(case, transfer.stay)):
                raise Refused("transfer.left_otherwise", LEFT_OTHERWISE)
            due = case.reference.limits.due("transfer.arrival", case.occurred_on, case.occurred_at)
            yield case.stream, cls, {**said, "to_region": transfer.to_region, "arrival_due": due}
            if stay is not None and stay.ended_on is None:
                yield transfer.stay, case.event("stay.discharged"), {"reason": "to_other_facility"}
                yield transfer.person, case.event("person.stay_closed"), {"stay": transfer.stay}

        def apply(self, state: Transfer) -> None:
            """Neither here nor there."""
            state.status = "received" if state.received_at else "on_the_way"
            state.handed_over_on, state.handed_over_at, state.arrival_due = self.day, self.at, self.arrival_due

        def rows(self, state: Transfer | None) -> Iterable[Row]:
            """One more handed over; on the way, unless known to have arrived."""
            if state is not None:
                yield state.counted("transfer.handed_over", self)
                if state.received_at is None:
                    yield state.counted("transfer.on_the_way", self)

        def letter(self, state: Transfer, reading: Any) -> Letter:
            """The person is on the way."""
            return state.letter("reception.expect")

    class Received(Event):
        """Record that the person has arrived where the transfer led."""

        topic = "transfer.received"
        label = "到达"
        label_en = "Arrived"
        command = "transfer.record_arrival"
        command_en = "Record the arrival"
        by = PARTNERS
        by_letter = True
        checks = (NOT_ARRIVED,)
        sentence = ("已到达接收机构", "Arrived")

        @staticmethod
        def timely(state: Transfer) -> bool:
            """Whoever has not left cannot arrive; by a letter or a form of its own it is recorded all the same."""
            return state.status == "on_the_way"

        def apply(self, state: Transfer) -> None:
            """Done, as soon as the hand-over is recorded too; whatever was answered."""
            state.received_on, state.received_at = self.day, self.at
            state.status = "received" if state.handed_over_at else state.status

        def rows(self, state: Transfer | None) -> Iterable[Row]:
            """One fewer on the way."""
            if state is not None and state.status == "on_the_way":
                yield state.counted("transfer.on_the_way", self, -1)

    class Stopped(Event):
        """Record that a person who was handed over will not arrive: turned back, died, or went elsewhere."""

        topic = "transfer.stopped"
        label = "移交中止"
        label_en = "Transfer stopped on the way"
        command = "transfer.stop"
        command_en = "Record that the person will not arrive"
        by = PARTNERS
        checks = (ON_THE_WAY,)
        sentence = ("途中中止：{reason}", "Stopped on the way: {reason}")

        reason: Annotated[str, Field("中止原因", choices="transfer_ends")]

        def apply(self, state: Transfer) -> None:
            """Nobody is on the way any more; whoever came back is admitted again."""
            state.status, state.arrival_due = "stopped", None

        def rows(self, state: Transfer | None) -> Iterable[Row]:
            """One fewer on the way."""
            if state is not None and state.status == "on_the_way":
                yield state.counted("transfer.on_the_way", self, -1)

        def letter(self, state: Transfer, reading: Any) -> Letter:
            """The other side need not wait."""
            return state.letter("reception.cancel", reason=self.reason)


def _offered_before(case: Any, stay: str) -> bool:
    """Whether another transfer of a stay waits for its answer, or for the hand-over."""
    return any(
        stream != case.stream and other.stay == stay and other.status in ("offered", "accepted")
        for stream, other in case.naming([stay], Transfer.name)
    )


def _left_by_another(case: Any, stay: str) -> bool:
    """Whether a stay ended by another transfer: nobody is handed over twice."""
    return any(
        stream != case.stream and other.stay == stay and other.handed_over_at is not None
        for stream, other in case.naming([stay], Transfer.name)
    )


def _left_for_it(case: Any, stay: str) -> bool:
    """Whether a stay that is over ended by a plain discharge to another institution on the day of the hand-over."""
    ended = [event for event in case.work.track(stay).standing if event.topic == "stay.discharged"]
    return any(
        event.reason == "to_other_facility"
        and event.day == case.occurred_on
        and event.envelope.command != "transfer.hand_over"
        for event in ended
    )
