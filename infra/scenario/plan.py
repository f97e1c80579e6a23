"""The plan: how printed figures are led back to what happened, read from `plan.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from infra.scenario.table import Printed

PERIOD, DAY, MONTH = "period", "day", "month"
CLOCKS = {
    "facility.registered": DAY,
    "facility.regions": DAY,
    "facility.beds_licensed": DAY,
    "stay.present": DAY,
}
"""The figures that are asked at the end of a day. All others are asked for a period."""
HOW = ("sum", "share", "growth", "decrease", "decrease_rate", "regions")
"""How a row is worked out from its parts: two or more added, the first by the second, the first against the second of
the year before (more, less, less in percent), or the different counties in which the part is not nought."""


@dataclass(frozen=True)
class Part:
    """One figure with its dimensions; `over`: for the printed period or day, or for the month that the day ends.

    `back`: so many years before.
    """

    figure: str
    where: Mapping[str, str] = field(default_factory=dict)
    over: str = ""
    back: int = 0

    @property
    def clock(self) -> str:
        """Whether it is asked for a period, a month or at the end of a day."""
        return self.over or CLOCKS.get(self.figure, PERIOD)

    def window(self, printed: Printed) -> tuple[date | None, date]:
        """The days that it is asked for: no first one where it is asked at the end of a day."""
        first = {PERIOD: printed.first, MONTH: printed.end.replace(day=1), DAY: None}[self.clock]
        back = self.back
        return first and first.replace(year=first.year - back), printed.end.replace(year=printed.end.year - back)


@dataclass(frozen=True)
class Route:
    """Where one printed row leads: to a figure with its dimensions, to several, or to a reason why to none."""

    name: str
    parts: tuple[Part, ...] = ()
    how: str = ""
    reason: str = ""
    note: str = ""
    feeds: str = ""
    nil: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def told(cls, entry: Mapping[str, Any]) -> Route:
        """A line of the plan."""
        told = {key: value for key, value in entry.items() if key not in ("row", "figure", "where", "over", "of")}
        parts = [Part(**part) for part in entry.get("of", ())]
        if "figure" in entry:
            parts = [Part(entry["figure"], entry.get("where", {}), entry.get("over", ""))]
        return cls(entry["row"], tuple(parts), **told)

    @property
    def figure(self) -> str:
        """What computes it, by the keys of its parts."""
        signs = {"": "", "sum": " + ", "share": " / "}
        return signs.get(self.how, " : ").join(dict.fromkeys(part.figure for part in self.parts))

    @property
    def by(self) -> str:
        """What the value comes from: activities where any part of it does."""
        if not self.parts:
            return "not computed"
        return "activity" if any(p.figure.startswith("activity.") for p in self.parts) else "own events"

    @property
    def whole(self) -> Part | None:
        """The one part, of a row that is a figure as it stands."""
        return self.parts[0] if len(self.parts) == 1 and not self.how else None


@dataclass(frozen=True)
class Question:
    """A figure with its filters; two rows with one question ask for one fact."""

    figure: str
    where: tuple[tuple[str, str], ...]
    start: date | None
    end: date


@dataclass(frozen=True)
class Plan:
    """Every route, reason and way of making members; see the head of `plan.toml`."""

    routes: Mapping[str, Route]
    reasons: Mapping[str, tuple[str, str]]
    manners: Mapping[str, Mapping[str, Any]]
    """The other tables of the plan: how the members look that lead to figures."""

    @classmethod
    def parse(cls, text: str) -> Plan:
        """Read the TOML text; refuse a row named twice or a reason that is not explained."""
        data = tomllib.loads(text)
        reasons = {key: (zh, en) for key, (zh, en) in data.pop("reasons").items()}
        routes: dict[str, Route] = {}
        for entry in data.pop("rows"):
            route = Route.told(entry)
            if route.name in routes:
                raise ValueError(f"{route.name}: in the plan twice")
            if bool(route.parts) == bool(route.reason) or not {route.reason, route.note} <= {"", *reasons}:
                raise ValueError(f"{route.name}: either a figure or a reason, and reasons must be explained")
            if route.how not in ("", *HOW) or (route.parts and bool(route.how) == bool(route.whole)):
                raise ValueError(f"{route.name}: how its parts make it is not said")
            routes[route.name] = route
        return cls(routes, reasons, data)

    def manner(self, table: str) -> Mapping[str, Any]:
        """A table of the plan; empty where there is none."""
        return self.manners.get(table, {})

    def route(self, printed: Printed) -> Route:
        """Where a row leads; a row that the plan does not know is honestly unmapped."""
        return self.routes.get(printed.name) or Route(printed.name, reason="unmapped")

    def question(self, printed: Printed) -> Question:
        """What is asked for a row: the figure, its dimensions, and the period or day."""
        route = self.route(printed)
        where = {f"{part.figure}/{key}": value for part in route.parts for key, value in part.where.items()}
        if route.whole:
            where = dict(route.whole.where)
        start = route.parts[0].window(printed)[0] if route.parts else None
        return Question(route.figure, tuple(sorted(where.items())), start, printed.end)

    def asked(self, table: Iterable[Printed]) -> dict[Question, Printed]:
        """The first row of the table for each question that a figure answers: the one that members are made from."""
        found: dict[Question, Printed] = {}
        for printed in table:
            if self.route(printed).whole:
                found.setdefault(self.question(printed), printed)
        return found

    def made_of(self, table: Iterable[Printed], how: str) -> Iterator[tuple[Route, Printed]]:
        """The rows that are worked out from parts in one way, each fact once."""
        seen = set()
        for printed in table:
            route = self.route(printed)
            if route.how == how and self.question(printed) not in seen:
                seen.add(self.question(printed))
                yield route, printed

    def printed(self, table: Iterable[Printed], figure: str, **where: str) -> Printed | None:
        """The first row that is this figure with exactly these dimensions."""
        for question, printed in self.asked(table).items():
            if question.figure == figure and dict(question.where) == where:
                return printed
        return None
