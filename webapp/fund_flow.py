"""Where the money of a year went: from its sources through programmes to the regions below, and what became of it there.

Every fund is counted once, where its money ended: what was allotted on is counted at the receiver. So each column of the
flow holds the same sum: what came into the area.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from flask import Blueprint, request

from domain.values import FEN_PLACES, ratio_text, yuan
from projections.ask import Ask
from webapp import readable
from webapp.access import Permission, needs
from webapp.page import Page, here
from webapp.sankey import Drawing, Link, Node, drawing

pages = Blueprint("fund_flow", __name__)
PATH = "/funds/flow"
FUNDS_MAX = 20_000
ENDS = ("paid", "balance", "onward", "withdrawn", "lapsed")
"""What becomes of money: with people, unspent, given to a place outside the area, taken back by its giver, lapsed."""
LISTS = {"source": "fund_sources", "programme": "programmes"}
COLUMNS = ("source", "programme", "region")
"""The columns of the drawing before the last one, and the code lists of their names."""
DRAWN_MAX, OTHERS = 12, "others"
"""Of more, the small ones are drawn as one; the tables name them all."""
SLOW = Decimal(10)
"""So many points behind the time that has passed are called slow."""


@dataclass(frozen=True)
class Ended:
    """The money that ended at one fund."""

    source: str
    programme: str
    region: str
    ends: Mapping[str, int]

    @property
    def fen(self) -> int:
        """All of it."""
        return sum(self.ends.values())


@dataclass(frozen=True)
class Flow:
    """What came into an area for a year, and where it ended."""

    came_fen: int
    ended: list[Ended]

    def sums(self, attribute: str) -> dict[str, int]:
        """How much by source, programme or region, the largest first."""
        found: dict[str, int] = defaultdict(int)
        for one in self.ended:
            found[getattr(one, attribute)] += one.fen
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))

    def ends(self, region: str | None = None) -> dict[str, int]:
        """What became of the money of a region, or of all of it."""
        return {end: sum(one.ends[end] for one in self.ended if region is None or one.region == region) for end in ENDS}

    @property
    def conserved(self) -> bool:
        """Whether what came in is what ended somewhere."""
        return self.came_fen == sum(one.fen for one in self.ended)


def flow_of(rows: Iterable[Mapping[str, Any]], place_of: Mapping[str, str]) -> Flow:
    """The flow over the funds of an area, by the rows of their board; `place_of` says under which region each code counts."""
    funds = {row["stream"]: row for row in rows}
    given_inside: dict[str, int] = defaultdict(int)
    for row in funds.values():
        if row["parent"] in funds:
            given_inside[row["parent"]] += row["amount_fen"] - row["withdrawn_fen"]
    ended, came = [], 0
    for stream, row in funds.items():
        entered = row["parent"] not in funds
        came += row["amount_fen"] if entered else 0
        ends = {
            "paid": row["paid_fen"] - row["returned_fen"],
            "balance": row["balance_fen"],
            "onward": row["allotted_fen"] - given_inside[stream],
            "withdrawn": row["withdrawn_fen"] if entered else 0,
            "lapsed": row["lapsed_fen"],
        }
        ended.append(Ended(row["source"], row["programme"], place_of.get(row["region"], row["region"]), ends))
    return Flow(came, ended)


@pages.get(PATH)
@needs(Permission.SIGNED_IN)
def show_flow() -> Any:
    """The flow of an area for a year as a drawing and as tables, and how far it is paid out against the time."""
    page = here()
    year = _year(page)
    rows = funds_of(page, year)
    flow = flow_of(rows, _places(page, {row["region"] for row in rows}))
    return page.render(
        "fund_flow.html",
        bar=True,
        year=year,
        years=_years(page),
        flow=flow,
        ends=[end for end in ENDS if flow.ends()[end] or end in ("paid", "balance")],
        drawing=drawn(page, flow, year),
        lists=LISTS,
        elapsed=elapsed(page, year),
        progress={"region": of_regions(page, flow, year), "programme": of_programmes(page, year)},
        named=lambda region: _named(page, region),
        url=lambda region: _region_url(page, region, year),
    )


def _year(page: Page) -> int:
    """The budget year that the address asks for, else that of the as-of day."""
    said = request.args.get("year", "").strip()
    if not said:
        return page.point.ask.as_of.year
    if said.isascii() and said.isdigit() and len(said) == 4:
        return int(said)
    page.warn("flow.no_year", typed=said)
    return page.point.ask.as_of.year


def _years(page: Page) -> list[int]:
    """The budget years that there is money of, the last first."""
    rows = page.services.views.sheet("funds", page.point.ask, limit=FUNDS_MAX)["rows"]
    return sorted({row["year"] for row in rows} | {_year(page)}, reverse=True)


def funds_of(page: Page, year: int) -> list[dict[str, Any]]:
    """The funds of a budget year in the asked area."""
    ask = replace(page.point.ask, where={"year": str(year)})
    rows: list[dict[str, Any]] = page.services.views.sheet("funds", ask, limit=FUNDS_MAX)["rows"]
    return rows


def _places(page: Page, codes: Iterable[str]) -> dict[str, str]:
    """Under which region below the asked one each code counts; the asked one itself for what lies at its own level."""
    ask, regions = page.point.ask, page.services.reference.regions
    found = {}
    for code in codes:
        if code not in regions:
            continue
        at: str | None = regions.home(code, ask.as_of)
        last = at
        while at is not None and at != ask.region:
            last, at = at, regions.parent(at, ask.as_of)
        found[code] = ask.region if ask.region and regions.home(code, ask.as_of) == ask.region else str(last)
    return found


def _named(page: Page, region: str) -> str:
    """A region's name; what lies with the asked one itself is its own level."""
    if page.point.ask.facility:
        return page.place()
    return page.t("flow.own", place=page.region(region)) if region == page.point.ask.region else page.region(region)


