"""Funds: appropriated, allotted, received, withdrawn, carried over, lapsed; nothing is given twice, nothing is lost."""

import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.catalogue import sentence
from domain.model import Refused
from tests.domain.money import (
    FUNDED,
    LINZHI,
    QIAN,
    REASON,
    ZHAO,
    a_batch,
    a_fund,
    a_payment,
    an_allotment,
    an_approval,
    people,
    rows,
    total,
)
from tests.scene import BAYI, GONGBO, LHASA, Scene, a_home, reference, say


@pytest.fixture
def funded(scene: Scene) -> Scene:
    """A million yuan for Linzhi, 300,000.50 of it allotted to Bayi."""
    return scene.given(*FUNDED)


def withdrawal(fund: str = "$part", fen: int = 100, on: str = "2024-02-20"):
    """Money is taken back."""
    return say("fund.withdraw", fund=fund, amount_fen=fen, reason=REASON, on=on)


def lapse(fund: str = "$part", fen: int = 100, on: str = "2024-12-20"):
    """Money goes back to the treasury."""
    return say("fund.lapse", fund=fund, amount_fen=fen, reason=REASON, on=on)


# -- where money comes from ---------------------------------------------------------------------------


def test_an_appropriation_is_a_fund_with_all_of_it_left(scene):
    """What arrived already is received; the document number stands as it is printed."""
    said = a_fund(document_no="藏财社指[2024]12号", received_fen=400_000_00)
    scene.when(said).then_recorded("fund.appropriated").then_found()

    fund = scene.state("$fund")
    assert (fund.balance_fen, fund.received_fen, fund.document_no) == (1_000_000_00, 400_000_00, "藏财社指〔2024〕12号")
    assert total(scene, "fund.appropriated", at=LINZHI, source="central_lottery_fund") == 1_000_000_00
    assert total(scene, "fund.received") == 400_000_00
    assert total(scene, "fund.balance", "2024-01-31") == 0
    assert total(scene, "fund.balance", programme="elderly_care") == 1_000_000_00


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("林民（2024）3号", "林民〔2024〕3号"),
        ("林民(2024)3号", "林民〔2024〕3号"),
        ("林民【2024】3号", "林民〔2024〕3号"),
        ("林民（办）〔2024〕3号", "林民（办）〔2024〕3号"),
        ("无文号", "无文号"),
    ],
)
def test_the_brackets_of_a_document_number_are_put_right(scene, typed, kept):
    """Around the year only; what is no document number is recorded and found (rules 12.4)."""
    outcome = scene.when(a_fund(document_no=typed)).then_recorded()
    outcome.then_found(*(["fund.document_no"] if kept == "无文号" else []))
    assert scene.state("$fund").document_no == kept


@pytest.mark.parametrize(
    ("more", "rule", "field"),
    [
        ({"amount_fen": -5}, "field.invalid", "amount_fen"),
        ({"amount_fen": 0}, "field.invalid", "amount_fen"),
        ({"source": "lottery"}, "field.invalid", "source"),
        ({"programme": "x"}, "field.invalid", "programme"),
        ({"year": 2101}, "field.invalid", "year"),
        ({"region": "999999"}, "reference.unknown", "region"),
        ({"received_fen": 1_000_000_01}, "fund.received_more", None),
    ],
)
def test_an_appropriation_that_cannot_be_is_refused(scene, more, rule, field):
    """No negative money, no unknown purse, no more received than given."""
    scene.when(a_fund(**more)).then_refused(rule, field)


def test_no_more_arrives_than_was_given(funded):
    """fund.received_more; up to the amount everything is received."""
    receive = say("fund.receive", fund="$part", amount_fen=300_000_00, on="2024-02-20")
    funded.when(receive).then_recorded("fund.received")
    funded.when(receive).then_refused("fund.received_more", None, "到账")
    funded.when(say("fund.receive", fund="$part", amount_fen=50, on="2024-02-21")).then_recorded()
    assert funded.state("$part").received_fen == 300_000_50
    assert total(funded, "fund.received", at=BAYI) == 300_000_50


# -- allotments ---------------------------------------------------------------------------------------


