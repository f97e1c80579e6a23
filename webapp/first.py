"""The first page: five things to try, what needs attention, the main figures, and quick entries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint

from domain.aggregates import events
from domain.catalogue import Command
from domain.corrections import CORRECT
from domain.entries import in_force
from domain.kinds import KINDS
from domain.model import EntryWithdrawn, Event
from domain.values import Month
from webapp import things
from webapp.access import Permission, holds, needs
from webapp.boards import findings
from webapp.following import follows, happening
from webapp.page import Page, here
from webapp.recent import EARLIER, latest_day, recent_events

pages = Blueprint("first", __name__)
CARDS = ("facility.registered", "facility.beds_licensed", "stay.present", "facility.occupancy")
LIVELY_MIN = 20
"""How many entries make a lively month."""
QUICK = (
    "stay.admit",
    "stay.discharge",
    "rescue.receive",
    "rescue.leave",
    "outlet.post_sales",
    "person.register",
    "shift.record",
    "incident.record",
    "hazard.find",
    "inspection.answer",
    "batch.approve",
    "batch.draw_up",
    "fund.appropriate",
    "fund.allot",
    "activity.log",
    "facility.report_nil",
    "facility.register",
)
"""What is recorded most often, in the order in which it is offered."""
QUICK_MAX = 9
FINDINGS_SHOWN = 5


@pages.get("/")
@needs(Permission.SIGNED_IN)
def show_first() -> Any:
    """Where everybody begins."""
    page = here()
    recent = recent_events(page)
    figures = page.services.views.figures(CARDS, page.point.ask)
    found = findings(page, FINDINGS_SHOWN)
    quick = _quick(page)
    return page.render(
        "first.html",
        bar=True,
        five=five(page, recent),
        figures=figures,
        findings=found,
        below=below(page),
        quick=quick,
        overdue=_overdue(page),
        latest=latest_day(page, recent),
        recent=[(e, happening(page, e)) for e in recent if not follows(page, e)][:6],
    )


def _quick(page: Page) -> list[Command]:
    """What this account records most often; a facility only what its kind has."""
    home = page.names.state(page.reach.actor.facility) if page.reach.actor.facility else None
    kind = getattr(home, "kind", None)
    lodging = kind not in KINDS or KINDS[kind].lodging
    fits = [
        command
        for name in QUICK
        if things.applies(command := page.services.desk.commands[name], kind)
        and (lodging or command.name.partition(".")[0] != "stay")
    ]
    may = holds(page.reach.actor, Permission.RECORDING)
    return [command for command in fits if may and page.reach.may(command)][:QUICK_MAX]


def _overdue(page: Page) -> int:
    """How many duties are overdue in the area."""
    ask = replace(page.point.ask, where={"status": "overdue"})
    return int(page.services.views.sheet("duties", ask, limit=1)["total"])


def below(page: Page) -> list[tuple[str, str, list[str | None]]]:
    """(code, name, values of the main figures) of the regions directly below that have anything."""
    ask, regions = page.point.ask, page.services.reference.regions
    if ask.facility:
        return []
    codes = regions.children(ask.region, ask.as_of) if ask.region else regions.provinces(ask.as_of)
    parts = [page.services.views.figure(key, replace(ask, by="region"))["by"] for key in CARDS]
    return [
        (
            code,
            page.region(code),
            [
                part.get(code, "0" if key != "facility.occupancy" else None)
                for key, part in zip(CARDS, parts, strict=True)
            ],
        )
        for code in codes
        if any(code in part for part in parts)
    ]


def five(page: Page, recent: list[Event]) -> list[tuple[str, str]]:
    """(wording key, address) of five things to try, each a link that works with what is in the log."""
    url = page.point.url
    recent = [e for e in recent if not e.guards and e.topic.partition(".")[0] not in ("account", "node")]
    day, examples = _lively(page, recent)
    recent = [*examples, *recent]
    admitted = next((e for e in recent if e.topic == "stay.admitted"), None)
    shown = admitted or next((e for e in recent if not e.guards and not isinstance(e, EntryWithdrawn)), None)
    day = day or _lively_day(page, shown)
    return [
        ("five.figure", url("/figures/stay.present", as_of=day.isoformat())),
        ("five.members", url("/figures/stay.present", as_of=day.isoformat()) + "#members"),
        ("five.event", f"/events/{shown.envelope.position}" if shown else "/events"),
        ("five.day", url("/figures/stay.present", as_of=(day - EARLIER).isoformat())),
        _correction(page, recent),
    ]


def _lively(page: Page, recent: list[Event]) -> tuple[date | None, list[Event]]:
    """The end of the last month with many entries, and those entries, the newest first: an hour's work does not move it."""
    months: dict[Month, list[Event]] = defaultdict(list)
    for event in recent:
        placed = event.envelope.facility or event.envelope.region
        if placed and not event.guards and not isinstance(event, EntryWithdrawn):
            months[Month.of(event.day)].append(event)
    for month, its in sorted(months.items(), reverse=True):
        if month.last <= page.point.ask.as_of and len(its) >= LIVELY_MIN:
            return month.last, its
    return None, []


def _lively_day(page: Page, shown: Event | None) -> date:
    """The asked day, unless nothing has happened for long: then the day of the last example (a past year is shown)."""
    asked = page.point.ask.as_of
    return shown.day if shown is not None and asked - shown.day > EARLIER else asked


def _stands(page: Page, event: Event) -> bool:
    """Whether an entry is in force."""
    return event in in_force(page.services.log.stream(event.originator_id))


def _correction(page: Page, recent: list[Event]) -> tuple[str, str]:
    """An entry that this account may correct, else one that was corrected."""
    if holds(page.reach.actor, Permission.RECORDING):
        for event in recent:
            command = page.services.desk.commands.get(event.envelope.command)
            own = event.command == event.envelope.command
            if (
                own
                and command is not None
                and page.reach.may(command)
                and event.topic in events()
                and _stands(page, event)
            ):
                return "five.correct", f"/events/{event.envelope.position}/correct"
    corrected = next((e for e in recent if e.envelope.corrects is not None), None)
    if corrected is not None:
        return "five.corrected", f"/events/{corrected.envelope.position}"
    return "five.how", f"/help#{CORRECT[0].replace('.', '-')}"
