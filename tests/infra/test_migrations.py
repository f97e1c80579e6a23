"""The tables of every place come to this release by themselves: new ones, old ones, and by many processes at once."""

from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, text

import infra.migrations as migrating
from adapters import sealed_store, vault_store
from domain.desk import Submission
from domain.log import LogUnavailable
from infra.bootstrap import Services, bootstrap
from infra.migrations import PLACES, OnPostgres, OnSQLite, migrations, revisions
from infra.settings import Settings
from projections import tables
from projections.ask import Ask
from tests.services import database_url, postgres_server

pytestmark = pytest.mark.long

__all__ = ["database_url", "postgres_server"]

OLD = Path(__file__).parents[1] / "golden" / "places"
"""A node of the release before there were revisions: a home, a person in it, an account's password."""
DECLARED = {"vault": vault_store.metadata, "sealed": sealed_store.metadata, "views": tables.ALWAYS}
TOGETHER = 4


@dataclass
class Where:
    """A data directory or a database."""

    data: Path | None = None
    database_url: str | None = None

    def engine(self, place: str) -> Engine:
        """What migrations ask a place with."""
        if self.database_url:
            url = self.database_url.replace("postgresql:", "postgresql+psycopg:")
            return OnPostgres(place, url).engine
        assert self.data is not None
        return OnSQLite(place, self.data).engine

    def ready(self, place: str) -> Callable[[bool], bool]:
        """What brings a place to this release."""
        return migrations(data=self.data, database_url=self.database_url)(place)

    def load(self, place: str) -> None:
        """Lay down a place as the release before left it."""
        dump = (OLD / f"{place}.{'postgres' if self.database_url else 'sqlite'}.sql").read_text(encoding="utf-8")
        if self.database_url:
            with psycopg.connect(self.database_url, autocommit=True) as connection:
                connection.execute(dump)
            return
        assert self.data is not None
        self.data.mkdir(exist_ok=True)
        with closing(sqlite3.connect(self.data / f"{place}.sqlite3")) as connection:
            connection.executescript(dump)

    def services(self) -> Services:
        """The product over it."""
        return bootstrap(Settings(data=self.data or Path("var"), database_url=self.database_url))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Where]:
    """A place where nothing is yet."""
    if request.param == "sqlite":
        yield Where(data=tmp_path / "var")
        return
    url = request.getfixturevalue("database_url")
    with psycopg.connect(url, autocommit=True) as connection:
        for place in PLACES:
            connection.execute(f"SET client_min_messages = error; DROP SCHEMA IF EXISTS {place} CASCADE")
    yield Where(database_url=url)


@pytest.mark.parametrize("place", sorted(DECLARED))
def test_what_migrations_make_is_what_the_code_declares(where: Where, place: str) -> None:
    """Alembic finds no difference between the tables of a new place and those that the code reads and writes."""
    where.ready(place)(True)

    assert _differences(where, place, DECLARED[place]) == []


def test_control_a_table_that_is_not_migrated_is_a_difference(where: Where) -> None:
    """The comparison sees a column that no revision makes."""
    where.ready("sealed")(True)
    with where.engine("sealed").begin() as connection:
        connection.execute(
            text("ALTER TABLE senders DROP COLUMN login" if where.database_url else "DROP TABLE senders")
        )

    assert _differences(where, "sealed", DECLARED["sealed"]) != []


def _differences(where: Where, place: str, declared: MetaData) -> list[Any]:
    with where.engine(place).connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: (kind, name) != ("table", migrating.REVISIONS)}
        )
        return compare_metadata(context, declared)


