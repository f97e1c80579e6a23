"""Questions that depend on what is acted upon: the items of an inspection, the parts of a rating, who stands on a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.batches import Batch
from domain.catalogue import Command
from domain.inspections import Inspection
from domain.ratings import Rating
from webapp import paying
from webapp.forms import OCCURRED_AT, OCCURRED_ON, REASON, Control
from webapp.noting import aside
from webapp.page import Page
from webapp.pickers import OFFERED_MAX, RECORD, Picker
from webapp.saying import answer_texts
from webapp.things import LISTED, possible

NUMBERED = {
    "outlet.order_correction": "violations",
    "outlet.fine": "violations",
    "outlet.correct": "violations",
    "incident.finish_follow_up": "follow_ups",
}
"""What the number means that a command asks for."""
WAITING = frozenset({"inspection.answer", "rating.self_assess", "rating.score", *LISTED, *NUMBERED})
"""Commands whose questions are known once it is known what they act upon."""
ANSWERING = "finding.answer"
STARTING = "inspection.start"
NEXT_NUMBER = "incident.assign_follow_up"


def waits(command: Command, target: str | None) -> bool:
    """Whether it must first be asked what the command acts upon."""
    return command.name in WAITING and target is None


def suited(page: Page, picker: Picker, command: Command, asked: Iterable[Control], target: str | None) -> list[Control]:
    """The questions as they fit the thing that is acted upon and the accounts of the area."""
    state = page.names.state(target) if target else None
    found = []
    for one in asked:
        if one in (OCCURRED_ON, OCCURRED_AT, REASON):
            found.append(one)
        elif command.name in WAITING and one.name == command.target:
            found.append(replace(one, fixed=True))
        elif one.account:
            outside = one.account == "outside" or (isinstance(state, Inspection) and state.from_outside)
            found.append(_login(picker, one, getattr(state, "facility", None), outside=outside))
        else:
            found.append(_of_state(page, command, one, state))
    return found


def _of_state(page: Page, command: Command, one: Control, state: Any) -> Control:
    if one.kind == "rows" and isinstance(state, Inspection):
        return replace(one, kind="answers", groups=items_asked(page, state))
    if one.kind == "quantities" and isinstance(state, Rating):
        return replace(one, measures=_parts(page, one, state))
    if one.name == "person" and isinstance(state, Batch) and command.name in LISTED:
        return _listed(page, command, one, state)
    if command.name == ANSWERING and one.name == "about":
        return replace(one, kind="pick", ref=RECORD, hint=("", ""))
    if one.name == "number" and command.name in NUMBERED and state is not None:
        return replace(one, kind="select", unit=None, choices=tuple(_numbers(page, command, state)))
    return one


def _login(picker: Picker, one: Control, home: str | None, *, outside: bool) -> Control:
    """A choice among the accounts of the area, without those of facilities where somebody else is asked for.

    Where there are too many, the login is typed.
    """
    near = picker.accounts_near(home, outside=outside)
    if not near:
        return one
    choices = tuple((login, (words, words)) for login, words in near)
    return replace(one, kind="several" if one.kind == "texts" else "select", choices=choices, hint=("", ""))


def items_asked(page: Page, state: Inspection) -> tuple[tuple[tuple[str, str], tuple[Any, ...]], ...]:
    """The items that are asked, by the groups of the checklists, in the versions under which the visit was planned."""
    lists = zip((state.checklist, *state.packs), state.versions, strict=True)
    groups: dict[tuple[str, str], list[Any]] = {}
    for code, version in lists:
        for item in page.services.reference.checklists.on(code, version).items.values():
            if item.code in state.items:
                groups.setdefault(item.group, []).append(item)
    return tuple((heading, tuple(items)) for heading, items in groups.items())


def _parts(page: Page, one: Control, state: Rating) -> tuple[tuple[str, tuple[str, str], tuple[str, str]], ...]:
    """The parts of a rating, each with its full mark; or the single items of its scheme."""
    reference, unit = page.services.reference, ("分", "points")
    if one.name == "items":
        items = reference.schemes.schemes[state.scheme].items
        return tuple((code, (item.zh, item.en), unit) for code, (item, _) in items.items())
    return tuple(
        (code, _full(reference.words("rating_dimensions", code), most), unit)
        for code, most in state.rule.maxima.items()
    )


def _full(words: tuple[str, str], most: int | Decimal | Any) -> tuple[str, str]:
    return f"{words[0]}（满分 {most}）", f"{words[1]} (at most {most})"


def _listed(page: Page, command: Command, one: Control, state: Batch) -> Control:
    """Somebody of the list; searched for by their number where it is too long, or masked, so that two look the same."""
    whom = LISTED[command.name](state)
    if possible(page, command, state).holds and not paying.open_names(page, state, whom):
        return one
    people = [person for person in state.line_of if person in whom]
    if not people or len(people) > OFFERED_MAX:
        return one
    page.names.warm(people)
    with aside():  # only a page that shows the choice opens the names: `shown`
        named = [(person, page.names.person(person)) for person in people]
    return replace(one, kind="select", choices=tuple((person, (name, name)) for person, name in named))


def shown(page: Page, asked: Iterable[Control]) -> None:
    """The choices among persons are on the page now: their names are opened again, to be noted."""
    for one in asked:
        if one.kind == "select" and one.ref == "person":
            for person, _ in one.choices:
                page.names.person(person)


def _numbers(page: Page, command: Command, state: Any) -> Iterable[tuple[str, tuple[str, str]]]:
    """What is numbered in a thing and not seen to yet."""
    for its in getattr(state, NUMBERED[command.name]):
        if getattr(its, "corrected_at", None) or getattr(its, "done_at", None):
            continue
        if hasattr(its, "kind"):
            zh, en = page.services.reference.words("outlet_violations", its.kind)
            yield str(its.number), (f"{its.number} 号 · {zh}", f"No. {its.number} · {en}")
        else:
            due = its.due_on
            yield (
                str(its.number),
                (f"{its.number} 号 · {due:%Y年%-m月%-d日}前", f"No. {its.number} · by {due:%-d %B %Y}"),
            )


def first_texts(page: Page, command: Command, asked: Iterable[Control], target: str | None) -> dict[str, str]:
    """What a new form holds of the thing that it acts upon: the answers given already, who was drawn, the next number."""
    state = page.names.state(target) if target else None
    texts: dict[str, str] = {}
    for one in asked:
        if one.kind == "answers" and isinstance(state, Inspection):
            texts |= answer_texts(one.name, state.answers.values())
        if command.name == STARTING and one.name == "inspectors" and isinstance(state, Inspection):
            texts |= {f"{one.name}.{login}": "1" for login, _ in one.choices if login in state.drawn}
    if command.name == NEXT_NUMBER and state is not None:
        texts["number"] = str(max((its.number for its in state.follow_ups), default=0) + 1)
    return texts
