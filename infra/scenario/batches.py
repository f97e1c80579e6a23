"""The way of the money: appropriated to the city, allotted to the counties, drawn up, approved and paid there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from domain.values import Month
from infra.bootstrap import reference
from infra.scenario.allowances import Line, needs
from infra.scenario.course import Course, Officers
from infra.scenario.plan import Plan
from infra.scenario.scene import Scene, weekday
from infra.scenario.table import Printed

FEN = 100
QUARTER = 3
RESERVE_PERCENT = 2
STEP = 1000
"""Allotments are made in steps of a thousand yuan."""


@dataclass
class Treasury:
    """The funds of a scene: documents numbered as they are written, and what was given for what to whom."""

    scene: Scene
    officers: Officers
    avoid: frozenset[int]
    documents: int = 0
    funds: dict[tuple[str, Any, str], Mapping[str, str]] = field(default_factory=dict)

    def document(self, place: str, year: int) -> str:
        """The number of the next document."""
        self.documents += 1
        return f"{place[0]}财社指〔{year}〕{self.documents}号"

    def appropriate(self, label: str, source: str, programme: str, yuan: int, on: date) -> Mapping[str, str]:
        """Money comes in."""
        scene = self.scene
        args = {
            "source": source,
            "programme": programme,
            "year": scene.year,
            "document_no": self.document(scene.region, on.year),
            "region": scene.code(scene.region, on),
            "amount_fen": yuan * FEN,
        }
        by = self.officers.of("finance_officer", scene.region)
        fund = scene.say(f"fund/{label}", "fund.appropriate", args, on, by=by)
        arrived = weekday(on + timedelta(days=3), scene.closing)
        scene.say(f"fund/{label}/received", "fund.receive", {"fund": fund, "amount_fen": yuan * FEN}, arrived, by=by)
        return fund

    def allot(
        self, label: str, fund: Mapping[str, str], to: Mapping[str, Any], yuan: int, on: date
    ) -> Mapping[str, str]:
        """A part of it goes on."""
        number = self.document(self.scene.region, on.year)
        args = {"fund": fund, "amount_fen": yuan * FEN, "document_no": number, **to}
        by = self.officers.of("finance_officer", self.scene.region)
        return self.scene.say(f"fund/{label}", "fund.allot", args, on, by=by)

    def round_up(self, yuan: int, step: int = STEP) -> int:
        """The next whole step with a reserve, none of a size to avoid."""
        amount = -(-(yuan * (100 + RESERVE_PERCENT)) // (100 * step)) * step
        while amount in self.avoid:
            amount += step
        return amount


def pay(scene: Scene, plan: Plan, table: Sequence[Printed], treasury: Treasury, lines: Sequence[Line]) -> None:
    """Say the funds, the batches and the payments of all lines."""
    wanted, _ = needs(plan, table)
    by_programme: dict[str, dict[Month, dict[str, list[Line]]]] = {}
    for line in lines:
        months = by_programme.setdefault(line.programme, {})
        months.setdefault(line.month, {}).setdefault(line.payee.county, []).append(line)
    for programme, months in by_programme.items():
        manner, need = plan.manner("pay")[programme], wanted.get(programme)
        last = need.last if need else scene.closing
        days = {month: _pay_day(manner, month, need.first if need else month.first, last) for month in months}
        _fund(treasury, programme, manner, months, days)
        for month, counties in months.items():
            for number, (county, its) in enumerate(counties.items()):
                mishap = MISHAPS.get((list(months).index(month), number)) if manner.get("beside") else None
                _batch(treasury, programme, month, county, its, days[month], mishap)


MISHAPS = {(1, 0): "held", (2, 1): "returned", (3, 0): "reissued", (4, 2): "cancelled"}
"""What befalls a few batches of the programmes that no report prints: by month and county."""


def _pay_day(manner: Mapping[str, Any], month: Month, first: date, last: date) -> date:
    """The day on which the bank pays: about the twentieth, within the printed period."""
    if "window" in manner:
        opens, closes = (date.fromisoformat(f"{last.year}-{day}") for day in manner["window"])
        first, last = max(first, opens), min(last, closes)
    day = weekday(max(first, min(date(month.year, month.month, 20), last)), last)
    return max(first, day)


def _fund(
    treasury: Treasury,
    programme: str,
    manner: Mapping[str, Any],
    months: Mapping[Month, Mapping[str, Sequence[Line]]],
    days: Mapping[Month, date],
) -> None:
    """Quarter by quarter a document from above and one for each county, before the first list is drawn up."""
    quarters: dict[int, dict[str, int]] = {}
    begin: dict[int, date] = {}
    for month, counties in months.items():
        quarter = (month.month - 1) // QUARTER
        begin[quarter] = min(begin.get(quarter, days[month]), days[month])
        for county, its in counties.items():
            due = quarters.setdefault(quarter, {})
            due[county] = due.get(county, 0) + sum(line.yuan for line in its)
    for quarter, due in quarters.items():
        day = weekday(begin[quarter] - timedelta(days=21), begin[quarter])
        shares = {county: treasury.round_up(yuan) for county, yuan in due.items()}
        label = f"{programme}/{quarter}"
        total = treasury.round_up(sum(shares.values()))
        fund = treasury.appropriate(label, manner["source"], programme, total, day)
        for county, yuan in shares.items():
            on = weekday(day + timedelta(days=5), begin[quarter])
            to = {"to_region": treasury.scene.code(county, on)}
            treasury.funds[programme, quarter, county] = treasury.allot(f"{label}/{county}", fund, to, yuan, on)


def _batch(
    treasury: Treasury,
    programme: str,
    month: Month,
    county: str,
    its: Sequence[Line],
    day: date,
    mishap: str | None,
) -> None:
    """One list from its drawing up to its payment."""
    scene, officers = treasury.scene, treasury.officers
    fund = treasury.funds[programme, (month.month - 1) // QUARTER, county]
    clerk = officers.of("finance_officer", county)
    course = Course(scene, f"batch/{programme}/{month}/{county}", "batch")
    listed = [{"person": line.payee.ref, "amount_fen": line.yuan * FEN} for line in its]
    args = {"fund": fund, "programme": programme, "period": str(month), "lines": listed}
    course.begin("batch.draw_up", args, weekday(day - timedelta(days=9), day), by=clerk)
    if mishap == "cancelled":
        course.then("batch.cancel", {}, day - timedelta(days=5), by=clerk)
        return
    if mishap == "held":
        held = {"person": its[0].payee.ref, "reason": "户籍迁出，待核实"}
        course.then("batch.hold_line", held, day - timedelta(days=6), by=clerk)
    limit = reference().rules.param("batch.second_approval", "above_fen", day)
    large = sum(line.yuan for line in its) * FEN > limit
    for number in (1, 2)[: 1 + large]:
        approver = officers.of("approver", county, number)
        course.then("batch.approve", {}, weekday(day - timedelta(days=4), day), by=approver)
    number = f"{scene.code(county, day)}{month.year}{month.month:02d}{treasury.documents:04d}"
    course.then("batch.pay", {"bank_reference": number}, day, by=clerk)
    if mishap in ("returned", "reissued"):
        back = {"person": its[-1].payee.ref, "reason": "银行账户已注销"}
        course.then("batch.return_line", back, day + timedelta(days=3), by=clerk)
    if mishap == "reissued":
        course.then("batch.reissue_line", {"person": its[-1].payee.ref}, day + timedelta(days=12), by=clerk)
