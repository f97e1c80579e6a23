"""Ten years of a province: 800 facilities in 80 of its real counties, drawn the same way every time.

The events are those that the desk would have decided, with real digests, leaves and sealed names; they are handed to
`Log.append` ready made, because it is the reading that is measured here. Of 100 entries about 60 are activities (a few
of them late), 14 admissions and discharges with their guards, 7 persons, 5 changes of bed, 4 licences, 1 withdrawal.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.activities import Activity
from domain.envelopes import Envelope
from domain.facilities import Facility
from domain.log import Decided
from domain.model import EntryWithdrawn, Event
from domain.people import Person
from domain.regions import Regions
from domain.stays import Stay
from domain.work import mentioned
from infra.bench.nodes import PROVINCE, SQLITE, close_node, open_node
from infra.bench.rounds import Line, timed
from infra.bootstrap import Services

FACILITIES, COUNTIES = 800, 80
FIRST, LAST = date(2015, 1, 1), date(2024, 12, 31)
DAYS = (LAST - FIRST).days + 1
GROUP = 4_000
ACTIVITY, QUANTITY = "child_goods_aid", "children"
LATE_SHARE, LATE_DAYS_MAX = 0.04, 200
KINDS = (("activity", 60), ("person", 7), ("admit", 7), ("discharge", 7), ("move", 5), ("license", 4), ("withdraw", 1))
CATEGORIES = ("destitute", "self_paying", "low_income", "patient")


@dataclass
class Kept:
    """A node with ten years in it, and how fast they were appended and its views built."""

    services: Services
    lines: list[Line]


@contextmanager
def decade(directory: Path, events: int) -> Iterator[Kept]:
    """The node with so many events; an earlier run's log is used again, its views are always built anew."""
    where = directory / f"decade-{events}"
    where.mkdir(parents=True, exist_ok=True)
    services, lines = open_node(where), []
    if services.log.head().position < events:
        rate = timed(Decade(services, events).record)
        lines.append(
            Line(
                "4",
                f"{events:,} ready-made events appended in groups of {GROUP:,} entries",
                SQLITE,
                "",
                "events/s",
                rate,
                None,
                None,
                "",
                None,
            )
        )
    rate = timed(lambda: services.views.rebuild()[0])
    lines.append(
        Line(
            "4",
            f"rebuild of all views over {events:,} events of ten years",
            SQLITE,
            "",
            "events/s",
            rate,
            None,
            None,
            "",
            None,
        )
    )
    try:
        yield Kept(services, lines)
    finally:
        close_node(services)


Made = Sequence[tuple[type[Event], str, dict[str, Any]]]
"""(event, stream, fields), the entry's own event first."""


def counties(regions: Regions) -> list[str]:
    """Counties of the province that kept code and territory all those years."""
    found = sorted(regions.codes_within(PROVINCE, LAST) & regions.codes_within(PROVINCE, FIRST))
    return [code for code in found if regions.level(code) == 3][:COUNTIES]


