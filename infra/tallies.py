"""How long something took, counted by several processes together.

Each process adds to a slot of its own in memory that all of them see, so none waits for another, and whichever is asked
tells the sum of all. A process that is replaced leaves its slot, with what it counted, to the one in its place.
"""

from __future__ import annotations

import multiprocessing
from bisect import bisect_left
from ctypes import Array, c_double
from itertools import accumulate
from threading import Lock
from typing import Any

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the buckets, in seconds; behind the last there is one without an end."""
_WIDTH = len(BOUNDS) + 2
"""The buckets and the sum."""

Cells = Any
"""The memory that the processes share: it goes to a process with what starts it."""


def shared(slots: int) -> Cells:
    """Memory for so many processes."""
    return multiprocessing.get_context("spawn").RawArray(c_double, slots * _WIDTH)


class Tally:
    """One process's slot to write into, all slots to read."""

    def __init__(self, cells: Cells | None = None, slot: int = 0) -> None:
        """Without shared memory it counts for this process alone."""
        self._cells: Array[c_double] = shared(1) if cells is None else cells
        self._at, self._lock = slot * _WIDTH, Lock()

    def add(self, seconds: float) -> None:
        """Count one that took so long."""
        with self._lock:
            self._cells[self._at + bisect_left(BOUNDS, seconds)] += 1
            self._cells[self._at + _WIDTH - 1] += seconds

    def buckets(self) -> list[tuple[str, float]]:
        """(upper end, how many took at most so long), as Prometheus wants histograms; the last is `+Inf`."""
        counts = [sum(self._cells[bucket::_WIDTH]) for bucket in range(_WIDTH - 1)]
        return list(zip([*(f"{bound:g}" for bound in BOUNDS), "+Inf"], accumulate(counts), strict=True))

    def seconds(self) -> float:
        """How long all of them took together."""
        return sum(self._cells[_WIDTH - 1 :: _WIDTH])
