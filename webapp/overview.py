"""The overview of an area: its main figures against a year ago, with their course; region by region; the last week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from domain.figures import Figure
from domain.kinds import KINDS
from domain.values import MONTHS
from projections.ask import Ask
from webapp import readable
from webapp.page import Page

CARDS = ("stay.present", "facility.occupancy", "hazard.open", "fund.execution")
"""The main figures of a bureau."""
CARDS_APPLYING = {
    "outlet": ("outlet.sales", "outlet.welfare_fund", "outlet.violations"),
    "rescue": ("rescue.present", "rescue.received", "hazard.open"),
}
"""The main figures of a facility, by what only its kind has."""
CARDS_LODGING = ("stay.present", "facility.beds_licensed", "facility.occupancy", "hazard.open")
CARDS_OTHER = ("hazard.open",)
COLUMNS = (
    "facility.registered",
    "facility.beds_licensed",
    "stay.present",
    "facility.occupancy",
    "inspection.concluded",
    "hazard.found",
    "hazard.closed",
    "hazard.overdue",
)
"""The table region by region."""
OF_WEEK = (
    "stay.admitted",
    "stay.discharged",
    "inspection.concluded",
    "hazard.found",
    "hazard.closed",
    "incident.occurred",
    "complaint.received",
    "rescue.received",
    "batch.payments",
)
"""What may have happened in the last days."""
MONTHS_SHOWN, WEEK = 7, timedelta(days=6)
WIDTH, HEIGHT = 150, 40


@dataclass(frozen=True)
class Card:
    """A figure with what it is compared to; `spark` are the points of a small line."""

    figure: Figure
    value: str | None
    beside: str
    tone: str
    spark: str
    course: tuple[tuple[str, str | None], ...]


def cards(page: Page, kind: str | None = None) -> list[Card]:
    """The main figures of the asked area, or of a facility of a kind."""
    if page.point.ask.facility and kind is not None:
        its = KINDS[kind]
        applying = next((CARDS_APPLYING[name] for name in its.applies if name in CARDS_APPLYING), None)
        keys = applying or (CARDS_LODGING if its.lodging else CARDS_OTHER)
    else:
        keys = CARDS
    return [_card(page, page.services.reference.figures[key]) for key in keys]


def _card(page: Page, figure: Figure) -> Card:
    ask, views = page.point.ask, page.services.views
    ends = month_ends(ask.as_of, MONTHS_SHOWN)
    asks = [upto(figure, ask, end) for end in ends]
    *course, before = views.values(figure.key, [*asks, upto(figure, ask, a_year_before(ask.as_of))])
    value = course[-1]
    beside, tone = _beside(page, figure, value, before)
    named = tuple((month_name(page, end), one) for end, one in zip(ends, course, strict=True))
    spark = " ".join(f"{x:g},{y:g}" for x, y in _points(course))
    return Card(figure, value, beside, tone, spark, named)


def upto(figure: Figure, ask: Ask, end: date) -> Ask:
    """The question as of a day: of a flow, from the beginning of that year."""
    return replace(ask, as_of=end, to=None, from_=None, by=None)


def _beside(page: Page, figure: Figure, value: str | None, before: str | None) -> tuple[str, str]:
    """What stands below a figure: how far it is from a year ago, or what it is to be read against."""
    if figure.key == "hazard.open":
        (overdue,) = page.services.views.values("hazard.overdue", [page.point.ask])
        if overdue and overdue != "0":
            return page.t("card.overdue", n=readable.number(overdue)), "down"
    if figure.key == "fund.execution":
        return page.t("card.elapsed", share=_elapsed(page.point.ask.as_of)), ""
    if value is None or before in (None, "0"):
        return page.t("card.no_year"), ""
    change = Decimal(value) - Decimal(before)
    unit = page.t("card.points") if figure.kind == "ratio" else figure.unit_in(page.zh)
    return page.t("card.year", change=readable.signed(figure, change), unit=unit), ""


def _elapsed(day: date) -> str:
    """How much of the year is over, in percent."""
    first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    return f"{Decimal((day - first).days + 1) * 100 / ((last - first).days + 1):.1f}"


def month_ends(last: date, number: int) -> list[date]:
    """The ends of the last months, the asked day for the end of its own."""
    ends = [last]
    while len(ends) < number:
        ends.insert(0, ends[0].replace(day=1) - timedelta(days=1))
    return ends


def month_name(page: Page, end: date) -> str:
    """What a month is called below a chart."""
    return f"{end.month}月" if page.zh else MONTHS[end.month - 1][:3]


def a_year_before(day: date) -> date:
    """The same day a year ago; the 28th of February for a leap day."""
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


def _points(course: list[str | None]) -> list[tuple[float, float]]:
    """The course as points of a line, from the lowest to the highest value."""
    values = [float(value) for value in course if value is not None]
    if len(values) < 2:
        return []
    low, high = min(values), max(values)
    room, step = (high - low) or 1.0, WIDTH / (len(values) - 1)
    return [(round(i * step, 1), round(HEIGHT - 4 - (v - low) / room * (HEIGHT - 8), 1)) for i, v in enumerate(values)]


# -- region by region ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Below:
    """A region below: its code, name, and the values of the columns."""

    code: str
    name: str
    values: tuple[str | None, ...]


def below(page: Page) -> list[Below]:
    """The regions directly below that have anything."""
    ask, regions = page.point.ask, page.services.reference.regions
    if ask.facility:
        return []
    codes = regions.children(ask.region, ask.as_of) if ask.region else regions.provinces(ask.as_of)
    parts = [page.services.views.figure(key, replace(ask, by="region"))["by"] for key in COLUMNS]
    empty = [None if page.services.reference.figures[key].kind == "ratio" else "0" for key in COLUMNS]
    return [
        Below(
            code,
            page.region(code),
            tuple(part.get(code, nothing) for part, nothing in zip(parts, empty, strict=True)),
        )
        for code in codes
        if any(code in part for part in parts)
    ]


def apart(page: Page) -> list[str]:
    """A sentence for every ratio of the table that counts others than the columns beside it of which it seems to be made."""
    figures = page.services.reference.figures
    said = []
    for figure in (figures[key] for key in COLUMNS if figures[key].kind == "ratio"):
        (over, only), (under, of) = figure.over, figure.under
        if {over, under} <= set(COLUMNS) and (only or of):
            names = {"name": figure.key, "over": over, "under": under}
            shown = {part: page.t(f"column.{key}") for part, key in names.items()}
            said.append(
                page.t("first.by_region.apart", meaning=page.pair((figure.meaning_zh, figure.meaning_en)), **shown)
            )
    return said


# -- the last week -------------------------------------------------------------------------------------------


def of_week(page: Page) -> Iterator[tuple[Figure, str, str]]:
    """(figure, value, address) of what happened in the seven days up to the as-of day."""
    ask, figures = page.point.ask, page.services.reference.figures
    first = ask.as_of - WEEK
    for key in OF_WEEK:
        (value,) = page.services.views.values(key, [replace(ask, from_=first)])
        if value not in (None, "0"):
            yield figures[key], value, page.point.url(f"/figures/{key}", from_=first.isoformat())