@dataclass
class Decade:
    """The province as it is drawn, entry by entry."""

    services: Services
    events: int
    rng: random.Random = field(default_factory=lambda: random.Random(20260101))
    versions: dict[str, int] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    """facility -> county"""
    streams: list[str] = field(default_factory=list)
    free: list[str] = field(default_factory=list)
    inside: list[tuple[str, str, str]] = field(default_factory=list)
    """(stay, person, facility) of whoever is in a home now."""
    activities: list[tuple[str, str]] = field(default_factory=list)
    made: int = 0

    def record(self) -> int:
        """Append everything, some thousands of entries a transaction; how many events that was."""
        group: list[Decided] = []
        for decided in self._entries():
            group.append(decided)
            if len(group) == GROUP:
                self._append(group)
                group = []
        self._append(group)
        return self.made

    def _append(self, group: list[Decided]) -> None:
        self.services.vault.flush()
        self.services.log.append(group)

    def _entries(self) -> Iterator[Decided]:
        places = counties(self.services.reference.regions)
        for number in range(FACILITIES):
            yield self._home(number, places[number % len(places)])
        names, weights = zip(*KINDS, strict=True)
        while self.made < self.events:
            day = FIRST + timedelta(days=self.made * DAYS // self.events)
            made = getattr(self, f"_{self.rng.choices(names, weights)[0]}")(day)
            if made:
                yield self._decided(day, made)

    def _home(self, number: int, county: str) -> Decided:
        stream = self._id()
        self.homes[stream] = county
        self.streams.append(stream)
        return self._decided(
            FIRST,
            [
                (
                    Facility.Registered,
                    stream,
                    {
                        "kind": "elderly_care_home",
                        "name": f"第{number}养老院",
                        "site_no": "01",
                        "region": county,
                        "address": "人民路1号",
                        "operator": self.rng.choice(("public", "private")),
                        "opened_on": FIRST,
                        "setting": "urban",
                    },
                )
            ],
        )

    def _activity(self, _: date) -> Made:
        stream, home = self._id(), self._any_home()
        self.activities.append((stream, home))
        return [
            (
                Activity.Logged,
                stream,
                {
                    "type": ACTIVITY,
                    "quantities": {QUANTITY: Decimal(self.rng.randint(1, 40))},
                    "facility": home,
                    "amount_fen": self.rng.randint(1_000, 900_000),
                    "place": self.homes[home],
                },
            )
        ]

    def _person(self, _: date) -> Made:
        stream = self._id()
        self.free.append(stream)
        name = self.services.vault.seal(stream, (Person.Registered.topic, stream, 1, "name"), "张三丰")
        return [
            (
                Person.Registered,
                stream,
                {
                    "name": name,
                    "document_kind": "none",
                    "sex": self.rng.choice(("male", "female")),
                    "birth_year": self.rng.randint(1925, 1960),
                    "pseudonym": f"m{stream}",
                },
            )
        ]

    def _admit(self, _: date) -> Made:
        if not self.free:
            return []
        person, stay, home = self._taken(self.free), self._id(), self._any_home()
        self.inside.append((stay, person, home))
        return [
            (
                Stay.Admitted,
                stay,
                {
                    "person": person,
                    "facility": home,
                    "category": self.rng.choice(CATEGORIES),
                    "agreement_no": "XY",
                    "region": self.homes[home],
                    "kind": "elderly_care_home",
                    "member": f"m{person}",
                    "sex": "female",
                    "birth_year": 1940,
                },
            ),
            (Person.StayOpened, person, {"stay": stay, "at_facility": home}),
        ]

    def _discharge(self, _: date) -> Made:
        if not self.inside:
            return []
        stay, person, _home = self._taken(self.inside)
        self.free.append(person)
        return [(Stay.Discharged, stay, {"reason": "to_family"}), (Person.StayClosed, person, {"stay": stay})]

    def _move(self, _: date) -> Made:
        if not self.inside:
            return []
        stay = self.rng.choice(self.inside)[0]
        return [(Stay.Moved, stay, {"bed": f"{self.rng.randint(1, 100)}-1"})]

    def _license(self, day: date) -> Made:
        return [(Facility.BedsLicensed, self._any_home(), {"beds": self.rng.randint(40, 400), "since": day})]

    def _withdraw(self, _: date) -> Made:
        if not self.activities:
            return []
        stream, _home = self._taken(self.activities)
        return [(EntryWithdrawn, stream, {"versions": (1,)})]

    def _any_home(self) -> str:
        return self.rng.choice(self.streams)

    def _taken(self, among: list[Any]) -> Any:
        """One of a list, taken out of it in constant time."""
        index = self.rng.randrange(len(among))
        among[index], among[-1] = among[-1], among[index]
        return among.pop()

    def _id(self) -> str:
        return str(UUID(int=self.rng.getrandbits(128)))

    def _decided(self, day: date, made: Made) -> Decided:
        command, on, stream = self._id(), day, made[0][1]
        if made[0][0] is Activity.Logged and self.rng.random() < LATE_SHARE:
            on = max(FIRST, day - timedelta(days=self.rng.randint(1, LATE_DAYS_MAX)))
        events = tuple(self._event(cls, its, on, command, fields) for cls, its, fields in made)
        self.made += len(events)
        named = tuple((stream, index) for index, event in enumerate(events) for stream in sorted(mentioned(event)))
        recorded = datetime.combine(day, time(8), UTC) + timedelta(milliseconds=self.made)
        return Decided(
            command, events[0].topic, self.services.vault.digest(command.encode()), stream, events, recorded, (), named
        )

    def _event(self, cls: type[Event], stream: str, on: date, command: str, fields: dict[str, Any]) -> Event:
        version = self.versions[stream] = self.versions.get(stream, 0) + 1
        home = stream if cls.topic.startswith("facility.") else fields.get("facility")
        envelope = Envelope(
            on,
            None,
            command,
            cls.command or "entry.withdraw",
            "bench.regulator",
            "regulator",
            "import",
            "重复" if cls is EntryWithdrawn else None,
            facility=home,
            region=self.homes.get(home or ""),
        )
        return cls(originator_id=stream, originator_version=version, envelope=envelope, **fields)
