"""救助管理站 — what is particular to this kind of facility, as data."""

from domain.kinds.kind import Kind

KIND = Kind(
    key="rescue_station",
    zh="救助管理站",
    en="Rescue station",
    core=True,
    lodging=True,
    usual_categories=("person_in_need",),
    applies=("rescue", "patrol"),
    checklists=("SAFE-DEFAULT-1", "PACK-RESCUE"),
    reports_monthly=True,
    daily=("shift.record", "patrol.record"),
)
