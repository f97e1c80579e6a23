"""Power failures: whatever is killed at whatever moment, nothing that was acknowledged is lost.

Each promise has a control that breaks it, so that the test is known to be able to fail.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adapters.event_store import EventLog, open_log
from tests.contracts.event_store_contract import order, worker
from tests.places import ready
from tests.services import Postgres, fresh_database, postgres_cluster

pytestmark = [pytest.mark.long, pytest.mark.timeout(180)]
CYCLES = 10


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: Any, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A log on either engine, as worker processes take it."""
    if request.param == "sqlite":
        yield {"data": str(tmp_path / "var"), "database_url": None, "node": "n1"}
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as url:
        yield {"data": None, "database_url": url, "node": "n1"}


def log_of(place: dict[str, Any]) -> EventLog:
    """The log of a place."""
    where: dict[str, Any] = {
        "data": Path(place["data"]) if place["data"] else None,
        "database_url": place["database_url"],
    }
    return open_log(**where, node=place["node"], ready=ready("log", **where))


class Listener:
    """A writing process and the ids that it has acknowledged so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process, self.heard = process, []
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        # A line that the kill has cut short is no acknowledgement.
        self.heard.extend(line.strip() for line in self.process.stdout if line.endswith("\n"))

    def begun(self) -> None:
        """Wait until it writes."""
        until = time.monotonic() + 30
        while not self.heard and time.monotonic() < until:
            time.sleep(0.005)

    def kill(self) -> list[str]:
        """SIGKILL; what it acknowledged until then."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(30)
        self._thread.join()
        self.process.stdout.close()
        return self.heard


def test_a_killed_writer_loses_nothing_that_it_acknowledged(place: dict[str, Any]) -> None:
    """kill -9 at a random moment, ten times: each entry is there whole or not at all, and the log is sound."""
    log, chance, acknowledged = log_of(place), random.Random(20261122), []
    for cycle in range(CYCLES):
        writer = Listener(worker(order(place, prefix=f"c{cycle}", size=chance.choice([1, 1, 5, 50]))))
        writer.begun()
        time.sleep(chance.uniform(0, 0.15))
        acknowledged += writer.kill()
        assert log.verify().ok
    assert len(acknowledged) > CYCLES
    kept = log.receipts(acknowledged)
    assert set(kept) == set(acknowledged)
    assert all(
        len(log.entry(i)) == len(kept[i][1].positions) == 2 for i in acknowledged[:: len(acknowledged) // 50 + 1]
    )
    assert log.head().position % 2 == 0
    log.close()


def test_control_an_acknowledgement_before_the_commit_is_lost(place: dict[str, Any]) -> None:
    """The same kills on a writer that answers too early: some of what it said is not there."""
    log, chance, acknowledged = log_of(place), random.Random(7), []
    log.make()
    for cycle in range(2 * CYCLES):
        writer = Listener(worker(order(place, prefix=f"e{cycle}", size=50, early=True)))
        writer.begun()
        time.sleep(chance.uniform(0, 0.02))
        acknowledged += writer.kill()
        if len(log.receipts(acknowledged)) < len(set(acknowledged)):
            break
    assert len(log.receipts(acknowledged)) < len(set(acknowledged))
    assert log.verify().ok
    log.close()


def _until_the_server_dies(server: Postgres, url: str, seconds: float) -> list[str]:
    writer = Listener(worker(order({"data": None, "database_url": url, "node": "n1"})))
    writer.begun()
    time.sleep(seconds)
    server.stop(kill=True)
    acknowledged = writer.kill()
    server.start(*server.settings)
    return acknowledged


@pytest.mark.promises
@pytest.mark.postgres
def test_a_killed_server_loses_nothing_that_was_acknowledged() -> None:
    """All server processes end at once without a checkpoint; after recovery everything is there."""
    with postgres_cluster() as server, fresh_database(server.url) as url:
        acknowledged = [i for n in range(3) for i in _until_the_server_dies(server, url, 0.1 * (n + 1))]
        log = log_of({"data": None, "database_url": url, "node": "n1"})
        assert len(acknowledged) > 3
        assert set(log.receipts(acknowledged)) == set(acknowledged)
        assert log.verify().ok
        log.close()


@pytest.mark.promises
@pytest.mark.postgres
def test_a_server_that_is_set_to_forget_is_overruled() -> None:
    """synchronous_commit=off in the server's settings: our appends are durable all the same; a plain insert is not."""
    with (
        postgres_cluster("synchronous_commit=off", "wal_writer_delay=10s") as server,
        fresh_database(server.url) as url,
    ):
        acknowledged = _until_the_server_dies(server, url, 0.3)
        log = log_of({"data": None, "database_url": url, "node": "n1"})
        assert acknowledged
        assert set(log.receipts(acknowledged)) == set(acknowledged)
        log.close()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE plain (n int)")
            connection.execute("CHECKPOINT")
            for n in range(50):
                connection.execute("INSERT INTO plain VALUES (%s)", (n,))
        server.stop(kill=True)
        server.start()
        with psycopg.connect(url, autocommit=True) as connection:
            assert connection.execute("SELECT count(*) FROM plain").fetchone()[0] < 50
