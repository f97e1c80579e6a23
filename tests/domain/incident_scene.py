"""What the tests of incidents say and sum."""

from collections import Counter

from domain.incidents import Incident
from projections.folding import history
from tests.scene import Scene, say

DAY = "2024-05-05"
COURSE = "配电箱起火，当场扑灭"


def at(hour: str, day: str = DAY) -> str:
    """A moment of the day of the incident, or of another."""
    return f"{day}T{hour}:00+08:00"


def an_incident(when="14:10", kinds=("production_safety",), on=None, **more):
    """Something happens in the home, at an hour or on a day."""
    args = {"facility": "$home", "place": "二楼走廊", "kinds": list(kinds), "course": COURSE} | more
    return say("incident.record", on, None if on else at(when), called="incident", **args)


def a_report(to="county_bureau", when=None, on=None):
    """Somebody is told, at an hour or on a day."""
    return say("incident.report", on, when and at(when), incident="$incident", to=to)


def doing(command, on="2024-05-20", **args):
    """Another step of the incident."""
    return say(f"incident.{command}", on, incident="$incident", **args)


def casualties(dead=0, injured=0, missing=0, on="2024-05-06", **more):
    """A count of the dead, injured and missing."""
    return doing("record_casualties", on, dead=dead, injured=injured, missing=missing, **more)


def sums(scene: Scene, figure: str):
    """The rows of a figure, summed by day and kind."""
    found = Counter()
    for row, _ in history(Incident, scene.events("$incident"))[1].rows:
        if row.figure == figure:
            found[row.day.isoformat(), dict(row.dims)["incident_kind"]] += row.amount
    return {key: amount for key, amount in found.items() if amount}


def owed(scene: Scene):
    """The duties of the incident as (rule, key) -> (due, met)."""
    return {(one.rule, one.key): (one.due_at, one.met_at) for one in scene.state("$incident").duties()}
