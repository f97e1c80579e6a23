"""What is wrong or late in an area, in numbers that are those of the boards behind them; and how much of it is pressing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from projections.ask import Ask
from projections.ordering import COUNTED_MAX
from webapp import readable
from webapp.access import POSTS, Permission, holds
from webapp.page import Page
from webapp.tasks import concerning

OVERDUE = {"status": "overdue"}
ALERTS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("breach", "breaches", {"severity": "breach"}),
    ("warn", "breaches", {"severity": "warn"}),
    ("overdue", "duties", OVERDUE),
    ("hazards", "duties", {"rule": "hazard.deadline", **OVERDUE}),
    ("plans", "duties", {"rule": "hazard.major_plan", **OVERDUE}),
    ("reports", "duties", {"rule": "accident.unit_report", **OVERDUE}),
    ("hops", "duties", {"rule": "accident.level_hop", **OVERDUE}),
)
"""(key of its words, board, filters of the board)."""
ALWAYS = frozenset({"breach", "warn", "overdue"})
"""What is told even if there is none; the others are parts of what is overdue."""


@dataclass(frozen=True)
class Alert:
    """So many rows of a board, narrowed; `number` is None for more than are counted."""

    key: str
    number: int | None
    url: str


def alerts(page: Page) -> list[Alert]:
    """What is wrong or late in the area that the page looks at."""
    ask = replace(page.point.ask, from_=None, to=None)
    numbers = page.services.views.counted(
        [(board, _asked(page, board, replace(ask, where=dict(where))), None) for _, board, where in ALERTS]
    )
    found = []
    for (key, board, where), number in zip(ALERTS, numbers, strict=True):
        if number != 0 or key in ALWAYS:
            asked = {f"where.{column}": value for column, value in where.items()}
            found.append(Alert(key, number, page.point.url(f"/boards/{board}", **asked)))
    return found


def _asked(page: Page, board: str, ask: Ask) -> Ask:
    return ask.at_present(page.services.clock.now()) if board == "duties" else ask


def pressing(page: Page) -> str:
    """How many duties of the account's own area are overdue or due today, for the navigation; empty for none.

    Nothing for those who only look, or who keep the accounts.
    """
    actor = page.reach.actor
    if not holds(actor, Permission.RECORDING) or actor.post in POSTS[Permission.ACCOUNTS]:
        return ""
    today = page.services.today
    area = Ask(today, region=actor.region, facility=actor.facility)
    numbers = page.services.views.counted(
        [
            ("duties", replace(area, where={**narrowed, "status": status}), on)
            for narrowed in concerning(page)
            for status, on in (("overdue", None), ("open", today))
        ]
    )
    if None in numbers:
        return f"{readable.number(COUNTED_MAX)}+"
    due = sum(number for number in numbers if number)
    return readable.number(due) if due else ""
