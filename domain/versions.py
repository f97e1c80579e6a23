"""Which version of a rule, a list or a rate holds on a day: the law changes, what was done under it does not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class Version(Protocol):
    """Something that holds from a day on, until the next version of it."""

    @property
    def valid_from(self) -> date:
        """The first day on which it holds."""


V = TypeVar("V", bound=Version)


def held_on(versions: Iterable[V], day: date) -> V | None:
    """The version that began last by a day; None before the first."""
    return max((one for one in versions if one.valid_from <= day), key=lambda one: one.valid_from, default=None)
