"""The same form, one question a page: every answer is kept as a draft, and the page to check stands at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, request, url_for

from domain.catalogue import Command
from webapp import answers, drafting, forms
from webapp.access import Permission, needs
from webapp.checking import Asked, answer_check
from webapp.entry import ALL, asked_of, command_of, first_texts
from webapp.evidence import received, takes_files
from webapp.page import Page, here

pages = Blueprint("one_by_one", __name__)
WHEN = (forms.OCCURRED_ON.name, forms.OCCURRED_AT.name)
"""The first page asks when it was."""
CHECK, BACK = "check", "back"


@dataclass
class Steps(Asked):
    """A form as pages of questions; what was answered lies in a draft."""

    texts: dict[str, str] = field(default_factory=dict)
    draft: str = ""
    """The id of the draft; nothing before the first answer."""
    number: int = 1
    """Which page is asked, from 1."""
    then: str = ""
    """`check` when a single answer is changed from the page to check."""
    unkept: forms.Problem | None = None
    """Why the answers could not be kept just now."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.base = f"/enter/{self.command.name}{drafting.QUESTIONS}"
        self.groups = list(_groups(self.command, self.controls, self.picker.reach.one_facility))
        if self.number > len(self.groups):
            abort(404)
        self.check_to = self.to(len(self.groups))

    def to(self, number: int, then: str = "") -> str:
        """The address of a page of questions."""
        said = urlencode({key: text for key, text in (("draft", self.draft), ("then", then)) if text})
        return f"{self.base}/{number}" + (f"?{said}" if said else "")

    @property
    def carries(self) -> bool:
        """Whether the pages hold all the answers, because there is no draft."""
        return not self.draft and (self.unkept is not None or drafting.CARRIED in request.form)

    @property
    def onward(self) -> str:
        """What comes behind this page: the next question, or the page to check."""
        last = self.number == len(self.groups) or self.then == CHECK
        return f"{self.base}/check?draft={self.draft}" if last else self.to(self.number + 1)

    @property
    def all_to(self) -> str:
        """The same form on one page."""
        return f"/enter/{self.command.name}?{ALL}=1" + (f"&draft={self.draft}" if self.draft else "")

    @property
    def here(self) -> list[forms.Control]:
        """The questions of this page."""
        return self.groups[self.number - 1]

    @property
    def skippable(self) -> bool:
        """Whether nothing on this page has to be answered."""
        return bool(self.draft) and not any(one.required for one in self.here)

    def asks(self, key: str) -> bool:
        """Whether this page has an input."""
        return _of(key, self.here)

    @property
    def page_of(self) -> dict[str, int]:
        """On which page each question stands."""
        return {one.name: number for number, group in enumerate(self.groups, 1) for one in group}

    def change_to(self, one: forms.Control) -> str:
        """The page of a question, and back to the check from there; what is given with the account has none."""
        return f"{self.to(self.page_of.get(one.name, 1), CHECK)}#{one.first}"

    def sent(self, page: Page) -> forms.Filled:
        """What lies in the draft: its files were looked at when they came."""
        carried = {} if self.draft else {drafting.CARRIED: "1"}
        return forms.Filled(self.texts | carried)

    def answered(self, page: Page) -> forms.Filled:
        """The draft with this page's answers in it, as they were just sent."""
        sent = received(page, self.here)
        kept = {key: text for key, text in self.texts.items() if not _of(key, self.here)}
        own = {key: text for key, text in sent.texts.items() if key not in drafting.OWN}
        if self.draft:  # the first page may be an old one, with what stood on it when there was no draft
            own = {key: text for key, text in own.items() if _of(key, self.here)}
        return replace(sent, texts=kept | own)

    def keep(self, page: Page, filled: forms.Filled) -> None:
        """Keep the answers as a draft; where that cannot be, the pages carry them on and say so."""
        told = list(filled.problems)
        self.draft, self.texts = drafting.keep(page, self, filled, self.base), filled.texts
        self.unkept = None if self.draft else filled.problems[-1]
        filled.problems = told

    def at(self, number: int) -> Steps:
        """The same form at another of its pages."""
        return replace(self, number=number, check_to="")

    def carried_on(self, page: Page) -> Any:
        """What comes behind this page, made at once because no address leads to it."""
        if self.number == len(self.groups) or self.then == CHECK:
            return answer_check(page, self)
        behind = self.at(self.number + 1)
        return behind.render_form(page, behind.sent(page))

    def check_here(self, page: Page, filled: forms.Filled) -> None:
        """Note what is wrong with the answers of this page; people who were searched for are ticked."""
        read = answers.read(self.here, filled.texts, self.command, page.services, self.picker)
        filled.texts, filled.candidates, filled.more = read.texts, read.candidates, read.more
        filled.problems += read.problems
        filled.notes += read.notes

    def render_form(self, page: Page, filled: forms.Filled, status: int = 200) -> Any:
        """The page of questions with the first thing that is wrong, or the one that is asked."""
        wrong = [self.page_of[one.control] for one in filled.problems if one.control in self.page_of]
        if wrong and self.number not in wrong:
            self.number, self.then = min(wrong), CHECK
        return page.render("one_by_one.html", status, asked=self, filled=filled, **self.choices(page, filled))


