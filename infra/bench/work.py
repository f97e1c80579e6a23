"""The commands that are measured: licences of beds alone, and a county's mixed day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from domain.desk import Submission
from domain.identifiers import synthetic_resident_number
from infra.bench.nodes import record, submission
from infra.bootstrap import Services

COUNTY = "370102"
FIRST_DAY = date(2023, 1, 1)
PAST = 9
"""Licences beside the registration: a stream of ten events."""

_serial = count(1)


def register(number: int) -> Submission:
    """A home."""
    return submission(
        "facility.register",
        {
            "kind": "elderly_care_home",
            "name": f"第{number}养老院",
            "site_no": "01",
            "region": COUNTY,
            "address": "人民路1号",
            "operator": "public",
            "opened_on": FIRST_DAY.isoformat(),
            "setting": "urban",
        },
        occurred_on=FIRST_DAY,
    )


def license_beds(facility: str, number: int) -> Submission:
    """The number of beds of a home from a day on."""
    day = FIRST_DAY + timedelta(days=number)
    return submission(
        "facility.license_beds", {"facility": facility, "beds": 100 + number, "since": day.isoformat()}, occurred_on=day
    )


def homes(services: Services, number: int, past: int = PAST) -> list[str]:
    """Homes whose streams hold a registration and some licences each."""
    streams = [r.stream for r in record(services, [register(n) for n in range(number)])]
    for again in range(1, past + 1):
        record(services, [license_beds(stream, again) for stream in streams])
    return streams


def licences(streams: list[str], each: int) -> Iterator[Submission]:
    """Ten years of a home's licences, home after home: as many events of one stream in a transaction as the rival saves."""
    yield from (license_beds(stream, number) for stream in streams for number in range(1, each + 1))


def mixed_day(streams: list[str], size: int) -> Iterator[Submission]:
    """Half activities; persons met, admitted, on leave and discharged; homes registered and licensed for beds.

    Of 100 commands: 50 activities, 15 persons, 15 admissions, 5 leaves, 5 discharges, 2 registrations, 8 licences.
    They lead to 120 events, of which 15 carry sealed fields.
    """
    for start in range(0, size, 100):
        day = FIRST_DAY + timedelta(days=1000 + start % 300)
        homes_of_day = [streams[(start + n) % len(streams)] for n in range(50)]
        yield from (_activity(home, day, n) for n, home in enumerate(homes_of_day))
        people = [_person(day) for _ in range(15)]
        yield from people
        stays = [
            submission(
                "stay.admit",
                {
                    "person": {"$ref": person.id},
                    "facility": homes_of_day[n],
                    "category": "self_paying",
                    "bed": f"{n}-1",
                    "agreement_no": f"XY{start + n}",
                },
                occurred_on=day,
            )
            for n, person in enumerate(people)
        ]
        yield from stays
        for command, some, more in (
            ("stay.go_on_leave", stays[:5], {}),
            ("stay.discharge", stays[5:10], {"reason": "to_family"}),
        ):
            yield from (
                submission(command, {"stay": {"$ref": stay.id}, **more}, occurred_on=day + timedelta(days=1))
                for stay in some
            )
        yield from (register(start + n) for n in range(2))
        yield from (license_beds(home, 1001 + start % 300) for home in homes_of_day[:8])


def _activity(home: str, day: date, number: int) -> Submission:
    return submission(
        "activity.log",
        {
            "type": "child_goods_aid",
            "quantities": {"children": number % 7 + 1},
            "facility": home,
            "amount_fen": 10_000 + number,
        },
        occurred_on=day,
    )


def _person(day: date) -> Submission:
    serial = next(_serial)
    born = date(1930, 1, 1) + timedelta(days=serial % 9000)
    number = synthetic_resident_number(serial // 9000 % 999 + 1, born)
    sex = "male" if int(number[16]) % 2 else "female"
    return submission(
        "person.register",
        {"name": "张三丰", "document_kind": "resident_identity_card", "sex": sex, "document_number": number},
        occurred_on=day,
    )
