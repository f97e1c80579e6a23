"""函件 — what an entry on one node asks of another, passed on by a superior of both and recorded there as a command.

The superior holds what both recorded, knows which node keeps which region, and signs what it passes on: whoever receives a
letter need not know the node that it comes from. Letters may come twice: a command of one id is recorded once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from adapters.codec import micros
from adapters.event_store import EventLog
from adapters.federation import Federation
from adapters.messages import LETTER, Said, of_said
from adapters.notes import Signer, Verifier
from adapters.refused_letters import RefusedLetters
from domain.accounts import OPERATOR, Actor
from domain.aggregates import sending
from domain.catalogue import commands
from domain.corrections import WITHDRAW
from domain.desk import Desk
from domain.entries import in_force
from domain.letters import BY_LETTER, Letter, letter_id
from domain.log import Clock, Conflict
from domain.model import CHINA, EntryWithdrawn, Event, Post, Refused
from domain.submissions import Submission, is_id
from domain.work import Track, Work

BUSY, IN_USE = "command.busy", "entry.in_use"
ACTOR_MAX = 200
_canonical = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode
MISSHAPEN = (AttributeError, KeyError, IndexError, TypeError, ValueError, RecursionError)
"""What is raised by a history that no desk would have recorded."""


class Unsigned(ValueError):
    """No letter of a superior that this node knows."""


class Dispatch:
    """A superior's side: the letters that the entries of its log lead to."""

    def __init__(
        self,
        log: EventLog,
        federation: Federation,
        signer: Signer,
        inside: Callable[[str, str, date], bool],
        told: Callable[[str, str], None] = lambda zh, en: None,
    ) -> None:
        """`inside` says whether a region lay in another on a day; `told` is given what an operator should know."""
        self.log, self.federation, self.signer, self.inside, self.told = log, federation, signer, inside, told

    def of(self, topic: str, stream: str, version: int) -> Iterable[tuple[str, bytes]]:
        """(key, message) of each letter that an entry leads to; nothing for most."""
        if not self.federation.subordinates or (topic not in sending() and topic != EntryWithdrawn.topic):
            return
        events = self.log.stream(stream)
        try:
            asked = list(self._letters(events, events[version - 1]))
        except MISSHAPEN as error:
            node = events[0].envelope.node
            if node is None:  # our own desk has judged it: this is an error of the program
                raise
            # What others recorded is taken in as it is. One history that no desk would have made must not keep everything
            # behind it from leaving.
            self.told(
                f"{node} 的记录 {stream}/{version} 前后矛盾，无法转成函件，已略过：{error!r}",
                f"{stream}/{version} of {node} contradicts itself, no letter can be made of it: {error!r}",
            )
            return
        for letter, event in asked:
            sender = event.envelope.node or self.log.node
            to = self._asking(letter.about, events[0]) if letter.about else self.addressee(letter.region, event.day)
            if to not in (None, sender):
                yield self._message(letter, event, sender, str(to))

    def addressee(self, region: str, on: date) -> str | None:
        """Who keeps a region: of the subordinates the one with the smallest around it, else this node; None where nobody does."""
        around = [one for one in self.federation.subordinates.values() if self.inside(region, one.region, on)]
        within = {one.node: sum(self.inside(one.region, other.region, on) for other in around) for one in around}
        own = self.federation.region
        here = self.log.node if own and self.inside(region, own, on) else None
        return max(within, key=within.__getitem__, default=here)

    def _asking(self, stream: str, first: Event) -> str | None:
        """The node that a stream answers, which is the one that began what it is about.

        Only the stream that a letter began there answers it: whoever merely writes its number down speaks for nobody.
        """
        if first.envelope.given_id != letter_id(stream) or first.envelope.source != BY_LETTER:
            return None
        return self.log.stream(stream)[0].envelope.node or self.log.node

    def _letters(self, events: list[Event], last: Event) -> Iterable[tuple[Letter, Event]]:
        """What one event of a stream asks of others.

        A correction asks nothing, and what it takes the place of stands; a withdrawal takes back what the event asked, or the
        one that the correction of which is withdrawn took the place of.
        """
        if not isinstance(last, EntryWithdrawn):
            if last.topic in sending() and last.envelope.corrects is None:
                letter = last.letter(Track(events[: last.originator_version]).state, Work(self.log))
                yield from [(letter, last)] if letter else []
            return
        replaced = {e.envelope.corrects for e in events if e.envelope.command_id == last.envelope.command_id}
        for version in set(last.versions) - replaced:
            if not 0 < version < last.originator_version:
                raise ValueError(f"{last.originator_id}: an entry cannot withdraw version {version}")
            first = _first(events, events[version - 1])
            args = {"letter": letter_id(first.originator_id, first.originator_version), "reason": _reason(last)}
            for letter, _ in self._letters(events, first):
                yield replace(letter, command=WITHDRAW[0], args=args), last

    def _message(self, letter: Letter, event: Event, sender: str, to: str) -> tuple[str, bytes]:
        at, login = event.envelope.occurred_at, event.envelope.actor.partition("@")[0]
        data = {
            "to": to,
            "id": letter_id(event.originator_id, event.originator_version),
            "command": letter.command,
            "args": dict(letter.args),
            "occurred_on": event.envelope.occurred_on.isoformat(),
            "occurred_at": at.isoformat() if at else None,
            "actor": f"{login}@{sender}",
            "post": event.envelope.post,
        }
        data["line"] = self.signer.sign(_body(data))
        recorded_at = event.envelope.recorded_at
        assert recorded_at is not None
        return of_said(self.log.node, LETTER, f"{to}/{data['id']}", micros(recorded_at), data)


