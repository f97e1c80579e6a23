"""养老机构 — what is particular to this kind of facility, as data."""

from domain.kinds.kind import Kind

KIND = Kind(
    key="elderly_care_home",
    zh="养老机构",
    en="Elderly-care home",
    core=True,
    lodging=True,
    usual_categories=("destitute", "self_paying"),
    applies=("rating",),
    filed=True,
    inspected_yearly=True,
    reports_monthly=True,
    daily=("shift.record",),
)
