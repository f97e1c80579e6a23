"""What every engine of the event store promises: one suite, run on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pytest
from eventsourcing.persistence import OperationalError

from adapters.event_store import EventLog
from domain.log import Conflict, LogUnavailable
from tests.contracts.event_store_trial import START, decided, fresh, later, opened, told

ROOT = Path(__file__).parents[2]


class Place(Protocol):
    """Where a log lies, and how an operator with bad intentions gets at it."""

    def open(self, lock_timeout_s: int = 10, node: str = "n1") -> EventLog:
        """A log over the place; several may be open at once."""

    def order(self, **more: Any) -> str:
        """The place and an order, for a worker process."""

    def execute(self, statement: str, params: tuple[Any, ...] = ()) -> None:
        """A statement as the owner of the database would give it."""

    def disarm(self) -> None:
        """Drop the append-only triggers."""

    def hold(self) -> Any:
        """A context in which another program holds the lock of the head."""

    def fill(self, log: EventLog) -> Any:
        """A context in which the disk is full."""


def worker(order: str) -> subprocess.Popen[str]:
    """A writing process."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.contracts.event_store_worker", order], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


@contextmanager
def tailing(log: EventLog) -> Iterator[list[int]]:
    """A reader that follows the log and keeps the positions it saw."""
    seen: list[int] = []
    stop = threading.Event()

    def follow() -> None:
        at = 0
        while not stop.is_set() or log.head().position > at:
            log.wait(at, 0.05)
            for event in log.read(at, 100):
                at = event.envelope.position
                seen.append(at)

    reader = threading.Thread(target=follow)
    reader.start()
    try:
        yield seen
    finally:
        stop.set()
        reader.join()


