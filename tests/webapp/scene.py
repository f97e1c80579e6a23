"""A small town for the tests of the web: two counties, three facilities, people, accounts; the real thing on disk."""

from __future__ import annotations

import atexit
import shutil
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from adapters.clock import FixedClock
from domain.desk import Submission
from infra.bootstrap import Services as Built
from infra.bootstrap import bootstrap
from infra.settings import Settings
from infra.web_processes import web
from webapp.services import DemonstrationAccount, Services

PASSWORD = "quiet-river-under-bridges"
NOW = datetime(2026, 11, 20, 2, 30, 0, tzinfo=UTC)
ACCOUNTS = (
    ("nyingchi.regulator", "regulator", "540400", None, "林芝市监管人员", "Regulator of Nyingchi"),
    ("bomi.regulator", "regulator", "540424", None, "波密县监管人员", "Regulator of Bomi"),
    ("nyingchi.finance", "finance_officer", "540400", None, "林芝市规财人员", "Finance officer of Nyingchi"),
    ("fushou.manager", "facility_manager", None, "fushou", "福寿敬老院负责人", "Manager of Fushou home"),
    ("zhamu.manager", "facility_manager", None, "zhamu", "扎木镇敬老院负责人", "Manager of Zhamu home"),
    ("auditor", "auditor", None, None, "审计人员", "Auditor"),
    ("admin", "system_administrator", None, None, "系统管理员", "System administrator"),
    ("nyingchi.approver", "approver", "540400", None, "林芝市审批人员", "Approver of Nyingchi"),
    ("nyingchi.inspector", "inspector", "540400", None, "林芝市检查人员", "Inspector of Nyingchi"),
    ("nyingchi.safety", "safety_team", "540400", None, "林芝市安全小组", "Safety team of Nyingchi"),
)
HOMES = (
    ("fushou", "福寿敬老院", "540402", "elderly_care_home", "public", 20),
    ("zhamu", "扎木镇敬老院", "540424", "elderly_care_home", "private", 12),
    ("children", "林芝市儿童福利院", "540402", "child_welfare_institution", "public", 30),
)
PEOPLE = (
    ("zhang", "张建国", "male", "fushou", "destitute", "2-104", "2024-05-21"),
    ("gesang", "格桑曲珍", "female", "fushou", "self_paying", "1-012", "2025-03-02"),
    ("wang", "王秀英", "female", "zhamu", "destitute", "1-015", "2026-06-03"),
)


@dataclass
class Scene:
    """The services, and the streams of what was made, by short names."""

    services: Services
    clock: FixedClock
    streams: dict[str, str] = field(default_factory=dict)

    def record(self, name: str, command: str, on: str, /, **args: Any) -> str:
        """Submit a command as the local operator; the stream it made, kept under a name."""
        submission = Submission(
            command,
            str(uuid.uuid5(uuid.NAMESPACE_OID, name + command + on)),
            args,
            occurred_on=date.fromisoformat(on),
            source="scenario",
        )
        self.streams[name] = self.services.desk.submit(submission).stream
        return self.streams[name]


def made(folder: Path, node: str = "test") -> Scene:
    """The scene in an empty folder, as a node of a name: a copy of one that is made once, which takes a tenth of the time."""
    town, streams = _town(node)
    shutil.copytree(town, folder, dirs_exist_ok=True)
    scene, _ = _opened(folder, node)
    scene.streams.update(streams)
    return scene


def _opened(folder: Path, node: str) -> tuple[Scene, Built]:
    clock = FixedClock(NOW)
    built = bootstrap(Settings(data=folder, node=node), clock)
    offered = [DemonstrationAccount(login, PASSWORD, zh, en) for login, _, _, _, zh, en in ACCOUNTS]
    return Scene(web(built, offered), clock), built


@cache
def _town(node: str) -> tuple[Path, dict[str, str]]:
    """Where a town lies whose node has a name, closed, and its streams; thrown away with the process."""
    kept = TemporaryDirectory(prefix="shouwang-town-")
    atexit.register(kept.cleanup)
    folder = Path(kept.name)
    scene, built = _opened(folder, node)
    _settle(scene)
    built.close()
    return folder, scene.streams


def _settle(scene: Scene) -> None:
    """Homes, people and accounts move in."""
    services = scene.services
    _open(scene)
    for name, title, region, kind, operator, beds in HOMES:
        home = scene.record(
            name,
            "facility.register",
            "2023-01-10",
            kind=kind,
            name=title,
            site_no="01",
            region=region,
            address="八一镇",
            operator=operator,
            opened_on="2022-12-01",
        )
        scene.record(
            name + " beds", "facility.license_beds", "2023-01-10", facility=home, beds=beds, since="2023-01-10"
        )
    for name, title, sex, home, category, bed, on in PEOPLE:
        person = scene.record(name, "person.register", on, name=title, document_kind="none", sex=sex)
        scene.record(
            name + " stay", "stay.admit", on, person=person, facility=scene.streams[home], category=category, bed=bed
        )
    scene.record(
        "hotline", "activity.log", "2026-10-08", type="hotline", quantities={"consultations": 41}, region="540402"
    )
    for login, post, region, home, _, _ in ACCOUNTS:
        args = {"scope_region": region} if region else {"scope_facility": scene.streams[home]} if home else {}
        scene.record(login, "account.open", "2026-01-05", login=login, post=post, **args)
        services.passwords.set(login, PASSWORD)
    services.views.catch_up()


def _open(scene: Scene) -> None:
    scene.record("node", "node.open_for_demonstration", "2023-01-01", title="林芝演示")
