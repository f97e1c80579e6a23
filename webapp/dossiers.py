"""卷宗 — everything about an incident on one page for paper: what happened, what was known, who had to be told, and its proof."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint

from domain.catalogue import sheets, spoken_moment
from domain.entries import in_force
from domain.incidents import Incident
from domain.model import EntryWithdrawn, Event
from projections.ask import Ask
from webapp import readable, replay_state, things
from webapp.access import Permission, needs
from webapp.checking import field_rows
from webapp.clocks import clocks
from webapp.following import withdrawn
from webapp.page import Page, here
from webapp.replay_moments import point_of
from webapp.replays import replayed

pages = Blueprint("dossiers", __name__)
BEFORE = {
    "hazards": ("found_on", "grade", "subject", "deadline", "status"),
    "inspections": ("concluded_on", "kind", "score", "status"),
}
"""What of the home's boards belongs into a dossier, as it stood on the day of the incident; the first column is the day."""
ROWS_MAX = 50
CASUALTIES = ("dead", "injured", "slightly_injured", "missing", "grade", "first_grade", "nature", "verdicts")
SLIGHTLY = "slightly_injured"


@dataclass(frozen=True)
class Entry:
    """One event in words: both clocks, its place in the log, who recorded it, and what it says."""

    position: int
    said: str
    happened: str
    recorded: str
    delay: str
    actor: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Correction:
    """What was taken out of force, by what it was replaced if it was, why, when and by whom."""

    taken: tuple[Entry, ...]
    instead: tuple[Entry, ...]
    position: int
    reason: str
    recorded: str
    actor: str


@dataclass(frozen=True)
class FollowUp:
    """Something to be done afterwards: by whom, by when, and when it was done."""

    number: int
    what: str
    responsible: str
    due: str
    done: str


@dataclass(frozen=True)
class Standpoint:
    """A home at one moment, in both columns; the note of a kept moment."""

    moment: str
    note: str
    columns: replay_state.Columns


@pages.get("/incidents/<stream>/dossier", defaults={"board": "incidents"})
@needs(Permission.SIGNED_IN)
def show_dossier(board: str, stream: str) -> Any:
    """The dossier of an incident, with the moments that this account keeps of it."""
    page = here()
    state = replayed(page, board, stream)
    events = page.services.log.stream(stream)
    standing = [event for event in in_force(events) if not event.guards]
    page.names.tell(stream)
    page.names.warm(person for event in events for person in getattr(event, "persons", ()))
    size, root = page.services.log.tree()
    points = _points(page, stream, state, standing[0].at)
    watched = [stream, *points[0].columns.hazards]
    now = page.services.clock.now()
    return page.render(
        "dossier.html",
        stream=stream,
        title=things.title(page, stream),
        state=state,
        occurred=spoken_moment(standing[0].at, page.zh),
        made=readable.moment(now.replace(microsecond=0), page.zh),
        size=size,
        root=root,
        course=[_entry(page, event) for event in standing],
        points=points,
        clocks=clocks(page, page.reach.work.track(stream).events),
        before={name: _before(page, name, state) for name in BEFORE},
        casualties=_casualties(page, state),
        follow_ups=_follow_ups(page, standing),
        readings=[_reading(page, one) for one in state.readings],
        looked=replay_state.looked(page, watched, now),
        corrections=_corrections(page, events),
        digests=_digests(page, watched),
    )


def _points(page: Page, stream: str, state: Incident, at: str) -> list[Standpoint]:
    """The minute of the incident as it was known then, and every moment that this account keeps."""
    first = replay_state.columns(page, stream, state, at, point_of(at))
    found = [Standpoint(spoken_moment(at, page.zh), page.t("dossier.incident"), first)]
    for one in page.services.bookmarks.of(page.reach.actor.login, stream):
        columns = replay_state.columns(page, stream, state, one.at, one.known)
        found.append(Standpoint(spoken_moment(one.at, page.zh), one.note, columns))
    return found


# -- entries and what became of them -----------------------------------------------------------------------


def _entry(page: Page, event: Event) -> Entry:
    place = event.envelope
    return Entry(
        place.position,
        page.sentence(event),
        spoken_moment(event.at, page.zh),
        readable.moment(page.recorded(event), page.zh),
        page.delay(event),
        page.who(event),
        tuple((label, shown) for label, shown, _ in field_rows(page, event)),
    )


def _corrections(page: Page, events: Sequence[Event]) -> list[Correction]:
    """Every entry that was taken out of force, with what stands in its place and the reason."""
    found = []
    for event in events:
        if not isinstance(event, EntryWithdrawn):
            continue
        taken = [one for one in withdrawn(page, event) if not one.guards]
        versions = {one.originator_version for one in taken}
        instead = [one for one in events if one.envelope.corrects in versions and not one.guards]
        found.append(
            Correction(
                tuple(_entry(page, one) for one in taken),
                tuple(_entry(page, one) for one in instead),
                event.envelope.position,
                event.envelope.reason or "—",
                readable.moment(page.recorded(event), page.zh),
                page.who(event),
            )
        )
    return [one for one in found if one.taken]


def _follow_ups(page: Page, standing: Iterable[Event]) -> list[FollowUp]:
    events = list(standing)
    done = {one.number: one for one in events if isinstance(one, Incident.FollowUpDone)}
    return [
        FollowUp(
            one.number,
            one.what,
            page.accounts([one.responsible], one.originator_id),
            readable.day(one.due_on, page.zh),
            spoken_moment(done[one.number].at, page.zh) if one.number in done else page.t("dossier.not_done"),
        )
        for one in events
        if isinstance(one, Incident.FollowUpAssigned)
    ]


def _reading(page: Page, one: Any) -> tuple[str, ...]:
    entries = page.t("replay.read.entries", n=readable.number(one.entries))
    return spoken_moment(one.at, page.zh), page.names.account(one.login, one.post), entries


# -- what was known of the home and of the people ----------------------------------------------------------


def _before(page: Page, name: str, state: Incident) -> tuple[list[str], list[list[str]]]:
    """(heads, rows) of a board of the home on the day of the incident, the newest first."""
    columns, keys = sheets()[name], BEFORE[name]
    asked = Ask(state.occurred_on, facility=state.facility)
    rows = page.services.views.sheet(name, asked, limit=ROWS_MAX, sealed=True)["rows"]
    rows = sorted((row for row in rows if row[keys[0]]), key=lambda row: str(row[keys[0]]), reverse=True)
    heads = [page.column(name, key) for key in keys]
    return heads, [[page.value(key, columns[key], row[key], None, row["stream"]) for key in keys] for row in rows]


def _casualties(page: Page, state: Incident) -> list[tuple[str, str]]:
    """Dead, injured and missing, and how the incident was graded and judged."""
    columns = Incident.columns | {SLIGHTLY: replace(Incident.columns["injured"], zh="轻伤", en="Slightly injured")}
    said = {key: getattr(state, key, None) for key in CASUALTIES if key in columns}
    return [
        (page.label(key, columns[key]), page.value(key, columns[key], value))
        for key, value in said.items()
        if value not in (None, "", ())
    ]


def _digests(page: Page, streams: Iterable[str]) -> list[tuple[int, str, str]]:
    """(position, what, leaf in hex) of every event of some things, those out of force too."""
    events = [event for stream in streams for event in page.services.log.stream(stream)]
    found = []
    for event in sorted(events, key=lambda event: event.envelope.position):
        position = event.envelope.position
        leaf = next((leaf for at, leaf in page.services.log.leaves(position - 1, 1) if at == position), b"")
        found.append((position, page.sentence(event), leaf.hex()))
    return found
