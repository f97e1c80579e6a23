"""How single values are read as they came from outside: exact, bounded, clean, or told what is expected.

Nothing here ever repeats what was given: it may be personal.
"""

from __future__ import annotations

import re
import types
import unicodedata
from collections import abc
from collections.abc import Callable, Collection, Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, Union, get_args, get_origin

from marshmallow import ValidationError

from domain.declared import record_fields
from domain.evidence import FILES_MAX
from domain.log import Clock
from domain.model import CHINA, Field, Sealed
from domain.values import en_date, zh_date

Choices = Callable[[str], Collection[str]]
"""code list -> the codes that may be chosen now."""

TEXT_BYTES_MAX = 64 * 1024
REF_LENGTH_MAX = 64
NUMBER_MAX = 10**15
PLACES_MAX = 4
DEPTH_MAX = 8
ITEMS_MAX = 100_000
CHOICES_SHOWN = 12
BORN_FIRST = date(1880, 1, 1)
DATE_FIRST, DATE_LAST = date(1800, 1, 1), date(2100, 12, 31)

_UNSEEN = "\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
CONTROL = re.compile(f"[\x00-\x1f{_UNSEEN}]")
CONTROL_IN_LONG = re.compile(f"[\x00-\x08\x0b-\x1f{_UNSEEN}]")
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
NUMBER = re.compile(r"\d{1,16}(\.\d{1,4})?", re.ASCII)
FORM_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
FORM_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?", re.ASCII)
FORM_YUAN = re.compile(r"(\d{1,14}|\d{1,3}(?:,\d{3}){1,4})(?:\.(\d{1,2}))?", re.ASCII)
FORM_YES_NO = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


class Unfit(ValidationError):
    """A value that is not what is expected, told in both languages."""

    def __init__(self, zh: str, en: str, part: str | None = None) -> None:
        super().__init__([(zh, en)])
        self.part = part
        """The name whose value it is, where a field holds names and values; of a list of records `number.name`, from 0."""


class Reader(NamedTuple):
    """How a value is read, and what the text of an HTML form (for `many`: its texts too) stands for."""

    read: Callable[[Any], Any]
    plain: Callable[[Any], Any] = lambda said: said
    many: bool = False
    nothing: Any = None
    """What null stands for, where the field may be left out."""


DASHES = dict.fromkeys(map(ord, "\u2010\u2012\u2013\u2014\u2015\u2212"), "-")
"""What stands for a hyphen in a number; the full-width and the non-breaking one are among them once half as wide."""


def _half_width(said: str) -> str:
    return unicodedata.normalize("NFKC", said).strip()


def _clean(value: Any, *, long: bool) -> str:
    """Stripped text that is bounded and can be shown and stored as it is."""
    if not isinstance(value, str):
        raise Unfit("文字", "text")
    value = value.replace("\r\n", "\n").strip() if long else value.strip()
    if len(value) * 4 > TEXT_BYTES_MAX and len(value.encode(errors="replace")) > TEXT_BYTES_MAX:
        raise Unfit("不超过 64 KiB 的文字", "at most 64 KiB of text")
    if (CONTROL_IN_LONG if long else CONTROL).search(value):
        raise Unfit("不含控制字符的文字", "text without control characters")
    return value


def _text(spec: Field, choices: Choices) -> Reader:
    """Text; None when it is blank, which only an optional field may be."""
    pattern = re.compile(spec.pattern) if spec.pattern else None

    def read(value: Any) -> str | None:
        value = _clean(value, long=spec.long)
        value = _half_width(value).translate(DASHES) if spec.half_width else value
        if not value:
            return None
        if len(value) > spec.longest:
            over = len(value) - spec.longest
            raise Unfit(
                f"不超过 {spec.longest:,} 个字的文字：请删去 {over:,} 个字",
                f"text of at most {spec.longest:,} characters: take out {over:,}",
            )
        if spec.ref is not None and len(value) > REF_LENGTH_MAX:
            raise Unfit(f"不超过 {REF_LENGTH_MAX} 个字符的编号", f"an id of at most {REF_LENGTH_MAX} characters")
        if pattern is not None and not pattern.fullmatch(value):
            raise Unfit(spec.hint_zh or "符合规定格式的文字", spec.hint_en or "text of the prescribed form")
        if spec.choices is not None and value not in (options := choices(spec.choices)):
            raise _one_of(options)
        return value

    return Reader(read)


