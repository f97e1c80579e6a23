"""养老驿站 — what is particular to this kind of facility, as data."""

from domain.kinds.kind import Kind

KIND = Kind(
    key="elder_station",
    zh="养老驿站",
    en="Elder station",
    core=False,
    lodging=False,
    usual_categories=(),
)
