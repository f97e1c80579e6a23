"""Who sees what: the permission that every route declares, and how far an account's eyes reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from flask import abort, g

from domain.accounts import Account, Actor, account_stream
from domain.authority import may_change
from domain.catalogue import Command
from domain.facilities import Facility
from domain.model import FACILITY_POSTS, Event, Post, Sealed
from domain.people import Person
from domain.work import Reading
from webapp import things
from webapp.services import Services, services

View = TypeVar("View", bound=Callable[..., Any])


class Permission(StrEnum):
    """What a route asks of whoever calls it."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    RECORDING = "recording"
    ACCOUNTS = "accounts"
    PASSWORDS = "passwords"
    READS = "reads"
    METRICS = "metrics"
    NODES = "nodes"


POSTS: dict[Permission, frozenset[Post]] = {
    Permission.SIGNED_IN: frozenset(Post),
    Permission.RECORDING: frozenset(Post) - {Post.AUDITOR, Post.AUDIT_ADMINISTRATOR},
    Permission.ACCOUNTS: frozenset({Post.SYSTEM_ADMINISTRATOR, Post.SECURITY_ADMINISTRATOR, Post.AUDIT_ADMINISTRATOR}),
    Permission.PASSWORDS: frozenset({Post.SYSTEM_ADMINISTRATOR}),
    Permission.READS: frozenset({Post.AUDITOR, Post.AUDIT_ADMINISTRATOR}),
    Permission.METRICS: frozenset({Post.SYSTEM_ADMINISTRATOR}),
    Permission.NODES: frozenset(Post) - FACILITY_POSTS,
}
"""The posts that hold each permission."""

NAMES_OPEN = FACILITY_POSTS | {Post.INSPECTOR, Post.REGULATOR, Post.SAFETY_TEAM}
"""Posts that read the names of the persons in their care or area; all others read 张*."""


