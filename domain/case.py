"""One command being decided: what an event's `decide` may ask of the world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from domain.aggregates import events
from domain.log import Vault
from domain.model import Breach, Event, business_key
from domain.reference import Reference
from domain.work import Work


@dataclass
class Case:
    """One command being decided: what an event's `decide` may ask."""

    work: Work
    stream: str
    occurred_on: date
    occurred_at: datetime | None
    today: date
    reference: Reference
    vault: Vault
    opens: bool = False
    corrected: Any = None
    breaches: list[Breach] = field(default_factory=list)
    searched: list[tuple[str, str, str | None]] = field(default_factory=list)

    @property
    def renamed(self) -> dict[str, list[tuple[str, str | None]]]:
        """What the unit of work will forget about people."""
        return self.work.renamed

    @property
    def at(self) -> str:
        """The business moment of the command."""
        return business_key(self.occurred_on, self.occurred_at, self.opens)

    def state(self, stream: str) -> Any:
        """Another aggregate as it was at the business moment; None before its beginning."""
        return self.work.track(stream).at(self.at)

    def whole(self, stream: str) -> Any:
        """Another aggregate with everything that is known of it."""
        return self.work.track(stream).state

    @property
    def everything(self) -> Work:
        """The unit of work itself: a correction decides on a copy of it, without what it corrects."""
        return getattr(self.work, "work", self.work)

    def exists(self, stream: str) -> bool:
        """Whether a stream has a beginning in force."""
        return self.whole(stream) is not None

    def naming(self, things: Iterable[str], aggregate: str) -> Iterator[tuple[str, Any]]:
        """The things of an aggregate that name one of these, with their states; each is given once.

        Of what this unit of work makes all are given, whatever they name: whoever asks looks at the state.
        """
        work = self.everything
        named = {stream for thing in things for stream, _ in work.log.mentions(thing)}
        named |= {one for one, track in work.tracks.items() if track.unrecorded and track.aggregate.name == aggregate}
        work.prefetch(named)
        for stream in sorted(named):
            if work.track(stream).aggregate.name == aggregate and self.whole(stream) is not None:
                yield stream, self.whole(stream)

    @staticmethod
    def event(topic: str) -> type[Event]:
        """An event of another aggregate, for what follows in its stream."""
        return events()[topic]

    def occurs(self, day: date, moment: datetime | None) -> None:
        """The events that follow have another business time (the end of a past stay)."""
        self.occurred_on, self.occurred_at = day, moment

    def found(self, breach: Breach) -> None:
        """Note a finding for the receipt."""
        self.breaches.append(breach)

    def remember(self, person: str, name: str, number: str | None) -> None:
        """Note by what a person is to be found from now on."""
        self.searched.append((person, name, number))

    def accepted(self) -> None:
        """The events were judged: people are found by what they are called now.

        What they were called before is forgotten only when the correction stands in the log (`Work.renamed`).
        """
        for person, name, number in self.searched:
            self.vault.remember(person, name, number)
            if self.corrected is not None:
                self.renamed[person] = [(name, number)]
            elif person in self.renamed:
                self.renamed[person].append((name, number))
