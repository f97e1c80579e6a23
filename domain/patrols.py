"""街面巡查 — one patrol round: who went where, and what was done there. Each of these is a figure of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from domain.facility_rules import facility_or_region, standing
from domain.figures import FACILITY_DIMENSIONS, Figure
from domain.model import FACILITY_POSTS, Aggregate, Event, Field, Post, Row

PATROLLERS = FACILITY_POSTS | {Post.REGULATOR}


class Patrol(Aggregate):
    """街面巡查 — one entry for one round, by a rescue station or by an office."""

    name = "patrol"
    label = "街面巡查"
    sheet = "patrols"
    columns = {
        "facility": Field("救助站", en="Station", ref="facility"),
        "region": Field("区域", ref="region"),
        "occurred_on": Field("日期", en="Day"),
        "route": Field("路线"),
        "staff": Field("出动人数", en="Staff out", unit="人"),
        "persuaded": Field("劝返", en="Persuaded to return", unit="人次"),
        "street_aid": Field("街面救助", en="Aid in the street", unit="人次"),
        "brought_in": Field("护送到站", en="Brought to the station", unit="人次"),
        "leaflets": Field("发放资料", en="Leaflets handed out", unit="份"),
    }
    counted_by = "patrol.rounds"
    figures = (
        Figure(
            "patrol.rounds",
            "街面巡查次数",
            "Patrol rounds",
            "次",
            "flow",
            "期间内的街面巡查，每次计一",
            "Rounds in the period, each one counted",
            FACILITY_DIMENSIONS,
            sources=("street_patrol:street_patrols",),
            unit_en="rounds",
        ),
        Figure(
            "patrol.staff",
            "街面巡查出动人次",
            "Staff sent on patrol",
            "人次",
            "flow",
            "期间内各次巡查的出动人数之和",
            "Sum of the staff out over the rounds in the period",
            FACILITY_DIMENSIONS,
            sources=("street_patrol:street_patrol_person_times",),
        ),
        Figure(
            "patrol.persuaded",
            "街面劝返人次",
            "Persuaded to return",
            "人次",
            "flow",
            "期间内巡查中劝返的人次；不计入救助人次",
            "Person-times persuaded to return on rounds in the period; not counted as rescued",
            FACILITY_DIMENSIONS,
            sources=("street_patrol:persuaded_return_person_times",),
        ),
        Figure(
            "patrol.street_aid",
            "街面救助人次",
            "Aid given in the street",
            "人次",
            "flow",
            "期间内巡查中当场救助、未进站的人次；进站的见“救助人次”",
            "Person-times helped on the spot on rounds in the period; those taken in are counted by `rescue.received`",
            FACILITY_DIMENSIONS,
            sources=("street_patrol:street_rescued_persons", "rescue_station:rescued_persons"),
        ),
        Figure(
            "patrol.leaflets",
            "街面发放资料",
            "Leaflets handed out on patrol",
            "份",
            "flow",
            "期间内巡查中发放的宣传资料",
            "Leaflets handed out on rounds in the period",
            FACILITY_DIMENSIONS,
            sources=("street_patrol:publicity_materials",),
            unit_en="leaflets",
        ),
    )

    class Done(Event):
        """Record a patrol round: where, with how many staff, and what came of it."""

        topic = "patrol.done"
        label = "街面巡查"
        label_en = "Patrol round"
        command = "patrol.record"
        by = PATROLLERS
        creates = True
        sentence = ("街面巡查：{route}，出动 {staff} 人", "Patrol: {route}, {staff} staff")

        route: Annotated[
            str, Field("路线", hint_zh="写街道和地点，不写人名", hint_en="Streets and places; name nobody")
        ]
        staff: Annotated[int, Field("出动人数", en="Staff out", unit="人", minimum=1)]
        facility: Annotated[str | None, Field("救助站", en="Station", ref="facility")] = None
        region: Annotated[str | None, Field("区域", ref="region")] = None
        leaflets: Annotated[int | None, Field("发放资料", en="Leaflets handed out", unit="份")] = None
        persuaded: Annotated[int | None, Field("劝返", en="Persuaded to return", unit="人次")] = None
        street_aid: Annotated[int | None, Field("街面救助", en="Aid in the street", unit="人次")] = None
        brought_in: Annotated[
            int | None,
            Field(
                "护送到站",
                en="Brought to the station",
                unit="人次",
                hint_zh="到站的人另由救助站逐人登记",
                hint_en="The station enters each of them as received",
            ),
        ] = None
        place: Annotated[str | None, Field("所在区域", en="Region of the station", ref="region", filled=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event, at a station or at a region."""
            yield (
                case.stream,
                cls,
                {**said, "place": facility_or_region(said, lambda stream: standing(case, stream, "patrol"))},
            )

        @classmethod
        def placement(cls, stream: str, fields: Mapping[str, Any], state: Any) -> tuple[str | None, str | None]:
            """The station's place, or the region that was named."""
            return fields.get("facility"), fields.get("region") or fields.get("place")

        def apply(self, state: Patrol) -> None:
            """The round is what it says."""
            state.facility, state.region, state.occurred_on = self.facility, self.region or self.place, self.day
            state.route, state.staff, state.leaflets = self.route, self.staff, self.leaflets
            state.persuaded, state.street_aid, state.brought_in = self.persuaded, self.street_aid, self.brought_in

        def rows(self, state: None) -> Iterable[Row]:
            """One round, and everything that was counted on it."""
            where = {"facility": self.facility} if self.facility else {"region": self.region}
            counted = {
                "rounds": 1,
                "staff": self.staff,
                "persuaded": self.persuaded,
                "street_aid": self.street_aid,
                "leaflets": self.leaflets,
            }
            for name, amount in counted.items():
                if amount:
                    yield Row(f"patrol.{name}", self.day, amount, self.originator_id, **where, opening=name == "rounds")
