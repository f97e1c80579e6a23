"""The demonstration year on a real store: the printed figures come out, and each stands on its own entries."""

from __future__ import annotations

import contextlib
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from domain.activities import Activity
from domain.desk import Submission
from domain.log import LogUnavailable
from domain.model import Event
from domain.stays import Stay
from infra import demonstration
from infra.bootstrap import Services, bootstrap
from infra.cli import main as cli
from infra.examples import LINES
from infra.scenario import Printed, read, totals
from infra.settings import Settings

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(600),
]  # the year is loaded once, beside whatever else the machine does


class Started(NamedTuple):
    """A start of the demonstration: where its data lie, and what it printed."""

    data: Path
    out: str


def start(data: Path) -> Started:
    """Start the demonstration as `make run` does, without serving it."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        assert demonstration.main(["--data", str(data), "--no-serve"]) == 0
    return Started(data, told.getvalue())


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Started:
    """The first start, which loads the year; once for all that follows."""
    return start(tmp_path_factory.mktemp("year"))


@pytest.fixture(scope="module")
def year(first: Started) -> tuple[Services, list[Printed]]:
    """The year as it was loaded."""
    return bootstrap(Settings(data=first.data)), read(demonstration.YEAR.read_text(encoding="utf-8"), "NY24")


def _values(services: Services, printed: list[Printed]) -> dict[int, tuple[str | None, Decimal | None]]:
    """row -> (figure, computed)."""
    rows = demonstration.compared(services, printed)
    return {r["row"]: (r["figure"], None if r["computed"] is None else Decimal(r["computed"])) for r in rows}


def _entry(services: Services, wanted: Any) -> Event:
    """The first entry of the log that is as wanted."""
    return next(e for e in services.log.read(0, 100_000) if wanted(e))


def _withdraw(services: Services, event: Event) -> None:
    services.desk.submit(
        Submission(
            "entry.withdraw",
            str(uuid4()),
            {"stream": event.originator_id, "version": event.originator_version, "reason": "抽查：记错"},
        )
    )


def test_the_year_comes_out(year: tuple[Services, list[Printed]]) -> None:
    """At least 150 printed rows are equal to the last digit, at least 55 of them by own events; no row that is computed differs."""
    services, printed = year
    counts = totals(demonstration.compared(services, printed))

    assert counts["rows"] == 212
    assert counts["equal"] >= 150
    assert counts["own events"]["equal"] >= 55
    assert counts["own events"]["equal"] == counts["own events"]["rows"]
    assert counts["activity"]["equal"] == counts["activity"]["rows"]


def test_the_demonstration_tells_all_once_and_later_what_changed(first: Started, capfd: Any) -> None:
    """The table at the first start; afterwards the totals, and how much was recorded since."""
    assert len(first.out.splitlines()) > 100
    assert "行相等" in first.out
    again = start(first.data).out
    assert "可计算" in again
    assert len(again.splitlines()) == 1
    file = first.data / "lines.jsonl"
    file.write_text("\n".join(LINES), encoding="utf-8")
    capfd.readouterr()
    assert cli(["submit", str(file), "--data", str(first.data)]) == 0
    start(first.data)
    assert "演示之后另有 4 条记录" in capfd.readouterr().err


def test_loading_the_year_again_records_nothing(year: tuple[Services, list[Printed]]) -> None:
    """Every command of the year is recorded once, however often it is loaded."""
    services, _ = year
    before = services.log.head().position
    demonstration.load(services, demonstration.YEAR, "NY24")

    assert services.log.head().position == before


def test_withdrawing_an_activity_moves_exactly_its_figures(year: tuple[Services, list[Printed]]) -> None:
    """One entry taken back lowers the rows of its own quantities by what it said and leaves every other row alone."""
    services, printed = year
    event = _entry(
        services,
        lambda e: (
            isinstance(e, Activity.Logged)
            and sum(e.quantities.values()) > 20
            and date(2024, 2, 1) <= e.day <= date(2024, 8, 31)
        ),
    )
    before = _values(services, printed)
    _withdraw(services, event)
    after = _values(services, printed)

    said = {f"activity.{event.type}.{name}": value for name, value in event.quantities.items()}
    if event.amount_fen is not None:
        said[f"activity.{event.type}.amount"] = Decimal(event.amount_fen) / 100
    moved = {row for row in before if before[row] != after[row]}
    assert moved
    assert moved == {row for row, (figure, _) in before.items() if said.get(figure)}
    assert all(before[row][1] - after[row][1] == said[before[row][0]] for row in moved)


def test_withdrawing_a_discharge_moves_exactly_its_figures(year: tuple[Services, list[Printed]]) -> None:
    """A patient's discharge taken back: one discharge fewer, one patient more present, nothing else."""
    services, printed = year
    home = _entry(
        services, lambda e: e.topic == "facility.registered" and e.kind == "mental_health_hospital"
    ).originator_id
    event = _entry(
        services,
        lambda e: isinstance(e, Stay.Discharged) and e.envelope.facility == home and e.envelope.corrects is None,
    )
    before = _values(services, printed)
    _withdraw(services, event)
    after = _values(services, printed)

    moved = {before[row][0]: after[row][1] - before[row][1] for row in before if before[row] != after[row]}
    assert moved == {"stay.discharged": -1, "stay.present": 1}


