"""Who looked at whose data: the ledger for auditors, the readers of one person, and a whole document number with a reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, abort, g, request

from domain.model import CHINA, Post
from domain.people import Person
from domain.reads import FIRST, Read, Wanted
from webapp import readable, searching, things
from webapp.access import NAMES_OPEN, POSTS, Permission, needs, required
from webapp.exports import MARK, inert
from webapp.noting import OF_FORMS, note
from webapp.page import Page, called, here

pages = Blueprint("reads", __name__)
ROWS, SHORT, FILE_ROWS, READ_AT_ONCE = 50, 5, 100_000, 1_000
REASON_MIN, REASON_MAX = 4, 200
ASKED = ("person", "kind", "thing", "login", "since", "until", "each")
"""What the list can be narrowed by, and whether every opening of a form has a line of its own."""
KINDS: dict[str, dict[str, Any]] = {
    "persons": {"told": "persons", "beside": OF_FORMS},
    "things": {"told": "things", "beside": OF_FORMS},
    "forms": {"purposes": OF_FORMS},
}
"""What can have been read: persons, records that are no persons, both apart from what a form showed; and forms."""
FORM_PARTS = 3
"""So many parts of an address name a form; those behind it one of its pages."""
AGAIN = OF_FORMS | {"first"}
"""Pages to which people come back again and again: in a row they are one line."""
HEADS = ("at", "login", "post", "place", "page", "whom", "reason", "origin", "request")


@dataclass(frozen=True)
class Shown:
    """A row of the ledger in words."""

    at: str
    who: str
    login: str
    post: str
    place: str
    page: str
    whom: tuple[tuple[str, str | None], ...]
    """The first of the persons, each with the page; the thing of the page where it opened nothing."""
    others: int
    """How many more there were."""
    what: tuple[tuple[str, str | None], ...]
    """The first of the things of which private texts were told, each with the page."""
    other_things: int
    """How many more there were."""
    reason: str
    origin: str
    request: str
    times: int = 1
    """How many openings of the same form the line stands for, of which it tells the newest."""
    each: str = ""
    """Where every one of them has a line."""


@pages.get("/reads")
@needs(Permission.READS)
def show_reads() -> Any:
    """The ledger: by what was read, account and days, the newest first, page by page; a form that was opened again is one line."""
    page = here()
    wanted, persons = _wanted(page)
    grouped = _grouped if not request.args.get("each") else _apart
    found, more = grouped(page, wanted, _before()) if wanted else ([], None)
    whom = page.services.reads.subjects_of([read.id for line in found if len(line) > 1 for read in line])
    page.names.warm(_named(read for line in found for read in line) | {one for its in whom.values() for one in its})
    return page.render(
        "reads.html",
        rows=[_line(page, line, whom) for line in found],
        more=more,
        persons=[(stream, " · ".join(searching.told_apart(page, stream))) for stream in persons],
        typed={name: request.args.get(name, "") for name in ASKED},
        chosen=wanted.person if wanted else None,
        thing=things.title(page, wanted.thing) if wanted and wanted.thing else None,
        kinds=KINDS,
        of=None,
        path="/reads",
    )


@pages.get("/reads.csv")
@needs(Permission.READS)
def show_reads_file() -> Any:
    """The same rows as a file."""
    page = here()
    wanted, _ = _wanted(page)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([page.t(f"reads.{head}") for head in HEADS])
    for read in _all(page, wanted) if wanted else ():
        _, *cells = _cells(page, _shown(page, read))
        writer.writerow([inert(cell) for cell in (readable.instant(read.at, page.zh), *cells)])
    return Response(
        MARK + out.getvalue(),
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="reads-{page.point.today:%Y%m%d}.csv"'},
    )


@pages.get("/persons/<stream>/reads")
@needs(Permission.SIGNED_IN)
def show_readers(stream: str) -> Any:
    """Everybody who looked at one person, for those who may ask."""
    page = here()
    _person(page, stream)
    required(may_ask(page, stream))
    found, more = _part(page, Wanted(person=stream), ROWS, _before())
    page.names.warm(_named(found))
    return page.render(
        "reads.html",
        rows=[_shown(page, read) for read in found],
        more=more,
        persons=[],
        typed={},
        chosen=stream,
        thing=None,
        kinds={},
        of=page.names.person(stream),
        path=f"/persons/{stream}/reads",
    )


@pages.post("/persons/<stream>/number")
@needs(Permission.SIGNED_IN)
def show_number(stream: str) -> Any:
    """The whole document number, once, for a reason that is kept with the reader's name."""
    page = here()
    state = _person(page, stream)
    required(page.reach.names(stream) and page.reach.actor.post in NAMES_OPEN)
    reason = " ".join(request.form.get("reason", "").split())
    if not REASON_MIN <= len(reason) <= REASON_MAX:
        return page.render("number.html", 422, stream=stream, number=None, reason=reason, wrong=True)
    number = page.names.text(state.document_number)
    if number is None:
        abort(404)
    note(stream, person=True)
    g.reason = reason
    return page.render("number.html", stream=stream, number=number, reason=reason, wrong=False)


