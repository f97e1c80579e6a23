"""The comparison: what each printed figure says beside what the events give, and why not where they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from infra.scenario.plan import Plan, Question, Route
from infra.scenario.scene import Regions, Scene
from infra.scenario.table import Printed

Ask = Callable[..., str | None]
"""`ask(figure, region=, where=, from_=, to=)` or `(..., as_of=)` with days as `date`: the value as exact text."""


def compare(table: Sequence[Printed], plan: Plan, regions: Regions, ask: Ask) -> list[dict[str, Any]]:
    """One row for each printed figure, in the order of the table."""
    printed_as: dict[tuple[str, Question], set[Decimal]] = {}
    for printed in table:
        if plan.route(printed).figure:
            printed_as.setdefault((printed.region, plan.question(printed)), set()).add(printed.value)
    return [_compared(printed, plan, regions, ask, printed_as) for printed in table]


def totals(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """How many rows there are and how many are equal, in all and by what computes them."""
    counts: dict[str, Any] = {"rows": 0, "equal": 0}
    counts |= {by: {"rows": 0, "equal": 0} for by in ("own events", "activity", "not computed")}
    for row in rows:
        for count in (counts, counts[row["by"]]):
            count["rows"] += 1
            count["equal"] += row["equal"]
    return counts


def _compared(
    printed: Printed, plan: Plan, regions: Regions, ask: Ask, printed_as: dict[tuple[str, Question], set[Decimal]]
) -> dict[str, Any]:
    route = plan.route(printed)
    computed, filters = None, {}
    if route.figure:
        when = {"as_of": printed.end} if route.at_a_day else {"from_": printed.first, "to": printed.end}
        code = Scene(regions, printed.report, printed.region, printed.end.year).code(printed.region, printed.end)
        computed = ask(route.figure, region=code, where=dict(route.where), **when)
        filters = {"region": code, **{key.rstrip("_"): day.isoformat() for key, day in when.items()}}
        filters |= {"where": dict(route.where)} if route.where else {}
    equal = computed is not None and Decimal(computed) == printed.value
    reason = plan.reasons.get(_reason(printed, plan, route, equal, printed_as), ("", ""))
    return {
        "row": printed.row,
        "metric_en": printed.metric_en,
        "metric_zh": printed.metric_zh,
        "system": printed.system,
        "printed": format(printed.value, "f"),
        "figure": route.figure or None,
        "filters": filters,
        "computed": computed,
        "equal": equal,
        "by": route.by,
        "reason": reason[0],
        "reason_zh": reason[0],
        "reason_en": reason[1],
    }


def _reason(
    printed: Printed, plan: Plan, route: Route, equal: bool, printed_as: dict[tuple[str, Question], set[Decimal]]
) -> str:
    """The key of what is said beside a row."""
    if equal or not route.figure:
        return route.reason or route.note
    question = plan.question(printed)
    if len(printed_as[printed.region, question]) > 1:
        return "printed_twice"
    parts = [
        max(values)
        for (region, other), values in printed_as.items()
        if region == printed.region
        and (other.figure, other.start, other.end) == (question.figure, question.start, question.end)
        and set(other.where) > set(question.where)
    ]
    return "parts_differ" if parts and sum(parts) != printed.value else "differs"
