"""What is unlikely to be meant, or has not happened yet: told on the page to check, and recorded all the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from domain import units
from domain.values import yuan
from webapp import readable
from webapp.forms import Control
from webapp.page import Page

BEDS_MAX = 2_000
"""More beds than the largest homes have."""
COUNT_MAX = 1_000_000
"""More than one entry of a county counts."""
YUAN_MAX = 100_000_000
"""More yuan than one entry of a county moves."""


def doubts(page: Page, controls: Iterable[Control], values: Mapping[str, Any]) -> list[str]:
    """What to look at again before it is recorded: numbers far beyond what one entry usually says, moments to come."""
    asked = list(controls)
    return [*_unlikely(page, asked, values), *_to_come(page, asked, values)]


def _to_come(page: Page, controls: Iterable[Control], values: Mapping[str, Any]) -> Iterator[str]:
    """The end of a shift that goes on, as it was planned."""
    now = page.services.clock.now()
    for one in controls:
        moment = values.get(one.name)
        if one.kind == "moment" and moment is not None and moment > now:
            yield page.t("check.not_yet", what=page.pair(one.label), moment=readable.when(moment, page.zh))


def _unlikely(page: Page, controls: Iterable[Control], values: Mapping[str, Any]) -> list[str]:
    return [
        page.t("check.unlikely", what=page.pair(label), number=f"{readable.number(f'{number:f}')} {unit}".strip())
        for one in controls
        for label, number, unit, largest in _numbers(page, one, values.get(one.name))
        if abs(number) > largest
    ]


def _numbers(page: Page, one: Control, value: Any) -> Iterator[tuple[tuple[str, str], Decimal, str, int]]:
    """(label, number, unit, the largest that is likely) of what a question was answered with."""
    if one.kind == "money" and value is not None:
        yield one.label, Decimal(yuan(value)), units.spoken("元", page.zh), YUAN_MAX
    elif one.kind == "number" and value is not None:
        yield (
            one.label,
            Decimal(value),
            units.spoken(one.unit, page.zh, value),
            BEDS_MAX if one.unit == "张" else COUNT_MAX,
        )
    elif one.kind == "quantities" and value:
        for key, label, unit in one.measures:
            if key in value:
                yield label, Decimal(str(value[key])), page.pair(unit), COUNT_MAX
