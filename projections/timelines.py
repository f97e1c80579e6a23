"""The projection of timelines: which events belong to the history of a facility, a person, a stay, in business order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, update

from domain.log import Log
from domain.model import EntryWithdrawn, Event, fields_of
from projections.buffer import Codes, put
from projections.tables import Tables


def subjects(event: Event) -> Iterable[str]:
    """The streams on whose timeline an event stands: its own and those that it names."""
    named = {event.originator_id: None}
    if event.envelope.facility:
        named[event.envelope.facility] = None
    for name, (_, spec, _) in fields_of(type(event)).items():
        value = getattr(event, name)
        if spec.ref and spec.ref != "region" and value:
            named[value] = None
    return named


class Timelines:
    """(subject, business moment, position), and which withdrawal took an entry out."""

    name = "timelines"

    def __init__(self, tables: Tables, log: Log) -> None:
        self.tables, self.log = tables, log
        self.codes = Codes(tables)

    def forget(self) -> None:
        """Drop what is remembered."""
        self.codes.forget()

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the timeline rows of a batch."""
        shown = [e for e in events if not e.guards and not isinstance(e, EntryWithdrawn)]
        pairs = [(subject, e.at, e.envelope.position) for e in shown for subject in subjects(e)]
        codes = self.codes.resolve(connection, (subject for subject, _, _ in pairs))
        put(
            connection,
            self.tables.timeline,
            [{"subject": codes[subject], "at": at, "position": position} for subject, at, position in pairs],
        )
        self._withdraw(connection, events)

    def _withdraw(self, connection: Connection, events: Sequence[Event]) -> None:
        gone: list[dict[str, Any]] = []
        for event in events:
            if isinstance(event, EntryWithdrawn):
                stream = self.log.stream(event.originator_id, until=event.envelope.position)
                gone += [
                    {"b_position": e.envelope.position, "by": event.envelope.position}
                    for e in stream
                    if e.originator_version in event.versions
                ]
        if gone:
            timeline = self.tables.timeline
            connection.execute(
                update(timeline)
                .where(timeline.c.position == bindparam("b_position"))
                .values(withdrawn_by=bindparam("by")),
                gone,
            )
