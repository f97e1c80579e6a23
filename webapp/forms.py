"""The form of a command, derived from the catalogue: its controls, what was typed, and what that stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain.activity_types import ActivityType
from domain.catalogue import Command, label, type_name
from domain.desk import Submission
from domain.model import CHINA, Field, Refused
from domain.values import yuan
from webapp import readable
from webapp.services import Services
from webapp.wording import words

MONTH_PATTERN = r"\d{4}-(0[1-9]|1[0-2])"
RADIOS_MAX = 6
DATE_PARTS = ("y", "m", "d")
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Control:
    """One question of a form. `parts` are the names of its inputs; a summary of errors leads to the first."""

    name: str
    kind: str
    label: tuple[str, str]
    required: bool = True
    hint: tuple[str, str] = ("", "")
    unit: str | None = None
    choices: tuple[tuple[str, tuple[str, str]], ...] = ()
    ref: str | None = None
    private: bool = False
    measures: tuple[tuple[str, tuple[str, str], tuple[str, str]], ...] = ()
    """Of quantities: key, label, unit."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the inputs."""
        if self.kind in ("date", "month"):
            return tuple(f"{self.name}.{part}" for part in DATE_PARTS[: 3 if self.kind == "date" else 2])
        if self.kind == "quantities":
            return tuple(f"{self.name}.{key}" for key, _, _ in self.measures)
        return (self.name, f"{self.name}.search") if self.kind == "pick" else (self.name,)

    @property
    def first(self) -> str:
        """The id of the first input."""
        return self.parts[0]


@dataclass(frozen=True)
class Problem:
    """What is wrong with one control, in both languages."""

    control: str
    zh: str
    en: str


@dataclass
class Filled:
    """A form with what was typed into it: the texts, the typed values, and what is wrong."""

    texts: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    candidates: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    """What to look at: words and address."""

    def problem(self, control: str) -> Problem | None:
        """What is wrong with a control."""
        return next((p for p in self.problems if p.control == control), None)

    def complain(self, control: str, key: str, **said: str) -> None:
        """Note a problem by its wording."""
        zh, en = words(key)
        self.problems.append(Problem(control, zh.format(**said), en.format(**said)))


OCCURRED_ON = Control("occurred_on", "date", words("field.occurred_on"), True, words("hint.occurred_on"))
OCCURRED_AT = Control("occurred_at", "time", words("field.occurred_at"), False, words("hint.occurred_at"))
REASON = Control("correction_reason", "long", words("field.reason"), True, words("hint.reason"))


def control(
    name: str, bare: Any, spec: Field, required: bool, services: Services, kind: ActivityType | None
) -> Control:
    """The control of a declared field."""
    said = {
        "required": required,
        "hint": (spec.hint_zh or "", spec.hint_en or ""),
        "unit": spec.unit,
        "private": spec.private is not None,
        "ref": spec.ref,
    }
    names = label(name, spec)
    if spec.choices:
        choices = tuple(
            (code, services.reference.words(spec.choices, code)) for code in services.reference.choices(spec.choices)
        )
        return Control(name, "radios" if len(choices) <= RADIOS_MAX else "select", names, choices=choices, **said)
    if spec.ref:
        return Control(name, "pick", names, **said)
    if type_name(bare) == "quantities":
        measures = tuple((q.key, (q.zh, q.en), (q.unit, q.unit_en)) for q in kind.quantities.values()) if kind else ()
        return Control(name, "quantities", names, measures=measures, **{**said, "unit": None})
    if name == "amount_fen" and kind and kind.amount:
        names = (kind.amount.zh, kind.amount.en)
    return Control(name, _plain_kind(name, bare, spec), names, **said)


def _plain_kind(name: str, bare: Any, spec: Field) -> str:
    """How a field without choices is asked for."""
    if spec.pattern == MONTH_PATTERN:
        return "month"
    if name.endswith("_fen"):
        return "money"
    if spec.long:
        return "long"
    return {"integer": "number", "date": "date", "boolean": "flag"}.get(type_name(bare), "text")


def controls(
    command: Command, services: Services, kind: ActivityType | None = None, left_out: Iterable[str] = ()
) -> list[Control]:
    """Every question of a command's form, in the order of the declaration; the activity's type is asked before."""
    out = set(left_out)
    if kind is not None:
        out |= {"type"} if kind.amount else {"type", "amount_fen"}
    return [
        control(name, bare, spec, required, services, kind)
        for name, (bare, spec, required) in command.fields.items()
        if name not in out
    ]


