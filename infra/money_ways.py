"""The way of money as text: the funds above, then everything below, each step indented under the one before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.answers import half
from infra.bootstrap import Services
from infra.settings import speaks_english

SHOWN = 10
"""Recipients of a batch that are listed; JSON has more."""


def print_way(services: Services, found: Mapping[str, Any]) -> None:
    """Up, then down; of a person each payment with its way up."""
    words, english = services.reference.words, speaks_english()
    for payment in found.get("payments", ()):
        told = half(
            "{period} 得 {amount} 元（{state}），批次 {batch} / {period}: {amount} yuan ({state}), batch {batch}"
        )
        print(told.format(**{**payment, "state": words("line_states", payment["state"])[english]}))
        _funds(services, payment["up"], 1)
    if "payments" in found:
        if not found["payments"]:
            print(half("没有领过款 / never paid"))
        return
    depth = _funds(services, found["up"], 0)
    below = found["down"]
    _fund(services, below, depth) if "allotments" in below else _batch(services, below, depth)


def _funds(services: Services, funds: list[Mapping[str, Any]], depth: int) -> int:
    for fund in funds:
        print("  " * depth + _said(services, fund))
        depth += 1
    return depth


def _said(services: Services, fund: Mapping[str, Any]) -> str:
    words, english = services.reference.words, speaks_english()
    named = {
        "source": words("fund_sources", fund["source"])[english],
        "programme": words("programmes", fund["programme"])[english],
    }
    return half(
        "{source} {programme} {year} 年 {document_no}：{amount} 元，下达 {allotted}，发放 {paid}，退回 {returned}，结存 {balance} / "
        "{source}, {programme}, {year}, {document_no}: {amount} yuan, allotted {allotted}, paid {paid}, returned {returned}, "
        "balance {balance}"
    ).format(**{**fund, **named})


def _fund(services: Services, fund: Mapping[str, Any], depth: int) -> None:
    print("  " * depth + _said(services, fund))
    for below in fund["allotments"]:
        _fund(services, below, depth + 1)
    for batch in fund["batches"]:
        _batch(services, batch, depth + 1)


def _batch(services: Services, batch: Mapping[str, Any], depth: int) -> None:
    words, english = services.reference.words, speaks_english()
    print(
        "  " * depth
        + half(
            "批次 {period}：{lines} 人，{total} 元，发放 {paid}，退回 {returned}（{status}） / "
            "batch {period}: {lines} people, {total} yuan, paid {paid}, returned {returned} ({status})"
        ).format(**{**batch, "status": words("batch_statuses", batch["status"])[english]})
    )
    for line in batch["recipients"][:SHOWN]:
        print(
            "  " * (depth + 1) + f"{line['person']}  {line['amount']}  {words('line_states', line['state'])[english]}"
        )
    if batch["lines"] > SHOWN:
        more = batch["lines"] - SHOWN
        print("  " * (depth + 1) + half(f"……另 {more} 人 / ... and {more} more"))
