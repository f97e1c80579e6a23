"""Specimens of every event, made from the declarations alone: what golden payloads are written from."""

from __future__ import annotations

import dataclasses
import enum
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from domain.declared import fields_of
from domain.envelopes import Envelope
from domain.model import Event, Field, Sealed

DAY = date(2024, 3, 1)
PLAIN: Mapping[type, Any] = {
    str: "样本",
    int: 1,
    bool: True,
    float: 1.5,
    Decimal: Decimal("1.5"),
    date: DAY,
    datetime: datetime(2024, 3, 1, 1, 30, tzinfo=UTC),
}
MOMENT = "2024-03-08T24:00"
"""A business moment, as the desk would fill it in."""
SEQUENCES = (tuple, list, set, frozenset)


def bare(kind: Any) -> Any:
    """The type without its annotations and without `| None`."""
    if typing.get_origin(kind) is typing.Annotated:
        return bare(typing.get_args(kind)[0])
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return bare(next(a for a in typing.get_args(kind) if a is not type(None)))
    return kind


def specimen(kind: Any) -> Any:
    """A value of a declared type, the same on every run."""
    kind = bare(kind)
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in SEQUENCES:
        return origin([specimen(args[0])])
    if origin in (dict, Mapping):
        return {specimen(args[0]): specimen(args[1])}
    if origin is typing.Literal:
        return args[0]
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind, include_extras=True)
        return kind(**{f.name: specimen(hints[f.name]) for f in dataclasses.fields(kind)})
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    return PLAIN[kind]


def values(event: type[Event]) -> dict[str, Any]:
    """A value for every own field of an event; what is private is sealed."""
    sealed = {n: Sealed("person-0", (event.topic, "specimen-0", 1, n), "c2VhbGVk") for n in fields_of(event)}
    return {
        n: sealed[n] if field.private else MOMENT if field.moment else specimen(kind)
        for n, (kind, field, _) in fields_of(event).items()
    }


def event_of(event: type[Event]) -> Event:
    """A whole event, as the desk would hand it to the log."""
    envelope = Envelope(DAY, None, "00000000-0000-4000-8000-000000000000", event.command or "", "operator", "regulator")
    return event(originator_id="specimen-0", originator_version=1, envelope=envelope, **values(event))


def texts(kind: Any, name: str) -> Iterator[str]:
    """The free texts that a declared type holds, by dotted name."""
    kind = bare(kind)
    if kind is str:
        yield name
    elif dataclasses.is_dataclass(kind):
        for key, hint in typing.get_type_hints(kind, include_extras=True).items():
            said = [a for a in typing.get_args(hint)[1:] if isinstance(a, Field)]
            if not any(f.ref or f.choices or f.private for f in said):
                yield from texts(hint, f"{name}.{key}")
    elif typing.get_origin(kind) in SEQUENCES:
        yield from texts(typing.get_args(kind)[0], name)


def public_texts(event: type[Event]) -> list[str]:
    """The fields in which an event says free text to everybody, for ever: neither code, reference nor private."""
    return [
        text
        for name, (kind, field, _) in fields_of(event).items()
        if not (field.private or field.ref or field.choices)
        for text in texts(kind, name)
    ]
