"""The state of a home at a moment in two columns, as it was and as it was known, with what differs spoken out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from domain.catalogue import spoken_moment
from domain.incidents import Incident
from domain.model import CHINA, EntryWithdrawn, Refused
from projections.ask import Ask
from webapp import readable, things
from webapp.page import Page
from webapp.replay_moments import WHOLE, brief_day, point_of

BOARDS = {
    "present": "stays",
    "duty": "shifts",
    "hazards": "hazards",
    "inspections": "inspections",
    "overdue": "duties",
}
"""The board on which the rows of a part stand."""
COUNTED = {"present": "people", "duty": "people", "hazards": "lines", "inspections": "times", "reports": "times"}
"""In what a part is counted; everything else in items."""


@dataclass(frozen=True)
class Item:
    """One thing of a part, in words: its page, its stream, and when it happened where it is one of several entries there."""

    said: str
    url: str | None
    stream: str
    at: str | None = None


@dataclass(frozen=True)
class Part:
    """One part of a state: how much of it there is, each single thing, and what stands beside the number."""

    key: str
    count: str
    items: tuple[Item, ...]
    tags: tuple[tuple[str, str], ...] = ()
    """(class, words)"""


@dataclass(frozen=True)
class Columns:
    """A home at a moment, twice; `known` is the position as of which the second column was known."""

    real: tuple[Part, ...]
    then: tuple[Part, ...]
    known: int
    differences: tuple[str, ...]
    unrecorded: str | None
    """That the incident itself was not recorded yet, if so."""
    lines: tuple[Mapping[str, Any], ...]
    """The entries up to the moment, as they are known now."""
    lines_then: tuple[Mapping[str, Any], ...]
    hazards: tuple[str, ...]


def columns(page: Page, stream: str, state: Any, at: str, known: int | datetime | None) -> Columns:
    """What was so at a moment, and what of it was known at a position or a moment of the log."""
    real, then = _at(page, stream, _ask(at)), _then(page, stream, state, _ask(at, known))
    mine = tuple(_parts(page, real)) if real else ()
    position = then["known_at"] if then else 0
    theirs, differences = _compared(page, mine, tuple(_parts(page, then)) if then else (), position, at)
    return Columns(
        mine,
        theirs,
        position,
        differences,
        _recorded_late(page, stream, state, at, position),
        _in_force(real),
        _in_force(then),
        tuple(row["stream"] for row in real["open_hazards"]) if real else (),
    )


def _in_force(found: Mapping[str, Any] | None) -> tuple[Mapping[str, Any], ...]:
    return tuple(line for line in found["events_until_now"] if line["withdrawn_by"] is None) if found else ()


def _ask(at: str, known: int | datetime | None = None) -> Ask:
    """The question about a moment; the end of a day is asked for as such."""
    moment = point_of(at)
    assert moment is not None
    on = moment.astimezone(CHINA).date()
    return Ask(on, at=None if at[11:] == WHOLE[0] else moment, known_at=known)


def _at(page: Page, stream: str, ask: Ask) -> dict[str, Any] | None:
    """The state at a moment; None where the log did not know the thing."""
    try:
        return page.services.views.replay(stream, ask)
    except Refused:
        return None


def _then(page: Page, stream: str, state: Any, ask: Ask) -> dict[str, Any] | None:
    """The state as it was known: of the facility, where the incident itself was not recorded yet."""
    found = _at(page, stream, ask)
    return _at(page, state.facility, ask) if found is None and isinstance(state, Incident) else found


# -- parts -------------------------------------------------------------------------------------------------


def _parts(page: Page, found: Mapping[str, Any]) -> Iterator[Part]:
    """The parts of a state, each thing in words."""
    page.names.warm(row["person"] for row in found["present"])
    page.names.warm(row["stream"] for name in ("open_hazards", "last_inspections") for row in found[name])
    page.names.warm(row["subject"] for row in found["overdue_duties"])
    present, licensed = found["present"], found["occupancy"]["licensed"]
    people = _part(page, "present", (_present(page, row) for row in present))
    of_beds = page.t("replay.of_beds", present=readable.number(len(present)), licensed=readable.number(licensed))
    yield people if licensed is None else replace(people, count=of_beds)
    yield _part(page, "duty", (_on_duty(page, row) for row in found["staff_on_duty"]))
    hazards = found["open_hazards"]
    yield _part(page, "hazards", (_hazard(page, row) for row in hazards), _days_over(page, hazards, found["at"]))
    yield _part(page, "inspections", (_visit(page, row) for row in found["last_inspections"]))
    overdue = found["overdue_duties"]
    late = (("t-bad", page.t("replay.late")),) if overdue else ()
    count = page.t("replay.items" if overdue else "replay.none", n=readable.number(len(overdue)))
    yield replace(_part(page, "overdue", _overdue(page, overdue), late), count=count)
    yield _part(page, "reports", (_report(page, found["stream"], row) for row in found["reports_made"]))
    yield _part(page, "read", (_reading(page, found["stream"], row) for row in found["read_by"]))


def _part(page: Page, key: str, items: Iterable[Item], tags: tuple[tuple[str, str], ...] = ()) -> Part:
    found = tuple(items)
    counted = f"replay.{COUNTED.get(key, 'items')}" if found else "replay.none"
    return Part(key, page.t(counted, n=readable.number(len(found))), found, tags)


def _said(*words: str | None) -> str:
    return " · ".join(word for word in words if word)


def _present(page: Page, row: Mapping[str, Any]) -> Item:
    since = page.t("replay.since", day=readable.day(row["since"], page.zh))
    said = _said(page.names.person(row["person"]), row["bed"], since)
    return Item(said, things.link(page, row["stay"]), row["stay"])


def _on_duty(page: Page, row: Mapping[str, Any]) -> Item:
    until = page.t("replay.until", moment=spoken_moment(row["until"], page.zh))
    said = _said(page.choice("shift_roles", row["role"]), until)
    return Item(said, things.link(page, row["shift"]), row["shift"])


def _hazard(page: Page, row: Mapping[str, Any]) -> Item:
    due = page.t("replay.due", moment=readable.day(row["deadline"], page.zh)) if row["deadline"] else None
    said = _said(page.choice("hazard_grades", row["grade"]), row["subject"], due)
    return Item(said, things.link(page, row["stream"]), row["stream"])


def _days_over(page: Page, rows: Iterable[Mapping[str, Any]], at: str) -> tuple[tuple[str, str], ...]:
    """By how many days the longest of the open hazards is overdue."""
    deadlines = [row["deadline"] for row in rows if row["deadline"] and row["deadline"] < at[:10]]
    if not deadlines:
        return ()
    days = (date.fromisoformat(at[:10]) - date.fromisoformat(min(deadlines))).days
    return (("t-bad", page.t("replay.days_over", days=readable.measured(days, "天", page.zh))),)


def _visit(page: Page, row: Mapping[str, Any]) -> Item:
    said = _said(readable.day(row["concluded_on"], page.zh), page.choice("inspection_kinds", row["kind"]))
    return Item(said, things.link(page, row["stream"]), row["stream"])


def _overdue(page: Page, rows: Iterable[Mapping[str, Any]]) -> Iterator[Item]:
    """Overdue duties; those of one rule about one thing, as of every month, are counted, with the first of them."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        grouped.setdefault((row["rule"], row["subject"]), []).append(row["due_at"])
    for (rule, subject), its in grouped.items():
        key = "replay.due" if len(its) == 1 else "replay.so_many"
        due = page.t(key, n=len(its), moment=spoken_moment(min(its), page.zh))
        yield Item(_said(page.choice("time_limits", rule), due), things.link(page, subject), subject)


