"""发放批次 — money paid to many persons at once from one fund: a list, its approval, its payment, what comes back.

A list travels in lots of at most 500 lines an event. What was approved stays as it was approved, and what was paid is
the sum that the fund gave: a guard in the fund's stream sees to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from domain import matching
from domain.batch_rules import (
    ANOTHER_HAND,
    APPROVAL_WANTED,
    APPROVED,
    APPROVED_TWICE,
    CAME_BACK,
    DECIDING,
    FUND_EXPIRED,
    HELD,
    LISTED,
    NOT_CANCELLED,
    NOT_HELD,
    NOT_PAID,
    OTHER_PROGRAMME,
    PAYING,
    RELEASED_BEFORE_APPROVAL,
    SAME_SUM,
    WAS_PAID,
    Line,
    chunks,
    line_at,
    listed,
    payable,
    unchanged_once_approved,
)
from domain.figures import Figure
from domain.fund_rules import fund_at
from domain.funds import Fund
from domain.model import Aggregate, Breach, Event, Field, Row

PERSON = Field("人员", ref="person")
REASON = Field("原因", private="person")
LINE_FEN = Field("金额", en="Amount", unit="元", filled=True)
SECOND_ABOVE = Field("超过即须两人审批", en="Two approvers above", unit="元", filled=True)
MONTH = r"[0-9]{4}-(0[1-9]|1[0-2])"
PERIOD = Field("月份", en="Month", pattern=MONTH, hint_zh="“年-月”（YYYY-MM）", hint_en="a year and a month, YYYY-MM")


class Batch(Aggregate):
    """发放批次 — who gets how much, for which month, from which fund."""

    name = "batch"
    label = "发放批次"
    sheet = "batches"
    columns = {
        "fund": Field("资金", ref="fund"),
        "programme": Field("用途", choices="programmes"),
        "period": Field("月份", en="Month", pattern=MONTH),
        "status": Field("状态", choices="batch_statuses"),
        "lines": Field("人数", en="Persons", unit="人"),
        "total_fen": Field("名单金额", en="Total", unit="元"),
        "paid_fen": Field("发放", en="Paid", unit="元"),
        "returned_fen": Field("退回", en="Returned", unit="元"),
        "drawn_by": Field("编制人", en="Drawn up by", account="anybody"),
        "approved_by": Field("审批人", en="Approved by", account="anybody"),
        "bank_reference": Field("银行流水号", en="Bank reference"),
        "region": Field("区域", ref="region"),
        "facility": Field("机构", ref="facility"),
    }
    statuses = {
        "drawn_up": ("待审批", "Drawn up"),
        "approved": ("已审批", "Approved"),
        "paid": ("已发放", "Paid"),
        "cancelled": ("已作废", "Cancelled"),
    }
    figures = (
        Figure(
            "batch.payments",
            "发放人次",
            "Payments",
            "人次",
            "flow",
            "期间内发放的笔数，减去期间内退回的",
            "Payments made in the period, less those that came back in it",
            ("source", "programme"),
            sources=(
                "temp_relief:temp_relief_person_times",
                "relief_subsidy:festival_visit_household_times",
                "disability_subsidy:disability_living_person_times",
                "disability_subsidy:disability_nursing_person_times",
            ),
        ),
        Figure(
            "batch.recipients",
            "发放人数",
            "Different people paid",
            "人",
            "distinct",
            "期间内领到发放且没有退回的不同的人，同一人只计一次",
            "Different people paid in the period whose payment did not come back, each counted once",
            ("source", "programme"),
            rows="batch.payments",
            sources=(
                "dibao:dibao_persons",
                "tekun:tekun_persons",
                "orphan_allowance:orphan_and_defacto_persons",
                "elder_allowance:poor_aged_disabled_subsidy_persons",
                "social_org_party:festival_visit_persons",
            ),
        ),
    )

    status: str = "drawn_up"
    approvers: tuple[str, ...] = ()
    bank_reference: str | None = None
    held: frozenset[str] = frozenset()
    away: frozenset[str] = frozenset()
    held_fen = paid_fen = returned_fen = 0
    drawn_hands: frozenset[str] = frozenset()
    """Everybody who drew the list up or corrected it."""
    listed: tuple[tuple[Line, ...], ...] = ()
    by_person: Mapping[str, Line] | None = None
    fund_due: str | None = None
    matches: frozenset[matching.Match] = frozenset()
    """What was found by comparison."""
    cleared: frozenset[matching.Match] = frozenset()
    """What somebody has looked into since."""

    @property
    def line_of(self) -> Mapping[str, Line]:
        """Who gets what; worked out once, when all lots of the list are there."""
        if self.by_person is None:
            self.by_person = {line.person: line for lot in self.listed for line in lot}
        return self.by_person

    @property
    def payable_fen(self) -> int:
        """The sum of the list without those held back."""
        return self.total_fen - self.held_fen

    @property
    def needed(self) -> int:
        """How many approvers the batch needs."""
        return 2 if self.total_fen > self.second_above_fen else 1

    @property
    def approved_by(self) -> str | None:
        """Who approved it."""
        return ", ".join(self.approvers) or None

    def due_to(self, person: str) -> int:
        """What the list gives a person; nothing to somebody who does not stand on it."""
        line = self.line_of.get(person)
        return 0 if line is None else line.amount_fen

    def became(self, person: str) -> str:
        """What has become of a line: `cancelled`, `returned`, `held`, `paid` or `waiting` (code list `line_states`)."""
        if self.status == "cancelled":
            return "cancelled"
        off = "returned" if person in self.away else "held" if person in self.held else None
        return off or ("paid" if self.status == "paid" else "waiting")

    def pays(self, person: str) -> bool:
        """Whether the batch gives a person money, or is going to: on the list, not held back, not come back."""
        listed = self.status != "cancelled" and person in self.line_of
        return listed and person not in self.held and person not in self.away

    def has(self, person: str) -> bool:
        """Whether a person was paid and has the money."""
        return self.status == "paid" and self.pays(person)

    def findings(self) -> Iterable[Breach]:
        """Money of one purpose is spent on another; people are on the list who should perhaps not be paid."""
        if self.programme != self.fund_programme:
            yield Breach("batch.programme_differs", OTHER_PROGRAMME, "warn")
        if self.fund_due is not None and self.drawn_on.isoformat() > self.fund_due[:10]:
            yield Breach("batch.fund_expired", FUND_EXPIRED, "warn")
        yield from matching.findings(self)

    def payment(self, day: date, line: Line, times: int) -> Iterable[Row]:
        """One payment to a person, or its return, with the money: counted where the fund lies, by pseudonym."""
        member, place = line.member or line.person, {"facility": self.facility}
        if not self.facility:
            place = {"region": self.region}
        dims = ("source", self.source), ("programme", self.programme)
        month = ("period", self.period)  # no dimension that is asked for: by it the same month paid twice is found
        yield Row("batch.payments", day, times, member, **place, dims=(*dims, month))
        figure = "fund.paid" if times > 0 else "fund.returned"
        yield Row(figure, day, line.amount_fen, member, **place, dims=dims)

    class DrawnUp(Event):
        """Draw up the list of those who are to be paid for a month, and how much each."""

        topic = "batch.drawn_up"
        label = "编制发放批次"
        label_en = "Batch drawn up"
        command = "batch.draw_up"
        command_en = "Draw up a batch"
        by = PAYING
        creates = True
        sentence = (
            "编制{period}{programme}发放批次：{persons} 人，{total_fen} 元",
            "Batch drawn up for {programme}, {period}: {persons} people, {total_fen} yuan",
        )

        fund: Annotated[str, Field("资金", ref="fund")]
        programme: Annotated[str, Field("用途", choices="programmes")]
        period: Annotated[str, PERIOD]
        lines: Annotated[tuple[Line, ...], Field("名单", en="List")]
        persons: Annotated[int, Field("人数", unit="人", filled=True)]
        total_fen: Annotated[int, Field("名单金额", en="Total", unit="元", filled=True)]
        source: Annotated[str, Field("资金来源", choices="fund_sources", filled=True)]
        fund_programme: Annotated[str, Field("资金的用途", choices="programmes", filled=True)]
        region: Annotated[str, Field("区域", ref="region", filled=True)]
        facility: Annotated[str | None, Field("机构", ref="facility", filled=True)] = None
        fund_due: Annotated[str | None, Field("资金用完期限", en="Fund used up by", moment=True, filled=True)] = None
        second_above_fen: Annotated[int, SECOND_ABOVE] = 50_000_000  # by which batches were judged that did not keep it

        @classmethod
        def said(cls, events: Sequence[Event]) -> Mapping[str, Any]:
            """The whole list again, as it was typed: without pseudonyms, and in one piece."""
            lots = (e.lines for e in events if isinstance(e, Batch.DrawnUp | Batch.LinesAdded))
            lines = tuple(Line(line.person, line.amount_fen) for lot in lots for line in lot)
            return {**vars(events[0]), "lines": lines}

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """The first lot of the list, then the others, then what the list shows beside deaths, other lists and stays."""
            if case.corrected is not None:
                standing = case.work.track(case.stream).standing
                approved = any(isinstance(event, Batch.Approved) for event in standing)
                unchanged_once_approved(said, cls.said(case.corrected.events), approved)
            fund = fund_at(case, said["fund"])
            lines = listed(said, case, fund)
            limit = case.reference.rules.param(APPROVED_TWICE.rule, "above_fen", case.occurred_on)
            first, *others = chunks(lines)
            yield (
                case.stream,
                cls,
                {
                    **said,
                    "lines": first,
                    "persons": len(lines),
                    "total_fen": sum(line.amount_fen for line in lines),
                    "source": fund.source,
                    "fund_programme": fund.programme,
                    "region": fund.region,
                    "facility": fund.facility,
                    "fund_due": fund.due_at,
                    "second_above_fen": limit,
                },
            )
            for lot in others:
                yield case.stream, Batch.LinesAdded, {"lines": lot}
            yield from matching.of_list(said, case)

        def apply(self, state: Batch) -> None:
            """A list that waits for approval."""
            state.fund, state.programme, state.period = self.fund, self.programme, self.period
            state.source, state.fund_programme, state.fund_due = self.source, self.fund_programme, self.fund_due
            state.region, state.facility = self.region, self.facility
            state.drawn_by, state.drawn_hands, state.drawn_on = self.author[0], self.hands, self.day
            state.lines, state.total_fen, state.listed = self.persons, self.total_fen, (self.lines,)
            state.second_above_fen = self.second_above_fen

    class LinesAdded(Event):
        """A further lot of the list; follows from drawing it up."""

        topic = "batch.lines_added"
        label = "批次名单（续）"
        label_en = "More of the list"
        sentence = ("名单续：{lines}", "More of the list: {lines}")
        lines: Annotated[tuple[Line, ...], Field("名单", en="List", filled=True)]

        def apply(self, state: Batch) -> None:
            """So many more; the sums are known from the beginning."""
            state.listed, state.by_person = (*state.listed, self.lines), None

    Matched, MatchCleared = matching.Matched, matching.MatchCleared

    class LineHeld(Event):
        """Hold one person of the list back from payment."""

        topic = "batch.line_held"
        label = "暂缓发放"
        label_en = "Held back"
        command = "batch.hold_line"
        command_en = "Hold somebody back"
        by = PAYING | DECIDING
        checks = (NOT_CANCELLED, NOT_PAID, LISTED, NOT_HELD)
        sentence = ("名单上一人暂缓发放", "One person held back")
        person: Annotated[str, PERSON]
        reason: Annotated[str, REASON]

        def apply(self, state: Batch) -> None:
            """Not paid with the others."""
            state.held |= {self.person}
            state.held_fen += state.due_to(self.person)

    class LineReleased(Event):
        """Let somebody who was held back be paid after all."""

        topic = "batch.line_released"
        label = "解除暂缓"
        label_en = "Released"
        command = "batch.release_line"
        command_en = "Release somebody"
        by = PAYING | DECIDING
        checks = (NOT_CANCELLED, NOT_PAID, HELD, RELEASED_BEFORE_APPROVAL)
        sentence = ("名单上一人解除暂缓", "One person released")
        person: Annotated[str, PERSON]

        def apply(self, state: Batch) -> None:
            """Paid with the others."""
            state.held -= {self.person}
            state.held_fen -= state.due_to(self.person)

    class Approved(Event):
        """Approve the batch; above a sum a second person does so too."""

        topic = "batch.approved"
        label = "审批批次"
        label_en = "Batch approved"
        command = "batch.approve"
        by = DECIDING
        checks = (NOT_CANCELLED, NOT_PAID, ANOTHER_HAND, APPROVAL_WANTED)
        sentence = ("审批通过", "Approved")

        def apply(self, state: Batch) -> None:
            """One approver more."""
            state.approvers = (*state.approvers, self.author[0])
            if len(state.approvers) >= state.needed:
                state.status = "approved"

    class Paid(Event):
        """Record that the bank has paid everybody who is not held back."""

        topic = "batch.paid"
        label = "发放"
        label_en = "Batch paid"
        command = "batch.pay"
        by = PAYING
        checks = (NOT_CANCELLED, NOT_PAID, APPROVED, APPROVED_TWICE, SAME_SUM)
        sentence = (
            "发放 {amount_fen} 元，银行流水号 {bank_reference}",
            "{amount_fen} yuan paid, bank reference {bank_reference}",
        )
        bank_reference: Annotated[str, Field("银行流水号", en="Bank reference")]
        amount_fen: Annotated[int, LINE_FEN]

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """The payment, and the guard in the stream of the fund."""
            batch = payable(case)
            yield case.stream, cls, {**said, "amount_fen": batch.payable_fen}
            yield batch.fund, Fund.Spent, {"batch": case.stream, "amount_fen": batch.payable_fen}

        def apply(self, state: Batch) -> None:
            """The money is with the persons."""
            state.status, state.bank_reference, state.paid_fen = "paid", self.bank_reference, self.amount_fen

        def rows(self, state: Batch | None) -> Iterable[Row]:
            """A payment to each of them."""
            if state is not None:
                for lot in state.listed:
                    for line in lot:
                        if line.person not in state.held:
                            yield from state.payment(self.day, line, 1)

    class LineReturned(Event):
        """Record that a payment came back, as from a closed account."""

        topic = "batch.line_returned"
        label = "发放退回"
        label_en = "Payment returned"
        command = "batch.return_line"
        command_en = "Record a returned payment"
        by = PAYING
        checks = (WAS_PAID,)
        sentence = ("一人的发放退回 {amount_fen} 元", "A payment of {amount_fen} yuan came back")
        person: Annotated[str, PERSON]
        reason: Annotated[str, REASON]
        amount_fen: Annotated[int, LINE_FEN]

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """The return, and the guard in the stream of the fund."""
            batch, line = line_at(case, said["person"])
            yield case.stream, cls, {**said, "amount_fen": line.amount_fen}
            yield batch.fund, Fund.Refunded, {"batch": case.stream, "amount_fen": line.amount_fen}

        def apply(self, state: Batch) -> None:
            """The person has no money."""
            state.away |= {self.person}
            state.returned_fen += self.amount_fen

        def rows(self, state: Batch | None) -> Iterable[Row]:
            """A payment less."""
            if state is not None and self.person in state.line_of:
                yield from state.payment(self.day, state.line_of[self.person], -1)

    class LineReissued(Event):
        """Pay again what came back."""

        topic = "batch.line_reissued"
        label = "重新发放"
        label_en = "Paid again"
        command = "batch.reissue_line"
        command_en = "Pay somebody again"
        by = PAYING
        checks = (CAME_BACK,)
        sentence = ("重新发放一人 {amount_fen} 元", "A payment of {amount_fen} yuan made again")
        person: Annotated[str, PERSON]
        amount_fen: Annotated[int, LINE_FEN]

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """The payment, and the guard in the stream of the fund."""
            batch, line = line_at(case, said["person"])
            yield case.stream, cls, {**said, "amount_fen": line.amount_fen}
            yield batch.fund, Fund.Spent, {"batch": case.stream, "amount_fen": line.amount_fen}

        def apply(self, state: Batch) -> None:
            """The person has the money."""
            state.away -= {self.person}
            state.paid_fen += self.amount_fen

        def rows(self, state: Batch | None) -> Iterable[Row]:
            """A payment more."""
            if state is not None and self.person in state.line_of:
                yield from state.payment(self.day, state.line_of[self.person], 1)

    class Cancelled(Event):
        """Give the batch up before it is paid."""

        topic = "batch.cancelled"
        label = "作废批次"
        label_en = "Batch cancelled"
        command = "batch.cancel"
        by = PAYING | DECIDING
        checks = (NOT_CANCELLED, NOT_PAID)
        sentence = ("批次作废", "Batch cancelled")

        def apply(self, state: Batch) -> None:
            """Nobody is paid by it."""
            state.status = "cancelled"
