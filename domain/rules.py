"""规则 — what findings are called, which instrument a rule comes from, and which version of it held on a day (RULE-1).

A number that a law or the platform sets belongs to a version of its rule; the event that judges by it keeps it, so that a
judgement stays what it was when the rule changes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.versions import held_on


@dataclass(frozen=True)
class RuleVersion:
    """One version of a rule: its number, where it comes from, from when on it holds, and the numbers that it sets (money in 分)."""

    version: int
    source: str
    valid_from: date
    params: Mapping[str, int]


@dataclass(frozen=True)
class Rules:
    """Every rule of a finding or of a number, with its words and versions."""

    words: Mapping[str, tuple[str, str]]
    versions: Mapping[str, tuple[RuleVersion, ...]]

    @classmethod
    def parse(cls, rules_toml: str) -> Rules:
        """Read `rules.toml`: zh, en and one or more versions, oldest first. Raises ValueError for numbers that are none."""
        told = tomllib.loads(rules_toml)
        return cls(
            {rule: (its["zh"], its["en"]) for rule, its in told.items()},
            {rule: _versions(rule, its["versions"]) for rule, its in told.items()},
        )

    def on(self, rule: str, day: date) -> RuleVersion | None:
        """The version in force on a day, the first one before it began; None for a rule that is not listed any more."""
        versions = self.versions.get(rule, ())
        return held_on(versions, day) or next(iter(versions), None)

    def param(self, rule: str, name: str, day: date) -> int:
        """A number that a rule sets, as it held on a day. Raises ValueError for one that `rules.toml` does not give."""
        held = self.on(rule, day)
        if held is None or name not in held.params:
            raise ValueError(f"rules.toml gives no {name} of {rule}")
        return held.params[name]


def _versions(rule: str, told: Sequence[Mapping[str, object]]) -> tuple[RuleVersion, ...]:
    versions = tuple(_version(rule, one) for one in told)
    if len({frozenset(one.params) for one in versions}) > 1:
        raise ValueError(f"{rule}: every version sets the same numbers, also those that stay as they were")
    return versions


def _version(rule: str, told: Mapping[str, object]) -> RuleVersion:
    since, params = told.get("from", date(1949, 1, 1)), told.get("params", {})
    assert isinstance(since, date)
    if not isinstance(params, dict) or not all(type(number) is int and number >= 0 for number in params.values()):
        raise ValueError(f"{rule}: params are a table of integers from 0 on, money in 分")
    return RuleVersion(int(str(told["version"])), str(told["source"]), since, params)
