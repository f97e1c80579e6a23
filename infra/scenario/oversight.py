"""Oversight of the homes: filed and licensed, inspected by a checklist, hazards followed to their end, complaints, ratings.

Where the print tells how many problems were found, just so many hazards are, most by inspections and each in its
own course; what lies before and after the printed period fills the boards and moves no printed figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from domain.checklists import Checklists
from domain.kinds import KINDS
from domain.streams import derived, stream_of
from infra.scenario.course import Course, Officers
from infra.scenario.institutions import Host, Made
from infra.scenario.plan import Plan
from infra.scenario.scene import Scene, spread_days, weekday
from infra.scenario.table import Printed

HAZARDS, INCIDENTS, RATINGS = "hazard.found", "incident.occurred", "rating.applied"
BY_HAND = 2
"""Of the problems that are printed: so many that a home found itself; further ones belong to incidents."""
DAY = timedelta(days=1)


@cache
def checklists() -> Checklists:
    """What an inspector looks at."""
    return Checklists.parse((files("domain") / "reference" / "checklists.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Visit:
    """One inspection to be: where, of which kind of place, on which day, and which items fail."""

    host: Host
    kind: str
    day: date
    failing: tuple[str, ...] = ()


def is_watched(plan: Plan, table: Sequence[Printed]) -> bool:
    """Whether the table knows anything that oversight leads to."""
    return any(question.figure in (HAZARDS, INCIDENTS, RATINGS) for question in plan.asked(table))


def oversee(scene: Scene, plan: Plan, table: Sequence[Printed], made: Made, officers: Officers) -> None:
    """Say everything that the bureaus do about the homes in the year."""
    manner = plan.manner("oversight")
    watched = [(kind, host) for kind in manner["kinds"] for host in made.get(kind, [])]
    if not watched or not is_watched(plan, table):
        return
    for number, (kind, host) in enumerate(watched):
        _papers(scene, manner, kind, host, number)
    printed = plan.printed(table, HAZARDS)
    problems = int(printed.value) if printed else manner["problems"]
    elsewhere = BY_HAND + sum("hazard" in incident for incident in plan.manner("incidents").values())
    visits = _visits(scene, manner, watched, max(0, problems - elsewhere))
    for number, visit in enumerate(visits):
        _inspect(scene, officers, visit, number)
    _not_held(scene, officers, watched)
    _found_by_hand(scene, manner, officers, watched, min(BY_HAND, problems))
    _complaints(scene, manner, officers, watched)


def _papers(scene: Scene, manner: Mapping[str, Any], kind: str, host: Host, number: int) -> None:
    """The filing of a home and its papers; the insurance of one has run out for some weeks before it is renewed."""
    day = host.opened_on
    if KINDS[kind].inspected_yearly:
        filed = {"facility": host.ref, "filed_on": (day + 5 * DAY).isoformat(), "authority": f"{host.county}民政局"}
        scene.say(f"filed/{host.name}", "facility.file", filed, day + 5 * DAY)
    for paper in manner["papers"]:
        until = date(scene.year + 1, 6, 30) if number or paper != "liability_insurance" else date(scene.year, 8, 31)
        args = {
            "facility": host.ref,
            "kind": paper,
            "number": f"{paper[:3].upper()}-{scene.code(host.county, day)}-{number + 1:03d}",
            "valid_from": (day - 60 * DAY).isoformat(),
            "valid_to": until.isoformat(),
            "beds": 40 if paper == "liability_insurance" else None,
            "premium_fen": 40 * 9000 if paper == "liability_insurance" else None,
        }
        course = Course(scene, f"paper/{host.name}/{paper}", "paper").begin("paper.record", args, day + 10 * DAY)
        if until.year == scene.year:
            renewed = {"valid_to": date(scene.year + 1, 8, 31).isoformat()}
            course.then("paper.renew", renewed, until + 33 * DAY)


def _visits(scene: Scene, manner: Mapping[str, Any], watched: Sequence[tuple[str, Host]], problems: int) -> list[Visit]:
    """A visit to everybody in the first half of the year and, to homes that are due every year, another in autumn."""
    chance, year = scene.chance("inspections"), scene.year
    rounds = [
        (watched, date(year, 3, 4), date(year, 5, 24)),
        ([(k, h) for k, h in watched if KINDS[k].inspected_yearly], date(year, 9, 2), date(year, 11, 1)),
    ]
    visits: list[Visit] = []
    for its, first, last in rounds:
        for (kind, host), day in zip(its, spread_days(first, last, max(1, len(its)), chance), strict=False):
            visits.append(Visit(host, kind, weekday(max(day, host.opened_on + 15 * DAY), scene.closing)))
    failing: dict[int, list[str]] = {}
    for number in range(problems):
        at = number % len(visits)
        known = checklists().on("SAFE-DEFAULT-1", visits[at].day).for_kind(visits[at].kind)
        choice = [item for item in manner["failing"] if item in known and item not in failing.get(at, [])]
        if choice:
            failing.setdefault(at, []).append(choice[number % len(choice)])
    return [Visit(v.host, v.kind, v.day, tuple(failing.get(at, ()))) for at, v in enumerate(visits)]


def _inspect(scene: Scene, officers: Officers, visit: Visit, number: int) -> None:
    """One inspection from its plan to its result, and the course of every hazard that it finds."""
    host, day, label = visit.host, visit.day, f"inspection/{visit.host.name}/{number}"
    two = [officers.of("inspector", host.county, n) for n in (1, 2)]
    lists = KINDS[visit.kind].checklists
    plan = {"facility": host.ref, "kind": "special" if day.month < 7 else "daily", "checklist": lists[0]}
    plan |= {"due_on": (day + 7 * DAY).isoformat(), "packs": list(lists[1:]) or None}
    course = Course(scene, label, "inspection")
    course.begin("inspection.plan", plan, weekday(day - 12 * DAY, day), by=two[0])
    course.then(
        "inspection.notify",
        {"document_no": f"{host.county[0]}民检〔{day.year}〕{number + 1}号"},
        day - 8 * DAY,
        by=two[0],
    )
    if number == 3:
        course.then("inspection.attempt", {"reason": "road_or_weather", "note": "道路积雪"}, day - DAY, by=two[0])
    course.then("inspection.start", {"inspectors": two}, day, by=two[0])
    course.then("inspection.answer", {"answers": _answers(visit, lists)}, day, by=two[0])
    course.then("inspection.conclude", {}, day, by=two[0])
    concluded = course.last
    if day.month < 7:
        course.then("inspection.publish", {"place": f"{host.county}人民政府网站（演示）"}, day + 5 * DAY)
    for index, item in enumerate(visit.failing):
        follow(
            scene, officers, host, _hazard_of(scene, course.ref["$ref"], item), item, day, f"{label}/{index}", concluded
        )


def _answers(visit: Visit, lists: Iterable[str]) -> list[dict[str, Any]]:
    """A result for every item that is asked, with a photo of what is gravely wrong and a reason for what is left out."""
    answers: list[dict[str, Any]] = []
    for code in lists:
        asked = checklists().on(code, visit.day)
        for item in asked.for_kind(visit.kind):
            if item in visit.failing:
                photos = [sha256(f"{visit.host.name}/{item}".encode()).hexdigest()]
                answers.append({"item": item, "result": "fail", "note": "现场记录在案", "photos": photos})
            elif item == "D04":
                answers.append({"item": item, "result": "not_applicable", "note": "没有电梯和锅炉"})
            else:
                answers.append({"item": item, "result": "pass"})
    return answers


def _hazard_of(scene: Scene, plan: str, item: str) -> str:
    """The stream of the hazard that a failed item makes when the inspection is concluded."""
    return derived(stream_of(plan, scene.node), item)


def follow(
    scene: Scene,
    officers: Officers,
    host: Host,
    hazard: Any,
    item: str | None,
    found: date,
    label: str,
    after: Mapping[str, str] | None,
) -> None:
    """One hazard from its assignment to its end; now and then it takes a second attempt, more time, or too long."""
    chance, inspector, manager = (
        scene.chance("hazard", label),
        officers.of("inspector", host.county),
        officers.manager(host),
    )
    known = checklists().item(item, found) if item else None
    major = known is not None and known.grade == "major"
    days = max(3, (known.days if known and known.days else 7))
    course = Course(scene, f"hazard/{label}", "hazard", hazard, after)
    assigned = {"responsible": manager, "deadline": (found + days * DAY).isoformat(), "measures": "限期整改，专人负责"}
    if major:
        assigned |= {"plan": "整改方案已报县民政局", "money_fen": 350_000}
    course.then("hazard.assign", assigned, found + DAY, by=inspector)
    fate = chance.choice(("", "", "", "rejected", "extended", "late"))
    done = found + (days + 6 if fate == "late" else max(1, days - 2)) * DAY
    if fate == "extended":
        more = {"deadline": (found + (days + 10) * DAY).isoformat(), "reason": "配件到货延迟"}
        course.then(
            "hazard.extend", {**more, "approved_by": officers.of("regulator", scene.region)}, done, by=inspector
        )
    course.then("hazard.rectify", {"evidence": "已按要求整改，附现场照片"}, done, by=manager)
    if fate == "rejected":
        course.then("hazard.reject", {"reason": "部分位置仍未整改到位"}, done, by=inspector)
        course.then("hazard.rectify", {"evidence": "全部整改到位"}, done + DAY, by=manager)
        done += DAY
    course.then("hazard.accept", {}, done + DAY, by=inspector)
    course.then("hazard.close", {}, done + 2 * DAY, by=inspector)


def _not_held(scene: Scene, officers: Officers, watched: Sequence[tuple[str, Host]]) -> None:
    """Two inspections at the year's end: one called off, one planned and never held."""
    for number, (kind, host) in enumerate(watched[-2:]):
        by, day = officers.of("inspector", host.county), date(scene.year, 12, 2 + number)
        plan = {"facility": host.ref, "kind": "look_back", "checklist": KINDS[kind].checklists[0]}
        plan |= {"due_on": date(scene.year, 12, 20).isoformat()}
        course = Course(scene, f"inspection/last/{number}", "inspection").begin("inspection.plan", plan, day, by=by)
        if number == 0:
            course.then("inspection.cancel", {"reason": "与联合检查合并"}, day + 7 * DAY, by=by)


