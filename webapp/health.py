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
BEHIND_MAX = 20_000
"""Events that the views may be behind the log: about ten seconds of work of whoever keeps them."""


class Behind(Exception):
    """The views are too far behind the log."""


@pages.get("/healthz")
@needs(Permission.ANYONE)
def show_health() -> Any:
    """The server lives; nothing else is asked."""
    return jsonify(status="ok")


@pages.get("/readyz")
@needs(Permission.ANYONE)
def show_readiness() -> Any:
    """Whether log, vault and views can be read and the views are not far behind; 503 when something is not so, and what."""
    asked: dict[str, Callable[[], Any]] = {
        "log": services().log.head,
        "vault": lambda: services().api_tokens.read(NOBODY),
        "views": services().views.position,
        "caught_up": _catch_up,
    }
    found = {name: _answers(ask) for name, ask in asked.items()}
    ready = all(found.values())
    return jsonify(status="ready" if ready else "not ready", **found), 200 if ready else 503


def _catch_up() -> None:
    """Raises Behind while the views are further behind the log than `BEHIND_MAX`."""
    if services().log.head().position - services().views.position() > BEHIND_MAX:
        raise Behind


def _answers(ask: Callable[[], Any]) -> bool:
    try:
        ask()
    except Exception:  # noqa: BLE001  whatever a database says: it does not answer
        return False
    return True
