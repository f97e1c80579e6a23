"""Figures: the list, one figure with how it comes about, its members and events, and why it changed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, request

from domain.figures import DIMENSION_LISTS, Figure
from domain.kinds import KINDS
from projections.ask import Ask
from webapp import readable, tracing
from webapp.access import Permission, needs
from webapp.changes import MONTH, position_at, recent
from webapp.courses import course, year_on_year
from webapp.glossary import used_in
from webapp.neighbours import neighbours
from webapp.page import Page, at_one_moment, here
from webapp.recent import latest_day

pages = Blueprint("figures", __name__)
PAGE_ROWS = 50
POSITION = re.compile(r"\d{1,7}", re.ASCII)


@pages.get("/figures")
@needs(Permission.SIGNED_IN)
@at_one_moment
def show_figures() -> Any:
    """Every figure with its value, grouped; those of activities only where there is something, unless all are asked for."""
    page = here()
    declared = page.services.reference.figures
    answers = page.services.views.figures(list(declared), page.point.ask)
    everything = "all" in request.args
    groups: dict[str, list[tuple[Figure, Mapping[str, Any]]]] = defaultdict(list)
    for answer in answers:
        figure = declared[answer["key"]]
        subject = figure.key.partition(".")[0]
        if everything or subject != "activity" or answer["value"] not in (None, "0"):
            groups[subject].append((figure, answer))
    return page.render("figures.html", bar=True, groups=groups, everything=everything, latest=latest_day(page))


@pages.get("/figures/<key>")
@needs(Permission.SIGNED_IN)
@at_one_moment
def show_figure(key: str) -> Any:
    """One figure: value, meaning, how it comes about, its course, a breakdown, its members and their events."""
    page, figure = here(), _figure(key)
    ask = narrowed(page, figure)
    answer = page.services.views.figure(key, ask)
    trace = page.services.views.trace(key, ask, told=False)  # of thousands of events a few are shown
    out, offset = tracing.undone(page, trace), _offset()
    undone = [event for event in trace["events"] if event["position"] in out]
    members = tracing.members(page, out, trace["members"][offset : offset + PAGE_ROWS])
    return page.render(
        "figure.html",
        bar=True,
        figure=figure,
        terms=used_in(figure.meaning_zh if page.zh else figure.meaning_en, page.zh),
        answer=answer,
        trace=trace,
        narrowed=spoken_where(page, ask.where),
        where=ask.where,
        parts=list(_parts(page, figure, trace)),
        sources=tracing.sources(page, trace, out),
        undone=undone,
        said=tracing.said(page, undone[:PAGE_ROWS]),
        course=course(page, figure, ask),
        year=year_on_year(page, figure, ask, answer["value"]),
        recent=recent(page, figure, ask, answer["position"]),
        permalink=permalink(page, figure, ask, answer["position"]),
        breakdowns=breakdowns(figure, page),
        broken_down=broken_down(page, figure, ask),
        beside=neighbours(page, figure, ask),
        by=request.args.get("by", ""),
        offset=offset,
        rows=PAGE_ROWS,
        members=members,
        latest=latest_day(page),
    )


def _parts(page: Page, figure: Figure, trace: Mapping[str, Any]) -> Iterator[tuple[Figure, Any, dict[str, str], Any]]:
    """(figure, its trace, filters, filters in words) of the two sides of a ratio: each opens into the number that it shows."""
    for side, part in zip((figure.over, figure.under), trace.get("parts", ()), strict=False):
        key, fixed = side or ("", ())
        yield page.services.reference.figures[key], part, dict(fixed), spoken_where(page, dict(fixed))


@pages.get("/figures/<key>/why")
@needs(Permission.SIGNED_IN)
def show_why(key: str) -> Any:
    """Why a figure changed between two moments of the log, event by event: at first, from a month ago to now."""
    page, figure = here(), _figure(key)
    ask = replace(narrowed(page, figure), known_at=None)
    typed = {"p1": readable.day(page.point.today - MONTH, page.zh), "p2": readable.day(page.point.today, page.zh)}
    typed |= {name: said for name in typed if (said := request.args.get(name, "").strip())}
    first, second = (_position(page, ask, typed[name]) for name in ("p1", "p2"))
    said = {"figure": figure, "where": ask.where, "typed": typed, "ask": ask}
    if first is None or second is None:
        return page.render("why.html", 422, answer=None, problem="p1" if first is None else "p2", **said)
    answer = page.services.views.why(key, ask, first, second)
    offset, changes = _offset(), [answer["changes"], *(part["changes"] for part in answer.get("parts", ()))]
    return page.render(
        "why.html",
        answer=answer,
        told=tracing.told(page, [one for listed in changes for one in listed[offset : offset + PAGE_ROWS]]),
        problem=None,
        moments=[_recorded_at(page, position) for position in (answer["from_position"], answer["to_position"])],
        offset=offset,
        rows=PAGE_ROWS,
        **said,
    )


def _recorded_at(page: Page, position: int) -> datetime | None:
    """When the entry at a position was recorded; None before the first."""
    found = page.services.log.at([position]) if position else []
    return found[0].envelope.recorded_at if found else None


def _figure(key: str) -> Figure:
    declared = here().services.reference.figures
    if key not in declared:
        abort(404)
    return declared[key]


def _offset() -> int:
    said = request.args.get("after", "")
    return int(said) if said.isdigit() and len(said) < 9 else 0


def _position(page: Page, ask: Ask, said: str) -> int | None:
    """A position as typed, or that of a typed day or moment; None for what is neither."""
    plain = said.replace(",", "")
    if POSITION.fullmatch(plain):
        return min(int(plain), page.services.views.position())
    moment = readable.typed_moment(said)
    return None if moment is None else position_at(page, ask, moment)


def narrowed(page: Page, figure: Figure) -> Ask:
    """The standpoint's question, narrowed by the dimensions that the address names."""
    where = {name: request.args[name] for name in dimensions(page, figure) if request.args.get(name)}
    for name, value in [*where.items()]:
        if value not in page.services.reference.choices(DIMENSION_LISTS.get(name, name)):
            page.warn("bar.no_value", typed=value, what=page.t(f"dim.{name}"))
            del where[name]
    by = request.args.get("by", "")
    if by and by not in breakdowns(figure, page):
        page.warn("bar.no_value", typed=by, what=page.t("figure.by"))
    return replace(page.point.ask, where=where)


