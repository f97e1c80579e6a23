"""The course of a figure: twelve months with those of the year before beside them, and how far the value is from a year ago."""

from __future__ import annotations

import json
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from domain.figures import Figure
from projections.ask import Ask
from webapp import readable
from webapp.overview import a_year_before, month_ends, month_name, upto
from webapp.page import Page

MONTHS_SHOWN = 12
OF_PERIODS = frozenset({"flow", "distinct"})
"""Kinds of figures that are counted over a period, not at the end of a day."""
NOTHING = "0"


@dataclass(frozen=True)
class Month:
    """One month of the course: the value, that of the same month a year before, and the heights of both bars in percent."""

    name: str
    short: str
    value: str | None
    before: str | None
    height: int
    height_before: int


@dataclass(frozen=True)
class Course:
    """The months up to the as-of day, and the same as numbers for the drawing."""

    months: list[Month]
    drawn: str
    """What the drawing of the browser is made from, as JSON."""
    partial: bool
    """Whether the last month is not over on the as-of day."""

    @property
    def compared(self) -> bool:
        """Whether there was anything a year before."""
        return any(month.height_before for month in self.months)


def course(page: Page, figure: Figure, ask: Ask) -> Course:
    """The last twelve months and the same months a year before.

    A stock stands at their ends, a flow is counted month by month, a ratio of flows since the first of January.
    """
    ends = month_ends(ask.as_of, MONTHS_SHOWN)
    asks = [_month(figure, ask, end) for end in (*ends, *map(_a_year_before_the_end, ends))]
    values = page.services.views.values(figure.key, asks)
    now, before = values[:MONTHS_SHOWN], values[MONTHS_SHOWN:]
    top = max((abs(Decimal(value or 0)) for value in values), default=Decimal(0)) or Decimal(1)
    months = [
        Month(_named(page, end), month_name(page, end), one, other, _height(one, top), _height(other, top))
        for end, one, other in zip(ends, now, before, strict=True)
    ]
    return Course(months, _drawn(page, figure, months), not _ends(ask.as_of))


def _month(figure: Figure, ask: Ask, end: date) -> Ask:
    """The question for one month; the parts of a ratio seldom fall into the same one."""
    asked = upto(figure, ask, end)
    return replace(asked, from_=end.replace(day=1)) if figure.kind in OF_PERIODS else asked


def _ends(day: date) -> bool:
    """Whether a day is the last of its month."""
    return day.day == monthrange(day.year, day.month)[1]


def _a_year_before_the_end(end: date) -> date:
    """The same day a year before; of a month's end the end of that month, leap year or not."""
    day = a_year_before(end)
    return day.replace(day=monthrange(day.year, day.month)[1]) if _ends(end) else day


def _named(page: Page, end: date) -> str:
    return readable.month(f"{end:%Y-%m}", page.zh)


def _height(value: str | None, top: Decimal) -> int:
    return int(abs(Decimal(value or 0)) * 100 / top)


def _drawn(page: Page, figure: Figure, months: list[Month]) -> str:
    """Months, values and words for the drawing; a screen reader is told the same by its table."""
    said = {
        "months": [one.short for one in months],
        "values": [_drawable(one.value) for one in months],
        "before": [_drawable(one.before) for one in months if any(other.height_before for other in months)],
        "names": [page.t("course.this"), page.t("course.before")],
        "unit": figure.unit_in(page.zh),
        "about": page.t("course.about", name=page.pair((figure.zh, figure.en))),
    }
    return json.dumps(said, ensure_ascii=False)


def _drawable(value: str | None) -> float | None:
    return None if value is None else round(float(value), 2)


def year_on_year(page: Page, figure: Figure, ask: Ask, value: str | None) -> str:
    """How far a value is from that of the same day, or the same period, a year before, in one sentence."""
    first, last = ask.period()
    day, *days = (a_year_before(one) for one in (ask.as_of, first, last))
    before_ask = replace(ask, as_of=day, from_=days[0], to=days[1], by=None)
    (before,) = page.services.views.values(figure.key, [before_ask])
    when = _when(page, figure, before_ask)
    if value is None or before is None or before == NOTHING:
        return page.t("year.none", when=when)
    change = Decimal(value) - Decimal(before)
    if not change:
        return page.t("year.same", when=when)
    ratio = figure.kind == "ratio"
    return page.t(
        "year.more" if change > 0 else "year.less",
        when=when,
        n=readable.valued(figure, abs(change)),
        unit=page.t("card.points") if ratio else figure.unit_in(page.zh, str(abs(change))),
        before=f"{readable.valued(figure, before)} {figure.unit_in(page.zh, before)}",
        share="" if ratio else readable.bracketed(_share(change, Decimal(before)), page.zh),
    )


def _of_a_period(page: Page, figure: Figure) -> bool:
    """Whether a figure, or what a ratio divides, is counted over a period."""
    over = page.services.reference.figures[figure.over[0]] if figure.over else figure
    return over.kind in OF_PERIODS


def _when(page: Page, figure: Figure, ask: Ask) -> str:
    """The day or the period a year before, as it is spoken of."""
    if _of_a_period(page, figure):
        first, last = ask.period()
        return page.t("year.period", first=readable.day(first, page.zh), last=readable.day(last, page.zh))
    return page.t("year.day", day=readable.day(ask.as_of, page.zh))


def _share(change: Decimal, before: Decimal) -> str:
    """A change in percent of what it changed from, with its sign."""
    return readable.plus(readable.tenths(change * 100 / abs(before))) + "%"
