"""The scenario: printed figures are led back to many small things that happened, never to themselves."""

import json
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

import pytest

from domain.activity_types import ActivityTypes
from domain.aggregates import figures
from domain.identifiers import resident_number
from domain.regions import Regions
from infra.scenario import BadTable, commands, compare, default_plan, read, totals
from infra.scenario.scene import NoSuchRegion
from tests.infra.test_scenario_books import Books

ROOT = Path(__file__).parents[2]
LARGE = 100
COUNTIES = {"巴宜区", "工布江达县", "墨脱县", "波密县", "察隅县", "朗县", "米林市"}


def text_of(*path):
    """The text of a file of the repository."""
    return ROOT.joinpath(*path).read_text(encoding="utf-8")


@cache
def regions():
    """The official list."""
    return Regions.parse(text_of("domain", "reference", "regions.csv"))


@cache
def types():
    """The shipped activity types."""
    return ActivityTypes.parse(text_of("domain", "reference", "activities.toml"))


@cache
def table():
    """The printed figures of the report."""
    return tuple(read(text_of("infra", "reference", "ny24.csv"), "NY24"))


@cache
def lines():
    """What the scenario says."""
    return tuple(commands(table(), default_plan(), regions(), types()))


@cache
def books():
    """The lines, counted apart from the product."""
    return Books(lines())


@cache
def compared():
    """The comparison with what the lines add up to."""
    return tuple(compare(table(), default_plan(), regions(), books().ask))


def activity_entries():
    """Every activity entry in force as (type, day, place, {figure: amount in its unit})."""
    return books().entries


def mapped_rows(prefix):
    """The printed rows whose figure begins so, with the figure."""
    plan = default_plan()
    return [(row, plan.route(row).figure) for row in table() if plan.route(row).figure.startswith(prefix)]


# -- the table and the plan ---------------------------------------------------------------------------


def test_the_repository_holds_the_printed_table_without_quotations():
    """All 212 printed figures of the report, none with the text of the report."""
    assert len(table()) == 212
    assert "quote" not in text_of("infra", "reference", "ny24.csv").splitlines()[0]


def test_every_printed_row_has_a_figure_or_a_reason():
    """No row is passed over in silence: it leads to a figure, or says in both languages why not."""
    plan = default_plan()

    for row in table():
        route = plan.route(row)
        zh, en = plan.reasons.get(route.reason, ("", ""))
        assert route.reason != "unmapped", row.name
        assert bool(route.figure) != bool(zh and en), row.name


def test_every_plan_line_names_a_row_of_the_table():
    """The plan holds nothing that no report prints."""
    assert set(default_plan().routes) == {row.name for row in table()}


def test_a_row_unknown_to_the_plan_is_honestly_unmapped():
    """A table of another report does not break; its row says that nothing is known yet."""
    stranger = read(text_of("infra", "reference", "ny24.csv").replace("staffing,", "weather,"))[0]

    assert compare([stranger], default_plan(), regions(), None)[0]["by"] == "not computed"


def test_every_mapped_figure_exists_and_says_that_it_computes_the_row():
    """The plan's figure is one of the catalogue, and names the row among its sources."""
    known, plan = figures(types().types), default_plan()

    for row in table():
        figure = plan.route(row).figure
        assert not figure or row.source in known[figure].sources, (figure, row.source)


def test_every_source_of_an_activity_type_is_a_printed_row():
    """A figure claims to compute only what a report prints."""
    printed = {row.source for row in table()}

    assert {source for measure in types().measures().values() for source in measure.sources} <= printed


def test_every_dimension_of_a_mapped_row_is_one_of_its_figure():
    """A row cannot be filtered by what its figure does not know."""
    known, plan = figures(types().types), default_plan()

    assert all(set(r.where) <= set(known[r.figure].dimensions) for r in plan.routes.values() if r.figure)


def test_a_table_without_its_columns_is_refused():
    """The message names what is missing."""
    with pytest.raises(BadTable, match="value"):
        read("report_code,region\nNY24,林芝市\n")


def test_a_value_that_is_no_number_is_refused_by_row():
    """A damaged line is named, not skipped."""
    with pytest.raises(BadTable, match="row 1"):
        read(text_of("infra", "reference", "ny24.csv").replace(",5,items,", ",five,items,", 1))


# -- no tautology -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("row", "figure"), mapped_rows("activity."), ids=lambda v: v if isinstance(v, str) else "")
def test_a_large_number_comes_from_many_entries_over_the_counties(row, figure):
    """Above 100: at least twelve dated entries, at least five counties, and more than one week or month of the year."""
    found = [(day, place) for _, day, place, amounts in activity_entries() if amounts.get(figure)]
    if row.value > LARGE:
        assert len(found) >= 12
        assert len({place for _, place in found}) >= 5
        assert len({day for day, _ in found}) >= 7


