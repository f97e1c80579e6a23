"""The table of results: printed for whoever waits, written to `docs/performance.md` for everybody else."""

from __future__ import annotations

from collections.abc import Sequence

from infra.bench.rounds import Line

HEAD = ("", "what", "engine", "measured", "beside", "floor or rival", "ratio", "target", "")
OPENING = """# How fast it is

Written by `make bench` (`python -m infra.bench`); do not edit. Every ratio was measured in one run on one machine: the
product and what stands beside it take turns for {rounds} rounds, and the median of the rounds stands. On another machine
the numbers differ; the ratios should not.

"""
READING = """
## How to read a row

- **1** A single command with everything on: authorisation, ten events loaded and decoded, checks, keyed digest of the
  content, Merkle leaf, receipt, durable commit. *Floor*: the bare driver reads the same ten rows of a copy of the table and
  inserts one row that was encoded beforehand. Nothing durable that reads a stream first can be faster.
- **2a, 2b** Imports: 500 commands in one unit of work and one transaction, each validated, decided, digested and receipted.
  *Rival*: the stock `eventsourcing` application calls the same commands on an aggregate in memory and saves ten events of
  equal content a transaction; it neither validates, authorises, reads a stream, digests nor remembers command ids. A
  **2b** day is 50 % activities, 15 % persons (sealed names and numbers), 15 % admissions, 10 % leaves and discharges, 10 %
  registrations and licences.
- **3** All views built anew beside the live ones. *Rival*: the stock `ProjectionRunner` with one view that counts events and
  commits its position with each; always on PostgreSQL (the stock SQLite recorder has no subscription).
- **4** One question at a time as the command line and the web put it, day and known-at drawn at random over ten years, on
  the small and on the large log in turn. *Beside*: the plain SQL sum over the rows of the figure, which grows with them. A
  ratio is large log / small log: how the time grows when the history is ten times as long.
- **3a, 3b** No floor: every digest recomputed against the stored tree; every event read and typed.
- **5a, 5b, 5c** The product's own server in a process of its own, ten readers beside it on the same machine: the first page, a figure,
  boards, the log, forms; region and day drawn at random each time. Bytes are counted uncompressed, without charts.
- **6a, 6b** Topics of their own in every round. *Beside*: the bare client as it installs by itself, whose checksums are in Python and
  take most of its time; in the rows marked ′ the same client with its extra `crc32c`, which we install: a consumer that does
  nothing but read is then several times as fast as views can be kept.
- **6c** From the commit to the moment at which a question of the province's figure counts the entry. **6d, 6e** Commands go on at a
  hundred a second while the only broker is killed; before and after count as one, since either alone swings with the machine.

NOT RUN means that this machine lacks the part; NO in the last column means that the target was missed in this run.
"""


def shown(number: float | None) -> str:
    """Three figures are enough."""
    if number is None:
        return "—"
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def cells(line: Line) -> tuple[str, ...]:
    """One row of the table."""
    verdict = "" if line.met is None else ("yes" if line.met else "NO")
    ratio = "—" if line.ratio is None else f"{line.ratio:.2f} ×"
    unit = f" {line.unit}"
    return (
        line.number,
        line.what,
        line.engine,
        shown(line.rate) + unit,
        line.beside,
        "—" if line.floor is None else shown(line.floor),
        ratio,
        line.target,
        verdict,
    )


def page(machine: Sequence[tuple[str, str]], lines: Sequence[Line], rounds: int) -> str:
    """The whole document."""
    table = [HEAD, ("---",) * len(HEAD), *map(cells, lines)]
    rows = ["| " + " | ".join(row) + " |" for row in table]
    short = [f"- **{line.number}** ({line.engine}): {line.note}" for line in lines if line.note]
    parts = [
        OPENING.format(rounds=rounds),
        "## The machine\n",
        *(f"- {what}: {value}" for what, value in machine),
        "\n## Results\n",
        *rows,
        *(["\n## Remarks\n", *short] if short else []),
        READING,
    ]
    return "\n".join(parts)
