"""The projection of entities: every entry becomes rows of figures and versions of boards, or their difference."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from domain.log import Log
from domain.model import Event
from domain.time_limits import TimeLimits
from projections import following, levels, recurring
from projections.buffer import Buffer, Taker
from projections.codes import Codes
from projections.folding import (
    Cells,
    Change,
    Entity,
    Note,
    aggregate_of,
    boards_of,
    corrects,
    difference,
    history,
    step,
)
from projections.tables import Tables, cell
from projections.watching import Watches

ENTITIES_KEPT = 50_000
"""How many entities are kept folded; others are folded again from the log when needed."""


class Histories:
    """Rows, boards and breaches."""

    name = "histories"

    def __init__(self, tables: Tables, log: Log, taker: Taker, codes: Codes, limits: TimeLimits) -> None:
        self.log, self.taker, self.codes = log, taker, codes
        self.entities: OrderedDict[str, Entity] = OrderedDict()
        self.watches = Watches(
            levels.watch(tables, empty=codes.whole),
            recurring.watch(tables, limits, empty=codes.whole),
            following.watch(tables, limits, empty=codes.whole),
        )

    def forget(self) -> None:
        """Drop what is remembered, after a batch that was not committed."""
        self.codes.forget()
        self.entities.clear()
        self.watches.forget()

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write what a batch of events, in log order, changes."""
        buffer = Buffer()
        for _, entry in groupby(events, key=lambda e: e.envelope.command_id):
            by_stream: dict[str, list[Event]] = {}
            recorded = 0
            for event in entry:
                recorded = buffer.recorded(event.envelope.recorded_at, event.envelope.position)
                by_stream.setdefault(event.originator_id, []).append(event)
            for stream, its in by_stream.items():
                for position, change, entity in self._changes(stream, its):
                    self._note(connection, buffer, stream, position, change, entity, recorded)
        self.taker.batch(connection, buffer.written(connection, self.codes))

    def _changes(self, stream: str, events: list[Event]) -> Iterator[tuple[int, Change, Entity]]:
        """What the events of one entry in one stream change, each with the position at which it does."""
        if not any(corrects(e) for e in events):
            entity = self._entity(stream, events[0])
            if events[0].at >= entity.moment and (len(events) == 1 or _sorted(events)):
                for event in events:
                    change = Change()
                    step(entity, event, change)
                    yield event.envelope.position, change, entity
                return
        first, last = events[0].envelope.position, events[-1].envelope.position
        earlier = self.log.stream(stream, until=first - 1)
        aggregate = aggregate_of([*earlier, *events])
        assert aggregate is not None, stream
        _, before = history(aggregate, earlier)
        entity, after = history(aggregate, [*earlier, *events])
        self._keep(stream, entity)
        yield (
            last,
            difference(before, after, {e.originator_version: e.envelope.position for e in events}, first),
            entity,
        )

    def _entity(self, stream: str, event: Event) -> Entity:
        """An entity as it is before an event."""
        entity = self.entities.get(stream)
        if entity is not None:
            self.entities.move_to_end(stream)
        elif event.originator_version == 1:
            entity = self._keep(stream, Entity(event.aggregate))
        else:
            earlier = self.log.stream(stream, until=event.envelope.position - 1)
            entity = self._keep(stream, history(aggregate_of(earlier) or event.aggregate, earlier)[0])
        return entity

    def _keep(self, stream: str, entity: Entity) -> Entity:
        """Remember an entity, unless one entry is its whole story: what follows is a correction, which folds anew."""
        if not all(event.creates for event in entity.aggregate.events):
            self.entities[stream] = entity
            if len(self.entities) > ENTITIES_KEPT:
                self.entities.popitem(last=False)
        return entity

    def _note(
        self,
        connection: Connection,
        buffer: Buffer,
        stream: str,
        position: int,
        change: Change,
        entity: Entity,
        recorded: int,
    ) -> None:
        """Take one change into the batch: rows, board versions, the entity's notes and those made of several entities."""
        for row, at in change.rows:
            buffer.row(row, at, recorded)
            self.watches.take(connection, row)
        self._note_versions(buffer, entity, stream, position, change)
        _write_notes(buffer, stream, position, change.lifted, change.raised)
        for facility, lifted, raised in self.watches.differences():
            _write_notes(buffer, facility, position, lifted, raised)

    @staticmethod
    def _note_versions(buffer: Buffer, entity: Entity, stream: str, position: int, change: Change) -> None:
        for version in change.closed:
            buffer.close(version.board, stream, "", version.valid_from, position)
        boards = boards_of(entity.aggregate)
        for version in change.opened:
            facility, region, own = _places_and_cells(boards[version.board])
            values = version.values
            place = (
                (None if facility is None else values[facility]) or entity.state.facility,
                None if region is None else values[region],
            )
            valid = version.valid_from, version.valid_to
            cells = entity.cells[version.board] = _cells(version.values, own, entity.cells.get(version.board))
            buffer.version(version.board, stream, place, position, valid, cells[1])


def _cells(values: tuple[Any, ...], own: tuple[int, ...], last: Cells | None) -> Cells:
    """Values with their texts; what did not change since the last version is not written out again."""
    if last is None:
        return values, [cell(values[i]) for i in own]
    before, texts = last
    if values is before:
        return last
    return values, [text if values[i] is before[i] else cell(values[i]) for i, text in zip(own, texts, strict=True)]


@cache
def _places_and_cells(columns: tuple[str, ...]) -> tuple[int | None, int | None, tuple[int, ...]]:
    """Where a version's values have the facility and the region, and which of them are cells of the board."""
    found = {name: i for i, name in enumerate(columns)}
    return found.get("facility"), found.get("region"), tuple(i for name, i in found.items() if name != "facility")


def _write_notes(buffer: Buffer, stream: str, position: int, lifted: Iterable[Note], raised: Iterable[Note]) -> None:
    """A finding or a duty is a row of its board."""
    for note in lifted:
        buffer.close(note.board, note.stream or stream, note.key, note.valid_from, position)
    for note in raised:
        valid = note.valid_from, note.valid_to
        whose, cells = note.stream or stream, [cell(value) for value in note.values]
        buffer.version(note.board, whose, note.place, position, valid, cells, note.key)


def _sorted(events: Sequence[Event]) -> bool:
    moments = [e.at for e in events]
    return moments == sorted(moments)
