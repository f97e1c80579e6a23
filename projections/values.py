"""The value of a figure: a sum over rows, a count of different members, or a ratio of two sums."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import func, select

from domain.figures import FACILITY_DIMENSIONS, Figure
from domain.values import decimal_text, ratio_text
from projections.ask import Ask
from projections.rollups import total
from projections.scope import Place, Scope

Sums = dict[str | None, int]
ScopeOf = Callable[[Figure, Ask], Scope]
"""Makes the scope of another figure in the same connection, for the parts of a ratio."""


def counted(scope: Scope) -> dict[int, int]:
    """The members that a distinct figure counts, with the rows' code of their facility's region or their own.

    Over a stock: a balance at the end of the first day, or opening rows in the period that sum above 0.
    """
    rows, figure = scope.tables.rows.c, scope.figure
    if figure.member == "region":
        return _regions(scope)
    first, last = scope.ask.period()
    held = select(rows.member, func.sum(rows.amount)).where(scope.condition(rows.day <= first.toordinal()))
    began = select(rows.member, func.sum(rows.amount)).where(
        scope.condition(rows.day.between(first.toordinal(), last.toordinal())), rows.opening == 1
    )
    members = {m: 1 for m, _ in scope.connection.execute(held.group_by(rows.member).having(func.sum(rows.amount) != 0))}
    return members | {
        m: 1 for m, _ in scope.connection.execute(began.group_by(rows.member).having(func.sum(rows.amount) > 0))
    }


def _regions(scope: Scope) -> dict[int, int]:
    """Different counties, by today's code of the region, among the facilities with a balance; one facility for each."""
    rows, places = scope.tables.rows.c, scope.places()
    query = (
        select(rows.facility)
        .where(scope.condition(scope.days()))
        .group_by(rows.facility)
        .having(func.sum(rows.amount) != 0)
    )
    counties: dict[str, int] = {}
    for (facility,) in scope.connection.execute(query):
        if facility in places:
            now = home_of(scope, places[facility].region)
            counties.setdefault(now, facility)
    return dict.fromkeys(counties.values(), 1)


def ratio_parts(scope: Scope, scope_of: ScopeOf) -> tuple[Scope, Scope]:
    """Numerator and denominator of a ratio, with their fixed filters."""
    assert scope.figure.over
    assert scope.figure.under
    figures, parts = scope.reference.figures, []
    for key, fixed in (scope.figure.over, scope.figure.under):
        part = replace(figures[key], dimensions=(*figures[key].dimensions, *scope.figure.dimensions))
        parts.append(scope_of(part, replace(scope.ask, where={**scope.ask.where, **dict(fixed)}, by=None)))
    return parts[0], parts[1]


def value(scope: Scope, scope_of: ScopeOf) -> str | None:
    """The value as an exact decimal text; None for a ratio without a denominator."""
    if scope.figure.kind == "ratio":
        over, under = ratio_parts(scope, scope_of)
        return ratio_text(total(over), total(under), scope.figure.times, 4)
    if scope.figure.kind == "distinct":
        return str(len(counted(scope)))
    return decimal_text(total(scope), scope.figure.places)


def breakdown(scope: Scope, scope_of: ScopeOf) -> dict[str, str | None]:
    """The values by one dimension. Sums add up to the total; distinct members and ratios are asked one by one."""
    by = scope.ask.by or ""
    if scope.figure.kind in ("flow", "stock"):
        sums = _sums_by(scope, by)
        return {
            k: decimal_text(v, scope.figure.places) for k, v in sorted(sums.items(), key=lambda kv: kv[0] or "") if v
        }
    return {one: value(scope_of(scope.figure, _narrow(scope, by, one)), scope_of) for one in _values_of(scope, by)}


def _narrow(scope: Scope, by: str, one: str) -> Ask:
    if by == "region":
        return replace(scope.ask, region=one, by=None)
    if by == "facility":
        return replace(scope.ask, facility=one, by=None)
    return scope.ask.narrowed(**{by: one})


def _values_of(scope: Scope, by: str) -> list[str]:
    """The values that a dimension takes in this scope."""
    if by == "region":
        return sorted({child_region(scope, p.region) for p in scope.places().values()})
    if by == "facility":
        return sorted(p.stream for p in scope.places().values())
    if by in FACILITY_DIMENSIONS:
        return sorted({p.values[by] for p in scope.places().values() if p.values[by]})  # type: ignore[type-var]
    dims = scope.tables.dims.c
    return [
        v
        for (v,) in scope.connection.execute(select(dims.value).where(dims.name == by).distinct().order_by(dims.value))
    ]


def home_of(scope: Scope, region: str) -> str:
    """The code under which a region's facts count by the boundaries of the as-of day; itself when unknown."""
    regions = scope.reference.regions
    return regions.home(region, scope.ask.as_of) if region in regions else region


def child_region(scope: Scope, region: str) -> str:
    """The region directly under the asked one (a province without one) that a code lies in on the as-of day."""
    regions, day, above = scope.reference.regions, scope.ask.as_of, scope.ask.region
    code = home_of(scope, region)
    while code in regions and code != above:
        parent = regions.parent(code, day)
        if parent is None or parent == above:
            return code
        code = parent
    return code


def _sums_by(scope: Scope, by: str) -> Sums:
    rows, places = scope.tables.rows.c, scope.places()
    query = (
        select(rows.facility, rows.dims, func.sum(rows.amount))
        .where(scope.condition(scope.days()))
        .group_by(rows.facility, rows.dims)
    )
    found = scope.connection.execute(query).all()
    texts = scope.texts([dims for _, dims, _ in found] + [-where for where, _, _ in found if where < 0])
    sums: Sums = defaultdict(int)
    for where, dims, amount in found:
        sums[_dimension(scope, by, places.get(where), texts.get(-where), texts.get(dims, "[]"))] += int(amount)
    return sums


def _dimension(scope: Scope, by: str, place: Place | None, region: str | None, dims: str) -> str:
    if by == "facility":
        return place.stream if place else ""
    if by == "region":
        code = place.region if place else region
        return child_region(scope, code) if code else ""
    if by in FACILITY_DIMENSIONS:
        return (place.values[by] if place else None) or ""
    return dict(json.loads(dims)).get(by, "")