Choose = Callable[[Control, str, str, Filled], str | None]
"""Finds what a reference names: (control, chosen id, text searched for, form) -> id, or None after a complaint."""


def read(asked: Iterable[Control], texts: Texts, command: Command, services: Services, choose: Choose) -> Filled:
    """What was typed, read against the declarations; every problem is noted, not only the first."""
    filled = Filled(dict(texts))
    for one in asked:
        if one in (OCCURRED_ON, OCCURRED_AT, REASON):
            _own(one, filled)
            continue
        said = _said(one, texts, filled, choose)
        if filled.problem(one.name):
            continue
        if said in (None, "", {}):
            if one.required:
                filled.complain(
                    one.name,
                    "missing.pick" if one.kind in ("pick", "radios", "select") else "missing.text",
                    what=one.label[0],
                    what_en=one.label[1],
                )
            continue
        _typed(one, said, filled, command, services)
    return filled


def _typed(one: Control, said: Any, filled: Filled, command: Command, services: Services) -> None:
    """One value as the command's schema reads it, or the schema's complaint."""
    try:
        filled.values |= services.schemas.read(command.name, {one.name: said}, partial=True, from_form=True)
    except Refused as refused:
        filled.problems.append(Problem(one.name, refused.wording.zh, readable.capital(refused.wording.en)))


def _said(one: Control, texts: Texts, filled: Filled, choose: Choose) -> Any:
    """The text that stands for a control's inputs."""
    if one.kind == "date":
        return _day(one, texts, filled)
    if one.kind == "month":
        year, index = (readable.plain(texts.get(part, "")) for part in one.parts)
        return f"{year}-{index:>02}" if year or index else ""
    if one.kind == "quantities":
        given = {key: readable.plain(texts.get(f"{one.name}.{key}", "")) for key, _, _ in one.measures}
        return {key: text for key, text in given.items() if text}
    if one.kind == "pick":
        return choose(one, texts.get(one.name, ""), texts.get(f"{one.name}.search", ""), filled)
    return texts.get(one.name, "").strip()


def _day(one: Control, texts: Texts, filled: Filled) -> str:
    parts = [readable.plain(texts.get(part, "")) for part in one.parts]
    if not any(parts):
        return ""
    found = readable.typed_day("-".join(parts)) if all(parts) else None
    if found is None:
        filled.complain(one.name, "wrong.date", what=one.label[0], what_en=one.label[1])
        return ""
    return found.isoformat()


def _own(one: Control, filled: Filled) -> None:
    """The questions that every form asks: the business day, its time, the reason of a correction."""
    if one is OCCURRED_ON:
        said = _day(one, filled.texts, filled)
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
    elif not filled.texts.get(REASON.name, "").strip():
        filled.complain(REASON.name, "missing.reason")


def submission(command: Command, command_id: str, filled: Filled, actor: Any, **more: Any) -> Submission:
    """The command that a form without problems stands for."""
    args = {name: value for name, value in filled.values.items() if name not in ("occurred_on", "occurred_at")} | more
    moment = filled.values.get("occurred_at")
    return Submission(
        command.name, command_id, args, actor, None if moment else filled.values.get("occurred_on"), moment
    )


# -- from values to texts ------------------------------------------------------------------------------


def texts_of(one: Control, value: Any) -> dict[str, str]:
    """The texts with which a control shows a value."""
    if value is None:
        return {}
    if isinstance(value, date):
        return dict(zip(one.parts, (str(value.year), str(value.month), str(value.day)), strict=True))
    if one.kind == "date":
        return texts_of(one, date.fromisoformat(str(value)))
    if one.kind == "month":
        year, _, index = str(value).partition("-")
        return dict(zip(one.parts, (year, str(int(index))), strict=True))
    if one.kind == "quantities":
        return {f"{one.name}.{key}": plain_decimal(number) for key, number in value.items()}
    if one.kind == "money":
        return {one.name: yuan(value)}
    return {one.name: ("true" if value else "false") if isinstance(value, bool) else str(value)}


def plain_decimal(value: Any) -> str:
    """A decimal without exponent or trailing zeros."""
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
