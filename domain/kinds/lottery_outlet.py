"""福彩代销网点 — what is particular to this kind of facility, as data."""

from domain.kinds.kind import Kind

KIND = Kind(
    key="lottery_outlet",
    zh="福彩代销网点",
    en="Welfare-lottery outlet",
    core=True,
    lodging=False,
    usual_categories=(),
    applies=("outlet",),
    checklists=("PACK-OUTLET",),
    daily=("outlet.post_sales",),
)
