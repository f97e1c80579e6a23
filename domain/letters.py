"""函 — what one node's entry asks of another node: a command there, carried by a superior of both.

A stream has one writer. What happens between two nodes therefore stands in two streams, one on either side, and each
entry that concerns the other side leads to a command there. Whoever repeats a letter repeats its id, and a command of one id
is recorded once (`domain/desk.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Letter:
    """A command for the node that began the stream `about`, or else for the node that keeps a region.

    `args` may refer to an earlier letter by `{"$ref": its id}`.
    """

    region: str
    command: str
    args: Mapping[str, Any]
    about: str | None = None


def reference_of(stream: str) -> str:
    """A thing's number for people: the first eight characters of its id, the same on either side."""
    return stream[:8].upper()


BY_LETTER = "letter"
"""How what came by a letter came in."""
LETTER_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9]+")
"""The ids that are kept for letters: under one of them nobody else may record, or the letter would count as recorded."""


def letter_id(stream: str, version: int = 1) -> str:
    """The id under which the command that an event leads to elsewhere is known there."""
    return f"{stream}/{version}"
