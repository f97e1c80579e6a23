"""Commands in groups: what one unit of work decides and one transaction records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

GROUP = 500
"""So many that the work of a commit is shared, so few that others who record wait only a moment."""

One = TypeVar("One")


def in_groups(many: Iterable[One], weight: Callable[[One], int] = lambda one: 1) -> Iterator[list[One]]:
    """Lists of at most GROUP by weight, in order; what alone is heavier makes a list of its own."""
    group: list[One] = []
    heavy = 0
    for one in many:
        its = weight(one)
        if group and heavy + its > GROUP:
            yield group
            group, heavy = [], 0
        group.append(one)
        heavy += its
    if group:
        yield group
