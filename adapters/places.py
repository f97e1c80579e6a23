"""Where tables lie that belong together: a file of their own on SQLite, a schema of their own on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import MetaData

Ready = Callable[[bool], bool]
"""Brings the tables of a place to this release; with True, makes them where there are none. Whether they are there.

Safe in any number of processes at once. Raises LogUnavailable for what a newer release wrote, and what the database says
where it cannot be read or written. Whoever builds the program hands it over.
"""


@dataclass(frozen=True)
class Place:
    """A name and the tables below it."""

    name: str
    metadata: MetaData

    @property
    def file_name(self) -> str:
        """The file on SQLite."""
        return f"{self.name}.sqlite3"
