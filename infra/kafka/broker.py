"""A Kafka cluster of our own on 127.0.0.1: real brokers from Maven's jars, no container, no root.

`python -m infra.kafka.broker --directory DIR` runs one in the foreground. `DIR` keeps its data, its cluster id
and its ports, so that a second run goes on where the first one ended.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable
from functools import cached_property
from itertools import islice
from pathlib import Path
from threading import Event
from typing import Self

from infra.kafka.access import OPEN, SETTINGS, Access
from infra.kafka.supply import BrokerUnavailable, jars, java

STARTED_S, STOPPED_S = 60.0, 15.0
# Two cores start three of these: what takes less to start counts more than what runs faster for hours.
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
HEAP = ("-Xms128m", "-Xmx384m")
# Below the ports that the system hands to clients: a client that calls a stopped broker again and again from
# such a port would in the end be given the broker's own port, reach itself, and keep the broker from coming back.
PORTS = range(20_000, 32_000)


class Broker:
    """One node of a cluster: a Java process, its settings, its data and what it said."""

    def __init__(self, node: int, port: int, directory: Path) -> None:
        self.node, self.port = node, port
        self.data, self.settings, self.output = (directory / n for n in ("data", "server.properties", "output.txt"))
        self.process: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None
        directory.mkdir(parents=True, exist_ok=True)

    @property
    def address(self) -> str:
        """Where clients reach it."""
        return f"127.0.0.1:{self.port}"

    def run(self, *command: str) -> subprocess.Popen[bytes]:
        """Run a program; what it says is added to the node's output."""
        with self.output.open("ab") as output:
            # In a session of its own: Ctrl-C is for us, who then stop the broker in order.
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )

    def start(self, *program: str) -> None:
        """Start the process; the cluster waits until it answers."""
        self.process = self.run(*program, "kafka.Kafka", str(self.settings))
        # Reads until our own process ends, however it ends, and takes the broker with it.
        watch = ["/bin/sh", "-c", f"read _; kill -9 {self.process.pid}"]
        self._watcher = subprocess.Popen(watch, stdin=subprocess.PIPE, start_new_session=True)

    def signal(self, number: signal.Signals) -> None:
        """Tell the process to end."""
        if self.process is not None:
            self.process.send_signal(number)

    def ended(self, seconds: float = STOPPED_S) -> None:
        """Wait for the end of the process; one that does not end in time is killed."""
        if self.process is None:
            return
        self._release()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def _release(self) -> None:
        if self._watcher is not None and self._watcher.stdin is not None:
            self._watcher.kill()
            self._watcher.wait()
            self._watcher.stdin.close()
            self._watcher = None

    def said(self) -> str:
        """The last that it said, to be told with a failure."""
        return self.output.read_text(encoding="utf-8", errors="replace")[-3000:] if self.output.exists() else ""


