"""指标 — what a figure is: what it counts, in which unit, by which clock, how people count once.

Every aggregate declares its figures beside the events whose rows they sum; only figures that combine others (distinct
members, ratios) say how. Figures of activities are derived from the activity types (`domain/activities.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain import units

FACILITY_DIMENSIONS = ("kind", "operator", "setting")
"""Dimensions that come from the facility's own history when asked, not from the row."""
DIMENSION_LISTS = {
    "kind": "facility_kinds",
    "operator": "operators",
    "setting": "settings",
    "category": "stay_categories",
    "sex": "sexes",
    "reason": "discharge_reasons",
    "subject": "nil_subjects",
    "inspection_kind": "inspection_kinds",
    "grade": "hazard_grades",
    "incident_kind": "incident_kinds",
    "level": "rating_levels",
    "channel": "complaint_channels",
    "source": "fund_sources",
    "programme": "programmes",
    "age_band": "age_bands",
    "outcome": "rescue_outcomes",
    "found": "rescue_channels",
    "game": "games",
    "paper_kind": "paper_kinds",
    "role": "shift_roles",
    "rule": "rules",
    "answer": "finding_answers",
    "violation": "outlet_violations",
    "item": "checklist_items",
    "result": "inspection_results",
    "checked_by": "inspection_sources",
}
"""The code list that names the values of a dimension."""


@dataclass(frozen=True)
class Figure:
    """One figure.

    `kind`: `flow` (a period), `stock` (balance at the end of a day), `distinct` (members), `ratio`.
    `rows`: the key under which events declare its rows (its own key unless it is derived from another's).
    `places`: the smallest unit is 10**-places of the unit. `member`: what distinct counts (`member`, `facility`, `region`).
    `over` / `under`: (figure, fixed filters) of a ratio; its value is 100 * over / under.
    `shown_places`: the decimals that are printed, where they are not those of the smallest unit; of a ratio one.
    `recounted`: the same ones are counted anew each day, so that a sum over days tells nobody how many there are.
    `unit_en`: what is counted where the English word for the unit (`domain/units.py`) does not say it.
    """

    key: str
    zh: str
    en: str
    unit: str
    kind: str
    meaning_zh: str
    meaning_en: str
    dimensions: tuple[str, ...] = ()
    clock: str = "occurred"
    rows: str = ""
    places: int = 0
    member: str = "member"
    over: tuple[str, tuple[tuple[str, str], ...]] | None = None
    under: tuple[str, tuple[tuple[str, str], ...]] | None = None
    times: int = 100
    sources: tuple[str, ...] = ()
    unit_en: str | None = None
    shown_places: int | None = None
    recounted: bool = False

    def unit_in(self, zh: bool, count: Any = None) -> str:
        """The unit as printed behind a number."""
        return units.spoken(self.unit, zh, count, self.unit_en)

    @property
    def decimals(self) -> int:
        """How many decimals every printed value has, so that the values of a column can be read against each other."""
        if self.shown_places is not None:
            return self.shown_places
        return 1 if self.kind == "ratio" else self.places

    @property
    def rows_key(self) -> str:
        """The key of the rows that it is computed from."""
        return self.rows or self.key
