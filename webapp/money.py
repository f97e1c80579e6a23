"""The way of a yuan, both ways: from an appropriation to allotments, batches and persons, and from a person up again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.batches import Batch
from domain.entries import fold
from domain.funds import Fund
from domain.model import business_key
from projections.ask import Ask
from webapp import approvals, fund_drawing, paying, readable, things
from webapp.page import Page

NAMED = {"funds": "fund", "batches": "batch"}
STEPS_MAX = 100
CHILDREN_MAX = 2_000
LOTTERY = "lottery_fund"
"""How the sources end that are fed by the sale of lottery tickets."""
STATE = ("amount", "received", "allotted", "paid", "returned", "withdrawn", "lapsed", "balance")


@dataclass(frozen=True)
class Step:
    """One fund on the way of the money: what it is called, its page if this account may see it, and how much."""

    words: str
    place: str
    url: str | None
    amount: str
    here: bool = False


def _words(page: Page, stream: str) -> str:
    return things.title(page, stream)


def _url(page: Page, stream: str) -> str | None:
    path = things.link(page, stream)
    return path and page.point.url(path)


def _money(fen: int) -> str:
    return readable.money(fen)


def way(page: Page, stream: str) -> list[Step]:
    """From the source down to a fund, each step with its page."""
    steps: list[Step] = []
    at: str | None = stream
    while at and len(steps) < STEPS_MAX:
        state = page.names.state(at)
        if not isinstance(state, Fund):
            break
        words, place = _words(page, at), fund_drawing.placed(page, state.facility, state.region)
        steps.insert(0, Step(words, place, _url(page, at), _money(state.amount_fen), at == stream))
        at = state.parent
    return steps


def of_fund(page: Page, stream: str, state: Any) -> dict[str, Any]:
    """What the page of a fund shows besides its facts: whence, whereto, through which batches, as of the day."""
    ask = Ask(page.point.ask.as_of, known_at=page.point.ask.known_at)
    steps = way(page, stream)
    root = page.names.state(_root(page, stream))
    children, batches = (
        list(_rows(page, *said, stream)) for said in (("funds", ask, "parent"), ("batches", ask, "fund"))
    )
    above = [(step.place, step.url) for step in steps]
    return {
        "way": steps,
        "drawing": fund_drawing.of_fund(page, state, above, children, batches) if state else None,
        "sums": [(f"{name}_fen", _money(getattr(state, f"{name}_fen"))) for name in STATE] if state else [],
        "children": children,
        "batches": batches,
        "lottery": _lottery(page, root),
    }


def _root(page: Page, stream: str) -> str:
    state, seen = page.names.state(stream), {stream}
    while isinstance(state, Fund) and state.parent and state.parent not in seen:
        stream = state.parent
        seen.add(stream)
        state = page.names.state(stream)
    return stream


def _rows(
    page: Page, board: str, ask: Ask, column: str, stream: str
) -> Iterator[tuple[str, str | None, dict[str, Any]]]:
    """(words, page, row) of the rows of a board that name a fund, whether or not they lie in the asked region."""
    asked = Ask(ask.as_of, known_at=ask.known_at, where={column: stream})
    found = page.services.views.sheet(board, asked, limit=CHILDREN_MAX)["rows"]
    page.names.warm(row["stream"] for row in found)
    for row in found:
        if things.reached(page, page.names.state(row["stream"]), row["stream"]):
            yield things.phrase(page, NAMED[board], row, whole=False), _url(page, row["stream"]), row


def _lottery(page: Page, root: Any) -> list[tuple[str, str]]:
    """(words, address) of the figures behind money of the lottery: sales and fund of the region in the year."""
    if not isinstance(root, Fund) or not root.source.endswith(LOTTERY) or not page.reach.region(root.region):
        return []
    last = min(date(root.year, 12, 31), page.point.today)
    days = {"region": root.region, "from": f"{root.year}-01-01", "as_of": last.isoformat()}
    return [
        (page.t(f"fund.lottery.{kind}", place=page.region(root.region), year=root.year), page.point.url(path, **days))
        for kind, path in (("sales", "/figures/outlet.sales"), ("raised", "/figures/outlet.welfare_fund"))
    ]


# -- batches and persons -----------------------------------------------------------------------------------


def of_batch(page: Page, stream: str, state: Any, offset: int) -> dict[str, Any]:
    """What the page of a batch shows: the way of its money, and the lines, each person as the account may read."""
    if not isinstance(state, Batch):
        nothing = {"approvals": [], "cancelled": False, "why_two": "", "masked": ""}
        return {"way": [], "listed": [], "total": 0, "offset": 0, "rows": paying.LINES_SHOWN, **nothing}
    paying.open_names(page, page.names.state(stream))
    return {
        "way": way(page, state.fund),
        "listed": paying.lines(page, state, offset),
        "total": len(state.line_of),
        "offset": offset,
        "rows": paying.LINES_SHOWN,
        "masked": paying.masked_why(page, state),
        "approvals": approvals.of_batch(page, stream, state),
        "cancelled": state.status == "cancelled",
        "why_two": approvals.why_two(page, state),
    }


@dataclass(frozen=True)
class Payment:
    """What one batch gave a person."""

    period: str
    programme: str
    amount: str
    state: str
    said: str
    url: str | None


def payments(page: Page, person: str) -> list[Payment]:
    """What a person was paid by the as-of day, the newest month first; batches outside the area are left out."""
    named = dict.fromkeys(stream for stream, _ in page.services.log.mentions(person))
    page.names.warm(named)
    found = []
    for stream in named:
        batch = then(page, stream)
        if not isinstance(batch, Batch) or person not in batch.line_of or not things.reached(page, batch, stream):
            continue
        line = batch.line_of[person]
        found.append((batch.period, stream, batch, line))
    columns = Batch.columns
    return [
        Payment(
            readable.month(period, page.zh),
            page.value("programme", columns["programme"], batch.programme),
            _money(line.amount_fen),
            batch.became(person),
            paying.state_words(page, batch.became(person)),
            _url(page, stream),
        )
        for period, stream, batch, line in sorted(found, key=lambda one: one[:2], reverse=True)
    ]


def then(page: Page, stream: str) -> Any:
    """A thing as it was on the as-of day; read once for the whole page."""
    track = page.reach.work.track(stream)
    ask = page.point.ask
    if ask.known_at is not None:
        return page.then(stream)
    until = business_key(ask.as_of, None, opens=False)
    return track.state if track.last_at <= until else fold(track.aggregate, track.standing, until)
