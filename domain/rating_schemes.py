"""评定办法 — what is scored when a home is rated, and which level the points allow; data that a bureau can extend."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Any

from domain.model import Field

Points = Mapping[str, int | Decimal | Fraction]
"""dimension -> points."""
PERCENT = 100


class BadSchemes(ValueError):
    """The file of rating schemes cannot be used; the message names the scheme and what is wrong."""


@dataclass(frozen=True)
class Threshold:
    """What a level asks for: points in all, and a share of the points that apply in every dimension (SR-02)."""

    level: Annotated[int, Field("等级", unit="级")]
    total: Annotated[int, Field("总分下限", unit="分")]
    share: Annotated[int, Field("各部分得分率下限", unit="%")]


@dataclass(frozen=True)
class Rule:
    """The rule of levels, as an application keeps it: the most points of each dimension and what each level asks for."""

    maxima: Points
    thresholds: tuple[Threshold, ...]
    rescale: bool = False

    def level(self, points: Points, applicable: Points | None = None) -> int | None:
        """The highest level both of whose conditions hold, or None.

        Shares are taken of the points that apply, the total as it was scored unless the rule stretches it.
        """
        reached = [one.level for one in self.thresholds if not self.missing(one, points, applicable)]
        return max(reached, default=None)

    def total(self, points: Points, applicable: Points | None = None) -> Fraction:
        """The points in all; stretched to those that apply where the rule says so."""
        total = sum((Fraction(points[code]) for code in self.maxima), Fraction(0))
        if not self.rescale:
            return total
        return total * sum(map(Fraction, self.maxima.values())) / (sum(self._most(applicable).values()) or 1)

    def missing(self, asked: Threshold, points: Points, applicable: Points | None = None) -> dict[str | None, Fraction]:
        """How many points each part falls short of what a level asks for, and the total (None); empty if it is reached."""
        most = self._most(applicable)
        short: dict[str | None, Fraction] = {None: asked.total - self.total(points, applicable)}
        short |= {code: asked.share * most[code] / PERCENT - Fraction(points[code]) for code in most}
        return {code: by for code, by in short.items() if by > 0}

    def _most(self, applicable: Points | None) -> dict[str, Fraction]:
        return {code: Fraction((applicable or {}).get(code, self.maxima[code])) for code in self.maxima}


@dataclass(frozen=True)
class Item:
    """One thing that is looked at; `max` is None where the standard's points have not been entered."""

    code: str
    zh: str
    en: str
    max: int | None = None


