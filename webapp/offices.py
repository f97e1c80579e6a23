"""Which accounts hold a post at a place: pages tell people by their office, and two who have the same by their logins too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.accounts import Account
from domain.log import Log
from domain.model import EntryWithdrawn
from projections.ask import Ask

ACCOUNTS_MAX = 100_000
LOOKED_THROUGH_MAX = 1_000
"""When more than so many entries were added since the last look, the accounts are read anew without looking for theirs."""
Office = tuple[str | None, str | None, str]
"""Facility, region, post."""


class Offices:
    """The accounts by their offices; read anew when something was recorded of an account."""

    def __init__(self, views: Any, log: Log) -> None:
        self._views, self._log = views, log
        self._topics = {EntryWithdrawn.topic, *(event.topic for event in Account.events)}
        self._kept: tuple[int, Mapping[Office, frozenset[str]]] | None = None
        """Up to which position, and what; replaced as a whole, so that pages beside each other need no lock."""

    def known(self, today: date) -> Mapping[Office, frozenset[str]]:
        """The logins of every office, those of locked accounts too: what they recorded stays."""
        position, kept = self._views.position(), self._kept
        if kept is None or self._changed(kept[0], position):
            kept = position, self._read(today)
        elif position > kept[0]:
            kept = position, kept[1]
        self._kept = kept
        return kept[1]

    def _changed(self, since: int, position: int) -> bool:
        """Whether something was recorded of an account between two positions, as far as it is worth looking."""
        if position - since > LOOKED_THROUGH_MAX:
            return True
        return any(topic in self._topics for _, topic, _, _ in self._log.headings(range(since + 1, position + 1)))

    def _read(self, today: date) -> Mapping[Office, frozenset[str]]:
        found: dict[Office, set[str]] = defaultdict(set)
        for row in self._views.sheet("accounts", Ask(today), limit=ACCOUNTS_MAX)["rows"]:
            found[row["scope_facility"], row["scope_region"], row["post"]].add(row["login"])
        return {office: frozenset(logins) for office, logins in found.items()}
