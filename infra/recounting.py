"""Counts everybody under the key of the province that a node joins: one entry a person, behind which nothing is rewritten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from domain.desk import Submission
from domain.model import CHINA, Refused, Sealed
from domain.people import Person
from domain.work import Work
from infra.bootstrap import Services
from infra.groups import GROUP

NUMBER_GONE = "person.key_destroyed"
"""The rule by which somebody whose document number nobody can know any more is not counted anew."""


@dataclass
class Recounted:
    """How many were counted anew, and how many keep their pseudonym: by law nobody can know their numbers any more."""

    anew: int = 0
    kept: int = 0


def recount(services: Services, seen: Callable[[int], None] = lambda looked_at: None) -> Recounted:
    """Count everybody anew who is counted under another key. Broken off, it goes on where it stopped.

    `seen` is told how many have been looked at. Raises Refused and LogUnavailable.
    """
    found, after, looked_at = Recounted(), "", 0
    while subjects := services.backfill.subjects(after, GROUP):
        after, looked_at = subjects[-1], looked_at + len(subjects)
        wanted = _counted_otherwise(services, subjects)
        today = services.clock.now().astimezone(CHINA).date()
        for outcome in services.desk.submit_many(
            [Submission("person.rekey", f"rekey-{uuid4()}", {"person": one}, occurred_on=today) for one in wanted]
        ):
            if isinstance(outcome, Refused) and outcome.rule != NUMBER_GONE:
                raise outcome
            found.kept += isinstance(outcome, Refused)
            found.anew += not isinstance(outcome, Refused)
        seen(looked_at)
    return found


def _counted_otherwise(services: Services, subjects: list[str]) -> list[str]:
    """Those subjects who are persons and do not have the pseudonym that the present key gives them."""
    work, vault = Work(services.log), services.vault
    work.prefetch(subjects)
    vault.warm(subjects)
    found = []
    for stream in subjects:
        state = work.track(stream).state
        if not isinstance(state, Person) or state.pseudonym is None:
            continue
        number = vault.open(state.document_number) if isinstance(state.document_number, Sealed) else None
        if state.pseudonym != vault.pseudonym(state.document_kind, number, stream):
            found.append(stream)
    return found
