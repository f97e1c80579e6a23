"""三方比对: the same items as the facility itself, a social supervisor and the bureau judged them in the same month."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, request

from domain.inspections import Inspection
from domain.values import Month
from projections.ask import Ask
from projections.judgements import BUREAU, OWN, SOURCES, Compared, Sums, compare, sums
from webapp import readable
from webapp.access import Permission, needs
from webapp.page import Page, here
from webapp.recent import latest_day

pages = Blueprint("comparison", __name__)
MONTHS = 12
"""How far the course by month goes back."""
TYPED = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?", re.ASCII)
HOMES_MAX = 200
"""So many facilities are shown of one region; of more, the first by what was overlooked."""


@dataclass(frozen=True)
class Cell:
    """What one source said of an item, with the entries of the answers."""

    result: str | None
    links: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One item with the three sources, and in words where they differ."""

    item: str
    cells: tuple[Cell, ...]
    said: str
    tag: str


@pages.get("/comparison")
@needs(Permission.SIGNED_IN)
def show_comparison() -> Any:
    """One facility item by item; a region facility by facility; and month by month what self-checks overlooked."""
    page = here()
    month, only = asked_month(page), "only" in request.args
    ask = within(page.point.ask, month)
    compared = compare(page.services.views.judged(ask)) if ask else []
    facility = page.point.ask.facility
    found: dict[str, Any] = {"lines": [], "homes": []}
    if facility:
        found["lines"] = list(_lines(page, [one for one in compared if one.differs or not only]))
    else:
        found["homes"] = [one for one in _homes(page, compared) if one[2].differing or not only]
    return page.render(
        "comparison.html",
        bar=True,
        month=month,
        only=only,
        sources=SOURCES,
        total=sums(compared),
        any=bool(compared),
        course=course(page, month),
        most=HOMES_MAX,
        latest=latest_day(page),
        **found,
    )


def asked_month(page: Page) -> Month:
    """The month that the address names, else that of the as-of day; one that cannot be read or has not come is told."""
    typed, own = request.args.get("month", "").strip(), Month.of(page.point.ask.as_of)
    if not typed:
        return own
    said = TYPED.fullmatch(typed)
    try:
        month = Month(int(said[1]), int(said[2])) if said else None
    except ValueError:
        month = None
    if month is None or month.first > page.point.ask.as_of:
        page.warn("comparison.bad_month" if month is None else "comparison.later", typed=typed)
        return own
    return month


def within(ask: Ask, month: Month) -> Ask | None:
    """The question about one month, as far as it had gone by the as-of day."""
    return (
        replace(ask, from_=month.first, to=min(month.last, ask.as_of), where={}) if month.first <= ask.as_of else None
    )


# -- one facility --------------------------------------------------------------------------------------------


def _lines(page: Page, compared: Sequence[Compared]) -> Iterator[Line]:
    entries = _entries(page, {one for its in compared for many in its.inspections.values() for one in many})
    for its in compared:
        cells = tuple(
            Cell(
                its.results.get(source),
                tuple(entries[one][its.item] for one in its.inspections.get(source, ()) if its.item in entries[one]),
            )
            for source in SOURCES
        )
        yield Line(its.item, cells, *_difference(page, its))


def _entries(page: Page, visits: Iterable[str]) -> Mapping[str, Mapping[str, str]]:
    """visit -> item -> the address of the entry that gave its last answer."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    visits = sorted(visits)
    page.names.warm(visits)
    for visit in visits:
        for event in page.entries(visit):
            if isinstance(event, Inspection.Answered):
                found[visit].update((one.item, f"/events/{event.envelope.position}") for one in event.answers)
    return found


def _difference(page: Page, its: Compared) -> tuple[str, str]:
    """What the sources make of it, in words, and how loud they are said."""
    if len(its.results) < 2:
        return page.t("comparison.single"), "t-n"
    if not its.differs:
        return page.t("comparison.same"), "t-good"
    named = {
        result: page.t("list.sep").join(
            page.choice("inspection_sources", source) for source in SOURCES if its.results.get(source) == result
        )
        for result in ("pass", "fail")
    }
    return page.t("comparison.differs", passed=named["pass"], failed=named["fail"]), (
        "t-bad" if its.overlooked else "t-warn"
    )


# -- a region ------------------------------------------------------------------------------------------------


def _homes(page: Page, compared: Iterable[Compared]) -> list[tuple[str, str, Sums]]:
    """(name, address, sums) of every facility of the region that was judged, first those that overlooked most."""
    by_home: dict[str, list[Compared]] = defaultdict(list)
    for one in compared:
        by_home[one.facility].append(one)
    found = sorted(
        ((home, sums(its)) for home, its in by_home.items()),
        key=lambda pair: (-pair[1].overlooked, -pair[1].differing, pair[0]),
    )[:HOMES_MAX]
    page.names.warm(home for home, _ in found)
    return [(page.names.facility(home), home, its) for home, its in found]


# -- month by month --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Overlooked:
    """One month: what the bureau failed and the facility had judged too, and how much of that it had passed."""

    month: Month
    both: int
    passed: int

    @property
    def share(self) -> str:
        """In percent, to one decimal; a stroke where there was nothing to overlook."""
        return "—" if not self.both else readable.tenths(f"{100 * self.passed / self.both:.4f}")


def course(page: Page, month: Month) -> list[Overlooked]:
    """The months up to one, the latest first. Only what the bureau failed is looked for among the self-checks."""
    ask, first = page.point.ask, month.plus(1 - MONTHS).first
    ask = replace(ask, from_=max(first, date(1949, 1, 1)), to=min(month.last, ask.as_of))
    failed = page.services.views.judged(replace(ask, where={"checked_by": BUREAU, "result": "fail"}))
    own = page.services.views.judged(replace(ask, where={"checked_by": OWN})) if failed else []
    by_month: dict[str, list[Compared]] = defaultdict(list)
    for one in compare([*failed, *own]):
        by_month[str(one.month)].append(one)
    found = []
    for back in range(MONTHS):
        at = month.plus(-back)
        total = sums(by_month[str(at)])
        found.append(Overlooked(at, total.both_failed, total.overlooked))
    return found
