"""查阅 — that somebody looked at somebody's data: what is kept of it. Kept beside the log, for it is no fact of a home."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

FIRST = 3
"""So many of the persons of a read, and as many of the things, are said at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Who looked, and at which page: account, post and place of the reader, page, network and number of the request."""

    login: str
    post: str
    region: str | None
    """Where the reader works; None for whoever works everywhere."""
    facility: str | None
    purpose: str
    """A code of the kind of page."""
    path: str
    thing: str | None
    """The stream that the page is about, where it is about one."""
    origin: str
    """The network that the request came from, never the whole address."""
    request: str
    reason: str | None = None
    """Why a whole number was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening(Look):
    """What one page opened: the persons that it named, and the things of which it told private texts."""

    persons: Sequence[str]
    things: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Look):
    """One row of the ledger."""

    id: int
    at: datetime
    persons: int
    """How many were named."""
    first: tuple[str, ...]
    """The first of them."""
    things: int = 0
    """Of how many things private texts were told."""
    first_things: tuple[str, ...] = ()
    """The first of those."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reads are asked for; what is None does not narrow."""

    person: str | None = None
    login: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Before this moment."""
    regions: Collection[str] | None = None
    """Only of readers who work in one of these."""
    thing: str | None = None
    """A record, which is no person: reads of its page, and those that told something of it."""
    told: str | None = None
    """`persons` or `things`: only reads that named persons, or told of records."""
    purposes: Collection[str] | None = None
    """Only pages of these kinds."""
    beside: Collection[str] = ()
    """No pages of these kinds."""
