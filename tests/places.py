"""What tests hand to whatever opens a place: the product's own migrations, and empty stores to copy."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from adapters.places import Ready
from infra.migrations import migrations

COPIED = ("log", "vault")
GUARDED_TABLES = ("events", "commands", "mentions", "heads")
"""What nobody may change, whoever holds the tables of the log."""


def ready(place: str, data: Path | None = None, database_url: str | None = None) -> Ready:
    """What brings a place to this release."""
    return migrations(data=data, database_url=database_url)(place)


def made(folder: Path) -> None:
    """Lay an empty log and vault in a folder: a copy of what the migrations make, which costs a tenth of the time."""
    folder.mkdir(parents=True, exist_ok=True)
    for place in COPIED:
        if not (folder / f"{place}.sqlite3").exists():
            shutil.copy(_empty() / f"{place}.sqlite3", folder)


@cache
def _empty() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="shouwang-empty-"))
    for place in COPIED:
        ready(place, data=folder)(True)
    return folder
