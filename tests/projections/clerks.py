"""A clerk who gives any command of the catalogue, with arguments drawn from what there is; much is refused, and that is fine.

Nothing here knows a command by name but the errands: short chains that lead somewhere (an inspection to its conclusion, a
batch to its payment), so that what comes at the end of a chain is met too. Days are drawn out of order.
"""

from __future__ import annotations

import random
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from adapters.vault import KEY_BYTES
from domain.accounts import Actor
from domain.aggregates import BY_NAME
from domain.catalogue import Command, commands
from domain.declared import record_fields, record_of
from domain.model import CHINA, EntryWithdrawn, Event, Field
from tests.projections.brute import standing
from tests.projections.worlds import REGIONS, World

LEFT_OUT = {"account.open", "account.lock", "node.open_for_demonstration", "activity.log", "person.identify"}
"""Accounts and the node stand outside; activities have their own tests; a document is not drawn at random."""
CHECKLIST, ITEMS = "PACK-OUTLET", tuple(f"L{n}" for n in range(1, 11))
OTHER = "the.other"
"""Who accepts what somebody else rectified, and approves what somebody else drew up."""
ENDS = {"facility.terminate", "facility.succeed", "person.record_death", "person.merge"}
"""What ends a thing for good is given seldom, else nothing is left to work with."""
PLAIN = dict.fromkeys(("items", "not_applicable"))
LOGINS = ("li.one", "wang.two", "zhao.three")
SAID: dict[str, Callable[[random.Random], Any]] = {
    "checklist": lambda rng: CHECKLIST,
    "packs": lambda rng: [],
    "item": lambda rng: rng.choice(ITEMS),
    "inspectors": lambda rng: rng.sample(LOGINS, 2),
    "assessor": lambda rng: rng.choice(LOGINS),
    "responsible": lambda rng: rng.choice(LOGINS),
    "scheme": lambda rng: "CN-GBT37276-2018",
    "points": lambda rng: {"A": 110, "B": 120, "C": 140, "D": rng.randint(300, 600)},
    "year": lambda rng: rng.choice([2021, 2022, 2023]),
    "age": lambda rng: 70,
    "document_kind": lambda rng: "none",
    "photos": lambda rng: [],
    "credit_code": lambda rng: None,
    "scope_region": lambda rng: None,
}
"""What only some words fit: the arguments by their names."""


def acting(login: str, name: str) -> Actor:
    """Somebody with a post that may give a command, everywhere."""
    return Actor(login, max(commands()[name].by), None, None, everywhere=True)


