"""更正 — withdraw or correct any entry: all that one command recorded, in every stream, in one transaction.

Nothing is edited: `entry.withdrawn` takes the old events out of force, and a correction enters the same
events again under their own topics. The entry keeps its identity through every correction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from domain.declared import private_fields
from domain.envelopes import Envelope
from domain.model import Breach, EntryWithdrawn, Event, Field, Refused, Wording
from domain.without import Without, naming
from domain.work import Work, in_use

if TYPE_CHECKING:
    from domain.desk import Desk, Submission

_ENTRY = {
    "stream": (str, Field("记录所在的流", en="Stream of the entry"), True),
    "version": (int, Field("版本", unit="号", minimum=1), True),
}
_REASON = {
    "reason": (
        str,
        Field("理由", long=True, hint_zh="不要写姓名、证件号码等个人信息", hint_en="No names or document numbers"),
        True,
    )
}

WITHDRAW = (
    "entry.withdraw",
    {**_ENTRY, **_REASON},
    "撤销记录",
    "Withdraw an entry",
    "Take a wrong entry back, as if it had never been made; its history stays.",
)
CORRECT = (
    "entry.correct",
    {
        **_ENTRY,
        "args": (Mapping, Field("要更正的内容", en="Fields that change"), True),
        "occurred_on": (date | None, Field("正确的日期", en="Right day"), False),
        "occurred_at": (datetime | None, Field("正确的时间", en="Right moment"), False),
        **_REASON,
    },
    "更正记录",
    "Correct an entry",
    "Enter a wrong entry again with what was wrong put right; its history stays.",
)

NO_ENTRY = Wording("没有这条记录", "there is no such entry", "核对流和版本号", "check the stream and the version")
NO_CORRECTION = Wording(
    "更正和撤销本身不能再更正",
    "a correction or withdrawal cannot itself be corrected",
    "更正之后的记录可以再更正；已撤销的请重新登记",
    "correct the corrected entry again; enter a withdrawn one anew",
)
WITHDRAWN = Wording("这条记录已经撤销", "the entry was withdrawn already", "需要时重新登记", "enter it anew if needed")
CORRECTED = Wording(
    "这条记录已被更正", "the entry was corrected already", "请对更正后的记录操作", "act on the corrected entry"
)
TARGET_FIXED = Wording(
    "不能把记录改到另一个对象上",
    "an entry cannot be moved to another thing",
    "撤销后为正确的对象重新登记",
    "withdraw it and enter it anew for the right one",
)


@dataclass(frozen=True)
class Entry:
    """An entry in force: its events and, among them, the one that carries what the command said."""

    id: str
    events: tuple[Event, ...]

    @property
    def event(self) -> Event:
        """The event that the command leads to."""
        return self.events[0]


class Correction:
    """One `entry.withdraw` or `entry.correct` being decided."""

    def __init__(self, desk: Desk, work: Work, submission: Submission, said: Mapping[str, Any]) -> None:
        self.desk, self.work, self.submission, self.said = desk, work, submission, said
        self.entry = self._find()
        self.command = desk.commands[self.entry.event.envelope.command]

    def decide(self, name: str) -> tuple[list[Event], list[Breach], str]:
        """The events, findings and stream of the correction, judged and taken into the unit of work."""
        self.desk.authority.command(self.submission.actor, self.command)
        self.desk.authority.place(self.submission.actor, self.work, self.entry.events)
        self.desk.authority.entry(self.submission.actor, self.entry.event)
        if name == WITHDRAW[0]:
            self._refuse_mentioned()
            events, breaches = self._withdrawals(self.work, self.entry.events), []
            self.work.judge(events)
            self._forget()
        else:
            events, breaches = self._corrected()
        return events, breaches, self.said["stream"]

    def _find(self) -> Entry:
        stream, version = self.said["stream"], self.said["version"]
        track = self.work.track(stream)
        event = next((e for e in track.events if e.originator_version == version), None)
        if event is None:
            raise Refused("reference.unknown", NO_ENTRY, "version" if track.events else "stream")
        if isinstance(event, EntryWithdrawn):
            raise Refused("entry.not_correctable", NO_CORRECTION, "version")
        if event not in track.standing:
            later = any(
                e.envelope.corrects is not None and e.envelope.entry_id == event.envelope.entry_id
                for e in track.standing
            )
            raise Refused(
                "entry.corrected" if later else "entry.withdrawn", CORRECTED if later else WITHDRAWN, "version"
            )
        return self._entry(event)

    def _entry(self, event: Event) -> Entry:
        """All events in force of the entry that an event belongs to, the command's own event first."""
        entry_id = event.envelope.entry_id
        recorded = self.desk.log.entry(entry_id)
        streams = dict.fromkeys([event.originator_id, *(e.originator_id for e in recorded)])
        for track in list(self.work.tracks.values()):  # what this unit of work decided is not in the log yet
            streams |= {e.originator_id: None for e in track.standing if e.envelope.entry_id == entry_id}
        standing = [e for s in streams for e in self.work.track(s).standing if e.envelope.entry_id == entry_id]
        standing.sort(key=lambda e: e.command != e.envelope.command)
        return Entry(entry_id, tuple(standing))

    def _refuse_mentioned(self) -> None:
        """What made a stream cannot be withdrawn while another entry in force names that stream."""
        for made in (e for e in self.entry.events if e.creates):
            others = [e for e in naming(self.work, made.originator_id) if e.envelope.entry_id != self.entry.id]
            if others:
                raise in_use(others)

    def _forget(self) -> None:
        """Nobody is found by the name or number of a registration that was withdrawn."""
        for made in (e for e in self.entry.events if e.creates):
            if any(whose == "self" for _, whose in private_fields(type(made))):
                self.work.renamed[made.originator_id] = []

    def _withdrawals(self, work: Work | Without, events: Iterable[Event]) -> list[Event]:
        """One `entry.withdrawn` for each stream that the events stand in."""
        versions: dict[str, list[int]] = {}
        for event in events:
            versions.setdefault(event.originator_id, []).append(event.originator_version)
        return [
            EntryWithdrawn(
                originator_id=stream,
                originator_version=work.track(stream).next_version,
                envelope=self._envelope(stream),
                versions=tuple(sorted(its)),
            )
            for stream, its in versions.items()
        ]

    def _envelope(self, stream: str) -> Envelope:
        actor, first = self.submission.actor, self.entry.event
        place = next((e.envelope for e in self.entry.events if e.originator_id == stream), first.envelope)
        return Envelope(
            self.desk.today,
            None,
            self.submission.id,
            self.submission.command,
            actor.login,
            actor.post,
            self.submission.source,
            self.said["reason"],
            facility=place.facility,
            region=place.region,
        )

    def _corrected(self) -> tuple[list[Event], list[Breach]]:
        said, on, moment = self._said_anew()
        without = Without(self.work)
        withdrawn = self._withdrawals(self.work, self.entry.events)
        without.pending(withdrawn)
        event = self.entry.event
        case = self.desk.case(without, event.originator_id, on, moment, event.opens, self.entry)
        envelope = self._envelope(event.originator_id)._replace(
            occurred_on=on,
            occurred_at=moment,
            command=event.envelope.command,
            entry=self.entry.id,
        )
        entered = self._in_place(self.desk.build(case, type(event), said, envelope))
        self.desk.authority.place(self.submission.actor, self.work, entered)
        without.pending(entered)
        events = [*withdrawn, *entered, *self._follow(without, entered)]
        self.work.judge(events)
        case.accepted()
        return events, [*case.breaches, *self.desk.seen(self.work, entered)]

    def _said_anew(self) -> tuple[dict[str, Any], date, datetime | None]:
        """What the command said, with the corrected fields in place, and its business time."""
        event, command = self.entry.event, self.command
        before = type(event).said(self.entry.events)
        changes = self.desk.read(command, self.said["args"], before)
        if command.target and changes.pop(command.target, event.originator_id) != event.originator_id:
            raise Refused("entry.target_fixed", TARGET_FIXED, command.target)
        said = {name: before[name] for name in command.fields if name != command.target} | changes
        on, moment = self.said.get("occurred_on"), self.said.get("occurred_at")
        if on or moment:
            on, moment = self.desk.business_time(on, moment)
        else:
            on, moment = event.envelope.occurred_on, event.envelope.occurred_at
        self.desk.check_references(
            self.work, replace(command, fields={n: command.fields[n] for n in changes}), said, on
        )
        return said, on, moment

    def _replaced(self, event: Event) -> Event | None:
        """The event of the entry whose place an event takes, if there is one."""
        return next(
            (e for e in self.entry.events if e.originator_id == event.originator_id and type(e) is type(event)), None
        )

    def _in_place(self, events: list[Event]) -> list[Event]:
        """The events with the versions, in their streams, of those whose places they take, one after the other.

        What an entry recorded in several events of one kind may now be more of them than before: those stand behind
        the last of that kind or, where there was none, behind the command's own event of the same moment.
        """
        places: dict[tuple[str, type[Event]], list[int]] = {}
        for old in self.entry.events:
            places.setdefault((old.originator_id, type(old)), []).append(old.originator_version)
        taken, (stream, at) = [], (events[0].originator_id, events[0].at)
        for event in events:
            left = places.get((event.originator_id, type(event)))
            if left is None and (event.originator_id, event.at) == (stream, at):
                left = [self.entry.event.originator_version]
            place = left and (left.pop(0) if len(left) > 1 else left[0])
            taken.append(replace(event, envelope=event.envelope._replace(corrects=place)))
        return taken

    def _follow(self, without: Without, entered: list[Event]) -> list[Event]:
        """Entries that copied what was corrected, entered again with the new copy.

        A stay copies the sex of its person and the kind of its facility; what follows in a stream copies where it is.
        """
        events: list[Event] = []
        for event in entered:
            before = self._replaced(event)
            if before is None:
                continue
            for old, copies in event.copied_by(before, without):
                if any(getattr(old, name) != value for name, value in copies.items()):
                    events += self._again(without, old, old.envelope, copies)
            for old in without.track(event.originator_id).standing:
                if old.envelope.facility == before.envelope.facility != event.envelope.facility:
                    events += self._again(without, old, event.envelope, {})
        return events

    def _again(self, without: Without, old: Event, place: Envelope, copies: Mapping[str, Any]) -> list[Event]:
        """An event of another entry taken out and entered again, at a place and with copies as they should be.

        It stays the deed of whoever did it: who accepted or approved is told by it. The withdrawal names the corrector.
        """
        withdrawn = self._withdrawals(without, (old,))[0]
        envelope = old.envelope._replace(
            command_id=self.submission.id,
            entry=old.envelope.entry_id,
            reason=self.said["reason"],
            corrects=old.originator_version,
            facility=copies.get("facility", place.facility),
            region=copies.get("region", place.region),
            position=0,
            recorded_at=None,
        )
        again = replace(old, originator_version=withdrawn.originator_version + 1, envelope=envelope, **copies)
        without.pending([withdrawn, again])
        return [withdrawn, again]
