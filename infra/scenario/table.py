"""A table of printed figures: one row for each number that a report prints."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

NEEDED = {
    "report_code",
    "region",
    "system",
    "metric_zh",
    "metric_en",
    "qualifiers",
    "value",
    "period_start",
    "period_end",
}


class BadTable(ValueError):
    """The table cannot be read; the message names the row and the column."""


@dataclass(frozen=True)
class Printed:
    """One printed figure: what it counts, where, in which period, and the number as printed."""

    row: int
    report: str
    region: str
    system: str
    metric_zh: str
    metric_en: str
    qualifiers: str
    value: Decimal
    start: date | None
    end: date

    @property
    def source(self) -> str:
        """How figures name what they compute: `system:metric_en`."""
        return f"{self.system}:{self.metric_en}"

    @property
    def name(self) -> str:
        """How the plan names the row: the source and its qualifiers in order; a repeated mention has one name."""
        qualifiers = sorted(q for q in self.qualifiers.split(";") if q and not q.startswith("mention="))
        return f"{self.source}[{';'.join(qualifiers)}]" if qualifiers else self.source

    @property
    def first(self) -> date:
        """The first day of the period; without a printed one, the first day of its year."""
        return self.start or date(self.end.year, 1, 1)


def read(text: str, report: str | None = None) -> list[Printed]:
    """The rows of a CSV text, all or those of one report; `row` is the number within what is read, from 1."""
    lines = csv.DictReader(text.lstrip("\ufeff").splitlines())
    missing = NEEDED - set(lines.fieldnames or ())
    if missing:
        raise BadTable(f"columns missing: {', '.join(sorted(missing))}")
    chosen = [line for line in lines if report is None or line["report_code"] == report]
    return [_printed(number, line) for number, line in enumerate(chosen, 1)]


def of_region(table: Iterable[Printed]) -> dict[tuple[str, str], list[Printed]]:
    """The rows by report and region, in the order of the table."""
    found: dict[tuple[str, str], list[Printed]] = {}
    for printed in table:
        found.setdefault((printed.report, printed.region), []).append(printed)
    return found


def _printed(number: int, line: dict[str, str]) -> Printed:
    try:
        value = Decimal(line["value"])
        start = date.fromisoformat(line["period_start"]) if line["period_start"] else None
        end = date.fromisoformat(line["period_end"])
    except (InvalidOperation, ValueError) as bad:
        raise BadTable(f"row {number}: value or period cannot be read ({bad})") from bad
    return Printed(
        number,
        line["report_code"],
        line["region"],
        line["system"],
        line["metric_zh"],
        line["metric_en"],
        line["qualifiers"],
        value,
        start,
        end,
    )
