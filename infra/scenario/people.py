"""Those who receive money: drawn persons in pools, each registered once, however many programmes pay them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from infra.scenario.plan import Plan
from infra.scenario.residents import Crowd, Resident
from infra.scenario.scene import Scene

RESIDENTS = "residents."
"""What a pool of those who stay in homes is called, before their category."""


@dataclass(frozen=True)
class Payee:
    """Somebody who is paid: where, how much more or less than others, and from when to when if they stay in a home."""

    ref: Mapping[str, str]
    county: str
    weight: float
    came: date = date.min
    left: date | None = None


@dataclass
class Pools:
    """The payees of a scene by pool, registered when the books began, as many as are asked for."""

    scene: Scene
    plan: Plan
    crowd: Crowd
    residents: Sequence[Resident]
    made: dict[str, list[Payee]] = field(default_factory=dict)

    def everybody(self, pools: Sequence[str]) -> list[Payee]:
        """All who are in some pools so far."""
        return [payee for pool in pools for payee in self._pool(pool)]

    def some(self, pools: Sequence[str], count: int, chance: random.Random) -> list[Payee]:
        """So many from some pools: of those there are, drawn; where they are too few, more in the last pool."""
        there = self.everybody(pools)
        if count <= len(there):
            return there[:count] if len(pools) == 1 else chance.sample(there, count)
        return there + [self._register(pools[-1]) for _ in range(count - len(there))]

    def _pool(self, pool: str) -> list[Payee]:
        if pool.startswith(RESIDENTS) and pool not in self.made:
            chance, category = self.scene.chance("pool", pool), pool.removeprefix(RESIDENTS)
            self.made[pool] = [
                Payee(r.person, r.host.county, _weight(chance), r.came, r.left)
                for r in self.residents
                if r.category == category
            ]
        return self.made.setdefault(pool, [])

    def _register(self, pool: str) -> Payee:
        manner: Mapping[str, Any] = self.plan.manner("people")[pool]
        its, label = self.made[pool], f"person/{pool}/{len(self.made[pool])}"
        chance, counties = self.scene.chance(label), self.scene.counties()
        county = chance.choices(counties, weights=[1 / (i + 1) for i in range(len(counties))])[0]
        first, last = self.scene.opening
        day = first + (last - first) * chance.random()
        its.append(Payee(self.crowd.person(label, county, manner["ages"], day), county, _weight(chance)))
        return its[-1]


def _weight(chance: random.Random) -> float:
    return 0.6 + 0.8 * chance.random()
