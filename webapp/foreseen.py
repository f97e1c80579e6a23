"""What the boards know of an entry: a bed that is taken, a home that is full, a day that is logged, a count that differs.

Told before it is recorded, and on the receipt as it was when it had been recorded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from domain.activities import Activity
from domain.activity_types import ActivityType
from domain.model import Event
from domain.work import kept_by
from projections.ask import Ask
from webapp import readable
from webapp.awaited import receptions
from webapp.page import Page

ADMIT, MOVE, LOG = "stay.admit", "stay.move", "activity.log"
IN_BED_MAX = 5
LOOKED_AT = 200
"""Entries of a facility that are looked through for those of a day."""


@dataclass(frozen=True)
class _Coming:
    """Somebody comes into a facility or a bed: which day it is, and what of the log counts."""

    facility: str
    bed: str | None
    day: date
    own: str | None
    """The stay itself, where there is one already."""
    known_at: int | None = None
    """The position of the entry, once it is recorded: it counts itself then."""


def foreseen(page: Page, command: str, values: Mapping[str, Any], own: str | None) -> list[dict[str, str]]:
    """A bed that is taken, a home that is full, a day that is logged: what the boards will show once it is recorded."""
    day, stay = values.get("occurred_on"), own or values.get("stay")
    if command == LOG and day is not None:
        said = vars(page.names.state(own)) | dict(values) if own else values
        return _of_a_day(page, said["type"], said.get("facility"), said.get("quantities"), Ask(day), own)
    if command not in (ADMIT, MOVE) or day is None:
        return []
    facility = values.get("facility") or getattr(page.names.state(stay) if stay else None, "facility", None)
    begins = command == ADMIT and own is None
    said = _awaited(page, values) if begins else []
    if facility:
        said += _crossing(page, _Coming(facility, values.get("bed"), day, stay), counts=begins)
    return said


def of_another_node(page: Page, events: Iterable[Event]) -> list[dict[str, str]]:
    """An entry about a facility that another node keeps: that node does not come to know it."""
    places = dict.fromkeys(event.envelope.facility for event in events if event.envelope.facility)
    found = {place: kept_by(page.reach.work, place) for place in places}
    return [
        _finding(page, "elsewhere", facility=page.names.facility(place), node=page.names.node(node))
        | {"severity": "warn"}
        for place, node in found.items()
        if node
    ]


def come_of(page: Page, event: Event, position: int) -> list[dict[str, str]]:
    """The same on a receipt: what the boards showed when the entry had been recorded, up to its last position."""
    place = event.envelope
    if not place.facility or page.services.views.position() < position:
        return []
    if isinstance(event, Activity.Logged):
        ask = Ask(event.day, known_at=position)
        return _of_a_day(page, event.type, place.facility, event.quantities, ask, event.originator_id)
    if event.command not in (ADMIT, MOVE):
        return []
    coming = _Coming(place.facility, getattr(event, "bed", None), event.day, event.originator_id, position)
    return _crossing(page, coming, counts=event.command == ADMIT and place.corrects is None)


def _awaited(page: Page, values: Mapping[str, Any]) -> list[dict[str, str]]:
    """An admission that does not name the reception by which the person is awaited."""
    if values.get("reception") or not receptions(page, values.get("person")):
        return []
    return [_finding(page, "awaited") | {"severity": "warn"}]


def _crossing(page: Page, coming: _Coming, *, counts: bool) -> list[dict[str, str]]:
    return [*_in_bed(page, coming), *(_over(page, coming) if counts else ())]


def _in_bed(page: Page, coming: _Coming) -> list[dict[str, str]]:
    if not coming.bed:
        return []
    ask = Ask(coming.day, facility=coming.facility, where={"bed": coming.bed}, known_at=coming.known_at)
    rows = page.services.views.sheet("stays", ask, limit=IN_BED_MAX, sealed=True)["rows"]
    rows = [row for row in rows if row["status"] != "ended" and row["stream"] != coming.own]
    return [
        {
            **_finding(page, "bed_taken", bed=coming.bed),
            "name": page.names.person(row["person"]) if page.reach.names(row["person"]) else "",
            "url": f"/stays/{row['stream']}" if page.reach.facility(coming.facility) else "",
        }
        for row in rows
    ]


def _over(page: Page, coming: _Coming) -> list[dict[str, str]]:
    ask = Ask(coming.day, facility=coming.facility, known_at=coming.known_at)
    answers = page.services.views.figures(("stay.present", "facility.beds_licensed"), ask)
    present, beds = (Decimal(answer["value"] or "0") for answer in answers)
    present += coming.known_at is None
    if not beds or present <= beds:
        return []
    kind = "over" if coming.known_at is None else "over_now"
    return [_finding(page, kind, present=readable.number(present), beds=readable.number(beds))]


def _of_a_day(
    page: Page, key: str, facility: str | None, counted: Mapping[str, Any] | None, ask: Ask, own: str | None
) -> list[dict[str, str]]:
    """What the other entries of a facility say of the same day: that it was logged before, and how many there are."""
    kind = page.services.reference.activity_type(key)
    if not facility:
        return []
    return [*_logged(page, kind, facility, ask, own), *_differing(page, kind, facility, counted, ask)]


def _logged(page: Page, kind: ActivityType, facility: str, ask: Ask, own: str | None) -> Iterator[dict[str, str]]:
    """The entries that a facility has already of what it logs once a day, each with its link."""
    found = of_day(page, facility, ask, {Activity.Logged.topic}) if kind.once_a_day else []
    for event in found:
        if event.type == kind.key and event.originator_id != own:  # type: ignore[attr-defined]
            link = {"name": page.sentence(event), "url": f"/events/{event.envelope.position}"}
            yield _finding(page, "logged") | {"severity": "warn"} | link


@dataclass(frozen=True)
class Beside:
    """A stock that other entries give for the same day as a count: what is counted, its figure, its value there."""

    what: tuple[str, str]
    figure: Any
    value: str
    url: str


def beside(page: Page, kind: ActivityType, facility: str, ask: Ask) -> Beside | None:
    """What stands beside the quantities of a type of activity."""
    if kind.beside is None:
        return None
    its = kind.quantities.values()
    value = page.services.views.figure(kind.beside, replace(ask, facility=facility))["value"] or "0"
    what = " + ".join(one.zh for one in its), " + ".join(one.en for one in its)
    url = f"/figures/{kind.beside}?as_of={ask.as_of.isoformat()}"
    return Beside(what, page.services.reference.figures[kind.beside], value, url)


def _differing(
    page: Page, kind: ActivityType, facility: str, counted: Mapping[str, Any] | None, ask: Ask
) -> Iterator[dict[str, str]]:
    """Where the sum of what was counted is not what the other entries give."""
    stock = beside(page, kind, facility, ask) if counted else None
    if stock is None or counted is None or sum(counted.values()) == Decimal(stock.value):
        return
    said = {
        "what": page.pair(stock.what),
        "counted": readable.number(f"{sum(counted.values()):f}"),
        "figure": page.pair((stock.figure.zh, stock.figure.en)),
        "value": readable.number(stock.value),
    }
    yield _finding(page, "differs", **said) | {"severity": "warn"}


def of_day(page: Page, facility: str, ask: Ask, topics: Collection[str]) -> list[Event]:
    """The entries in force of some topics that a facility has of the day that is asked for."""
    lines = page.services.views.timeline(facility, replace(ask, facility=facility), limit=LOOKED_AT)
    wanted = [line["position"] for line in lines if line["topic"] in topics and not line["withdrawn_by"]]
    return [event for event in page.services.log.at(wanted) if event.day == ask.as_of]


def _finding(page: Page, kind: str, **said: str) -> dict[str, str]:
    said_now, remedy = page.t(f"foreseen.{kind}", **said), page.t(f"foreseen.{kind.removesuffix('_now')}.do")
    return {"rule": "", "severity": "breach", "said": said_now, "remedy": remedy, "name": "", "url": ""}
