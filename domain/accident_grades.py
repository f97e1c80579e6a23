"""事故等级 — how grave an accident is, and to whom it is reported: data with validity (AC-01, AC-02)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any


class BadAccidentGrades(ValueError):
    """The file of accident grades cannot be used; the message says what is wrong."""


@dataclass(frozen=True)
class Grade:
    """One grade: reached from any of its bounds on, which are included; reported up to a level of government."""

    code: str
    zh: str
    en: str
    dead: int
    injured: int
    loss_fen: int
    report_to: int
    grave: bool = False
    """Whether it speaks against the rating of the facility."""

    def reached(self, dead: int, injured: int, loss_fen: int) -> bool:
        """Whether one of the three numbers lies in this grade or above."""
        return dead >= self.dead or injured >= self.injured or loss_fen >= self.loss_fen


def grade(grades: Iterable[Grade], dead: int, injured: int, loss_fen: int = 0) -> Grade:
    """The gravest grade that any of the three numbers reaches; `grades` from the lightest to the gravest."""
    return [one for one in grades if one.reached(dead, injured, loss_fen)][-1]


@dataclass(frozen=True)
class Body:
    """Who can be told of an incident; level 1 is the county, 4 the State Council, 0 beside the chain."""

    code: str
    zh: str
    en: str
    level: int


@dataclass(frozen=True)
class AccidentGrades:
    """Every version of the grades, oldest first, and the bodies."""

    versions: tuple[tuple[date, tuple[Grade, ...]], ...]
    bodies: Mapping[str, Body]

    @classmethod
    def parse(cls, text: str) -> AccidentGrades:
        """Read the TOML text. Raises BadAccidentGrades for grades that would leave an accident without one."""
        told = tomllib.loads(text)
        versions = sorted((one["from"], _grades(one["grades"])) for one in told["version"])
        return cls(tuple(versions), {code: Body(code=code, **body) for code, body in told["bodies"].items()})

    def on(self, day: date) -> tuple[Grade, ...]:
        """The grades in force on a day; before the first version, the first."""
        return max((v for v in self.versions if v[0] <= day), default=self.versions[0])[1]

    @property
    def grade_words(self) -> dict[str, tuple[str, str]]:
        """Every grade that there ever was, as a code list."""
        return {one.code: (one.zh, one.en) for _, grades in self.versions for one in grades}

    @property
    def body_words(self) -> dict[str, tuple[str, str]]:
        """Everybody who can be told, as a code list."""
        return {code: (body.zh, body.en) for code, body in self.bodies.items()}


def _grades(told: Iterable[Mapping[str, Any]]) -> tuple[Grade, ...]:
    """The grades of one version: the lightest takes everything, each further one asks for more."""
    found = tuple(Grade(**one) for one in told)
    if not found or not found[0].reached(0, 0, 0):
        raise BadAccidentGrades("the lightest grade must take an accident without harm")
    for lighter, graver in pairwise(found):
        more = graver.dead > lighter.dead and graver.injured > lighter.injured and graver.loss_fen > lighter.loss_fen
        if not more or graver.report_to < lighter.report_to:
            raise BadAccidentGrades(f"{graver.code}: must ask for more than {lighter.code}")
    return found
