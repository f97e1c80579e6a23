"""The value of a figure: a sum over rows, a count of different members, or a ratio of two of these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from sqlalchemy import ColumnElement, func, select

from domain.figures import FACILITY_DIMENSIONS
from domain.values import decimal_text, ratio_text
from projections.rollups import sums, totals
from projections.scope import Scope, ScopeOf, texts_of


def counted(scope: Scope) -> set[int]:
    """The members that a distinct figure counts; of different counties, one facility for each."""
    if scope.figure.member == "region":
        return set({county: facility for facility, county in _counties(scope)}.values())
    return {who for _, who in _members(scope)}


def _members(scope: Scope, group_of: Callable[[int, int], str] | None = None) -> set[tuple[str, int]]:
    """(group, member) of whoever counts, in each group of rows or in all of them.

    Over a stock: a balance at the end of the first day, or opening rows in the period that sum above 0. Over a flow:
    rows in the period that sum above 0. Records of one person count as one.
    """
    rows = scope.tables.rows.c
    first, last = (day.toordinal() for day in scope.ask.period())
    member = rows.facility if scope.figure.member == "facility" else rows.member
    columns = [member, rows.facility, rows.dims] if group_of else [member]

    def held_in(*days: ColumnElement[bool]) -> dict[tuple[str, int], int]:
        query = select(func.sum(rows.amount), *columns).where(scope.condition(*days)).group_by(*columns)
        found: dict[tuple[str, int], int] = defaultdict(int)
        for amount, who, *where in scope.connection.execute(query):
            found[group_of(*where) if group_of else "", scope.member(who)] += int(amount)
        return found

    if not scope.over_stock:
        return {one for one, amount in held_in(rows.day.between(first, last)).items() if amount > 0}
    held = held_in(rows.day <= first)
    began = held_in(rows.day.between(first, last), rows.opening == 1)
    return {one for one, amount in held.items() if amount} | {one for one, amount in began.items() if amount > 0}


def _counties(scope: Scope) -> Iterator[tuple[int, str]]:
    """(facility, its county by today's code) of the facilities with a balance."""
    rows = scope.tables.rows.c
    query = select(rows.facility).where(scope.condition(scope.days())).group_by(rows.facility)
    for (facility,) in scope.connection.execute(query.having(func.sum(rows.amount) != 0)):
        if facility in scope.places:
            yield facility, home_of(scope, scope.places[facility].region)


def ratio_parts(scope: Scope, scope_of: ScopeOf) -> tuple[Scope, Scope]:
    """Numerator and denominator of a ratio, with their fixed filters."""
    assert scope.figure.over
    assert scope.figure.under
    figures, parts = scope.reference.figures, []
    for key, fixed in (scope.figure.over, scope.figure.under):
        part = replace(figures[key], dimensions=(*figures[key].dimensions, *scope.figure.dimensions))
        parts.append(scope_of(part, replace(scope.ask, where={**scope.ask.where, **dict(fixed)}, by=None)))
    return parts[0], parts[1]


def _amounts(parts: Sequence[Scope]) -> list[int]:
    """What each part of a ratio comes to: a sum, or the number of different members."""
    return [len(counted(part)) for part in parts] if parts[0].figure.kind == "distinct" else sums(parts)


def _amounts_by(part: Scope, by: str) -> dict[str, int]:
    return _counted_by(part, by) if part.figure.kind == "distinct" else _sums_by(part, by)


def value(scope: Scope, scope_of: ScopeOf) -> str | None:
    """The value as an exact decimal text; None for a ratio without a denominator."""
    return values([scope], scope_of)[0]


def values(scopes: Sequence[Scope], scope_of: ScopeOf) -> list[str | None]:
    """The values of one figure for several questions, one or more."""
    figure = scopes[0].figure
    if figure.kind == "ratio":
        overs, unders = map(_amounts, zip(*(ratio_parts(scope, scope_of) for scope in scopes), strict=True))
        return [ratio_text(over, under, figure.times, 4) for over, under in zip(overs, unders, strict=True)]
    places = 0 if figure.kind == "distinct" else figure.places
    return [decimal_text(amount, places) for amount in _amounts(scopes)]


def breakdown(scope: Scope, scope_of: ScopeOf) -> dict[str, str | None]:
    """The values by one dimension. Sums add up to the total; a member may count under several values."""
    by, figure = scope.ask.by or "", scope.figure
    if figure.kind == "ratio":
        over, under = (_amounts_by(part, by) for part in ratio_parts(scope, scope_of))
        groups = {*_groups(scope, by), *over, *under}
        found = {one: ratio_text(over.get(one, 0), under.get(one, 0), figure.times, 4) for one in groups}
    elif figure.kind == "distinct":
        found = {one: str(number) for one, number in _counted_by(scope, by).items()}
    else:
        found = {one: decimal_text(amount, figure.places) for one, amount in _sums_by(scope, by).items() if amount}
    return dict(sorted(found.items()))


def _groups(scope: Scope, by: str) -> list[str]:
    """The values that the facilities of the question take, whether anything counts there or not."""
    if by not in ("region", "facility", *FACILITY_DIMENSIONS):
        return []
    group_of = _grouping(scope, by)
    return [one for one in (group_of(code, 0) for code in scope.places if code > 0) if one]


def _counted_by(scope: Scope, by: str) -> dict[str, int]:
    numbers: dict[str, int] = dict.fromkeys(_groups(scope, by), 0)
    if scope.figure.member == "region":
        group_of = _grouping(scope, by)
        counted_in = {(group_of(facility, 0), county) for facility, county in _counties(scope)}
    else:
        counted_in = _members(scope, _grouping(scope, by))
    for group, _ in counted_in:
        numbers[group or ""] = numbers.get(group or "", 0) + 1
    return numbers


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


def _sums_by(scope: Scope, by: str) -> dict[str, int]:
    group_of = _grouping(scope, by)
    found: dict[str, int] = defaultdict(int)
    for facility, dims, amount in totals(scope):
        found[group_of(facility, dims)] += amount
    return found


def _grouping(scope: Scope, by: str) -> Callable[[int, int], str]:
    """Which value of a dimension a row stands under, by its facility's code and that of its own dimensions."""
    places = scope.places
    if by == "facility":
        texts = texts_of(scope.connection, scope.tables, places)
        return lambda facility, _: texts.get(facility, "")
    if by == "region":
        region = lru_cache(maxsize=None)(lambda code: child_region(scope, code))
        return lambda facility, _: region(places[facility].region) if facility in places else ""
    if by in FACILITY_DIMENSIONS:
        return lambda facility, _: (places[facility].values[by] if facility in places else None) or ""
    dims = scope.tables.dims.c
    own = dict(scope.connection.execute(select(dims.id, dims.value).where(dims.name == by)).all())
    return lambda _, code: own.get(code, "")
