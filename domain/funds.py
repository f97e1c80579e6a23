"""资金指标 — money that one document gives to one place for one purpose: allotted on, paid out, until nothing is left.

Every allotment makes a fund of its own; a guard in the stream of the fund that gives it keeps what is below from ever
being more than what is above, at any moment of business time (BP-02).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any

from domain.fund_rules import (
    DOCUMENT,
    DOCUMENT_NO,
    ELSEWHERE,
    ENOUGH,
    FIGURES,
    INHERITED,
    LATER_YEAR,
    MONEY,
    NOT_MORE_THAN_GIVEN,
    REASON,
    STRANGE_DOCUMENT_NO,
    TREASURY,
    WAS_GIVEN,
    budget_year,
    document_no,
    giver,
    heirs,
    receiver,
    two_years,
)
from domain.model import Aggregate, Breach, Duty, Event, Field, Row


class Fund(Aggregate):
    """资金指标 — from which purse, for what, of which year, where it lies and what became of it."""

    name = "fund"
    label = "资金指标"
    sheet = "funds"
    columns = {
        "source": Field("资金来源", choices="fund_sources"),
        "programme": Field("用途", choices="programmes"),
        "year": Field("年度", unit="年"),
        "region": Field("区域", ref="region"),
        "facility": Field("机构", ref="facility"),
        "amount_fen": Field("指标金额", en="Amount", unit="元"),
        "received_fen": Field("到账", en="Received", unit="元"),
        "allotted_fen": Field("下达", en="Allotted", unit="元"),
        "paid_fen": Field("发放", en="Paid", unit="元"),
        "returned_fen": Field("退回", en="Returned", unit="元"),
        "withdrawn_fen": Field("收回", en="Withdrawn", unit="元"),
        "lapsed_fen": Field("上缴结余", en="Lapsed", unit="元"),
        "balance_fen": Field("结余", en="Balance", unit="元"),
        "document_no": Field("文号", en="Document number"),
        "parent": Field("上级资金", en="Comes from", ref="fund"),
    }
    figures = FIGURES

    parent: str | None = None
    outside: bool = False
    received_fen: int = 0
    given: Mapping[str, int] = MappingProxyType({})
    paid_fen: int = 0
    returned_fen: int = 0
    withdrawn_fen: int = 0
    lapsed_fen: int = 0
    carried_to: int | None = None
    emptied_at: str | None = None

    @property
    def allotted_fen(self) -> int:
        """What was given on and not taken back."""
        return sum(self.given.values())

    @property
    def balance_fen(self) -> int:
        """What is left: never below nought, since everything that takes from it is checked against it."""
        gone = self.allotted_fen + self.paid_fen + self.withdrawn_fen + self.lapsed_fen
        return self.amount_fen + self.returned_fen - gone

    @property
    def dims(self) -> tuple[tuple[str, str], ...]:
        """What figures of money are broken down by."""
        return ("source", self.source), ("programme", self.programme)

    def row(self, figure: str, day: date, amount: int) -> Row:
        """A row at the facility that holds the fund, or else in its region."""
        region = None if self.facility else self.region
        return Row(figure, day, amount, self.id, facility=self.facility, region=region, dims=self.dims)

    def settle(self, at: str) -> None:
        """Note since when nothing is left."""
        self.emptied_at = (self.emptied_at or at) if self.balance_fen == 0 else None

    def findings(self) -> Iterable[Breach]:
        """A strange document number, and money given to a place that does not belong to the giver: both may be true."""
        if not DOCUMENT_NO.fullmatch(self.document_no):
            yield Breach("fund.document_no", STRANGE_DOCUMENT_NO, "warn")
        if self.outside:
            yield Breach("fund.outside_region", ELSEWHERE, "warn")

    def duties(self) -> Iterable[Duty]:
        """BP-03: money is used up within two years, or becomes the treasury's."""
        yield Duty("fund.two_year", self.due_at, self.emptied_at)

    class Appropriated(Event):
        """Record the money that a treasury or a donor gives for a purpose."""

        topic = "fund.appropriated"
        label = "登记拨入资金"
        label_en = "Money appropriated"
        command = "fund.appropriate"
        command_en = "Record an appropriation"
        by = TREASURY
        creates = opens = True
        checks = (NOT_MORE_THAN_GIVEN,)
        sentence = (
            "拨入{source} {amount_fen} 元，用于{programme}（{year} 年，{document_no}）",
            "{amount_fen} yuan appropriated ({source}) for {programme}, {year}, {document_no}",
        )

        source: Annotated[str, Field("资金来源", choices="fund_sources")]
        programme: Annotated[str, Field("用途", choices="programmes")]
        year: Annotated[int, Field("年度", unit="年", minimum=1949)]
        document_no: Annotated[str, DOCUMENT]
        region: Annotated[str, Field("区域", ref="region")]
        amount_fen: Annotated[int, MONEY]
        expected_fen: Annotated[int | None, Field("预计金额", en="Expected", unit="元", minimum=0)] = None
        received_fen: Annotated[int | None, Field("已到账", en="Received already", unit="元", minimum=0)] = None
        due_at: Annotated[str | None, Field("应用完时限", en="To be used up by", moment=True, filled=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event; the brackets of the document number are put right."""
            due_at = two_years(case, budget_year(said["year"]))
            yield case.stream, cls, {**said, "document_no": document_no(said["document_no"]), "due_at": due_at}

        def apply(self, state: Fund) -> None:
            """All of it is there to be used."""
            _begin(state, self)
            state.region, state.received_fen = self.region, self.received_fen or 0

        def copied_by(self, before: Fund.Appropriated, work: Any) -> Iterable[tuple[Event, dict[str, Any]]]:
            """All that came of it says whose money it is and what for."""
            return heirs(self, before, work, {"region": self.region})

        def rows(self, state: None) -> Iterable[Row]:
            """Money came in, and is there; what arrived already is received."""
            fund = Fund(self.originator_id)
            self.apply(fund)
            yield fund.row("fund.appropriated", self.day, self.amount_fen)
            yield fund.row("fund.balance", self.day, self.amount_fen)
            if fund.received_fen:
                yield fund.row("fund.received", self.day, fund.received_fen)

    class Allotted(Event):
        """Give a part of a fund to a region or a facility, where it is a fund of its own."""

        topic = "fund.allotted"
        label = "下达资金"
        label_en = "Money allotted"
        command = "fund.allot"
        command_en = "Allot money"
        by = TREASURY
        creates = True
        sentence = (
            "下达 {amount_fen} 元，用于{programme}（{document_no}）",
            "{amount_fen} yuan allotted for {programme}, {document_no}",
        )

        fund: Annotated[str, Field("上级资金", en="Comes from", ref="fund")]
        amount_fen: Annotated[int, MONEY]
        document_no: Annotated[str, DOCUMENT]
        to_region: Annotated[str | None, Field("接收区域", en="To region", ref="region")] = None
        to_facility: Annotated[str | None, Field("接收机构", en="To facility", ref="facility")] = None
        source: Annotated[str, Field("资金来源", choices="fund_sources", filled=True)]
        programme: Annotated[str, Field("用途", choices="programmes", filled=True)]
        year: Annotated[int, Field("年度", unit="年", filled=True)]
        region: Annotated[str, Field("区域", ref="region", filled=True)]
        outside: Annotated[bool, Field("不在上级区域内", en="Outside the giver's region", filled=True)] = False
        due_at: Annotated[str | None, Field("应用完时限", en="To be used up by", moment=True, filled=True)] = None

        @property
        def facility(self) -> str | None:
            """The facility that holds the new fund, if one does."""
            return self.to_facility

        @classmethod
        def placement(cls, stream: str, fields: Mapping[str, Any], state: Any) -> tuple[str | None, str | None]:
            """Where the money goes."""
            return fields.get("to_facility"), fields["region"]

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """The new fund, and the guard in the stream of the one that gives it."""
            parent, region = giver(case, said["fund"]), receiver(said, case)
            outside = not case.reference.regions.within(region, parent.region, case.occurred_on)
            yield (
                case.stream,
                cls,
                {
                    **said,
                    **{name: getattr(parent, name) for name in INHERITED},
                    "document_no": document_no(said["document_no"]),
                    "region": region,
                    "outside": outside,
                },
            )
            yield said["fund"], Fund.AllotmentGiven, {"to_fund": case.stream, "amount_fen": said["amount_fen"]}

        def apply(self, state: Fund) -> None:
            """A fund of its own."""
            _begin(state, self)
            state.parent, state.outside = self.fund, self.outside
            state.facility, state.region = self.facility, self.region

        def copied_by(self, before: Fund.Allotted, work: Any) -> Iterable[tuple[Event, dict[str, Any]]]:
            """All that came of it says whose money it is and what for."""
            return heirs(self, before, work, {"region": self.region, "facility": self.facility})

        def rows(self, state: None) -> Iterable[Row]:
            """Money is allotted to this place, and is there."""
            fund = Fund(self.originator_id)
            self.apply(fund)
            yield fund.row("fund.allotted", self.day, self.amount_fen)
            yield fund.row("fund.balance", self.day, self.amount_fen)

    class AllotmentGiven(Event):
        """Guards against giving away more than there is; follows from an allotment."""

        topic = "fund.allotment_given"
        label = "下达资金（拨出侧）"
        label_en = "Money given on"
        guards = True
        checks = (ENOUGH,)
        sentence = ("向下拨出 {amount_fen} 元", "{amount_fen} yuan given on")
        to_fund: Annotated[str, Field("下级资金", ref="fund", filled=True)]
        amount_fen: Annotated[int, Field("金额", en="Amount", unit="元", filled=True)]

        def apply(self, state: Fund) -> None:
            """So much less is left here."""
            state.given = {**state.given, self.to_fund: state.given.get(self.to_fund, 0) + self.amount_fen}
            state.settle(self.at)

        def rows(self, state: Fund | None) -> Iterable[Row]:
            """The money lies with the receiver from now on."""
            if state is not None:
                yield state.row("fund.balance", self.day, -self.amount_fen)

    class AllotmentTakenBack(Event):
        """What was given comes back; follows from a withdrawal below."""

        topic = "fund.allotment_taken_back"
        label = "收回资金（拨出侧）"
        label_en = "Money taken back"
        guards = True
        checks = (WAS_GIVEN,)
        sentence = ("从下级收回 {amount_fen} 元", "{amount_fen} yuan taken back")
        from_fund: Annotated[str, Field("下级资金", ref="fund", filled=True)]
        amount_fen: Annotated[int, Field("金额", en="Amount", unit="元", filled=True)]

        def apply(self, state: Fund) -> None:
            """It can be given again."""
            state.given = {**state.given, self.from_fund: state.given.get(self.from_fund, 0) - self.amount_fen}
            state.settle(self.at)

        def rows(self, state: Fund | None) -> Iterable[Row]:
            """The money lies here again."""
            if state is not None:
                yield state.row("fund.balance", self.day, self.amount_fen)

    class Received(Event):
        """Record that money of the fund has arrived."""

        topic = "fund.received"
        label = "资金到账"
        label_en = "Money received"
        command = "fund.receive"
        command_en = "Record money received"
        by = TREASURY
        checks = (NOT_MORE_THAN_GIVEN,)
        sentence = ("到账 {amount_fen} 元", "{amount_fen} yuan received")
        amount_fen: Annotated[int, MONEY]

        def apply(self, state: Fund) -> None:
            """So much has arrived."""
            state.received_fen += self.amount_fen

        def rows(self, state: Fund | None) -> Iterable[Row]:
            """Money arrived."""
            if state is not None:
                yield state.row("fund.received", self.day, self.amount_fen)

    class Withdrawn(Event):
        """Take back what was given and not used; it returns to the fund that it came from."""

        topic = "fund.withdrawn"
        label = "收回资金"
        label_en = "Money withdrawn"
        command = "fund.withdraw"
        command_en = "Withdraw money"
        by = TREASURY
        checks = (ENOUGH,)
        sentence = ("收回 {amount_fen} 元：{reason}", "{amount_fen} yuan withdrawn: {reason}")
        amount_fen: Annotated[int, MONEY]
        reason: Annotated[str, REASON]

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """The withdrawal and, where a fund had given the money, its return there."""
            yield case.stream, cls, dict(said)
            parent = case.whole(case.stream).parent
            if parent:
                fields = {"from_fund": case.stream, "amount_fen": said["amount_fen"]}
                yield parent, Fund.AllotmentTakenBack, fields

        def apply(self, state: Fund) -> None:
            """So much less is here."""
            state.withdrawn_fen += self.amount_fen
            state.settle(self.at)

        def rows(self, state: Fund | None) -> Iterable[Row]:
            """Withdrawn, and no longer here; what a root loses has left the whole tree."""
            if state is not None:
                yield state.row("fund.withdrawn", self.day, self.amount_fen)
                if not state.parent:
                    yield state.row("fund.withdrawn_at_root", self.day, self.amount_fen)
                yield state.row("fund.balance", self.day, -self.amount_fen)

    class CarriedOver(Event):
        """Keep unspent money for the same purpose in a later year."""

        topic = "fund.carried_over"
        label = "资金结转"
        label_en = "Money carried over"
        command = "fund.carry_over"
        command_en = "Carry money over"
        by = TREASURY
        checks = (ENOUGH, LATER_YEAR)
        sentence = ("结转 {amount_fen} 元到 {year} 年", "{amount_fen} yuan carried over into {year}")
        year: Annotated[int, Field("结转到年度", en="Into year", unit="年", minimum=1949)]
        amount_fen: Annotated[int, MONEY]

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event, into a year that can be meant."""
            budget_year(said["year"])
            yield case.stream, cls, dict(said)

        def apply(self, state: Fund) -> None:
            """It stays here, for another year; the clock of its first year runs on (BP-03)."""
            state.carried_to = self.year

        def rows(self, state: Fund | None) -> Iterable[Row]:
            """Carried over; the balance is what it was."""
            if state is not None:
                yield state.row("fund.carried_over", self.day, self.amount_fen)

    class Lapsed(Event):
        """Give unspent money back to the treasury."""

        topic = "fund.lapsed"
        label = "上缴结余资金"
        label_en = "Money lapsed"
        command = "fund.lapse"
        command_en = "Give unspent money back"
        by = TREASURY
        checks = (ENOUGH,)
        sentence = ("上缴结余 {amount_fen} 元：{reason}", "{amount_fen} yuan given back to the treasury: {reason}")
        amount_fen: Annotated[int, MONEY]
        reason: Annotated[str, REASON]

        def apply(self, state: Fund) -> None:
            """So much less is here."""
            state.lapsed_fen += self.amount_fen
            state.settle(self.at)

        def rows(self, state: Fund | None) -> Iterable[Row]:
            """Lapsed, and no longer here."""
            if state is not None:
                yield state.row("fund.lapsed", self.day, self.amount_fen)
                yield state.row("fund.balance", self.day, -self.amount_fen)

    class Spent(Event):
        """Guards against paying more than there is; follows from the payment of a batch."""

        topic = "fund.spent"
        label = "发放支出"
        label_en = "Money spent"
        guards = True
        checks = (ENOUGH,)
        sentence = ("按批次发放 {amount_fen} 元", "{amount_fen} yuan paid by a batch")
        batch: Annotated[str, Field("发放批次", ref="batch", filled=True)]
        amount_fen: Annotated[int, Field("金额", en="Amount", unit="元", filled=True)]

        def apply(self, state: Fund) -> None:
            """So much less is here."""
            state.paid_fen += self.amount_fen
            state.settle(self.at)

        def rows(self, state: Fund | None) -> Iterable[Row]:
            """No longer here; who got it is told by the rows of the batch."""
            if state is not None:
                yield state.row("fund.balance", self.day, -self.amount_fen)

    class Refunded(Event):
        """The guard's other half: what could not be paid out is here again."""

        topic = "fund.refunded"
        label = "发放退回"
        label_en = "Money refunded"
        guards = True
        sentence = ("发放退回 {amount_fen} 元", "{amount_fen} yuan of a batch came back")
        batch: Annotated[str, Field("发放批次", ref="batch", filled=True)]
        amount_fen: Annotated[int, Field("金额", en="Amount", unit="元", filled=True)]

        def apply(self, state: Fund) -> None:
            """It can be used again."""
            state.returned_fen += self.amount_fen
            state.settle(self.at)

        def rows(self, state: Fund | None) -> Iterable[Row]:
            """Here again."""
            if state is not None:
                yield state.row("fund.balance", self.day, self.amount_fen)


def _begin(state: Fund, given: Fund.Appropriated | Fund.Allotted) -> None:
    """What a fund is from its first moment, however it came about."""
    state.source, state.programme, state.year = given.source, given.programme, given.year
    state.document_no, state.amount_fen, state.due_at = given.document_no, given.amount_fen, given.due_at
