"""Reference data: regions, code lists, activity types, kinds. Read by the composition root, handed in, never loaded here."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from domain.activity_types import ActivityType, ActivityTypes
from domain.aggregates import AGGREGATES, figures
from domain.figures import Figure
from domain.kinds import KINDS
from domain.regions import Regions

FILES = ("regions.csv", "code_lists.toml", "activities.toml")


@dataclass(frozen=True)
class Reference:
    """Everything that is data with names in two languages."""

    regions: Regions
    activity_types: ActivityTypes
    lists: Mapping[str, Mapping[str, tuple[str, str]]] = field(repr=False)

    @classmethod
    def parse(cls, files: Mapping[str, str]) -> Reference:
        """Build from the texts of the FILES in `domain/reference/`."""
        types = ActivityTypes.parse(files["activities.toml"])
        lists = {
            name: {code: tuple(words) for code, words in codes.items()}
            for name, codes in tomllib.loads(files["code_lists.toml"]).items()
        }
        lists |= {f"{one.name}_statuses": dict(one.statuses) for one in AGGREGATES if one.statuses}
        lists["facility_kinds"] = {key: (kind.zh, kind.en) for key, kind in KINDS.items()}
        lists["activity_types"] = {t.key: (t.zh, t.en) for t in types.types.values()}
        return cls(Regions.parse(files["regions.csv"]), types, lists)

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
