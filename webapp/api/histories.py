"""What happened, over HTTP: the timeline of a thing, the state at a moment, and the feed of all events of the area."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Response

from domain.catalogue import sentence
from domain.declared import fields_of, record_fields
from domain.facilities import Facility
from domain.incidents import Incident
from domain.model import CHINA, EntryWithdrawn, Event, Refused, Sealed, Wording
from domain.people import Person
from projections.ask import Ask
from webapp import things
from webapp.access import Permission, reach
from webapp.api.operations import ROWS, ROWS_MAX, operation
from webapp.api.problems import Problem, as_json
from webapp.api.questions import ASKED, Said, fresh, linked, page_of, paged, today
from webapp.names import HIDDEN
from webapp.page import Page
from webapp.services import services

READ, READS_MAX = 500, 10
"""Events read at once, and how often for one page of the feed: one of few matches ends early and goes on from there."""
NO_STREAM = Wording("没有这个编号", "there is no such stream", "核对编号", "check the id")


def _reached(stream: str, *kinds: type) -> Page:
    """What the answer is made with. Refuses a thing that is not there, of no such kind, or beyond the account's area."""
    page = page_of(Ask(today()))
    state = page.names.state(stream)
    if state is None or (kinds and not isinstance(state, kinds)):
        raise Refused("reference.unknown", NO_STREAM, "stream")
    if not things.reached(page, state, stream):
        raise Problem("outside")
    return page


def _seen(page: Page, lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines of a timeline whose events the account may see."""
    lines = list(lines)
    events = services().log.at({line["position"] for line in lines})
    page.reach.prefetch(_placing(events))
    open_to = {event.envelope.position for event in events if page.reach.event(event)}
    return [dict(line) for line in lines if line["position"] in open_to]


def _placing(events: Iterable[Event]) -> Iterator[str]:
    """The streams by which it is judged who may see events: their facilities, else they themselves."""
    for event in events:
        if event.envelope.facility:
            yield event.envelope.facility
        elif isinstance(event, EntryWithdrawn) or event.aggregate is Person:
            yield event.originator_id


@operation(
    "GET",
    "/timeline/<stream>",
    permission=Permission.SIGNED_IN,
    parameters=("as_of", "known_at", "lines", "passed_over"),
    aliases={"lines": "limit", "passed_over": "after"},
    answers={200: "Timeline", **ASKED},
)
def read_timeline(said: Said, stream: str) -> Response:
    """The history of a thing in business order: its newest entries, and in a Link header where the older ones are."""
    page = _reached(stream)
    fresh()
    ask = Ask(said.get("as_of") or today(), known_at=said.get("known_at"))
    limit, after = said.get("limit", ROWS_MAX), said.get("after", 0)
    found = services().views.timeline(stream, ask, limit + 1, after)
    answer = as_json(_seen(page, found[-limit:]))
    return linked(answer, {"after": after + limit} if len(found) > limit else None)


@operation(
    "GET",
    "/replay/<stream>",
    permission=Permission.SIGNED_IN,
    parameters=("at", "known_at"),
    answers={200: "Replay", **ASKED},
)
def replay_stream(said: Said, stream: str) -> Response:
    """The state around an incident, or of a facility, at a moment; without one, the moments at which something changed."""
    page = _reached(stream, Incident, Facility)
    fresh()
    known = said.get("known_at")
    if "at" not in said:
        return as_json(_seen(page, services().views.boundaries(stream, Ask(today(), known_at=known))))
    at = said["at"].astimezone(CHINA)
    found = services().views.replay(stream, Ask(at.date(), at=at, known_at=known))
    return as_json(found | {"events_until_now": _seen(page, found["events_until_now"])})


# -- the feed ------------------------------------------------------------------------------------------


@operation(
    "GET",
    "/events",
    permission=Permission.SIGNED_IN,
    parameters=("after_position", "limit"),
    aliases={"after_position": "after"},
    answers={200: "Events", 400: "Problem"},
)
def read_events(said: Said) -> Response:
    """The events that the account may see, in the order of recording, from behind a position."""
    here, limit, at = reach(), said.get("limit", ROWS), said.get("after", 0)
    head = services().log.head().position
    found: list[Event] = []
    for _ in range(READS_MAX):
        read = services().log.read(at, READ)
        here.prefetch(_placing(read))
        for event in read:
            if len(found) == limit:
                break
            at = event.envelope.position
            found += [event] if here.event(event) else []
        if len(read) < READ or len(found) == limit:
            break
    rows = [event_data(event) for event in found]
    return paged({"events": rows, "after": at, "head": head}, {"after": at})


def event_data(event: Event) -> dict[str, Any]:
    """An event for a program: its envelope, its public fields, its sentence. Private fields say only that they are there."""
    place = event.envelope
    zh, en = sentence(event, services().reference)
    private = {name for name, (_, spec, _) in fields_of(type(event)).items() if spec.private}
    said = {name: getattr(event, name) for name in fields_of(type(event))}
    return {
        "position": place.position,
        "stream": event.originator_id,
        "version": event.originator_version,
        "topic": event.topic,
        "occurred_on": event.day.isoformat(),
        "occurred_at": place.occurred_at and place.occurred_at.astimezone(CHINA).isoformat(),
        "recorded_at": place.recorded_at and place.recorded_at.isoformat(),
        "command_id": place.given_id,
        "command": place.command,
        "node": place.node,
        "actor": place.actor,
        "post": str(place.post),
        "source": place.way,
        "file": place.file and place.file._asdict(),
        "facility": place.facility,
        "region": place.region,
        "reason": place.reason,
        "corrects": place.corrects,
        "data": {n: HIDDEN if n in private else plain(v) for n, v in said.items() if v is not None},
        "sentence_zh": zh,
        "sentence_en": en,
    }


def plain(value: Any) -> Any:
    """A field of an event as JSON holds it; decimals as text, so that they stay exact."""
    if isinstance(value, Sealed):
        return HIDDEN
    if is_dataclass(value) and not isinstance(value, type):
        declared = record_fields(type(value))
        return {
            n: HIDDEN if s.private else plain(getattr(value, n))
            for n, (_, s, _) in declared.items()
            if getattr(value, n) is not None
        }
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, tuple | list | frozenset):
        return [plain(one) for one in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
