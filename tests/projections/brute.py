"""What the views should say, worked out the slow way from the events themselves; knows nothing of `projections`.

Everything is computed for one day from the entries in force, in business order. No sums of differences, no tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from domain.kinds import KINDS
from domain.model import CHINA, EntryWithdrawn, Event
from domain.regions import Regions

AT_MIDNIGHT = {"facility.registered", "person.registered", "person.stay_opened", "stay.admitted"}
HOME = "elderly_care_home"
LET_IN = "facility.admitted_while_closed"


def moment(event: Event) -> str:
    """When an event counts, as text that sorts."""
    if event.topic == "facility.beds_licensed":
        return f"{event.since}T24:00"
    if event.envelope.occurred_at is not None:
        return event.envelope.occurred_at.astimezone(CHINA).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{event.envelope.occurred_on}T{'00' if event.topic in AT_MIDNIGHT else '24'}:00"


def day_of(event: Event) -> date:
    """The business day."""
    return event.since if event.topic == "facility.beds_licensed" else event.envelope.occurred_on


def standing(events: Iterable[Event]) -> dict[str, list[Event]]:
    """stream -> entries in force in business order."""
    kept: dict[str, dict[int, tuple[int, Event]]] = {}
    turns: dict[tuple[str, int], int] = {}
    for event in events:
        its = kept.setdefault(event.originator_id, {})
        if isinstance(event, EntryWithdrawn):
            for version in event.versions:
                del its[version]
            continue
        stream, version, corrects = event.originator_id, event.originator_version, event.envelope.corrects
        turns[stream, version] = turns[stream, corrects] if corrects else version
        its[version] = (turns[stream, version], event)
    return {
        stream: [
            e
            for _, e in sorted(its.values(), key=lambda te: (te[1].topic != "person.registered", moment(te[1]), te[0]))
        ]
        for stream, its in kept.items()
        if its
    }


@dataclass
class Home:
    """A facility at the end of a day."""

    kind: str
    operator: str
    region: str
    beds: int | None = None
    terminated: bool = False
    suspended: bool = False
    setting: str = ""


@dataclass(frozen=True)
class Stay:
    """A stay as it is known."""

    stream: str
    member: str
    facility: str
    category: str
    sex: str
    begin: date
    end: date | None
    reason: str | None
    moments: tuple[str, ...]
    lying: tuple[tuple[str, str | None], ...]
    """(moment, bed) from then on."""
    agreed: bool

    def present(self, day: date) -> bool:
        """Whether the person is there at the end of a day."""
        return self.begin <= day and (self.end is None or day < self.end)

    def bed(self, day: date) -> str | None:
        """The bed at the end of a day."""
        return [bed for at, bed in self.lying if at <= f"{day}T24:00"][-1]


@dataclass(frozen=True)
class Question:
    """What is asked: a day, a period and filters."""

    day: date
    first: date
    last: date
    region: str | None = None
    facility: str | None = None
    where: dict[str, str] = field(default_factory=dict)
    exactly: bool = False
    """Only what lies at the region itself, nothing below it."""


class Model:
    """All that is known at a position."""

    def __init__(self, events: Sequence[Event], regions: Regions) -> None:
        self.regions, self.streams = regions, standing(events)
        self.stays = [s for s in map(self._stay, self.streams.values()) if s]
        self.facilities = {
            s: its for s, its in self.streams.items() if any(e.topic == "facility.registered" for e in its)
        }
        self.activities = [e for its in self.streams.values() for e in its if e.topic == "activity.logged"]

    @staticmethod
    def _stay(entries: list[Event]) -> Stay | None:
        begun = next((e for e in entries if e.topic == "stay.admitted"), None)
        if begun is None:
            return None
        end = next((e for e in entries if e.topic == "stay.discharged"), None)
        lying = [(moment(e), e.bed) for e in entries if e.topic in ("stay.admitted", "stay.moved")]
        return Stay(
            begun.originator_id,
            begun.member,
            begun.facility,
            begun.category,
            begun.sex,
            day_of(begun),
            end and day_of(end),
            end and end.reason,
            tuple(moment(e) for e in entries),
            tuple(lying),
            bool(begun.agreement_no),
        )

    def home(self, facility: str | None, day: date) -> Home | None:
        """A facility as it was at the end of a day; None before its registration."""
        found: Home | None = None
        for event in self.facilities.get(facility or "", ()):
            if moment(event) > f"{day}T24:00":
                break
            if event.topic == "facility.registered":
                found = Home(event.kind, event.operator, event.region)
            elif event.topic == "facility.relocated":
                found.region = event.region
            elif event.topic == "facility.beds_licensed":
                found.beds = event.beds
            elif event.topic == "facility.terminated":
                found.terminated = True
            elif event.topic in ("facility.suspended", "facility.resumed"):
                found.suspended = event.topic == "facility.suspended"
        return found

    def closed(self, facility: str, day: date) -> bool:
        """Whether a facility is not registered, suspended or terminated at the end of a day."""
        home = self.home(facility, day)
        return home is None or home.terminated or home.suspended

    # -- which facts a question is about -----------------------------------------------------------------

    def asked(self, q: Question, facility: str | None, region: str | None = None, **dims: str | None) -> bool:
        """Whether a fact of a facility (or of a region) belongs to a question."""
        if any(dims.get(name) != value for name, value in q.where.items() if name in dims):
            return False
        own = {name: value for name, value in q.where.items() if name not in dims}
        if not (q.region or q.facility or own):
            return True
        if facility is None:
            return not own and not q.facility and self.inside(region, q)
        home = self.home(facility, q.day)
        return (
            home is not None
            and q.facility in (None, facility)
            and all(getattr(home, n) == v for n, v in own.items())
            and (q.region is None or self.inside(home.region, q))
        )

    def inside(self, region: str | None, q: Question) -> bool:
        """Whether a region's code counts in the region of a question."""
        if q.exactly:
            return region is not None and self.regions.home(region, q.day) == q.region
        return region in self.regions.codes_within(q.region or "", q.day)

    def homes(self, q: Question) -> Iterator[tuple[str, Home]]:
        """The facilities of a question that are registered and not terminated at the end of the day."""
        for stream in self.facilities:
            home = self.home(stream, q.day)
            if home and not home.terminated and self.asked(q, stream):
                yield stream, home

    def stays_asked(self, q: Question) -> list[Stay]:
        """The stays of a question, of any time."""
        return [
            s
            for s in self.stays
            if self.asked(
                q, s.facility, category=s.category, sex=s.sex, **({"reason": s.reason} if "reason" in q.where else {})
            )
        ]

    # -- figures -----------------------------------------------------------------------------------------

    def figure(self, key: str, q: Question) -> str | None:
        """The value, as the views print it."""
        if key.startswith("activity."):
            return self._activity(key, q)
        found = FIGURES[key](self, q)
        return found if isinstance(found, str) or found is None else str(found)

    def _activity(self, key: str, q: Question) -> str:
        _, kind, name = key.split(".")
        total = Decimal(0)
        for e in self.activities:
            if e.type == kind and q.first <= day_of(e) <= q.last and self.asked(q, e.facility, e.region):
                total += Decimal(e.amount_fen or 0) / 100 if name == "amount" else e.quantities.get(name, 0)
        return format(total.normalize(), "f") if total else "0"

    def occupancy(self, q: Question) -> str | None:
        """People in homes by licensed beds of homes, to four places, half up."""
        at_homes = Question(q.day, q.first, q.last, q.region, q.facility, {**q.where, "kind": HOME})
        present = sum(s.present(q.day) for s in self.stays_asked(at_homes))
        beds = sum(home.beds or 0 for _, home in self.homes(at_homes))
        if not beds:
            return None
        share = (Decimal(present) * 100 / Decimal(beds)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
        return format(share.normalize(), "f") if share else "0"

    def persons(self, q: Question) -> int:
        """Different people there at the end of any day of the period, or admitted in it."""
        return len(
            {
                s.member
                for s in self.stays_asked(q)
                if q.first <= s.begin <= q.last
                or any(s.present(q.first + timedelta(days=n)) for n in range((q.last - q.first).days + 1))
            }
        )

    def opened(self, q: Question) -> int:
        """Facilities registered in the period."""
        days = [(s, day_of(e)) for s, its in self.facilities.items() for e in its if e.topic == "facility.registered"]
        return sum(q.first <= day <= q.last and self.asked(q, s) for s, day in days)

    # -- sheets ------------------------------------------------------------------------------------------

    def sheet(self, name: str, day: date) -> dict[str, dict[str, Any]]:
        """stream -> what its board shows at the end of a day."""
        found = {}
        for stream, entries in self.streams.items():
            if entries[0].aggregate.sheet != name:
                continue
            state = None
            for event in entries:
                if moment(event) <= f"{day}T24:00" and (state is not None or event.creates):
                    state = type(event).aggregate(stream) if state is None else state
                    event.apply(state)
            if state is not None:
                found[stream] = {key: getattr(state, key, None) for key in state.columns}
        return found

    def breaches(self, day: date) -> set[tuple[str, str, str, str]]:
        """(stream, facility, rule, since) that hold at the end of a day, found day by day."""
        found = set()
        for stay in self.stays:
            begun = stay.begin.isoformat()
            kind = next(e.kind for e in self.facilities[stay.facility] if e.topic == "facility.registered")
            if stay.begin <= day and not (stay.end is not None and stay.end <= day):
                rules = ["stay.no_contact", *(["EC-04"] if not stay.agreed else [])] if kind == HOME else []
                rules += [] if KINDS[kind].lodging else ["stay.no_lodging"]
                found |= {(stay.stream, stay.facility, rule, begun) for rule in rules}
        first = min([s.begin for s in self.stays], default=day)
        for facility in {s.facility for s in self.stays}:
            since: dict[str, date] = {}
            for n in range((day - first).days + 1):
                on = first + timedelta(days=n)
                holds = self._levels(facility, on) | self._let_in(facility, on, LET_IN in since)
                since = {rule: since.get(rule, on) for rule in holds}
            found |= {(facility, facility, rule, on.isoformat()) for rule, on in since.items()}
        return found

    def _levels(self, facility: str, day: date) -> set[str]:
        inside = [s for s in self.stays if s.facility == facility and s.present(day)]
        home, beds, rules = self.home(facility, day), [b for b in (s.bed(day) for s in inside) if b], set()
        is_open = home is not None and not home.terminated
        if is_open and home.beds is not None and home.beds < len(inside):
            rules.add("facility.over_occupied")
        if inside and not is_open:
            rules.add("EC-12")
        if len(set(beds)) < len(beds):
            rules.add("facility.bed_shared")
        return rules

    def _let_in(self, facility: str, day: date, before: bool) -> set[str]:
        """Somebody was admitted on a day on which the home was never open, and it has not opened since."""
        comes = any(s.facility == facility and s.begin == day for s in self.stays)
        now = comes and self.closed(facility, day - timedelta(days=1))
        return {LET_IN} if (before or now) and self.closed(facility, day) else set()


FIGURES: dict[str, Callable[[Model, Question], Any]] = {
    "facility.registered": lambda m, q: len(list(m.homes(q))),
    "facility.beds_licensed": lambda m, q: sum(home.beds or 0 for _, home in m.homes(q)),
    "facility.opened": Model.opened,
    "facility.regions": lambda m, q: len({m.regions.home(home.region, q.day) for _, home in m.homes(q)}),
    "stay.present": lambda m, q: sum(s.present(q.day) for s in m.stays_asked(q)),
    "stay.admitted": lambda m, q: sum(q.first <= s.begin <= q.last for s in m.stays_asked(q)),
    "stay.discharged": lambda m, q: sum(s.end is not None and q.first <= s.end <= q.last for s in m.stays_asked(q)),
    "stay.persons": Model.persons,
    "facility.occupancy": Model.occupancy,
}
ACTIVITIES = ("activity.festival_visit.household_times", "activity.festival_visit.amount")
KEYS = (*FIGURES, *ACTIVITIES)
