"""A scene of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scene import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A desk over an empty log and vault."""
    made = Scene.at(tmp_path)
    yield made
    made.close()
