"""Transfers and receptions to begin a test with, and a worked example of each of their commands."""

from __future__ import annotations

from typing import Any

from tests.scene import BAYI, MILIN, Said, a_home, a_person, a_stay

STAYING = (a_home(), a_person(), a_stay(bed="1"))


def an_offer(called: str = "transfer", on: str = "2024-03-04", **more: Any) -> Said:
    """The person is offered to the county of Milin."""
    args = {"stay": "$stay", "to_region": MILIN, "reason": "nearer_kin", "needs": "轮椅"}
    return Said("transfer.offer", {k: v for k, v in (args | more).items() if v is not None}, on, name=called)


def on_transfer(command: str, on: str = "2024-03-06", at: str | None = None, **more: Any) -> Said:
    """A command on the transfer; what it needs is filled in."""
    needed = {
        "withdraw": {"reason": "stays"},
        "record_acceptance": {"into": "米林市敬老院"},
        "record_refusal": {"reason": "no_bed"},
    }
    args = {"transfer": "$transfer"} | needed.get(command, {}) | more
    return Said(f"transfer.{command}", args, on if at is None else None, at)


def a_request(called: str = "reception", on: str = "2024-03-04", **more: Any) -> Said:
    """A home of Milin asks, on paper, that somebody be taken in."""
    args = {
        "region": BAYI,
        "facility": "$home",
        "from_region": MILIN,
        "from_name": "米林市敬老院",
        "category": "destitute",
        "sex": "male",
        "reason": "nearer_kin",
        "birth_year": 1940,
    }
    return Said("reception.request", args | more, on, name=called)


def on_reception(command: str, on: str = "2024-03-06", at: str | None = None, **more: Any) -> Said:
    """A command on the reception; what it needs is filled in."""
    needed = {"accept": {"facility": "$home"}, "refuse": {"reason": "no_bed"}, "cancel": {"reason": "stays"}}
    args = {"reception": "$reception"} | needed.get(command, {}) | more
    return Said(f"reception.{command}", args, on if at is None else None, at)


OFFERED = (*STAYING, an_offer())
AGREED = (*OFFERED, on_transfer("record_acceptance"))
GONE = (*AGREED, on_transfer("hand_over", at="2024-03-08T09:00:00+08:00", escort="张师傅"))
ASKED = (a_home(), a_person(), a_request())
TAKING = (*ASKED, on_reception("accept"))

EXAMPLES: dict[str, tuple[tuple[Said, ...], Said]] = {
    "transfer.offer": (STAYING, an_offer()),
    "transfer.withdraw": (OFFERED, on_transfer("withdraw")),
    "transfer.record_acceptance": (OFFERED, on_transfer("record_acceptance")),
    "transfer.record_refusal": (OFFERED, on_transfer("record_refusal")),
    "transfer.hand_over": (AGREED, on_transfer("hand_over", "2024-03-08", escort="张师傅")),
    "transfer.record_arrival": (GONE, on_transfer("record_arrival", "2024-03-08")),
    "transfer.stop": (GONE, on_transfer("stop", "2024-03-08", reason="health")),
    "reception.request": ((a_home(),), a_request(number="米民函〔2024〕3号")),
    "reception.accept": (ASKED, on_reception("accept")),
    "reception.refuse": (ASKED, on_reception("refuse")),
    "reception.cancel": (ASKED, on_reception("cancel")),
    "reception.expect": (TAKING, on_reception("expect", "2024-03-08")),
}
OPTIONAL: dict[str, tuple[str, ...]] = {
    "transfer.offer": ("needs",),
    "transfer.hand_over": ("escort",),
    "reception.request": ("number", "birth_year"),
}
