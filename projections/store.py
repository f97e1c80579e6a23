"""The database of the views: opened here, made ready by whoever first writes to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError

from domain.log import LogUnavailable
from projections.tables import ALWAYS, FORMAT, GENERATION, Tables, tables

VERSION = "1"
"""Of the tables; views of another version are rebuilt, never read."""

PROJECTIONS = ("histories", "timelines")


def open_views(*, data: Path | None = None, database_url: str | None = None) -> Engine:
    """An engine on `DIR/views.sqlite3`, or on the schema `views` of a PostgreSQL database."""
    if database_url:
        url = database_url.replace("postgresql://", "postgresql+psycopg://", 1).replace(
            "postgres://", "postgresql+psycopg://", 1
        )
        return create_engine(url, pool_pre_ping=True, connect_args={"options": "-csearch_path=views"})
    assert data is not None
    engine = create_engine(
        f"sqlite:///{data / 'views.sqlite3'}", connect_args={"timeout": 30, "check_same_thread": False}
    )
    event.listen(engine, "connect", _pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _pragmas(connection: Any, _record: Any) -> None:
    """The views can always be rebuilt, so NORMAL is safe enough; WAL lets readers go on."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "cache_size=-65536", "mmap_size=268435456"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Writers take their lock at once; readers never hold one."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def prepare(engine: Engine) -> Tables:
    """The live generation, made when there is none. Raises LogUnavailable when the views cannot be opened."""
    try:
        live = live_generation(engine)
        return tables(live if live is not None else _made(engine))
    except SQLAlchemyError as error:
        raise LogUnavailable(
            f"无法打开统计视图：请检查磁盘空间和目录权限（{type(error).__name__}）",
            f"the views cannot be opened: check disk space and permissions ({type(error).__name__})",
        ) from error


def _made(engine: Engine) -> int:
    """Make the first generation; of several processes that try at once, one does."""
    with engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(7311)"))
            connection.execute(text("CREATE SCHEMA IF NOT EXISTS views"))
        ALWAYS.create_all(connection)
        live = connection.scalar(select(GENERATION.c.live))
        if live is None:
            live = 1
            connection.execute(insert(GENERATION), {"one": 1, "live": live})
            connection.execute(insert(FORMAT), {"one": 1, "version": VERSION})
            create(connection, tables(live))
    return live


def live_generation(engine: Engine) -> int | None:
    """The number of the live generation; None before the first."""
    try:
        with engine.connect() as connection:
            return connection.scalar(select(GENERATION.c.live))
    except (OperationalError, ProgrammingError):
        if inspect(engine).has_table(GENERATION.name):
            raise
        return None


def create(connection: Connection, made: Tables) -> None:
    """Make the empty tables of a generation."""
    made.metadata.create_all(connection)
    connection.execute(insert(made.progress), [{"projection": name, "position": 0} for name in PROJECTIONS])
