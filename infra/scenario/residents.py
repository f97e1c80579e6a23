"""Persons and their stays: each one registered, admitted, moved and discharged by commands, none real."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from domain.identifiers import synthetic_resident_number
from infra.scenario.institutions import Host, Made, register
from infra.scenario.plan import Plan
from infra.scenario.scene import Scene, spread_days
from infra.scenario.table import Printed

MOVES_PERCENT = 3
NO_AGREEMENT_PERCENT = 3
NO_CONTACT_PERCENT = 4
SETTLED_PERCENT = 85
"""Of those present at a day: share who were admitted when the books began."""


@dataclass(frozen=True)
class Guest:
    """One stay to be: the category, when it begins, and when it ends if it does."""

    category: str
    came: date
    left: date | None = None


@dataclass(frozen=True)
class Resident:
    """Somebody who stays, or stayed, in a home."""

    person: Mapping[str, str]
    stay: Mapping[str, str]
    host: Host
    category: str
    bed: str
    came: date
    left: date | None


@dataclass
class Crowd:
    """Draws persons that nobody is: an invented name, and a document number of the unassigned province 99."""

    scene: Scene
    names: Mapping[str, Any]
    chance: random.Random
    numbers: set[str] = field(default_factory=set)
    sexes: dict[str, str] = field(default_factory=dict)

    def person(self, label: str, county: str, ages: Sequence[int], on: date) -> Mapping[str, str]:
        """Say the registration of a new person and return the reference."""
        sex = self.chance.choice(("male", "female"))
        born = on - timedelta(days=int(365.25 * self.chance.uniform(*ages)))
        ref = self.scene.say(
            label,
            "person.register",
            {
                "name": self.name(sex),
                "document_kind": "resident_identity_card",
                "document_number": self._number(sex, born, "99" + self.scene.code(county, on)[2:]),
                "sex": sex,
                "birth_date": born.isoformat(),
            },
            on,
        )
        self.sexes[ref["$ref"]] = sex
        return ref

    def sex_of(self, person: Mapping[str, str]) -> str:
        """The sex of a person that was registered here."""
        return self.sexes[person["$ref"]]

    def name(self, sex: str) -> str:
        """An invented name, Tibetan or Han."""
        draw = self.chance.choice
        if self.chance.randrange(100) < self.names["tibetan_share"]:
            return draw(self.names["tibetan_first"]) + draw(self.names["tibetan_" + sex])
        return draw(self.names["family"]) + draw(self.names["given_" + sex])

    def _number(self, sex: str, born: date, region: str) -> str:
        while True:
            number = synthetic_resident_number(self.chance.randrange(0, 998, 2) + (sex == "male"), born, region)
            if number not in self.numbers:
                self.numbers.add(number)
                return number


def admit_residents(scene: Scene, plan: Plan, table: Sequence[Printed], made: Made, crowd: Crowd) -> list[Resident]:
    """Say every home, its beds, its residents and their stays that the table leads to."""
    residents: list[Resident] = []
    for category, manner in plan.manner("stays").items():
        facts = {
            question.figure: printed
            for question, printed in plan.asked(table).items()
            if dict(question.where).get("category") == category
        }
        if not facts and not ("beside_all" in manner and any(plan.route(row).nil for row in table)):
            continue
        flow = facts.get("stay.admitted")
        guests = (
            _flow(scene, category, manner, facts)
            if flow
            else _stock(scene, category, manner, *_present(scene, manner, facts))
        )
        opened = flow.first if flow else scene.opening[0]
        hosts = [
            register(scene, plan, made, manner["kind"], county, opened, fresh=bool(flow))
            for county in scene.counties()[: manner["counties"] or None]
            for _ in range(manner["hosts"])
        ]
        residents += _house(scene, crowd, manner, hosts, guests)
    return residents


def _flow(scene: Scene, category: str, manner: Mapping[str, Any], facts: Mapping[str, Printed]) -> list[Guest]:
    """Admissions over a period, of which some left within it: those present follow by themselves."""
    admitted = facts["stay.admitted"]
    leavers = min(int(admitted.value), int(facts["stay.discharged"].value)) if "stay.discharged" in facts else 0
    chance = scene.chance("stays", category)
    came = spread_days(admitted.first, admitted.end, int(admitted.value), chance)
    leaving = set(chance.sample(range(max(leavers, int(admitted.value) * 2 // 3)), leavers))
    return [
        Guest(category, day, _between(day + timedelta(days=1), admitted.end, chance) if i in leaving else None)
        for i, day in enumerate(came)
    ]


def _present(scene: Scene, manner: Mapping[str, Any], facts: Mapping[str, Printed]) -> tuple[int, date]:
    """How many are there on which day: as printed, or as many as the plan puts beside what is printed."""
    printed = facts.get("stay.present")
    return (int(printed.value), printed.end) if printed else (manner["beside_all"], date(scene.year, 10, 31))


def _stock(scene: Scene, category: str, manner: Mapping[str, Any], present: int, day: date) -> list[Guest]:
    """Those present on a day, most since the books began; beside them some who left before or came after."""
    chance, begin = scene.chance("stays", category), scene.opening[1] + timedelta(days=1)
    books = date(scene.year - 1, 12, 15)
    settled = present * SETTLED_PERCENT // 100
    guests = [Guest(category, _between(begin, books, chance)) for _ in range(settled)]
    guests += [Guest(category, came) for came in spread_days(date(scene.year, 1, 2), day, present - settled, chance)]
    guests += [
        Guest(category, _between(begin, books, chance), _between(date(scene.year, 2, 1), day, chance))
        for _ in range(manner.get("left_before", 0))
    ]
    guests += [
        Guest(category, _between(day + timedelta(days=1), max(scene.closing, day + timedelta(days=30)), chance))
        for _ in range(manner.get("came_after", 0))
    ]
    for other, number in manner.get("beside", {}).items():
        guests += [Guest(other, _between(books, day, chance)) for _ in range(number)]
    return guests


def _house(
    scene: Scene, crowd: Crowd, manner: Mapping[str, Any], hosts: Sequence[Host], guests: Sequence[Guest]
) -> list[Resident]:
    """License beds in every home and give every guest a place in one of them; one home is licensed for too few."""
    chance, residents = scene.chance("houses", manner["kind"]), []
    placed: dict[int, list[Guest]] = {i: [] for i in range(len(hosts))}
    for index, guest in enumerate(guests):
        placed[index % len(hosts)].append(guest)
    for number, host in enumerate(hosts):
        here = placed[number]
        crowded = number == len(hosts) - 1 and len(hosts) > 1
        beds = len(here) * 9 // 10 if crowded else (len(here) * 11 // 100 + 1) * 10
        scene.say(
            f"beds/{host.name}",
            "facility.license_beds",
            {"facility": host.ref, "beds": beds, "since": host.opened_on.isoformat()},
            host.opened_on,
        )
        for bed, guest in enumerate(sorted(here, key=lambda g: g.came)):
            residents.append(_stay(scene, crowd, manner, host, guest, bed, chance))
    return residents


def _stay(
    scene: Scene, crowd: Crowd, manner: Mapping[str, Any], host: Host, guest: Guest, bed: int, chance: random.Random
) -> Resident:
    """Say one person's registration, admission and what followed."""
    label = f"stay/{host.name}/{bed}"
    person = crowd.person(label + "/person", host.county, manner["ages"], guest.came)
    agreed = manner["agreements"] and chance.randrange(100) >= NO_AGREEMENT_PERCENT
    stay = scene.say(
        label,
        "stay.admit",
        {
            "person": person,
            "facility": host.ref,
            "category": guest.category,
            "bed": _bed(bed),
            "agreement_no": f"{scene.code(host.county, guest.came)}-{guest.came:%Y}-{bed + 1:04d}" if agreed else None,
            **(_contact(crowd.name("male"), bed) if chance.randrange(100) >= NO_CONTACT_PERCENT else {}),
        },
        guest.came,
    )
    if guest.left is not None:
        reason = chance.choice(manner["leaving"])
        scene.say(label + "/left", "stay.discharge", {"stay": stay, "reason": reason}, guest.left)
    elif chance.randrange(100) < MOVES_PERCENT:
        moved = _between(guest.came, max(guest.came, scene.closing - timedelta(days=30)), chance)
        scene.say(label + "/moved", "stay.move", {"stay": stay, "bed": _bed(bed, wing="B")}, moved)
    return Resident(person, stay, host, guest.category, _bed(bed), guest.came, guest.left)


def _contact(name: str, number: int) -> dict[str, str]:
    """Somebody invented whom to call; no telephone number begins like this."""
    return {"contact": f"{name}（亲属，合成）", "contact_phone": f"000-{number:08d}"}


def _bed(number: int, wing: str = "A") -> str:
    """Wing, room and bed: four beds a room, twenty rooms a floor."""
    room = number // 4
    return f"{wing}{room // 20 + 1}{room % 20 + 1:02d}-{number % 4 + 1}"


def _between(first: date, last: date, chance: random.Random) -> date:
    """A day drawn from a period; its first day when the period is empty."""
    return first + timedelta(days=chance.randrange((last - first).days + 1)) if last > first else min(first, last)
