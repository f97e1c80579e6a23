"""规则 — what findings are called, which instrument a rule comes from, and which version of it held on a day (RULE-1)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class RuleVersion:
    """One version of a rule: its number, where it comes from, from when on it holds."""

    version: int
    source: str
    valid_from: date


@dataclass(frozen=True)
class Rules:
    """Every rule of a finding, with its words and versions."""

    words: Mapping[str, tuple[str, str]]
    versions: Mapping[str, tuple[RuleVersion, ...]]

    @classmethod
    def parse(cls, rules_toml: str) -> Rules:
        """Read `rules.toml`: zh, en and one or more versions, oldest first."""
        told = tomllib.loads(rules_toml)
        return cls(
            {rule: (its["zh"], its["en"]) for rule, its in told.items()},
            {rule: tuple(_version(one) for one in its["versions"]) for rule, its in told.items()},
        )

    def on(self, rule: str, day: date) -> RuleVersion | None:
        """The version in force on a day, the first one before it began; None for a rule that is not listed any more."""
        versions = self.versions.get(rule, ())
        return max(
            (one for one in versions if one.valid_from <= day),
            key=lambda one: one.valid_from,
            default=versions[0] if versions else None,
        )


def _version(told: Mapping[str, object]) -> RuleVersion:
    since = told.get("from", date(1949, 1, 1))
    assert isinstance(since, date)
    return RuleVersion(int(str(told["version"])), str(told["source"]), since)
