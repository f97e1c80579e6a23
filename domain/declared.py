"""What is declared of events, read off their classes: fields, records of lists, privacy, references."""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from domain.model import Event, Field


@cache
def fields_of(event: type[Event]) -> dict[str, tuple[Any, Field, bool]]:
    """name -> (bare type, Field, required) of an event's own fields, in the order of declaration."""
    hints = typing.get_type_hints(event, include_extras=True)
    out = {}
    for f in dataclasses.fields(event):
        if f.name in ("originator_id", "originator_version", "envelope"):
            continue
        bare, *meta = typing.get_args(hints[f.name])
        out[f.name] = (bare, meta[0], f.default is dataclasses.MISSING)
    return out


@cache
def private_fields(event: type[Event]) -> tuple[tuple[str, str], ...]:
    """(name, whose) of the fields that are sealed: `whose` is `self` or names the field that holds the data subject."""
    return tuple((name, field.private) for name, (_, field, _) in fields_of(event).items() if field.private)


@cache
def record_of(bare: Any) -> type | None:
    """The record class of a field that holds several records: `tuple[Answer, ...]` -> Answer."""
    inner = typing.get_args(bare)
    return inner[0] if typing.get_origin(bare) is tuple and dataclasses.is_dataclass(inner[0]) else None


@cache
def record_fields(record: type) -> dict[str, tuple[Any, Field, bool]]:
    """name -> (bare type, Field, required) of a record that stands in a list, as `fields_of` gives those of an event."""
    hints = typing.get_type_hints(record, include_extras=True)
    out = {}
    for f in dataclasses.fields(record):
        bare, *meta = typing.get_args(hints[f.name])
        out[f.name] = (bare, meta[0], f.default is dataclasses.MISSING)
    return out


def references(
    fields: Mapping[str, tuple[Any, Field, bool]], values: Mapping[str, Any]
) -> Iterator[tuple[str, str, Any]]:
    """(field, aggregate or "region", id) of all that values name: singly, in lists and in records of lists."""
    for name, (bare, field, _) in fields.items():
        value = values.get(name)
        if value is None:
            continue
        record = record_of(bare)
        if record is not None and isinstance(value, list | tuple):
            for one in value:
                its = one if isinstance(one, Mapping) else vars(one) if dataclasses.is_dataclass(one) else {}
                yield from ((name, ref, found) for _, ref, found in references(record_fields(record), its))
        elif field.ref:
            yield from ((name, field.ref, one) for one in (value if isinstance(value, list | tuple) else (value,)))


@cache
def _naming(event: type[Event]) -> tuple[tuple[str, ...], dict[str, tuple[Any, Field, bool]]]:
    """(the fields that name one stream, the fields that name several)."""
    single, several = [], {}
    for name, spec in fields_of(event).items():
        if record_of(spec[0]) is not None or (
            spec[1].ref not in (None, "region") and typing.get_origin(spec[0]) is tuple
        ):
            several[name] = spec
        elif spec[1].ref not in (None, "region"):
            single.append(name)
    return tuple(single), several


def named_streams(event: Event) -> list[str]:
    """The streams that an event names, its own among them if it does."""
    single, several = _naming(type(event))
    found = [getattr(event, name) for name in single]
    if several:
        found += [its for _, ref, its in references(several, vars(event)) if ref != "region"]
    return [one for one in found if one is not None]


@cache
def evidence_fields(event: type[Event]) -> tuple[str, ...]:
    """The fields of an event that hold digests of files. Those in records of lists are words: they open nothing."""
    return tuple(name for name, (_, field, _) in fields_of(event).items() if field.evidence)


def evidence_of(event: Event) -> list[str]:
    """The digests of the files that belong to an event, each once."""
    return list(dict.fromkeys(digest for name in evidence_fields(type(event)) for digest in getattr(event, name)))


def humanised(identifier: str) -> str:
    """`beds_licensed` -> `Beds licensed`; the English label unless one is given."""
    words = re.sub(r"[._]", " ", identifier)
    return words[:1].upper() + words[1:]
