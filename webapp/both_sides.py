"""The two sides of a transfer, where one log knows both: that of a superior, or of a node with homes on either side."""

from __future__ import annotations

from typing import Any

from domain.letters import letter_id
from domain.receptions import Reception
from domain.transfers import Transfer
from webapp import things
from webapp.page import Page


def other_side(page: Page, state: Any) -> list[tuple[str, str, str | None]]:
    """(label, words, link) of the reception that a transfer led to, or of the transfer that led to a reception; nothing where it is not known."""
    found = None
    if isinstance(state, Transfer):
        found = page.services.nodes.led_to(letter_id(state.id))
    elif isinstance(state, Reception) and state.number:
        found = state.number if isinstance(page.names.state(state.number), Transfer) else None
    link = things.link(page, found) if found else None
    return [(page.t("history.other_side"), things.title(page, found), page.point.url(link))] if found and link else []
