"""The side navigation: groups of pages, those that an account has a use for."""

from __future__ import annotations

from collections.abc import Callable

from flask import request

from domain.accounts import Actor
from domain.kinds import KINDS
from domain.kinds.kind import Kind
from webapp import things
from webapp.access import POSTS, Permission, holds, reach
from webapp.daily_parts import declared
from webapp.drafting import DAYS
from webapp.services import services

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("people", ("facilities", "stays", "transfers", "receptions", "persons", "shifts", "papers", "activities")),
    ("oversight", ("inspections", "draws", "hazards", "complaints", "ratings")),
    ("incidents", ("incidents",)),
    ("money", ("funds", "batches")),
    ("street", ("rescues", "patrols", "outlets", "sales")),
    ("tasks", ("duties", "breaches", "findings")),
)
"""The boards, in the order in which people go about their work."""
GOES_WITH = {"sales": "outlet"}
"""Boards that a facility has if it has things of another name."""
BESIDE = {"oversight": (("/comparison", "nav.comparison"), ("/faults", "nav.faults"))}
"""Pages that put the rows of several boards together, behind the boards of their group."""
OF_BUREAUS = frozenset({"draws"})
"""Boards that no facility has rows on."""
SEARCH, FLOW = "/persons/search", "/funds/flow"
"""Stand beside the boards of persons and of funds, and are no page of a person or a fund."""
Link = tuple[str, str, bool]
"""(address, wording key, current)."""


def navigation(actor: Actor | None) -> list[tuple[str, list[Link]]]:
    """(wording key of the heading, its links)."""
    if actor is None:
        return []
    daily = ["/", "/figures"]
    if holds(actor, Permission.RECORDING):
        daily[1:1] = [*([DAYS] if _logs_days(actor) else []), "/enter", "/import", "/drafts"]
    keys = {
        "/": "nav.today",
        DAYS: "nav.daily",
        "/enter": "nav.enter",
        "/import": "nav.import",
        "/drafts": "nav.drafts",
        "/figures": "nav.figures",
    }
    found = [("nav.group.daily", [_link(path, keys[path]) for path in daily])]
    shown = _shown(actor)
    for name, boards in GROUPS:
        its = [_link(SEARCH, "nav.search")] if name == "people" else []
        its += [_link(f"/boards/{board}", f"nav.{board}") for board in boards if shown(board)]
        its += [_link(path, key) for path, key in BESIDE.get(name, ()) if its and shown("inspections")]
        its += [_link(FLOW, "nav.flow")] if name == "money" else []
        found += [(f"nav.group.{name}", its)] if its else []
    system = [_link("/accounts", "nav.accounts")] if actor.post in POSTS[Permission.ACCOUNTS] else []
    system += [_link("/tokens", "nav.tokens")]
    system += [_link("/reads", "nav.reads")] if holds(actor, Permission.READS) else []
    system += [_link("/events", "nav.events"), _link("/heads", "nav.heads")]
    joined = not services().nodes.alone or actor.post in POSTS[Permission.ACCOUNTS]
    system += [_link("/nodes", "nav.nodes")] if joined and holds(actor, Permission.NODES) else []
    system += [_link("/help", "nav.help"), _link("/glossary", "nav.glossary")]
    return [*found, ("nav.group.system", system)]


def _link(path: str, key: str) -> Link:
    """A link is current on its page, on the pages below it, and on those of the things of its board."""
    here = request.path
    own = path.removeprefix("/boards") if here not in (SEARCH, FLOW) else path
    return path, key, here == path or (path != "/" and (here.startswith((path + "/", own + "/"))))


def _kind(facility: str) -> Kind | None:
    return KINDS.get(getattr(reach().work.track(facility).state, "kind", ""))


def _logs_days(actor: Actor) -> bool:
    """Whether an account belongs to a facility that logs something every day."""
    kind = _kind(actor.facility) if actor.facility else None
    return kind is not None and bool(declared(services(), kind.key, services().today))


def _shown(actor: Actor) -> Callable[[str], bool]:
    """Whether a board is shown to an account: a facility sees those of its kind."""
    if not actor.facility:
        return lambda board: True
    kind = _kind(actor.facility)

    def shown(board: str) -> bool:
        if kind is None or board in OF_BUREAUS:
            return board not in OF_BUREAUS
        return things.has(kind.key, GOES_WITH.get(board) or things.THINGS.get(board))

    return shown
