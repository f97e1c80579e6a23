"""用途 — what money is given for, and of what age those are whom it is meant for, as data with validity (DM-10)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.time_limits import plus_months
from domain.values import Month
from domain.versions import held_on

MONTHS = 12
OLDEST = 150
"""Nobody becomes so old: stands for no upper bound."""


@dataclass(frozen=True)
class Ages:
    """One version of whom a programme pays: from `least` full years on, `below` so many; `source` names the instrument."""

    valid_from: date
    source: str
    least: int = 0
    below: int = OLDEST

    def fit(self, born: date, month: Month) -> bool:
        """Whether somebody born on a day is of the age on any day of a month."""
        first, over = plus_months(born, self.least * MONTHS), plus_months(born, self.below * MONTHS)
        return first <= month.last and over > month.first

    @property
    def words(self) -> tuple[str, str]:
        """The ages as they are spoken of: 满80周岁, 80 or older."""
        zh = (f"满{self.least}周岁" if self.least else "", f"未满{self.below}周岁" if self.below < OLDEST else "")
        en = (f"{self.least} or older" if self.least else "", f"under {self.below}" if self.below < OLDEST else "")
        return "、".join(filter(None, zh)), " and ".join(filter(None, en))


@dataclass(frozen=True)
class Programmes:
    """Every programme by key, in the order of the file."""

    words: Mapping[str, tuple[str, str]]
    ages: Mapping[str, tuple[Ages, ...]]

    @classmethod
    def parse(cls, programmes_toml: str) -> Programmes:
        """Read `programmes.toml`: zh, en and perhaps versions of ages. Raises ValueError for ages that nobody has."""
        told = tomllib.loads(programmes_toml)
        return cls(
            {key: (its["zh"], its["en"]) for key, its in told.items()},
            {key: tuple(_ages(key, one) for one in its.get("ages", ())) for key, its in told.items()},
        )

    def on(self, programme: str, day: date) -> Ages | None:
        """The ages in force on a day; None where none are laid down."""
        return held_on(self.ages.get(programme, ()), day)


def _ages(programme: str, told: Mapping[str, object]) -> Ages:
    """One version, or the reason why it cannot be."""
    since, least, below = told.get("from", date(1949, 1, 1)), told.get("least", 0), told.get("below", OLDEST)
    whole = isinstance(least, int) and isinstance(below, int) and 0 <= least < below <= OLDEST
    if not (whole and isinstance(since, date)):
        raise ValueError(f"{programme}: ages are from `least` full years on, `below` so many, or both, `from` a day on")
    return Ages(since, str(told["source"]), least, below)
