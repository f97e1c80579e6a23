"""The way of one fund's money as a drawing: from its source down to it, on to allotments and batches, and how it ended.

What was taken back, or could not be paid out, is taken off where it was given: so what goes on is what came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.funds import Fund
from webapp import readable
from webapp.page import Page
from webapp.sankey import NARROW, Drawing, Link, Node, drawing

PARTS_MAX = 15
"""So many allotments and batches are drawn one by one, the largest; the others together."""
WAITING = ("drawn_up", "approved")
ENDS = ("paid", "pending", "balance", "onward", "withdrawn", "lapsed")
Row = tuple[str, str | None, Mapping[str, Any]]
"""(words of a drawing, address, row of a board)."""


@dataclass(frozen=True)
class Part:
    """An allotment or a batch: what it is called, its page, and what became of its money."""

    words: str
    url: str | None
    ends: Mapping[str, int] = field(default_factory=dict)

    @property
    def fen(self) -> int:
        """All of its money."""
        return sum(self.ends.values())


def parted(fund: Fund, children: Iterable[Row], batches: Iterable[Row], elsewhere: str) -> tuple[list[Part], Part]:
    """The parts of a fund's money, and what ended at the fund itself: together, what was given to it.

    `elsewhere` are the words for what went where the account does not see.
    """
    parts = [Part(words, url, _of_child(row)) for words, url, row in children]
    hidden = fund.allotted_fen - sum(part.fen for part in parts)
    paid = [Part(words, url, {"paid": row["paid_fen"] - row["returned_fen"]}) for words, url, row in batches]
    unseen = fund.paid_fen - fund.returned_fen - sum(part.fen for part in paid)
    waiting = list(_waiting(fund.balance_fen, batches))
    rest = fund.balance_fen - sum(part.fen for part in waiting)
    own = Part("", None, {"balance": rest, "withdrawn": fund.withdrawn_fen, "lapsed": fund.lapsed_fen})
    others = Part(elsewhere, None, {"onward": hidden, "paid": unseen})
    return [part for part in (*parts, *paid, *waiting, others) if part.fen > 0], own


def _of_child(row: Mapping[str, Any]) -> dict[str, int]:
    """What became of the money of an allotment, without what its giver took back."""
    return {
        "onward": row["allotted_fen"],
        "paid": row["paid_fen"] - row["returned_fen"],
        "balance": row["balance_fen"],
        "lapsed": row["lapsed_fen"],
    }


def _waiting(left: int, batches: Iterable[Row]) -> Iterator[Part]:
    """Lists that wait for their payment, as far as there is money for them."""
    for words, url, row in batches:
        if row["status"] in WAITING:
            fen = min(left, row["total_fen"])
            left -= fen
            yield Part(words, url, {"pending": fen})


def of_fund(
    page: Page, fund: Fund, above: Sequence[tuple[str, str | None]], children: list[Row], batches: list[Row]
) -> Drawing:
    """The drawing; `above` are words and addresses from the root down to the fund itself."""
    children = [(placed(page, row["facility"], row["region"]), url, row) for _, url, row in children]
    batches = [(_listed(page, row), url, row) for _, url, row in batches]
    parts, own = parted(fund, children, batches, page.t("flow.elsewhere"))
    source = page.pair(page.services.reference.words("fund_sources", fund.source)), None
    nodes = [Node(f"way.{n}", n, words, fund.amount_fen, url) for n, (words, url) in enumerate((source, *above))]
    links = [Link(f"way.{n}", f"way.{n + 1}", fund.amount_fen) for n in range(len(above))]
    here, column = nodes[-1].key, len(nodes)
    ends: Counter[str] = Counter()
    for number, part in enumerate(_largest(page, parts)):
        key = f"part.{number}"
        nodes.append(Node(key, column, part.words, part.fen, part.url))
        links += [Link(here, key, part.fen), *(Link(key, f"end.{end}", fen) for end, fen in part.ends.items())]
        ends.update(part.ends)
    links += [Link(here, f"end.{end}", fen) for end, fen in own.ends.items()]
    ends.update(own.ends)
    last = column + 1 if parts else column
    nodes += [Node(f"end.{end}", last, page.t(f"flow.{_worded(end)}"), ends[end], None, end) for end in ENDS]
    return drawing(nodes, links, NARROW)


def placed(page: Page, facility: str | None, region: str) -> str:
    """Where money lies: there is no room for more beside a bar."""
    return page.names.facility(facility) if facility else page.region(region)


def _listed(page: Page, row: Mapping[str, Any]) -> str:
    """A batch by its month and how far it is."""
    return f"{readable.month(row['period'], page.zh)} · {page.choice('batch_statuses', row['status'])}"


def _worded(end: str) -> str:
    """What is given on by an allotment stays in sight or not: here it is only said that it went further."""
    return "further" if end == "onward" else end


def _largest(page: Page, parts: list[Part]) -> list[Part]:
    """The largest one by one, in their order, and the others as one."""
    if len(parts) <= PARTS_MAX:
        return parts
    ranked = sorted(parts, key=lambda part: -part.fen)
    others: Counter[str] = Counter()
    for part in ranked[PARTS_MAX:]:
        others.update(part.ends)
    shown = [part for part in parts if part in ranked[:PARTS_MAX]]
    return [*shown, Part(page.t("flow.rest", n=len(parts) - PARTS_MAX), None, others)]