class Cluster:
    """Brokers that are controllers too, numbered from 1; ports and data stay over restarts."""

    def __init__(self, directory: Path, nodes: int = 1, access: Access = OPEN) -> None:
        self.access = access
        self._kept = directory / "cluster.json"
        directory.mkdir(parents=True, exist_ok=True)
        if not self._kept.exists():
            self._keep(_free_ports(2 * nodes))
        kept = json.loads(self._kept.read_text(encoding="utf-8"))
        self.id: str = kept["id"]
        self._ports: list[int] = kept["ports"]
        if len(self._ports) != 2 * nodes:
            raise BrokerUnavailable(f"{directory} holds a cluster of {len(self._ports) // 2}, not of {nodes}")
        self.brokers = {n: Broker(n, self._ports[n - 1], directory / f"node-{n}") for n in range(1, nodes + 1)}

    def _keep(self, ports: list[int]) -> None:
        self.id, self._ports = _new_id(), ports
        self._kept.write_text(json.dumps({"id": self.id, "ports": ports}), encoding="utf-8")

    @cached_property
    def _program(self) -> tuple[str, ...]:
        # Looked for and checked once a cluster, when it starts for the first time.
        return java(), *QUICK, "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", f"{jars()}/*"

    @property
    def bootstrap(self) -> list[str]:
        """The addresses of all nodes, running or not."""
        return [broker.address for broker in self.brokers.values()]

    def start(self) -> None:
        """Start every node that does not run, and wait until all of them answer and know each other."""
        down = [broker for broker in self.brokers.values() if broker.process is None]
        try:
            self._format([broker for broker in down if not broker.data.exists()])
            for broker in down:
                broker.start(*self._program, *HEAP)
            for broker in down:
                self._wait(broker)
        except BaseException:
            self.stop(orderly=False)
            raise

    def stop(self, *, orderly: bool = True) -> None:
        """Stop every node; not orderly is quicker, for data that nobody needs again."""
        for broker in self.brokers.values():
            broker.signal(signal.SIGTERM if orderly else signal.SIGKILL)
        for broker in self.brokers.values():
            broker.ended()

    def kill(self, node: int) -> None:
        """End a node as a power failure would."""
        self.brokers[node].signal(signal.SIGKILL)
        self.brokers[node].ended()

    def restart(self, node: int) -> None:
        """Start a node anew on its port and its data, and wait until it answers; one that runs is stopped before."""
        broker = self.brokers[node]
        broker.signal(signal.SIGTERM)
        broker.ended()
        broker.start(*self._program, *HEAP)
        self._wait(broker)

    def wipe(self) -> None:
        """Stop, and delete what all nodes hold: started again it is empty, another cluster on the same ports."""
        self.stop(orderly=False)
        for broker in self.brokers.values():
            shutil.rmtree(broker.data, ignore_errors=True)
        self._keep(self._ports)

    def create_topics(self, names: Iterable[str], partitions: int = 1, replication: int | None = None) -> None:
        """Create topics, each with a leader for every partition; replicated on all nodes up to 3 if not said."""
        wanted = {"num_partitions": partitions, "replication_factor": replication or min(3, len(self.brokers))}
        from kafka import KafkaAdminClient

        with KafkaAdminClient(bootstrap_servers=self.bootstrap, **self.access.client) as admin:
            admin.create_topics(dict.fromkeys(names, wanted), wait_for_metadata=True)

    def _format(self, brokers: list[Broker]) -> None:
        replication = min(3, len(self.brokers))
        ports = dict(zip(self.brokers, self._ports[len(self.brokers) :], strict=True))
        for broker in brokers:
            settings = SETTINGS.format(
                node=broker.node,
                port=broker.port,
                controller=ports[broker.node],
                voters=",".join(f"{node}@127.0.0.1:{port}" for node, port in ports.items()),
                data=broker.data.resolve(),
                replication=replication,
                in_sync=max(1, replication - 1),
                protocol=self.access.protocol,
                more=self.access.settings,
            )
            broker.settings.write_text(settings, encoding="utf-8")
        program = (*self._program, "kafka.tools.StorageTool", "format", *self.access.format)
        running = [(b, b.run(*program, "-t", self.id, "-c", str(b.settings))) for b in brokers]
        for broker, process in running:
            if process.wait(STARTED_S):
                raise BrokerUnavailable(f"node {broker.node} cannot be formatted:\n{broker.said()}")

    def _wait(self, broker: Broker) -> None:
        running = {b.node for b in self.brokers.values() if b.process is not None}
        end = time.monotonic() + STARTED_S
        while not running <= _seen_by(broker, self.access):
            if broker.process is None or broker.process.poll() is not None:
                raise BrokerUnavailable(f"node {broker.node} has ended:\n{broker.said()}")
            if time.monotonic() > end:
                raise BrokerUnavailable(f"node {broker.node} does not answer at {broker.address}:\n{broker.said()}")
            time.sleep(0.05)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _seen_by(broker: Broker, access: Access) -> set[int]:
    """The nodes that take part in the cluster as one of them tells it; none while it does not answer."""
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    try:
        # The client would log every refused call; so it is made only when somebody listens.
        socket.create_connection(("127.0.0.1", broker.port), timeout=1).close()
        client = {"bootstrap_servers": [broker.address], "bootstrap_timeout_ms": 5000, **access.client}
        with KafkaAdminClient(**client) as admin:
            return {b["broker_id"] for b in admin.describe_cluster()["brokers"] if not b.get("is_fenced")}
    except (OSError, KafkaError):
        return set()


def _new_id() -> str:
    """A cluster's id as Kafka writes it; not with a hyphen in front, which would be read as an option."""
    text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    return _new_id() if text.startswith("-") else text


def _free_ports(count: int) -> list[int]:
    ports = (port for port in random.sample(PORTS, len(PORTS)) if _is_free(port))
    return list(islice(ports, count))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a port whose last connections are only fading away is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def main() -> None:
    """Run a cluster in the foreground until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m infra.kafka.broker", description=__doc__)
    parser.add_argument("--directory", type=Path, required=True, help="where its data are kept")
    parser.add_argument("--nodes", type=int, default=1, help="how many brokers (1)")
    given = parser.parse_args()
    ended = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        with Cluster(given.directory, given.nodes) as cluster:
            print(",".join(cluster.bootstrap), flush=True)
            ended.wait()
    except BrokerUnavailable as why:
        sys.exit(str(why))


if __name__ == "__main__":
    main()
