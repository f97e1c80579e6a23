"""Clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.clock import FixedClock, SystemClock
from tests.contracts.event_store_trial import START


def test_the_system_clock_tells_the_present_with_its_zone() -> None:
    """UTC, and it moves forward."""
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(0)
    assert before <= now <= datetime.now(UTC)


def test_a_fixed_clock_stands_where_it_was_put() -> None:
    """Scenarios say what time it is."""
    clock = FixedClock(START)
    assert clock.now() == clock.now() == START
    clock.set(START + timedelta(days=1))
    assert clock.now() == START + timedelta(days=1)


def test_a_moment_without_a_zone_is_none() -> None:
    """Naive times are refused at the door."""
    with pytest.raises(ValueError, match="zone"):
        FixedClock(datetime(2026, 1, 1))  # noqa: DTZ001
