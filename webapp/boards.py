"""Boards: the rows of a sheet as of any day, narrowed, page by page; and the findings of the first page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from unicodedata import east_asian_width

from flask import Blueprint, abort, redirect, request

from domain.catalogue import Command, sheets
from domain.facilities import Facility
from domain.model import CHINA, Field, Refused
from domain.people import Person
from domain.stays import Stay
from domain.values import Month
from projections.ask import Ask
from projections.ordering import COUNTED_MAX, Order
from projections.recurring import ONWARD
from projections.tables import BOARD_DAYS
from webapp import persons, readable, things
from webapp.access import NAMES_OPEN, POSTS, Permission, Reach, needs, required
from webapp.findings import answering, may_answer
from webapp.narrowing import EVERYTHING, all_cleared, tags
from webapp.page import Page, here
from webapp.pickers import CANDIDATES_MAX, Picker
from webapp.recent import latest_day
from webapp.sifting import WHOM_MAX as PERSONS_MAX
from webapp.sifting import Sifting, persons_found, sifting, with_stays

pages = Blueprint("boards", __name__)
WORDY = frozenset({"address", "item", "digest", "text", "parent"})
"""Long columns that stand last: what is compared from row to row fits the screen without them."""
PAGE_ROWS, FILTER_CHOICES_MAX = 50, 30
FINDINGS_READ = 500
WHOM_MAX = 3
LINE = 30
"""Texts of at most this width are not broken."""
ABOUT = "about"
"""The column of findings and duties that says whom or what one is about."""
POINTING = frozenset({"breaches", "duties"})
"""The boards whose rows are about things of other boards."""
LINKED = {
    "facilities": "title",
    "papers": "number",
    "persons": "title",
    "stays": "person",
    "transfers": "person",
    "receptions": "from_name",
    "shifts": "begins_at",
    "activities": "type",
    "rescues": "received_on",
    "patrols": "route",
    "outlets": "contract_no",
    "sales": "month",
    "inspections": "kind",
    "draws": "drawn_on",
    "hazards": "subject",
    "complaints": "subject",
    "incidents": "kinds",
    "ratings": "scheme",
    "funds": "programme",
    "batches": "period",
    "findings": "rule",
}
"""The column of a board that leads to the page of its row."""
QUOTED = {"breaches": "source"}
"""Columns that quote statutes by their Chinese names, in every language."""
AT_FIRST = {"duties": {"status": "overdue"}}
"""What a board is narrowed to until somebody asks for something else."""
DO = "do"
"""The column of findings that leads to answering one."""
RUN = 2
"""What a duty is about that stands for months in a row: the first, and the last or that it goes on."""
REPLAY = "replay"
"""The column of incidents that leads to the replay of one."""


@pages.get("/boards/<name>")
@needs(Permission.SIGNED_IN)
def show_board(name: str) -> Any:
    """A board with its filters."""
    page, columns = here(), columns_of(name)
    if "col" in request.args:  # what was ticked, as it stands in links
        ticked = [key for key in columns if key in request.args.getlist("col")]
        cols = {"cols": "" if ticked in ([], list(columns)) else ".".join(ticked)}
        return redirect(page.point.url(request.path, **(page.filters() | cols | page.places())), 303)
    homes = _homes(page, name)
    if len(homes) == 1:
        return redirect(page.point.url(request.path, facility=homes[0][0], **page.filters()), 303)
    sift = sifting(page, name, columns, narrowed_by(page, columns, name))
    if (said := request.args.get("named")) in ("many", "none", "nothing"):
        page.warn(f"board.named.{said}", n=PERSONS_MAX)
    if homes:  # whose rows is asked first
        answer, paged = {"rows": [], "total": 0, "more": None, "as_of": page.point.ask.as_of}, False
    else:
        answer, sift, paged = opened(page, name, sift, PAGE_ROWS, request.args.get("after") or None)
    where, columns = sift.where, _columns_shown(page, name, sift)
    unitless = {key: replace(spec, unit=None) for key, spec in columns.items()}  # units stand in the head
    shown = [_cells(page, name, columns, unitless, row) for row in answer["rows"]]
    return page.render(
        "board.html",
        near=readable.near(page.point.today),
        bar=True,
        name=name,
        columns=columns,
        answer=answer,
        shown=shown,
        where=where,
        filters=_filters(page, columns, AT_FIRST.get(name, {})),
        tags=tags(page, name, sift, AT_FIRST.get(name, {})),
        cleared=all_cleared(page, name, sift, AT_FIRST.get(name, {})),
        at_first=AT_FIRST.get(name, {}),
        record=_recording(page, name),
        quoted=QUOTED.get(name),
        paged=paged,
        sift=sift,
        stand=_stand(page, name),
        sorted=_sorted(page, sift, answer["rows"]),
        counted_max=COUNTED_MAX,
        day_column=BOARD_DAYS.get(name),
        by_name=searched_by_name(page, name),
        address=request.host_url.rstrip("/") + page.point.url(request.path, **page.filters()),
        homes=homes,
        latest=latest_day(page),
    )


def _columns_shown(page: Page, name: str, sift: Sifting) -> Mapping[str, Field]:
    """The columns that were chosen, with those that lead to what can be done about a row."""
    columns = sift.columns
    if page.reach.one_facility and "cols" not in request.args:  # the same home in every row says nothing
        columns = {key: spec for key, spec in columns.items() if key != "facility"}
    if name == "breaches" and may_answer(page):
        first = next(iter(columns))
        told = {first: columns[first], ABOUT: columns[ABOUT]} if ABOUT in columns else {first: columns[first]}
        columns = {**told, DO: Field("办理", en="Do"), **columns}
    return {**columns, REPLAY: Field("复盘", en="Replay")} if name == "incidents" else columns


@pages.post("/boards/<name>")
@needs(Permission.SIGNED_IN)
def find_persons(name: str) -> Any:
    """Narrow the board to the persons of a name. What was typed goes into no address: only who was found does."""
    page, typed = here(), request.form.get("person", "").strip()
    columns_of(name)
    required(searched_by_name(page, name))
    found = persons_found(page, typed)
    said = {"who": ".".join(found)} if 0 < len(found) <= PERSONS_MAX else {"who": None, "named": _unnamed(typed, found)}
    return redirect(page.point.url(request.path, **(page.filters() | said)), 303)


def _unnamed(typed: str, found: list[str]) -> str:
    """Why the board was not narrowed to persons."""
    return "many" if found else "none" if typed else "nothing"


def searched_by_name(page: Page, name: str) -> bool:
    """Whether persons are looked for on a board: where it is about persons, by whoever reads their names."""
    about_persons = name in ("persons", *POINTING) or "person" in sheets()[name]
    return about_persons and page.reach.actor.post in NAMES_OPEN


def opened(page: Page, name: str, sift: Sifting, limit: int, after: str | None) -> tuple[dict[str, Any], Sifting, bool]:
    """(the page that the address names, how it is read, whether it is not the first).

    A place that is none and an order that so many rows are not sorted in are told; the board is shown from its
    beginning, by its day.
    """
    try:
        return rows(page, name, sift, limit, after), sift, after is not None
    except Refused as error:
        if error.field not in ("after", "sort"):
            raise
        page.warnings.append(readable.told(error.wording, page.zh))
        if error.field == "sort":
            day = BOARD_DAYS.get(name)
            sift = replace(sift, order=replace(sift.order, by=day if day in sift.every else None, ascending=False))
    return rows(page, name, sift, limit, None), sift, False


def _stand(page: Page, name: str) -> str:
    """As of when a board is: the end of its day, duties of today this minute."""
    if name == "duties" and page.point.ask.as_of == page.point.today:
        return page.t("board.by_now", moment=readable.moment(page.until.astimezone(CHINA), page.zh))
    return page.t("figure.stock", day=readable.day(page.point.ask.as_of, page.zh))


def _homes(page: Page, board: str) -> list[tuple[str, str]]:
    """(stream, name) of the facilities that the address looks for by a part of their name, of kinds that have such rows."""
    said = request.args.get("home", "").strip()
    if not said or page.reach.one_facility:
        return []
    found = Picker(page, thing=things.THINGS.get(board)).search("facility", said)
    if not found:
        page.warn("board.no_home", typed=said)
    return found[:CANDIDATES_MAX]


def rows(page: Page, name: str, sift: Sifting, limit: int, after: str | None) -> dict[str, Any]:
    """A page of a board that this account may see; `more` is where the next one begins. Names are read once for all."""
    ask, columns = replace(page.point.ask, where=dict(sift.where)).at_present(page.services.clock.now()), sheets()[name]
    order = with_stays(page, sift.order)
    if name == "persons" and (ask.region or ask.facility):
        return persons.of_area(page, sift.where, order.whom, limit, after)
    answer = _part(page, name, ask, order, limit, after)
    if name == "facilities":
        page.names.know(answer["rows"])
    page.names.warm(row["stream"] if name in POINTING else row.get("person") for row in answer["rows"])
    if name in POINTING:
        page.names.warm(getattr(page.names.state(row["stream"]), "person", None) for row in answer["rows"])
    if any(spec.private for spec in columns.values()):
        page.names.warm(row["stream"] for row in answer["rows"])
    page.names.warm(row[key] for key, spec in columns.items() if _thing(spec) for row in answer["rows"])
    named = [key for key, spec in columns.items() if spec.account]
    page.names.know_accounts(row[key] for key in named for row in answer["rows"])
    if named and not page.services.nodes.alone:  # whose accounts they are says the node that keeps the thing
        page.reach.prefetch(row["stream"] for row in answer["rows"])
    return answer


def _thing(spec: Field) -> bool:
    """Whether a column names things that are read one by one."""
    return spec.ref in things.PATHS and spec.ref != "facility"


def _part(page: Page, name: str, ask: Ask, order: Order, limit: int, after: str | None) -> dict[str, Any]:
    """Rows of a sheet, and the place behind which there are more; one row more is read to know that."""
    answer = page.services.views.sheet(name, ask, limit=limit + 1, after=after, sealed=True, order=order)
    shown = answer["rows"][:limit]
    return {**answer, "rows": shown, "more": shown[-1]["after"] if len(answer["rows"]) > limit else None}


def whom(page: Page, stream: str) -> tuple[str, str | None]:
    """Whom or what a finding or a duty is about, and the page; nothing for what is about the facility itself."""
    state = page.names.state(stream)
    if isinstance(state, Stay):
        return page.names.person(state.person), f"/stays/{stream}" if page.reach.facility(state.facility) else None
    if isinstance(state, Person):
        return page.names.person(stream), f"/persons/{stream}" if page.reach.person(stream) else None
    if state is None or isinstance(state, Facility):  # its name stands in a column of its own
        return "", None
    return things.title(page, stream, at=getattr(state, "facility", None)), things.link(page, stream)


def about(page: Page, row: Mapping[str, Any], *, plain: bool = False) -> tuple[str, str | None]:
    """Whom or what a row is about; of a duty of the facility itself, which month or which matter.

    `plain` leaves months and days as spreadsheets read them.
    """
    said, link = whom(page, row["stream"])
    parts = () if said else row.get("matter") or ()
    words, matter = page.services.reference.words, sheets()["duties"]["matter"]
    named = {
        part: page.pair(words("rating_triggers", part)) if plain else page.value("matter", matter, part)
        for part in parts
        if part != ONWARD
    }
    if len(parts) == RUN and readable.MONTH.fullmatch(parts[0]):
        return _run(page, row["rule"], *parts, named), link
    return said or " · ".join(named.values()), link


def _run(page: Page, rule: str, first: str, last: str, named: Mapping[str, str]) -> str:
    """Months that were not reported one after the other, as far as they were over on the as-of day."""
    due, moment = partial(page.services.reference.limits.due, rule), page.point.ask.moment
    if last != ONWARD and due(Month.parse(last).last) < moment:
        return page.t("duty.run", first=named[first], last=named[last])
    goes_on = due(Month.parse(first).plus(1).last) < moment
    return page.t("duty.since", month=named[first]) if goes_on else named[first]


@dataclass
class Finding:
    """The findings of one rule at one facility: how many, and since when."""

    rule: str
    facility: str | None
    since: str | None
    times: int = 1
    streams: list[str] = field(default_factory=list)
    whom: list[tuple[str, str | None]] = field(default_factory=list)
    """The first of the persons."""


def findings(page: Page, limit: int) -> list[Finding]:
    """The findings in the area, one for each rule and facility, the newest first."""
    found: dict[tuple[str, str | None], Finding] = {}
    rows = page.services.views.sheet("breaches", page.point.ask, limit=FINDINGS_READ, sealed=True)["rows"]
    for row in sorted(rows, key=lambda row: str(row.get("since") or ""), reverse=True):
        key = row["rule"], row["facility"]
        if key in found:
            found[key].times += 1
        else:
            found[key] = Finding(*key, row.get("since"))
        if len(found[key].streams) < WHOM_MAX:
            found[key].streams.append(row["stream"])
    shown = list(found.values())[:limit]
    page.names.warm(stream for finding in shown for stream in finding.streams)
    for finding in shown:
        finding.whom = [said for stream in finding.streams if (said := whom(page, stream))[0]]
    return shown


def opens(reach: Reach, name: str) -> bool:
    """Whether an account may open a board: that of the accounts is for administrators."""
    return name != "accounts" or reach.actor.post in POSTS[Permission.ACCOUNTS]


def columns_of(name: str) -> Mapping[str, Field]:
    """The columns of a board that this account may open."""
    if name not in sheets():
        abort(404)
    required(opens(here().reach, name))
    declared = sheets()[name]
    if name in POINTING:
        shown = {key: spec for key, spec in declared.items() if key != "matter"}  # said in the column about what it is
        # Whose it is and until when stays in sight on a phone.
        front = [next(iter(declared)), *(key for key in ("facility", "due_at") if key in declared)]
        return {key: declared[key] for key in front} | {ABOUT: Field("关于", en="About")} | shown
    return {key: declared[key] for key in sorted(declared, key=lambda key: key in WORDY)}  # the numbers stay in sight


def narrowed_by(page: Page, columns: Mapping[str, Field], name: str = "") -> dict[str, str]:
    """What the address narrows the board by; what is no value of a column is told and left out."""
    found = dict(AT_FIRST.get(name, {}))
    for said, value in request.args.items():
        key = said.removeprefix("where.")
        if not value or key == said:
            continue
        if value == EVERYTHING and key in found:
            del found[key]
            continue
        spec = columns.get(key) or (sheets()[name].get(key) if name in POINTING else None)
        listed = spec.choices if spec else None
        if spec is None or key == ABOUT:
            page.warn("bar.no_value", typed=key, what=page.t("board.filter"))
        elif listed in page.services.reference.lists and value not in page.services.reference.choices(listed):
            page.warn("bar.no_value", typed=value, what=page.label(key, spec))
        else:
            found[key] = value
    return found


def _sorted(page: Page, sift: Sifting, rows: Iterable[Mapping[str, Any]]) -> str:
    """In which order the rows stand: what a column holds says whether that is by age, by size, or by letters."""
    if sift.by is None:
        return page.t("board.newest")
    spec = sift.every[sift.by]
    held = next((row[sift.by] for row in rows if row.get(sift.by) not in (None, "")), None)
    kind = "number" if spec.unit or isinstance(held, int) else "day" if readable.is_when(held) else "text"
    way = "up" if sift.order.ascending else "down"
    return page.t(f"board.sorted.{kind}.{way}", column=page.label(sift.by, spec))


def _recording(page: Page, name: str) -> list[Command]:
    """The commands that make a row of a board, for whoever may give them."""
    if not page.point.at_present:
        return []
    made = (one for one in page.reach.offered() if one.event is not None and one.event.creates)
    return [one for one in made if one.event is not None and one.event.aggregate.sheet == name]


def _filters(
    page: Page, columns: Mapping[str, Field], first: Mapping[str, str]
) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(column, label, choices) of the columns that a board can be narrowed by."""
    reference = page.services.reference
    found = []
    for key, spec in columns.items():
        if (
            spec.choices
            and spec.choices in reference.lists
            and len(reference.choices(spec.choices)) <= FILTER_CHOICES_MAX
        ):
            choices = [(code, page.choice(spec.choices, code)) for code in reference.choices(spec.choices)]
            if key in first:
                choices.sort(key=lambda pair: pair[0] != first[key])
                choices.append((EVERYTHING, page.t("board.any")))
            found.append((key, page.label(key, spec), choices))
    return found


