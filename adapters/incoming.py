"""接收中的节点 — one node while it is taken in: how far it came, and what came too early and waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from adapters.known_nodes import NodeState
from adapters.messages import Message, Place

WAITING_MAX, WAITING_BYTES = 20_000, 64 * 2**20
"""Messages of one node that wait for those before them, and their bytes; more are let go, and asked for again."""


class Early(NamedTuple):
    """A message that waits, and where it was read."""

    message: Message | Place
    part: tuple[str, int]
    offset: int
    weight: int
    """In bytes."""


@dataclass
class Incoming:
    """One node while it is taken in: its state, and what came too early."""

    state: NodeState
    waiting: dict[int, Early] = field(default_factory=dict)
    weight: int = 0
    """Of what waits, in bytes."""
    gap: int = 0
    """The position that is missing, 0 while none is; since when; and when it was asked for last."""
    gap_since: float = 0.0
    asked_at: float | None = None
    told: str = ""
    regions: set[str] = field(default_factory=set)

    def ready(self) -> list[Message | Place]:
        """What follows without a gap, up to the end of an entry."""
        run: list[Message | Place] = []
        whole = 0
        while (following := self.waiting.get(self.state.size + len(run) + 1)) is not None:
            run.append(following.message)
            whole = len(run) if ends_entry(run[-1]) else whole
        return run[:whole]

    def waits(self, early: Early) -> bool:
        """Keep a message until it follows; False when its position was taken in already, or something else waits there."""
        position = early.message.position
        if position <= self.state.size:
            return False
        before = self.waiting.setdefault(position, early)
        self.weight += early.weight if before is early else 0
        return leaf_of(before.message) == leaf_of(early.message)

    def took(self, run: Sequence[Message | Place], state: NodeState) -> None:
        """Behind what was taken in."""
        self.state = state
        for message in run:
            self.weight -= self.waiting.pop(message.position).weight

    def bound(self) -> None:
        """Let go of the farthest of too much that still waits."""
        while len(self.waiting) > WAITING_MAX or (self.weight > WAITING_BYTES and len(self.waiting) > 1):
            self.weight -= self.waiting.pop(max(self.waiting)).weight

    def let_go(self) -> None:
        """Nothing waits any more."""
        self.waiting.clear()
        self.weight = 0


def leaf_of(message: Message | Place) -> bytes:
    """The leaf of a position in the tree of its node."""
    return message.leaf if isinstance(message, Message) else bytes.fromhex(message.leaf)


def ends_entry(message: Message | Place) -> bool:
    """Whether no more of the same entry follows."""
    return isinstance(message, Place) or message.until <= message.position
