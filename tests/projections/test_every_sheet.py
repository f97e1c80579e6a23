"""Every sheet, figure, finding and duty, whatever was entered: the views say what the entries in force say.

Histories are drawn from the whole catalogue (`clerks.py`), with late, corrected and withdrawn entries. The slow answer
folds the log by hand, once for each question, and knows no tables.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.aggregates import AGGREGATES
from domain.declared import fields_of
from domain.entries import advance, fold, in_force
from domain.model import EntryWithdrawn, Row
from domain.time_limits import plus_months
from domain.values import ratio_text
from projections import rebuilding
from projections.ask import Ask
from projections.levels import RULES
from projections.tables import cell
from tests.projections.clerks import Clerk, Office, staffed
from tests.projections.dumps import differences, dump
from tests.projections.questions import board, boundary
from tests.projections.worlds import THOROUGH, settle, some, world

ELSEWHERE = {"inspect.annual", "facility.filing_check", "facility.nil_report", "rating.review"}
"""Duties that several streams make: their definitions are tried in `test_recurring.py` and `test_following.py`."""
ENDS = ("facility.terminated", "facility.succeeded")
HOME = "elderly_care_home"
STEPS = 60


def streams(made: Office, position: int) -> Iterator[tuple[str, type, list[Any]]]:
    """(stream, aggregate, entries in force) as known at a position."""
    found: dict[str, list[Any]] = defaultdict(list)
    for event in made.events:
        if event.envelope.position <= position:
            found[event.originator_id].append(event)
    for stream, events in found.items():
        aggregate = next((e.aggregate for e in events if not isinstance(e, EntryWithdrawn)), None)
        if aggregate is not None:
            yield stream, aggregate, in_force(events)


def states(made: Office, day: date, position: int) -> Iterator[tuple[str, type, Any]]:
    """(stream, aggregate, state at the end of a day); nobody stands on a sheet before being registered."""
    until = f"{day}T24:00"
    for stream, aggregate, entries in streams(made, position):
        state = fold(aggregate, [e for e in entries if e.at <= until])
        if state is not None:
            yield stream, aggregate, state


def rows(made: Office, position: int) -> list[Row]:
    """Every row of every figure."""
    found = []
    for _, aggregate, entries in streams(made, position):
        state = None
        for event in entries:
            found += event.rows(state)
            state = advance(aggregate, state, event)
    return found


def shown(aggregate: type, state: Any) -> dict[str, Any]:
    """A row of a sheet as it is printed, private values masked."""
    return {
        key: "*"
        if spec.private and getattr(state, key) is not None
        else json.loads(cell(getattr(state, key)) or "null")
        for key, spec in aggregate.columns.items()
        if key != "facility"
    } | {"facility": state.facility}


@some(8)
@given(st.integers(0, 10**6), st.integers(1, 20), st.data())
def test_every_view_says_what_the_entries_in_force_say(seed, pace, data) -> None:
    """For random days and positions: sheets = folds, notes = those of the states, figures = rows = members = events."""
    with world() as plain, staffed(plain) as made:
        settle(made)
        clerk = Clerk(made, seed)
        for _ in range(STEPS // pace + 1):
            clerk.work(pace)
            made.views.catch_up()
        begin, end = made.days()
        for _ in range(2):
            day = data.draw(st.dates(begin, max(min(end, made.today), begin)), "day")
            position = boundary(data, made)
            check_sheets(made, day, position)
            check_notes(made, day, position)
            check_figures(made, day, position)
            check_coverage(made, day, position)


def check_sheets(made: Office, day: date, position: int) -> None:
    """Every aggregate's sheet is the fold."""
    expected: dict[str, dict[str, Any]] = defaultdict(dict)
    for stream, aggregate, state in states(made, day, position):
        if aggregate.sheet:
            expected[aggregate.sheet][stream] = shown(aggregate, state)
    for aggregate in AGGREGATES:
        if aggregate.sheet:
            found = {r.pop("stream"): r for r in board(made, aggregate.sheet, day, position)}
            for stream in found.keys() & expected[aggregate.sheet].keys():
                if "facility" not in aggregate.columns and aggregate.name != "facility":
                    expected[aggregate.sheet][stream]["facility"] = found[stream]["facility"]
            assert found == expected[aggregate.sheet], (aggregate.sheet, day, position)


def check_notes(made: Office, day: date, position: int) -> None:
    """Duties and findings are those of the states; of those that several streams make, filings and repeated hazards."""
    duties, findings = set(), set()
    for stream, _, state in states(made, day, position):
        duties |= {(stream, d.rule, d.due_at, d.met_at) for d in state.duties()}
        findings |= {(stream, b.rule, b.severity) for b in state.findings()}
    duties |= set(filings(made, day, position))
    findings |= set(repeated(made, day, position))
    found = board(made, "duties", day, position)
    assert {
        (r["stream"], r["rule"], r["due_at"], r["met_at"]) for r in found if r["rule"] not in ELSEWHERE
    } == duties, (day, position)
    found = board(made, "breaches", day, position)
    assert {(r["stream"], r["rule"], r["severity"]) for r in found if r["rule"] not in RULES} == findings, (
        day,
        position,
    )


