"""The database of the views: opened here, made ready by whoever first writes to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event, insert, inspect, select, text, update
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.schema import CreateTable, DropTable

from domain.log import LogUnavailable
from projections.tables import FORMAT, GENERATION, Tables, tables
from projections.turns import Turn


def _version() -> str:
    """A digest of the code and data that rows follow from: views that another build made are built anew, never read."""
    digest, here = sha256(), Path(__file__).parent
    declared = [*(here.parent / "domain").rglob("*.py"), *(here.parent / "domain").rglob("*.toml"), *here.glob("*.py")]
    for file in sorted(declared):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


VERSION = _version()

POOLED = 2
"""Connections to PostgreSQL that stay open; as many more as there are threads come and go."""
PROJECTIONS = ("histories", "timelines")


def open_views(*, data: Path | None = None, database_url: str | None = None, ready: Callable[[bool], bool]) -> Engine:
    """An engine on `DIR/views.sqlite3`, or on the schema `views` of a PostgreSQL database.

    `ready` brings what stands beside the generations to this release, before the first connection is made.
    """
    engine, made = _engine(data, database_url), Event()

    def before_connecting(*_: Any) -> None:
        if not made.is_set():
            ready(True)
            made.set()

    event.listen(engine, "do_connect", before_connecting)
    return engine


def _engine(data: Path | None, database_url: str | None) -> Engine:
    if database_url:
        url = database_url.replace("postgresql://", "postgresql+psycopg://", 1).replace(
            "postgres://", "postgresql+psycopg://", 1
        )
        # What a crash takes from the views is applied again from the log, so no commit of theirs waits for the disk.
        options = "-csearch_path=views -csynchronous_commit=off"
        return create_engine(url, pool_pre_ping=True, pool_size=POOLED, connect_args={"options": options})
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


class Outdated(LogUnavailable):
    """The views were made by another build."""

    def __init__(self) -> None:
        super().__init__(
            "统计视图由另一版本的程序建立，尚不能读取。程序启动时会自动重建，请稍候再试；若一直如此，请重新启动本程序。账本不受影响。",
            "The views were made by another build of the program and cannot be read yet. A program that starts builds"
            " them anew: try again in a moment, and restart this one if it stays so. The log is not touched.",
        )


class Busy(LogUnavailable):
    """Somebody else rebuilds the views."""

    def __init__(self) -> None:
        super().__init__(
            "另一个程序正在重建统计视图。请等它结束。",
            "Another program is rebuilding the views. Wait until it has ended.",
        )


def prepare(engine: Engine) -> Tables:
    """The live generation, made when there is none.

    Raises Outdated when another build made it, LogUnavailable when the views cannot be opened.
    """
    try:
        if live_generation(engine) is None:
            _made(engine)
        with engine.connect() as connection:
            return tables(live_of(connection))
    except SQLAlchemyError as error:
        if engine.dialect.name == "postgresql":
            where = f"{engine.url.host or 'localhost'}:{engine.url.port or 5432}"
            raise LogUnavailable(
                f"无法打开统计视图：数据库服务器 {where} 没有应答或不接受。请检查地址、账号和服务是否启动",
                f"the views cannot be opened: the server {where} does not answer or refuses; check address, account, service",
            ) from error
        raise LogUnavailable(
            f"无法打开统计视图：请检查磁盘空间和目录权限（{type(error).__name__}）",
            f"the views cannot be opened: check disk space and permissions ({type(error).__name__})",
        ) from error


def live_of(connection: Connection) -> int:
    """The live generation for this build. Raises Outdated when another build made it."""
    live, made_by = connection.execute(select(GENERATION.c.live, select(FORMAT.c.version).scalar_subquery())).one()
    if made_by != VERSION:
        raise Outdated
    return int(live)


def _made(engine: Engine) -> int:
    """Make the first generation; of several processes that try at once, one does."""
    with engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(7311)"))
        live = connection.scalar(select(GENERATION.c.live))
        if live is None:
            live = 1
            connection.execute(insert(GENERATION), {"one": 1, "live": live})
            connection.execute(insert(FORMAT), {"one": 1, "version": VERSION})
            tables(live).metadata.create_all(connection)
            reach(connection, tables(live), 0)
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


def reach(connection: Connection, made: Tables, position: int) -> None:
    """Say how far a generation has come that had not come anywhere yet."""
    connection.execute(insert(made.progress), [{"projection": name, "position": position} for name in PROJECTIONS])


def next_generation(engine: Engine) -> Tables:
    """Empty tables beside the live ones, without indexes; whatever else was left behind is dropped."""
    live = live_generation(engine) or _made(engine)
    new = tables(live + 1)
    with engine.execution_options(writes=True).begin() as connection:
        for name in inspect(connection).get_table_names():
            number = re.search(r"_(\d+)$", name)
            if number and int(number[1]) != live:
                connection.execute(DropTable(Table(name, MetaData())))
        for table in new.metadata.sorted_tables:
            connection.execute(CreateTable(table))
    return new


def go_live(engine: Engine, new: Tables) -> None:
    """Whoever asks from now on is answered from these tables."""
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(update(GENERATION).values(live=new.generation))
        connection.execute(update(FORMAT).values(version=VERSION))


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Rebuild alone. Raises Busy when another process does."""
    turn = Turn(engine, "rebuild")
    if not turn.take():
        raise Busy
    try:
        yield
    finally:
        turn.give()
