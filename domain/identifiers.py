"""证件号码 — resident identity numbers, unified social credit codes, organisation codes, and whether they are well formed.

Rules ID-01 and ID-02 (GB 11643-1999), UC-01 (GB 32100-2015, GB 11714). Messages never hold the number: they end up in
logs and on screens of people who may not read it. Whether a region was valid at birth is no ground for refusal
(codes follow first registration), so it is not asked here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.model import Wording

Sex = Literal["male", "female"]

RESIDENT_WEIGHTS = tuple(2 ** (17 - i) % 11 for i in range(17))
"""GB 11643: 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2."""
RESIDENT_CHECKS = "10X98765432"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100: 31 characters, no I O S V Z."""
CREDIT_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
"""GB 32100: 1 3 9 27 19 26 16 17 20 29 25 13 8 24 10 30 28."""
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
SYNTHETIC = "99"
"""A province that is not assigned: persons and homes of demos and tests live there (ID-02)."""

RETYPE = ("对照证件逐位核对后重新输入", "compare it with the document, character by character, and type it again")


class BadIdentifier(ValueError):
    """A number that cannot be what it should be: which rule, and what to do. Never holds the number."""

    def __init__(self, rule: str, wording: Wording) -> None:
        super().__init__(f"{rule}: {wording.en}")
        self.rule, self.wording = rule, wording


@dataclass(frozen=True, slots=True)
class ResidentNumber:
    """公民身份号码 — what the number says of its holder; the text form hides the number."""

    number: str
    region: str
    born: date
    sex: Sex
    synthetic: bool

    def __repr__(self) -> str:
        return "ResidentNumber(hidden)"

    __str__ = __repr__


def resident_number(text: str, today: date | None = None) -> ResidentNumber:
    """Normalise and check a resident identity number of 18 digits, or of 15 as issued before 1999.

    Blanks are dropped, full-width digits and a lower-case x accepted. With `today` (the business day), a birth after
    it is refused too. Raises `BadIdentifier`.
    """
    number = _normal(text)
    if re.fullmatch(r"[0-9]{15}", number):
        body = number[:6] + "19" + number[6:]
        number = body + resident_check(body)
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", number):
        raise BadIdentifier(
            "ID-01",
            Wording(
                "身份号码应为18位：17位数字加一位数字或X",
                "a resident number has 18 characters: 17 digits, then a digit or X",
                *RETYPE,
            ),
        )
    if resident_check(number[:17]) != number[17]:
        raise BadIdentifier(
            "ID-01", Wording("身份号码的校验码不符", "the check digit of the resident number does not fit", *RETYPE)
        )
    return ResidentNumber(
        number=number,
        region=number[:6],
        born=_born(number[6:14], today),
        sex="male" if int(number[16]) % 2 else "female",
        synthetic=number.startswith(SYNTHETIC),
    )


def resident_check(body: str) -> str:
    """The check character of 17 digits (GB 11643)."""
    return RESIDENT_CHECKS[sum(w * int(c) for w, c in zip(RESIDENT_WEIGHTS, body, strict=True)) % 11]


def synthetic_resident_number(serial: int, born: date, region: str = "990101") -> str:
    """A well-formed number that nobody can have: serial 0 to 999, odd male and even female."""
    if not region.startswith(SYNTHETIC) or not re.fullmatch(r"[0-9]{6}", region):
        raise ValueError("a synthetic region has six digits and begins with 99")
    if not 0 <= serial <= 999 or born.year < 1000:
        raise ValueError("a serial has three digits and a birth year four")
    body = f"{region}{born:%Y%m%d}{serial:03d}"
    return body + resident_check(body)


def credit_code(text: str) -> str:
    """Normalise and check a unified social credit code (GB 32100). Raises `BadIdentifier`."""
    code = _normal(text)
    if not re.fullmatch(rf"[{CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{CREDIT_ALPHABET}]{{10}}", code):
        raise BadIdentifier(
            "UC-01",
            Wording(
                "统一社会信用代码应为18位数字或大写字母，不含I、O、S、V、Z，第3至8位为数字",
                "a credit code has 18 digits or letters, none of I O S V Z, and digits in places 3 to 8",
                "对照登记证书核对，注意0与O、1与I",
                "compare it with the certificate; mind 0 and O, 1 and I",
            ),
        )
    if credit_check(code[:17]) != code[17]:
        raise BadIdentifier(
            "UC-02",
            Wording(
                "统一社会信用代码的校验码不符",
                "the check character of the credit code does not fit",
                "对照登记证书逐位核对后重新输入",
                "compare it with the certificate, character by character",
            ),
        )
    return code


def credit_check(body: str) -> str:
    """The check character of the first 17 characters (GB 32100)."""
    total = sum(w * CREDIT_ALPHABET.index(c) for w, c in zip(CREDIT_WEIGHTS, body, strict=True))
    return CREDIT_ALPHABET[-total % 31]


def organisation_code(text: str) -> str:
    """Normalise and check an organisation code of 9 characters, with or without its hyphen (GB 11714).

    The organisation part of a credit code need not pass: GB 32100 has a check of its own, which is asked instead.
    """
    code = _normal(text).replace("-", "")
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code):
        raise BadIdentifier(
            "UC-03",
            Wording(
                "组织机构代码应为8位数字或字母加一位校验码",
                "an organisation code has 8 digits or letters and a check character",
                "对照证书逐位核对后重新输入",
                "compare it with the certificate, character by character",
            ),
        )
    if organisation_check(code[:8]) != code[8]:
        raise BadIdentifier(
            "UC-03",
            Wording(
                "组织机构代码的校验码不符",
                "the check character of the organisation code does not fit",
                "对照证书逐位核对后重新输入",
                "compare it with the certificate, character by character",
            ),
        )
    return code


def organisation_check(body: str) -> str:
    """The check character of 8 digits or letters (GB 11714): 11 less the sum mod 11, where 10 is X and 11 is 0."""
    total = sum(w * int(c, 36) for w, c in zip(ORGANISATION_WEIGHTS, body, strict=True))
    return "0123456789X"[-total % 11]


def _normal(text: str) -> str:
    """Half-width capitals without blanks; only what an input method makes of digits and letters is converted."""
    narrow = (chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
    return "".join(c for c in narrow if not c.isspace()).upper()


def _born(digits: str, today: date | None) -> date:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise BadIdentifier(
            "ID-01",
            Wording("身份号码中的出生日期不存在", "the birth date in the resident number does not exist", *RETYPE),
        ) from None
    if today is not None and born > today:
        raise BadIdentifier(
            "ID-01",
            Wording(
                "身份号码中的出生日期晚于今天", "the birth date in the resident number lies in the future", *RETYPE
            ),
        )
    return born
