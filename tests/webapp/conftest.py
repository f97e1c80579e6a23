"""One town for the tests that only read, and a fresh one for those that record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from tests.webapp.browsing import started
from tests.webapp.busy import busy
from tests.webapp.reader import Reader
from tests.webapp.scene import Scene, made
from webapp.app import create_app


class Compiled(BytecodeCache):
    """Compiled templates by their text: the hundreds of applications that tests make need not compile each anew."""

    def __init__(self) -> None:
        self.known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled before, of the same text."""
        if bucket.key in self.known:
            bucket.bytecode_from_string(self.known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self.known[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": Compiled()}


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A town that nobody changes."""
    return made(tmp_path_factory.mktemp("town"))


@pytest.fixture
def fresh(tmp_path: Path) -> Scene:
    """A town to record in."""
    return made(tmp_path)


@pytest.fixture(scope="session")
def reader(town: Scene) -> Callable[..., Reader]:
    """Somebody who reads in the town that nobody changes."""
    app = create_app(town.services)
    return lambda login=None: Reader(app.test_client(), login)


@pytest.fixture
def clerk(fresh: Scene) -> Callable[..., Reader]:
    """Somebody who records in a fresh town."""
    app = create_app(fresh.services)
    return lambda login=None: Reader(app.test_client(), login)


@pytest.fixture(scope="session")
def busy_town(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A town with visits, a fire, money and a rescue, which nobody changes."""
    return busy(made(tmp_path_factory.mktemp("busy")))


@pytest.fixture(scope="session")
def busy_reader(busy_town: Scene) -> Callable[..., Reader]:
    """Somebody who reads in the busy town."""
    app = create_app(busy_town.services)
    return lambda login=None: Reader(app.test_client(), login)


@pytest.fixture
def busy_fresh(tmp_path: Path) -> Scene:
    """A busy town to record in."""
    return busy(made(tmp_path))


@pytest.fixture
def busy_clerk(busy_fresh: Scene) -> Callable[..., Reader]:
    """Somebody who records in a busy town."""
    app = create_app(busy_fresh.services)
    return lambda login=None: Reader(app.test_client(), login)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests."""
    yield from started()
