"""Reference data: regions, code lists, activity types, kinds. Read by the composition root, handed in, never loaded here."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from domain.accident_grades import AccidentGrades
from domain.activity_types import ActivityType, ActivityTypes
from domain.aggregates import AGGREGATES, figures
from domain.checklists import Checklists
from domain.figures import Figure
from domain.kinds import KINDS
from domain.lottery import GameRates
from domain.matching import FOUND
from domain.programmes import Programmes
from domain.rating_schemes import RatingSchemes
from domain.regions import Regions
from domain.rules import Rules
from domain.time_limits import TimeLimits

FILES = (
    "regions.csv",
    "code_lists.toml",
    "programmes.toml",
    "activities.toml",
    "time_limits.toml",
    "holidays.csv",
    "checklists.toml",
    "rating_schemes.toml",
    "accident_grades.toml",
    "lottery.toml",
    "rules.toml",
)


@dataclass(frozen=True)
class Reference:
    """Everything that is data with names in two languages."""

    regions: Regions
    activity_types: ActivityTypes
    lists: Mapping[str, Mapping[str, tuple[str, str]]] = field(repr=False)
    limits: TimeLimits = field(repr=False)
    schemes: RatingSchemes = field(repr=False)
    accidents: AccidentGrades = field(repr=False)
    games: GameRates = field(repr=False)
    checklists: Checklists = field(repr=False)
    rules: Rules = field(repr=False)
    programmes: Programmes = field(repr=False)

    @classmethod
    def parse(cls, files: Mapping[str, str]) -> Reference:
        """Build from the texts of the FILES in `domain/reference/`."""
        types = ActivityTypes.parse(files["activities.toml"])
        read = {
            "limits": TimeLimits.parse(files["time_limits.toml"], files["holidays.csv"]),
            "schemes": RatingSchemes.parse(files["rating_schemes.toml"]),
            "accidents": AccidentGrades.parse(files["accident_grades.toml"]),
            "games": GameRates.parse(files["lottery.toml"]),
            "checklists": Checklists.parse(files["checklists.toml"]),
            "rules": Rules.parse(files["rules.toml"]),
            "programmes": Programmes.parse(files["programmes.toml"]),
        }
        lists = {
            name: {code: tuple(words) for code, words in codes.items()}
            for name, codes in tomllib.loads(files["code_lists.toml"]).items()
        }
        lists |= {f"{one.name}_statuses": dict(one.statuses) for one in AGGREGATES if one.statuses}
        lists["facility_kinds"] = {key: (kind.zh, kind.en) for key, kind in KINDS.items()}
        lists["activity_types"] = {t.key: (t.zh, t.en) for t in types.types.values()}
        return cls(Regions.parse(files["regions.csv"]), types, lists | _words(read), **read)

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


def _words(read: Mapping[str, Any]) -> dict[str, Mapping[str, tuple[str, str]]]:
    """The code lists that follow from other reference data."""
    return {
        "programmes": read["programmes"].words,
        "time_limits": read["limits"].words,
        "rating_schemes": read["schemes"].words,
        "rating_levels": read["schemes"].level_words,
        "rating_dimensions": read["schemes"].dimension_words,
        "accident_grades": read["accidents"].grade_words,
        "report_bodies": read["accidents"].body_words,
        "games": read["games"].words,
        "checklists": read["checklists"].words,
        "checklist_items": read["checklists"].item_words,
        "rules": read["rules"].words,
        "match_rules": {rule: words for rule, words in read["rules"].words.items() if rule in FOUND},
    }
