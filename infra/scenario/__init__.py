"""The scenario: from a table of printed figures to the commands that would lead to them, and back to a comparison.

`table` reads the rows, `plan` says where each leads (`plan.toml`), `institutions`, `residents` and `activities` say
the commands through a `scene`, `compare` puts the printed numbers beside the computed ones. Everything is a pure
function of the table, the plan and the reference data; no person in it exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from domain.activity_types import ActivityTypes
from infra.scenario.activities import log_activities
from infra.scenario.compare import compare, totals
from infra.scenario.institutions import register_facilities, report_nil
from infra.scenario.plan import Plan
from infra.scenario.residents import admit_residents
from infra.scenario.scene import NoSuchRegion, Regions, Scene
from infra.scenario.table import BadTable, Printed, of_region, read

__all__ = ["BadTable", "NoSuchRegion", "Plan", "Printed", "commands", "compare", "default_plan", "read", "totals"]


def default_plan() -> Plan:
    """The plan that comes with the product."""
    return Plan.parse((Path(__file__).parent / "plan.toml").read_text(encoding="utf-8"))


def commands(
    table: Sequence[Printed], plan: Plan, regions: Regions, types: ActivityTypes, now: datetime | None = None
) -> Iterator[dict[str, Any]]:
    """The lines of `submit` that would lead to the printed figures, as they were recorded.

    Each has a `recorded_at` beside its business day, not after `now`; references point to earlier lines.
    """
    scenes = []
    for (report, region), rows in of_region(table).items():
        known = [row.end.year for row in rows if plan.route(row).figure]
        if not known:
            continue
        scene = Scene(regions, report, region, max(known), now)
        made = register_facilities(scene, plan, rows)
        admit_residents(scene, plan, rows, made)
        report_nil(scene, plan, rows, made)
        log_activities(scene, plan, types, rows, made)
        scenes.append(scene)
    yield from sorted((line for scene in scenes for line in scene.in_order()), key=lambda line: line["recorded_at"])
