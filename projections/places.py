"""Places: where each facility lay and what it was, on both clocks; and the regions that rows stand in by themselves.

What rows inherit from their facility is asked with every figure and changes seldom, so it is kept apart from the
other columns of the board of facilities, and in memory as long as the views stand at one position.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, select

from domain.facilities import Facility
from domain.regions import Regions
from projections.aliases import aliases
from projections.ask import Ask
from projections.folding import PLACES
from projections.tables import Tables, end_of

ASKED_MAX = 1_024
"""So many questions' places are kept until the views move on."""
_parsed = lru_cache(maxsize=4096)(json.loads)


@dataclass(frozen=True, slots=True)
class Place:
    """What the rows of a facility inherit on a day; a region is a place of itself, with a code below 0."""

    code: int
    region: str
    values: Mapping[str, str | None]


class Places:
    """Every place that one generation knows, as of one position that the views have reached."""

    def __init__(self, connection: Connection, tables: Tables, before: Places | None = None) -> None:
        table = tables.sheets[PLACES].c
        columns = (table.facility, table.from_position, table.to_position, table.valid_from, table.valid_to)
        query = select(*columns, *(table[name] for name in Facility.placed))
        self.lying: dict[str, list[tuple[int, int, int, int, Place]]] = defaultdict(list)
        """Where something ever lay: (from_position, to_position, valid_from, valid_to, what it was)."""
        for code, since, to, valid_from, valid_to, *values in connection.execute(query):
            place = _place(code, values)
            self.lying[place.region].append((since, to, valid_from, valid_to, place))
        self.regions = self.lying.keys()
        self.aliases = aliases(connection, tables, before and before.aliases)
        self.codes = {place.code for its in self.lying.values() for *_, place in its}
        # A page asks many figures about the same places on the same days.
        self._asked: dict[tuple[Any, ...], Mapping[int, Place]] = {}
        self.figures: dict[str, int] = {}
        """The codes of figures that were asked for."""

    def asked(self, ask: Ask, position: int, regions: Regions, facility: int | None) -> Mapping[int, Place]:
        """The places in a question; `facility` is the code of the one that is asked for."""
        where = tuple(
            (name, value) for name, value in ask.where.items() if name in Facility.placed and name != "region"
        )
        key = ask.as_of, position, ask.region, facility, where
        found = self._asked.get(key)
        if found is None:
            found = self._chosen(ask.as_of, position, ask.region, regions, facility, where)
            if len(self._asked) >= ASKED_MAX:
                self._asked.clear()
            self._asked[key] = found
        return found

    def _chosen(
        self,
        day: date,
        position: int,
        region: str | None,
        regions: Regions,
        facility: int | None,
        where: tuple[tuple[str, str], ...],
    ) -> Mapping[int, Place]:
        moment = end_of(day)
        inside = self.regions if region is None else self.regions & regions.codes_within(region, day)
        found = {
            place.code: place
            for code in inside
            for since, to, valid_from, valid_to, place in self.lying[code]
            if since <= position < to and valid_from <= moment < valid_to
        }
        if facility is not None:
            found = {facility: found[facility]} if facility in found else {}
        for name, value in where:
            found = {code: place for code, place in found.items() if place.values[name] == value}
        return found


def _place(code: int, values: list[Any]) -> Place:
    read = dict(zip(Facility.placed, (value and _parsed(value) for value in values), strict=True))
    return Place(code, read.pop("region"), read)
