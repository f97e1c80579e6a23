"""Reference data: regions, code lists, activity types, kinds. Read by the composition root, handed in, never loaded here."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from domain.activity_types import ActivityType, ActivityTypes
from domain.figures import Figure, figures
from domain.kinds import KINDS
from domain.regions import Regions

STATUSES = {
    "facility_statuses": {
        "operating": ("营业", "Operating"),
        "suspended": ("停业", "Suspended"),
        "terminated": ("已终止", "Terminated"),
    },
    "stay_statuses": {
        "present": ("在院", "Present"),
        "on_leave": ("请假外出", "On leave"),
        "in_hospital": ("外出就医", "In hospital"),
        "ended": ("已离院", "Ended"),
    },
}
"""States that follow from events; they belong to the aggregates and are no choice of a form."""


@dataclass(frozen=True)
class Reference:
    """Everything that is data with names in two languages."""

    regions: Regions
    activity_types: ActivityTypes
    lists: Mapping[str, Mapping[str, tuple[str, str]]] = field(repr=False)

    @classmethod
    def parse(cls, regions_csv: str, code_lists_toml: str, activities_toml: str) -> Reference:
        """Build from the texts of the files in `domain/reference/`."""
        types = ActivityTypes.parse(activities_toml)
        lists = {
            name: {code: tuple(words) for code, words in codes.items()}
            for name, codes in tomllib.loads(code_lists_toml).items()
        }
        lists["facility_kinds"] = {key: (kind.zh, kind.en) for key, kind in KINDS.items()}
        lists["activity_types"] = {t.key: (t.zh, t.en) for t in types.types.values()}
        return cls(Regions.parse(regions_csv), types, lists | STATUSES)

    def choices(self, name: str) -> Collection[str]:
        """The codes of a list, in order."""
        return self.lists[name].keys()

    def words(self, name: str, code: str) -> tuple[str, str]:
        """The zh and en names of a code; the code itself when it is unknown (a list can shrink)."""
        return self.lists.get(name, {}).get(code, (code, code))

    def activity_type(self, key: str) -> ActivityType:
        """An activity type that is known to exist."""
        return self.activity_types.types[key]

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Every figure, those of activities included."""
        return figures(self.activity_types.types)
