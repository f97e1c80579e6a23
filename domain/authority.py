"""Who may: a command by the post, a place by the facility or region, judged at the moment of recording."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.accounts import OPERATOR, Account, Actor
from domain.catalogue import Command
from domain.log import Clock
from domain.model import BUREAU_POSTS, CHINA, FACILITY_POSTS, Event, Refused, Wording
from domain.people import Person
from domain.reference import Reference

NOT_ALLOWED = Wording(
    "您的职务或管辖范围不能办理此事",
    "your post or area does not allow this",
    "请有权限的人员办理",
    "ask somebody whose post and area allow it",
)


BUREAUS_ENTRY = Wording(
    "这是监管部门登记的记录，机构不能更正或撤销",
    "the bureau entered this, a facility cannot correct or withdraw it",
    "请监管部门更正；不同意的，在提示台账中答复说明",
    "ask the bureau to correct it, or answer the finding with what you know",
)


def may_change(post: str, event: Event) -> bool:
    """Whether a post may correct or withdraw an entry: what a bureau entered is not for a facility to change."""
    return post not in FACILITY_POSTS or event.author[1] not in BUREAU_POSTS


class Authority:
    """Refuses what an actor may not do."""

    def __init__(self, reference: Reference, clock: Clock) -> None:
        self.reference, self.clock = reference, clock

    def command(self, actor: Actor, command: Command) -> None:
        """Refuse a command that the actor's post may not give."""
        if actor.post != OPERATOR.post and actor.post not in command.by:
            raise Refused("command.not_allowed", NOT_ALLOWED)

    def place(self, actor: Actor, work: Any, events: Iterable[Event]) -> None:
        """Refuse events outside the actor's facility or area, as `work` knows the facilities before them."""
        if not actor.everywhere and not all(self._may(actor, work, event) for event in events):
            raise Refused("command.not_allowed", NOT_ALLOWED)

    @staticmethod
    def entry(actor: Actor, event: Event) -> None:
        """Refuse that a facility changes or takes back what a bureau entered about it."""
        if not may_change(actor.post, event):
            raise Refused("command.not_allowed", BUREAUS_ENTRY)

    def covers(self, actor: Actor, region: str) -> bool:
        """Whether a region lies in an actor's area, by the boundaries of today."""
        today = self.clock.now().astimezone(CHINA).date()
        return actor.everywhere or (
            actor.region is not None and self.reference.regions.within(region, actor.region, today)
        )

    def _may(self, actor: Actor, work: Any, event: Event) -> bool:
        if event.follows:
            return True
        if event.aggregate is Account:  # an account's reach can be anything, so only who reaches everything gives it
            return False
        if event.aggregate is Person:
            return event.guards or self.knows(actor, work, event.originator_id)
        if actor.post in FACILITY_POSTS:
            return event.envelope.facility == actor.facility
        return all(self.covers(actor, region) for region in self._regions(work, event))

    def _regions(self, work: Any, event: Event) -> set[str]:
        """Where the facility is now and, for its own move, where it would be."""
        place = event.envelope
        now = work.track(place.facility).state if place.facility else None
        regions = {place.region if now is None else now.region}
        if event.originator_id == place.facility:
            regions.add(getattr(event, "region", None))
        return {region for region in regions if region}

    def knows(self, actor: Actor, work: Any, person: str) -> bool:
        """Whether a person is new, stayed within the actor's reach, or was registered by the actor.

        Also under another record that turned out to be of the same person.
        """
        track = work.track(person)
        if track.state is None:
            return True
        if any(e.creates and e.envelope.actor == actor.login for e in track.standing):
            return True
        for stay in track.state.stays.values():
            home = work.track(stay.facility).state
            if stay.facility == actor.facility or (home is not None and self.covers(actor, home.region)):
                return True
        merged = (old for old in track.state.absorbed if work.track(old).state.merged_into == person)
        return any(self.knows(actor, work, old) for old in merged)
