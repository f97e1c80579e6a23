"""Signing in and out: a password, a session in a table, a token in a cookie that scripts cannot read."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

from flask import Blueprint, abort, current_app, g, make_response, redirect, render_template, request, url_for

from domain.model import Refused
from webapp.access import Permission, needs
from webapp.readable import told
from webapp.services import DemonstrationAccount, services
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
        _learn(login, request.form.get("password", ""), right)
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


# -- the accounts of a demonstration ------------------------------------------------------------------------


def offered() -> list[tuple[DemonstrationAccount, bool]]:
    """The accounts that a demonstration offers, and whether the shown password still opens each.

    That costs a hash, so it is tried once for each account and remembered until a password is set here or the shown
    one is tried by somebody.
    """
    held, found = _tried(), []
    for one in services().demonstration:
        if one.login not in held:
            try:
                held[one.login] = services().passwords.check(one.login, one.password)
            except Refused:  # too many attempts: not known now, asked again later
                found.append((one, False))
                continue
        found.append((one, held[one.login]))
    return found


def forget_offer(login: str) -> None:
    """A password was set: the shown one is tried anew."""
    _tried().pop(login, None)


def _learn(login: str, password: str, right: bool) -> None:
    """Somebody tried the shown password: it may have been changed beside this server."""
    if any(one.login == login and one.password == password for one in services().demonstration):
        _tried()[login] = right


def _tried() -> dict[str, bool]:
    """login -> whether the shown password was right, as far as this server has tried."""
    return current_app.extensions.setdefault("shouwang_offered", {})


def _form(login: str = "", problem: str | None = None, status: int = 200) -> Any:
    before = request.cookies.get(BEFORE_COOKIE) or secrets.token_urlsafe(24)
    onward = request.form.get("next") or request.args.get("next") or ""
    answer = make_response(
        render_template("signin.html", login=login, problem=problem, before=before, onward=onward, accounts=offered()),
        status,
    )
    answer.set_cookie(BEFORE_COOKIE, before, httponly=True, samesite="Lax", secure=request.is_secure)
    return answer
