"""The comparison: what each printed figure says beside what the events give, and why not where they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from infra.scenario.contradictions import contradictions
from infra.scenario.plan import DAY, Part, Plan, Question, Route
from infra.scenario.scene import Regions, Scene
from infra.scenario.table import Printed

Ask = Callable[..., Any]
"""`ask(figure, region=, where=, as_of=)` or `(..., as_of=, from_=, to=)` with days as `date`: the value as exact text;
with `by=` what it is made up of, by value of that dimension."""
PrintedAs = Mapping[tuple[str, Question], set[Decimal]]
"""The numbers that are printed for each question, by region."""


def compare(table: Sequence[Printed], plan: Plan, regions: Regions, ask: Ask) -> list[dict[str, Any]]:
    """One row for each printed figure, in the order of the table."""
    printed_as: dict[tuple[str, Question], set[Decimal]] = {}
    for printed in table:
        if plan.route(printed).figure:
            printed_as.setdefault((printed.region, plan.question(printed)), set()).add(printed.value)
    found = contradictions(table)
    return [_compared(printed, plan, regions, ask, printed_as, found.get(printed)) for printed in table]


def totals(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """How many rows there are and how many are equal, in all and by what computes them."""
    counts: dict[str, Any] = {"rows": 0, "equal": 0}
    counts |= {by: {"rows": 0, "equal": 0} for by in ("own events", "activity", "not computed")}
    for row in rows:
        for count in (counts, counts[row["by"]]):
            count["rows"] += 1
            count["equal"] += row["equal"]
    return counts


def by_system(rows: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The totals of each system, in the order in which the report names them."""
    systems: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        systems.setdefault(row["system"], []).append(row)
    return {system: totals(its) for system, its in systems.items()}


def _compared(
    printed: Printed,
    plan: Plan,
    regions: Regions,
    ask: Ask,
    printed_as: PrintedAs,
    contradiction: tuple[str, str] | None,
) -> dict[str, Any]:
    route, computed = plan.route(printed), None
    parts: list[dict[str, Any]] = []
    if route.parts:
        code = Scene(regions, printed.report, printed.region, printed.end.year).code(printed.region, printed.end)
        parts = [_asked(part, printed, code, ask, route.how == "regions") for part in route.parts]
        computed = _worked_out(route, printed, [part["computed"] for part in parts])
        if computed is not None and not printed.value and not _nil_is_proven(route, printed, code, ask):
            computed = None
    equal = computed is not None and Decimal(computed) == printed.value
    reason = plan.reasons.get(_reason(printed, plan, route, equal, printed_as), ("", ""))
    if contradiction and not equal:
        reason = tuple("；".join(filter(None, pair)) for pair in zip(reason, contradiction, strict=True))
    return {
        "row": printed.row,
        "metric_en": printed.metric_en,
        "metric_zh": printed.metric_zh,
        "system": printed.system,
        "printed": format(printed.value, "f"),
        "figure": route.figure or None,
        "filters": parts[0]["filters"] if route.whole else {},
        "computed": computed,
        "equal": equal,
        "by": route.by,
        "reason": reason[0],
        "reason_zh": reason[0],
        "reason_en": reason[1],
        "parts": [] if route.whole else parts,
        "how": route.how,
    }


def _asked(part: Part, printed: Printed, code: str, ask: Ask, counties: bool) -> dict[str, Any]:
    """The value of one part, or in how many counties it is not nought, and what was asked."""
    first, last = part.window(printed)
    when: dict[str, date] = {"as_of": printed.end} if part.clock == DAY or part.back else {}
    when |= {} if first is None else {"from_": first, "to": last}
    where = dict(part.where)
    if counties:
        found = ask(part.figure, region=code, where=where, by="region", **when)
        computed = str(sum(Decimal(value) != 0 for value in found.values()))
    else:
        computed = ask(part.figure, region=code, where=where, **when)
    filters = {"region": code, **{key.rstrip("_"): day.isoformat() for key, day in when.items()}}
    return {
        "figure": part.figure,
        "filters": filters | ({"where": where} if where else {}),
        "computed": computed,
    }


def _worked_out(route: Route, printed: Printed, values: Sequence[str | None]) -> str | None:
    """The value of a row from its parts: exact sums; quotients to as many digits as are printed, half up."""
    if None in values:
        return None
    if route.whole or route.how == "regions":
        return values[0]
    numbers = [Decimal(value) for value in values if value is not None]
    if route.how == "sum":
        return format(sum(numbers, Decimal(0)), "f")
    now, before = numbers
    if route.how == "decrease":
        return format(before - now, "f")
    if not before:
        return None
    share = {
        "share": now / before,
        "growth": (now - before) / before * 100,
        "decrease_rate": (before - now) / before * 100,
    }[route.how]
    digits = Decimal(1).scaleb(min(0, int(printed.value.as_tuple().exponent)))
    return format(share.quantize(digits, ROUND_HALF_UP), "f")


def _nil_is_proven(route: Route, printed: Printed, code: str, ask: Ask) -> bool:
    """Whether those who have to report nought did, for each month of the period: only then is nothing a nought."""
    if not route.nil:
        return True
    when = {"from_": printed.first, "to": printed.end}
    months = printed.end.month - printed.first.month + 1 + 12 * (printed.end.year - printed.first.year)
    subject, reports = route.nil["subject"], Decimal(0)
    for kind in route.nil["kinds"]:
        homes = ask("facility.registered", region=code, where={"kind": kind}, as_of=printed.first)
        said = ask("facility.nil_reports", region=code, where={"subject": subject, "kind": kind}, **when)
        if Decimal(said) < Decimal(homes) * months:
            return False
        reports += Decimal(said)
    return reports > 0


def _reason(printed: Printed, plan: Plan, route: Route, equal: bool, printed_as: PrintedAs) -> str:
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
