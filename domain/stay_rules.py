"""What must hold of a stay, and how refusals and findings about stays are said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.model import FACILITY_POSTS, Check, Field, Post, Wording
from domain.people_rules import PHONE

HOME = FACILITY_POSTS | {Post.REGULATOR}
BED = Field(
    "床位",
    en="Bed",
    length_max=20,
    half_width=True,  # A１０１－１ and A101-1 are one bed
    pattern=r"(?=.*[0-9A-Za-z一二三四五六七八九十])[0-9A-Za-z\u4e00-\u9fff #()/.-]+",
    hint_zh="床号，如 2楼203-1：不超过 20 个数字、字母、汉字和 - / # ( ) .",
    hint_en="the number of a bed, such as 203-1: at most 20 digits, letters and - / # ( ) .",
)
CONTACT_PHONE = replace(PHONE, zh="紧急联系人电话", en="Telephone of the contact", private="person")

CLOSED = Wording(
    "机构当日已终止或停业，不能入住",
    "the facility was closed on that day",
    "核对机构和日期",
    "check the facility and the day",
)
NOT_OPEN = Wording(
    "机构当日尚未登记，不能入住",
    "the facility was not registered on that day",
    "核对日期，或先更正机构的登记",
    "check the day, or correct the facility's registration first",
)
UNTIL_FUTURE = Wording(
    "离院日期不能晚于今天",
    "the stay ends in the future",
    "填写实际离院的日期；尚未离院的不填",
    "give the day on which it ended; leave it out while the stay lasts",
)
UNTIL_BEFORE = Wording("离院日期早于入住日期", "the stay ends before it begins", "核对两个日期", "check both days")
NO_AGREEMENT = Wording(
    "没有服务协议",
    "no service agreement",
    "补签后更正入住记录，填写协议编号",
    "sign one, then correct the admission with its number",
)
NO_CONTACT = Wording(
    "没有紧急联系人", "no emergency contact", "更正入住记录，填写联系人", "correct the admission with a contact"
)
NO_NUMBER = Wording(
    "紧急联系人没有电话",
    "no telephone of the emergency contact",
    "填写联系人的电话",
    "give the telephone of the contact",
)
DIGITS_MIN = 5
"""A telephone number has as many, also one that stands beside the name."""
UNUSUAL = Wording(
    "这类人员不常入住这类机构",
    "an unusual category for this kind of facility",
    "核对类别；属实则不必处理",
    "check the category; if true nothing need be done",
)

NO_LODGING = Wording(
    "这类机构不办理入住",
    "nobody lodges at a facility of this kind",
    "核对机构；选错的，更正入住记录",
    "check the facility; if it is the wrong one, correct the admission",
)

HERE = Check(
    "stay.ended",
    lambda stay, event: stay.ended_on is None,
    Wording(
        "此次入住已经结束",
        "the stay has ended",
        "核对日期；如离院记错，请先更正离院记录",
        "check the day; if the discharge is wrong, correct it first",
    ),
)


def _away_check(rule: str, status: str, zh: str, en: str) -> Check:
    """A check that the person is, at that moment, in the given status."""
    return Check(
        rule,
        lambda stay, event: stay.status == status,
        Wording(zh, en, "核对日期和人员", "check the day and the person"),
    )


PRESENT = _away_check("stay.away", "present", "此人当时不在院内", "the person is away at that moment")
ON_LEAVE = _away_check("stay.not_on_leave", "on_leave", "此人没有请假外出", "the person is not on leave")
IN_HOSPITAL = _away_check("stay.not_in_hospital", "in_hospital", "此人没有外出就医", "the person is not in hospital")


def out_of_reach(said: Mapping[str, Any]) -> bool:
    """Whether a contact is named anew and no telephone is given, neither in its own place nor beside the name."""
    contact = said.get("contact")
    return isinstance(contact, str) and not said.get("contact_phone") and sum(map(str.isdigit, contact)) < DIGITS_MIN
