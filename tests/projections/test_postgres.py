"""The same random properties on PostgreSQL, on a few examples."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.projections.dumps import differences, dump
from tests.projections.questions import board, boundary, draw, expected, known
from tests.projections.test_both_clocks import lived
from tests.projections.worlds import histories, some, world
from tests.services import fresh_database

pytestmark = [pytest.mark.postgres, pytest.mark.long]


@settings(some(3), suppress_health_check=list(HealthCheck))
@given(histories(), st.integers(1, 30), st.data())
def test_figures_and_rebuilds_agree_on_postgresql(postgres_server, steps, pace, data) -> None:
    """Values and breaches are the slow model's; views grown step by step equal views built anew."""
    with fresh_database(postgres_server) as url, world(url) as made:
        lived(made, steps, pace)
        for _ in range(8):
            key, ask = draw(data, made)
            position = boundary(data, made)
            days = {ask.as_of, *made.days()}
            asks = [replace(ask, as_of=day, from_=None, known_at=position) for day in sorted(days)]
            asks.append(replace(ask, known_at=position))
            assert made.views.figure(key, asks[-1])["value"] == expected(known(made, position), key, ask)
            for by in ("region", "facility"):  # summed by place, at the head and before it
                made.views.figure(key, replace(asks[-1], by=by))
                made.views.figure(key, replace(ask, by=by))
            assert made.views.values(key, asks) == [expected(known(made, position), key, one) for one in asks]
        found = {
            (r["stream"], r["facility"], r["rule"], r["since"])
            for r in board(made, "breaches", made.today, made.reach())
            if r["rule"] != "stay.unusual_category"
        }
        assert found == known(made, made.reach()).breaches(made.today)
        grown = dump(made.views)
        made.views.rebuild()
        assert differences(grown, dump(made.views)) == {}
