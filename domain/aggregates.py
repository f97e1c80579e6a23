"""Every aggregate, in the order in which menus and references list them, and what follows from all of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from domain.accounts import Account
from domain.activities import Activity, activity_figures
from domain.activity_types import ActivityType
from domain.facilities import Facility
from domain.figures import Figure
from domain.model import Aggregate, EntryWithdrawn, Event
from domain.node import Node
from domain.people import Person
from domain.stays import Stay

AGGREGATES: tuple[type[Aggregate], ...] = (Facility, Person, Stay, Activity, Account, Node)
BY_NAME: dict[str, type[Aggregate]] = {aggregate.name: aggregate for aggregate in AGGREGATES}


@cache
def events() -> dict[str, type[Event]]:
    """Every event by topic."""
    own = {event.topic: event for aggregate in AGGREGATES for event in aggregate.events}
    return {**own, EntryWithdrawn.topic: EntryWithdrawn}


def figures(types: Mapping[str, ActivityType]) -> dict[str, Figure]:
    """Every figure by key, in the order of declaration; those of activities last."""
    return {figure.key: figure for aggregate in AGGREGATES for figure in aggregate.figures} | activity_figures(types)
