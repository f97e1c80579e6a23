"""Whether this server lives, and whether it can answer: for what watches over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, jsonify

from webapp.access import Permission, needs
from webapp.services import services

pages = Blueprint("health", __name__)
NOBODY = "sw_"
"""Nobody's token: asking for it asks the vault."""


@pages.get("/healthz")
@needs(Permission.ANYONE)
def show_health() -> Any:
    """The server lives; nothing else is asked."""
    return jsonify(status="ok")


@pages.get("/readyz")
@needs(Permission.ANYONE)
def show_readiness() -> Any:
    """Whether log, vault and views can be read; 503 when one cannot, and which."""
    asked: dict[str, Callable[[], Any]] = {
        "log": services().log.head,
        "vault": lambda: services().api_tokens.read(NOBODY),
        "views": services().views.position,
    }
    found = {name: _answers(ask) for name, ask in asked.items()}
    ready = all(found.values())
    return jsonify(status="ready" if ready else "not ready", **found), 200 if ready else 503


def _answers(ask: Callable[[], Any]) -> bool:
    try:
        ask()
    except Exception:  # noqa: BLE001  whatever a database says: it does not answer
        return False
    return True
