"""Whatever is done to a log behind its back, verification names it and the first bad position. On both engines."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.codec import public_bytes
from adapters.event_store import EventLog
from adapters.event_store_batch import COLUMNS
from adapters.merkle import Frontier, attest, leaf_hash
from tests.contracts.event_store_contract import Place
from tests.contracts.event_store_trial import decided, fresh, told

ATTESTED = [c for c in COLUMNS if c not in ("position", "leaf")]
SAMPLES: dict[str, Any] = {"version": 9, "class_version": 2, "recorded_at": 1, "corrects": 4, "sealed": b"{}"}


def forge(place: Place, log: EventLog, position: int, **changed: Any) -> bytes:
    """Change columns of a row and recompute its leaf, as a careful operator would."""
    row = dict(zip(COLUMNS, log._app.recorder.audit_rows(position - 1, 1)[0], strict=True)) | changed
    columns = tuple(
        row[c]
        for c in (
            "class_version",
            "occurred_on",
            "occurred_at",
            "command_id",
            "command",
            "actor",
            "post",
            "source",
            "reason",
            "corrects",
            "entry",
            "facility",
            "region",
        )
    )
    public = public_bytes(row["node"], row["stream"], row["version"], row["topic"], columns, row["payload"])
    leaf = leaf_hash(position, row["recorded_at"], attest(public, row["sealed"]))
    for column, value in {**changed, "leaf": leaf}.items():
        place.execute(f"UPDATE log.events SET {column} = ? WHERE position = ?", (value, position))
    return leaf


class TamperingContract:
    """The attacks; a subclass brings the fixture `place`."""

    @pytest.fixture
    def log(self, place: Place) -> EventLog:
        """Forty sound events in a log without triggers: ten streams, four versions each."""
        log = place.open()
        streams = [fresh() for _ in range(10)]
        for version in range(1, 4):
            log.append([decided(s, version=version) for s in streams])
        for s in streams:
            log.append([decided_told(s)])
        assert log.verify().ok
        place.disarm()
        return log

    def found(self, log: EventLog) -> tuple[str | None, int | None]:
        """Kind and position of what verification finds; it must be said in both languages."""
        verdict = log.verify()
        assert not verdict.ok
        assert verdict.message_zh
        assert verdict.message_en
        return verdict.kind, verdict.first_bad_position

    def test_a_flipped_byte_is_found(self, place: Place, log: EventLog) -> None:
        """One character of a payload."""
        place.execute("UPDATE log.events SET payload = replace(payload, '120', '121') WHERE position = 17")
        assert self.found(log) == ("digest", 17)

    @pytest.mark.parametrize("column", ATTESTED)
    def test_every_column_is_attested(self, place: Place, log: EventLog, column: str) -> None:
        """No column of an event can be changed unseen; the sealed bytes neither."""
        place.execute(f"UPDATE log.events SET {column} = ? WHERE position = 35", (SAMPLES.get(column, "forged"),))
        assert self.found(log) == ("digest", 35)

    def test_a_deleted_event_is_found(self, place: Place, log: EventLog) -> None:
        """A hole in the positions."""
        place.execute("DELETE FROM log.events WHERE position = 17")
        assert self.found(log) == ("position", 17)

    def test_swapped_events_are_found(self, place: Place, log: EventLog) -> None:
        """Two whole rows change places."""
        for a, b in ((10, 9999), (20, 10), (9999, 20)):
            place.execute("UPDATE log.events SET position = ? WHERE position = ?", (b, a))
        assert self.found(log) == ("digest", 10)

    def test_a_cut_tail_is_found(self, place: Place, log: EventLog) -> None:
        """The head row remembers how long the log was."""
        place.execute("DELETE FROM log.events WHERE position > 30")
        assert self.found(log) == ("position", 31)

    def test_an_event_behind_the_head_is_found(self, place: Place, log: EventLog) -> None:
        """Nobody writes an event without moving the head."""
        columns = ", ".join(c for c in COLUMNS if c not in ("position", "stream"))
        place.execute(
            f"INSERT INTO log.events (position, stream, {columns})"
            f" SELECT 41, 'forged', {columns} FROM log.events WHERE position = 1"
        )
        assert self.found(log) == ("position", 41)

    def test_a_forged_version_is_found(self, place: Place, log: EventLog) -> None:
        """Also with a recomputed leaf, versions of a stream must follow each other."""
        forge(place, log, 25, version=7)
        assert self.found(log) == ("version", 25)

    def test_a_forged_time_is_found(self, place: Place, log: EventLog) -> None:
        """Also with a recomputed leaf, recording time does not run backwards."""
        forge(place, log, 25, recorded_at=5)
        assert self.found(log) == ("time", 25)

    def test_a_forged_leaf_is_found_by_the_head(self, place: Place, log: EventLog) -> None:
        """A changed row with a recomputed leaf no longer leads to the tree of the head row."""
        forge(place, log, 25, actor="forged")
        assert self.found(log)[0] == "tree"

    def test_a_stored_tree_head_narrows_a_forged_leaf_down(self, place: Place) -> None:
        """The first bad position lies between the last sound tree head and the first that differs."""
        log = place.open()
        log.append([decided() for _ in range(2100)])
        place.disarm()
        forge(place, log, 1500, actor="forged")
        assert self.found(log) == ("tree", 1025)

    def test_a_cut_tail_with_a_forged_head_is_found(self, place: Place) -> None:
        """Rows and head row cut back together: a stored tree head still knows better."""
        log = place.open()
        log.append([decided() for _ in range(1100)])
        place.disarm()
        place.execute("DELETE FROM log.events WHERE position > 1000")
        frontier = Frontier()
        for _, leaf in log.leaves(0, 1000):
            frontier.append(leaf)
        place.execute("UPDATE log.head SET position = 1000, frontier = ?", (frontier.peaks(),))
        assert self.found(log) == ("position", 1001)

    def test_progress_is_told(self, place: Place) -> None:
        """Verification says how far it is."""
        log, told_of = place.open(), []
        log.append([decided() for _ in range(30)])
        log.verify(lambda done, of: told_of.append((done, of)))
        assert told_of[-1] == (30, 30)


def decided_told(stream: str) -> Any:
    """A command that tells something private as the fourth event of a stream."""
    from dataclasses import replace

    base = decided()
    return replace(base, stream=stream, events=(told(stream, 4, base.command_id),))
