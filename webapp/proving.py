"""What proves the log to others: the heads of its tree that this node has signed, and the proof of one entry below them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote

from flask import Blueprint, Response, abort, redirect, request, url_for

from domain.model import Event
from webapp.access import Permission, Reach, needs
from webapp.page import Page, here
from webapp.records import page_offset
from webapp.services import Services

pages = Blueprint("proving", __name__)
ROWS = 20
"""Signed heads on one page."""
OF_WITNESS = "/witness"
"""What the name of the key with which a node cosigns has behind the name of the node."""
AT, ORIGIN = "at", "origin"
"""In the address: the proof of an entry of another node in the log of that node, not in this one."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pages.get("/heads")
@needs(Permission.SIGNED_IN)
def show_heads() -> Any:
    """The key of this node and the heads that it has signed, the newest first."""
    page, before = here(), page_offset("before")
    heads = page.services.heads
    found = heads.older(before, ROWS + 1)
    return page.render(
        "heads.html",
        key=heads.verifier_key,
        node=named(node_of(heads.verifier_key)),
        heads=found[:ROWS],
        older=found[ROWS - 1].size if len(found) > ROWS else None,
        before=before,
        named=named,
    )


@pages.get("/proofs/<int:position>")
@needs(Permission.SIGNED_IN)
def show_proof(position: int) -> Any:
    """The proof of one entry in words, or that no signed head holds it yet."""
    page = here()
    if _there():
        return _shown_there(page, position)
    proof, event = _proven(page.services, position), _seen(page.services, page.reach, position)
    return _shown(page, proof, event, place=position, here=position, origin=None)


@pages.get("/proofs/<int:position>.json")
@needs(Permission.SIGNED_IN)
def send_proof(position: int) -> Any:
    """The proof as a file that anybody can check without this server; before it is signed, the page that says so."""
    page = here()
    if _there():
        return _sent_there(page, position)
    proof = _proven(page.services, position)
    if proof is None:
        return redirect(url_for("proving.show_proof", position=position), 303)
    return _sent(document(page.services, page.reach, proof), _file(position))


def _there() -> bool:
    """Whether the proof is asked for as the node counts that recorded the entry."""
    return request.args.get(AT) == ORIGIN


def _shown_there(page: Page, position: int) -> Any:
    """The proof of an entry of another node in the log of that node, or that no head which was witnessed here holds it yet."""
    origin, key, proof = _of_origin(page.services, position)
    event = _seen(page.services, page.reach, position)
    return _shown(page, proof, event, place=origin.position, here=position, origin=origin.node, key=key)


def _sent_there(page: Page, position: int) -> Any:
    """The same as a file that anybody can check with the key of that node."""
    origin, key, proof = _of_origin(page.services, position)
    if proof is None:
        return redirect(url_for("proving.show_proof", position=position, **{AT: ORIGIN}), 303)
    seen = _seen(page.services, page.reach, position) is not None
    return _sent({"key": key, **proof.as_data(public=seen)}, _file(origin.position, origin.node))


def _shown(page: Page, proof: Any, event: Event | None, **said: Any) -> Any:
    recorded_at = EPOCH + timedelta(microseconds=proof.recorded_at) if proof else None
    file = _file(said["place"], said["origin"])
    return page.render("proof.html", proof=proof, recorded_at=recorded_at, event=event, file=file, named=named, **said)


def _sent(document: Mapping[str, Any], file: str) -> Response:
    body = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    called = f'filename="{file}"' if file.isascii() else f"filename*=UTF-8''{quote(file)}"
    return Response(body, mimetype="application/json", headers={"Content-Disposition": f"attachment; {called}"})


def named(key_name: str) -> str:
    """The name of a node, as people read it, by that of one of its keys."""
    return unquote(key_name.removesuffix(OF_WITNESS))


def _file(position: int, node: str | None = None) -> str:
    return f"shouwang-proof-{f'{node}-' if node else ''}{position}.json"


def _of_origin(services: Services, position: int) -> tuple[Any, str | None, Any]:
    """(where an entry stands at its own node, the key of that node, the proof there): 404 for one of this node."""
    origin = services.nodes.origins([position]).get(position)
    if origin is None:
        abort(404)
    found = services.nodes.origin_proof(position)
    return (origin, *found) if found else (origin, None, None)


def _proven(services: Services, position: int) -> Any:
    """The proof of an entry, None while no signed head holds it: 404 where there is no such entry."""
    if not 1 <= position <= services.log.head().position:
        abort(404)
    return proof_of(services, position)


def _seen(services: Services, reach: Reach, position: int) -> Event | None:
    """The event at a position of the log, if it may be seen."""
    return next((event for event in services.log.at([position]) if reach.event(event)), None)


# -- for pages and programs ------------------------------------------------------------------------------


def proof_of(services: Services, position: int) -> Any:
    """The proof of an entry of the log, computed up to the root and compared; None while no signed head holds it."""
    return services.heads.proof(position)


def document(services: Services, reach: Reach, proof: Any) -> Mapping[str, Any]:
    """A proof as it is given away, with the key; without the text of an entry that may not be seen."""
    seen = _seen(services, reach, proof.position) is not None
    return {"key": services.heads.verifier_key, **proof.as_data(public=seen)}


def node_of(key: str) -> str:
    """The name of the node, as it stands in its notes, by its public key."""
    return key.partition("+")[0]
