"""Finding people: by a part of the name, by initials, by the end or the whole of the document number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request

from domain.people import Person
from projections.ask import Ask
from webapp.access import Permission, needs
from webapp.page import Page, here

pages = Blueprint("searching", __name__)
SHOWN_MAX = 20
"""So many can be told apart by looking at them."""
LOOKED_AT_MAX = 400
"""So many that the vault finds are looked at for those who are known here: more than that and the text says too little."""
STAYS_MAX = 5_000
"""More stays than the largest homes have had."""
WHOLE_NUMBER = re.compile(r"(?=(?:\D*\d){5})[0-9A-Za-z]{8,20}", re.ASCII)
"""A name in Latin letters is none, so that nobody from elsewhere is found by it."""


@dataclass(frozen=True)
class Found:
    """Who is found, and whether there are more than are looked at."""

    persons: list[str]
    more: bool = False


def find(page: Page, text: str) -> Found:
    """The persons known here whom a text finds; anybody by the whole number of the document.

    How much is read is bounded, however many there are: where a text fits more than a few hundred, a home asks about those
    who were ever in it, and a bureau is asked for more.
    """
    vault, text = page.services.vault, text.strip()
    if not text:
        return Found([])
    whole = vault.find(text, 2) if WHOLE_NUMBER.fullmatch(text) else set()
    if len(whole) == 1:
        return Found(list(whole))
    found = vault.find(text, LOOKED_AT_MAX + 1)
    if len(found) > LOOKED_AT_MAX and page.reach.one_facility:
        found = vault.find(text, among=_of_home(page))
    if len(found) > LOOKED_AT_MAX:
        return Found([], more=True)
    page.reach.prefetch(found)
    return Found(sorted(person for person in found if page.reach.person(person)))


def _of_home(page: Page) -> set[str]:
    """Everybody who has ever stayed in the account's home."""
    ask = Ask(page.point.today, facility=page.reach.actor.facility)
    rows = page.services.views.sheet("stays", ask, limit=STAYS_MAX, sealed=True)["rows"]
    return {row["person"] for row in rows}


def told_apart(page: Page, stream: str, *, home: bool = True) -> list[str]:
    """A name with what tells namesakes apart, for whoever may see the person: sex, year of birth, and the present home."""
    said, state = [page.names.person(stream)], page.names.state(stream)
    if not isinstance(state, Person) or not page.reach.person(stream):
        return said
    sex = page.choice("sexes", state.sex) if state.sex != "unknown" else ""
    born = page.t("pick.born", year=state.birth_year) if state.birth_year else ""
    lives = state.staying_at if home else None
    at = page.names.facility(lives) if lives and page.reach.facility(lives) else ""
    return [*said, *filter(None, (sex, born, at))]


@pages.get("/persons/search")
@needs(Permission.SIGNED_IN)
def show_search() -> Any:
    """The search box, and who is found: enough to tell namesakes apart, and not more."""
    page, text = here(), request.args.get("q", "").strip()
    found = find(page, text)
    shown = found.persons[:SHOWN_MAX]
    page.names.warm(shown)
    rows = sorted((_row(page, stream) for stream in shown), key=lambda row: row["cells"])
    return page.render("search.html", typed=text, rows=rows, total=len(found.persons), more=found.more, most=SHOWN_MAX)


def _row(page: Page, stream: str) -> dict[str, Any]:
    """One who was found; of somebody from elsewhere the name and nothing more."""
    state, known = page.names.state(stream), page.reach.person(stream)
    home = getattr(state, "staying_at", None) if known else None
    born, sex = getattr(state, "birth_year", None), getattr(state, "sex", "unknown")
    return {
        "cells": (
            page.names.person(stream),
            page.choice("sexes", sex) if known and sex != "unknown" else "—",
            page.t("pick.born", year=born) if known and born else "—",
            page.names.facility(home) if home else page.t("search.nowhere" if known else "search.elsewhere"),
        ),
        "url": f"/persons/{stream}" if known else None,
    }