def test_no_entry_carries_a_printed_total():
    """No quantity and no amount of any entry equals a printed number above 100."""
    printed = {row.value for row in table() if row.value > LARGE}
    said = [line["args"] for line in lines() if line["command"] == "activity.log"]
    numbers = {Decimal(str(n)) for args in said for n in args["quantities"].values()}
    money = {Decimal(args["amount_fen"]) / 100 for args in said if "amount_fen" in args}

    assert not (numbers | money) & printed


@pytest.mark.parametrize(("row", "figure"), mapped_rows("activity."), ids=lambda v: v if isinstance(v, str) else "")
def test_no_entry_has_more_than_a_fifth_of_a_large_number(row, figure):
    """A large number is not one entry with crumbs beside it."""
    largest = max((amounts.get(figure, 0) for _, _, _, amounts in activity_entries()), default=0)

    assert row.value <= LARGE or largest <= row.value / 5


def test_entries_are_dated_within_the_printed_period():
    """Nothing is logged for a day outside the row's own period."""
    plan = default_plan()
    for row, figure in mapped_rows("activity."):
        days = [day for _, day, _, amounts in activity_entries() if figure in amounts]
        assert days, row.name
        assert row.first <= min(days), row.name
        assert max(days) <= row.end, row.name
    assert plan.activity["qingming_service"]["window"] == ["03-30", "04-06"]


def test_a_printed_nought_is_said_month_by_month():
    """Nought is the sum of at least twelve entries that say nought, never the absence of entries."""
    for row, figure in mapped_rows("activity."):
        if row.value == 0:
            said = [day for _, day, _, amounts in activity_entries() if figure in amounts]
            assert len({day.month for day in said}) >= min(10, row.end.month), figure
            assert len(said) >= 12, figure


def test_members_are_made_one_by_one():
    """A number of facilities or people is as many registrations, each of one thing with a name of its own."""
    names = [line["args"]["name"] for line in lines() if line["command"] == "facility.register"]
    people = [line["args"]["document_number"] for line in lines() if line["command"] == "person.register"]
    stays = [line["args"]["person"]["$ref"] for line in lines() if line["command"] == "stay.admit"]

    assert len(names) == len(set(names)) >= 78 + 7 + 3 + 14 + 23 + 7
    assert len(people) == len(set(people)) == len(stays) == len(set(stays)) >= 520 + 120


def test_nobody_in_it_exists():
    """Every document number is well formed, synthetic, and agrees with the sex and the birth date."""
    for line in lines():
        if line["command"] == "person.register":
            args = line["args"]
            number = resident_number(args["document_number"])
            assert number.synthetic
            assert (number.sex, number.born.isoformat()) == (args["sex"], args["birth_date"])


