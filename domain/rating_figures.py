"""What can be asked about ratings, and the rows that answer it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from domain.figures import FACILITY_DIMENSIONS, Figure
from domain.model import Row

DIMENSIONS = (*FACILITY_DIMENSIONS, "level")

FIGURES = (
    Figure(
        "rating.rated",
        "有等级的机构数",
        "Rated facilities",
        "家",
        "stock",
        "当日等级有效的机构：授予而未到期，未暂停、未取消；降级后按新等级计",
        "Facilities whose award is valid on the day: not expired, suspended or revoked; by the level it was "
        "downgraded to",
        DIMENSIONS,
    ),
    Figure(
        "rating.applied",
        "星级评定申请数",
        "Applications for a rating",
        "家",
        "flow",
        "期间内的评定申请，按申请的等级",
        "Applications in the period, by the level applied for",
        DIMENSIONS,
        sources=("star_rating:star_rated_institutions",),
        unit_en="applications",
    ),
    Figure(
        "rating.awarded",
        "授予等级数",
        "Ratings awarded",
        "家",
        "flow",
        "期间内作出的等级授予，计在授予那天",
        "Awards made in the period, on the day on which they were made",
        DIMENSIONS,
        unit_en="awards",
    ),
)


def rated(rating: Any, level: int, since: date, amount: int) -> Iterable[Row]:
    """The rows by which an award begins (or, negative, ceases) to count on a day, until it expires by itself."""
    since, until = max(since, rating.rated_from), rating.rated_to + timedelta(days=1)
    if since < until:
        for day, change in ((since, amount), (until, -amount)):
            yield row(rating, "rating.rated", day, level, change)


def row(rating: Any, figure: str, day: date, level: int, amount: int = 1) -> Row:
    """A row of a figure under a level."""
    return Row(figure, day, amount, rating.id, facility=rating.facility, dims=(("level", str(level)),))


def held(rating: Any, since: date, amount: int) -> Iterable[Row]:
    """The rows by which a facility begins (or, negative, ceases) to hold an award on a day, suspended or not."""
    since, until = max(since, rating.rated_from), rating.rated_to + timedelta(days=1)
    if since < until:
        for day, change in ((since, amount), (until, -amount)):
            yield Row("rating.held", day, change, rating.id, facility=rating.facility)


def no_longer(rating: Any, day: date) -> Iterable[Row]:
    """The rows by which the present level ceases to count, where it does; whoever decides that has reviewed the award."""
    if rating is not None and rating.counts:
        yield from rated(rating, rating.level, day, -1)
    yield from seen_to(rating, day)


def seen_to(rating: Any, day: date, trigger: str = "") -> Iterable[Row]:
    """The row that meets a review of an award: of one matter, or of all (`projections/following.py`)."""
    if rating is not None and rating.level is not None:
        yield Row("rating.seen_to", day, 1, rating.id, facility=rating.facility, dims=(("about", trigger),))
