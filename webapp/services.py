"""What the web is handed: everything that it reaches the world through. The composition root makes it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol

from flask import current_app

from domain.desk import Desk
from domain.kept_tracks import KeptTracks, Newest
from domain.log import Clock, Log, Schemas
from domain.model import CHINA, Sealed
from domain.reads import Opening, Read, Wanted
from domain.reference import Reference
from domain.spreadsheet import Cell, Formula, Table
from projections.ask import Ask
from projections.judgements import Fault, Judgement
from projections.ordering import Order
from webapp.offices import Offices

LOOKED_BACK = 400
"""How many of the last entries are looked through, for examples and for a lively month."""


class Views(Protocol):
    """The read side; answers have the shapes of the command line's JSON."""

    def figure(self, key: str, ask: Ask) -> dict[str, Any]:
        """The value of a figure."""

    def figures(self, keys: Iterable[str], ask: Ask) -> list[dict[str, Any]]:
        """The values of several figures."""

    def values(self, key: str, asks: Sequence[Ask]) -> list[str | None]:
        """The values of one figure for several questions, as of one position."""

    def trace(self, key: str, ask: Ask, *, told: bool = True) -> dict[str, Any]:
        """The members and events behind a figure; without what the events say unless `told`."""

    def why(self, key: str, ask: Ask, p1: int, p2: int) -> dict[str, Any]:
        """The events that moved a figure between two positions."""

    def sheet(
        self,
        name: str,
        ask: Ask,
        *,
        limit: int | None = None,
        after: Any = None,
        sealed: bool = False,
        order: Order | None = None,
    ) -> dict[str, Any]:
        """A board; with `sealed`, private columns are `Sealed` values; in an order, each row with its `place`."""

    def counted(self, asked: Sequence[tuple[str, Ask, date | None]]) -> list[int | None]:
        """How many rows each (board, question, day of its rows or None) has; None for more than are counted."""

    def judged(self, ask: Ask) -> list[Judgement]:
        """How the items of checklists were judged in the period, each by one inspection."""

    def faults(self, ask: Ask) -> list[Fault]:
        """The hazards of the period that stand for items of checklists."""

    def timeline(self, stream: str, ask: Ask, limit: int = 1_000, after: int = 0) -> list[dict[str, Any]]:
        """The history of one thing: the newest `limit` entries before the newest `after` ones."""

    def replay(self, stream: str, ask: Ask) -> dict[str, Any]:
        """The state around an incident, or of a facility, at a moment."""

    def boundaries(self, stream: str, ask: Ask) -> list[dict[str, Any]]:
        """The moments at which something changed around an incident, or in a facility."""

    def catch_up(self, position: int | None = None) -> Any:
        """Wait until the views have read the log up to a position."""

    def position(self) -> int:
        """How far the views have read."""

    def moment(self) -> AbstractContextManager[None]:
        """Answer everything that is asked inside from one moment of the views."""


class Vault(Protocol):
    """What the web asks of the vault of keys."""

    def open(self, value: Sealed) -> str | None:
        """The text, or None when its key was destroyed."""

    def find(self, text: str, limit: int | None = None, among: Collection[str] | None = None) -> set[str]:
        """The streams of the persons who bear a name, initials or a number: some `limit` of them, or of those `among` some."""


class Passwords(Protocol):
    """Sign-in by password."""

    def check(self, login: str, password: str, origin: str | None = None) -> bool:
        """Whether the password is right."""

    def set(self, login: str, password: str) -> None:
        """Give a login a password."""


class Sessions(Protocol):
    """Sessions on the server."""

    def open(self, login: str) -> str:
        """Begin one; its token."""

    def read(self, token: str, *, touch: bool = True) -> Any:
        """The session of a token, or None."""

    def csrf_matches(self, token: str, given: str | None) -> bool:
        """Whether a form carries the session's token."""

    def revoke(self, token: str) -> None:
        """End one."""

    def revoke_all(self, login: str, *, keep: str | None = None) -> int:
        """End all of a login."""


class Reads(Protocol):
    """Who looked at whose data. Rows are added and asked for; there is no way to change one."""

    def write(self, opening: Opening) -> int:
        """Keep one page view, durable on return; its number. Raises LogUnavailable."""

    def page(self, wanted: Wanted, limit: int, before: int | None = None) -> list[Read]:
        """The newest reads that fit, older than the one numbered `before`."""

    def readers_of(self, stream: str, until: datetime) -> list[Read]:
        """Who had opened a thing by a moment, on its page, its replay or among others: the first time of each account."""

    def subjects_of(self, numbers: Collection[int]) -> dict[int, list[str]]:
        """Everybody whom some reads named, and everything of which they told private texts, by the number of the read."""


class Evidence(Protocol):
    """The files that belong to entries."""

    def take(self, content: bytes, login: str) -> Any:
        """Keep what an account sent. Raises `Refused` for what is no evidence."""

    def about(self, digests: Iterable[str]) -> Mapping[str, Any]:
        """What is known of those files that are kept."""

    def content(self, digest: str, *, thumbnail: bool = False) -> bytes | None:
        """The bytes of a file, or of its small picture."""

    def sent_by(self, digest: str, login: str) -> bool:
        """Whether an account itself sent a file."""

    def keep(self, digests: Iterable[str], until: datetime | None = None) -> None:
        """Keep files at least until a moment."""


