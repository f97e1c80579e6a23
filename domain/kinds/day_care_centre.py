"""日间照料中心 — what is particular to this kind of facility, as data."""

from domain.kinds.kind import Kind

KIND = Kind(
    key="day_care_centre",
    zh="日间照料中心",
    en="Day-care centre",
    core=False,
    lodging=False,
    usual_categories=(),
    applies=("rating",),
)
