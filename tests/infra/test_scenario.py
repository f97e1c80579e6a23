"""The scenario: printed figures are led back to many small things that happened, never to themselves."""

import json
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from domain.activity_types import ActivityTypes
from domain.aggregates import figures
from domain.identifiers import resident_number
from domain.regions import Regions
from infra.scenario import BadTable, commands, compare, default_plan, read
from infra.scenario.scene import NoSuchRegion, references
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


def day_of(line):
    """The business day of a line."""
    return date.fromisoformat(line.get("occurred_on") or line["occurred_at"][:10])


def activity_entries():
    """Every activity entry in force as (type, day, place, {figure: amount in its unit})."""
    return books().entries


def mapped_rows(prefix):
    """The printed rows that are a figure whose key begins so, with the figure."""
    routes = [(row, default_plan().route(row).whole) for row in table()]
    return [(row, part.figure) for row, part in routes if part and part.figure.startswith(prefix)]


def changed(old, new, *beside):
    """The printed table with one thing changed: the rows of the systems that it touches, and of others beside them."""
    rows = read(text_of("infra", "reference", "ny24.csv").replace(old, new))
    touched = {row.system for row, before in zip(rows, table(), strict=True) if row != before}
    return [row for row in rows if row.system in touched.union(beside)]


def judged(rows):
    """The comparison for another table, from its own lines."""
    said = list(commands(rows, default_plan(), regions(), types()))
    return compare(rows, default_plan(), regions(), Books(said).ask)


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
    """The plan's figures are of the catalogue; one that is the row names it among its sources."""
    known, plan = figures(types().types), default_plan()

    for row in table():
        route = plan.route(row)
        assert {part.figure for part in route.parts} <= known.keys()
        assert not route.whole or row.source in known[route.whole.figure].sources, (route.figure, row.source)


def test_every_source_of_an_activity_type_is_a_printed_row():
    """A figure claims to compute only what a report prints."""
    printed = {row.source for row in table()}

    assert {source for measure in types().measures().values() for source in measure.sources} <= printed


def test_every_dimension_of_a_mapped_row_is_one_of_its_figure():
    """A row cannot be filtered by what its figure does not know."""
    known, plan = figures(types().types), default_plan()

    parts = [part for route in plan.routes.values() for part in route.parts]

    assert all(set(part.where) <= set(known[part.figure].dimensions) for part in parts)


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
    """Nothing is logged for a day outside the row's own period, or that of the year before where a decrease is printed."""
    plan = default_plan()
    before = {part.figure.split(".")[1] for r in plan.routes.values() for part in r.parts if part.back}
    for row, figure in mapped_rows("activity."):
        days = [day for _, day, _, amounts in activity_entries() if figure in amounts]
        days = [day for day in days if figure.split(".")[1] not in before or day.year == row.end.year]
        assert days, row.name
        assert row.first <= min(days), row.name
        assert max(days) <= row.end, row.name
    assert plan.manner("activity")["qingming_service"]["window"] == ["03-30", "04-06"]


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
    admitted = [line["args"] for line in lines() if line["command"] == "stay.admit"]
    stays = [args["person"]["$ref"] for args in admitted if "reception" not in args]  # who is transferred comes twice
    helped = [line["args"].get("person", line) for line in lines() if line["command"] == "rescue.receive"]

    assert len(names) == len(set(names)) >= 78 + 7 + 3 + 14 + 23 + 7
    assert len(people) == len(set(people)) > len(stays) == len(set(stays)) >= 520 + 120
    assert len({one.get("$ref") or one["id"] for one in helped}) == len(helped) >= 24


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
            assert regions().valid(line["args"]["region"], day_of(line))


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
    assert len(lines()) < 30_000
    assert len({line["id"] for line in lines()}) == len(lines())


def test_lines_travel_as_json():
    """A line is what `submit` reads: decimals print as written."""
    assert [json.loads(json.dumps(line)) for line in lines()] == list(lines())


def test_a_reference_points_to_an_earlier_line_that_was_recorded_earlier():
    """Nothing is recorded before what it names, in lists of payments too, or before the account that acts."""
    recorded, opened = {}, {}
    for line in lines():
        for named in references(line["args"]):
            assert recorded[named] < line["recorded_at"]
        assert opened.get(line.get("as"), "") < line["recorded_at"]
        assert "as" not in line or line["as"] in opened
        recorded[line["id"]] = line["recorded_at"]
        if line["command"] == "account.open":
            opened[line["args"]["login"]] = line["recorded_at"]


def test_recording_follows_the_business_day_and_never_runs_backwards():
    """Most entries are recorded within five days, a few late, none before the day or out of order."""
    moments = [datetime.fromisoformat(line["recorded_at"]) for line in lines()]
    delays = [
        moment.date() - day_of(line)
        for moment, line in zip(moments, lines(), strict=True)
        if "occurred_on" in line or "occurred_at" in line
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
    """For each full month in which a home was open it sent a nil report or told of what happened; one month is missing."""
    plan, kinds = default_plan(), set()
    for row in table():
        kinds |= set(plan.route(row).nil.get("kinds", ()))
    homes = {line["id"]: line for line in lines() if line["args"].get("kind") in kinds}
    told = {
        (line["args"]["facility"]["$ref"], line["args"].get("period") or line["occurred_at"][:7])
        for line in lines()
        if line["command"] in ("facility.report_nil", "incident.record")
    }
    owed = {
        (home, f"{year}-{month:02d}")
        for home, line in homes.items()
        for year, month in [(2023, 10), (2023, 11), (2023, 12), *((2024, m) for m in range(1, 13))]
        if line["occurred_on"] < f"{year}-{month:02d}-31"
    }

    assert kinds >= {"elderly_care_home", "child_welfare_institution"}
    assert told <= owed
    assert [month for _, month in owed - told] == ["2024-12"]


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
