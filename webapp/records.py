"""Records: one event, the newest events, and the history of a facility, a person, a stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from flask import Blueprint, abort, request
from werkzeug.routing import BaseConverter

from domain.batches import Batch
from domain.catalogue import spoken_moment
from domain.declared import fields_of
from domain.draws import Draw
from domain.entries import in_force
from domain.facilities import Facility
from domain.funds import Fund
from domain.hazards import Hazard
from domain.incidents import Incident
from domain.inspections import Inspection
from domain.model import Aggregate, EntryWithdrawn, Event, Sealed
from domain.people import Person
from domain.ratings import Rating
from domain.stays import Stay
from webapp import admission, draws, findings, gradings, money, reads, rounds, things
from webapp.access import Permission, needs, required
from webapp.both_sides import other_side
from webapp.checking import field_rows
from webapp.clocks import clocks
from webapp.evidence import tiles_of
from webapp.following import correctable, follows, happening, onward, original, withdrawn
from webapp.page import Page, here
from webapp.recent import recent_events
from webapp.replays import kept
from webapp.timelines import moments

pages = Blueprint("records", __name__)
OWN_PAGE = frozenset({"facilities", "persons", "stays"})
"""Boards whose things have pages of their own kind."""
SECTIONS: dict[type[Aggregate], Callable[[Page, Any], dict[str, Any]]] = {
    Draw: draws.of_draw,
    Hazard: rounds.of_hazard,
    Inspection: rounds.of_inspection,
    Rating: gradings.of_rating,
}
"""What stands on the page of a thing besides, in a template that is called as the thing is."""
RECENT = LINES = 50
"""Newest events, and entries of a timeline, on one page."""


class BoardOfThings(BaseConverter):
    """The part of an address that names a board whose things have a page: every one but those with their own."""

    regex = "|".join(sorted(set(things.PATHS.values()) - OWN_PAGE))


@pages.get("/events")
@needs(Permission.SIGNED_IN)
def show_events() -> Any:
    """The newest entries of the log that this account may see."""
    page = here()
    found = list(islice((event for event in recent_events(page) if not follows(page, event)), RECENT))
    page.names.warm(event.originator_id for event in found)
    page.names.warm(event.envelope.facility for event in found)
    page.names.know_accounts(event.envelope.actor for event in found)
    return page.render("events.html", events=[(e, happening(page, e), about(page, e)) for e in found])


@pages.get("/events/<int:position>")
@needs(Permission.SIGNED_IN)
def show_event(position: int) -> Any:
    """One event: what it says, who recorded it, both clocks, its place in the log, and how to put it right."""
    page = here()
    event = found_event(page, position)
    receipt = page.services.log.receipts([event.envelope.command_id]).get(event.envelope.command_id)
    entry = page.services.log.entry(event.envelope.entry_id)
    stream = page.services.log.stream(event.originator_id)
    return page.render(
        "event.html",
        event=event,
        said=happening(page, event, reason=False),
        taken=withdrawn(page, event),
        about=about(page, event),
        origin=page.origin(event),
        fields=[] if isinstance(event, EntryWithdrawn) else field_rows(page, event),
        leaf=receipt[1].leaf if receipt else "",
        entry=[(other, happening(page, other)) for other in entry if not follows(page, other)],
        standing=any(e.envelope.position == position for e in in_force(stream)),
        undone=_undone(event, stream),
        correctable=correctable(page, event) and not event.guards,
        original=original(page, event),
        main=_main(page, entry, event),
        replaced=_replaced(event, stream),
        files=tiles_of(page, [event]),
    )


@pages.get("/facilities/<stream>")
@needs(Permission.SIGNED_IN)
def show_facility(stream: str) -> Any:
    """A facility: what is known of it, its figures, its history."""
    page = here()
    state = page.names.state(stream)
    if not isinstance(state, Facility):
        abort(404)
    required(page.reach.facility(stream))
    then = page.then(stream)
    figures = page.services.views.figures(
        ("stay.present", "facility.beds_licensed", "hazard.open", "incident.occurred"),
        replace(page.point.ask, facility=stream),
    )
    return _history(
        page,
        stream,
        then.title if then else state.title,
        figures=[(page.services.reference.figures[one["key"]], one["value"]) for one in figures],
        replay=True,
        kept=kept(page, "facilities", stream),
    )


@pages.get("/persons/<stream>")
@needs(Permission.SIGNED_IN)
def show_person(stream: str) -> Any:
    """A person: what this account may read, the payments, and the history."""
    page = here()
    state = page.names.state(stream)
    if not isinstance(state, Person):
        abort(404)
    required(page.reach.person(stream))
    beside = {"payments": money.payments(page, stream), **reads.of_person(page, stream, state)}
    return _history(page, stream, page.names.person(stream), section="lately", **beside)


@pages.get("/stays/<stream>")
@needs(Permission.SIGNED_IN)
def show_stay(stream: str) -> Any:
    """A stay: who, where, since when, and what happened in it."""
    page = here()
    state = page.names.state(stream)
    if not isinstance(state, Stay):
        abort(404)
    required(page.reach.facility(state.facility))
    steps = admission.of_stay(page, stream, state) if page.point.at_present else []
    return _history(page, stream, things.title(page, stream), section="admission", steps=steps)


@pages.get("/<board:board>/<stream>")
@needs(Permission.SIGNED_IN)
def show_thing(board: str, stream: str) -> Any:
    """Anything else that has a history: what it is, what belongs to it, what may be recorded next, its timeline."""
    page = here()
    state = page.names.state(stream)
    if state is None or things.PATHS.get(state.name) != board:
        abort(404)
    required(things.reached(page, state, stream))
    then = page.then(stream)
    title = things.title(page, stream, then) or stream
    if isinstance(state, Fund):
        return _history(page, stream, title, section="fund", **money.of_fund(page, stream, then))
    if isinstance(state, Batch):
        return _history(page, stream, title, section="batch", **money.of_batch(page, stream, then, page_offset("line")))
    if then is not None and (section := SECTIONS.get(type(state))):
        return _history(page, stream, title, section=state.name, **section(page, then))
    if isinstance(state, Incident):
        shown = {"clocks": clocks(page, page.entries(stream)), "replay": True, "kept": kept(page, board, stream)}
        return _history(page, stream, title, section=state.name, concerned=_concerned(page, then), **shown)
    return _history(page, stream, title)


def _history(page: Page, stream: str, title: str, *, section: str = "", **more: Any) -> Any:
    """The page of one thing: what was known of it on the as-of day, what may be recorded about it now, its timeline.

    `section` names the template of what belongs to it besides.
    """
    state, offset = page.then(stream), page_offset("after")
    aggregate = page.reach.work.track(stream).aggregate
    found = page.services.views.timeline(stream, page.point.ask, LINES + 1, offset)
    lines = found[-LINES:]
    events = {e.envelope.position: e for e in page.services.log.at(line["position"] for line in lines)}
    page.names.warm(e.originator_id for e in events.values())
    page.names.know_accounts(e.envelope.actor for e in events.values())
    page.know_origins(events.values())
    lines = [line for line in lines if page.reach.event(events[line["position"]])]
    said = {"figures": [], "replay": False, "kept": [], **more}
    return page.render(
        "history.html",
        bar=True,
        kind=aggregate.name,
        board=things.PATHS[aggregate.name],
        title=title,
        stream=stream,
        facts=[*_facts(page, aggregate, state, stream), *other_side(page, state)],
        texts=_texts(page, aggregate, stream),
        moments=moments(page, reversed(lines), events, {p: about(page, e, stream) for p, e in _others(stream, events)}),
        findings=findings.of_thing(page, stream),
        findings_shown=findings.SHOWN_MAX,
        offered=onward(page, stream) if page.point.at_present else [],
        older=offset + LINES if len(found) > LINES else None,
        newer=offset > 0,
        section=section,
        files=tiles_of(page, (events[line["position"]] for line in lines if not line["withdrawn_by"])),
        **said,
    )


def _facts(page: Page, aggregate: type[Aggregate], state: Any, stream: str) -> list[tuple[str, str, str | None]]:
    """(label, value, link) of what is known of a thing, by the columns of its board."""
    row = {key: getattr(state, key, None) for key in aggregate.columns}
    return [
        (
            page.label(key, spec),
            page.value(key, spec, row[key], row.get("type"), stream),
            _linked(page, spec.ref, row[key]),
        )
        for key, spec in aggregate.columns.items()
        if row[key] not in (None, "", ())
    ]


def _concerned(page: Page, state: Incident | None) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """(label, (words, link) one by one) of what an incident is about, besides what its board has room for."""
    specs = {name: spec for name, (_, spec, _) in fields_of(Incident.Occurred).items()}
    page.names.warm(state.persons if state else ())
    return [
        (page.label(name, spec), [(page.value(name, spec, (one,)), _linked(page, spec.ref, one)) for one in said])
        for name, spec in ((name, specs[name]) for name in ("persons", "risks"))
        if (said := getattr(state, name, ()))
    ]


def _texts(page: Page, aggregate: type[Aggregate], stream: str) -> list[tuple[str, str, str, int]]:
    """(label, text, when, position) of what the standing entries say in private about the thing, if it is open here."""
    if aggregate is Person:
        return []
    found = []
    for event in page.entries(stream):
        for name, (_, spec, _) in fields_of(type(event)).items():
            value = getattr(event, name)
            own = isinstance(value, Sealed) and value.subject == stream and name not in aggregate.columns
            if own and page.reach.opens(value):
                said = page.value(name, spec, value)
                found.append((page.label(name, spec), said, spoken_moment(event.at, page.zh), event.envelope.position))
    return found


def _others(stream: str, events: dict[int, Event]) -> Iterator[tuple[int, Event]]:
    """(position, event) of what happened to something else than the thing itself."""
    return ((position, event) for position, event in events.items() if event.originator_id != stream)


def page_offset(name: str) -> int:
    """How many of the first lines of a list are passed over, by a part of the address."""
    said = request.args.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0


def _linked(page: Page, ref: str | None, value: Any) -> str | None:
    if ref not in things.PATHS or not value or not isinstance(value, str):
        return None
    if ref == "person" and not page.reach.person(value):
        return None
    path = f"/{things.PATHS[ref]}/{value}" if ref in ("facility", "person") else things.link(page, value)
    return path and page.point.url(path)


# -- one event ---------------------------------------------------------------------------------------------


def found_event(page: Page, position: int) -> Event:
    """The event at a position: 404 where there is none, 403 where it may not be seen."""
    found = page.services.log.at([position])
    if not found:
        abort(404)
    required(page.reach.event(found[0]))
    return found[0]


def about(page: Page, event: Event, at: str | None = None) -> tuple[str, str | None]:
    """Whom or what an event is about, and its page; on the page of a facility, without naming that again."""
    state = page.names.state(event.originator_id)
    person = getattr(event, "person", None) or getattr(state, "person", None)
    if isinstance(state, Stay) and person:
        return page.names.person(person), f"/stays/{event.originator_id}"
    if state is not None and state.name in things.PATHS and not isinstance(state, Person | Facility):
        return things.title(page, event.originator_id, at=at), things.link(page, event.originator_id)
    if isinstance(state, Person):
        link = f"/persons/{event.originator_id}" if page.reach.person(event.originator_id) else None
        return page.names.person(event.originator_id), link
    if event.envelope.facility:
        return page.names.facility(event.envelope.facility), f"/facilities/{event.envelope.facility}"
    if event.envelope.region:
        return page.region(event.envelope.region), None
    return getattr(state, "login", "") or page.t("place.node"), None


def _main(page: Page, entry: list[Event], event: Event) -> Event | None:
    """The event of the entry that says what happened, for one that only follows from it."""
    if not follows(page, event):
        return None
    taking = isinstance(event, EntryWithdrawn)
    found = [e for e in entry if not follows(page, e) and isinstance(e, EntryWithdrawn) == taking]
    return next((e for e in reversed(found) if e.command == e.envelope.command), found[-1] if found else None)


def _replaced(event: Event, stream: list[Event]) -> Event | None:
    """The correction that stands in an event's place."""
    return next((e for e in stream if e.envelope.corrects == event.originator_version), None)


def _undone(event: Event, stream: list[Event]) -> Event | None:
    """What took the event out of force."""
    if isinstance(event, EntryWithdrawn):
        return None
    return next((e for e in stream if isinstance(e, EntryWithdrawn) and event.originator_version in e.versions), None)
