"""The event store on SQLite: our contract, the library's own test cases, and what only a file can do."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest import TestCase
from uuid import uuid4

import pytest
from eventsourcing.tests.persistence import ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase

from adapters.event_store import EventLog, open_log
from adapters.sqlite_log import LogDatastore, SQLiteLogRecorder
from domain.log import LogUnavailable
from tests.contracts.event_store_contract import EventStoreContract, order
from tests.contracts.event_store_tampering import TamperingContract
from tests.contracts.event_store_trial import decided
from tests.places import GUARDED_TABLES, ready


class FilePlace:
    """A data directory."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._logs: list[EventLog] = []

    def open(self, lock_timeout_s: int = 10, node: str = "n1") -> EventLog:
        """A log over the directory."""
        bring = ready("log", self.data)
        self._logs.append(
            open_log(data=self.data, database_url=None, node=node, ready=bring, lock_timeout_s=lock_timeout_s)
        )
        return self._logs[-1]

    def order(self, **more: Any) -> str:
        """The directory and an order, for a worker process."""
        return order({"data": str(self.data), "database_url": None, "node": "n1"}, **more)

    def execute(self, statement: str, params: tuple[Any, ...] = ()) -> None:
        """A statement with the database's own tools."""
        with closing(sqlite3.connect(self.data / "log.sqlite3")) as connection, connection:
            connection.execute(statement.replace("log.", ""), params)

    def disarm(self) -> None:
        """Drop the append-only triggers."""
        for table in GUARDED_TABLES:
            for verb in ("UPDATE", "DELETE"):
                self.execute(f"DROP TRIGGER {table}_{verb}")

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Another program holds the write lock."""
        with closing(sqlite3.connect(self.data / "log.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield

    @contextmanager
    def fill(self, log: EventLog) -> Iterator[None]:
        """No page more fits on the disk."""
        with log._app.recorder.datastore.reading() as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages + 2}")
        yield
        with log._app.recorder.datastore.reading() as connection:
            connection.execute("PRAGMA max_page_count=1000000")

    def close(self) -> None:
        """Close every log that was opened."""
        for log in self._logs:
            log.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[FilePlace]:
    """A directory that does not exist yet."""
    at = FilePlace(tmp_path / "var")
    yield at
    at.close()


class TestEventStoreOnSQLite(EventStoreContract):
    """The contract."""


class TestTamperingOnSQLite(TamperingContract):
    """The attacks."""


def _recorder() -> SQLiteLogRecorder:
    folder = Path(tempfile.mkdtemp())
    ready("log", folder)(True)
    return SQLiteLogRecorder(LogDatastore(str(folder / "log.sqlite3"), 30, "text"))


class TestLibraryCase(ApplicationRecorderTestCase[SQLiteLogRecorder], TestCase):
    """The library's own cases for application recorders."""

    def new_originator_id(self) -> str:
        """Our streams are text."""
        return str(uuid4())

    def create_recorder(self) -> SQLiteLogRecorder:
        """A recorder over a fresh file."""
        return _recorder()


class TestLibraryNonInterleaving(NonInterleavingNotificationIDsBaseCase, TestCase):
    """The library's own case for two large appends at once."""

    insert_num = 1000

    def new_originator_id(self) -> str:
        """Our streams are text."""
        return str(uuid4())

    def create_recorder(self) -> SQLiteLogRecorder:
        """A recorder over a fresh file."""
        return _recorder()


def test_a_log_is_durable_before_it_answers(place: FilePlace) -> None:
    """WAL with synchronous=FULL on every connection."""
    log = place.open()
    log.append([decided()])
    with log._app.recorder.datastore.reading() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2


def test_control_a_deferred_transaction_fails_under_two_writers(place: FilePlace) -> None:
    """Why every append begins IMMEDIATE: read the head, then write, and the second writer is refused at once."""
    place.open().append([decided()])
    file = place.data / "log.sqlite3"
    with (
        closing(sqlite3.connect(file, isolation_level=None)) as a,
        closing(sqlite3.connect(file, isolation_level=None, timeout=5)) as b,
    ):
        for connection in (a, b):
            connection.execute("BEGIN")
            connection.execute("SELECT position FROM head").fetchall()
        a.execute("UPDATE head SET recorded_at = recorded_at + 1")
        a.execute("COMMIT")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            b.execute("UPDATE head SET recorded_at = recorded_at + 1")


def test_a_directory_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    """A file stands in the way: refused with what to do, not with a traceback."""
    (tmp_path / "var").write_text("")
    with pytest.raises(LogUnavailable):
        open_log(data=tmp_path / "var", database_url=None, node="n1", ready=ready("log", tmp_path / "var")).append(
            [decided()]
        )


def test_a_file_that_is_no_log_is_refused(place: FilePlace) -> None:
    """Something else lies under the name of the log."""
    place.data.mkdir()
    (place.data / "log.sqlite3").write_bytes(b"x" * 8192)
    with pytest.raises(LogUnavailable) as refused:
        place.open().head()
    assert "不是事件库" in refused.value.zh


def test_a_damaged_text_is_found_by_verification(place: FilePlace) -> None:
    """Bytes in the file that are no text at all: verification names the event instead of failing."""
    log = place.open()
    log.append([decided(title="槐荫") for _ in range(50)])
    place.disarm()
    place.execute("UPDATE log.events SET payload = CAST(x'7bff7d' AS TEXT) WHERE position = 23")
    verdict = log.verify()
    assert (verdict.kind, verdict.first_bad_position) == ("digest", 23)


@pytest.mark.parametrize("name", ["POSTGRES_ENABLE_DB_FUNCTIONS", "LOG_POSTGRES_ENABLE_DB_FUNCTIONS"])
def test_the_librarys_database_functions_are_refused(tmp_path: Path, monkeypatch: Any, name: str) -> None:
    """They make tailing readers miss events for ever."""
    monkeypatch.setitem(os.environ, name, "y")
    with pytest.raises(LogUnavailable, match="ENABLE_DB_FUNCTIONS"):
        open_log(data=tmp_path, database_url=None, node="n1", ready=ready("log", tmp_path))
