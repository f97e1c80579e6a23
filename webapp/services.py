"""What the web is handed: everything that it reaches the world through. The composition root makes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask import current_app

from domain.desk import Desk
from domain.log import Clock, Log, Schemas
from domain.model import Sealed
from domain.reference import Reference
from domain.spreadsheet import Cell, Formula, Table
from projections.ask import Ask
from projections.ordering import Order


class Views(Protocol):
    """The read side; answers have the shapes of the command line's JSON."""

    def figure(self, key: str, ask: Ask) -> dict[str, Any]:
        """The value of a figure."""

    def figures(self, keys: Iterable[str], ask: Ask) -> list[dict[str, Any]]:
        """The values of several figures."""

    def trace(self, key: str, ask: Ask) -> dict[str, Any]:
        """The members and events behind a figure."""

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


class Vault(Protocol):
    """What the web asks of the vault of keys."""

    def open(self, value: Sealed) -> str | None:
        """The text, or None when its key was destroyed."""

    def find(self, text: str) -> set[str]:
        """The streams of the persons who bear a name or a number."""


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


class Spreadsheets(Protocol):
    """Tables into workbooks, and tables out of what people upload."""

    def write(self, file: Any, tables: Sequence[Table], *, zh: bool = True, author: str = "") -> None:
        """A workbook of some tables."""

    def read(self, content: bytes, rows_max: int, marked: str = "") -> list[list[Cell | Formula]]:
        """The rows of the first worksheet, or of the one with a title, or of a CSV. Raises Unreadable."""


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
    spreadsheets: Spreadsheets
    demonstration: Sequence[DemonstrationAccount] = ()


def services() -> Services:
    """The services of the running application."""
    return current_app.extensions["shouwang"]
