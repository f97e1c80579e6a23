"""The relay on a real broker: everything that was recorded is published, in order, whatever stops in between."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from kafka import KafkaAdminClient

from adapters import relay as relaying
from adapters.broker import Publisher, Reader, Wire
from adapters.event_store import EventLog, open_log
from adapters.heads import Heads
from adapters.merkle import consistent
from adapters.messages import HEAD, LETTER, WANTED, Message, Said, of_said, read
from adapters.node_keys import NodeKeys
from adapters.notes import Checkpoint, Note, Verifier
from adapters.reaching import BrokerAway
from adapters.relay import BATCH, WINDOW, Mark, Relay
from adapters.vault_store import open_vault
from domain.log import LogUnavailable
from infra.kafka.broker import Cluster
from tests.adapters.vault_stores import Hand
from tests.contracts.event_store_trial import decided, fresh, told
from tests.infra.shell import ROOT
from tests.places import ready
from tests.services import broker_goes_away, kafka_cluster

__all__ = ["broker_goes_away", "kafka_cluster"]

pytestmark = pytest.mark.kafka
READ_S = 30.0
KILLS = 6


@dataclass
class Sending:
    """A log and what publishes it to topics of its own."""

    data: Path
    wire: Wire
    log: EventLog
    heads: Heads
    said: list[str]

    def relay(self, superiors: Collection[str] = ()) -> Relay:
        """A relay as a process makes it."""
        return Relay(
            self.log,
            self.heads,
            Hand(),
            self.wire,
            superiors=superiors,
            told=lambda _, en: self.said.append(en),
            monotonic=time.monotonic,
        )

    def append(self, commands: int, events: int = 1) -> None:
        """Record commands of so many events, each in a stream of its own."""
        some = []
        for _ in range(commands):
            one = decided(fresh())
            more = (told(one.stream, n, one.command_id) for n in range(2, events + 1))
            some.append(replace(one, events=(*one.events, *more)))
        self.log.append(some)


@pytest.fixture
def sending(kafka_cluster: Cluster, tmp_path: Path) -> Iterator[Sending]:
    """A node with an empty log."""
    yield from _sending(tmp_path, Wire(tuple(kafka_cluster.bootstrap), prefix=f"t{uuid.uuid4().hex[:8]}."))


def _sending(data: Path, wire: Wire) -> Iterator[Sending]:
    log = open_log(data=data, database_url=None, node="county", ready=ready("log", data))
    store = open_vault(data=data, ready=ready("vault", data))
    yield Sending(data, wire, log, Heads(log, NodeKeys(store, "county"), Hand()), [])
    log.close()
    store.close()


def once(relay: Relay) -> None:
    """One pass, then let go."""
    with closing(relay):
        relay(threading.Event())


def arrived(wire: Wire, topic: str, expected: int) -> list[Any]:
    """All messages of a topic as they lie, partition by partition, once there are so many different ones."""
    found: list[tuple[int, int, Any]] = []
    with closing(Reader(wire, {topic: {}})) as reader:
        until = time.monotonic() + READ_S
        idle = 0
        while time.monotonic() < until and (idle < 3 or len({m.id for *_, m in found}) < expected):
            polled = reader.poll(0.2)
            idle = 0 if polled else idle + 1
            found += [(partition, offset, read(value)) for _, partition, offset, value in polled]
    return [message for _, _, message in sorted(found, key=lambda one: one[:2])]


def first_time(messages: list[Message]) -> list[Message]:
    """Without those that were there before: what a reader that knows positions takes."""
    seen: set[int] = set()
    return [m for m in messages if not (m.position in seen or seen.add(m.position))]


def in_order(messages: list[Message]) -> bool:
    """Whether the versions of each stream rise by one, when every message is taken the first time it comes."""
    streams: dict[str, list[int]] = {}
    for message in first_time(messages):
        streams.setdefault(message.subject, []).append(message.version)
    return all(versions == list(range(1, len(versions) + 1)) for versions in streams.values())


def test_everything_is_published_once_and_in_order(sending: Sending) -> None:
    """Each position once, versions of a stream in order, each message with the leaf of its event; a second pass sends nothing."""
    sending.append(300, events=3)
    for _ in range(2):
        once(sending.relay())
    messages = arrived(sending.wire, sending.wire.events, 900)

    assert sorted(m.position for m in messages) == list(range(1, 901))
    assert in_order(messages)
    assert {m.position: m.leaf for m in messages} == dict(sending.log.leaves(0, 1000))
    assert sending.relay().lag() == 0


def test_it_goes_on_where_it_stopped(sending: Sending) -> None:
    """What came since is sent, and nothing else."""
    sending.append(20)
    once(sending.relay())
    sending.append(30)
    assert sending.relay().lag() == 30
    once(sending.relay())

    assert sorted(m.position for m in arrived(sending.wire, sending.wire.events, 50)) == list(range(1, 51))


def test_signed_heads_are_published_behind_what_they_cover(sending: Sending) -> None:
    """Each with a proof that it continues the one before; a head beyond what was published waits."""
    for _ in range(3):
        sending.append(5)
        sending.heads.sign()
    relay = sending.relay()
    relay._identify()
    assert relay._publish_heads() == 0, "no event is published yet"
    once(relay)
    heads = arrived(sending.wire, sending.wire.heads, 3)

    key, before = Verifier.parse(sending.heads.verifier_key), (0, b"")
    assert [(type(h), h.type, h.data["size"]) for h in heads] == [(Said, HEAD, size) for size in (5, 10, 15)]
    for head in heads:
        note = Note.parse(head.data["note"])
        checkpoint = Checkpoint.parse(note.body)
        assert key.verify(note.body, note.lines[0])
        proof = [bytes.fromhex(one) for one in head.data["proof"]]
        assert before[0] == head.data["since"]
        assert not before[0] or consistent(before[0], checkpoint.size, before[1], checkpoint.root, proof)
        before = checkpoint.size, checkpoint.root


def killed(sending: Sending, order: dict[str, Any], seconds: float) -> None:
    """A relay as a process of its own, killed after a while."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    worker = [sys.executable, "-W", "ignore", "-m", "tests.adapters.relay_worker", json.dumps(order)]
    process = subprocess.Popen(worker, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()  # it publishes
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    process.stdout.close()


def test_a_killed_relay_loses_nothing(sending: Sending) -> None:
    """Killed at random moments it goes on: every position is there, streams are in order.

    Of each kill at most the batches on their way are there twice.
    """
    chance, kills = Random(20261123), 0
    order = {"data": str(sending.data), "servers": sending.wire.servers, "prefix": sending.wire.prefix}
    for _ in range(KILLS):
        sending.append(400, events=3)
        killed(sending, order, chance.uniform(0, 0.15))
        kills += 1
    once(sending.relay())
    total = KILLS * 1200
    messages = arrived(sending.wire, sending.wire.events, total)

    assert {m.position for m in messages} == set(range(1, total + 1))
    assert in_order(messages)
    assert len(messages) - total <= kills * BATCH * WINDOW


def test_control_a_mark_before_the_acknowledgement_loses(sending: Sending) -> None:
    """The same kills on a relay that marks what it has only handed over: some positions never arrive."""
    order = {"data": str(sending.data), "servers": sending.wire.servers, "prefix": sending.wire.prefix, "early": True}
    total = 0
    for _ in range(KILLS):
        sending.append(400, events=3)
        total += 1200
        killed(sending, order, 0)
        once(sending.relay())
        if len({m.position for m in arrived(sending.wire, sending.wire.events, 0)}) < total:
            return
    pytest.fail("nothing was lost")


@pytest.mark.usefixtures("broker_goes_away")
def test_a_broker_that_is_away_keeps_nothing_from_being_recorded(
    kafka_cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The relay says so and tries again; entries are recorded all the while, and sent when the broker is back."""
    monkeypatch.setattr("adapters.broker.ANSWER_MS", 1_500)
    monkeypatch.setattr("adapters.broker.DELIVERED_MS", 2_000)
    for sending in _sending(tmp_path, Wire(tuple(kafka_cluster.bootstrap), prefix=f"t{uuid.uuid4().hex[:8]}.")):
        relay = sending.relay()
        sending.append(10)
        relay(threading.Event())
        kafka_cluster.kill(1)
        sending.append(10)
        with pytest.raises(BrokerAway, match="the log goes on"):
            relay(threading.Event())
        sending.append(10)
        kafka_cluster.restart(1)
        once(relay)
        assert {m.position for m in arrived(sending.wire, sending.wire.events, 30)} == set(range(1, 31))
        assert sending.said == []


def test_a_broker_that_was_emptied_is_sent_the_log_anew(kafka_cluster: Cluster, tmp_path: Path) -> None:
    """Whether it is noticed by the name of the cluster, or by offsets behind those acknowledged before."""
    for sending in _sending(tmp_path, Wire(tuple(kafka_cluster.bootstrap), prefix=f"t{uuid.uuid4().hex[:8]}.")):
        sending.append(50)
        sending.heads.sign()
        once(sending.relay())
        kafka_cluster.wipe()
        kafka_cluster.start()
        sending.append(5)
        once(sending.relay())
        assert {m.position for m in arrived(sending.wire, sending.wire.events, 55)} == set(range(1, 56))
        assert [h.data["size"] for h in arrived(sending.wire, sending.wire.heads, 1)] == [50]
        assert len(sending.said) == 2
        assert "may have been emptied" in sending.said[0]


def test_offsets_that_do_not_go_on_mean_that_the_broker_has_forgotten(sending: Sending) -> None:
    """A cluster that kept its name and lost the topic: the next batch is given offsets that were given before."""
    sending.append(50)
    relay = sending.relay()
    relay(threading.Event())
    mark = relay.mark(sending.wire.events)
    relay._keep(replace(mark, offsets={partition: offset + 1000 for partition, offset in mark.offsets.items()}))
    sending.append(5)
    relay(threading.Event())
    assert "sent anew" in sending.said[0]
    relay(threading.Event())
    relay.close()
    messages = arrived(sending.wire, sending.wire.events, 55)
    assert (len(messages), {m.position for m in messages}) == (110, set(range(1, 56)))


def test_letters_that_the_broker_has_forgotten_are_passed_on_again(sending: Sending) -> None:
    """Their topic alone was emptied: it is noticed, and the log that they follow from is gone through once more."""
    sending.append(3)
    relay = sending.relay()
    relay._letters = lambda _, stream, version: [of_said("county", LETTER, f"{stream}/{version}", 0, {})]
    relay(threading.Event())
    mark = relay.mark(sending.wire.letters)
    assert mark.position == 3
    relay._keep(replace(mark, offsets={partition: offset + 1000 for partition, offset in mark.offsets.items()}))
    relay._identified = float("-inf")
    relay(threading.Event())
    relay.close()
    assert sending.wire.letters in sending.said[0]
    assert len(arrived(sending.wire, sending.wire.letters, 3)) == 6
    assert relay.mark(sending.wire.letters).position == 3


def test_offsets_of_another_relay_are_no_lost_messages(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is overtaken with letters on their way: the other's are behind them, and the broker has forgotten nothing."""
    monkeypatch.setattr(relaying, "BATCH", 2)
    sending.append(6)
    overtaken, leading = sending.relay(), sending.relay()
    for relay in (overtaken, leading):
        relay._letters = lambda _, stream, version: [of_said("county", LETTER, f"{stream}/{version}", 0, {})]
    rows, reads = overtaken._rows, itertools.count()

    def slow(after: int) -> list[tuple[Any, ...]]:
        if next(reads) == 2:  # two batches are on their way, none is acknowledged
            arrived(sending.wire, sending.wire.letters, 4)
            leading(threading.Event())
        return rows(after)

    monkeypatch.setattr(overtaken, "_rows", slow)
    overtaken(threading.Event())
    for relay in (overtaken, leading):
        relay.close()

    assert sending.said == []
    assert len(arrived(sending.wire, sending.wire.letters, 6)) == 12


def test_memory_holds_a_few_batches(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    """However far behind it is, no more than the batches of the window are on their way at a time."""
    monkeypatch.setattr(relaying, "BATCH", 10)
    way, most = itertools.count(), [0]
    on_the_way = 0
    send, settle = Publisher.send, Publisher.settle

    def counted_send(self: Publisher, *said: Any) -> Any:
        nonlocal on_the_way
        on_the_way, most[0] = on_the_way + 1, max(most[0], on_the_way + 1)
        next(way)
        return send(self, *said)

    def counted_settle(promises: Any) -> Any:
        nonlocal on_the_way
        on_the_way -= len(promises)
        return settle(promises)

    monkeypatch.setattr(Publisher, "send", counted_send)
    monkeypatch.setattr(Publisher, "settle", staticmethod(counted_settle))
    sending.append(300)
    once(sending.relay())
    assert (next(way), most[0]) == (300, 10 * WINDOW)


def wished(sending: Sending, *by: str) -> None:
    """Somebody asks for all events of the county again."""
    with closing(Publisher(sending.wire)) as publisher:
        said = (of_said(one, WANTED, "county/0", 0, {"of": "county", "after": 0}) for one in by)
        publisher.settle([publisher.send(sending.wire.requests, *one) for one in said])


def passes_until(relay: Relay, done: Callable[[], bool]) -> None:
    """Passes of a relay until something is so."""
    until = time.monotonic() + READ_S
    while not done() and time.monotonic() < until:
        relay(threading.Event())


def test_only_who_stands_above_is_sent_events_again(sending: Sending) -> None:
    """A stranger's wish is told and changes nothing; the same wish of a superior is followed."""
    sending.append(7)
    relay = sending.relay(superiors={"province"})
    relay(threading.Event())
    wished(sending, "stranger")
    passes_until(relay, lambda: bool(sending.said))
    assert "stranger asks for events again, but does not stand above" in sending.said[0]
    assert len(arrived(sending.wire, sending.wire.events, 7)) == 7

    wished(sending, "province")
    passes_until(relay, lambda: len(sending.said) > 1)
    relay(threading.Event())
    relay.close()
    assert "a superior asks for events from 1 on again" in sending.said[1]
    assert len(arrived(sending.wire, sending.wire.events, 7)) == 14


def test_wishes_in_partitions_that_are_added_later_are_heard(sending: Sending) -> None:
    """Operators add partitions to the topic of wishes: those of twelve nodes lie in several of them, and all are read."""
    sending.append(1)
    relay = sending.relay()
    relay(threading.Event())
    with closing(KafkaAdminClient(bootstrap_servers=list(sending.wire.servers))) as admin:
        admin.create_partitions({sending.wire.requests: 4})
    wished(sending, *(f"node-{number}" for number in range(12)))
    relay._identified = float("-inf")

    def heard() -> Mapping[int, int]:
        return relay.mark(sending.wire.requests).offsets

    passes_until(relay, lambda: sum(offset + 1 for offset in heard().values()) == 12)
    relay.close()
    assert sum(offset + 1 for offset in heard().values()) == 12
    assert len(heard()) > 1


def test_whoever_is_cut_off_while_letters_are_to_be_passed_on_again_begins_again(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two marks go back, one behind the other: cut off in between, the letters' still says what the broker had acknowledged."""
    sending.append(3)
    relay, letters = sending.relay(), sending.wire.letters
    for topic in (letters, sending.wire.events):
        relay._keep(Mark(topic, "", 3, {0: 2}))
    keep, kept = relay._keep, []

    def cut_off(mark: Mark) -> None:
        if kept:
            raise LogUnavailable("不可用", "away")
        kept.append(mark.topic)
        keep(mark)

    monkeypatch.setattr(relay, "_keep", cut_off)
    with pytest.raises(LogUnavailable):
        relay._again(relay.mark(letters))

    assert kept == [sending.wire.events]
    assert sending.relay().mark(letters).offsets == {0: 2}
    assert sending.relay().mark(sending.wire.events).position == 0
