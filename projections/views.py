"""The views: everything that can be asked, each answer in the shape that the command line and the API print."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import OperationalError

from domain.figures import Figure
from domain.log import Log, LogUnavailable
from domain.model import Refused, Wording
from domain.reference import Reference
from projections import boards, judgements, replays, traces
from projections.ask import Ask
from projections.histories import Histories
from projections.judgements import Fault, Judgement
from projections.ordering import Order, place_of
from projections.places import Places
from projections.rebuilding import rebuild, renew
from projections.runner import Progress, Runner
from projections.scope import Scope, ScopeOf
from projections.store import Busy, Outdated, live_generation, live_of, prepare
from projections.tables import Tables, tables
from projections.turns import Turn
from projections.values import breakdown, value, values
from projections.ways import Ways

BUSY_PAUSE_S = 0.2
REMEMBERED_MAX = 20_000
"""How many answers are remembered between two entries."""
Found = TypeVar("Found")


@dataclass(frozen=True)
class Reading:
    """One moment of one generation: `reached` by every projection, `farthest` by any."""

    connection: Connection
    live: Tables
    places: Places
    reached: int
    farthest: int


class Views:
    """Answers questions from the live generation."""

    def __init__(self, engine: Engine, log: Log, reference: Reference) -> None:
        self.engine, self.log, self.reference = engine, log, reference
        self.runner = Runner(engine, log, reference.limits)
        self.turn = Turn(engine, "runner")
        self.prepared = False
        self.places: tuple[tuple[int, int], Places] | None = None
        self.remembered: tuple[tuple[int, ...], dict[tuple[Any, ...], Any]] = (), {}
        self._moment: ContextVar[Reading] = ContextVar("moment")
        # Several statements make one answer: all of them see the same moment of the views.
        self.reader = (
            engine.execution_options(isolation_level="REPEATABLE READ")
            if engine.dialect.name == "postgresql"
            else engine
        )

    def catch_up(self, position: int | None = None, progress: Progress | None = None) -> int:
        """Bring the views to the head, or to a receipt's position; the position reached.

        To the head: views that another build made are built anew first. To a position: whoever waits for a receipt does
        not wait for that. Raises Outdated, or LogUnavailable while the tables are locked.
        """
        if position is not None:
            prepare(self.engine)
        while not self.prepared:
            try:
                prepare(self.engine)
                self.prepared = True
            except Outdated:
                with suppress(Busy):  # another process was faster: what it makes is looked at again
                    renew(self.engine, self.log, self.reference.limits, progress)
                    continue
                time.sleep(BUSY_PAUSE_S)
        return self._advance(position, progress)

    def leads(self) -> bool:
        """Whether this process is the one that keeps the views up to the log; it becomes it where there is none.

        Several may run beside each other: one leads, the others stand by and take over when it ends, however it ends.
        """
        return self.turn.take()

    def resign(self) -> None:
        """Let another process lead."""
        self.turn.give()

    def _advance(self, position: int | None, progress: Progress | None) -> int:
        generation = live_generation(self.engine)
        try:
            return self.runner.run_to_head(progress, position)
        except OperationalError as error:
            if (
                live_generation(self.engine) != generation
            ):  # the tables were dropped behind a swap: go on in the new ones
                return self._advance(position, progress)
            raise LogUnavailable(
                f"统计视图暂时无法更新（{type(error.orig).__name__}），稍后会自动继续；账本不受影响。",
                f"the views cannot be brought up to date now ({type(error.orig).__name__}); this goes on by itself, the"
                " log is not touched.",
            ) from error

    def rebuild(self, progress: Progress | None = None) -> tuple[int, int]:
        """Build everything anew beside the live views and swap; (events, generation)."""
        return rebuild(self.engine, self.log, self.reference.limits, progress)

    def position(self) -> int:
        """How far the views have come."""
        with self._reading() as reading:
            return reading.reached

    def positions(self) -> dict[str, int]:
        """How far each projection has come. Raises Outdated, or LogUnavailable."""
        prepare(self.engine)
        with self.reader.connect() as connection:
            progress = tables(live_of(connection)).progress
            return dict(connection.execute(select(progress.c.projection, progress.c.position)).all())  # type: ignore[arg-type]

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Answer everything that is asked inside from one moment of the views, so that the numbers of a page agree."""
        with self._reading() as reading:
            before = self._moment.set(reading)
            try:
                yield
            finally:
                self._moment.reset(before)

    @contextmanager
    def _reading(self) -> Iterator[Reading]:
        """One moment of the live generation, for all statements of one answer."""
        if (held := self._moment.get(None)) is not None:
            yield held
            return
        if not self.prepared:
            prepare(self.engine)
            self.prepared = True
        with self.reader.connect() as connection:
            live = tables(live_of(connection))
            came = dict(connection.execute(select(live.progress.c.projection, live.progress.c.position)).all())
            stand = live.generation, came[Histories.name]
            held = self.places
            if held is None or held[0] != stand:  # read again when the views have moved
                held = self.places = stand, Places(connection, live, held and held[1])
            yield Reading(connection, live, held[1], min(came.values()), max(came.values()))

    def known_at(self, ask: Ask, reached: int) -> int:
        """The position that a question is about. Raises Refused for one that does not exist yet."""
        if ask.known_at is None:
            return reached
        if isinstance(ask.known_at, datetime):
            return self._position_at(ask.known_at, reached)
        if not 0 <= ask.known_at <= max(reached, 0):
            raise Refused(
                "field.invalid",
                Wording(
                    f"账本只到位置 {reached}",
                    f"the log ends at position {reached}",
                    "给一个已有的位置",
                    "give a position that exists",
                ),
                "known_at",
            )
        return ask.known_at

    def _position_at(self, moment: datetime, reached: int) -> int:
        """The last position recorded at or before a moment; recording time never runs backwards."""
        low, high = 0, reached
        while low < high:
            middle = (low + high + 1) // 2
            recorded = self.log.at([middle])[0].envelope.recorded_at
            low, high = (middle, high) if recorded is not None and recorded <= moment else (low, middle - 1)
        return low

    def _scope_of(self, reading: Reading, position: int) -> ScopeOf:
        # Roll-ups hold everything that any projection has taken in, so only the farthest position is their head.
        at_head = position >= reading.farthest
        return lambda figure, ask: Scope(
            reading.connection, reading.live, self.reference, figure, ask, position, reading.places, at_head=at_head
        )

    def declared(self, key: str) -> Figure:
        """A figure by key. Raises Refused that names similar ones."""
        figure = self.reference.figures.get(key)
        if figure is None:
            near = [k for k in self.reference.figures if key.split(".", maxsplit=1)[0] == k.split(".")[0]][:8] or list(
                self.reference.figures
            )[:8]
            raise Refused(
                "reference.unknown",
                Wording(
                    f"没有指标 {key}；相近的有：{'、'.join(near)}",
                    f"there is no figure {key}; similar: {', '.join(near)}",
                    "用 shouwang catalogue 查看全部指标",
                    "see `shouwang catalogue`",
                ),
                "key",
            )
        return figure

    def figure(self, key: str, ask: Ask) -> dict[str, Any]:
        """One value, as `figure --format json` prints it."""
        return self.figures([key], ask)[0]

    def figures(self, keys: Sequence[str], ask: Ask) -> list[dict[str, Any]]:
        """Several values as of one position."""

        def answers(asked: Sequence[tuple[Figure, Ask]], reading: Reading) -> list[dict[str, Any]]:
            return [self._answer(figure, one, self.known_at(one, reading.reached), reading) for figure, one in asked]

        found = self._remembering("answer", [(self.declared(key), ask) for key in keys], answers)
        return [{**answer} for answer in found]

    def values(self, key: str, asks: Sequence[Ask]) -> list[str | None]:
        """The values of one figure for several questions, as of one position: a course over months, a year before."""

        def answers(asked: Sequence[tuple[Figure, Ask]], reading: Reading) -> list[str | None]:
            positions = {ask.known_at: self.known_at(ask, reading.reached) for _, ask in asked}

            def scope_of(figure: Figure, ask: Ask) -> Scope:
                return self._scope_of(reading, positions[ask.known_at])(figure, ask)

            return values([scope_of(*one) for one in asked], scope_of)

        figure = self.declared(key)
        return self._remembering("value", [(figure, ask) for ask in asks], answers)

    def counted(self, asked: Sequence[tuple[str, Ask, date | None]]) -> list[int | None]:
        """How many rows each (board, question, day of its rows or None) has, as of one position; None for more than are counted.

        The numbers are those of the boards in their order, which a page of rows tells too.
        """

        def answers(asked: Sequence[tuple[tuple[str, date | None], Ask]], reading: Reading) -> list[int | None]:
            return [self._number(name, on, ask, reading) for (name, on), ask in asked]

        return self._remembering("rows", [((board, on), ask) for board, ask, on in asked], answers)

    def _remembering(
        self,
        kind: str,
        asked: Sequence[tuple[Any, Ask]],
        answers: Callable[[Sequence[tuple[Any, Ask]], Reading], Sequence[Found]],
    ) -> list[Found]:
        """Answers of a kind as of one position: what was answered there stays so, and is remembered until the views move on."""
        with self._reading() as reading:
            stand = reading.live.generation, reading.reached, reading.farthest
            held = self.remembered
            if held[0] != stand:
                held = self.remembered = stand, {}
            remembered = held[1]
            keys = [(kind, getattr(about, "key", about), repr(ask)) for about, ask in asked]
            new = {key: one for key, one in zip(keys, asked, strict=True) if key not in remembered}
            found = dict(zip(new, answers(list(new.values()), reading), strict=True)) if new else {}
            answered = [found[key] if key in found else remembered[key] for key in keys]
            if len(remembered) < REMEMBERED_MAX:
                remembered.update(found)
            return answered

    def _number(self, name: str, on: date | None, ask: Ask, reading: Reading) -> int | None:
        position = self.known_at(ask, reading.reached)
        board = self._board(name, ask, position, reading)
        return board.number(self._scope_of(reading, position), Order(first=on, last=on))

    def _board(self, name: str, ask: Ask, position: int, reading: Reading) -> boards.Board:
        return boards.Board(reading.connection, reading.live, self.reference, name, ask, position, reading.places)

    def _answer(self, figure: Figure, ask: Ask, position: int, reading: Reading) -> dict[str, Any]:
        scope_of = self._scope_of(reading, position)
        scope = scope_of(figure, ask)
        first, last = ask.period() if figure.kind in ("flow", "distinct") else (None, ask.as_of)
        return {
            "key": figure.key,
            "name_zh": figure.zh,
            "name_en": figure.en,
            "unit": figure.unit,
            "value": value(scope, scope_of),
            "region": ask.region,
            "facility": ask.facility,
            "from": first and first.isoformat(),
            "to": last.isoformat(),
            "as_of": ask.as_of.isoformat(),
            "known_at": position,
            "position": position,
            "by": breakdown(scope, scope_of) if ask.by else {},
        }

    def trace(self, key: str, ask: Ask, *, told: bool = True) -> dict[str, Any]:
        """The members and events behind a value; without what the events say unless `told`."""
        figure = self.declared(key)
        with self._reading() as reading:
            scope_of = self._scope_of(reading, self.known_at(ask, reading.reached))
            return traces.trace(scope_of(figure, ask), scope_of, self.log, told=told)

    def why(self, key: str, ask: Ask, first: int, second: int) -> dict[str, Any]:
        """What moved a value between two positions."""
        figure = self.declared(key)
        with self._reading() as reading:
            before, after = (
                self._scope_of(reading, self.known_at(replace(ask, known_at=p), reading.reached))(figure, ask)
                for p in sorted((first, second))
            )
            return traces.why(before, after, lambda s: self._scope_of(reading, s.position), self.log)

    def sheet(
        self,
        name: str,
        ask: Ask,
        limit: int = 500,
        after: str | None = None,
        sealed: bool = False,
        order: Order | None = None,
    ) -> dict[str, Any]:
        """A board: by first entry, page by page behind a stream; in an order, behind a place and as of its position."""
        if order is not None and after and ask.known_at is None:
            ask = replace(ask, known_at=place_of(after).position)
        with self._reading() as reading:
            position = self.known_at(ask, reading.reached)
            board = self._board(name, ask, position, reading)
            scope_of = self._scope_of(reading, position)
            if order is not None:
                return board.sorted_page(scope_of, order, limit, after, sealed)
            return board.page(scope_of, limit, after, sealed)

    def judged(self, ask: Ask) -> list[Judgement]:
        """How the items of checklists were judged in the period, each by one inspection."""
        with self._reading() as reading:
            scope_of = self._scope_of(reading, self.known_at(ask, reading.reached))
            return judgements.judged(scope_of(self.declared(judgements.ITEMS), ask))

    def faults(self, ask: Ask) -> list[Fault]:
        """The hazards of the period that stand for items of checklists."""
        with self._reading() as reading:
            scope_of = self._scope_of(reading, self.known_at(ask, reading.reached))
            return judgements.faults(scope_of(judgements.failing(self.declared(judgements.ITEMS)), ask))

    def timeline(self, stream: str, ask: Ask, limit: int = 1_000, after: int = 0) -> list[dict[str, Any]]:
        """The history of a facility, person, stay or case in business order, up to the as-of day.

        The newest `limit` entries before the newest `after` ones. Raises Refused for an unknown stream.
        """
        return [{k: v for k, v in line.items() if k != "at"} for line in self._history(stream, ask, limit, after)]

    def _history(self, stream: str, ask: Ask, limit: int = 1_000, after: int = 0) -> list[dict[str, Any]]:
        """A timeline with the business moment of each entry."""
        with self._reading() as reading:
            table, codes = reading.live.timeline.c, reading.live.codes.c
            position = self.known_at(ask, reading.reached)
            found = reading.connection.execute(
                select(table.position, table.at, table.withdrawn_by)
                .join(reading.live.codes, codes.id == table.subject)
                .where(codes.text == stream, table.position <= position, table.at <= ask.moment)
                .order_by(table.at.desc(), table.position.desc())
                .limit(limit)
                .offset(after)
            ).all()
        if not found and not self.log.stream(stream):
            raise Refused(
                "reference.unknown",
                Wording("没有这条时间线", "there is no such stream", "核对编号", "check the id"),
                "stream",
            )
        events = {e.envelope.position: e for e in self.log.at([row.position for row in found])}
        return [self._line(events[row.position], row, position) for row in reversed(found)]

    def replay(self, stream: str, ask: Ask) -> dict[str, Any]:
        """The state around an incident, or of a facility, at the moment that is asked for; see `projections/replay.py`.

        Raises Refused for a stream that is neither.
        """
        with self._reading() as reading:
            position = self.known_at(ask, reading.reached)

            def sheet(name: str, facility: str, narrow: replays.Narrow) -> list[dict[str, Any]]:
                asked = replace(ask, facility=facility, region=None)
                board = boards.Board(
                    reading.connection, reading.live, self.reference, name, asked, position, reading.places
                )
                return board.rows(replays.ROWS_MAX, narrow)

            return replays.state(replays.subject(self.log, stream, position), ask, position, sheet) | {
                "events_until_now": self._history(stream, replace(ask, known_at=position), limit=replays.EVENTS_MAX)
            }

    def way(self, stream: str, ask: Ask) -> dict[str, Any]:
        """The way of money of a fund, a batch or a person; see `projections/ways.py`. Raises Refused for anything else."""
        with self._reading() as reading:
            return Ways(self.log, ask.moment, self.known_at(ask, reading.reached)).way(stream)

    def boundaries(self, stream: str, ask: Ask) -> list[dict[str, Any]]:
        """The moments at which something changed around an incident, or in a facility up to the as-of day."""
        subject = replays.subject(self.log, stream, self.log.head().position)
        first, last = replays.interval(subject)
        asked = ask if last is None else replace(ask, as_of=min(ask.as_of, last))
        lines = {line["position"]: line for one in (stream, subject.facility) for line in self._history(one, asked)}
        return [
            line
            for line in sorted(lines.values(), key=lambda line: (line["at"], line["position"]))
            if first is None or line["at"] >= first
        ]

    def _line(self, event: Any, row: Any, position: int) -> dict[str, Any]:
        shown = traces.event_row(event, self)
        moment = event.envelope.occurred_at
        return {key: said for key, said in shown.items() if key not in ("facility", "occurred_on")} | {
            "occurred_at": moment.isoformat() if moment else shown["occurred_on"],
            "at": event.at,
            "withdrawn_by": row.withdrawn_by if row.withdrawn_by and row.withdrawn_by <= position else None,
        }
