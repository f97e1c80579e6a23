"""What was typed into a form, read against the declarations: typed values, or what is wrong and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.catalogue import Command
from domain.log import Called
from domain.model import CHINA, LONG_MAX, Refused
from webapp import readable
from webapp.forms import (
    OCCURRED_AT,
    OCCURRED_ON,
    OWN,
    REASON,
    Chooser,
    Control,
    Filled,
    Line,
    Problem,
    Texts,
    about,
    day_said,
    missing,
)
from webapp.saying import said_of
from webapp.services import Services
from webapp.wording import words

WHOLE = re.compile(r"[\d,]+", re.ASCII)
Kept = Mapping[str, tuple[Any, Any]]
"""Of questions whose answers may stay as they are: what their inputs say to begin with, and the value itself."""


def read(
    asked: Iterable[Control],
    texts: Texts,
    command: Command,
    services: Services,
    picker: Chooser,
    kept: Kept | None = None,
) -> Filled:
    """What was typed, read against the declarations; every problem is noted, not only the first.

    What is `kept` and was not touched keeps its value: it was recorded, perhaps under other rules than those of today.
    """
    filled = Filled(dict(texts))
    for one in asked:
        if one in OWN:
            _own(one, filled, services.today)
            continue
        before = len(filled.problems)
        said = said_of(one, filled, picker)
        if len(filled.problems) > before:
            continue
        if kept and one.name in kept and kept[one.name][0] == said:
            filled.values |= {} if kept[one.name][1] is None else {one.name: kept[one.name][1]}
            continue
        if said in (None, "", {}, []):
            if one.required:
                missing(one, filled)
            continue
        _typed(one, said, filled, Reading(command, services, picker))
    _in_time(filled, services)
    return filled


def _in_time(filled: Filled, services: Services) -> None:
    """What was said to be the day or the time, judged as the desk judges it, so that it is told beside its own question."""
    on, moment = filled.values.get("occurred_on"), filled.values.get("occurred_at")
    if on is None:
        return
    try:
        services.desk.business_time(on, moment)
    except Refused as refused:
        said = refused.wording  # with what to do, as the desk tells it at the end
        told = readable.told(said, zh=True), readable.told(said, zh=False)
        filled.problems.append(Problem(refused.field or "", *told))


@dataclass(frozen=True)
class Reading:
    """With what the values of one form are read."""

    command: Command
    services: Services
    picker: Chooser

    def value(self, one: Control, said: Any, called: Called = dict) -> Any:
        """What a text stands for. Raises Refused; `called` says what the names within the field are called."""
        name, args = self.command.name, {one.name: said}
        return self.services.schemas.read(name, args, partial=True, from_form=True, called=called).get(one.name)


def _typed(one: Control, said: Any, filled: Filled, reading: Reading) -> None:
    """One value as the command's schema reads it, or the schema's complaint; of several one at each that is wrong."""
    before = len(filled.problems)
    if one.kind == "quantities":
        found: Any = {}
        for key, text in said.items():
            found |= _quantity(one, key, text, filled, reading)
    elif one.kind == "rows":
        found = ()
        for line, its in zip(filled.lines[one.name], said, strict=True):
            found += _line(one, line, its, filled, reading)
    else:
        found = _value(one, said, filled, reading)
    if len(filled.problems) == before and found is not None:
        filled.values[one.name] = found


def _value(one: Control, said: Any, filled: Filled, reading: Reading) -> Any:
    """One value; nothing after a complaint at its input."""
    try:
        return reading.value(one, said)
    except Refused as refused:
        _refused(filled, refused.at or one.name, refused)
        return None


def _quantity(one: Control, key: str, text: str, filled: Filled, reading: Reading) -> dict[str, Any]:
    """One quantity by its key; nothing after a complaint at its input."""
    label = {its: both for its, both, _ in one.measures}[key]
    if key in one.whole and not WHOLE.fullmatch(text):
        filled.complain(f"{one.name}.{key}", "wrong.whole", what=label[0], what_en=label[1])
        return {}
    try:
        return reading.value(one, {key: text}, lambda: {key: label})
    except Refused as refused:
        _refused(filled, refused.at or one.name, refused)
        return {}


def _line(one: Control, line: Line, said: Mapping[str, Any], filled: Filled, reading: Reading) -> tuple[Any, ...]:
    """One line of a list; nothing after a complaint at its input, or where it was pasted, with whom it is about."""

    def called() -> dict[str, tuple[str, str]]:
        zh, en = words("rows.of_line")
        of, of_en = line.called(about(one, said, reading.picker))
        return {
            f"0.{its.name}": (zh.format(line=of, what=its.label[0]), en.format(line=of_en, what=its.label[1]))
            for its in one.fields
        }

    try:
        return reading.value(one, [said], called)
    except Refused as refused:
        _refused(filled, line.input(inner(refused.part), filled.texts), refused)
        return ()


def inner(part: str | None) -> str:
    """The field of a line that a refusal names as `number.field`."""
    return (part or "").rpartition(".")[2]


def _refused(filled: Filled, at: str, refused: Refused) -> None:
    filled.problems.append(Problem(at, refused.wording.zh, readable.capital(refused.wording.en)))


def _own(one: Control, filled: Filled, today: date) -> None:
    """The questions that every form asks: the business day, its time, the reason of a correction."""
    if one is OCCURRED_ON:
        said = day_said(one, filled, today)
        if said:
            filled.values["occurred_on"] = date.fromisoformat(said)
        elif not filled.problem(one.name):
            filled.complain(one.name, "missing.text", what=one.label[0], what_en=one.label[1])
    elif one is OCCURRED_AT:
        said = filled.texts.get("occurred_at", "").strip()
        at = readable.typed_time(said)
        if said and at is None:
            filled.complain(one.name, "wrong.time")
        elif at and filled.values.get("occurred_on"):
            filled.values["occurred_at"] = datetime.combine(filled.values["occurred_on"], at, CHINA)
    else:
        _reason(filled)


def _reason(filled: Filled) -> None:
    said = filled.texts.get(REASON.name, "").strip()
    if not said:
        filled.complain(REASON.name, "missing.reason")
    elif len(said) > LONG_MAX:
        filled.complain(REASON.name, "wrong.reason", n=readable.number(LONG_MAX))
