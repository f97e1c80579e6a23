"""The one page of a day: what a facility logs on a usual day, entered in parts, checked and recorded together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for

from domain.catalogue import spoken_in
from domain.log import LogUnavailable
from domain.model import Refused
from projections.ask import Ask
from webapp import drafting, forms, readable
from webapp.access import Permission, needs, required
from webapp.checking import Asked, field_rows
from webapp.daily_parts import DayForm, entered, form_of, parts_of
from webapp.doubts import doubts
from webapp.drafting import DAYS
from webapp.effects import effects
from webapp.following import correctable, main_event
from webapp.foreseen import beside, come_of, foreseen
from webapp.page import Page, here
from webapp.pickers import Picker

pages = Blueprint("daily", __name__)
RECEIPTS_MAX = 60


@pages.get(DAYS)
@needs(Permission.RECORDING)
def show_day() -> Any:
    """The form of a day, with what was entered of it already, and what was left unrecorded of it as it was left."""
    page = here()
    home = _home(page)
    if "draft" in request.args:
        draft = drafting.named(page)
        return drafting.gone() if draft is None else _form(_opened(page, home, draft))
    return _form(_begun(form_of(page, home, request.args)))


@pages.post(DAYS)
@needs(Permission.RECORDING)
def log_day() -> Any:
    """Look at another day, add an entry, put it aside, or check all that was answered. Nothing is recorded.

    Whatever it comes to, what was sent is kept as a draft before it is looked at.
    """
    page = here()
    form, step = form_of(page, _home(page), request.form), request.form.get("step")
    if step == drafting.STEP:
        return _draft(form)
    _keep(form)
    if request.form.get("more"):
        form.more(request.form["more"])
        return _form(form)
    if step in ("day", "edit"):
        return _form(_begun(form))
    return _checked(form)


@pages.post(f"{DAYS}/record")
@needs(Permission.RECORDING)
def record_day() -> Any:
    """Record every part that was answered, each under its own id: sent twice, nothing changes."""
    page = here()
    form = form_of(page, _home(page), request.form)
    form.read()
    _keep(form)
    if form.wrong:
        return _form(form, 422)
    try:
        outcomes = page.services.desk.submit_many(form.submissions())
    except LogUnavailable as error:
        return _unavailable(form, error)
    receipts = [one for one in outcomes if not isinstance(one, Refused)]
    if receipts:
        page.wait_for(max(one.positions[-1] for one in receipts))
    if len(receipts) < len(outcomes):
        return _asked_again(form, outcomes)
    drafting.done(page, form.whole.texts["command_id"])
    again = {"again": 1} if all(one.duplicate for one in receipts) else {}
    return redirect(url_for("daily.show_receipts", of=[one.command_id for one in receipts], **again), 303)


@pages.get(f"{DAYS}/receipts")
@needs(Permission.SIGNED_IN)
def show_receipts() -> Any:
    """What was recorded of a day, each entry with its receipt."""
    page = here()
    wanted = request.args.getlist("of")[:RECEIPTS_MAX]
    found = page.services.log.receipts(wanted)
    rows = []
    for receipt in (found[one][1] for one in wanted if one in found):
        recorded = page.services.log.at(receipt.positions)
        required(any(page.reach.event(event) for event in recorded))
        main = main_event(recorded)
        said = field_rows(page, main, {"facility", *spoken_in(type(main))})
        findings = [*page.breaches(receipt.breaches), *come_of(page, main, receipt.positions[-1])]
        rows.append((receipt, main, said, findings))
    if not rows:
        abort(404)
    return page.render("daily_receipts.html", rows=rows, again="again" in request.args)


def _home(page: Page) -> str:
    """The facility of the account: nobody else logs its days."""
    home = page.reach.actor.facility
    required(home is not None)
    return home or ""


def offered(page: Page) -> bool:
    """Whether an account has days to log."""
    home = page.reach.actor.facility
    return bool(home and parts_of(page, home, page.point.today))


# -- the steps ---------------------------------------------------------------------------------------------


def _form(form: DayForm, status: int = 200) -> Any:
    page, shown = form.page, form.shown()
    there = entered(page, form.home, form.day, form.parts)
    return page.render(
        "daily.html",
        status,
        form=form,
        beside_drafts=drafting.others_of_day(page, form.day, form.whole.texts["command_id"]),
        draft_told=told if (told := request.args.get("told")) in drafting.TOLD else "",
        filled=shown,
        day_asked=forms.OCCURRED_ON,
        entered={key: [(e, correctable(page, e)) for e in events] for key, events in there.items()},
        beside={one.key: one.kind and beside(page, one.kind, form.home, Ask(form.day)) for one in form.parts},
        anchors={c.name: Asked.anchor_of(c, shown, {}) for one in form.copies for c in one.controls}
        | {part: part for one in form.copies for c in one.controls for part in c.parts}
        | {one.anchor: one.anchor for one in form.copies}
        | {forms.OCCURRED_ON.name: forms.OCCURRED_ON.first},
    )


def _checked(form: DayForm) -> Any:
    """The page to check before recording, or the form with what is wrong."""
    page = form.page
    form.read()
    if form.wrong:
        return _form(form, 422)
    asked, submissions = form.touched, form.submissions()
    try:
        for one, outcome in zip(asked, page.services.desk.rehearse(submissions), strict=True):
            if isinstance(outcome, Refused):
                _complain(one.filled, outcome)
        if form.wrong:
            return _form(form, 422)
        decided = [page.services.desk.preview(one) for one in submissions]
    except Refused as refused:  # recorded already: the page was gone back to
        _complain(form.whole, refused)
        for one in asked:
            one.renewed()
        return _form(form, 422)
    except LogUnavailable as error:
        return _unavailable(form, error)
    parts = [
        (
            one,
            [(one.part.said(c), said) for c, said in _asked(page, one).spoken(page, one.filled) if said],
            [*page.breaches(its.breaches), *foreseen(page, one.part.command.name, one.filled.values, None)],
        )
        for one, its in zip(asked, decided, strict=True)
    ]
    return page.render(
        "daily_check.html",
        form=form,
        parts=parts,
        doubts=[said for one in asked for said in doubts(page, one.part.controls, one.filled.values)],
        moved=effects(page, [event for its in decided for event in its.events]),
        hidden=form.texts(),
    )


def _asked_again(form: DayForm, outcomes: Sequence[Any]) -> Any:
    """Some parts were refused: they are asked again with what was typed; the others are recorded and begin anew."""
    for one, outcome in zip(form.touched, outcomes, strict=True):
        if isinstance(outcome, Refused):
            _complain(one.filled, outcome)
            if outcome.rule == "command.id_reused":
                one.renewed()
        else:
            one.filled = forms.Filled(one.part.first_texts(form.day))
            one.renewed()
    _keep(form)
    return _form(form, 422)


def _asked(page: Page, one: Any) -> Asked:
    """A part as the form of its command, which says its answers in words."""
    return Asked(one.part.command, list(one.part.controls), Picker(page, one.part.command), kind=one.part.kind)


def _complain(filled: forms.Filled, refused: Refused) -> None:
    said = refused.wording
    zh, en = (readable.told(said, zh=zh) for zh in (True, False))
    filled.problems.append(forms.Problem(refused.at or "", zh, en))


def _unavailable(form: DayForm, error: LogUnavailable) -> Any:
    form.whole.problems.append(forms.Problem("", error.zh, error.en))
    return _form(form, 503)


# -- drafts ------------------------------------------------------------------------------------------------


def _begun(form: DayForm) -> DayForm:
    """The form as it was left, where nothing is answered and something of its day is kept."""
    draft = None if form.touched or form.whole.problems else drafting.of_day(form.page, form.day)
    if draft is None:
        return form
    its_day = {part: form.whole.texts.get(part, "") for part in forms.OCCURRED_ON.parts}  # the draft's was perhaps none
    return _opened(form.page, form.home, draft, its_day)


def _opened(page: Page, home: str, draft: Any, day: Mapping[str, str] | None = None) -> DayForm:
    return replace(form_of(page, home, {**draft.texts, **(day or {})}), draft=draft)


def _keep(form: DayForm) -> None:
    """Keep what was answered as the draft of the day until it is recorded; where it cannot be, the page goes on and says so."""
    try:
        if not _waiting(form):
            drafting.done(form.page, form.whole.texts["command_id"])
            return
        _save(form)
    except (Refused, LogUnavailable):
        form.keeping = "unkept"
    else:
        form.keeping = "kept"


def _waiting(form: DayForm) -> bool:
    """Whether anything is not recorded yet; while the log cannot be asked, it may be."""
    try:
        return form.waiting()
    except LogUnavailable:
        return True


def _save(form: DayForm) -> None:
    page = form.page
    page.services.drafts.save(page.reach.actor.login, form.known[0].command.name, DAYS, form.texts())


def _draft(form: DayForm) -> Any:
    """Put the whole page aside; nothing is checked."""
    if not form.known:
        form.whole.complain(forms.OCCURRED_ON.name, "daily.no_draft")
        return _form(form, 422)
    try:
        _save(form)
    except Refused as refused:
        _complain(form.whole, refused)
        return _form(form, 422)
    except LogUnavailable as error:
        return _unavailable(form, error)
    return redirect(url_for("drafts.show_drafts", told="saved"), 303)
