"""Laws of conservation (`rules.md` 14): what came in, less what went out, is what is there. Asserted at every rebuild.

They hold of sums over everything that was ever entered, in whole units of fen, people and things; a rebuild whose sums
break one does not go live, since then the folding itself is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from domain.log import LogUnavailable
from projections.tables import LONG_AGO, Tables


@dataclass(frozen=True)
class Law:
    """`stock` is the sum of `comes` less the sum of `goes`, each a figure's rows."""

    zh: str
    en: str
    stock: str
    comes: tuple[str, ...]
    goes: tuple[str, ...]


LAWS = (
    Law("在院人数", "people present", "stay.present", ("stay.admitted",), ("stay.discharged",)),
    Law("站内人数", "people at rescue stations", "rescue.present", ("rescue.received",), ("rescue.left",)),
    Law("未销号隐患", "open hazards", "hazard.open", ("hazard.found", "hazard.reopened"), ("hazard.closed",)),
    Law("未办结投诉", "open complaints", "complaint.open", ("complaint.received",), ("complaint.closed",)),
    Law(
        "资金结存",
        "balances of funds",
        "fund.balance",
        ("fund.appropriated", "fund.returned"),
        ("fund.paid", "fund.lapsed", "fund.withdrawn_at_root"),
    ),
)


class Unbalanced(LogUnavailable):
    """The sums of a rebuilt generation break a law."""

    def __init__(self, law: Law, there: int, should: int) -> None:
        super().__init__(
            f"重建的统计视图不守恒：{law.zh}为 {there}，按收支应为 {should}。未启用，仍用原视图。请把这条信息报告给维护人员。",
            f"The rebuilt views do not add up: {law.en} are {there}, by what came and went they should be {should}. They"
            " did not go live, the old views stand. Please report this message.",
        )


def assert_conserved(connection: Connection, tables: Tables) -> None:
    """Raise Unbalanced when a law is broken."""
    sums_by_year, codes = tables.rollups[LONG_AGO].c, tables.codes.c
    named = {name for law in LAWS for name in (law.stock, *law.comes, *law.goes)}
    found = connection.execute(
        select(codes.text, func.sum(sums_by_year.amount))
        .join(tables.codes, codes.id == sums_by_year.figure)
        .where(codes.text.in_(named))
        .group_by(codes.text)
    ).all()
    sums = {name: int(amount) for name, amount in found}
    for law in LAWS:
        should = sum(sums.get(n, 0) for n in law.comes) - sum(sums.get(n, 0) for n in law.goes)
        if sums.get(law.stock, 0) != should:
            raise Unbalanced(law, sums.get(law.stock, 0), should)
