"""From the cells of a row to what would be typed into the form: days as days or texts, words of lists, several in one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain.model import Refused, Wording
from domain.spreadsheet import Cell, Formula
from webapp import forms, readable
from webapp.importable import YES_NO, Question
from webapp.sifting import typed_period
from webapp.wording import words

EXACT_DIGITS = 15
"""More digits than a spreadsheet keeps in a number."""
OFFERED_SHOWN = 20
CLOCK = re.compile(r"(\d{1,2}[:：]\d{2})(:\d{2})?", re.ASCII)
MONTH_ONLY = re.compile(r"\d{4}\D{1,2}\d{1,2}月?", re.ASCII)


def told(key: str, **said: Any) -> Wording:
    """A wording with its remedy."""
    (zh, en), (do_zh, do_en) = words(key), words(f"{key}.do")
    return Wording(zh.format(**said), en.format(**said), do_zh.format(**said), do_en.format(**said))


def typed(question: Question, value: Cell | Formula) -> dict[str, str]:
    """What a cell says, as the form's inputs say it. Raises Refused for a formula, lost digits, a word of no list."""
    if isinstance(value, Formula):
        raise Refused("import.formula", told("import.formula"))
    if value is None or (isinstance(value, str) and not value.strip()):
        return {}
    kind = question.control.kind
    if kind in ("text", "long", "pick", "texts") and _lost_digits(value):
        raise Refused("import.digits", told("import.digits"))
    try:
        return dict(_TYPED.get(kind, _plain)(question, value))
    except _Unknown:
        offered = question.offered or [pair[0] for _, pair in question.choices]
        shown = "、".join(offered[:OFFERED_SHOWN]) + ("……" if len(offered) > OFFERED_SHOWN else "")
        raise Refused("field.invalid", told("import.choice", offered=shown)) from None


class _Unknown(Exception):
    """A word that is none of a list."""


def _lost_digits(value: Cell) -> bool:
    """Whether a number has more digits than a spreadsheet keeps."""
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return number and abs(Decimal(value)) >= 10**EXACT_DIGITS


def _text(value: Cell) -> str:
    """A cell as text: numbers without exponents, days and moments as they are written."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value).strip()


def _plain(question: Question, value: Cell) -> Iterator[tuple[str, str]]:
    yield question.name, _text(value)


def _day(question: Question, value: Cell) -> Iterator[tuple[str, str]]:
    """A day by its parts; what is none goes into the first, and the form complains."""
    found = value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None
    found = found or readable.typed_day(_text(value))
    said = (str(found.year), str(found.month), str(found.day)) if found else (_text(value), "", "")
    yield from zip(question.control.parts, said, strict=False)


def _month(question: Question, value: Cell) -> Iterator[tuple[str, str]]:
    """A month by its parts: typed as one, or any day of it."""
    if isinstance(value, date):
        found: date | None = value
    else:
        text = readable.plain(_text(value))
        period = typed_period(text) if MONTH_ONLY.fullmatch(text) else None
        found = period[0] if period else readable.typed_day(text)
    said = (str(found.year), str(found.month)) if found else (_text(value), "")
    yield from zip(question.control.parts, said, strict=True)


def _moment(question: Question, value: Cell) -> Iterator[tuple[str, str]]:
    """A day with its time."""
    text = readable.plain(_text(value)).replace("T", " ")
    day, _, clock = text.rpartition(" ")
    yield from _day(question, day or text)
    if day:
        yield question.control.parts[3], _clock(clock)


def _time(question: Question, value: Cell) -> Iterator[tuple[str, str]]:
    yield question.name, _clock(readable.time_of_day(value) if isinstance(value, datetime) else _text(value))


def _clock(text: str) -> str:
    """A time without its seconds."""
    found = CLOCK.fullmatch(text)
    return found[1] if found else text


def _code(choices: forms.Choices, text: str) -> str:
    """The code of a word or a code. Raises _Unknown."""
    said = readable.plain(text).casefold()
    for code, pair in choices:
        if said in (code.casefold(), *(readable.plain(one).casefold() for one in pair)):
            return code
    raise _Unknown


def _choice(question: Question, value: Cell) -> Iterator[tuple[str, str]]:
    yield question.name, _code(question.choices, _text(value))


def _flag(question: Question, value: Cell) -> Iterator[tuple[str, str]]:
    yield question.name, str(value).lower() if isinstance(value, bool) else _code(YES_NO, _text(value))


def _several(question: Question, value: Cell) -> Iterator[tuple[str, str]]:
    """Words with commas between; the first is the main one."""
    codes = [_code(question.choices, one) for one in re.split(r"[、,，;；\n]", _text(value)) if one.strip()]
    yield from ((f"{question.name}.{code}", "on") for code in codes)
    if question.control.ordered and codes:
        yield f"{question.name}.main", codes[0]


def _lines(question: Question, value: Cell) -> Iterator[tuple[str, str]]:
    yield question.name, "\n".join(one.strip() for one in re.split(r"[、;；\n]", _text(value)) if one.strip())


def _pick(question: Question, value: Cell) -> Iterator[tuple[str, str]]:
    yield f"{question.name}.search", _text(value)


_TYPED: Mapping[str, Callable[[Question, Cell], Iterator[tuple[str, str]]]] = {
    "date": _day,
    "month": _month,
    "moment": _moment,
    "time": _time,
    "radios": _choice,
    "select": _choice,
    "flag": _flag,
    "several": _several,
    "texts": _lines,
    "pick": _pick,
}
