"""代销网点 — a lottery outlet as an agent: its contracts, terminals and violations. What it sells stands in `lottery_sales`.

Where it lies, and whether it is open, is the facility's own history; one facility has one such stream.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Any, NamedTuple

from domain.facility_rules import standing
from domain.figures import FACILITY_DIMENSIONS, Figure
from domain.model import Aggregate, Breach, Duty, Event, Field, Post, Refused, Row, business_key
from domain.outlet_rules import (
    AFTER_THE_LAST,
    CONTRACTED,
    IN_FORCE,
    KNOWN_VIOLATION,
    NEW_TERMINAL,
    NOT_CORRECTED,
    OUTLET_FIXED,
    RULE_OF,
    UNTIL_BEFORE,
    UNUSUAL_FINE,
    WORDS_OF,
)
from domain.streams import derived
from domain.values import Month

REGULATORS = frozenset({Post.REGULATOR})
INSPECTING = frozenset({Post.REGULATOR, Post.INSPECTOR})
ONE_DAY = timedelta(days=1)
NUMBER = Field("违规编号", en="Violation", unit="号", minimum=1)


class Term(NamedTuple):
    """The days of one contract, both included."""

    since: date
    until: date


@dataclass(frozen=True)
class Violation:
    """One violation as the outlet's stream knows it; moments are business keys."""

    number: int
    kind: str
    deadline: date | None = None
    corrected_at: str | None = None


def outlet_of(facility: str) -> str:
    """The stream of a facility as an outlet: one for each, so that it is contracted once."""
    return derived("outlet", facility)


