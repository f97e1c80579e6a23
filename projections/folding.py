"""An entity's rows, board versions and findings as a pure function of its entries in force, in business order.

An entry that comes in order only adds; a late, withdrawn or corrected one folds the entity again, and the
difference between the two histories is what is written (`docs/decisions/0003-difference-of-two-folds.md`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from domain.entries import advance, in_force
from domain.model import Aggregate, EntryWithdrawn, Event, Row

FOREVER = "9999"
"""The business moment at which nothing has ended yet."""

PLACES = "places"
"""The board nobody sees: where facilities lay and what they were, kept apart from all that changes more often."""

Finding = tuple[str, str, str, str, str | None, str | None]
"""(rule, severity, valid_from, valid_to, facility, region); from and to in business moments."""

Cells = tuple[tuple[Any, ...], list[str | None]]
"""A version's values, and the texts of those that a board shows."""


class Version(NamedTuple):
    """One row of a board between two business moments."""

    board: str
    valid_from: str
    valid_to: str
    values: tuple[Any, ...]

    def __hash__(self) -> int:
        """By its moments: values may hold quantities, which do not hash."""
        return hash(self[:3])


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
    shown: dict[str, Version] = field(default_factory=dict)
    """board -> the version that stands there."""
    holding: dict[str, tuple[str, str]] = field(default_factory=dict)
    """rule -> (severity, since) of the findings that hold."""
    cells: dict[str, Cells] = field(default_factory=dict)
    """board -> the values written last and their texts."""


@dataclass(slots=True)
class Change:
    """What one event, or one correction, changes: rows to add, versions and findings to close and to open."""

    rows: list[tuple[Row, int]] = field(default_factory=list)
    closed: list[Version] = field(default_factory=list)
    opened: list[Version] = field(default_factory=list)
    lifted: list[Finding] = field(default_factory=list)
    raised: list[Finding] = field(default_factory=list)


@cache
def boards_of(aggregate: type[Aggregate]) -> dict[str, tuple[str, ...]]:
    """board -> its columns, for every board that an aggregate stands on."""
    shown = {aggregate.sheet: tuple(aggregate.columns)} if aggregate.sheet else {}
    return shown | ({PLACES: aggregate.placed} if aggregate.placed else {})


@cache
def _readers(aggregate: type[Aggregate]) -> tuple[tuple[str, Callable[[Any], tuple[Any, ...]]], ...]:
    """(board, what reads its columns off a state)."""
    return tuple((board, attrgetter(*columns)) for board, columns in boards_of(aggregate).items())


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
    _new_versions(entity, change)
    _new_findings(entity, change)


def _new_versions(entity: Entity, change: Change) -> None:
    state = entity.state
    for board, columns in _readers(entity.aggregate):
        now, old = columns(state), entity.shown.get(board)
        if old is not None:
            if old.values == now:
                continue
            change.closed.append(old)
            if old.valid_from < entity.moment:
                change.opened.append(Version(board, old.valid_from, entity.moment, old.values))
        entity.shown[board] = version = Version(board, entity.moment, FOREVER, now)
        change.opened.append(version)


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
    versions: dict[tuple[str, str], Version] = {}
    findings: dict[tuple[str, str], Finding] = {}
    for event in in_force(events):
        change = Change()
        step(entity, event, change, found.rows)
        for version in change.closed:
            versions.pop((version.board, version.valid_from), None)
        versions.update(((v.board, v.valid_from), v) for v in change.opened)
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


def corrects(event: Event) -> bool:
    """Whether an event takes others back or takes their place, so that history has to be folded anew."""
    return isinstance(event, EntryWithdrawn) or event.envelope.corrects is not None
