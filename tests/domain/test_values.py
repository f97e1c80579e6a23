"""Values: what is printed is exact, and equals what Decimal and Fraction say."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.values import Month, decimal_text, ratio_text, rounded, wan_yuan, yuan, zh_date

AMOUNTS = st.integers(-(10**18), 10**18)
MONTHS = st.builds(Month, st.integers(1, 9998), st.integers(1, 12))


@pytest.mark.parametrize(
    ("fen", "in_yuan", "in_wan"),
    [
        (0, "0", "0"),
        (1, "0.01", "0.000001"),
        (-5, "-0.05", "-0.000005"),
        (123450, "1234.5", "0.12345"),
        (100, "1", "0.0001"),
        (10**8, "1000000", "100"),
        (-1230000, "-12300", "-1.23"),
    ],
)
def test_money_is_printed_exactly(fen, in_yuan, in_wan):
    """MON-1: no trailing zeros, no exponent, no rounding."""
    assert (yuan(fen), wan_yuan(fen)) == (in_yuan, in_wan)


@given(AMOUNTS, st.integers(0, 12))
def test_a_decimal_reads_back_as_the_same_amount(amount, places):
    """The text is the amount, exactly, in its shortest form."""
    text = decimal_text(amount, places)
    assert Fraction(text) == Fraction(amount, 10**places)
    assert "e" not in text.lower()
    assert not ("." in text and text.endswith(("0", ".")))
    assert text != "-0"


def test_places_are_not_negative():
    """A negative number of places is a mistake of the caller."""
    with pytest.raises(ValueError):
        decimal_text(1, -1)


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        ((4, 13), "30.7692"),
        ((3, 3), "100"),
        ((0, 7), "0"),
        ((1, 0), None),
        ((0, 0), None),
        ((1, 8, 1, 2), "0.13"),
        ((-1, 8, 1, 2), "-0.13"),
        ((1, -8, 1, 2), "-0.13"),
        ((2, 3, 1000, 0), "667"),
        ((1, 3, 100, 2), "33.33"),
    ],
)
def test_a_ratio_is_rounded_half_up(ratio, text):
    """A ratio over nothing has no value; halves go away from zero."""
    assert ratio_text(*ratio) == text


@given(AMOUNTS, AMOUNTS.filter(bool), st.sampled_from([1, 100, 1000]), st.integers(0, 6))
def test_a_ratio_equals_decimal_arithmetic(numerator, denominator, times, places):
    """The nearest decimal to the exact fraction, as Decimal rounds it."""
    exact = Context(prec=80).divide(Decimal(numerator * times), Decimal(denominator))
    expected = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, Context(prec=80))
    assert Fraction(ratio_text(numerator, denominator, times, places)) == Fraction(expected)


@given(AMOUNTS, AMOUNTS.filter(bool))
def test_rounding_is_off_by_no_more_than_a_half(numerator, denominator):
    """四舍五入: the nearest integer, the same on both sides of zero."""
    assert abs(rounded(numerator, denominator) - Fraction(numerator, denominator)) <= Fraction(1, 2)
    assert rounded(-numerator, denominator) == -rounded(numerator, denominator)


def test_a_month_is_read_and_has_its_days():
    """2024 is a leap year."""
    month = Month.parse("2024-02")
    assert (month.first, month.last) == (date(2024, 2, 1), date(2024, 2, 29))
    assert (str(month), month.zh) == ("2024-02", "2024年2月")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024",
        "2024-13",
        "2024-00",
        "2024-3",
        "24-03",
        "2024-03-01",
        "0000-01",
        "２０２４-03",
    ],
)
def test_what_is_no_month_is_refused(text):
    """Only 2024-03 is a month."""
    with pytest.raises(ValueError):
        Month.parse(text)


@given(MONTHS)
def test_months_follow_each_other_without_a_gap(month):
    """The day after the last is the first of the next; text reads back."""
    assert month.last + timedelta(days=1) == month.plus(1).first
    assert month.plus(1).plus(-1) == month == Month.parse(str(month))
    assert month < month.plus(1)


@given(st.dates())
def test_a_day_lies_in_its_month_only(day):
    """A month contains its first and last day and what is between."""
    month = Month.of(day)
    assert day in month
    assert month.first <= day <= month.last


def test_a_day_outside_is_not_in_the_month():
    """The day before the first and the day after the last lie outside."""
    assert date(2024, 1, 31) not in Month(2024, 2)
    assert date(2024, 3, 1) not in Month(2024, 2)


def test_the_last_month_of_all_ends():
    """There is no day after 9999-12-31 to count back from."""
    assert Month(9999, 12).last == date.max


def test_a_chinese_date_has_no_leading_zeros():
    """As in documents: 2024年3月1日."""
    assert zh_date(date(2024, 3, 1)) == "2024年3月1日"
