"""The way of a yuan: down to the recipients, up to the appropriation, and the two agree; as of any day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from domain.model import Refused
from projections.ask import Ask
from tests.projections.clerks import OTHER, Office, acting, staffed
from tests.projections.worlds import settle, world


@dataclass
class Money:
    """An appropriation of 1,000 yuan, 600 of them allotted, a batch of two lines of which one came back."""

    made: Office
    root: str
    child: str
    batch: str
    people: list[str]

    def way(self, stream: str, **ask: Any) -> dict[str, Any]:
        """The way of something."""
        return self.made.views.way(stream, Ask(**{"as_of": self.made.today, **ask}))


@pytest.fixture
def money() -> Iterator[Money]:
    """Money on its way."""
    with world() as plain, staffed(plain) as made:
        settle(made)

        def say(command: str, actor: Any = None, **args: Any) -> str:
            found = made.give(command, args, made.today, 0, actor)
            assert found, made.refusals
            return found

        root = say(
            "fund.appropriate",
            source="central_lottery_fund",
            programme="elderly_care",
            year=2022,
            document_no="藏财社指〔2022〕1号",
            region="540000",
            amount_fen=100_000,
        )
        child = say("fund.allot", fund=root, to_region="540402", amount_fen=60_000, document_no="林民〔2022〕1号")
        people = made.persons[:2]
        lines = [{"person": person, "amount_fen": 12_345} for person in people]
        batch = say("batch.draw_up", fund=child, programme="elderly_care", period="2022-11", lines=lines)
        say("batch.approve", acting(OTHER, "batch.approve"), batch=batch)
        say("batch.pay", batch=batch, bank_reference="B-1")
        say("batch.return_line", batch=batch, person=people[1], reason="账户不符")
        made.views.catch_up()
        yield Money(made, root, child, batch, people)


def test_an_appropriation_leads_down_to_every_recipient(money) -> None:
    """One allotment, one batch, two lines: one paid, one returned; the sums of each step stand beside it."""
    down = money.way(money.root)["down"]
    (child,) = down["allotments"]
    (batch,) = child["batches"]

    assert (down["allotted"], down["balance"]) == ("600", "400")
    assert (child["paid"], child["returned"], child["balance"]) == ("246.9", "123.45", "476.55")
    assert [(r["person"], r["amount"], r["state"]) for r in batch["recipients"]] == [
        (money.people[0], "123.45", "paid"),
        (money.people[1], "123.45", "returned"),
    ]


def test_a_recipient_leads_up_to_the_appropriation(money) -> None:
    """Each payment names its batch and the funds above, the root first."""
    (payment,) = money.way(money.people[0])["payments"]

    assert (payment["amount"], payment["state"], payment["batch"]) == ("123.45", "paid", money.batch)
    assert [fund["stream"] for fund in payment["up"]] == [money.root, money.child]
    assert [fund["stream"] for fund in money.way(money.batch)["up"]] == [money.root, money.child]


def test_every_step_keeps_what_came_in(money) -> None:
    """allocated = allotted + paid - returned + balance, at every fund of the way."""

    def check(fund: dict[str, Any]) -> None:
        sums = {name: Decimal(fund[name]) for name in ("amount", "allotted", "paid", "returned", "balance", "lapsed")}
        assert sums["amount"] == (sums["allotted"] + sums["paid"] - sums["returned"] + sums["balance"] + sums["lapsed"])
        for below in fund["allotments"]:
            check(below)

    check(money.way(money.root)["down"])


def test_before_the_return_was_known_both_were_paid(money) -> None:
    """As known at the position of the payment."""
    paid = next(e.envelope.position for e in money.made.events if e.topic == "batch.paid")
    batch = money.way(money.batch, known_at=paid)["down"]
    assert [line["state"] for line in batch["recipients"]] == ["paid", "paid"]


def test_nothing_else_has_a_way(money) -> None:
    """A facility is told what can be followed."""
    with pytest.raises(Refused) as caught:
        money.way(money.made.facilities[0])
    assert caught.value.wording.remedy_en
