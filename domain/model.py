"""What an event, an aggregate and an entry are: the only door of the domain to the eventsourcing library.

An aggregate is a plain object that events are applied to; an event is a frozen dataclass that satisfies the
library's `DomainEventProtocol`. A field is declared once, on the event; the command that leads to the event
takes the same fields less those that the aggregate fills in (`docs/decisions/0001-the-event-is-the-declaration.md`).
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, ClassVar

from eventsourcing.utils import register_topic

from domain.envelopes import Envelope
from domain.figures import Figure
from domain.letters import Letter

CHINA = timezone(timedelta(hours=8))
"""Business time: one zone, no daylight saving since 1991 (TIM-3)."""


class Post(StrEnum):
    """职务 — what an account may do; where it may do it is its facility or region."""

    FACILITY_MANAGER = "facility_manager"
    FACILITY_STAFF = "facility_staff"
    INSPECTOR = "inspector"
    REGULATOR = "regulator"
    FINANCE_OFFICER = "finance_officer"
    APPROVER = "approver"
    SAFETY_TEAM = "safety_team"
    AUDITOR = "auditor"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    AUDIT_ADMINISTRATOR = "audit_administrator"


FACILITY_POSTS = frozenset({Post.FACILITY_MANAGER, Post.FACILITY_STAFF})
BUREAU_POSTS = frozenset({Post.INSPECTOR, Post.REGULATOR, Post.FINANCE_OFFICER, Post.APPROVER, Post.SAFETY_TEAM})


LINE_MAX, LONG_MAX = 200, 2_000
"""How many characters a text may have that is typed into one line, or told at length, unless its field declares it."""


LOGIN_HINT = "填写登录名", "the login"
"""What a question for accounts says of itself where they cannot be offered."""


@dataclass(frozen=True)
class Field:
    """How one field of an event is shown, checked and protected.

    A string says whether it is about a person: `private` names the field, of the event or else
    of its aggregate, that holds the data subject (`"self"` for the event's own stream); without it the text is public. A number has a `unit`.
    `named` is the code list whose names are read out in the place of the number.
    `ref` names the aggregate (or `"region"`) whose id the field carries; `choices` names a code list of
    the reference data; a `moment` is a text that `business_key` made; an `account` field holds logins, of `"anybody"` or of
    those `"outside"` the facilities (what they are is public for ever: no names of people). An `evidence` field holds the digests
    of photos and scans that lie beside the log. A `filled` field is set by the aggregate, never typed by a user.
    A text has at most `length_max` characters and the form of `pattern`: only commands are held to it, events stay readable.
    A `half_width` text is kept in half width, with a hyphen for every dash, however a keyboard types it.
    """

    zh: str
    en: str | None = None
    unit: str | None = None
    named: str | None = None
    ref: str | None = None
    choices: str | None = None
    private: str | None = None
    filled: bool = False
    minimum: int | None = None
    length_max: int | None = None
    pattern: str | None = None
    half_width: bool = False
    birth: bool = False
    long: bool = False
    moment: bool = False
    account: str | None = None
    evidence: bool = False
    hint_zh: str | None = None
    hint_en: str | None = None

    def __post_init__(self) -> None:
        if self.account and self.hint_zh is None:  # pages that can offer the accounts leave it out
            object.__setattr__(self, "hint_zh", LOGIN_HINT[0])
            object.__setattr__(self, "hint_en", LOGIN_HINT[1])

    @property
    def longest(self) -> int:
        """How many characters a text may have."""
        return self.length_max or (LONG_MAX if self.long else LINE_MAX)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A private value encrypted under its subject's key; `at` is the address where it was first sealed.

    `at` = (topic, stream, version, field) is authenticated with the ciphertext, so a value moved to
    another place does not open; corrections keep value and address.
    """

    subject: str
    at: tuple[str, str, int, str]
    sealed: str

    @property
    def elsewhere(self) -> bool:
        """Whether the text lies at the node that recorded it and never came here."""
        return self.sealed == STAYED


STAYED = "@"
"""Stands for a text that never left the node that recorded it; no encryption leads to it."""


class Row(typing.NamedTuple):
    """What an event adds to a figure on one day: an integer in the smallest unit of the figure.

    `opening` marks the rows that begin something (an admission), so that "present or admitted within the
    period" can be asked; `dims` are pairs of dimension and value. A row without a facility has a region.
    """

    figure: str
    day: date
    amount: int
    member: str
    facility: str | None = None
    region: str | None = None
    dims: tuple[tuple[str, str], ...] = ()
    opening: bool = False


@dataclass(frozen=True)
class Wording:
    """A sentence for people in both languages, with what to do about it."""

    zh: str
    en: str
    remedy_zh: str = ""
    remedy_en: str = ""


class Refused(Exception):
    """A command that is not recorded: which rule, which field, and what to do. Holds nothing personal.

    `part` is the name, within a field of names and values, whose value is wrong.
    """

    def __init__(
        self,
        rule: str,
        wording: Wording,
        field: str | None = None,
        stream: str | None = None,
        part: str | None = None,
    ) -> None:
        super().__init__(f"{rule}: {wording.en}")
        self.rule, self.wording, self.field, self.stream, self.part = rule, wording, field, stream, part

    @property
    def at(self) -> str | None:
        """The name of the form's input that is wrong."""
        return f"{self.field}.{self.part}" if self.part else self.field


@dataclass(frozen=True)
class Check:
    """A statement that must hold of the state before an event and the event itself."""

    rule: str
    holds: Callable[[Any, Any], bool]
    wording: Wording


class Duty(typing.NamedTuple):
    """任务 — what somebody has to do by a moment, and when it was done; whether it is overdue is asked, never stored.

    `rule` is a timer of `reference/time_limits.toml`; `key` tells the duties of one rule in one stream apart. Both
    moments are business moments (`business_key`); `met_at` is None while nothing was done.
    """

    rule: str
    due_at: str
    met_at: str | None = None
    key: str = ""


@dataclass(frozen=True)
class Breach:
    """A finding: recorded and shown upward, never a refusal. `since` is a business day."""

    rule: str
    wording: Wording
    severity: str = "breach"


def business_key(occurred_on: date, occurred_at: datetime | None, opens: bool) -> str:
    """The moment as text that sorts: `2024-03-01T00:00` opens a day, `2024-03-01T24:00` ends it."""
    if occurred_at is not None:
        return occurred_at.astimezone(CHINA).isoformat(timespec="seconds")[:19]
    return occurred_on.isoformat() + ("T00:00" if opens else "T24:00")


class once:  # noqa: N801  used like `property`
    """A property that is worked out at most once: an event never changes, and folding asks its moment again and again."""

    def __init__(self, work_out: Callable[[Any], Any]) -> None:
        self.work_out, self.__doc__ = work_out, work_out.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, event: Any, owner: type | None = None) -> Any:
        if event is None:
            return self
        found = event.__dict__[self.name] = self.work_out(event)
        return found


