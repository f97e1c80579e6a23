"""Batches: a list, its approval by another hand, its payment, what comes back; the list may be long, and be corrected."""

from datetime import date

import pytest

from domain.accounts import OPERATOR
from domain.batches import Batch
from domain.catalogue import sentence
from projections.folding import history
from tests.domain.batch_scene import FEN, figures, hold, last, reissue, release
from tests.domain.money import (
    APPROVED,
    FUNDED,
    LISTED,
    SUN,
    ZHAO,
    a_batch,
    a_fund,
    a_payment,
    a_return,
    an_allotment,
    an_approval,
    people,
    total,
)
from tests.scene import BAYI, a_home, reference, say

# -- the list -----------------------------------------------------------------------------------------


def test_a_list_takes_pseudonyms_purse_and_place(scene):
    """Nobody types a pseudonym; the fund says whose money it is and where it lies."""
    scene.given(*FUNDED, *people("p1", "p2"))
    event = scene.when(a_batch("$p1", "$p2")).then_recorded("batch.drawn_up").then_found().events[0]

    persons = [scene.state("$p1"), scene.state("$p2")]
    assert [line.member for line in event.lines] == [person.pseudonym for person in persons]
    assert (event.persons, event.total_fen, event.source) == (2, 2 * FEN, "central_lottery_fund")
    assert (event.region, event.facility, event.envelope.region) == (BAYI, None, BAYI)
    batch = scene.state("$batch")
    assert (batch.status, batch.lines, batch.drawn_by, batch.approved_by) == ("drawn_up", 2, "zhao.finance", None)


def test_a_batch_of_a_facilitys_fund_lies_there(scene):
    """Its rows stand at the facility."""
    scene.given(a_fund(), a_home(), an_allotment(to_region=None, to_facility="$home"), *people("p1"))
    scene.given(a_batch("$p1"), an_approval(), a_payment())
    assert scene.state("$batch").facility == scene.names["home"]
    assert total(scene, "fund.paid", at=scene.names["home"]) == FEN


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ([], "batch.no_lines"),
        ([("$p1", 1), ("$p1", 2)], "batch.person_twice"),
        ([("$p1", 0)], "field.invalid"),
        ([("$p1", -5)], "field.invalid"),
        ([("$p1", 300_000_51)], "fund.exceeded"),
        ([("nobody", 1)], "reference.unknown"),
    ],
)
def test_a_list_that_cannot_be_is_refused(scene, lines, rule):
    """Nobody on it, somebody twice, nothing or less to pay, more than the fund holds, a person that is none."""
    scene.given(*FUNDED, *people("p1"))
    said = [{"person": person, "amount_fen": fen} for person, fen in lines]
    scene.when(a_batch(lines=said)).then_refused(rule, "lines")


def test_a_pseudonym_is_never_typed(scene):
    """field.invalid: what is filled in belongs to no line of the list."""
    scene.given(*FUNDED, *people("p1"))
    lines = [{"person": "$p1", "amount_fen": 1, "member": "x"}]
    scene.when(a_batch(lines=lines)).then_refused("field.invalid", "lines", "person, amount_fen")


def test_a_list_needs_a_fund_that_is_there(scene):
    """entry.before_start before it was given; a month is a month."""
    scene.given(*FUNDED, *people("p1"))
    scene.when(a_batch("$p1", on="2024-02-09")).then_refused("entry.before_start", "fund")
    scene.when(a_batch("$p1", fund="$p1")).then_refused("reference.unknown", "fund")
    scene.when(a_batch("$p1", period="2024-13")).then_refused("field.invalid", "period")


def test_money_of_one_purpose_spent_on_another_is_found(listed):
    """batch.programme_differs, a warning that stands until it is corrected."""
    listed.when(a_batch("$p1", called="other", programme="retrofit")).then_recorded().then_found(
        "batch.programme_differs"
    )
    listed.correct(listed.names["other"], 1, {"programme": "elderly_care", "period": "2024-04"}).then_found()


@pytest.mark.parametrize(("year", "found"), [(2022, ["batch.fund_expired"]), (2023, [])])
def test_a_list_on_money_that_was_to_be_used_up_is_found(scene, year, found):
    """BP-03: money of 2022 had until the end of 2023; in March 2024 that of 2023 may still be paid."""
    scene.given(a_fund(year=year), an_allotment(), *people("p1"))
    scene.when(a_batch("$p1")).then_recorded().then_found(*found)


