"""What an entry in force says: its own event, the values that it was given, and the texts with which a form shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from domain.entries import in_force
from domain.model import CHINA, Event, Sealed
from webapp import forms, readable, saying
from webapp.page import Page
from webapp.records import found_event


def entry_event(page: Page, position: int) -> Event:
    """The event in force that carries what the entry's command said, whichever of its events was named."""
    event = found_event(page, position)
    entry_id = event.envelope.entry_id
    for stream in dict.fromkeys([event.originator_id, *(e.originator_id for e in page.services.log.entry(entry_id))]):
        for standing in in_force(page.services.log.stream(stream)):
            if standing.envelope.entry_id == entry_id and standing.command == standing.envelope.command:
                return standing
    return event


def texts_of(page: Page, controls: Sequence[forms.Control], event: Event) -> dict[str, str]:
    """What the form of an entry says."""
    texts: dict[str, str] = saying.texts_of(forms.OCCURRED_ON, event.envelope.occurred_on)
    if event.envelope.occurred_at:
        texts["occurred_at"] = readable.time_of_day(event.envelope.occurred_at.astimezone(CHINA))
    values = values_of(page, controls, event)
    for one in controls:
        texts |= saying.texts_of(one, values.get(one.name))
    return texts


def values_of(page: Page, controls: Sequence[forms.Control], event: Event) -> dict[str, Any]:
    """What an entry says, by question: typed as its command was, private values opened."""
    standing = [
        e
        for e in in_force(page.services.log.stream(event.originator_id))
        if e.envelope.entry_id == event.envelope.entry_id
    ]
    said = type(event).said(sorted(standing, key=lambda e: e.command != e.envelope.command) or [event])
    values = {}
    for one in controls:
        value = said.get(one.name)
        if isinstance(value, Sealed):
            value = page.names.read(value)
            value = date.fromisoformat(value) if value and one.kind == "date" else value
        if value is not None:
            values[one.name] = value
    return values