def _region_url(page: Page, region: str, year: int) -> str | None:
    """The flow of a region below; the own level has only its board."""
    if page.point.ask.facility:
        return None
    if region == page.point.ask.region:
        return page.point.url("/boards/funds", **{"where.year": year, "where.region": region})
    return page.point.url(PATH, region=region, year=year)


# -- the drawing -------------------------------------------------------------------------------------------


def drawn(page: Page, flow: Flow, year: int) -> Drawing:
    """Sources, programmes, regions, and what became of the money: four columns of the same sum."""
    drawn_as = {column: _keys(flow, column) for column in COLUMNS}
    nodes, links = list(_nodes(page, flow, year, drawn_as)), Counter[tuple[str, str]]()
    for end, fen in flow.ends().items():
        nodes.append(Node(f"end.{end}", len(COLUMNS), page.t(f"flow.{end}"), fen, end_url(page, end, year), end))
    for one in flow.ended:
        path = [drawn_as[column][getattr(one, column)] for column in COLUMNS]
        for pair in pairwise(path):
            links[pair] += one.fen
        for end, fen in one.ends.items():
            links[path[-1], f"end.{end}"] += fen
    return drawing(nodes, [Link(*pair, fen) for pair, fen in links.items()])


def _keys(flow: Flow, column: str) -> dict[str, str]:
    """The box that stands for each source, programme or region: its own, or that of the small ones together."""
    codes = list(flow.sums(column))
    single = len(codes) if len(codes) <= DRAWN_MAX else DRAWN_MAX - 1
    return {code: f"{column}.{code if n < single else OTHERS}" for n, code in enumerate(codes)}


def _nodes(page: Page, flow: Flow, year: int, drawn_as: Mapping[str, Mapping[str, str]]) -> Iterator[Node]:
    """The boxes of all columns but the last."""
    for number, column in enumerate(COLUMNS):
        sums, keys = flow.sums(column), drawn_as[column]
        others = [code for code in sums if keys[code] == f"{column}.{OTHERS}"]
        for code, fen in sums.items():
            if code not in others:
                words, url = _spoken(page, column, code, year)
                yield Node(keys[code], number, words, fen, url)
        together = sum(sums[code] for code in others)
        words = page.t("flow.others", n=len(others))
        yield Node(f"{column}.{OTHERS}", number, words, together, f"#by-{column}")


