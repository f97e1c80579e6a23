"""A replay: a home at a minute, step by step, as it was and as it was known, with what differs spoken out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, request

from domain.catalogue import spoken_moment
from domain.entries import fold
from domain.facilities import Facility
from domain.incidents import Incident
from domain.model import CHINA, Refused
from projections.ask import Ask
from webapp import readable, things
from webapp.access import Permission, needs, required
from webapp.page import Page, here

pages = Blueprint("replays", __name__)
STEPS_BEFORE, STEPS_AFTER = 8, 12
"""How many steps stand before and behind the one that is shown."""
UNTIL_NOW = 15
WHOLE = ("24:00", "00:00")


@dataclass(frozen=True)
class Step:
    """One moment at which something changed: when, what, and whether it is the one that is shown."""

    at: str
    said: tuple[str, ...]
    url: str
    here: bool


@dataclass(frozen=True)
class Shown:
    """One part of a state: how much of it there is, and each single thing in words with its page."""

    key: str
    count: int
    items: tuple[tuple[str, str | None], ...]
    bad: bool = False


@pages.get("/incidents/<stream>/replay", defaults={"board": "incidents"})
@pages.get("/facilities/<stream>/replay", defaults={"board": "facilities"})
@needs(Permission.SIGNED_IN)
def show_replay(board: str, stream: str) -> Any:
    """The steps around an incident or in a facility, and what was so at one of them."""
    page = here()
    state = page.names.state(stream)
    if not isinstance(state, Incident if board == "incidents" else Facility):
        abort(404)
    required(things.reached(page, state, stream))
    found = page.services.views.boundaries(stream, Ask(page.point.ask.as_of))
    lines = [line for line in found if line["withdrawn_by"] is None]
    last = lines[-1]["at"] if lines else None
    at = _asked(page, lines) or (state.occurred_at if isinstance(state, Incident) else last)
    said = {"board": board, "stream": stream, "title": things.title(page, stream), "at": at}
    if at is None:
        return page.render("replay.html", **said)
    steps, before, after = _steps(page, lines, at, board, stream)
    return page.render(
        "replay.html",
        **said,
        asked_for=spoken_moment(at, page.zh),
        steps=steps,
        before=before,
        after=after,
        near=_neighbours(lines, at),
        clocks=_clocks(page, stream, state, at),
        address=lambda moment, **more: _address(page, board, stream, moment, **more),
        **_columns(page, stream, state, at),
    )


def _columns(page: Page, stream: str, state: Any, at: str) -> dict[str, Any]:
    """The two columns: as it was and as it was known, what differs, and the one that is shown in detail."""
    known, typed = _known(page, at)
    real, then = _at(page, stream, _ask(at)), _then(page, stream, state, _ask(at, known))
    columns = [list(_parts(page, one)) if one else [] for one in (real, then)]
    detail = 1 if request.args.get("by") == "then" else 0
    return {
        "beds": [one["occupancy"]["licensed"] if one else None for one in (real, then)],
        "real": columns[0],
        "then": columns[1],
        "shown": columns[detail] or columns[0],
        "detail": detail,
        "known": then["known_at"] if then else 0,
        "typed": typed,
        "differences": _differences(page, *columns),
        "late": _recorded_late(page, stream, state, at, then),
        "until_now": _until_now(real, then, detail),
        "looked": _looked(page, stream, state, at, real),
    }


def _looked(page: Page, stream: str, state: Any, at: str, real: Mapping[str, Any] | None) -> list[tuple[str, ...]]:
    """(moment, account, post, what) of those who had opened the incident or a hazard by the moment; not told to homes."""
    if page.reach.one_facility:
        return []
    hazards = [row["stream"] for row in real["open_hazards"]] if real else []
    watched = [*([stream] if isinstance(state, Incident) else []), *hazards]
    moment = _moment(at)
    assert moment is not None
    found = [(read, one) for one in watched for read in page.services.reads.readers_of(one, moment)]
    return [
        (
            readable.moment(read.at, page.zh),
            read.login,
            page.pair(page.services.reference.words("posts", read.post)),
            things.title(page, one),
        )
        for read, one in sorted(found, key=lambda pair: pair[0].id)
    ]


def _address(page: Page, board: str, stream: str, at: str, **more: Any) -> str:
    kept = {key: request.args.get(key) for key in ("by", "known")}
    return page.point.url(f"/{board}/{stream}/replay", **{**kept, **more, "at": at})


# -- which moment -----------------------------------------------------------------------------------------


def _asked(page: Page, lines: list[dict[str, Any]]) -> str | None:
    """The moment of the address: a step, or a day with a time that was typed; None where nothing is asked for."""
    said, day = request.args.get("at", "").strip(), request.args.get("day", "").strip()
    if day:
        on, time = readable.typed_day(day), readable.typed_time(request.args.get("time", "") or "23:59")
        if on is not None and time is not None and on <= page.point.today:
            return f"{on.isoformat()}T{time:%H:%M}:00"
        page.warn("replay.bad_moment")
        return None
    if not said:
        return None
    if said in {line["at"] for line in lines} or _moment(said) is not None:
        return said
    page.warn("replay.bad_moment")
    return lines[0]["at"] if lines else None


def _moment(at: str) -> datetime | None:
    """A business moment as a point of time; the end of a day is its last second."""
    try:
        if at[11:] == WHOLE[0]:
            return datetime.combine(datetime.fromisoformat(at[:10]).date(), readable.END_OF_DAY, CHINA)
        found = datetime.fromisoformat(at)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=CHINA)


def _ask(at: str, known: int | datetime | None = None) -> Ask:
    """The question about a moment; the end of a day is asked for as such."""
    moment = _moment(at)
    assert moment is not None
    on = moment.astimezone(CHINA).date()
    return Ask(on, at=None if at[11:] == WHOLE[0] else moment, known_at=known)


def _known(page: Page, at: str) -> tuple[int | datetime | None, str]:
    """As known when: at the moment itself, or at a position of the log that was typed."""
    said = readable.plain(request.args.get("known", "")).replace(",", "")
    if said.isdigit() and int(said) <= page.services.views.position():
        return int(said), said
    if said:
        page.warn("replay.bad_position", typed=said)
    return _moment(at), ""


# -- what was so ------------------------------------------------------------------------------------------


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


def _parts(page: Page, found: Mapping[str, Any]) -> Iterator[Shown]:
    """The parts of a state, each thing in words."""
    page.names.warm(row["person"] for row in found["present"])
    page.names.warm(row["stream"] for name in ("open_hazards", "last_inspections") for row in found[name])
    page.names.warm(row["subject"] for row in found["overdue_duties"])
    day, hazards, overdue = found["at"][:10], found["open_hazards"], found["overdue_duties"]
    yield _part("present", ((_present(page, r), things.link(page, r["stay"])) for r in found["present"]))
    yield _part("duty", ((_on_duty(page, r), things.link(page, r["shift"])) for r in found["staff_on_duty"]))
    late = any(r["deadline"] and r["deadline"] < day for r in hazards)
    yield replace(_part("hazards", ((_hazard(page, r), things.link(page, r["stream"])) for r in hazards)), bad=late)
    visits = ((_visit(page, r), things.link(page, r["stream"])) for r in found["last_inspections"])
    yield _part("inspections", visits)
    yield replace(_part("overdue", _overdue(page, overdue)), bad=bool(overdue), count=len(overdue))
    told = ((page.choice("report_bodies", r["to"]), readable.when(r["at"], page.zh)) for r in found["reports_made"])
    yield _part("reports", ((_said(*words), None) for words in told))
    yield _part("read", ((_read(page, r), None) for r in found["read_by"]))


def _read(page: Page, row: Mapping[str, Any]) -> str:
    upto = page.t("replay.read.entries", n=readable.number(row["entries"]))
    return _said(row["login"], page.choice("posts", row["post"]), readable.when(row["at"], page.zh), upto)


def _present(page: Page, row: Mapping[str, Any]) -> str:
    since = page.t("replay.since", day=readable.day(row["since"], page.zh))
    return _said(page.names.person(row["person"]), row["bed"], since)


def _on_duty(page: Page, row: Mapping[str, Any]) -> str:
    until = page.t("replay.until", moment=spoken_moment(row["until"], page.zh))
    return _said(page.choice("shift_roles", row["role"]), until)


def _visit(page: Page, row: Mapping[str, Any]) -> str:
    return _said(readable.day(row["concluded_on"], page.zh), page.choice("inspection_kinds", row["kind"]))


def _part(key: str, items: Iterable[tuple[str, str | None]]) -> Shown:
    found = tuple(items)
    return Shown(key, len(found), found)


def _said(*words: str | None) -> str:
    return " · ".join(word for word in words if word)


def _hazard(page: Page, row: Mapping[str, Any]) -> str:
    due = page.t("replay.due", moment=readable.day(row["deadline"], page.zh)) if row["deadline"] else None
    return _said(page.choice("hazard_grades", row["grade"]), row["subject"], due)


def _overdue(page: Page, rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str | None]]:
    """Overdue duties; those of one rule about one thing, as of every month, are counted, with the first of them."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        grouped.setdefault((row["rule"], row["subject"]), []).append(row["due_at"])
    for (rule, subject), its in grouped.items():
        key = "replay.due" if len(its) == 1 else "replay.so_many"
        due = page.t(key, n=len(its), moment=spoken_moment(min(its), page.zh))
        yield _said(page.choice("time_limits", rule), due), things.link(page, subject)


