"""Inspections, hazards and complaints to begin a test with, and a worked example of each of their commands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from domain.accounts import Actor
from projections.folding import aggregate_of, history
from tests.scene import BAYI, Said, Scene, a_home, reference, say

ITEMS = reference().checklists.versions["SAFE-DEFAULT-1"][0].items
INSPECTORS = ["zhang.inspector", "li.inspector"]
ACCOUNTS = tuple(
    say("account.open", "2024-01-01", login=login, post=post, scope_region=BAYI)
    for login, post in (*((one, "inspector") for one in INSPECTORS), ("wang.safety", "safety_team"))
)
PHOTO = "0" * 64
WANG = Actor("wang.safety", "safety_team", everywhere=True)
"""Who puts things right, so that the operator may accept it."""


def a_plan(called: str = "inspection", on: str = "2024-03-01", **more: Any) -> Said:
    """A daily inspection by the default checklist is planned."""
    args = {"facility": "$home", "kind": "daily", "due_on": "2024-03-15", "checklist": "SAFE-DEFAULT-1"}
    return Said("inspection.plan", args | more, on, name=called)


def a_start(on: str = "2024-03-10", **more: Any) -> Said:
    """Both inspectors begin."""
    return Said("inspection.start", {"inspection": "$inspection", "inspectors": INSPECTORS} | more, on)


def answers(*failed: str, items: Any = ITEMS, **notes: str) -> list[dict[str, Any]]:
    """Every item passes but those that failed."""
    return [
        {"item": item, "result": "fail" if item in failed else "pass"}
        | ({"note": notes[item]} if item in notes else {})
        for item in items
    ]


def an_answer(*failed: str, on: str = "2024-03-10", **notes: str) -> Said:
    """All items are answered."""
    return Said("inspection.answer", {"inspection": "$inspection", "answers": answers(*failed, **notes)}, on)


def a_conclusion(on: str = "2024-03-10") -> Said:
    """The inspection ends."""
    return Said("inspection.conclude", {"inspection": "$inspection"}, on)


def a_hazard(called: str = "hazard", on: str = "2024-03-10", **more: Any) -> Said:
    """A general hazard is found by hand."""
    return Said(
        "hazard.find", {"facility": "$home", "grade": "general", "subject": "灭火器过期"} | more, on, name=called
    )


def an_assignment(deadline: str = "2024-03-20", on: str = "2024-03-10", **more: Any) -> Said:
    """Somebody is responsible until a day."""
    args = {"hazard": "$hazard", "responsible": "wang.safety", "deadline": deadline}
    return Said("hazard.assign", args | more, on)


def on_hazard(command: str, on: str, **more: Any) -> Said:
    """A command on the hazard; what it needs is filled in."""
    needed = {"rectify": {"evidence": "已更换"}, "reject": {"reason": "仍有"}, "reopen": {"reason": "又出现"}}
    return Said(f"hazard.{command}", {"hazard": "$hazard"} | needed.get(command, {}) | more, on)


def a_complaint(called: str = "complaint", on: str = "2024-03-10", **more: Any) -> Said:
    """Somebody complains of the food in the home."""
    args = {"channel": "hotline_12345", "subject": "food", "text": "饭菜是凉的", "facility": "$home"}
    return Said("complaint.receive", {k: v for k, v in (args | more).items() if v is not None}, on, name=called)


def on_complaint(command: str, on: str, **more: Any) -> Said:
    """A command on the complaint."""
    return Said(f"complaint.{command}", {"complaint": "$complaint"} | more, on)


def on_inspection(command: str, on: str, **more: Any) -> Said:
    """A command on the inspection."""
    return Said(f"inspection.{command}", {"inspection": "$inspection"} | more, on)


def balance(scene: Scene, stream: str, figure: str, day: str, **dims: str) -> int:
    """What the rows of one stream sum to up to the end of a day, under some dimensions."""
    events = scene.events(stream)
    aggregate = aggregate_of(events)
    assert aggregate is not None
    return sum(
        row.amount
        for row, _ in history(aggregate, events)[1].rows
        if row.figure == figure and row.day.isoformat() <= day and dims.items() <= dict(row.dims).items()
    )


HOME = (a_home(), *ACCOUNTS)
PLANNED = (*HOME, a_plan())
UNDER_WAY = (*PLANNED, a_start())
CONCLUDED = (*UNDER_WAY, an_answer("C01"), a_conclusion())
FOUND = (*HOME, a_hazard())
RECTIFIED = (*FOUND, replace(on_hazard("rectify", "2024-03-15"), by=WANG))
ACCEPTED = (*RECTIFIED, on_hazard("accept", "2024-03-16"))
CLOSED = (*ACCEPTED, on_hazard("close", "2024-03-17"))
COMPLAINED = (*HOME, a_complaint())
ANSWERED = (*COMPLAINED, on_complaint("answer", "2024-03-12", text="已整改"))
"""The states that examples and tests begin with."""


def self_checked(*said: Said) -> tuple[Said, ...]:
    """The same of what the home itself checked and found, which every post may go on with."""
    return tuple(
        replace(one, args={**one.args, "source": "facility"})
        if one.command in ("inspection.plan", "hazard.find")
        else one
        for one in said
    )


EXAMPLES: dict[str, tuple[tuple[Said, ...], Said]] = {
    "inspection.plan": (HOME, a_plan(packs=["PACK-CHILD"], source="facility")),
    "inspection.notify": (PLANNED, on_inspection("notify", "2024-03-04", document_no="林民检〔2024〕1号")),
    "inspection.attempt": (
        self_checked(*PLANNED),
        on_inspection("attempt", "2024-03-08", reason="nobody_there", note="门锁着"),
    ),
    "inspection.start": (self_checked(*PLANNED), a_start()),
    "inspection.answer": (self_checked(*UNDER_WAY), an_answer("C04", C04="灯不亮")),
    "inspection.conclude": (self_checked(*UNDER_WAY, an_answer("C01", "C04")), a_conclusion()),
    "inspection.publish": (CONCLUDED, on_inspection("publish", "2024-03-20", place="政府网站")),
    "inspection.cancel": (self_checked(*PLANNED), on_inspection("cancel", "2024-03-08", reason="道路中断")),
    "inspection.draw": (
        HOME,
        say(
            "inspection.draw",
            region=BAYI,
            kind="special",
            due_on="2024-05-31",
            seed="2024025",
            objects=["$home"],
            inspectors=INSPECTORS,
            number=1,
        ),
    ),
    "hazard.find": (HOME, a_hazard(item="C03", source="facility", photos=[PHOTO])),
    "hazard.assign": (self_checked(*FOUND), an_assignment(measures="更换", money_fen=80000, plan="整改方案")),
    "hazard.regrade": (FOUND, on_hazard("regrade", "2024-03-11", grade="major", reason="系统瘫痪")),
    "hazard.extend": (
        FOUND,
        on_hazard("extend", "2024-03-11", deadline="2024-04-30", reason="等配件", approved_by="wang.safety"),
    ),
    "hazard.rectify": (FOUND, on_hazard("rectify", "2024-03-12", photos=[PHOTO])),
    "hazard.accept": (self_checked(*RECTIFIED), on_hazard("accept", "2024-03-16")),
    "hazard.reject": (self_checked(*RECTIFIED), on_hazard("reject", "2024-03-16")),
    "hazard.close": (self_checked(*ACCEPTED), on_hazard("close", "2024-03-17")),
    "hazard.reopen": (CLOSED, on_hazard("reopen", "2024-06-01")),
    "hazard.escalate": (FOUND, on_hazard("escalate", "2024-03-12", to="city_bureau")),
    "hazard.refer": (
        FOUND,
        on_hazard("refer", "2024-03-12", department="fire_rescue", document_no="林民函〔2024〕2号"),
    ),
    "complaint.receive": (HOME, a_complaint()),
    "complaint.assign": (COMPLAINED, on_complaint("assign", "2024-03-11", to="wang.safety")),
    "complaint.answer": (COMPLAINED, on_complaint("answer", "2024-03-12", text="已更换厨师")),
    "complaint.rate": (ANSWERED, on_complaint("rate", "2024-03-14", satisfied=True)),
    "complaint.close": (ANSWERED, on_complaint("close", "2024-03-14")),
}

OPTIONAL: dict[str, tuple[str, ...]] = {
    "inspection.plan": ("source",),
    "inspection.notify": ("document_no",),
    "inspection.attempt": ("note",),
    "inspection.publish": ("place",),
    "hazard.find": ("item", "source"),
    "hazard.assign": ("measures", "money_fen", "plan"),
    "hazard.extend": ("approved_by",),
    "hazard.refer": ("document_no",),
}
"""Fields of the examples that can be left empty."""
