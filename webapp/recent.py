"""The newest entries of the log, and how long ago the last thing happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from domain.model import EntryWithdrawn, Event
from webapp.page import Page

EARLIER = timedelta(days=91)
"""How far back "another day" lies, and how long nothing must have happened to be told: a quarter."""


def recent_events(page: Page) -> list[Event]:
    """The last events that this account may see, newest first."""
    return [event for event in page.services.newest.events() if page.reach.event(event)]


def latest_day(page: Page, recent: Iterable[Event] | None = None) -> date | None:
    """The last day on which something happened, where today is asked for and that day is more than a quarter ago.

    A past year is shown in a demonstration: whoever asks for today finds it empty without being told where the entries are.
    """
    if not page.point.at_present:
        return None
    days = [
        event.day
        for event in (recent_events(page) if recent is None else recent)
        if (event.envelope.facility or event.envelope.region) and not isinstance(event, EntryWithdrawn)
    ]
    last = max(days, default=None)
    return last if last is not None and page.point.today - last > EARLIER else None
