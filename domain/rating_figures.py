"""What can be asked about ratings; the rows stand with the events (`domain/ratings.py`)."""

from __future__ import annotations

from domain.figures import FACILITY_DIMENSIONS, Figure

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
