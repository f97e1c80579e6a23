"""转发 — publishes what was recorded, in the order of the log, to whoever stands above this node.

How far it came stands in the log's own database and moves only behind the broker's acknowledgement: after any stop it goes
on from there, and at most the messages of `WINDOW` batches are sent twice, which every reader tells by their position.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.broker import Cluster, Offsets, Publisher, Reader, Wire
from adapters.codec import micros
from adapters.event_store import EventLog
from adapters.heads import Heads
from adapters.messages import HEAD, WANTED, Said, Unreadable, of_place, of_row, of_said, read
from adapters.reaching import BrokerAway
from domain.aggregates import AGGREGATES
from domain.log import Clock
from domain.model import EntryWithdrawn

BATCH, WINDOW = 500, 3
"""Events read at once, and batches on their way at a time: what memory holds at most."""
LOCAL = frozenset(event.topic for aggregate in AGGREGATES if aggregate.local for event in aggregate.events)
"""Events that stay on their node."""
LOOK_S = 0.5
"""How long a look for new entries waits."""
AGAIN_S = 5.0
"""How often at most the log is sent again because somebody asks."""
IDENTIFY_S = 10.0
"""How often the cluster is asked whether it is still the one that has what was sent."""
HEADS = 100


@dataclass(frozen=True)
class Mark:
    """How far a topic came: the last position that the broker has, which cluster that was, and the last offsets there."""

    topic: str
    cluster: str = ""
    position: int = 0
    offsets: Offsets = field(default_factory=dict)

    def forward(self, position: int, offsets: Offsets) -> Mark:
        """Behind one more batch."""
        return replace(self, position=position, offsets={**self.offsets, **offsets})

    def lost(self, offsets: Offsets) -> bool:
        """Whether offsets that the broker gave just now are not behind those that it gave before: it has forgotten some."""
        return any(offset <= self.offsets.get(partition, -1) for partition, offset in offsets.items())


class Relay:
    """One pass after the other: publish what is new, then wait for more."""

    def __init__(
        self,
        log: EventLog,
        heads: Heads,
        clock: Clock,
        wire: Wire,
        *,
        letters: Callable[[str, str, int], Iterable[tuple[str, bytes]]] = lambda topic, stream, version: (),
        superiors: Container[str] = (),
        told: Callable[[str, str], None] = lambda zh, en: None,
        monotonic: Callable[[], float],
    ) -> None:
        """`letters` are those that an event leads to, by topic, stream and version (`adapters.letters.Dispatch.of`).

        Only `superiors` are sent events again when they ask. `told` is given what an operator should know; `monotonic` counts seconds.
        """
        self._letters, self._superiors, self._stranger = letters, superiors, ""
        self.log, self.heads, self.clock, self.wire, self.told = log, heads, clock, wire, told
        self._monotonic = monotonic
        self._publisher: Publisher | None = None
        self._cluster: Cluster | None = None
        self._requests: Reader | None = None
        self._identified = self._sent_again = float("-inf")
        self._cluster_id = ""

    def __call__(self, stopping: threading.Event) -> None:
        """Publish what is new, then wait for more. Raises BrokerAway, and begins anew at the next call."""
        try:
            self._identify()
            self._listen()
            events = self._publish_events(stopping)
            heads = self._publish_heads()
        except BrokerAway:
            self.close()
            raise
        if not events and not heads and not stopping.is_set():
            self.log.wait(self.mark(self.wire.events).position, LOOK_S)

    def close(self) -> None:
        """Let go of the broker."""
        some = self._publisher, self._cluster, self._requests
        self._publisher, self._cluster, self._requests = None, None, None
        self._identified = float("-inf")
        for one in some:
            if one is not None:
                one.close()

    # -- where it stands -------------------------------------------------------------------------------

    def mark(self, topic: str) -> Mark:
        """How far a topic came."""
        with self.log.reading() as recorder:
            rows = recorder.marks(topic) if recorder else []
        return Mark(topic, rows[0][0], rows[0][1], _offsets(rows[0][2])) if rows else Mark(topic)

    def lag(self) -> int:
        """How many events wait to be published."""
        return self.log.head().position - self.mark(self.wire.events).position

    def _keep(self, mark: Mark) -> None:
        offsets = json.dumps({str(partition): offset for partition, offset in mark.offsets.items()})
        with self.log.reading() as recorder:
            recorder.set_mark(mark.topic, self._cluster_id, mark.position, offsets, micros(self.clock.now()))

    # -- the cluster -----------------------------------------------------------------------------------

    def _identify(self) -> None:
        """Look, now and then, whether the cluster still has what it acknowledged; one that has not is sent the log anew."""
        now = self._monotonic()
        if now - self._identified < IDENTIFY_S:
            return
        self._cluster = self._cluster or Cluster(self.wire)
        self._cluster.make(self.wire.events, self.wire.heads, self.wire.requests, self.wire.letters)
        self._cluster_id = self._cluster.id()
        for topic in (self.wire.events, self.wire.heads, self.wire.letters):
            mark = self.mark(topic)
            ends = self._cluster.ends(topic) if mark.position else {}
            short = any(ends.get(partition, 0) <= offset for partition, offset in mark.offsets.items())
            if mark.position and (short or mark.cluster != self._cluster_id):
                self._again(mark)
        self._publisher = self._publisher or Publisher(self.wire)
        if self._requests is not None and not self._requests.reads_all(self._cluster):
            self._requests.close()
            self._requests = None
        self._identified = now

    def _again(self, mark: Mark) -> None:
        self.told(
            f"消息总线缺少已确认的消息（可能被清空），{mark.topic} 从头重发",
            f"the broker lacks messages that it had acknowledged (it may have been emptied): {mark.topic} is sent anew",
        )
        if mark.topic == self.wire.letters:  # letters follow from events: those are gone through again
            self._keep(Mark(self.wire.events))
        self._keep(Mark(mark.topic))  # last: whoever is killed in between finds it as it was, and begins again

    # -- who asks for events again ---------------------------------------------------------------------

    def _listen(self) -> None:
        """Go back to where a superior misses something, not more often than every `AGAIN_S`."""
        topic = self.wire.requests
        mark = self.mark(topic)
        if self._requests is None:
            offsets = (
                {part: offset + 1 for part, offset in mark.offsets.items()} if mark.cluster == self._cluster_id else {}
            )
            self._requests = Reader(self.wire, {topic: offsets})
        polled = self._requests.poll(0)
        if not polled:
            return
        asked = [said for said in map(_asked, polled) if said and said.data.get("of") == self.log.node]
        wanted = [said.data.get("after") for said in asked if self._heeds(said)]
        events, now = self.mark(self.wire.events), self._monotonic()
        behind = [after for after in wanted if isinstance(after, int) and 0 <= after < events.position]
        if behind and now - self._sent_again >= AGAIN_S:
            self._sent_again = now
            self.told(
                f"上级请求重发第 {min(behind) + 1} 号以后的记录",
                f"a superior asks for events from {min(behind) + 1} on again",
            )
            self._keep(replace(events, position=min(behind)))
        # Behind it: whoever is killed in between hears the wish again.
        self._keep(replace(mark, offsets={**mark.offsets, **{part: offset for _, part, offset, _ in polled}}))

    def _heeds(self, said: Said) -> bool:
        """Whether whoever asks stands above this node; a stranger is told once."""
        if said.node in self._superiors:
            return True
        if said.node != self._stranger:
            self._stranger = said.node
            self.told(
                f"{said.node} 请求重发，但不是本节点的上级，未予理会",
                f"{said.node} asks for events again, but does not stand above this node: nothing is sent",
            )
        return False

    # -- publishing ------------------------------------------------------------------------------------

    def _publish_events(self, stopping: threading.Event) -> int:
        """Publish until the head as it is now, or until told to stop; how many events.

        What comes meanwhile is left for the next pass: heads are to be said and wishes heard while entries keep coming.
        """
        assert self._publisher is not None
        # Both marks now: one that another relay moves meanwhile would look as if the broker had forgotten something.
        mark, lettered = self.mark(self.wire.events), self.mark(self.wire.letters)
        way = deque[tuple[int, list[Any], list[Any]]]()
        at, sent, head = mark.position, 0, self.log.head().position
        while True:
            rows = [] if stopping.is_set() or at >= head else self._rows(at)
            if rows:
                at, sent = rows[-1][0], sent + len(rows)
                events = [self._publisher.send(self.wire.events, *self._message(row)) for row in rows]
                letters = [one for row in rows for one in self._letters(row[4], row[2], row[3])]
                way.append((at, events, [self._publisher.send(self.wire.letters, *one) for one in letters]))
            if not way:
                return sent
            if len(way) == WINDOW or not rows:
                reached, events, letters = way.popleft()
                passed_on = self._settled(lettered, reached, letters) if letters else lettered
                settled = self._settled(mark, reached, events) if passed_on else None
                if passed_on is None or settled is None:
                    return sent
                mark, lettered = settled, passed_on

    def _settled(self, mark: Mark, position: int, promises: list[Any]) -> Mark | None:
        """The mark behind a batch that the broker has; None when it has forgotten what it had, and all is sent anew."""
        assert self._publisher is not None
        offsets = self._publisher.settle(promises)
        if mark.lost(offsets):
            self._again(mark)
            return None
        moved = mark.forward(position, offsets)
        self._keep(moved)
        return moved

    def _rows(self, after: int) -> list[tuple[Any, ...]]:
        with self.log.reading() as recorder:
            return recorder.rows_to_relay(after, BATCH) if recorder else []

    def _message(self, row: tuple[Any, ...]) -> tuple[str, bytes]:
        """An event of this node that concerns others; of any other only that something stands at its position."""
        *whole, until = row
        if row[1] == self.log.node and not self._stays(row):
            return of_row(tuple(whole), until)
        return of_place(self.log.node, row[0], row[10], bytes(whole[-1]))

    def _stays(self, row: tuple[Any, ...]) -> bool:
        """Whether an event is the node's own affair: of an account, say, or the withdrawal of such an entry."""
        if row[4] != EntryWithdrawn.topic:
            return row[4] in LOCAL
        with self.log.reading() as recorder:
            return recorder.first_of(row[2])[3] in LOCAL

    def _publish_heads(self) -> int:
        """Publish signed heads that are new, each with the proof that it continues the one before; how many."""
        assert self._publisher is not None
        mark = self.mark(self.wire.heads)
        heads = self.heads.page(after=mark.position, limit=HEADS)
        # A head is said behind the events that it covers, so that whoever receives both can compare at once.
        reached = self.mark(self.wire.events).position
        heads = [head for head in heads if head.size <= reached]
        if not heads:
            return 0
        promises, before = [], mark.position
        for head in heads:
            data = {
                "size": head.size,
                "note": head.note,
                "since": before,
                "proof": [one.hex() for one in self.heads.consistency(before, head.size)],
            }
            message = of_said(self.log.node, HEAD, str(head.size), micros(head.signed_at), data)
            promises.append(self._publisher.send(self.wire.heads, *message))
            before = head.size
        self._settled(mark, before, promises)
        return len(heads)


def _asked(polled: tuple[str, int, int, bytes]) -> Said | None:
    """A wish to be sent events again; None for anything else."""
    try:
        said = read(polled[3])
    except Unreadable:
        return None
    return said if isinstance(said, Said) and said.type == WANTED else None


def _offsets(text: str) -> dict[int, int]:
    return {int(partition): offset for partition, offset in json.loads(text).items()}
