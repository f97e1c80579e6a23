"""The history of a thing as a timeline: each entry once, with who recorded it, how late, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.corrections import CORRECT
from domain.model import Event
from webapp import readable
from webapp.page import Page

LATE_DAYS = 1
"""What was recorded more days after it happened is told as recorded late."""


@dataclass(frozen=True)
class Undone:
    """What took an entry out of force."""

    kind: str
    """`corrected` or `withdrawn`."""
    said: str
    """Who did it when, and why; empty for whoever may not see that."""
    position: int | None


@dataclass(frozen=True)
class Moment:
    """One entry of a timeline."""

    position: int
    said: str
    day: str
    """When it happened, to the minute where minutes matter."""
    who: str
    """Who recorded it."""
    about: tuple[str, str | None] | None
    """Whom or what it is about, and that page; None where it is the thing itself."""
    late: str
    """When it was recorded and how long after it happened; empty if that was soon, and for a correction."""
    correction: bool
    """Whether it stands in the place of an entry that was corrected."""
    undone: Undone | None


def moments(
    page: Page,
    lines: Iterable[Mapping[str, Any]],
    events: Mapping[int, Event],
    about: Mapping[int, tuple[str, str | None]],
) -> list[Moment]:
    """The lines of a timeline as they are shown, in their order; `about` by position, of those about something else."""
    lines = list(lines)
    taken = page.services.log.at({line["withdrawn_by"] for line in lines if line["withdrawn_by"]})
    takers = {event.envelope.position: event for event in taken}
    return [
        Moment(
            line["position"],
            page.sentence(events[line["position"]]),
            readable.when(line["occurred_at"], page.zh),
            page.who(events[line["position"]]),
            about.get(line["position"]),
            _late(page, events[line["position"]]),
            events[line["position"]].envelope.corrects is not None,
            _undone(page, takers.get(line["withdrawn_by"])),
        )
        for line in lines
    ]


def _late(page: Page, event: Event) -> str:
    recorded = page.recorded(event)
    if event.envelope.corrects is not None:  # how late the fact became known, the entry that it stands for says
        return ""
    days, delay = page.late(event)
    if days <= LATE_DAYS:
        return ""
    return page.t("history.late", day=readable.moment(recorded, page.zh), delay=delay)


def _undone(page: Page, taker: Event | None) -> Undone | None:
    if taker is None:
        return None
    kind = "corrected" if taker.envelope.command == CORRECT[0] else "withdrawn"
    if not page.reach.event(taker):
        return Undone(kind, "", None)
    recorded = page.recorded(taker)
    said = page.t(
        f"history.undone.{kind}",
        day=readable.moment(recorded, page.zh) if recorded else readable.day(taker.day, page.zh),
        who=page.who(taker),
    )
    reason = taker.envelope.reason
    return Undone(kind, said + (page.t("colon") + reason if reason else ""), taker.envelope.position)