@typing.dataclass_transform(kw_only_default=True, frozen_default=True)
class Event:
    """Something that happened. Subclasses are nested in their aggregate and say what in the past tense.

    Class attributes: `topic` (frozen for ever), `label` (zh) and `label_en`, `command` (the imperative that
    leads here; None for an event that only follows from another), `command_en` (what the command is called in English
    where its name does not say it well), `by` (posts that may give the command),
    `creates` (it begins its stream), `opens` (without a time it stands at 00:00 of its day), `guards`
    (it exists only to guard another stream, and is no row of a timeline), `follows` (it follows, wherever it lies, from
    what somebody may record: nobody is asked whether they reach there), `of_bureau` (a facility may record it of itself, but
    it is a bureau's work and is suggested to bureaus alone), `by_letter` (another node may ask for it), `sentence` (zh, en templates),
    `effective` (the field whose day the event counts from, instead of the business date), `one_by_one` (people are asked
    one question a page: the fields that share a page, in the order in which they are asked; what is not named follows).
    """

    topic: ClassVar[str]
    label: ClassVar[str]
    label_en: ClassVar[str | None] = None
    command: ClassVar[str | None] = None
    command_en: ClassVar[str | None] = None
    by: ClassVar[frozenset[Post]] = frozenset()
    creates: ClassVar[bool] = False
    opens: ClassVar[bool] = False
    guards: ClassVar[bool] = False
    follows: ClassVar[bool] = False
    of_bureau: ClassVar[bool] = False
    by_letter: ClassVar[bool] = False
    sentence: ClassVar[tuple[str, str] | None] = None
    checks: ClassVar[tuple[Check, ...]] = ()
    class_version: ClassVar[int] = 1
    effective: ClassVar[str | None] = None
    timely: ClassVar[Callable[[Any], bool]] = staticmethod(lambda state: True)
    """Whether its command is offered in a state of its thing; given all the same it is judged by its checks alone."""
    one_by_one: ClassVar[tuple[tuple[str, ...], ...]] = ()
    aggregate: ClassVar[type[Aggregate]]

    originator_id: str
    originator_version: int
    envelope: Envelope

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        dataclasses.dataclass(frozen=True, kw_only=True)(cls)
        register_topic(cls.topic, cls)

    @once
    def at(self) -> str:
        """The business moment as sortable text."""
        if self.effective:
            return business_key(getattr(self, self.effective), None, self.opens)
        return business_key(self.envelope.occurred_on, self.envelope.occurred_at, self.opens)

    @once
    def author(self) -> tuple[str, str]:
        """(login, post) of whoever first made the entry, also where somebody else corrected it since.

        Folding sets it for an event that takes the place of another (`domain.entries.in_force`).
        """
        return self.envelope.actor, self.envelope.post

    @once
    def hands(self) -> frozenset[str]:
        """The logins of all who made or corrected the entry: none of them may then accept or approve it."""
        return frozenset((self.envelope.actor,))

    @property
    def day(self) -> date:
        """The business day, +08:00."""
        return getattr(self, self.effective) if self.effective else self.envelope.occurred_on

    def apply(self, state: Any) -> None:
        """Change the aggregate. Assigns only: a rule tightened later must never make history unreadable."""

    def rows(self, state: Any) -> Iterable[Row]:
        """What the event adds to figures, given the state before it (None before a creation)."""
        return ()

    def copied_by(self, before: Any, work: Any) -> Iterable[tuple[Event, dict[str, Any]]]:
        """Events in other streams that copied fields of `before`, whose place this one takes, with the right copies."""
        return ()

    def letter(self, state: Any, reading: Any) -> Letter | None:
        """What another node is asked to record because of this event, given the state behind it; None for nothing."""
        return None

    @classmethod
    def said(cls, events: Sequence[Event]) -> Mapping[str, Any]:
        """What the command said, read off the events of its entry: the command's own is the first of them."""
        return vars(events[0])

    @classmethod
    def called(cls, said: Mapping[str, Any], reference: Any) -> Mapping[str, tuple[str, str]]:
        """What the names within a field of names and values are called, by the reference data."""
        return {}

    @classmethod
    def placement(cls, stream: str, fields: Mapping[str, Any], state: Any) -> tuple[str | None, str | None]:
        """Facility and region of the event, given its fields and the state before it."""
        facility, region = fields.get("facility"), fields.get("region")
        if state is not None:
            facility, region = facility or state.facility, region or state.region
        return facility, region

    @classmethod
    def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
        """The events of one command: (stream, event class, fields). `case` is a `domain.desk.Case`."""
        yield case.stream, cls, dict(said)


