"""Every finding that the domain can tell has a name and a source, in both languages."""

from __future__ import annotations

import ast

from infra.bootstrap import reference
from tests.house.tree import ROOT


def told() -> set[str]:
    """The rules of every `Breach(...)` that is written down in the domain."""
    found = set()
    for file in (ROOT / "domain").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Breach" and node.args:
                first = node.args[0]
                found |= {first.value} if isinstance(first, ast.Constant) else set()
    return found


def test_every_finding_is_named_where_boards_look_for_it() -> None:
    """A rule that `rules.toml` lacks would stand on the boards as its code, and could not be filtered by."""
    rules = told()
    assert len(rules) > 30
    assert sorted(rules - reference().rules.words.keys()) == []
