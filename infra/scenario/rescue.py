"""Rescue: patrol rounds with what came of each, and one person after another received by a station until they leave.

Aid in the street, persuasion and reception at a station are different figures: none is made from another.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from infra.scenario.course import Course
from infra.scenario.institutions import Host, Made, register
from infra.scenario.plan import Plan
from infra.scenario.residents import Crowd
from infra.scenario.scene import Scene, share_out, working_days
from infra.scenario.table import Printed

KIND = "rescue_station"
ROUNDS, RECEIVED, ESCORTED = "patrol.rounds", "rescue.received", "rescue.escorted"
ON_ROUNDS = {"leaflets": "patrol.leaflets", "persuaded": "patrol.persuaded", "street_aid": "patrol.street_aid"}
BUSY_PERCENT = {"leaflets": 90, "persuaded": 80, "street_aid": 70}
"""On how many rounds of a hundred it happens at all."""
ROUTES = ("客运站—农贸市场", "步行街—广场", "火车站片区", "桥洞—河堤", "医院周边", "国道沿线")


def open_stations(scene: Scene, plan: Plan, table: Sequence[Printed], made: Made) -> None:
    """Register the stations, where the table knows anything that they do."""
    if plan.printed(table, ROUNDS) or plan.printed(table, RECEIVED, kind=KIND):
        manner = plan.manner("rescue")
        for county in scene.counties()[: manner["stations"]]:
            register(scene, plan, made, KIND, county, scene.opening[0])
            host = made[KIND][-1]
            beds = {"facility": host.ref, "beds": manner["beds"], "since": host.opened_on.isoformat()}
            scene.say(f"beds/{host.name}", "facility.license_beds", beds, host.opened_on)


def go_on_patrol(scene: Scene, plan: Plan, table: Sequence[Printed], made: Made) -> None:
    """Say every round, and divide over the rounds what is printed of them."""
    printed = plan.printed(table, ROUNDS)
    if printed is None or printed.value <= 0:
        return
    chance, count = scene.chance("patrols"), int(printed.value)
    days = working_days(printed.first, printed.end, count, chance)
    shares = {name: _share(plan, table, name, count, chance) for name in ON_ROUNDS}
    stations, counties = made.get(KIND, []), scene.counties()
    for number, day in enumerate(days):
        at_station = stations and number % 3 == 0
        host = stations[number // 3 % len(stations)] if at_station else None
        where = {"facility": host.ref} if host else {"region": scene.code(counties[number % len(counties)], day)}
        counted = {name: its[number] for name, its in shares.items() if number in its}
        args = {"route": chance.choice(ROUTES), "staff": chance.randrange(2, 6), **where, **counted}
        scene.say(f"patrol/{number}", "patrol.record", args, day)


def _share(plan: Plan, table: Sequence[Printed], name: str, rounds: int, chance: random.Random) -> dict[int, int]:
    """On which round how many, in all as many as are printed."""
    printed = plan.printed(table, ON_ROUNDS[name])
    if printed is None or printed.value <= 0:
        return {}
    chosen = sorted(chance.sample(range(rounds), min(int(printed.value), max(1, rounds * BUSY_PERCENT[name] // 100))))
    weights = [0.3 + 1.4 * chance.random() for _ in chosen]
    avoid = frozenset(int(row.value) for row in table if row.value > 100)
    return dict(zip(chosen, share_out(int(printed.value), weights, avoid), strict=True))


@dataclass(frozen=True)
class Visit:
    """One stay at a station to be: when, how it ends after how many days, and whether anybody knows who it is."""

    day: date
    outcome: str
    days: int
    known: bool


def receive(scene: Scene, plan: Plan, table: Sequence[Printed], made: Made, crowd: Crowd) -> None:
    """Say every reception at a station, in the printed period and a few after it, and what became of each."""
    printed = plan.printed(table, RECEIVED, kind=KIND)
    stations = made.get(KIND, [])
    if printed is None or printed.value <= 0 or not stations:
        return
    escorted = plan.printed(table, ESCORTED)
    homeward = min(int(printed.value), int(escorted.value)) if escorted else 0
    manner, chance = plan.manner("rescue"), scene.chance("rescues")
    visits = _visits(manner, printed, homeward, chance)
    for number, visit in enumerate([*visits, *_later(manner, printed, chance)]):
        _visit(scene, manner, crowd, stations[number % len(stations)], visit, number, chance)
    for number, day in enumerate(working_days(printed.first, printed.end, manner["refused"], chance)):
        args = {"station": stations[0].ref, "sex": "male", "age_band": "adult", "reasons": ["means_of_own"]}
        scene.say(f"rescue/refused/{number}", "rescue.refuse", args, day)


def _visits(manner: Mapping[str, Any], printed: Printed, homeward: int, chance: random.Random) -> list[Visit]:
    """So many receptions; some in the first part of the period are of people who are escorted home within it."""
    count = int(printed.value)
    days = working_days(printed.first, printed.end - timedelta(days=14), count, chance)
    escorts = set(chance.sample(range(count), homeward))
    visits = []
    for number, day in enumerate(days):
        outcome = "escorted_home" if number in escorts else chance.choice(manner["outcomes"])
        known = number in escorts or number % manner["strangers_every"] != 1
        visits.append(Visit(day, outcome, 14 if number == 2 else chance.randrange(1, 9), known))
    return visits


def _later(manner: Mapping[str, Any], printed: Printed, chance: random.Random) -> list[Visit]:
    """A few receptions after the printed period; the last has not ended and nobody knows who it is."""
    begin = printed.end + timedelta(days=6)
    days = working_days(begin, begin + timedelta(days=40), manner["later"], chance)
    visits = [Visit(day, chance.choice(manner["outcomes"]), chance.randrange(1, 9), known=True) for day in days]
    return [*visits[:-1], Visit(days[-1], "", 0, known=False)]


def _visit(
    scene: Scene,
    manner: Mapping[str, Any],
    crowd: Crowd,
    station: Host,
    visit: Visit,
    number: int,
    chance: random.Random,
) -> None:
    """One person's help, step by step; somebody escorted home as a patient was in hospital first."""
    label, day = f"rescue/{number}", visit.day
    person = crowd.person(f"{label}/person", station.county, manner["ages"], day) if visit.known else None
    course = Course(scene, label, "rescue").begin(
        "rescue.receive",
        {
            "station": station.ref,
            "person": person,
            "sex": crowd.sex_of(person) if person else "male",
            "age_band": "adult",
            "how_found": chance.choice(manner["found"]),
            "special_care": visit.outcome == "escorted_home" or None,
        },
        day,
        at=time(8 + chance.randrange(10), chance.randrange(60)),
    )
    course.then("rescue.register_belongings", {"note": "背包一个、衣物若干（合成）"}, day, at=time(19, 5))
    if not visit.known:
        course.then("rescue.seek_identity", {"method": "system"}, day, at=time(19, 20))
        course.then("rescue.publish_notice", {"medium": "search_site"}, day, at=time(19, 40))
        if visit.outcome:
            course.then("rescue.request_dna", {}, day + timedelta(days=1))
    if visit.outcome == "escorted_home":
        course.then("rescue.send_to_hospital", {"hospital": "精神卫生福利院（合成）"}, day + timedelta(days=1))
    if visit.outcome:
        gone = {"outcome": visit.outcome, **manner["leaving"].get(visit.outcome, {})}
        late = {"overstay_reason": "等待户籍地核实"} if visit.days > 10 else {}
        course.then("rescue.leave", {**gone, **late}, day + timedelta(days=max(1, visit.days)))
