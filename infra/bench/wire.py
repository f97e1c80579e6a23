"""How fast entries go from node to node.

The relay beside a bare producer, the intake beside a bare consumer, and how soon a county's entry stands in the province's figure.
"""

from __future__ import annotations

import tempfile
import threading
import time
import uuid
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path

from kafka.record import default_records
from kafka.record._crc32c import crc as crc32c_py

from adapters.broker import Publisher, Reader, Wire
from adapters.event_store_batch import COLUMNS
from adapters.messages import of_row
from adapters.relay import Relay
from domain.desk import Submission
from infra.bench.rounds import Line, compared, percentile, timed
from infra.bench.sizes import Sizes
from infra.bootstrap import Services
from infra.kafka.broker import Cluster
from infra.settings import Settings
from infra.together.load import Load
from infra.together.nodes import CITY, RANKS, Node, federated, until
from projections.ask import Ask

LEAST = 0.6
LATENCY_MS_MAX = 1_000.0
COUNTY_RATE = 100.0
"""Events a second in each of two counties."""
ENGINE = "SQLite, Kafka"
Floors = tuple[list[float], list[float]]
"""The rates of the bare client, as it comes and with its extra."""
RELAY = "relay: read the log, make CloudEvents, publish, mark"
INTAKE = "intake: read, check, append, keep leaf and offsets; a second process keeps the views up to it"
DAY = date(2024, 6, 1)
LOOK_S, COUNTING_LOOK_S = 0.01, 0.05
"""How often it is asked whether an entry has come; where thousands are counted seldom, since asking takes time from what is asked."""


def wire(sizes: Sizes) -> Iterator[Line]:
    """The rows of this part."""
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="shouwang-wire-")))
        cluster = held.enter_context(Cluster(folder / "kafka"))
        yield from _throughput(folder / "one", cluster, sizes.rounds, sizes.wire)
        yield _latency(folder / "two", cluster, sizes.seconds)
        yield from _outage(folder / "three", cluster, sizes.outage)


# -- how much a second -----------------------------------------------------------------------------------


def _throughput(folder: Path, cluster: Cluster, rounds: int, events: int) -> Iterator[Line]:
    ranks = (replace(RANKS[0], above=("xizang",)), RANKS[3])
    with federated(folder, cluster.bootstrap, ranks) as nodes, closing(nodes["bayi"].opened()) as county:
        load = Load(county, "540402", 1)
        load.begin()
        while county.log.head().position < events:
            load.group()
        total = county.log.head().position
        ready = _ready(county)
        relayed: list[float] = []
        taken: list[float] = []
        produced: Floors = ([], [])
        consumed: Floors = ([], [])
        for _ in range(rounds):
            ours = _fresh(cluster)
            relayed.append(timed(lambda w=ours: _relay(county, w, total)))
            for floors, client in zip(zip(produced, consumed, strict=True), (_as_it_comes, nullcontext), strict=True):
                with client():
                    floors[0].append(timed(lambda: _produce(_fresh(cluster), ready)))
                    floors[1].append(timed(lambda w=ours: _consume(w, total)))
            taken.append(_taken(folder / uuid.uuid4().hex, nodes, ours, total))
    for number, what, bare, rates, floors in (
        ("6a", RELAY, "bare kafka-python producer, the same messages, acks and settings", relayed, produced),
        ("6b", INTAKE, "bare kafka-python consumer of the same messages", taken, consumed),
    ):
        plain, fast = floors
        yield compared(number, what, ENGINE, bare, (rates, plain), unit="events/s", least=LEAST)
        beside = f"{bare}, with its extra crc32c, as we have it"
        yield compared(f"{number}\N{PRIME}", what, ENGINE, beside, (rates, fast), unit="events/s", least=None)


@contextmanager
def _as_it_comes() -> Iterator[None]:
    """The client as it installs by itself: its checksums in Python. With its extra, which we install, they are in C."""
    ours, default_records.calc_crc32c = default_records.calc_crc32c, crc32c_py
    try:
        yield
    finally:
        default_records.calc_crc32c = ours


