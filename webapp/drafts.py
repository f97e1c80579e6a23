"""The list of drafts: go on with one, or discard it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for

from webapp import drafting
from webapp.access import Permission, needs
from webapp.page import here

pages = Blueprint("drafts", __name__)
TOLD = frozenset({"saved", "discarded", "gone"})


@pages.get("/drafts")
@needs(Permission.RECORDING)
def show_drafts() -> Any:
    """The forms that this account put aside."""
    page, told = here(), request.args.get("told", "")
    return page.render("drafts.html", drafts=drafting.waiting(page), told=told if told in TOLD else "")


@pages.post("/drafts/<its>/discard")
@needs(Permission.RECORDING)
def log_discard(its: str) -> Any:
    """Remove a draft of this account."""
    page = here()
    there = page.services.drafts.discard(page.reach.actor.login, its)
    return redirect(url_for("drafts.show_drafts", told="discarded" if there else "gone"), 303)