def _one_of(options: Collection[str]) -> Unfit:
    shown, more = list(options)[:CHOICES_SHOWN], len(options) > CHOICES_SHOWN
    return Unfit(
        f"下列之一：{'、'.join(shown)}{' 等' if more else ''}",
        f"one of: {', '.join(shown)}{' and others' if more else ''}",
    )


def _whole(name: str, spec: Field) -> Reader:
    low, money = spec.minimum or 0, name.endswith("_fen")

    def read(value: Any) -> int:
        if type(value) is not int or not low <= value <= NUMBER_MAX:
            raise _no_amount(low) if money else _not_whole(low, value)
        return value

    def plain(said: str) -> Any:
        said = _half_width(said)
        if money:
            found = FORM_YUAN.fullmatch(said)
            return int(found[1].replace(",", "")) * 100 + int((found[2] or "").ljust(2, "0")) if found else said
        return int(said) if re.fullmatch(r"-?[0-9]{1,16}", said) else said

    return Reader(read, plain)


def _no_amount(low: int) -> Unfit:
    return Unfit(f"不小于 {low} 分、精确到分的金额", f"an amount of at least {low} fen, exact to the fen")


def _not_whole(low: int, value: Any) -> Unfit:
    if type(value) is int and value > NUMBER_MAX:
        return Unfit(f"不大于 {NUMBER_MAX:,} 的整数", f"a whole number of at most {NUMBER_MAX:,}")
    return Unfit(f"不小于 {low} 的整数，不带小数", f"a whole number from {low}, without decimals")


def _yes_no() -> Reader:
    def read(value: Any) -> bool:
        if type(value) is not bool:
            raise Unfit("是或否", "true or false")
        return value

    return Reader(read, lambda said: FORM_YES_NO.get(_half_width(said).lower(), said))


def as_day(value: Any) -> date | None:
    """A date written YYYY-MM-DD, or None."""
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) and DAY.fullmatch(value) else None
    except ValueError:
        return None


def as_moment(value: Any) -> datetime | None:
    """A moment of RFC 3339 with its offset, or None."""
    try:
        if isinstance(value, str) and MOMENT.fullmatch(value):
            value = datetime.fromisoformat(value.upper())
        whole = isinstance(value, datetime) and value.utcoffset() is not None and value.astimezone(CHINA)
        return value if whole else None
    except (ValueError, OverflowError):
        return None


def _today(clock: Clock) -> date:
    return clock.now().astimezone(CHINA).date()


def _between(first: date, last: date | None) -> tuple[str, str]:
    """What lies between two days, or a day and today, in words."""
    return (
        f"{zh_date(first)}至{zh_date(last) if last else '今天'}",
        f"from {en_date(first)} to {en_date(last) if last else 'today'}",
    )


def _day(spec: Field, clock: Clock) -> Reader:
    first, until = (BORN_FIRST, None) if spec.birth else (DATE_FIRST, DATE_LAST)

    def read(value: Any) -> date:
        day = as_day(value.strip() if isinstance(value, str) else value)
        if day is None:
            near = _today(clock)
            raise Unfit(f"日期，写作“年-月-日”（如 {near}）", f"a date, written YYYY-MM-DD (such as {near})")
        if not first <= day <= (until or _today(clock)):
            zh, en = _between(first, until)
            raise Unfit(f"{zh}的日期", f"a date {en}")
        return day

    def plain(said: str) -> str:
        found = FORM_DAY.fullmatch(_half_width(said))
        return f"{found[1]}-{found[2]:>02}-{found[3]:>02}" if found else said

    return Reader(read, plain)


