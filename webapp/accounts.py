"""Accounts, for administrators: the list, and a new password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for

from domain.accounts import account_stream
from domain.model import Refused
from webapp.access import Permission, account, needs
from webapp.page import Page, here

pages = Blueprint("accounts", __name__)
ROWS_MAX = 1_000


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
    if password != request.form.get("again", ""):
        return _form(page, login, page.t("password.differ"), 422)
    try:
        page.services.passwords.set(login, password)
    except Refused as refused:
        said = refused.wording
        return _form(page, login, f"{said.zh}，{said.remedy_zh}" if page.zh else f"{said.en}; {said.remedy_en}", 422)
    page.services.sessions.revoke_all(login)
    return redirect(url_for("accounts.show_accounts", changed=login), 303)


def _form(page: Page, login: str, problem: str | None, status: int = 200) -> Any:
    if account(login) is None:
        abort(404)
    return page.render("password.html", status, login=login, problem=problem)
