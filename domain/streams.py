"""The id of a stream that something makes: the same thing leads to the same stream, however often it is asked."""

from __future__ import annotations

from functools import lru_cache
from uuid import NAMESPACE_URL, uuid5

UNNAMED = "shouwang"
"""The name of a node that was given none."""


def stream_of(command_id: str, node: str) -> str:
    """The stream that a command makes, by the command's id and the node that records it.

    Two nodes may give commands of one id. A node without a name of its own keeps to the ids that it gave before there were
    others; it cannot be a part of anything larger until it has a name.
    """
    return _stream(command_id if node == UNNAMED else f"{node}\n{command_id}")


@lru_cache(maxsize=4096)
def _stream(key: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"shouwang:{key}"))


def derived(*about: str) -> str:
    """A stream that is found again by what it is about (a month of an outlet, an item of an inspection).

    A line break parts the words, which no command's id may hold: so nobody makes such a stream by choosing an id.
    """
    return _stream("\n".join(about))
