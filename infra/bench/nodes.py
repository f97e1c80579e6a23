"""A node to measure: the whole product on SQLite or PostgreSQL, built by the composition root like any other."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from domain.accounts import Actor
from domain.desk import Submission
from domain.log import Receipt
from domain.model import Post, Refused
from infra.bootstrap import Services, bootstrap
from infra.settings import Settings

SQLITE, POSTGRES = "SQLite", "PostgreSQL"
PROVINCE = "370000"
REGULATOR = Actor("bench.regulator", Post.REGULATOR, region=PROVINCE)
"""Judged like any user: the post may give the command, and the region must cover the facility."""


class Place:
    """Where nodes of one engine are made, and thrown away afterwards."""

    def __init__(self, engine: str, workspace: Path, server: str | None) -> None:
        self.engine, self.workspace, self.server = engine, workspace, server

    @contextmanager
    def empty(self) -> Iterator[Path | str]:
        """A new data directory, or the URL of a new database."""
        if self.server is None:
            directory = Path(tempfile.mkdtemp(dir=self.workspace))
            try:
                yield directory
            finally:
                shutil.rmtree(directory, ignore_errors=True)
            return
        name = f"bench_{uuid.uuid4().hex[:12]}"
        with psycopg.Connection.connect(self.server, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"{self.server.rsplit('/', 1)[0]}/{name}"
        finally:
            with psycopg.Connection.connect(self.server, autocommit=True) as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def open_node(where: Path | str) -> Services:
    """The product on a data directory or a database, with vault, schemas and digests as in use."""
    settings = Settings(data=where) if isinstance(where, Path) else Settings(database_url=where)
    return bootstrap(settings)


def close_node(services: Services) -> None:
    """Let go of all connections."""
    services.log.close()
    services.views.engine.dispose()
    services.vault._store.close()  # noqa: SLF001  the node shares it and has no close of its own


@contextmanager
def node(place: Place) -> Iterator[Services]:
    """A fresh node of a place."""
    with place.empty() as where:
        services = open_node(where)
        try:
            yield services
        finally:
            close_node(services)


def record(services: Services, submissions: Sequence[Submission], group: int = 500) -> list[Receipt]:
    """Submit in groups; anything refused is a fault of the benchmark."""
    receipts: list[Receipt] = []
    for start in range(0, len(submissions), group):
        for answer in services.desk.submit_many(submissions[start : start + group]):
            if isinstance(answer, Refused):
                raise answer
            receipts.append(answer)
    return receipts


def submission(command: str, args: dict[str, Any], **more: Any) -> Submission:
    """One command of the regulator, under a fresh id."""
    return Submission(command, str(uuid.uuid4()), args, REGULATOR, **more)
