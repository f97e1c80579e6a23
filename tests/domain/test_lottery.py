"""How lottery money divides: rates by game and month, exact to the fen; a table whose parts do not fit is refused."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.lottery import GameRates
from domain.values import Month
from tests.scene import reference

TWO = """
[games.A]
en = "A"
versions = [
    { from = 2024-01-01, prize_bp = 5100, fee_bp = 1300, welfare_bp = 3600, source = "x" },
    { from = 2020-01-01, prize_bp = 5000, fee_bp = 1500, welfare_bp = 3500, source = "x" },
]
[[splits]]
from = 2005-01-01
central_bp = 5000
local_bp = 5000
source = "x"
"""
MARCH = Month(2024, 3)


def test_the_games_divide_as_the_announcement_says():
    """LT-02: prize, fee and welfare fund of every game in the reference data."""
    games = reference().games

    found = {game: games.rate(game, MARCH) for game in games.games}
    assert {game: (r.prize_bp, r.fee_bp, r.welfare_bp) for game, r in found.items()} == {
        "双色球": (5100, 1300, 3600),
        "福彩3D": (5300, 1300, 3400),
        "快乐8": (5800, 1200, 3000),
        "七乐彩": (5100, 1300, 3600),
        "即开票": (6500, 1500, 2000),
    }
    assert all(rate.source for versions in games.games.values() for rate in versions)


def test_every_game_has_a_name_in_both_languages():
    """The code of a game is its Chinese name; the list of choices is made of them."""
    assert reference().words("games", "双色球") == ("双色球", "Double Colour Ball")
    assert all(en.isascii() for _, en in reference().lists["games"].values())


def test_the_rate_of_the_month_holds():
    """A later version does not touch an earlier month, in whatever order they are listed; before the first none is known."""
    games = GameRates.parse(TWO)

    assert [
        games.welfare_fund("A", Month(y, m), 100_00) for y, m in ((2019, 12), (2020, 1), (2023, 12), (2024, 1))
    ] == [
        None,
        35_00,
        35_00,
        36_00,
    ]
    assert games.local_part(Month(2004, 12), 100) is None
    assert games.local_part(MARCH, None) is None


@pytest.mark.parametrize(("fen", "fund"), [(0, 0), (1, 0), (2, 1), (10_000_000, 3_600_000), (12, 4), (13, 5), (4, 1)])
def test_the_fund_is_exact_to_the_fen(fen, fund):
    """36 %, half up."""
    assert reference().games.welfare_fund("双色球", MARCH, fen) == fund


def test_an_odd_fund_gives_the_odd_fen_to_the_localities():
    """LT-05: half of 3 fen is 2, half up."""
    assert reference().games.local_part(MARCH, 3) == 2


@given(st.sampled_from(["双色球", "福彩3D", "快乐8", "七乐彩", "即开票"]), st.integers(0, 10**14))
def test_a_fund_is_never_off_by_more_than_half_a_fen(game, fen):
    """LT-03: the fund is the exact share, rounded once."""
    games = reference().games
    exact = Fraction(fen * games.rate(game, MARCH).welfare_bp, 10_000)

    assert abs(games.welfare_fund(game, MARCH, fen) - exact) <= Fraction(1, 2)
    assert 0 <= games.local_part(MARCH, fen) <= fen


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("welfare_bp = 3600", "welfare_bp = 3599"),
        ("fee_bp = 1300, welfare_bp = 3600", "fee_bp = -100, welfare_bp = 5000"),
        ("from = 2024-01-01", "from = 2024-01-15"),
        ("local_bp = 5000", "local_bp = 5001"),
    ],
)
def test_a_table_whose_parts_do_not_make_the_whole_is_refused(old, new):
    """LT-01: at every date the parts of a game sum to all of it, and no part is negative; a version begins with a month."""
    with pytest.raises(ValueError, match="from 20"):
        GameRates.parse(TWO.replace(old, new))
