"""An entity's rows, board versions and findings as a pure function of its entries in force, in business order.

An entry that comes in order only adds; a late, withdrawn or corrected one folds the entity again, and the
difference between the two histories is what is written (`docs/decisions/0003-difference-of-two-folds.md`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.model import Aggregate, EntryWithdrawn, Event, Row, advance, in_force

FOREVER = "9999"
"""The business moment at which nothing has ended yet."""

Finding = tuple[str, str, str, str, str | None, str | None]
"""(rule, severity, valid_from, valid_to, facility, region); from and to in business moments."""


@dataclass(frozen=True, slots=True)
class Version:
    """One row of a board between two business moments."""

    valid_from: str
    valid_to: str
    values: tuple[Any, ...]

    def __hash__(self) -> int:
        """By its moments: values may hold quantities, which do not hash."""
        return hash((self.valid_from, self.valid_to))


@dataclass(slots=True)
class History:
    """Everything the views keep of one entity: rows with the event that gave them, versions, findings."""

    rows: list[tuple[Row, Event]] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Entity:
    """An entity at the end of its entries: what an entry in order needs to know."""

    aggregate: type[Aggregate]
    state: Any = None
    moment: str = ""
    version: Version | None = None
    holding: dict[str, tuple[str, str]] = field(default_factory=dict)
    """rule -> (severity, since) of the findings that hold."""


@dataclass(slots=True)
class Change:
    """What one event, or one correction, changes: rows to add, versions and findings to close and to open."""

    rows: list[tuple[Row, int]] = field(default_factory=list)
    closed: list[Version] = field(default_factory=list)
    opened: list[Version] = field(default_factory=list)
    lifted: list[Finding] = field(default_factory=list)
    raised: list[Finding] = field(default_factory=list)


def values(state: Any, columns: Iterable[str]) -> tuple[Any, ...]:
    """The board's columns of a state, in order."""
    return tuple(getattr(state, key, None) for key in columns)


def step(
    entity: Entity, event: Event, change: Change | None = None, rows: list[tuple[Row, Event]] | None = None
) -> None:
    """Take one entry in business order into the entity; note what it adds."""
    for row in event.rows(entity.state):
        if change is not None:
            change.rows.append((row, event.envelope.position))
        if rows is not None:
            rows.append((row, event))
    entity.state = advance(entity.aggregate, entity.state, event)
    entity.moment = max(entity.moment, event.at)
    if entity.state is None:
        return
    change = Change() if change is None else change
    _new_version(entity, change)
    _new_findings(entity, change)


def _new_version(entity: Entity, change: Change) -> None:
    if not entity.aggregate.sheet:
        return
    now, old = values(entity.state, entity.aggregate.columns), entity.version
    if old is not None and old.values == now:
        return
    if old is not None:
        change.closed.append(old)
        if old.valid_from < entity.moment:
            change.opened.append(Version(old.valid_from, entity.moment, old.values))
    entity.version = Version(entity.moment, FOREVER, now)
    change.opened.append(entity.version)


def _new_findings(entity: Entity, change: Change) -> None:
    holds = {breach.rule: breach.severity for breach in entity.state.findings()}
    place = entity.state.facility, entity.state.region
    for rule in [r for r in entity.holding if r not in holds]:
        severity, since = entity.holding.pop(rule)
        change.lifted.append((rule, severity, since, FOREVER, *place))
        if since < entity.moment:
            change.raised.append((rule, severity, since, entity.moment, *place))
    for rule, severity in holds.items():
        if rule not in entity.holding:
            entity.holding[rule] = (severity, entity.moment)
            change.raised.append((rule, severity, entity.moment, FOREVER, *place))


def aggregate_of(events: Sequence[Event]) -> type[Aggregate] | None:
    """The aggregate whose stream this is."""
    return next((e.aggregate for e in events if not isinstance(e, EntryWithdrawn)), None)


def history(aggregate: type[Aggregate], events: Sequence[Event]) -> tuple[Entity, History]:
    """Fold all entries in force; the entity at the end, and everything the views keep of it."""
    entity, found = Entity(aggregate), History()
    versions: dict[str, Version] = {}
    findings: dict[tuple[str, str], Finding] = {}
    for event in in_force(events):
        change = Change()
        step(entity, event, change, found.rows)
        for version in change.closed:
            versions.pop(version.valid_from, None)
        versions.update((v.valid_from, v) for v in change.opened)
        for finding in change.lifted:
            findings.pop((finding[0], finding[2]), None)
        findings.update(((f[0], f[2]), f) for f in change.raised)
    found.versions, found.findings = list(versions.values()), list(findings.values())
    return entity, found


def difference(before: History, after: History, positions: dict[int, int], at: int) -> Change:
    """What turns one history into another: gone rows negated, new rows added.

    `positions` maps the versions of the events that came in to their positions; everything else that
    changed, changed at position `at`. An equal row of another event is another row: what a corrected entry
    gives stands at its own position, so a trace leads to the entry in force.
    """
    change = Change()
    gone = Counter((row, event.originator_version) for row, event in before.rows)
    for row, event in after.rows:
        if gone[row, event.originator_version] > 0:
            gone[row, event.originator_version] -= 1
        else:
            change.rows.append((row, positions.get(event.originator_version, at)))
    for (row, _), times in gone.items():
        change.rows.extend([(negated(row), at)] * times)
    old, new = set(before.versions), set(after.versions)
    change.closed, change.opened = (
        [v for v in before.versions if v not in new],
        [v for v in after.versions if v not in old],
    )
    lifted, raised = set(before.findings), set(after.findings)
    change.lifted = [f for f in before.findings if f not in raised]
    change.raised = [f for f in after.findings if f not in lifted]
    return change


def negated(row: Row) -> Row:
    """The row that takes another back; it stays the negation of an opening when it was one."""
    return Row(row.figure, row.day, -row.amount, row.member, row.facility, row.region, row.dims, row.opening)


def in_order(entity: Entity, event: Event) -> bool:
    """Whether an entry can simply be added."""
    return not isinstance(event, EntryWithdrawn) and event.envelope.corrects is None and event.at >= entity.moment
