"""What the domain needs from the world: a log to append to, a vault of keys, a clock. Protocols only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.model import Breach, Event, Sealed


@dataclass(frozen=True, slots=True)
class Receipt:
    """回执 — what was recorded for one command. `leaf` is the hex leaf hash of its first event."""

    command_id: str
    command: str
    stream: str
    positions: tuple[int, ...]
    recorded_at: datetime
    leaf: str
    breaches: tuple[Breach, ...] = ()
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """One command's outcome, ready to be appended: all of it or nothing.

    `digest` is a keyed digest of the command's content, kept to tell a repetition from another command
    under the same id. `mentions` pairs a stream that an event names with the index of that event.
    `recorded_at` is the clock's word; the log never lets recording time run backwards.
    """

    command_id: str
    command: str
    digest: bytes
    stream: str
    events: tuple[Event, ...]
    recorded_at: datetime
    breaches: tuple[Breach, ...] = ()
    mentions: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log: its last position (0 when empty) and when that was recorded."""

    position: int
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a verification; `kind` says what is wrong at `first_bad_position`."""

    ok: bool
    events: int
    size: int
    root: str
    first_bad_position: int | None = None
    kind: str | None = None
    message_zh: str = ""
    message_en: str = ""
    signed_at: datetime | None = None
    """When the newest head was signed whose signature was looked at."""


class Conflict(Exception):
    """Another writer appended to one of the streams, or recorded one of the command ids: decide again."""


class LogUnavailable(Exception):
    """The log cannot be written or read now (disk full, locked, other version). Says what to do, zh and en."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class Log(Protocol):
    """The append-only log of one node."""

    node: str

    def head(self) -> Head:
        """The end of the log."""

    def tree(self) -> tuple[int, str]:
        """(size, root in hex) of the digest tree over the whole log, as `verify` works it out; (0, "") when empty."""

    def leaves(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        """(position, leaf hash) behind a position."""

    def stream(self, stream: str, until: int | None = None) -> list[Event]:
        """All events of a stream in version order (those recorded at a position <= `until`)."""

    def streams(self, streams: Iterable[str]) -> dict[str, list[Event]]:
        """Several streams at once; a stream that does not exist is an empty list."""

    def receipts(self, command_ids: Iterable[str]) -> Mapping[str, tuple[bytes, Receipt]]:
        """The digests and receipts of the commands that were recorded already."""

    def entry(self, entry_id: str) -> list[Event]:
        """All events of an entry (`command_id` or `entry` equal to it), in every stream, in log order."""

    def mentions(self, stream: str) -> list[tuple[str, int]]:
        """(stream, version) of the events that name a stream."""

    def append(self, decided: Sequence[Decided]) -> list[Receipt]:
        """Append all in one durable transaction.

        Raises Conflict or LogUnavailable, and then wrote nothing; only when the connection broke while the database
        was being told may it have written: whoever repeats the same command ids gets the first receipts.
        """

    def read(self, after: int, limit: int) -> list[Event]:
        """Events in log order, from the position behind `after`."""

    def at(self, positions: Iterable[int]) -> list[Event]:
        """The events at these positions, in log order."""

    def headings(self, positions: Iterable[int]) -> list[tuple[int, str, str, int]]:
        """(position, topic, stream, version) of the events at these positions, in log order: not what they say."""

    def wait(self, position: int, timeout: float) -> int:
        """Wait until the head passes a position or the time is over; the head's position."""

    def verify(self, progress: Callable[[int, int], None] | None = None) -> Verdict:
        """Recompute digests, positions, versions and the tree against the stored heads."""


class Vault(Protocol):
    """Keys of persons and of the node. Nothing in here is needed to rebuild a figure."""

    def person_stream(self, document_kind: str, number: str) -> str:
        """The stream id of the person who holds a document: a keyed digest, the same for every home."""

    def pseudonym(self, document_kind: str, number: str | None, stream: str) -> str:
        """The name under which figures count the person, keyed for the whole province."""

    def seal(self, subject: str, at: tuple[str, str, int, str], text: str) -> Sealed:
        """Encrypt under the subject's key, which is made when it is first needed."""

    def open(self, value: Sealed) -> str | None:
        """The text, or None when the subject's key was destroyed."""

    def digest(self, content: bytes) -> bytes:
        """A keyed digest that tells equal contents apart from different ones and nothing else."""

    def remember(self, person: str, name: str, number: str | None) -> None:
        """Keep keyed search tokens of a person."""

    def forget(self, person: str) -> None:
        """Drop the search tokens of a person that were kept until now; the key stays."""

    def flush(self) -> None:
        """Make what was sealed, remembered and forgotten durable; called before the log is appended to."""


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """The present moment, with its zone."""


Called = Callable[[], Mapping[str, tuple[str, str]]]
"""Asked only where something is wrong: name -> its words."""


class Schemas(Protocol):
    """Reads a command's arguments as they came from outside into the declared types."""

    def read(
        self, command: str, args: Mapping[str, Any], partial: bool = False, *, called: Called | None = None
    ) -> dict[str, Any]:
        """Typed arguments. Raises `Refused` that names the field; `called` says what the names within a field are called."""
