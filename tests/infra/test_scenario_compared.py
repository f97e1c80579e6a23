"""The comparison: what is printed is reached by what the lines add up to, and what cannot be equal is not called so."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from infra.scenario import by_system, commands, compare, default_plan, read, totals
from tests.infra.test_scenario import LARGE, changed, compared, judged, regions, table, text_of, types
from tests.infra.test_scenario_books import Books

MAPPED = [number for number, row in enumerate(table()) if default_plan().route(row).figure]
"""Where in the table the rows stand that a figure answers."""


def test_most_of_the_report_is_reached():
    """At least 150 rows are equal to the last digit, at least 55 of them by own events."""
    count = totals(compared())

    assert count["rows"] == 212
    assert count["equal"] >= 150
    assert count["own events"]["equal"] >= 55
    assert count["not computed"]["equal"] == 0


@pytest.mark.parametrize("number", MAPPED, ids=lambda number: default_plan().route(table()[number]).figure)
def test_a_mapped_row_is_equal(number):
    """What the lines add up to, counted apart from the product, is what is printed."""
    row = compared()[number]
    assert Decimal(row["computed"]) == Decimal(row["printed"])
    assert row["equal"]


def test_rows_that_are_not_computed_say_why_in_both_languages():
    """No reason is missing, and nothing not computed is called equal."""
    for row in compared():
        if row["by"] == "not computed":
            assert row["reason_zh"]
            assert row["reason_en"]
            assert row["computed"] is None


def test_another_printed_number_leads_to_another_computed_one():
    """Nothing is written down twice: the lines follow the table."""
    rows = judged(changed("marriage_registrations,,1420,", "marriage_registrations,,1507,"))

    assert next(row for row in rows if row["metric_en"] == "marriage_registrations")["computed"] == "1507"


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_printed_is_reached_without_an_entry_that_carries_it(seed):
    """Other numbers, from nought to three times as many: all reached, and again by no entry of a printed size."""
    chance, plan, drawn = Random(seed), default_plan(), {}
    rows = []
    for row in table():
        if plan.route(row).by == "activity" and plan.route(row).whole:
            drawn.setdefault(row.name, Decimal(int(row.value * chance.choice((0, 1, 2, 3)) / 2) + chance.randrange(3)))
            rows.append(replace(row, value=drawn[row.name]))
    said = list(commands(rows, plan, regions(), types()))
    numbers = {Decimal(str(n)) for line in said for n in line["args"].get("quantities", {}).values()}

    assert rows
    assert all(row["equal"] for row in compare(rows, plan, regions(), Books(said).ask))
    assert not numbers & {row.value for row in rows if row.value > LARGE}


def test_a_total_that_differs_from_its_parts_is_not_equal():
    """Twenty meal sites cannot be 8 urban and 15 in villages; the parts win, and the total says so."""
    rows = [
        row
        for row in judged(changed("area=all,23,facilities", "area=all,20,facilities"))
        if row["metric_en"] == "elder_meal_sites"
    ]

    assert [(row["computed"], row["equal"]) for row in rows] == [("23", False), ("8", True), ("15", True)]
    assert "不可能都相等" in rows[0]["reason_zh"]


def test_people_present_are_what_admissions_and_discharges_leave():
    """Present is never made by itself: 120 admitted and 24 discharged leave 96, whatever is printed."""
    rows = judged(changed("mental_inpatients_present,,96,", "mental_inpatients_present,,97,"))
    present = next(row for row in rows if row["metric_en"] == "mental_inpatients_present")

    assert (present["computed"], present["equal"]) == ("96", False)


def test_one_fact_printed_with_two_values_is_equal_once():
    """The first mention is led back; the other is told to contradict it."""
    text = text_of("infra", "reference", "ny24.csv")
    first = next(line for line in text.splitlines() if ",group_weddings," in line)
    table_of_both = read(text + first.replace(",2,", ",3,") + "\n")
    rows = judged([row for row in table_of_both if row.system == "marriage"])
    weddings = [row for row in rows if row["metric_en"] == "group_weddings"]

    assert [row["equal"] for row in weddings] == [True, False]
    assert "不可能都相等" in weddings[1]["reason_zh"]


def test_the_totals_of_the_systems_are_those_of_the_whole():
    """Every row belongs to one system; the systems have names in Chinese."""
    systems, whole = by_system(compared()), totals(compared())

    assert sum(its["rows"] for its in systems.values()) == whole["rows"]
    assert sum(its["equal"] for its in systems.values()) == whole["equal"]
    assert systems.keys() == default_plan().manner("systems").keys()
