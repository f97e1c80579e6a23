"""Facilities that lead to printed figures: each one registered by a command of its own, by name and county."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from infra.scenario.plan import Plan
from infra.scenario.scene import Scene, spread_days
from infra.scenario.table import Printed

STREETS = ("人民路", "双拥路", "团结路", "平安街", "福清路", "桃园路", "尼洋路", "朝阳街")


@dataclass(frozen=True)
class Host:
    """A facility that was made: the reference to it, its county, and from when on it takes entries."""

    ref: Mapping[str, str]
    county: str
    name: str
    opened_on: date


Made = dict[str, list[Host]]
"""The facilities made so far, by kind."""


@dataclass(frozen=True)
class Roster:
    """How many facilities of a kind a report knows: in all, by setting, newly opened, in how many counties."""

    count: int
    settings: tuple[str, ...]
    new: int
    window: tuple[date, date] | None
    counties: int


def rosters(plan: Plan, table: Sequence[Printed]) -> dict[str, Roster]:
    """The roster of every kind that a row of the table counts."""
    found: dict[str, dict[str, Any]] = {}
    for question, printed in plan.asked(table).items():
        where = dict(question.where)
        if not question.figure.startswith("facility.") or "kind" not in where:
            continue
        facts = found.setdefault(where["kind"], {"settings": [], "sizes": [0], "new": 0, "window": None, "counties": 0})
        number = max(0, int(printed.value))
        if "setting" in where:
            facts["settings"] += [where["setting"]] * number
        elif question.figure == "facility.opened":
            facts["new"], facts["window"] = number, (printed.first, printed.end)
        elif question.figure == "facility.regions":
            facts["counties"] = number
        facts["sizes"].append(number if "setting" not in where else len(facts["settings"]))
    return {
        kind: Roster(max(f["sizes"]), tuple(f["settings"]), f["new"], f["window"], f["counties"])
        for kind, f in found.items()
    }


def register_facilities(scene: Scene, plan: Plan, table: Sequence[Printed]) -> Made:
    """Say the registration of every facility that a figure counts; newly opened ones within their period."""
    made: Made = {}
    for kind, roster in rosters(plan, table).items():
        chance = scene.chance("facilities", kind)
        old = spread_days(*scene.opening, max(1, roster.count - roster.new), chance)[: roster.count - roster.new]
        fresh = (
            spread_days(*_narrowed(roster, plan.manner("facilities")[kind]), roster.new, chance) if roster.new else []
        )
        counties = scene.counties()[: roster.counties or None]
        for index, day in enumerate([*old, *fresh]):
            setting = roster.settings[index] if index < len(roster.settings) else None
            register(
                scene, plan, made, kind, counties[index % len(counties)], day, fresh=index >= len(old), setting=setting
            )
    return made


def register(
    scene: Scene,
    plan: Plan,
    made: Made,
    kind: str,
    county: str,
    day: date,
    *,
    fresh: bool = False,
    setting: str | None = None,
) -> Host:
    """Say one registration. A facility that was there before the books began opened some years earlier."""
    hosts, look = made.setdefault(kind, []), plan.manner("facilities")[kind]
    number = sum(1 for host in hosts if host.county == county) + 1
    name = f"{county}第{number}{look['stem']}（合成）"
    chance = scene.chance("facility", kind, county, number)
    opened = day if fresh else day - timedelta(days=chance.randrange(200, 3000))
    place = f"{county}{chance.choice(STREETS)}{chance.randrange(1, 160)}号（合成地址）"
    ref = scene.say(
        f"facility/{kind}/{county}/{number}",
        "facility.register",
        {
            "kind": kind,
            "name": name,
            "site_no": "01",
            "region": scene.code(county, day),
            "address": place,
            "operator": look["operator"],
            "opened_on": opened.isoformat(),
            "setting": setting,
        },
        day,
    )
    hosts.append(Host(ref, county, name, day))
    return hosts[-1]


def report_nil(
    scene: Scene, plan: Plan, table: Sequence[Printed], made: Made, happened: frozenset[tuple[str, str]] = frozenset()
) -> None:
    """Say the monthly nil reports of the facilities to which a printed nought refers, from the books on to December.

    A home in which something `happened` in a month reports that instead; one report at the end is forgotten.
    """
    for printed in table:
        nil = plan.route(printed).nil
        if not nil or printed.value != 0:
            continue
        hosts = [host for kind in nil["kinds"] for host in made.get(kind, [])]
        for host in hosts:
            for month_end in _month_ends(host.opened_on, max(printed.end, scene.closing)):
                forgotten = host is hosts[-1] and printed.end < month_end == scene.closing
                if forgotten or (host.ref["$ref"], f"{month_end:%Y-%m}") in happened:
                    continue
                scene.say(
                    f"nil/{nil['subject']}/{host.name}/{month_end:%Y-%m}",
                    "facility.report_nil",
                    {"facility": host.ref, "period": f"{month_end:%Y-%m}", "subject": nil["subject"]},
                    month_end,
                )


def _narrowed(roster: Roster, look: Mapping[str, Any]) -> tuple[date, date]:
    first, last = roster.window or (date.min, date.max)
    if "window" not in look:
        return first, last
    opens, closes = (date.fromisoformat(f"{last.year}-{day}") for day in look["window"])
    return max(first, opens), min(last, closes)


def _month_ends(first: date, last: date) -> list[date]:
    """The last day of every month that ends within a period."""
    days = (first + timedelta(days=i) for i in range((last - first).days + 1))
    return [day for day in days if (day + timedelta(days=1)).day == 1]
