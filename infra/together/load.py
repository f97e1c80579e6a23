"""What people of a county record, again and again: homes, persons, stays, hotline calls, corrections; invented, synthetic."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from domain.desk import Submission
from domain.identifiers import synthetic_resident_number
from domain.log import Receipt
from infra.bootstrap import Services

FIRST = date(2024, 1, 1)
GROUP = 10
"""Commands decided in one unit of work, as several people's at once would be."""
SHARED = 40
"""So many persons have been in homes of more than one county: their numbers are drawn alike everywhere."""


class Load:
    """Records in one county at a rate, until told to stop."""

    def __init__(self, services: Services, region: str, seed: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.services, self.region, self.clock = services, region, clock
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
        elif submission.command == "stay.admit":
            self.stays.append(receipt.stream)
        elif submission.command == "stay.discharge":
            self.stays.remove(receipt.stream)
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
            return self._said("stay.discharge", {"stay": self.chance.choice(self.stays), "reason": "to_family"})
        if draw < 0.48 and self.entries:
            stream, version = self.entries.pop(self.chance.randrange(len(self.entries)))
            return self._said("entry.withdraw", {"stream": stream, "version": version, "reason": "录错"})
        args = {"type": "hotline", "region": self.region, "quantities": {"consultations": 1}}
        return self._said("activity.log", args)

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

    def _said(self, command: str, args: dict[str, Any]) -> Submission:
        self.count += 1
        return Submission(command, f"{self.region}-{self.count}", args, occurred_on=self.day, source="scenario")

    def _one(self, command: str, args: dict[str, Any]) -> Receipt:
        return self.services.desk.submit(self._said(command, args))
