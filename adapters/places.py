"""Where tables lie that belong together: a file of their own on SQLite, a schema of their own on PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import MetaData


@dataclass(frozen=True)
class Place:
    """A name and the tables below it; that the table `last` is there tells that all of them are."""

    name: str
    metadata: MetaData
    last: str

    @property
    def file_name(self) -> str:
        """The file on SQLite."""
        return f"{self.name}.sqlite3"