Event = dataclass(frozen=True, kw_only=True)(Event)  # type: ignore[misc]


class Aggregate:
    """A thing with a history. Its nested events are collected in the order in which the file tells them.

    Class attributes: `name` (English, also the name of fields that refer to it), `label` (zh), `sheet` (the
    board its rows stand on, if any), `columns` of that board (state attribute -> how to show it), `statuses` (the
    states that follow from events, a code list named after the aggregate: `stay_statuses`), `figures` (what can be
    asked about it; the rows stand with its events), `placed` (what rows of others inherit from it: where it lies and what it is) and `counted_by` (the figure whose sum since ever
    is the number of rows on the board; without one they are counted).
    `local`: its entries concern this node alone (its accounts), and superiors are told no more than that there is one.
    `creation_first` lets entries be dated before the creation (a person lived before being registered).
    """

    name: ClassVar[str]
    label: ClassVar[str]
    sheet: ClassVar[str | None] = None
    columns: ClassVar[Mapping[str, Field]] = {}
    statuses: ClassVar[Mapping[str, tuple[str, str]]] = {}
    figures: ClassVar[tuple[Figure, ...]] = ()
    placed: ClassVar[tuple[str, ...]] = ()
    counted_by: ClassVar[str | None] = None
    local: ClassVar[bool] = False
    creation_first: ClassVar[bool] = False
    events: ClassVar[tuple[type[Event], ...]] = ()

    facility: str | None = None
    region: str | None = None

    def __init__(self, stream: str) -> None:
        self.id = stream

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.events = tuple(e for e in vars(cls).values() if isinstance(e, type) and issubclass(e, Event))
        for event in cls.events:
            event.aggregate = cls

    def conflicts(self) -> Iterable[tuple[Check, int]]:
        """Rules over the whole history: (rule, version of an event that breaks it)."""
        return ()

    def findings(self) -> Iterable[Breach]:
        """The breaches and warnings that hold in this state, as far as the aggregate itself can see."""
        return ()

    def aliases(self) -> Iterable[tuple[str, str]]:
        """(member, the member as which it counts): two records that turned out to be of one person."""
        return ()

    def duties(self) -> Iterable[Duty]:
        """Everything that follows from this state to be done by somebody, done or not. By (rule, key) at most one."""
        return ()


class EntryWithdrawn(Event):
    """撤销 — the entries at these versions of the stream are as if they had never been made."""

    topic = "entry.withdrawn"
    label = "撤销记录"
    label_en = "Entry withdrawn"
    versions: typing.Annotated[tuple[int, ...], Field("撤销的版本")]
