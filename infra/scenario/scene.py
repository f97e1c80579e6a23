"""Where and when a scenario plays, and the lines that it says: commands with identifiers and a recording clock."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from domain.model import CHINA
from domain.streams import UNNAMED

NAMESPACE = uuid.UUID("5d3f2a58-7f0e-5b1c-9c0b-6b8b1f6f4a10")
DELAY_DAYS_MAX = 5
LATE_PERCENT = 2
LATE_DAYS = (12, 40)
SATURDAY = 5
LATE_COMMANDS = frozenset({"stay.admit", "stay.discharge", "activity.log"})
"""What is sometimes entered weeks afterwards; what others hang on is entered within days."""


class Regions(Protocol):
    """What a scenario asks of the official list of regions."""

    def named(self, name: str, on: date, within: str | None = None) -> list[str]:
        """Codes valid on a day under this name."""

    def name(self, code: str, on: date) -> str:
        """The name of a code on a day."""

    def children(self, code: str, on: date) -> list[str]:
        """The regions directly below."""


class NoSuchRegion(ValueError):
    """The official list has no region of that name on that day."""


@dataclass
class Scene:
    """One report's region, its counties by name, and the lines said so far."""

    regions: Regions
    report: str
    region: str
    year: int
    now: datetime | None = None
    node: str = UNNAMED
    lines: list[dict[str, Any]] = field(default_factory=list)
    recorded: dict[str, datetime] = field(default_factory=dict)
    accounts: dict[str, dict[str, str]] = field(default_factory=dict)
    """The accounts that were opened, by login, with the reference to the opening."""
    codes: dict[tuple[str, date], str] = field(default_factory=dict)

    @property
    def closing(self) -> date:
        """The last day of the report's year, by whose boundaries the counties are known."""
        return date(self.year, 12, 31)

    @property
    def opening(self) -> tuple[date, date]:
        """The weeks of the year before in which what was there already was put on the books."""
        return date(self.year - 1, 10, 9), date(self.year - 1, 10, 31)

    def code(self, name: str, on: date) -> str:
        """The code of a region found by name and date in the official list."""
        if (name, on) not in self.codes:
            self.codes[name, on] = self._code(name, on)
        return self.codes[name, on]

    def _code(self, name: str, on: date) -> str:
        found = (
            self.regions.named(name, on)
            if name == self.region
            else self.regions.named(name, on, self.code(self.region, on))
        )
        if not found:
            raise NoSuchRegion(f"{name} on {on.isoformat()}")
        return found[0]

    def counties(self) -> list[str]:
        """The names of the regions below; of the region itself when it has none."""
        below = self.regions.children(self.code(self.region, self.closing), self.closing)
        return [self.regions.name(code, self.closing) for code in below] or [self.region]

    def chance(self, *about: object) -> random.Random:
        """A source of chance of its own for everything that is drawn: the same draw in every run."""
        return random.Random("/".join(map(str, (self.report, self.region, *about))))

    def say(
        self,
        label: str,
        command: str,
        args: Mapping[str, Any],
        on: date | None,
        after: date | None = None,
        *,
        at: time | None = None,
        by: str | None = None,
        follows: Iterable[Mapping[str, str]] = (),
    ) -> dict[str, str]:
        """Add a line and return the reference to what it makes. A correction has no business day, only an `after`.

        `at`: the time of the business day where minutes matter; `by`: the account that acts; `follows`: lines that
        were recorded before, besides those that the arguments name.
        """
        ref = str(uuid.uuid5(NAMESPACE, f"{self.report}/{self.region}/{label}"))
        line: dict[str, Any] = {"command": command, "id": ref, "args": {k: v for k, v in args.items() if v is not None}}
        if on is not None and at is not None:
            line["occurred_at"] = datetime.combine(on, at, CHINA).isoformat()
        elif on is not None:
            line["occurred_on"] = on.isoformat()
        if by is not None:
            line["as"] = by
            follows = (*follows, self.accounts[by])
        moment = self._recorded_at(line, label, on or after or self.closing, at, follows)
        self.recorded[ref] = moment
        self.lines.append({**line, "recorded_at": moment.isoformat()})
        return {"$ref": ref}

    def in_order(self) -> Iterator[dict[str, Any]]:
        """The lines as they were recorded; what a line refers to stands before it."""
        yield from sorted(self.lines, key=lambda line: self.recorded[line["id"]])

    def _recorded_at(
        self, line: Mapping[str, Any], label: str, on: date, at: time | None, follows: Iterable[Mapping[str, str]]
    ) -> datetime:
        chance = self.chance("delay", label)
        late = chance.randrange(100) < LATE_PERCENT and line["command"] in LATE_COMMANDS
        days = chance.randint(*LATE_DAYS) if late else chance.choice((0, 0, 0, 0, 1, 1, 2, 3, DELAY_DAYS_MAX))
        clock = time(9 + chance.randrange(9), chance.randrange(60), chance.randrange(60))
        drawn = datetime.combine(on + timedelta(days=days), clock, CHINA)
        if at is not None:
            drawn = max(drawn, datetime.combine(on, at, CHINA) + timedelta(minutes=3))
        named = [self.recorded[ref] for ref in (*references(line["args"]), *(one["$ref"] for one in follows))]
        moment = max([drawn, *(before + timedelta(minutes=3) for before in named)])
        return min(moment, self.now) if self.now is not None else moment


