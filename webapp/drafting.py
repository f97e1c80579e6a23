"""Forms that are put aside: kept whatever their state, and opened again as they were."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from flask import current_app, redirect, request, url_for

from domain.catalogue import Command
from domain.log import LogUnavailable
from domain.model import Refused
from webapp import forms, readable, things
from webapp.checking import Asked
from webapp.page import Page, called, recorded
from webapp.pickers import Picker
from webapp.saying import picked

STEP = "draft"
CARRIED = "carried"
"""Says that a page of questions holds all the answers itself, because they could not be kept as a draft."""
OWN = frozenset({"csrf", "step", "more", CARRIED})
"""Parts of a request that are no part of its form."""
CORRECTED = re.compile(r"/events/(\d{1,15})/(correct|withdraw)")
DAYS = "/daily"
"""The address of the form of a day, which is of no single command."""
DRAWN = "drawn_for"
"""The input of that form that says for which day its page was made."""
TOLD = frozenset({"saved", "discarded", "gone"})
"""What can be told of a draft after it was dealt with."""
QUESTIONS = "/questions"
"""Behind the address of a form: the same, asked one question a page."""
ABOUT_FIRST = ("person", "facility", "station")
"""Questions that say best whom a form is about, behind what it acts upon."""
FILES_LONGER = timedelta(days=1)


@dataclass(frozen=True)
class Waiting:
    """A draft in a list: what it would record, whom or what it is about, when it was saved, how to go on or discard it.

    There is no way on (`url` is empty) with what no command of this system records.
    """

    title: str
    about: str
    saved_at: datetime
    until: datetime
    url: str
    discard_to: str


def save(page: Page, asked: Asked) -> Any:
    """Keep the form of this request as a draft, with the files that came with it; nothing is checked."""
    filled = asked.sent(page)
    if filled.problems:  # a file that cannot be kept
        return asked.render_form(page, filled, 422)
    keep(page, asked, filled, asked.check_to)
    if filled.problems:
        return asked.render_form(page, filled, 422)
    return redirect(url_for("drafts.show_drafts", told="saved"), 303)


def keep(page: Page, asked: Asked, filled: forms.Filled, path: str) -> str:
    """Keep what a form holds under the address at which it goes on, and give the draft's id; a complaint where it cannot be."""
    texts = {key: text for key, text in filled.texts.items() if key not in OWN}
    texts["command_id"] = texts.get("command_id") or str(uuid4())
    filled.texts["command_id"] = texts["command_id"]
    try:
        draft = page.services.drafts.save(page.reach.actor.login, asked.command.name, path, texts)
        page.services.evidence.keep(files(asked.controls, filled), draft.until + FILES_LONGER)
    except Refused as refused:
        said = refused.wording
        filled.problems.append(forms.Problem("", readable.told(said, zh=True), readable.told(said, zh=False)))
        return ""
    except LogUnavailable as error:
        filled.problems.append(forms.Problem("", error.zh, error.en))
        return ""
    return str(draft.id)


def files(controls: Iterable[forms.Control], filled: forms.Filled) -> list[str]:
    """The files that are ticked in a form."""
    return [digest for one in controls if one.kind == "evidence" for digest in picked(one, filled)]


def resumed(page: Page) -> dict[str, str] | None:
    """The texts of the draft that the address names, if it is one of this form and this account."""
    draft = named(page)
    return None if draft is None else dict(draft.texts)


def named(page: Page) -> Any:
    """The draft that the address names, if it is one of this form and this account."""
    draft = page.services.drafts.read(page.reach.actor.login, request.args["draft"])
    return draft if draft is not None and belongs(draft, request.path) else None


def of_day(page: Page, day: date) -> Any:
    """The newest draft of the form of a day; None where nothing is kept of it."""
    return next(iter(others_of_day(page, day, "")), None)


def others_of_day(page: Page, day: date, command_id: str) -> list[Any]:
    """The drafts of a day beside that of one form, the newest first: begun apart, they are told, not mixed."""
    mine, on = page.services.drafts.of(page.reach.actor.login), day.isoformat()
    kept = (one for one in mine if one.path == DAYS and one.texts.get(DRAWN) == on)
    return [one for one in kept if one.texts.get("command_id") != command_id]


def belongs(draft: Any, path: str) -> bool:
    """Whether a draft is one of the form at an address: on one page, or one question a page; not of a correction."""
    return draft.path in (path, path + QUESTIONS)


def gone() -> Any:
    """To the drafts, where it is told that there is no such draft."""
    return redirect(url_for("drafts.show_drafts", told="gone"), 303)


def done(page: Page, command_id: str) -> None:
    """The form is recorded: its draft goes. That it could not must not hide the receipt."""
    try:
        page.services.drafts.recorded(page.reach.actor.login, command_id)
    except LogUnavailable:
        current_app.logger.exception("a draft of a recorded form stays")


# -- the list ----------------------------------------------------------------------------------------------


def waiting(page: Page) -> list[Waiting]:
    """The drafts of this account, the newest first."""
    found = []
    for draft in page.services.drafts.of(page.reach.actor.login):
        command = page.services.desk.commands.get(draft.command)
        found.append(
            Waiting(
                _title(page, command, draft.path, draft.texts) if command else page.t("draft.unknown"),
                (_about(page, command, draft.path, draft.texts) if command else "") or "—",
                draft.saved_at,
                draft.until,
                f"{draft.path}?draft={draft.id}" if command else "",
                url_for("drafts.log_discard", its=draft.id),
            )
        )
    return found


def _title(page: Page, command: Command, path: str, texts: Mapping[str, str]) -> str:
    """What the form is called."""
    if path == DAYS:
        return page.t("daily.title")
    correcting = CORRECTED.fullmatch(path)
    if correcting:
        return page.t(f"title.{correcting[2]}", what=page.pair(recorded(command)))
    kind = page.services.reference.activity_types.types.get(texts.get("type", ""))
    return page.pair(called(command)) + (page.t("colon") + page.pair((kind.zh, kind.en)) if kind else "")


def _about(page: Page, command: Command, path: str, texts: Mapping[str, str]) -> str:
    """Whom or what a form is about, as far as that is chosen or typed."""
    if path == DAYS:
        on = forms.day_said(forms.OCCURRED_ON, forms.Filled(dict(texts)), page.point.today)
        return readable.day(on, page.zh) if on else ""
    correcting = CORRECTED.fullmatch(path)
    if correcting:
        events = page.services.log.at([int(correcting[1])])
        return page.sentence(events[0]) if events and page.reach.event(events[0]) else ""
    named = [name for name, (_, spec, _) in command.fields.items() if spec.ref and spec.ref != "region"]
    for name in sorted(named, key=lambda name: (name != command.target, name not in ABOUT_FIRST)):
        stream, typed = texts.get(name, ""), texts.get(f"{name}.search", "").strip()
        known = stream and Picker(page, command).allowed(command.fields[name][1].ref or "", stream)
        if known and page.names.state(stream) is not None:
            return things.title(page, stream)
        if typed:
            return typed
    return page.region(texts["region"]) if texts.get("region") else ""
