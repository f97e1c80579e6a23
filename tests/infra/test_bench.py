"""The benchmarks themselves: every row can be made, and the arithmetic of a row is right."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from infra.bench.__main__ import main
from infra.bench.asking import FIGURES, Plain, questions
from infra.bench.decade import FACILITIES, counties, decade
from infra.bench.nodes import PROVINCE
from infra.bench.page import cells, page
from infra.bench.rounds import compared, interleaved, percentile
from infra.bootstrap import reference

pytestmark = pytest.mark.long

EVENTS = 2_000


def test_both_sides_take_turns() -> None:
    """Whoever began a round goes last in the next, so that neither always has the warm cache."""
    turns: list[str] = []

    interleaved(2, lambda: turns.append("ours") or 1, lambda: turns.append("theirs") or 1)

    assert turns == ["ours", "theirs", "theirs", "ours"]


def test_a_ratio_is_the_median_of_the_rounds() -> None:
    """One round that was disturbed does not move the verdict."""
    line = compared("1", "x", "SQLite", "y", ([10.0, 20.0, 3.0], [20.0, 40.0, 100.0]), unit="commands/s", least=0.5)

    assert (line.ratio, line.met, line.rate, line.floor) == (0.5, True, 10.0, 40.0)


def test_a_missed_target_says_no() -> None:
    """A row that falls short is written down as such."""
    line = compared("1", "x", "SQLite", "y", ([1.0], [10.0]), unit="commands/s", least=0.35)

    assert cells(line)[-2:] == ("≥ 0.35 ×", "NO")
    assert "| 1 | x | SQLite | 1 commands/s | y | 10 | 0.10 × | ≥ 0.35 × | NO |" in page([("CPU", "none")], [line], 1)


def test_a_percentile_is_a_value_that_occurred() -> None:
    """The slowest of twenty is beyond the 95th percentile of a hundred, not averaged away."""
    assert percentile([float(n) for n in range(1, 101)], 0.95) == 96.0
    assert percentile([7.0], 0.95) == 7.0


def test_the_ten_years_lie_in_eighty_real_counties() -> None:
    """Counties are taken from the reference and lay in the province throughout."""
    found = counties(reference().regions)

    assert len(set(found)) == 80
    assert all(code.startswith(PROVINCE[:2]) for code in found)


def test_the_plain_sum_and_the_product_answer_alike(tmp_path: Path) -> None:
    """What is timed side by side computes the same number, on a log that verifies."""
    with ExitStack() as stack:
        node = stack.enter_context(decade(tmp_path, EVENTS)).services
        plain = Plain()
        asked = [q for level in ("county", "province") for q in questions(node, FIGURES, level, 20)]
        places = {key: 10 ** node.reference.figures[key].places for key in FIGURES}
        ours = [round(float(node.views.figure(q.key, q.ask(node))["value"]) * places[q.key]) for q in asked]

        assert ours == [plain.total(node, q) for q in asked]
        assert any(ours)
        assert node.log.verify().ok
        assert node.views.sheet("facilities", asked[-1].ask(node), limit=10)["total"] <= FACILITIES


def test_a_quick_run_makes_every_row_of_sqlite(tmp_path: Path) -> None:
    """`--quick` is the smoke test of `make bench`."""
    target = tmp_path / "performance.md"

    assert (
        main(["--quick", "--engine", "SQLite", "--only", "1", "--only", "2", "--only", "4", "--write", str(target)])
        == 0
    )

    written = target.read_text(encoding="utf-8")
    assert [n for n in ("1", "2a", "2b", "4", "4a", "4b", "4c") if f"\n| {n} | " not in written] == []


@pytest.mark.postgres
@pytest.mark.timeout(300)
def test_a_quick_run_makes_every_row_of_postgres(tmp_path: Path, postgres_server: str) -> None:
    """The rows that need a server, the stock projection runner among them."""
    target = tmp_path / "performance.md"

    assert (
        main(
            [
                "--quick",
                "--engine",
                "PostgreSQL",
                "--only",
                "1",
                "--only",
                "3",
                "--postgres",
                postgres_server,
                "--write",
                str(target),
            ]
        )
        == 0
    )

    written = target.read_text(encoding="utf-8")
    assert [n for n in ("1", "3", "3a", "3b") if f"\n| {n} | " not in written] == []
