"""Money for projects and by donors: each yuan of a printed sum comes by a document, to a place, in instalments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from infra.scenario.batches import FEN, Treasury
from infra.scenario.course import Course
from infra.scenario.institutions import Made
from infra.scenario.people import Payee, Pools
from infra.scenario.plan import Plan
from infra.scenario.scene import Scene, share_out, spread_days, weekday
from infra.scenario.table import Printed

DONATION = "donation"
LIST_LENGTH = 7
GIVEN, ALLOTTED, PAID = "fund.appropriated", "fund.allotted", "fund.paid"


def fund_projects(scene: Scene, plan: Plan, table: Sequence[Printed], treasury: Treasury, made: Made) -> None:
    """Say the appropriations and allotments of every project whose money a row prints."""
    for programme, manner in plan.manner("project").items():
        where = {"programme": programme}
        given = plan.printed(table, GIVEN, **where)
        spent = plan.printed(table, ALLOTTED, **where) or plan.printed(
            table, ALLOTTED, **where, source=manner["source"]
        )
        printed = given or spent
        if printed is None or printed.value <= 0:
            continue
        chance = scene.chance("project", programme)
        weights = [0.7 + 0.6 * chance.random() for _ in range(manner["documents"])]
        documents = share_out(_in_steps(int(printed.value)), weights)
        documents[-1] += int(printed.value) - sum(documents)
        days = spread_days(*_season(manner, printed), len(documents), chance)
        funds = [
            treasury.appropriate(f"{programme}/{number}", manner["source"], programme, yuan, day)
            for number, (yuan, day) in enumerate(zip(documents, days, strict=True))
        ]
        _allot(treasury, programme, manner, list(zip(funds, documents, days, strict=True)), made, printed)


def _in_steps(yuan: int) -> int:
    """A sum without what is less than ten thousand yuan, which the last document takes."""
    return yuan // 10_000 * 10_000 or yuan


def _season(manner: Mapping[str, Any], printed: Printed) -> tuple[date, date]:
    """When the documents come: early in the printed period, so that there is time to pass the money on."""
    first, last = printed.first, printed.end
    if "window" in manner:
        return tuple(date.fromisoformat(f"{last.year}-{day}") for day in manner["window"])  # type: ignore[return-value]
    return first + timedelta(days=8), first + (last - first) / 3


def _allot(
    treasury: Treasury,
    programme: str,
    manner: Mapping[str, Any],
    given: Sequence[tuple[Mapping[str, str], int, date]],
    made: Made,
    printed: Printed,
) -> None:
    """Every document passed on whole, to the counties or to the facilities of a kind, in instalments."""
    scene = treasury.scene
    hosts = made.get(manner["to"], [])[: manner.get("hosts")]
    for number, (fund, yuan, day) in enumerate(given):
        chance = scene.chance("allot", programme, number)
        its = [(host.name, {"to_facility": host.ref}, host.opened_on) for host in hosts if host.opened_on < printed.end]
        its = its or [(county, {"to_region": scene.code(county, day)}, day) for county in scene.counties()]
        times = manner.get("instalments", 1)
        weights = [0.7 + 0.6 * chance.random() for _ in range(len(its) * times)]
        amounts = share_out(yuan, weights, treasury.avoid)
        for index, amount in enumerate(amounts):
            name, to, since = its[index % len(its)]
            earliest = max(day, since) + timedelta(days=4)
            on = earliest + max(printed.end - timedelta(days=3) - earliest, timedelta()) * (index // len(its)) / times
            label = f"{programme}/{number}/{name}/{index // len(its)}"
            treasury.allot(label, fund, to, amount, min(weekday(on, printed.end), printed.end))


def donate(scene: Scene, plan: Plan, table: Sequence[Printed], treasury: Treasury, pools: Pools) -> None:
    """Say every donation and, from each, the list of those who were helped by it: every yuan back to its donor."""
    received, spent = plan.printed(table, GIVEN, source=DONATION), plan.printed(table, PAID, source=DONATION)
    manner = plan.manner("charity")
    if received is None or received.value <= 0:
        return
    chance, count = scene.chance("charity"), manner["donations"]
    gifts = share_out(int(received.value), [0.4 + 1.2 * chance.random() for _ in range(count)], treasury.avoid)
    used = [0] * count
    if spent is not None and 0 < spent.value <= received.value:
        used = share_out(int(spent.value), gifts, treasury.avoid)
    days = spread_days(received.first + timedelta(days=9), received.end - timedelta(days=50), count, chance)
    people = pools.everybody(manner["pools"])
    for number, (gift, day) in enumerate(zip(gifts, days, strict=True)):
        args = {
            "source": DONATION,
            "programme": manner["programme"],
            "year": day.year,
            "document_no": f"{scene.region[0]}慈捐〔{day.year}〕{number + 1}号",
            "region": scene.code(scene.region, day),
            "amount_fen": gift * FEN,
            "received_fen": gift * FEN,
        }
        fund = scene.say(f"donation/{number}", "fund.appropriate", args, day)
        if people and used[number]:
            its = chance.sample(people, min(LIST_LENGTH, len(people)))
            _help(treasury, manner["programme"], fund, number, its, min(used[number], gift), day)


def _help(
    treasury: Treasury,
    programme: str,
    fund: Mapping[str, str],
    number: int,
    people: Sequence[Payee],
    yuan: int,
    day: date,
) -> None:
    """A list of people helped by one donation, paid some weeks after it came."""
    scene, officers = treasury.scene, treasury.officers
    amounts = share_out(yuan, [payee.weight for payee in people], treasury.avoid)
    lines = [{"person": p.ref, "amount_fen": a * FEN} for p, a in zip(people, amounts, strict=True)]
    on = weekday(day + timedelta(days=20), day + timedelta(days=30))
    args = {"fund": fund, "programme": programme, "period": f"{on:%Y-%m}", "lines": lines}
    clerk = officers.of("finance_officer", scene.region)
    course = Course(scene, f"donation/{number}/spent", "batch").begin("batch.draw_up", args, on, by=clerk)
    course.then("batch.approve", {}, on + timedelta(days=2), by=officers.of("approver", scene.region))
    course.then("batch.pay", {"bank_reference": f"CS{on:%Y%m%d}{number:03d}"}, on + timedelta(days=5), by=clerk)
