"""Given, when, then: commands on the real desk, over a real log and vault in a folder of the test.

    scene.given(a_home(), a_person("person")).when("stay.admit", person="$person", ...).then_refused("stay.overlapping")

A `Said` may be named; `$name` in an argument stands for the stream that it made. Nothing here knows a rule.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from adapters.clock import FixedClock
from adapters.event_store import open_log
from adapters.schemas import Schemas
from adapters.vault import KeyVault
from adapters.vault_store import open_vault
from domain.accounts import OPERATOR, Actor, account_stream
from domain.catalogue import commands
from domain.desk import Desk, Submission
from domain.entries import in_force, violations
from domain.identifiers import synthetic_resident_number
from domain.log import Receipt
from domain.model import EntryWithdrawn, Event, Refused
from domain.reference import FILES, Reference
from domain.work import Track
from projections.folding import aggregate_of, history
from tests.places import made, ready

NOW = datetime(2024, 12, 31, 4, 0, tzinfo=UTC)
"""Noon of the last day of 2024 in China."""

BAYI, GONGBO, MILIN_BEFORE, MILIN, LHASA = "540402", "540421", "540422", "540481", "540100"
HOME = {
    "kind": "elderly_care_home",
    "name": "巴宜区敬老院",
    "site_no": "01",
    "region": BAYI,
    "address": "八一镇",
    "operator": "public",
    "opened_on": "2020-05-01",
}


@cache
def reference() -> Reference:
    """The reference data of this version, read once."""
    folder = Path(__file__).parents[1] / "domain" / "reference"
    return Reference.parse({name: (folder / name).read_text(encoding="utf-8") for name in FILES})


@dataclass(frozen=True)
class Said:
    """One command of a scene, before the scene has given it an id and an actor."""

    command: str
    args: Mapping[str, Any]
    on: str | None = "2024-03-01"
    at: str | None = None
    by: Actor = OPERATOR
    id: str | None = None
    name: str | None = None

    def named(self, name: str) -> Said:
        """The same under a name that later arguments can use."""
        return replace(self, name=name)

    def on_(self, day: str | None, at: str | None = None) -> Said:
        """The same on another day, or at a minute."""
        return replace(self, on=day, at=at)


def say(
    command: str,
    on: str | None = "2024-03-01",
    at: str | None = None,
    *,
    called: str | None = None,
    by: Actor = OPERATOR,
    id: str | None = None,  # noqa: A002  as lines of submit name it
    **args: Any,
) -> Said:
    """A command with its arguments."""
    return Said(command, args, on if at is None else None, at, by, id, called)


def a_home(called: str = "home", on: str = "2024-01-01", **more: Any) -> Said:
    """An elderly-care home, registered."""
    return Said("facility.register", HOME | more, on, name=called)


def an_account(login: str, post: str = "inspector", region: str = BAYI) -> Said:
    """Somebody of the bureau who can be named as responsible."""
    return Said("account.open", {"login": login, "post": post, "scope_region": region}, "2024-01-01")


def a_person(
    called: str = "person", serial: int = 1, born: str = "1940-02-03", on: str = "2024-01-01", **more: Any
) -> Said:
    """A synthetic person with a document that fits sex and birth date."""
    number = synthetic_resident_number(serial, date.fromisoformat(born))
    args = {
        "name": f"试者{serial}",
        "document_kind": "resident_identity_card",
        "document_number": number,
        "sex": "male" if serial % 2 else "female",
    }
    return Said("person.register", args | more, on, name=called)


def a_stay(called: str = "stay", on: str | None = "2024-03-01", at: str | None = None, **more: Any) -> Said:
    """The person moves into the home."""
    args = {
        "person": "$person",
        "facility": "$home",
        "category": "self_paying",
        "agreement_no": "A-1",
        "contact": "13900000000",
    }
    return Said(
        "stay.admit",
        {k: v for k, v in (args | more).items() if v is not None},
        on if at is None else None,
        at,
        name=called,
    )


@dataclass
class Outcome:
    """What became of a command."""

    scene: Scene
    said: Submission
    answer: Receipt | Refused

    @property
    def receipt(self) -> Receipt:
        """The receipt; the refusal is raised where there is none."""
        if isinstance(self.answer, Refused):
            raise self.answer
        return self.answer

    @property
    def stream(self) -> str:
        """What the command made or acted on."""
        return self.receipt.stream

    @property
    def events(self) -> list[Event]:
        """The events that were recorded."""
        return self.scene.log.at(self.receipt.positions)

    def then_recorded(self, *topics: str) -> Outcome:
        """It was recorded, for the first time, as these events."""
        assert not self.receipt.duplicate
        if topics:
            assert [e.topic for e in self.events] == list(topics)
        self.scene.sound()
        return self

    def then_found(self, *rules: str) -> Outcome:
        """It was recorded, and these findings stand on the receipt."""
        assert sorted(b.rule for b in self.receipt.breaches) == sorted(rules)
        assert all(b.wording.zh and b.wording.en for b in self.receipt.breaches)
        return self

    def then_duplicate(self, first: Receipt) -> Outcome:
        """It was recorded before: the first receipt comes back."""
        assert self.receipt == replace(first, duplicate=True)
        return self

    def then_refused(self, rule: str, field_: str | None = None, zh: str = "") -> Outcome:
        """It was refused by that rule, at that field, in both languages with what to do; nothing was written."""
        assert isinstance(self.answer, Refused), self.answer
        words = self.answer.wording
        assert (self.answer.rule, self.answer.field) == (rule, field_)
        assert all((words.zh, words.en, words.remedy_zh, words.remedy_en)), words
        assert words.en.isascii()
        assert zh in words.zh
        assert self.scene.log.receipts([self.said.id]).get(self.said.id) is None or rule == "command.id_reused"
        return self


@dataclass
class Scene:
    """A desk with a log of its own, and names for the streams that the test has made."""

    folder: Path
    clock: FixedClock
    names: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    ids: Iterable[int] = field(default_factory=itertools.count)

    @classmethod
    def at(cls, folder: Path, now: datetime = NOW) -> Scene:
        """A scene in a folder."""
        return cls(folder, FixedClock(now))

    def __post_init__(self) -> None:
        made(self.folder)
        self.log = open_log(data=self.folder, database_url=None, node="scene", ready=ready("log", self.folder))
        self.store = open_vault(data=self.folder, ready=ready("vault", self.folder))
        self.vault = KeyVault(self.store, self.clock)
        schemas = Schemas(
            {name: command.fields for name, command in commands().items()}, reference().choices, self.clock
        )
        self.desk = Desk(self.log, self.vault, schemas, reference(), self.clock)

    def close(self) -> None:
        """Let go of the files."""
        self.log.close()
        self.store.close()

    # -- saying ----------------------------------------------------------------------------------------

    def submission(self, said: Said) -> Submission:
        """The command as the desk takes it."""
        return Submission(
            said.command,
            said.id or f"c-{next(self.ids)}",
            self.resolved(said.args),
            said.by,
            date.fromisoformat(said.on) if said.on else None,
            datetime.fromisoformat(said.at) if said.at else None,
            "import",
        )

    def resolved(self, value: Any) -> Any:
        """The value with `$name` replaced by the stream of that name."""
        if isinstance(value, Mapping):
            return {k: self.resolved(v) for k, v in value.items()}
        if isinstance(value, list):
            return [self.resolved(v) for v in value]
        return self.names[value[1:]] if isinstance(value, str) and value.startswith("$") else value

    def given(self, *said: Said) -> Scene:
        """Things that are so: each must be recorded."""
        for one in said:
            outcome = self.when(one)
            assert not isinstance(outcome.answer, Refused), (one, outcome.answer)
        return self

    def when(self, said: Said | str, *when: Any, **args: Any) -> Outcome:
        """One command is given."""
        one = say(said, *when, **args) if isinstance(said, str) else said
        submission = self.submission(one)
        answer = self.desk.submit_many([submission])[0]
        if one.name and isinstance(answer, Receipt):
            self.names[one.name], self.receipts[one.name] = answer.stream, answer
        return Outcome(self, submission, answer)

    def together(self, *said: Said) -> list[Outcome]:
        """Several commands in one unit of work, as `submit` does; `{"$ref": id}` names what an earlier one makes."""
        submissions = [self.submission(one) for one in said]
        return [Outcome(self, s, a) for s, a in zip(submissions, self.desk.submit_many(submissions), strict=True)]

    def withdraw(self, stream: str, version: int = 1, **more: Any) -> Outcome:
        """An entry is withdrawn."""
        return self.when(say("entry.withdraw", None, stream=stream, version=version, reason="录错", **more))

    def correct(self, stream: str, version: int = 1, args: Mapping[str, Any] | None = None, **more: Any) -> Outcome:
        """An entry is corrected."""
        return self.when(
            say("entry.correct", None, stream=stream, version=version, args=args or {}, reason="录错", **more)
        )

    def login(self, login: str, post: str, *, region: str | None = None, facility: str | None = None) -> Actor:
        """An account with a post and a reach, and the actor behind it."""
        args = {"login": login, "post": post, "scope_region": region, "scope_facility": facility}
        self.given(Said("account.open", {k: v for k, v in args.items() if v is not None}, "2024-01-01"))
        return self.desk.actor(login)

    # -- looking ---------------------------------------------------------------------------------------

    def events(self, stream: str) -> list[Event]:
        """Everything in a stream, by its name or id."""
        return self.log.stream(self.names.get(stream.removeprefix("$"), stream))

    def state(self, stream: str) -> Any:
        """The aggregate with everything that is known of it."""
        return Track(self.events(stream)).state

    def streams(self) -> dict[str, list[Event]]:
        """Every stream of the log."""
        found: dict[str, list[Event]] = {}
        for event in self.log.read(0, 1_000_000):
            found.setdefault(event.originator_id, []).append(event)
        return found

    def sound(self) -> None:
        """No stream has a rule broken in it, and versions and positions have no gap."""
        events = self.log.read(0, 1_000_000)
        assert [e.envelope.position for e in events] == list(range(1, len(events) + 1))
        for stream, its in self.streams().items():
            assert [e.originator_version for e in its] == list(range(1, len(its) + 1)), stream
            aggregate = aggregate_of(its)
            assert aggregate is None or violations(aggregate, in_force(its)) == {}, stream

    def seen(self, stream: str) -> tuple[Any, ...]:
        """What stands of a stream: its state, what figures, boards, findings and duties are made from. Versions and sealed bytes aside."""
        events = self.events(stream)
        aggregate = aggregate_of(events)
        if aggregate is None or not in_force(events):
            return (None, Counter(), [], [])
        entity, found = history(aggregate, events)
        rows: Counter[Any] = Counter()
        for row, _ in found.rows:
            rows[row.figure, row.day, row.member, row.facility, row.region, row.dims, row.opening] += row.amount
        state = {name: value for name, value in vars(entity.state).items() if name != "died_in"}
        return (plain(state), +rows, plain(found.versions), found.notes)

    def world(self) -> dict[str, tuple[Any, ...]]:
        """What stands of every stream; those of which nothing stands are left out."""
        seen = {stream: self.seen(stream) for stream in self.streams()}
        return {stream: its for stream, its in seen.items() if its[0] is not None}

    def text(self) -> str:
        """Everything that the log stores in public, as text."""
        return "\n".join(repr(e) for e in self.log.read(0, 1_000_000) if not isinstance(e, EntryWithdrawn))


def plain(value: Any) -> Any:
    """A value that compares equal when it says the same: guards of stays without their versions."""
    if isinstance(value, Mapping):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if hasattr(value, "version") and hasattr(value, "begin"):
        return (value.stay, value.facility, value.begin, value.end)
    if hasattr(value, "valid_from"):
        return (value.valid_from, value.valid_to, plain(value.values))
    return value


__all__ = [
    "BAYI",
    "GONGBO",
    "LHASA",
    "MILIN",
    "MILIN_BEFORE",
    "NOW",
    "Outcome",
    "Said",
    "Scene",
    "a_home",
    "a_person",
    "a_stay",
    "account_stream",
    "an_account",
    "reference",
    "say",
]