class Clerk:
    """Gives commands to a world; everything is decided by one number."""

    def __init__(self, made: World, seed: int) -> None:
        self.made, self.rng = made, random.Random(seed)
        self.commands = [one for one in commands().values() if one.event is not None and one.name not in LEFT_OUT]
        if not made.things("account"):
            for login in LOGINS:
                made.give("account.open", {"login": login, "post": "regulator", "scope_region": "540000"}, made.today)
            made.clock.set(made.clock.now() + timedelta(days=100))  # what is entered late happened under these accounts
            for errand in (opening, opening, opening, opening, arriving, arriving):
                errand(self)

    def work(self, steps: int) -> None:
        """So many entries or errands."""
        for _ in range(steps):
            self.made.clock.set(self.made.clock.now() + timedelta(days=self.rng.choice([0, 0, 1, 2, 9, 40])))
            kind = self.rng.random()
            if kind < 0.1:
                self.withdraw()
            elif kind < 0.25:
                self.correct()
            elif kind < 0.5:
                self.rng.choice(ERRANDS)(self)
            else:
                name = self.rng.choice(self.commands).name
                if name not in ENDS or self.rng.random() < 0.1:
                    self.say(name)

    def day(self) -> date:
        """Today, or late by a drawn number of days."""
        return self.made.today - timedelta(days=self.rng.choice([0, 0, 0, 1, 3, 20, 90]))

    def say(self, name: str, login: str | None = None, day: date | None = None, **said: Any) -> str | None:
        """Give a command with drawn arguments, but those that are said (None: left out).

        On a day that is said it has no hour: the steps of an errand come one behind the other.
        """
        command = commands()[name]
        args = {n: v for n, v in {**self.args(command), **said}.items() if v is not None}
        actor = login and acting(login, name)
        hour = 0 if day else self.rng.choice([0, 0, 9, 11])
        return self.made.give(name, args, day or self.day(), hour, actor)

    def args(self, command: Command) -> dict[str, Any]:
        """Arguments for a command; an optional one is left out half the time."""
        found = {}
        for name, (bare, spec, required) in command.fields.items():
            if required or self.rng.random() < 0.5:
                value = self.value(name, bare, spec)
                if value is not None:
                    found[name] = value
        return found

    def value(self, name: str, bare: Any, spec: Field) -> Any:
        """A value of the declared kind."""
        record, kind = record_of(bare), next((a for a in typing.get_args(bare) if a is not type(None)), bare)
        if record is not None:
            own = {n: s for n, s in record_fields(record).items() if not s[1].filled}
            return [{n: self.value(n, b, s) for n, (b, s, _) in own.items()} for _ in range(self.rng.randint(1, 3))]
        if name in SAID:
            return SAID[name](self.rng)
        if typing.get_origin(bare) is tuple:
            values = [self.single(name, kind, spec) for _ in range(self.rng.randint(1, 2))]
            return None if None in values else list(dict.fromkeys(values))
        return self.single(name, kind if bare not in (str, int) else bare, spec)

    def single(self, name: str, kind: Any, spec: Field) -> Any:
        """One value: of a list of codes, of what there is, or small."""
        rng, today = self.rng, self.made.today
        if spec.ref:
            return self.one(spec.ref)
        if spec.choices:
            return rng.choice(list(self.made.services.reference.choices(spec.choices)))
        drawn: dict[Any, Callable[[], Any]] = {
            int: lambda: rng.randint(
                max(spec.minimum or 0, 1), max(spec.minimum or 0, 5) if not name.endswith("_fen") else 900
            ),
            Decimal: lambda: rng.randint(1, 5),
            bool: lambda: rng.random() < 0.5,
            date: (today + timedelta(days=rng.randint(-60, 60))).isoformat,
            datetime: (self.made.clock.now() + timedelta(hours=rng.randint(1, 12))).isoformat,
        }
        if kind in drawn:
            return drawn[kind]()
        return (today - timedelta(days=rng.randint(0, 70))).isoformat()[:7] if spec.pattern else "文字"

    def one(self, ref: str) -> str | None:
        """Something that exists, mostly among the newest."""
        if ref == "region":
            return self.rng.choice(REGIONS)
        there = self.made.things(ref)
        return self.rng.choice(there[-4:] if self.rng.random() < 0.7 else there) if there else None

    # -- corrections -------------------------------------------------------------------------------------

    def entry(self) -> Event | None:
        """An entry in force; accounts stay, else nobody is left to work."""
        among = [e for its in standing(self.made.events).values() for e in its if e.aggregate.name != "account"]
        return self.rng.choice(among) if among else None

    def withdraw(self) -> None:
        """Take an entry back."""
        if chosen := self.entry():
            named = {"stream": chosen.originator_id, "version": chosen.originator_version, "reason": "x"}
            self.made.give("entry.withdraw", named, None)

    def correct(self) -> None:
        """Correct one or two fields of an entry, or its day."""
        chosen = self.entry()
        command = chosen and commands().get(chosen.envelope.command)
        if chosen is None or command is None:
            return
        named: dict[str, Any] = {"stream": chosen.originator_id, "version": chosen.originator_version, "reason": "x"}
        drawn = {n: v for n, v in self.args(command).items() if n != command.target}
        if drawn and self.rng.random() < 0.6:
            names = self.rng.sample(sorted(drawn), min(2, len(drawn)))
            named["args"] = {n: drawn[n] for n in names}
        else:
            moved = min(chosen.envelope.occurred_on + timedelta(days=self.rng.randint(-9, 9)), self.made.today)
            named |= {"args": {}, "occurred_on": moved.isoformat()}
        self.made.give("entry.correct", named, None)


# -- errands: chains that lead somewhere --------------------------------------------------------------


def opening(clerk: Clerk) -> None:
    """A facility of any kind, with beds."""
    kind = clerk.rng.choice(["elderly_care_home", "rescue_station", "lottery_outlet", "child_welfare_institution"])
    made = clerk.say("facility.register", kind=kind)
    if made:
        clerk.say("facility.license_beds", facility=made, beds=clerk.rng.randint(1, 4))


def arriving(clerk: Clerk) -> None:
    """Somebody new, who moves in somewhere."""
    person = clerk.say("person.register", document_number=None, birth_date=None)
    if person:
        clerk.say("stay.admit", person=person, until=None)


