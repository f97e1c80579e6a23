"""What a command would move: the figures before and after, from the rows of the entries in force."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from domain.entries import advance, in_force
from domain.figures import Figure
from domain.model import EntryWithdrawn, Event, Row
from domain.values import decimal_text
from projections.ask import Ask
from webapp import readable
from webapp.page import Page

SHOWN_MAX = 12
Moved = tuple[str, str | None, str | None, int]
"""A figure of a facility or a region, in a year (0: a stock, as of a day)."""
Daily = defaultdict[Moved, defaultdict[date, int]]


@dataclass(frozen=True)
class Effect:
    """A figure of one place, now and after the command."""

    name: str
    place: str
    unit: str
    period: str
    before: str
    after: str


def rows_of(events: Iterable[Event]) -> Counter[Row]:
    """The rows of one stream's entries in force, in business order."""
    found: Counter[Row] = Counter()
    state = None
    for event in in_force(events):
        for row in event.rows(state):
            found[row] += 1
        state = advance(event.aggregate, state, event)
    return found


def effects(page: Page, decided: Iterable[Event]) -> list[Effect]:
    """The figures that events would move, by facility or region."""
    new: dict[str, list[Event]] = defaultdict(list)
    for event in decided:
        new[event.originator_id].append(event)
    moved: dict[Moved, int] = defaultdict(int)
    days: Daily = defaultdict(lambda: defaultdict(int))
    for stream, its in new.items():
        before = page.services.log.stream(stream)
        gone, come = rows_of(before), rows_of([*before, *its])
        for row, times in [*((r, -n) for r, n in (gone - come).items()), *((r, n) for r, n in (come - gone).items())]:
            figure = page.services.reference.figures.get(row.figure)
            if row.day > page.point.today:
                continue  # a deadline that would have passed some day moves nothing yet
            # Who was counted before counts no second time.
            if figure is not None and figure.kind != "distinct" and not figure.recounted:
                year = 0 if figure.kind == "stock" else row.day.year
                moved[figure.key, row.facility, row.region, year] += row.amount * times
                days[figure.key, row.facility, row.region, year][row.day] += row.amount * times
    asked = [(key, amount) for key, amount in moved.items() if amount]
    found = [_effect(page, key, amount) for key, amount in asked[:SHOWN_MAX]]
    still = {key for key, amount in moved.items() if not amount}
    return [*found, *_on_the_days(page, days, still)][:SHOWN_MAX]


def _on_the_days(page: Page, days: Daily, still: set[Moved]) -> list[Effect]:
    """Figures that are the same today but not on the old or the new business day."""
    found = []
    for moved in still:
        for day in sorted(days[moved]):
            amount = sum(its for on, its in days[moved].items() if on <= day)
            if amount:
                found.append(_effect(page, moved, amount, day))
    return found


def days_touched(page: Page, decided: Iterable[Event]) -> list[date]:
    """The business days of what would be entered and of what it would take out of force."""
    days: set[date] = set()
    for event in decided:
        if isinstance(event, EntryWithdrawn):
            stream = page.services.log.stream(event.originator_id)
            days |= {e.day for e in stream if e.originator_version in event.versions}
        else:
            days.add(event.day)
    return sorted(days)


def _effect(page: Page, moved: Moved, amount: int, on: date | None = None) -> Effect:
    """A figure now and after, as of today, of a past year, or of a day in the past."""
    key, facility, region, year = moved
    figure: Figure = page.services.reference.figures[key]
    today = page.point.today
    ask = Ask(today, facility=facility, region=None if facility else region)
    if on is not None:
        ask = replace(ask, as_of=on)
    elif year and year != today.year:
        ask = replace(ask, to=date(year, 12, 31), from_=date(year, 1, 1))
    now = Decimal(_value(page, key, ask) or "0")
    then = now + Decimal(decimal_text(amount, figure.places))
    place = page.names.facility(facility) if facility else page.region(region)
    return Effect(
        page.pair((figure.zh, figure.en)),
        place,
        figure.unit_in(page.zh),
        _period(page, year, on),
        readable.valued(figure, now),
        readable.valued(figure, then),
    )


def _value(page: Page, key: str, ask: Ask) -> Any:
    return page.services.views.figure(key, ask)["value"]


def _period(page: Page, year: int, on: date | None) -> str:
    if on is not None:
        shown = readable.day(on, page.zh)
        return (
            page.t("figure.flow", first=readable.day(on.replace(month=1, day=1), page.zh), last=shown)
            if year
            else shown
        )
    return page.t("period.year", year=year) if year else page.t("period.today")
