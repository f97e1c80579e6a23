"""What the address asks of a board besides the standpoint: filters, period, persons, order, columns."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from flask import request

from domain.model import Field
from domain.people import Person
from projections.ordering import Order, orderable
from projections.tables import BOARD_DAYS
from webapp import readable
from webapp.page import Page

MONTH_TYPED = re.compile(r"(\d{4})(?:\D{1,2}(\d{1,2})月?|年)?", re.ASCII)
STREAM = re.compile(r"[0-9a-zA-Z-]{1,64}", re.ASCII)
WHOM_MAX = 40
"""So many persons stand in an address."""
DERIVED = frozenset({"about", "do", "status", "matter", "answer", "version", "source"})
"""Columns of findings and duties that no table holds."""


@dataclass(frozen=True)
class Sifting:
    """Which rows of a board, in which order, with which columns."""

    where: Mapping[str, str]
    order: Order
    columns: Mapping[str, Field]
    """Those that the reader chose, or all."""
    every: Mapping[str, Field]
    """Those that there are to choose from."""
    sortable: frozenset[str]

    @property
    def by(self) -> str | None:
        """The column that the rows are sorted by."""
        return self.order.by

    def turned(self, key: str) -> str:
        """The order that a click on a column's head asks for: the newest or largest first, then the other way."""
        return key if self.order.by == key and not self.order.ascending else f"-{key}"


def typed_period(text: str) -> tuple[date, date] | None:
    """The first and the last day of what was typed: a day, a month (2024-10, 2024年10月), a year."""
    text = readable.plain(text)
    if (found := readable.typed_day(text)) is not None:
        return found, found
    said = MONTH_TYPED.fullmatch(text)
    try:
        if said is None:
            return None
        year, month = int(said[1]), int(said[2] or 0)
        return (
            (date(year, month, 1), date(year, month, monthrange(year, month)[1]))
            if said[2]
            else (date(year, 1, 1), date(year, 12, 31))
        )
    except ValueError:
        return None


def sifting(page: Page, name: str, every: Mapping[str, Field], where: Mapping[str, str]) -> Sifting:
    """What the address says; what is not understood is told beside the bar and left out."""
    own = DERIVED if name in ("duties", "breaches") else frozenset()
    sortable = frozenset(orderable(every, set(own)))
    day = BOARD_DAYS.get(name)
    said = request.args.get("sort", "").strip()
    by = said.removeprefix("-") or None
    if by is not None and by not in sortable:
        page.warn("board.no_sort", typed=by)
        said, by = "", None
    by = by or (day if day in every else None)
    first, last = _period(page, name)
    order = Order(by, bool(said) and not said.startswith("-"), first, last, _whom())
    return Sifting(where, order, _chosen(page, every), every, sortable)


def _period(page: Page, name: str) -> tuple[date | None, date | None]:
    """The days between which the board's day lies; a beginning behind the end is told."""
    found: list[date | None] = []
    for key, end in (("on_from", 0), ("on_to", 1)):
        typed = request.args.get(key, "").strip()
        said = typed_period(typed) if typed and name in BOARD_DAYS else None
        if typed and said is None:
            page.warn("board.no_period", typed=typed)
        found.append(said[end] if said else None)
    first, last = found
    if first and last and last < first:
        page.warn("board.turned_period")
        return None, None
    return first, last


def _whom() -> frozenset[str] | None:
    said = [one for one in request.args.get("who", "").split(".") if STREAM.fullmatch(one)]
    return frozenset(said[:WHOM_MAX]) or None


def _chosen(page: Page, every: Mapping[str, Field]) -> Mapping[str, Field]:
    """The columns that the address names, in the order of the board; all where it names none."""
    said = [key for key in request.args.get("cols", "").split(".") if key]
    for key in said:
        if key not in every:
            page.warn("board.no_column", typed=key)
    return {key: spec for key, spec in every.items() if key in said} or every


def persons_found(page: Page, text: str) -> list[str]:
    """The persons of this account's area who bear a name or a number, for posts that read names."""
    found = sorted(page.services.vault.find(text)) if text else []
    page.names.warm(found)
    return [stream for stream in found if page.reach.names(stream)]


def with_stays(page: Page, order: Order) -> Order:
    """The same order, with the stays of its persons: what is found of a stay is about its person.

    Only persons whose names this account reads: nobody else is looked for.
    """
    if order.whom is None:
        return order
    whom = frozenset(_with_stays(page, order.whom))
    return Order(order.by, order.ascending, order.first, order.last, whom)


def _with_stays(page: Page, persons: frozenset[str]) -> Iterator[str]:
    for stream in persons:
        state = page.names.state(stream)
        if isinstance(state, Person) and page.reach.names(stream):
            yield stream
            yield from state.stays
