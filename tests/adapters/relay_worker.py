"""A relay as a process of its own, for tests that kill it: publishes until it is killed, and says when it begins."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

from adapters.broker import Publisher, Wire
from adapters.clock import SystemClock
from adapters.event_store import open_log
from adapters.heads import Heads
from adapters.node_keys import NodeKeys
from adapters.relay import Relay
from adapters.vault_store import open_vault
from tests.contracts import event_store_trial
from tests.places import ready

TOPICS = event_store_trial.Trial
"""What the log holds: without it no event could be read."""


class Lingering(Wire):
    """Brokers whose client waits two seconds for more before it sends: what was handed over is not there yet."""

    def client(self, **more: Any) -> dict[str, Any]:
        """The settings of a client, a producer's with the pause."""
        return super().client(**{**more, **({"linger_ms": 2_000, "batch_size": 2**20} if "linger_ms" in more else {})})


class Early(Publisher):
    """A control: says that the broker has what was only handed over."""

    @staticmethod
    def settle(promises: Any) -> dict[int, int]:
        """Wait for nothing."""
        return {}


def run(order: dict[str, Any]) -> None:
    """Publish until killed."""
    data = Path(order["data"])
    log = open_log(data=data, database_url=None, node="county", ready=ready("log", data))
    store = open_vault(data=data, ready=ready("vault", data))
    wire = Wire(tuple(order["servers"]), prefix=order["prefix"])
    relay = Relay(
        log, Heads(log, NodeKeys(store, "county"), SystemClock()), SystemClock(), wire, monotonic=time.monotonic
    )
    relay._identify()
    if order.get("early"):
        relay._publisher = Early(Lingering(wire.servers, wire.prefix))
        relay(threading.Event())
    print("publishing", flush=True)
    while True:
        relay(threading.Event())


if __name__ == "__main__":
    run(json.loads(sys.argv[1]))
