"""Putting an entry right: a form filled with what it says, a reason, a page to check, a receipt."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Blueprint, request

from domain.corrections import CORRECT, WITHDRAW
from domain.declared import evidence_of
from domain.desk import Submission
from domain.model import EntryWithdrawn, Event, Sealed
from domain.work import refuse_foreign
from webapp import answers, drafting, forms, saying
from webapp.access import Permission, needs, required
from webapp.checking import Asked
from webapp.entered import entry_event, texts_of, values_of
from webapp.evidence import takes_files
from webapp.following import correctable
from webapp.page import Page, here, recorded
from webapp.pickers import Picker
from webapp.recording import answered, record
from webapp.suited import suited

pages = Blueprint("corrections", __name__)


class Correcting(Asked):
    """A form whose answers are compared with the entry that it corrects; only what differs is sent."""

    entry: Event
    puts_right = True

    def submission(self, page: Page, filled: forms.Filled) -> Submission:
        """`entry.correct` with the fields that change."""
        before = self.before(page)
        own = {c.name for c in self.controls} - {"occurred_on", "occurred_at", forms.REASON.name}
        several = {c.name for c in self.controls if c.kind in forms.LISTS}
        changed = {
            name: saying.plain(filled.values.get(name, () if name in several else None))
            for name in sorted(own)
            if (filled.values.get(name) or None) != (before.values.get(name) or None)
        }
        args: dict[str, Any] = {
            **_named(self.entry),
            "args": changed,
            "reason": filled.texts[forms.REASON.name].strip(),
        }
        for name in ("occurred_on", "occurred_at"):
            if filled.values.get("occurred_at") != before.values.get("occurred_at") or (
                filled.values.get("occurred_on") != before.values.get("occurred_on")
            ):
                args |= {name: filled.values[name]} if filled.values.get(name) else {}
        if "occurred_at" in args:
            args.pop("occurred_on", None)
        return Submission(CORRECT[0], filled.texts.get("command_id") or str(uuid4()), args, page.reach.actor)

    def before(self, page: Page) -> forms.Filled:
        """The entry as it is, by its own values: the rules of today may refuse what was recorded once."""
        texts = texts_of(page, self.controls, self.entry)
        own = (forms.OCCURRED_ON, forms.OCCURRED_AT)
        filled = answers.read(own, texts, self.command, page.services, self.picker)
        filled.values |= values_of(page, self.controls, self.entry)
        return filled

    def kept(self, page: Page) -> answers.Kept:
        """What the inputs of every question say of the entry, and the value that it has."""
        shown = forms.Filled(texts_of(page, self.controls, self.entry))
        values = values_of(page, self.controls, self.entry)
        asked = (one for one in self.controls if one not in forms.OWN)
        return {one.name: (saying.said_of(one, shown, self.picker), values.get(one.name)) for one in asked}

    def changes(self, page: Page, filled: forms.Filled) -> list[tuple[forms.Control, str, str]]:
        """What differs from the entry, question by question."""
        before = self.before(page)
        return [
            (one, *self._differing(page, one, before, filled))
            for one in self.controls
            if one is not forms.REASON
            and (filled.values.get(one.name) or None) != (before.values.get(one.name) or None)
        ]

    @property
    def held(self) -> frozenset[str]:
        """The files of the entry."""
        return frozenset(evidence_of(self.entry))

    @property
    def corrected(self) -> str:
        """The stream of the entry."""
        return self.entry.originator_id


class Withdrawing(Asked):
    """A form that only asks the reason."""

    entry: Event
    puts_right = True

    def submission(self, page: Page, filled: forms.Filled) -> Submission:
        """`entry.withdraw`."""
        args = {**_named(self.entry), "reason": filled.texts[forms.REASON.name].strip()}
        return Submission(WITHDRAW[0], filled.texts.get("command_id") or str(uuid4()), args, page.reach.actor)


@pages.get("/events/<int:position>/correct")
@needs(Permission.RECORDING)
def show_correct(position: int) -> Any:
    """The entry's own form, filled with what it says."""
    page = here()
    asked = _correcting(page, position)
    return _opened(page, asked, texts_of(page, asked.controls, asked.entry))


