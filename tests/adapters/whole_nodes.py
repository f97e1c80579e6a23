"""A whole node for one test, on SQLite and on PostgreSQL: log, vault, and what lies beside them sealed."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adapters.bookmarks import Bookmarks
from adapters.drafts import Drafts
from adapters.event_store import EventLog, open_log
from adapters.evidence import Evidence
from adapters.schemas import Schemas
from adapters.sealed_store import SEALED
from adapters.vault import KeyVault
from adapters.vault_store import VaultStore, open_vault
from domain.catalogue import commands
from domain.desk import Desk, Submission
from tests.adapters.vault_stores import Hand
from tests.places import ready
from tests.scene import reference

HOME = {
    "kind": "elderly_care_home",
    "name": "福寿敬老院",
    "site_no": "01",
    "region": "540402",
    "address": "八一镇",
    "operator": "public",
    "opened_on": "2022-12-01",
}


@dataclass
class Parts:
    """What one process has opened on the stores of a node."""

    log: EventLog
    vault: VaultStore
    beside: VaultStore
    desk: Desk
    evidence: Evidence
    drafts: Drafts
    bookmarks: Bookmarks

    def close(self) -> None:
        """Give back every connection."""
        for opened in (self.log, self.vault, self.beside):
            opened.close()


def opened(clock: Hand, where: dict[str, Any]) -> Parts:
    """The stores opened once more, as another process would."""
    log = open_log(**where, node="test", ready=ready("log", **where))
    kept = open_vault(**where, ready=ready("vault", **where))
    beside = open_vault(**where, place=SEALED, ready=ready("sealed", **where))
    vault = KeyVault(kept, clock)
    schemas = Schemas({name: command.fields for name, command in commands().items()}, reference().choices, clock)
    desk = Desk(log, vault, schemas, reference(), clock)
    lying_beside = Evidence(beside, vault, log, clock), Drafts(beside, vault, clock), Bookmarks(beside, vault, clock)
    return Parts(log, kept, beside, desk, *lying_beside)


class Node:
    """A node on stores that nobody has written to, and the clock that the test moves."""

    def __init__(self, where: dict[str, Any]) -> None:
        self.clock, self.where, self.said = Hand(), where, 0
        self.opened = [opened(self.clock, where)]
        self.services = self.opened[0]

    def again(self) -> Parts:
        """Another process on the same stores."""
        self.opened.append(opened(self.clock, self.where))
        return self.opened[-1]

    def record(self, command: str, **args: Any) -> str:
        """Submit a command of the first of May 2024 as the local operator; the stream it made."""
        self.said += 1
        submission = Submission(command, f"said-{self.said}", args, occurred_on=date(2024, 5, 1), source="scenario")
        return self.services.desk.submit(submission).stream

    def hazard(self, *digests: str) -> str:
        """Record a hazard that names files; its stream."""
        home = self.record("facility.register", **HOME)
        return self.record(
            "hazard.find", facility=home, grade="general", subject="配电箱旁堆放杂物", photos=list(digests)
        )


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def node(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Node]:
    """A node whose stores nobody has written to."""
    where: dict[str, Any] = {"data": tmp_path / "var", "database_url": None}
    if request.param == "postgres":
        with warnings.catch_warnings(action="ignore"):  # the wheel warns where XDG_RUNTIME_DIR is not set
            where = {"data": None, "database_url": request.getfixturevalue("database_url")}
        with psycopg.connect(where["database_url"], autocommit=True) as connection:
            connection.execute("SET client_min_messages = error")
            for schema in ("log", "vault", "sealed"):
                connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    made = Node(where)
    yield made
    for parts in made.opened:
        parts.close()
