"""What a command would move: the figures before and after, from the rows of the entries in force."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from domain.figures import Figure
from domain.model import Event, Row, advance, in_force
from domain.values import decimal_text
from projections.ask import Ask
from webapp.page import Page

SHOWN_MAX = 12


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
    moved: dict[tuple[str, str | None, str | None, int], int] = defaultdict(int)
    for stream, its in new.items():
        before = page.services.log.stream(stream)
        gone, come = rows_of(before), rows_of([*before, *its])
        for row, times in [*((r, -n) for r, n in (gone - come).items()), *((r, n) for r, n in (come - gone).items())]:
            figure = page.services.reference.figures.get(row.figure)
            if figure is not None:
                year = 0 if figure.kind == "stock" else row.day.year
                moved[figure.key, row.facility, row.region, year] += row.amount * times
    asked = [(key, amount) for key, amount in moved.items() if amount]
    return [found for key, amount in asked[:SHOWN_MAX] if (found := _effect(page, key, amount)) is not None]


def _effect(page: Page, moved: tuple[str, str | None, str | None, int], amount: int) -> Effect | None:
    key, facility, region, year = moved
    figure: Figure = page.services.reference.figures[key]
    today = page.point.today
    ask = Ask(today, facility=facility, region=None if facility else region)
    if year and year != today.year:
        ask = replace(ask, to=date(year, 12, 31), from_=date(year, 1, 1))
    now = Decimal(_value(page, key, ask) or "0")
    then = now + Decimal(decimal_text(amount, figure.places))
    place = page.names.facility(facility) if facility else page.region(region)
    return Effect(page.pair((figure.zh, figure.en)), place, figure.unit, _period(page, year), f"{now:f}", f"{then:f}")


def _value(page: Page, key: str, ask: Ask) -> Any:
    return page.services.views.figure(key, ask)["value"]


def _period(page: Page, year: int) -> str:
    return page.t("period.year", year=year) if year else page.t("period.today")
