"""How fast commands are recorded: one by one against the bare driver, in groups against the stock library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from domain.desk import Submission
from infra.bench.floor import floor_under
from infra.bench.nodes import Place, node, record
from infra.bench.rival import PER_SAVE, rival
from infra.bench.rounds import Line, compared, interleaved
from infra.bench.work import PAST, homes, licences, license_beds, mixed_day
from infra.bootstrap import Services

GROUP = 500
SINGLE_LEAST, GROUPED_LEAST = 0.35, 0.5


def single(place: Place, directory: Path, rounds: int, size: int) -> Line:
    """One command at a time: authorise, load ten events, decide, digest, append with receipt, durable commit."""
    with node(place) as services:
        streams = homes(services, rounds * size)
        with floor_under(services, directory) as floor:
            batches = [streams[start : start + size] for start in range(0, len(streams), size)]
            ours = iter([[license_beds(s, PAST + 1) for s in some] for some in batches])
            theirs = iter([floor.encoded(some) for some in batches])
            services.log.head()
            rates = interleaved(rounds, lambda: _one_by_one(services, next(ours)), lambda: floor.record(next(theirs)))
    return compared(
        "1",
        "`facility.license_beds` on a stream of ten events, one command a transaction",
        place.engine,
        "bare driver: read the same ten rows, insert one encoded row, commit",
        rates,
        unit="commands/s",
        least=SINGLE_LEAST,
    )


def _one_by_one(services: Services, submissions: list[Submission]) -> int:
    for submission in submissions:
        services.desk.submit(submission)
    return len(submissions)


def grouped(place: Place, rounds: int, groups: int) -> Iterator[Line]:
    """Groups of 500 commands, validation and digests on, beside the stock library saving ten events a transaction."""
    size, each = groups * GROUP, PER_SAVE
    with node(place) as services, place.empty() as beside, rival(beside) as stock:
        streams = homes(services, size // each * rounds, past=0)
        licensed = iter([list(licences(streams[turn::rounds], each)) for turn in range(rounds)])
        mixed = iter([list(mixed_day(streams, size)) for _ in range(rounds)])
        runs = (
            lambda: _events(services, next(licensed)),
            lambda: _events(services, next(mixed)),
            lambda: stock.save(size),
        )
        of_licences, of_mixed, of_stock = interleaved(rounds, *runs)
    beside_what = "stock eventsourcing `Application.save`, ten events a transaction"
    yield compared(
        "2a",
        "`facility.license_beds` in groups of 500, ten a home",
        place.engine,
        beside_what,
        (of_licences, of_stock),
        unit="events/s",
        least=GROUPED_LEAST,
    )
    yield compared(
        "2b",
        "a mixed day in commands of 1.2 events, groups of 500, sealed fields among them (events/s on both sides)",
        place.engine,
        beside_what,
        (of_mixed, of_stock),
        unit="events/s",
        least=GROUPED_LEAST,
    )


def _events(services: Services, submissions: list[Submission]) -> int:
    """How many events a batch of commands led to: the rival counts events, too."""
    return sum(len(receipt.positions) for receipt in record(services, submissions, GROUP))
