"""Whether a superior says the same as its subordinates: every figure, every distinct person, every entry by its proof."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from adapters.letters import Dispatch
from adapters.messages import Said, read
from adapters.proof_check import check
from domain.model import Event
from domain.work import loaded
from infra.bootstrap import Services
from projections.ask import Ask

DISTINCT = "distinct"


@dataclass(frozen=True)
class Compared:
    """One figure of one county, there and here."""

    key: str
    county: str
    there: str | None
    here: str | None

    @property
    def equal(self) -> bool:
        """Whether both say the same."""
        return self.there == self.here


def figures(county: Services, above: Services, region: str, as_of: date) -> Iterator[Compared]:
    """Every figure of the county's region, asked at the county and at its superior."""
    ask = Ask(as_of, region=region)
    for key in county.reference.figures:
        yield Compared(key, region, *(one.views.figure(key, ask)["value"] for one in (county, above)))


def union(counties: Iterable[Services], above: Services, region: str, as_of: date) -> dict[str, tuple[int, int, int]]:
    """Of each figure of different persons: (sum of the counties, different members of all counties, the superior's number).

    The second and the third are to be equal; the first counts a person once for each county.
    """
    ask, found = Ask(as_of, region=region), {}
    for key, figure in above.reference.figures.items():
        if figure.kind != DISTINCT or figure.unit != "人":
            continue
        members = [{one["member"] for one in county.views.trace(key, ask)["members"]} for county in counties]
        if any(members):
            value = above.views.figure(key, ask)["value"] or "0"
            found[key] = sum(map(len, members)), len(set().union(*members)), int(value)
    return found


def proofs(county: Services, above: Services, sample: int, seed: int = 7) -> tuple[int, list[str]]:
    """How many entries that the superior counts were proved by their county below a head that the superior has cosigned.

    Beside it, what does not agree. Each proof is checked as a stranger would: with the public key alone.
    """
    state = above.known_nodes.states()[county.settings.node]
    chance, wrong, proved = Random(seed), [], 0
    head = county.heads.newest()
    if head is None or state.head_size != head.size or not head.witnesses:
        return 0, [f"{county.settings.node}: the newest head is not cosigned"]
    for origin in sorted(chance.sample(range(1, head.size + 1), min(sample, head.size))):
        proof = county.heads.proof(origin)
        document: Mapping[str, Any] = {"key": county.heads.verifier_key, **proof.as_data()} if proof else {}
        told = check(document, county.heads.verifier_key)
        leaf = above.known_nodes.leaves(county.settings.node, [origin]).get(origin)
        if not told.ok or proof is None or proof.leaf != leaf:
            wrong.append(f"{county.settings.node} {origin}: {told.en}")
        proved += 1
    return proved, wrong


@dataclass(frozen=True)
class Transfers:
    """How many were offered, answered, handed over, arrived; of how many both sides say the same."""

    offered: int
    answered: int
    handed_over: int
    arrived: int
    alike: int

    @property
    def told(self) -> str:
        """The first four."""
        return f"{self.offered}, {self.answered}, {self.handed_over}, {self.arrived}"


ALIKE = {
    "offered": "requested",
    "accepted": "accepted",
    "refused": "refused",
    "withdrawn": "cancelled",
    "on_the_way": "on_the_way",
    "received": "completed",
    "stopped": "cancelled",
}
"""The status of a transfer -> that of its reception, once every letter has come."""


def transfers(counties: Iterable[Services]) -> Transfers:
    """What became of the transfers between counties, held against the receptions that they led to."""
    both = list(counties)
    states = [state for one in both for state in _states(one, "transfer.offered")]
    there = {state.number: state.status for one in both for state in _states(one, "reception.requested")}
    return Transfers(
        len(states),
        sum(state.answered_at is not None for state in states),
        sum(state.handed_over_at is not None for state in states),
        sum(state.received_at is not None for state in states),
        sum(there.get(state.id) == ALIKE[state.status] for state in states),
    )


def _states(one: Services, beginning: str) -> list[Any]:
    streams = {event.originator_id for event in _all(one) if event.topic == beginning and event.envelope.node is None}
    return [state for track in loaded(one.log, streams).values() if (state := track.state) is not None]


def _all(one: Services) -> Iterator[Event]:
    after = 0
    while events := one.log.read(after, 1_000):
        yield from events
        after = events[-1].envelope.position


def delivered(above: Services, below: Iterable[Services]) -> bool:
    """Whether every letter that the superior's log leads to was recorded where it was to go."""
    dispatch = Dispatch(above.log, above.federation, above.keys.witness, above.reference.regions.within)
    by_node = {one.settings.node: one for one in below}
    for event in _all(above):
        for _, value in dispatch.of(event.topic, event.originator_id, event.originator_version):
            said = read(value)
            assert isinstance(said, Said)
            if said.data["to"] in by_node and not by_node[said.data["to"]].log.receipts([said.data["id"]]):
                return False
    return True


def caught_up(above: Services, below: Iterable[Services]) -> bool:
    """Whether everything that was recorded below was taken in, and stands in the views."""
    states = above.known_nodes.states()
    came = all(
        (state := states.get(one.settings.node)) is not None and state.size == one.log.head().position for one in below
    )
    return came and above.views.position() == above.log.head().position


def witnessed(above: Services, below: Iterable[Services]) -> bool:
    """Whether the newest head of each covers its whole log, and came back cosigned."""
    states = above.known_nodes.states()
    return all(
        (head := one.heads.newest()) is not None
        and head.size == one.log.head().position == states[one.settings.node].head_size
        and bool(head.witnesses)
        for one in below
    )
