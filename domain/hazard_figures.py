"""隐患指标 — found, closed, reopened, open, overdue, and both ways of saying how many were put right (HZ-04)."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from domain.facility_rules import review_cause
from domain.figures import FACILITY_DIMENSIONS, Figure
from domain.hazard_rules import OVER
from domain.model import Event, Row

BY_GRADE = (*FACILITY_DIMENSIONS, "grade")

HAZARD_FIGURES = (
    Figure(
        "hazard.found",
        "发现隐患数",
        "Hazards found",
        "条",
        "flow",
        "期间内发现的隐患，按发现时的等级",
        "Hazards found in the period, by the grade they were found with",
        BY_GRADE,
        unit_en="hazards",
    ),
    Figure(
        "hazard.closed",
        "销号隐患数",
        "Hazards closed",
        "条",
        "flow",
        "期间内验收合格并销号的隐患，按销号时的等级",
        "Hazards accepted and closed in the period, by their grade at that time",
        BY_GRADE,
        unit_en="hazards",
    ),
    Figure(
        "hazard.reopened",
        "重新打开隐患数",
        "Hazards reopened",
        "条",
        "flow",
        "期间内销号后经“回头看”重新打开的隐患",
        "Closed hazards that a later look opened again in the period",
        BY_GRADE,
        unit_en="hazards",
    ),
    Figure(
        "hazard.open",
        "未销号隐患数",
        "Open hazards",
        "条",
        "stock",
        "当日日终已发现而未销号的隐患；已整改、已验收的在销号前仍计",
        "Hazards found and not closed at the end of the day; those rectified or accepted count until they are closed",
        BY_GRADE,
        unit_en="hazards",
    ),
    Figure(
        "hazard.overdue",
        "逾期隐患数",
        "Overdue hazards",
        "条",
        "stock",
        "整改期限早于当日、到当日日终仍未验收合格的隐患",
        "Hazards whose deadline lies before the day and that were not accepted by its end",
        BY_GRADE,
        unit_en="hazards",
    ),
    Figure(
        "hazard.closed_of_found",
        "期间发现隐患中已销号数",
        "Closed, of the hazards found",
        "条",
        "flow",
        "期间内发现的隐患中至今已销号的，不论何日销号",
        "Of the hazards found in the period, those closed by now, on whatever day",
        BY_GRADE,
        unit_en="hazards",
    ),
    Figure(
        "hazard.closure_rate",
        "隐患整改率（按发现批次）",
        "Closure rate of the hazards found",
        "%",
        "ratio",
        "期间内发现的隐患中至今已销号的 ÷ 期间内发现的隐患 × 100",
        "Of the hazards found in the period, those closed by now / hazards found in the period x 100",
        BY_GRADE,
        over=("hazard.closed_of_found", ()),
        under=("hazard.found", ()),
    ),
    Figure(
        "hazard.closure_rate_in_period",
        "隐患整改率（期间内）",
        "Closures against finds in the period",
        "%",
        "ratio",
        "期间内销号的隐患（不论何时发现）÷ 期间内发现的隐患 × 100，可超过 100",
        "Hazards closed in the period, whenever found / hazards found in the period x 100; may exceed 100",
        BY_GRADE,
        over=("hazard.closed", ()),
        under=("hazard.found", ()),
    ),
)


def open_from(hazard: Any, day: date) -> date | None:
    """The first day from `day` on at whose end the hazard is open, if nothing more happens."""
    return None if hazard.status == "closed" else day


def overdue_from(hazard: Any, day: date) -> date | None:
    """The first day from `day` on at whose end the hazard is overdue, if nothing more happens."""
    if hazard.deadline is None or hazard.status in OVER:
        return None
    return max(hazard.deadline + timedelta(days=1), day)


def shifts(event: Event, before: Any) -> Iterable[Row]:
    """What an event moves in the stocks: how the hazard would go on after it, less how it would have without it.

    So deadlines, gradings, rejections and reopenings need no rows of their own; what came before the event stays.
    """
    if before is None and not event.creates:
        return
    after = event.aggregate(event.originator_id) if before is None else copy.copy(before)
    event.apply(after)
    for figure, begins in (("hazard.open", open_from), ("hazard.overdue", overdue_from)):
        was = before and (begins(before, event.day), before.grade)
        now = (begins(after, event.day), after.grade)
        for (day, grade), amount in ((was or (None, ""), -1), (now, 1)):
            if day is not None and was != now:
                yield Row(figure, day, amount, after.id, facility=after.facility, dims=(("grade", grade),))
                if (figure, grade) == ("hazard.overdue", "major"):
                    yield review_cause(after.facility, day, "hazard_overdue", after.id, amount)
