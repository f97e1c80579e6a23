"""Lottery outlets: contracts, terminals, violations; postings of sales with the welfare fund in them."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.catalogue import sentence
from domain.outlets import outlet_of
from projections.folding import aggregate_of, history
from tests.domain.special_kinds import SHOP, a_contract, a_posting, a_renewal, a_violation
from tests.scene import BAYI, GONGBO, Scene, a_home, reference, say


@pytest.fixture
def shop(scene: Scene) -> Scene:
    """A lottery outlet that is registered."""
    return scene.given(SHOP)


@pytest.fixture
def outlet(shop: Scene) -> Scene:
    """One that has a contract, too."""
    return shop.given(a_contract())


def total(scene: Scene, figure: str, first: str = "2000-01-01", last: str = "2024-12-31", **dims: str) -> int:
    """A flow in a period, or a stock at its end: the sum over the rows of all streams."""
    found = 0
    for events in scene.streams().values():
        aggregate = aggregate_of(events)
        for row, _ in history(aggregate, events)[1].rows if aggregate else ():
            if row.figure == figure and first <= row.day.isoformat() <= last and dims.items() <= dict(row.dims).items():
                found += row.amount
    return found


# -- contracts ---------------------------------------------------------------------------------------


def test_a_contract_makes_the_one_stream_of_the_outlet(shop):
    """LT-07: found again by the facility alone; a second contract is a renewal."""
    outcome = shop.when(a_contract()).then_recorded("outlet.contracted").then_found()

    assert outcome.stream == outlet_of(shop.names["home"])
    assert (outcome.events[0].envelope.facility, outcome.events[0].region) == (shop.names["home"], BAYI)
    assert shop.state("$outlet").status == "contracted"
    refused = shop.when(a_contract("again", contract_no="D-9")).then_refused(
        "outlet.contracted_already", "facility", "已登记过"
    )
    assert refused.answer.stream == outcome.stream


def test_a_contract_is_of_an_outlet_and_ends_after_it_begins(shop):
    """facility.kind_unfit, field.invalid; one day is a term."""
    shop.given(a_home("other"))
    shop.when(a_contract(facility="$other")).then_refused("facility.kind_unfit", "facility")
    shop.when(a_contract(until="2023-12-31")).then_refused("field.invalid", "until", "止期早于起期")
    shop.when(a_contract(until="2024-01-01")).then_recorded()


def test_an_outlet_is_under_contract_from_the_first_day_to_the_last(outlet):
    """A contract runs out by itself; the renewal goes on without a gap."""
    assert [total(outlet, "outlet.contracted", last=day) for day in ("2023-12-31", "2024-01-01", "2024-12-31")] == [
        0,
        1,
        1,
    ]
    assert total(outlet, "outlet.contracted", last="2025-01-01") == 0
    outlet.when(a_renewal()).then_recorded("outlet.contract_renewed")
    assert [total(outlet, "outlet.contracted", last=day) for day in ("2025-01-01", "2025-12-31", "2026-01-01")] == [
        1,
        1,
        0,
    ]


def test_contracts_of_one_outlet_do_not_overlap(outlet):
    """outlet.contracts_overlap up to the last day of the one before, or the day before it was ended."""
    outlet.when(a_renewal(since="2024-12-31")).then_refused("outlet.contracts_overlap", None, "重叠")
    outlet.when(a_renewal(until="2024-01-01")).then_refused("field.invalid", "until")
    outlet.given(say("outlet.end_contract", outlet="$outlet", reason="moved", on="2024-05-10"))
    outlet.when(a_renewal(since="2024-05-09")).then_refused("outlet.contracts_overlap")
    outlet.when(a_renewal(since="2024-05-10")).then_recorded()
    assert outlet.state("$outlet").status == "contracted"


def test_an_ended_contract_counts_no_more_and_does_not_end_twice(outlet):
    """The day it ends is no day of it; terminals go back; outlet.not_in_force outside a term."""
    end = say("outlet.end_contract", outlet="$outlet", reason="violation", on="2024-05-10")
    outlet.given(say("outlet.install_terminal", outlet="$outlet", terminal_no="T-1", on="2024-01-02"))
    assert outlet.state("$outlet").status == "selling"
    outlet.when(end).then_recorded("outlet.contract_ended")
    assert [total(outlet, "outlet.contracted", last=day) for day in ("2024-05-09", "2024-05-10", "2025-06-01")] == [
        1,
        0,
        0,
    ]
    assert (outlet.state("$outlet").status, outlet.state("$outlet").terminal_count) == ("ended", 0)
    outlet.when(end).then_refused("outlet.not_in_force", None, "没有有效")


def test_a_signed_renewal_falls_with_the_contract_before_it(outlet):
    """Ending the agency ends what would have followed; a new contract may begin on the day of the end."""
    outlet.given(
        a_renewal("2024-11-01"), say("outlet.end_contract", outlet="$outlet", reason="closed", on="2024-12-01")
    )
    assert total(outlet, "outlet.contracted", last="2024-11-30") == 1
    assert [total(outlet, "outlet.contracted", last=day) for day in ("2024-12-01", "2025-06-01", "2026-06-01")] == [
        0
    ] * 3
    outlet.when(a_renewal("2024-12-01", since="2024-12-01", until="2024-12-31")).then_recorded()
    assert total(outlet, "outlet.contracted", last="2024-12-31") == 1


def test_a_terminal_stands_at_an_outlet_once(outlet):
    """outlet.terminal_installed_already."""
    one = say("outlet.install_terminal", outlet="$outlet", terminal_no="T-1", on="2024-01-02")
    outlet.when(one).then_recorded("outlet.terminal_installed")
    outlet.when(one).then_refused("outlet.terminal_installed_already", None, "已经登记")


def test_a_corrected_contract_moves_its_days_and_stays_at_its_outlet(outlet):
    """Its rows follow; another outlet is another contract."""
    outlet.given(a_home("other", kind="lottery_outlet", site_no="02"))
    outlet.correct("$outlet", args={"until": "2024-06-30"}).then_recorded()
    assert total(outlet, "outlet.contracted", last="2024-07-01") == 0
    outlet.correct("$outlet", 3, {"facility": outlet.names["other"]}).then_refused("entry.target_fixed", "facility")
    outlet.withdraw("$outlet", 3).then_recorded()
    assert total(outlet, "outlet.contracted") == 0
    outlet.when(a_contract()).then_recorded()


# -- violations --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(reference().lists["outlet_violations"]))
def test_a_violation_stands_until_it_is_put_right(outlet, kind):
    """Found by the rule that it breaks; corrected, it is no finding any more."""
    outlet.when(a_violation(kind, details="未核验年龄")).then_recorded("outlet.violation_found")
    rules = [breach.rule for breach in outlet.state("$outlet").findings()]
    assert rules in (["LT-07"], ["LT-08"], ["outlet.violation_open"])
    outlet.when(say("outlet.correct", outlet="$outlet", number=1, on="2024-03-20")).then_recorded().then_found()
    assert outlet.state("$outlet").open_violations == 0
    counted = [total(outlet, f"outlet.{what}", violation=kind) for what in ("violations", "corrected")]
    assert counted == [1, 1]


def test_violations_are_numbered_and_keep_their_numbers(outlet):
    """A corrected one keeps its number; a new one takes the next."""
    for kind in ("credit_sale", "signs_missing"):
        outlet.given(a_violation(kind))
    outlet.given(say("outlet.order_correction", outlet="$outlet", number=1, deadline="2024-03-15", on="2024-03-02"))
    outlet.correct("$outlet", 2, {"kind": "forced_sale"}).then_recorded()
    outlet.given(a_violation("other", on="2024-03-03"))

    found = {one.number: one.kind for one in outlet.state("$outlet").violations}
    assert found == {1: "forced_sale", 2: "signs_missing", 3: "other"}
    assert outlet.state("$outlet").violation(1).deadline == date(2024, 3, 15)


def test_an_order_to_correct_is_a_duty(outlet):
    """Its deadline is a clock, set anew by a later order, stopped by the correction; the outlet is putting right until then."""
    outlet.given(a_violation())
    for day, deadline in (("2024-03-02", "2024-03-15"), ("2024-03-10", "2024-03-31")):
        outlet.given(say("outlet.order_correction", outlet="$outlet", number=1, deadline=deadline, on=day))
    (duty,) = outlet.state("$outlet").duties()
    assert duty == ("outlet.correction", "2024-03-31T24:00", None, "1")
    assert outlet.state("$outlet").status == "rectifying"
    outlet.given(say("outlet.correct", outlet="$outlet", number=1, on="2024-04-01"))
    (duty,) = outlet.state("$outlet").duties()
    assert (duty.met_at, outlet.state("$outlet").status) == ("2024-04-01T24:00", "contracted")


def test_nothing_happens_to_a_violation_that_does_not_exist_or_was_put_right(outlet):
    """outlet.no_such_violation, outlet.corrected_already; a fine may follow the correction."""
    order = {"deadline": "2024-04-01"}
    for command, args in (("order_correction", order), ("fine", {"amount_fen": 2_000_00}), ("correct", {})):
        outlet.when(say(f"outlet.{command}", outlet="$outlet", number=1, on="2024-03-02", **args)).then_refused(
            "outlet.no_such_violation", None, "没有这一号"
        )
    outlet.given(a_violation(), say("outlet.correct", outlet="$outlet", number=1, on="2024-03-05"))
    for command, args in (("order_correction", order), ("correct", {})):
        outlet.when(say(f"outlet.{command}", outlet="$outlet", number=1, on="2024-03-06", **args)).then_refused(
            "outlet.corrected_already", None, "已经整改"
        )
    outlet.when(say("outlet.fine", outlet="$outlet", number=1, amount_fen=2_000_00, on="2024-03-06")).then_recorded()


@pytest.mark.parametrize(
    ("fen", "found"), [(2_000_00, []), (10_000_00, []), (1_999_99, ["LT-09"]), (10_000_01, ["LT-09"])]
)
def test_a_fine_lies_in_the_range_of_the_law(outlet, fen, found):
    """LT-09: 2,000 to 10,000 yuan; outside it a warning. The yuan are counted by the kind of violation."""
    outlet.given(a_violation())
    outlet.when(say("outlet.fine", outlet="$outlet", number=1, amount_fen=fen, on="2024-03-06")).then_found(
        "LT-08", *found
    )
    assert total(outlet, "outlet.fined", violation="sale_to_minor") == fen


def test_violations_are_told_without_details(outlet):
    """What was seen is sealed; the sentence has number and kind."""
    event = outlet.when(a_violation(details="向学生次仁售票")).events[0]
    assert sentence(event, reference()) == ("查出违规 1 号：向未成年人销售", "Violation 1: Sale to a minor")
    assert "次仁" not in outlet.text()
    assert outlet.vault.open(event.details) == "向学生次仁售票"


# -- postings ----------------------------------------------------------------------------------------


def test_sales_carry_the_fund_of_their_month(outlet):
    """LT-03, LT-05: 36 % of 100,000 yuan, half of it local, on the last day of the month."""
    event = outlet.when(a_posting()).then_recorded("outlet.sales_posted").then_found().events[0]

    assert (event.welfare_fen, event.local_fen) == (36_000_00, 18_000_00)
    for figure, fen in (("sales", 100_000_00), ("welfare_fund", 36_000_00), ("local_fund", 18_000_00)):
        assert total(outlet, f"outlet.{figure}", "2024-03-31", "2024-03-31", game="双色球") == fen
    assert sentence(event, reference()) == (
        "2024年3月 双色球销量入账",
        "Sales of Double Colour Ball posted for March 2024",
    )


def test_a_month_that_still_runs_counts_from_the_day_it_was_posted(outlet):
    """No row lies in the future; a month that has not begun is refused (outlet.month_not_begun)."""
    outlet.given(a_posting("2024-03-20"))
    assert total(outlet, "outlet.sales", "2024-03-20", "2024-03-20") == 100_000_00
    outlet.when(a_posting("2024-03-20", month="2024-04")).then_refused("outlet.month_not_begun", None, "晚于")
    for month in ("2024-13", "0000-01", "2024-3"):
        outlet.when(a_posting(month=month)).then_refused("field.invalid", "month")


def test_nothing_is_posted_twice(outlet):
    """outlet.posted_already for the same outlet, month and game; another game or month is free, and so is a withdrawn one."""
    outlet.given(a_posting())
    refused = outlet.when(a_posting("2024-04-03", amount_fen=5)).then_refused(
        "outlet.posted_already", "month", "已经入账"
    )
    assert refused.answer.stream == outlet.names["sale"]
    outlet.given(a_posting(called="instant", game="即开票"), a_posting(called="february", month="2024-02"))
    outlet.withdraw("$sale").then_recorded()
    outlet.when(a_posting(amount_fen=7)).then_recorded()
    assert total(outlet, "outlet.sales", game="双色球", first="2024-03-01", last="2024-03-31") == 7


def test_a_corrected_amount_corrects_the_fund(outlet):
    """The amount may change, what it is posted for may not (entry.target_fixed)."""
    outlet.given(a_posting())
    outlet.correct("$sale", args={"amount_fen": 50_000_00}).then_recorded()
    assert total(outlet, "outlet.welfare_fund") == 18_000_00
    for args in ({"game": "即开票"}, {"month": "2024-02"}):
        outlet.correct("$sale", 3, args).then_refused("entry.target_fixed", "month", "更正不能改")


def test_only_an_outlet_sells(shop):
    """facility.kind_unfit at a children's home; without a contract it is recorded with a warning."""
    shop.given(a_home("children", kind="child_welfare_institution"))
    shop.when(a_posting(facility="$children")).then_refused("facility.kind_unfit", "facility")
    shop.when(a_posting()).then_recorded().then_found("outlet.no_contract")
    shop.given(a_contract(since="2024-04-10"))
    shop.when(a_posting("2024-05-01", month="2024-04")).then_found()
    shop.when(a_posting("2024-05-01", month="2024-03", game="即开票")).then_found("outlet.no_contract")


