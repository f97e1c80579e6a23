"""The door to the broker: what cannot be reached leaves nothing behind, however often it is tried."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.broker import Cluster, Publisher, Reader, Wire
from adapters.reaching import BrokerAway
from tests.services import broker_goes_away

__all__ = ["broker_goes_away"]

NOBODY = Wire(("127.0.0.1:1",), more={"bootstrap_timeout_ms": 200})
TRIES = 3


def held() -> tuple[int, int]:
    """How many threads this process has, and how many files and sockets."""
    gc.collect()
    return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="this system does not tell what a process holds")
@pytest.mark.usefixtures("broker_goes_away")
@pytest.mark.parametrize(
    "kind", [Publisher, Cluster, lambda way: Reader(way, {})], ids=["publisher", "cluster", "reader"]
)
def test_a_broker_that_is_away_for_long_costs_neither_threads_nor_sockets(kind: Callable[[Wire], object]) -> None:
    """The programs try again every few seconds, for days if need be: no try may keep anything."""
    before = held()
    for _ in range(TRIES):
        with pytest.raises(BrokerAway):
            kind(NOBODY)
    assert all(now <= then for now, then in zip(held(), before, strict=True))
