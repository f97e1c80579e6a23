"""The projection of entities: every entry becomes rows of figures and versions of boards, or their difference."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from itertools import groupby

from sqlalchemy import Connection

from domain.log import Log
from domain.model import Event
from projections.buffer import Buffer, Codes
from projections.folding import Change, Entity, aggregate_of, difference, history, in_order, step
from projections.levels import Watch
from projections.tables import Tables, cell

ENTITIES_KEPT = 50_000
"""How many entities are kept folded; others are folded again from the log when needed."""


class Histories:
    """Rows, boards and breaches."""

    name = "histories"

    def __init__(self, tables: Tables, log: Log) -> None:
        self.tables, self.log = tables, log
        self.codes = Codes(tables)
        self.entities: OrderedDict[str, Entity] = OrderedDict()
        self.levels = Watch(tables)

    def forget(self) -> None:
        """Drop what is remembered, after a batch that was not committed."""
        self.codes.forget()
        self.entities.clear()
        self.levels.forget()

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write what a batch of events, in log order, changes."""
        buffer = Buffer(self.tables, self.codes)
        for _, entry in groupby(events, key=lambda e: e.envelope.command_id):
            by_stream: dict[str, list[Event]] = {}
            recorded = 0
            for event in entry:
                recorded = buffer.sums.recorded(event.envelope.recorded_at, event.envelope.position)
                by_stream.setdefault(event.originator_id, []).append(event)
            for stream, its in by_stream.items():
                for position, change in self._changes(stream, its):
                    self._note(connection, buffer, stream, position, change, recorded)
        buffer.write(connection)

    def _changes(self, stream: str, events: list[Event]) -> Iterator[tuple[int, Change]]:
        """What the events of one entry in one stream change, each with the position at which it does."""
        entity = self._entity(stream, events[0])
        if all(in_order(entity, e) for e in events) and _sorted(events):
            for event in events:
                change = Change()
                step(entity, event, change)
                yield event.envelope.position, change
            return
        first, last = events[0].envelope.position, events[-1].envelope.position
        earlier = self.log.stream(stream, until=first - 1)
        aggregate = aggregate_of([*earlier, *events])
        assert aggregate is not None, stream
        _, before = history(aggregate, earlier)
        self.entities[stream], after = history(aggregate, [*earlier, *events])
        yield last, difference(before, after, {e.originator_version: e.envelope.position for e in events}, first)

    def _entity(self, stream: str, event: Event) -> Entity:
        entity = self.entities.get(stream)
        if entity is None:
            if event.originator_version == 1:
                entity = Entity(event.aggregate)
            else:
                earlier = self.log.stream(stream, until=event.envelope.position - 1)
                entity, _ = history(aggregate_of(earlier) or event.aggregate, earlier)
            self.entities[stream] = entity
            if len(self.entities) > ENTITIES_KEPT:
                self.entities.popitem(last=False)
        else:
            self.entities.move_to_end(stream)
        return entity

    def _note(
        self, connection: Connection, buffer: Buffer, stream: str, position: int, change: Change, recorded: int
    ) -> None:
        """Take one change into the batch: rows, board versions, the entity's findings and those that levels make."""
        entity = self.entities[stream]
        for row, at in change.rows:
            buffer.row(row, at, recorded)
            self.levels.take(connection, row)
        self._note_versions(buffer, entity, stream, position, change)
        for rule, _, since, *_ in change.lifted:
            buffer.close("breaches", stream, rule, since, position)
        for rule, severity, since, until, facility, region in change.raised:
            about = {"facility": facility, "place": region, "rule": cell(rule), "severity": cell(severity)}
            buffer.version("breaches", stream, rule, position, since, until, about)
        self._note_levels(buffer, position)

    @staticmethod
    def _note_versions(buffer: Buffer, entity: Entity, stream: str, position: int, change: Change) -> None:
        sheet, columns = entity.aggregate.sheet or "", entity.aggregate.columns
        for version in change.closed:
            buffer.close(sheet, stream, "", version.valid_from, position)
        for version in change.opened:
            own = dict(zip(columns, version.values, strict=True))
            place = {"facility": own.get("facility") or entity.state.facility, "place": own.get("region")}
            cells = {key: cell(value) for key, value in own.items()} | place
            buffer.version(sheet, stream, "", position, version.valid_from, version.valid_to, cells)

    def _note_levels(self, buffer: Buffer, position: int) -> None:
        for facility, lifted, raised in self.levels.differences():
            for rule, since, _ in lifted:
                buffer.close("breaches", facility, rule, since, position)
            for rule, since, until in raised:
                about = {"facility": facility, "place": None, "rule": cell(rule), "severity": cell("breach")}
                buffer.version("breaches", facility, rule, position, since, until, about)


def _sorted(events: Sequence[Event]) -> bool:
    moments = [e.at for e in events]
    return moments == sorted(moments)
