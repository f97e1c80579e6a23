"""业务活动类型 — which countable work can be logged, with which quantities, as data that a bureau can extend."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from domain.kinds import KINDS
from domain.units import ENGLISH, measured

OFFICES = frozenset({"city", "county"})
NAME = re.compile(r"[a-z][a-z0-9_]*")
SOURCE = re.compile(r"[a-z0-9_]+:[a-z0-9_]+")
KNOWN = frozenset(
    {
        "key",
        "zh",
        "en",
        "quantities",
        "amount",
        "kinds",
        "offices",
        "valid_from",
        "valid_to",
        "daily",
        "once_a_day",
        "beside",
    }
)
LODGING = "lodging"
"""Stands for every kind of facility in which people live."""
PLACES_MAX = 4
"""Quantities are counted in ten-thousandths at the finest."""


class BadActivityTypes(ValueError):
    """The file of activity types cannot be used; the message names the type and what is wrong."""


@dataclass(frozen=True)
class Quantity:
    """One number that an entry of a type carries; `sources` are the printed figures that its sum computes."""

    key: str
    zh: str
    en: str
    unit: str
    unit_en: str
    places: int = 0
    sources: tuple[str, ...] = ()
    part_of: str | None = None
    """The quantity of the type that contains this one: nobody puts more faults right than were found."""

    def said(self, number: Any, zh: bool) -> str:
        """The quantity in a sentence."""
        return measured((self.zh, self.en), (self.unit, self.unit_en), number, zh=zh)


@dataclass(frozen=True)
class ActivityType:
    """A kind of countable work, logged by facilities of `kinds` (every day if it is `daily`) or by `offices`, within its validity."""

    key: str
    zh: str
    en: str
    quantities: Mapping[str, Quantity]
    amount: Quantity | None = None
    kinds: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    valid_from: date = date.min
    valid_to: date | None = None
    daily: bool = False
    once_a_day: bool = False
    """Whether a facility logs it at most once for a day."""
    beside: str | None = None
    """The stock that other entries give of the same thing as the sum of its quantities."""

    def valid_on(self, day: date) -> bool:
        """Whether work of this type can be dated on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def contradictions(self, said: Mapping[str, Decimal]) -> Iterator[tuple[Quantity, Quantity]]:
        """(part, whole) where an entry says more of a part than of what contains it; a whole that it leaves out is none."""
        for part in self.quantities.values():
            if part.part_of and said.get(part.key, 0) > said.get(part.part_of, 0):
                yield part, self.quantities[part.part_of]

    def measures(self) -> Iterator[tuple[str, Quantity]]:
        """Every figure key of the type with what it measures, money last."""
        for quantity in (*self.quantities.values(), *([self.amount] if self.amount else [])):
            yield f"activity.{self.key}.{quantity.key}", quantity


@dataclass(frozen=True)
class ActivityTypes:
    """All activity types by key, in the order of the file."""

    types: Mapping[str, ActivityType]

    @classmethod
    def parse(cls, text: str) -> ActivityTypes:
        """Read the TOML text; refuse what would give figures without a name, a unit or a place."""
        types: dict[str, ActivityType] = {}
        for entry in tomllib.loads(text).get("type", []):
            found = _activity_type(entry)
            if found.key in types:
                raise BadActivityTypes(f"{found.key}: declared twice")
            types[found.key] = found
        return cls(types)

    def valid_on(self, day: date) -> dict[str, ActivityType]:
        """The types that can be logged for a day."""
        return {key: kind for key, kind in self.types.items() if kind.valid_on(day)}

    def measures(self) -> dict[str, Quantity]:
        """Every figure key that activities lead to, with what it measures."""
        return dict(pair for kind in self.types.values() for pair in kind.measures())


def _activity_type(entry: Mapping[str, Any]) -> ActivityType:
    """One type, complete, or the reason why not."""
    key = _named(entry, entry.get("key", "?"))
    unknown = entry.keys() - KNOWN
    _require(not unknown, key, f"unknown {', '.join(sorted(unknown))}")
    _require(bool(entry.get("quantities")), key, "no quantity")
    quantities: dict[str, Quantity] = {}
    for declared in entry["quantities"]:
        quantity = _quantity(key, declared)
        _require(quantity.key not in quantities, key, f"quantity {quantity.key} declared twice")
        _require(quantity.key != "amount", key, "a quantity is named amount, which stands for money")
        quantities[quantity.key] = quantity
    kinds, offices = _kinds(entry.get("kinds", ())), tuple(entry.get("offices", ()))
    _require(bool(kinds or offices), key, "nobody logs it: name kinds or offices")
    _require(OFFICES.issuperset(offices), key, "an office is city or county")
    _require(entry.get("daily", False) in (False, True), key, "daily is true or false")
    _require(entry.get("once_a_day", False) in (False, True), key, "once_a_day is true or false")
    facility_only = bool(kinds) or not (entry.get("daily") or entry.get("once_a_day"))
    _require(facility_only, key, "it is of a day, but no kind of facility logs it")
    for one in quantities.values():
        whole = quantities.get(one.part_of) if one.part_of else one
        _require(whole is not None and (whole.unit == one.unit), key, f"{one.key} is part of no quantity of its unit")
    amount = entry.get("amount")
    return ActivityType(
        key,
        entry["zh"],
        entry["en"],
        quantities,
        _quantity(key, {"key": "amount", "unit": "元", "places": 2, **amount}) if amount else None,
        kinds,
        offices,
        entry.get("valid_from", date.min),
        entry.get("valid_to"),
        entry.get("daily", False),
        entry.get("once_a_day", False),
        entry.get("beside"),
    )


def _kinds(named: Iterable[str]) -> tuple[str, ...]:
    """The kinds of facilities that are named, one by one or as those in which people live."""
    lodging = [key for key, kind in KINDS.items() if kind.lodging]
    return tuple(dict.fromkeys(key for one in named for key in (lodging if one == LODGING else (one,))))


def _quantity(owner: str, declared: Mapping[str, Any]) -> Quantity:
    """One quantity, complete, or the reason why not."""
    key = _named(declared, owner)
    _require(bool(declared.get("unit")), owner, f"{key} has no unit")
    places, sources = declared.get("places", 0), tuple(declared.get("sources", ()))
    _require(isinstance(places, int) and 0 <= places <= PLACES_MAX, owner, f"{key}: places must be 0 to {PLACES_MAX}")
    _require(all(SOURCE.fullmatch(source) for source in sources), owner, f"{key}: a source is system:metric")
    unit_en = declared.get("unit_en") or ENGLISH.get(declared["unit"])
    _require(bool(unit_en), owner, f"{key}: the unit has no English name; give unit_en")
    names = declared["zh"], declared["en"], declared["unit"], str(unit_en)
    return Quantity(key, *names, places, sources, declared.get("part_of"))


def _named(declared: Mapping[str, Any], owner: str) -> str:
    """The key of something that has a name in both languages."""
    key = declared.get("key", "")
    _require(bool(NAME.fullmatch(key)), owner, f"{key!r} is no key")
    _require(bool(declared.get("zh") and declared.get("en")), owner, f"{key} has no name in both languages")
    return str(key)


def _require(holds: bool, owner: str, complaint: str) -> None:
    """Refuse with the name of the type at fault."""
    if not holds:
        raise BadActivityTypes(f"{owner}: {complaint}")
