"""The questions of one form, asked, checked before recording, and asked again when something is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from flask import g, request, url_for

from domain.activity_types import ActivityType
from domain.catalogue import Command
from domain.declared import fields_of
from domain.desk import Submission
from domain.log import LogUnavailable
from domain.model import EntryWithdrawn, Event, Field, Refused
from webapp import forms, readable
from webapp.doubts import doubts
from webapp.effects import days_touched, effects
from webapp.following import foreseen
from webapp.page import Page, called
from webapp.pickers import Picker

NAMED = re.compile(r"位置 (\d+)")
"""A position that a refusal names."""


@dataclass
class Asked:
    """One form: a command's questions and where it is sent."""

    command: Command
    controls: list[forms.Control]
    picker: Picker
    fixed: Mapping[str, str] = field(default_factory=dict)
    """What is not asked but goes into the command."""
    kind: ActivityType | None = None
    title: str = ""
    check_to: str = ""
    record_to: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        self.title = self.title or called(self.command)[not g.zh]
        self.check_to = self.check_to or url_for("entry.log_check", command=self.command.name)
        self.record_to = self.record_to or url_for("entry.log_record", command=self.command.name)

    def control(self, name: str) -> forms.Control | None:
        """A question by name."""
        return next((c for c in self.controls if c.name == name), None)

    @staticmethod
    def anchor(one: forms.Control, filled: forms.Filled, offered: Mapping[str, Any]) -> str:
        """Where an error of a question leads: its first input as it is shown now."""
        listed = offered.get(one.name) or filled.candidates.get(one.name)
        return one.parts[1] if one.kind == "pick" and not listed else one.first

    def read(self, page: Page) -> forms.Filled:
        """What the form of this request says."""
        filled = forms.read(self.controls, request.form.to_dict(), self.command, page.services, self.picker.choose)
        filled.values |= self.fixed
        return filled

    def submission(self, page: Page, filled: forms.Filled) -> Submission:
        """The command that the form stands for."""
        return forms.submission(self.command, filled.texts.get("command_id") or str(uuid4()), filled, page.reach.actor)

    def render_form(self, page: Page, filled: forms.Filled, status: int = 200) -> Any:
        """The form with what was typed and what is wrong with it."""
        offered = {c.name: self.picker.offered(c.ref or "") for c in self.controls if c.kind == "pick"}
        chosen = {
            c.name: self.picker.label(c.ref or "", filled.texts[c.name])
            for c in self.controls
            if c.kind == "pick" and filled.texts.get(c.name)
        }
        filled.texts.setdefault("command_id", str(uuid4()))
        return page.render("form.html", status, asked=self, filled=filled, offered=offered, chosen=chosen)

    def refused(self, page: Page, filled: forms.Filled, refused: Refused) -> Any:
        """The form again, with the refusal at its field and what to do about it."""
        said = refused.wording
        names = {c.name for c in self.controls}
        where = refused.field if refused.field in names else ""
        filled.problems.append(forms.Problem(where, readable.told(said, zh=True), readable.told(said, zh=False)))
        if refused.rule == "entry.in_use":
            filled.notes += [(page.t("bar.position", position=at), f"/events/{at}") for at in NAMED.findall(said.zh)]
        if refused.rule == "person.known" and refused.stream:
            filled.candidates["known"] = [(refused.stream, self.picker.label("person", refused.stream))]
        return self.render_form(page, filled, 422)

    def spoken(self, page: Page, filled: forms.Filled) -> list[tuple[forms.Control, str]]:
        """Every question with its answer in words; an empty text where there is none."""
        return [(one, self._answer(page, one, filled)) for one in self.controls]

    def changes(self, page: Page, filled: forms.Filled) -> list[tuple[forms.Control, str, str]] | None:
        """What a correction changes, as question, old and new words; None for what corrects nothing."""
        return None

    @property
    def corrected(self) -> str | None:
        """The stream whose entry the form corrects."""
        return None

    def _answer(self, page: Page, one: forms.Control, filled: forms.Filled) -> str:
        value = filled.texts.get(one.name) if one is forms.REASON else filled.values.get(one.name)
        if value is None or value == {}:
            return ""
        if one is forms.OCCURRED_AT:
            return readable.plain(filled.texts["occurred_at"])
        if one.kind == "pick":
            return self.picker.label(one.ref or "", value)
        if one.kind == "month":
            return readable.month(value, page.zh)
        if one.private:
            return readable.when(value, page.zh)
        _, spec, _ = self.command.fields.get(one.name) or (None, Field(""), False)
        return page.value(one.name, spec, value, self.kind.key if self.kind else None)


def answer_check(page: Page, asked: Asked) -> Any:
    """The page to check before recording, or the form with what is wrong."""
    filled = asked.read(page)
    if filled.problems:
        return asked.render_form(page, filled, 422)
    changes = asked.changes(page, filled)
    if changes == []:
        return unchanged(page, asked, filled)
    try:
        decided = page.services.desk.preview(asked.submission(page, filled))
    except Refused as refused:
        return asked.refused(page, filled, refused)
    except LogUnavailable as error:
        filled.problems.append(forms.Problem("", error.zh, error.en))
        return asked.render_form(page, filled, 503)
    return page.render(
        "check.html",
        asked=asked,
        filled=filled,
        changes=changes,
        reason=(forms.REASON, filled.texts.get(forms.REASON.name, "").strip()),
        answers=_unchanged(asked.spoken(page, filled), changes),
        doubts=doubts(page, asked.controls, filled.values),
        findings=[
            *page.breaches(decided.breaches),
            *foreseen(page, asked.command.name, filled.values, asked.corrected),
        ],
        moved=effects(page, decided.events),
        days=page.t("list.sep").join(readable.day(day, page.zh) for day in days_touched(page, decided.events)),
        hidden=_hidden(filled),
    )


def unchanged(page: Page, asked: Asked, filled: forms.Filled) -> Any:
    """The form of a correction that changes nothing."""
    filled.complain("", "correct.nothing")
    return asked.render_form(page, filled, 422)


def _unchanged(
    answers: list[tuple[forms.Control, str]], changes: list[tuple[forms.Control, str, str]] | None
) -> list[tuple[forms.Control, str]]:
    """The answers that are not shown as changes."""
    shown = {control.name for control, _, _ in changes} | {forms.REASON.name} if changes else set()
    return [(control, said) for control, said in answers if control.name not in shown]


def _hidden(filled: forms.Filled) -> dict[str, str]:
    """What the page to check carries on to the recording."""
    return {key: value for key, value in filled.texts.items() if key not in ("csrf", "step")}


def rows_to_check(page: Page, events: Iterable[Event], command: Command) -> list[tuple[str, str]]:
    """The fields of the event that a command led to, as label and value."""
    found = [e for e in events if not isinstance(e, EntryWithdrawn)]
    event = next((e for e in found if command.event is None or isinstance(e, command.event)), None)
    return field_rows(page, event) if event is not None else []


def field_rows(page: Page, event: Event) -> list[tuple[str, str]]:
    """The fields of one event that hold something, as label and value; what is filled in for figures is left out."""
    kind = getattr(event, "type", None)
    rows = []
    for name, (_, spec, _) in fields_of(type(event)).items():
        value = getattr(event, name)
        if value is None or spec.filled:
            continue
        if spec.pattern == forms.MONTH_PATTERN:
            shown = readable.month(value, page.zh)
        else:
            shown = page.value(name, spec, value, kind, event.originator_id)
        rows.append((page.label(name, spec), shown))
    return rows