def test_a_node_of_the_release_before_goes_on(where: Where) -> None:
    """Its log verifies, its figure, its person's name and its password are there, and entries are added to it."""
    for place in ("log", "vault", "sealed"):
        where.load(place)
    services = where.services()

    assert services.log.verify().events == 4
    services.views.catch_up()
    assert services.views.figures(["stay.present"], Ask(date(2024, 3, 10)))[0]["value"] == "1"
    assert services.vault.find("旧版人员")
    assert services.evidence.about(["none"]) == {}
    assert services.passwords.check("old.manager", "an old password of 2024", "127.0.0.1")
    home = Submission("activity.log", "new-1", ACTIVITY, occurred_on=date(2024, 4, 1))
    assert services.desk.submit(home).positions == (5,)
    assert services.log.verify().ok
    assert [_revision(where, place) for place in PLACES] == [revisions(place)[-1] for place in PLACES]
    services.close()


ACTIVITY = {"type": "hotline", "quantities": {"consultations": 41}, "region": "540400"}


def test_a_place_that_a_newer_release_wrote_is_refused(where: Where) -> None:
    """It says so in both languages, with what to do, and changes nothing."""
    where.ready("log")(True)
    with where.engine("log").begin() as connection:
        connection.execute(text(f"UPDATE {migrating.REVISIONS} SET version_num = '9999'"))

    with pytest.raises(LogUnavailable, match="newer release") as refused:
        where.services().log.head()
    assert "更新的版本" in refused.value.zh
    assert _revision(where, "log") == "9999"


def test_a_question_makes_nothing(where: Where) -> None:
    """A mistyped directory, or an empty database, stays as it is when it is only read."""
    services = where.services()

    assert services.log.head().position == 0
    assert not services.vault.find("张三")
    assert where.data is None or not where.data.exists()
    services.close()


def test_a_revision_that_fails_leaves_the_place_as_it_was(
    where: Where, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All revisions that are missing are one transaction; when the fault is mended the same start goes through."""
    folder = tmp_path / "revisions"
    shutil.copytree(Path(migrating.__file__).parent / "sealed", folder / "sealed")
    last = revisions("sealed")[-1]
    broken = folder / "sealed" / f"v{int(last) + 1:04}_broken.py"
    written = (
        f'"""A revision that fails."""\nfrom alembic import op\nrevision = "{int(last) + 1:04}"\n'
        f'down_revision = "{last}"\ndef upgrade():\n    op.execute("CREATE TABLE half (one int)")\n'
    )
    broken.write_text(written + '    op.execute("SELECT no_such_thing")\n', encoding="utf-8")
    where.ready("sealed")(True)
    monkeypatch.setattr(migrating, "_folder", lambda place: folder / place)
    revisions.cache_clear()
    try:
        with pytest.raises(Exception, match="no_such_thing"):
            where.ready("sealed")(False)
        assert (_revision(where, "sealed"), _has(where, "sealed", "half")) == (last, False)
        broken.write_text(written, encoding="utf-8")
        assert where.ready("sealed")(False)
        assert (_revision(where, "sealed"), _has(where, "sealed", "half")) == (f"{int(last) + 1:04}", True)
    finally:
        revisions.cache_clear()


def test_processes_that_start_at_once_make_each_place_once(where: Where) -> None:
    """Four processes open all places of an old node at the same moment: each succeeds, and each revision ran once."""
    for place in ("log", "vault", "sealed"):
        where.load(place)
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(TOGETHER)
    processes = [context.Process(target=_start, args=(where, gate)) for _ in range(TOGETHER)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)

    assert [process.exitcode for process in processes] == [0] * TOGETHER
    assert [_revision(where, place) for place in PLACES] == [revisions(place)[-1] for place in PLACES]
    services = where.services()
    assert services.log.verify().events == 4
    services.close()


def _start(where: Where, gate: Any) -> None:
    gate.wait()
    services = where.services()
    services.log.head()
    services.vault.find("旧版人员")
    services.evidence.about(["none"])
    services.views.catch_up()
    services.close()


def _revision(where: Where, place: str) -> str | None:
    with where.engine(place).connect() as connection:
        return connection.scalar(text(f"SELECT max(version_num) FROM {migrating.REVISIONS}"))


def _has(where: Where, place: str, table: str) -> bool:
    with where.engine(place).connect() as connection:
        return migrating.inspect(connection).has_table(table)
