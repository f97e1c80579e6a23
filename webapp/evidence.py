"""Photos and scans: taken in with a form, shown small where an entry names them, opened by those who may see it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, Response, abort, request

from domain.declared import evidence_of
from domain.evidence import DIGEST, FILES_MAX
from domain.model import Event, Refused
from webapp import forms, readable
from webapp.access import NAMES_OPEN, Permission, needs, required
from webapp.page import Page, here
from webapp.saying import picked
from webapp.services import services

pages = Blueprint("evidence", __name__)
PDF = "application/pdf"
TILE = 160
"""The longest side of a small picture on a page, in pixels."""
TILES_MAX = 24
NAME_MAX = 60
BYTES_READ_MAX = 10 * 1024 * 1024 + 1
"""A file is read to here: one byte more than may be kept."""
KIB, MIB = 1024, 1024 * 1024
_digest = re.compile(DIGEST)
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Tile:
    """A file as a page shows it. Without an address it cannot be opened: it is gone, or not for this account."""

    digest: str
    alt: str
    note: str
    url: str = ""
    picture: bool = False
    width: int = 0
    height: int = 0


# -- who may open what -------------------------------------------------------------------------------------


def holding(page: Page, digest: str) -> list[Event]:
    """The events that a file belongs to, by the log's own list of what they name."""
    named = page.services.log.mentions(digest)
    page.reach.prefetch({stream for stream, _ in named})
    return [
        event
        for stream, version in named
        for event in page.reach.work.track(stream).events
        if event.originator_version == version
    ]


def may_open(page: Page, digest: str) -> bool:
    """Whether this account may open a file: it sent it, or reads names and may see an entry that holds it.

    A picture may show persons, so it is open to the posts to which names are.
    """
    if page.services.evidence.sent_by(digest, page.reach.actor.login):
        return True
    return page.reach.actor.post in NAMES_OPEN and any(page.reach.event(event) for event in holding(page, digest))


@pages.get("/evidence/<digest>")
@needs(Permission.SIGNED_IN)
def show_file(digest: str) -> Any:
    """A file as it is kept; a PDF only to be saved."""
    return _served(digest, thumbnail=False)


@pages.get("/evidence/<digest>/thumbnail")
@needs(Permission.SIGNED_IN)
def show_thumbnail(digest: str) -> Any:
    """The small picture of a picture."""
    return _served(digest, thumbnail=True)


def _served(digest: str, *, thumbnail: bool) -> Response:
    page = here()
    kept = page.services.evidence.about([digest]).get(digest) if _digest.fullmatch(digest) else None
    if kept is None:
        abort(404)
    required(may_open(page, digest))
    content = page.services.evidence.content(digest, thumbnail=thumbnail)
    if content is None:
        abort(404)
    answer = Response(content, mimetype=kept.kind)
    if kept.kind == PDF:
        answer.headers["Content-Disposition"] = f'attachment; filename="{digest[:12]}.pdf"'
    answer.set_etag(f"{digest}-{'small' if thumbnail else 'whole'}")
    return answer.make_conditional(request)


# -- taking in ---------------------------------------------------------------------------------------------


def takes_files(view: View) -> View:
    """Declare that files may come with the form that a route answers, if its command takes any."""
    view.brings_files = True  # type: ignore[attr-defined]
    return view


def brings_files() -> bool:
    """Whether the form of this request is one of a command that takes files."""
    said = request.view_args or {}
    found = services().log.at([said["position"]]) if "position" in said else []
    name = found[0].envelope.command if found else said.get("command", "")
    command = services().desk.commands.get(name)
    return command is not None and command.takes_files


def received(page: Page, controls: Iterable[forms.Control], held: Collection[str] = ()) -> forms.Filled:
    """The form of this request with the files that came with it kept and ticked; what is wrong with them is noted.

    Every file is kept before anything else is looked at, so that nothing has to be chosen again. `held` are those that
    the corrected entry holds already.
    """
    filled = forms.Filled({key: text.replace("\r\n", "\n") for key, text in request.form.items()})
    for one in controls:
        if one.kind == "evidence":
            _ticked(page, one, filled, held)
            _sent(page, one, filled)
            page.services.evidence.keep(picked(one, filled))
        elif one.kind == "answers":
            _not_of_others(page, one, filled)
    return filled


