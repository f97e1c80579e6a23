"""殡仪馆 — what is particular to this kind of facility, as data."""

from domain.kinds.kind import Kind

KIND = Kind(
    key="funeral_home",
    zh="殡仪馆",
    en="Funeral home",
    core=False,
    lodging=False,
    usual_categories=(),
)
