"""What the tests of ratings say and count."""

from collections import Counter
from datetime import date

from domain.ratings import Rating
from projections.folding import history
from tests.scene import Scene, a_home, an_account, say

FOUR = {"A": 107, "B": 130, "C": 150, "D": 600}
"""987 points, of which A has 89.2 %: level 4."""
ASSESSORS = ("zhang.inspector", "li.inspector", "aa", "bb", "cc")
GROUND = (a_home(), *map(an_account, ASSESSORS))
VALID = {"valid_from": "2024-07-01", "valid_to": "2027-06-30"}


def applying(level=4, on="2024-06-01", called="rating", **more):
    """The home asks for a level."""
    args = {"facility": "$home", "level": level, "scheme": "CN-GBT37276-2018"} | more
    return say("rating.apply", on, called=called, **args)


def doing(command, on="2024-06-05", **args):
    """Another step of the rating."""
    return say(f"rating.{command}", on, rating="$rating", **args)


def a_score(assessor="zhang.inspector", points=None, on="2024-06-10", **more):
    """One assessor scores; the usual points unless others are given."""
    return doing("score", on, assessor=assessor, points=FOUR | (points or {}), **more)


def an_award(level=4, on="2024-06-20", **more):
    """A level is awarded for three years."""
    return doing("award", on, level=level, **(VALID | more))


def rated(scene: Scene, day: str, figure: str = "rating.rated"):
    """The balance of a stock at the end of a day, by level; levels without any left out."""
    found = Counter()
    for row, _ in history(Rating, scene.events("$rating"))[1].rows:
        if row.figure == figure and row.day <= date.fromisoformat(day):
            found[dict(row.dims)["level"]] += row.amount
    return {level: amount for level, amount in found.items() if amount}
