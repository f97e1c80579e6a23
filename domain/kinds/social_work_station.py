"""社工站 — what is particular to this kind of facility, as data."""

from domain.kinds.kind import Kind

KIND = Kind(
    key="social_work_station",
    zh="社工站",
    en="Social-work station",
    core=False,
    lodging=False,
    usual_categories=(),
)
