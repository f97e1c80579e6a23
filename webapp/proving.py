"""What proves the log to others: the heads of its tree that this node has signed, and the proof of one entry below them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from flask import Blueprint, Response, abort, redirect, url_for

from domain.model import Event
from webapp.access import Permission, Reach, needs
from webapp.page import here
from webapp.records import page_offset
from webapp.services import Services

pages = Blueprint("proving", __name__)
ROWS = 20
"""Signed heads on one page."""
OF_WITNESS = "/witness"
"""What the name of the key with which a node cosigns has behind the name of the node."""
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
    proof, event = _proven(page.services, position), _seen(page.services, page.reach, position)
    return page.render(
        "proof.html",
        proof=proof,
        place=position,
        recorded_at=EPOCH + timedelta(microseconds=proof.recorded_at) if proof else None,
        event=event,
        file=_file(position),
        named=named,
    )


@pages.get("/proofs/<int:position>.json")
@needs(Permission.SIGNED_IN)
def send_proof(position: int) -> Any:
    """The proof as a file that anybody can check without this server; before it is signed, the page that says so."""
    page = here()
    proof = _proven(page.services, position)
    if proof is None:
        return redirect(url_for("proving.show_proof", position=position), 303)
    body = json.dumps(document(page.services, page.reach, proof), ensure_ascii=False, indent=1) + "\n"
    disposition = f'attachment; filename="{_file(position)}"'
    return Response(body, mimetype="application/json", headers={"Content-Disposition": disposition})


def named(key_name: str) -> str:
    """The name of a node, as people read it, by that of one of its keys."""
    return unquote(key_name.removesuffix(OF_WITNESS))


def _file(position: int) -> str:
    return f"shouwang-proof-{position}.json"


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
