"""Persons who were registered before people were found by their initials: who they are, and whether all have been done."""

from __future__ import annotations

from sqlalchemy import select, text

from adapters.vault_store import INITIALS, VaultStore, keys, moment, steps
from domain.log import Clock

_DONE = text("INSERT INTO steps (name, done_at) VALUES (:name, :at) ON CONFLICT DO NOTHING")


class SearchBackfill:
    """What is left to do, part by part; doing a part twice changes nothing."""

    def __init__(self, store: VaultStore, clock: Clock) -> None:
        self._store, self._clock = store, clock

    @property
    def done(self) -> bool:
        """Whether everybody is found by the initials."""
        return bool(self._store.rows(select(steps.c.name).where(steps.c.name == INITIALS)))

    def subjects(self, after: str, limit: int) -> list[str]:
        """Some of those who have a key, in order, behind one of them."""
        query = select(keys.c.subject).where(keys.c.subject > after, keys.c.key.is_not(None))
        return [row["subject"] for row in self._store.rows(query.order_by(keys.c.subject).limit(limit))]

    def finish(self) -> None:
        """Nothing is left."""
        with self._store.writing() as connection:
            connection.execute(_DONE, {"name": INITIALS, "at": moment(self._clock.now())})
