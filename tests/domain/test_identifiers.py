"""Identifiers: the samples of the standards and of rules.md 12.1 and 12.2, and what a check digit promises."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.identifiers import (
    CREDIT_ALPHABET,
    CREDIT_WEIGHTS,
    RESIDENT_WEIGHTS,
    BadIdentifier,
    credit_check,
    credit_code,
    organisation_check,
    organisation_code,
    resident_check,
    resident_number,
    synthetic_resident_number,
)

BIRTHS = st.dates(date(1000, 1, 1), date(2100, 12, 31))
NUMBERS = st.builds(synthetic_resident_number, st.integers(0, 999), BIRTHS, st.integers(990000, 999999).map(str))
CREDIT_BODIES = st.builds(
    lambda head, region, rest: head + region + rest,
    st.text(CREDIT_ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(CREDIT_ALPHABET, min_size=9, max_size=9),
)


@pytest.mark.parametrize(
    ("number", "born", "sex", "synthetic"),
    [
        ("11010519491231002X", date(1949, 12, 31), "female", False),
        ("440524188001010014", date(1880, 1, 1), "male", False),
        ("990101195003150017", date(1950, 3, 15), "male", True),
        ("990101195003150025", date(1950, 3, 15), "female", True),
        ("99010119450701003X", date(1945, 7, 1), "male", True),
        ("990101201506071001", date(2015, 6, 7), "female", True),
    ],
)
def test_the_sample_numbers_are_read(number, born, sex, synthetic):
    """ID-01: region, birth, sex and whether it is synthetic follow from the number."""
    read = resident_number(number)
    assert (read.number, read.region, read.born, read.sex, read.synthetic) == (number, number[:6], born, sex, synthetic)


def test_the_weights_are_those_of_the_standards():
    """12.1, 12.2: weights as printed."""
    assert RESIDENT_WEIGHTS == (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    assert CREDIT_WEIGHTS == (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def test_an_old_number_of_fifteen_digits_becomes_one_of_eighteen():
    """12.1: "19" after the region, and a check digit."""
    assert resident_number("110105491231002").number == "11010519491231002X"


@pytest.mark.parametrize(
    "text", ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_ways_of_typing_do_not_matter(text):
    """ID-01: a small x, blanks and full-width digits are the same number."""
    assert resident_number(text).number == "11010519491231002X"


@pytest.mark.parametrize("text", ["", "X", "11010519491231002", "1101051949123100２Ｙ", "01010519491231002X", "१" * 18])
def test_what_is_no_number_is_refused(text):
    """ID-01: 18 characters, 17 ASCII digits and a digit or X, not beginning with 0."""
    with pytest.raises(BadIdentifier) as refused:
        resident_number(text)
    assert refused.value.rule == "ID-01"


def test_a_day_that_does_not_exist_is_refused():
    """ID-01: 30 February is no birth date, even where the check digit fits."""
    body = "99010119500230001"
    with pytest.raises(BadIdentifier, match="does not exist"):
        resident_number(body + resident_check(body))


def test_a_birth_in_the_future_is_refused():
    """ID-01: a birth after the business day is refused, one on it is not."""
    number = synthetic_resident_number(1, date(2026, 11, 22))
    assert resident_number(number, today=date(2026, 11, 22)).born == date(2026, 11, 22)
    with pytest.raises(BadIdentifier, match="future"):
        resident_number(number, today=date(2026, 11, 21))


@given(NUMBERS)
def test_a_synthetic_number_reads_back(number):
    """ID-02: what is made is accepted, and marked."""
    assert resident_number(number).number == number
    assert resident_number(number).synthetic


@given(st.integers(0, 999), BIRTHS)
def test_a_synthetic_number_says_birth_and_sex(serial, born):
    """ID-02: birth as given; odd serials are male."""
    read = resident_number(synthetic_resident_number(serial, born))
    assert (read.born, read.sex) == (born, "male" if serial % 2 else "female")


@given(NUMBERS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_found(number, place, wrong):
    """GB 11643: 11 is prime and no weight is 0 mod 11, so a single substitution changes the sum."""
    assume(number[place] != wrong)
    with pytest.raises(BadIdentifier):
        resident_number(number[:place] + wrong + number[place + 1 :])


@given(NUMBERS, st.integers(0, 15))
def test_two_exchanged_neighbours_are_always_found(number, place):
    """GB 11643: neighbouring weights differ mod 11."""
    assume(number[place] != number[place + 1])
    with pytest.raises(BadIdentifier):
        resident_number(number[:place] + number[place + 1] + number[place] + number[place + 2 :])


@given(NUMBERS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_no_message_holds_the_number(number, place, wrong):
    """A refusal and the text form of a number go to logs and screens: they hold no part of it."""
    assume(number[place] != wrong)
    with pytest.raises(BadIdentifier) as refused:
        resident_number(number[:place] + wrong + number[place + 1 :])
    said = refused.value.wording
    text = f"{refused.value} {said.zh} {said.en} {said.remedy_zh} {said.remedy_en} {resident_number(number)!r}"
    assert number[:6] not in text
    assert number[6:14] not in text
    assert number not in str(resident_number(number))


@pytest.mark.parametrize(
    ("serial", "born", "region"),
    [
        (1000, date(1950, 1, 1), "990101"),
        (-1, date(1950, 1, 1), "990101"),
        (1, date(1950, 1, 1), "540402"),
        (1, date(1950, 1, 1), "9901"),
        (1, date(999, 1, 1), "990101"),
    ],
)
def test_a_synthetic_number_outside_its_bounds_is_not_made(serial, born, region):
    """ID-02: only the unassigned province, a serial of three digits, a year of four."""
    with pytest.raises(ValueError):
        synthetic_resident_number(serial, born, region)


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y43",
        "91110000600037341L",
        "52540402MJX990015W",
        "12540400MB9X90014A",
    ],
)
def test_the_sample_credit_codes_are_accepted(code):
    """UC-02: samples of 12.2, also in small letters and with blanks."""
    assert credit_code(code) == code == credit_code(f" {code.lower()} ")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "91350100M000100Y4",
        "9135010OM000100Y43",
        "9135A100M000100Y43",
        "Z1350100M000100Y43",
    ],
)
def test_what_is_no_credit_code_is_refused(text):
    """UC-01: 18 characters of the alphabet, the region in digits."""
    with pytest.raises(BadIdentifier) as refused:
        credit_code(text)
    assert refused.value.rule == "UC-01"


@given(CREDIT_BODIES)
def test_a_credit_code_with_its_check_is_accepted(body):
    """UC-02: the check character fits its own rule."""
    assert credit_code(body + credit_check(body)) == body + credit_check(body)


@given(CREDIT_BODIES, st.integers(0, 17), st.sampled_from(CREDIT_ALPHABET))
def test_one_wrong_character_of_a_credit_code_is_always_found(body, place, wrong):
    """GB 32100: 31 is prime and no weight is 0 mod 31; the message does not hold the code."""
    code = body + credit_check(body)
    assume(code[place] != wrong)
    with pytest.raises(BadIdentifier) as refused:
        credit_code(code[:place] + wrong + code[place + 1 :])
    assert code[8:17] not in str(refused.value)


@pytest.mark.parametrize("code", ["M000100Y4", "600037341", "D2143569X"])
def test_the_sample_organisation_codes_are_accepted(code):
    """GB 11714: samples of 12.2, with and without the hyphen."""
    assert organisation_code(code) == code == organisation_code(f"{code[:8]}-{code[8]}")


@pytest.mark.parametrize("text", ["", "M000100Y5", "M000100Y", "M000100YY"])
def test_a_wrong_organisation_code_is_refused(text):
    """GB 11714: nine characters, and the check fits."""
    with pytest.raises(BadIdentifier, match="UC-03"):
        organisation_code(text)


def test_an_organisation_check_of_eleven_is_written_0():
    """GB 11714: 11 - 0 = 11 is written 0."""
    assert organisation_check("00000000") == "0"
