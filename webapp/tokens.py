"""API tokens: the own ones, made here and shown once; those of others for administrators of accounts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, redirect, request, url_for

from domain.accounts import SECURITY
from domain.model import Refused
from webapp import readable
from webapp.access import POSTS, Permission, needs, required
from webapp.page import Page, here

pages = Blueprint("tokens", __name__)
DAYS = (7, 30, 90, 365)
DAYS_FIRST = 90


@pages.get("/tokens")
@needs(Permission.SIGNED_IN)
def show_tokens() -> Any:
    """The tokens, and the form for a new one."""
    return _page(here())


@pages.post("/tokens")
@needs(Permission.SIGNED_IN)
def log_token() -> Any:
    """Make a token and show it, once. Sent twice, the form is refused: the name is taken."""
    page, name, days = here(), request.form.get("name", ""), request.form.get("days", "")
    if not name.strip():
        return _page(page, 422, problem=("name", page.t("tokens.name_missing")))
    try:
        token = page.services.api_tokens.make(g.actor.login, name, int(days) if days in map(str, DAYS) else 0)
    except Refused as refused:
        return _page(page, 422, problem=(refused.field, readable.told(refused.wording, page.zh)))
    return _page(page, made=token)


@pages.post("/tokens/<token_id>/revoke")
@needs(Permission.SIGNED_IN)
def log_revocation(token_id: str) -> Any:
    """End a token at once: an own one, or anybody's for the administrators who lock accounts."""
    tokens, login = here().services.api_tokens, g.actor.login
    if tokens.revoke(token_id, login):
        return redirect(url_for("tokens.show_tokens", revoked=1), 303)
    required(_may_revoke())
    if not tokens.revoke(token_id):
        abort(404)
    return redirect(url_for("tokens.show_tokens", revoked=1), 303)


def _may_revoke() -> bool:
    return g.actor.post in SECURITY


def _page(page: Page, status: int = 200, *, made: str | None = None, problem: tuple[str, str] | None = None) -> Any:
    tokens, login = page.services.api_tokens, g.actor.login
    others = tokens.of() if g.actor.post in POSTS[Permission.ACCOUNTS] else ()
    return page.render(
        "tokens.html",
        status,
        made=made,
        problem=problem,
        typed={one: request.form.get(one, "") if problem else "" for one in ("name", "days")},
        own=tokens.of(login),
        others=[one for one in others if one.login != login],
        administers=g.actor.post in POSTS[Permission.ACCOUNTS],
        may_revoke=_may_revoke(),
        revoked="revoked" in request.args,
        days=DAYS,
        days_first=DAYS_FIRST,
        root=request.url_root.rstrip("/"),
    )
