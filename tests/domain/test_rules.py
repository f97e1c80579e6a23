"""Rules of findings: named, sourced, versioned by the day since which a finding holds."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules import Rules
from tests.scene import reference

TWO = """
["X-1"]
zh = "甲"
en = "X"
versions = [{ version = 1, source = "old" }, { version = 2, from = 2026-07-01, source = "new" }]
"""
DAYS = st.dates(date(1950, 1, 1), date(2050, 12, 31))


def with_numbers(*params: str, since: tuple[date, ...] = ()) -> str:
    """The text of a rule with a version for each table of numbers; the first one holds since ever."""
    days = ("", *(f"from = {day}, " for day in since or [date(2026, 7, number) for number in range(1, len(params))]))
    its = (
        f'{{ version = {number}, {day}source = "x", params = {table} }}'
        for number, (day, table) in enumerate(zip(days, params, strict=True), 1)
    )
    return f'["X-1"]\nzh = "甲"\nen = "X"\nversions = [{", ".join(its)}]'


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


@given(st.lists(DAYS, max_size=4, unique=True), st.data())
def test_a_number_is_that_of_the_last_version_before_the_day(since, data):
    """RULE-1: of any versions the one that began last holds, its first day included; before all of them the first."""
    numbers = data.draw(st.lists(st.integers(0, 10**9), min_size=len(since) + 1, max_size=len(since) + 1))
    day = data.draw(st.sampled_from(since) | DAYS if since else DAYS)
    rules = Rules.parse(with_numbers(*(f"{{ most_fen = {number} }}" for number in numbers), since=tuple(since)))
    begun = [(begin, number) for begin, number in zip(since, numbers[1:], strict=True) if begin <= day]

    assert rules.param("X-1", "most_fen", day) == (max(begun)[1] if begun else numbers[0])


@pytest.mark.parametrize(
    "params",
    [
        ["7"],
        ["{ most_fen = 1.5 }"],
        ["{ most_fen = true }"],
        ["{ most_fen = -1 }"],
        ["{ most_fen = '20' }"],
        ["{ most_fen = 20 }", "{}"],
        ["{ most_fen = 20 }", "{ most = 20 }"],
    ],
)
def test_numbers_that_are_none_or_missing_in_a_version_are_refused(params):
    """The file is not read at all; it says of which rule."""
    with pytest.raises(ValueError, match="X-1: "):
        Rules.parse(with_numbers(*params))


def test_a_number_that_no_rule_sets_is_not_guessed():
    """Nothing is judged by a number that stands nowhere."""
    for rule, name in (("X-1", "least_fen"), ("X-9", "most_fen")):
        with pytest.raises(ValueError, match=f"no {name} of {rule}"):
            Rules.parse(with_numbers("{ most_fen = 20 }")).param(rule, name, date(2024, 1, 1))
