"""The desk: who may, seen before, load, decide, append, receipt. Every command passes here and only here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from domain.accounts import Account, Actor, account_stream, check_logins
from domain.aggregates import BY_NAME
from domain.authority import Authority
from domain.case import Case
from domain.catalogue import Command, commands
from domain.corrections import Correction
from domain.declared import private_fields, references
from domain.envelopes import Envelope
from domain.letters import BY_LETTER, LETTER_ID
from domain.log import Clock, Conflict, Decided, Log, Receipt, Schemas, Vault
from domain.model import CHINA, Breach, Event, Refused, Sealed, Wording
from domain.reference import Reference
from domain.rehearsal import RehearsalVault
from domain.streams import stream_of
from domain.submissions import (
    REFS_DEEP,
    REUSED,
    Submission,
    content,
    is_id,
    mentions,
    ref_of,
    referred,
    repeated,
    streams,
)
from domain.work import Work

ATTEMPTS = 5
"""How often a command is decided again when another writer was faster."""

UNKNOWN = Wording(
    "没有这个命令",
    "there is no such command",
    "用 shouwang catalogue 查看全部命令",
    "see `shouwang catalogue` for all commands",
)
NO_DATE = Wording(
    "没有发生日期", "the business date is missing", "填写 occurred_on 或 occurred_at", "give occurred_on or occurred_at"
)
TWO_TIMES = Wording(
    "发生日期与发生时间不是同一天",
    "the business date and the moment are not of one day",
    "只填其中一个",
    "give only one of them",
)
TOO_EARLY = Wording("发生日期早于 1949 年", "the business date lies before 1949", "核对日期", "check the date")
NOT_AN_ID = Wording(
    "命令编号应为 1 至 64 个可见字符",
    "the command id must have 1 to 64 visible characters",
    "用 UUID 作编号",
    "use a UUID",
)
A_LETTERS_ID = Wording(
    "这种编号（UUID/序号）留给上级转来的函件",
    "ids of this form (UUID/number) are kept for letters that a superior passes on",
    "用 UUID 作编号",
    "use a UUID",
)
NO_ACCOUNT = Wording(
    "没有这个账号，或已停用",
    "no such account, or it is locked",
    "用 shouwang account list 查看账号",
    "see `shouwang account list`",
)
NOT_RECORDED = Wording(
    "引用的那一行没有入账", "the line referred to was not recorded", "先改正那一行", "mend that line first"
)
IN_FUTURE = Wording("发生日期不能晚于今天", "the business date lies in the future", "核对日期", "check the date")
YET_TO_COME = Wording("发生时间还没有到", "the business time has not come yet", "核对时间", "check the time")
NO_SUCH = Wording(
    "没有这条记录", "there is no such record", "核对编号，或从列表中选择", "check the id, or choose from the list"
)
NO_REGION = Wording(
    "当日没有这个行政区划代码",
    "no region has this code on that day",
    "核对代码和日期；代码可能已变更",
    "check the code and the day; the code may have changed",
)
BUSINESS_FIRST = date(1949, 1, 1)
BUSY = Wording(
    "多人同时办理同一事项", "others are recording the same thing at the same time", "稍后再试", "try again in a moment"
)


class Desk:
    """Decides commands and appends what follows from them."""

    def __init__(self, log: Log, vault: Vault, schemas: Schemas, reference: Reference, clock: Clock) -> None:
        self.log, self.vault, self.schemas, self.reference, self.clock = log, vault, schemas, reference, clock
        self.commands = commands()
        self.authority = Authority(reference, clock)

    def actor(self, login: str) -> Actor:
        """The account behind a login. Raises Refused for an unknown or locked one."""
        return self._actor(Work(self.log), login)

    @staticmethod
    def _actor(work: Work, login: str) -> Actor:
        state = work.track(account_stream(login)).state if login.isascii() else None
        if not isinstance(state, Account) or state.locked:
            raise Refused("command.not_allowed", NO_ACCOUNT, "as")
        return state.actor()

    def submit(self, submission: Submission) -> Receipt:
        """Decide and record one command. Raises Refused; a repeated command returns its first receipt."""
        outcome = self.submit_many([submission])[0]
        if isinstance(outcome, Refused):
            raise outcome
        return outcome

    def submit_many(self, submissions: Sequence[Submission]) -> list[Receipt | Refused]:
        """Decide many commands in one unit of work and append them in one transaction, in order."""
        try:
            return self._together(submissions)
        except Conflict:
            return [self._alone(one) for one in submissions]

    def preview(self, submission: Submission) -> Decided:
        """Decide without recording, for a check-answers page or a dry run. Raises Refused."""
        desk = self._rehearsal()
        decided = desk._decide(Work(self.log), submission, self._known([submission]), {})  # noqa: SLF001  the same class
        if isinstance(decided, Receipt):
            raise Refused("command.id_reused", REUSED, "id", decided.stream)
        return decided

    def rehearse(self, submissions: Sequence[Submission]) -> list[Receipt | Refused]:
        """What `submit_many` would answer, recording nothing: receipts without positions."""
        outcomes, pending = self._rehearsal()._decided(Work(self.log), submissions)  # noqa: SLF001  the same class
        receipts = {
            d.command_id: Receipt(d.command_id, d.command, d.stream, (), d.recorded_at, "", d.breaches) for d in pending
        }
        return self._answers(outcomes, receipts)

    def read(
        self, command: Command, args: Mapping[str, Any], before: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Typed arguments; of a correction only what changes, with what the command said `before`. Raises Refused."""

        def called() -> Mapping[str, tuple[str, str]]:
            return command.event.called({**(before or {}), **args}, self.reference) if command.event else {}

        return self.schemas.read(command.name, args, before is not None, called=called)

    def _rehearsal(self) -> Desk:
        """This desk with a vault that makes no keys and remembers no names."""
        return Desk(self.log, RehearsalVault(self.vault), self.schemas, self.reference, self.clock)

    def _alone(self, submission: Submission) -> Receipt | Refused:
        for _ in range(ATTEMPTS):
            try:
                return self._together([submission])[0]
            except Conflict:
                continue
        return Refused("command.busy", BUSY)

    def _together(self, submissions: Sequence[Submission]) -> list[Receipt | Refused]:
        work = Work(self.log)
        outcomes, pending = self._decided(work, submissions)
        self.vault.flush()
        receipts = {r.command_id: r for r in self.log.append(pending)} if pending else {}
        self._forget(work)
        return self._answers(outcomes, receipts)

    def _forget(self, work: Work) -> None:
        """Old names are forgotten behind the append: of an entry that was not recorded nobody loses a name."""
        for person, names in work.renamed.items():
            self.vault.forget(person)
            for name, number in names:
                self.vault.remember(person, name, number)
        if work.renamed:
            self.vault.flush()

    def _known(self, submissions: Sequence[Submission]) -> dict[str, tuple[bytes, Receipt]]:
        """What was recorded under the ids of these commands, and under those that they refer to."""
        return dict(self.log.receipts({i for i in (*(s.id for s in submissions), *referred(submissions)) if is_id(i)}))

    def _decided(
        self, work: Work, submissions: Sequence[Submission]
    ) -> tuple[list[Receipt | Refused | Decided], list[Decided]]:
        """The outcome of each command in one unit of work, and what of it is to be appended."""
        known = self._known(submissions)
        work.prefetch(streams(submissions, self.log.node))
        pending: dict[str, Decided] = {}
        outcomes: list[Receipt | Refused | Decided] = []
        for submission in submissions:
            try:
                outcomes.append(self._decide(work, submission, known, pending))
            except Refused as refused:
                outcomes.append(refused)
        return outcomes, list(pending.values())

    @staticmethod
    def _answers(outcomes: Iterable[Any], receipts: Mapping[str, Receipt]) -> list[Receipt | Refused]:
        answers, answered = [], set()
        for outcome in outcomes:
            if isinstance(outcome, Decided):
                receipt = receipts[outcome.command_id]
                answers.append(replace(receipt, duplicate=True) if receipt.command_id in answered else receipt)
                answered.add(receipt.command_id)
            else:
                answers.append(outcome)
        return answers

    def _decide(
        self, work: Work, submission: Submission, known: Mapping[str, Any], pending: dict[str, Decided]
    ) -> Decided | Receipt:
        if not is_id(submission.id):
            raise Refused("command.malformed", NOT_AN_ID, "id")
        if LETTER_ID.fullmatch(submission.id) and submission.source != BY_LETTER:
            raise Refused("command.malformed", A_LETTERS_ID, "id")
        command = self.commands.get(submission.command)
        if command is None:
            raise Refused("command.unknown", UNKNOWN, "command")
        args = {name: self._resolved(name, value, known, pending) for name, value in submission.args.items()}
        digest = self.vault.digest(content(submission, args))
        before = pending.get(submission.id) or known.get(submission.id)
        if before is not None:
            return repeated(before, digest)
        if submission.login is not None:
            submission = replace(submission, actor=self._actor(work, submission.login))
        said = self.read(command, args)
        if command.event is None:
            events, breaches, stream = Correction(self, work, submission, said).decide(command.name)
        else:
            events, breaches, stream = self.decide(work, submission, command, said)
        decided = Decided(
            submission.id,
            command.name,
            digest,
            stream,
            tuple(events),
            submission.recorded_at or self.clock.now(),
            tuple(breaches),
            tuple(mentions(events)),
        )
        pending[submission.id] = decided
        return decided

    def decide(
        self, work: Work, submission: Submission, command: Command, said: dict[str, Any]
    ) -> tuple[list[Event], list[Breach], str]:
        """The events of a command that is no correction, judged and taken into the unit of work."""
        on, moment = self.business_time(submission.occurred_on, submission.occurred_at)
        self.authority.command(submission.actor, command)
        self.check_references(work, command, said, on)
        stream = said.pop(command.target) if command.target else stream_of(submission.id, self.log.node)
        case = self.case(work, stream, on, moment, command.event.opens)
        envelope = Envelope(
            on, moment, submission.id, command.name, submission.actor.login, submission.actor.post, submission.source
        )
        events = self.build(case, command.event, said, envelope)
        self.authority.place(submission.actor, work, events)
        work.judge(events)
        case.accepted()
        return events, [*case.breaches, *self.seen(work, events)], events[0].originator_id

    def case(
        self, work: Any, stream: str, on: date, moment: datetime | None, opens: bool, corrected: Any = None
    ) -> Case:
        """A command being decided, with what its `decide` may ask."""
        return Case(work, stream, on, moment, self.today, self.reference, self.vault, opens, corrected)

    @staticmethod
    def seen(work: Any, events: Iterable[Event]) -> list[Breach]:
        """The findings that the aggregates themselves can see once the events are in.

        Not those of a stream that is only reached by what `follows`: its author may know nothing of it.
        """
        states = (
            work.track(stream).state for stream in dict.fromkeys(e.originator_id for e in events if not e.follows)
        )
        return [breach for state in states if state is not None for breach in state.findings()]

    @property
    def today(self) -> date:
        """The day in China."""
        return self.clock.now().astimezone(CHINA).date()

    def business_time(self, said: date | None, moment: datetime | None) -> tuple[date, datetime | None]:
        """The business day and moment of what is said to have happened then. Raises Refused when missing or in the future."""
        on = moment.astimezone(CHINA).date() if moment else said
        if on is None:
            raise Refused("field.missing", NO_DATE, "occurred_on")
        named = "occurred_at" if moment else "occurred_on"
        if said not in (None, on):
            raise Refused("field.invalid", TWO_TIMES, "occurred_on")
        if on < BUSINESS_FIRST:
            raise Refused("field.invalid", TOO_EARLY, named)
        if on > self.today:
            raise Refused("field.invalid", IN_FUTURE, named)
        if moment and moment > self.clock.now():
            raise Refused("field.invalid", YET_TO_COME, named)
        return on, moment

    def build(self, case: Case, event: type[Event], said: Mapping[str, Any], envelope: Envelope) -> list[Event]:
        """The events that a command leads to, numbered, placed and sealed, but not judged."""
        made: list[Event] = []
        versions: dict[str, int] = {}
        for stream, cls, fields in event.decide(said, case):
            version = versions.get(stream) or case.work.track(stream).next_version
            versions[stream] = version + 1
            before = self._before(case, stream, made)
            facility, region = cls.placement(stream, fields, before)
            made.append(
                cls(
                    originator_id=stream,
                    originator_version=version,
                    envelope=envelope._replace(
                        occurred_on=case.occurred_on, occurred_at=case.occurred_at, facility=facility, region=region
                    ),
                    **self._sealed(cls, stream, version, fields, before),
                )
            )
        return made

    @staticmethod
    def _before(case: Case, stream: str, made: Sequence[Event]) -> Any:
        """The state that an event meets; the first event of a command in a new stream makes it."""
        state = case.state(stream) or case.whole(stream)
        if state is None and made and made[0].originator_id == stream:
            state = made[0].aggregate(stream)
            made[0].apply(state)
        return state

    def _sealed(
        self, cls: type[Event], stream: str, version: int, fields: Mapping[str, Any], before: Any
    ) -> dict[str, Any]:
        sealed = dict(fields)
        for name, whose in private_fields(cls):
            value = fields.get(name)
            if value is None:
                continue
            subject = stream if whose == "self" else fields[whose] if whose in fields else getattr(before, whose)
            if isinstance(value, Sealed) and value.subject != subject:  # a correction names another person
                value = sealed[name] = self.vault.open(value)
            if value is not None and not isinstance(value, Sealed):
                sealed[name] = self.vault.seal(subject, (cls.topic, stream, version, name), str(value))
        return sealed

    def check_references(self, work: Work, command: Command, said: Mapping[str, Any], on: date) -> None:
        """Refuse a reference to something that does not exist, and logins that no account has."""
        for name, (_, field, _) in command.fields.items():
            if field.account and said.get(name):
                logins = (said[name],) if isinstance(said[name], str) else said[name]
                check_logins(work, name, logins, field.account)
        for name, ref, value in references(command.fields, said):
            if ref == "region":
                if not self.reference.regions.valid(value, on):
                    raise Refused("reference.unknown", NO_REGION, name)
            elif not isinstance(work.track(value).state, BY_NAME[ref]):
                raise Refused("reference.unknown", NO_SUCH, name)

    def _resolved(
        self,
        name: str,
        value: Any,
        known: Mapping[str, Any],
        pending: Mapping[str, Decided],
        depth: int = REFS_DEEP,
    ) -> Any:
        """A value with `{"$ref": id}` replaced by the stream that the line with that id made, in lists and records too."""
        line = ref_of(value)
        if line is None:
            if depth and isinstance(value, list):
                return [self._resolved(name, one, known, pending, depth - 1) for one in value]
            if depth and isinstance(value, dict):
                return {key: self._resolved(name, one, known, pending, depth - 1) for key, one in value.items()}
            return value
        if line in pending:
            return pending[line].stream
        if line not in known:
            raise Refused("reference.unknown", NOT_RECORDED, name)
        return known[line][1].stream