def test_counties_are_found_by_name_and_date_and_none_is_typed():
    """The seven counties come from the official list; neither plan nor code holds a region code or a county name."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "infra" / "scenario").iterdir() if path.is_file()]
    used = {line["args"]["region"] for line in lines() if "region" in line["args"]}

    assert not any(word in source for source in sources for word in (*COUNTIES, "5404"))
    assert {regions().name(code, date(2024, 12, 31)) for code in used} == COUNTIES | {"林芝市"}


def test_regions_are_valid_on_the_day_of_the_entry():
    """A code stands only on days on which it was in use."""
    for line in lines():
        if "region" in line["args"]:
            assert regions().valid(line["args"]["region"], date.fromisoformat(line["occurred_on"]))


def test_a_region_that_does_not_exist_is_named():
    """The official list decides."""
    strange = read(text_of("infra", "reference", "ny24.csv").replace("林芝市", "无此市"))

    with pytest.raises(NoSuchRegion, match="无此市"):
        list(commands(strange, default_plan(), regions(), types()))


# -- the lines ----------------------------------------------------------------------------------------


def test_the_same_table_gives_the_same_lines():
    """Identifiers, days, names and recording times are drawn the same in every run."""
    assert tuple(commands(table(), default_plan(), regions(), types())) == lines()


def test_lines_are_of_bearable_number_and_have_identifiers_of_their_own():
    """The demonstration loads in minutes; no two lines are one entry."""
    assert len(lines()) < 6000
    assert len({line["id"] for line in lines()}) == len(lines())


def test_lines_travel_as_json():
    """A line is what `submit` reads: decimals print as written."""
    assert [json.loads(json.dumps(line)) for line in lines()] == list(lines())


def test_a_reference_points_to_an_earlier_line_that_was_recorded_earlier():
    """Nothing is recorded before what it names."""
    recorded = {}
    for line in lines():
        for value in line["args"].values():
            if isinstance(value, dict) and "$ref" in value:
                assert recorded[value["$ref"]] < line["recorded_at"]
        recorded[line["id"]] = line["recorded_at"]


def test_recording_follows_the_business_day_and_never_runs_backwards():
    """Most entries are recorded within five days, a few late, none before the day or out of order."""
    moments = [datetime.fromisoformat(line["recorded_at"]) for line in lines()]
    delays = [
        moment.date() - date.fromisoformat(line["occurred_on"])
        for moment, line in zip(moments, lines(), strict=True)
        if "occurred_on" in line
    ]
    late = sum(delay > timedelta(days=6) for delay in delays)

    assert moments == sorted(moments)
    assert min(delays) >= timedelta(0)
    assert 0 < late < len(delays) / 20


def test_nothing_is_recorded_in_the_future():
    """With a clock, the recording stops at it."""
    now = datetime.fromisoformat("2024-12-31T23:00:00+08:00")
    recorded = [line["recorded_at"] for line in commands(table(), default_plan(), regions(), types(), now)]

    assert max(datetime.fromisoformat(moment) for moment in recorded) == now


def test_the_demonstration_shows_breaches_and_corrections():
    """A few admissions lack an agreement or a contact, one entry is withdrawn, one corrected, one home over-full."""
    admitted = [line["args"] for line in lines() if line["command"] == "stay.admit"]
    said = [line["command"] for line in lines()]
    beds = {
        line["args"]["facility"]["$ref"]: line["args"]["beds"]
        for line in lines()
        if line["command"] == "facility.license_beds"
    }
    people = defaultdict(int)
    for args in admitted:
        people[args["facility"]["$ref"]] += 1

    assert 0 < sum("contact" not in args for args in admitted) < len(admitted) / 10
    assert said.count("entry.withdraw") == said.count("entry.correct") == 1
    assert sum(people[home] > beds[home] for home in beds) == 1


def test_zero_incidents_are_reported_by_every_home_every_month():
    """A nil report stands for each full month in which the home was open (零报告)."""
    nil = [line["args"] for line in lines() if line["command"] == "facility.report_nil"]

    assert {args["subject"] for args in nil} == {"incidents"}
    assert len(nil) == 7 * 10 + 6


def test_every_entry_says_quantities_that_its_type_knows():
    """No entry is empty, and money never stands among the quantities."""
    for line in lines():
        if line["command"] == "activity.log":
            known = types().types[line["args"]["type"]].quantities
            assert line["args"]["quantities"]
            assert set(line["args"]["quantities"]) <= set(known)


def test_every_entry_lies_in_the_validity_of_its_type():
    """Work is logged only while its type is valid."""
    for line in lines():
        if line["command"] == "activity.log":
            assert types().types[line["args"]["type"]].valid_on(date.fromisoformat(line["occurred_on"]))


# -- the comparison -----------------------------------------------------------------------------------


def test_most_of_the_report_is_reached():
    """At least 80 rows are equal to the last digit, at least 12 of them by own events."""
    count = totals(compared())

    assert count["rows"] == 212
    assert count["equal"] >= 80
    assert count["own events"]["equal"] >= 12
    assert count["not computed"]["equal"] == 0


@pytest.mark.parametrize("row", [row for row in compared() if row["figure"]], ids=lambda row: row["figure"])
def test_a_mapped_row_is_equal(row):
    """What the lines add up to, counted apart from the product, is what is printed."""
    assert Decimal(row["computed"]) == Decimal(row["printed"])
    assert row["equal"]


def test_rows_that_are_not_computed_say_why_in_both_languages():
    """No reason is missing, and nothing not computed is called equal."""
    for row in compared():
        if row["by"] == "not computed":
            assert row["reason_zh"]
            assert row["reason_en"]
            assert row["computed"] is None


def changed(old, new):
    """The printed table with one thing changed."""
    return read(text_of("infra", "reference", "ny24.csv").replace(old, new))


def judged(rows):
    """The comparison for another table, from its own lines."""
    said = list(commands(rows, default_plan(), regions(), types()))
    return compare(rows, default_plan(), regions(), Books(said).ask)


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
        if plan.route(row).by == "activity":
            drawn.setdefault(row.name, Decimal(int(row.value * chance.choice((0, 1, 2, 3)) / 2) + chance.randrange(3)))
            rows.append(replace(row, value=drawn[row.name]))
    said = list(commands(rows, plan, regions(), types()))
    numbers = {Decimal(str(n)) for line in said for n in line["args"].get("quantities", {}).values()}

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
    rows = judged(read(text + first.replace(",2,", ",3,") + "\n"))
    weddings = [row for row in rows if row["metric_en"] == "group_weddings"]

    assert [row["equal"] for row in weddings] == [True, False]
    assert "不可能都相等" in weddings[1]["reason_zh"]
