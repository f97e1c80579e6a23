"""Counts everybody under the key of the province that a node joins: one entry a person, behind which nothing is rewritten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    found, looked_at = Recounted(), 0
    for people in _people(services):
        wanted = [stream for stream, person in people if _counted_otherwise(services, stream, person)]
        today = services.clock.now().astimezone(CHINA).date()
        for outcome in services.desk.submit_many(
            [Submission("person.rekey", f"rekey-{uuid4()}", {"person": one}, occurred_on=today) for one in wanted]
        ):
            if isinstance(outcome, Refused) and outcome.rule != NUMBER_GONE:
                raise outcome
            found.kept += isinstance(outcome, Refused)
            found.anew += not isinstance(outcome, Refused)
        looked_at += len(people)
        seen(looked_at)
    return found


def counted_otherwise(services: Services) -> int:
    """How many are counted under another key than the present one, and could be counted under it."""
    return sum(
        _counted_otherwise(services, stream, person) and _opened(services, person) is not GONE
        for people in _people(services)
        for stream, person in people
    )


def registered(services: Services) -> bool:
    """Whether anybody is counted by this node at all."""
    return any(people for people in _people(services))


def _people(services: Services) -> Iterator[list[tuple[str, Person]]]:
    """Everybody whom this node registered, some at a time."""
    after = ""
    while subjects := services.backfill.subjects(after, GROUP):
        after, work = subjects[-1], Work(services.log)
        work.prefetch(subjects)
        services.vault.warm(subjects)
        states = [(one, work.track(one).state) for one in subjects]
        yield [(one, state) for one, state in states if isinstance(state, Person) and state.pseudonym is not None]


GONE = object()
"""Stands for a number that nobody can know any more."""


def _opened(services: Services, person: Person) -> str | object | None:
    number = person.document_number
    opened = services.vault.open(number) if isinstance(number, Sealed) else number
    return GONE if opened is None and number is not None else opened


def _counted_otherwise(services: Services, stream: str, person: Person) -> bool:
    """Whether somebody's pseudonym is not the one that the present key gives; of a number that is gone it is taken for so."""
    number = _opened(services, person)
    return number is GONE or person.pseudonym != services.vault.pseudonym(
        person.document_kind,
        number,  # type: ignore[arg-type]
        stream,
    )