def _cells(
    page: Page, name: str, columns: Mapping[str, Field], unitless: Mapping[str, Field], row: Mapping[str, Any]
) -> list[tuple[str, str, str | None, str]]:
    """(column, text, link, class) of every cell of a row: numbers to the right, short texts on one line."""
    found = []
    for key, spec in columns.items():
        value = row.get(key)
        if key == DO:
            found.append((key, page.t("finding.answer"), answering(row), "w"))
            continue
        if key == REPLAY:
            found.append((key, page.t("thing.replay"), page.point.url(f"/incidents/{row['stream']}/replay"), "w"))
            continue
        if key == ABOUT:
            said, link = about(page, row)
            kind = "w" if width(said) <= LINE else "long"
            found.append((key, said or "—", link and page.point.url(link), kind))
            continue
        text = page.value(key, unitless[key], value, row.get("type"), row["stream"])
        if key.endswith("_fen"):
            text = readable.number(None) if value is None else readable.money(value)
        kind = "n" if spec.unit or key.endswith("_fen") else "w" if width(text) <= LINE else "long"
        found.append((key, text, _link(page, name, key, spec, row), kind))
    return found


def width(text: str) -> int:
    """How wide a text is, in Latin letters."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _link(page: Page, name: str, key: str, spec: Field, row: Mapping[str, Any]) -> str | None:
    """Where a cell leads."""
    if LINKED.get(name) == key:
        return page.point.url(f"/{name}/{row['stream']}")
    if spec.ref in things.PATHS and row.get(key):
        known = spec.ref in ("facility", "person")
        path = f"/{things.PATHS[spec.ref]}/{row[key]}" if known else things.link(page, row[key])
        return path and page.point.url(path)
    return None