def _fresh(cluster: Cluster) -> Wire:
    return Wire(tuple(cluster.bootstrap), prefix=f"b{uuid.uuid4().hex[:8]}.", partitions=3)


def _ready(services: Services) -> list[tuple[str, bytes]]:
    with services.log.reading() as recorder:
        return [of_row(tuple(row[: len(COLUMNS)]), row[0]) for row in recorder.rows_to_relay(0, 10**9)]


def _relay(county: Services, way: Wire, total: int) -> int:
    with closing(Relay(county.log, county.heads, county.clock, way, monotonic=time.monotonic)) as relay:
        while relay.lag():
            relay(threading.Event())
    return total


def _produce(way: Wire, ready: Sequence[tuple[str, bytes]]) -> int:
    from adapters.broker import Cluster as Topics

    with closing(Topics(way)) as topics:
        topics.make(way.events)
    with closing(Publisher(way)) as publisher:
        publisher.settle([publisher.send(way.events, key, value) for key, value in ready])
    return len(ready)


def _consume(way: Wire, total: int) -> int:
    read = 0
    with closing(Reader(way, {way.events: {}})) as reader:
        while read < total:
            read += len(reader.poll(0.5))
    return read


def _taken(folder: Path, nodes: dict[str, Node], way: Wire, total: int) -> float:
    """Events a second until the views of a new superior hold them all."""
    template = nodes["xizang"]
    folder.mkdir()
    (folder / "federation.toml").write_text((template.folder / "federation.toml").read_text(), encoding="utf-8")
    above = _On(template.rank, folder, list(way.servers), prefix=way.prefix)
    try:
        with closing(above.opened()) as services:
            services.views.catch_up()
            above.start("run-projections")
            time.sleep(3)  # until it leads: what a program takes to start is not what is measured here
            above.start("intake")
            until(lambda: services.log.head().position > 0, 60, LOOK_S)
            begun, already = time.perf_counter(), services.log.head().position
            until(lambda: services.known_nodes.states()["bayi"].size == total, 600, COUNTING_LOOK_S)
            until(lambda: services.views.position() == services.log.head().position, 600, COUNTING_LOOK_S)
            return (services.log.head().position - already) / (time.perf_counter() - begun)
    finally:
        above.stop()


class _On(Node):
    """A node whose topics have a prefix of their own."""

    def __init__(self, rank: object, folder: Path, broker: list[str], prefix: str) -> None:
        super().__init__(rank, folder, broker)  # type: ignore[arg-type]
        self.prefix = prefix

    @property
    def settings(self) -> Settings:
        """What its programs are told."""
        return replace(super().settings, kafka_prefix=self.prefix)


# -- how soon --------------------------------------------------------------------------------------------


def _latency(folder: Path, cluster: Cluster, seconds: float) -> Line:
    ranks = tuple(replace(rank, above=rank.above[-1:]) for rank in RANKS if rank.node != CITY)
    with federated(folder, cluster.bootstrap, ranks) as nodes, ExitStack() as held:
        above = held.enter_context(closing(nodes["xizang"].opened()))
        counties = {name: held.enter_context(closing(nodes[name].opened())) for name in ("bayi", "bomi")}
        for name in counties:
            nodes[name].start("relay")
        for program in ("intake", "run-projections"):
            nodes["xizang"].start(program)
        for services in counties.values():
            _call(services, 1)
        until(lambda: all(_seen(above, services) for services in counties.values()), 60)
        waits = _waits(above, counties, seconds)
    return Line(
        "6c",
        "a county's commit until the province's figure shows it, two counties of 100 events/s each, p99",
        ENGINE,
        f"median {percentile(waits, 0.5) * 1000:.0f} ms, largest {max(waits) * 1000:.0f} ms, {len(waits)} entries",
        "ms",
        percentile(waits, 0.99) * 1000,
        None,
        None,
        f"≤ {LATENCY_MS_MAX:g} ms",
        percentile(waits, 0.99) * 1000 <= LATENCY_MS_MAX,
    )


