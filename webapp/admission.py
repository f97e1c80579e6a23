"""The papers of an admission as steps over days: what is there already, and the form that brings what is missing."""

from __future__ import annotations

from domain.entries import in_force
from domain.kinds import KINDS
from domain.people import Person
from domain.stays import Stay
from webapp.access import Permission, holds
from webapp.following import correctable
from webapp.page import Page
from webapp.steps import OPEN, Step, step

PAPERS = ("document", "bed", "agreement", "contact", "scans")
"""What may be missing at first."""
ADMIT, REGISTER, MOVE = "stay.admit", "person.register", "stay.move"


def of_stay(page: Page, stream: str, stay: Stay) -> list[Step]:
    """The steps of an admission to a home that people live in; none elsewhere, and none once the stay is over."""
    kind = KINDS.get(stay.kind or "")
    if kind is None or not kind.lodging or stay.ended_on is not None:
        return []
    person = page.names.state(stay.person)
    correct, document = _correcting(page, stream, ADMIT), getattr(person, "document_kind", None)
    words = page.services.reference.words
    bed = f"/enter/{MOVE}?stay={stream}" if _may(page, MOVE) and stay.status == "present" else correct
    known = isinstance(person, Person) and document not in (None, "none")
    none = {name: page.t(f"admission.{name}.none") for name in PAPERS}
    return [
        step(page.t("admission.person"), True, page.names.person(stay.person)),
        step(
            page.t("admission.document"),
            known,
            page.pair(words("document_kinds", str(document))) if known else none["document"],
            _correcting(page, stay.person, REGISTER),
        ),
        step(page.t("admission.category"), True, page.pair(words("stay_categories", stay.category))),
        step(page.t("admission.bed"), bool(stay.bed), stay.bed or none["bed"], bed),
        step(page.t("admission.agreement"), bool(stay.agreement_no), stay.agreement_no or none["agreement"], correct),
        step(
            page.t("admission.contact"),
            reachable := bool(stay.contact or stay.contact_phone),
            page.t("admission.noted") if reachable else none["contact"],
            correct,
        ),
        step(
            page.t("admission.scans"),
            bool(stay.scans),
            page.t("evidence.count", n=len(stay.scans)) if stay.scans else none["scans"],
            correct,
        ),
    ]


def left(steps: list[Step]) -> int:
    """How many steps are not done."""
    return sum(one.state == OPEN for one in steps)


def _may(page: Page, name: str) -> bool:
    command = page.services.desk.commands[name]
    return page.point.at_present and page.reach.may(command) and holds(page.reach.actor, Permission.RECORDING)


def _correcting(page: Page, stream: str, name: str) -> str | None:
    """The form that corrects the entry that began a thing, for whoever may correct it."""
    standing = in_force(page.services.log.stream(stream))
    first = next((event for event in standing if event.command == name), None)
    if first is None or not page.point.at_present or not correctable(page, first):
        return None
    return f"/events/{first.envelope.position}/correct"