# -- approval -----------------------------------------------------------------------------------------


def test_nobody_approves_their_own_list(scene):
    """batch.own_approval; another approves, once."""
    scene.given(*FUNDED, *people("p1"), a_batch("$p1", by=OPERATOR))
    scene.when(an_approval(by=OPERATOR)).then_refused("batch.own_approval", None, "自己编制")
    scene.when(an_approval(by=SUN)).then_recorded("batch.approved")
    scene.when(an_approval(by=SUN)).then_refused("batch.approved_already")
    scene.when(an_approval(by=ZHAO)).then_refused("command.not_allowed")
    assert (scene.state("$batch").status, scene.state("$batch").approved_by) == ("approved", "sun.approver")


def test_whoever_corrects_a_list_does_not_approve_it_either(listed):
    """The correction is another drawing up."""
    listed.correct(listed.names["batch"], 1, {"period": "2024-04"}).then_recorded()
    listed.when(say("batch.approve", batch="$batch", on="2024-03-06")).then_refused("batch.own_approval")


def test_a_large_batch_needs_two_approvers(scene):
    """batch.second_approval above 500,000 yuan, not at it."""
    scene.given(a_fund(amount_fen=2_000_000_00), an_allotment(amount_fen=1_500_000_00), *people("p1"))
    scene.given(a_batch("$p1", fen=500_000_00), an_approval(), a_payment())
    scene.given(a_batch("$p1", fen=500_000_01, period="2024-04"))
    scene.when(a_payment()).then_refused("batch.not_approved")
    scene.given(an_approval())
    assert scene.state("$batch").status == "drawn_up"
    scene.when(a_payment()).then_refused("batch.second_approval", None, "两人")
    scene.when(an_approval()).then_refused("batch.approved_already")
    scene.given(an_approval(by=SUN))
    assert scene.state("$batch").approved_by == "qian.approver, sun.approver"
    scene.when(a_payment()).then_recorded("batch.paid", "fund.spent")


def test_what_was_approved_stays_as_it_was_approved(scene):
    """batch.approved_fixed for all that the list says; its day may still be put right."""
    scene.given(*LISTED, an_approval(), a_fund("other", region=BAYI))
    batch, line = scene.names["batch"], {"person": scene.names["p1"], "amount_fen": FEN}
    for change in (
        {"lines": [line]},
        {"lines": [line, {"person": scene.names["p2"], "amount_fen": FEN + 1}]},
        {"period": "2024-04"},
        {"programme": "retrofit"},
        {"fund": scene.names["other"]},
    ):
        scene.correct(batch, 1, change).then_refused("batch.approved_fixed", next(iter(change)))
    scene.correct(batch, 1, occurred_on="2024-03-04").then_recorded("entry.withdrawn", "batch.drawn_up")
    scene.withdraw(batch, last(scene, "$batch", "batch.approved")).then_recorded()
    scene.correct(batch, last(scene, "$batch", "batch.drawn_up"), {"period": "2024-04"}).then_recorded()


# -- payment ------------------------------------------------------------------------------------------


def test_a_batch_is_paid_from_its_fund(scene):
    """Each line a payment and its money, by pseudonym and purse; the fund has so much less."""
    scene.given(*APPROVED)
    scene.when(a_payment()).then_recorded("batch.paid", "fund.spent").then_found()

    assert figures(scene) == {"fund.paid": 2 * FEN, "batch.payments": 2}
    assert total(scene, "fund.paid", "2024-03-06") == 0
    assert total(scene, "fund.paid", at=BAYI, source="central_lottery_fund", programme="elderly_care") == 2 * FEN
    assert total(scene, "fund.balance", at=BAYI) == 300_000_50 - 2 * FEN
    found = history(Batch, scene.events("$batch"))[1].rows
    assert {row.member for row, _ in found} == {scene.state(p).pseudonym for p in ("$p1", "$p2")}
    batch = scene.state("$batch")
    assert (batch.status, batch.paid_fen, batch.bank_reference) == ("paid", 2 * FEN, "B-1")


def test_a_batch_is_paid_once_and_only_when_approved(listed):
    """batch.not_approved, batch.paid_already; nothing else happens to a paid batch, either."""
    listed.when(a_payment()).then_refused("batch.not_approved", None, "审批")
    listed.given(an_approval(), a_payment())
    listed.when(a_payment()).then_refused("batch.paid_already")
    listed.when(an_approval("2024-03-08", by=SUN)).then_refused("batch.paid_already")
    listed.when(hold()).then_refused("entry.in_use")
    listed.when(hold(on="2024-03-08")).then_refused("batch.paid_already")
    listed.when(say("batch.cancel", batch="$batch", on="2024-03-08")).then_refused("batch.paid_already")


