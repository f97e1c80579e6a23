"""婚姻登记处 — what is particular to this kind of facility, as data."""

from domain.kinds.kind import Kind

KIND = Kind(
    key="marriage_registry_office",
    zh="婚姻登记处",
    en="Marriage registry office",
    core=False,
    lodging=False,
    usual_categories=(),
)
