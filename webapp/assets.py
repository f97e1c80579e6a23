"""Style sheets, scripts and pictures: addressed by what they hold, so that a browser keeps each until it changes."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
DIGITS = 10


@cache
def asset(name: str) -> str:
    """The address of a file under `static/`, with the beginning of its digest."""
    return f"/static/{name}?v={sha256((FOLDER / name).read_bytes()).hexdigest()[:DIGITS]}"


def current(path: str, version: str) -> bool:
    """Whether an address names a file that is there as it is now; only then may it be kept for good."""
    return bool(version) and asset(path.removeprefix("/static/")) == f"{path}?v={version}"
