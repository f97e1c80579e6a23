"""Taking turns: what is compared runs side by side, round after round, and the medians stand."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

Run = Callable[[], int]
"""Does some work and says how many events (commands, questions) it was."""


@dataclass(frozen=True)
class Line:
    """One row of the table.

    `what` was measured against `beside`; `rate` and `floor` are in `unit`. `ratio` is how many times the rate is
    the floor's (for durations: how many times as long), `target` is what we promised of it, `met` whether it holds.
    """

    number: str
    what: str
    engine: str
    beside: str
    unit: str
    rate: float
    floor: float | None
    ratio: float | None
    target: str
    met: bool | None
    note: str = ""


def timed(run: Run) -> float:
    """How much a run does in a second. What the harness holds ready is kept out of the collector's way."""
    gc.collect()
    gc.freeze()
    began = time.perf_counter()
    done = run()
    taken = time.perf_counter() - began
    gc.unfreeze()
    return done / taken


def interleaved(rounds: int, *runs: Run) -> list[list[float]]:
    """The rates of the runs, round by round; whoever began the last round goes last in the next."""
    rates: list[list[float]] = [[] for _ in runs]
    order = list(range(len(runs)))
    for _ in range(rounds):
        for index in order:
            rates[index].append(timed(runs[index]))
        order = order[1:] + order[:1]
    return rates


def compared(
    number: str,
    what: str,
    engine: str,
    beside: str,
    rates: Sequence[Sequence[float]],
    *,
    unit: str,
    least: float | None,
    note: str = "",
) -> Line:
    """A row from the rates of the product and of what it runs beside: the median of the ratios of the rounds."""
    ours, theirs = rates
    ratio = median(a / b for a, b in zip(ours, theirs, strict=True))
    target = "" if least is None else f"≥ {least:g} ×"
    met = None if least is None else ratio >= least
    return Line(number, what, engine, beside, unit, median(ours), median(theirs), ratio, target, met, note)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that a share of all values does not pass."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
