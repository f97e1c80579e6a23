"""What changed a figure lately: the last entries that moved it, on its own page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from domain.figures import Figure
from domain.model import CHINA
from projections.ask import Ask
from webapp import tracing
from webapp.page import Page
from webapp.readable import END_OF_DAY

MONTH = timedelta(days=30)
"""How far back the question why looks unless it is told."""
LINES_MAX = 5


@dataclass(frozen=True)
class Part:
    """A figure, or one side of a ratio: before, after, the last entries that moved it, how many more there are."""

    figure: Figure
    before: str | None
    after: str | None
    changes: list[Mapping[str, Any]]
    more: int


@dataclass(frozen=True)
class Recent:
    """The changes since a day, up to a position."""

    since: date
    first: int
    last: int
    parts: list[Part]
    told: Mapping[int, str]
    recorded: Mapping[int, datetime | None]


def recent(page: Page, figure: Figure, ask: Ask, position: int) -> Recent:
    """What moved a figure in the last thirty days of the log; of a day further back, since the end of that day."""
    since = min(_day(page, ask) - MONTH, ask.as_of)
    asked = replace(ask, known_at=None, by=None)
    first = min(position_at(page, asked, datetime.combine(since, END_OF_DAY, CHINA)), position)
    answer = page.services.views.why(figure.key, asked, first, position)
    parts = list(_parts(page, figure, answer))
    shown = [change for part in parts for change in part.changes]
    events = page.services.log.at([change["position"] for change in shown])
    recorded = {event.envelope.position: event.envelope.recorded_at for event in events}
    return Recent(since, first, position, parts, tracing.told(page, shown), recorded)


def _day(page: Page, ask: Ask) -> date:
    """The day up to which the page knows the log."""
    known = ask.known_at
    if isinstance(known, int):
        found = page.services.log.at([known])
        known = found[0].envelope.recorded_at if found else None
    return known.astimezone(CHINA).date() if known is not None else page.point.today


def _parts(page: Page, figure: Figure, answer: Mapping[str, Any]) -> Iterator[Part]:
    """The figure itself; of a ratio its two sides, since only they have entries."""
    figures = page.services.reference.figures
    for one in answer.get("parts") or [answer]:
        latest = list(reversed(one["changes"]))
        own = figure if one is answer else figures[one["key"]]
        yield Part(own, one["before"], one["after"], latest[:LINES_MAX], max(len(latest) - LINES_MAX, 0))


def position_at(page: Page, ask: Ask, moment: datetime) -> int:
    """The last position that was recorded by a moment."""
    asked = replace(ask, where={}, known_at=moment)
    return int(page.services.views.figure("facility.registered", asked)["position"])
