"""Gives everybody who was registered by an earlier version the search tokens of the initials. Idempotent, once a store."""

from __future__ import annotations

from domain.log import Vault
from domain.model import Sealed
from domain.people import Person
from domain.work import Work
from infra.bootstrap import Services

AT_ONCE = 500


def give_initials(services: Services) -> int:
    """Remember everybody again by name and number; how many that were. Broken off, it begins again the next time.

    Who is renamed or withdrawn while their part is written is done once more from the log, so that no old name stays.
    """
    found, after = 0, ""
    if services.backfill.done:
        return 0
    while subjects := services.backfill.subjects(after, AT_ONCE):
        after = subjects[-1]
        before = _people(services, subjects)
        for stream, (name, number) in before.items():
            services.vault.remember(stream, name, number)
        services.vault.flush()
        now = _people(services, subjects)
        for stream in [one for one, said in before.items() if now.get(one) != said]:
            services.vault.forget(stream)
            if stream in now:
                services.vault.remember(stream, *now[stream])
            services.vault.flush()
        found += len(before)
    services.backfill.finish()
    return found


def _people(services: Services, subjects: list[str]) -> dict[str, tuple[str, str | None]]:
    """Name and number of those subjects who are persons, as the log has them now."""
    work = Work(services.log)
    work.prefetch(subjects)
    services.vault.warm(subjects)
    found = {}
    for stream in subjects:
        state = work.track(stream).state
        name = _opened(services.vault, state.title) if isinstance(state, Person) else None
        if name:
            found[stream] = name, _opened(services.vault, state.document_number)
    return found


def _opened(vault: Vault, value: Sealed | str | None) -> str | None:
    return vault.open(value) if isinstance(value, Sealed) else value