def dimensions(page: Page, figure: Figure) -> tuple[str, ...]:
    """The dimensions that a figure can be broken down by; a ratio by those that both its parts have."""
    parts = [page.services.reference.figures[part[0]] for part in (figure.over, figure.under) if part]
    return tuple(name for name in figure.dimensions if all(name in part.dimensions for part in parts))


def spoken_where(page: Page, where: Mapping[str, str]) -> list[str]:
    """The names of what a figure is narrowed to."""
    return [_dimension_value(page, name, value) for name, value in where.items()]


def _dimension_value(page: Page, name: str, value: str) -> str:
    return page.pair(page.services.reference.words(DIMENSION_LISTS.get(name, name), value))


# -- a link that stays -------------------------------------------------------------------------------------


def permalink(page: Page, figure: Figure, ask: Ask, position: int) -> str:
    """The whole address of this very number: everything that it depends on is said, the position of the log among it."""
    said = {
        "region": ask.region if not ask.facility else None,
        "facility": ask.facility,
        "from": ask.from_,
        "as_of": ask.as_of,
        "known": position,
        **ask.where,
        "by": request.args.get("by"),
    }
    query = urlencode([(key, str(value)) for key, value in said.items() if value not in (None, "")])
    return f"{request.host_url.rstrip('/')}/figures/{figure.key}?{query}"


# -- breaking down -----------------------------------------------------------------------------------------


def breakdowns(figure: Figure, page: Page) -> list[str]:
    """What the figure can be broken down by here."""
    ask = page.point.ask
    places = [] if ask.facility else ["region", "facility"] if _below(page) else ["facility"]
    return [*places, *dimensions(page, figure)]


def _below(page: Page) -> list[str]:
    ask, regions = page.point.ask, page.services.reference.regions
    return regions.children(ask.region, ask.as_of) if ask.region else regions.provinces(ask.as_of)


@dataclass(frozen=True)
class Part:
    """One part of a figure, with the link that narrows the page to it."""

    name: str
    value: str | None
    url: str | None


def broken_down(page: Page, figure: Figure, ask: Ask) -> list[Part]:
    """The parts of a figure by the dimension that the address names."""
    by, path = request.args.get("by", ""), f"/figures/{figure.key}"
    if by not in breakdowns(figure, page):
        return []
    found = page.services.views.figure(figure.key, replace(ask, by=by))["by"]
    if by == "region":
        found = {code: found.get(code, "0" if figure.kind != "ratio" else None) for code in [*_below(page), *found]}
    order = {code: index for index, code in enumerate([*KINDS, *_below(page)])}
    return [
        Part(_part_name(page, by, code), value, _part_url(page, path, ask, by, code))
        for code, value in sorted(found.items(), key=lambda pair: order.get(pair[0], 0))
    ]


def _part_name(page: Page, by: str, code: str) -> str:
    if not code:
        return page.t("part.none")
    if by == "region":
        return page.region(code)
    return page.names.facility(code) if by == "facility" else _dimension_value(page, by, code)


def _part_url(page: Page, path: str, ask: Ask, by: str, code: str) -> str | None:
    """The page narrowed to one part; the region itself has no narrower one."""
    if not code or code == ask.region:
        return None
    return page.point.url(path, **{**ask.where, by: code})
