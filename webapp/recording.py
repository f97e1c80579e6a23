"""A form that was sent: asked again with more lines, put aside, checked, and at last recorded."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import redirect, request, url_for

from domain.log import LogUnavailable
from domain.model import Refused
from webapp import drafting, forms
from webapp.checking import Asked, answer_check, unchanged
from webapp.page import Page


def answered(page: Page, asked: Asked) -> Any:
    """What a form that is not to be recorded yet leads to: the form with more lines or as it was, a draft, or the page to check."""
    if request.form.get("more"):
        return asked.with_more(page, request.form["more"])
    if request.form.get("step") == "edit":
        return asked.render_form(page, asked.sent(page))
    if request.form.get("step") == drafting.STEP:
        return drafting.save(page, asked)
    return answer_check(page, asked)


def record(page: Page, asked: Asked) -> Any:
    """Record it, wait until the pages know it, and go to the receipt. The same form twice is one entry."""
    filled = asked.read(page)
    if filled.problems:
        return asked.render_form(page, filled, 422)
    submission = asked.submission(page, filled)
    if asked.changes(page, filled) == []:
        return _before(page, asked, submission.id) or unchanged(page, asked, filled)
    try:
        receipt = page.services.desk.submit(submission)
    except Refused as refused:
        if refused.rule == "command.id_reused":
            filled.texts["command_id"] = str(uuid4())
        return _before(page, asked, submission.id) or asked.refused(page, filled, refused)
    except LogUnavailable as error:
        filled.problems.append(forms.Problem("", error.zh, error.en))
        return asked.render_form(page, filled, 503)
    drafting.done(page, receipt.command_id)
    page.wait_for(receipt.positions[-1])
    return _receipt(receipt.command_id, again=receipt.duplicate)


def _before(page: Page, asked: Asked, command_id: str) -> Any:
    """Where a correction that was recorded before leads: to its receipt. What it corrected is not in force any more."""
    if not asked.puts_right or command_id not in page.services.log.receipts([command_id]):
        return None
    drafting.done(page, command_id)
    return _receipt(command_id, again=True)


def _receipt(command_id: str, *, again: bool) -> Any:
    more = {"again": 1} if again else {}
    return redirect(url_for("entry.show_receipt", command_id=command_id, **more), 303)
