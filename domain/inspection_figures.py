"""检查指标 — how often and where was inspected, and how every item of the checklists was judged, by whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.facility_figures import HOMES
from domain.figures import FACILITY_DIMENSIONS, Figure
from domain.model import Event, Row

BY_KIND = (*FACILITY_DIMENSIONS, "inspection_kind")
BY_ITEM = (*FACILITY_DIMENSIONS, "item", "result", "checked_by")
JUDGED = frozenset({"pass", "fail"})
"""The results that say something of the facility; what was not applicable or not checked is no judgement."""

INSPECTION_FIGURES = (
    Figure(
        "inspection.concluded",
        "检查次数",
        "Inspections concluded",
        "次",
        "flow",
        "期间内办结的检查，包括机构自查和社会监督员检查",
        "Inspections concluded in the period, self-checks and those of social supervisors included",
        BY_KIND,
        sources=("tekun_institution:supervision_inspections",),
    ),
    Figure(
        "inspection.facilities",
        "检查机构数",
        "Facilities inspected",
        "家",
        "distinct",
        "期间内至少有一次检查办结的不同机构",
        "Different facilities with at least one inspection concluded in the period",
        BY_KIND,
    ),
    Figure(
        "inspection.covered",
        "现场检查覆盖机构数",
        "Facilities covered by on-site inspections",
        "家",
        "distinct",
        "期间内民政部门至少现场检查过一次并已办结的不同机构，自查不计",
        "Different facilities that the bureau inspected on site at least once in the period; self-checks do not count",
        FACILITY_DIMENSIONS,
        rows="inspection.on_site",
    ),
    Figure(
        "inspection.coverage",
        "养老机构年度检查覆盖率",
        "Coverage of homes by inspections",
        "%",
        "ratio",
        "期间内民政部门现场检查过的养老机构 ÷ 期间内在册过的养老机构 × 100（每年至少一次）",
        "Elderly-care homes inspected on site by the bureau in the period / those registered on a day of it x 100",
        ("operator", "setting"),
        over=("inspection.covered", HOMES),
        under=("facility.in_operation", HOMES),
    ),
    Figure(
        "inspection.items",
        "检查项次",
        "Items judged",
        "项",
        "flow",
        "期间内办结的检查中判为合格或不合格的项目，每次检查每项计一次",
        "Items that inspections concluded in the period found in order or not, each item once an inspection",
        BY_ITEM,
    ),
    Figure(
        "inspection.item_facilities",
        "查过项目的机构数",
        "Facilities by items judged",
        "家",
        "distinct",
        "期间内办结的检查中至少有一项判为合格或不合格的不同机构；选定项目或结果的，只计该项目该结果",
        "Different facilities where an inspection concluded in the period judged an item; of one item or result only that",
        BY_ITEM,
        rows="inspection.items",
        member="facility",
    ),
    Figure(
        "inspection.item_failure_rate",
        "项目不合格机构占比",
        "Share of facilities that failed an item",
        "%",
        "ratio",
        "期间内该项目被判过不合格的机构 ÷ 查过该项目的机构 × 100；不选项目的，按任一项目",
        "Facilities that failed the item in the period / those where it was judged x 100; without an item, of any item",
        (*FACILITY_DIMENSIONS, "item", "checked_by"),
        over=("inspection.item_facilities", (("result", "fail"),)),
        under=("inspection.item_facilities", ()),
    ),
)


def concluded(event: Event, inspection: Any) -> Iterable[Row]:
    """One inspection; the facility as a member, so that homes count once; the visit that a bureau owes; every item judged."""
    home = {"facility": inspection.facility, "dims": (("inspection_kind", inspection.kind),)}
    yield Row("inspection.concluded", event.day, 1, inspection.id, **home)
    yield Row("inspection.facilities", event.day, 1, inspection.facility, **home)
    if inspection.source == "bureau":
        yield Row("inspection.on_site", event.day, 1, inspection.facility, facility=inspection.facility)
    for answer in inspection.answers.values():
        if answer.result in JUDGED:
            dims = (("item", answer.item), ("result", answer.result), ("checked_by", inspection.source))
            yield Row("inspection.items", event.day, 1, inspection.id, facility=inspection.facility, dims=dims)
