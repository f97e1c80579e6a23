"""福彩资金 — how a game's sales divide into prizes, fees and the public-welfare fund, and the fund between levels.

Rates are data with validity (`reference/lottery.toml`). Sales are posted by the month, so a rate begins with a month;
what is derived from a posting is exact to the fen, half up (LT-01, LT-02, LT-05).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.values import Month, rounded
from domain.versions import V, held_on

WHOLE_BP = 10_000
"""All of an amount, in basis points."""


@dataclass(frozen=True)
class Rate:
    """One version of how a game's sales divide, in basis points; `source` names the rule it comes from."""

    valid_from: date
    prize_bp: int
    fee_bp: int
    welfare_bp: int
    source: str


@dataclass(frozen=True)
class Split:
    """One version of how the public-welfare fund is divided between the centre and the localities."""

    valid_from: date
    central_bp: int
    local_bp: int
    source: str


@dataclass(frozen=True)
class GameRates:
    """Every game with the versions of its rates, and the splits of the fund; newest versions last."""

    games: Mapping[str, tuple[Rate, ...]]
    words: Mapping[str, tuple[str, str]]
    splits: tuple[Split, ...]

    @classmethod
    def parse(cls, lottery_toml: str) -> GameRates:
        """Read `lottery.toml`. Raises ValueError where parts do not make the whole, or not from the first of a month on."""
        told = tomllib.loads(lottery_toml)
        games, words = {}, {}
        for game, its in told["games"].items():
            words[game] = (game, its["en"])
            rates = _by_day(_rate(game, version) for version in its["versions"])
            games[game] = rates
        return cls(games, words, _by_day(_split(version) for version in told["splits"]))

    def rate(self, game: str, month: Month) -> Rate | None:
        """The rate in force in a month; None before the first one that is known."""
        return held_on(self.games[game], month.first)

    def welfare_fund(self, game: str, month: Month, amount_fen: int) -> int | None:
        """The public-welfare fund in a month's sales of a game, in fen; None where no rate is known."""
        rate = self.rate(game, month)
        return None if rate is None else rounded(amount_fen * rate.welfare_bp, WHOLE_BP)

    def local_part(self, month: Month, fund_fen: int | None) -> int | None:
        """What of a fund stays with the localities, in fen; None where no split is known."""
        split = held_on(self.splits, month.first)
        return None if split is None or fund_fen is None else rounded(fund_fen * split.local_bp, WHOLE_BP)


def _rate(game: str, told: Mapping[str, Any]) -> Rate:
    rate = Rate(told["from"], told["prize_bp"], told["fee_bp"], told["welfare_bp"], told["source"])
    _check(game, rate.valid_from, (rate.prize_bp, rate.fee_bp, rate.welfare_bp))
    return rate


def _split(told: Mapping[str, Any]) -> Split:
    split = Split(told["from"], told["central_bp"], told["local_bp"], told["source"])
    _check("splits", split.valid_from, (split.central_bp, split.local_bp))
    return split


def _check(what: str, valid_from: date, parts: tuple[int, ...]) -> None:
    """The parts make the whole at every date (LT-01), and hold for whole months."""
    if sum(parts) != WHOLE_BP or min(parts) < 0:
        raise ValueError(f"{what} from {valid_from}: the parts must sum to {WHOLE_BP} basis points")
    if valid_from.day != 1:
        raise ValueError(f"{what} from {valid_from}: a version begins with a month")


def _by_day(versions: Iterable[V]) -> tuple[V, ...]:
    return tuple(sorted(versions, key=lambda version: version.valid_from))
