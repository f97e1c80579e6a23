"""Who is awaited: the open receptions of a person, known by the pseudonym that the other side announced."""

from __future__ import annotations

from domain.people import Person
from domain.receptions import Reception
from domain.transfer_rules import AWAITED
from domain.work import kept_by
from projections.ask import Ask
from webapp.page import Page

LOOKED_AT = 200
"""So many receptions that wait for somebody are looked at, in each state."""


def receptions(page: Page, person: str | None) -> list[str]:
    """The receptions by which this very person is awaited in a home that the account may enter for."""
    state = page.names.state(person) if person else None
    if not isinstance(state, Person) or not state.pseudonym:
        return []
    known, actor = {state.pseudonym, *state.former}, page.reach.actor
    asks = (Ask(page.services.today, actor.region, actor.facility, where={"status": status}) for status in AWAITED)
    rows = [row for ask in asks for row in page.services.views.sheet("receptions", ask, limit=LOOKED_AT)["rows"]]
    streams = [row["stream"] for row in rows]
    return [one for one in streams if _member(page, one) in known and kept_by(page.reach.work, one) is None]


def _member(page: Page, reception: str) -> str | None:
    """Whom a reception announces; nobody, where the views show one that was withdrawn meanwhile."""
    state = page.names.state(reception)
    return state.member if isinstance(state, Reception) else None
