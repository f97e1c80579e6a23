"""A telephone number as people write and type it: read, kept in half width, refused where it is none."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.schemas import Schemas
from domain.people_rules import PHONE
from tests.adapters.test_schemas import CODES, Hand, refused


@given(st.text("0123456789０８+-－—– ()（）,，;；.．、/转abc号无", max_size=45))
def test_a_telephone_is_digits_with_what_stands_between_them(said: str) -> None:
    """5 to 40 characters of which five are digits, and no words but the one of an extension."""
    phone = Schemas({"x.y": {"phone": (str | None, PHONE, False)}}, CODES.__getitem__, Hand())
    kept = unicodedata.normalize("NFKC", said).replace("—", "-").replace("–", "-").strip()
    good = not kept or (5 <= len(kept) <= 40 and not set(kept) & set("abc号无") and sum(c.isdigit() for c in kept) >= 5)
    if good:
        assert phone.read("x.y", {"phone": said})["phone"] == (kept or None)
        return
    refusal = refused(phone, {"phone": said}, "x.y")
    assert refusal.field == "phone"
    assert ("请删去" if len(kept) > 40 else "转") in refusal.wording.zh


@pytest.mark.parametrize("said", ["13812345678", "0894-5822110转8", "+86 894 5822110", "(0894)5822110、5822111/2"])
def test_telephones_as_people_write_them_are_read(said: str) -> None:
    """Mobile, with area code and extension, from abroad, several."""
    phone = Schemas({"x.y": {"phone": (str | None, PHONE, False)}}, CODES.__getitem__, Hand())
    assert phone.read("x.y", {"phone": said}) == {"phone": said}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("０８９４－５８２２１１０", "0894-5822110"),
        ("0894—5822110转８", "0894-5822110转8"),
        ("0894–5822110", "0894-5822110"),
        ("（0894）5822110；5822111", "(0894)5822110;5822111"),
        ("5822110，5822111", "5822110,5822111"),
        ("894.582.2110", "894.582.2110"),
        ("　＋86　894　5822110", "+86 894 5822110"),
    ],
)
def test_telephones_as_chinese_keyboards_type_them_are_kept_in_half_width(said: str, kept: str) -> None:
    """From programs and from forms alike: digits, brackets, semicolons, dashes and spaces of full width."""
    phone = Schemas({"x.y": {"phone": (str | None, PHONE, False)}}, CODES.__getitem__, Hand())
    assert phone.read("x.y", {"phone": said}) == {"phone": kept}
    assert phone.read("x.y", {"phone": said}, from_form=True) == {"phone": kept}
