"""接收 — takes in what the nodes below this one recorded, each in the order of its own log, exactly once.

What one transaction takes in, it takes together with how far the topics were read. A message that came before is known by
its node and position. One that came too early waits in memory for those before it, and its partition counts as read only up
to it: after any stop it comes again. Where those before it do not come, they are asked for. Two messages that say different
things at one position stop their node.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from eventsourcing.persistence import MapperDeserialisationError

from adapters.broker import Cluster, Publisher, Reader, Wire
from adapters.codec import Recordable, UnknownTopic, WrittenLater, micros
from adapters.event_store import EventLog
from adapters.event_store_batch import Taken
from adapters.federation import Federation
from adapters.incoming import Early, Incoming, ends_entry, leaf_of
from adapters.known_nodes import Disagreement, NodeState, Statement, offset_kept, origin_kept
from adapters.letters import Letterbox
from adapters.merkle import Frontier
from adapters.messages import HEAD, LETTER, WANTED, Message, Misshapen, Place, Said, Unreadable, judge, of_said, read
from adapters.witnessing import Witness
from domain.declared import named_streams
from domain.log import Clock, Conflict

LOOK_S = 0.2
"""How long a look for new messages waits."""
IDENTIFY_S = 10.0
"""How often the cluster is asked whether it is still the one that was read."""
TRY_AGAIN_S = 60.0
"""How often letters that were refused are tried again."""
ASK_S, ASK_AGAIN_S = 5.0, 60.0
"""A gap that lasts so long is asked for; and again, with an alarm, after so long."""

Read = tuple[str, int, int, bytes]
"""(topic, partition, offset, value)."""


class Intake:
    """One pass after the other: read what came, take in what follows, let wait what is early."""

    def __init__(
        self,
        log: EventLog,
        clock: Clock,
        wire: Wire,
        federation: Federation,
        witness: Witness,
        *,
        letterbox: Letterbox | None = None,
        inside: Callable[[str, str, date], bool] = lambda region, above, on: True,
        told: Callable[[str, str], None] = lambda zh, en: None,
        monotonic: Callable[[], float],
    ) -> None:
        """`letterbox` takes letters in. `inside` says whether a region lay in another on a day; `told` is given what an operator should know.

        `monotonic` counts seconds.
        """
        self.inside, self.letterbox = inside, letterbox
        self.log, self.clock, self.wire, self.federation = log, clock, wire, federation
        self.witness, self.told, self._monotonic = witness, told, monotonic
        self.known = witness.known
        self.nodes: dict[str, Incoming] = {}
        self._reached: dict[tuple[str, int], int] = {}
        self._kept: dict[tuple[str, int], int] = {}
        self._reader: Reader | None = None
        self._cluster: Cluster | None = None
        self._publisher: Publisher | None = None
        self._cluster_id, self._identified, self._tried = "", float("-inf"), float("-inf")

    def __call__(self, _stopping: threading.Event) -> None:
        """One pass. Raises BrokerAway, and begins anew at the next call."""
        try:
            before = self._open()
            assert self._reader is not None
            said = self.digest(self._reader.poll(LOOK_S))
            self._say([*before, *said, *self._asking()])
            self._try_again()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the broker; what is known is read again from the log at the next pass."""
        some = self._reader, self._cluster, self._publisher
        self._reader, self._cluster, self._publisher = None, None, None
        for one in some:
            if one is not None:
                one.close()

    def _try_again(self) -> None:
        """Letters that were refused, now and then: what stood in their way may be gone."""
        if self.letterbox is not None and self._monotonic() - self._tried >= TRY_AGAIN_S:
            self.letterbox.try_again()
            self._tried = self._monotonic()

    # -- the cluster -----------------------------------------------------------------------------------

    def _open(self) -> list[tuple[str, str, bytes]]:
        """Read from where the log says; from the beginning, when this is another cluster than the one that was read.

        What is to be published then: whoever read before may have been cut off between keeping a cosignature and saying it.
        """
        now, again = self._monotonic(), []
        if self._reader is not None and now - self._identified < IDENTIFY_S:
            return []
        self._cluster = self._cluster or Cluster(self.wire)
        self._cluster.make(self.wire.events, self.wire.heads, self.wire.requests, self.wire.letters)
        found = self._cluster.id()
        if self._reader is None or self._out_of_date(self._reader, self._cluster, found):
            if self._reader is not None:
                self._reader.close()
            # Before the states: what another one takes in meanwhile is read twice, which does no harm, and not passed over.
            kept = self.known.offsets(found)
            self.recall(found)
            again = [(self.wire.heads, *said) for node in self.nodes for said in self.witness.again(node)]
            topics = self.wire.events, self.wire.heads, self.wire.letters
            self._reader = Reader(self.wire, {topic: kept.get(topic, {}) for topic in topics})
        self._identified = now
        return again

    def _out_of_date(self, reader: Reader, cluster: Cluster, found: str) -> bool:
        """Whether there is another cluster, something that the reader does not read, or somebody to be taken in again."""
        return found != self._cluster_id or not reader.reads_all(cluster) or self._readmitted()

    def _readmitted(self) -> bool:
        """Whether people have decided that a node which was stopped is to be taken in again."""
        stopped = [node for node, one in self.nodes.items() if one.state.stopped]
        states = self.known.states() if stopped else {}
        return any(not states[node].stopped for node in stopped)

    def recall(self, cluster: str) -> None:
        """Know what the log knows of each node."""
        states = self.known.states()
        self.nodes = {node: Incoming(states.get(node, NodeState(node))) for node in self.federation.subordinates}
        self._reached, self._kept, self._cluster_id = {}, {}, cluster

    # -- one batch -------------------------------------------------------------------------------------

    def digest(self, polled: Iterable[Read]) -> list[tuple[str, str, bytes]]:
        """Take in what follows of what was read; the messages to publish then."""
        again: list[Message | Place] = []
        said: list[Said] = []
        heard: dict[tuple[str, int], int] = {}
        for topic, part, offset, value in polled:
            (heard if topic == self.wire.heads else self._reached)[topic, part] = offset + 1
            try:
                message = read(value)
            except Unreadable as error:
                self.told(f"一条消息无法读懂，已略过：{error}", f"a message cannot be read and is passed over: {error}")
                continue
            if isinstance(message, Said):
                said.append(message)
                continue
            incoming = self.nodes.get(message.node)
            if incoming is None or incoming.state.stopped:
                continue
            if not incoming.waits(Early(message, (topic, part), offset, len(value))):
                again.append(message)
        self._compare(again)
        self._take_letters(said)
        self._take()
        for incoming in self.nodes.values():
            incoming.bound()
        return self._hear(said, heard)

    def _take_letters(self, said: Iterable[Said]) -> None:
        """Before they count as read: a letter that cannot be recorded now comes again."""
        for one in said:
            if one.type == LETTER and self.letterbox is not None:
                self.letterbox.take(one)

    def _compare(self, again: Iterable[Message | Place]) -> None:
        """Messages whose position is known must say what was said before: otherwise their node is stopped, with both."""
        by_node: dict[str, list[Message | Place]] = {}
        for message in again:
            by_node.setdefault(message.node, []).append(message)
        for node, messages in by_node.items():
            waiting = {position: leaf_of(early.message) for position, early in self.nodes[node].waiting.items()}
            ours = waiting | self.known.leaves(node, [message.position for message in messages])
            for message in messages:
                kept = ours.get(message.position)
                if kept is not None and kept != leaf_of(message):
                    self._stop(node, "event", message.position, kept.hex(), leaf_of(message).hex())
                    break

    def _stop(self, node: str, kind: Disagreement, position: int, ours: str, theirs: str) -> None:
        incoming = self.nodes[node]
        incoming.state = replace(incoming.state, held_back=0)
        incoming.state, kept = self.witness.stopped(incoming.state, kind, position, ours, theirs)
        incoming.let_go()
        self.known.run(kept)

    # -- taking in -------------------------------------------------------------------------------------

    def _take(self) -> None:
        """Append what follows of every node, together with how far was read; of a node that cannot be, nothing."""
        runs = [(incoming, *self._readable(incoming)) for incoming in self.nodes.values() if not incoming.state.stopped]
        runs = [one for one in runs if one[1]]
        try:
            self._append(runs)
        except Conflict:
            if self._overtaken():
                raise
            for one in runs:
                try:
                    self._append([one])
                except Conflict as error:
                    if self._overtaken():
                        raise
                    node, first = one[0].state.node, one[1][0].position
                    self._stop(node, "stream", first, "", str(error))
            self._append([])

    def _overtaken(self) -> bool:
        """Whether another process took in meanwhile: what is known here is out of date, and nobody's fault."""
        states = self.known.states()
        return any(states.get(node, NodeState(node)).size != one.state.size for node, one in self.nodes.items())

    def _append(self, runs: list[tuple[Incoming, list[Message | Place], list[Taken]]]) -> None:
        """One transaction. Raises Conflict where an event does not continue its stream, and then took nothing."""
        now = micros(self.clock.now())
        after = [replace(_grown(one.state, run, now), held_back=len(one.waiting) - len(run)) for one, run, _ in runs]
        taken = [one for *_, some in runs for one in some]
        reached = self._read_up_to({id(m) for _, run, _ in runs for m in run})
        held = self._held_back({incoming.state.node for incoming, *_ in runs})

        def beside(positions: list[int]) -> Iterator[Statement]:
            mine = iter(positions)
            for (_, run, _), state in zip(runs, after, strict=True):
                for message in run:
                    yield _origin(message, next(mine) if isinstance(message, Message) else None)
                yield state.kept()
            yield from (one.kept() for one in held)
            yield from offset_kept(self._cluster_id, reached)

        if taken:
            self.log.take_in(taken, now, beside)
        elif runs or held or reached != self._kept:
            self.known.run(list(beside([])))
        self._kept = reached
        for one in held:
            self.nodes[one.node].state = one
        for (incoming, run, _), state in zip(runs, after, strict=True):
            incoming.took(run, state)

    def _read_up_to(self, taken: set[int]) -> dict[tuple[str, int], int]:
        """How far each partition counts as read: not beyond the first of its messages that still waits."""
        reached = dict(self._reached)
        for incoming in self.nodes.values():
            for early in incoming.waiting.values():
                if id(early.message) not in taken and early.part in reached:
                    reached[early.part] = min(reached[early.part], early.offset)
        return reached

    def _held_back(self, taken: set[str]) -> list[NodeState]:
        """The nodes that nothing is taken of now, where not so much waits any more as is known: somebody watches that."""
        some = [one for one in self.nodes.values() if one.state.node not in taken and not one.state.stopped]
        return [
            replace(one.state, held_back=len(one.waiting)) for one in some if one.state.held_back != len(one.waiting)
        ]

    def _readable(self, incoming: Incoming) -> tuple[list[Message | Place], list[Taken]]:
        """What follows and can be read; an entry that only a newer release knows waits, with all that is behind it."""
        run: list[Message | Place] = []
        taken: list[Taken] = []
        whole = 0, 0
        for message in incoming.ready():
            try:
                taken += [self._taken(message)] if isinstance(message, Message) else []
            except (UnknownTopic, WrittenLater) as error:
                if incoming.told != str(error):
                    incoming.told = str(error)
                    self.told(f"{message.node}：{error}", f"{message.node}: {error}")
                break
            except (Misshapen, MapperDeserialisationError) as error:
                self._stop(message.node, "shape", message.position, "", str(error))
                return [], []
            self._see_region(incoming, message)
            run.append(message)
            whole = (len(run), len(taken)) if ends_entry(message) else whole
        return run[: whole[0]], taken[: whole[1]]

    def _see_region(self, incoming: Incoming, message: Message | Place) -> None:
        """What a node records of a region that is not its own is taken in, and told once: it moves the figures of others."""
        region = message.region if isinstance(message, Message) else None
        if region is None or region in incoming.regions:
            return
        incoming.regions.add(region)
        below = self.federation.subordinates[message.node].region
        if not self.inside(region, below, date.fromisoformat(message.occurredon)):  # type: ignore[union-attr]
            self.told(
                f"{message.node} 第 {message.position} 号记录属于区域 {region}，不在其辖区 {below} 内，请核对",
                f"event {message.position} of {message.node} is of region {region}, outside its own, {below}: ask there",
            )

    def _taken(self, message: Message) -> Taken:
        """An event as the log takes it. Raises Misshapen, and what the mapper raises."""
        judge(message)
        c = message.columns
        row = (
            0,
            message.subject,
            message.version,
            message.type,
            message.payload,
            None,
            *c[:3],
            None,
            *c[3:],
            message.node,
        )
        event = self.log.readable(row)
        stored = Recordable(
            message.subject, message.version, message.type, bytes(message.data), None, c, message.attested
        )
        return Taken(message.node, stored, tuple(sorted(set(named_streams(event)) - {message.subject})))

    # -- heads and cosignatures ------------------------------------------------------------------------

    def _hear(self, said: list[Said], heard: Mapping[tuple[str, int], int]) -> list[tuple[str, str, bytes]]:
        """Signed heads of the nodes, against what was taken in; cosignatures of our own; with them how far was `heard`.

        Raises Conflict, and then kept nothing, where another process leads by now: it hears them again.
        """
        kept = self.witness.believed(said)
        for one in said:
            incoming = self.nodes.get(one.node)
            if one.type == HEAD and incoming is not None and not incoming.state.stopped:
                incoming.state, more = self.witness.hear(incoming.state, one)
                kept += more
        out = []
        for incoming in self.nodes.values():
            incoming.state, more, messages = self.witness.compare(incoming.state)
            kept += more
            out += [(self.wire.heads, *message) for message in messages]
        if kept or heard:
            if self._overtaken():
                raise Conflict("another process has taken in meanwhile: what is known here is out of date")
            self.known.run([*kept, *offset_kept(self._cluster_id, heard)])
            self._reached |= heard
            self._kept |= heard
        return out

    # -- asking again ----------------------------------------------------------------------------------

    def _asking(self) -> list[tuple[str, str, bytes]]:
        """Wishes for what is missing: before messages that wait, or below a head that the node signed."""
        now, wanted = self._monotonic(), []
        for incoming in self.nodes.values():
            state = incoming.state
            following = state.size + 1
            missing = following not in incoming.waiting and (incoming.waiting or state.missing)
            gap = following if missing and not state.stopped else 0
            if gap != incoming.gap:
                incoming.gap, incoming.gap_since, incoming.asked_at = gap, now, None
            if not gap:
                continue
            if now - incoming.gap_since < ASK_S or (incoming.asked_at and now - incoming.asked_at < ASK_AGAIN_S):
                continue
            if incoming.asked_at:
                self.told(
                    f"{state.node} 缺第 {state.size + 1} 号记录，后面 {len(incoming.waiting)} 条在等它；再次请求重发",
                    f"event {state.size + 1} of {state.node} is missing, {len(incoming.waiting)} wait for it; asked again",
                )
            incoming.asked_at = now
            data = {"of": state.node, "after": state.size}
            message = of_said(self.log.node, WANTED, f"{state.node}/{state.size}", micros(self.clock.now()), data)
            wanted.append((self.wire.requests, *message))
        return wanted

    def _say(self, messages: list[tuple[str, str, bytes]]) -> None:
        if messages:
            self._publisher = self._publisher or Publisher(self.wire)
            self._publisher.settle([self._publisher.send(*message) for message in messages])


def _grown(state: NodeState, run: list[Message | Place], now: int) -> NodeState:
    """The state behind what was taken in."""
    frontier = Frontier(state.size, state.frontier)
    for message in run:
        frontier.append(leaf_of(message))
    return replace(state, size=frontier.size, frontier=frontier.peaks(), seen_at=now)


def _origin(message: Message | Place, position: int | None) -> Statement:
    """Where an event was at its node, and what of it is sealed there."""
    digest = bytes.fromhex(message.sealeddigest) if isinstance(message, Message) and message.sealeddigest else None
    recorded_at: Any = message.recorded_at if isinstance(message, Message) else 0
    return origin_kept(message.node, message.position, position, recorded_at, digest, leaf_of(message))
