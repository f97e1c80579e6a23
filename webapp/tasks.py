"""What waits for somebody: duties with the time left, and what a post has to decide; what is overdue first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

from domain.catalogue import Command, spoken_moment
from domain.model import Post, business_key
from domain.values import Month
from projections.ordering import Order
from webapp import readable, things
from webapp.boards import about
from webapp.clocks import timed
from webapp.page import Page, called

OVERSEEING = frozenset({Post.REGULATOR, Post.SAFETY_TEAM})
"""Posts that see what waits for others in their area."""
SOON = timedelta(days=30)
"""How far ahead a duty is shown before it is due."""
READ = 200
"""Duties read of one status: of more, those that are due next, or were due last."""


@dataclass(frozen=True)
class Waiting:
    """What somebody waits for: the command, the board on which it stands, in which status, and whether it is next."""

    command: str
    board: str
    status: str
    next: Callable[[Any], bool] = lambda state: True


WAITING = (
    Waiting("batch.approve", "batches", "drawn_up"),
    Waiting("batch.pay", "batches", "approved"),
    Waiting("rating.accept_documents", "ratings", "applied"),
    Waiting("rating.score", "ratings", "accepted"),
    Waiting("rating.score", "ratings", "scored", lambda rating: not rating.enough_scored),
    Waiting("rating.review", "ratings", "scored", lambda rating: rating.enough_scored and not rating.reviewed),
    Waiting("rating.publicise", "ratings", "scored", lambda rating: rating.reviewed and rating.notice is None),
    Waiting("rating.award", "ratings", "scored", lambda rating: rating.enough_scored and rating.notice is not None),
    Waiting("complaint.assign", "complaints", "received"),
    Waiting("complaint.close", "complaints", "answered"),
)
"""Decisions, each by the command that makes it. An answer to a complaint is a duty with its day."""
FACILITY = "facility"
ALIKE_MAX = 2
"""So many of a kind stand before others of it."""
PRESSING = 7
"""Within so many days a duty is pressing."""


@dataclass(frozen=True)
class Task:
    """Something that waits: what, about what, until when, and the page on which it is seen to."""

    what: str
    about: str
    url: str | None
    do: tuple[str, str] | None
    """Words and address of the button that moves it on; None where this account cannot."""
    due: str
    """When, in words: 逾期 3 天, 还剩 5 天."""
    tone: str
    """`bad` when it is too late, `warn` within a week, else `calm`."""


@dataclass(frozen=True)
class Pending:
    """A task that is not put in words yet: of many that wait, only a few are shown."""

    what: str
    distance: int
    """How many days lie between the as-of day and the day it is due."""
    due_at: str
    """The business moment at which it is due; of a decision, the as-of day."""
    mine: bool
    """Whether this account can move it on; what waits for somebody else stands behind."""
    stream: str
    told: Callable[[], Task]
    by_hours: bool = False
    """Whether its clock runs in hours: an accident is reported before old papers are looked for."""


def tasks(page: Page, number: int) -> tuple[list[Task], bool]:
    """(the first things that wait for this account in the asked area, whether there are more)."""
    found = chosen([*_duties(page), *_waiting(page)])
    page.names.warm(one.stream for one in found[:number])
    return [one.told() for one in in_order(found[:number])], len(found) > number


def in_order(shown: Iterable[Pending]) -> list[Pending]:
    """What this account can do before what waits for others; of each clocks of hours, then what is overdue, then by the time left."""
    return sorted(shown, key=lambda one: (not one.mine, not one.by_hours, one.due_at))


def chosen(found: Iterable[Pending]) -> list[Pending]:
    """Which to show, if not all: one's own before others', what is over or due today before what has time.

    Of each a few of a kind before more of the same, the nearest to the day first: what was missed long ago does not
    hide what was missed just now, nor a clock that runs out within the hour.
    """
    groups: dict[tuple[bool, bool], list[Pending]] = defaultdict(list)
    for one in found:
        groups[not one.mine, one.distance > 0].append(one)
    return [one for _, its in sorted(groups.items(), key=itemgetter(0)) for one in varied(its)]


def varied(found: Sequence[Pending]) -> list[Pending]:
    """What is due about now first, what was missed long ago last; a few of each kind before more of the same."""
    times: Counter[str] = Counter()
    few, rest = [], []
    for one in sorted(found, key=lambda one: (abs(one.distance), -one.distance, one.due_at)):
        times[one.what] += 1
        (few if times[one.what] <= ALIKE_MAX else rest).append(one)
    return [*few, *rest]


# -- duties ------------------------------------------------------------------------------------------------


def _duties(page: Page) -> Iterator[Pending]:
    asked = [(narrowed, status) for narrowed in concerning(page) for status in ("overdue", "open")]
    answers = [_rows(page, narrowed, status) for narrowed, status in asked]
    rows = [row for its in answers for row in its]
    cut = any(status == "overdue" and len(its) == READ for (_, status), its in zip(asked, answers, strict=True))
    last = (page.point.ask.as_of + SOON).isoformat()
    alike: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["status"] == "overdue" or row["due_at"][:10] <= last:
            alike[row["rule"], row["stream"]].append(row)
    page.reach.prefetch(stream for _, stream in alike)
    for (rule, stream), several in alike.items():
        # Where more are overdue than were read, the oldest of them were not.
        some = cut and any(row["status"] == "overdue" for row in several)
        first = (max if some else min)(several, key=lambda row: row["due_at"])
        what, do = page.pair(page.services.reference.words("time_limits", rule)), _do(page, first)
        mine = do is not None or not page.point.at_present
        times = "task.times.at_least" if some else "task.times"
        told = partial(_duty, page, what, first, (times, len(several)), do)
        hours = page.services.reference.limits.on(rule, page.point.ask.as_of).unit == "hours"
        yield Pending(what, left(page, first["due_at"])[2], first["due_at"], mine, stream, told, hours)


def concerning(page: Page) -> list[dict[str, str]]:
    """What the board of duties is narrowed by, to those that wait for this account.

    A facility's own are all its; of an area, those rules that the post sees to. Who oversees an area sees everything.
    """
    if page.reach.one_facility or page.reach.actor.post in OVERSEEING:
        return [{}]
    may, commands = page.reach.may, page.services.desk.commands
    done_by = page.services.reference.limits.done_by
    return [{"rule": rule} for rule, names in done_by.items() if any(may(commands[name]) for name in names)]


def _duty(page: Page, what: str, row: Mapping[str, Any], several: tuple[str, int], do: tuple[str, str] | None) -> Task:
    """The task of a duty; of one that is due several times for the same thing, how many there are, and one of them.

    That is the first; where more wait than were read, the last, and there are at least so many.
    """
    counted, times = several
    said, url = about(page, row)
    at = page.names.facility(row["facility"]) if row["facility"] and not page.reach.one_facility else ""
    due, tone, _ = left(page, row["due_at"])
    named = page.t("list.comma").join(filter(None, (at, said)))
    if times > 1:
        due = page.t(counted, n=times, due=due)
    if do is None and row["stream"] != row["facility"] and (state := _status(page, row["stream"])):
        due = f"{due} · {state}"  # whoever can do nothing for it now reads how far it is; that a home is open says nothing
    link = url or (f"/facilities/{row['facility']}" if row["facility"] and not page.reach.one_facility else None)
    return Task(what, named, link, do, due, tone)


def _status(page: Page, stream: str) -> str:
    """How far a thing has come, in a word."""
    state = page.names.state(stream)
    status = getattr(state, "status", None)
    return page.choice(f"{state.name}_statuses", status) if status else ""


def _rows(page: Page, narrowed: Mapping[str, str], status: str) -> list[dict[str, Any]]:
    ask = replace(page.point.ask, where={**narrowed, "status": status}).at_present(page.services.clock.now())
    first = Order(by="due_at", ascending=status == "open")
    return page.services.views.sheet("duties", ask, limit=READ, sealed=True, order=first)["rows"]


def left(page: Page, due_at: str) -> tuple[str, str, int]:
    """How much time is left until a business moment on the as-of day, in words, how pressing that is, and in days."""
    days = (date.fromisoformat(due_at[:10]) - page.point.ask.as_of).days
    shown, at = spoken_moment(due_at, page.zh), timed(due_at)
    tone = "bad" if days <= 0 else "warn" if days <= PRESSING else "calm"
    if days == 0 and at is None:
        return page.t("task.today", day=shown), tone, days
    time = readable.span(abs(at - page.until), page.zh) if at else readable.measured(abs(days), "天", page.zh)
    over = at < page.until if at else days < 0
    return page.t("task.overdue" if over else "task.left", time=time, day=shown), tone, days


def _do(page: Page, row: Mapping[str, Any]) -> tuple[str, str] | None:
    """The first command that sees to a duty and that this account may give for the thing as it is."""
    if not page.point.at_present:
        return None
    for name in page.services.reference.limits.done_by.get(row["rule"], ()):
        command = page.services.desk.commands[name]
        if page.reach.offers(command) and _ready(page, command, row):
            return page.pair(called(command)), f"/enter/{name}?{_filled(page, command, row)}"
    return None


def _ready(page: Page, command: Command, row: Mapping[str, Any]) -> bool:
    """Whether the thing is in a state in which the command can be given."""
    state = page.names.state(row["stream"])
    return things.writable(page, command, row["stream"]) and (
        command.target is None
        or (state is not None and command.target == state.name and things.possible(page, command, state).holds)
    )


def _filled(page: Page, command: Command, row: Mapping[str, Any]) -> str:
    """What the form begins with: the thing or the facility, and the month that the duty is about, the first of several."""
    filled: dict[str, str | int] = {}
    if command.target:
        filled[command.target] = row["stream"]
    elif FACILITY in command.fields and row["facility"]:
        filled[FACILITY] = row["facility"]
    matter = next(iter(row.get("matter") or ()), "")
    if readable.MONTH.fullmatch(matter):
        month = Month.parse(matter)
        for name in (name for name, (_, spec, _) in command.fields.items() if readable.is_month(spec)):
            filled |= {f"{name}.y": month.year, f"{name}.m": month.month}
    return urlencode(filled)


# -- decisions ---------------------------------------------------------------------------------------------


def _waiting(page: Page) -> Iterator[Pending]:
    """What stands in a status in which this post has the next word."""
    today = business_key(page.point.ask.as_of, None, opens=False)
    for one in WAITING:
        command = page.services.desk.commands[one.command]
        if not page.reach.offers(command):
            continue
        ask = replace(page.point.ask, where={"status": one.status})
        rows = page.services.views.sheet(one.board, ask, limit=READ, sealed=True)["rows"]
        page.names.warm(row["stream"] for row in rows)
        for stream in (row["stream"] for row in rows):
            state = page.names.state(stream)
            if state is None or not one.next(state) or not things.possible(page, command, state).holds:
                continue
            if not things.writable(page, command, stream):
                continue
            told = partial(_decision, page, command, stream)
            yield Pending(page.pair(called(command)), 0, today, mine=True, stream=stream, told=told)


def _decision(page: Page, command: Command, stream: str) -> Task:
    """The task of a decision about a thing."""
    what = page.pair(called(command))
    title, url = things.title(page, stream, whole=True), things.link(page, stream)
    do = (what, f"/enter/{command.name}?{command.target}={stream}") if page.point.at_present else None
    return Task(what, title, url, do, "", "warn")
