"""What proves the log to others, over HTTP: the heads that the node has signed, and the proof of one entry below them."""

from __future__ import annotations

from flask import Response

from domain.model import Wording
from projections import typed
from webapp.access import Permission, reach
from webapp.api.operations import ROWS, operation, read
from webapp.api.problems import Problem, as_json
from webapp.api.questions import ASKED, Said, paged
from webapp.proving import document, node_of, proof_of
from webapp.services import services
from webapp.wording import text


@operation(
    "GET",
    "/heads",
    permission=Permission.SIGNED_IN,
    parameters=("after_size", "limit"),
    aliases={"after_size": "after"},
    answers={200: "HeadPage", 400: "Problem"},
)
def read_heads(said: Said) -> Response:
    """Signed heads of more than so many events, and with what key their signatures are checked."""
    heads, after = services().heads, said.get("after", 0)
    found = heads.page(after, said.get("limit", ROWS))
    last, key = found[-1].size if found else after, heads.verifier_key
    answer = {"node": node_of(key), "key": key, "heads": [one.as_data() for one in found], "after": last}
    return paged(answer, {"after": last})


@operation(
    "GET",
    "/proofs/<position>",
    permission=Permission.SIGNED_IN,
    answers={200: "Proof", **ASKED},
)
def prove_event(said: Said, position: str) -> Response:
    """The proof of one event; without its text for an account that may not see it."""
    at = read(typed.position, "position", position)
    head = services().log.head().position
    if not 1 <= at <= head:
        raise Problem("not_found", _beyond(at, head))
    proof = proof_of(services(), at)
    if proof is None:
        raise Problem("unsigned")
    return as_json(document(services(), reach(), proof))


def _beyond(at: int, head: int) -> Wording:
    return Wording(*(text("proof.beyond", zh, position=at, head=head) for zh in (True, False)))
