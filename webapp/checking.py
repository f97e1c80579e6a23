"""The questions of one form, asked, checked before recording, and asked again when something is wrong."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar
from uuid import uuid4

from flask import g, url_for

from domain.activity_types import ActivityType
from domain.catalogue import Command
from domain.declared import fields_of
from domain.desk import Submission
from domain.log import LogUnavailable
from domain.model import EntryWithdrawn, Event, Field, Refused
from webapp import answers, forms, paying, readable, suited
from webapp.clocks import clocks
from webapp.doubts import doubts
from webapp.effects import days_touched, effects
from webapp.evidence import Tile, received, tiles
from webapp.following import thing_of
from webapp.foreseen import foreseen, of_another_node
from webapp.lists import Listing, difference, listing
from webapp.page import Page, called
from webapp.pickers import Picker
from webapp.saying import look_for, more_of, picked, shown_rows

NAMED = re.compile(r"位置 (\d+)")
"""A position that a refusal names."""

TICKED_MAX = 12
"""More people than this are searched for instead of ticked in a list."""


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
    puts_right: ClassVar[bool] = False
    """Whether it corrects or withdraws an entry."""
    before_all: bool = False
    """Whether this is the question that comes before the others: what is acted upon."""

    def __post_init__(self) -> None:
        self.title = self.title or called(self.command)[not g.zh]
        self.check_to = self.check_to or url_for("entry.log_check", command=self.command.name)
        self.record_to = self.record_to or url_for("entry.log_record", command=self.command.name)

    def control(self, name: str) -> forms.Control | None:
        """A question by name."""
        return next((c for c in self.controls if c.name == name or name.startswith(f"{c.name}.")), None)

    def target(self, filled: forms.Filled) -> str | None:
        """What the command acts upon, or the thing whose entry the form corrects."""
        return self.corrected or filled.values.get(self.command.target or "")

    def anchor(self, name: str, filled: forms.Filled, offered: Mapping[str, Any]) -> str:
        """Where an error leads: the first input of its question, or the one of the line, as it is shown now."""
        one = self.control(name)
        if one is None or one.name != name:
            inner = next((c for c in self._picks(filled) if c.name == name), None)
            return self.anchor_of(inner, filled, offered) if inner else name
        return self.anchor_of(one, filled, offered)

    @staticmethod
    def anchor_of(one: forms.Control, filled: forms.Filled, offered: Mapping[str, Any]) -> str:
        """The first input of a question: what is listed, or the text that is searched for."""
        one = one.row(0)[0] if one.kind == "rows" else one
        listed = offered.get(one.name) or filled.candidates.get(one.name)
        return one.parts[1] if one.kind == "pick" and not listed else one.first

    def _picks(self, filled: forms.Filled) -> Iterator[forms.Control]:
        """Every question that chooses one thing, those of the lines of lists too."""
        for one in self.controls:
            if one.kind == "pick":
                yield one
            elif one.kind == "rows":
                for number in range(shown_rows(one, filled)):
                    yield from (row for row in one.row(number) if row.kind == "pick")

    def sent(self, page: Page) -> forms.Filled:
        """The form of this request as it is, with the files that came with it."""
        return received(page, self.controls, self.held)

    @property
    def held(self) -> frozenset[str]:
        """The files that the entry holds already which a form corrects."""
        return frozenset()

    def kept(self, page: Page) -> answers.Kept:
        """What the entry says that a form corrects, by question."""
        return {}

    @property
    def takes_files(self) -> bool:
        """Whether files may come with the form."""
        return bool(self._of_kind("evidence"))

    def tiles(self, page: Page, filled: forms.Filled) -> dict[str, list[Tile]]:
        """The files that are ticked, by question."""
        return {one.name: tiles(page, picked(one, filled), self.title) for one in self._of_kind("evidence")}

    def read(self, page: Page) -> forms.Filled:
        """What the form of this request says."""
        sent = self.sent(page)
        filled = answers.read(self.controls, sent.texts, self.command, page.services, self.picker, self.kept(page))
        filled.problems[:0] = sent.problems
        filled.values |= self.fixed
        if self.corrected is None:
            self._only_new(page, filled)
        return filled

    def _only_new(self, page: Page, filled: forms.Filled) -> None:
        """Answers that were given before and stay as they are are not given again."""
        for one in self.controls:
            if one.kind == "answers" and filled.values.get(one.name):
                state = page.names.state(filled.values.get(self.command.target or "", ""))
                before = getattr(state, "answers", {})
                new = tuple(answer for answer in filled.values[one.name] if before.get(answer.item) != answer)
                filled.values[one.name] = new
                if not new:
                    filled.complain(one.name, "answers.nothing_new")

    def submission(self, page: Page, filled: forms.Filled) -> Submission:
        """The command that the form stands for."""
        return forms.submission(self.command, filled.texts.get("command_id") or str(uuid4()), filled, page.reach.actor)

    def render_form(self, page: Page, filled: forms.Filled, status: int = 200) -> Any:
        """The form with what was typed and what is wrong with it."""
        return page.render("form.html", status, asked=self, filled=filled, **self.choices(page, filled))

    def choices(self, page: Page, filled: forms.Filled) -> dict[str, Any]:
        """What the questions offer, what is chosen already, and how many lines are shown."""
        offered = {c.name: self._offered(c, filled) for c in [*self._picks(filled), *self._of_kind("picks")]}
        chosen = {
            c.name: self.picker.label(c.ref or "", filled.texts[c.name])
            for c in self._picks(filled)
            if filled.texts.get(c.name) and self._known(c, c.name, filled.texts[c.name], filled)
        }
        for one in self._of_kind("picks"):  # what is ticked stays in sight, whatever is offered
            keys = [key for key in picked(one, filled) if self._known(one, f"{one.name}.{key}", key, filled)]
            ticked = [(key, self.picker.label(one.ref or "", key)) for key in keys]
            offered[one.name] = list(
                dict([*ticked, *filled.candidates.get(one.name, []), *(offered[one.name] or [])]).items()
            )
        offered |= self.tiles(page, filled)
        suited.shown(page, self.controls)
        filled.texts.setdefault("command_id", str(uuid4()))
        rows = {one.name: shown_rows(one, filled) for one in self._of_kind("rows")}
        return {"offered": offered, "chosen": chosen, "shown_rows": rows}

    def _known(self, one: forms.Control, part: str, chosen: str, filled: forms.Filled) -> bool:
        """Whether this account may be told what a thing is called; what it may not know is complained of and taken out."""
        if self.picker.allowed(one.ref or "", chosen):
            return True
        del filled.texts[part]
        if filled.problem(one.name) is None:
            filled.complain(one.name, "pick.unknown")
        return False

    def change_to(self, one: forms.Control) -> str:
        """Where an answer is changed from the page to check."""
        return f"{self.check_to}#{one.first}"

    def _of_kind(self, kind: str) -> list[forms.Control]:
        return [one for one in self.controls if one.kind == kind]

    def _offered(self, one: forms.Control, filled: forms.Filled) -> list[tuple[str, str]] | None:
        """What a question offers; several persons are ticked where few live in the facility, else they are searched for."""
        if one.kind == "picks" and one.ref == "person":
            place = filled.texts.get("facility") or getattr(self.picker.reach.actor, "facility", None)
            return self.picker.living(place, TICKED_MAX) if place else []
        return None if one.fixed else self.picker.offered(one.ref or "")

    @property
    def lined(self) -> bool:
        """Whether the form has buttons of its own before the one that goes on."""
        return bool(self._of_kind("rows") or self._of_kind("answers"))

    @property
    def buttoned(self) -> bool:
        """Whether the form has any button of its own: Enter in a field must not press it."""
        return self.lined or bool(self._of_kind("picks"))

    def with_more(self, page: Page, name: str) -> Any:
        """The same form with more empty lines, with every item passed that has no result, or with whom a search finds."""
        filled = self.sent(page)
        self.extend(filled, name)
        return self.render_form(page, filled)

    def extend(self, filled: forms.Filled, name: str) -> None:
        """More of a list: empty lines, passes, or the persons whom a search finds."""
        one = self.control(name)
        if one is not None and one.kind == "picks":
            look_for(one, filled, self.picker)
        elif one is not None:
            filled.texts = more_of(filled.texts, one)

    def refused(self, page: Page, filled: forms.Filled, refused: Refused) -> Any:
        """The form again, with the refusal at its field and what to do about it."""
        said = refused.wording
        zh, en = readable.told(said, zh=True), readable.told(said, zh=False)
        filled.problems.append(self._at_line(filled, refused, zh, en) or forms.Problem(self._where(refused), zh, en))
        if refused.rule == "entry.in_use":
            filled.notes += [(page.t("bar.position", position=at), f"/events/{at}") for at in NAMED.findall(said.zh)]
        if refused.rule == "person.known" and refused.stream:
            filled.candidates["known"] = [(refused.stream, self.picker.label("person", refused.stream))]
        return self.render_form(page, filled, 422)

    def _where(self, refused: Refused) -> str:
        """The input that a refusal is about; nothing where it is about all of the form."""
        return refused.at or "" if any(one.name == refused.field for one in self.controls) else ""

    def _at_line(self, filled: forms.Filled, refused: Refused, zh: str, en: str) -> forms.Problem | None:
        """A refusal of one line of a list, at its input, with its number on the page and whom it is about."""
        one = next((one for one in self._of_kind("rows") if one.name == refused.field), None)
        if one is None or not refused.part:
            return None
        number = int(refused.part.partition(".")[0])
        line, value = filled.lines[one.name][number], filled.values[one.name][number]
        of, of_en = line.called(forms.about(one, asdict(value), self.picker))
        return forms.Problem(line.input(answers.inner(refused.part), filled.texts), f"{of}：{zh}", f"{of_en}: {en}")

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

    def listings(self, page: Page, filled: forms.Filled) -> dict[str, Listing]:
        """The answers that are lists of records, as tables."""
        found = {
            one.name: listing(page, self.command.fields[one.name][0], filled.values.get(one.name) or ())
            for one in self.controls
            if one.kind in ("rows", "answers")
        }
        return {name: table for name, table in found.items() if table is not None}

    def _differing(self, page: Page, one: forms.Control, before: forms.Filled, filled: forms.Filled) -> tuple[str, str]:
        """What a question was answered with and is now, in words; of a list of records only the lines that differ."""
        if one.kind in ("rows", "answers"):
            bare = self.command.fields[one.name][0]
            return difference(page, bare, before.values.get(one.name), filled.values.get(one.name))
        if one.kind == "evidence":
            old, new = (set(form.values.get(one.name) or ()) for form in (before, filled))
            return self._answer(page, one, before), page.t(
                "evidence.changed", n=len(new), added=len(new - old), removed=len(old - new)
            )
        return self._answer(page, one, before), self._answer(page, one, filled)

    def _answer(self, page: Page, one: forms.Control, filled: forms.Filled) -> str:
        value = filled.texts.get(one.name) if one is forms.REASON else filled.values.get(one.name)
        if value is None or value in ({}, ()):
            return ""
        if one.kind in ("rows", "answers"):
            table = listing(page, self.command.fields[one.name][0], value)
            return table.summary if table else ""
        if one is forms.OCCURRED_AT:
            return readable.time_of_day(value)
        if one.kind == "pick":
            return self.picker.label(one.ref or "", value)
        if one.kind == "quantities" and one.measures:
            return page.measured(one.measures, value)
        if one.private:
            return readable.when(value, page.zh)
        _, spec, _ = self.command.fields.get(one.name) or (None, Field(""), False)
        return page.value(one.name, spec, value, self.kind.key if self.kind else None)


def answer_check(page: Page, asked: Asked) -> Any:
    """The page to check before recording, or the form with what is wrong."""
    filled = asked.read(page)
    if filled.problems:
        return asked.render_form(page, filled, 422)
    target = asked.target(filled)
    listed = paying.decided(page, asked.command, target)
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
    its = [event for event in decided.events if event.originator_id == decided.stream]
    return page.render(
        "check.html",
        asked=asked,
        thing=thing_of(page, target),
        listed=listed,
        filled=filled,
        changes=changes,
        reason=(forms.REASON, filled.texts.get(forms.REASON.name, "").strip()),
        answers=_unchanged(asked.spoken(page, filled), changes),
        listings=asked.listings(page, filled),
        tiles=asked.tiles(page, filled),
        doubts=doubts(page, asked.controls, filled.values),
        clocks=clocks(page, [*page.reach.work.track(decided.stream).events, *its]),
        findings=[
            *paying.named(page, page.breaches(decided.breaches), decided.events),
            *foreseen(page, asked.command.name, filled.values, asked.corrected),
            *of_another_node(page, decided.events),
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


def rows_to_check(page: Page, events: Iterable[Event], command: Command) -> list[tuple[str, str, Listing | None]]:
    """The fields of the event that a command led to, as label and value."""
    found = [e for e in events if not isinstance(e, EntryWithdrawn)]
    event = next((e for e in found if command.event is None or isinstance(e, command.event)), None)
    return field_rows(page, event) if event is not None else []


def field_rows(page: Page, event: Event, without: Container[str] = ()) -> list[tuple[str, str, Listing | None]]:
    """The fields of one event that hold something, `without` some: label, value, and a list of records as a table.

    What is filled in for figures is left out; so are lists that were filled in, but for those of records.
    """
    kind = getattr(event, "type", None)
    rows = []
    for name, (bare, spec, _) in fields_of(type(event)).items():
        value = getattr(event, name)
        if value in (None, (), {}) or name in without:
            continue
        table = listing(page, bare, value) if isinstance(value, tuple) else None
        if spec.filled and table is None:
            continue
        shown = table.summary if table else page.value(name, spec, value, kind, event.originator_id)
        rows.append((page.label(name, spec), shown, table))
    return rows
