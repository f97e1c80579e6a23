"""What came in, less what went out, is what is there: asserted at every rebuild, and a generation that breaks it stays dark."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.stays import Stay
from projections.conservation import Unbalanced
from projections.store import live_generation
from tests.projections.clerks import Clerk, staffed
from tests.projections.worlds import settle, some, world


@some(6)
@given(st.integers(0, 10**6))
def test_whatever_was_entered_the_sums_add_up(seed) -> None:
    """People, hazards, complaints and money: a rebuild of a drawn history raises nothing and goes live."""
    with world() as plain, staffed(plain) as made:
        settle(made)
        Clerk(made, seed).work(60)
        made.views.catch_up()
        assert made.views.rebuild()[1] == 2


def test_the_control_a_folding_that_loses_a_row_does_not_go_live() -> None:
    """A discharge that forgot to take the person out is found, told by its law, and the old views stand."""
    with world() as made:
        settle(made)
        args = {"facility": made.facilities[0], "person": made.persons[0], "category": "orphan"}
        stay = made.give("stay.admit", args, made.today)
        made.give("stay.discharge", {"stay": stay, "reason": "to_family"}, made.today)
        made.views.catch_up()
        with (
            patch.object(Stay, "presence", lambda self, event, amount: _row(self, event, max(amount, 0))),
            pytest.raises(Unbalanced) as caught,
        ):
            made.views.rebuild()
        assert "在院人数为 1，按收支应为 0" in caught.value.zh
        assert live_generation(made.views.engine) == 1


_presence = Stay.presence


def _row(stay, event, amount):
    return _presence(stay, event, amount)
