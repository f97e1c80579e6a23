"""The board of findings shows what was last answered, as it was and as it was known."""

from __future__ import annotations

from datetime import timedelta

from projections.ask import Ask
from tests.projections.worlds import settle, world


def test_a_finding_carries_its_last_answer_from_its_day_on() -> None:
    """Nothing before it, `remedied` from its day, `accepted` behind that; without it where it was not known yet."""
    with world() as made:
        settle(made)
        args = {"facility": made.facilities[0], "person": made.persons[0], "category": "destitute"}
        stay = made.give("stay.admit", args, made.today)
        made.clock.set(made.clock.now() + timedelta(days=10))
        first = made.today
        said = {"about": stay, "rule": "EC-04", "text": "已补签"}
        made.give("finding.answer", {**said, "answer": "remedied"}, first)
        known = made.reach()
        made.clock.set(made.clock.now() + timedelta(days=5))
        made.give("finding.answer", {**said, "answer": "accepted"}, made.today)
        made.views.catch_up()

        def answer(**ask: object) -> str | None:
            rows = made.views.sheet("breaches", Ask(**{"as_of": made.today, **ask}, where={"rule": "EC-04"}))["rows"]
            return next(row["answer"] for row in rows if row["stream"] == stay)

        assert answer(as_of=first - timedelta(days=1)) is None
        assert answer(as_of=first) == "remedied"
        assert answer() == "accepted"
        assert answer(known_at=known) == "remedied"
