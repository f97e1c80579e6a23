"""The rival: the stock eventsourcing library as its documentation shows it, saving events of equal content.

Stock JSON mapper, stock recorders, SQLite with `synchronous=FULL`, PostgreSQL in the default mode (table lock), ten
events a transaction; for views the stock ProjectionRunner with one counting view. Only the product goes through the
one door to the library (`domain/model.py`); a rival that is measured stands outside, hence `import_module`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

from psycopg.conninfo import conninfo_to_dict

_domain = import_module("eventsourcing.domain")
_application = import_module("eventsourcing.application")
_projection = import_module("eventsourcing.projection")
_postgres = import_module("eventsourcing.postgres")

PER_SAVE = 10
_SECONDS_MAX = 120.0


class Home(_domain.Aggregate):  # type: ignore[misc, name-defined]
    """A home whose beds are licensed; an event says as much as ours, envelope included."""

    beds = 0
    since = ""

    @_domain.event("BedsLicensed")
    def license_beds(
        self,
        beds: int,
        since: str,
        occurred_on: str,
        command_id: str,
        command: str,
        actor: str,
        post: str,
        source: str,
        facility: str,
        region: str,
    ) -> None:
        """The number of beds from a day on."""
        self.beds, self.since = beds, since


class Homes(_application.Application):  # type: ignore[misc, name-defined]
    """The stock application."""


class Counted(_postgres.PostgresTrackingRecorder):  # type: ignore[misc, name-defined]
    """A view that counts events, with its position in the same transaction."""

    def __init__(self, datastore: Any, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.sql_create_statements.append(
            _postgres.SQL("CREATE TABLE IF NOT EXISTS counted (one int PRIMARY KEY, events bigint NOT NULL)")
        )

    def count(self, tracking: Any) -> None:
        """One more."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                "INSERT INTO counted VALUES (1, 1) ON CONFLICT (one) DO UPDATE SET events = counted.events + 1"
            )


class Counting(_projection.Projection):  # type: ignore[misc, name-defined]
    """The stock projection of every event."""

    def process_event(self, domain_event: Any, tracking: Any) -> None:
        """Count the event."""
        self.view.count(tracking)


def _env(where: Path | str) -> dict[str, str]:
    if isinstance(where, Path):
        return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(where / "rival.sqlite3")}
    known = conninfo_to_dict(where)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_PASSWORD": str(known.get("password", "")),
        **{f"POSTGRES_{name.upper()}": str(known[name]) for name in ("dbname", "host", "port", "user")},
    }


class Rival:
    """A stock application on an engine."""

    def __init__(self, where: Path | str) -> None:
        self.env = _env(where)
        self.app = Homes(env=self.env)

    def save(self, events: int) -> int:
        """Events in transactions of ten: the commands are called on the aggregate, then it is saved."""
        for _ in range(events // PER_SAVE):
            home = Home()
            self._licensed(home, PER_SAVE - 1)
            self.app.save(home)
        return events // PER_SAVE * PER_SAVE

    @staticmethod
    def _licensed(home: Any, times: int) -> None:
        for beds in range(times):
            home.license_beds(
                beds=100 + beds,
                since="2021-03-01",
                occurred_on="2021-03-01",
                command_id=str(uuid4()),
                command="facility.license_beds",
                actor="bench.regulator",
                post="regulator",
                source="form",
                facility=str(home.id),
                region="370102",
            )

    def project(self) -> int:
        """Bring a fresh counting view to the head with the stock runner; how many events that was."""
        last = self.app.recorder.max_notification_id()
        with _projection.ProjectionRunner(
            application_class=Homes, projection_class=Counting, view_class=Counted, env=self.env
        ) as runner:
            runner.wait(last, timeout=_SECONDS_MAX)
        return last

    def close(self) -> None:
        """Close its connections."""
        self.app.close()


@contextmanager
def rival(where: Path | str) -> Iterator[Rival]:
    """A stock application that is closed afterwards."""
    one = Rival(where)
    try:
        yield one
    finally:
        one.close()