class Outlet(Aggregate):
    """代销网点 — by which contract it sells, with which terminals, and what was found wrong."""

    name = "outlet"
    label = "代销网点"
    sheet = "outlets"
    columns = {
        "facility": Field("网点", en="Outlet", ref="facility"),
        "contract_no": Field("合同编号", en="Contract number"),
        "first_day": Field("合同起期", en="From"),
        "last_day": Field("合同止期", en="Until"),
        "fee_bp": Field("代销费率", en="Fee", unit="基点"),
        "deposit_fen": Field("押金", en="Deposit", unit="元"),
        "terminal_count": Field("终端", en="Terminals", unit="台"),
        "open_violations": Field("未整改违规", en="Open violations", unit="起"),
        "status": Field("状态", choices="outlet_statuses"),
        "ended_on": Field("终止日期", en="Ended on"),
    }
    statuses = {
        "contracted": ("已签约", "Contracted"),
        "selling": ("在售", "Selling"),
        "rectifying": ("整改中", "Putting right"),
        "ended": ("合同已终止", "Contract ended"),
    }
    figures = (
        Figure(
            "outlet.contracted",
            "有代销合同的网点数",
            "Outlets under contract",
            "家",
            "stock",
            "当日日终代销合同有效的网点；终止当天不计",
            "Outlets whose agency contract is in force at the end of the day; not on the day it is ended",
            FACILITY_DIMENSIONS,
        ),
        Figure(
            "outlet.violations",
            "代销违规数",
            "Violations found",
            "起",
            "flow",
            "期间内查出的代销违规",
            "Violations by outlets found in the period",
            (*FACILITY_DIMENSIONS, "violation"),
        ),
        Figure(
            "outlet.corrected",
            "代销违规整改数",
            "Violations put right",
            "起",
            "flow",
            "期间内完成整改的代销违规",
            "Violations by outlets put right in the period",
            (*FACILITY_DIMENSIONS, "violation"),
        ),
        Figure(
            "outlet.rectified",
            "整治违规代销网点数",
            "Outlets that put a violation right",
            "家",
            "distinct",
            "期间内至少完成一起违规整改的不同的网点",
            "Different outlets that put at least one violation right in the period",
            (*FACILITY_DIMENSIONS, "violation"),
            rows="outlet.corrected",
            sources=("lottery_outlet:lottery_outlets_rectified",),
        ),
        Figure(
            "outlet.fined",
            "代销违规罚款",
            "Fines of outlets",
            "元",
            "flow",
            "期间内决定的代销违规罚款之和",
            "Sum of the fines decided in the period",
            (*FACILITY_DIMENSIONS, "violation"),
            places=2,
        ),
    )

    terms: tuple[Term, ...] = ()
    terminals: frozenset[str] = frozenset()
    violations: tuple[Violation, ...] = ()
    unusual_fines: frozenset[int] = frozenset()
    ended_on: date | None = None

    @property
    def terminal_count(self) -> int:
        """How many terminals stand there."""
        return len(self.terminals)

    @property
    def open_violations(self) -> int:
        """How many violations are not put right."""
        return sum(one.corrected_at is None for one in self.violations)

    @property
    def status(self) -> str:
        """What the entries lead to; that a contract runs out is asked of its last day, not stored."""
        if self.ended_on is not None:
            return "ended"
        if any(one.deadline and one.corrected_at is None for one in self.violations):
            return "rectifying"
        return "selling" if self.terminals else "contracted"

    def covers(self, month: Month) -> bool:
        """Whether a contract was in force on any day of a month."""
        return any(term.since <= month.last and month.first <= term.until for term in self.terms)

    def violation(self, number: int) -> Violation | None:
        """A violation by its number."""
        return next((one for one in self.violations if one.number == number), None)

    def changed(self, number: int, **to: Any) -> tuple[Violation, ...]:
        """The violations, one of them changed."""
        return tuple(replace(one, **to) if one.number == number else one for one in self.violations)

    def findings(self) -> Iterable[Breach]:
        """Violations that are not put right, by the rule they break; fines the law does not know."""
        open_kinds = {one.kind for one in self.violations if one.corrected_at is None}
        for rule in sorted({RULE_OF.get(kind, "outlet.violation_open") for kind in open_kinds}):
            yield Breach(rule, WORDS_OF[rule])
        if self.unusual_fines:
            yield Breach("LT-09", UNUSUAL_FINE, "warn")

    def duties(self) -> Iterable[Duty]:
        """What an outlet was ordered to put right."""
        for one in self.violations:
            if one.deadline is not None:
                due = business_key(one.deadline, None, opens=False)
                yield Duty("outlet.correction", due, one.corrected_at, str(one.number))

    def row(self, figure: str, day: date, amount: int, *kinds: str, opening: bool = False) -> Row:
        """A row of this outlet, by the kind of violation if it is about one."""
        dims = tuple(("violation", kind) for kind in kinds)
        return Row(figure, day, amount, self.id, facility=self.facility, dims=dims, opening=opening)

    def in_force(self, term: Term) -> Iterable[Row]:
        """The rows of the stock for a contract: it begins, and runs out by itself."""
        yield self.row("outlet.contracted", term.since, 1, opening=True)
        yield self.row("outlet.contracted", term.until + ONE_DAY, -1)

    class Contracted(Event):
        """Enter the agency contract of an outlet (LT-07, LT-10)."""

        topic = "outlet.contracted"
        label = "签订代销合同"
        label_en = "Agency contract"
        command = "outlet.contract"
        command_en = "Enter an agency contract"
        by = REGULATORS
        creates = opens = True
        sentence = ("签订代销合同 {contract_no}，{since}至{until}", "Contract {contract_no}, {since} to {until}")

        facility: Annotated[str, Field("网点", ref="facility")]
        contract_no: Annotated[str, Field("合同编号", en="Contract number")]
        fee_bp: Annotated[int, Field("代销费率", en="Fee", unit="基点", hint_zh="8% 为 800", hint_en="8 % is 800")]
        deposit_fen: Annotated[int, Field("押金", en="Deposit", unit="元")]
        since: Annotated[date, Field("合同起期", en="From")]
        until: Annotated[date, Field("合同止期", en="Until")]
        region: Annotated[str | None, Field("区域", ref="region", filled=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event in the one stream of this facility."""
            region, stream = standing(case, said["facility"], "outlet").region, outlet_of(said["facility"])
            if case.corrected is not None and stream != case.stream:
                raise Refused("entry.target_fixed", OUTLET_FIXED, "facility")
            if case.corrected is None and case.exists(stream):
                raise Refused("outlet.contracted_already", CONTRACTED, "facility", stream)
            yield stream, cls, {**_term(said), "region": region}

        def apply(self, state: Outlet) -> None:
            """The outlet may sell."""
            state.facility, state.region = self.facility, self.region
            _contract(state, self)

        def rows(self, state: None) -> Iterable[Row]:
            """One more under contract, from its first day to its last."""
            outlet = Outlet(self.originator_id)
            outlet.facility = self.facility
            yield from outlet.in_force(Term(self.since, self.until))

    class ContractRenewed(Event):
        """Enter the contract that follows, after the last one ran out or was ended."""

        topic = "outlet.contract_renewed"
        label = "续签代销合同"
        label_en = "Contract renewed"
        command = "outlet.renew_contract"
        by = REGULATORS
        checks = (AFTER_THE_LAST,)
        sentence = ("续签代销合同 {contract_no}，{since}至{until}", "Contract {contract_no}, {since} to {until}")
        contract_no: Annotated[str, Field("合同编号", en="Contract number")]
        fee_bp: Annotated[int, Field("代销费率", en="Fee", unit="基点", hint_zh="8% 为 800", hint_en="8 % is 800")]
        deposit_fen: Annotated[int, Field("押金", en="Deposit", unit="元")]
        since: Annotated[date, Field("合同起期", en="From")]
        until: Annotated[date, Field("合同止期", en="Until")]

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event."""
            yield case.stream, cls, _term(said)

        def apply(self, state: Outlet) -> None:
            """The outlet may sell on, or again."""
            _contract(state, self)
            state.ended_on = None

        def rows(self, state: Outlet | None) -> Iterable[Row]:
            """Under contract from its first day to its last."""
            if state is not None:
                yield from state.in_force(Term(self.since, self.until))

    class TerminalInstalled(Event):
        """Record a terminal that the sales institution has put up; it stays the institution's."""

        topic = "outlet.terminal_installed"
        label = "安装终端"
        command = "outlet.install_terminal"
        by = REGULATORS
        checks = (NEW_TERMINAL,)
        sentence = ("安装终端 {terminal_no}", "Terminal {terminal_no} installed")
        terminal_no: Annotated[str, Field("终端编号", en="Terminal number")]

        def apply(self, state: Outlet) -> None:
            """One terminal more."""
            state.terminals = state.terminals | {self.terminal_no}

    class ViolationFound(Event):
        """Record a violation found at the outlet; it gets a number of its own (LT-08, LT-09)."""

        topic = "outlet.violation_found"
        label = "查出违规"
        label_en = "Violation found"
        command = "outlet.find_violation"
        command_en = "Record a violation"
        by = INSPECTING
        sentence = ("查出违规 {number} 号：{kind}", "Violation {number}: {kind}")
        kind: Annotated[str, Field("违规情形", en="Kind of violation", choices="outlet_violations")]
        details: Annotated[str | None, Field("情况", private="self", long=True)] = None
        number: Annotated[int, Field("违规编号", en="Violation", unit="号", filled=True)] = 0

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event; a correction keeps the number by which others name it."""
            taken = [one.number for one in case.whole(case.stream).violations]
            number = case.corrected.event.number if case.corrected else max(taken, default=0) + 1
            yield case.stream, cls, {**said, "number": number}

        def apply(self, state: Outlet) -> None:
            """One violation more."""
            state.violations = (*state.violations, Violation(self.number, self.kind))

        def rows(self, state: Outlet | None) -> Iterable[Row]:
            """One violation found."""
            if state is not None:
                yield state.row("outlet.violations", self.day, 1, self.kind, opening=True)

    class CorrectionOrdered(Event):
        """Order a violation to be put right by a day."""

        topic = "outlet.correction_ordered"
        label = "责令改正"
        label_en = "Correction ordered"
        command = "outlet.order_correction"
        by = INSPECTING
        checks = (KNOWN_VIOLATION, NOT_CORRECTED)
        sentence = ("责令改正违规 {number} 号，期限 {deadline}", "Violation {number} to be put right by {deadline}")
        number: Annotated[int, NUMBER]
        deadline: Annotated[date, Field("整改期限", en="Deadline")]

        def apply(self, state: Outlet) -> None:
            """A clock runs; a later order sets it anew."""
            state.violations = state.changed(self.number, deadline=self.deadline)

    class Fined(Event):
        """Record a fine for a violation (LT-09)."""

        topic = "outlet.fined"
        label = "罚款"
        label_en = "Fined"
        command = "outlet.fine"
        by = REGULATORS
        checks = (KNOWN_VIOLATION,)
        sentence = (
            "违规 {number} 号罚款，决定书 {decision_no}",
            "Fined for violation {number}, decision {decision_no}",
        )
        number: Annotated[int, NUMBER]
        amount_fen: Annotated[int, Field("罚款", en="Fine", unit="元", minimum=1)]
        decision_no: Annotated[str | None, Field("处罚决定书文号", en="Number of the decision")] = None
        # the defaults are the range by which fines were judged that did not keep it
        least_fen: Annotated[int, Field("罚款下限", en="Least fine", unit="元", filled=True)] = 200_000
        most_fen: Annotated[int, Field("罚款上限", en="Most fine", unit="元", filled=True)] = 1_000_000

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event, with the range that the law allowed on that day."""
            param, day = case.reference.rules.param, case.occurred_on
            yield case.stream, cls, {**said, **{end: param("LT-09", end, day) for end in ("least_fen", "most_fen")}}

        def apply(self, state: Outlet) -> None:
            """Only a fine outside the law's range is remembered."""
            if not self.least_fen <= self.amount_fen <= self.most_fen:
                state.unusual_fines = state.unusual_fines | {self.number}

        def rows(self, state: Outlet | None) -> Iterable[Row]:
            """So many yuan."""
            found = state and state.violation(self.number)
            if found:
                yield state.row("outlet.fined", self.day, self.amount_fen, found.kind)

    class Corrected(Event):
        """Record, after looking again, that a violation was put right."""

        topic = "outlet.corrected"
        label = "整改完成"
        label_en = "Violation put right"
        command = "outlet.correct"
        command_en = "Record a correction of a violation"
        by = INSPECTING
        checks = (KNOWN_VIOLATION, NOT_CORRECTED)
        sentence = ("违规 {number} 号整改完成", "Violation {number} put right")
        number: Annotated[int, NUMBER]

        def apply(self, state: Outlet) -> None:
            """Put right."""
            state.violations = state.changed(self.number, corrected_at=self.at)

        def rows(self, state: Outlet | None) -> Iterable[Row]:
            """One violation put right."""
            found = state and state.violation(self.number)
            if found and found.corrected_at is None:
                yield state.row("outlet.corrected", self.day, 1, found.kind, opening=True)

    class ContractEnded(Event):
        """End the agency before its contract runs out; a renewal that was signed already falls with it."""

        topic = "outlet.contract_ended"
        label = "终止代销合同"
        label_en = "Contract ended"
        command = "outlet.end_contract"
        by = REGULATORS
        checks = (IN_FORCE,)
        sentence = ("终止代销合同：{reason}", "Contract ended: {reason}")
        reason: Annotated[str, Field("原因", choices="contract_end_reasons")]

        def apply(self, state: Outlet) -> None:
            """No contract from this day on; terminals go back to the institution."""
            state.terms = tuple(
                Term(since, min(until, self.day - ONE_DAY)) for since, until in state.terms if since < self.day
            )
            state.ended_on, state.terminals = self.day, frozenset()

        def rows(self, state: Outlet | None) -> Iterable[Row]:
            """Not under contract from this day to the days on which contracts would have run out."""
            for since, until in state.terms if state is not None else ():
                if self.day <= until:
                    yield state.row("outlet.contracted", max(since, self.day), -1)
                    yield state.row("outlet.contracted", until + ONE_DAY, 1)


def _term(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a contract says. Raises Refused when it ends before it begins."""
    if said["until"] < said["since"]:
        raise Refused("field.invalid", UNTIL_BEFORE, "until")
    return dict(said)


def _contract(outlet: Outlet, event: Any) -> None:
    """The terms that hold from a contract on."""
    outlet.contract_no, outlet.fee_bp, outlet.deposit_fen = event.contract_no, event.fee_bp, event.deposit_fen
    outlet.first_day, outlet.last_day = event.since, event.until
    outlet.terms = (*outlet.terms, Term(event.since, event.until))
