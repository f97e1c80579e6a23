"""A writing process for tests: appends commands, acknowledges each on standard output, and may be killed."""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path
from typing import Any

from adapters.event_store import EventLog, open_log
from domain.log import Conflict
from tests.contracts.event_store_trial import decided
from tests.places import ready


def log_of(place: dict[str, Any]) -> EventLog:
    """The log of a place that was handed over as JSON."""
    where: dict[str, Any] = {
        "data": Path(place["data"]) if place["data"] else None,
        "database_url": place["database_url"],
    }
    return open_log(**where, node=place["node"], ready=ready("log", **where), lock_timeout_s=30)


def run(place: dict[str, Any], ids: Any, size: int, early: bool) -> None:
    """Append one command an id, in units of `size`; with `early` it acknowledges before the commit (a control)."""
    log = log_of(place)
    ids = iter(ids)
    while chunk := list(itertools.islice(ids, size)):
        unit = [decided(f"{i}-a", f"{i}-b", command_id=i) for i in chunk]
        if early:
            print("\n".join(chunk), flush=True)
        try:
            log.append(unit)
        except Conflict:
            if set(log.receipts(chunk)) != set(chunk):
                raise
            continue
        if not early:
            print("\n".join(chunk), flush=True)


if __name__ == "__main__":
    order = json.loads(sys.argv[1])
    endless = (f"{order['prefix']}-{n}" for n in itertools.count())
    run(order["place"], order.get("ids") or endless, order.get("size", 1), order.get("early", False))
