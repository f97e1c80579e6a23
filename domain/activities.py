"""业务活动 — the countable rest of a bureau's work: what was done, how many, where. Types are data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any

from domain.activity_types import ActivityType, Quantity
from domain.facility_rules import facility_or_region
from domain.figures import FACILITY_DIMENSIONS, Figure
from domain.model import BUREAU_POSTS, FACILITY_POSTS, Aggregate, Breach, Event, Field, Refused, Row, Wording

QUANTITY_PLACES = 4
"""Quantities are counted in ten-thousandths, so that areas and lengths stay exact integers."""

NOT_VALID = Wording(
    "这种活动在那一天还没有或已不再登记",
    "this type of activity is not in use on that day",
    "核对日期和类型",
    "check the day and the type",
)
NO_MONEY = Wording(
    "这种活动不记金额",
    "this type of activity has no amount of money",
    "删去金额，或选用记金额的类型",
    "leave the amount out, or choose a type that has one",
)
NO_QUANTITY = Wording("没有填写数量", "no quantity is given", "至少填写一项数量", "give at least one quantity")


class Activity(Aggregate):
    """业务活动 — one entry of one day."""

    name = "activity"
    label = "业务活动"
    sheet = "activities"
    columns = {
        "type": Field("类型", choices="activity_types"),
        "facility": Field("机构", ref="facility"),
        "region": Field("区域", ref="region"),
        "occurred_on": Field("日期", en="Day"),
        "quantities": Field("数量"),
        "amount_fen": Field("金额", en="Amount", unit="元"),
    }

    class Logged(Event):
        """Record what was done on a day: a type, its quantities and perhaps an amount of money."""

        topic = "activity.logged"
        label = "记录业务活动"
        label_en = "Activity"
        command = "activity.log"
        by = BUREAU_POSTS | FACILITY_POSTS
        creates = True
        sentence = ("{type}：{quantities}", "{type}: {quantities}")

        type: Annotated[str, Field("类型", choices="activity_types")]
        quantities: Annotated[dict[str, Decimal], Field("数量", unit="按类型")]
        facility: Annotated[str | None, Field("机构", ref="facility")] = None
        region: Annotated[str | None, Field("区域", ref="region")] = None
        amount_fen: Annotated[int | None, Field("金额", en="Amount", unit="元", minimum=0)] = None
        place: Annotated[str | None, Field("所在区域", en="Region of the facility", ref="region", filled=True)] = None

        @classmethod
        def called(cls, said: Mapping[str, Any], reference: Any) -> Mapping[str, tuple[str, str]]:
            """The quantities of the type."""
            kind = reference.activity_types.types.get(str(said.get("type")))
            return {name: (its.zh, its.en) for name, its in kind.quantities.items()} if kind else {}

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event, its quantities checked against the type."""
            kind = case.reference.activity_type(said["type"])
            if not kind.valid_on(case.occurred_on):
                case.found(Breach("activity.type_not_in_use", NOT_VALID, "warn"))
            _check_quantities(kind, said["quantities"])
            for part, whole in kind.contradictions(said["quantities"]):
                case.found(
                    Breach("activity.more_than_whole", _more_than_whole(part, whole, said["quantities"]), "warn")
                )
            if said.get("amount_fen") is not None and kind.amount is None:
                raise Refused("field.unknown", NO_MONEY, "amount_fen")
            yield (
                case.stream,
                cls,
                {**said, "place": facility_or_region(said, lambda stream: case.state(stream) or case.whole(stream))},
            )

        @classmethod
        def placement(cls, stream: str, fields: Mapping[str, Any], state: Any) -> tuple[str | None, str | None]:
            """The facility's place, or the region that was named."""
            return fields.get("facility"), fields.get("region") or fields.get("place")

        def apply(self, state: Activity) -> None:
            """The entry is what it says."""
            state.type, state.quantities, state.amount_fen = self.type, self.quantities, self.amount_fen
            state.facility, state.region, state.occurred_on = self.facility, self.region or self.place, self.day

        def rows(self, state: None) -> Iterable[Row]:
            """Each quantity is a figure of its own; so is the money."""
            where = {"facility": self.facility} if self.facility else {"region": self.region}
            for name, value in self.quantities.items():
                yield Row(
                    f"activity.{self.type}.{name}",
                    self.day,
                    int(value.scaleb(QUANTITY_PLACES)),
                    self.originator_id,
                    **where,
                )
            if self.amount_fen is not None:
                yield Row(f"activity.{self.type}.amount", self.day, self.amount_fen, self.originator_id, **where)


def _check_quantities(kind: ActivityType, quantities: Mapping[str, Decimal]) -> None:
    """Refuse what the type does not count, and parts of what cannot be parted."""
    if not quantities:
        raise Refused("field.missing", NO_QUANTITY, "quantities")
    for name, value in quantities.items():
        if name not in kind.quantities:
            known = "、".join(kind.quantities)
            raise Refused(
                "field.unknown",
                Wording(
                    f"{kind.zh}没有这项数量；可填：{known}",
                    f"no such quantity; known: {', '.join(kind.quantities)}",
                    "只填该类型的数量",
                    "use the quantities of the type",
                ),
                "quantities",
            )
        places = kind.quantities[name].places
        if round(value, places) != value:
            raise Refused(
                "field.invalid",
                Wording(
                    f"“{kind.quantities[name].zh}”" + (f"最多 {places} 位小数" if places else "应为整数，不带小数"),
                    f"{kind.quantities[name].en} "
                    + (f"has at most {places} decimals" if places else "is a whole number without decimals"),
                    "核对后重填",
                    "check it and fill it in again",
                ),
                "quantities",
                part=name,
            )


def _more_than_whole(part: Quantity, whole: Quantity, said: Mapping[str, Decimal]) -> Wording:
    """How a part that is more than its whole is told."""
    some, all_ = said[part.key], said.get(whole.key, Decimal(0))
    return Wording(
        f"{part.said(some, zh=True)}，多于{whole.said(all_, zh=True)}",
        f"{part.en}: {some}, more than {whole.en}: {all_}",
        "核对这两个数量，填错的请改正",
        "check the two quantities and correct the wrong one",
    )


def activity_figures(types: Mapping[str, ActivityType]) -> dict[str, Figure]:
    """A flow for each quantity of each activity type, and one for its money."""
    found = {}
    for kind in types.values():
        for name, quantity in kind.quantities.items():
            recounted = kind.beside is not None  # no flow of people: only how often somebody was counted adds up
            key = f"activity.{kind.key}.{name}"
            found[key] = Figure(
                key,
                f"{kind.zh}：{quantity.zh}",
                f"{kind.en}: {quantity.en}",
                quantity.unit + ("次" if recounted else ""),
                "flow",
                f"期间内记录的“{kind.zh}”的{quantity.zh}之和",
                f"Sum of {quantity.en} over the entries '{kind.en}' in the period",
                FACILITY_DIMENSIONS,
                places=QUANTITY_PLACES,
                sources=tuple(quantity.sources),
                unit_en=quantity.unit_en,
                shown_places=quantity.places,
                recounted=recounted,
            )
        if kind.amount is not None:
            key = f"activity.{kind.key}.amount"
            found[key] = Figure(
                key,
                f"{kind.zh}：{kind.amount.zh}",
                f"{kind.en}: {kind.amount.en}",
                "元",
                "flow",
                f"期间内记录的“{kind.zh}”的{kind.amount.zh}之和",
                f"Sum of {kind.amount.en} over the entries '{kind.en}' in the period",
                FACILITY_DIMENSIONS,
                places=2,
                sources=tuple(kind.amount.sources),
            )
    return found
