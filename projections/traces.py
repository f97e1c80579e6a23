"""From a number to its members and events, and why it changed: the same rows, grouped otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from domain.catalogue import sentence
from domain.figures import FACILITY_DIMENSIONS
from domain.log import Log
from domain.model import Event
from domain.values import decimal_text
from projections.folding import PLACES
from projections.scope import Scope, ScopeOf, among, texts_of
from projections.values import counted, ratio_parts, value

PLACED = frozenset({"facility", "region"})
"""What a distinct figure counts by where its rows lie."""
Grouped = dict[int, dict[int, int]]
"""member -> position -> sum."""


def grouped(scope: Scope) -> Grouped:
    """The rows of the figure by member and position, as far as they make up its value."""
    rows, figure = scope.tables.rows.c, scope.figure
    days, member = scope.days(), rows.member
    if figure.kind == "distinct":
        first, last = (day.toordinal() for day in scope.ask.period())
        days = rows.day <= last if scope.over_stock else rows.day.between(first, last)
        member = rows.facility if figure.member in PLACED else rows.member
    query = (
        select(member, rows.position, func.sum(rows.amount))
        .where(scope.condition(days))
        .group_by(member, rows.position)
    )
    found: Grouped = defaultdict(dict)
    for who, position, amount in scope.connection.execute(query.order_by(rows.position)):
        its = found[scope.member(who) if figure.kind == "distinct" else who]
        its[position] = its.get(position, 0) + int(amount)
    if figure.kind == "distinct":
        return {who: found.get(who, {}) for who in counted(scope)}
    return {who: its for who, its in found.items() if sum(its.values())}


def trace(scope: Scope, scope_of: ScopeOf, log: Log, *, told: bool = True) -> dict[str, Any]:
    """The trace of a value, as `trace --format json` prints it; its events without what they say unless `told`."""
    answer: dict[str, Any] = {"key": scope.figure.key, "value": value(scope, scope_of)}
    if scope.figure.kind == "ratio":
        return answer | {
            "members": [],
            "events": [],
            "parts": [trace(part, scope_of, log, told=told) for part in ratio_parts(scope, scope_of)],
        }
    found, places = grouped(scope), scope.figure.places
    distinct = scope.figure.kind == "distinct"
    texts = {**scope.known.aliases.rowless} | texts_of(scope.connection, scope.tables, found)
    members = [
        {
            "member": texts.get(who, str(who)),
            "label": texts.get(who, str(who)),
            "amount": "1" if distinct else decimal_text(sum(its.values()), places),
            "positions": sorted(its),
        }
        for who, its in found.items()
    ]
    sums: dict[int, int] = defaultdict(int)
    for its in found.values():
        for position, amount in its.items():
            sums[position] += amount
    return answer | {
        "members": members,
        "events": described(log, scope, {p: decimal_text(a, places) for p, a in sums.items() if a}, told=told),
    }


def described(log: Log, scope: Scope, amounts: Mapping[int, str], *, told: bool) -> list[dict[str, Any]]:
    """The events at some positions, each with its amount; which they are without what they say, unless `told`."""
    if not told:
        found = log.headings(sorted(amounts))
        return [
            {"position": at, "topic": topic, "stream": stream, "version": version, "amount": amounts[at]}
            for at, topic, stream, version in found
        ]
    return [event_row(event, scope) | {"amount": amounts[event.envelope.position]} for event in log.at(sorted(amounts))]


def event_row(event: Event, scope: Any) -> dict[str, Any]:
    """One event as every answer shows it."""
    zh, en = sentence(event, scope.reference)
    envelope = event.envelope
    return {
        "position": envelope.position,
        "topic": event.topic,
        "stream": event.originator_id,
        "version": event.originator_version,
        "facility": envelope.facility,
        "occurred_on": event.day.isoformat(),
        "recorded_at": envelope.recorded_at.isoformat() if envelope.recorded_at else None,
        "actor": envelope.actor,
        "node": envelope.node,
        "sentence_zh": zh,
        "sentence_en": en,
    }


def why(before: Scope, after: Scope, scope_of: Callable[[Scope], ScopeOf], log: Log) -> dict[str, Any]:
    """The entries that moved a figure between two positions, as `why --format json` prints it."""
    answer: dict[str, Any] = {
        "key": after.figure.key,
        "from_position": before.position,
        "to_position": after.position,
        "before": value(before, scope_of(before)),
        "after": value(after, scope_of(after)),
    }
    if after.figure.kind == "ratio":
        parts = zip(ratio_parts(before, scope_of(before)), ratio_parts(after, scope_of(after)), strict=True)
        return answer | {"changes": [], "parts": [why(b, a, scope_of, log) for b, a in parts]}
    effects = _member_effects(before, after) if after.figure.kind == "distinct" else _sum_effects(before, after)
    return answer | {"changes": list(_changes(log, after, effects))}


def _sum_effects(before: Scope, after: Scope) -> dict[int, int]:
    """position -> effect, from new rows and from facilities that came into the question or left it."""
    rows, old, new = after.tables.rows.c, before.places, after.places
    effects: dict[int, int] = defaultdict(int)
    position = rows.position + 0 if after.few else rows.position  # keeps the index by position out, or lets it in
    recent = (
        select(position, func.sum(rows.amount))
        .where(after.condition(after.days()), position > before.position)
        .group_by(position)
    )
    if not after.placed:  # every row counts, wherever its facility is
        old = new = {}
    came = {code for code in new if code not in old}
    for at, amount in after.connection.execute(recent):
        effects[at] += int(amount)
    for code in came | {code for code in old if code not in new}:
        side = before if code in old else after
        held = int(
            side.connection.scalar(
                select(func.sum(rows.amount)).where(
                    rows.facility == code, _anywhere(side, before.position).condition(side.days())
                )
            )
            or 0
        )
        if held:
            effects[_moved_at(after, code, before.position)] += held if code in came else -held
    return effects


def _anywhere(scope: Scope, position: int) -> Scope:
    """The same question without regard to where a facility is; only the rows' own dimensions count."""
    where = {name: value for name, value in scope.ask.where.items() if name not in FACILITY_DIMENSIONS}
    return Scope(
        scope.connection,
        scope.tables,
        scope.reference,
        scope.figure,
        replace(scope.ask, facility=None, region=None, where=where),
        position,
        scope.known,
    )


