"""The projection of timelines: which events belong to the history of a facility, a person, a stay, in business order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection

from domain.declared import named_streams
from domain.log import Log
from domain.model import EntryWithdrawn, Event
from projections.buffer import Taker
from projections.codes import Codes


def subjects(event: Event) -> Iterable[str]:
    """The streams on whose timeline an event stands: its own and those that it names."""
    named = [event.originator_id, event.envelope.facility, *named_streams(event)]
    return dict.fromkeys(filter(None, named))


class Timelines:
    """(subject, business moment, position), and which withdrawal took an entry out."""

    name = "timelines"

    def __init__(self, log: Log, taker: Taker, codes: Codes) -> None:
        self.log, self.taker, self.codes = log, taker, codes

    def forget(self) -> None:
        """Drop what is remembered."""
        self.codes.forget()

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the timeline rows of a batch."""
        shown = [e for e in events if not e.guards and not isinstance(e, EntryWithdrawn)]
        pairs = [(subject, e.at, e.envelope.position) for e in shown for subject in subjects(e)]
        codes = self.codes.resolve(connection, (subject for subject, _, _ in pairs))
        rows = [(codes[subject], at, position) for subject, at, position in pairs]
        self.taker.timeline(connection, rows, list(self._withdrawn(events)))

    def _withdrawn(self, events: Sequence[Event]) -> Iterator[tuple[int, int]]:
        """(withdrawing position, position) of every entry that is taken out."""
        for event in events:
            if isinstance(event, EntryWithdrawn):
                for other in self.log.stream(event.originator_id, until=event.envelope.position):
                    if other.originator_version in event.versions:
                        yield event.envelope.position, other.envelope.position
