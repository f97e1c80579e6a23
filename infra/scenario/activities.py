"""Activities that add up to printed figures: many dated entries of a type over the counties, never a total at once."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from domain.activity_types import ActivityType, ActivityTypes, Quantity
from infra.scenario.institutions import Made
from infra.scenario.plan import Plan
from infra.scenario.scene import Scene, split, spread_days
from infra.scenario.table import Printed

LARGE = 100
"""A printed number above this comes from at least `ENTRIES_MIN` entries over at least `PLACES_MIN` counties."""
ENTRIES_MIN = 14
ENTRIES_MAX = 70
PLACES_MIN = 5
NIL_ENTRIES = 12
PURSE = 1000
"""Money is divided in steps of ten yuan, in fen."""


@dataclass(frozen=True)
class Wanted:
    """One quantity of a type, how much of it was printed, and for which period."""

    quantity: Quantity
    value: Decimal
    first: date
    last: date

    @property
    def units(self) -> int:
        """The value in the quantity's smallest unit."""
        return int(self.value.scaleb(self.quantity.places))

    @property
    def is_money(self) -> bool:
        """Whether it is the amount of the type, in fen."""
        return self.quantity.key == "amount"


@dataclass(frozen=True)
class Slot:
    """One entry to be: where and when."""

    day: date
    place: Mapping[str, Any]


def log_activities(scene: Scene, plan: Plan, types: ActivityTypes, table: Sequence[Printed], made: Made) -> None:
    """Say every activity entry that the table leads to."""
    printed = frozenset(row.value for row in table if row.value > LARGE)
    among = {route.parts[0].figure: int(row.value) for route, row in plan.made_of(table, "regions")}
    for key, periods in wanted(plan, types, table).items():
        for number, group in enumerate(periods):
            counties = next((among[f] for f, _ in types.types[key].measures() if f in among), None)
            manner = {"counties": counties, **plan.manner("activity").get(key, {})}
            if group[0].last.year < scene.year:  # a year before, of which only what is compared is known
                manner["each"] = manner.get("before")
            entries = _entries(scene, types.types[key], manner, group, printed, made)
            for index, (slot, quantities, fen) in enumerate(entries):
                args = {"type": key, "quantities": quantities, **slot.place, "amount_fen": fen}
                slip = plan.manner("slips") if (number, index) == (0, 0) else {}
                _log(scene, f"activity/{key}/{number}/{index}", args, slot.day, slip)


def wanted(plan: Plan, types: ActivityTypes, table: Sequence[Printed]) -> dict[str, list[list[Wanted]]]:
    """What each type must add up to, by type and then by period; a quantity is wanted once, as first printed."""
    measures = types.measures()
    found: dict[str, dict[tuple[date, date], list[Wanted]]] = {}
    for (figure, back), (printed, value) in _sought(plan, table).items():
        if figure not in measures or value < 0:
            continue
        key = figure.split(".")[1]
        manner = {} if back else plan.manner("activity").get(key, {})
        first, last = _window(manner, printed)
        first, last = first.replace(year=first.year - back), last.replace(year=last.year - back)
        found.setdefault(key, {}).setdefault((first, last), []).append(Wanted(measures[figure], value, first, last))
    return {key: list(periods.values()) for key, periods in found.items()}


def _sought(plan: Plan, table: Sequence[Printed]) -> dict[tuple[str, int], tuple[Printed, Decimal]]:
    """What each figure must come to, this year and, where a decrease is printed, so many years before."""
    sought: dict[tuple[str, int], tuple[Printed, Decimal]] = {}
    for printed in table:
        route = plan.route(printed)
        figures = [route.feeds, route.whole.figure if route.whole else ""]
        for figure in filter(None, figures):
            sought.setdefault((figure, 0), (printed, printed.value))
    for route, printed in plan.made_of(table, "decrease"):
        now, before = route.parts
        present = sought.get((now.figure, 0), (printed, Decimal(0)))[1]
        sought.setdefault((before.figure, before.back), (printed, present + printed.value))
    return sought


def _window(manner: Mapping[str, Any], printed: Printed) -> tuple[date, date]:
    """The printed period, narrowed to the weeks in which such work is done."""
    if "window" not in manner:
        return printed.first, printed.end
    opens, closes = (date.fromisoformat(f"{printed.end.year}-{day}") for day in manner["window"])
    first, last = max(opens, printed.first), min(closes, printed.end)
    return (first, last) if first <= last else (printed.first, printed.end)


