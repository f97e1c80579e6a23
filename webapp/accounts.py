"""Accounts: the list and new passwords for administrators, and for everybody the own password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, redirect, request, url_for

from domain.accounts import account_stream
from domain.model import Refused
from webapp import readable
from webapp.access import Permission, account, needs
from webapp.page import Page, here
from webapp.signin import forget_offer
from webapp.wording import words

pages = Blueprint("accounts", __name__)
ROWS_MAX = 1_000
BLANK = {"old": "password.old", "password": "password.new", "again": "password.again"}
"""The fields of the own password, and what they are called."""


@pages.get("/accounts")
@needs(Permission.ACCOUNTS)
def show_accounts() -> Any:
    """Every account with its post and its reach."""
    page = here()
    rows = page.services.views.sheet("accounts", page.point.ask, limit=ROWS_MAX)["rows"]
    return page.render(
        "accounts.html",
        rows=sorted(rows, key=lambda row: row["login"]),
        changed=request.args.get("changed", ""),
        stream=account_stream,
    )


@pages.get("/accounts/<login>/password")
@needs(Permission.PASSWORDS)
def show_password(login: str) -> Any:
    """The form for a new password."""
    return _form(here(), login, None)


@pages.post("/accounts/<login>/password")
@needs(Permission.PASSWORDS)
def log_password(login: str) -> Any:
    """Set a new password; the account's sessions end."""
    page = here()
    if account(login) is None:
        abort(404)
    password = request.form.get("password", "")
    if not password:
        return _form(page, login, missing(page, "password"), 422)
    if password != request.form.get("again", ""):
        return _form(page, login, page.t("password.differ"), 422)
    try:
        page.services.passwords.set(login, password)
    except Refused as refused:
        return _form(page, login, readable.told(refused.wording, page.zh), 422)
    forget_offer(login)
    page.services.sessions.revoke_all(login)
    return redirect(url_for("accounts.show_accounts", changed=login), 303)


@pages.get("/password")
@needs(Permission.SIGNED_IN)
def show_own_password() -> Any:
    """The form for the own password."""
    return here().render("own_password.html", problem=None, changed="changed" in request.args)


@pages.post("/password")
@needs(Permission.SIGNED_IN)
def log_own_password() -> Any:
    """Change the own password, against the old one; the account's other sessions end."""
    page, login = here(), g.actor.login
    problem = _changed(page, login)
    if problem is not None:
        return page.render("own_password.html", 422, problem=problem, changed=False)
    page.services.sessions.revoke_all(login, keep=g.token)
    return redirect(url_for("accounts.show_own_password", changed=1), 303)


def _changed(page: Page, login: str) -> tuple[str, str] | None:
    """Set the new password; else the field that is wrong, and what is wrong with it."""
    old, new, again = (request.form.get(name, "") for name in ("old", "password", "again"))
    blank = next((name for name in BLANK if not request.form.get(name)), None)
    if blank:
        return blank, missing(page, blank)
    if new != again:
        return "again", page.t("password.differ")
    if new == old:
        return "password", page.t("password.same")
    try:
        if not page.services.passwords.check(login, old, request.remote_addr):
            return "old", page.t("password.old_wrong")
        page.services.passwords.set(login, new)
        forget_offer(login)
    except Refused as refused:
        return "password" if refused.field else "old", readable.told(refused.wording, page.zh)
    return None


def missing(page: Page, name: str) -> str:
    """That a field was left blank, by its name."""
    zh, en = words(BLANK[name])
    return page.t("missing.text", what=zh, what_en=en)


def _form(page: Page, login: str, problem: str | None, status: int = 200) -> Any:
    if account(login) is None:
        abort(404)
    return page.render("password.html", status, login=login, problem=problem)
