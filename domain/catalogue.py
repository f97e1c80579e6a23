"""The catalogue: commands, events, figures and sheets as plain data, read off the declarations.

Forms, schemas, the event reference, permissions, timeline sentences and privacy all come from here;
nothing in it is typed twice.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from string import Formatter
from typing import Any

from domain import units
from domain.aggregates import AGGREGATES, events
from domain.corrections import CORRECT, WITHDRAW
from domain.declared import fields_of, humanised, record_fields, record_of
from domain.figures import Figure
from domain.model import EntryWithdrawn, Event, Field, Post, Sealed
from domain.reference import Reference
from domain.values import DAY_PATTERN, MONTH_PATTERN, Month, en_date, yuan, zh_date

BREACH_COLUMNS = {
    "rule": Field("规则", choices="rules"),
    "facility": Field("机构", ref="facility"),
    "since": Field("起始日期", en="Since"),
    "until": Field("结束日期", en="Until"),
    "severity": Field("程度", choices="severities"),
    "answer": Field("答复", choices="finding_answers"),
    "version": Field("规则版本", en="Version of the rule", unit="版"),
    "source": Field("依据", en="Source"),
}

MONTH_OR_DAY = f"{MONTH_PATTERN.pattern}|{DAY_PATTERN.pattern}"
DUTY_COLUMNS = {
    "rule": Field("任务", en="Duty", choices="time_limits"),
    "matter": Field("事项", en="Matter", choices="rating_triggers", pattern=MONTH_OR_DAY),
    "facility": Field("机构", ref="facility"),
    "due_at": Field("期限", en="Due", moment=True),
    "met_at": Field("完成", en="Done", moment=True),
    "status": Field("状态", choices="duty_statuses"),
}


@dataclass(frozen=True)
class Command:
    """One command: what it takes, who may give it, which event it leads to."""

    name: str
    event: type[Event] | None
    fields: Mapping[str, tuple[Any, Field, bool]]
    by: frozenset[Post]
    zh: str
    en: str
    help: str

    @property
    def takes_files(self) -> bool:
        """Whether photos and scans may come with it."""
        return any(field.evidence for _, field, _ in self.fields.values())

    @property
    def of_bureau(self) -> bool:
        """Whether it is a bureau's work, also where a facility may do it of itself."""
        return self.event is not None and self.event.of_bureau

    @property
    def one_by_one(self) -> tuple[tuple[str, ...], ...]:
        """The questions that share a page where it is asked one page after the other; none where one form asks all."""
        return self.event.one_by_one if self.event is not None else ()

    @property
    def target(self) -> str | None:
        """The field that names the stream acted upon; None for a command that makes one."""
        return None if self.event is None or self.event.creates else self.event.aggregate.name


def _command(event: type[Event]) -> Command:
    """The command that leads to an event: its fields, less those filled in, plus the thing acted upon."""
    taken = {name: spec for name, spec in fields_of(event).items() if not spec[1].filled}
    if not event.creates:
        thing = event.aggregate
        taken = {thing.name: (str, Field(thing.label, en=humanised(thing.name), ref=thing.name), True), **taken}
    name = event.command or ""
    return Command(name, event, taken, event.by, event.label, event.command_en or imperative(name), event.__doc__ or "")


def imperative(command: str) -> str:
    """What a command is called in English: `facility.license_beds` -> License beds, `facility.register` -> Register a facility."""
    thing, _, verb = command.partition(".")
    if "_" in verb:
        return humanised(verb)
    return f"{humanised(verb)} {'an' if thing[0] in 'aeiou' else 'a'} {thing}"


def event_words(event: type[Event]) -> tuple[str, str]:
    """What happened, in zh and en: the label of an event."""
    return event.label, event.label_en or humanised(event.topic.split(".")[1])


@cache
def commands() -> dict[str, Command]:
    """Every command by name: those derived from events, then the corrections."""
    found = {event.command: _command(event) for event in events().values() if event.command}
    everyone = frozenset(Post)
    for name, fields, zh, en, text in (WITHDRAW, CORRECT):
        found[name] = Command(name, None, fields, everyone, zh, en, text)
    return found


def label(name: str, field: Field) -> tuple[str, str]:
    """The zh and en labels of a field."""
    return field.zh, field.en or humanised(name)


