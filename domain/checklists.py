"""检查表 — what an inspector looks at, as data with validity: items, their grades, limits and legal bases.

A new version of a checklist holds from a day on; an inspection keeps the version that it was planned under, so that
what was asked and how it was judged stay what they were (RULE-1).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from domain.versions import held_on

GRADES = frozenset({"general", "major", "note"})
MARKS = frozenset({"T", "S", "G"})
LIMITS = frozenset({"hours", "days", "limit"})
LIST_CODE, ITEM_CODE = re.compile(r"[A-Z][A-Z0-9-]*"), re.compile(r"[A-Z][0-9]{1,2}")
DEDUCTED = {"major": 20, "general": 3, "note": 0}
"""What a failed item takes off the full score, by its grade."""
FULL_SCORE = 100

Words = tuple[str, str]
"""zh and en."""


class BadChecklists(ValueError):
    """The file of checklists cannot be used; the message names the list or item and what is wrong."""


@dataclass(frozen=True)
class Item:
    """One thing to look at, worded as what is right; not looked at in the `spared` kinds of facilities."""

    code: str
    zh: str
    en: str
    group: Words
    grade: str
    basis: str
    mark: str
    spared: frozenset[str] = frozenset()
    hours: int | None = None
    days: int | None = None
    limit: Words | None = None
    major_if: Words | None = None

    def applies(self, kind: str) -> bool:
        """Whether it is looked at in facilities of a kind."""
        return kind not in self.spared

    def deadline(self, found: date) -> date | None:
        """The last day for putting it right; None where only a plan can say, or nothing need be."""
        if self.hours is None and self.days is None:
            return None
        return found + timedelta(days=self.days or 0, hours=self.hours or 0)


@dataclass(frozen=True)
class Checklist:
    """One version of a checklist, in force from a day on."""

    code: str
    zh: str
    en: str
    valid_from: date
    items: Mapping[str, Item]

    def for_kind(self, kind: str) -> tuple[str, ...]:
        """The items to be answered in a facility of a kind."""
        return tuple(code for code, item in self.items.items() if item.applies(kind))


@dataclass(frozen=True)
class Checklists:
    """Every checklist with its versions, the oldest first."""

    versions: Mapping[str, tuple[Checklist, ...]]

    @classmethod
    def parse(cls, text: str) -> Checklists:
        """Read `checklists.toml`. Raises BadChecklists for what nobody could answer or judge."""
        told = tomllib.loads(text)
        versions: dict[str, list[Checklist]] = {}
        for entry in told.get("checklist", []):
            found = _checklist(entry, told.get("kinds", {}))
            earlier = versions.setdefault(found.code, [])
            _require(found.valid_from not in [v.valid_from for v in earlier], found.code, "two versions of one day")
            earlier.append(found)
        owner: dict[str, str] = {}
        for code, its in versions.items():
            its.sort(key=lambda version: version.valid_from)
            for item in {item for version in its for item in version.items}:
                _require(owner.setdefault(item, code) == code, code, f"{item} stands in {owner[item]} too")
        return cls({code: tuple(its) for code, its in versions.items()})

    def on(self, code: str, day: date) -> Checklist:
        """The version in force on a day; before the first one, the first one."""
        its = self.versions[code]
        return held_on(its, day) or its[0]

    def item(self, code: str, day: date) -> Item | None:
        """An item as it is worded and judged on a day; as it last was where no list in force has it any more."""
        found = None
        for name, its in self.versions.items():
            for version in (*its, self.on(name, day)):
                found = version.items.get(code, found)
        return found

    @property
    def words(self) -> dict[str, Words]:
        """What every checklist is called, in its latest version."""
        return {code: (its[-1].zh, its[-1].en) for code, its in self.versions.items()}

    @property
    def item_words(self) -> dict[str, Words]:
        """What every item says, in its latest version."""
        return {
            item.code: (item.zh, item.en) for its in self.versions.values() for v in its for item in v.items.values()
        }


def score(grades: list[str]) -> int:
    """The score of an inspection whose failed items have these grades: 100 − 20 a major − 3 a general one, at least 0."""
    return max(0, FULL_SCORE - sum(DEDUCTED[grade] for grade in grades))


def _checklist(entry: Mapping[str, Any], kinds: Mapping[str, list[str]]) -> Checklist:
    """One version of a checklist, complete, or the reason why not."""
    code = str(entry.get("code", "?"))
    _require(bool(LIST_CODE.fullmatch(code)), code, "no code in capital letters")
    _require(entry.keys() == {"code", "zh", "en", "from", "groups", "item"}, code, "code, zh, en, from, groups, item")
    _require(type(entry["from"]) is date, code, "`from` is no date")
    items: dict[str, Item] = {}
    for told in entry["item"]:
        item = _item(told, entry["groups"], kinds)
        _require(item.code not in items, item.code, "declared twice")
        items[item.code] = item
    return Checklist(code, *_words(code, entry), entry["from"], items)


def _item(told: Mapping[str, Any], groups: Mapping[str, list[str]], kinds: Mapping[str, list[str]]) -> Item:
    """One item, complete, or the reason why not."""
    code = str(told.get("code", "?"))
    _require(bool(ITEM_CODE.fullmatch(code)), code, "no code such as A01")
    unknown = told.keys() - {"code", "zh", "en", "for", "grade", "major_if", "basis", "mark", *LIMITS}
    _require(not unknown, code, f"unknown {', '.join(sorted(unknown))}")
    _require(code[0] in groups, code, f"no group {code[0]}")
    _require(told.get("grade") in GRADES, code, "grade is major, general or note")
    _require(told.get("mark") in MARKS and bool(told.get("basis")), code, "no basis with its mark")
    _require(kinds.keys() >= set(told.get("for", "")), code, "for a kind that has no letter")
    given = LIMITS & told.keys()
    _require(len(given) == (told["grade"] != "note"), code, "one limit is wanted, and none for a note")
    return Item(
        code,
        *_words(code, told),
        _pair(code, groups[code[0]]),
        told["grade"],
        told["basis"],
        told["mark"],
        _spared(told.get("for"), kinds),
        _amount(code, told.get("hours")),
        _amount(code, told.get("days")),
        _pair(code, told["limit"]) if "limit" in told else None,
        _pair(code, told["major_if"]) if "major_if" in told else None,
    )


def _spared(letters: str | None, kinds: Mapping[str, list[str]]) -> frozenset[str]:
    """The kinds of facilities behind the other letters; one behind no letter is spared nothing."""
    named = {kind for letter in letters or kinds for kind in kinds[letter]}
    return frozenset(kind for its in kinds.values() for kind in its) - named


def _amount(code: str, said: Any) -> int | None:
    _require(said is None or (type(said) is int and said > 0), code, "a limit is a whole number")
    return said


def _words(code: str, told: Mapping[str, Any]) -> Iterator[str]:
    """The zh and en words of an entry."""
    return iter(_pair(code, [told.get("zh"), told.get("en")]))


def _pair(code: str, said: Any) -> Words:
    _require(isinstance(said, list) and len(said) == 2 and all(said), code, "words in both languages are wanted")
    return said[0], said[1]


def _require(holds: bool, code: str, complaint: str) -> None:
    """Refuse with the code at fault."""
    if not holds:
        raise BadChecklists(f"{code}: {complaint}")
