"""Signing in and out: a password, a session in a table, a token in a cookie that scripts cannot read."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

from flask import Blueprint, abort, g, make_response, redirect, render_template, request, url_for

from domain.model import Refused
from webapp.access import Permission, needs
from webapp.readable import told
from webapp.services import services
from webapp.wording import text

pages = Blueprint("signin", __name__)
SESSION_COOKIE, BEFORE_COOKIE, MARK_COOKIE = "shouwang_session", "shouwang_before", "shouwang_mark"
MARK_LENGTH = 12


@pages.get("/sign-in")
@needs(Permission.ANYONE)
def show_sign_in() -> Any:
    """The sign-in form; a demonstration offers its accounts."""
    if g.actor is not None:
        return redirect(_onward(request.args.get("next")), 303)
    return _form()


@pages.post("/sign-in")
@needs(Permission.ANYONE)
def log_sign_in() -> Any:
    """Begin a session, or say what is wrong without saying which half of it."""
    before, login = request.cookies.get(BEFORE_COOKIE, ""), request.form.get("login", "").strip().lower()
    if not before or not hmac.compare_digest(before.encode(), request.form.get("before", "").encode()):
        return _form(login, text("signin.again", g.zh), 400)
    try:
        right = services().passwords.check(login, request.form.get("password", ""), request.remote_addr)
        if not right:
            return _form(login, text("signin.wrong", g.zh), 422)
        services().desk.actor(login)
    except Refused as refused:
        known = refused.rule == "sign_in.too_many"
        return _form(login, told(refused.wording, g.zh) if known else text("signin.wrong", g.zh), 422)
    answer = make_response(redirect(_onward(request.form.get("next")), 303))
    token = services().sessions.open(login)
    answer.set_cookie(SESSION_COOKIE, token, httponly=True, samesite="Lax", secure=request.is_secure)
    mark = marked(services().sessions.read(token))
    answer.set_cookie(MARK_COOKIE, mark, samesite="Lax", secure=request.is_secure)  # read by the script, worth nothing
    answer.delete_cookie(BEFORE_COOKIE)
    return answer


@pages.post("/sign-out")
@needs(Permission.SIGNED_IN)
def log_sign_out() -> Any:
    """End the session."""
    if g.token is None:
        abort(403)
    services().sessions.revoke(g.token)
    answer = make_response(redirect(url_for("signin.show_sign_in"), 303))
    answer.delete_cookie(SESSION_COOKIE)
    answer.delete_cookie(MARK_COOKIE)
    answer.headers["Clear-Site-Data"] = '"cache"'  # forms kept for the way back are not for whoever comes next
    return answer


def marked(session: Any) -> str:
    """A mark by which a page knows its session: the beginning of the token that its forms carry anyway."""
    return session.csrf[:MARK_LENGTH]


def _onward(path: str | None) -> str:
    """Where to go after signing in: a path of this site and no other's."""
    fits = path and path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path
    return path if fits and path else "/"


def _form(login: str = "", problem: str | None = None, status: int = 200) -> Any:
    before = request.cookies.get(BEFORE_COOKIE) or secrets.token_urlsafe(24)
    onward = request.form.get("next") or request.args.get("next") or ""
    answer = make_response(
        render_template(
            "signin.html", login=login, problem=problem, before=before, onward=onward, accounts=services().demonstration
        ),
        status,
    )
    answer.set_cookie(BEFORE_COOKIE, before, httponly=True, samesite="Lax", secure=request.is_secure)
    return answer