def needs(permission: Permission) -> Callable[[View], View]:
    """Declare what a route asks. A route without a declaration answers nobody."""

    def declare(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return declare


def takes(bytes_max: int) -> Callable[[View], View]:
    """Declare that the forms of a route may be larger than others: they carry a file."""

    def declare(view: View) -> View:
        view.bytes_max = bytes_max  # type: ignore[attr-defined]
        return view

    return declare


def holds(actor: Actor | None, permission: Permission | None) -> bool:
    """Whether somebody may call a route that asks this."""
    if permission is Permission.ANYONE:
        return True
    return actor is not None and permission is not None and actor.post in POSTS[permission]


@dataclass(frozen=True)
class Reach:
    """How far an account sees: one facility, a region with all below it, or everywhere."""

    services: Services
    actor: Actor
    work: Reading = field(compare=False)
    """What this page has read of the log to judge by."""
    seen: dict[str, bool] = field(default_factory=dict, compare=False)
    """What this page has asked already."""

    @property
    def one_facility(self) -> bool:
        """Whether the account belongs to a facility."""
        return self.actor.post in FACILITY_POSTS

    def region(self, code: str | None) -> bool:
        """Whether a region lies in the area."""
        return self.actor.everywhere or (
            code is not None and not self.one_facility and self.services.desk.authority.covers(self.actor, code)
        )

    def facility(self, stream: str | None) -> bool:
        """Whether a facility lies in the area, by where it is now."""
        if stream is None or self.actor.everywhere or self.one_facility:
            return stream is not None and (self.actor.everywhere or stream == self.actor.facility)
        if stream not in self.seen:
            state = self.work.track(stream).state
            self.seen[stream] = isinstance(state, Facility) and self.region(state.region)
        return self.seen[stream]

    def exists(self, facility: str) -> bool:
        """Whether there is such a facility, here or elsewhere."""
        return isinstance(self.work.track(facility).state, Facility)

    def place(self, facility: str | None, region: str | None) -> bool:
        """Whether something that happened at a place may be seen."""
        return self.facility(facility) if facility else self.region(region)

    def event(self, event: Event) -> bool:
        """Whether an event may be seen: by its place; an account's by administrators; a person's by the person's places."""
        place = event.envelope
        if event.topic.startswith("account.") or place.actor == self.actor.login:
            return place.actor == self.actor.login or self.actor.post in POSTS[Permission.ACCOUNTS]
        if place.facility or place.region:
            return self.place(place.facility, place.region)
        return self.actor.everywhere or self.person(event.originator_id)

    def person(self, stream: str) -> bool:
        """Whether a person is known here, as the desk judges it: by the stays, or registered by this account."""
        if stream not in self.seen:
            self.seen[stream] = isinstance(self.work.track(stream).state, Person) and (
                self.actor.everywhere or self.services.desk.authority.knows(self.actor, self.work, stream)
            )
        return self.seen[stream]

    def prefetch(self, streams: Iterable[str]) -> None:
        """Read many things, and the facilities of the stays of persons, before they are judged one by one."""
        streams = list(streams)
        self.work.prefetch(streams)
        states = [self.work.track(stream).state for stream in streams]
        self.work.prefetch(stay.facility for state in states for stay in getattr(state, "stays", {}).values())

    def names(self, stream: str) -> bool:
        """Whether a person's name is open to the account."""
        return self.actor.post in NAMES_OPEN and self.person(stream)

    def texts(self, event: Event) -> bool:
        """Whether what an event says in private about a thing, which is no person, is open to the account.

        To posts that read names and may both record and correct such an entry there; to the safety team in all its area.
        """
        post = self.actor.post
        writes = post == Post.SAFETY_TEAM or (post in event.by and may_change(post, event))
        return post in NAMES_OPEN and writes and event.aggregate is not Person and self.event(event)

    def opens(self, value: Sealed) -> bool:
        """Whether a private value is open to the account whole: a person's by the person, a thing's by the event that says it."""
        _, stream, version, _ = value.at
        if value.subject != stream or self.actor.post not in NAMES_OPEN:
            return self.names(value.subject)
        said = (event for event in self.work.track(stream).events if event.originator_version == version)
        return self.names(stream) or any(self.texts(event) for event in said)

    def may(self, command: Command) -> bool:
        """Whether the account's post may give a command."""
        return self.actor.post in command.by

    @property
    def kind(self) -> str | None:
        """The kind of the facility that the account belongs to, if it belongs to one."""
        return getattr(self.work.track(self.actor.facility).state, "kind", None) if self.actor.facility else None

    def offers(self, command: Command) -> bool:
        """Whether a command is suggested to the account: it may give it, and it makes sense from where the account works.

        To a facility nothing that its kind has not, and nothing that is a bureau's work.
        """
        return (
            self.may(command)
            and holds(self.actor, Permission.RECORDING)
            and not (self.one_facility and command.of_bureau)
            and things.applies(command, self.kind)
        )

    def offered(self) -> Iterable[Command]:
        """The commands that are suggested to the account."""
        return filter(self.offers, self.services.desk.commands.values())

    def commands(self) -> Iterable[Command]:
        """The commands that the account may give."""
        return (
            c for c in self.services.desk.commands.values() if self.may(c) and holds(self.actor, Permission.RECORDING)
        )


def reading() -> Reading:
    """What this request reads of the log: one moment of it, for all that is judged and shown."""
    if "reading" not in g:
        g.reading = services().tracks.reading()
    return g.reading


def reach() -> Reach:
    """The reach of whoever is signed in."""
    return Reach(services(), g.actor, reading())


def account(login: str) -> Account | None:
    """The account of a login, for administrators."""
    state = reading().track(account_stream(login)).state
    return state if isinstance(state, Account) else None


def required(allowed: bool) -> None:
    """Answer 403 unless allowed."""
    if not allowed:
        abort(403)
