"""The page of a random draw: its lists, its rule and its result, and the same draw made once more for all to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Any

from flask import request

from domain.draws import Draw, digest, draw, rank
from domain.inspection_rules import INSPECTORS_MIN
from domain.streams import derived
from webapp import things
from webapp.page import Page

SHOWN = 12
"""So many letters of a digest are shown in a table; the whole stands in its title and on the lists."""


@dataclass(frozen=True)
class Candidate:
    """One home of the list, in the order of the draw."""

    name: str
    link: str | None
    rank: str
    inspectors: tuple[str, ...]
    """Who inspects it, if it was drawn."""
    visit: str | None
    """The page of the inspection that was planned, if it was drawn."""


def of_draw(page: Page, then: Draw) -> dict[str, Any]:
    """The lists as they were drawn from, the rule and the result; on request the draw made again."""
    made = next(event for event in page.entries(then.id) if isinstance(event, Draw.Made))
    page.names.warm(made.objects)
    drawn = {one.facility: one.inspectors for one in made.result}
    ordered = sorted(made.objects, key=lambda one: rank(made.seed, one))
    return {
        "made": made,
        "candidates": [_candidate(page, made, one, drawn.get(one, ())) for one in ordered],
        "again": _again(page, made) if "replay" in request.args else None,
        "seed_quoted": quote(made.seed),
        "shown": SHOWN,
        "each": INSPECTORS_MIN,
    }


def _candidate(page: Page, made: Any, one: str, inspectors: tuple[str, ...]) -> Candidate:
    visit = things.link(page, derived(made.originator_id, one)) if inspectors else None
    return Candidate(page.names.facility(one), things.link(page, one), rank(made.seed, one), inspectors, visit)


@dataclass(frozen=True)
class Again:
    """The draw made once more from the recorded seed and lists."""

    digest: str
    same_digest: bool
    same_result: bool
    rows: Sequence[tuple[str, tuple[str, ...], tuple[str, ...]]]
    """(home, inspectors drawn now, inspectors recorded), in the order of the draw; nothing for a home that is on one side only."""


def _again(page: Page, made: Any) -> Again:
    result = draw(made.seed, made.objects, made.inspectors, made.number)
    now, then = ({one.facility: tuple(one.inspectors) for one in its} for its in (result, made.result))
    computed = digest(made.objects, made.inspectors)
    rows = [(page.names.facility(one), now.get(one, ()), then.get(one, ())) for one in dict.fromkeys([*now, *then])]
    return Again(computed, computed == made.digest, list(now.items()) == list(then.items()), rows)
