"""复发与共性问题: what failed again at the same facility within a year, and how many of those checked fail an item."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, redirect, request

from projections.judgements import Repeat, repeats
from webapp import readable, things
from webapp.access import Permission, needs
from webapp.page import Page, here
from webapp.recent import latest_day

pages = Blueprint("faults", __name__)
BEFORE = timedelta(days=2 * 366)
"""How far behind the period a row of failures is followed back."""
FACILITIES, RATE = "inspection.item_facilities", "inspection.item_failure_rate"
SORTS = ("share", "failed", "checked", "item")
ROWS_MAX = 300


@dataclass(frozen=True)
class Index:
    """One item: the facilities where it was judged, those that failed it, and the share."""

    item: str
    checked: int
    failed: int

    @property
    def exact(self) -> Decimal:
        """The share in percent."""
        return Decimal(100 * self.failed) / self.checked

    @property
    def share(self) -> str:
        """The share as it is shown."""
        return readable.tenths(str(self.exact))


@dataclass(frozen=True)
class Again:
    """A repeated fault with names and pages."""

    its: Repeat
    home: str
    home_url: str | None
    hazards: tuple[tuple[str, str], ...]
    """(words, address), the latest first."""


@pages.get("/faults")
@needs(Permission.SIGNED_IN)
def show_faults() -> Any:
    """Repeated faults of the period, and the index of every item that was judged in it."""
    if "to" in request.args:  # the period ends where everything is asked as of
        said = {key: value for key, value in request.args.items() if key not in ("to", "as_of")}
        return redirect(here().point.url("/faults", **said, as_of=request.args["to"]), 303)
    page = here()
    checked_by, sort = _checked_by(page), request.args.get("sort", SORTS[0])
    found = index(page, checked_by)
    again = _repeated(page)
    return page.render(
        "faults.html",
        bar=True,
        index=sorted(found, key=_order(sort if sort in SORTS else SORTS[0])),
        sort=sort if sort in SORTS else SORTS[0],
        sorts=SORTS,
        checked_by=checked_by,
        repeated=again[:ROWS_MAX],
        total=len(again),
        period=page.point.ask.period(),
        facilities=FACILITIES,
        rate=RATE,
        latest=latest_day(page),
    )


def _checked_by(page: Page) -> str:
    said = request.args.get("checked_by", "")
    if said and said not in page.services.reference.choices("inspection_sources"):
        page.warn("bar.no_value", typed=said, what=page.t("dim.checked_by"))
        return ""
    return said


def _order(sort: str) -> Any:
    """Numbers fall, items rise."""
    if sort == "item":
        return lambda one: one.item
    value = {"share": lambda one: one.exact, "failed": lambda one: one.failed, "checked": lambda one: one.checked}[sort]
    return lambda one: (-value(one), -one.failed, one.item)


def index(page: Page, checked_by: str) -> list[Index]:
    """Every item that was judged in the period, with the facilities that failed it."""
    where = {"checked_by": checked_by} if checked_by else {}
    ask = replace(page.point.ask, by="item", where=where)
    checked = page.services.views.figure(FACILITIES, ask)["by"]
    failed = page.services.views.figure(FACILITIES, replace(ask, where={**where, "result": "fail"}))["by"]
    return [Index(item, int(number), int(failed.get(item, 0))) for item, number in checked.items() if int(number)]


def _repeated(page: Page) -> list[Again]:
    first, last = page.point.ask.period()
    ask = replace(page.point.ask, from_=max(first - BEFORE, first.min + BEFORE), to=last, where={})
    found = repeats(page.services.views.faults(ask), page.services.reference.limits, first)
    page.names.warm(stream for one in found for stream in (one.facility, *one.hazards))
    return [
        Again(
            one,
            page.names.facility(one.facility),
            things.link(page, one.facility),
            tuple((_day(page, hazard), url) for hazard in one.hazards if (url := things.link(page, hazard))),
        )
        for one in found
    ]


def _day(page: Page, hazard: str) -> str:
    return readable.day(getattr(page.names.state(hazard), "found_on", None), page.zh)
