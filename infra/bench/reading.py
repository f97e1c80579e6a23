"""How fast a log is read again: rebuilt into views, verified, decoded."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from infra.bench.nodes import POSTGRES, Place, node, record
from infra.bench.rival import rival
from infra.bench.rounds import Line, compared, interleaved, timed
from infra.bench.work import homes, licences
from infra.bootstrap import Services

REBUILD_LEAST, SAME_LEAST = 10.0, 1.0
READ_BATCH = 1_000
RIVAL_SHARE = 10
"""The rival's runner commits once an event; it is given a tenth of the events, or a round would take minutes."""


def rebuilding(places: dict[str, Place], server: Place | None, rounds: int, events: int) -> Iterator[Line]:
    """A rebuild of all views beside the stock runner with one counting view, always on PostgreSQL, on equal events."""
    for engine, place in places.items():
        with node(place) as services:
            _fill(services, events)
            ours, stock = [], []
            for _ in range(rounds):
                ours.append(timed(lambda: services.views.rebuild()[0]))
                if server is not None:
                    stock.append(_projected(server, events // RIVAL_SHARE))
            yield from _verified(place, services, rounds)
        least = REBUILD_LEAST if engine == POSTGRES else SAME_LEAST
        if stock:
            yield compared(
                "3",
                "rebuild of all views (figures, roll-ups, boards, timelines, breaches)",
                engine,
                "stock ProjectionRunner on PostgreSQL, one counting view",
                (ours, stock),
                unit="events/s",
                least=least,
            )
        else:
            yield Line(
                "3",
                "rebuild of all views",
                engine,
                "NOT RUN: no PostgreSQL",
                "events/s",
                median(ours),
                None,
                None,
                "",
                None,
            )


def _fill(services: Services, events: int) -> None:
    """Homes with a registration and nine licences each."""
    streams = homes(services, events // 10, past=0)
    record(services, list(licences(streams, 9)))


def _projected(place: Place, events: int) -> float:
    with place.empty() as where, rival(where) as stock:
        stock.save(events)
        return timed(stock.project)


def _verified(place: Place, services: Services, rounds: int) -> Iterator[Line]:
    """Every digest, position, version and tree head recomputed; and every event read and typed."""
    head = services.log.head().position
    verified, decoded = interleaved(rounds, lambda: _verify(services), lambda: _decode(services, head))
    for number, what, rates in (
        ("3a", "verify: digests, positions, versions, tree", verified),
        ("3b", "read and decode the log", decoded),
    ):
        yield Line(number, what, place.engine, "", "events/s", median(rates), None, None, "", None)


def _verify(services: Services) -> int:
    verdict = services.log.verify()
    if not verdict.ok:
        raise RuntimeError(verdict.message_en)
    return verdict.events


def _decode(services: Services, head: int) -> int:
    at = 0
    while at < head:
        at = services.log.read(at, READ_BATCH)[-1].envelope.position
    return at
