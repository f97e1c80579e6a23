"""证照 — a licence, certificate, filing, policy or contract of a facility that is valid to a day, and is renewed in time or lapses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Any

from domain.facility_rules import review_cause, standing
from domain.figures import FACILITY_DIMENSIONS, Figure
from domain.model import (
    FACILITY_POSTS,
    Aggregate,
    Breach,
    Check,
    Duty,
    Event,
    Field,
    Post,
    Refused,
    Row,
    Wording,
    business_key,
)

WITHOUT_WHICH_NO_HOME = frozenset(
    {
        "registration",
        "filing",
        "food_licence",
        "clinic_licence",
        "fire_acceptance",
        "building_appraisal",
        "special_equipment",
    }
)
"""The papers that, taken away, speak against a rating; policies and contracts are not among them."""
KEEPERS = FACILITY_POSTS | {Post.REGULATOR}
DAY = timedelta(days=1)

IN_HAND = Check(
    "paper.revoked",
    lambda paper, event: paper.status != "revoked",
    Wording("该证照已注销", "the paper was revoked", "重新登记新的证照", "record the new paper as one of its own"),
)
LATER = Check(
    "paper.not_extended",
    lambda paper, event: event.valid_to > paper.valid_to,
    Wording(
        "新的有效期没有晚于原有效期",
        "the new validity does not end later than the old one",
        "核对有效期",
        "check until when it is valid",
    ),
)
ENDS_BEFORE = Wording(
    "有效期的截止日期早于起始日期", "the validity ends before it begins", "核对两个日期", "check both days"
)
MORE_BEDS = Wording(
    "投保床位多于核定床位",
    "more beds are insured than are licensed",
    "核对投保床位和核定床位",
    "check the insured and the licensed beds",
)


class Paper(Aggregate):
    """证照 — one paper of one facility; a renewed one stays the same paper."""

    name = "paper"
    label = "证照"
    sheet = "papers"
    columns = {
        "facility": Field("机构", ref="facility"),
        "kind": Field("证照类型", choices="paper_kinds"),
        "number": Field("编号"),
        "party": Field("发证机关或对方单位", en="Issued by, or with"),
        "valid_from": Field("有效期自", en="Valid from"),
        "valid_to": Field("有效期至", en="Valid to"),
        "status": Field("状态", choices="paper_statuses"),
        "beds": Field("投保床位", en="Insured beds", unit="张"),
        "premium_fen": Field("保费", en="Premium", unit="元"),
    }
    statuses = {"in_hand": ("有效证照", "In hand"), "revoked": ("已注销", "Revoked")}
    counted_by = "paper.granted"
    figures = (
        Figure(
            "paper.granted",
            "登记证照数",
            "Papers recorded",
            "份",
            "flow",
            "期间内生效的证照，续期不另计",
            "Papers that came into force in the period; a renewal is the same paper",
            (*FACILITY_DIMENSIONS, "paper_kind"),
            unit_en="papers",
        ),
        Figure(
            "paper.valid",
            "有效证照数",
            "Papers valid",
            "份",
            "stock",
            "当日日终在有效期内、未注销的证照",
            "Papers within their validity and not revoked at the end of the day",
            (*FACILITY_DIMENSIONS, "paper_kind"),
            unit_en="papers",
        ),
        Figure(
            "paper.insured_beds",
            "责任险投保床位",
            "Beds under liability insurance",
            "张",
            "stock",
            "当日日终有效的责任险保单所投保的床位",
            "Beds insured by liability policies that are valid at the end of the day",
            FACILITY_DIMENSIONS,
        ),
    )

    status: str = "in_hand"
    beds: int | None = None
    premium_fen: int | None = None
    deadlines: tuple[tuple[str, str | None], ...] = ()
    """(until when it was valid, when it was renewed or given back), one pair for each validity."""

    def duties(self) -> Iterable[Duty]:
        """A paper is renewed, or given back, before it ends (`facility.paper_valid`)."""
        for due_at, met_at in self.deadlines:
            yield Duty("facility.paper_valid", due_at, met_at, due_at[:10])

    def settle(self, met_at: str) -> None:
        """The validity that runs has been seen to."""
        due_at, _ = self.deadlines[-1]
        self.deadlines = (*self.deadlines[:-1], (due_at, met_at))

    def run(self, valid_to: date) -> None:
        """Another validity runs."""
        self.valid_to = valid_to
        self.deadlines = (*self.deadlines, (business_key(valid_to, None, opens=False), None))

    def counts(self, day: date, amount: int) -> Iterable[Row]:
        """Rows of the stocks of papers and of insured beds."""
        yield Row("paper.valid", day, amount, self.id, facility=self.facility, dims=(("paper_kind", self.kind),))
        if self.beds:
            yield Row("paper.insured_beds", day, amount * self.beds, self.id, facility=self.facility)

    class Granted(Event):
        """Record a licence, certificate, insurance policy or contract, with its validity."""

        topic = "paper.granted"
        label = "登记证照"
        label_en = "Paper recorded"
        command = "paper.record"
        by = KEEPERS
        creates = opens = True
        sentence = ("登记{kind}，有效期至 {valid_to}", "{kind} recorded, valid to {valid_to}")

        facility: Annotated[str, Field("机构", ref="facility")]
        kind: Annotated[str, Field("证照类型", choices="paper_kinds")]
        number: Annotated[str, Field("编号")]
        valid_from: Annotated[date, Field("有效期自", en="Valid from")]
        valid_to: Annotated[date, Field("有效期至", en="Valid to")]
        party: Annotated[str | None, Field("发证机关或对方单位", en="Issued by, or with")] = None
        beds: Annotated[int | None, Field("投保床位", en="Insured beds", unit="张", minimum=0)] = None
        premium_fen: Annotated[int | None, Field("保费", en="Premium", unit="元", minimum=0)] = None
        region: Annotated[str | None, Field("区域", ref="region", filled=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event; more beds insured than licensed is noted (EC-14)."""
            home = standing(case, said["facility"])
            if said["valid_to"] < said["valid_from"]:
                raise Refused("field.invalid", ENDS_BEFORE, "valid_to")
            if home.beds is not None and (said.get("beds") or 0) > home.beds:
                case.found(Breach("EC-14", MORE_BEDS, "warn"))
            yield case.stream, cls, {**said, "region": home.region}

        def apply(self, state: Paper) -> None:
            """In hand, and running."""
            state.facility, state.region, state.kind, state.number = self.facility, self.region, self.kind, self.number
            state.valid_from, state.party = self.valid_from, self.party
            state.beds, state.premium_fen = self.beds, self.premium_fen
            state.run(self.valid_to)

        def rows(self, state: None) -> Iterable[Row]:
            """One more from its first day, one fewer behind its last."""
            paper = Paper(self.originator_id)
            self.apply(paper)
            yield Row("paper.granted", self.day, 1, paper.id, facility=self.facility, dims=(("paper_kind", self.kind),))
            yield from paper.counts(self.valid_from, 1)
            yield from paper.counts(self.valid_to + DAY, -1)

    class Renewed(Event):
        """Record that the paper is valid for longer."""

        topic = "paper.renewed"
        label = "证照续期"
        label_en = "Paper renewed"
        command = "paper.renew"
        by = KEEPERS
        checks = (IN_HAND, LATER)
        sentence = ("续期至 {valid_to}", "Renewed to {valid_to}")
        valid_to: Annotated[date, Field("新的有效期至", en="Valid to")]
        number: Annotated[str | None, Field("新编号", en="New number")] = None

        def apply(self, state: Paper) -> None:
            """The validity that ran has been seen to; another runs."""
            state.settle(self.at)
            state.run(self.valid_to)
            state.number = self.number or state.number

        def rows(self, state: Paper | None) -> Iterable[Row]:
            """Valid behind the old end, or from the renewal where that came later, up to the new end."""
            if state is not None and state.status == "in_hand":
                begin = max(state.valid_to + DAY, self.day)
                if begin <= self.valid_to:
                    yield from state.counts(begin, 1)
                    yield from state.counts(self.valid_to + DAY, -1)

    class Revoked(Event):
        """Record that the paper was given back, taken away or ended early."""

        topic = "paper.revoked"
        label = "证照注销"
        label_en = "Paper revoked"
        command = "paper.revoke"
        by = KEEPERS
        checks = (IN_HAND,)
        sentence = ("注销：{reason}", "Revoked: {reason}")
        reason: Annotated[str, Field("原因", long=True)]
        by_authority: Annotated[bool | None, Field("被吊销", en="Taken away by the authority")] = None

        def apply(self, state: Paper) -> None:
            """Not in hand any more; nobody has to renew it."""
            state.settle(self.at)
            state.status = "revoked"

        def rows(self, state: Paper | None) -> Iterable[Row]:
            """Not valid from that day on."""
            if state is not None and state.status == "in_hand" and self.day <= state.valid_to:
                yield from state.counts(max(self.day, state.valid_from), -1)
                yield from state.counts(state.valid_to + DAY, 1)
                if self.by_authority and state.kind in WITHOUT_WHICH_NO_HOME:
                    yield review_cause(state.facility, self.day, "paper_revoked", state.id)
