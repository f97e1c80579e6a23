"""Checklists are data with versions: what the file may say, and that the file that comes with the product says enough."""

from datetime import date, timedelta

import pytest

from domain.checklists import BadChecklists, Checklists, score
from domain.kinds import KINDS
from tests.scene import reference

ONE = """
[kinds]
E = ["elderly_care_home"]
R = ["rescue_station"]

[[checklist]]
code = "SAFE-X"
zh = "检查表"
en = "Checklist"
from = 2024-01-01

[checklist.groups]
A = ["证照", "Papers"]

[[checklist.item]]
code = "A01"
zh = "依法登记"
en = "Registered"
for = "E"
grade = "general"
days = 15
basis = "老年人权益保障法 第43条"
mark = "T"

[[checklist.item]]
code = "A02"
zh = "投保"
en = "Insured"
grade = "note"
basis = "老年人权益保障法 第49条"
mark = "T"
"""
LATER = (
    ONE.split("[[checklist]]")[1]
    .replace("2024-01-01", "2025-01-01")
    .replace('"general"', '"major"')
    .join(["[[checklist]]", ""])
)
SHIPPED = reference().checklists


def test_an_item_applies_to_its_kinds_and_to_kinds_behind_no_letter():
    """Spared are only the kinds of the other letters; without `for` nobody is."""
    items = Checklists.parse(ONE).versions["SAFE-X"][0]

    assert items.for_kind("elderly_care_home") == ("A01", "A02")
    assert items.for_kind("rescue_station") == ("A02",)
    assert items.for_kind("funeral_home") == ("A01", "A02")


@pytest.mark.parametrize(
    ("day", "grade"), [("2023-12-31", "general"), ("2024-12-31", "general"), ("2025-01-01", "major")]
)
def test_a_checklist_is_read_in_the_version_of_the_day(day, grade):
    """RULE-1; before the first version, the first one."""
    lists = Checklists.parse(ONE + LATER)

    assert lists.on("SAFE-X", date.fromisoformat(day)).items["A01"].grade == grade
    assert lists.item("A01", date.fromisoformat(day)).grade == grade
    assert lists.item("Z99", date(2024, 1, 1)) is None


def test_an_item_that_a_later_version_dropped_keeps_its_words():
    """A hazard may name it for ever."""
    lists = Checklists.parse(ONE + LATER.split('[[checklist.item]]\ncode = "A02"')[0])

    assert lists.item("A02", date(2026, 1, 1)).zh == "投保"
    assert lists.item_words["A02"] == ("投保", "Insured")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('code = "SAFE-X"', 'code = "safe"', "no code in capital"),
        ('zh = "检查表"', 'zh = ""', "both languages"),
        ("from = 2024-01-01", 'from = "2024"', "no date"),
        ('en = "Checklist"', 'en = "Checklist"\nowner = "x"', "code, zh, en"),
        ('code = "A01"', 'code = "B01"', "no group B"),
        ('code = "A01"', 'code = "1A"', "no code such as"),
        ('code = "A01"', 'code = "A02"', "declared twice"),
        ('grade = "general"', 'grade = "grave"', "grade is"),
        ("days = 15", "days = 0", "whole number"),
        ("days = 15", "", "one limit"),
        ("days = 15", "days = 15\nhours = 2", "one limit"),
        ("days = 15", 'limit = ["停"]', "both languages"),
        ('grade = "note"', 'grade = "note"\ndays = 1', "none for a note"),
        ('for = "E"', 'for = "X"', "no letter"),
        ('for = "E"', 'colour = "red"', "unknown colour"),
        ('mark = "T"', 'mark = "?"', "basis with its mark"),
    ],
)
def test_an_incomplete_checklist_is_refused_by_name(old, new, complaint):
    """What nobody could answer or judge never loads, and the message says which list or item."""
    assert old in ONE
    with pytest.raises(BadChecklists, match=complaint):
        Checklists.parse(ONE.replace(old, new, 1))


def test_two_versions_of_one_day_and_one_item_in_two_lists_are_refused():
    """Neither could be told apart afterwards."""
    with pytest.raises(BadChecklists, match="SAFE-X: two versions"):
        Checklists.parse(ONE + LATER.replace("2025-01-01", "2024-01-01"))
    with pytest.raises(BadChecklists, match="SAFE-Y: A0"):
        Checklists.parse(ONE + LATER.replace("SAFE-X", "SAFE-Y"))


def test_the_default_checklist_has_its_43_items():
    """Groups A to G as in the table of the rules; homes for the elderly answer all of them."""
    items = SHIPPED.versions["SAFE-DEFAULT-1"][0]
    counts = {"A": 7, "B": 4, "C": 10, "D": 5, "E": 5, "F": 9, "G": 3}

    assert list(items.items) == [f"{g}{n:02d}" for g, many in counts.items() for n in range(1, many + 1)]
    assert items.for_kind("elderly_care_home") == tuple(items.items)
    assert {g: sum(i.grade == g for i in items.items.values()) for g in ("major", "general", "note")} == {
        "major": 14,
        "general": 28,
        "note": 1,
    }
    assert (items.items["C01"].grade, items.items["C04"].grade) == ("major", "general")


def test_the_packs_have_their_items():
    """Six for children, nine for rescue, ten for outlets."""
    assert {code: len(its[-1].items) for code, its in SHIPPED.versions.items() if code.startswith("PACK")} == {
        "PACK-CHILD": 6,
        "PACK-RESCUE": 9,
        "PACK-OUTLET": 10,
    }


def test_every_shipped_item_is_worded_judged_and_founded():
    """Both languages, English in ASCII, a basis; a condition stands only where the grade could rise."""
    items = [item for its in SHIPPED.versions.values() for v in its for item in v.items.values()]

    assert all(item.zh and item.en.isascii() and item.basis for item in items)
    assert all(item.grade == "general" for item in items if item.major_if)
    assert all(spared in KINDS for item in items for spared in item.spared)


def test_every_kind_is_inspected_by_checklists_that_exist():
    """The lists that a kind names are in the file."""
    assert {code for kind in KINDS.values() for code in kind.checklists} <= set(SHIPPED.versions)


@pytest.mark.parametrize(("item", "days"), [("A01", 15), ("C01", 1), ("C02", 3), ("A02", None), ("A07", None)])
def test_an_item_gives_the_last_day_for_putting_it_right(item, days):
    """立行立改 is 24 hours; where only a plan can say, and for what is only encouraged, there is no day."""
    found = date(2024, 3, 10)
    wanted = None if days is None else found + timedelta(days=days)

    assert SHIPPED.item(item, found).deadline(found) == wanted


@pytest.mark.parametrize(
    ("grades", "points"),
    [([], 100), (["note"], 100), (["major", "general"], 77), (["major"] * 5, 0), (["major"] * 9, 0)],
)
def test_the_score_falls_by_20_for_a_major_and_3_for_a_general_failure(grades, points):
    """100 − 20·M − 3·G, never below 0."""
    assert score(grades) == points