class Drafts(Protocol):
    """Forms that are not finished."""

    def save(self, login: str, command: str, path: str, texts: Mapping[str, str]) -> Any:
        """Keep a form. Raises `Refused` when there are too many."""

    def of(self, login: str) -> Sequence[Any]:
        """The drafts of an account, the newest first."""

    def read(self, login: str, its: str) -> Any:
        """One draft of an account, or None."""

    def begun(self, login: str, command_id: str) -> Any:
        """The draft of a form, by the id of its command, or None."""

    def discard(self, login: str, its: str) -> bool:
        """Remove a draft."""

    def recorded(self, login: str, command_id: str) -> None:
        """Remove the draft of a form that is in the log now."""


class Bookmarks(Protocol):
    """Moments of a replay that an account marked."""

    def keep(self, login: str, stream: str, at: str, known: int, note: str) -> str:
        """Mark a moment with a note. Raises `Refused` when there are too many."""

    def of(self, login: str, stream: str) -> Sequence[Any]:
        """What an account marked of a thing, in the order of the moments."""

    def remove(self, login: str, its: str) -> bool:
        """Take a mark away; whether there was one."""


class ApiTokens(Protocol):
    """The tokens with which programs sign in."""

    def make(self, login: str, name: str, days: int) -> str:
        """A new token for a login. Raises Refused that names the field."""

    def read(self, token: str) -> Any:
        """What is known of a token, or None."""

    def of(self, login: str | None = None) -> Sequence[Any]:
        """The tokens of a login, or of everybody."""

    def revoke(self, token_id: str, login: str | None = None) -> bool:
        """End one, if it is of that login or none is named."""


class Lines(Protocol):
    """Commands as JSON in, results as JSON out: what `submit` does with its lines."""

    def answers(
        self, lines: Iterable[tuple[int, Any]], login: str | None = None, *, source: str = "import", own: bool = True
    ) -> Iterator[dict[str, Any]]:
        """The results of numbered lines, in order; where not `own`, a line may not name who acts."""


class Spreadsheets(Protocol):
    """Tables into workbooks, and tables out of what people upload."""

    def write(self, file: Any, tables: Sequence[Table], *, zh: bool = True) -> None:
        """A workbook of some tables."""

    def parts(self, tables: Sequence[Table], *, zh: bool = True) -> Iterator[bytes]:
        """The same piece by piece, while its rows are read."""

    def read(self, content: bytes, rows_max: int, marked: str = "") -> list[list[Cell | Formula]]:
        """The rows of the first worksheet, or of the one with a title, or of a CSV. Raises Unreadable."""


class Heads(Protocol):
    """Signed heads of the log's tree, and proofs below them."""

    @property
    def verifier_key(self) -> str:
        """The public key that knows this node's signatures."""

    def newest(self, size: int = 0) -> Any:
        """The newest signed head, if it has at least so many events, or None."""

    def page(self, after: int = 0, limit: int = 100) -> Sequence[Any]:
        """Signed heads of more than `after` events, the smallest first."""

    def older(self, before: int, limit: int) -> Sequence[Any]:
        """Signed heads of fewer than `before` events (0: all), the newest first."""

    def proof(self, position: int) -> Any:
        """That an event stands below the newest signed head; None while none reaches it. Raises LogUnavailable."""


class Measures(Protocol):
    """How far everything of this node has come."""

    def text(self) -> bytes:
        """All of it, in the text format of Prometheus."""


class Nodes(Protocol):
    """How this node stands to those above and below it."""

    @property
    def alone(self) -> bool:
        """Whether no node stands above or below this one."""

    @property
    def superior(self) -> bool:
        """Whether nodes stand below this one."""

    def region(self, node: str) -> str | None:
        """The region that this node or one below it stands for; None where that is not told."""

    def own(self) -> Any:
        """This node: its name and its public keys."""

    def below(self) -> Sequence[Any]:
        """The nodes below, as far as each came here."""

    def above(self) -> Sequence[Any]:
        """The nodes above, each with the newest of this node's heads that it cosigned."""

    def refused_letters(self) -> Sequence[Any]:
        """What other nodes asked for and could not be recorded here, until it can be or is settled."""

    def led_to(self, letter: str) -> str | None:
        """The stream to which a letter led, on this node or one below; None where nothing of it is known here."""

    def origins(self, positions: Iterable[int]) -> Mapping[int, Any]:
        """position here -> where the event stands in the log of its own node, of those that were taken in."""

    def origin_proof(self, position: int) -> tuple[str, Any] | None:
        """(public key of its node, proof in the log of that node) of an event that was taken in."""


@dataclass(frozen=True)
class DemonstrationAccount:
    """An account that the sign-in page of a demonstration offers, its password for all to see."""

    login: str
    password: str
    zh: str
    en: str


@dataclass(frozen=True)
class Services:
    """Everything that the web needs from outside itself."""

    desk: Desk
    log: Log
    vault: Vault
    reference: Reference
    clock: Clock
    passwords: Passwords
    sessions: Sessions
    schemas: Schemas
    views: Views
    reads: Reads
    evidence: Evidence
    drafts: Drafts
    bookmarks: Bookmarks
    api_tokens: ApiTokens
    lines: Lines
    spreadsheets: Spreadsheets
    heads: Heads
    nodes: Nodes
    measures: Measures
    demonstration: Sequence[DemonstrationAccount] = ()

    @property
    def today(self) -> date:
        """The day that it is in China."""
        return self.clock.now().astimezone(CHINA).date()

    @cached_property
    def tracks(self) -> KeptTracks:
        """What pages have read of the log."""
        return KeptTracks(self.log)

    @cached_property
    def offices(self) -> Offices:
        """Who holds which post where."""
        return Offices(self.views, self.log)

    @cached_property
    def newest(self) -> Newest:
        """The last entries."""
        return Newest(self.log, LOOKED_BACK)


def services() -> Services:
    """The services of the running application."""
    return current_app.extensions["shouwang"]