def filings(made: Office, day: date, position: int) -> Iterator[tuple[str, str, str, str | None]]:
    """Whoever had a first resident before being filed has ten working days from then (EC-03)."""
    entries = [e for _, _, its in streams(made, position) for e in its]
    for home in [e for e in entries if e.topic == "facility.registered" and e.kind == "elderly_care_home"]:
        stream = home.originator_id
        first = min((e.day for e in entries if e.topic == "stay.admitted" and e.facility == stream), default=None)
        filed = min(
            (e.filed_on for e in entries if e.topic == "facility.filed" and e.originator_id == stream), default=None
        )
        ended = [e.day for e in entries if e.originator_id == stream and e.topic in ENDS]
        opened = first and max(first, home.day)
        if opened is None or day < opened or (filed and filed <= opened) or (ended and ended[0] <= opened):
            continue
        met = filed if filed and not (ended and ended[0] <= filed) else None
        if met is not None and met <= day:
            yield stream, "facility.filing", ten_workdays(made, opened), f"{met}T24:00"
        elif not ended or day < ended[0]:
            yield stream, "facility.filing", ten_workdays(made, opened), None


def ten_workdays(made: Office, day: date) -> str:
    """The end of the tenth working day behind a day."""
    workdays = made.services.reference.limits.workdays
    return f"{[d for d in (day + timedelta(n) for n in range(1, 40)) if workdays.is_workday(d)][9]}T24:00"


def repeated(made: Office, day: date, position: int) -> Iterator[tuple[str, str, str]]:
    """A hazard whose item was found at the home within the year before is a repeated one for a year (HZ-08)."""
    finds = [e for _, _, its in streams(made, position) for e in its if e.topic == "hazard.found" and e.item]
    for one in finds:
        before = [e.day for e in finds if (e.facility, e.item) == (one.facility, one.item) and e.day < one.day]
        if before and one.day <= plus_months(max(before), 12) and one.day <= day < plus_months(one.day, 12):
            yield one.originator_id, "HZ-08", "breach"


def check_coverage(made: Office, day: date, position: int) -> None:
    """Different homes that the bureau inspected, of the different homes that stood on a day of the period (EC-10)."""
    first, every = day - timedelta(days=50), rows(made, position)
    homes = {s for s, a, state in states(made, day, position) if a.name == "facility" and state.kind == HOME}

    def members(figure: str, holds: Any) -> set[str]:
        found: Counter[str] = Counter()
        for row in every:
            if row.figure == figure and row.facility in homes and holds(row):
                found[row.member] += row.amount
        return {member for member, amount in found.items() if amount > 0}

    seen = members("inspection.on_site", lambda row: first <= row.day <= day)
    stood = members("facility.registered", lambda row: row.day <= first)
    stood |= members("facility.registered", lambda row: row.opening and first <= row.day <= day)
    answer = made.views.figure("inspection.coverage", Ask(as_of=day, from_=first, known_at=position))
    assert answer["value"] == ratio_text(len(seen), len(stood), 100, 4), (day, position)
    assert seen <= stood


def check_figures(made: Office, day: date, position: int) -> None:
    """Sums of rows, of members and of events are one number."""
    first = day - timedelta(days=50)
    ask, every = Ask(as_of=day, from_=first, known_at=position), rows(made, position)
    for key, figure in made.services.reference.figures.items():
        if figure.kind not in ("flow", "stock") or key.startswith("activity."):
            continue
        amount = sum(
            r.amount
            for r in every
            if r.figure == figure.rows_key and r.day <= day and (figure.kind == "stock" or r.day >= first)
        )
        trace = made.views.trace(key, ask)
        assert Decimal(trace["value"]) == Decimal(amount).scaleb(-figure.places), (key, ask)
        assert sum(Decimal(m["amount"]) for m in trace["members"]) == Decimal(trace["value"]), (key, ask)
        assert sum(Decimal(e["amount"]) for e in trace["events"]) == Decimal(trace["value"]), (key, ask)


@some(6)
@given(st.integers(0, 10**6), st.sampled_from([1, 7, 500]), st.integers(1, 15))
def test_every_view_grown_equals_one_built_anew(seed, piled, pace) -> None:
    """Whatever was entered: every table of the live generation equals that of a rebuild."""
    with world() as plain, staffed(plain) as made:
        settle(made)
        clerk = Clerk(made, seed)
        for _ in range(STEPS // pace + 1):
            clerk.work(pace)
            made.views.catch_up()
        grown = dump(made.views)
        with patch.object(rebuilding, "BATCH", piled):
            made.views.rebuild()
        assert differences(grown, dump(made.views)) == {}


@pytest.mark.skipif(THOROUGH, reason="the same seeds are among the drawn ones")
def test_the_clerk_reaches_every_event() -> None:
    """The negative control: what no history holds would hold by itself. All but a few rare topics are recorded."""
    with world() as plain, staffed(plain) as made:
        settle(made)
        for seed in range(20):
            Clerk(made, seed).work(60)
        met = {e.topic for e in made.events}
    known = {e.topic for a in AGGREGATES for e in a.events if fields_of(e) is not None}
    missed = {t for t in known - met if t.split(".")[0] not in ("account", "node", "activity")}
    assert len(missed) <= RARE_MAX, sorted(missed)


RARE_MAX = 25
"""Topics that no drawn history of that length may hold; their own tests have them."""
