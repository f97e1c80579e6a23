"""Boards: the rows of a sheet as of any day, narrowed, page by page, and as a file for a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Blueprint, Response, abort, request

from domain.catalogue import sheets
from domain.model import Field
from domain.people import Person
from domain.stays import Stay
from webapp import readable
from webapp.access import POSTS, Permission, needs, required
from webapp.page import RECORDS, Page, here

pages = Blueprint("boards", __name__)
PAGE_ROWS, FILE_ROWS, FILTER_CHOICES_MAX = 50, 20_000, 30
FINDINGS_READ = 500
WHOM_MAX = 3
ABOUT = "about"
"""The column of the findings that says whom one is about."""
SPOKEN_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|\d{1,2} [A-Z][a-z]+ \d{4}")
LINKED = {"facilities": "title", "persons": "title", "stays": "person"}
"""The column of a board that leads to the page of its row."""
NAMES_KEPT = {"facilities": "/facilities", "persons": "/persons", "stays": "/stays"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@pages.get("/boards/<name>")
@needs(Permission.SIGNED_IN)
def show_board(name: str) -> Any:
    """A board with its filters."""
    page, columns = here(), _columns(name)
    where = _where(page, columns)
    answer = rows(page, name, where, PAGE_ROWS, request.args.get("after"))
    shown = [_cells(page, name, columns, row) for row in answer["rows"]]
    more = answer["rows"][-1]["stream"] if len(answer["rows"]) == PAGE_ROWS and answer["total"] > PAGE_ROWS else None
    return page.render(
        "board.html",
        bar=True,
        name=name,
        columns=columns,
        answer=answer,
        shown=shown,
        where=where,
        more=more,
        filters=_filters(page, columns),
        paged="after" in request.args,
    )


@pages.get("/boards/<name>.csv")
@needs(Permission.SIGNED_IN)
def show_board_file(name: str) -> Any:
    """The same board as CSV, with the same filters and the same masking."""
    page, columns = here(), _columns(name)
    answer = rows(page, name, _where(page, columns), FILE_ROWS, None)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_headed(page, key, spec) for key, spec in columns.items()])
    for row in answer["rows"]:
        writer.writerow([_inert(_plain(row.get(key), text)) for key, text, _, _ in _cells(page, name, columns, row)])
    file = f"{name}-{page.point.ask.as_of:%Y%m%d}-{answer['position']}.csv"
    return Response(
        "\ufeff" + out.getvalue(),
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )


def rows(page: Page, name: str, where: Mapping[str, str], limit: int, after: str | None) -> dict[str, Any]:
    """The rows of a board that this account may see; names are read once for all of them."""
    if name == "persons" and not page.reach.actor.everywhere:
        return _persons(page, where, limit, after)
    ask = replace(page.point.ask, where=dict(where))
    answer = page.services.views.sheet(name, ask, limit=limit, after=after, sealed=True)
    if name == "facilities":
        page.names.know(answer["rows"])
    page.names.warm(row["stream"] if name == "breaches" else row.get("person") for row in answer["rows"])
    if name == "breaches":
        page.names.warm(getattr(page.names.state(row["stream"]), "person", None) for row in answer["rows"])
    return answer


def whom(page: Page, stream: str) -> tuple[str, str | None]:
    """The person whom a finding is about, and the page of the stay; nothing for what is about no person."""
    state = page.names.state(stream)
    if isinstance(state, Stay):
        return page.names.person(state.person), f"/stays/{stream}" if page.reach.facility(state.facility) else None
    if isinstance(state, Person):
        return page.names.person(stream), f"/persons/{stream}" if page.reach.person(stream) else None
    return "", None


def _persons(page: Page, where: Mapping[str, str], limit: int, after: str | None) -> dict[str, Any]:
    """The persons who stay or stayed in the area by the as-of day: a person has no place but that of the stays."""
    stays = page.services.views.sheet("stays", page.point.ask, limit=FILE_ROWS, sealed=True)
    known = sorted({row["person"] for row in stays["rows"]})
    page.names.warm(known)
    columns = sheets()["persons"]
    found = [
        {"stream": stream, "facility": None, **{key: getattr(page.names.state(stream), key, None) for key in columns}}
        for stream in known
    ]
    found = [row for row in found if all(str(row[key]) == value for key, value in where.items())]
    shown = [row for row in found if after is None or row["stream"] > after]
    return {**stays, "name": "persons", "rows": shown[:limit], "total": len(found)}


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


def _columns(name: str) -> Mapping[str, Field]:
    if name not in sheets():
        abort(404)
    if name == "accounts":
        required(here().reach.actor.post in POSTS[Permission.ACCOUNTS])
    return {ABOUT: Field("人员", en="Person"), **sheets()[name]} if name == "breaches" else sheets()[name]


def _where(page: Page, columns: Mapping[str, Field]) -> dict[str, str]:
    """What the address narrows the board by; what is no value of a column is told and left out."""
    found = {}
    for said, value in request.args.items():
        key = said.removeprefix("where.")
        if not value or key == said:
            continue
        spec = columns.get(key)
        listed = spec.choices if spec else None
        if spec is None or key == ABOUT:
            page.warn("bar.no_value", typed=key, what=page.t("board.filter"))
        elif listed in page.services.reference.lists and value not in page.services.reference.choices(listed):
            page.warn("bar.no_value", typed=value, what=page.label(key, spec))
        else:
            found[key] = value
    return found


def _plain(value: Any, text: str) -> str:
    """A cell of a file: nothing where there is nothing, days as 2023-11-03."""
    if value in (None, "") and text == "—":
        return ""
    day = readable.typed_day(text) if SPOKEN_DAY.fullmatch(text) else None
    return day.isoformat() if day else text


def _filters(page: Page, columns: Mapping[str, Field]) -> list[tuple[str, str, list[tuple[str, str]]]]:
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
            found.append((key, page.label(key, spec), choices))
    return found


def _headed(page: Page, key: str, spec: Field) -> str:
    name = page.label(key, spec)
    return f"{name}（{spec.unit}）" if spec.unit and spec.unit != "年" and page.zh else name


def _cells(
    page: Page, name: str, columns: Mapping[str, Field], row: Mapping[str, Any]
) -> list[tuple[str, str, str | None, bool]]:
    """(column, text, link, is a number) of every cell of a row."""
    found = []
    for key, spec in columns.items():
        value = row.get(key)
        if key == ABOUT:
            said, link = whom(page, row["stream"])
            found.append((key, said or "—", link, False))
            continue
        text = page.value(key, replace(spec, unit=None), value, row.get("type"), row["stream"])
        found.append((key, text, _link(page, name, key, spec, row), bool(spec.unit) or key.endswith("_fen")))
    return found


def _link(page: Page, name: str, key: str, spec: Field, row: Mapping[str, Any]) -> str | None:
    """Where a cell leads."""
    if LINKED.get(name) == key:
        return page.point.url(f"{NAMES_KEPT[name]}/{row['stream']}")
    if spec.ref in RECORDS and row.get(key):
        return page.point.url(f"/{RECORDS[spec.ref]}/{row[key]}")
    return None


def _inert(text: str) -> str:
    """A cell that a spreadsheet will not take for a formula."""
    return "'" + text if text.startswith(FORMULA) else text
