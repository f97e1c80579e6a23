"""Residents who are offered to homes of other counties: one goes there, one is declined, one offer is withdrawn, one waits.

All of it lies behind the printed period, and whoever goes is present on one side on every day: no printed figure moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from infra.scenario.course import Course, Officers
from infra.scenario.institutions import Host, Made
from infra.scenario.oversight import is_watched
from infra.scenario.plan import Plan
from infra.scenario.residents import Crowd, Resident
from infra.scenario.scene import Scene
from infra.scenario.table import Printed

KIND = "elderly_care_home"
FIRST = (11, 4)
"""Month and day of the first offer."""
REASONS = ("nearer_kin", "care", "home_region", "nearer_kin")
DAY = timedelta(days=1)


def transfer(
    scene: Scene,
    plan: Plan,
    table: Sequence[Printed],
    made: Made,
    residents: Sequence[Resident],
    crowd: Crowd,
    officers: Officers,
) -> None:
    """Say the offers, and on the other side the requests: nothing is carried between two places of one store."""
    hosts = made.get(KIND, [])
    pairs = [(a, b) for a, b in zip(hosts, [*hosts[1:], *hosts[:1]], strict=True) if a.county != b.county]
    if not is_watched(plan, table) or not pairs:
        return
    for number, reason in enumerate(REASONS):
        here, there = pairs[number % len(pairs)]
        day = date(scene.year, *FIRST) + 3 * number * DAY
        staying = [r for r in residents if r.host == here and r.left is None and r.came < day - 30 * DAY]
        if not staying:
            continue
        resident = scene.chance("transfer", number).choice(staying)
        sex = crowd.sex_of(resident.person)
        _Move(scene, officers, resident, sex, (here, there), day, f"transfer/{number}").say(number, reason)


@dataclass
class _Move:
    """One offer, and what became of it."""

    scene: Scene
    officers: Officers
    resident: Resident
    sex: str
    hosts: tuple[Host, Host]
    day: date
    label: str

    @property
    def ours(self) -> str:
        """Who speaks for the home that offers."""
        return self.officers.manager(self.hosts[0])

    @property
    def theirs(self) -> str:
        """Who speaks for the county that is asked."""
        return self.officers.of("regulator", self.hosts[1].county)

    def say(self, number: int, reason: str) -> None:
        """The offer and the request; then, by number: gone, declined, withdrawn, waiting."""
        origin, to = (self.scene.code(host.county, self.day) for host in self.hosts)
        offer = {"stay": self.resident.stay, "to_region": to, "reason": reason}
        asked = {"region": to, "from_region": origin, "from_name": self.hosts[0].name, "reason": reason}
        asked |= {"category": self.resident.category, "sex": self.sex, "number": f"合成移交{number + 1}号"}
        left = Course(self.scene, self.label, "transfer").begin("transfer.offer", offer, self.day, by=self.ours)
        came = Course(self.scene, f"{self.label}/asked", "reception")
        came.begin("reception.request", asked, self.day + DAY, by=self.theirs)
        (self._goes, self._is_declined, self._is_withdrawn, lambda left, came: None)[number](left, came)

    def _goes(self, left: Course, came: Course) -> None:
        answered, gone = self.day + 3 * DAY, self.day + 7 * DAY
        came.then("reception.accept", {"facility": self.hosts[1].ref}, answered, by=self.theirs)
        left.then("transfer.record_acceptance", {"into": self.hosts[1].name}, answered, by=self.ours)
        left.then("transfer.hand_over", {}, gone, at=time(9), by=self.ours)
        came.then("reception.expect", {}, gone, at=time(9, 20), by=self.theirs)
        admitted = {"person": self.resident.person, "facility": self.hosts[1].ref, "category": self.resident.category}
        admitted |= {"reception": came.ref, "bed": "C101-1", "agreement_no": "合成-移交-1"}
        admitted |= {"contact": "亲属（合成）", "contact_phone": "000-00009999"}
        before = [step for step in (left.last, came.last) if step]  # nobody is admitted there who still stays here
        label = f"{self.label}/admitted"
        self.scene.say(label, "stay.admit", admitted, gone, by=self.theirs, follows=before)
        left.then("transfer.record_arrival", {}, gone, at=time(15, 30), by=self.ours)

    def _is_declined(self, left: Course, came: Course) -> None:
        came.then("reception.refuse", {"reason": "no_bed"}, self.day + 2 * DAY, by=self.theirs)
        left.then("transfer.record_refusal", {"reason": "no_bed"}, self.day + 2 * DAY, by=self.ours)

    def _is_withdrawn(self, left: Course, came: Course) -> None:
        left.then("transfer.withdraw", {"reason": "stays"}, self.day + 2 * DAY, by=self.ours)
        came.then("reception.cancel", {"reason": "stays"}, self.day + 2 * DAY, by=self.theirs)
