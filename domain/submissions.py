"""What comes to the desk: submissions, what makes one the same as another, and what it refers to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from domain.accounts import OPERATOR, Actor
from domain.catalogue import commands
from domain.declared import evidence_of, references
from domain.log import Decided, Receipt
from domain.model import Event, Refused, Wording
from domain.streams import stream_of
from domain.work import mentioned

_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode

ID_LENGTH_MAX = 64
REFS_DEEP = 4
"""How deep in arguments an earlier line may be referred to: in a record of a list in what a correction changes."""
TOO_DEEP = Wording(
    "参数嵌套过深",
    "the arguments are nested too deeply",
    "按接口说明书写 args",
    "write args as the interface describes",
)
REUSED = Wording(
    "这个编号已用于另一条内容",
    "the id was used for other content",
    "换一个新编号重新提交",
    "submit again under a new id",
)


@dataclass(frozen=True, slots=True)
class Submission:
    """One command as it comes in: arguments still as text and numbers, read by the desk against the schema."""

    command: str
    id: str
    args: Mapping[str, Any]
    actor: Actor = OPERATOR
    occurred_on: date | None = None
    occurred_at: datetime | None = None
    source: str = "form"
    recorded_at: datetime | None = None
    """Only for a demonstration: when the entry is to count as recorded."""
    login: str | None = None
    """The account that acts, in place of `actor`: looked up when the command is decided, so that one opened or
    locked by an earlier line counts."""


def is_id(text: Any) -> bool:
    """Whether a text can be the id of a command."""
    return isinstance(text, str) and 1 <= len(text) <= ID_LENGTH_MAX and text.isprintable()


def ref_of(value: Any) -> str | None:
    """The id in `{"$ref": id}`; None for anything else."""
    if isinstance(value, str | int) or not isinstance(value, Mapping):  # nearly all are: an ABC is slow to say no
        return None
    return value["$ref"] if set(value) == {"$ref"} and isinstance(value["$ref"], str) else None


def content(submission: Submission, args: Mapping[str, Any]) -> bytes:
    """What makes a command the same command: name, arguments and business time, in canonical form."""
    parts = [
        submission.command,
        args,
        str(submission.occurred_on or ""),
        submission.occurred_at and submission.occurred_at.isoformat(),
    ]
    try:
        return _canonical(parts).encode(errors="surrogatepass")
    except RecursionError:
        raise Refused("command.malformed", TOO_DEEP, "args") from None


def repeated(before: Decided | tuple[bytes, Receipt], digest: bytes) -> Decided | Receipt:
    """The first outcome of a repeated command. Raises Refused when the content differs."""
    first, outcome = (before.digest, before) if isinstance(before, Decided) else before
    if first != digest:
        raise Refused("command.id_reused", REUSED, "id", outcome.stream)
    return outcome if isinstance(outcome, Decided) else replace(outcome, duplicate=True)


def mentions(events: Sequence[Event]) -> Iterable[tuple[str, int]]:
    """(stream or digest, index of the event) for every other stream that an event names, and every file it holds."""
    for index, event in enumerate(events):
        yield from ((named, index) for named in (*sorted(mentioned(event)), *evidence_of(event)))


def referred(submissions: Iterable[Submission]) -> Iterable[str]:
    """The ids of earlier lines that arguments refer to."""
    for submission in submissions:
        yield from _lines(submission.args)


def _lines(value: Any, depth: int = REFS_DEEP) -> Iterable[str]:
    line = ref_of(value)
    if line is not None:
        yield line
    elif depth and isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            if isinstance(one, Mapping | list):
                yield from _lines(one, depth - 1)


def streams(submissions: Iterable[Submission], node: str) -> Iterable[str]:
    """The streams that submissions to a node name or would make, to be loaded in one question."""
    for submission in submissions:
        command = commands().get(submission.command)
        if command and command.event and command.event.creates and is_id(submission.id):
            yield stream_of(submission.id, node)
        for _, ref, value in references(command.fields if command else {}, submission.args):
            if ref != "region" and is_id(value):
                yield value
