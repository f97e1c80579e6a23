"""Random histories: drawn commands given to the real desk on a real directory; some are refused, and that is fine.

A history is a list of steps, each a few small numbers, so that hypothesis can shrink it. What a step means depends
on the world so far: "discharge the third stay", not a made-up id.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from adapters.clock import FixedClock
from domain.desk import Submission
from domain.model import CHINA, EntryWithdrawn, Event, Refused
from infra.bootstrap import Services, bootstrap
from infra.settings import Settings
from tests.projections.brute import standing

BEGIN = datetime(2022, 11, 1, 4, tzinfo=UTC)
"""Noon in China, some weeks before 米林县 540422 became 米林市 540481."""
REGIONS = ("540422", "540481", "540423", "540402", "110101")
KINDS = ("elderly_care_home", "elderly_care_home", "child_welfare_institution", "mental_health_hospital")
OPERATORS = ("public", "private")
CATEGORIES = ("destitute", "self_paying", "orphan")
SEXES = ("male", "female", "unknown")
REASONS = ("to_family", "own_wish", "died")
BEDS = (None, "A1", "A2", "B1")

STEPS = {
    "register": 2,
    "person": 3,
    "license": 4,
    "admit": 9,
    "past_stay": 4,
    "move": 2,
    "leave": 1,
    "back": 1,
    "hospital": 1,
    "discharge": 5,
    "death": 1,
    "relocate": 2,
    "suspend": 4,
    "resume": 2,
    "terminate": 1,
    "activity": 3,
    "nil": 1,
    "withdraw": 4,
    "correct": 8,
}


@dataclass(frozen=True)
class Step:
    """One drawn command: what, four small numbers that choose among what there is, how late, and the days until then."""

    what: str
    a: int
    b: int
    c: int
    d: int
    late: int
    wait: int


_NAMES = [name for name, weight in STEPS.items() for _ in range(weight)]
_SMALL = st.integers(0, 19)
STEP = st.builds(
    Step,
    st.sampled_from(_NAMES),
    _SMALL,
    _SMALL,
    _SMALL,
    _SMALL,
    st.sampled_from([0, 0, 0, 0, 1, 2, 7, 30, 200]),
    st.sampled_from([0, 0, 1, 1, 2, 9, 40]),
)


def histories(longest: int = 40) -> st.SearchStrategy[list[Step]]:
    """Lists of steps."""
    return st.lists(STEP, min_size=6, max_size=longest)


MEMORY = Path("/dev/shm")
"""Where files cost no disk; a machine may lack it."""
THOROUGH = os.environ.get("SHOUWANG_THOROUGH") == "1"


def some(examples: int) -> settings:
    """How many examples a property is tried on; SHOUWANG_THOROUGH=1 tries twenty times as many, at random, and shrinks."""
    phases = list(Phase) if THOROUGH else [Phase.explicit, Phase.generate]
    return settings(
        max_examples=examples * 20 if THOROUGH else examples,
        deadline=None,
        derandomize=not THOROUGH,
        phases=phases,
        report_multiple_bugs=False,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )


class World:
    """A store that is written to step by step; it remembers what there is to choose from."""

    def __init__(self, services: Services, clock: FixedClock) -> None:
        self.services, self.clock = services, clock
        self.views, self.log, self.count = services.views, services.log, 0
        self.facilities: list[str] = []
        self.persons: list[str] = []
        self.stays: list[str] = []
        self.events: list[Event] = []
        self.boundaries = [0]
        """The positions after each command."""
        self.moments: list[datetime] = []
        self.refusals: list[str] = []

    @property
    def today(self) -> date:
        """The day in China."""
        return self.clock.now().astimezone(CHINA).date()

    def give(self, command: str, args: dict[str, Any], day: date | None, hour: int = 0) -> str | None:
        """Submit a command; the stream that it made or acted on, or None when it was refused and left no trace."""
        self.count += 1
        on = (
            {"occurred_on": day}
            if not (hour and day)
            else {"occurred_at": datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)}
        )
        submission = Submission(command, str(uuid5(NAMESPACE_URL, f"test:{self.count}")), args, **on)
        try:
            receipt = self.services.desk.submit(submission)
        except Refused as refused:
            assert self.log.head().position == self.boundaries[-1], "a refusal left a trace"
            self.refusals.append(refused.rule)
            return None
        self.events += self.log.at(receipt.positions)
        self.boundaries.append(receipt.positions[-1])
        self.moments.append(receipt.recorded_at)
        return receipt.stream

    def take(self, step: Step) -> None:
        """Let time pass, then do what a step says, if there is anything to do it with."""
        self.clock.set(self.clock.now() + timedelta(days=step.wait))
        day = self.today - timedelta(days=step.late)
        getattr(self, f"_{step.what}")(step, day, 1 + step.d % 11 if step.d % 4 == 3 else 0)

    def reach(self) -> int:
        """The end of the log."""
        return self.boundaries[-1]

    def days(self) -> tuple[date, date]:
        """First and last business day that an event names."""
        known = [e.day for e in self.events if not isinstance(e, EntryWithdrawn)]
        return min(known, default=self.today), max([*known, self.today])

    # -- what steps do -----------------------------------------------------------------------------------

    def _register(self, step: Step, day: date, hour: int) -> None:
        name = f"h{len(self.facilities)}"
        made = self.give(
            "facility.register",
            {
                "kind": KINDS[step.a % len(KINDS)],
                "name": name,
                "site_no": "01",
                "region": REGIONS[step.b % len(REGIONS)],
                "address": "x",
                "operator": OPERATORS[step.c % 2],
                "opened_on": day.isoformat(),
            },
            day,
            hour,
        )
        self.facilities += [made] if made else []

    def _person(self, step: Step, day: date, hour: int) -> None:
        made = self.give(
            "person.register", {"name": "张三", "document_kind": "none", "sex": SEXES[step.a % 3]}, day, hour
        )
        self.persons += [made] if made else []

    def _license(self, step: Step, day: date, _: int) -> None:
        if self.facilities:
            since = day + timedelta(days=step.b - 10)
            self.give(
                "facility.license_beds",
                {"facility": self._pick(self.facilities, step.a), "beds": step.c % 4, "since": since.isoformat()},
                day,
            )

    def _admit(self, step: Step, day: date, hour: int, **more: Any) -> None:
        if self.facilities and self.persons:
            args = {
                "facility": self._pick(self.facilities, step.a),
                "person": self._pick(self.persons, step.b),
                "category": CATEGORIES[step.c % 3],
                "bed": BEDS[step.d % len(BEDS)],
            }
            args |= {"agreement_no": "1"} if step.c % 2 else {}
            made = self.give("stay.admit", {k: v for k, v in (args | more).items() if v is not None}, day, hour)
            self.stays += [made] if made else []

    def _past_stay(self, step: Step, day: date, hour: int) -> None:
        begin = day - timedelta(days=step.d * 3)
        self._admit(step, begin, hour, until=day.isoformat(), reason=REASONS[step.c % 3])

    def _stay(self, step: Step, command: str, day: date, hour: int, **args: Any) -> None:
        if self.stays:
            self.give(command, {"stay": self._pick(self.stays, step.a), **args}, day, hour)

    def _move(self, step: Step, day: date, hour: int) -> None:
        self._stay(step, "stay.move", day, hour, bed=BEDS[1 + step.b % 3])

    def _leave(self, step: Step, day: date, hour: int) -> None:
        self._stay(step, "stay.go_on_leave", day, hour)

    def _back(self, step: Step, day: date, hour: int) -> None:
        self._stay(step, ("stay.return", "stay.come_back")[step.b % 2], day, hour)

    def _hospital(self, step: Step, day: date, hour: int) -> None:
        self._stay(step, "stay.send_to_hospital", day, hour, hospital="x")

    def _discharge(self, step: Step, day: date, hour: int) -> None:
        self._stay(step, "stay.discharge", day, hour, reason=REASONS[step.b % 3])

    def _death(self, step: Step, day: date, hour: int) -> None:
        if self.persons:
            self.give("person.record_death", {"person": self._pick(self.persons, step.a)}, day, hour)

    def _facility(self, step: Step, command: str, day: date, hour: int, **args: Any) -> None:
        if self.facilities:
            self.give(command, {"facility": self._pick(self.facilities, step.a), **args}, day, hour)

    def _relocate(self, step: Step, day: date, hour: int) -> None:
        self._facility(step, "facility.relocate", day, hour, address="y", region=REGIONS[step.b % len(REGIONS)])

    def _suspend(self, step: Step, day: date, hour: int) -> None:
        """Mostly told late, so that admissions crossed it."""
        self._facility(step, "facility.suspend", day - timedelta(days=step.b), hour, reason="x")

    def _resume(self, step: Step, day: date, hour: int) -> None:
        self._facility(step, "facility.resume", day, hour)

    def _terminate(self, step: Step, day: date, hour: int) -> None:
        self._facility(step, "facility.terminate", day, hour, reason="x")

    def _nil(self, step: Step, day: date, hour: int) -> None:
        self._facility(step, "facility.report_nil", day, hour, period="2022-10", subject="incidents")

    def _activity(self, step: Step, day: date, hour: int) -> None:
        where = (
            {"facility": self._pick(self.facilities, step.b)}
            if step.a % 2 and self.facilities
            else {"region": REGIONS[step.b % 5]}
        )
        self.give(
            "activity.log",
            {
                "type": "festival_visit",
                "quantities": {"household_times": step.c},
                **where,
                **({"amount_fen": step.d * 101} if step.d % 2 else {}),
            },
            day,
            hour,
        )

    def _withdraw(self, step: Step, _: date, __: int) -> None:
        chosen = self._entry(step)
        if chosen:
            self.give(
                "entry.withdraw",
                {"stream": chosen.originator_id, "version": chosen.originator_version, "reason": "x"},
                None,
            )

    def _correct(self, step: Step, day: date, hour: int) -> None:
        chosen = self._entry(step)
        if chosen is None:
            return
        args = self._changes(chosen, step, day)
        self.give(
            "entry.correct",
            {"stream": chosen.originator_id, "version": chosen.originator_version, "reason": "x", **args},
            None,
        )

    def _entry(self, step: Step) -> Event | None:
        """Mostly an entry in force; now and then one that is not, or a correction itself."""
        among = self.events if step.b == 0 else [e for its in standing(self.events).values() for e in its]
        among = sorted(among, key=lambda e: e.envelope.position)
        return self._pick(among, step.a * 7 + step.c) if among else None

    def _changes(self, chosen: Event, step: Step, day: date) -> dict[str, Any]:
        """The arguments of a correction that fit the entry: now the fields, now the date."""
        command, n = chosen.envelope.command, step.d
        fields: dict[str, list[dict[str, Any]]] = {
            "facility.register": [{"region": REGIONS[n % 5]}, {"kind": KINDS[n % 4]}, {"operator": OPERATORS[n % 2]}],
            "facility.relocate": [{"region": REGIONS[n % 5]}],
            "facility.license_beds": [{"beds": n % 4}, {"since": day.isoformat()}],
            "stay.admit": [
                {"category": CATEGORIES[n % 3]},
                {"bed": BEDS[1 + n % 3]},
                {"facility": self._pick(self.facilities or ["x"], n)},
                {"agreement_no": "2"},
                {"facility": self._pick(self.facilities or ["x"], n), "category": "orphan"},
            ],
            "stay.move": [{"bed": BEDS[1 + n % 3]}],
            "stay.discharge": [{"reason": REASONS[n % 3]}],
            "person.register": [{"sex": SEXES[n % 3]}],
            "activity.log": [{"quantities": {"household_times": n}}, {"amount_fen": n * 7}],
        }
        known = fields.get(command)
        if known and step.b % 3:
            return {"args": known[step.c % len(known)]}
        moved = chosen.envelope.occurred_on + timedelta(days=n - 10)
        return {"args": {}, "occurred_on": min(moved, self.today).isoformat()}

    @staticmethod
    def _pick(among: Sequence[Any], n: int) -> Any:
        return among[n % len(among)]


@contextmanager
def world(database_url: str | None = None) -> Iterator[World]:
    """A fresh world on SQLite (in memory-backed files where the machine has them), or on a given empty database."""
    directory = tempfile.mkdtemp(prefix="shouwang-world-", dir=MEMORY if MEMORY.is_dir() else None)
    clock = FixedClock(BEGIN)
    services = bootstrap(Settings(data=Path(directory), database_url=database_url), clock)
    try:
        yield World(services, clock)
    finally:
        services.log.close()
        services.vault._store.close()
        services.views.engine.dispose()
        shutil.rmtree(directory, ignore_errors=True)


def settle(made: World) -> World:
    """A first home with people, so that the drawn steps have something to work on."""
    for n in range(3):
        made.take(Step("register", n, (0, 2, 4)[n], n, 0, 200, 0))
        made.take(Step("license", n, 10, 1 + n, 0, 199, 0))
        made.take(Step("person", n, 0, 0, 0, 200, 0))
    return made


def played(made: World, steps: Sequence[Step], after: Any = None) -> World:
    """The world after the steps; `after` is called behind each."""
    for step in steps:
        made.take(step)
        if after:
            after(made)
    return made
