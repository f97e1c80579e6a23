"""A right that one process holds at a time: to keep the views up to the log, to rebuild them.

Two that believed they held it would still write nothing twice (`projections.runner` moves positions by compare-and-set):
the right only spares the second one the work. It ends with the process that holds it, however that ends.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from domain.log import LogUnavailable


class Turn:
    """One right over the views of one node: an advisory lock of PostgreSQL, or the lock of a file beside those of SQLite."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine, self.name = engine, name
        self._held: Connection | sqlite3.Connection | None = None

    def take(self) -> bool:
        """Whether this process holds the right now; takes it where nobody does. Raises LogUnavailable."""
        if self.engine.dialect.name == "postgresql":
            return self._on_postgres()
        return self._held is not None or self._on_sqlite()

    def give(self) -> None:
        """Give the right to whoever wants it."""
        held, self._held = self._held, None
        if isinstance(held, Connection):
            with suppress(SQLAlchemyError):
                held.execute(text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))"), {"name": self._key})
            held.invalidate()  # not back to the pool: with it the lock surely ends
        if held is not None:
            held.close()

    @property
    def _key(self) -> str:
        return f"shouwang:views:{self.name}"

    def _on_postgres(self) -> bool:
        try:
            if isinstance(self._held, Connection):
                self._held.execute(text("SELECT 1"))  # a connection that was lost has lost the lock too
                return True
            # Outside any transaction, which the server might end for being idle, and the lock with it.
            connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            took = connection.scalar(
                text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))"), {"name": self._key}
            )
        except SQLAlchemyError:
            self.give()
            raise
        if not took:
            connection.close()
            return False
        self._held = connection
        return True

    def _on_sqlite(self) -> bool:
        assert self.engine.url.database
        file = Path(self.engine.url.database).with_name(f"{self.name}.lock")
        lock = None
        try:
            lock = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if lock is not None:
                lock.close()
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                return False
            raise LogUnavailable(
                f"无法锁定 {file.name}，不能更新统计视图：请检查磁盘空间和目录权限",
                f"{file.name} cannot be locked, so the views cannot be kept: check disk space and permissions",
            ) from error
        self._held = lock
        return True