class EventStoreContract:
    """The promises; a subclass brings the fixture `place`."""

    def test_what_is_appended_is_read_back(self, place: Place) -> None:
        """Round trip through every way of reading; position and recording time come from the store."""
        log, stream = place.open(), fresh()
        first = decided(stream, fresh(), mentions=(("facility-1", 1), ("facility-1", 1)), breached=True)
        second = replace(decided(), events=(told(stream, 2, "second"),), command_id="second", stream=stream)
        one, two = log.append([first, second])
        expected = [
            replace(e, envelope=e.envelope._replace(position=p, recorded_at=START))
            for p, e in enumerate((*first.events, *second.events), 1)
        ]
        assert log.read(0, 10) == expected
        assert log.read(1, 1) == log.at([2]) == expected[1:2]
        assert log.stream(stream) == [expected[0], expected[2]]
        assert log.stream(stream, until=2) == expected[:1]
        assert log.streams([stream, "none"]) == {stream: [expected[0], expected[2]], "none": []}
        assert log.entry(first.command_id) == expected[:2]
        assert log.headings([3, 1]) == [
            (e.envelope.position, e.topic, e.originator_id, e.originator_version) for e in (expected[0], expected[2])
        ]
        assert log.mentions("facility-1") == [(first.events[1].originator_id, 1)]
        assert (one.positions, two.positions, log.head().position) == ((1, 2), (3,), 3)
        assert log.receipts([first.command_id, "second", "none"]) == {
            first.command_id: (b"digest", one),
            "second": (b"digest", two),
        }
        assert one.breaches == first.breaches
        assert [leaf.hex() for _, leaf in log.leaves(0, 3)][::2] == [one.leaf, two.leaf]
        assert log.verify().ok

    def test_an_entry_keeps_its_name_through_corrections(self, place: Place) -> None:
        """`entry` finds what the command recorded and what was entered again for it, nothing else."""
        log = place.open()
        first = decided()
        log.append([first, decided()])
        event = first.events[0]
        again = replace(
            event,
            originator_version=2,
            envelope=event.envelope._replace(command_id="again", entry=first.command_id, corrects=1),
        )
        log.append([replace(decided(), command_id="again", events=(again,), stream=event.originator_id)])
        assert [e.envelope.position for e in log.entry(first.command_id)] == [1, 3]
        assert log.entry("again") == []

    def test_a_log_that_does_not_exist_reads_as_empty(self, place: Place) -> None:
        """Reading makes nothing; the first append does."""
        log = place.open()
        assert (log.head().position, log.read(0, 1), log.stream("s"), log.receipts(["c"])) == (0, [], [], {})
        assert log.headings([1]) == []
        assert log.verify().ok
        log.append([decided()])
        assert place.open().head() == log.head()

    def test_recording_time_never_runs_backwards(self, place: Place) -> None:
        """A clock that was put back does not show in the log."""
        log = place.open()
        receipts = log.append([decided(at=later(60)), decided(at=later(10)), decided(at=later(61))])
        receipts += log.append([decided(at=later(0))])
        assert [r.recorded_at for r in receipts] == [later(60), later(60), later(61), later(61)]
        assert log.head().recorded_at == later(61)

    @pytest.mark.parametrize("version", [1, 3])
    def test_a_version_that_does_not_follow_is_a_conflict(self, place: Place, version: int) -> None:
        """Taken or left out: neither is recorded, and nothing of the whole append is."""
        log, stream = place.open(), fresh()
        log.append([decided(stream)])
        with pytest.raises(Conflict):
            log.append([decided(), decided(stream, version=version)])
        assert log.head().position == 1
        assert log.append([decided(stream, version=2)])[0].positions == (2,)

    def test_a_gap_within_one_append_is_a_conflict(self, place: Place) -> None:
        """Versions are contiguous also between the commands of one append."""
        log, stream = place.open(), fresh()
        with pytest.raises(Conflict):
            log.append([decided(stream), decided(stream, version=3)])
        log.append([decided(stream), decided(stream, version=2)])
        assert len(log.stream(stream)) == 2

    def test_a_command_id_is_recorded_once(self, place: Place) -> None:
        """A known command id is a conflict, also within one append, and writes nothing."""
        log = place.open()
        log.append([decided(command_id="c")])
        for unit in ([decided(command_id="c")], [decided(command_id="d"), decided(command_id="d")]):
            with pytest.raises(Conflict):
                log.append(unit)
        assert log.head().position == 1

    def test_two_processes_that_submit_the_same_commands_record_each_once(self, place: Place) -> None:
        """Whoever comes second finds the receipt of the first."""
        place.open().make()
        ids = [f"same-{n}" for n in range(60)]
        running = [worker(place.order(ids=ids)) for _ in range(2)]
        acknowledged = [line for p in running for line in p.communicate(timeout=60)[0].split()]
        assert [p.returncode for p in running] == [0, 0]
        assert sorted(acknowledged) == sorted(ids)
        log = place.open()
        assert log.head().position == 120
        assert set(log.receipts(ids)) == set(ids)

    def test_a_tailing_reader_misses_nothing(self, place: Place) -> None:
        """Threads and processes write at once: positions are gapless in the order of commits."""
        log = place.open()
        log.make()
        running = [
            worker(place.order(ids=[f"p{w}-{n}" for n in range(120)], size=size)) for w, size in enumerate((1, 3, 20))
        ]
        with tailing(place.open()) as seen:
            threads = [
                threading.Thread(target=lambda: [log.append([decided(fresh(), fresh())]) for _ in range(40)])
                for _ in range(3)
            ]
            for each in threads:
                each.start()
            for each in threads:
                each.join()
            for process in running:
                process.communicate(timeout=60)
        assert [p.returncode for p in running] == [0, 0, 0]
        assert seen == list(range(1, 3 * 240 + 3 * 80 + 1))
        assert log.verify().ok

    def test_a_waiting_reader_is_woken(self, place: Place) -> None:
        """In this process by the append itself, from elsewhere by polling; without news it comes back in time."""
        log = place.open()
        log.append([decided()])
        assert log.wait(0, 5) == 1
        assert log.wait(1, 0.05) == 1
        other = threading.Timer(0.1, lambda: place.open().append([decided()]))
        other.start()
        assert log.wait(1, 10) == 2
        other.join()

    def test_a_lost_acknowledgement_is_told_from_a_failure(self, place: Place, monkeypatch: Any) -> None:
        """The commit happened but its word was lost: the append answers with the receipts. It did not: it refuses."""
        log = place.open()
        log.make()
        recorder = log._app.recorder
        insert, unit = recorder.insert_events, [decided(), decided()]

        def deaf(stored: Any, **kwargs: Any) -> None:
            if kwargs["unit"].decided is unit:
                insert(stored, **kwargs)
            raise OperationalError("the connection is gone")

        monkeypatch.setattr(recorder, "insert_events", deaf)
        assert [r.positions for r in log.append(unit)] == [(1,), (2,)]
        with pytest.raises(LogUnavailable):
            log.append([decided()])
        assert log.head().position == 2

    @pytest.mark.parametrize("table", ["events", "commands", "mentions", "heads"])
    def test_the_log_is_append_only(self, place: Place, table: str) -> None:
        """The database itself refuses to change or delete, whoever asks."""
        log = place.open()
        log.append([decided(mentions=(("f", 0),)) for _ in range(1025)])
        column = {"events": "actor", "heads": "root"}.get(table, "stream")
        for statement in (f"UPDATE log.{table} SET {column} = {column}", f"DELETE FROM log.{table}"):
            with pytest.raises(Exception, match="append-only"):
                place.execute(statement)
        assert log.verify().ok

    def test_another_format_version_is_refused(self, place: Place) -> None:
        """Neither read nor written, and it says what to do in both languages."""
        place.open().append([decided()])
        place.execute("UPDATE log.meta SET value = '0' WHERE key = 'format'")
        for act in (lambda log: log.head(), lambda log: log.append([decided()])):
            with pytest.raises(LogUnavailable) as refused:
                act(place.open())
            assert "升级" in refused.value.zh
            assert "upgrade" in refused.value.en

    def test_the_log_of_another_node_is_refused(self, place: Place) -> None:
        """Two nodes never write into one log."""
        place.open().append([decided()])
        with pytest.raises(LogUnavailable):
            place.open(node="n2").head()

    def test_a_locked_log_is_unavailable(self, place: Place) -> None:
        """After the timeout it says so; nothing was written, and it works again afterwards."""
        log = place.open(lock_timeout_s=1)
        log.append([decided()])
        with place.hold(), pytest.raises(LogUnavailable) as refused:
            log.append([decided()])
        assert "锁定" in refused.value.zh
        assert "locked" in refused.value.en
        assert log.head().position == 1
        assert log.append([decided()])[0].positions == (2,)

    def test_a_full_disk_leaves_nothing_half_written(self, place: Place) -> None:
        """Refused whole; when there is space again the next append takes the next position."""
        log = place.open()
        log.append([decided()])
        with place.fill(log), pytest.raises(LogUnavailable) as refused:
            log.append([decided(title="长" * 400) for _ in range(300)])
        assert "空间已满" in refused.value.zh
        assert "full" in refused.value.en
        assert log.head().position == 1
        assert log.verify().ok
        assert log.append([decided()])[0].positions == (2,)
        assert log.verify().ok

    def test_processes_that_start_at_once_make_one_log(self, place: Place) -> None:
        """The tables are made once, without errors."""
        running = [worker(place.order(ids=[f"{w}-{n}" for n in range(3)])) for w in range(5)]
        assert [p.wait(60) for p in running] == [0] * 5
        for p in running:
            p.stdout.close()
        assert place.open().head().position == 30

    def test_threads_of_a_server_share_one_log(self, place: Place) -> None:
        """Reading and writing from many threads of one process."""
        log, errors = place.open(), []

        def use() -> None:
            try:
                for _ in range(10):
                    receipt = log.append([decided()])[0]
                    assert log.at(receipt.positions)[0].envelope.command_id == receipt.command_id
            except Exception as error:  # noqa: BLE001
                errors.append(error)

        threads = [threading.Thread(target=use) for _ in range(12)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert errors == []
        assert log.head().position == 120

    def test_an_unsealed_private_value_never_reaches_the_disk(self, place: Place) -> None:
        """Clear text in a private field stops the whole append."""
        log = place.open()
        bad = replace(told(fresh(), 1, "c"), name="张三")
        with pytest.raises(TypeError):
            log.append([replace(decided(), events=(bad,))])
        assert log.head().position == 0


def order(place: dict[str, Any], **more: Any) -> str:
    """An order for a worker process, as JSON."""
    return json.dumps({"place": place, "prefix": str(uuid.uuid4()), **more})


__all__ = ["EventStoreContract", "Place", "opened", "order", "tailing", "worker"]
