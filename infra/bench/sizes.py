"""How much is measured: enough to mean something, or just enough to see that every row can be made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Rounds of every comparison, commands or events of a round, events of the two logs of ten years, seconds under load."""

    rounds: int
    singles: int
    groups: int
    rebuilt: int
    small: int
    large: int
    questions: int
    wire: int
    seconds: float
    outage: float


FULL = Sizes(
    rounds=5,
    singles=200,
    groups=4,
    rebuilt=50_000,
    small=100_000,
    large=1_000_000,
    questions=300,
    wire=20_000,
    seconds=60.0,
    outage=120.0,
)
QUICK = Sizes(
    rounds=2, singles=5, groups=1, rebuilt=500, small=1_000, large=2_000, questions=6, wire=300, seconds=2.0, outage=2.0
)