def test_an_allotment_is_a_fund_of_its_own_and_leaves_less_above(scene):
    """Two events: the new fund takes purse, purpose, year and clock from the giver; the guard takes the money."""
    scene.given(a_fund())
    scene.when(an_allotment()).then_recorded("fund.allotted", "fund.allotment_given").then_found()

    above, below = scene.state("$fund"), scene.state("$part")
    assert (above.balance_fen, above.allotted_fen, below.balance_fen) == (699_999_50, 300_000_50, 300_000_50)
    assert (below.parent, below.region, below.facility) == (scene.names["fund"], BAYI, None)
    assert (below.source, below.programme, below.year) == (above.source, above.programme, above.year)
    assert total(scene, "fund.allotted", at=BAYI) == 300_000_50
    assert total(scene, "fund.allotted", at=LINZHI) == 0
    assert [total(scene, "fund.balance", at=one) for one in (LINZHI, BAYI)] == [699_999_50, 300_000_50]
    assert total(scene, "fund.balance", "2024-02-09", at=LINZHI) == 1_000_000_00


def test_a_facility_receives_money_where_it_stands(scene):
    """Its rows stand at the facility, the region is filled in; what lies in a facility can be allotted on."""
    scene.given(a_fund(), a_home())
    event = scene.when(an_allotment(to_region=None, to_facility="$home")).then_recorded().then_found().events[0]
    home = scene.names["home"]
    assert (event.envelope.facility, event.region, scene.state("$part").facility) == (home, BAYI, home)
    assert total(scene, "fund.allotted", at=home) == 300_000_50
    assert total(scene, "fund.balance", at=home) == 300_000_50


def test_a_receiver_is_one_region_or_one_facility_that_stands(scene):
    """field.missing, field.invalid; a facility that was not registered yet receives nothing."""
    scene.given(a_fund(), a_home(on="2024-02-15"))
    scene.when(an_allotment(to_region=None)).then_refused("field.missing", "to_region")
    scene.when(an_allotment(to_facility="$home")).then_refused("field.invalid", "to_region")
    scene.when(an_allotment(to_region=None, to_facility="$home")).then_refused("facility.not_registered", "to_facility")
    scene.when(an_allotment(fund="nothing")).then_refused("reference.unknown", "fund")
    scene.when(an_allotment(on="2024-01-31")).then_refused("entry.before_start", "fund")


def test_money_given_outside_the_givers_region_is_found(scene):
    """fund.outside_region: recorded all the same; a region lies in itself."""
    scene.given(a_fund(), an_allotment("same", to_region=LINZHI, amount_fen=1))
    assert scene.receipts["same"].breaches == ()
    scene.when(an_allotment(to_region=LHASA, amount_fen=1)).then_recorded().then_found("fund.outside_region")


def test_no_more_is_allotted_than_is_left(funded):
    """fund.exceeded, to the fen; an allotment of an allotment is measured against it."""
    funded.when(an_allotment("more", amount_fen=699_999_51)).then_refused("fund.exceeded", None, "结余")
    funded.when(an_allotment("more", amount_fen=699_999_50)).then_recorded()
    funded.when(an_allotment("below", fund="$part", amount_fen=300_000_51)).then_refused("fund.exceeded")
    funded.when(an_allotment("below", fund="$part", amount_fen=300_000_50)).then_recorded()
    assert funded.state("$fund").emptied_at == "2024-02-10T24:00"


def test_a_late_allotment_cannot_take_what_was_given_later(funded):
    """Children never exceed the parent at any business moment: the later allotment is named."""
    funded.given(an_allotment("second", on="2024-03-01", amount_fen=600_000_00))
    funded.when(an_allotment("late", on="2024-02-15", amount_fen=100_000_00)).then_refused(
        "entry.in_use", None, "2024-03-01"
    )
    funded.when(an_allotment("late", on="2024-02-15", amount_fen=99_999_50)).then_recorded()


def test_an_allotment_is_corrected_in_both_streams_or_not_at_all(funded):
    """A new amount reaches the giver; one that is above it, or below what was used of it, is refused."""
    part = funded.names["part"]
    funded.given(a_fund("other", region=LINZHI, amount_fen=100))
    funded.correct(part, 1, {"amount_fen": 200_000_00, "to_region": GONGBO}).then_recorded()
    assert (funded.state("$fund").balance_fen, funded.state("$part").region) == (800_000_00, GONGBO)
    funded.given(an_allotment("below", fund="$part", on="2024-03-01", amount_fen=150_000_00))
    version = funded.events("$part")[-2].originator_version
    assert funded.events("$part")[-2].topic == "fund.allotted"
    funded.correct(part, version, {"amount_fen": 149_999_99}).then_refused("entry.in_use", None, "2024-03-01")
    funded.correct(part, version, {"amount_fen": 1_000_000_01}).then_refused("fund.exceeded")
    funded.correct(part, version, {"fund": funded.names["other"]}).then_refused("fund.exceeded")


