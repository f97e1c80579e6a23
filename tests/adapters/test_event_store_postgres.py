"""The event store on PostgreSQL: our contract, the library's own test cases, and what only a server can do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest import TestCase
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.postgres import PostgresDatastore
from eventsourcing.tests.persistence import ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase
from psycopg.conninfo import conninfo_to_dict

from adapters.event_store import EventLog, open_log
from adapters.postgres_log import PostgresLogRecorder
from domain.log import Conflict, LogUnavailable
from tests.contracts.event_store_contract import EventStoreContract, order, tailing
from tests.contracts.event_store_tampering import TamperingContract
from tests.contracts.event_store_trial import decided
from tests.places import GUARDED_TABLES, ready

pytestmark = pytest.mark.postgres


class SchemaPlace:
    """A schema of a database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._logs: list[EventLog] = []

    def open(self, lock_timeout_s: int = 10, node: str = "n1", url: str | None = None) -> EventLog:
        """A log over the schema."""
        url = url or self.url
        bring = ready("log", database_url=url)
        log = open_log(data=None, database_url=url, node=node, ready=bring, lock_timeout_s=lock_timeout_s)
        self._logs.append(log)
        return log

    def order(self, **more: Any) -> str:
        """The database and an order, for a worker process."""
        return order({"data": None, "database_url": self.url, "node": "n1"}, **more)

    def execute(self, statement: str, params: tuple[Any, ...] = ()) -> None:
        """A statement as the owner of the tables."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.replace("?", "%s"), params)

    def disarm(self) -> None:
        """Drop the append-only triggers."""
        for table in GUARDED_TABLES:
            self.execute(f"DROP TRIGGER append_only ON log.{table}")

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Another program holds the head row."""
        with psycopg.connect(self.url) as other:
            other.execute("SELECT * FROM log.head FOR UPDATE")
            yield

    @contextmanager
    def fill(self, log: EventLog) -> Iterator[None]:
        """The server reports a full disk in the middle of the append."""
        self.execute("""CREATE FUNCTION log.full() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$""")
        self.execute(
            "CREATE TRIGGER full_disk AFTER INSERT ON log.events FOR EACH ROW WHEN (NEW.position > 100)"
            " EXECUTE FUNCTION log.full()"
        )
        yield
        self.execute("DROP FUNCTION log.full CASCADE")

    def close(self) -> None:
        """Close every log that was opened."""
        for log in self._logs:
            log.close()


@pytest.fixture
def place(database_url: str) -> Iterator[SchemaPlace]:
    """A database without the schema."""
    at = SchemaPlace(database_url)
    at.execute("DROP SCHEMA IF EXISTS log CASCADE")
    yield at
    at.close()


class TestEventStoreOnPostgres(EventStoreContract):
    """The contract."""


class TestTamperingOnPostgres(TamperingContract):
    """The attacks."""


class _LibraryCase:
    """A recorder on the library's own datastore, over a fresh schema."""

    @pytest.fixture(autouse=True)
    def _fresh(self, place: SchemaPlace) -> Iterator[None]:
        parts = conninfo_to_dict(place.url)
        ready("log", database_url=place.url)(True)
        self.datastore = PostgresDatastore(
            parts["dbname"],
            parts["host"],
            parts["port"],
            parts["user"],
            parts.get("password", ""),
            pool_size=1,
            max_overflow=9,
            originator_id_type="text",
        )
        yield
        self.datastore.close()

    def new_originator_id(self) -> str:
        """Our streams are text."""
        return str(uuid4())

    def create_recorder(self) -> PostgresLogRecorder:
        """A recorder over the fresh schema."""
        return PostgresLogRecorder(self.datastore)


class TestLibraryCaseOnPostgres(_LibraryCase, ApplicationRecorderTestCase[PostgresLogRecorder], TestCase):
    """The library's own cases for application recorders."""


class TestLibraryNonInterleavingOnPostgres(_LibraryCase, NonInterleavingNotificationIDsBaseCase, TestCase):
    """The library's own case for two large appends at once."""

    insert_num = 1000


def test_the_log_cannot_be_truncated(place: SchemaPlace) -> None:
    """TRUNCATE fires no row trigger: it has one of its own."""
    place.open().append([decided()])
    for table in GUARDED_TABLES:
        with pytest.raises(psycopg.Error, match="append-only"):
            place.execute(f"TRUNCATE log.{table} CASCADE")


def test_a_held_append_holds_up_those_behind_it(place: SchemaPlace) -> None:
    """While one writer sits on the head row, no later position becomes visible; then nothing was missed."""
    log = place.open()
    log.make()
    with tailing(place.open()) as seen:
        with place.hold():
            writers = [threading.Thread(target=place.open().append, args=([decided()],)) for _ in range(6)]
            for each in writers:
                each.start()
            assert log.wait(0, 0.3) == 0
        for each in writers:
            each.join()
    assert seen == [1, 2, 3, 4, 5, 6]


