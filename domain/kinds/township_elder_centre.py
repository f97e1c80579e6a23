"""乡镇养老服务中心 — what is particular to this kind of facility, as data."""

from domain.kinds.kind import Kind

KIND = Kind(
    key="township_elder_centre",
    zh="乡镇养老服务中心",
    en="Township elder centre",
    core=False,
    lodging=False,
    usual_categories=(),
    applies=("rating",),
)
