"""The form of a command, derived from the catalogue: its controls, what was typed, and what that stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from domain.activity_types import ActivityType
from domain.catalogue import Command, label, type_name
from domain.declared import record_fields, record_of
from domain.desk import Submission
from domain.model import CHINA, LONG_MAX, Field, Refused
from webapp import readable
from webapp.services import Services
from webapp.wording import words

RADIOS_MAX = 6
DATE_PARTS = ("y", "m", "d")
ROWS_FIRST = 5
"""How many empty lines a list begins with."""
LISTS = frozenset({"several", "picks", "texts", "rows", "answers", "evidence"})
"""The kinds of questions that are answered by several values."""
Texts = Mapping[str, str]
Choices = tuple[tuple[str, tuple[str, str]], ...]


@dataclass(frozen=True)
class Control:
    """One question of a form. `parts` are the names of its inputs; a summary of errors leads to the first."""

    name: str
    kind: str
    label: tuple[str, str]
    required: bool = True
    hint: tuple[str, str] = ("", "")
    unit: str | None = None
    choices: Choices = ()
    ref: str | None = None
    account: str | None = None
    """Whose login is asked for: of `anybody`, or of somebody `outside` the facilities."""
    private: bool = False
    measures: tuple[tuple[str, tuple[str, str], tuple[str, str]], ...] = ()
    """Of quantities: key, label, unit."""
    fields: tuple[Control, ...] = ()
    """Of rows: the questions of one line."""
    groups: tuple[tuple[tuple[str, str], tuple[Any, ...]], ...] = ()
    """Of answers: heading and the items of the checklist below it."""
    ordered: bool = False
    """Whether the first of several choices is the main one."""
    pasted: bool = False
    """Whether lines can be pasted too."""
    fixed: bool = False
    """Whether it was chosen before the other questions, which depend on it."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the inputs."""
        if self.kind in ("date", "month", "moment"):
            parts = {"date": DATE_PARTS, "month": DATE_PARTS[:2], "moment": (*DATE_PARTS, "t")}[self.kind]
            return tuple(f"{self.name}.{part}" for part in parts)
        if self.kind == "quantities":
            return tuple(f"{self.name}.{key}" for key, _, _ in self.measures)
        if self.kind == "several":
            return tuple(f"{self.name}.{code}" for code, _ in self.choices) or (self.name,)
        if self.kind == "picks":
            return (f"{self.name}.search",)
        if self.kind == "answers":
            return tuple(f"{self.name}.{item.code}.result" for _, items in self.groups for item in items)
        return (self.name, f"{self.name}.search") if self.kind == "pick" else (self.name,)

    @property
    def first(self) -> str:
        """The id of the first input."""
        return self.row(0)[0].first if self.kind == "rows" else self.parts[0]

    def row(self, number: int) -> tuple[Control, ...]:
        """The questions of one line of a list."""
        return tuple(replace(one, name=f"{self.name}.{number}.{one.name}") for one in self.fields)


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
    more: set[str] = field(default_factory=set)
    """The questions of which more was found than is listed."""

    def problem(self, control: str) -> Problem | None:
        """What is wrong with a control."""
        return next((p for p in self.problems if p.control == control), None)

    def complain(self, control: str, key: str, **said: str) -> None:
        """Note a problem by its wording."""
        zh, en = words(key)
        self.problems.append(Problem(control, zh.format(**said), en.format(**said)))

    def under(self, name: str) -> dict[str, str]:
        """What was typed into the inputs whose names begin with one of a control's."""
        return {key.removeprefix(f"{name}."): text for key, text in self.texts.items() if key.startswith(f"{name}.")}


OCCURRED_ON = Control("occurred_on", "date", words("field.occurred_on"), True, words("hint.occurred_on"))
OCCURRED_AT = Control("occurred_at", "time", words("field.occurred_at"), False, words("hint.occurred_at"))
REASON = Control("correction_reason", "long", words("field.reason"), True, words("hint.reason"))
OWN = (OCCURRED_ON, OCCURRED_AT, REASON)
"""The questions that no command declares."""


def control(
    name: str, bare: Any, spec: Field, required: bool, services: Services, kind: ActivityType | None
) -> Control:
    """The control of a declared field."""
    said = {
        "required": required,
        "hint": _hint(bare, spec),
        "unit": spec.unit,
        "private": spec.private is not None,
        "ref": spec.ref,
        "account": spec.account,
    }
    names, type_ = label(name, spec), type_name(bare)
    if type_ == "list":
        return _list(name, bare, spec, Control(name, "texts", names, **said), services)
    if type_ == "quantities":
        measures = tuple((q.key, (q.zh, q.en), (q.unit, q.unit_en)) for q in kind.quantities.values()) if kind else ()
        return Control(name, "quantities", names, measures=measures, **{**said, "unit": None})
    if spec.choices:
        choices = choices_of(services, spec.choices)
        return Control(name, "radios" if len(choices) <= RADIOS_MAX else "select", names, choices=choices, **said)
    if spec.ref:
        return Control(name, "pick", names, **said)
    if name == "amount_fen" and kind and kind.amount:
        names = (kind.amount.zh, kind.amount.en)
    return Control(name, _plain_kind(name, bare, spec), names, **said)


def _hint(bare: Any, spec: Field) -> tuple[str, str]:
    """What helps to answer; how much may be told is said of what is told at length."""
    own = (spec.hint_zh or "", readable.capital(spec.hint_en or ""))
    if not spec.long or type_name(bare) != "text":
        return own
    most = words("hint.longest")
    zh, en = (said.format(n=readable.number(spec.longest)) for said in most)
    return "；".join(filter(None, (own[0], zh))), ". ".join(filter(None, (own[1], en)))