@pages.post("/events/<int:position>/correct")
@needs(Permission.RECORDING)
@takes_files
def log_correct_check(position: int) -> Any:
    """Show what would change. Nothing is recorded."""
    page = here()
    return answered(page, _correcting(page, position))


@pages.post("/events/<int:position>/correct/record")
@needs(Permission.RECORDING)
def log_correct(position: int) -> Any:
    """Record the correction."""
    page = here()
    return record(page, _correcting(page, position))


@pages.get("/events/<int:position>/withdraw")
@needs(Permission.RECORDING)
def show_withdraw(position: int) -> Any:
    """What would be withdrawn, and the question why."""
    page = here()
    asked = _withdrawing(page, position)
    return _opened(page, asked, {})


@pages.post("/events/<int:position>/withdraw")
@needs(Permission.RECORDING)
def log_withdraw_check(position: int) -> Any:
    """Show what would change. Nothing is recorded."""
    page = here()
    return answered(page, _withdrawing(page, position))


@pages.post("/events/<int:position>/withdraw/record")
@needs(Permission.RECORDING)
def log_withdraw(position: int) -> Any:
    """Record the withdrawal."""
    page = here()
    return record(page, _withdrawing(page, position))


def _opened(page: Page, asked: Correcting | Withdrawing, texts: dict[str, str]) -> Any:
    """The form as it begins, or as it was put aside."""
    if "draft" in request.args:
        kept = drafting.resumed(page)
        return drafting.gone() if kept is None else asked.render_form(page, forms.Filled(kept))
    return asked.render_form(page, forms.Filled(texts | {"command_id": str(uuid4())}))


# -- the entry ---------------------------------------------------------------------------------------------


def _correcting(page: Page, position: int) -> Correcting:
    event = entry_event(page, position)
    refuse_foreign(page.reach.work, event.originator_id)
    required(correctable(page, event))
    command = page.services.desk.commands[event.envelope.command]
    kind = page.services.reference.activity_types.types.get(getattr(event, "type", ""))
    out = {command.target} if command.target else set()
    if page.reach.one_facility:
        out |= {"region"} if "region" in command.fields else set()
    hidden = {
        name for name, (_, spec, _) in command.fields.items() if spec.private and not _readable(page, event, name)
    }
    asked = [
        forms.OCCURRED_ON,
        forms.OCCURRED_AT,
        *forms.controls(command, page.services, kind, out | hidden),
        forms.REASON,
    ]
    path = f"/events/{position}/correct"
    picker = Picker(page, command)
    made = Correcting(
        command,
        suited(page, picker, command, asked, event.originator_id if command.target else None),
        picker,
        kind=kind,
        title=page.t("title.correct", what=page.pair(recorded(command))),
        check_to=path,
        record_to=path + "/record",
        note=page.sentence(event),
    )
    made.entry = event
    return made


def _withdrawing(page: Page, position: int) -> Withdrawing:
    event = entry_event(page, position)
    refuse_foreign(page.reach.work, event.originator_id)
    required(correctable(page, event) or isinstance(event, EntryWithdrawn))
    command = page.services.desk.commands[event.envelope.command]
    path = f"/events/{position}/withdraw"
    made = Withdrawing(
        command,
        [forms.REASON],
        Picker(page),
        title=page.t("title.withdraw", what=page.pair(recorded(command))),
        check_to=path,
        record_to=path + "/record",
        note=page.sentence(event),
    )
    made.entry = event
    return made


def _readable(page: Page, event: Event, name: str) -> bool:
    """Whether a private value may be shown in a form to this account."""
    value = getattr(event, name)
    if isinstance(value, Sealed):
        return page.reach.opens(value) and page.names.text(value) is not None
    return value is None and (
        page.reach.names(getattr(event, "person", event.originator_id)) or page.reach.texts(event)
    )


def _named(event: Event) -> dict[str, Any]:
    return {"stream": event.originator_id, "version": event.originator_version}