def test_money_does_not_come_from_itself(funded):
    """fund.circle: a correction cannot hang a fund under what it gave."""
    funded.given(an_allotment("below", fund="$part", to_region=BAYI))
    funded.correct(funded.names["part"], 1, {"fund": funded.names["below"]}).then_refused("fund.circle", "fund")


def test_an_allotment_from_which_something_was_taken_back_keeps_its_giver(funded):
    """entry.in_use: what came back is with the fund that had given it."""
    funded.given(a_fund("other"), withdrawal())
    funded.correct(funded.names["part"], 1, {"fund": funded.names["other"]}).then_refused("entry.in_use", None, "收回")
    taken = funded.events("$part")[-1]
    funded.withdraw(taken.originator_id, taken.originator_version)
    funded.correct(funded.names["part"], 1, {"fund": funded.names["other"]}).then_recorded()
    assert (funded.state("$fund").allotted_fen, funded.state("$other").allotted_fen) == (0, 300_000_50)


def test_an_allotment_that_was_used_cannot_be_withdrawn(funded):
    """entry.in_use; unused, its money is above again."""
    funded.given(an_allotment("below", fund="$part", on="2024-03-01"))
    funded.withdraw(funded.names["part"]).then_refused("entry.in_use")
    funded.withdraw(funded.names["below"]).then_recorded()
    funded.withdraw(funded.names["part"]).then_recorded()
    assert funded.state("$fund").balance_fen == 1_000_000_00
    assert total(funded, "fund.allotted") == 0


def test_what_hangs_on_a_corrected_appropriation_follows_it(funded):
    """Purse, purpose, year and clock of allotments, of theirs, and of their batches."""
    funded.given(an_allotment("below", fund="$part", on="2024-03-01", amount_fen=5000_00), *people("p1"))
    funded.given(a_batch("$p1", fund="$below"))
    funded.correct(
        funded.names["fund"], 1, {"source": "donation", "programme": "retrofit", "year": 2023}
    ).then_recorded()
    for name in ("$fund", "$part", "$below"):
        fund = funded.state(name)
        assert (fund.source, fund.programme, fund.year) == ("donation", "retrofit", 2023)
        assert fund.due_at == "2024-12-31T24:00"
    batch = funded.state("$batch")
    assert (batch.source, batch.fund_programme, batch.programme) == ("donation", "retrofit", "elderly_care")
    assert [b.rule for b in batch.findings()] == ["batch.programme_differs"]
    assert total(funded, "fund.allotted", source="donation") == 305_000_50


def test_a_batch_follows_its_fund_to_another_place(funded):
    """The batches of a fund lie where it lies, those of an allotment of it do not."""
    funded.given(an_allotment("below", fund="$part", on="2024-03-01", amount_fen=5000_00), *people("p1"))
    funded.given(a_batch("$p1"), a_batch("$p1", called="other", fund="$below", period="2024-04"))
    funded.correct(funded.names["part"], 1, {"to_region": GONGBO}).then_recorded()
    assert (funded.state("$batch").region, funded.state("$other").region) == (GONGBO, BAYI)
    again = next(e for e in reversed(funded.events("$batch")) if e.topic == "batch.drawn_up")
    assert again.envelope.region == GONGBO


# -- what becomes of it -------------------------------------------------------------------------------


def test_withdrawn_money_is_with_the_giver_again(funded):
    """Two events for an allotment, one for an appropriation, whose giver is outside; never more than is left."""
    funded.when(withdrawal(fen=100_000_50)).then_recorded("fund.withdrawn", "fund.allotment_taken_back")
    assert (funded.state("$part").balance_fen, funded.state("$fund").balance_fen) == (200_000_00, 800_000_00)
    assert total(funded, "fund.withdrawn", at=BAYI) == 100_000_50
    funded.when(withdrawal(fen=200_000_01)).then_refused("fund.exceeded")
    funded.when(withdrawal("$fund", 800_000_00)).then_recorded("fund.withdrawn")
    assert total(funded, "fund.balance") == 200_000_00


def test_money_that_came_back_and_was_given_again_cannot_be_taken_away_from_the_past(funded):
    """entry.in_use: the withdrawal stands under a later allotment."""
    funded.given(withdrawal(fen=300_000_50), an_allotment("again", on="2024-03-01", amount_fen=1_000_000_00))
    taken = next(e for e in funded.events("$part") if e.topic == "fund.withdrawn")
    funded.withdraw(taken.originator_id, taken.originator_version).then_refused("entry.in_use")


