"""Funds and batches to begin a test with, what figures of money say, and a worked example of each of their commands."""

from __future__ import annotations

from typing import Any

from domain.accounts import OPERATOR, Actor
from domain.model import Row
from projections.folding import aggregate_of, history
from tests.scene import BAYI, Said, Scene, a_home, a_person, say

ZHAO = Actor("zhao.finance", "finance_officer", everywhere=True)
QIAN = Actor("qian.approver", "approver", everywhere=True)
SUN = Actor("sun.approver", "approver", everywhere=True)
LINZHI = "540400"
REASON = "资金调整"


def a_fund(called: str = "fund", on: str = "2024-02-01", **more: Any) -> Said:
    """A million yuan of the central lottery fund for Linzhi."""
    args = {
        "source": "central_lottery_fund",
        "programme": "elderly_care",
        "year": 2024,
        "document_no": "藏财社指〔2024〕12号",
        "region": LINZHI,
        "amount_fen": 1_000_000_00,
    }
    return Said("fund.appropriate", args | more, on, name=called)


def an_allotment(called: str = "part", on: str = "2024-02-10", **more: Any) -> Said:
    """Three hundred thousand yuan and fifty fen of it for Bayi."""
    args = {"fund": "$fund", "to_region": BAYI, "amount_fen": 300_000_50, "document_no": "林民〔2024〕3号"} | more
    return Said("fund.allot", {k: v for k, v in args.items() if v is not None}, on, name=called)


def people(*called: str) -> tuple[Said, ...]:
    """Persons without documents."""
    none = {"document_kind": "none", "document_number": None}
    return tuple(a_person(name, serial, **none) for serial, name in enumerate(called, 1))


def a_crowd(scene: Scene, number: int) -> list[str]:
    """So many persons, registered in one unit of work."""
    said = [say("person.register", "2024-01-01", name="某", document_kind="none", sex="male") for _ in range(number)]
    return [outcome.stream for outcome in scene.together(*said)]


def a_batch(
    *persons: str, called: str = "batch", on: str = "2024-03-05", by: Actor = ZHAO, fen: int = 1_234_56, **more: Any
) -> Said:
    """A list of persons who get the same, drawn up by the finance officer."""
    lines = [{"person": person, "amount_fen": fen} for person in persons]
    args = {"fund": "$part", "programme": "elderly_care", "period": "2024-03", "lines": lines}
    return Said("batch.draw_up", args | more, on, by=by, name=called)


def an_approval(on: str = "2024-03-06", by: Actor = QIAN) -> Said:
    """The approver approves."""
    return Said("batch.approve", {"batch": "$batch"}, on, by=by)


def a_payment(on: str = "2024-03-07", **more: Any) -> Said:
    """The bank has paid."""
    return Said("batch.pay", {"batch": "$batch", "bank_reference": "B-1"} | more, on, by=ZHAO)


def a_return(person: str, on: str = "2024-03-12") -> Said:
    """A payment came back."""
    return Said("batch.return_line", {"batch": "$batch", "person": person, "reason": "账户不符"}, on, by=ZHAO)


def rows(scene: Scene) -> list[Row]:
    """Every row of every stream."""
    kept = [(aggregate_of(events), events) for events in scene.streams().values()]
    return [row for aggregate, events in kept if aggregate for row, _ in history(aggregate, events)[1].rows]


def total(scene: Scene, figure: str, last: str = "2024-12-31", at: str | None = None, **where: str) -> int:
    """The sum of a figure's rows up to a day, by place (a region's code or a facility's stream) and dimensions."""
    return sum(
        row.amount
        for row in rows(scene)
        if row.figure == figure
        and row.day.isoformat() <= last
        and (at is None or at in (row.facility, row.region))
        and where.items() <= dict(row.dims).items()
    )


FUNDED = (a_fund(), an_allotment())
LISTED = (*FUNDED, *people("p1", "p2"), a_batch("$p1", "$p2"))
APPROVED = (*LISTED, Said("batch.approve", {"batch": "$batch"}, "2024-03-06"))
PAID = (*APPROVED, a_payment())
HELD = say("batch.hold_line", batch="$batch", person="$p1", reason="待核实", on="2024-03-06")

EXAMPLES: dict[str, tuple[tuple[Said, ...], Said]] = {
    "fund.appropriate": ((), a_fund(expected_fen=1_200_000_00, received_fen=500_000_00)),
    "fund.allot": ((a_fund(), a_home()), an_allotment(to_region=None, to_facility="$home")),
    "fund.receive": (FUNDED, say("fund.receive", fund="$part", amount_fen=100, on="2024-02-20")),
    "fund.withdraw": (FUNDED, say("fund.withdraw", fund="$part", amount_fen=100, reason=REASON, on="2024-02-20")),
    "fund.carry_over": (FUNDED, say("fund.carry_over", fund="$part", year=2025, amount_fen=100, on="2024-12-20")),
    "fund.lapse": (FUNDED, say("fund.lapse", fund="$part", amount_fen=100, reason=REASON, on="2024-12-20")),
    "batch.draw_up": ((*FUNDED, *people("p1", "p2")), a_batch("$p1", "$p2", by=OPERATOR)),
    "batch.approve": (LISTED, Said("batch.approve", {"batch": "$batch"}, "2024-03-06")),
    "batch.pay": (APPROVED, a_payment()),
    "batch.hold_line": (LISTED, HELD),
    "batch.release_line": (
        (*LISTED, HELD),
        say("batch.release_line", batch="$batch", person="$p1", on="2024-03-06"),
    ),
    "batch.return_line": (PAID, a_return("$p1")),
    "batch.reissue_line": (
        (*PAID, a_return("$p1")),
        say("batch.reissue_line", batch="$batch", person="$p1", on="2024-03-20"),
    ),
    "batch.clear_match": (
        (
            *FUNDED,
            *people("p1", "p2"),
            say("person.record_death", person="$p1", on="2024-01-31"),
            a_batch("$p1", "$p2"),
        ),
        say(
            "batch.clear_match",
            batch="$batch",
            rule="DM-01",
            person="$p1",
            reason="死亡日期有误，已更正",
            on="2024-03-06",
        ),
    ),
    "batch.cancel": (LISTED, say("batch.cancel", batch="$batch", on="2024-03-06")),
}

OPTIONAL: dict[str, tuple[str, ...]] = {"fund.appropriate": ("expected_fen", "received_fen")}
"""Fields of the examples that can be left empty."""
