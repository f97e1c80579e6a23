"""Printed persons, payments, yuan, rounds and sales come from as many commands: no entry carries what is printed."""

from collections import defaultdict
from decimal import Decimal

import pytest

from domain.values import Month
from infra.scenario import commands, compare, default_plan
from infra.scenario.contradictions import contradictions
from infra.scenario.lottery import mix, rates
from infra.scenario.scene import share_out
from tests.infra.test_scenario import books, changed, compared, judged, lines, regions, table, types
from tests.infra.test_scenario_books import Books

LARGE = 100
LOTTERY = ("lottery_outlet", "lottery_sales", "lottery_fund")


def said(command):
    """The arguments of every line of a command."""
    return [line["args"] for line in lines() if line["command"] == command]


def printed():
    """The printed numbers above 100."""
    return {row.value for row in table() if row.value > LARGE}


def row_of(rows, metric, qualifiers=""):
    """The comparison of one row."""
    names = {r.row: r.name for r in table()}
    return next(r for r in rows if r["metric_en"] == metric and qualifiers in names[r["row"]])


def test_no_list_fund_or_posting_has_the_size_of_a_printed_number():
    """Neither a payment nor a list of payments, a document, an allotment or a month's sales equals a printed number."""
    lists = said("batch.draw_up")
    sums = {Decimal(sum(line["amount_fen"] for line in args["lines"])) / 100 for args in lists}
    each = {Decimal(line["amount_fen"]) / 100 for args in lists for line in args["lines"]}
    given = {Decimal(args["amount_fen"]) / 100 for args in said("fund.appropriate") + said("fund.allot")}
    sold = {Decimal(args["amount_fen"]) / 100 for args in said("outlet.post_sales")}

    assert not (sums | each | given | sold) & printed()


def test_a_printed_number_of_payments_is_as_many_lines():
    """73,227 and 28,055 payments: a line each, in the months and counties in which they were made."""
    lines_of, places = defaultdict(int), defaultdict(set)
    for args in said("batch.draw_up"):
        lines_of[args["programme"]] += len(args["lines"])
        places[args["programme"]].add((args["period"], args["fund"]["$ref"]))

    assert lines_of["disability_living_allowance"] == 73227
    assert lines_of["disability_nursing_allowance"] == 28055
    assert lines_of["temporary_relief"] == 1398
    assert all(len(places[p]) >= 12 for p, count in lines_of.items() if count > 1000 and p not in ONCE)


ONCE = {"festival_relief", "one_off_subsidy"}


def test_nobody_stands_on_a_list_twice_and_amounts_differ():
    """A person is a line of a list once; people get different amounts."""
    for args in said("batch.draw_up"):
        people = [line["person"]["$ref"] for line in args["lines"]]
        assert len(people) == len(set(people))
        assert len(people) < 20 or len({line["amount_fen"] for line in args["lines"]}) > 3


def test_who_draws_up_a_list_does_not_approve_it():
    """Three hands: drawn up and paid by finance, approved by an approver."""
    drawn = {line["id"]: line["as"] for line in lines() if line["command"] == "batch.draw_up"}
    approved = [(line["args"]["batch"]["$ref"], line["as"]) for line in lines() if line["command"] == "batch.approve"]

    assert approved
    assert all(drawn[batch] != who for batch, who in approved)


def test_every_outlet_sells_in_every_month_something_else():
    """Sales come from outlets, months and games, no two alike for long; the welfare fund is said by nobody."""
    posted = said("outlet.post_sales")
    amounts = [args["amount_fen"] for args in posted]

    assert len({args["facility"]["$ref"] for args in posted}) == 78
    assert len({(a["facility"]["$ref"], a["month"], a["game"]) for a in posted}) == len(posted)
    assert len(set(amounts)) > len(amounts) * 9 // 10
    assert all(args.keys() == {"facility", "month", "game", "amount_fen"} for args in posted)
    assert not said("outlet.record_unclaimed")


