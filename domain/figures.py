"""指标 — every figure that can be asked for: what it counts, in which unit, by which clock, how people count once.

A figure's value is the sum of rows that events declare beside themselves; only figures that combine others
(distinct members, ratios) say here how. Figures of activities are derived from the activity types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain import units
from domain.activities import QUANTITY_PLACES
from domain.activity_types import ActivityType
from domain.facilities import Facility

FACILITY_DIMENSIONS = tuple(name for name in Facility.placed if name != "region")
"""Dimensions that come from the facility's own history when asked, not from the row."""
DIMENSION_LISTS = {
    "kind": "facility_kinds",
    "operator": "operators",
    "setting": "settings",
    "category": "stay_categories",
    "sex": "sexes",
    "reason": "discharge_reasons",
    "subject": "nil_subjects",
}
"""The code list that names the values of a dimension."""


@dataclass(frozen=True)
class Figure:
    """One figure.

    `kind`: `flow` (a period), `stock` (balance at the end of a day), `distinct` (members), `ratio`.
    `rows`: the key under which events declare its rows (its own key unless it is derived from another's).
    `places`: the smallest unit is 10**-places of the unit. `member`: what distinct counts (`member`, `region`).
    `over` / `under`: (figure, fixed filters) of a ratio; its value is 100 * over / under.
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

    def unit_in(self, zh: bool, count: Any = None) -> str:
        """The unit as printed behind a number."""
        return units.spoken(self.unit, zh, count, self.unit_en)

    @property
    def rows_key(self) -> str:
        """The key of the rows that it is computed from."""
        return self.rows or self.key


HOMES = (("kind", "elderly_care_home"),)

FIGURES = (
    Figure(
        "facility.registered",
        "登记机构数",
        "Facilities registered",
        "家",
        "stock",
        "当日日终已登记且未终止的机构",
        "Facilities registered and not terminated at the end of the day",
        FACILITY_DIMENSIONS,
        sources=(
            "lottery_outlet:lottery_outlets_total",
            "elder_meal:elder_meal_sites",
            "elder_station:elder_stations",
            "marriage:marriage_counselling_rooms",
        ),
    ),
    Figure(
        "facility.opened",
        "新登记机构数",
        "Facilities newly registered",
        "家",
        "flow",
        "期间内登记的机构",
        "Facilities registered in the period",
        FACILITY_DIMENSIONS,
        sources=("lottery_outlet:lottery_outlets_new", "rural_happiness_home:rural_happiness_homes_built_or_upgraded"),
    ),
    Figure(
        "facility.regions",
        "有登记机构的县（市、区）数",
        "Counties with a registered facility",
        "个",
        "distinct",
        "当日日终至少有一家已登记且未终止机构的不同县（市、区）",
        "Different counties that hold at least one registered facility at the end of the day",
        FACILITY_DIMENSIONS,
        rows="facility.registered",
        member="region",
        sources=("day_care_centre:day_care_counties_operating",),
        unit_en="counties",
    ),
    Figure(
        "facility.beds_licensed",
        "核定床位",
        "Licensed beds",
        "张",
        "stock",
        "当日日终未终止机构的核定床位之和",
        "Licensed beds of facilities not terminated at the end of the day",
        FACILITY_DIMENSIONS,
    ),
    Figure(
        "facility.nil_reports",
        "零报告数",
        "Nil reports",
        "份",
        "flow",
        "期间内收到的零报告",
        "Nil reports received in the period",
        (*FACILITY_DIMENSIONS, "subject"),
        unit_en="reports",
    ),
    Figure(
        "stay.present",
        "在院人数",
        "People present",
        "人",
        "stock",
        "当日日终有“入住”而没有“离院”的人；离院当天不计，请假外出和外出就医仍计",
        "People admitted and not discharged at the end of the day; not on the day of discharge; those on leave or "
        "in hospital count",
        (*FACILITY_DIMENSIONS, "category", "sex"),
        sources=("mental_health_institution:mental_inpatients_present", "tekun:tekun_persons"),
    ),
    Figure(
        "stay.admitted",
        "入住人次",
        "Admissions",
        "人次",
        "flow",
        "期间内的入住，同一人每次入住都计",
        "Admissions in the period, each one counted",
        (*FACILITY_DIMENSIONS, "category", "sex"),
        sources=("mental_health_institution:mental_inpatients_admitted",),
    ),
    Figure(
        "stay.discharged",
        "离院人次",
        "Discharges",
        "人次",
        "flow",
        "期间内的离院",
        "Discharges in the period",
        (*FACILITY_DIMENSIONS, "category", "sex", "reason"),
        sources=("mental_health_institution:mental_inpatients_discharged",),
    ),
    Figure(
        "stay.persons",
        "服务人数",
        "Different people served",
        "人",
        "distinct",
        "期间内任一日日终在院或期间内入住的不同的人，同一人只计一次",
        "Different people present at the end of a day of the period or admitted within it, each counted once",
        (*FACILITY_DIMENSIONS, "category", "sex"),
        rows="stay.present",
    ),
    Figure(
        "facility.occupancy",
        "养老机构入住率",
        "Occupancy of elderly-care homes",
        "%",
        "ratio",
        "养老机构在院人数 ÷ 核定床位 × 100",
        "People present in elderly-care homes / their licensed beds x 100",
        ("operator", "setting"),
        over=("stay.present", HOMES),
        under=("facility.beds_licensed", HOMES),
    ),
)


def activity_figures(types: Mapping[str, ActivityType]) -> dict[str, Figure]:
    """A flow for each quantity of each activity type, and one for its money."""
    found = {}
    for kind in types.values():
        for name, quantity in kind.quantities.items():
            key = f"activity.{kind.key}.{name}"
            found[key] = Figure(
                key,
                f"{kind.zh}：{quantity.zh}",
                f"{kind.en}: {quantity.en}",
                quantity.unit,
                "flow",
                f"期间内记录的“{kind.zh}”的{quantity.zh}之和",
                f"Sum of {quantity.en} over the entries '{kind.en}' in the period",
                FACILITY_DIMENSIONS,
                places=QUANTITY_PLACES,
                sources=tuple(quantity.sources),
                unit_en=quantity.unit_en,
            )
        if kind.amount is not None:
            key = f"activity.{kind.key}.amount"
            found[key] = Figure(
                key,
                f"{kind.zh}：{kind.amount.zh}",
                f"{kind.en}: {kind.amount.en}",
                "元",
                "flow",
                f"期间内记录的“{kind.zh}”的{kind.amount.zh}之和",
                f"Sum of {kind.amount.en} over the entries '{kind.en}' in the period",
                FACILITY_DIMENSIONS,
                places=2,
                sources=tuple(kind.amount.sources),
            )
    return found


def figures(types: Mapping[str, ActivityType]) -> dict[str, Figure]:
    """Every figure by key, in the order of declaration."""
    return {figure.key: figure for figure in FIGURES} | activity_figures(types)
