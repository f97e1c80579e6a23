"""Numbers, days and moments as people read them, in both languages, and as people type them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from domain import units
from domain.figures import Figure
from domain.model import CHINA, Field, Wording
from domain.values import FEN_PLACES, MONTHS, Month, en_date, rounded, zh_date

LABELS = {"离院日期": "Discharge date", "离院原因": "Reason for discharge"}
"""English labels that read better than the names of their fields."""
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")
MONTH = re.compile(r"\d{4}-\d{2}")
MONTH_END, MONTH_LABEL = "-(0[1-9]|1[0-2])", "月份"
DAY_TYPED = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})日?|(\d{4})(\d{2})(\d{2})", re.ASCII)
ENGLISH_DAY = re.compile(r"(\d{1,2}) ([A-Za-z]{3,9}) (\d{4})", re.ASCII)
DAY_OF_YEAR = re.compile(r"(\d{1,2})[月./-](\d{1,2})日?", re.ASCII)
ENGLISH_DAY_OF_YEAR = re.compile(r"(\d{1,2}) ([a-z]{3,9})", re.ASCII)
MONTH_TYPED = re.compile(r"(\d{4})[年./-](\d{1,2})月?", re.ASCII)
ENGLISH_MONTH = re.compile(r"([a-z]{3,9}) (\d{4})", re.ASCII)
NEAR = {"今天": 0, "today": 0, "昨天": 1, "yesterday": 1, "前天": 2}
"""Days that are called by how long they are over."""
LEAP_YEARS_APART = 8
DAYS_FROM = 2
"""A stretch of so many days is told in days; a shorter one in hours, in which the law counts it."""
TIME_TYPED = re.compile(r"(\d{1,2})[:：时](\d{2})分?", re.ASCII)
TIME = "%H:%M"
TEN_THOUSAND = 10_000
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


def tenths(value: Any) -> str:
    """A share with one decimal, half up."""
    return number(value if value is None else rounded_text(value, 1))


def rounded_text(value: Any, places: int) -> str:
    """A decimal with so many places, half up."""
    found = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{found or abs(found):f}"  # nought has no sign


def valued(figure: Figure, value: Any) -> str:
    """The value of a figure with the decimals that it declares, wherever it stands."""
    return number(value if value is None else rounded_text(value, figure.decimals))


def unit_of(figure: Figure, value: Any, zh: bool) -> str:
    """The unit behind the value of a figure; nothing behind the stroke that stands for none."""
    return "" if value is None else figure.unit_in(zh, value)


def in_card(figure: Figure, value: Any, zh: bool) -> tuple[str, str]:
    """(value, unit) of a figure on a card or in a board of a bureau: large sums of money in 万元, two decimals."""
    if figure.unit == "元" and value is not None and abs(Decimal(value)) >= TEN_THOUSAND:
        return number(f"{Decimal(value) / TEN_THOUSAND:.2f}"), "万元" if zh else "ten thousand yuan"
    return valued(figure, value), unit_of(figure, value, zh)


def money(fen: int) -> str:
    """Fen as 元 with two decimals, as a column of money is written."""
    return number(rounded_text(Decimal(fen).scaleb(-FEN_PLACES), FEN_PLACES))


def ten_thousands(fen: int) -> str:
    """Fen as 万元 with two decimals, half up, as reports print them."""
    return number(f"{Decimal(rounded(fen, TEN_THOUSAND)).scaleb(-2):.2f}")


def signed(figure: Figure, value: Any) -> str:
    """By how much a figure differs, with the decimals that it declares and with its sign."""
    return plus(valued(figure, value))


def plus(text: str) -> str:
    """A number as it is printed, with a plus if it is more than nought."""
    return "+" + text if text[0] in "0123456789" and text.strip("0.") else text


def day(value: Any, zh: bool) -> str:
    """2024年10月31日, or 31 October 2024."""
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(CHINA).date()
    found = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    return zh_date(found) if zh else en_date(found)


def moment(value: Any, zh: bool) -> str:
    """A day with its time in China, to the minute."""
    if value is None or value == "":
        return "—"
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    if found.tzinfo is not None:
        found = found.astimezone(CHINA)
    return f"{day(found.date(), zh)} {time_of_day(found)}"


def instant(value: datetime, zh: bool) -> str:
    """A moment to the second, where the order of two within a minute is evidence."""
    found = value.astimezone(CHINA)
    return f"{day(found.date(), zh)} {found:{TIME}:%S}"


def time_of_day(value: datetime | time) -> str:
    """A time as it is written on every page, and as inputs hold it: 14:05."""
    return f"{value:{TIME}}"


def month(value: str, zh: bool) -> str:
    """2024年3月, or March 2024."""
    found = Month.parse(value)
    return found.zh if zh else found.en


def measured(count: int, unit: str, zh: bool) -> str:
    """A whole number with its unit: 3 天, 1 day."""
    return f"{number(count)} {units.spoken(unit, zh, count)}"


def span(time: timedelta, zh: bool) -> str:
    """How long: under two days in hours and minutes, from then on in days and hours."""
    hours, minutes = divmod(time // timedelta(minutes=1), 60)
    days, rest = divmod(hours, 24)
    parts = ((days, "天"), (rest, "小时")) if days >= DAYS_FROM else ((hours, "小时"), (minutes, "分钟"))
    return " ".join(measured(count, unit, zh) for count, unit in parts if count) or measured(0, "分钟", zh)


def is_month(spec: Field) -> bool:
    """Whether a text is a month: said by its pattern, or where there is none by its label."""
    return (spec.pattern or "").endswith(MONTH_END) or spec.zh == MONTH_LABEL


def near(today: date) -> dict[str, str]:
    """Today and its month as examples of how a day and a month are written, in the placeholders of both languages."""
    its = Month.of(today)
    return {"day": zh_date(today), "day_en": en_date(today), "month": its.zh, "month_en": its.en}


def when(value: Any, zh: bool) -> str:
    """A text that may be a day, a moment, or neither."""
    text = str(value)
    if isinstance(value, datetime) or ISO_MOMENT.fullmatch(text):
        return moment(value, zh)
    if isinstance(value, date) or ISO.fullmatch(text):
        return day(value, zh)
    return text


def is_when(value: Any) -> bool:
    """Whether a value is a day, a month or a moment, or the text of one."""
    return isinstance(value, date) or any(one.fullmatch(str(value)) for one in (ISO, ISO_MOMENT, MONTH))


def told(said: Wording, zh: bool) -> str:
    """What is wrong, and what to do about it."""
    if zh:
        return "。".join(filter(None, (said.zh, said.remedy_zh)))
    return ". ".join(capital(part) for part in (said.en, said.remedy_en) if part)


def capital(text: str) -> str:
    """A sentence begun with a capital letter."""
    return text[:1].upper() + text[1:]


def bracketed(text: str, zh: bool) -> str:
    """A text in the brackets of its language; nothing for nothing."""
    return (f"（{text}）" if zh else f" ({text})") if text else ""


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
            return date(int(found[3]), _month_called(found[2]), int(found[1]))
    except (ValueError, StopIteration):
        return None
    return None


def asked_day(text: str, today: date, *, begin: bool = False) -> date | None:
    """The day that somebody asks about: as `typed_day`, or 昨天, 10月31日 for the last one there was, 2024年10月 for its end.

    Of the month that is not over, today. Where a period shall `begin`, a month stands for its first day.
    """
    text = plain(text).lower().replace("号", "日")
    text = "".join(text.split()) if "月" in text else text
    if text in NEAR:
        return today - timedelta(days=NEAR[text])
    try:
        return typed_day(text) or _of_month(text, today, begin=begin) or _last_one(text, today)
    except (ValueError, StopIteration):
        return None


def _of_month(text: str, today: date, *, begin: bool) -> date | None:
    if found := MONTH_TYPED.fullmatch(text):
        its = Month(int(found[1]), int(found[2]))
    elif found := ENGLISH_MONTH.fullmatch(text):
        its = Month(int(found[2]), _month_called(found[1]))
    else:
        return None
    if begin:
        return its.first
    return today if its == Month.of(today) else its.last


def _last_one(text: str, today: date) -> date | None:
    """The day of this year, or of the last year in which there was one that is over."""
    if found := DAY_OF_YEAR.fullmatch(text):
        index, on = int(found[1]), int(found[2])
    elif found := ENGLISH_DAY_OF_YEAR.fullmatch(text):
        index, on = _month_called(found[2]), int(found[1])
    else:
        return None
    years = (year for year in range(today.year, today.year - LEAP_YEARS_APART - 1, -1) if on <= _days(year, index))
    return next((found for year in years if (found := date(year, index, on)) <= today), None)


def _days(year: int, index: int) -> int:
    return Month(year, index).last.day


def _month_called(name: str) -> int:
    """The number of a month by the beginning of its English name. Raises StopIteration if there is none."""
    return next(i for i, one in enumerate(MONTHS, 1) if one.lower().startswith(name.lower()))


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
