"""An entity's rows, board versions, findings and duties as a pure function of its entries in force, in business order.

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

BREACHES, DUTIES, ALIASES = "breaches", "duties", "aliases"
KEYED = {BREACHES: "rule", DUTIES: "key", ALIASES: "member"}
"""The boards that show several rows of one entity, and the column that tells them apart."""


class Note(NamedTuple):
    """A finding or a duty of an entity between two business moments, a row of a keyed board."""

    board: str
    key: str
    valid_from: str
    valid_to: str
    place: tuple[str | None, str | None]
    """Facility and region."""
    values: tuple[str | None, ...]
    """In the order of the board's own columns."""
    stream: str | None = None
    """Whose it is, where that is another than the entity, or facility, that gave it."""


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
    """Everything the views keep of one entity: rows with the event that gave them, versions, findings and duties."""

    rows: list[tuple[Row, Event]] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass(slots=True)
class Entity:
    """An entity at the end of its entries: what an entry in order needs to know."""

    aggregate: type[Aggregate]
    state: Any = None
    moment: str = ""
    shown: dict[str, Version] = field(default_factory=dict)
    """board -> the version that stands there."""
    holding: dict[tuple[str, str], Note] = field(default_factory=dict)
    """(board, key) -> the finding or duty that stands."""
    cells: dict[str, Cells] = field(default_factory=dict)
    """board -> the values written last and their texts."""


@dataclass(slots=True)
class Change:
    """What one event, or one correction, changes: rows to add, versions and notes to close and to open."""

    rows: list[tuple[Row, int]] = field(default_factory=list)
    closed: list[Version] = field(default_factory=list)
    opened: list[Version] = field(default_factory=list)
    lifted: list[Note] = field(default_factory=list)
    raised: list[Note] = field(default_factory=list)


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
    if _notes_anything(entity.aggregate):
        _new_notes(entity, change)


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


@cache
def _notes_anything(aggregate: type[Aggregate]) -> bool:
    """Whether an aggregate ever says more than the nothing that all of them begin with."""
    return any(
        getattr(aggregate, which) is not getattr(Aggregate, which) for which in ("findings", "duties", "aliases")
    )


def _noted(state: Any) -> dict[tuple[str, str], tuple[str | None, ...]]:
    """(board, key) -> values of the findings, duties and aliases that hold in a state."""
    found: dict[tuple[str, str], tuple[str | None, ...]] = {
        (BREACHES, breach.rule): (breach.rule, breach.severity) for breach in state.findings()
    }
    for duty in state.duties():
        key = f"{duty.rule}/{duty.key}" if duty.key else duty.rule
        found[DUTIES, key] = (key, duty.rule, duty.due_at, duty.met_at)
    for member, counts_as in state.aliases():
        found[ALIASES, member] = (member, counts_as)
    return found


def _new_notes(entity: Entity, change: Change) -> None:
    holds, standing = _noted(entity.state), entity.holding
    if not (holds or standing):
        return
    for which in [which for which, note in standing.items() if holds.get(which) != note.values]:
        note = standing.pop(which)
        change.lifted.append(note)
        if note.valid_from < entity.moment:
            change.raised.append(note._replace(valid_to=entity.moment))
    place = entity.state.facility, entity.state.region
    for which, values in holds.items():
        if which not in standing:
            standing[which] = note = Note(*which, entity.moment, FOREVER, place, values)
            change.raised.append(note)


def aggregate_of(events: Sequence[Event]) -> type[Aggregate] | None:
    """The aggregate whose stream this is."""
    return next((e.aggregate for e in events if not isinstance(e, EntryWithdrawn)), None)


def history(aggregate: type[Aggregate], events: Sequence[Event]) -> tuple[Entity, History]:
    """Fold all entries in force; the entity at the end, and everything the views keep of it."""
    entity, found = Entity(aggregate), History()
    versions: dict[tuple[str, str], Version] = {}
    notes: dict[tuple[str, ...], Note] = {}
    for event in in_force(events):
        change = Change()
        step(entity, event, change, found.rows)
        for version in change.closed:
            versions.pop((version.board, version.valid_from), None)
        versions.update(((v.board, v.valid_from), v) for v in change.opened)
        for note in change.lifted:
            notes.pop(note[:3], None)
        notes.update((note[:3], note) for note in change.raised)
    found.versions, found.notes = list(versions.values()), list(notes.values())
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
    lifted, raised = set(before.notes), set(after.notes)
    change.lifted = [note for note in before.notes if note not in raised]
    change.raised = [note for note in after.notes if note not in lifted]
    return change


def negated(row: Row) -> Row:
    """The row that takes another back; it stays the negation of an opening when it was one."""
    return Row(row.figure, row.day, -row.amount, row.member, row.facility, row.region, row.dims, row.opening)


def corrects(event: Event) -> bool:
    """Whether an event takes others back or takes their place, so that history has to be folded anew."""
    return isinstance(event, EntryWithdrawn) or event.envelope.corrects is not None
