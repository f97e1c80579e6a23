"""The first page: what waits, what is unusual, the main figures, quick entries, and five things to try."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import islice
from typing import Any

from flask import Blueprint

from domain.catalogue import Command
from domain.corrections import CORRECT
from domain.entries import in_force
from domain.model import EntryWithdrawn, Event
from domain.values import Month
from projections.ordering import COUNTED_MAX
from webapp import daily, drafting
from webapp.access import Permission, needs
from webapp.alerts import alerts
from webapp.boards import findings
from webapp.following import correctable, follows, happening
from webapp.overview import COLUMNS, apart, below, cards, of_week
from webapp.page import Page, at_one_moment, here
from webapp.recent import EARLIER, latest_day, recent_events
from webapp.tasks import tasks

pages = Blueprint("first", __name__)
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
FINDINGS_SHOWN, TASKS_SHOWN, RECENT_SHOWN = 5, 6, 8


@pages.get("/")
@needs(Permission.SIGNED_IN)
@at_one_moment
def show_first() -> Any:
    """Where everybody begins: what waits, what is unusual, the main figures, quick entries, the last ones."""
    page = here()
    recent = recent_events(page)
    home = page.names.state(page.point.ask.facility) if page.point.ask.facility else None
    waiting, more = tasks(page, TASKS_SHOWN)
    return page.render(
        "first.html",
        bar=True,
        five=five(page, recent),
        tasks=waiting,
        more_tasks=more,
        alerts=[] if page.reach.one_facility else alerts(page),
        counted_max=COUNTED_MAX,
        cards=cards(page, getattr(home, "kind", None)),
        findings=findings(page, FINDINGS_SHOWN),
        findings_shown=FINDINGS_SHOWN,
        columns=[page.services.reference.figures[key] for key in COLUMNS],
        below=below(page),
        apart=apart(page),
        overall=page.services.views.figures(COLUMNS, page.point.ask),
        week=list(of_week(page)),
        quick=_quick(page),
        logs_days=daily.offered(page),
        drafts=drafting.waiting(page),
        latest=latest_day(page, recent),
        recent=[(e, happening(page, e)) for e in islice((e for e in recent if not follows(page, e)), RECENT_SHOWN)],
    )


def _quick(page: Page) -> list[Command]:
    """What this account records most often; a facility only what its kind has."""
    return list(islice(filter(page.reach.offers, (page.services.desk.commands[name] for name in QUICK)), QUICK_MAX))


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
    for event in recent:
        if event.command == event.envelope.command and correctable(page, event) and _stands(page, event):
            return "five.correct", f"/events/{event.envelope.position}/correct"
    corrected = next((e for e in recent if e.envelope.corrects is not None), None)
    if corrected is not None:
        return "five.corrected", f"/events/{corrected.envelope.position}"
    return "five.how", f"/help#{CORRECT[0].replace('.', '-')}"
