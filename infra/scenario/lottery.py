"""Lottery outlets at work: contracts, terminals, what each sold of each game in each month, and violations put right.

Only sales are said. The mix of games is chosen so that the welfare fund, which the product derives from every single
posting by the game's rate, comes to what is printed; where no mix can, the fund simply differs.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from domain.lottery import WHOLE_BP, GameRates
from domain.values import Month
from infra.scenario.course import Course, Officers
from infra.scenario.institutions import Host, Made
from infra.scenario.plan import Plan
from infra.scenario.scene import Scene, share_out, spread_days, working_days
from infra.scenario.table import Printed

FEN = 100
KIND = "lottery_outlet"
SALES, FUND, RECTIFIED = "outlet.sales", "outlet.welfare_fund", "outlet.rectified"
SEARCHED = 200
"""How many neighbouring mixes are tried until one gives the fund to the fen."""


@cache
def rates() -> GameRates:
    """The official rates of the games."""
    text = (files("domain") / "reference" / "lottery.toml").read_text(encoding="utf-8")
    return GameRates.parse(text)


@dataclass(frozen=True)
class Slot:
    """One posting to be: an outlet and a month."""

    host: Host
    month: Month
    weight: float


def run_outlets(
    scene: Scene, plan: Plan, table: Sequence[Printed], made: Made, officers: Officers, avoid: frozenset[int]
) -> None:
    """Say the contracts, sales and violations of every outlet that the table knows."""
    hosts, manner = made.get(KIND, []), plan.manner("lottery")
    sales, fund = plan.printed(table, SALES), plan.printed(table, FUND)
    rectified = plan.printed(table, RECTIFIED)
    if not hosts or not (sales or rectified):
        return
    contracts = {host.name: _contract(scene, host, number) for number, host in enumerate(hosts)}
    if sales is not None and sales.value > 0:
        _sell(scene, manner, hosts, sales, fund and int(fund.value * FEN), avoid)
        for route, printed in plan.made_of(table, "growth"):
            if route.parts[0].figure == SALES and printed.value > -100:
                before = int(sales.value * 100 / (100 + printed.value))
                _sell_before(scene, manner, hosts, sales, before, route.parts[1].back, avoid)
    if rectified is not None:
        _rectify(scene, manner, hosts, contracts, rectified, officers)


def _contract(scene: Scene, host: Host, number: int) -> Course:
    """The agency contract of an outlet and its terminal."""
    chance, day = scene.chance("contract", host.name), host.opened_on
    fresh = day > scene.opening[1]
    since = day if fresh else date(scene.year - 1, 1, 1)
    args = {
        "facility": host.ref,
        "contract_no": f"FC{scene.code(host.county, day)}-{since:%Y}-{number + 1:03d}",
        "fee_bp": chance.choice((700, 750, 800)),
        "deposit_fen": chance.choice((300_000, 500_000)),
        "since": since.isoformat(),
        "until": date(scene.year + 1, 12, 31).isoformat(),
    }
    course = Course(scene, f"contract/{host.name}", "outlet").begin("outlet.contract", args, day)
    return course.then("outlet.install_terminal", {"terminal_no": f"T{number + 1:05d}"}, day)


def _slots(hosts: Sequence[Host], months: Sequence[Month], chance: random.Random) -> list[Slot]:
    """Every outlet in every month in which it was open: larger and smaller ones, better and worse months."""
    size = {host.name: 0.5 + chance.random() for host in hosts}
    season = {month: 0.85 + 0.3 * chance.random() for month in months}
    return [
        Slot(host, month, size[host.name] * season[month] * (0.9 + 0.2 * chance.random()))
        for month in months
        for host in hosts
        if host.opened_on <= month.last
    ]


def _months(printed: Printed) -> list[Month]:
    first = Month.of(printed.first)
    return [first.plus(i) for i in range(printed.end.month - printed.first.month + 1)]


def _sell(
    scene: Scene,
    manner: Mapping[str, Any],
    hosts: Sequence[Host],
    printed: Printed,
    fund_fen: int | None,
    avoid: frozenset[int],
) -> None:
    """The postings of the printed period, in the days after each month; those of its last month on its last day."""
    chance = scene.chance("sales")
    slots = _slots(hosts, _months(printed), chance)
    for game, yuan in mix(int(printed.value), fund_fen, manner["games"], Month.of(printed.end)).items():
        weights = [slot.weight * (0.8 + 0.4 * chance.random()) for slot in slots]
        for slot, amount in zip(slots, share_out(yuan, weights, avoid), strict=True):
            posted = slot.month.last + timedelta(days=chance.randrange(1, 4))
            _post(scene, slot, game, amount, min(posted, max(slot.month.last, printed.end)))


def _sell_before(
    scene: Scene,
    manner: Mapping[str, Any],
    hosts: Sequence[Host],
    printed: Printed,
    yuan: int,
    back: int,
    avoid: frozenset[int],
) -> None:
    """What the outlets that were there sold in the same months so many years before, entered when the books began."""
    chance = scene.chance("sales before", back)
    months = [month.plus(-12 * back) for month in _months(printed)]
    there = [host for host in hosts if host.opened_on <= scene.opening[1]]
    slots = [Slot(host, month, 0.5 + chance.random()) for month in months for host in there]
    if not slots or yuan < len(slots) * len(manner["games"]):
        return
    for game, its in mix(yuan, None, manner["games"], months[-1]).items():
        weights = [slot.weight * (0.8 + 0.4 * chance.random()) for slot in slots]
        for slot, amount in zip(slots, share_out(its, weights, avoid), strict=True):
            _post(scene, slot, game, amount, scene.opening[1] + timedelta(days=chance.randrange(3, 20)))


def _post(scene: Scene, slot: Slot, game: str, yuan: int, day: date) -> None:
    args = {"facility": slot.host.ref, "month": str(slot.month), "game": game, "amount_fen": yuan * FEN}
    scene.say(f"sales/{slot.host.name}/{slot.month}/{game}", "outlet.post_sales", args, day)


def mix(yuan: int, fund_fen: int | None, games: Mapping[str, int], month: Month) -> dict[str, int]:
    """How a sum of sales is divided over the games so that their rates make the fund, to the fen where one can.

    `games`: the usual percentages; the last two games give way to each other, the others by single yuan.
    """
    usual = {game: yuan * percent // 100 for game, percent in games.items()}
    *_, one, other = games
    usual[other] += yuan - sum(usual.values())
    bp = {game: rate.welfare_bp for game in games if (rate := rates().rate(game, month)) is not None}
    if fund_fen is None or len(bp) < len(games) or bp[one] == bp[other]:
        return usual
    first = next(iter(games))
    for shift in range(SEARCHED):
        mixed = {**usual, first: usual[first] + shift}
        rest = yuan - sum(n for game, n in mixed.items() if game not in (one, other))
        wanted = fund_fen * WHOLE_BP // FEN - sum(n * bp[game] for game, n in mixed.items() if game not in (one, other))
        share, left_over = divmod(wanted - rest * bp[other], bp[one] - bp[other])
        if left_over == 0 and 0 < share < rest:
            return {**mixed, one: share, other: rest - share}
    return usual


def _rectify(
    scene: Scene,
    manner: Mapping[str, Any],
    hosts: Sequence[Host],
    contracts: Mapping[str, Course],
    printed: Printed,
    officers: Officers,
) -> None:
    """So many outlets with a violation that was found, ordered to be put right, perhaps fined, and put right.

    One more is found after the printed period and is not put right in time.
    """
    chance, kinds = scene.chance("violations"), manner["violations"]
    there = [host for host in hosts if host.opened_on < printed.first]
    chosen = chance.sample(there, min(len(there), int(printed.value) + 1))
    last = printed.end - timedelta(days=30)
    days = [*spread_days(printed.first + timedelta(days=20), last, len(chosen) - 1, chance)]
    for number, (host, day) in enumerate(zip(chosen, [*days, printed.end + timedelta(days=40)], strict=True)):
        course, by = contracts[host.name], officers.of("inspector", host.county)
        course.then("outlet.find_violation", {"kind": kinds[number % len(kinds)]}, day, by=by)
        order = {"number": 1, "deadline": (day + timedelta(days=10)).isoformat()}
        course.then("outlet.order_correction", order, day + timedelta(days=1), by=by)
        if number == 0:
            fine = {"number": 1, "amount_fen": 300_000, "decision_no": f"{host.county[0]}民罚〔{day.year}〕1号"}
            course.then("outlet.fine", fine, day + timedelta(days=6))
        if host is not chosen[-1]:
            seen = working_days(day + timedelta(days=3), day + timedelta(days=9), 1, chance)[0]
            course.then("outlet.correct", {"number": 1}, max(seen, day + timedelta(days=6)), by=by)