def test_money_is_carried_over_into_later_years_only(funded):
    """fund.carried_back; the balance and the clock of two years stay; no more than is left."""
    carry = say("fund.carry_over", fund="$part", year=2025, amount_fen=300_000_50, on="2024-12-20")
    funded.when(carry).then_recorded("fund.carried_over")
    funded.when(carry).then_refused("fund.carried_back", None, "年度")
    funded.when(say("fund.carry_over", fund="$part", year=2024, amount_fen=1, on="2024-12-19")).then_refused(
        "fund.carried_back"
    )
    funded.when(say("fund.carry_over", fund="$part", year=2026, amount_fen=300_000_51, on="2024-12-20")).then_refused(
        "fund.exceeded"
    )
    funded.when(say("fund.carry_over", fund="$part", year=2101, amount_fen=1, on="2024-12-20")).then_refused(
        "field.invalid", "year"
    )
    assert total(funded, "fund.carried_over", at=BAYI) == 300_000_50
    assert funded.state("$part").balance_fen == 300_000_50


def test_lapsed_money_is_gone(funded):
    """It reduces the balance, and no more of it than is left."""
    funded.when(lapse(fen=300_000_50)).then_recorded("fund.lapsed")
    funded.when(lapse(fen=1)).then_refused("fund.exceeded")
    assert total(funded, "fund.lapsed", at=BAYI) == 300_000_50
    assert total(funded, "fund.balance", at=BAYI) == 0


def test_money_is_to_be_used_up_within_two_years(funded):
    """BP-03: due at the end of the year after its own, met at the moment at which nothing is left."""
    (duty,) = funded.state("$part").duties()
    assert (duty.rule, duty.due_at, duty.met_at) == ("fund.two_year", "2025-12-31T24:00", None)
    funded.given(lapse(fen=300_000_50))
    (duty,) = funded.state("$part").duties()
    assert duty.met_at == "2024-12-20T24:00"
    lapsed = funded.events("$part")[-1]
    funded.withdraw(lapsed.originator_id, lapsed.originator_version).then_recorded()
    assert next(iter(funded.state("$part").duties())).met_at is None


def test_only_finance_officers_of_the_place_move_money(scene):
    """An approver does not, nor a finance officer of another county; whoever reaches the giver withdraws."""
    above = scene.login("zhao.finance", "finance_officer", region=LINZHI)
    below = scene.login("he.finance", "finance_officer", region=BAYI)
    approver = scene.login("qian.approver", "approver", region=LINZHI)
    for actor in (approver, below):
        scene.when(say("fund.appropriate", a_fund().on, by=actor, **a_fund().args)).then_refused("command.not_allowed")
    scene.given(say("fund.appropriate", a_fund().on, called="fund", by=above, **a_fund().args))
    scene.given(say("fund.allot", "2024-02-10", called="part", by=above, **an_allotment().args))
    take = {"fund": "$part", "amount_fen": 1, "reason": REASON}
    scene.when(say("fund.withdraw", "2024-02-20", by=below, **take)).then_refused("command.not_allowed")
    scene.when(say("fund.withdraw", "2024-02-20", by=above, **take)).then_recorded()
    scene.when(say("fund.receive", "2024-02-20", by=below, fund="$part", amount_fen=1)).then_recorded()


def test_what_happened_to_money_is_told_in_yuan(funded):
    """Every event in both languages, amounts in yuan, places and purses by name."""
    funded.given(withdrawal(fen=150), lapse(fen=250))
    told = {e.topic: sentence(e, reference()) for e in funded.log.read(0, 100)}
    assert told["fund.appropriated"][0] == (
        "拨入中央福彩公益金 1,000,000 元，用于养老服务（2024 年，藏财社指〔2024〕12号）"
    )
    assert told["fund.allotted"][1] == "300,000.50 yuan allotted for Elderly care, 林民〔2024〕3号"
    assert told["fund.withdrawn"][0] == "收回 1.50 元：资金调整"
    assert told["fund.allotment_taken_back"][1] == "1.50 yuan taken back"
    assert told["fund.lapsed"][1] == "2.50 yuan given back to the treasury: 资金调整"


# -- nothing is lost ----------------------------------------------------------------------------------

STEP = st.tuples(
    st.sampled_from(
        ["allot"] * 4
        + ["withdraw", "lapse", "carry"]
        + ["pay"] * 4
        + ["return"] * 2
        + ["take", "take", "correct", "correct"]
    ),
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(1, 60),
    st.integers(0, 27),
)


