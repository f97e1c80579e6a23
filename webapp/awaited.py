"""Who is awaited: the open receptions of a person, known by the pseudonym that the other side announced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.people import Person
from domain.transfer_rules import RECEPTION_ACCEPTED
from projections.ask import Ask
from webapp.page import Page

OPEN = ("accepted", "on_the_way")
LOOKED_AT = 200
"""So many receptions that wait for somebody are looked at, in each state."""


def receptions(page: Page, person: str | None) -> list[str]:
    """The receptions by which this very person is awaited in a home that the account may enter for."""
    state = page.names.state(person) if person else None
    if not isinstance(state, Person) or not state.pseudonym:
        return []
    known = {state.pseudonym, *state.former}
    found = []
    for status in OPEN:
        ask = Ask(page.services.today, where={"status": status})
        for row in page.services.views.sheet("receptions", ask, limit=LOOKED_AT)["rows"]:
            one = page.names.state(row["stream"])
            if one.member in known and RECEPTION_ACCEPTED.holds(one, None) and page.reach.facility(one.facility):
                found.append(row["stream"])
    return found


def forgotten(page: Page, values: Mapping[str, Any]) -> list[dict[str, str]]:
    """What to say before an admission that does not name the reception by which the person is awaited."""
    if values.get("reception") or not receptions(page, values.get("person")):
        return []
    return [
        {
            "rule": "",
            "severity": "warn",
            "said": page.t("admission.awaited"),
            "remedy": page.t("admission.awaited.do"),
        }
    ]
