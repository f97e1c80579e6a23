"""Lists of records as tables: the answers of an inspection, the lines of a batch; in words that the account may read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.declared import record_fields, record_of
from domain.model import Field
from webapp import readable
from webapp.page import Page

FEW = 12
"""So many lines are shown open; longer lists are folded behind their sum."""
NOTED = ("fail", "not_checked")
"""The results of items that nobody may overlook among many that passed."""
KINDS_MAX = 6
DIFFERENT_MAX = 20


@dataclass(frozen=True)
class Listing:
    """A list as a table, with what it comes to in one line."""

    heads: tuple[tuple[str, bool], ...]
    """Label, and whether numbers stand below it."""
    rows: tuple[tuple[str, ...], ...]
    summary: str
    noted: tuple[tuple[str, ...], ...] = ()
    """The rows that are shown above a list that is folded: the items of a checklist that did not pass."""

    @property
    def short(self) -> bool:
        """Whether it is shown open."""
        return len(self.rows) <= FEW


def columns_of(bare: Any, records: Sequence[Any]) -> dict[str, Field]:
    """The fields of a list of records that any of them holds; what is filled in for figures is left out."""
    declared = record_fields(record_of(bare)) if record_of(bare) else {}
    return {
        name: spec
        for name, (_, spec, _) in declared.items()
        if not spec.filled and any(getattr(one, name, None) for one in records)
    }


def listing(page: Page, bare: Any, records: Sequence[Any]) -> Listing | None:
    """A list of records as a table; None for what holds none."""
    if record_of(bare) is None or not records:
        return None
    columns = columns_of(bare, records)
    page.names.warm(getattr(one, name) for name, spec in columns.items() if spec.ref for one in records)
    heads = tuple((page.label(name, spec), name.endswith("_fen")) for name, spec in columns.items())
    rows = tuple(_cells(page, columns, one) for one in records)
    if "person" in columns:  # people of one name, or masked, are told apart by their lines
        heads = ((page.t("list.line"), True), *heads)
        rows = tuple((str(number), *row) for number, row in enumerate(rows, 1))
    noted = tuple(row for row, one in zip(rows, records, strict=True) if getattr(one, "result", None) in NOTED)
    return Listing(heads, rows, _summary(page, columns, records), noted)


def _cells(page: Page, columns: Mapping[str, Field], record: Any) -> tuple[str, ...]:
    return tuple(cell(page, name, spec, getattr(record, name)) for name, spec in columns.items())


def cell(page: Page, name: str, spec: Field, value: Any) -> str:
    """A value of a record; an item of a checklist with its code, by which people call it."""
    if spec.choices == "checklist_items":
        return f"{value} {page.choice(spec.choices, value)}"
    if name.endswith("_fen") and value is not None:
        return f"{readable.money(value)} {page.pair(('元', 'yuan'))}"
    return page.value(name, spec, value)


def _summary(page: Page, columns: Mapping[str, Field], records: Sequence[Any]) -> str:
    """How many there are, how they are divided, and the sum of the money."""
    said = [page.t("list.people" if "person" in columns else "list.items", n=len(records))]
    for name, spec in columns.items():
        if name.endswith("_fen"):
            total = readable.money(sum(getattr(one, name) for one in records))
            said.append(page.t("list.total", amount=total))
        elif spec.choices and len(page.services.reference.choices(spec.choices)) <= KINDS_MAX:
            counted = Counter(getattr(one, name) for one in records)
            said += [f"{page.choice(spec.choices, code)} {number}" for code, number in counted.items()]
    return page.t("list.comma").join(said)


def difference(page: Page, bare: Any, old: Iterable[Any], new: Iterable[Any]) -> tuple[str, str]:
    """The lines that stand on one side only, as words: what a correction changes in a list."""
    old, new = list(old or ()), list(new or ())
    return _words(page, bare, [one for one in old if one not in new]), _words(
        page, bare, [one for one in new if one not in old]
    )


def _words(page: Page, bare: Any, records: list[Any]) -> str:
    columns = columns_of(bare, records)
    said = [" ".join(cell for cell in _cells(page, columns, one) if cell != "—") for one in records[:DIFFERENT_MAX]]
    if len(records) > DIFFERENT_MAX:
        said.append(page.t("list.more", n=len(records) - DIFFERENT_MAX))
    return page.t("list.sep").join(said)