def inspecting(clerk: Clerk) -> None:
    """A whole inspection; what fails becomes hazards."""
    day = clerk.day()
    made = clerk.say("inspection.plan", day=day, packs=[], source="bureau")
    if made:
        clerk.say("inspection.start", inspection=made, day=day)
        answers = [{"item": item, "result": clerk.rng.choice(["pass", "pass", "pass", "fail"])} for item in ITEMS]
        clerk.say("inspection.answer", inspection=made, answers=answers, day=day)
        clerk.say("inspection.conclude", inspection=made, day=day)


def rectifying(clerk: Clerk) -> None:
    """A hazard on its way to closure, perhaps not to the end."""
    hazard = (
        clerk.say("hazard.find", facility=clerk.one("facility")) if clerk.rng.random() < 0.5 else clerk.one("hazard")
    )
    for name in ("hazard.assign", "hazard.rectify", "hazard.accept", "hazard.close") if hazard else ():
        if clerk.rng.random() < 0.85:
            later = {"deadline": (clerk.made.today + timedelta(days=9)).isoformat()} if name == "hazard.assign" else {}
            clerk.say(name, OTHER if name == "hazard.accept" else None, clerk.made.today, hazard=hazard, **later)


def rating(clerk: Clerk) -> None:
    """A rating from application to award, and what becomes of it."""
    homes = [s for s in clerk.made.things("facility") if clerk.made.kind(s) == "elderly_care_home"]
    made = homes and clerk.say("rating.apply", level=5, facility=clerk.rng.choice(homes))
    if made:
        for login in LOGINS[:2]:
            clerk.say("rating.score", rating=made, assessor=login, day=clerk.made.today, **PLAIN)
        begin = clerk.made.today - timedelta(days=clerk.rng.randint(0, 30))
        until = begin + timedelta(days=clerk.rng.choice([20, 1000]))
        valid = {"level": clerk.rng.randint(1, 3), "valid_from": begin.isoformat(), "valid_to": until.isoformat()}
        clerk.say("rating.award", rating=made, day=clerk.made.today, **valid)
        after: tuple[str, ...] = clerk.rng.choice(
            [(), ("rating.uphold",), ("rating.suspend", "rating.restore"), ("rating.downgrade",)]
        )
        for name in after:
            clerk.say(name, rating=made, day=clerk.made.today, **({"level": 1} if name == "rating.downgrade" else {}))


def paying(clerk: Clerk) -> None:
    """Money from an appropriation to persons, and some of it back."""
    rng, today = clerk.rng, clerk.made.today
    root = clerk.say(
        "fund.appropriate", amount_fen=9_000, region="540000", day=today - timedelta(days=rng.randint(0, 90))
    )
    child = root and clerk.say(
        "fund.allot", fund=root, to_region="540402", to_facility=None, amount_fen=rng.randint(900, 9_000), day=today
    )
    people = rng.sample(clerk.made.things("person"), min(3, len(clerk.made.things("person"))))
    if not (child and people):
        return
    lines = [{"person": person, "amount_fen": rng.randint(1, 900)} for person in people]
    batch = clerk.say("batch.draw_up", fund=child, lines=lines, day=today)
    if batch:
        if rng.random() < 0.3:
            clerk.say("batch.hold_line", batch=batch, person=people[-1], day=today)
        clerk.say("batch.approve", OTHER, today, batch=batch)
        clerk.say("batch.pay", batch=batch, day=today)
        if rng.random() < 0.5:
            clerk.say("batch.return_line", batch=batch, person=people[0], day=today)
        if rng.random() < 0.3:
            again = clerk.say("batch.draw_up", fund=child, lines=lines[:1], day=today)
            if again and rng.random() < 0.5:
                clerk.say("batch.clear_match", OTHER, batch=again, rule="DM-02", person=people[0], day=today)


def selling(clerk: Clerk) -> None:
    """An outlet under contract that sells, and breaks a rule now and then."""
    outlets = [s for s in clerk.made.things("facility") if clerk.made.kind(s) == "lottery_outlet"]
    if outlets:
        facility = clerk.rng.choice(outlets)
        clerk.say("outlet.post_sales", facility=facility)
        outlet = clerk.say("outlet.contract", facility=facility)
        for name in ("outlet.install_terminal", "outlet.find_violation", "outlet.order_correction") if outlet else ():
            clerk.say(name, outlet=outlet, day=clerk.made.today)


def complaining(clerk: Clerk) -> None:
    """A complaint, answered and closed."""
    facility = clerk.one("facility")
    made = clerk.say("complaint.receive", facility=facility, region=None)
    for name in ("complaint.assign", "complaint.answer", "complaint.rate", "complaint.close") if made else ():
        who = {"to": clerk.rng.choice(LOGINS)} if name == "complaint.assign" else {}
        clerk.say(name, complaint=made, day=clerk.made.today, **who)


