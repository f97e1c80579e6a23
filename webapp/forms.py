"""The form of a command, derived from the catalogue: its controls, what was typed, and what that stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol

from domain.activity_types import ActivityType
from domain.catalogue import Command, label, type_name
from domain.declared import record_fields, record_of
from domain.desk import Submission
from domain.model import Field
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
    whole: frozenset[str] = frozenset()
    """Of quantities: those that are counted without decimals."""
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


@dataclass(frozen=True)
class Line:
    """One line of a list as it was typed: in which input or under which name, and which line it is there."""

    at: str
    wording: str
    number: int

    def called(self, who: str = "") -> tuple[str, str]:
        """How it is called, with whom it is about."""
        zh, en = (one.format(n=self.number) for one in words(self.wording))
        return (f"{zh}（{who}）", f"{en} ({who})") if who else (zh, en)

    def input(self, name: str | None, texts: Texts) -> str:
        """Where a field of the line was typed: in an input of its own, or with the others."""
        return own if (own := f"{self.at}.{name}") in texts else self.at


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
    lines: dict[str, list[Line]] = field(default_factory=dict)
    """Of a list: the lines that hold something, as they were typed."""

    def problem(self, control: str) -> Problem | None:
        """What is wrong with a control."""
        return next((p for p in self.problems if p.control == control), None)

    def complain(self, control: str, key: str, **said: str) -> None:
        """Note a problem by its wording."""
        zh, en = words(key)
        self.problems.append(Problem(control, zh.format(**said), en.format(**said)))

    def complain_of_day(self, one: Control, today: date, key: str = "wrong.date") -> None:
        """Note that a question's inputs are no day, or no month, with an example near today."""
        self.complain(one.name, key, what=one.label[0], what_en=one.label[1], **readable.near(today))

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
        counted = tuple(kind.quantities.values()) if kind else ()
        measures = tuple((q.key, (q.zh, q.en), (q.unit, q.unit_en)) for q in counted)
        whole = frozenset(q.key for q in counted if not q.places)
        return Control(name, "quantities", names, measures=measures, whole=whole, **{**said, "unit": None})
    if spec.choices:
        choices = choices_of(services, spec.choices)
        return Control(name, "radios" if len(choices) <= RADIOS_MAX else "select", names, choices=choices, **said)
    if spec.ref:
        return Control(name, "pick", names, **said)
    if name == "amount_fen" and kind and kind.amount:
        names = (kind.amount.zh, kind.amount.en)
    return Control(name, _plain_kind(name, bare, spec), names, **said)


def _hint(bare: Any, spec: Field) -> tuple[str, str]:
    """What helps to answer; how much may be told is said of what is told at length. How programs write a month is no help."""
    own = ("", "") if readable.is_month(spec) else (spec.hint_zh or "", readable.capital(spec.hint_en or ""))
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


class Chooser(Protocol):
    """Finds what references name."""

    today: date

    def choose(self, one: Control, chosen: str, searched: str, filled: Filled) -> str | None:
        """The id of what was chosen or searched for; None after a complaint."""

    def called(self, ref: str, chosen: str) -> str:
        """The name of something chosen, as this account may read it."""


def missing(one: Control, filled: Filled) -> None:
    """Complain that a question was not answered."""
    chosen = one.kind in ("pick", "radios", "select", "several", "picks")
    filled.complain(one.name, "missing.pick" if chosen else "missing.text", what=one.label[0], what_en=one.label[1])


def about(one: Control, said: Mapping[str, Any], picker: Chooser) -> str:
    """Whom a line of a list is about, as this account may read it; nothing where it names nobody."""
    who = next((its for its in one.fields if its.kind == "pick"), None)
    return picker.called(who.ref or "", said[who.name]) if who and said.get(who.name) else ""


def day_said(one: Control, filled: Filled, today: date) -> str:
    """The day of three inputs, as `date` writes it; nothing where nothing was typed or, after a complaint, no day."""
    parts = [readable.plain(filled.texts.get(part, "")) for part in one.parts[:3]]
    if not any(parts):
        return ""
    found = readable.typed_day("-".join(parts)) if all(parts) else None
    if found is None:
        filled.complain_of_day(one, today)
        return ""
    return found.isoformat()


def submission(command: Command, command_id: str, filled: Filled, actor: Any, **more: Any) -> Submission:
    """The command that a form without problems stands for."""
    args = {name: value for name, value in filled.values.items() if name not in ("occurred_on", "occurred_at")} | more
    moment = filled.values.get("occurred_at")
    return Submission(
        command.name, command_id, args, actor, None if moment else filled.values.get("occurred_on"), moment
    )