def _moment(clock: Clock) -> Reader:
    def read(value: Any) -> datetime:
        moment = as_moment(value.strip() if isinstance(value, str) else value)
        if moment is None:
            near = f"{_today(clock)}T08:30:00+08:00"
            raise Unfit(f"带时区的时间（如 {near}）", f"a moment with its offset (as {near})")
        if not DATE_FIRST <= moment.astimezone(CHINA).date() <= DATE_LAST:
            zh, en = _between(DATE_FIRST, DATE_LAST)
            raise Unfit(f"{zh}的时间", f"a moment {en}")
        return moment

    return Reader(read, lambda said: f"{_half_width(said)}+08:00" if FORM_MOMENT.fullmatch(_half_width(said)) else said)


def _exact(value: Any) -> Decimal | None:
    """A number in decimal without surprise, in its shortest form; None when it is not a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    if isinstance(value, str) and not NUMBER.fullmatch(value):
        return None
    if isinstance(value, int) and abs(value) > NUMBER_MAX:
        return None
    try:
        number = Decimal(repr(value) if isinstance(value, float) else value)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) > NUMBER_MAX or round(number, PLACES_MAX) != number:
        return None
    return Decimal(f"{number:.{PLACES_MAX}f}".rstrip("0").rstrip(".")) if number else Decimal(0)


def _quantity(spec: Field) -> Reader:
    low = spec.minimum or 0

    def read(value: Any) -> Decimal:
        number = _exact(value.strip() if isinstance(value, str) else value)
        if number is None or number < low:
            raise Unfit(
                f"不小于 {low} 的数，最多 {PLACES_MAX} 位小数",
                f"a number from {low} with at most {PLACES_MAX} decimals",
            )
        return number

    return Reader(read, lambda said: _half_width(said).replace(",", ""))


def _nth(number: int, item: Reader, value: Any) -> Any:
    """One of several; of a record that is wrong it is said which."""
    try:
        return item.read(value)
    except Unfit as error:
        raise Unfit(*error.messages[0], part=f"{number}.{error.part}" if error.part else None) from None


def _list(item: Reader, most: int = ITEMS_MAX) -> Reader:
    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple) or len(value) > ITEMS_MAX:
            raise Unfit("列表", "a list")
        out = tuple([_nth(number, item, v) for number, v in enumerate(value)])
        if None in out:
            raise Unfit("各项均不为空的列表", "a list without empty items")
        if len(out) > most:
            raise Unfit(f"不超过 {most} 个", f"at most {most}")
        return out

    def plain(said: Any) -> Any:
        said = re.split(r"[\n,，、;；]", said) if isinstance(said, str) else said
        if not isinstance(said, list | tuple):
            return said
        said = [s for s in said if not (isinstance(s, str) and not s.strip())]
        return [item.plain(s) if item.many or isinstance(s, str) else s for s in said]

    return Reader(read, plain, many=True, nothing=())


def _record(record: type, choices: Choices, clock: Clock) -> Reader:
    """One record of a list: its fields, no others, none missing that is needed; what is filled in is never typed."""
    declared = {name: spec for name, spec in record_fields(record).items() if not spec[1].filled}
    readers = {name: reader_of(name, bare, spec, choices, clock) for name, (bare, spec, _) in declared.items()}
    known, needed = ", ".join(declared), [name for name, (_, _, required) in declared.items() if required]

    def read(value: Any) -> Any:
        if isinstance(value, record):  # a correction enters again what was read before
            return value
        if not isinstance(value, Mapping) or not value.keys() <= declared.keys():
            raise Unfit(f"由 {known} 组成的各行", f"lines made of {known}")
        said = {name: _within(name, readers[name], its) for name, its in value.items() if its is not None}
        if any(said.get(name) is None for name in needed):
            raise Unfit(f"每行都有 {'、'.join(needed)}", f"lines that each have {', '.join(needed)}")
        return record(**{name: its for name, its in said.items() if its is not None})

    def plain(said: Any) -> Any:
        if not isinstance(said, Mapping):
            return said
        texts = {name: its for name, its in said.items() if not (isinstance(its, str) and not its.strip())}
        return {n: readers[n].plain(its) if n in readers and isinstance(its, str) else its for n, its in texts.items()}

    return Reader(read, plain, many=True)


def _within(name: str, item: Reader, value: Any) -> Any:
    """A value that has a name within a field."""
    try:
        return item.read(value)
    except ValidationError as error:
        raise Unfit(*error.messages[0], part=name) from None


def _named(key: Reader, item: Reader) -> Reader:
    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping) or len(value) > ITEMS_MAX:
            raise Unfit("名称与值的对照", "names with their values")
        out = {key.read(k): _within(k, item, v) for k, v in value.items()}
        if len(out) != len(value) or None in out or None in out.values():
            raise Unfit("名称不重复、均有值的对照", "different names, each with a value")
        return out

    def plain(said: Any) -> Any:
        if not isinstance(said, Mapping):
            return said
        return {
            k: item.plain(v) if isinstance(v, str) else v
            for k, v in said.items()
            if not (isinstance(v, str) and not v.strip())
        }

    return Reader(read, plain, many=True)


def _scalar(value: Any, text: Reader) -> Any:
    """One value without a declared type."""
    if value is None or type(value) is bool or isinstance(value, str):
        return text.read(value) or "" if isinstance(value, str) else value
    number = _exact(value)
    if number is None:
        raise Unfit("由文字、数、列表和名称组成的内容", "made of text, numbers, lists and names")
    return value if isinstance(value, int) else number


def _tree(text: Reader, top: type) -> Reader:
    """Structured values whose shape the command itself checks: bounded, finite, exact, clean."""

    def read(value: Any, depth: int = DEPTH_MAX) -> Any:
        if depth and isinstance(value, Mapping) and all(isinstance(k, str) for k in value):
            return {text.read(k) or "": read(v, depth - 1) for k, v in value.items()}
        if depth and isinstance(value, list | tuple) and len(value) <= ITEMS_MAX:
            return [read(v, depth - 1) for v in value]
        return _scalar(value, text)

    def read_top(value: Any) -> Any:
        if not isinstance(value, top):
            raise Unfit("名称与值的对照", "names with their values")
        return read(value)

    return Reader(read_top)


def _only(declared: Any) -> Any:
    """The declared type without None and Sealed."""
    if get_origin(declared) not in (Union, types.UnionType):
        return declared
    kinds = [kind for kind in get_args(declared) if kind not in (types.NoneType, Sealed)]
    return kinds[0] if len(kinds) == 1 else Any


def reader_of(name: str, declared: Any, spec: Field, choices: Choices, clock: Clock) -> Reader:
    """The reader of one declared field. Raises TypeError for a type that nobody can send."""
    kind = _only(declared)
    origin, inner = get_origin(kind) or kind, get_args(kind)
    single = {
        str: lambda: _text(spec, choices),
        bool: _yes_no,
        int: lambda: _whole(name, spec),
        date: lambda: _day(spec, clock),
        datetime: lambda: _moment(clock),
        Decimal: lambda: _quantity(spec),
    }
    if kind in single:
        return single[kind]()
    if is_dataclass(kind):
        return _record(kind, choices, clock)
    if origin in (tuple, list, abc.Sequence):
        item = reader_of(name, inner[0] if inner else Any, spec, choices, clock)
        return _list(item, FILES_MAX) if spec.evidence else _list(item)
    if origin in (dict, abc.Mapping) and len(inner) == 2 and inner[1] is not Any:
        key = _text(Field(spec.zh, choices=spec.choices, ref="name"), choices)
        return _named(key, reader_of(name, inner[1], Field(spec.zh, minimum=spec.minimum), choices, clock))
    if kind is Any or origin in (dict, abc.Mapping):
        return _tree(
            _text(Field(spec.zh, long=True, length_max=TEXT_BYTES_MAX), choices), object if kind is Any else Mapping
        )
    raise TypeError(f"{name}: a field of type {kind} cannot be read from outside")
