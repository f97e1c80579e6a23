"""The glossary: every word of the pages with its meaning, looked up in Chinese or English."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from unicodedata import normalize

from flask import Blueprint, request

from webapp.access import Permission, needs
from webapp.page import here

pages = Blueprint("glossary", __name__)
FILE = Path(__file__).with_name("glossary.toml")
TYPED_MAX = 60
LINKED_MIN = 2
"""A word of one character stands inside too many others to be linked."""


@dataclass(frozen=True)
class Term:
    """A word with its meaning in both languages."""

    key: str
    """The anchor on the page; it is kept."""
    zh: str
    en: str
    meaning_zh: str
    meaning_en: str
    code: str = ""
    """How the code calls it, in Markdown; for the document only."""
    source: str = ""
    """The law or standard that the meaning follows, in Chinese."""

    @cached_property
    def said(self) -> str:
        """The term and its meaning in both languages, folded: what is searched."""
        return folded(f"{self.zh} {self.en} {self.meaning_zh} {self.meaning_en}")


@dataclass(frozen=True)
class Group:
    """The terms of one matter, in the order in which people meet them."""

    key: str
    zh: str
    en: str
    terms: tuple[Term, ...]


@cache
def glossary() -> tuple[Group, ...]:
    """All groups, read once."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))["group"]
    return tuple(Group(one["key"], one["zh"], one["en"], tuple(Term(**term) for term in one["term"])) for one in told)


def terms() -> Iterator[Term]:
    """Every term, in the order of the page."""
    return (term for group in glossary() for term in group.terms)


def folded(text: str) -> str:
    """A text without the difference of capitals and of full and half width."""
    return normalize("NFKC", text).casefold()


def found(typed: str) -> list[Group]:
    """The groups with the terms in which everything that was typed stands; all of them if nothing was."""
    words = folded(typed).split()
    groups = (
        replace(one, terms=tuple(term for term in one.terms if all(word in term.said for word in words)))
        for one in glossary()
    )
    return [group for group in groups if group.terms]


def used_in(text: str, zh: bool) -> list[Term]:
    """The terms that a text uses, in its order; of words inside each other the longest."""
    pattern, named = _words(zh)
    return list(dict.fromkeys(named[word] for word in pattern.findall(folded(text))))


@cache
def _words(zh: bool) -> tuple[re.Pattern[str], dict[str, Term]]:
    """(what finds the words of a language in a folded text, the term of each)."""
    named = {folded(term.zh if zh else term.en): term for term in terms()}
    longest = sorted((word for word in named if len(word) >= LINKED_MIN), key=len, reverse=True)
    one_of = f"({'|'.join(map(re.escape, longest))})"
    return re.compile(one_of if zh else rf"\b{one_of}s?\b"), named


@pages.get("/glossary")
@needs(Permission.SIGNED_IN)
def show_glossary() -> Any:
    """The words in groups, or those that a search finds."""
    typed = request.args.get("q", "").strip()
    groups = found(typed)
    return here().render(
        "glossary.html", typed=typed, groups=groups, n=sum(len(one.terms) for one in groups), longest=TYPED_MAX
    )