@pytest.mark.parametrize("fund", [21_180_000_00, 18_500_000_00, 25_000_000_02])
def test_a_mix_of_games_makes_the_fund_to_the_fen(fund):
    """The rates of the games, applied to the mix, give the fund; the mix is all of the sales."""
    month = Month(2024, 9)
    mixed = mix(77_330_000, fund, default_plan().manner("lottery")["games"], month)

    assert sum(mixed.values()) == 77_330_000
    assert sum(yuan * rates().rate(game, month).welfare_bp for game, yuan in mixed.items()) == fund * 100


def test_a_fund_that_no_mix_can_make_is_not_faked():
    """More than 36 percent of the sales cannot be raised: the sales come out, the fund does not."""
    rows = judged(changed("lottery_fund_raised,,21180000,", "lottery_fund_raised,,41180000,", *LOTTERY))

    assert row_of(rows, "lottery_sales")["equal"]
    assert not row_of(rows, "lottery_fund_raised")["equal"]


def test_street_and_station_are_different_figures():
    """Nobody helped in the street is made from a reception, and the other way round."""
    helped = sum(args.get("street_aid", 0) for args in said("patrol.record"))

    assert (helped, len(said("patrol.record"))) == (289, 150)
    assert books().ask("rescue.received", region="540400", from_="2024-01-01", to="2024-10-31") == "24"
    assert max(args.get("persuaded", 0) for args in said("patrol.record")) < 479 / 5


def test_a_nought_without_its_nil_reports_is_not_equal():
    """With one nil report of the printed period missing, nothing proves that nothing happened."""
    rows = [row for row in table() if row.system in ("work_safety", "tekun")]
    its = list(commands(rows, default_plan(), regions(), types()))
    gone = next(line["id"] for line in its if line["args"].get("period") == "2024-05" and "subject" in line["args"])
    judged_with, judged_without = (
        compare(rows, default_plan(), regions(), Books([line for line in its if line["id"] != left_out]).ask)
        for left_out in (None, gone)
    )

    assert row_of(judged_with, "safety_incidents")["computed"] == "0"
    assert row_of(judged_without, "safety_incidents")["computed"] is None
    assert not row_of(judged_without, "safety_incidents")["equal"]


def test_growth_is_computed_from_the_sales_of_both_years():
    """Not typed anywhere: another printed growth leads to other sales of the year before."""
    rows = judged(changed("lottery_sales_yoy,,50,", "lottery_sales_yoy,,37,", *LOTTERY))
    row = row_of(rows, "lottery_sales_yoy")

    assert (row["computed"], row["equal"], row["by"]) == ("37", True, "own events")
    assert [part["filters"]["from"] for part in row["parts"]] == ["2024-01-01", "2023-01-01"]


def test_a_total_over_two_modes_follows_its_parts():
    """520 in homes and 585 at home are 1,105; another printed total is not reached."""
    rows = judged(changed("tekun_persons,mode=all,1105,", "tekun_persons,mode=all,1106,"))

    assert row_of(rows, "tekun_persons", "mode=all")["computed"] == "1105"
    assert not row_of(rows, "tekun_persons", "mode=all")["equal"]
    assert row_of(rows, "tekun_persons", "mode=dispersed")["equal"]


def test_contradictions_in_print_are_found_and_not_reproduced():
    """5,490 against 4,916: every row of that whole says so, none is equal; the urban half adds up and says nothing."""
    found = {printed.name: words for printed, words in contradictions(table()).items()}
    rural = [row for row in compared() if "4916" in row["reason_zh"]]

    assert len(found) == len(rural) == 5
    assert all("area=rural" in name for name in found)
    assert not any(row["equal"] for row in rural)
    assert "5490" in rural[0]["reason_zh"]
    assert "4916, but the whole is printed as 5490" in rural[0]["reason_en"]


def test_a_share_that_fits_too_many_small_parts_adds_up():
    """The last parts give or take what is left over, and none has a size to avoid."""
    parts = share_out(1000, [1, 2, 3, 4], frozenset({300, 401}))

    assert sum(parts) == 1000
    assert not {300, 401} & set(parts)
