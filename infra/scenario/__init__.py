"""The scenario: from a table of printed figures to the commands that would lead to them, and back to a comparison.

`table` reads the rows, `plan` says where each leads (`plan.toml`); the modules between them say the commands through
a `scene`: facilities, residents, rescue, lottery, oversight, money line by line, activities; `compare` puts the
printed numbers beside the computed ones. Everything is a pure function of the table, the plan and the reference data;
no person in it exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from domain.activity_types import ActivityTypes
from domain.streams import UNNAMED
from infra.scenario.activities import LARGE, log_activities
from infra.scenario.allowances import lines as allowances
from infra.scenario.batches import Treasury, pay
from infra.scenario.compare import by_system, compare, totals
from infra.scenario.course import Officers
from infra.scenario.happenings import what_happened
from infra.scenario.institutions import register_facilities, report_nil
from infra.scenario.lottery import run_outlets
from infra.scenario.oversight import oversee
from infra.scenario.people import Pools
from infra.scenario.plan import Plan
from infra.scenario.projects import donate, fund_projects
from infra.scenario.ratings import rate
from infra.scenario.rescue import go_on_patrol, open_stations, receive
from infra.scenario.residents import Crowd, admit_residents
from infra.scenario.scene import NoSuchRegion, Regions, Scene
from infra.scenario.table import BadTable, Printed, of_region, read
from infra.scenario.transfers import transfer

__all__ = [
    "BadTable",
    "NoSuchRegion",
    "Plan",
    "Printed",
    "by_system",
    "commands",
    "compare",
    "default_plan",
    "read",
    "totals",
]


@cache
def default_plan() -> Plan:
    """The plan that comes with the product, read once."""
    return Plan.parse((Path(__file__).parent / "plan.toml").read_text(encoding="utf-8"))


def commands(
    table: Sequence[Printed],
    plan: Plan,
    regions: Regions,
    types: ActivityTypes,
    now: datetime | None = None,
    node: str = UNNAMED,
) -> Iterator[dict[str, Any]]:
    """The lines of `submit` that would lead to the printed figures on a node, as they were recorded.

    Each has a `recorded_at` beside its business day, not after `now`; references point to earlier lines.
    """
    scenes = []
    for (report, region), rows in of_region(table).items():
        known = [row.end.year for row in rows if plan.route(row).figure]
        if not known:
            continue
        scene = Scene(regions, report, region, max(known), now, node)
        _play(scene, plan, types, rows)
        scenes.append(scene)
    yield from sorted((line for scene in scenes for line in scene.in_order()), key=lambda line: line["recorded_at"])


def _play(scene: Scene, plan: Plan, types: ActivityTypes, rows: Sequence[Printed]) -> None:
    """Everything that happened in one region by one report."""
    avoid = frozenset(int(row.value) for row in rows if row.value > LARGE)
    crowd, officers = Crowd(scene, plan.manner("names"), scene.chance("persons")), Officers(scene)
    made = register_facilities(scene, plan, rows)
    residents = admit_residents(scene, plan, rows, made, crowd)
    open_stations(scene, plan, rows, made)
    happened = what_happened(scene, plan, rows, made, residents, crowd, officers)
    report_nil(scene, plan, rows, made, happened)
    log_activities(scene, plan, types, rows, made)
    run_outlets(scene, plan, rows, made, officers, avoid)
    go_on_patrol(scene, plan, rows, made)
    receive(scene, plan, rows, made, crowd)
    oversee(scene, plan, rows, made, officers)
    transfer(scene, plan, rows, made, residents, crowd, officers)
    rate(scene, plan, rows, made, officers)
    pools, treasury = Pools(scene, plan, crowd, residents), Treasury(scene, officers, avoid)
    pay(scene, plan, rows, treasury, allowances(scene, plan, rows, pools))
    fund_projects(scene, plan, rows, treasury, made)
    donate(scene, plan, rows, treasury, pools)