def _differences(page: Page, real: list[Shown], then: list[Shown]) -> list[str]:
    """What stands in one column only, as sentences."""
    found = []
    for now, was in zip(real, then, strict=False):
        what = page.t(f"replay.{now.key}")
        mine, theirs = [said for said, _ in now.items], [said for said, _ in was.items]
        found += [page.t("replay.only_now", what=what, which=one) for one in mine if one not in theirs]
        found += [page.t("replay.only_then", what=what, which=one) for one in theirs if one not in mine]
    return found


def _recorded_late(page: Page, stream: str, state: Any, at: str, then: Mapping[str, Any] | None) -> str | None:
    """When an incident was recorded, if the log did not know it yet at the position that is shown."""
    first = page.reach.work.track(stream).standing[0]
    recorded, known = first.envelope.recorded_at, then["known_at"] if then else 0
    if not isinstance(state, Incident) or recorded is None or first.envelope.position <= known or at < first.at:
        return None
    return page.t("replay.unrecorded", moment=readable.moment(recorded, page.zh))


def _until_now(real: Any, then: Any, detail: int) -> list[dict[str, Any]]:
    """The last entries up to the moment, of the column that is shown in detail; the newest first."""
    found = (then if detail and then else real) or {"events_until_now": []}
    return [line for line in reversed(found["events_until_now"]) if line["withdrawn_by"] is None][:UNTIL_NOW]


