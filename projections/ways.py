"""The way of a yuan, both ways: from an appropriation through allotments and batches to persons, and from a person up again.

Read from the log itself: which fund names which stands in the mentions that the log keeps. Everything as of a business
moment and as known at a position.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domain import matching
from domain.batches import Batch
from domain.entries import fold, in_force
from domain.funds import Fund
from domain.log import Log
from domain.model import Refused, Wording
from domain.people import Person
from domain.values import yuan

LINES_MAX = 1_000
"""Lines of a batch that are listed; its sum is that of all."""
SUMS = ("amount", "received", "allotted", "paid", "returned", "withdrawn", "lapsed", "balance")
NO_WAY = Wording(
    "只能追踪资金、批次或人员",
    "only a fund, a batch or a person can be followed",
    "给出资金、批次或人员的编号",
    "give the id of a fund, a batch or a person",
)


@dataclass(frozen=True)
class Ways:
    """What the log says of money at a business moment, as known at a position."""

    log: Log
    moment: str
    position: int

    def way(self, stream: str) -> dict[str, Any]:
        """Up to the root and down to the recipients, as `way --format json` prints it. Raises Refused for anything else."""
        state = self.state(stream)
        if isinstance(state, Fund):
            return {"stream": stream, "up": self._up(state.parent), "down": self._fund(stream, state)}
        if isinstance(state, Batch):
            return {"stream": stream, "up": self._up(state.fund), "down": self._batch(stream, state)}
        if isinstance(state, Person):
            batches = (one for one in self._naming(stream) if isinstance(one[1], Batch))
            return {"stream": stream, "payments": [self._payment(stream, *one) for one in batches]}
        raise Refused("reference.unknown", NO_WAY, "stream")

    def state(self, stream: str) -> Any:
        """A thing as it was, None before it began."""
        entries = in_force(self.log.stream(stream, until=self.position))
        return fold(entries[0].aggregate, entries, until=self.moment) if entries else None

    def _naming(self, stream: str) -> Iterator[tuple[str, Any]]:
        """The things in other streams that name one, in the order in which they came."""
        for other in dict.fromkeys(other for other, _ in self.log.mentions(stream)):
            state = self.state(other)
            if state is not None:
                yield other, state

    def _up(self, stream: str | None) -> list[dict[str, Any]]:
        """The funds above, the appropriation first."""
        found: list[dict[str, Any]] = []
        while stream is not None and isinstance(state := self.state(stream), Fund):
            found.insert(0, self._named(stream, state))
            stream = state.parent
        return found

    @staticmethod
    def _named(stream: str, fund: Fund) -> dict[str, Any]:
        said = {
            name: getattr(fund, name) for name in ("source", "programme", "year", "document_no", "region", "facility")
        }
        return {"stream": stream, **said} | {name: yuan(getattr(fund, f"{name}_fen")) for name in SUMS}

    def _fund(self, stream: str, fund: Fund) -> dict[str, Any]:
        below = list(self._naming(stream))
        return self._named(stream, fund) | {
            "allotments": [self._fund(s, one) for s, one in below if isinstance(one, Fund) and one.parent == stream],
            "batches": [self._batch(s, one) for s, one in below if isinstance(one, Batch) and one.fund == stream],
        }

    @staticmethod
    def _batch(stream: str, batch: Batch) -> dict[str, Any]:
        lines, doubts = list(batch.line_of.values()), matching.doubts(batch)
        return {
            "stream": stream,
            "period": batch.period,
            "programme": batch.programme,
            "status": batch.status,
            "total": yuan(batch.total_fen),
            "paid": yuan(batch.paid_fen),
            "returned": yuan(batch.returned_fen),
            "lines": len(lines),
            "recipients": [
                {
                    "person": line.person,
                    "amount": yuan(line.amount_fen),
                    "state": batch.became(line.person),
                    "doubts": [match.rule for match in doubts.get(line.person, ())],
                }
                for line in lines[:LINES_MAX]
            ],
        }

    def _payment(self, person: str, stream: str, batch: Batch) -> dict[str, Any]:
        return {
            "batch": stream,
            "period": batch.period,
            "amount": yuan(batch.due_to(person)),
            "state": batch.became(person),
            "up": self._up(batch.fund),
        }
