"""Numbers, days and moments as people read them, in both languages, and as people type them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.model import CHINA, humanised
from domain.values import decimal_text, rounded, zh_date

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
UNITS = {
    "人": "people",
    "人次": "person-times",
    "人日": "person-days",
    "家": "facilities",
    "张": "beds",
    "次": "times",
    "条": "items",
    "起": "cases",
    "元": "yuan",
    "%": "%",
    "个": "places",
    "份": "copies",
    "户": "households",
    "户次": "household-times",
    "件": "pieces",
    "场次": "sessions",
    "场": "sessions",
    "年": "",
    "号": "",
    "对": "couples",
    "例": "cases",
    "公里": "km",
    "平方米": "m²",
    "亩": "mu",
    "座": "sites",
    "处": "sites",
    "期": "courses",
    "批": "batches",
    "名": "people",
    "篇": "articles",
    "套": "sets",
    "台": "machines",
    "支": "teams",
    "天": "days",
    "小时": "hours",
    "吨": "tonnes",
    "注": "lines",
    "宗": "cases",
    "部": "items",
    "幅": "maps",
    "棵": "trees",
    "块": "pieces",
    "根": "posts",
    "项": "items",
    "辆": "vehicles",
    "人天": "person-days",
    "本": "booklets",
    "柱": "urns",
    "笔": "payments",
    "批次": "batches",
}
SINGULAR = {"people": "person", "batches": "batch"}
LABELS = {"离院日期": "Discharge date", "离院原因": "Reason for discharge"}
"""English labels that read better than the names of their fields."""
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")
MONTH = re.compile(r"\d{4}-\d{2}")
DAY_TYPED = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})日?|(\d{4})(\d{2})(\d{2})", re.ASCII)
ENGLISH_DAY = re.compile(r"(\d{1,2}) ([A-Za-z]{3,9}) (\d{4})", re.ASCII)
TIME_TYPED = re.compile(r"(\d{1,2})[:：时](\d{2})分?", re.ASCII)
END_OF_DAY = time(23, 59, 59, 999_999)


def number(value: Any) -> str:
    """A decimal with thousands separators and a real minus; nothing where there is no value."""
    if value is None or value == "":
        return "—"
    text = str(value)
    sign = "−" if text.startswith("-") else ""
    whole, _, rest = text.lstrip("-+").partition(".")
    grouped = f"{int(whole):,}" if whole.isdigit() else whole
    return sign + grouped + ("." + rest if rest else "")


def brief(value: Any) -> str:
    """A number for a card: one decimal at most, half up."""
    if value is None or "." not in str(value):
        return number(value)
    whole = Decimal(str(value)).scaleb(2)
    return number(decimal_text(rounded(int(whole), 10), 1))


def signed(value: Any) -> str:
    """A difference with its sign."""
    text = number(value)
    return text if text.startswith("−") or text in ("0", "—") else "+" + text


def unit(name: str | None, zh: bool, count: Any = None) -> str:
    """A unit in the language of the page; in English the singular for one."""
    if zh:
        return name or ""
    plural = UNITS.get(name or "", name or "")
    if str(count) != "1":
        return plural
    if plural in SINGULAR:
        return SINGULAR[plural]
    return plural.removesuffix("ies") + "y" if plural.endswith("ies") else plural.removesuffix("s")


def day(value: Any, zh: bool) -> str:
    """2024年10月31日, or 31 October 2024."""
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(CHINA).date()
    found = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    return zh_date(found) if zh else f"{found.day} {MONTHS[found.month - 1]} {found.year}"


def moment(value: Any, zh: bool) -> str:
    """A day with its time in China, to the second where there are seconds."""
    if value is None or value == "":
        return "—"
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    if found.tzinfo is not None:
        found = found.astimezone(CHINA)
    clock = found.strftime("%H:%M:%S" if found.second else "%H:%M")
    return f"{day(found.date(), zh)} {clock}"


def month(value: str, zh: bool) -> str:
    """2024年3月, or March 2024."""
    year, _, index = value.partition("-")
    return f"{year}年{int(index)}月" if zh else f"{MONTHS[int(index) - 1]} {year}"


def when(value: Any, zh: bool) -> str:
    """A text that may be a day, a moment, or neither."""
    text = str(value)
    if isinstance(value, datetime) or ISO_MOMENT.fullmatch(text):
        return moment(value, zh)
    if isinstance(value, date) or ISO.fullmatch(text):
        return day(value, zh)
    return text


def bracketed(text: str, zh: bool) -> str:
    """A text in the brackets of its language; nothing for nothing."""
    return (f"（{text}）" if zh else f" ({text})") if text else ""


def called(name: str, zh: str, en: str | None) -> tuple[str, str]:
    """What a command is called: its label, and in English the imperative where the label only says what happened."""
    thing, _, verb = name.partition(".")
    return zh, en or (humanised(verb) if "_" in verb else f"{humanised(verb)} {thing}")


def masked(name: str) -> str:
    """The first character of a name and a star for the rest: 张*, 格***."""
    return name[:1] + "*" * max(len(name) - 1, 1)


def masked_number(text: str) -> str:
    """A document number without its middle."""
    return text[:3] + "*" * max(len(text) - 5, 3) + text[-2:] if len(text) > 5 else "***"


# -- as people type ------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """Half width, without spaces around."""
    return unicodedata.normalize("NFKC", text).strip()


def typed_day(text: str) -> date | None:
    """The day that was typed: 2024年10月31日, 2024-10-31, 20241031, 31 October 2024."""
    text = plain(text)
    try:
        if found := DAY_TYPED.fullmatch(text):
            year, index, on = (int(part) for part in found.groups() if part)
            return date(year, index, on)
        if found := ENGLISH_DAY.fullmatch(text):
            index = next(i for i, name in enumerate(MONTHS, 1) if name.lower().startswith(found[2].lower()))
            return date(int(found[3]), index, int(found[1]))
    except (ValueError, StopIteration):
        return None
    return None


def typed_time(text: str) -> time | None:
    """The time of day that was typed: 16:20, 16时20分."""
    found = TIME_TYPED.fullmatch(plain(text))
    try:
        return time(int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None


def typed_moment(text: str) -> datetime | None:
    """A day, at its end, or a day with a time."""
    text = plain(text).replace("T", " ")
    on, _, clock = text.rpartition(" ")
    if on and (at := typed_time(clock[:5])) and (found := typed_day(on)):
        return datetime.combine(found, at, CHINA) + timedelta(seconds=59, microseconds=999_999)
    found = typed_day(text)
    return datetime.combine(found, END_OF_DAY, CHINA) if found else None


def typed_integer(text: str) -> int | None:
    """A whole number, with or without separators."""
    text = plain(text).replace(",", "").replace(" ", "")
    return int(text) if re.fullmatch(r"-?\d{1,15}", text, re.ASCII) else None


def typed_decimal(text: str) -> Decimal | None:
    """A decimal number, with or without separators."""
    text = plain(text).replace(",", "").replace(" ", "")
    try:
        return Decimal(text) if re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", text, re.ASCII) else None
    except InvalidOperation:
        return None
