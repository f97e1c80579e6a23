"""隶属情况 — how this node stands to those above and below it, in plain values for whoever shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.codec import moment
from adapters.federation import Federation, Subordinate
from adapters.heads import Proof
from adapters.known_nodes import KnownNodes, NodeState
from adapters.node_keys import NodeKeys
from adapters.notes import Checkpoint
from adapters.origin_proofs import OriginProofs
from adapters.refused_letters import RefusedLetter, RefusedLetters
from domain.envelopes import foreign


@dataclass(frozen=True)
class Own:
    """This node: its region, if told, and the public keys with which it signs its own heads and cosigns those of others."""

    node: str
    region: str | None
    key: str
    witness: str


@dataclass(frozen=True)
class Head:
    """A head of so many events, and when it was signed, or cosigned."""

    size: int
    at: datetime


@dataclass(frozen=True)
class Fork:
    """Two sides of a history that does not agree with itself.

    `kind` is `event` (two leaves at one position), `head` (two signed heads), `root` (a signed head that what was taken in
    does not lead to) or `stream` (an event that does not continue its stream).
    """

    kind: str
    position: int
    ours: str
    theirs: str
    at: datetime


@dataclass(frozen=True)
class Below:
    """A node below this one, as far as it came here."""

    node: str
    region: str | None
    """None where the federation does not name it any more."""
    key: str | None
    size: int
    """So many of its events were taken in."""
    seen: datetime | None
    verified: Head | None
    """The newest of its signed heads that what was taken in agrees with."""
    cosigned: Head | None
    """The newest of its heads that this node cosigned, and when it did."""
    missing: int
    """So many events it has signed for that did not come yet."""
    held_back: int
    """So many came and wait for others before them."""
    stopped: str | None
    """At which position its history does not agree with itself, or is misshapen; None for one that is taken in."""
    misshapen: bool
    """Whether it was stopped for an event that no desk records."""
    forks: tuple[Fork, ...]

    @property
    def status(self) -> str:
        """In one word how it is: stopped, misshapen, gone, silent, behind, unsigned, or good."""
        if self.stopped is not None:
            return "misshapen" if self.misshapen else "stopped"
        if self.region is None:
            return "gone"
        if self.seen is None:
            return "silent"
        if self.missing:
            return "behind"
        return "unsigned" if self.verified is None or self.verified.size < self.size else "good"


@dataclass(frozen=True)
class Above:
    """A node above this one, and the newest of this node's heads that it cosigned."""

    node: str
    witness: str
    cosigned: Head | None


@dataclass(frozen=True)
class Origin:
    """Where an event of another node stands in that node's log, and when it was recorded there."""

    node: str
    position: int
    recorded_at: datetime
    url: str | None = None
    """Its page there, for whoever has an account of that node."""


class Relations:
    """Reads it from the log's database and from the federation."""

    def __init__(self, known: KnownNodes, refused: RefusedLetters, federation: Federation, keys: NodeKeys) -> None:
        self.known, self.refused, self.federation, self.keys = known, refused, federation, keys
        self.proofs = OriginProofs(known, federation, keys)

    @property
    def alone(self) -> bool:
        """Whether no node stands above or below this one."""
        return not (self.federation.subordinates or self.federation.superiors)

    @property
    def superior(self) -> bool:
        """Whether nodes stand below this one."""
        return bool(self.federation.subordinates)

    def region(self, node: str) -> str | None:
        """The region that this node or one below it stands for; None where that is not told."""
        below = self.federation.subordinates.get(node)
        own = self.federation.region if node == self.known.log.node else None
        return below.region if below else own

    def own(self) -> Own:
        """This node."""
        return Own(
            self.known.log.node, self.federation.region, self.keys.log.verifier_key, self.keys.witness.verifier_key
        )

    def below(self) -> Sequence[Below]:
        """The nodes below: those that the federation names, and those that were taken in before it ceased to."""
        states, forks = self.known.states(), self.known.forks()
        named = dict.fromkeys((*self.federation.subordinates, *states))
        return [self._below(node, states.get(node, NodeState(node)), forks) for node in named]

    def _below(self, node: str, state: NodeState, forks: Iterable[tuple[Any, ...]]) -> Below:
        named: Subordinate | None = self.federation.subordinates.get(node)
        verified = Checkpoint.of(state.head_note)
        kind, _, position = state.stopped.partition(" ")
        return Below(
            node=node,
            region=named.region if named else None,
            key=named.key.verifier_key if named else None,
            size=state.size,
            seen=state.seen,
            verified=Head(verified.size, verified.signed_at) if verified else None,
            cosigned=self._newest("witnessed", "node", node),
            missing=state.missing,
            held_back=state.held_back,
            stopped=position or None,
            misshapen=kind == "shape",
            forks=tuple(
                Fork(kind, size, ours, theirs, at) for one, size, kind, ours, theirs, at in forks if one == node
            ),
        )

    def above(self) -> Sequence[Above]:
        """The nodes above."""
        return [
            Above(one.node, one.witness.verifier_key, self._newest("cosignatures", "witness", one.witness.name))
            for one in self.federation.superiors.values()
        ]

    def refused_letters(self) -> Sequence[RefusedLetter]:
        """What other nodes asked for and could not be recorded here, until it can be or is settled."""
        return self.refused.open()

    def led_to(self, letter: str) -> str | None:
        """The stream to which a letter led, on this node or one below; None where nothing of it is known here."""
        ids = [letter, *(foreign(node, letter) for node in self.federation.subordinates)]
        return next((receipt.stream for _, receipt in self.known.log.receipts(ids).values()), None)

    def origins(self, positions: Iterable[int]) -> Mapping[int, Origin]:
        """position here -> where the event stands in the log of its own node, of those that were taken in."""
        wanted = sorted(set(positions))
        if not wanted:
            return {}
        blanks = ", ".join("?" * len(wanted))
        rows = self.known.log.beside(
            f"SELECT position, node, origin, recorded_at FROM {{log}}origins WHERE position IN ({blanks})", wanted
        )
        return {
            position: Origin(node, origin, moment(at), self._page(node, origin)) for position, node, origin, at in rows
        }

    def _page(self, node: str, origin: int) -> str | None:
        below = self.federation.subordinates.get(node)
        return f"{below.url.rstrip('/')}/events/{origin}" if below and below.url else None

    def origin_proof(self, position: int) -> tuple[str, Proof] | None:
        """(public key of its node, proof in that node's log) of an event that was taken in; None for others, and not yet.

        Raises LogUnavailable when what was taken in does not lead to the head.
        """
        key = self.proofs.key(position)
        proof = self.proofs.proof(position) if key else None
        return (key, proof) if key and proof else None

    def _newest(self, table: str, column: str, name: str) -> Head | None:
        rows = self.known.log.beside(
            f"SELECT size, cosigned_at FROM {{log}}{table} WHERE {column} = ? ORDER BY size DESC LIMIT 1", (name,)
        )
        return next((Head(size, moment(at)) for size, at in rows), None)
