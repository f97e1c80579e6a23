"""未成年人救助保护中心 — what is particular to this kind of facility, as data."""

from domain.kinds.kind import Kind

KIND = Kind(
    key="minors_protection_centre",
    zh="未成年人救助保护中心",
    en="Protection centre for minors",
    core=False,
    lodging=True,
    usual_categories=("minor_in_need",),
    applies=("rescue",),
    checklists=("SAFE-DEFAULT-1", "PACK-CHILD"),
    reports_monthly=True,
    daily=("shift.record",),
)
