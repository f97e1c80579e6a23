"""精神卫生福利机构 — what is particular to this kind of facility, as data."""

from domain.kinds.kind import Kind

KIND = Kind(
    key="mental_health_hospital",
    zh="精神卫生福利机构",
    en="Mental-health institution",
    core=False,
    lodging=True,
    usual_categories=("patient", "destitute"),
    reports_monthly=True,
    daily=("shift.record",),
)
