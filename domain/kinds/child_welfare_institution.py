"""儿童福利机构 — what is particular to this kind of facility, as data."""

from domain.kinds.kind import Kind

KIND = Kind(
    key="child_welfare_institution",
    zh="儿童福利机构",
    en="Child welfare institution",
    core=True,
    lodging=True,
    usual_categories=("orphan",),
    checklists=("SAFE-DEFAULT-1", "PACK-CHILD"),
    inspected_yearly=True,
    reports_monthly=True,
    daily=("shift.record",),
)
