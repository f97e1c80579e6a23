"""Rescues, patrols and lottery outlets to begin a test with, and a worked example of each of their commands."""

from __future__ import annotations

from typing import Any

from tests.scene import BAYI, Said, a_home, a_person, say

STATION = a_home(kind="rescue_station")
SHOP = a_home(kind="lottery_outlet", operator="private")
TERMS = {"contract_no": "D-1", "fee_bp": 800, "deposit_fen": 1_000_000, "since": "2024-01-01", "until": "2024-12-31"}


def a_rescue(called: str = "rescue", on: str | None = "2024-03-01", at: str | None = None, **more: Any) -> Said:
    """A man of whom nobody knows who he is."""
    args = {"station": "$home", "sex": "male", "age_band": "adult", "how_found": "patrol"} | more
    return Said("rescue.receive", args, on if at is None else None, at, name=called)


def leaving(outcome: str, on: str = "2024-03-05", rescue: str = "$rescue", **more: Any) -> Said:
    """The help ends."""
    return say("rescue.leave", rescue=rescue, outcome=outcome, on=on, **more)


def a_contract(called: str = "outlet", on: str = "2024-01-01", **more: Any) -> Said:
    """The agency contract of the outlet."""
    return Said("outlet.contract", {"facility": "$home"} | TERMS | more, on, name=called)


def a_renewal(on: str = "2024-07-01", **more: Any) -> Said:
    """The contract that follows."""
    args = {"outlet": "$outlet"} | TERMS | {"contract_no": "D-2", "since": "2025-01-01", "until": "2025-12-31"}
    return Said("outlet.renew_contract", args | more, on)


def a_violation(kind: str = "sale_to_minor", on: str = "2024-03-01", **more: Any) -> Said:
    """Something wrong at the outlet."""
    return Said("outlet.find_violation", {"outlet": "$outlet", "kind": kind} | more, on)


def a_posting(on: str = "2024-04-02", called: str = "sale", **more: Any) -> Said:
    """The outlet's sales of a month."""
    args = {"facility": "$home", "month": "2024-03", "game": "双色球", "amount_fen": 100_000_00}
    return Said("outlet.post_sales", args | more, on, name=called)


def _rescued(verb: str, on: str = "2024-03-02", **args: Any) -> Said:
    return say(f"rescue.{verb}", rescue="$rescue", on=on, **args)


def _outlet(verb: str, on: str = "2024-03-02", **args: Any) -> Said:
    return say(f"outlet.{verb}", outlet="$outlet", on=on, **args)


INSIDE = (STATION, a_person(), a_rescue())
AGENT = (SHOP, a_contract())
HOSPITAL = _rescued("send_to_hospital", hospital="市医院")
REFUSAL = {"station": "$home", "sex": "male", "age_band": "adult", "reasons": ["means_of_own"], "note": "说明"}
ROUND = {"route": "八一大街", "staff": 3, "leaflets": 40, "persuaded": 5, "street_aid": 2, "brought_in": 1}

EXAMPLES: dict[str, tuple[tuple[Said, ...], Said]] = {
    "rescue.receive": ((STATION, a_person()), a_rescue(person="$person", condition="受凉")),
    "rescue.refuse": ((STATION, a_person()), say("rescue.refuse", person="$person", **REFUSAL)),
    "rescue.register_belongings": (INSIDE, _rescued("register_belongings", note="手机一部")),
    "rescue.send_to_hospital": (INSIDE, HOSPITAL),
    "rescue.come_back": ((*INSIDE, HOSPITAL), _rescued("come_back", on="2024-03-04")),
    "rescue.seek_identity": (INSIDE, _rescued("seek_identity", method="face")),
    "rescue.publish_notice": (INSIDE, _rescued("publish_notice", medium="search_site")),
    "rescue.request_dna": (INSIDE, _rescued("request_dna", letter_no="林救函1号")),
    "rescue.identify": (INSIDE, _rescued("identify", person="$person")),
    "rescue.leave": (
        INSIDE,
        leaving(
            "fetched_by_kin",
            destination="540423",
            fare_fen=500,
            escorted_by="扎西",
            kin="次仁",
            overstay_reason="等亲属",
        ),
    ),
    "patrol.record": ((STATION,), say("patrol.record", facility="$home", **ROUND)),
    "outlet.contract": ((SHOP,), a_contract()),
    "outlet.renew_contract": (AGENT, a_renewal()),
    "outlet.install_terminal": (AGENT, _outlet("install_terminal", terminal_no="T-1")),
    "outlet.find_violation": (AGENT, a_violation(details="未核验年龄")),
    "outlet.order_correction": ((*AGENT, a_violation()), _outlet("order_correction", number=1, deadline="2024-03-15")),
    "outlet.fine": (
        (*AGENT, a_violation()),
        _outlet("fine", number=1, amount_fen=2_000_00, decision_no="林民罚〔2024〕1号"),
    ),
    "outlet.correct": ((*AGENT, a_violation()), _outlet("correct", number=1)),
    "outlet.end_contract": (AGENT, _outlet("end_contract", reason="closed")),
    "outlet.post_sales": (AGENT, a_posting()),
    "outlet.record_unclaimed": (
        (),
        say("outlet.record_unclaimed", region=BAYI, month="2024-02", game="双色球", amount_fen=501),
    ),
}

OPTIONAL: dict[str, tuple[str, ...]] = {
    "rescue.receive": ("person", "condition"),
    "rescue.refuse": ("person", "note"),
    "rescue.request_dna": ("letter_no",),
    "rescue.leave": ("destination", "fare_fen", "escorted_by", "kin", "overstay_reason"),
    "patrol.record": ("leaflets", "persuaded", "street_aid", "brought_in"),
    "outlet.find_violation": ("details",),
    "outlet.fine": ("decision_no",),
}
