"""责令整改通知书: what an inspection found, or one hazard, as a notice that is printed, sealed and handed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort

from domain.hazards import Hazard
from domain.inspections import Inspection
from domain.model import Event
from webapp import things
from webapp.access import Permission, needs, required
from webapp.page import Page, here
from webapp.rounds import found_by

pages = Blueprint("notices", __name__)
CODE = 8
"""So many letters of an id stand in the number of a notice."""


@dataclass(frozen=True)
class Fault:
    """One thing that is to be put right."""

    item: str | None
    fact: str
    basis: str | None
    grade: str
    deadline: date | None
    """As it stood on the day of the notice, which says what it said when it was handed over, also after an extension."""
    extended: date | None
    """Until when it was extended since."""
    url: str | None


@pages.get("/inspections/<stream>/notice")
@needs(Permission.SIGNED_IN)
def show_notice(stream: str) -> Any:
    """The notice about everything that an inspection found."""
    page = here()
    visit = _reached(page, stream, Inspection)
    hazards = found_by(page, visit)
    ended = [event for event in page.entries(stream) if isinstance(event, Inspection.Concluded)]
    why_not = "own" if visit.source == "facility" else "not_concluded" if not ended else "none" if not hazards else None
    return _notice(page, visit, hazards, ended[-1] if ended else None, why_not, inspection=visit)


@pages.get("/hazards/<stream>/notice")
@needs(Permission.SIGNED_IN)
def show_hazard_notice(stream: str) -> Any:
    """The notice about one hazard."""
    page = here()
    hazard = _reached(page, stream, Hazard)
    found = next(event for event in page.entries(stream) if isinstance(event, Hazard.Found))
    return _notice(page, hazard, [hazard], found, "own" if hazard.source == "facility" else None, inspection=None)


def _reached(page: Page, stream: str, kind: type[Any]) -> Any:
    """The thing on the as-of day: 404 where there was none, 403 where it may not be seen."""
    state = page.names.state(stream)
    if not isinstance(state, kind):
        abort(404)
    required(things.reached(page, state, stream))
    then = page.then(stream)
    if then is None:
        abort(404)
    return then


def _notice(
    page: Page, thing: Any, hazards: Sequence[Hazard], event: Event | None, why_not: str | None, *, inspection: Any
) -> Any:
    return page.render(
        "notice.html",
        thing=thing,
        back=things.link(page, thing.id),
        why_not=why_not,
        home=page.then(thing.facility) or page.names.state(thing.facility),
        event=event,
        number=_number(page, thing, event),
        inspection=inspection,
        faults=[_fault(page, hazard, event and event.day) for hazard in hazards],
        majors=sum(hazard.grade == "major" for hazard in hazards),
        plan_days=page.services.reference.limits.on("hazard.major_plan", page.point.ask.as_of),
        bureau=bureau(page, thing.region),
    )


def _number(page: Page, thing: Any, event: Event | None) -> str:
    if event is None:
        return ""
    position = event.envelope.position
    return page.t("notice.no", year=event.day.year, code=thing.id[:CODE], position=position)


def bureau(page: Page, region: str | None) -> str:
    """Who signs: the department of a province, the bureau of everything below."""
    if region is None:
        return page.t("notice.empty")
    return page.t("notice.department" if region.endswith("0000") else "notice.bureau", region=page.region(region))


def _fault(page: Page, hazard: Hazard, issued: date | None) -> Fault:
    """A hazard with its item as it was worded and founded when it was found, and the deadline of the day of the notice."""
    given = [(event.day, event.deadline) for event in page.entries(hazard.id) if getattr(event, "deadline", None)]
    then = [deadline for day, deadline in given if issued is None or day <= issued]
    first = then[-1] if then else given[0][1] if given else None
    item = page.services.reference.checklists.item(hazard.item, hazard.found_on) if hazard.item else None
    return Fault(
        hazard.item,
        hazard.subject,
        item and item.basis,
        page.choice("hazard_grades", hazard.grade),
        first,
        hazard.deadline if hazard.deadline != first else None,
        things.link(page, hazard.id),
    )
