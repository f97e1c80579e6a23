"""Who comes in: a bearer token of an account, whose post and place are looked up at each request. No cookies here."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

from flask import current_app, g, request

from domain.model import Refused
from webapp.access import Permission, holds
from webapp.api.problems import Problem, in_chinese
from webapp.services import services

REQUESTS_A_MINUTE = 600
"""Requests of one token to one process of a server in a minute."""


class Pace:
    """Counts the requests of each token in the present minute."""

    def __init__(self) -> None:
        self._lock, self._minute, self._counts = threading.Lock(), "", dict[str, int]()

    def one_more(self, token_id: str, now: datetime) -> int:
        """Count a request; how many there were in this minute."""
        minute = f"{now:%Y-%m-%dT%H:%M}"
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, {}
            self._counts[token_id] = self._counts.get(token_id, 0) + 1
            return self._counts[token_id]


def let_in(permission: Permission | None) -> None:
    """Let a program in by its token. Raises Problem: without a token that works, beyond the pace, or beyond the post."""
    g.zh = in_chinese()
    if permission is Permission.ANYONE:
        return
    g.actor = bearer()
    if not holds(g.actor, permission):
        raise Problem("forbidden", rule="command.not_allowed")


def bearer() -> Any:
    """Whose token a request carries. Raises Problem: without one that works, or beyond its pace."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    found = services().api_tokens.read(token.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise Problem("token")
    pace: Pace = current_app.extensions["shouwang_pace"]
    if pace.one_more(found.id, services().clock.now()) > REQUESTS_A_MINUTE:
        raise Problem("too_many")
    try:
        return services().desk.actor(found.login)
    except Refused:  # the account is locked
        raise Problem("token") from None