def type_name(bare: Any) -> str:
    """The name of a field's type as the catalogue and the schemas print it."""
    args = [a for a in typing.get_args(bare) if a is not type(None)]
    if bare in (str, int, bool, date, datetime, Decimal):
        return {str: "text", int: "integer", bool: "boolean", date: "date", datetime: "moment", Decimal: "decimal"}[
            bare
        ]
    if typing.get_origin(bare) in (dict, tuple):
        return "quantities" if typing.get_origin(bare) is dict else "list"
    return type_name(args[0]) if len(args) == 1 else "object"


def field_rows(fields: Mapping[str, tuple[Any, Field, bool]], reference: Reference) -> Iterator[dict[str, Any]]:
    """Fields as plain data."""
    for name, (bare, field, required) in fields.items():
        zh, en = label(name, field)
        yield {
            "name": name,
            "type": type_name(bare),
            "required": required,
            "unit": field.unit,
            "unit_en": field.unit and units.spoken(field.unit, zh=False),
            "private": field.private is not None,
            **({"fields": list(field_rows(record_fields(record), reference))} if (record := record_of(bare)) else {}),
            "choices": list(reference.choices(field.choices)) if field.choices else None,
            "ref": field.ref,
            "filled": field.filled,
            "label_zh": zh,
            "label_en": en,
        }


def sheets() -> dict[str, Mapping[str, Field]]:
    """Every sheet by name with its columns."""
    found = {aggregate.sheet: aggregate.columns for aggregate in AGGREGATES if aggregate.sheet}
    return {**found, "duties": DUTY_COLUMNS, "breaches": BREACH_COLUMNS}


def counted_by(sheet: str) -> str | None:
    """The figure whose sum since ever is the number of rows on a sheet, if one is declared."""
    return next((aggregate.counted_by for aggregate in AGGREGATES if aggregate.sheet == sheet), None)


def as_data(reference: Reference) -> dict[str, Any]:
    """The whole catalogue as `catalogue --format json` prints it."""
    return {
        "commands": [_command_data(one, reference) for one in commands().values()],
        "events": [_event_data(event, reference) for event in events().values()],
        "figures": [_figure_data(figure) for figure in reference.figures.values()],
        "sheets": [{"name": name, "columns": column_rows(columns)} for name, columns in sheets().items()],
    }


def column_rows(columns: Mapping[str, Field]) -> list[dict[str, Any]]:
    """The columns of a sheet as plain data."""
    names = ("key", "label_zh", "label_en", "unit")
    return [dict(zip(names, (key, *label(key, spec), spec.unit), strict=True)) for key, spec in columns.items()]


def _command_data(one: Command, reference: Reference) -> dict[str, Any]:
    return {
        "name": one.name,
        "events": [one.event.topic if one.event else EntryWithdrawn.topic],
        "fields": list(field_rows(one.fields, reference)),
        "posts": sorted(one.by),
        "label_zh": one.zh,
        "label_en": one.en,
        "help": one.help,
    }


def _event_data(event: type[Event], reference: Reference) -> dict[str, Any]:
    zh, en = event_words(event)
    return {
        "topic": event.topic,
        "label_zh": zh,
        "label_en": en,
        "command": event.command,
        "version": event.class_version,
        "fields": list(field_rows(fields_of(event), reference)),
        "help": event.__doc__,
    }


def _figure_data(figure: Figure) -> dict[str, Any]:
    return {
        "key": figure.key,
        "name_zh": figure.zh,
        "name_en": figure.en,
        "kind": figure.kind,
        "unit": figure.unit,
        "unit_en": figure.unit_in(zh=False),
        "clock": figure.clock,
        "dimensions": list(figure.dimensions),
        "sources": list(figure.sources),
        "meaning_zh": figure.meaning_zh,
        "meaning_en": figure.meaning_en,
    }


def spoken(value: Any, field: Field, reference: Reference, zh: bool, kind: str | None = None) -> str:
    """A public value as people read it: code lists by name, dates in words, quantities with units."""
    if value is None:
        return "—"
    if isinstance(value, Sealed) or field.private:
        return "＊" if zh else "*"
    if isinstance(value, dict):
        return _quantities(value, kind, reference, zh)
    if isinstance(value, tuple | list):
        return _several(value, field, reference, zh)
    return _single(value, field, reference, zh)


