"""kill -9 of a runner in the middle of its work: the views go on from the last batch and equal views built anew."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from projections.store import prepare
from tests.projections.dumps import differences, dump
from tests.projections.test_runner import place
from tests.projections.worlds import World, settle, world

ROOT = Path(__file__).parents[2]
CYCLES = 6

WORKER = """
import sys
from pathlib import Path
from infra.bootstrap import bootstrap
from infra.settings import Settings
from projections import runner
runner.BATCH = 3
views = bootstrap(Settings(data=Path(sys.argv[1]), database_url=sys.argv[2] or None)).views
views.catch_up()
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def made(request: Any) -> Iterator[World]:
    """A world with some hundred events that no runner has seen."""
    with place(request) as url, world(url) as one:
        settle(one)
        for n in range(120):
            one.give(
                "stay.admit",
                {
                    "facility": one.facilities[n % 3],
                    "person": one.persons[n % 3],
                    "category": "orphan",
                    "bed": "A1",
                    "until": one.today.isoformat(),
                },
                one.today,
            )
        yield one


def worker(made: World) -> subprocess.Popen[str]:
    """A runner in a process of its own."""
    settings = made.services.settings
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(settings.data), settings.database_url or ""],
        cwd=ROOT,
    )


def places(made: World) -> list[int]:
    """How far each projection has come."""
    live = prepare(made.views.engine)
    with made.views.engine.connect() as connection:
        return list(connection.scalars(select(live.progress.c.position)))


def moving(made: World, since: int) -> None:
    """Wait until a runner has come further."""
    until = time.monotonic() + 30
    while sum(places(made)) <= since and time.monotonic() < until:
        time.sleep(0.002)


@pytest.mark.promises
def test_a_killed_runner_leaves_views_that_go_on(made: World) -> None:
    """Killed at random moments, again and again, once it has begun: nothing is lost, nothing is applied twice."""
    chance, reached = random.Random(20261122), []
    prepare(made.views.engine)
    for _ in range(CYCLES):
        with worker(made) as process:
            moving(made, reached[-1] if reached else 0)
            time.sleep(chance.uniform(0, 0.02))
            os.kill(process.pid, signal.SIGKILL)
        reached.append(sum(places(made)))
        assert set(places(made)) <= set(made.boundaries)
    assert reached == sorted(set(reached)), "each of them came further"
    assert reached[-1] < 2 * made.reach(), "all were killed before the end"
    made.views.catch_up()
    survived = dump(made.views)
    made.views.rebuild()
    assert differences(survived, dump(made.views)) == {}
