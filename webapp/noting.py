"""What a page opened of particular persons is noted while it is made, and kept in the ledger before it is sent."""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus

from flask import Response, g, request

from domain.facilities import Facility
from domain.reads import Opening
from webapp.access import reading
from webapp.services import services

PURPOSES = {
    "records.show_person": "person",
    "records.show_stay": "stay",
    "records.show_facility": "facility",
    "records.show_thing": "thing",
    "records.show_event": "event",
    "records.show_events": "log",
    "replays.show_replay": "replay",
    "replays.keep_moment": "replay",
    "dossiers.show_dossier": "dossier",
    "boards.show_board": "board",
    "exports.show_board_file": "file",
    "exports.show_board_workbook": "file",
    "searching.show_search": "search",
    "reads.show_number": "number",
    "entry.show_receipt": "receipt",
    "first.show_first": "first",
}
"""The kind of page, by its endpoint; what is not named here goes by its part of the site."""
REDIRECTS = range(300, 400)
"""An answer that leads elsewhere shows nothing that was opened on the way."""
FORMS = {"entry": "form", "daily": "form", "one_by_one": "form", "corrections": "correction"}
"""The parts of the site in which commands are given, page by page."""
OF_FORMS = frozenset(FORMS.values())
"""The kinds of pages on which commands are given."""
BY_PART = {
    **FORMS,
    "api": "program",
    "figures": "figure",
    "reads": "reads",
}
OTHER = "page"
ALL_PURPOSES = frozenset((*PURPOSES.values(), *BY_PART.values(), OTHER))
WATCHED = frozenset({"incidents", "hazards"})
"""Boards whose things ask who had looked at them: their pages are kept also where they name nobody."""
PATH_MAX = 200
KEPT_BITS = {4: 24, 6: 48}
"""How much of an address is kept, by the version of the protocol."""


def note(subject: str, *, person: bool) -> None:
    """Something private of a person, or about a thing, is shown unmasked on the page that is being made."""
    g.setdefault("opened", {})[subject] = person


def forget() -> None:
    """What is shown instead of the page opens nothing."""
    g.pop("opened", None)


@contextmanager
def aside() -> Iterator[None]:
    """What is opened in here is looked through and not shown; whatever of it is shown is opened again outside."""
    before = dict(g.get("opened") or {})
    try:
        yield
    finally:
        g.opened = before


def purpose() -> str:
    """What kind of page is asked for, as a code."""
    return PURPOSES.get(request.endpoint or "") or BY_PART.get(request.blueprint or "", OTHER)


def kept(response: Response) -> None:
    """Write the row of this page, if it opened anything. Raises LogUnavailable: then the page must not be sent."""
    asked = request.view_args or {}
    opened = g.get("opened") or {}
    watched = asked.get("board") in WATCHED and "stream" in asked and response.status_code == HTTPStatus.OK
    if g.get("actor") is not None and (opened or watched) and response.status_code not in REDIRECTS:
        _write(opened)


def part_kept() -> None:
    """Write the row of a part of a file that is sent while it is made, before that part goes out. Raises LogUnavailable."""
    opened = g.get("opened") or {}
    if opened:
        _write(opened)
        forget()


def _write(opened: Mapping[str, bool]) -> None:
    things = [subject for subject, person in opened.items() if not person]
    services().reads.write(
        Opening(
            login=g.actor.login,
            post=g.actor.post,
            region=_region(),
            facility=g.actor.facility,
            purpose=purpose(),
            path=request.path[:PATH_MAX],
            thing=(request.view_args or {}).get("stream") or (things[0] if len(things) == 1 else None),
            origin=network(request.remote_addr),
            request=request_id(),
            persons=[subject for subject, person in opened.items() if person],
            things=things,
            reason=g.get("reason"),
        )
    )


def request_id() -> str:
    """The number of this request, which its answer carries too."""
    return g.setdefault("request_id", uuid.uuid4().hex)


def _region() -> str | None:
    """The region where the reader works: the account's, or that of its facility."""
    if g.actor.facility is None:
        return g.actor.region
    home = reading().track(g.actor.facility).state
    return home.region if isinstance(home, Facility) else None


def network(address: str | None) -> str:
    """The network of an address: the last part of it is left out, so that a row tells the place and not the machine."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return str(ipaddress.ip_network((found, KEPT_BITS[found.version]), strict=False))