def _found_by_hand(
    scene: Scene, manner: Mapping[str, Any], officers: Officers, watched: Sequence[tuple[str, Host]], count: int
) -> None:
    """Hazards that homes found themselves, as many as are printed; some before the year, and some after it still open."""
    chance, year = scene.chance("found by hand"), scene.year
    hosts = [host for kind, host in watched if KINDS[kind].inspected_yearly and host.opened_on <= scene.opening[1]]
    own = [(day, True) for day in spread_days(date(year, 2, 5), date(year, 10, 20), max(1, count), chance)[:count]]
    own += [(date(year - 1, 12, 6), True), (date(year + 1, 1, 8), False), (date(year + 1, 1, 10), False)]
    for number, (day, ends) in enumerate(own if hosts else []):
        host = hosts[number % len(hosts)]
        subject = manner["subjects"][number % len(manner["subjects"])]
        grade = "major" if number == len(own) - 1 else "general"
        args = {"facility": host.ref, "grade": grade, "subject": subject, "source": "facility"}
        label = f"hazard/{number}"
        found = scene.say(label, "hazard.find", args, day, by=officers.manager(host))
        if ends:
            follow(scene, officers, host, found, None, day, f"by hand/{number}", found)


def _complaints(
    scene: Scene, manner: Mapping[str, Any], officers: Officers, watched: Sequence[tuple[str, Host]]
) -> None:
    """Complaints by other ways than the hotline whose calls are printed; the last one waits for its answer."""
    chance, count = scene.chance("complaints"), len(manner["complaints"])
    for number, day in enumerate(spread_days(date(scene.year, 1, 15), date(scene.year, 12, 20), count, chance)):
        channel, subject, text = manner["complaints"][number]
        host = watched[number * 3 % len(watched)][1]
        by = officers.of("regulator", scene.region)
        args = {"channel": channel, "subject": subject, "text": text}
        where = {"facility": host.ref} if host.opened_on <= day else {"region": scene.code(host.county, day)}
        course = Course(scene, f"complaint/{number}", "complaint").begin(
            "complaint.receive", {**args, **where}, day, by=by
        )
        course.then("complaint.assign", {"to": officers.of("inspector", host.county)}, day + DAY, by=by)
        if number < count - 1:
            later = day + (19 if number == 2 else 6) * DAY
            course.then("complaint.answer", {"text": "已到现场核实并处理（合成）"}, later, by=by)
            course.then("complaint.rate", {"satisfied": number % 4 != 3}, later + 2 * DAY, by=by)
            course.then("complaint.close", {}, later + 3 * DAY, by=by)
