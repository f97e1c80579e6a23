"""A fresh vault store for one test, on SQLite and on PostgreSQL: the same cases hold for both."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from adapters.vault import KeyVault
from adapters.vault_store import VaultStore, open_vault
from tests.places import ready
from tests.services import database_url, postgres_server

__all__ = ["Hand", "database_url", "opener", "postgres_server", "store"]

Opener = Callable[[], VaultStore]


class Hand:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.moment = datetime(2024, 6, 1, 4, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment that the test has set."""
        return self.moment

    def move(self, **by: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**by)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens the same, at first empty, vault again and again, as several processes would."""
    opened: list[VaultStore] = []
    if request.param == "postgres":
        with warnings.catch_warnings(action="ignore"):  # the wheel warns where XDG_RUNTIME_DIR is not set
            url = request.getfixturevalue("database_url")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET client_min_messages = error; DROP SCHEMA IF EXISTS vault CASCADE")

    def open_once() -> VaultStore:
        opened.append(
            open_vault(database_url=url, ready=ready("vault", database_url=url))
            if request.param == "postgres"
            else open_vault(data=tmp_path / "var", busy_s=5, ready=ready("vault", tmp_path / "var"))
        )
        return opened[-1]

    yield open_once
    for store in opened:
        store.close()


@pytest.fixture
def store(opener: Opener) -> VaultStore:
    """One fresh vault store."""
    return opener()


AT = ("person.registered", "p-1", 1, "name")
CARD = "resident_identity_card"
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


class Timer:
    """Seconds that the test lets pass."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def vault_on(store: VaultStore, **options: object) -> KeyVault:
    """A vault as one process has it."""
    return KeyVault(store, Hand(), **options)