def references(value: Any) -> Iterator[str]:
    """The earlier lines that arguments name, in lists and records too; lists of payments are long, so it goes straight."""
    left = [value]
    while left:
        one = left.pop()
        if type(one) is dict:
            if "$ref" in one:
                yield one["$ref"]
            else:
                left += [inner for inner in one.values() if type(inner) in (dict, list)]
        elif type(one) is list:
            left += one


def weekday(day: date, last: date) -> date:
    """A working day near a day, not after the last one."""
    while day.weekday() >= 5:
        day += timedelta(days=1)
    while day > last or day.weekday() >= 5:
        day -= timedelta(days=1)
    return day


def spread_days(first: date, last: date, count: int, chance: random.Random) -> list[date]:
    """Days in order, one drawn from each of `count` equal parts of a period; working days in a long one."""
    length = (last - first).days + 1
    days = [first + timedelta(days=min(length - 1, int(length * (i + chance.random()) / count))) for i in range(count)]
    return [weekday(day, last) for day in days] if length > 14 else days


def split(total: int, count: int, chance: random.Random, avoid: frozenset[int] = frozenset()) -> list[int]:
    """A total as `count` uneven parts of at least 1, none of a size to avoid (a printed total of its own)."""
    weights = [0.6 + 0.8 * chance.random() for _ in range(count)]
    spare, whole = total - count, sum(weights)
    parts = [1 + int(spare * weight / whole) for weight in weights]
    for i in range(total - sum(parts)):
        parts[i % count] += 1
    for i in range(count - 1):
        while parts[i] in avoid and parts[i] > 1:
            parts[i] -= 1
            parts[i + 1] += 1
    while count > 1 and parts[-1] in avoid:
        parts[-1] -= 1
        parts[0] += 1
        while parts[0] in avoid:
            parts[0] += 1
            parts[-1] -= 1
    return parts


def share_out(total: int, weights: Sequence[float], avoid: frozenset[int] = frozenset()) -> list[int]:
    """A total in whole parts of at least 1 by weight, none of a size to avoid; the last parts take what is left over."""
    whole, count = sum(weights), len(weights)
    parts = [max(1, int(total * weight / whole)) for weight in weights]
    spare = total - sum(parts)
    for i in range(count):
        while parts[i] in avoid and parts[i] > 1:
            parts[i] -= 1
            spare += 1
    at = count - 1
    while spare and count:
        step = 1 if spare > 0 else -1
        if parts[at] + step not in avoid and parts[at] + step >= 1:
            parts[at] += step
            spare -= step
        at = (at - 1) % count
    return parts


def working_days(first: date, last: date, count: int, chance: random.Random) -> list[date]:
    """So many working days of a period, in order, none twice while there are enough."""
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    worked = [day for day in days if day.weekday() < SATURDAY] or days
    return sorted(chance.sample(worked, count) if count <= len(worked) else chance.choices(worked, k=count))
