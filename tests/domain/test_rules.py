"""Rules of findings: named, sourced, versioned by the day since which a finding holds."""

from __future__ import annotations

from datetime import date

from domain.rules import Rules
from tests.scene import reference

TWO = """
["X-1"]
zh = "甲"
en = "X"
versions = [{ version = 1, source = "old" }, { version = 2, from = 2026-07-01, source = "new" }]
"""


def test_a_finding_is_judged_by_the_version_of_its_day():
    """RULE-1: the law that changed on 1 July 2026 does not reach back."""
    rules = Rules.parse(TWO)

    assert rules.on("X-1", date(2026, 6, 30)).source == "old"
    assert rules.on("X-1", date(2026, 7, 1)).version == 2
    assert rules.on("X-9", date(2026, 7, 1)) is None


def test_every_rule_has_words_and_a_source():
    """Nothing is shown upward without saying where it comes from."""
    rules = reference().rules
    assert all(zh and en for zh, en in rules.words.values())
    assert all(version.source for its in rules.versions.values() for version in its)
