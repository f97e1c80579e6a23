"""What stands behind a figure: the kinds of entries that make it, its members, and entries that cancel each other out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from domain.aggregates import events
from domain.batches import Batch
from domain.catalogue import event_words
from domain.facilities import Facility
from domain.model import EntryWithdrawn, Event
from webapp import things
from webapp.following import happening
from webapp.page import Page

Traced = Mapping[str, Any]
"""A trace, or one event of it, as the views answer."""


def undone(page: Page, trace: Traced) -> frozenset[int]:
    """The positions of entries taken out of force and of what took them out, where together they add nothing."""
    at = {(event["stream"], event["version"]): event for event in trace["events"]}
    taking = [event["position"] for event in trace["events"] if event["topic"] == EntryWithdrawn.topic]
    found: set[int] = set()
    for event in page.services.log.at(taking):
        places = [(event.originator_id, version) for version in (*event.versions, event.originator_version)]
        pair = [at[place] for place in places if place in at]
        if sum(Decimal(one["amount"]) for one in pair) == 0:
            found |= {one["position"] for one in pair}
    return frozenset(found)


def told(page: Page, shown: Iterable[Traced]) -> dict[int, str]:
    """What is told otherwise than the view tells it, by position: the accounts by their names, and of withdrawals what they took out.

    The reasons of withdrawals stand elsewhere.
    """
    lines = list(shown)
    return page.told(lines) | said(page, (entry for entry in lines if entry["topic"] == EntryWithdrawn.topic))


def said(page: Page, shown: Iterable[Traced]) -> dict[int, str]:
    """What happened by each of some entries, by position."""
    found = page.services.log.at([entry["position"] for entry in shown])
    return {e.envelope.position: happening(page, e, reason=False) for e in found}


def sources(page: Page, trace: Traced, out: frozenset[int]) -> list[tuple[str, int, str]]:
    """(what happened, how often, amount) summed by kind of event; the amounts add up to the value."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    times: dict[str, int] = defaultdict(int)
    for event in trace["events"]:
        if event["position"] not in out:
            sums[event["topic"]] += Decimal(event["amount"])
            times[event["topic"]] += 1
    named = {topic: page.pair(event_words(event)) for topic, event in events().items()}
    return [(named.get(topic, topic), times[topic], f"{amount:f}") for topic, amount in sums.items()]


@dataclass(frozen=True)
class Member:
    """One member of a figure: its name, its page, where and when, what it adds, and the entries behind it."""

    name: str
    url: str | None
    facility: str | None
    said: str
    day: date | None
    amount: str
    positions: tuple[int, ...]
    masked: bool = False


def members(page: Page, out: frozenset[int], shown: Sequence[Traced]) -> list[Member]:
    """The members on one page of the list, each told by its last entry that counts."""
    kept = [tuple(p for p in member["positions"] if p not in out) or tuple(member["positions"]) for member in shown]
    last = {event.envelope.position: event for event in page.services.log.at({its[-1] for its in kept if its})}
    page.names.warm(event.originator_id for event in last.values())
    page.names.warm(_person(page, event) for event in last.values())
    return [
        _member(page, member, its, last.get(its[-1]) if its else None) for member, its in zip(shown, kept, strict=True)
    ]


def _member(page: Page, member: Traced, positions: tuple[int, ...], event: Event | None) -> Member:
    person = _person(page, event, member["member"])
    name, url = _named(page, event, person, member["label"])
    return Member(
        name,
        url,
        event.envelope.facility if event is not None and person else None,
        page.sentence(event) if event is not None else "",
        event.day if event is not None else None,
        member["amount"],
        positions,
        bool(person) and not page.reach.names(person or ""),
    )


def _person(page: Page, event: Event | None, member: str | None = None) -> str | None:
    """Whom the event behind a member is about, if anybody; of a batch, whose pseudonym the member is."""
    if event is None:
        return None
    state = page.names.state(event.originator_id)
    if isinstance(state, Batch) and member is not None:
        return next((one.person for one in state.line_of.values() if member in (one.member, one.person)), None)
    return getattr(event, "person", None) or getattr(state, "person", None)


def _named(page: Page, event: Event | None, person: str | None, label: str) -> tuple[str, str | None]:
    """The name of a member and its page, by the event behind it: a person, a thing, a facility, or the entry itself."""
    if event is None:
        return label, None
    stream = event.originator_id
    state = page.names.state(stream)
    if person:
        return page.names.person(person), things.link(page, stream) or things.link(page, person)
    if state is not None and state.name in things.PATHS and not isinstance(state, Facility):
        return things.title(page, stream), things.link(page, stream)
    facility = event.envelope.facility
    if facility:
        return page.names.facility(facility), f"/facilities/{facility}"
    return page.region(event.envelope.region or label), None
