"""Whoever is woken by an alarm finds it in the runbook."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.tree import ROOT, dotted, parsed

SPEAKING = (
    "adapters/relay.py",
    "adapters/intake.py",
    "adapters/letters.py",
    "adapters/witnessing.py",
    "infra/loops.py",
    "infra/server.py",
    "infra/web_processes.py",
)
ERRORS = {
    "adapters/heads.py": ("Rewritten",),
    "adapters/reaching.py": ("BrokerAway",),
    "projections/store.py": ("Outdated",),
}
"""Errors that a loop tells by their own words."""
TELLING = frozenset({"self.told", "told", "say", "warn"})
QUIET = frozenset({"stopped", "Ctrl-C stops"})
"""What is said when all is well."""
WORDS, TELLS = 4, 3
"""By so many first words a message is found; so many between two blanks say something."""


def spoken(node: ast.AST) -> str:
    """What of a text does not change: of a text with blanks its first part that says something."""
    if isinstance(node, ast.JoinedStr):
        parts = [one.value for one in node.values if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        return next((part for part in parts if len(part.split()) >= TELLS), max(parts, key=len, default=""))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def said_in(tree: ast.AST) -> Iterator[str]:
    """The English of everything that is told, and of what a loop says while it fails."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if dotted(node.func) in TELLING and len(node.args) >= 2:
            yield spoken(node.args[1])
        if dotted(node.func) == "Loop" and isinstance(node.args[2], ast.Tuple):
            yield spoken(node.args[2].elts[1])


def said_by(tree: ast.AST, names: tuple[str, ...]) -> Iterator[str]:
    """The English of errors."""
    for one in ast.walk(tree):
        if isinstance(one, ast.ClassDef) and one.name in names:
            calls = (node for node in ast.walk(one) if isinstance(node, ast.Call) and len(node.args) >= 2)
            yield from (spoken(call.args[1]) for call in calls)


def beginning(text: str) -> str:
    """The first words of a message, by which one looks for it."""
    return " ".join(re.sub(r"^\W+", "", text).split()[:WORDS]).rstrip(",.:;(")


def alarms() -> list[str]:
    """The beginnings of all of them."""
    found = [text for name in SPEAKING for text in said_in(parsed(name))]
    found += [text for name, errors in ERRORS.items() for text in said_by(parsed(name), errors)]
    return sorted({beginning(text) for text in found if beginning(text) and beginning(text) not in QUIET})


def test_every_alarm_stands_in_the_runbook() -> None:
    """What it means, what to do first and how to see that it is over: `docs/operations.md`."""
    runbook = (ROOT / "docs/operations.md").read_text(encoding="utf-8").split("\nRunbook.", 1)[1]

    assert [alarm for alarm in alarms() if alarm not in runbook] == []
    assert len(alarms()) >= 15


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('self.told("假", "the broker lacks messages that")', "the broker lacks messages"),
        ('say(f"{a}", f"event {a} of {b} is missing, for long")', "is missing, for long"),
        ('Loop("x", once, ("阻", "heads are not signed"))', "heads are not signed"),
    ],
)
def test_an_alarm_is_known_by_what_does_not_change(code: str, found: str) -> None:
    """The control: told, said, or what a loop says while it fails."""
    assert [beginning(text) for text in said_in(ast.parse(code))] == [found]