def _list(name: str, bare: Any, spec: Field, plain: Control, services: Services) -> Control:
    """The control of a field that holds several: lines of a record, ticked codes, chosen things, or one text a line."""
    record = record_of(bare)
    if record is not None:
        its = tuple(
            control(key, inner, one, required, services, None)
            for key, (inner, one, required) in record_fields(record).items()
            if not one.filled
        )
        return replace(plain, kind="rows", fields=its, pasted={one.kind for one in its} == {"pick", "money"})
    if spec.evidence:
        return replace(plain, kind="evidence")
    if spec.choices:
        main = "主要" in plain.hint[0]
        return replace(plain, kind="several", choices=choices_of(services, spec.choices), ordered=main)
    return replace(plain, kind="picks") if spec.ref else plain


def choices_of(services: Services, listed: str) -> Choices:
    """The codes of a list with their words."""
    reference = services.reference
    return tuple((code, reference.words(listed, code)) for code in reference.choices(listed))


def _plain_kind(name: str, bare: Any, spec: Field) -> str:
    """How a field without choices is asked for."""
    if readable.is_month(spec):
        return "month"
    if name.endswith("_fen"):
        return "money"
    if spec.long:
        return "long"
    return {"integer": "number", "date": "date", "boolean": "flag", "moment": "moment"}.get(type_name(bare), "text")


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
Kept = Mapping[str, tuple[Any, Any]]
"""Of questions whose answers may stay as they are: what their inputs say to begin with, and the value itself."""
Saying = Callable[[Control, Filled, Choose], Any]
"""What the inputs of a control stand for: a text, a list, a mapping; nothing for nothing."""


def read(
    asked: Iterable[Control],
    texts: Texts,
    command: Command,
    services: Services,
    choose: Choose,
    said_of: Saying,
    kept: Kept | None = None,
) -> Filled:
    """What was typed, read against the declarations; every problem is noted, not only the first.

    What is `kept` and was not touched keeps its value: it was recorded, perhaps under other rules than those of today.
    """
    filled = Filled(dict(texts))
    for one in asked:
        if one in OWN:
            _own(one, filled)
            continue
        before = len(filled.problems)
        said = said_of(one, filled, choose)
        if len(filled.problems) > before:
            continue
        if kept and one.name in kept and kept[one.name][0] == said:
            filled.values |= {} if kept[one.name][1] is None else {one.name: kept[one.name][1]}
            continue
        if said in (None, "", {}, []):
            if one.required:
                missing(one, filled)
            continue
        _typed(one, said, filled, command, services)
    _in_time(filled, services)
    return filled


def missing(one: Control, filled: Filled) -> None:
    """Complain that a question was not answered."""
    chosen = one.kind in ("pick", "radios", "select", "several", "picks")
    filled.complain(one.name, "missing.pick" if chosen else "missing.text", what=one.label[0], what_en=one.label[1])


def _typed(one: Control, said: Any, filled: Filled, command: Command, services: Services) -> None:
    """One value as the command's schema reads it, or the schema's complaint; of quantities one at each that is wrong."""
    if one.kind != "quantities":
        filled.values |= _read(one, said, filled, command, services)
        return
    found = [_read(one, {key: text}, filled, command, services) for key, text in said.items()]
    if all(found):
        filled.values[one.name] = {key: value for its in found for key, value in its[one.name].items()}


def _read(one: Control, said: Any, filled: Filled, command: Command, services: Services) -> dict[str, Any]:
    """What a text stands for; nothing after a complaint at its input."""

    def called() -> dict[str, tuple[str, str]]:
        return {key: words for key, words, _ in one.measures}

    try:
        return services.schemas.read(command.name, {one.name: said}, partial=True, from_form=True, called=called)
    except Refused as refused:
        at, wording = refused.at or one.name, refused.wording
        filled.problems.append(Problem(at, wording.zh, readable.capital(wording.en)))
        return {}


def day_said(one: Control, filled: Filled) -> str:
    """The day of three inputs, as 2024-03-01; nothing where nothing was typed or, after a complaint, no day."""
    parts = [readable.plain(filled.texts.get(part, "")) for part in one.parts[:3]]
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
        said = day_said(one, filled)
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


def _in_time(filled: Filled, services: Services) -> None:
    """What was said to be the day or the time, judged as the desk judges it, so that it is told beside its own question."""
    on, moment = filled.values.get("occurred_on"), filled.values.get("occurred_at")
    if on is None:
        return
    try:
        services.desk.business_time(on, moment)
    except Refused as refused:
        said = refused.wording
        problem = Problem(refused.field or "", readable.told(said, zh=True), readable.told(said, zh=False))
        filled.problems.append(problem)


def _reason(filled: Filled) -> None:
    said = filled.texts.get(REASON.name, "").strip()
    if not said:
        filled.complain(REASON.name, "missing.reason")
    elif len(said) > LONG_MAX:
        filled.complain(REASON.name, "wrong.reason", n=readable.number(LONG_MAX))


def submission(command: Command, command_id: str, filled: Filled, actor: Any, **more: Any) -> Submission:
    """The command that a form without problems stands for."""
    args = {name: value for name, value in filled.values.items() if name not in ("occurred_on", "occurred_at")} | more
    moment = filled.values.get("occurred_at")
    return Submission(
        command.name, command_id, args, actor, None if moment else filled.values.get("occurred_on"), moment
    )
