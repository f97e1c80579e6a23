"""Allowances: who is paid in which month, so that printed numbers of persons, payments and yuan come out line by line."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from domain.values import Month
from infra.scenario.people import RESIDENTS, Payee, Pools
from infra.scenario.plan import MONTH, Part, Plan
from infra.scenario.scene import Scene, share_out
from infra.scenario.table import Printed

PAID, PAYMENTS, RECIPIENTS = "fund.paid", "batch.payments", "batch.recipients"
LATECOMERS_PERCENT, LEAVERS_PERCENT, SPARE_PERCENT = 4, 2, 2
"""Of those who are paid: how many join after the first month, how many beside them stop; and how many more there are
than a printed number of payments needs if everybody were paid every month."""


@dataclass
class Need:
    """What the print says of one programme: the period, persons at its end or within it, payments."""

    first: date
    last: date
    at_end: int | None = None
    within: int | None = None
    payments: int | None = None

    @property
    def months(self) -> list[Month]:
        """The months of the period."""
        begin, count = Month.of(self.first), 12 * (self.last.year - self.first.year) + self.last.month
        return [begin.plus(i) for i in range(count - self.first.month + 1)]


@dataclass(frozen=True)
class Purse:
    """A printed sum of money, and the programmes that it was paid by."""

    programmes: frozenset[str]
    yuan: int


class Line(NamedTuple):
    """One payment to be: by which programme, in which month, to whom, how much."""

    programme: str
    month: Month
    payee: Payee
    weight: float
    yuan: int = 0


def needs(plan: Plan, table: Sequence[Printed]) -> tuple[dict[str, Need], list[Purse]]:
    """What the table asks of each programme, and the sums of money."""
    found: dict[str, Need] = {}
    purses: list[Purse] = []
    for printed in table:
        parts = [part for part in plan.route(printed).parts if part.where.keys() == {"programme"}]
        for part in parts:
            if part.figure in (PAID, PAYMENTS, RECIPIENTS):
                _ask(found, part, printed, alone=plan.route(printed).whole is part)
        programmes = frozenset(part.where["programme"] for part in parts if part.figure == PAID)
        if programmes and all(programmes != purse.programmes for purse in purses):
            purses.append(Purse(programmes, int(printed.value)))
    return found, purses


def _ask(found: dict[str, Need], part: Part, printed: Printed, *, alone: bool) -> None:
    """Add to what is asked of a programme what one row asks."""
    need = found.setdefault(part.where["programme"], Need(printed.first, printed.end))
    need.first, need.last = min(need.first, printed.first), max(need.last, printed.end)
    if not alone or part.figure == PAID:
        return
    if part.figure == PAYMENTS:
        need.payments = int(printed.value)
    elif part.over == MONTH:
        need.at_end = int(printed.value)
    else:
        need.within = int(printed.value)


def lines(scene: Scene, plan: Plan, table: Sequence[Printed], pools: Pools) -> list[Line]:
    """Every payment that the table leads to, with its amount: no line and no list has the size of a printed number."""
    wanted, purses = needs(plan, table)
    printed = frozenset(int(row.value) for row in table if row.value > 100)
    drawn: list[Line] = []
    for programme, manner in plan.manner("pay").items():
        need = wanted.get(programme)
        if need is None and (not wanted or not manner.get("beside")):
            continue
        need = need or Need(date(scene.year, 1, 1), date(scene.year, 10, 31))
        chance = scene.chance("pay", programme)
        for month, payee in _roll(need, manner, pools, chance):
            drawn.append(Line(programme, month, payee, payee.weight * manner.get("scale", 1)))
    return list(_with_money(drawn, purses, plan.manner("pay"), printed))


def _with_money(
    drawn: Sequence[Line], purses: Sequence[Purse], manners: Mapping[str, Any], printed: frozenset[int]
) -> Iterator[Line]:
    """The lines with amounts in whole yuan: a printed sum is divided over the lines that it was paid by."""
    of = {programme: purse for purse in purses for programme in purse.programmes}
    shares: dict[Any, list[Line]] = {}
    for line in drawn:
        shares.setdefault(of.get(line.programme, line.programme), []).append(line)
    for purse, its in shares.items():
        yuan = purse.yuan if isinstance(purse, Purse) else manners[purse]["about"] * len(its)
        amounts = share_out(max(yuan, len(its)), [line.weight for line in its], printed)
        for line, amount in zip(its, amounts, strict=True):
            yield line._replace(yuan=amount)


def _roll(need: Need, manner: Mapping[str, Any], pools: Pools, chance: random.Random) -> Iterable[tuple[Month, Payee]]:
    """Who is paid in which month."""
    months = need.months
    if manner["every"] == "once":
        return ((Month.of(_day_of(manner, need)), payee) for payee in _all(need, manner, pools, chance))
    if manner["every"] == "case":
        return _cases(need.payments or manner["persons"], months, pools.everybody(manner["pools"]), chance)
    if manner["every"] == "quarter":
        months = months[2::3]
    if any(pool.startswith(RESIDENTS) for pool in manner["pools"]):
        return _present(months, pools.everybody(manner["pools"]))
    if need.payments:
        return _so_many_payments(need.payments, months, manner, pools, chance)
    return _so_many_persons(need, months, manner, pools, chance)


def _day_of(manner: Mapping[str, Any], need: Need) -> date:
    """The day by which something that is paid once a year is paid."""
    if "window" not in manner:
        return need.last
    return max(need.first, min(need.last, date.fromisoformat(f"{need.last.year}-{manner['window'][1]}")))


def _all(need: Need, manner: Mapping[str, Any], pools: Pools, chance: random.Random) -> list[Payee]:
    """Those who are paid once: so many as are printed, or everybody who is in the pools by then."""
    count = need.payments or need.within or need.at_end or manner.get("persons")
    if count:
        return pools.some(manner["pools"], count, chance)
    day = _day_of(manner, need)
    return [p for p in pools.everybody(manner["pools"]) if p.came <= day and (p.left is None or p.left > day)]


def _cases(
    count: int, months: Sequence[Month], people: Sequence[Payee], chance: random.Random
) -> Iterator[tuple[Month, Payee]]:
    """Single cases spread over the months, nobody twice in one."""
    for number, month in enumerate(months):
        share = count * (number + 1) // len(months) - count * number // len(months)
        yield from ((month, payee) for payee in chance.sample(people, min(share, len(people))))


def _present(months: Sequence[Month], people: Sequence[Payee]) -> Iterator[tuple[Month, Payee]]:
    """Everybody who is in a home at the end of the month."""
    for month in months:
        yield from ((month, p) for p in people if p.came <= month.last and (p.left is None or p.left > month.last))


def _so_many_payments(
    count: int, months: Sequence[Month], manner: Mapping[str, Any], pools: Pools, chance: random.Random
) -> Iterator[tuple[Month, Payee]]:
    """A printed number of payments: somewhat more people than needed, some of whom begin later or stop earlier."""
    each = -(-count // len(months))
    people = pools.some(manner["pools"], each + each * SPARE_PERCENT // 100, chance)
    missing = len(people) * len(months) - count
    for payee in chance.sample(people, len(people)):
        cut = min(missing, chance.randrange(1, len(months)))
        missing -= cut
        stay = months[cut:] if chance.randrange(2) else months[: len(months) - cut]
        yield from ((month, payee) for month in stay)


def _so_many_persons(
    need: Need, months: Sequence[Month], manner: Mapping[str, Any], pools: Pools, chance: random.Random
) -> Iterator[tuple[Month, Payee]]:
    """A printed number of persons: those paid at the end, some of whom came later, and others who stopped before."""
    count = need.at_end or need.within or manner["persons"]
    leavers = count * LEAVERS_PERCENT // 100
    people = pools.some(manner["pools"], count + (leavers if need.at_end else 0), chance)
    for index, payee in enumerate(people):
        if index >= len(people) - leavers:
            stay = months[: chance.randrange(1, len(months))]
        else:
            late = chance.randrange(100) < LATECOMERS_PERCENT
            stay = months[chance.randrange(1, len(months)) :] if late else months
        yield from ((month, payee) for month in stay)
