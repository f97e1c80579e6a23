"""A unit of work as if an entry had not been made: what a command may ask while the entry is entered again."""

from __future__ import annotations

from collections.abc import Iterator

from domain.model import Event
from domain.work import Track, Work, mentioned


def naming(work: Work, stream: str) -> Iterator[Event]:
    """The events in force in other streams that name a stream; those of this unit of work are not in the log yet."""
    named = dict.fromkeys(work.log.mentions(stream))
    others = dict.fromkeys([*(s for s, _ in named), *(s for s, track in work.tracks.items() if track.unrecorded)])
    others.pop(stream, None)
    work.prefetch(others)
    for other in others:
        for event in work.track(other).standing:
            recorded = event.envelope.position
            if (other, event.originator_version) in named or (not recorded and stream in mentioned(event)):
                yield event


class Without:
    """The unit of work as if an entry had not been made; what `decide` asks during a correction."""

    def __init__(self, work: Work) -> None:
        self.renamed = work.renamed
        self.work = work
        self.tracks: dict[str, Track] = {}

    def pending(self, events: list[Event]) -> None:
        """Take events in, so that versions count on from them."""
        for event in events:
            track = self.track(event.originator_id)
            track.events.append(event)
            track.refold()

    def naming(self, stream: str) -> Iterator[Event]:
        """The events in force in other streams that name a stream."""
        return naming(self.work, stream)

    def track(self, stream: str) -> Track:
        """A copy of a stream's track, so that nothing decided here is seen outside."""
        if stream not in self.tracks:
            self.tracks[stream] = Track(list(self.work.track(stream).events))
        return self.tracks[stream]
