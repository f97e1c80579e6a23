"""What a person can be found by: parts of the name and of its initials, the document number and its last four characters.

The vault keeps keyed digests of these, never the words themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

GRAM_LENGTH = 4
GRAMMED_LENGTH = 32
"""A longer name is found by any part of its first 32 characters, and as a whole."""
LAST_CHARACTERS = 4
INITIALS_SHORTEST = 2
"""A single letter would find a tenth of everybody."""
INITIALS = re.compile(r"[a-z]{2,16}", re.ASCII)
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


def initials_of(name: str) -> list[str]:
    """The first letters of each character's readings: 单小明 -> [csd, x, m]; empty for a name without Chinese characters.

    All readings count: 单, 曾 and 解 are read otherwise as surnames than in other words, and nobody asks which.
    """
    word = normalised_name(name)[:GRAMMED_LENGTH]
    return [] if word.isascii() else [_letters(character) for character in word]


@lru_cache(maxsize=16_384)
def _letters(character: str) -> str:
    """The first letters of all readings of a character; a Latin letter is its own."""
    if character.isascii():
        return character if character.isalpha() else ""
    from pypinyin import Style, pinyin  # its tables take a quarter of a second to read

    read = pinyin(character, style=Style.FIRST_LETTER, heteronym=True, errors="ignore")
    return "".join(sorted({one for one in read[0] if one.isascii()})) if read else ""


def initial_marks(name: str) -> set[str]:
    """Every part of two to four initials of a name, by every way of reading it."""
    letters = initials_of(name)
    return {
        f"initials|{''.join(part)}"
        for length in range(INITIALS_SHORTEST, GRAM_LENGTH + 1)
        for start in range(len(letters) - length + 1)
        for part in product(*letters[start : start + length])
    }


def marks_of(name: str, number: str | None) -> set[str]:
    """All that a person is to be found by."""
    word, digits = normalised_name(name), normalised_number(number or "")
    marks = {f"name|{part}" for part in grams(word[:GRAMMED_LENGTH])} | initial_marks(name)
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
    if INITIALS.fullmatch(word):
        wanted.append({f"initials|{part}" for part in grams(word, shortest=min(len(word), GRAM_LENGTH))})
    if digits:
        wanted.append({f"number|{digits}"})
    return wanted
