"""The as-of day as people type it: read in every usual way, and what cannot be read stays in its box with a message."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.values import Month
from webapp.readable import asked_day, day

TODAY = date(2026, 11, 20)
READ = {
    "2024年10月31日": date(2024, 10, 31),
    "2024.10.31": date(2024, 10, 31),
    "2024/10/31": date(2024, 10, 31),
    "20241031": date(2024, 10, 31),
    "２０２４年 10 月 31 号": date(2024, 10, 31),
    "2024年10月": date(2024, 10, 31),
    "2024-02": date(2024, 2, 29),
    "October 2024": date(2024, 10, 31),
    "2026年11月": TODAY,
    "10月31日": date(2026, 10, 31),
    "31 October": date(2026, 10, 31),
    "11月20日": TODAY,
    "11月21日": date(2025, 11, 21),
    "2月29日": date(2024, 2, 29),
    "今天": TODAY,
    "昨天": date(2026, 11, 19),
    "Yesterday": date(2026, 11, 19),
    "today": TODAY,
}
NOT_READ = (
    "tomorrow",
    "2024年13月",
    "2024年2月30日",
    "13月1日",
    "2月30日",
    "31 Foo",
    "Foo 2024",
    "2024",
    "10",
    "0月1日",
)


@pytest.mark.parametrize("typed", READ)
def test_a_day_is_read_as_people_type_it(reader, typed) -> None:
    """The box then shows that day in full, and there is nothing to complain of."""
    page = reader("nyingchi.regulator").get(f"/figures?as_of={typed}")
    box = next(one for one in page.inputs if one.get("id") == "bar-as-of")

    assert asked_day(typed, TODAY) == READ[typed]
    assert (box["value"], "aria-invalid" in box) == (day(READ[typed], zh=True), False)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("typed", [*NOT_READ, "2026年12月1日"])
def test_what_is_no_day_stays_in_its_box_with_a_message_at_it(reader, typed, lang) -> None:
    """The page shows today and says so; the message belongs to the box; only the switches of the same page carry it."""
    page = reader("nyingchi.regulator").get(f"/figures/stay.present?as_of={typed}&lang={lang}")
    box = next(one for one in page.inputs if one.get("id") == "bar-as-of")

    assert (box["value"], box["aria-invalid"], box["aria-describedby"]) == (typed, "true", "bar-as-of-error")
    message = page.html.partition('id="bar-as-of-error"')[2].partition("</p>")[0]
    assert ("现在显示的是今天" if lang == "zh" else "what you see is today") in message
    kept = [link for link in page.links if f"as_of={typed}" in unquote_plus(link)]
    assert [link for link in kept if "lang=" not in link and "size=" not in link] == []


def test_a_page_without_the_bar_says_it_above_its_text(reader) -> None:
    """Nothing that was typed is passed over in silence."""
    page = reader("nyingchi.regulator").get("/enter?as_of=tomorrow")

    assert "bar-as-of" not in page.html
    assert "“tomorrow”不是一个日期" in page.text


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)), st.integers(0, 365))
def test_a_day_without_a_year_is_the_last_one_that_is_over(today, before) -> None:
    """Never in the future, never a year and a day ago but for a leap day, and always with that month and day."""
    asked = today - timedelta(days=before)
    found = asked_day(f"{asked.month}月{asked.day}日", today)

    assert (found.month, found.day) == (asked.month, asked.day)
    assert asked <= found <= today


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)), st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_a_month_is_asked_about_at_its_end(today, asked) -> None:
    """As reports do; of the month that is not over, as it stands today."""
    found = asked_day(f"{asked.year}年{asked.month}月", today)

    assert found == (today if Month.of(asked) == Month.of(today) else Month.of(asked).last)


def test_a_period_begins_with_the_first_day_of_a_month(reader) -> None:
    """从 2026年10月 is the 1st, so that no day of it is missing; up to the same month is its end."""
    page = reader("nyingchi.regulator").get("/figures?from=2026年10月&as_of=2026年10月")
    boxes = {one.get("id"): one.get("value") for one in page.inputs}

    assert boxes["bar-from"] == "2026年10月1日"
    assert boxes["bar-as-of"] == "2026年10月31日"
    assert asked_day("2026年10月", TODAY, begin=True) == date(2026, 10, 1)
