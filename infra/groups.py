"""Commands in groups: what one unit of work decides and one transaction records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

GROUP = 500
"""So many that the work of a commit is shared, so few that others who record wait only a moment."""

One = TypeVar("One")


def in_groups(many: Iterable[One]) -> Iterator[list[One]]:
    """Lists of at most GROUP, in order."""
    rest = iter(many)
    while group := list(islice(rest, GROUP)):
        yield group