def _moved_at(after: Scope, facility: int, since: int) -> int:
    """The position at which it last changed where a facility lies or what it is."""
    sheet = after.tables.sheets[PLACES].c
    last = [
        after.connection.scalar(
            select(func.max(column)).where(sheet.code == facility, column > since, column <= after.position)
        )
        for column in (sheet.from_position, sheet.to_position)
    ]
    return max((int(position) for position in last if position), default=after.position)


def _member_effects(before: Scope, after: Scope) -> dict[int, int]:
    """position -> effect: members that came or went, where their facility moved or else at the last row of each."""
    rows, effects = after.tables.rows.c, defaultdict(int)
    old, new = counted(before), counted(after)
    column = rows.facility if after.figure.member in PLACED else rows.member
    others = {who for who in {**before.counts_as, **after.counts_as} if after.member(who) in old ^ new}
    theirs = (rows.figure == after.code, among(after.connection, column, old ^ new | others))
    moved = {
        facility: _moved_at(after, facility, before.position)
        for facility in before.places.keys() ^ after.places.keys()
        if facility > 0
    }
    at = {who: since for who, (_, since) in after.counts_as.items() if since > before.position}
    for who, facility in after.connection.execute(select(column, rows.facility).where(*theirs).distinct()):
        if facility in moved:
            at[after.member(who)] = max(at.get(after.member(who), 0), moved[facility])
    recent = select(column, func.max(rows.position)).where(
        *theirs, rows.position > before.position, rows.position <= after.position
    )
    for who, last in after.connection.execute(recent.group_by(column)):
        at.setdefault(after.member(who), int(last))
    gone, came = _renamed(before, after, old - new, new - old, at)
    for who in gone:
        effects[at.get(who, after.position)] -= 1
    for who in came:
        effects[at.get(who, after.position)] += 1
    return effects


def _renamed(
    before: Scope, after: Scope, gone: set[int], came: set[int], at: Mapping[int, int]
) -> tuple[set[int], set[int]]:
    """Who really went and came, without those who are counted on by another name: of several that became one, the first."""
    for who in sorted(gone, key=lambda who: at.get(who, 0)):
        if after.member(who) in came:
            gone, came = gone - {who}, came - {after.member(who)}
    for who in sorted(came):
        if before.member(who) in gone:
            gone, came = gone - {before.member(who)}, came - {who}
    return gone, came


def _changes(log: Log, scope: Scope, effects: Mapping[int, int]) -> Iterable[dict[str, Any]]:
    """One change for each command: a correction's withdrawal and re-entry belong together."""
    by_command: dict[str, list[Event]] = {}
    for event in log.at(sorted(effects)):
        by_command.setdefault(event.envelope.command_id, []).append(event)
    for events in by_command.values():
        effect = sum(effects[e.envelope.position] for e in events)
        if effect:
            last = events[-1]
            zh, en = sentence(last, scope.reference)
            yield {
                "position": last.envelope.position,
                "topic": last.topic,
                "effect": decimal_text(effect, scope.figure.places),
                "reason": next((e.envelope.reason for e in events if e.envelope.reason), None),
                "sentence_zh": zh,
                "sentence_en": en,
            }