def _spoken(page: Page, column: str, code: str, year: int) -> tuple[str, str | None]:
    """Words and address of a box."""
    if column == "region":
        return _named(page, code), _region_url(page, code, year)
    said = page.pair(page.services.reference.words(LISTS[column], code))
    return said, page.point.url("/boards/funds", **{"where.year": year, f"where.{column}": code})


def end_url(page: Page, end: str, year: int) -> str:
    """The figure or the board behind what became of the money."""
    if end == "onward":
        return page.point.url("/boards/funds", **{"where.year": year})
    if end == "balance":
        return page.point.url("/figures/fund.balance")
    first, last = _period(page, year)
    return page.point.url(f"/figures/fund.{end}", from_=first.isoformat(), as_of=last.isoformat())


# -- against the time --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """How much of the money of a region or for a purpose was paid out, in percent, and what to think of it."""

    name: str
    url: str | None
    there: str
    paid: str
    rate: str | None
    share: int
    """How long its bar is, in percent."""
    tone: str
    said: str


def _period(page: Page, year: int) -> tuple[date, date]:
    """The days of a year up to the as-of day."""
    return date(year, 1, 1), max(min(date(year, 12, 31), page.point.ask.as_of), date(year, 1, 1))


def elapsed(page: Page, year: int) -> Decimal:
    """How much of a year is over on the as-of day, in percent."""
    first, last = _period(page, year)
    return Decimal((last - first).days + 1) * 100 / ((date(year, 12, 31) - first).days + 1)


def of_regions(page: Page, flow: Flow, year: int) -> list[Progress]:
    """How much of the money that ended in each region was paid, the slowest first: it arrives at the giver, not there."""
    found = []
    for region, fen in flow.sums("region").items():
        ends = flow.ends(region)
        there = fen - ends["onward"] - ends["withdrawn"]
        rate = ratio_text(ends["paid"], there)
        said = _named(page, region), _region_url(page, region, year), yuan(there), yuan(ends["paid"]), rate
        found.append(_progress(page, year, *said))
    return _slowest_first(found)


def of_programmes(page: Page, year: int) -> list[Progress]:
    """The execution by programme, the slowest first; nothing where no money arrived and none was paid."""
    first, last = _period(page, year)
    ask = replace(page.point.ask, as_of=last, from_=first, to=last, by="programme")
    rates, received, paid = (_by(page, f"fund.{key}", ask) for key in ("execution", "received", "paid"))
    days = {"from_": first.isoformat(), "as_of": last.isoformat()}
    found = []
    for code in {*received, *paid}:
        name = page.pair(page.services.reference.words("programmes", code))
        url = page.point.url("/figures/fund.execution", programme=code, **days)
        said = name, url, received.get(code) or "0", paid.get(code) or "0", rates.get(code)
        found.append(_progress(page, year, *said))
    return _slowest_first(found)


def _slowest_first(found: list[Progress]) -> list[Progress]:
    return sorted(found, key=lambda line: (line.rate is None, Decimal(line.rate or 0), line.name))


def _by(page: Page, key: str, ask: Ask) -> Mapping[str, str | None]:
    by: Mapping[str, str | None] = page.services.views.figure(key, ask)["by"]
    return by


def _progress(page: Page, year: int, name: str, url: str | None, there: str, paid: str, rate: str | None) -> Progress:
    """A line with its bar and what it says."""
    tone, said = _judged(page, rate, elapsed(page, year))
    money = (readable.number(readable.rounded_text(one, FEN_PLACES)) for one in (there, paid))
    return Progress(name, url, *money, rate, int(min(Decimal(rate or 0), Decimal(100))), tone, said)


def _judged(page: Page, rate: str | None, time: Decimal) -> tuple[str, str]:
    """How a rate stands to the time that has passed: too slow, more than arrived, or as it should be."""
    if rate is None:
        return "t-warn", page.t("flow.unreceived")
    behind = time - Decimal(rate)
    if behind > SLOW:
        return "t-bad", page.t("flow.slow", n=readable.tenths(f"{behind:.1f}"))
    return ("t-warn", page.t("flow.over")) if Decimal(rate) > 100 else ("t-good", page.t("flow.well"))