def _ticked(page: Page, one: forms.Control, filled: forms.Filled, held: Collection[str]) -> None:
    """Keep only what this account may open: whoever names a file in an entry may open it from then on."""
    ticked = picked(one, filled)
    kept = page.services.evidence.about(digest for digest in ticked if _digest.fullmatch(digest))
    for digest in ticked:
        if digest not in held and not (digest in kept and may_open(page, digest)):
            del filled.texts[f"{one.name}.{digest}"]
            filled.complain(one.name, "evidence.gone")


def _sent(page: Page, one: forms.Control, filled: forms.Filled) -> None:
    for upload in request.files.getlist(one.name):
        if not upload.filename:
            continue
        name = readable.plain(upload.filename)[-NAME_MAX:]
        if len(picked(one, filled)) >= FILES_MAX:
            filled.complain(one.name, "evidence.too_many", name=name, most=str(FILES_MAX))
            continue
        try:
            kept = page.services.evidence.take(upload.read(BYTES_READ_MAX), page.reach.actor.login)
        except Refused as refused:
            zh, en = (readable.told(refused.wording, zh) for zh in (True, False))
            filled.problems.append(forms.Problem(one.name, f"“{name}”：{zh}", f"“{name}”: {en}"))
        else:
            filled.texts[f"{one.name}.{kept.digest}"] = "1"


def _not_of_others(page: Page, one: forms.Control, filled: forms.Filled) -> None:
    """Digests that stand with an answer go on to the hazard that follows from it: none of a file of somebody else."""
    for key, said in filled.under(one.name).items():
        if key.endswith(".photos"):
            kept = page.services.evidence.about(digest for digest in said.split() if _digest.fullmatch(digest))
            own = [digest for digest in said.split() if digest not in kept or may_open(page, digest)]
            filled.texts[f"{one.name}.{key}"] = " ".join(own)


# -- showing -----------------------------------------------------------------------------------------------


def tiles(page: Page, digests: Sequence[str], what: str) -> list[Tile]:
    """Files as a page shows them, each with words that say what it is of."""
    kept = page.services.evidence.about(digests) if digests else {}
    return [_tile(page, digest, kept.get(digest), what, number) for number, digest in enumerate(digests, 1)]


def _tile(page: Page, digest: str, kept: Any, what: str, number: int) -> Tile:
    if kept is None:
        return Tile(digest, page.t("evidence.file", what=what, n=number), page.t("evidence.not_here"))
    alt = page.t("evidence.scan" if kept.kind == PDF else "evidence.photo", what=what, n=number)
    if not may_open(page, digest):
        return Tile(digest, alt, page.t("evidence.not_yours"))
    size = f"{kept.size / MIB:.1f} MB" if kept.size >= MIB else f"{-(-kept.size // KIB)} KB"
    if kept.kind == PDF:
        return Tile(digest, alt, f"PDF · {size}", f"/evidence/{digest}")
    part = min(1.0, TILE / max(kept.width, kept.height))
    width, height = (max(1, round(side * part)) for side in (kept.width, kept.height))
    return Tile(digest, alt, size, f"/evidence/{digest}", picture=True, width=width, height=height)


def tiles_of(page: Page, events: Iterable[Event]) -> list[Tile]:
    """The files of events, those of the first events first."""
    found: dict[str, Tile] = {}
    for event in events:
        if len(found) < TILES_MAX and (digests := evidence_of(event)):
            what = f"{page.sentence(event)}{readable.bracketed(readable.day(event.day, page.zh), page.zh)}"
            found |= {tile.digest: tile for tile in tiles(page, digests, what) if tile.digest not in found}
    return list(found.values())[:TILES_MAX]