def _outage(folder: Path, cluster: Cluster, seconds: float) -> Iterator[Line]:
    """How writes fare while the broker is away, and how long what waited takes to be drained."""
    rank = replace(RANKS[0], above=())
    with federated(folder, cluster.bootstrap, (rank,)) as nodes, closing(nodes["bayi"].opened()) as county:
        nodes["bayi"].start("relay")
        _call(county, 1)
        way = Wire(tuple(cluster.bootstrap), partitions=3)
        relay = Relay(county.log, county.heads, county.clock, way, monotonic=time.monotonic)
        until(lambda: relay.lag() == 0, 60)
        there = _written(county, seconds / 2)
        cluster.kill(1)
        during = _written(county, seconds)
        waiting = relay.lag()
        cluster.restart(1)
        begun = time.monotonic()
        drained = until(lambda: relay.lag() == 0, 300)
        took = time.monotonic() - begun
        there += _written(county, seconds / 2)
    p99 = percentile(during, 0.99) * 1000, percentile(there, 0.99) * 1000
    away = f"one command while the broker is away for {seconds:g} s, p99"
    ratio, met = p99[0] / p99[1], p99[0] <= 1.1 * p99[1]
    yield Line(
        "6d",
        away,
        ENGINE,
        "the same while it is there, half of them before and half after, p99",
        "ms",
        *p99,
        ratio,
        "≤ 1.1 ×",
        met,
    )
    left = f"what waited then, {waiting} events, drained"
    yield Line("6e", left, ENGINE, "", "s", took, None, None, "≤ 60 s", drained and took <= 60)


def _written(county: Services, seconds: float) -> list[float]:
    """How long each command took, a hundred a second."""
    taken: list[float] = []
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        time.sleep(max(0.0, begun + len(taken) / COUNTY_RATE - time.monotonic()))
        at = time.perf_counter()
        _call(county, 1)
        taken.append(time.perf_counter() - at)
    return taken


def _waits(above: Services, counties: dict[str, Services], seconds: float) -> list[float]:
    """How long each entry took, in seconds."""
    stopping = threading.Event()
    committed: dict[str, list[float]] = {name: [] for name in counties}
    shown: dict[str, list[tuple[float, int]]] = {name: [] for name in counties}
    before = {name: _seen(above, services) for name, services in counties.items()}
    threads = [
        threading.Thread(target=_calls, args=(services, committed[name], stopping))
        for name, services in counties.items()
    ]
    for thread in threads:
        thread.start()
    end = time.monotonic() + seconds
    while time.monotonic() < end or any(
        not shown[name] or shown[name][-1][1] < len(committed[name]) for name in counties
    ):
        for name, services in counties.items():
            shown[name].append((time.monotonic(), _seen(above, services) - before[name]))
        if time.monotonic() > end:
            stopping.set()
        time.sleep(LOOK_S)
    for thread in threads:
        thread.join()
    waits = []
    for name in counties:
        counts = [count for _, count in shown[name]]
        waits += [shown[name][bisect_left(counts, n)][0] - at for n, at in enumerate(committed[name], 1)]
    return waits


def _calls(services: Services, committed: list[float], stopping: threading.Event) -> None:
    begun = time.monotonic()
    while not stopping.is_set():
        due = begun + len(committed) / COUNTY_RATE
        stopping.wait(max(0.0, due - time.monotonic()))
        _call(services, 1)
        committed.append(time.monotonic())


def _call(services: Services, calls: int) -> None:
    region = next(rank.region for rank in RANKS if rank.node == services.settings.node)
    args = {"type": "hotline", "region": region, "quantities": {"consultations": calls}}
    services.desk.submit(Submission("activity.log", str(uuid.uuid4()), args, occurred_on=DAY, source="scenario"))


def _seen(above: Services, county: Services) -> int:
    region = next(rank.region for rank in RANKS if rank.node == county.settings.node)
    found = above.views.figure("activity.hotline.consultations", Ask(date(2024, 12, 31), region=region))
    return int(found["value"] or 0)