def _report(page: Page, stream: str, row: Mapping[str, Any]) -> Item:
    result = page.t("replay.in_time" if row["on_time"] else "replay.late")
    said = _said(page.choice("report_bodies", row["to"]), readable.when(row["at"], page.zh), result)
    return Item(said, None, stream, row["at"][:16])


def _reading(page: Page, stream: str, row: Mapping[str, Any]) -> Item:
    upto = page.t("replay.read.entries", n=readable.number(row["entries"]))
    said = _said(page.names.account(row["login"], row["post"]), readable.when(row["at"], page.zh), upto)
    return Item(said, None, stream, row["at"][:16])


# -- what differs ------------------------------------------------------------------------------------------


def _compared(
    page: Page, real: Sequence[Part], then: Sequence[Part], known: int, at: str
) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """The second column with its differences beside the numbers, and every difference as a sentence."""
    tagged, sentences = [], []
    for now, was in zip(real, then, strict=False):
        mine, theirs = {(i.stream, i.said): i for i in now.items}, {(i.stream, i.said): i for i in was.items}
        late = [item for key, item in mine.items() if key not in theirs]
        gone = [item for key, item in theirs.items() if key not in mine]
        what, other = page.t(f"replay.{now.key}"), {item.stream for item in late} & {item.stream for item in gone}
        for key, items in (("only_now", late), ("only_then", gone)):
            for item in items:
                recorded = _recorded(page, item, known, at)
                moment = readable.moment(recorded, page.zh) if recorded else page.t("replay.afterwards")
                sentences.append(page.t(f"replay.{key}", what=what, which=item.said, moment=moment))
        counted = (
            ("less", [item for item in late if item.stream not in other]),
            ("more", [item for item in gone if item.stream not in other]),
            ("changed", [item for item in late if item.stream in other]),
        )
        tags = tuple(("t-warn", _tag(page, key, its, known, at)) for key, its in counted if its)
        tagged.append(replace(was, tags=(*was.tags, *tags)))
    return tuple(tagged), tuple(sentences)


