"""The id of a stream that something makes: the same thing leads to the same stream, however often it is asked."""

from __future__ import annotations

from functools import lru_cache
from uuid import NAMESPACE_URL, uuid5


@lru_cache(maxsize=4096)
def stream_of(key: str) -> str:
    """The stream that a command makes, by the command's id."""
    return str(uuid5(NAMESPACE_URL, f"shouwang:{key}"))


def derived(*about: str) -> str:
    """A stream that is found again by what it is about (a month of an outlet, an item of an inspection).

    A line break parts the words, which no command's id may hold: so nobody makes such a stream by choosing an id.
    """
    return stream_of("\n".join(about))
