"""What a board is narrowed by, one tag each: what it says, and the same address without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import request

from domain.catalogue import sheets
from domain.model import Field
from projections.tables import BOARD_DAYS
from webapp import readable
from webapp.page import Page
from webapp.sifting import Sifting

EVERYTHING = "all"
"""The value that undoes what a board is narrowed to at first."""


@dataclass(frozen=True)
class Tag:
    """One thing by which the board is narrowed; `url` is the same address without it."""

    said: str
    url: str


def tags(page: Page, name: str, sift: Sifting, first: Mapping[str, str]) -> list[Tag]:
    """The tags above a board, in the order of its filter. `first` is what it is narrowed to until somebody asks otherwise."""
    return [Tag(said, _without(page, dropped, first)) for said, dropped in _narrowed(page, name, sift)]


def all_cleared(page: Page, name: str, sift: Sifting, first: Mapping[str, str]) -> str:
    """The address of the board without any tag; its order and columns stay."""
    dropped = [key for _, key in _narrowed(page, name, sift)]
    return _without(page, dropped, first)


def _without(page: Page, dropped: str | list[str], first: Mapping[str, str]) -> str:
    gone = [dropped] if isinstance(dropped, str) else dropped
    kept = {key: value for key, value in page.filters().items() if key not in gone}
    undone = {f"where.{key}": EVERYTHING for key in first if f"where.{key}" in gone}
    places = {"facility": None} if "facility" in gone else {}
    return page.point.url(request.path, **(kept | undone | places))


def _narrowed(page: Page, name: str, sift: Sifting) -> Iterator[tuple[str, str]]:
    """(what is said, the parameter of the address) of everything that narrows the board."""
    if not page.reach.one_facility and (home := page.point.params.get("facility")):
        yield f"{page.t('bar.facility')} {page.names.facility(home)}", "facility"
    every = {**sheets()[name], **sift.every}
    for key, value in sift.where.items():
        if key in every:
            yield f"{page.label(key, every[key])} {_value(page, key, every[key], value)}", f"where.{key}"
    day = BOARD_DAYS.get(name)
    if day in sift.every and sift.order.first:
        column = page.label(day, sift.every[day])
        yield f"{page.t('board.from', column=column)} {readable.day(sift.order.first, page.zh)}", "on_from"
    if day in sift.every and sift.order.last:
        column = page.label(day, sift.every[day])
        yield f"{page.t('board.until', column=column)} {readable.day(sift.order.last, page.zh)}", "on_to"
    if sift.order.whom:
        yield page.t("board.whom", n=readable.number(len(sift.order.whom))), "who"


def _value(page: Page, key: str, spec: Field, value: str) -> str:
    """A value of an address as it is read: codes and names by their words, anything else as it was typed."""
    coded = spec.choices in page.services.reference.lists if spec.choices else spec.ref is not None
    return page.value(key, spec, value) if coded else readable.when(value, page.zh)
