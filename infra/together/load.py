"""What people of a county record, again and again: homes, persons, stays, transfers, calls, corrections; invented, synthetic."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from domain.desk import Submission
from domain.identifiers import synthetic_resident_number
from domain.letters import BY_LETTER
from domain.log import Receipt
from domain.model import Event, Refused
from domain.work import Work
from infra.bootstrap import Services

FIRST = date(2024, 1, 1)
GROUP = 10
"""Commands decided in one unit of work, as several people's at once would be."""
READ, REFUSED = 1_000, 0.1
"""Events read at once, and the share of requests that are declined."""
SHARED = 40
"""So many persons have been in homes of more than one county: their numbers are drawn alike everywhere."""


Cards = dict[str, dict[str, Any]]
"""Pseudonym -> the document that the person carries, whoever registers it."""


class Load:
    """Records in one county at a rate, until told to stop."""

    def __init__(
        self,
        services: Services,
        region: str,
        seed: int,
        neighbour: tuple[str, Cards] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`neighbour` is the region to which people are transferred, and what they carry."""
        self.services, self.region, self.clock = services, region, clock
        self.neighbour, self.cards = neighbour or ("", {})
        self.asking = Answering(self)
        self.chance = Random(seed)
        self.day = FIRST
        self.homes: list[str] = []
        self.persons: list[str] = []
        self.stays: list[str] = []
        self.entries: list[tuple[str, int]] = []
        self.count = self.refused = self.calls = 0
        self.committed: list[tuple[float, int]] = []
        """(when a transaction was acknowledged, hotline calls until then)."""

    def begin(self) -> None:
        """A few homes to begin with."""
        for number in range(3):
            args = {
                "kind": "elderly_care_home",
                "name": f"{self.region}第{number + 1}敬老院",
                "site_no": f"{number + 1:02}",
                "region": self.region,
                "address": "镇上",
                "operator": "public",
                "opened_on": "2020-05-01",
            }
            self.homes.append(self._one("facility.register", args).stream)
            self._one("facility.license_beds", {"facility": self.homes[-1], "beds": 60, "since": FIRST.isoformat()})

    def run(self, commands_s: float, stopping: threading.Event) -> None:
        """Record so many commands a second."""
        begun = self.clock()
        done = 0
        while not stopping.is_set():
            due = int((self.clock() - begun) * commands_s)
            if done + GROUP > due:
                stopping.wait(GROUP / commands_s / 2)
                continue
            self.group()
            self.asking.answer()
            done += GROUP

    def group(self) -> None:
        """Some commands in one transaction."""
        said = [self._drawn() for _ in range(GROUP)]
        outcomes = self.services.desk.submit_many(said)
        for submission, outcome in zip(said, outcomes, strict=True):
            if isinstance(outcome, Receipt):
                self._recorded(submission, outcome)
            else:
                self.refused += 1
        self.committed.append((self.clock(), self.calls))

    def _recorded(self, submission: Submission, receipt: Receipt) -> None:
        if submission.command == "person.register":
            self.persons.append(receipt.stream)
            if self.neighbour:
                self.carry(receipt.stream, submission.args)
        elif submission.command == "stay.admit":
            self.stays.append(receipt.stream)
        elif submission.command == "activity.log":
            self.calls += 1
            self.entries.append((receipt.stream, 1))
        elif submission.command == "entry.withdraw":
            self.calls -= 1

    def _drawn(self) -> Submission:
        self.day += timedelta(days=self.chance.random() < 0.02)
        draw = self.chance.random()
        if draw < 0.15 or not self.persons:
            return self._said("person.register", self._person())
        if draw < 0.35:
            person, home = self.chance.choice(self.persons), self.chance.choice(self.homes)
            return self._said("stay.admit", {"person": person, "facility": home, "category": "destitute"})
        if draw < 0.45 and self.stays:
            return self._said("stay.discharge", {"stay": self._any_stay(), "reason": "to_family"})
        if draw < 0.48 and self.entries:
            stream, version = self.entries.pop(self.chance.randrange(len(self.entries)))
            return self._said("entry.withdraw", {"stream": stream, "version": version, "reason": "录错"})
        if draw < 0.53 and self.neighbour and self.stays:
            offer = {"stay": self._any_stay(), "to_region": self.neighbour, "reason": "nearer_kin"}
            return self._said("transfer.offer", offer)
        if draw < 0.60 and self.neighbour:
            return self._said(*self._seldom())
        args = {"type": "hotline", "region": self.region, "quantities": {"consultations": 1}}
        return self._said("activity.log", args)

    def _any_stay(self) -> str:
        """A stay of which nothing more will be asked."""
        return self.stays.pop(self.chance.randrange(len(self.stays)))

    def _seldom(self) -> tuple[str, dict[str, Any]]:
        """What is recorded now and then, so that many figures are of something."""
        home = self.chance.choice(self.homes)
        return self.chance.choice(
            [
                ("complaint.receive", {"channel": "visit", "subject": "food", "text": "合成", "facility": home}),
                ("hazard.find", {"facility": home, "grade": "general", "subject": "灭火器过期"}),
                (
                    "fund.appropriate",
                    {
                        "source": "county_lottery_fund",
                        "programme": "elderly_care",
                        "year": self.day.year,
                        "document_no": f"合成{self.count}号",
                        "region": self.region,
                        "amount_fen": self.chance.randrange(1, 10**8),
                    },
                ),
                ("facility.report_nil", {"facility": home, "period": self.day.isoformat()[:7], "subject": "incidents"}),
            ]
        )

    def carry(self, person: str, document: Mapping[str, Any]) -> None:
        """Note what a registered person carries, for whoever takes the person in."""
        state = Work(self.services.log).track(person).state
        if state is not None:
            self.cards[state.pseudonym] = dict(document)

    def _person(self) -> dict[str, Any]:
        serial = self.count % 900
        shared = self.chance.random() < 0.2
        number = self.chance.randrange(SHARED) if shared else serial
        born = date(1940, 1, 1) + timedelta(days=0 if shared else 1 + int(self.region) % 97 + self.count)
        known = synthetic_resident_number(number, born)
        return {
            "name": f"合成人{self.count}",
            "document_kind": "resident_identity_card",
            "document_number": known,
            "sex": "female" if number % 2 == 0 else "male",
        }

    def _said(self, command: str, args: dict[str, Any], day: date | None = None) -> Submission:
        self.count += 1
        return Submission(command, f"{self.region}-{self.count}", args, occurred_on=day or self.day, source="scenario")

    def _one(self, command: str, args: dict[str, Any]) -> Receipt:
        return self.services.desk.submit(self._said(command, args))

    def tried(self, command: str, args: dict[str, Any], day: date) -> str | None:
        """One command, not before a day; the stream that it made, or that its refusal names."""
        try:
            return self.services.desk.submit(self._said(command, args, max(day, self.day))).stream
        except Refused as refused:
            self.refused += 1
            return refused.stream


class Answering:
    """What people do when a letter of the neighbour has come: accept or refuse, hand over, admit."""

    def __init__(self, load: Load) -> None:
        self.load, self.seen = load, 0

    def answer(self) -> None:
        """Answer what has come since the last time."""
        while events := self.load.services.log.read(self.seen, READ):
            self.seen = events[-1].envelope.position
            for event in events:
                if event.envelope.source == BY_LETTER:
                    self._answer(event)

    def _answer(self, event: Event) -> None:
        load, stream, day = self.load, event.originator_id, event.day
        if event.topic == "reception.requested" and load.chance.random() < REFUSED:
            load.tried("reception.refuse", {"reception": stream, "reason": "no_bed"}, day)
        elif event.topic == "reception.requested":
            load.tried("reception.accept", {"reception": stream, "facility": load.chance.choice(load.homes)}, day)
        elif event.topic == "transfer.accepted":
            load.tried("transfer.hand_over", {"transfer": stream}, day)
        elif event.topic == "reception.expected":
            self._admit(stream, day)

    def _admit(self, reception: str, day: date) -> None:
        load = self.load
        state = Work(load.services.log).track(reception).state
        person = load.tried("person.register", load.cards[state.member], day) if state.member in load.cards else None
        if person is None:
            return
        args = {"person": person, "facility": state.facility, "category": state.category, "reception": reception}
        load.tried("stay.admit", args, day)
