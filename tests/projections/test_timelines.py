"""Timelines: what happened to one thing, on both clocks, also when it turns out to have happened elsewhere."""

from __future__ import annotations

from datetime import timedelta

from projections.ask import Ask
from tests.projections.worlds import World, settle, world


def told(made: World, stream: str, known: int | None = None) -> list[str]:
    """The topics that stand on a timeline, those taken out left out."""
    made.views.catch_up()
    lines = made.views.timeline(stream, Ask(as_of=made.today, known_at=known))
    return [line["topic"] for line in lines if line["withdrawn_by"] is None and line["topic"].startswith("stay.")]


def test_what_came_after_an_admission_moves_with_it_to_the_right_facility() -> None:
    """After a correction of the facility the right one shows the whole stay and the wrong one nothing of it, once it is known."""
    with world() as made:
        settle(made)
        wrong, right, day = *made.facilities[:2], made.today - timedelta(days=9)
        args = {"facility": wrong, "person": made.persons[0], "category": "orphan", "bed": "A1"}
        stay = made.give("stay.admit", args, day)
        made.give("stay.move", {"stay": stay, "bed": "A2"}, day + timedelta(days=1))
        made.give("person.record_death", {"person": made.persons[0]}, day + timedelta(days=2))
        before = made.reach()
        made.give("entry.correct", {"stream": stay, "version": 1, "reason": "x", "args": {"facility": right}}, None)
        made.give("entry.correct", {"stream": stay, "version": 1, "reason": "x", "args": {"facility": wrong}}, None)
        whole = ["stay.admitted", "stay.moved", "stay.discharged"]

        assert (told(made, wrong), told(made, right), told(made, stay)) == ([], whole, whole)
        assert (told(made, wrong, before), told(made, right, before)) == (whole, [])
        grown = made.views.timeline(wrong, Ask(as_of=made.today))
        assert {line["topic"] for line in grown if line["withdrawn_by"]} == set(whole)
