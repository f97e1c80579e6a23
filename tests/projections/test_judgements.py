"""Three sources, repeated and common faults: what is computed from rows equals a slow definition over the events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.desk import Submission
from domain.model import Event, Refused
from domain.time_limits import plus_months
from projections.ask import Ask
from projections.judgements import BUREAU, OWN, SOURCES, Fault, compare, repeats, sums
from tests.projections.brute import standing
from tests.projections.worlds import World, some, world
from tests.scene import reference

INSPECTORS = ("zhang.inspector", "li.inspector")
FAILING = ("A01", "C04", "E04")
FIRST, LAST = date(2023, 2, 1), date(2024, 12, 20)
HOME = {
    "kind": "elderly_care_home",
    "site_no": "01",
    "address": "八一镇",
    "operator": "public",
    "opened_on": "2020-05-01",
}


@dataclass(frozen=True)
class Visit:
    """One inspection to be, and whether its conclusion is withdrawn, or its answers corrected, afterwards."""

    home: int
    source: str
    day: date
    failing: frozenset[str]
    after: str


VISITS = st.lists(
    st.builds(
        Visit,
        st.integers(0, 1),
        st.sampled_from(SOURCES),
        st.sampled_from([FIRST + timedelta(days=n) for n in (0, 3, 9, 40, 200, 365, 366, 420, 600)]),
        st.frozensets(st.sampled_from(FAILING), max_size=2),
        st.sampled_from(["", "", "", "withdrawn", "unjudged"]),
    ),
    min_size=1,
    max_size=6,
)


class Town:
    """Two homes whose visits are recorded by the local operator."""

    def __init__(self, made: World) -> None:
        self.services, self.number = made.services, 0
        made.clock.set(datetime(2024, 12, 31, 4, tzinfo=UTC))
        for login in INSPECTORS:
            self.say("account.open", FIRST, login=login, post="inspector", scope_region="540400")
        self.homes = [
            self.say("facility.register", FIRST, **HOME, name=f"第{n}敬老院", region=region)
            for n, region in enumerate(("540402", "540423"))
        ]

    def say(self, command: str, on: date, **args: Any) -> str:
        """Submit a command; the stream."""
        self.number += 1
        said = Submission(command, str(uuid5(NAMESPACE_URL, f"judged {self.number}")), args, occurred_on=on)
        return self.services.desk.submit(said).stream

    def visit(self, one: Visit) -> None:
        """Plan, hold, conclude; then what happens to it afterwards."""
        home = self.homes[one.home]
        plan = {"facility": home, "kind": "daily", "due_on": one.day.isoformat(), "checklist": "SAFE-DEFAULT-1"}
        stream = self.say("inspection.plan", one.day, **plan, source=one.source)
        self.say(
            "inspection.start",
            one.day,
            inspection=stream,
            inspectors=INSPECTORS,
        )
        items = self.services.log.stream(stream)[0].items
        answers = [{"item": item, "result": "fail" if item in one.failing else "pass"} for item in items]
        self.say("inspection.answer", one.day, inspection=stream, answers=answers)
        self.say("inspection.conclude", one.day, inspection=stream)
        answered, concluded = (e.originator_version for e in self.services.log.stream(stream)[2:4])
        if one.after == "withdrawn":
            self.say("entry.withdraw", one.day, stream=stream, version=concluded, reason="误办")
        if one.after == "unjudged":
            answers[-1] |= {"result": "not_checked", "note": "未开放"}
            args = {"answers": answers}
            self.say("entry.correct", one.day, stream=stream, version=answered, args=args, reason="误填")

    @property
    def events(self) -> list[Event]:
        """The whole log."""
        return list(self.services.log.read(0, 10_000))


@contextmanager
def town(visits: Sequence[Visit]) -> Iterator[Town]:
    """A town in which these visits were recorded."""
    with world() as made:
        found = Town(made)
        for one in visits:
            found.visit(one)
        found.services.views.catch_up()
        yield found


def slow_judgements(events: Sequence[Event], first: date, last: date) -> set[tuple[str, date, str, str, str, str]]:
    """Every item of every inspection whose conclusion stands: the last answer in force, if it passes or fails the item."""
    found = set()
    for stream, its in standing(events).items():
        ended = [e for e in its if e.topic == "inspection.concluded"]
        if not ended or not first <= ended[-1].day <= last:
            continue
        plan = next(e for e in its if e.topic == "inspection.planned")
        said = {a.item: a.result for e in its if e.topic == "inspection.answered" for a in e.answers}
        for item, result in said.items():
            if result in ("pass", "fail"):
                found.add((plan.facility, ended[-1].day, item, plan.source or "bureau", result, stream))
    return found


@some(12)
@given(VISITS, st.data())
def test_judgements_and_their_comparison_are_those_of_the_events(visits, data) -> None:
    """At any position and in any period, also of one home; sums and what self-checks overlooked follow from them."""
    with town(visits) as made:
        events = made.events
        position = data.draw(st.sampled_from([e.envelope.position for e in events]), "known at")
        ends = sorted(data.draw(st.lists(st.sampled_from([v.day for v in visits]), min_size=2, max_size=2), "period"))
        home = data.draw(st.sampled_from([None, *made.homes]), "home")
        entries = {e.envelope.command_id: 0 for e in events}
        for e in events:  # an entry is known as a whole
            entries[e.envelope.command_id] = max(entries[e.envelope.command_id], e.envelope.position)
        position = max(p for p in entries.values() if p <= position or p == min(entries.values()))
        known = [e for e in events if e.envelope.position <= position]
        slow = {one for one in slow_judgements(known, *ends) if home in (None, one[0])}
        ask = Ask(as_of=LAST, from_=ends[0], to=ends[1], facility=home, known_at=position)
        found = made.services.views.judged(ask)
        assert {tuple(one) for one in found} == slow
        assert len(found) == len(slow)
        compared = {(one.facility, str(one.month), one.item): one for one in compare(found)}
        assert compared.keys() == {(f, f"{d:%Y-%m}", i) for f, d, i, *_ in slow}
        for (facility, month, item), one in compared.items():
            its = [s for s in slow if (s[0], f"{s[1]:%Y-%m}", s[2]) == (facility, month, item)]
            says = {s: "fail" if ("fail" in [x[4] for x in its if x[3] == s]) else "pass" for s in {x[3] for x in its}}
            assert one.results == says
            assert one.differs == (len(set(says.values())) == 2)
            for source, result in says.items():
                assert set(one.inspections[source]) == {x[5] for x in its if x[3] == source and x[4] == result}
        total = sums(list(compared.values()))
        both = [o for o in compared.values() if o.results.get(BUREAU) == "fail" and OWN in o.results]
        assert (total.both_failed, total.overlooked) == (len(both), sum(o.results[OWN] == "pass" for o in both))


@some(8)
@given(VISITS, st.sampled_from(["", *SOURCES]))
def test_the_index_of_an_item_is_failed_by_checked(visits, source) -> None:
    """For each item the figures count the different homes where it was judged and those that failed it, and their share."""
    where = {"checked_by": source} if source else {}
    with town(visits) as made:
        slow = [one for one in slow_judgements(made.events, FIRST, LAST) if source in ("", one[3])]
        views, ask = made.services.views, Ask(as_of=LAST, from_=FIRST, by="item", where=where)
        checked = views.figure("inspection.item_facilities", ask)["by"]
        failing = Ask(as_of=LAST, from_=FIRST, by="item", where={**where, "result": "fail"})
        failed = views.figure("inspection.item_facilities", failing)["by"]
        share = views.figure("inspection.item_failure_rate", ask)["by"]
        for item in {one[2] for one in slow} | set(checked):
            homes = {one[0] for one in slow if one[2] == item}
            bad = {one[0] for one in slow if one[2] == item and one[4] == "fail"}
            assert int(checked.get(item, 0)) == len(homes)
            assert int(failed.get(item, 0)) == len(bad)
            if homes:
                assert share[item] == {0: "0", 1: "50", 2: "100"}[2 * len(bad) // len(homes)]
        trace = views.trace("inspection.item_facilities", Ask(as_of=LAST, from_=FIRST, where=where))
        assert {one["member"] for one in trace["members"]} == {one[0] for one in slow}
        assert trace["value"] == str(len(trace["members"]))


@some(100)
@given(
    st.lists(
        st.builds(
            Fault,
            st.sampled_from("xy"),
            st.dates(date(2022, 1, 1), date(2025, 1, 1)),
            st.sampled_from("AB"),
            st.text("h1234", min_size=3),
        ),
        max_size=12,
    ),
    st.dates(date(2022, 1, 1), date(2025, 1, 1)),
)
def test_a_repeated_fault_is_one_within_a_year_of_the_last(found, first) -> None:
    """By definition: the latest day has one before it within twelve months; the row goes back as long as that holds."""
    said = {(one.facility, one.item): one for one in repeats(found, reference().limits, first)}
    for place in {(f.facility, f.item) for f in found}:
        days = sorted({f.day for f in found if (f.facility, f.item) == place}, reverse=True)
        row = days[:1]
        for day in days[1:]:
            if row[-1] > plus_months(day, 12):
                break
            row.append(day)
        if len(row) > 1 and row[0] >= first:
            one = said.pop(place)
            assert (one.times, one.last, one.before) == (len(row), row[0], row[1])
            assert set(one.hazards) == {f.hazard for f in found if (f.facility, f.item) == place and f.day in row}
    assert said == {}


def test_the_faults_of_the_views_are_the_hazards_of_items() -> None:
    """Each failed item of a bureau's visit, and none of what was withdrawn."""
    day = FIRST + timedelta(days=9)
    visits = [
        Visit(0, BUREAU, day, frozenset({"C04"}), ""),
        Visit(1, OWN, day, frozenset({"E04"}), "withdrawn"),
    ]
    with town(visits) as made:
        found = made.services.views.faults(Ask(as_of=LAST, from_=FIRST))
        assert [(one.facility, one.day, one.item) for one in found] == [(made.homes[0], day, "C04")]
        assert made.services.log.stream(found[0].hazard)[0].topic == "hazard.found"


def test_inspections_without_judgements_are_no_reason_to_fail() -> None:
    """Nothing recorded, nothing compared; a position before everything too."""
    with town([]) as made:
        assert made.services.views.judged(Ask(as_of=LAST)) == []
        assert compare([]) == []
        assert repeats([], reference().limits, FIRST) == []
        with pytest.raises(Refused):
            made.services.views.judged(Ask(as_of=LAST, where={"nothing": "x"}))