def test_the_last_month_of_a_closed_outlet_is_posted_after_its_end(outlet):
    """A month in which it still stood; facility.terminated for one that began later."""
    outlet.given(say("facility.terminate", facility="$home", reason="停业", on="2024-03-15"))
    outlet.when(a_posting()).then_recorded()
    outlet.when(a_posting("2024-05-01", month="2024-04")).then_refused("facility.terminated", "facility")


def test_a_month_without_a_known_rate_has_no_fund(outlet):
    """outlet.no_rate, a warning that stands; the sales count."""
    outlet.when(a_posting(month="2020-12")).then_found("outlet.no_contract", "outlet.no_rate")
    assert (total(outlet, "outlet.sales"), total(outlet, "outlet.welfare_fund")) == (100_000_00, 0)


def test_unclaimed_prizes_go_to_the_fund(outlet):
    """LT-03: at a region, without sales; once for a month and game."""
    one = say("outlet.record_unclaimed", region=BAYI, month="2024-03", game="双色球", amount_fen=501, on="2024-06-03")
    event = outlet.when(one).then_recorded("outlet.prize_unclaimed").then_found().events[0]

    assert (event.envelope.region, event.local_fen) == (BAYI, 251)
    assert [total(outlet, f"outlet.{f}") for f in ("sales", "welfare_fund", "local_fund")] == [0, 501, 251]
    outlet.when(one).then_refused("outlet.posted_already", "month")
    outlet.when(say("outlet.record_unclaimed", **{**one.args, "region": GONGBO}, on="2024-06-03")).then_recorded()
    assert sentence(event, reference()) == (
        "2024年3月 双色球弃奖转入公益金",
        "Unclaimed prizes of Double Colour Ball for March 2024",
    )


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 60), st.none() | st.integers(0, 70)), max_size=4)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(spans=SPANS)
def test_the_stock_of_contracts_is_the_days_that_contracts_cover(tmp_path_factory, spans):
    """An outlet is counted on a day exactly when one contract, not ended before, covers it: 0 or 1, never 2."""
    scene = Scene.at(tmp_path_factory.mktemp("covered"))
    scene.given(SHOP)
    covered: Counter[date] = Counter()
    begin, made = date(2024, 1, 1), False
    for gap, length, ended in spans:
        since, until = begin + timedelta(days=gap), begin + timedelta(days=gap + length - 1)
        days = {"since": since.isoformat(), "until": until.isoformat()}
        signed = begin.isoformat()
        outcome = scene.when(a_renewal(min(signed, "2024-12-31"), **days) if made else a_contract(**days))
        if isinstance(outcome.answer, Exception):
            continue
        made, last = True, until
        begin = until + timedelta(days=1)
        if ended is not None and since + timedelta(days=ended) <= min(until, date(2024, 12, 31)):
            last = since + timedelta(days=ended - 1)
            scene.when("outlet.end_contract", (last + timedelta(days=1)).isoformat(), outlet="$outlet", reason="other")
        covered.update(since + timedelta(days=n) for n in range((last - since).days + 1))
    for n in range(0, 420, 3):
        day = date(2023, 12, 30) + timedelta(days=n)
        assert total(scene, "outlet.contracted", last=day.isoformat()) == covered[day]
    scene.close()
