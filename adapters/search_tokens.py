"""What a person can be found by: parts of the name, the document number and its last four characters.

The vault keeps keyed digests of these, never the words themselves.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

GRAM_LENGTH = 4
GRAMMED_LENGTH = 32
"""A longer name is found by any part of its first 32 characters, and as a whole."""
LAST_CHARACTERS = 4
DOTS = frozenset("·•・‧.")
"""They stand between the parts of names and are written in many ways."""


def normalised_number(number: str) -> str:
    """A document number as it is compared: half width, upper case, without spaces and hyphens."""
    return "".join(c for c in unicodedata.normalize("NFKC", number).upper() if not c.isspace() and c != "-")


def normalised_name(name: str) -> str:
    """A name as it is searched: half width, folded case, without spaces and dots."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if not c.isspace() and c not in DOTS)


def grams(word: str, shortest: int = 1) -> Iterator[str]:
    """Every contiguous part of a word, from `shortest` up to four characters."""
    for length in range(shortest, GRAM_LENGTH + 1):
        for start in range(len(word) - length + 1):
            yield word[start : start + length]


def marks_of(name: str, number: str | None) -> set[str]:
    """All that a person is to be found by."""
    word, digits = normalised_name(name), normalised_number(number or "")
    marks = {f"name|{part}" for part in grams(word[:GRAMMED_LENGTH])}
    if word:
        marks.add(f"name|{word}")
    if digits:
        marks |= {f"number|{digits}", f"number|{digits[-LAST_CHARACTERS:]}"}
    return marks


def marks_wanted(text: str) -> list[set[str]]:
    """What a question asks for: persons who bear all the marks of any of the sets."""
    word, digits = normalised_name(text), normalised_number(text)
    wanted = [{f"name|{word}"}] if word else []
    if len(word) > GRAM_LENGTH:
        wanted.append({f"name|{part}" for part in grams(word[:GRAMMED_LENGTH], shortest=GRAM_LENGTH)})
    if digits:
        wanted.append({f"number|{digits}"})
    return wanted
