"""The list of drafts: go on with one, or discard it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for

from webapp import drafting, readable
from webapp.access import Permission, needs
from webapp.forms import OCCURRED_ON
from webapp.page import here
from webapp.saying import texts_of

pages = Blueprint("drafts", __name__)


@pages.get("/drafts")
@needs(Permission.RECORDING)
def show_drafts() -> Any:
    """The forms that this account put aside."""
    page, told = here(), request.args.get("told", "")
    return page.render("drafts.html", drafts=drafting.waiting(page), told=told if told in drafting.TOLD else "")


@pages.post("/drafts/<its>/discard")
@needs(Permission.RECORDING)
def log_discard(its: str) -> Any:
    """Remove a draft of this account."""
    page = here()
    there = page.services.drafts.discard(page.reach.actor.login, its)
    told, day = "discarded" if there else "gone", readable.typed_day(request.form.get("day", ""))
    if day is not None:  # of the form of a day, which begins anew
        return redirect(url_for("daily.show_day", told=told, **texts_of(OCCURRED_ON, day)), 303)
    return redirect(url_for("drafts.show_drafts", told=told), 303)