@dataclass(frozen=True)
class Dimension:
    """A part of the sheet with the most points it can give."""

    code: str
    zh: str
    en: str
    max: int
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Scheme:
    """A way of rating homes, within its validity. `labels`: what a level is called (级, 星, 叶), zh and en."""

    key: str
    zh: str
    en: str
    labels: tuple[str, str]
    valid_from: date
    valid_to: date | None
    validity_months: int
    dimensions: tuple[Dimension, ...]
    thresholds: tuple[Threshold, ...]
    levels: Mapping[int, tuple[str, str]]
    rescale: bool = False

    @property
    def rule(self) -> Rule:
        """The rule of levels of this scheme."""
        return Rule({one.code: Decimal(one.max) for one in self.dimensions}, self.thresholds, self.rescale)

    @property
    def items(self) -> dict[str, tuple[Item, Dimension]]:
        """Every item by its code, with the part it stands in."""
        return {item.code: (item, part) for part in self.dimensions for item in part.items}

    def valid_on(self, day: date) -> bool:
        """Whether homes are rated by this scheme on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def level(scheme: Scheme, points: Points, applicable: Points | None = None) -> int | None:
    """The level that points allow by a scheme, or None; `applicable`: the points that apply, where fewer than all."""
    return scheme.rule.level(points, applicable)


@dataclass(frozen=True)
class Veto:
    """A reason for which no level is awarded, or an award reviewed, however many points there are (SR-04).

    What of it the log knows are reviews for one `trigger`, or the `hazards` that have some values; else somebody checks it.
    """

    key: str
    zh: str
    en: str
    source: str
    trigger: str | None = None
    hazards: Mapping[str, str] = field(default_factory=dict)
    valid_from: date = date.min
    valid_to: date = date.max


@dataclass(frozen=True)
class RatingSchemes:
    """All schemes by key, and what rules a level out, in the order of the file."""

    schemes: Mapping[str, Scheme]
    vetoes: tuple[Veto, ...] = ()

    def against(self, day: date) -> list[Veto]:
        """What rules a level out on a day."""
        return [one for one in self.vetoes if one.valid_from <= day <= one.valid_to]

    @classmethod
    def parse(cls, text: str) -> RatingSchemes:
        """Read the TOML text. Raises BadSchemes for a sheet whose points do not add up."""
        schemes: dict[str, Scheme] = {}
        declared = tomllib.loads(text)
        for told in declared.get("scheme", []):
            found = _scheme(told)
            _require(found.key not in schemes, found.key, "declared twice")
            schemes[found.key] = found
        return cls(schemes, tuple(Veto(**told) for told in declared.get("veto", [])))

    @property
    def words(self) -> dict[str, tuple[str, str]]:
        """The schemes as a code list."""
        return {key: (scheme.zh, scheme.en) for key, scheme in self.schemes.items()}

    @property
    def level_words(self) -> dict[str, tuple[str, str]]:
        """Every level of any scheme as a code list; where several schemes have it, by the first one's name."""
        found: dict[str, tuple[str, str]] = {}
        for scheme in self.schemes.values():
            found = {str(number): words for number, words in scheme.levels.items()} | found
        return dict(sorted(found.items()))

    @property
    def dimension_words(self) -> dict[str, tuple[str, str]]:
        """Every part of any scheme's sheet as a code list, by the name that the first scheme gives it."""
        found: dict[str, tuple[str, str]] = {}
        for scheme in self.schemes.values():
            found = {part.code: (part.zh, part.en) for part in scheme.dimensions} | found
        return dict(sorted(found.items()))


def _scheme(told: Mapping[str, Any]) -> Scheme:
    """One scheme, complete and consistent, or the reason why not."""
    key = told.get("key", "?")
    for name in ("key", "zh", "en", "label", "valid_from", "validity_months", "dimensions", "levels"):
        _require(bool(told.get(name)), key, f"no {name}")
    parts = tuple(_dimension(key, one) for one in told["dimensions"])
    codes = [item.code for part in parts for item in part.items] + [part.code for part in parts]
    _require(len(codes) == len(set(codes)), key, "a code is used twice")
    thresholds = tuple(Threshold(one["level"], one["total"], one["share"]) for one in told["levels"])
    _check_levels(key, thresholds, sum(part.max for part in parts))
    return Scheme(
        key,
        told["zh"],
        told["en"],
        (told["label"][0], told["label"][1]),
        told["valid_from"],
        told.get("valid_to"),
        told["validity_months"],
        parts,
        thresholds,
        {one["level"]: (one["zh"], one["en"]) for one in told["levels"]},
        told.get("rescale", False),
    )


def _dimension(key: str, told: Mapping[str, Any]) -> Dimension:
    """One part of the sheet; items that all carry their points sum to those of the part."""
    items = tuple(Item(**one) for one in told.get("items", ()))
    points = [item.max for item in items if item.max is not None]
    whole = bool(items) and len(points) == len(items)
    _require(told["max"] > 0, key, f"{told['code']} gives no points")
    _require(
        sum(points) == told["max"] if whole else sum(points) <= told["max"],
        key,
        f"{told['code']}: the items do not sum to its points",
    )
    return Dimension(told["code"], told["zh"], told["en"], told["max"], items)


def _check_levels(key: str, thresholds: Iterable[Threshold], most: int) -> None:
    """Levels rise, and the highest can be reached."""
    levels = tuple(thresholds)
    for lower, higher in pairwise(levels):
        rises = higher.level > lower.level and higher.total >= lower.total and higher.share >= lower.share
        _require(rises, key, f"level {higher.level} asks for less than level {lower.level}")
    _require(levels[-1].total <= most and levels[-1].share <= PERCENT, key, "the highest level cannot be reached")


def _require(holds: bool, owner: str, complaint: str) -> None:
    """Refuse with the name of the scheme at fault."""
    if not holds:
        raise BadSchemes(f"{owner}: {complaint}")
