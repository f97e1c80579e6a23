"""重演 — what was so in a home at a minute: who was there, who was on duty, what was open, what had been reported.

Everything is read from the boards at one business moment, as known at one position, so a replay can be had "as it was"
and "as we knew it". The subject is an incident, or a facility itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from domain.entries import fold, in_force
from domain.facilities import Facility
from domain.incidents import Incident
from domain.log import Log
from domain.model import CHINA, Refused, Wording
from projections.ask import Ask
from projections.tables import cell

ROWS_MAX = 5_000
EVENTS_MAX = 500
BEFORE, AFTER = timedelta(days=1), timedelta(days=7)
"""What happened in the facility so long before an incident and behind its last entry belongs to its replay."""
LAST_INSPECTIONS = 3

Narrow = Callable[[Any], list[ColumnElement[bool]]]
"""Which rows of a board are wanted, on its columns."""
Sheet = Callable[[str, str, Narrow], list[dict[str, Any]]]
"""(name, facility, which) -> rows at the moment of the question; what is over is left out by the database."""

NOT_REPLAYED = Wording(
    "只能重演机构或事件",
    "only a facility or an incident can be replayed",
    "给出机构或事件的编号",
    "give the id of a facility or an incident",
)


@dataclass(frozen=True)
class Subject:
    """What is replayed: an incident in a facility, or the facility itself; its entries in force as known today.

    What is known of it today says where to look, also "as we knew it": an incident is entered after it happened.
    """

    stream: str
    facility: str
    events: tuple[Any, ...]
    known: tuple[Any, ...]
    """The entries in force as they were known at the position that is asked for."""
    incident: bool


def subject(log: Log, stream: str, position: int) -> Subject:
    """The incident or facility of a stream. Raises Refused for anything else."""
    events, known = tuple(in_force(log.stream(stream))), tuple(in_force(log.stream(stream, until=position)))
    aggregate = events[0].aggregate if events else None
    if aggregate is Incident:
        return Subject(stream, fold(Incident, events).facility, events, known, incident=True)
    if aggregate is Facility:
        return Subject(stream, stream, events, known, incident=False)
    raise Refused("reference.unknown", NOT_REPLAYED, "stream")


def interval(one: Subject) -> tuple[str | None, date | None]:
    """(first business moment, last day) of what belongs to an incident; a facility has neither."""
    if not one.incident:
        return None, None
    first = date.fromisoformat(one.events[0].at[:10]) - BEFORE
    return f"{first.isoformat()}T00:00", one.events[-1].day + AFTER


def state(one: Subject, ask: Ask, position: int, sheet: Sheet) -> dict[str, Any]:
    """The facility at the moment, as `replay --at --format json` prints it."""
    stays = sheet("stays", one.facility, lambda c: [c.status != cell("ended")])
    home = next(iter(sheet("facilities", one.facility, lambda _: [])), {})
    return {
        "stream": one.stream,
        "facility": one.facility,
        "at": ask.at.astimezone(CHINA).isoformat() if ask.at else ask.moment,
        "known_at": position,
        "present": [
            {
                "person": r["person"],
                "stay": r["stream"],
                "bed": r["bed"],
                "since": r["admitted_on"],
                "status": r["status"],
            }
            for r in stays
        ],
        "occupancy": {"present": len(stays), "licensed": home.get("beds")},
        "staff_on_duty": _on_duty(sheet("shifts", one.facility, lambda c: [c.ends_at > cell(ask.moment)])),
        "open_hazards": [
            {name: row[name] for name in ("stream", "grade", "found_on", "deadline", "subject", "status")}
            for row in sheet("hazards", one.facility, lambda c: [c.status != cell("closed")])
        ],
        "last_inspections": _last(sheet("inspections", one.facility, lambda c: [c.concluded_on.is_not(None)])),
        "overdue_duties": [
            {"rule": row["rule"], "due_at": row["due_at"], "subject": row["stream"]}
            for row in sheet("duties", one.facility, lambda c: [c.met_at.is_(None), c.due_at < cell(ask.moment)])
        ],
        **_told(one, ask.moment),
    }


def _on_duty(shifts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who was on duty: a shift stands on its board from its begin on."""
    return [
        {"shift": row["stream"], "role": row["role"], "since": row["begins_at"], "until": row["ends_at"]}
        for row in shifts
    ]


def _last(inspections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = sorted(inspections, key=lambda row: row["concluded_on"], reverse=True)[:LAST_INSPECTIONS]
    return [{name: row[name] for name in ("stream", "kind", "concluded_on", "score")} for row in found]


def _told(one: Subject, moment: str) -> dict[str, list[dict[str, Any]]]:
    """What was known then of an incident: who had been told, when and whether in time; who had signed to have read what.

    Of what was read it is told how many of the entries had been recorded before.
    """
    incident = fold(Incident, one.known, until=moment) if one.incident else None
    reports, readings = (incident.reports, incident.readings) if incident else ((), ())
    return {
        "reports_made": [{"to": r.to, "at": _written(r.at), "on_time": r.on_time} for r in reports],
        "read_by": [{"login": r.login, "post": r.post, "at": _written(r.at), "entries": r.entries} for r in readings],
    }


def _written(moment: str) -> str:
    """A business moment as RFC 3339; a day where no time was noted."""
    return f"{moment}+08:00" if len(moment) > len("2024-05-05T24:00") else moment[:10]