# -- who may ask, and about whom ---------------------------------------------------------------------------


def may_ask(page: Page, stream: str) -> bool:
    """Whether this account may know who looked at a person: the head of the present home, the bureau's supervisors, audit."""
    actor, state = page.reach.actor, page.names.state(stream)
    if not isinstance(state, Person) or not page.reach.person(stream):
        return False
    if actor.post == Post.FACILITY_MANAGER:
        return state.staying_at == actor.facility
    return actor.post == Post.REGULATOR or actor.post in POSTS[Permission.READS]


def of_person(page: Page, stream: str, state: Person) -> dict[str, Any]:
    """What the page of a person shows besides: the last who looked (None: this account may not ask), the way to the number."""
    may, last = may_ask(page, stream), Wanted(person=stream)
    return {
        "readers": [_shown(page, one, whom=False) for one in page.services.reads.page(last, SHORT)] if may else None,
        "numbered": page.reach.names(stream) and page.names.text(state.document_number) is not None,
        "reason": "",
    }


def _person(page: Page, stream: str) -> Person:
    state = page.names.state(stream)
    if not isinstance(state, Person):
        abort(404)
    required(page.reach.person(stream))
    return state


def _wanted(page: Page) -> tuple[Wanted | None, list[str]]:
    """What the address asks for, or the persons to choose from, where a text finds several or nobody."""
    said = {name: request.args.get(name, "").strip() for name in ASKED}
    days = {name: _day(page, name, said[name]) for name in ("since", "until")}
    if days["since"] and days["until"] and days["since"] > days["until"]:
        page.warn("reads.reversed")
    wanted = Wanted(
        login=said["login"].lower() or None,
        since=days["since"],
        until=days["until"] and days["until"] + timedelta(days=1),
        regions=_regions(page),
        **KINDS.get(said["kind"], {}),
    )
    if said["thing"]:
        state = page.names.state(said["thing"])
        if state is None:
            abort(404)
        required(things.reached(page, state, said["thing"]))
        return replace(wanted, thing=said["thing"], regions=None), []
    if not said["person"]:
        return wanted, []
    if isinstance(page.names.state(said["person"]), Person) and page.reach.person(said["person"]):
        return replace(wanted, person=said["person"], regions=None), []
    found = searching.find(page, said["person"])
    known = [stream for stream in found.persons if page.reach.person(stream)][: searching.SHOWN_MAX]
    if len(known) == 1 and not found.more:
        return replace(wanted, person=known[0], regions=None), []
    if found.more or not known:
        page.warn("search.too_many" if found.more else "search.none", typed=said["person"])
    return None, known


def _day(page: Page, name: str, typed: str) -> datetime | None:
    found = readable.typed_day(typed) if typed else None
    if typed and found is None:
        page.warn("reads.bad_day", what=page.t(f"reads.{name}"), typed=typed)
    return datetime.combine(found, time(), CHINA) if found else None


def _regions(page: Page) -> frozenset[str] | None:
    """The regions whose readers this account sees; None for all."""
    actor = page.reach.actor
    if actor.everywhere or actor.region is None:
        return None if actor.everywhere else frozenset()
    return page.services.reference.regions.codes_within(actor.region, page.point.today)