def _groups(command: Command, controls: Iterable[forms.Control], one_facility: bool) -> Iterable[list[forms.Control]]:
    """The questions in the order in which they are asked, those of a page together; the own facility alone is no page."""
    by_name = {one.name: one for one in controls}
    named = {name for group in (WHEN, *command.one_by_one) for name in group}
    for group in (WHEN, *command.one_by_one, *((name,) for name in by_name if name not in named)):
        found = [by_name[name] for name in group if name in by_name]
        if any(not (one_facility and one.ref == "facility") for one in found):
            yield found


def _of(key: str, controls: Iterable[forms.Control]) -> bool:
    """Whether an input belongs to one of some questions."""
    return any(key == one.name or key.startswith(f"{one.name}.") for one in controls)


# -- the pages ---------------------------------------------------------------------------------------------


@pages.get(f"/enter/<command>{drafting.QUESTIONS}")
@needs(Permission.RECORDING)
def show_first_question(command: str) -> Any:
    """Begin, with what the address says filled in; or go on with a draft where it was left."""
    page, said = here(), _asked_so(command)
    if "draft" in request.args:
        steps = _steps(page, said, 1)
        return drafting.gone() if steps is None else redirect(steps.to(_left_at(page, steps)), 303)
    texts = first_texts(page, said) | {key: value for key, value in request.args.items() if len(value) < 200}
    steps = _made(page, said, texts, "", 1)
    return steps.render_form(page, forms.Filled(texts))


@pages.get(f"/enter/<command>{drafting.QUESTIONS}/<int:number>")
@needs(Permission.RECORDING)
def show_question(command: str, number: int) -> Any:
    """A page of questions, with what was answered before."""
    page, said = here(), _asked_so(command)
    if "draft" not in request.args:
        return redirect(url_for("one_by_one.show_first_question", command=command), 303)
    steps = _steps(page, said, number)
    return drafting.gone() if steps is None else steps.render_form(page, forms.Filled(dict(steps.texts)))


@pages.post(f"/enter/<command>{drafting.QUESTIONS}/<int:number>")
@needs(Permission.RECORDING)
@takes_files
def keep_answer(command: str, number: int) -> Any:
    """Keep the answers of a page, whatever they are; what is wrong is told before it goes on."""
    page, said = here(), _asked_so(command)
    steps = _steps(page, said, number)
    if steps is None:
        return drafting.gone()
    step = request.form.get("step")
    if step == "edit":
        return redirect(request.full_path, 303) if steps.draft else steps.render_form(page, steps.sent(page))
    filled = steps.answered(page)
    if request.form.get("more"):
        steps.extend(filled, request.form["more"])
    elif step not in (drafting.STEP, BACK):
        steps.check_here(page, filled)
    steps.keep(page, filled)
    if step == drafting.STEP and steps.unkept:
        filled.problems.append(steps.unkept)
    if filled.problems or request.form.get("more"):
        return steps.render_form(page, filled, 422 if filled.problems else 200)
    return _onward(page, steps, filled, step)


def _onward(page: Page, steps: Steps, filled: forms.Filled, step: str | None) -> Any:
    """Where it goes from a page whose answers are kept, or carried."""
    if step == drafting.STEP:
        return redirect(url_for("drafts.show_drafts", told="saved"), 303)
    before = max(steps.number - 1, 1)
    if steps.draft:
        return redirect(steps.to(before) if step == BACK else steps.onward, 303)
    return steps.at(before).render_form(page, filled) if step == BACK else steps.carried_on(page)


@pages.get(f"/enter/<command>{drafting.QUESTIONS}/check")
@needs(Permission.RECORDING)
def show_check(command: str) -> Any:
    """The page to check before recording; what is missing leads to its question."""
    page, said = here(), _asked_so(command)
    steps = _steps(page, said, 1) if "draft" in request.args else None
    return drafting.gone() if steps is None else answer_check(page, steps)


def _asked_so(name: str) -> Command:
    """A command that is asked one question a page."""
    command = command_of(name)
    if not command.one_by_one:
        abort(404)
    return command


def _steps(page: Page, command: Command, number: int) -> Steps | None:
    """The form of the draft that the address names; of what was sent, before there is one; None where it is gone."""
    its, path, login = request.args.get("draft", ""), f"/enter/{command.name}", page.reach.actor.login
    if its:
        draft = page.services.drafts.read(login, its)
        if draft is None or not drafting.belongs(draft, path):
            return None
        return _made(page, command, draft.texts, its, number)
    if drafting.CARRIED not in request.form:  # the first page, sent once more: what was answered behind it stays
        draft = page.services.drafts.begun(login, request.form.get("command_id", ""))
        if draft is not None and drafting.belongs(draft, path):
            return _made(page, command, draft.texts, draft.id, number)
    return _made(page, command, {key: t for key, t in request.form.items() if key not in drafting.OWN}, "", number)


def _made(page: Page, command: Command, texts: Mapping[str, str], draft: str, number: int) -> Steps:
    asked = asked_of(page, command, texts)
    then = CHECK if request.args.get("then") == CHECK else ""
    return Steps(command, asked.controls, asked.picker, texts=dict(texts), draft=draft, number=number, then=then)


def _left_at(page: Page, steps: Steps) -> int:
    """The first page on which something is missing, else the last."""
    filled = answers.read(steps.controls, steps.texts, steps.command, page.services, steps.picker)
    missing = [steps.page_of[one.control] for one in filled.problems if one.control in steps.page_of]
    return min(missing, default=len(steps.groups))