def test_control_a_serial_without_the_head_lock_loses_events(place: SchemaPlace) -> None:
    """What the head row is for: with a plain bigserial a tailing reader passes an uncommitted position for ever."""
    place.execute("DROP TABLE IF EXISTS naive")
    place.execute("CREATE TABLE naive (position bigserial PRIMARY KEY, what text)")
    with (
        psycopg.connect(place.url) as slow,
        psycopg.connect(place.url) as quick,
        psycopg.connect(place.url, autocommit=True) as reader,
    ):
        slow.execute("INSERT INTO naive (what) VALUES ('slow')")
        quick.execute("INSERT INTO naive (what) VALUES ('quick')")
        quick.commit()
        seen = reader.execute("SELECT position FROM naive WHERE position > 0").fetchall()
        slow.commit()
        seen += reader.execute("SELECT position FROM naive WHERE position > %s", seen[-1]).fetchall()
        assert seen == [(2,)]
        assert reader.execute("SELECT count(*) FROM naive").fetchone() == (2,)


class DeafProxy:
    """Passes everything on to the server; once a commit was passed on, the client hears nothing more.

    A group ends with COMMIT; a little is one statement that commits by itself, known by the leaves it brings.
    """

    def __init__(self, url: str) -> None:
        parts = conninfo_to_dict(url)
        self._target = (parts["host"], int(parts["port"]))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.deaf = False
        self.cut = 0
        self._threads: list[threading.Thread] = []
        self._begin(self._accept)

    def _begin(self, what: Any, *ends: socket.socket) -> None:
        self._threads.append(threading.Thread(target=what, args=ends))
        self._threads[-1].start()

    def _accept(self) -> None:
        with self._listener:
            while True:
                client, _ = self._listener.accept()
                if self.port == 0:
                    client.close()
                    return
                server = socket.create_connection(self._target)
                self._begin(self._requests, client, server)
                self._begin(self._answers, server, client)

    def _requests(self, client: socket.socket, server: socket.socket) -> None:
        while data := _received(client):
            if self.deaf and (b"COMMIT" in data or b'"leaf":' in data):
                self.deaf, self.cut = False, self.cut + 1
                client.shutdown(socket.SHUT_RDWR)
            server.sendall(data)
        with suppress(OSError):
            server.shutdown(socket.SHUT_WR)

    @staticmethod
    def _answers(server: socket.socket, client: socket.socket) -> None:
        with server, client:
            while data := _received(server):
                with suppress(OSError):
                    client.sendall(data)

    def close(self) -> None:
        """Take no more connections and wait until those that were taken have ended."""
        port, self.port = self.port, 0
        socket.create_connection(("127.0.0.1", port)).close()
        for thread in self._threads:
            thread.join()


def _received(end: socket.socket) -> bytes:
    try:
        return end.recv(65536)
    except OSError:
        return b""


@pytest.mark.parametrize("size", [2, 9])
def test_a_commit_whose_answer_is_lost_on_the_wire_is_answered(place: SchemaPlace, size: int) -> None:
    """The connection breaks behind the commit: the append asks for its command ids and returns the receipts."""
    place.open().make()
    proxy = DeafProxy(place.url)
    parts = conninfo_to_dict(place.url)
    log = place.open(url=place.url.replace(f":{parts['port']}/", f":{proxy.port}/"))
    log.append([decided()])
    proxy.deaf = True
    assert [r.positions for r in log.append([decided() for _ in range(size)])] == [(n + 2,) for n in range(size)]
    assert proxy.cut == 1
    assert log.head().position == 1 + size
    assert log.verify().ok
    log.close()
    proxy.close()


def test_what_another_wrote_meanwhile_is_never_passed_over(place: SchemaPlace) -> None:
    """Two programs in turns: the guess at the head is wrong each time, nothing is written upon it, positions stay gapless."""
    one, other = place.open(), place.open()
    positions = [r.positions for log in (one, other) * 4 for r in log.append([decided()])]
    assert positions == [(n,) for n in range(1, 9)]
    assert one.verify().ok
    late = decided()
    other.append([late])
    with pytest.raises(Conflict):
        one.append([late])
    assert one.append([decided()])[0].positions == (10,)


def test_a_dead_connection_is_replaced(place: SchemaPlace) -> None:
    """After a restart of the server the next read and the next append just work, once."""
    log = place.open()
    log.append([decided()])
    for act in (log.head, lambda: log.append([decided()])):
        place.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'shouwang-log'")
        act()
    assert log.head().position == 2


def test_a_server_that_is_gone_is_unavailable() -> None:
    """Nobody listens: refused with what to do, within the timeout."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"postgresql://postgres@127.0.0.1:{port}/x"
    log = open_log(data=None, database_url=url, node="n1", ready=ready("log", database_url=url), lock_timeout_s=1)
    with pytest.raises(LogUnavailable) as refused:
        log.head()
    assert "连接" in refused.value.zh
    assert "connection" in refused.value.en
    with pytest.raises(LogUnavailable):
        log.append([decided()])
