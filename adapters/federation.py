"""隶属关系 — which nodes this one takes in and witnesses, and whose witness it believes of its own log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.notes import Verifier


@dataclass(frozen=True)
class Subordinate:
    """A node below this one: its region, the key that its heads are signed with, and the address of its pages, if it is told."""

    node: str
    region: str
    key: Verifier
    url: str | None = None


@dataclass(frozen=True)
class Superior:
    """A node above this one, and the key with which it cosigns."""

    node: str
    witness: Verifier


@dataclass(frozen=True)
class Federation:
    """The nodes around this one, by name, and the region that it stands for itself, if that is told."""

    subordinates: Mapping[str, Subordinate] = field(default_factory=dict)
    superiors: Mapping[str, Superior] = field(default_factory=dict)
    region: str | None = None
