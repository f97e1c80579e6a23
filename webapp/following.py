"""What follows: findings that only the boards know, the facts of a receipt, and what may be recorded next."""

from __future__ import annotations

import typing
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from domain.activities import Activity
from domain.activity_types import ActivityType
from domain.authority import may_change
from domain.catalogue import Command
from domain.corrections import CORRECT
from domain.entries import in_force
from domain.facilities import Facility
from domain.model import EntryWithdrawn, Event
from domain.people import Person
from domain.stays import Stay
from projections.ask import Ask
from webapp import readable, things
from webapp.page import Page, called

ADMIT, MOVE = "stay.admit", "stay.move"
BACK = {"on_leave": "stay.return", "in_hospital": "stay.come_back"}
"""How somebody who is away returns."""
LEAVING = "stay.discharge"
IN_BED_MAX = 5
LOG = "activity.log"
LOOKED_AT = 200
"""Entries of a facility that are looked through for those of a day."""


# -- findings ----------------------------------------------------------------------------------------------


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
    if not facility:
        return []
    return _crossing(page, _Coming(facility, values.get("bed"), day, stay), counts=command == ADMIT and own is None)


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


# -- receipts and entries -----------------------------------------------------------------------------------


def withdrawn(page: Page, event: Event) -> list[Event]:
    """What a withdrawal takes out of force: without the guards, unless there is nothing else."""
    if not isinstance(event, EntryWithdrawn):
        return []
    found = [e for e in page.reach.work.track(event.originator_id).events if e.originator_version in event.versions]
    return [e for e in found if not e.guards] or found


def follows(page: Page, event: Event) -> bool:
    """Whether an event only follows from another of its entry: a guard, or what takes guards out of force."""
    return event.guards or any(e.guards for e in withdrawn(page, event))


def happening(page: Page, event: Event, *, reason: bool = True) -> str:
    """What happened, as the lists say it; a withdrawal names what it takes out of force, and why."""
    taken = withdrawn(page, event)
    if not taken:
        return page.sentence(event)
    kind = "corrected" if event.envelope.command == CORRECT[0] else "withdrawn"
    said = page.t(f"event.took_out.{kind}", what=page.t("list.sep").join(page.sentence(e) for e in taken))
    return said + (page.t("colon") + event.envelope.reason if reason and event.envelope.reason else "")


def correctable(page: Page, event: Event) -> bool:
    """Whether this account may correct or withdraw the entry of an event."""
    command = page.services.desk.commands.get(event.envelope.command)
    return (
        command is not None
        and command.event is not None
        and not isinstance(event, EntryWithdrawn)
        and command in page.reach.commands()
        and may_change(page.reach.actor.post, event)
    )


def original(page: Page, event: Event) -> Event | None:
    """The entry that a correction or a withdrawal takes out of force."""
    version = event.versions[0] if isinstance(event, EntryWithdrawn) else event.envelope.corrects
    if version is None:
        return None
    return next((e for e in page.services.log.stream(event.originator_id) if e.originator_version == version), None)


def main_event(recorded: list[Event]) -> Event:
    """The event that says most of what a command recorded: its own, not a guard."""
    entered = [e for e in recorded if not isinstance(e, EntryWithdrawn)]
    own = [e for e in entered if e.command == e.envelope.command]
    return next(iter([*own, *(e for e in entered if not e.guards), *recorded]))


def concerning(page: Page, event: Event) -> str:
    """Person and facility that an event is about."""
    state = page.names.state(event.originator_id)
    person = getattr(event, "person", None) or getattr(state, "person", None)
    person = event.originator_id if isinstance(state, Person) else person
    place = event.envelope
    said = [
        page.names.person(person) if person else "",
        page.names.facility(place.facility) if place.facility else page.region(place.region) if place.region else "",
        getattr(state, "login", "") or "",
    ]
    return " · ".join(filter(None, said)) or "—"


def thing_of(page: Page, stream: str | None) -> tuple[str, str, str | None] | None:
    """What a command acts upon or made: (kind, words that tell it from others, its page for whoever may see it)."""
    state = page.names.state(stream) if stream else None
    if state is None or stream is None:
        return None
    link = things.link(page, stream)
    words = things.title(page, stream, whole=True) if link else ""
    return (page.pair((type(state).label, type(state).name.capitalize())), words, link) if words else None


# -- next --------------------------------------------------------------------------------------------------


def onward(page: Page, stream: str) -> list[tuple[str, str]]:
    """(words, address) of what may be recorded about a thing as it is now."""
    state = page.names.state(stream)
    if state is None:
        return []
    if isinstance(state, Stay) and state.ended_on is not None:
        return _after_the_end(page, state, stream)
    return [
        (page.pair(called(command)), f"/enter/{command.name}?{field}={stream}")
        for command in page.reach.offered()
        if command.event is not None and (field := _place(command, state.name)) and _fits(page, command, state)
    ]


def _place(command: Command, thing: str) -> str | None:
    """The question of a command that a thing answers: what it acts upon, or what something new is made of."""
    if command.target not in (None, thing):
        return None
    return next(
        (
            name
            for name, (bare, spec, _) in command.fields.items()
            if spec.ref == thing and typing.get_origin(bare) is not tuple
        ),
        None,
    )


def _fits(page: Page, command: Command, state: Any) -> bool:
    """Whether a command makes sense in a state: who is away comes back or leaves; who lives somewhere is not admitted."""
    if isinstance(state, Stay):
        if state.status in BACK:
            return command.name in (BACK[state.status], LEAVING)
        return command.name not in BACK.values()
    if isinstance(state, Facility) and not things.applies(command, state.kind):
        return False
    if command.target == state.name and not things.offered(page, command, state):
        return False
    return not (command.name == ADMIT and isinstance(state, Person) and _settled(state))


def _settled(person: Person) -> bool:
    """Whether somebody lives somewhere, or does not live any more."""
    return person.died_on is not None or any(stay.end is None for stay in person.stays.values())


def _after_the_end(page: Page, state: Stay, stream: str) -> list[tuple[str, str]]:
    """The stay is over: its end may be corrected, the person may come again."""
    standing = in_force(page.services.log.stream(stream))
    ended = next((e for e in reversed(standing) if isinstance(e, Stay.Discharged)), None)
    found = []
    if ended is not None and correctable(page, ended):
        found.append((page.t("onward.correct_end"), f"/events/{ended.envelope.position}/correct"))
    person = page.names.state(state.person)
    again = page.reach.offers(page.services.desk.commands[ADMIT])
    if again and isinstance(person, Person) and not _settled(person):
        found.append((page.t("onward.again"), f"/enter/{ADMIT}?person={state.person}"))
    return found
