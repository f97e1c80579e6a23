"""Nodes with a real broker between them, under faults: whatever is killed, repeated, delayed or rewritten, the superior agrees.

Each fault has a control that breaks what guards against it, so that the test is known to be able to fail. A short selection
runs with every change; the long loops with `make promises`.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random

import pytest

from adapters.known_nodes import KnownNodes
from domain.desk import Submission
from infra.bench.rounds import percentile
from infra.bootstrap import Services
from infra.kafka.broker import Cluster
from infra.together.__main__ import AS_OF, main
from infra.together.agreement import caught_up, figures, union, witnessed
from infra.together.load import FIRST, Load
from infra.together.nodes import RANKS, Node, Rank, federated, until
from tests.services import brokers, database_url, postgres_server

__all__ = ["database_url", "postgres_server"]

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(900)]
KILLS, OUTAGE_S = 100, 600.0
SLOWER_BY, OR_S = 1.1, 0.02
"""What an outage may add to the slowest hundredth of the writes: a tenth, or so many seconds."""
TWO = (Rank("bayi", "540402", "巴宜区", "Bayi", ("xizang",)), RANKS[3])


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A broker of its own: it is stopped and started."""
    with brokers() as made:
        yield made


class County:
    """A county and a province, their programs running, and the load of the county."""

    def __init__(self, nodes: dict[str, Node], held: ExitStack) -> None:
        self.nodes = nodes
        self.county: Services = held.enter_context(closing(nodes["bayi"].opened()))
        self.province: Services = held.enter_context(closing(nodes["xizang"].opened()))
        self.load = Load(self.county, "540402", 1)
        self.load.begin()
        self.victims = [(nodes["bayi"], "relay"), (nodes["xizang"], "intake"), (nodes["xizang"], "run-projections")]
        for node, program in self.victims:
            node.start(program)
        nodes["bayi"].start("run-projections")
        nodes["bayi"].start("intake")

    def agrees(self, seconds: float) -> None:
        """Everything comes, is witnessed, and every figure is the county's."""
        assert until(lambda: caught_up(self.province, [self.county]), seconds), self.said()
        assert until(lambda: witnessed(self.province, [self.county]), seconds), self.said()
        self.county.views.catch_up()
        compared = list(figures(self.county, self.province, "540402", AS_OF))
        assert [one for one in compared if not one.equal] == []
        assert sum(one.there not in (None, "0") for one in compared) > 5
        assert all(here == there for _, there, here in union([self.county], self.province, "540000", AS_OF).values())
        assert self.county.heads.verify().ok
        assert self.province.heads.verify().ok
        assert self.province.known_nodes.forks() == []
        assert self.province.log.head().position == self.county.log.head().position

    def said(self) -> str:
        """The last that the programs said."""
        return "\n".join(f"{n.rank.node} {p}: {n.said(p)[-800:]}" for n in self.nodes.values() for p in n.running)


def written(county: Services, seconds: float) -> float:
    """How long the slowest hundredth of the writes take at least, in seconds: ten a second beside the load."""
    taken, end = [], time.monotonic() + seconds
    call = {"type": "hotline", "region": "540402", "quantities": {"consultations": 1}}
    while time.monotonic() < end:
        said = Submission("activity.log", str(uuid.uuid4()), call, occurred_on=FIRST, source="scenario")
        begun = time.perf_counter()
        county.desk.submit(said)
        taken.append(time.perf_counter() - begun)
        time.sleep(0.1)
    return percentile(taken, 0.99)


@pytest.mark.postgres
def test_two_counties_a_city_and_a_province_agree_after_every_process_was_killed_once(database_url: str) -> None:
    """`make demo-federation`, short, the province on PostgreSQL and the others on files: sixteen kills under load.

    Figures, distinct people, transfers and proofs agree, and what was entered at the pages is in the log once.
    """
    assert main(["--seconds", "18", "--rate", "40", "--province-database", database_url]) == 0


@pytest.mark.promises
def test_kills_at_a_hundred_random_points_change_nothing(cluster: Cluster, tmp_path: Path) -> None:
    """kill -9 of relay, intake or runner at random moments under load: each event once, every figure the county's."""
    chance, stopping = Random(20261123), threading.Event()
    with federated(tmp_path, cluster.bootstrap, TWO) as nodes, ExitStack() as held:
        both = County(nodes, held)
        loading = threading.Thread(target=both.load.run, args=(60.0, stopping))
        loading.start()
        try:
            for _ in range(KILLS):
                time.sleep(chance.uniform(0.0, 3.0))
                node, program = chance.choice(both.victims)
                node.kill(program)
                node.start(program)
        finally:
            stopping.set()
            loading.join()
        both.agrees(180)


@pytest.mark.promises
def test_a_broker_that_is_away_for_ten_minutes_delays_and_loses_nothing(cluster: Cluster, tmp_path: Path) -> None:
    """Writes go on as fast as before (p99 within a tenth, or 20 ms); the backlog comes within a minute, and all agrees."""
    stopping = threading.Event()
    with federated(tmp_path, cluster.bootstrap, TWO) as nodes, ExitStack() as held:
        both = County(nodes, held)
        loading = threading.Thread(target=both.load.run, args=(60.0, stopping))
        loading.start()
        try:
            there = written(both.county, 60.0)
            cluster.kill(1)
            before = both.county.log.head().position
            away = written(both.county, OUTAGE_S)
            assert away <= max(there * SLOWER_BY, there + OR_S)
            assert both.county.log.head().position > before + 30 * OUTAGE_S
            assert both.province.known_nodes.states()["bayi"].size <= before
            cluster.restart(1)
        finally:
            stopping.set()
            loading.join()
        begun = time.monotonic()
        both.agrees(180)
        assert time.monotonic() - begun < 60


def test_control_a_superior_that_has_not_taken_in_all_does_not_agree(tmp_path: Path) -> None:
    """What `agrees` would say of a figure that differs: the comparison itself can fail."""
    with federated(tmp_path, ["127.0.0.1:1"], TWO) as nodes, ExitStack() as held:
        county = held.enter_context(closing(nodes["bayi"].opened()))
        province = held.enter_context(closing(nodes["xizang"].opened()))
        load = Load(county, "540402", 1)
        load.begin()
        county.views.catch_up()
        province.views.catch_up()
        assert any(not one.equal for one in figures(county, province, "540402", AS_OF))
        assert not caught_up(province, [county])
        assert KnownNodes(province.log).forks() == []
