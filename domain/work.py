"""A unit of work: the streams that commands touch, folded once, each command's events visible to the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from domain.declared import humanised, named_streams
from domain.entries import advance, broken, fold, in_force, violations
from domain.log import Log
from domain.model import Aggregate, Check, EntryWithdrawn, Event, Refused, Wording

NAMED_MAX = 5
"""How many entries that stand in the way a refusal names."""


class Track:
    """One stream as the unit of work knows it: its events, those in force, and the state at their end."""

    __slots__ = ("aggregate", "conflicts", "events", "last_at", "standing", "state")

    def __init__(self, events: list[Event]) -> None:
        self.events = events
        self.refold()

    def refold(self) -> None:
        """Fold anew; needed after a late entry, a withdrawal or a refusal."""
        self.standing = in_force(self.events)
        self.aggregate: type[Aggregate] = next(
            (e.aggregate for e in self.events if not isinstance(e, EntryWithdrawn)), Aggregate
        )
        self.state = fold(self.aggregate, self.standing)
        self.last_at = max((e.at for e in self.standing), default="")
        self.conflicts = self._conflicts()

    def _conflicts(self) -> dict[tuple[str, int], Check]:
        return {} if self.state is None else {(check.rule, version): check for check, version in self.state.conflicts()}

    @property
    def unrecorded(self) -> bool:
        """Whether this unit of work has decided events here that are not in the log yet."""
        return bool(self.events) and not self.events[-1].envelope.position

    @property
    def next_version(self) -> int:
        """The version of the event to come."""
        return self.events[-1].originator_version + 1 if self.events else 1

    def at(self, moment: str) -> Any:
        """The state at a business moment, inclusive. Not to be changed by the caller."""
        return self.state if self.last_at <= moment else fold(self.aggregate, self.standing, until=moment)

    def add(self, events: Sequence[Event]) -> dict[tuple[str, int], Check]:
        """Take events in and return the violations that they bring, by (rule, version)."""
        if not self.standing and not isinstance(events[0], EntryWithdrawn):
            self.aggregate = events[0].aggregate
        if all(self._in_order(event) for event in events):
            return self._append(events)
        before = violations(self.aggregate, self.standing)
        self.events.extend(events)
        self.refold()
        after = violations(self.aggregate, self.standing)
        return {key: check for key, check in after.items() if key not in before}

    def _in_order(self, event: Event) -> bool:
        return not isinstance(event, EntryWithdrawn) and event.envelope.corrects is None and event.at >= self.last_at

    def _append(self, events: Sequence[Event]) -> dict[tuple[str, int], Check]:
        found = {}
        for event in events:
            if event.at < self.last_at:  # a past stay entered whole may end before it began only by mistake
                found.update({(c.rule, event.originator_version): c for c in broken(None, event)})
            found.update({(c.rule, event.originator_version): c for c in broken(self.state, event)})
            self.events.append(event)
            self.standing.append(event)
            self.state = advance(self.aggregate, self.state, event)
            self.last_at = max(self.last_at, event.at)
        after = self._conflicts()
        found.update({key: check for key, check in after.items() if key not in self.conflicts})
        self.conflicts = after
        return found

    def truncate(self, length: int) -> None:
        """Forget the events that were refused."""
        del self.events[length:]
        self.refold()


def loaded(log: Log, streams: Iterable[str]) -> dict[str, Track]:
    """Several streams, read in one question and folded; one that does not exist has no events."""
    wanted = set(streams)
    return {stream: Track(events) for stream, events in log.streams(wanted).items()} if wanted else {}


class Reading:
    """The tracks that one page or one decision has read: each stays as it was when it was first asked for."""

    def __init__(self, load: Callable[[Iterable[str]], Mapping[str, Track]]) -> None:
        self.load = load
        self.tracks: dict[str, Track] = {}

    def prefetch(self, streams: Iterable[str]) -> None:
        """Load several streams in one question."""
        if wanted := {stream for stream in streams if stream not in self.tracks}:
            self.tracks.update(self.load(wanted))

    def track(self, stream: str) -> Track:
        """A stream, loaded when it is first needed; one that does not exist has no events."""
        if stream not in self.tracks:
            self.prefetch((stream,))
        return self.tracks[stream]


class Work(Reading):
    """The tracks of one unit of work; they are its own, since it changes them."""

    def __init__(self, log: Log) -> None:
        super().__init__(lambda streams: loaded(log, streams))
        self.log = log
        self.renamed: dict[str, list[tuple[str, str | None]]] = {}
        """person -> (name, number) by which alone somebody is found once this work is in the log."""

    def judge(self, events: Sequence[Event]) -> None:
        """Take the events of one command in, or refuse all of them and leave no trace."""
        by_stream: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            by_stream[event.originator_id].append(event)
        for stream in by_stream:
            refuse_foreign(self, stream)
        lengths = {stream: len(self.track(stream).events) for stream in by_stream}
        own, others = None, []
        for stream, its in by_stream.items():
            new = {e.originator_version for e in its}
            for (_, version), check in self.track(stream).add(its).items():
                if version in new:
                    own = own or check
                else:
                    others.append(next(e for e in self.track(stream).events if e.originator_version == version))
        if own is None and not others:
            return
        for stream, length in lengths.items():
            self.track(stream).truncate(length)
        raise Refused(own.rule, own.wording) if own else in_use(others)


def kept_by(reading: Reading, stream: str) -> str | None:
    """The other node that began a stream, and alone writes it; None for a stream of this node."""
    begun = reading.track(stream).events[:1]
    return begun[0].envelope.node if begun else None


def refuse_foreign(reading: Reading, stream: str) -> None:
    """A stream has one writer: the node that began it. Raises Refused for a stream of another node."""
    if node := kept_by(reading, stream):
        wording = Wording(
            f"这是 {node} 的记录，本系统只能查看",
            f"this is a record of {node}, which can only be read here",
            f"请由 {node} 办理",
            f"let {node} record it",
        )
        raise Refused("stream.elsewhere", wording, stream=stream)


def mentioned(event: Event) -> set[str]:
    """The other streams that an event names."""
    return set(named_streams(event)) - {event.originator_id}


def in_use(others: Iterable[Event]) -> Refused:
    """The refusal that names the entries which stand in the way."""
    one_each = {e.envelope.entry_id: e for e in sorted(others, key=lambda e: not e.guards)}.values()
    shown = [
        (e.label, e.label_en or humanised(e.topic.split(".")[1]), e.day.isoformat(), e.envelope.position)
        for e in one_each
    ][:NAMED_MAX]
    zh = "；".join(f"{label}（{day}{f'，位置 {position}' if position else ''}）" for label, _, day, position in shown)
    en = "; ".join(
        f"{label} ({day}{f', position {position}' if position else ''})" for _, label, day, position in shown
    )
    return Refused(
        "entry.in_use",
        Wording(
            f"还有别的记录以它为前提：{zh}",
            f"other entries stand on it: {en}",
            "先撤销或更正这些记录",
            "withdraw or correct those entries first",
        ),
    )