def play(scene: Scene, step: tuple[str, int, int, int, int], funds: list[str], batches: list[str]) -> None:
    """One drawn command; whether it is refused is up to the rules."""
    what, a, b, fen, day = step
    on = date(2024, 3, 1 + day).isoformat()
    fund = funds[a % len(funds)]
    if what == "allot":
        said = an_allotment(f"f{len(funds)}", on, fund=fund, amount_fen=fen)
    elif what in ("withdraw", "lapse"):
        said = {"withdraw": withdrawal, "lapse": lapse}[what](fund, fen, on)
    elif what == "carry":
        said = say("fund.carry_over", on, fund=fund, year=2025, amount_fen=fen)
    elif what == "pay":
        pay(scene, on, fund, fen, batches)
        return
    elif what == "return" and batches:
        said = say("batch.return_line", on, batch=batches[b % len(batches)], person="$p1", reason="x", by=ZHAO)
    else:
        amend(scene, step, on)
        return
    if not isinstance(scene.when(said).answer, Refused) and what == "allot":
        funds.append(scene.names[said.name])


def pay(scene: Scene, on: str, fund: str, fen: int, batches: list[str]) -> None:
    """A batch from its list to its payment, as far as it comes."""
    drawn = scene.when(a_batch("$p1", "$p2", fund=fund, fen=fen, on=on, called="batch"))
    if isinstance(drawn.answer, Refused):
        return
    scene.given(an_approval(on, by=QIAN))
    if not isinstance(scene.when(a_payment(on)).answer, Refused):
        batches.append(drawn.stream)


def amend(scene: Scene, step: tuple[str, int, int, int, int], on: str) -> None:
    """Any entry of money is withdrawn, or corrected in its amount or day."""
    what, a, b, fen, _ = step
    entries = [e for e in scene.log.read(0, 10_000) if e.topic.split(".")[0] in ("fund", "batch")]
    chosen = entries[(a * 10 + b) % len(entries)]
    stream, version = chosen.originator_id, chosen.originator_version
    if what == "take":
        scene.withdraw(stream, version)
    elif b == 8 and chosen.envelope.command == "fund.allot":
        givers = [stream for stream, its in scene.streams().items() if its[0].topic.startswith("fund.")]
        scene.correct(stream, version, {"fund": givers[fen % len(givers)]})
    elif b % 2 and chosen.envelope.command in ("fund.allot", "fund.withdraw", "fund.lapse", "fund.appropriate"):
        scene.correct(stream, version, {"amount_fen": fen * 3})
    else:
        scene.correct(stream, version, occurred_on=on)


def conserved(scene: Scene) -> None:
    """Every fund keeps its balance, and the tree its sum, in states and in figures, at the end of every day."""
    tree = [scene.state(s) for s, its in scene.streams().items() if its[0].topic.startswith("fund.")]
    tree = [fund for fund in tree if fund is not None]
    for fund in tree:
        below = sum(f.amount_fen - f.withdrawn_fen for f in tree if f.parent == fund.id)
        gone = fund.paid_fen - fund.returned_fen + fund.lapsed_fen + fund.withdrawn_fen
        assert fund.allotted_fen == below
        assert fund.amount_fen == below + gone + fund.balance_fen
    roots, found = {fund.id for fund in tree if fund.parent is None}, rows(scene)
    for day in {row.day for row in found}:
        until = [row for row in found if row.day <= day]
        flow = Counter()
        for row in until:
            flow[row.figure] += row.amount
        given_back = sum(row.amount for row in until if row.figure == "fund.withdrawn" and row.member in roots)
        used = flow["fund.paid"] - flow["fund.returned"] + flow["fund.lapsed"] + given_back
        assert flow["fund.appropriated"] == used + flow["fund.balance"]
        for fund in tree:
            assert sum(row.amount for row in until if (row.figure, row.member) == ("fund.balance", fund.id)) >= 0


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(STEP, min_size=8, max_size=26))
def test_money_is_conserved_over_any_history(steps):
    """Given: whatever is allotted, paid, returned, withdrawn, corrected. Then: appropriated = paid - returned + lapsed + withdrawn + left."""
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene.at(Path(folder))
        scene.given(a_fund(amount_fen=400), *people("p1", "p2"))
        funds, batches = ["$fund"], []
        for step in steps:
            funds = [f for f in funds if scene.state(scene.names.get(f[1:], f)) is not None] or ["$fund"]
            play(scene, step, funds, batches)
        conserved(scene)
        scene.sound()
        scene.close()
