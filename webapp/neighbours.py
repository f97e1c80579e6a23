"""A region's figure beside those of its neighbours: values to compare with, and nothing that leads behind them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.figures import Figure
from projections.ask import Ask
from webapp.page import Page


@dataclass(frozen=True)
class Neighbour:
    """A region of the same parent, with its value, None where nothing is known; `own` is the one that the page is about."""

    name: str
    value: str | None
    own: bool


def neighbours(page: Page, figure: Figure, ask: Ask) -> list[Neighbour]:
    """The regions under the parent of the asked one, itself among them; none for a facility, or where it has no neighbour.

    Only whole regions are compared, for all of the figure: a narrowed one could come down to a single person of another
    area.
    """
    regions = page.services.reference.regions
    if page.reach.one_facility or ask.region is None or ask.facility or ask.where:
        return []
    above = regions.parent(ask.region, ask.as_of)
    beside = regions.children(above, ask.as_of) if above else regions.provinces(ask.as_of)
    own = regions.home(ask.region, ask.as_of)
    if len(beside) < 2 or own not in beside:
        return []
    values, facilities = (
        page.services.views.figure(key, replace(ask, region=above, by="region"))["by"]
        for key in (figure.key, "facility.registered")
    )
    nothing = None if figure.kind == "ratio" else "0"
    return [
        # where no facility is registered nothing is known, which is not none
        Neighbour(page.region(code), values.get(code, nothing if code in facilities else None), code == own)
        for code in beside
    ]
