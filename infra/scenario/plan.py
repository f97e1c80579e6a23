"""The plan: how printed figures are led back to what happened, read from `plan.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from infra.scenario.table import Printed

PERIOD, DAY = "period", "day"
CLOCKS = {
    "facility.registered": DAY,
    "facility.regions": DAY,
    "facility.beds_licensed": DAY,
    "stay.present": DAY,
    "facility.opened": PERIOD,
    "stay.admitted": PERIOD,
    "stay.discharged": PERIOD,
    "stay.persons": PERIOD,
}
"""Whether a figure is asked for a period or at the end of a day. Activities are always asked for a period."""


@dataclass(frozen=True)
class Route:
    """Where one printed row leads: to a figure with its dimensions, or to a reason why to none."""

    name: str
    figure: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    note: str = ""
    feeds: str = ""
    nil: Mapping[str, Any] = field(default_factory=dict)

    @property
    def by(self) -> str:
        """What the value comes from."""
        if not self.figure:
            return "not computed"
        return "activity" if self.figure.startswith("activity.") else "own events"

    @property
    def at_a_day(self) -> bool:
        """Whether the figure is a balance at the end of a day."""
        return CLOCKS.get(self.figure, PERIOD) == DAY


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
    activity: Mapping[str, Mapping[str, Any]]
    facilities: Mapping[str, Mapping[str, Any]]
    stays: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, Any]
    slips: Mapping[str, str]

    @classmethod
    def parse(cls, text: str) -> Plan:
        """Read the TOML text; refuse a row named twice or a reason that is not explained."""
        data = tomllib.loads(text)
        reasons = {key: (zh, en) for key, (zh, en) in data["reasons"].items()}
        routes: dict[str, Route] = {}
        for entry in data["rows"]:
            route = Route(entry["row"], **{key: value for key, value in entry.items() if key != "row"})
            if route.name in routes:
                raise ValueError(f"{route.name}: in the plan twice")
            if bool(route.figure) == bool(route.reason) or not {route.reason, route.note} <= {"", *reasons}:
                raise ValueError(f"{route.name}: either a figure or a reason, and reasons must be explained")
            routes[route.name] = route
        return cls(routes, reasons, data["activity"], data["facilities"], data["stays"], data["names"], data["slips"])

    def route(self, printed: Printed) -> Route:
        """Where a row leads; a row that the plan does not know is honestly unmapped."""
        return self.routes.get(printed.name) or Route(printed.name, reason="unmapped")

    def question(self, printed: Printed) -> Question:
        """What is asked for a row: the figure, its dimensions, and the period or day."""
        route = self.route(printed)
        return Question(
            route.figure, tuple(sorted(route.where.items())), None if route.at_a_day else printed.first, printed.end
        )

    def asked(self, table: Iterable[Printed]) -> dict[Question, Printed]:
        """The first row of the table for each question that a figure answers: the one that members are made from."""
        found: dict[Question, Printed] = {}
        for printed in table:
            if self.route(printed).figure:
                found.setdefault(self.question(printed), printed)
        return found
