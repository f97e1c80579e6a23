"""Steps that belong together: which are done, which are open and where they are done, which cannot begin yet."""

from __future__ import annotations

from dataclasses import dataclass

DONE, OPEN, NOT_YET = "done", "open", "not_yet"


@dataclass(frozen=True)
class Step:
    """One step: what it is, what is known of it, how far it is, and the form that finishes it for whoever may."""

    title: str
    state: str
    hint: str = ""
    url: str | None = None


def step(title: str, done: bool, hint: str = "", url: str | None = None) -> Step:
    """A step that is either done or open; what is done leads nowhere."""
    return Step(title, DONE, hint) if done else Step(title, OPEN, hint, url)
