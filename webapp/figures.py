"""Figures: the list, one figure with how it comes about, its members and events, and why it changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, request

from domain.catalogue import event_words, events
from domain.figures import DIMENSION_LISTS, Figure
from domain.kinds import KINDS
from domain.model import Event
from domain.values import MONTHS
from projections.ask import Ask
from webapp import readable
from webapp.access import Permission, needs
from webapp.page import Page, here

pages = Blueprint("figures", __name__)
PAGE_ROWS = 50
TREND_MONTHS = 6


@pages.get("/figures")
@needs(Permission.SIGNED_IN)
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
    return page.render("figures.html", bar=True, groups=groups, everything=everything)


@pages.get("/figures/<key>")
@needs(Permission.SIGNED_IN)
def show_figure(key: str) -> Any:
    """One figure: value, meaning, how it comes about, its course, a breakdown, its members and their events."""
    page, figure = here(), _figure(key)
    ask = narrowed(page, figure)
    answer = page.services.views.figure(key, ask)
    trace = page.services.views.trace(key, ask)
    offset = _offset()
    return page.render(
        "figure.html",
        bar=True,
        figure=figure,
        answer=answer,
        trace=trace,
        narrowed=spoken_where(page, ask.where),
        where=ask.where,
        parts=list(_parts(page, figure, trace)),
        sources=_sources(page, trace),
        trend=trend(page, figure, ask),
        breakdowns=breakdowns(figure, page),
        broken_down=broken_down(page, figure, ask),
        by=request.args.get("by", ""),
        offset=offset,
        rows=PAGE_ROWS,
        members=[_member(page, member, trace) for member in trace["members"][offset : offset + PAGE_ROWS]],
    )


def _parts(page: Page, figure: Figure, trace: Mapping[str, Any]) -> Iterator[tuple[Figure, Any, dict[str, str], Any]]:
    """(figure, its trace, filters, filters in words) of the two sides of a ratio: each opens into the number that it shows."""
    for side, part in zip((figure.over, figure.under), trace.get("parts", ()), strict=False):
        key, fixed = side or ("", ())
        yield page.services.reference.figures[key], part, dict(fixed), spoken_where(page, dict(fixed))


@pages.get("/figures/<key>/why")
@needs(Permission.SIGNED_IN)
def show_why(key: str) -> Any:
    """Why a figure changed between two positions of the log, event by event."""
    page, figure = here(), _figure(key)
    ask = replace(narrowed(page, figure), known_at=None)
    first, second = _position(page, ask, "p1", 0), _position(page, ask, "p2", page.services.views.position())
    if first is None or second is None:
        return page.render(
            "why.html", 422, figure=figure, answer=None, first=None, second=None, problem=True, where=ask.where
        )
    answer = page.services.views.why(key, ask, first, second) if "p1" in request.args else None
    return page.render(
        "why.html",
        figure=figure,
        answer=answer,
        first=first,
        second=second,
        problem=False,
        where=ask.where,
        offset=_offset(),
        rows=PAGE_ROWS,
    )


def _figure(key: str) -> Figure:
    declared = here().services.reference.figures
    if key not in declared:
        abort(404)
    return declared[key]


def _offset() -> int:
    said = request.args.get("after", "")
    return int(said) if said.isdigit() and len(said) < 9 else 0


def _position(page: Page, ask: Ask, name: str, default: int) -> int | None:
    """A position as typed, or that of a typed day or moment; None for what is neither."""
    said = request.args.get(name, "").strip().replace(",", "")
    if not said:
        return default
    if said.isdigit() and len(said) < 8:
        return min(int(said), page.services.views.position())
    moment = readable.typed_moment(said)
    return (
        None
        if moment is None
        else page.services.views.figure("facility.registered", replace(ask, where={}, known_at=moment))["position"]
    )


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


# -- how it comes about ------------------------------------------------------------------------------------


def _sources(page: Page, trace: Mapping[str, Any]) -> list[tuple[str, int, str]]:
    """(what happened, how often, amount) summed by kind of event; the amounts add up to the value."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    times: dict[str, int] = defaultdict(int)
    for event in trace["events"]:
        sums[event["topic"]] += Decimal(event["amount"])
        times[event["topic"]] += 1
    named = {topic: page.pair(event_words(event)) for topic, event in events().items()}
    return [(named.get(topic, topic), times[topic], f"{amount:f}") for topic, amount in sums.items()]


def trend(page: Page, figure: Figure, ask: Ask) -> list[tuple[str, str, int]]:
    """(month, value, height of a bar in percent) of the last months up to the as-of day."""
    if figure.kind == "ratio":
        return []
    ends, last = [], ask.as_of
    for _ in range(TREND_MONTHS):
        ends.insert(0, last)
        last = last.replace(day=1) - timedelta(days=1)
    values = []
    for end in ends:
        month = replace(ask, as_of=end, to=end, from_=date(end.year, end.month, 1), by=None)
        values.append(page.services.views.figure(figure.key, month)["value"] or "0")
    top = max((abs(Decimal(value)) for value in values), default=Decimal(0)) or Decimal(1)
    return [
        (
            f"{end.month}月" if page.zh else MONTHS[end.month - 1][:3],
            value,
            int(abs(Decimal(value)) * 100 / top),
        )
        for end, value in zip(ends, values, strict=True)
    ]


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


# -- members -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Member:
    """One member of a figure: its name, its page, what it adds, and the entries behind it."""

    name: str
    url: str | None
    said: str
    amount: str
    positions: tuple[int, ...]
    masked: bool = False


def _member(page: Page, member: Mapping[str, Any], trace: Mapping[str, Any]) -> Member:
    positions = tuple(member["positions"])
    found = page.services.log.at(positions[-1:])
    event = found[0] if found else None
    said = next(
        (
            e["sentence_zh" if page.zh else "sentence_en"]
            for e in trace["events"]
            if positions and e["position"] == positions[-1]
        ),
        "",
    )
    name, url = _named(page, event, member["label"])
    return Member(name, url, said, member["amount"], positions, _masked(page, event))


def _masked(page: Page, event: Event | None) -> bool:
    """Whether the name of a member is hidden from this account."""
    person = event and (
        getattr(event, "person", None) or getattr(page.names.state(event.originator_id), "person", None)
    )
    return bool(person) and not page.reach.names(person)


def _named(page: Page, event: Event | None, label: str) -> tuple[str, str | None]:
    """The name of a member and its page, by the event behind it: a person, a facility, or the entry itself."""
    if event is None:
        return label, None
    state = page.names.state(event.originator_id)
    person = getattr(event, "person", None) or getattr(state, "person", None)
    if person:
        return page.names.person(person), f"/stays/{event.originator_id}"
    facility = event.envelope.facility
    if facility:
        return page.names.facility(facility), f"/facilities/{facility}"
    return page.region(event.envelope.region or label), None