def test_no_more_is_paid_than_is_left(scene):
    """fund.exceeded: two lists may wait for the same money, one of them gets it; it is free again when that is undone."""
    scene.given(*FUNDED, *people("p1"), a_batch("$p1", fen=200_000_00), an_approval())
    first = scene.names["batch"]
    scene.given(a_batch("$p1", fen=200_000_00, period="2024-04"), an_approval())
    scene.given(say("batch.pay", batch=first, bank_reference="B-0", on="2024-03-07", by=ZHAO))
    scene.when(a_payment()).then_refused("fund.exceeded", None, "结余")
    scene.withdraw(first, 3).then_recorded()
    scene.when(a_payment()).then_recorded()


def test_who_is_held_back_is_not_paid(listed):
    """Held, released, held again; the reason is sealed under the person; the payment is the sum of the others."""
    event = listed.when(hold()).then_recorded("batch.line_held").events[0]
    assert event.reason.subject == listed.names["p1"]
    listed.when(hold()).then_refused("batch.held_already")
    listed.when(release("$p2")).then_refused("batch.not_held")
    listed.when(release()).then_recorded("batch.line_released")
    listed.given(*people("stranger"))
    listed.when(hold("$stranger")).then_refused("batch.not_listed")
    listed.given(an_approval(), hold())
    listed.given(a_payment())
    assert figures(listed) == {"fund.paid": FEN, "batch.payments": 1}
    assert listed.state("$part").paid_fen == FEN
    listed.when(a_return("$p1")).then_refused("batch.line_not_paid")


def test_a_batch_in_which_everybody_is_held_back_pays_nothing(listed):
    """batch.nothing_to_pay."""
    listed.given(hold("$p1"), hold("$p2"), an_approval())
    listed.when(a_payment()).then_refused("batch.nothing_to_pay")


def test_nobody_is_held_back_or_released_behind_a_payment(listed):
    """batch.sum_changed: what the bank paid stays what the list says, also for late entries and withdrawn ones."""
    listed.given(hold(), an_approval(), a_payment())
    listed.when(hold("$p2")).then_refused("entry.in_use", None, "发放（2024-03-07")
    listed.when(release()).then_refused("entry.in_use")
    listed.withdraw(listed.names["batch"], last(listed, "$batch", "batch.line_held")).then_refused("entry.in_use")


def test_a_cancelled_batch_is_over(listed):
    """batch.cancelled for approval, holding back and a second end."""
    cancel = say("batch.cancel", batch="$batch", on="2024-03-06")
    listed.when(cancel).then_recorded("batch.cancelled")
    for said in (cancel, an_approval(), hold()):
        listed.when(said).then_refused("batch.cancelled", None, "作废")
    assert listed.state("$batch").status == "cancelled"


# -- words --------------------------------------------------------------------------------------------


def test_a_batch_is_told_without_names(paid):
    """Every event in both languages; nobody is named, amounts are in yuan."""
    paid.given(a_return("$p1"), reissue())
    told = {e.topic: sentence(e, reference()) for e in paid.log.read(0, 100)}
    assert told["batch.drawn_up"][0] == "编制2024年3月养老服务发放批次：2 人，2,469.12 元"
    assert told["batch.drawn_up"][1] == "Batch drawn up for Elderly care, March 2024: 2 people, 2,469.12 yuan"
    assert told["batch.paid"][0] == "发放 2,469.12 元，银行流水号 B-1"
    assert told["batch.line_returned"][1] == "A payment of 1,234.56 yuan came back"
    everything = "".join(zh + en for topic, (zh, en) in told.items() if topic.startswith(("batch", "fund")))
    assert "账户不符" not in everything
    assert not any(paid.names[p] in everything for p in ("p1", "p2"))


def test_rows_carry_the_month_that_is_paid_for(paid):
    """By it the same month paid twice is found over all rows; the day is that of the payment."""
    payments = [row for row, _ in history(Batch, paid.events("$batch"))[1].rows if row.figure == "batch.payments"]
    assert {(row.day, dict(row.dims)["period"]) for row in payments} == {(date(2024, 3, 7), "2024-03")}