def _clocks(page: Page, stream: str, state: Any, at: str) -> list[tuple[str, str, str, str]]:
    """(duty, due, done, result) of everything that had to be told or done for an incident, as it stood at the moment."""
    track = page.reach.work.track(stream)
    if not isinstance(state, Incident) or at < track.standing[0].at:
        return []
    found = []
    for duty in fold(track.aggregate, track.standing, until=at).duties():
        met = duty.met_at if duty.met_at is not None and duty.met_at <= at else None
        result = ("in_time" if met <= duty.due_at else "late") if met else "missing" if duty.due_at < at else "running"
        shown = spoken_moment(met, page.zh) if met else "—"
        found.append((page.choice("time_limits", duty.rule), spoken_moment(duty.due_at, page.zh), shown, result))
    return found


# -- the steps --------------------------------------------------------------------------------------------


def _moments(lines: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(line["at"] for line in lines))


def _neighbours(lines: list[dict[str, Any]], at: str) -> tuple[str | None, str | None]:
    """The moments before and behind one."""
    moments = _moments(lines)
    return max((one for one in moments if one < at), default=None), min(
        (one for one in moments if one > at), default=None
    )


def _steps(
    page: Page, lines: list[dict[str, Any]], at: str, board: str, stream: str
) -> tuple[list[Step], str | None, str | None]:
    """The steps around a moment, and the moments from which earlier and later ones are reached."""
    moments = _moments(lines)
    here_ = next((index for index, one in enumerate(moments) if one >= at), len(moments))
    first, last = max(here_ - STEPS_BEFORE, 0), here_ + STEPS_AFTER
    said: dict[str, list[str]] = {}
    for line in lines:
        said.setdefault(line["at"], []).append(line["sentence_zh" if page.zh else "sentence_en"])
    steps = [
        Step(
            spoken_moment(one, page.zh), tuple(dict.fromkeys(said[one])), _address(page, board, stream, one), one == at
        )
        for one in moments[first:last]
    ]
    return steps, moments[first - 1] if first else None, moments[last] if last < len(moments) else None
