"""What went wrong in a home: an incident with everybody who was told, who was on duty, and what followed from it.

The print says that no fire, food or epidemic incident occurred, up to a day. These lie behind that day and are of
another kind, so that the replay has something to show and the printed nought stays one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from domain.model import CHINA
from infra.scenario.course import Course, Officers
from infra.scenario.institutions import Host, Made
from infra.scenario.oversight import follow, is_watched
from infra.scenario.plan import Plan
from infra.scenario.residents import Crowd, Resident
from infra.scenario.scene import Scene
from infra.scenario.table import Printed

KIND = "elderly_care_home"
ROSTER = (("duty_leader", 8, 24), ("day_carer", 7, 12), ("day_carer", 8, 12), ("night_carer", 19, 12), ("nurse", 8, 10))
"""Who is on duty from which hour for how many hours."""
BY_THE_CITY = frozenset(
    {"incident.judge_report", "incident.decide_liability", "incident.assign_follow_up", "incident.close"}
)
"""What the safety team of the city does; the rest is the home's."""
DAYS_AROUND = 3
DAY = timedelta(days=1)


def what_happened(
    scene: Scene,
    plan: Plan,
    table: Sequence[Printed],
    made: Made,
    residents: Sequence[Resident],
    crowd: Crowd,
    officers: Officers,
) -> frozenset[tuple[str, str]]:
    """Say the incidents, and in which homes and months something happened, so that no nil report is sent for them."""
    if not is_watched(plan, table):
        return frozenset()
    happened = set()
    for number, manner in enumerate(plan.manner("incidents").values()):
        day = date.fromisoformat(f"{scene.year}-{manner['day']}")
        hosts = made.get(KIND, [])
        host = hosts[number % len(hosts)] if hosts else None
        there = [r for r in residents if r.host == host and r.came < day and (r.left is None or r.left > day)]
        if host is None or not there:
            continue
        resident = scene.chance("incident", number).choice(there)
        _on_duty(scene, officers, host, crowd, day, number)
        _incident(scene, officers, host, resident, manner, day, number)
        happened.add((host.ref["$ref"], f"{day:%Y-%m}"))
    return frozenset(happened)


def _on_duty(scene: Scene, officers: Officers, host: Host, crowd: Crowd, day: date, number: int) -> None:
    """The shifts of the days around it."""
    staff = [crowd.name("female" if index % 3 else "male") for index in range(len(ROSTER))]
    manager = officers.manager(host)
    for offset in range(-DAYS_AROUND, DAYS_AROUND + 1):
        for index, (role, hour, hours) in enumerate(ROSTER):
            on = day + offset * DAY
            until = datetime.combine(on, time(hour), CHINA) + timedelta(hours=hours)
            args = {"facility": host.ref, "role": role, "staff": f"{staff[index]}（合成）", "until": until.isoformat()}
            scene.say(f"shift/{number}/{on}/{index}", "shift.record", args, on, at=time(hour), by=manager)


def _incident(
    scene: Scene,
    officers: Officers,
    host: Host,
    resident: Resident,
    manner: Mapping[str, Any],
    day: date,
    number: int,
) -> None:
    """One incident minute by minute, and the days after it."""
    manager, city = officers.manager(host), officers.of("safety_team", scene.region)
    began = datetime.combine(day, time.fromisoformat(manner["at"]))

    def later(minutes: int) -> dict[str, Any]:
        moment = began + timedelta(minutes=minutes)
        return {"on": moment.date(), "at": moment.time()}

    found = {"facility": host.ref, "place": manner["place"], "kinds": ["service_safety"], "risks": manner["risks"]}
    found |= {"persons": [resident.person], "course": manner["course"]}
    course = Course(scene, f"incident/{number}", "incident").begin("incident.record", found, **later(0), by=manager)
    for minutes, command, args in manner["minutes"]:
        course.then(command, dict(args), **later(minutes), by=manager)
    for days, command, args in manner["days"]:
        by = city if command in BY_THE_CITY else manager
        due = {"responsible": manager, "due_on": (day + args["within"] * DAY).isoformat()} if "within" in args else {}
        said = {key: value for key, value in args.items() if key != "within"}
        course.then(command, {**said, **due}, day + days * DAY, by=by)
    if "hazard" in manner:
        _hazard_before(scene, officers, host, manner["hazard"], day)


def _hazard_before(scene: Scene, officers: Officers, host: Host, subject: str, day: date) -> None:
    """A hazard that was open when it happened: the replay shows it beside the people and the staff."""
    args = {"facility": host.ref, "grade": "general", "subject": subject, "item": "B04", "source": "bureau"}
    found = scene.say("hazard/before", "hazard.find", args, day - 9 * DAY, by=officers.of("inspector", host.county))
    follow(scene, officers, host, found, "B04", day - 9 * DAY, "before", found)