def _tag(page: Page, key: str, items: Sequence[Item], known: int, at: str) -> str:
    """How much more or less was known, and when the last of it was recorded or put right."""
    found = [recorded for item in items if (recorded := _recorded(page, item, known, at))]
    if not found:
        return page.t(f"replay.{key}", n=len(items))
    last = max(found).astimezone(CHINA).isoformat()
    if last[:10] == at[:10]:
        moment = last[11:16]
    else:  # of another year, a day without it would read as one before
        moment = brief_day(last, page.zh) if last[:4] == at[:4] else readable.day(last, page.zh)
    return page.t(f"replay.{key}.at", n=len(items), moment=moment)


def _recorded(page: Page, item: Item, known: int, at: str) -> datetime | None:
    """When that was recorded, behind the position, which makes a thing stand in one column only."""
    for event in page.reach.work.track(item.stream).events:
        place = event.envelope
        spoken_of = event.at[:16] == item.at if item.at else event.at <= at or isinstance(event, EntryWithdrawn)
        if place.position > known and spoken_of:
            return place.recorded_at
    return None


def _recorded_late(page: Page, stream: str, state: Any, at: str, known: int) -> str | None:
    """When an incident was recorded, if the log did not know it yet at the position that is shown."""
    first = page.reach.work.track(stream).standing[0]
    recorded = first.envelope.recorded_at
    if not isinstance(state, Incident) or recorded is None or first.envelope.position <= known or at < first.at:
        return None
    return page.t("replay.unrecorded", moment=readable.moment(recorded, page.zh))


# -- who had looked -----------------------------------------------------------------------------------------


def looked(page: Page, watched: Iterable[str], until: datetime) -> list[tuple[str, ...]]:
    """(moment, who, what) of those who had opened one of some things by a moment; not told to homes."""
    if page.reach.one_facility:
        return []
    found = [(read, one) for one in watched for read in page.services.reads.readers_of(one, until)]
    return [
        (
            readable.moment(read.at, page.zh),
            page.names.account(read.login, read.post),
            things.title(page, one),
        )
        for read, one in sorted(found, key=lambda pair: pair[0].id)
    ]
