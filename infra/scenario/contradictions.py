"""Contradictions in print: a whole that is not the sum of its parts, found from the table alone and never reproduced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from infra.scenario.table import Printed

WHOLE = "all"
DIVIDES = frozenset({"area", "category", "kind", "mode", "sex", "placement"})
"""The qualifiers by which a whole is divided; others tell a plan from a result, or one campaign from another."""

Words = tuple[str, str]


def contradictions(table: Iterable[Printed]) -> dict[Printed, Words]:
    """The printed wholes that differ from the sum of their printed parts, and those parts, with what is wrong."""
    groups: dict[tuple[object, ...], list[tuple[Printed, dict[str, str]]]] = {}
    for printed in table:
        about = (printed.report, printed.region, printed.system, printed.metric_en, printed.start, printed.end)
        groups.setdefault(about, []).append((printed, _qualifiers(printed)))
    found: dict[Printed, Words] = {}
    for rows in groups.values():
        for whole, its in rows:
            for key in DIVIDES:
                parts = [part for part, other in rows if _divides(key, its, other)]
                total = sum((part.value for part in parts), Decimal(0))
                if len(parts) > 1 and total != whole.value:
                    found |= dict.fromkeys((whole, *parts), _told(whole, parts, total))
    return found


def _qualifiers(printed: Printed) -> dict[str, str]:
    """Qualifiers by key, without those that say `all`."""
    pairs = (pair.partition("=")[::2] for pair in printed.qualifiers.split(";") if pair)
    return {key: value for key, value in pairs if value != WHOLE}


def _divides(key: str, whole: Mapping[str, str], part: Mapping[str, str]) -> bool:
    """Whether a row is a part of another: it has one qualifier more, by which things are divided."""
    return key in part and {k: v for k, v in part.items() if k != key} == dict(whole)


def _told(whole: Printed, parts: Iterable[Printed], total: Decimal) -> Words:
    added = " + ".join(format(part.value, "f") for part in parts)
    return (
        f"印刷数自相矛盾：{added} = {total:f}，合计却印 {whole.value:f}",
        f"contradictory in print: {added} = {total:f}, but the whole is printed as {whole.value:f}",
    )