def _before() -> int | None:
    said = request.args.get("before", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 16 else None


def _part(page: Page, wanted: Wanted, limit: int, before: int | None) -> tuple[list[Read], int | None]:
    """A page of the ledger, and the number behind which there is more."""
    found = page.services.reads.page(wanted, limit + 1, before)
    shown = found[:limit]
    return shown, shown[-1].id if len(found) > limit else None


def _apart(page: Page, wanted: Wanted, before: int | None) -> tuple[list[list[Read]], int | None]:
    """A page of the ledger, every read a line by itself."""
    found, more = _part(page, wanted, ROWS, before)
    return [[read] for read in found], more


def _grouped(page: Page, wanted: Wanted, before: int | None) -> tuple[list[list[Read]], int | None]:
    """A page of the ledger on which a form or the first page that somebody opened again, looking at nothing between, is one line."""
    lines: list[list[Read]] = []
    latest: dict[str, list[Read]] = {}
    (found, more), last = _part(page, wanted, READ_AT_ONCE, before), before
    for read in found:
        line = latest.get(read.login)
        if line is None or read.purpose not in AGAIN or _form(line[0]) != _form(read):
            if len(lines) == ROWS:
                more = last
                break
            line = latest[read.login] = []
            lines.append(line)
        line.append(read)
        last = read.id
    return lines, more


def _form(read: Read) -> tuple[str, list[str]]:
    """Which form, or the first page; whatever page of it."""
    return read.purpose, read.path.split("/")[:FORM_PARTS]


def _all(page: Page, wanted: Wanted) -> Iterable[Read]:
    before, count = None, 0
    while count < FILE_ROWS:
        found, before = _part(page, wanted, READ_AT_ONCE, before)
        page.names.warm(_named(found))
        yield from found
        count += len(found)
        if before is None:
            return


# -- in words ----------------------------------------------------------------------------------------------


def _named(found: Iterable[Read]) -> set[str]:
    return {stream for read in found for stream in (*read.first, *read.first_things) or (read.thing,) if stream}


def _line(page: Page, reads: Sequence[Read], whom: Mapping[int, Sequence[str]]) -> Shown:
    """A line of the ledger; of several openings the newest, with all whom they named and the way to every one of them."""
    newest, *earlier = reads
    if not earlier:
        return _shown(page, newest)
    subjects = sorted({one for read in reads for one in whom.get(read.id, ())})
    persons = [one for one in subjects if isinstance(page.names.state(one), Person)]
    told = [one for one in subjects if one not in set(persons)]
    whole = replace(
        newest,
        persons=len(persons),
        first=tuple(persons[:FIRST]),
        things=len(told),
        first_things=tuple(told[:FIRST]),
    )
    said = {name: request.args[name] for name in ASKED if request.args.get(name)} | {"login": newest.login, "each": "1"}
    return replace(_shown(page, whole), times=len(reads), each=page.point.url("/reads", **said, before=newest.id + 1))


def _shown(page: Page, read: Read, *, whom: bool = True) -> Shown:
    persons = (read.first or (() if read.first_things else _thing(page, read))) if whom else ()
    told = read.first_things if whom else ()
    return Shown(
        readable.moment(read.at, page.zh),
        page.names.account(read.login, read.post),
        read.login,
        page.names.post(read.post),
        page.names.facility(read.facility)
        if read.facility
        else page.region(read.region)
        if read.region
        else page.t("place.everywhere"),
        _page_words(page, read),
        tuple((things.title(page, one), things.link(page, one)) for one in persons),
        max(read.persons - len(read.first), 0),
        tuple((things.title(page, one), things.link(page, one)) for one in told),
        max(read.things - len(read.first_things), 0),
        read.reason or "",
        read.origin,
        read.request,
    )


def _thing(page: Page, read: Read) -> tuple[str, ...]:
    """The thing that a page was about which opened nothing."""
    return (read.thing,) if read.thing and page.names.state(read.thing) is not None else ()


def _page_words(page: Page, read: Read) -> str:
    """The kind of page; of a board, or of the page of a thing, with its name."""
    said = page.t(f"reads.purpose.{read.purpose}")
    if (command := page.services.desk.commands.get(read.path.removeprefix("/enter/").partition("/")[0])) is not None:
        return said + readable.bracketed(page.pair(called(command)), page.zh)
    board = read.path.removeprefix("/boards/").removesuffix(".csv").removesuffix(".xlsx").strip("/").partition("/")[0]
    named = read.purpose in ("board", "file", "thing", "replay") and board in (
        *things.PATHS.values(),
        "duties",
        "breaches",
    )
    return said + readable.bracketed(page.t(f"board.{board}"), page.zh) if named else said


def _cells(page: Page, row: Shown) -> list[str]:
    sep = page.t("list.sep")
    whom, what = sep.join(name for name, _ in row.whom), sep.join(name or "" for name, _ in row.what)
    whom += page.t("reads.others", n=readable.number(row.others)) if row.others else ""
    what += page.t("reads.other_things", n=readable.number(row.other_things)) if row.other_things else ""
    opened = sep.join(filter(None, (whom, what)))
    return [row.at, row.login, row.post, row.place, row.page, opened, row.reason, row.origin, row.request]
