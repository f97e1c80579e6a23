"""The persons of an area: those who stay or stayed in it by the as-of day, page by page.

A person has no place but that of the stays, so the board of stays is read instead, a part at a time, and whoever
came several times stands at the first of those stays. The place of the last stay read is where the next page begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.catalogue import sheets
from domain.facilities import Facility
from domain.people import Person
from projections.ordering import Order
from webapp.page import Page

READ, READS_MAX = 100, 50
"""Stays read at once, and how often for one page: a filter that fits few ends the page early, not the board."""


def of_area(
    page: Page, where: Mapping[str, str], whom: frozenset[str] | None, limit: int, after: str | None
) -> dict[str, Any]:
    """A page of the board of persons in the asked area, who came last first; the total only of a board of one page."""
    order = Order(by="admitted_on", whom=whom)
    rows: list[dict[str, Any]] = []
    more, reached, last = None, after, None
    answer: dict[str, Any] = {}
    for _ in range(READS_MAX):
        answer = page.services.views.sheet("stays", page.point.ask, limit=READ, after=reached, sealed=True, order=order)
        page.names.warm(stay["person"] for stay in answer["rows"])
        for stay in answer["rows"]:
            row = _row(page, stay, where)
            if row is not None and len(rows) == limit:
                more = last
                break
            rows += [row] if row is not None else []
            last = reached = stay["after"]
        if more or len(answer["rows"]) < READ:
            break
    else:
        more = reached
    whole = after is None and more is None
    return {**answer, "name": "persons", "rows": rows, "total": len(rows) if whole else None, "more": more}


def _row(page: Page, stay: Mapping[str, Any], where: Mapping[str, str]) -> dict[str, Any] | None:
    """The row of the person of a stay, unless the person is not of this account, stands elsewhere, or is filtered out."""
    stream = stay["person"]
    person = page.then(stream) if page.reach.person(stream) else None
    if not isinstance(person, Person) or _first(page, person) not in (None, stay["stream"]):
        return None
    row = {key: getattr(person, key, None) for key in sheets()["persons"]}
    fits = all(str(row[key]) == value for key, value in where.items())
    return {"stream": stream, "facility": None, **row} if fits else None


def _first(page: Page, person: Person) -> str | None:
    """The first of a person's stays in the asked area, in the order of recording; the person may not know one yet."""
    here = [stay for stay in person.stays.values() if len(person.stays) == 1 or _in_area(page, stay.facility)]
    return min(here, key=lambda stay: stay.version).stay if here else None


def _in_area(page: Page, facility: str) -> bool:
    """Whether a facility lay in the asked area on the as-of day."""
    ask, regions = page.point.ask, page.services.reference.regions
    if ask.facility:
        return facility == ask.facility
    home = page.then(facility)
    return isinstance(home, Facility) and (not ask.region or regions.within(home.region, ask.region, ask.as_of))
