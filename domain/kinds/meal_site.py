"""助餐点 — what is particular to this kind of facility, as data."""

from domain.kinds.kind import Kind

KIND = Kind(
    key="meal_site",
    zh="助餐点",
    en="Meal site",
    core=False,
    lodging=False,
    usual_categories=(),
)