def _moved(services: Services, printed: list[Printed], event: Event) -> dict[str, Decimal]:
    """By how much the rows move when an entry is taken back, by their names."""
    names = {row.row: row.name for row in printed}
    before = _values(services, printed)
    _withdraw(services, event)
    after = _values(services, printed)
    return {names[row]: after[row][1] - before[row][1] for row in before if before[row] != after[row]}


def test_withdrawing_a_reception_moves_exactly_its_figure(year: tuple[Services, list[Printed]]) -> None:
    """One reception at a station fewer; patrols, aid in the street and escorts stay what they are."""
    services, printed = year
    gone = {
        e.originator_id
        for e in services.log.read(0, 100_000)
        if e.topic == "rescue.left" and e.outcome == "escorted_home"
    }
    event = _entry(
        services,
        lambda e: e.topic == "rescue.received" and e.day <= date(2024, 10, 31) and e.originator_id not in gone,
    )
    for later in reversed(services.log.stream(event.originator_id)[1:]):
        _withdraw(services, later)

    assert _moved(services, printed, event) == {"rescue_station:in_station_rescue_person_times": -1}


def test_withdrawing_a_posting_moves_exactly_sales_fund_and_growth(year: tuple[Services, list[Printed]]) -> None:
    """One outlet's month of a game taken back: the sales by its amount, the fund by its rate, and the growth if it shows."""
    services, printed = year
    event = _entry(
        services,
        lambda e: e.topic == "outlet.sales_posted" and e.month == "2024-04" and e.game == "双色球" and e.amount_fen > 0,
    )
    moved = _moved(services, printed, event)

    assert moved.pop("lottery_sales:lottery_sales") == -Decimal(event.amount_fen) / 100
    assert moved.pop("lottery_fund:lottery_fund_raised") == -Decimal(event.amount_fen) * 36 / 10_000
    assert moved.keys() <= {"lottery_sales:lottery_sales_yoy"}


def test_returning_a_line_of_a_batch_moves_exactly_its_payments(year: tuple[Services, list[Printed]]) -> None:
    """One payment that came back is one payment fewer; what was paid stays paid, and no other row moves."""
    services, printed = year
    batch = _entry(
        services,
        lambda e: (
            e.topic == "batch.drawn_up" and e.programme == "disability_nursing_allowance" and e.period == "2024-03"
        ),
    )
    names = {row.row: row.name for row in printed}
    before = _values(services, printed)
    services.desk.submit(
        Submission(
            "batch.return_line",
            str(uuid4()),
            {"batch": batch.originator_id, "person": batch.lines[0].person, "reason": "抽查：账户注销"},
            occurred_on=date(2024, 4, 2),
        )
    )
    after = _values(services, printed)

    moved = {names[row]: after[row][1] - before[row][1] for row in before if before[row] != after[row]}
    assert moved == {"disability_subsidy:disability_nursing_person_times": -1}


def test_withdrawing_the_payment_of_a_batch_moves_exactly_its_lines(year: tuple[Services, list[Printed]]) -> None:
    """A month's payment of a county taken back: as many payments and yuan fewer as its lines, and nobody else's."""
    services, printed = year
    batch = _entry(
        services,
        lambda e: e.topic == "batch.drawn_up" and e.programme == "temporary_relief" and e.period == "2024-05",
    )
    paid = next(e for e in services.log.stream(batch.originator_id) if e.topic == "batch.paid")

    assert _moved(services, printed, paid) == {
        "temp_relief:temp_relief_person_times": -len(batch.lines),
        "temp_relief:temp_relief_funds": -Decimal(sum(line.amount_fen for line in batch.lines)) / 100,
    }


def test_a_real_store_takes_no_demonstration(tmp_path: Path) -> None:
    """Synthetic data never go into a store whose first event does not mark it as a demonstration."""
    services = bootstrap(Settings(data=tmp_path))
    services.desk.submit(
        Submission(
            "person.register",
            str(uuid4()),
            {"name": "合成", "document_kind": "none", "sex": "unknown"},
            occurred_on=date(2024, 1, 2),
        )
    )

    with pytest.raises(LogUnavailable) as refused:
        demonstration.load(services, demonstration.YEAR, "NY24")
    assert refused.value.zh
    assert services.log.head().position == 1


def test_no_entry_of_the_year_names_a_printed_total() -> None:
    """The table in the repository has no quotes, and its rows are those that the comparison answers for."""
    text = demonstration.YEAR.read_text(encoding="utf-8")

    assert "quote" not in text.splitlines()[0]
    assert len(read(text, "NY24")) == 212
