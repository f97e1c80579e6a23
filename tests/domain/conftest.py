"""A scene of its own for every test, and the states that several files of tests begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.domain import rating_scene as rating
from tests.domain.incident_scene import an_incident
from tests.domain.money import LISTED, PAID
from tests.scene import Scene, a_home, an_account


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A desk over an empty log and vault."""
    made = Scene.at(tmp_path)
    yield made
    made.close()


@pytest.fixture
def listed(scene: Scene) -> Scene:
    """Two persons on a list of payments."""
    return scene.given(*LISTED)


@pytest.fixture
def paid(scene: Scene) -> Scene:
    """Two persons were paid."""
    return scene.given(*PAID)


@pytest.fixture
def burning(scene: Scene) -> Scene:
    """A work-safety accident in a home at ten past two on 5 May, and somebody to be responsible."""
    return scene.given(a_home(), an_account("wang.manager"), an_incident())


@pytest.fixture
def applied(scene: Scene) -> Scene:
    """A home that asked for level 4."""
    return scene.given(*rating.GROUND, rating.applying())


@pytest.fixture
def scored(applied: Scene) -> Scene:
    """Two assessors scored alike."""
    return applied.given(rating.a_score(), rating.a_score("li.inspector"))


@pytest.fixture
def awarded(scored: Scene) -> Scene:
    """Level 4 from 1 July 2024 to 30 June 2027, after every step."""
    return scored.given(
        rating.doing("accept_documents"),
        rating.doing("review", "2024-06-11", opinion="同意"),
        rating.doing("publicise", "2024-06-12", starts_on="2024-06-12", ends_on="2024-06-18"),
        rating.an_award(),
    )