def _log(scene: Scene, label: str, args: Mapping[str, Any], day: date, slips: Mapping[str, str]) -> None:
    """Log one entry; where a slip is wanted, first in a wrong way that is put right afterwards."""
    if slips.get("corrected") == args["type"]:
        name, number = next(iter(args["quantities"].items()))
        entry = scene.say(label, "activity.log", {**args, "quantities": {**args["quantities"], name: number + 10}}, day)
        scene.say(
            label + "/corrected",
            "entry.correct",
            {
                "stream": entry,
                "version": 1,
                "args": {"quantities": args["quantities"]},
                "reason": "数量多记10，按原始台账更正",
            },
            None,
            day + timedelta(days=6),
        )
        return
    scene.say(label, "activity.log", args, day)
    if slips.get("withdrawn") == args["type"]:
        again = scene.say(label + "/again", "activity.log", args, day)
        scene.say(
            label + "/withdrawn",
            "entry.withdraw",
            {"stream": again, "version": 1, "reason": "重复登记"},
            None,
            day + timedelta(days=4),
        )


def _entries(
    scene: Scene,
    kind: ActivityType,
    manner: Mapping[str, Any],
    group: Sequence[Wanted],
    printed: frozenset[Decimal],
    made: Made,
) -> list[tuple[Slot, dict[str, Any], int | None]]:
    """The entries of one type and period: a grid of days and places over which every quantity is divided."""
    chance = scene.chance("activity", kind.key, group[0].first)
    slots = _slots(scene, manner, group, made, chance)
    counted, money = ([w for w in group if w.is_money is is_money] for is_money in (False, True))
    everywhere = max(counted, key=lambda w: w.value, default=None) if money else None
    shares = {
        w.quantity.key: _shares(
            w, len(slots), scene.chance("share", kind.key, w.quantity.key), printed, w is everywhere
        )
        for w in group
    }
    nought = 0 if any(not w.value for w in group) else None
    nothing = manner.get("each") or {next(iter(kind.quantities)): 0}
    entries = []
    for i, slot in enumerate(slots):
        units = {w.quantity: shares[w.quantity.key].get(i, nought) for w in counted}
        said = {q.key: _number(number, q.places) for q, number in units.items() if number is not None}
        fen = shares["amount"].get(i, nought) if money else None
        if said or fen is not None:
            entries.append((slot, {**(manner.get("each") or {}), **said} or nothing, fen))
    return entries


def _slots(
    scene: Scene, manner: Mapping[str, Any], group: Sequence[Wanted], made: Made, chance: random.Random
) -> list[Slot]:
    """Days over the period, each with a place; every round visits all places in an order of its own."""
    large = any(w.value > LARGE for w in group)
    count = max(manner.get("entries") or max(_count(w) for w in group), ENTRIES_MIN if large else 1)
    through, places = manner.get("through", "county"), scene.counties()
    places = chance.sample(places, min(len(places), manner["counties"])) if manner.get("counties") else places
    slots: list[Slot] = []
    turn: list[int] = []
    for day in spread_days(group[0].first, group[0].last, count, chance):
        if through not in ("county", "city") and through in made:
            hosts = [host for host in made[through] if host.opened_on <= day]
            if hosts:
                slots.append(Slot(day, {"facility": hosts[len(slots) % len(hosts)].ref}))
                continue
        if through == "city" and not large:
            slots.append(Slot(day, {"region": scene.code(scene.region, day)}))
            continue
        turn = turn or chance.sample(range(len(places)), len(places))
        slots.append(Slot(day, {"region": scene.code(places[turn.pop()], day)}))
    return slots


def _count(want: Wanted) -> int:
    """How many entries a number of that size is likely to come from."""
    if want.value == 0:
        return NIL_ENTRIES
    if want.value <= 20:
        return max(1, want.units if want.quantity.places == 0 else int(want.value) or 1)
    if want.value <= LARGE:
        return max(6, int(want.value) // 4)
    return min(ENTRIES_MAX, max(ENTRIES_MIN, int(want.value) // 8))


def _shares(
    want: Wanted, slots: int, chance: random.Random, printed: frozenset[Decimal], everywhere: bool
) -> dict[int, int]:
    """Which slot carries how much of a quantity, in its smallest unit."""
    if want.units == 0:
        return {}
    wide = everywhere or want.is_money or want.value > LARGE
    count = min(slots if wide else min(slots, _count(want)), want.units)
    chosen = [chance.randrange(slots * i // count, slots * (i + 1) // count) for i in range(count)]
    step = PURSE if want.is_money and want.units >= PURSE * count * 2 else 1
    avoid = frozenset(int(value.scaleb(want.quantity.places)) // step for value in printed)
    parts = [part * step for part in split(want.units // step, count, chance, avoid)]
    parts[-1] += want.units % step
    return dict(zip(chosen, parts, strict=True))


def _number(units: int, places: int) -> int | float:
    """A quantity as a line says it: a whole number, or decimals that print exactly."""
    return units if places == 0 else float(Decimal(units).scaleb(-places))
