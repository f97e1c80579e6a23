"""农村幸福院 — what is particular to this kind of facility, as data."""

from domain.kinds.kind import Kind

KIND = Kind(
    key="rural_happiness_home",
    zh="农村幸福院",
    en="Rural happiness home",
    core=False,
    lodging=False,
    usual_categories=(),
)