def rescuing(clerk: Clerk) -> None:
    """Somebody is received and, mostly, leaves."""
    stations = [s for s in clerk.made.things("facility") if clerk.made.kind(s) == "rescue_station"]
    made = stations and clerk.say("rescue.receive", station=clerk.rng.choice(stations))
    if made and clerk.rng.random() < 0.7:
        clerk.say("rescue.leave", rescue=made, day=clerk.made.today)


def alarming(clerk: Clerk) -> None:
    """An incident, told and closed or not."""
    made = clerk.say("incident.record", persons=None)
    steps = (
        "report",
        "record_casualties",
        "tell_family",
        "investigate",
        "assign_follow_up",
        "finish_follow_up",
        "close",
    )
    for step in steps if made else ():
        more = {"person": None} if step == "tell_family" else {"number": 1} if step == "finish_follow_up" else {}
        clerk.say(f"incident.{step}", incident=made, day=clerk.made.today, **more)


def renewing(clerk: Clerk) -> None:
    """A paper, renewed and given back; a merge, undone; people counted under another key."""
    begin, today = clerk.made.today - timedelta(days=40), clerk.made.today
    valid = {"valid_from": begin.isoformat(), "valid_to": (begin + timedelta(days=60)).isoformat()}
    paper = clerk.say("paper.record", facility=clerk.one("facility"), day=today, **valid)
    if paper:
        valid_to = (begin + timedelta(days=clerk.rng.randint(61, 200))).isoformat()
        clerk.say("paper.renew", paper=paper, valid_to=valid_to, day=today)
        clerk.say("paper.revoke", paper=paper, day=today)
    people = clerk.made.things("person")
    if len(people) > 1 and clerk.rng.random() < 0.3:
        old, kept = clerk.rng.sample(people, 2)
        clerk.say("person.merge", person=old, into=kept, day=today)
        if clerk.rng.random() < 0.7:
            clerk.say("person.unmerge", person=old, day=today)
        clerk.made.services.vault.join(clerk.rng.randbytes(KEY_BYTES), anew=True)
        for person in clerk.rng.sample(people, 2):
            clerk.say("person.rekey", person=person, day=today)


def moving(clerk: Clerk) -> None:
    """A stay with a leave or a time in hospital between."""
    stay, today = clerk.one("stay"), clerk.made.today
    if stay:
        ways = [("stay.go_on_leave", "stay.return"), ("stay.send_to_hospital", "stay.come_back")]
        for name in clerk.rng.choice(ways):
            clerk.say(name, stay=stay, day=today)


def closing(clerk: Clerk) -> None:
    """A home that is suspended and opens again."""
    facility = clerk.one("facility")
    if facility:
        clerk.say("facility.suspend", facility=facility, day=clerk.made.today)
        clerk.say("facility.resume", facility=facility, day=clerk.made.today)


ERRANDS = (
    opening,
    arriving,
    inspecting,
    rectifying,
    rating,
    paying,
    selling,
    complaining,
    rescuing,
    alarming,
    renewing,
    moving,
    closing,
)


class Office(World):
    """A world that knows what there is of each kind, and lets somebody else act."""

    def give(
        self, command: str, args: dict[str, Any], day: date | None, hour: int = 0, actor: Actor | None = None
    ) -> str | None:
        """As a world does; by another actor where one is named."""
        if actor is None:
            return super().give(command, args, day, hour)
        desk = self.services.desk
        submit = desk.submit
        try:
            desk.submit = lambda submission: submit(replace(submission, actor=actor))  # type: ignore[method-assign]
            return super().give(command, args, day, hour)
        finally:
            del desk.submit

    def things(self, name: str) -> list[str]:
        """The streams of one aggregate, in the order in which they came."""
        cls = BY_NAME[name]
        made = (e for e in self.events if not isinstance(e, EntryWithdrawn) and e.aggregate is cls)
        return list(dict.fromkeys(e.originator_id for e in made))

    def kind(self, facility: str) -> str:
        """The kind that a facility was registered as."""
        return next(e.kind for e in self.events if e.originator_id == facility and e.topic == "facility.registered")


@contextmanager
def staffed(made: World) -> Iterator[Office]:
    """The world as an office."""
    made.__class__ = Office
    assert isinstance(made, Office)
    assert made.clock.now().astimezone(CHINA)
    yield made
