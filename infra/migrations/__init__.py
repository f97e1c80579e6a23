"""Brings the tables of every place to this release: the log, the vault, what lies sealed beside it, and the views.

Each folder beside this file holds the revisions of one place, for Alembic, in order. A place says in its own table
`alembic_version` which of them it has. The first revision makes what is missing of the tables of the releases that kept
no such table, so a new place and an old one end up the same. A revision is never edited once it was released.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, inspect, text

from adapters.places import Ready
from domain.log import LogUnavailable

PLACES = ("log", "vault", "sealed", "views")
REVISIONS = "alembic_version"
LOCK_S = 60.0
"""How long a process waits for another one that brings the same place to this release."""


@cache
def revisions(place: str) -> tuple[str, ...]:
    """The revisions of a place in order: each module is named after its own."""
    return tuple(sorted(file.name[1:5] for file in _folder(place).glob("v[0-9][0-9][0-9][0-9]_*.py")))


def _folder(place: str) -> Path:
    return Path(__file__).parent / place


def migrations(*, data: Path | None, database_url: str | None) -> Callable[[str], Ready]:
    """What makes each place of a data directory, or of a PostgreSQL database, ready."""
    if database_url:
        url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", database_url)
        return lambda place: OnPostgres(place, url).ready
    if data is None:
        raise ValueError("there is neither a data directory nor a database URL")
    return lambda place: OnSQLite(place, data).ready


class Migration:
    """One place and how far its tables have come."""

    def __init__(self, place: str, engine: Engine) -> None:
        self.place, self.engine = place, engine

    def ready(self, make: bool) -> bool:
        """Bring the place to this release; with `make`, make it if it is not there. Whether it is there.

        Safe in any number of processes at once. Raises LogUnavailable for a place that a newer release wrote, and what
        the database says where it cannot be read or written.
        """
        if not self._exists() and not make:
            return False
        if self._exists():
            with self.engine.connect() as connection:
                has = self._revision(connection)
                if has == revisions(self.place)[-1]:
                    return True
                if has is None and not make and not self._tables(connection):
                    return False
        with self._alone() as connection:
            self._upgrade(connection)
        return True

    def _upgrade(self, connection: Connection) -> None:
        """Run what is missing, in the transaction of the connection."""
        # Only here: a place that is of this release, the usual case, shall not wait for the import.
        from alembic.config import Config
        from alembic.runtime.environment import EnvironmentContext
        from alembic.script import ScriptDirectory

        has = self._revision(connection)
        if has is not None and has not in revisions(self.place):
            raise LogUnavailable(
                f"{self.place} 由更新的版本写入（结构 {has}），本程序只认识到 {revisions(self.place)[-1]}。请升级程序。",
                f"{self.place} was written by a newer release (tables of revision {has}); this one knows"
                f" {revisions(self.place)[-1]}. Upgrade the program.",
            )
        folder = str(_folder(self.place))
        scripts = ScriptDirectory(folder, version_locations=[folder])
        with EnvironmentContext(Config(), scripts) as environment:
            environment.configure(
                connection=connection,
                fn=lambda revision, _: scripts._upgrade_revs("head", revision),  # noqa: SLF001  as its own command does
                version_table=REVISIONS,
            )
            environment.run_migrations()

    def _revision(self, connection: Connection) -> str | None:
        """The last revision that the place has; None where it is not there, or older than revisions."""
        if not inspect(connection).has_table(REVISIONS):
            return None
        return connection.scalar(text(f"SELECT version_num FROM {REVISIONS}"))

    @staticmethod
    def _tables(connection: Connection) -> list[str]:
        return inspect(connection).get_table_names()

    def _exists(self) -> bool:
        raise NotImplementedError

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """A transaction while which no other process brings this place anywhere."""
        raise NotImplementedError
        yield  # an iterator all the same


class OnSQLite(Migration):
    """A file of its own in the data directory, readable by its owner only."""

    def __init__(self, place: str, data: Path) -> None:
        self.file = data / f"{place}.sqlite3"
        engine = create_engine(f"sqlite:///{self.file}", poolclass=NullPool, connect_args={"timeout": LOCK_S})
        event.listen(engine, "connect", _leave_transactions_to_us)
        super().__init__(place, engine)

    def _exists(self) -> bool:
        return self.file.exists()

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.file, os.O_CREAT | os.O_RDWR, 0o600))
        # The change of mode does not wait for other processes that do the same, so they take turns at a lock beside it.
        with closing(
            sqlite3.connect(self.file.with_name("upgrade.lock"), timeout=LOCK_S, isolation_level=None)
        ) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
                connection.exec_driver_sql("PRAGMA synchronous=FULL")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
                connection.exec_driver_sql("COMMIT")


def _leave_transactions_to_us(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None


class OnPostgres(Migration):
    """A schema of its own."""

    def __init__(self, place: str, url: str) -> None:
        engine = create_engine(url, poolclass=NullPool)
        event.listen(engine, "connect", self._look_here)
        super().__init__(place, engine)

    def _look_here(self, connection: object, _record: object) -> None:
        connection.execute(f"SET search_path TO {self.place}")  # type: ignore[attr-defined]
        connection.commit()  # type: ignore[attr-defined]

    def _exists(self) -> bool:
        return True

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            turn = text("SELECT pg_advisory_xact_lock(hashtextextended(:turn, 0))")
            connection.execute(turn, {"turn": f"shouwang:{self.place}:upgrade"})
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {self.place}")
            yield connection
