"""What the API can be asked: every operation with its parameters and answer, declared once.

Routes, the reading of addresses, the OpenAPI description and the page about the API are all made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request

from domain.model import Refused, Wording
from projections import typed
from webapp.access import Permission
from webapp.wording import words

PREFIX = "/api/v1"
NARROWING = "where."
"""How the parameters begin that narrow by a dimension of a figure or a column of a sheet."""
ROWS, ROWS_MAX = 100, 1_000
"""Rows of one answer unless told, and at most."""
KEYS_MAX = 100
VALUE_MAX = 200
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Parameter:
    """A part of an address: how it is read, and what is said of it."""

    name: str
    read: Callable[[str], Any]
    schema: Schema
    required: bool = False
    several: bool = False

    @property
    def said(self) -> tuple[str, str]:
        """What it means, zh and en."""
        return words(f"api.parameter.{self.name}")


def _text(text: str) -> str:
    """A text that is not empty. Raises Unread."""
    if not text.strip() or len(text) > VALUE_MAX or not text.isprintable():
        raise typed.Unread(f"应为 1 至 {VALUE_MAX} 个可见字符", f"it must have 1 to {VALUE_MAX} visible characters")
    return text


def _rows(text: str) -> int:
    return typed.count(text, ROWS_MAX)


def _between(text: str) -> tuple[int, int]:
    """Two positions with a comma between. Raises Unread."""
    first, comma, second = text.partition(",")
    if not comma:
        raise typed.Unread(f"{text} 应写作两个账本位置，如 1,200", f"{text} must be two log positions, such as 1,200")
    return typed.position(first), typed.position(second)


DAY: Schema = {"type": "string", "format": "date"}
TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": VALUE_MAX}
POSITION: Schema = {"type": "integer", "minimum": 0}
KNOWN: Schema = {"anyOf": [POSITION, {"type": "string", "format": "date-time"}]}
LIMIT: Schema = {"type": "integer", "minimum": 1, "maximum": ROWS_MAX, "default": ROWS}

PARAMETERS = {
    one.name: one
    for one in (
        Parameter("key", _text, TEXT, required=True, several=True),
        Parameter("region", _text, TEXT),
        Parameter("facility", _text, TEXT),
        Parameter("from", typed.day, DAY),
        Parameter("to", typed.day, DAY),
        Parameter("as_of", typed.day, DAY),
        Parameter("known_at", typed.known_at, KNOWN),
        Parameter("by", _text, TEXT),
        Parameter("between", _between, {"type": "string", "pattern": "^[0-9]+,[0-9]+$"}, required=True),
        Parameter("at", typed.moment, {"type": "string", "format": "date-time"}),
        Parameter("limit", _rows, LIMIT),
        Parameter("lines", _rows, {**LIMIT, "default": ROWS_MAX}),
        Parameter("passed_over", typed.position, {**POSITION, "default": 0}),
        Parameter("after", _text, TEXT),
        Parameter("after_position", typed.position, {**POSITION, "default": 0}),
        Parameter("after_size", typed.position, {**POSITION, "default": 0}),
    )
}
FILTERS = ("region", "facility", "from", "to", "as_of", "known_at")


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked or done: where, by whom, with what, and what comes back."""

    name: str
    method: str
    path: str
    view: Callable[..., Any]
    permission: Permission
    answers: Mapping[int, str]
    """HTTP status -> the name of the schema of what comes back."""
    parameters: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    """The name in the address -> the parameter, where they differ."""
    narrows: str | None = None
    """What `where.NAME=VALUE` narrows by, `figure` or `sheet`, if it may be said."""
    body: str | None = None

    @property
    def said(self) -> tuple[str, str]:
        """What it is for, zh and en."""
        return words(f"api.operation.{self.name}")

    @property
    def taken(self) -> dict[str, Parameter]:
        """The parameters by the names that they have in the address."""
        named = {self.aliases.get(name, name): name for name in self.parameters}
        return {shown: PARAMETERS[name] for shown, name in named.items()}


OPERATIONS: list[Operation] = []


def operation(method: str, path: str, **declared: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare the function below as an operation, named like it."""

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        OPERATIONS.append(Operation(view.__name__, method, path, view, **declared))
        return view

    return declare


def said_to(one: Operation) -> dict[str, Any]:
    """What the address of this request says, read; what narrows stands under `where`. Raises Refused that names the parameter."""
    found: dict[str, Any] = {"where": {}}
    for name, texts in request.args.lists():
        parameter = one.taken.get(name)
        if parameter is not None:
            said = [read(parameter.read, name, text) for text in texts[: 1 + KEYS_MAX]]
            found[name] = said if parameter.several else said[0]
        elif one.narrows and name.startswith(NARROWING):
            found["where"][name.removeprefix(NARROWING)] = read(_text, name, texts[0])
        else:
            raise _unknown(name, one)
        if len(texts) > (KEYS_MAX if parameter and parameter.several else 1):
            raise _wrong(name, "写得太多", "it is given too often")
    for name, parameter in one.taken.items():
        if parameter.required and name not in found:
            raise Refused("field.missing", Wording(f"没有写 {name}", f"{name} is missing", *_see(one)), name)
    return found


def read(reader: Callable[[str], Any], name: str, text: str) -> Any:
    """A part of the address, read. Raises Refused that names it."""
    try:
        return reader(text)
    except typed.Unread as unread:
        raise _wrong(name, unread.zh, unread.en) from None


def _see(one: Operation) -> tuple[str, str]:
    known = [*one.taken, *([f"{NARROWING}…"] if one.narrows else [])]
    return f"可用：{'、'.join(known) or '无'}", f"known: {', '.join(known) or 'none'}"


def _unknown(name: str, one: Operation) -> Refused:
    shown = name[:40]
    return Refused("field.unknown", Wording(f"没有参数 {shown}", f"there is no parameter {shown}", *_see(one)), shown)


def _wrong(name: str, zh: str, en: str) -> Refused:
    return Refused(
        "field.invalid", Wording(f"{name}：{zh}", f"{name}: {en}", "改写后再试", "correct it and try again"), name
    )
