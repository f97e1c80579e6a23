"""Counts everybody under the key of the province that a node joins: one entry a person, behind which nothing is rewritten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

from domain.desk import Submission
from domain.model import CHINA, Refused
from domain.people import Person
from domain.work import Work
from infra.bootstrap import Services
from infra.groups import GROUP


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
        present = {person.id: person.pseudonym_under(services.vault) for person in people}
        wanted = [person.id for person in people if present[person.id] not in (None, person.pseudonym)]
        today = services.clock.now().astimezone(CHINA).date()
        for outcome in services.desk.submit_many(
            [Submission("person.rekey", f"rekey-{uuid4()}", {"person": one}, occurred_on=today) for one in wanted]
        ):
            if isinstance(outcome, Refused):
                raise outcome
        found.anew += len(wanted)
        found.kept += list(present.values()).count(None)
        looked_at += len(people)
        seen(looked_at)
    return found


def counted_otherwise(services: Services) -> int:
    """How many are counted under another key than the present one, and could be counted under it."""
    return sum(
        person.pseudonym_under(services.vault) not in (None, person.pseudonym)
        for people in _people(services)
        for person in people
    )


def registered(services: Services) -> bool:
    """Whether anybody is counted by this node at all."""
    return any(_people(services))


def _people(services: Services) -> Iterator[list[Person]]:
    """Everybody whom this node registered, some at a time."""
    after = ""
    while subjects := services.backfill.subjects(after, GROUP):
        after, work = subjects[-1], Work(services.log)
        work.prefetch(subjects)
        services.vault.warm(subjects)
        states = (work.track(one).state for one in subjects)
        yield [state for state in states if isinstance(state, Person) and state.pseudonym is not None]