def _single(value: Any, field: Field, reference: Reference, zh: bool) -> str:
    listed = field.choices or field.named
    if listed and str(value) in reference.lists.get(listed, ()):
        return reference.words(listed, str(value))[0 if zh else 1]
    if isinstance(value, bool):
        return ("是" if value else "否") if zh else ("yes" if value else "no")
    if isinstance(value, date):
        return zh_date(value) if zh else en_date(value)
    if field.unit == "元":
        return f"{Decimal(yuan(value)):,{'.2f' if value % 100 else '.0f'}}"
    if field.moment:
        return spoken_moment(value, zh)
    if field.pattern and MONTH_PATTERN.fullmatch(str(value)):
        month = Month.parse(value)
        return month.zh if zh else month.en
    if field.pattern == MONTH_OR_DAY and DAY_PATTERN.fullmatch(str(value)):
        return spoken_moment(f"{value}T24:00", zh)
    return str(value)


def spoken_moment(moment: str, zh: bool) -> str:
    """A business moment as people read it: the day, and the time where it has one."""
    day, time = date.fromisoformat(moment[:10]), moment[11:16]
    words = zh_date(day) if zh else en_date(day)
    return words if time in ("00:00", "24:00") else f"{words} {time}"


def _several(value: Sequence[Any], field: Field, reference: Reference, zh: bool) -> str:
    """A list by its items, where they are said in a word; records are counted."""
    if not value or all(isinstance(one, str) for one in value):
        return ("、" if zh else ", ").join(spoken(one, field, reference, zh) for one in value)
    return f"{len(value)} 项" if zh else f"{len(value)} {'item' if len(value) == 1 else 'items'}"


def _quantities(value: Mapping[str, Any], kind: str | None, reference: Reference, zh: bool) -> str:
    """Quantities by the names and units of their type; by their keys where the list has lost the type since."""
    types = reference.activity_types.types
    if kind in types:
        named = types[kind].quantities
        said = [named[name].said(number, zh) for name, number in value.items() if name in named]
    else:
        said = [f"{name} {number}" for name, number in value.items()]
    return ("，" if zh else ", ").join(said)


def _named(event: Event, name: str, field: Field, reference: Reference, called: Callable[[str], str]) -> Any:
    """A value as it is told: accounts by what they are called, regions by their names on the day."""
    value = getattr(event, name)
    if field.ref == "region" and value is not None:
        known = reference.regions.valid(value, event.day)
        return reference.regions.name(value, event.day) if known else value
    if not field.account or value is None:
        return value
    return called(value) if isinstance(value, str) else tuple(map(called, value))


@cache
def _sentence_of(event: type[Event]) -> tuple[tuple[str, str], dict[str, Field]]:
    """(the sentence in zh and en, the fields that it tells) of a kind of event; what is private is never told."""
    template = event.sentence or event_words(event)
    named = {name for both in template for _, name, _, _ in Formatter().parse(both) if name}
    return template, {n: spec for n, (_, spec, _) in fields_of(event).items() if n in named and not spec.private}


def tells_account(event: type[Event]) -> bool:
    """Whether the sentence of a kind of event tells an account."""
    return any(field.account for field in _sentence_of(event)[1].values())


def spoken_in(event: type[Event]) -> frozenset[str]:
    """The fields that the sentence of an event says already, by their own name or as another field of the same label."""
    told = {spec.zh for spec in _sentence_of(event)[1].values()}
    return frozenset(name for name, (_, spec, _) in fields_of(event).items() if spec.zh in told)


def sentence(event: Event, reference: Reference, called: Callable[[str], str] = str) -> tuple[str, str]:
    """What happened, in zh and en, without anything private; `called` says what an account is called: else it is its login."""
    if isinstance(event, EntryWithdrawn):
        return "撤销：" + (event.envelope.reason or ""), "Withdrawn: " + (event.envelope.reason or "")
    template, told = _sentence_of(type(event))
    kind = getattr(event, "type", None)
    zh, en = (
        template[i].format_map(
            {
                name: spoken(_named(event, name, field, reference, called), field, reference, not i, kind)
                for name, field in told.items()
            }
        )
        for i in (0, 1)
    )
    if event.envelope.corrects is not None:
        return "更正后：" + zh, "As corrected: " + en
    return zh, en
