"""What many pages read of the log, kept between them: tracks, until their stream grows, and the newest entries."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

from domain.log import Log
from domain.model import Event
from domain.work import Reading, Track, loaded

WEIGHT_MAX = 60_000
"""How much is kept, counted in events and lines of lists: the facilities of a province with ten years each. About 80 MB."""
LOOKED_THROUGH_MAX = 1_000
"""When more than so many entries were added since the last look, everything is forgotten instead."""


class Newest:
    """The last entries of the log, the newest first; each is read once."""

    def __init__(self, log: Log, number: int) -> None:
        self.log, self.number = log, number
        self._held: tuple[int, tuple[Event, ...]] = 0, ()
        """Up to which position, and what; replaced as a whole, so that pages beside each other need no lock."""

    def events(self) -> tuple[Event, ...]:
        """Those that the log has now."""
        head = self.log.head().position
        at, held = self._held
        if head > at:
            since = max(at, head - self.number)
            new = self.log.read(since, head - since)
            held = (*reversed(new), *(held if since == at else ()))[: self.number]
            self._held = head, held
        return held


class KeptTracks:
    """The tracks of the streams that were asked for last, as the log has them now.

    A log only grows, so a track is right until an event is added to its stream. Before each page the events since the
    page before are looked through, and their streams forgotten. Nobody may change a kept track: whoever decides has a
    `Work` of their own.
    """

    def __init__(self, log: Log) -> None:
        self.log = log
        self._lock = Lock()
        self._kept: OrderedDict[str, Track] = OrderedDict()
        self._weight = 0
        self._position: int | None = None
        """Up to which position the log has been looked through; None before the first page."""

    def reading(self) -> Reading:
        """The tracks of a page that begins now."""
        self._look()
        return Reading(self._tracks)

    def _look(self) -> None:
        """Forget the streams that have grown."""
        head = self.log.head().position
        with self._lock:
            since = self._position
            if since is None:
                self._position = since = head
        if head <= since:
            return
        added = head - since
        grown = {e.originator_id for e in self.log.read(since, added)} if added <= LOOKED_THROUGH_MAX else None
        with self._lock:
            self._position = max(head, self._position or 0)  # another page may have looked farther meanwhile
            for stream in [*self._kept] if grown is None else grown:
                self._forget(stream)

    def _tracks(self, streams: Iterable[str]) -> dict[str, Track]:
        with self._lock:
            position = self._position
            found = {stream: self._kept[stream] for stream in streams if stream in self._kept}
            for stream in found:
                self._kept.move_to_end(stream)
        fresh = loaded(self.log, (stream for stream in streams if stream not in found))
        with self._lock:
            if self._position == position:  # else one of them may have grown since it was read
                for stream, track in fresh.items():
                    self._keep(stream, track)
        return found | fresh

    def _keep(self, stream: str, track: Track) -> None:
        self._forget(stream)
        self._kept[stream] = track
        self._weight += size(track)
        while self._weight > WEIGHT_MAX:
            self._forget(next(iter(self._kept)))

    def _forget(self, stream: str) -> None:
        track = self._kept.pop(stream, None)
        self._weight -= size(track) if track is not None else 0


def size(track: Track) -> int:
    """What a track weighs: its events, with the lines that they carry; a stream that does not exist weighs something too."""
    return 1 + sum(map(_weight, track.events))


def _weight(event: Event) -> int:
    """One for the event, and one for each line of its lists: of a batch, each of those who are paid."""
    held = (value for name, value in vars(event).items() if name != "envelope")
    return 1 + sum(len(value) for value in held if isinstance(value, tuple | list | dict))
