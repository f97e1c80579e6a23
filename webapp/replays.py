"""A replay: a home at a minute, step by step, as it was and as it was known; and the moments that an account keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, request

from domain.catalogue import spoken_moment
from domain.facilities import Facility
from domain.incidents import Incident
from domain.model import Refused
from projections.ask import Ask
from webapp import readable, replay_moments, replay_state, things
from webapp.access import Permission, needs, required
from webapp.clocks import clocks
from webapp.page import Page, here
from webapp.replay_moments import point_of

pages = Blueprint("replays", __name__)
UNTIL_NOW = 15
DIFFERENCES_SHOWN = 20
NOTE_MAX = 200
KEPT_MOMENTS = "#kept"
"""Where the kept moments stand on a page."""


@dataclass(frozen=True)
class Kept:
    """A kept moment in words: its address, as known when, why, and where it is taken away."""

    url: str
    moment: str
    known: str
    note: str
    remove_to: str


@pages.get("/incidents/<stream>/replay", defaults={"board": "incidents"})
@pages.get("/facilities/<stream>/replay", defaults={"board": "facilities"})
@needs(Permission.SIGNED_IN)
def show_replay(board: str, stream: str) -> Any:
    """The steps around an incident or in a facility, and what was so at one of them."""
    page = here()
    return _replay(page, board, stream, replayed(page, board, stream))


@pages.post("/incidents/<stream>/bookmarks", defaults={"board": "incidents"})
@pages.post("/facilities/<stream>/bookmarks", defaults={"board": "facilities"})
@needs(Permission.SIGNED_IN)
def keep_moment(board: str, stream: str) -> Any:
    """Keep the moment that is shown, with a note, for this account."""
    page = here()
    state = replayed(page, board, stream)
    at, known = (request.form.get(name, "").strip() for name in ("at", "known"))
    note = " ".join(request.form.get("note", "").split())
    if point_of(at) is None or not known.isascii() or not known.isdigit() or len(known) > len("1" * 15):
        abort(400)
    if len(note) > NOTE_MAX:
        page.warn("bookmark.too_long", n=NOTE_MAX, typed=len(note))
        return _replay(page, board, stream, state, note, at)
    try:
        page.services.bookmarks.keep(page.reach.actor.login, stream, at, int(known), note)
    except Refused as refused:
        page.warnings.append(readable.told(refused.wording, page.zh))
        return _replay(page, board, stream, state, note, at)
    return redirect(_address(page, board, stream, at) + KEPT_MOMENTS, 303)


@pages.post("/incidents/<stream>/bookmarks/<its>/remove", defaults={"board": "incidents"})
@pages.post("/facilities/<stream>/bookmarks/<its>/remove", defaults={"board": "facilities"})
@needs(Permission.SIGNED_IN)
def remove_moment(board: str, stream: str, its: str) -> Any:
    """Take a kept moment of this account away, and go back to the page on which that was asked."""
    page = here()
    replayed(page, board, stream)
    page.services.bookmarks.remove(page.reach.actor.login, its)
    at = request.form.get("at", "").strip()
    back = _address(page, board, stream, at) if point_of(at) else page.point.url(f"/{board}/{stream}")
    return redirect(back + KEPT_MOMENTS, 303)


def replayed(page: Page, board: str, stream: str) -> Any:
    """The incident or facility that is replayed: 404 where it is none, 403 where it may not be seen."""
    state = page.names.state(stream)
    if not isinstance(state, Incident if board == "incidents" else Facility):
        abort(404)
    required(things.reached(page, state, stream))
    return state


def _replay(page: Page, board: str, stream: str, state: Any, note: str = "", shown: str | None = None) -> Any:
    """The page of one moment; with a note that could not be kept, as it was typed."""
    incident = page.reach.work.track(stream).standing[0].at if isinstance(state, Incident) else None
    found = _moments(page, stream, incident)
    at = shown or replay_moments.asked(page, found) or incident or next(reversed(found.order), None)
    said = {"board": board, "stream": stream, "title": things.title(page, stream), "at": at}
    if at is None:
        return page.render("replay.html", **said)
    if request.args.get("step") and not page.warnings:  # the slider without scripts: the address is to name the moment
        return redirect(_address(page, board, stream, at), 303)
    known, typed = _known(page, at)
    columns, moment = replay_state.columns(page, stream, state, at, known), point_of(at)
    assert moment is not None
    by_then = request.args.get("by") == "then" and bool(columns.then)

    def address(moment: str, **more: Any) -> str:
        return _address(page, board, stream, moment, **more)

    detail = columns.then if by_then else columns.real
    latest = list(reversed(columns.lines_then if by_then else columns.lines))[:UNTIL_NOW]
    return page.render(
        "replay.html",
        422 if shown else 200,
        **said,
        asked_for=spoken_moment(at, page.zh),
        columns=columns,
        differences=columns.differences[:DIFFERENCES_SHOWN],
        detail=detail,
        by_then=by_then,
        boards={part.key: _board(page, state, stream, part.key, at, columns.known, by_then) for part in detail},
        rail=found.rail(at, address, page.zh),
        slider=found.slider(at, address, page.zh),
        ways=found.ways(at, address),
        incident_at=incident,
        clocks=clocks(page, page.reach.work.track(stream).events, at),
        looked=replay_state.looked(page, _watched(state, stream, columns), moment),
        until_now=latest,
        told=page.told(latest),
        typed=typed,
        address=address,
        permalink=request.host_url.rstrip("/") + address(at, known=columns.known),
        kept=kept(page, board, stream),
        note=note,
        note_max=NOTE_MAX,
        step=found.near(at) + 1,
        steps=len(found.order),
    )


def _moments(page: Page, stream: str, incident: str | None) -> replay_moments.Moments:
    found = page.services.views.boundaries(stream, Ask(page.point.ask.as_of))
    return replay_moments.moments(page, [line for line in found if line["withdrawn_by"] is None], incident)


def _watched(state: Any, stream: str, columns: replay_state.Columns) -> list[str]:
    """The things of which it is told who had looked at them: the incident, and the open hazards of its home."""
    return [*([stream] if isinstance(state, Incident) else []), *columns.hazards]


def _address(page: Page, board: str, stream: str, at: str, **more: Any) -> str:
    kept_ = {key: request.args.get(key) for key in ("by", "known")}
    return page.point.url(f"/{board}/{stream}/replay", **{**kept_, **more, "at": at})


def _known(page: Page, at: str) -> tuple[int | datetime | None, str]:
    """As known when: at the moment itself, or at a position of the log; and what was typed for it."""
    said = readable.plain(request.args.get("known", "")).replace(",", "")
    if said.isascii() and said.isdigit() and int(said) <= page.services.views.position():
        return int(said), said
    if said and page.point.known in ("day", "moment"):
        return page.point.ask.known_at, ""
    if said:
        page.warn("replay.bad_position", typed=said)
    return point_of(at), ""


def _board(page: Page, state: Any, stream: str, key: str, at: str, known: int, by_then: bool) -> str | None:
    """The board of a part on the day of the moment, as the column knows it."""
    if key not in replay_state.BOARDS:
        return None
    facility = state.facility if isinstance(state, Incident) else stream
    asked = {"facility": facility, "as_of": at[:10], "known": known if by_then else None}
    return page.point.url(f"/boards/{replay_state.BOARDS[key]}", **asked)


def kept(page: Page, board: str, stream: str) -> list[Kept]:
    """The moments of a thing that this account keeps."""
    return [
        Kept(
            page.point.url(f"/{board}/{stream}/replay", at=one.at, known=one.known),
            spoken_moment(one.at, page.zh),
            page.t("bookmark.known", position=f"{one.known:,}"),
            one.note,
            f"/{board}/{stream}/bookmarks/{one.id}/remove",
        )
        for one in page.services.bookmarks.of(page.reach.actor.login, stream)
    ]
