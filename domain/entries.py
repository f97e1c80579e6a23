"""Entries of one stream: which stand, in which order they happened, what state they lead to, which rules they break."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any

from domain.model import Aggregate, Check, EntryWithdrawn, Event, Wording


def in_force(events: Iterable[Event]) -> list[Event]:
    """The entries of one stream that stand, in business order.

    Withdrawn ones are out, corrected ones are replaced and keep their turn among entries of one moment.
    """
    standing: dict[int, Event] = {}
    turn: dict[int, int] = {}
    made: dict[int, Event] = {}
    for event in events:
        if isinstance(event, EntryWithdrawn):
            for version in event.versions:
                standing.pop(version, None)
        else:
            version, corrects = event.originator_version, event.envelope.corrects
            standing[version] = event
            if corrects is not None:
                turn[version] = turn.get(corrects, corrects)
                if corrects in made:
                    _signed(event, made[corrects])
            made[version] = event
    entries: Iterable[Event] = standing.values()
    if turn:
        entries = sorted(entries, key=lambda e: turn.get(e.originator_version, e.originator_version))
    if any(e.aggregate.creation_first for e in entries):
        return sorted(entries, key=lambda e: (not e.creates, e.at))
    return sorted(entries, key=attrgetter("at"))


def _signed(event: Event, before: Event) -> None:
    """A corrected entry stays the deed of whoever made it, and has been in the hands of whoever corrected it."""
    vars(event)["author"] = before.author
    vars(event)["hands"] = before.hands | {event.envelope.actor}


NOT_BEFORE_START = Check(
    "entry.before_start",
    lambda state, event: state is not None,
    Wording(
        "日期早于它所属事项的开始",
        "dated before the thing it belongs to begins",
        "核对日期，或先更正开始的日期",
        "check the date, or correct the beginning first",
    ),
)
BEGINS_ONCE = Check(
    "entry.begins_twice",
    lambda state, event: state is None,
    Wording("该事项已经登记过", "this was registered already", "使用已有的记录", "use the record that exists"),
)


def advance(cls: type[Aggregate], state: Any, event: Event) -> Any:
    """Apply one event; a creation makes the state. An event without a beginning is passed over."""
    if state is None:
        if not event.creates:
            return None
        state = cls(event.originator_id)
    event.apply(state)
    return state


def fold(cls: type[Aggregate], entries: Iterable[Event], until: str | None = None) -> Any:
    """The state after the entries in force, in business order, up to a moment (inclusive)."""
    state = None
    for event in entries:
        if until is not None and event.at > until and not (cls.creation_first and event.creates):
            break
        state = advance(cls, state, event)
    return state


def broken(state: Any, event: Event) -> Iterator[Check]:
    """The checks that an event breaks against the state before it."""
    begins = BEGINS_ONCE if event.creates else NOT_BEFORE_START
    if not begins.holds(state, event):
        yield begins
        return
    for check in event.checks:
        if not check.holds(state, event):
            yield check


def violations(cls: type[Aggregate], entries: Iterable[Event]) -> dict[tuple[str, int], Check]:
    """Every rule that the entries break, by (rule, version), folded in business order."""
    state, found = None, {}
    for event in entries:
        for check in broken(state, event):
            found[check.rule, event.originator_version] = check
        state = advance(cls, state, event)
    if state is not None:
        for check, version in state.conflicts():
            found[check.rule, version] = check
    return found
