"""Every aggregate, in the order in which menus and references list them, and what follows from all of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from domain.accounts import Account
from domain.activities import Activity, activity_figures
from domain.activity_types import ActivityType
from domain.batches import Batch
from domain.complaints import Complaint
from domain.draws import Draw
from domain.facilities import Facility
from domain.figures import Figure
from domain.findings import Finding
from domain.funds import Fund
from domain.hazards import Hazard
from domain.incidents import Incident
from domain.inspections import Inspection
from domain.lottery_sales import Sale
from domain.model import Aggregate, EntryWithdrawn, Event
from domain.node import Node
from domain.outlets import Outlet
from domain.papers import Paper
from domain.patrols import Patrol
from domain.people import Person
from domain.ratings import Rating
from domain.receptions import Reception
from domain.rescues import Rescue
from domain.shifts import Shift
from domain.stays import Stay
from domain.transfers import Transfer

AGGREGATES: tuple[type[Aggregate], ...] = (
    Facility,
    Paper,
    Person,
    Stay,
    Transfer,
    Reception,
    Shift,
    Activity,
    Rescue,
    Patrol,
    Outlet,
    Sale,
    Inspection,
    Draw,
    Hazard,
    Complaint,
    Incident,
    Rating,
    Fund,
    Batch,
    Finding,
    Account,
    Node,
)
BY_NAME: dict[str, type[Aggregate]] = {aggregate.name: aggregate for aggregate in AGGREGATES}


@cache
def events() -> dict[str, type[Event]]:
    """Every event by topic."""
    own = {event.topic: event for aggregate in AGGREGATES for event in aggregate.events}
    return {**own, EntryWithdrawn.topic: EntryWithdrawn}


@cache
def sending() -> frozenset[str]:
    """The topics of events that may ask something of another node."""
    return frozenset(topic for topic, event in events().items() if event.letter is not Event.letter)


def figures(types: Mapping[str, ActivityType]) -> dict[str, Figure]:
    """Every figure by key, in the order of declaration; those of activities last."""
    return {figure.key: figure for aggregate in AGGREGATES for figure in aggregate.figures} | activity_figures(types)
