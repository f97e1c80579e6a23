"""What follows upon an entry: what it took out of force, the facts of its receipt, and what may be recorded next."""

from __future__ import annotations

import typing
from typing import Any
from urllib.parse import urlencode

from domain.authority import may_change
from domain.catalogue import Command
from domain.corrections import CORRECT
from domain.entries import in_force
from domain.facilities import Facility
from domain.model import EntryWithdrawn, Event
from domain.people import Person
from domain.receptions import Reception
from domain.stays import Stay
from domain.transfer_rules import RECEPTION_ACCEPTED
from webapp import things
from webapp.awaited import receptions
from webapp.page import Page, called

ADMIT = "stay.admit"
BACK = {"on_leave": "stay.return", "in_hospital": "stay.come_back"}
"""How somebody who is away returns."""
LEAVING = "stay.discharge"


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
        and event.envelope.node is None
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
    awaited = receptions(page, stream) if isinstance(state, Person) and not _settled(state) else []
    return [_admitting(page, stream, one) for one in awaited] + [
        (page.pair(called(command)), f"/enter/{command.name}?{urlencode({field: stream, **_known(command, state)})}")
        for command in page.reach.offered()
        if command.event is not None
        and (field := _place(command, state.name))
        and things.writable(page, command, stream)
        and _fits(page, command, state)
    ]


def _admitting(page: Page, person: str, reception: str) -> tuple[str, str]:
    """The admission of somebody who was to come, with all that is known of it."""
    state = page.names.state(reception)
    said = {"person": person, "reception": reception, "facility": state.facility, "category": state.category}
    return page.t("onward.awaited", where=state.from_name), f"/enter/{ADMIT}?{urlencode(said)}"


def _known(command: Command, state: Any) -> dict[str, str]:
    """What the form can be filled in with besides: where somebody who was to come is to be admitted, and as what."""
    if command.name != ADMIT or not isinstance(state, Reception):
        return {}
    return {"facility": state.facility or "", "category": state.category}


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
    if isinstance(state, Reception) and command.name == ADMIT:
        return RECEPTION_ACCEPTED.holds(state, None)
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
    again = again and things.writable(page, page.services.desk.commands[ADMIT], state.person)
    if again and isinstance(person, Person) and not _settled(person):
        found.append((page.t("onward.again"), f"/enter/{ADMIT}?person={state.person}"))
    return found
