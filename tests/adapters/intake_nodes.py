"""Nodes for tests of the intake: counties and a province on their own logs, and topics as a broker keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from adapters.broker import Wire
from adapters.codec import micros
from adapters.event_store import EventLog, open_log
from adapters.federation import Federation, Subordinate
from adapters.heads import Heads
from adapters.intake import Intake
from adapters.known_nodes import KnownNodes
from adapters.messages import HEAD, of_said
from adapters.node_keys import NodeKeys
from adapters.notes import Verifier
from adapters.relay import Relay
from adapters.vault_store import VaultStore, open_vault
from tests.adapters.vault_stores import Hand
from tests.contracts.event_store_trial import decided, fresh, told
from tests.places import ready
from tests.services import database_url, postgres_server

__all__ = ["database_url", "postgres_server"]

WIRE = Wire(("127.0.0.1:1",), prefix="t.")
PARTS = 3
CLUSTER = "one"


class Ticks:
    """Seconds that the test counts."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        """Now."""
        return self.at


@dataclass
class Node:
    """A node of the test: its log, its keys, its heads."""

    name: str
    where: dict[str, Any]
    clock: Hand
    log: EventLog
    store: VaultStore

    @property
    def keys(self) -> NodeKeys:
        """Its keys."""
        return NodeKeys(self.store, self.name)

    @property
    def heads(self) -> Heads:
        """What signs its heads."""
        return Heads(self.log, self.keys, self.clock)

    @property
    def key(self) -> Verifier:
        """The key of its heads."""
        return Verifier.parse(self.heads.verifier_key)

    def append(self, commands: int, events: int = 1) -> None:
        """Record commands of so many events, each in a stream of its own."""
        some = []
        for _ in range(commands):
            one = decided(fresh(), command_id=None)
            more = (told(one.stream, n, one.command_id) for n in range(2, events + 1))
            some.append(replace(one, events=(*one.events, *more)))
        self.log.append(some)

    def messages(self) -> list[bytes]:
        """What its relay would publish, in the order of its log."""
        relay = Relay(self.log, self.heads, self.clock, WIRE, monotonic=Ticks())
        with self.log.reading() as recorder:
            return [relay._message(row)[1] for row in recorder.rows_to_relay(0, 100_000)]

    def head(self, since: int = 0) -> bytes:
        """The message of a head that it signs now."""
        head = self.heads.sign()
        proof = [one.hex() for one in self.heads.consistency(since, head.size)]
        data = {"size": head.size, "note": head.note, "since": since, "proof": proof}
        return of_said(self.name, HEAD, str(head.size), micros(head.signed_at), data)[1]


@dataclass
class Topics:
    """Partitions as a broker keeps them: every reader begins where it says."""

    lines: dict[tuple[str, int], list[bytes]] = field(default_factory=dict)

    def put(self, value: bytes, part: int = 0, topic: str = WIRE.events) -> None:
        """Add a message."""
        self.lines.setdefault((topic, part), []).append(value)

    def read(self, offsets: dict[str, dict[int, int]], most: int) -> Iterator[tuple[str, int, int, bytes]]:
        """Up to so many messages of each partition from an offset on."""
        for (topic, part), values in self.lines.items():
            begin = offsets.get(topic, {}).get(part, 0)
            yield from ((topic, part, begin + i, value) for i, value in enumerate(values[begin : begin + most]))


@dataclass
class Province:
    """A superior node and its intake."""

    node: Node
    federation: Federation
    ticks: Ticks
    told: list[str]

    def intake(self, wire: Wire = WIRE) -> Intake:
        """An intake as a process makes it, at the point that the log knows."""
        from adapters.witnessing import Witness

        known = KnownNodes(self.node.log)
        say = lambda zh, en: self.told.append(en)  # noqa: E731
        witness = Witness(self.node.heads, self.node.keys, self.node.clock, self.federation, known, say)
        made = Intake(self.node.log, self.node.clock, wire, self.federation, witness, told=say, monotonic=self.ticks)
        made.recall(CLUSTER)
        return made

    def take(self, topics: Topics, most: int = 100_000) -> list[tuple[str, str, bytes]]:
        """One pass of a fresh intake over what it has not read yet."""
        made = self.intake()
        return made.digest(list(topics.read(made.known.offsets(CLUSTER), most)))

    def found(self, county: Node) -> list[tuple[int, bytes]]:
        """(its own position, leaf) of what was taken in of a node."""
        with self.node.log.reading() as recorder:
            query = "SELECT origin, leaf FROM {log}origins WHERE node = ? ORDER BY origin"
            return recorder._all(query, (county.name,)) if recorder else []


def opened(name: str, folder: Path, url: str | None = None) -> Node:
    """A node in a folder, or in a database."""
    where: dict[str, Any] = {"data": None if url else folder / name, "database_url": url}
    log = open_log(**where, node=name, ready=ready("log", **where))
    return Node(name, where, Hand(), log, open_vault(**where, ready=ready("vault", **where)))


@pytest.fixture
def counties(tmp_path: Path) -> Iterator[list[Node]]:
    """Two nodes at the bottom."""
    made = [opened(name, tmp_path) for name in ("county-a", "县 乙")]
    yield made
    for one in made:
        one.log.close()
        one.store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def province(request: pytest.FixtureRequest, counties: list[Node], tmp_path: Path) -> Iterator[Province]:
    """The node above them, on either engine."""
    url = None
    if request.param == "postgres":
        url = request.getfixturevalue("database_url")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET client_min_messages = error")
            connection.execute("DROP SCHEMA IF EXISTS log CASCADE; DROP SCHEMA IF EXISTS vault CASCADE")
    node = opened("province", tmp_path, url)
    below = {county.name: Subordinate(county.name, "540402", county.key) for county in counties}
    yield Province(node, Federation(subordinates=below), Ticks(), [])
    node.log.close()
    node.store.close()


def delivered(counties: list[Node], chance: Random, copies: int = 1, window: int = 1) -> Topics:
    """What the counties published, in partitions, some of it several times and within a window in any order."""
    lines = [value for county in counties for value in county.messages() for _ in range(chance.randint(1, copies))]
    lines = [value for _, value in sorted(enumerate(lines), key=lambda one: one[0] + chance.uniform(0, window))]
    topics = Topics()
    for value in lines:
        topics.put(value, chance.randrange(PARTS))
    return topics