@dataclass
class Letterbox:
    """The addressee's side: each letter is a command at its desk, given by whoever made the entry on the other node.

    One that is refused is kept: what stands in its way may be gone later, or people do by hand what it asks for.
    """

    desk: Desk
    log: EventLog
    federation: Federation
    clock: Clock
    refused: RefusedLetters
    own: Verifier
    """The witness of this node: as a superior it sends letters to itself, where it keeps homes of its own."""
    told: Callable[[str, str], None] = lambda zh, en: None

    def take(self, said: Said, *, again: bool = False) -> None:
        """Record what a letter to this node asks for, once. Raises Conflict or LogUnavailable: it comes again then.

        `again`: it came before, and what is wrong with it was told then.
        """
        if said.data.get("to") != self.log.node:
            return
        try:
            submission = self._submission(said)
        except (Unsigned, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            if again:
                return
            self.told(
                f"{said.node} 转来的函件无法采信，已略过：{error}",
                f"a letter passed on by {said.node} cannot be believed and is passed over: {error}",
            )
            return
        if submission is None:
            self.refused.drop(str(said.data["id"]))  # nothing stands any more that it would withdraw
            return
        if self.log.receipts([submission.id]) or self.refused.settled(submission.id):
            return
        refused = self._recorded(submission)
        if refused is not None and refused.rule == IN_USE:
            # It comes late, behind what was recorded here meanwhile: it is news of now.
            refused = self._recorded(replace(submission, occurred_on=None, occurred_at=self.clock.now()))
        if refused is not None and self.refused.keep(submission.id, said, refused.wording, self.clock.now()):
            self.told(
                f"{submission.actor.login} 的函件 {submission.id} 未能入账：{refused.wording.zh}",
                f"the letter {submission.id} of {submission.actor.login} was not recorded: {refused.wording.en}",
            )

    def try_again(self) -> None:
        """Every letter that was refused, in the order in which they came. Raises Conflict or LogUnavailable."""
        for one in self.refused.open():
            self.take(one.said, again=True)
            if self.log.receipts([one.id]):
                self.refused.drop(one.id)

    def _recorded(self, submission: Submission) -> Refused | None:
        """Record a command; what the desk refuses comes back. Raises Conflict where it has to come again."""
        try:
            self.desk.submit(submission)
        except Refused as refused:
            if refused.rule == BUSY:
                raise Conflict from refused  # others record the same thing
            return refused
        return None

    def _submission(self, said: Said) -> Submission | None:
        """The command that a letter asks for; None for the withdrawal of what never came. Raises Unsigned, KeyError, ValueError."""
        data = dict(said.data)
        superior = self.federation.superiors.get(said.node)
        witness = self.own if said.node == self.log.node else superior and superior.witness
        if witness is None or not witness.verify(_body(data), str(data.pop("line", ""))):
            raise Unsigned("it is not signed by a superior of this node")
        command, args = data["command"], data["args"]
        if not is_id(data["id"]) or not isinstance(args, dict):
            raise ValueError("it is no command")
        if command == WITHDRAW[0]:
            args = self._withdrawn(args)
            if args is None:
                return None
        elif not _by_letter(command):
            raise ValueError(f"{command} is not for other nodes to ask")
        on, at = self._when(data["occurred_on"], data["occurred_at"])
        actor = Actor(_named(data["actor"]), _held(data["post"]), everywhere=True)
        return Submission(command, data["id"], args, actor, None if at else on, at, BY_LETTER)

    def _withdrawn(self, args: Mapping[str, Any]) -> dict[str, Any] | None:
        """The entry that an earlier letter led to, as it stands now, and why it is withdrawn; None where nothing stands.

        Raises ValueError where it came another way.
        """
        known = self.log.receipts([str(args["letter"])]).get(str(args["letter"]))
        if known is None:
            self._given_up(str(args["letter"]))
            return None
        event = self.log.at(known[1].positions[:1])[0]
        if event.envelope.source != BY_LETTER:
            raise ValueError("what it withdraws did not come by a letter")
        standing = [
            one
            for one in in_force(self.log.stream(event.originator_id))
            if one.envelope.entry_id == event.envelope.entry_id
        ]
        if not standing:
            return None
        return {"stream": event.originator_id, "version": standing[0].originator_version, "reason": args["reason"]}

    def _given_up(self, letter: str) -> None:
        """Whoever asked withdraws what was not recorded here. What people did by hand instead, people must take back."""
        self.refused.drop(letter)
        if self.refused.settled(letter):
            self.told(
                f"函件 {letter} 已由人工办理，现在对方撤回：请核对并撤销本节点为它登记的记录",
                f"letter {letter} was done by hand and is withdrawn now: check, and withdraw what was entered for it here",
            )

    def _when(self, on: str, at: str | None) -> tuple[date, datetime | None]:
        """The business time; not later than now, by whatever the other clock is ahead."""
        now = self.clock.now()
        moment = min(datetime.fromisoformat(at), now) if at else None
        return min(date.fromisoformat(on), now.astimezone(CHINA).date()), moment


def _first(events: list[Event], event: Event) -> Event:
    """The event in whose place a corrected one stands, at the end of all corrections."""
    while (before := event.envelope.corrects) is not None:
        if not 0 < before < event.originator_version:
            raise ValueError(f"{event.originator_id}: an entry cannot correct version {before}")
        event = events[before - 1]
    return event


def _by_letter(command: Any) -> bool:
    known = commands().get(command) if isinstance(command, str) else None
    return bool(known and known.event and known.event.by_letter)


def _named(actor: Any) -> str:
    if not isinstance(actor, str) or not actor.isprintable() or not 0 < len(actor) <= ACTOR_MAX:
        raise ValueError("it does not say by whom it is")
    return actor


def _held(post: Any) -> str:
    if post not in (*Post, OPERATOR.post):
        raise ValueError("it is by nobody's post")
    return str(post)


def _reason(withdrawn: Event) -> str:
    return withdrawn.envelope.reason or "—"


def _body(data: Mapping[str, Any]) -> str:
    """The text that is signed: everything but the signature, in canonical form, all ASCII."""
    return f"{LETTER}\n{_canonical({key: value for key, value in data.items() if key != 'line'})}\n"
