"""A province above the town: it has taken in the whole log of the town's node, and has a few entries of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from adapters.broker import Wire
from adapters.clock import FixedClock
from adapters.codec import micros
from adapters.intake import Intake
from adapters.messages import HEAD, of_said
from adapters.relay import Relay
from adapters.witnessing import Witness
from infra.bootstrap import Services as Built
from infra.bootstrap import bootstrap
from infra.settings import Settings
from infra.web_processes import web
from tests.webapp.scene import ACCOUNTS, NOW, Scene

COUNTY, PROVINCE = "linzhi", "xizang"
WIRE = Wire(("127.0.0.1:1",), prefix="t.")
CLUSTER = "one"
LATER = timedelta(days=3)
"""How long after the last entry of the town the province took it in."""


@dataclass
class Superior(Scene):
    """The scene of a province; `streams` are those of the town, whose things are known here, and its own."""

    built: Built = field(kw_only=True)
    county: Scene = field(kw_only=True)
    said: list[str] = field(default_factory=list, kw_only=True)
    """What an operator was told."""

    def take(self, values: list[bytes], at: int = 0) -> list[tuple[str, str, bytes]]:
        """One pass of the intake over messages; what it wants published."""
        built = self.built
        witness = Witness(built.heads, built.keys, built.clock, built.federation, built.known_nodes, self._told)
        intake = Intake(
            built.log, built.clock, WIRE, built.federation, witness, told=self._told, monotonic=lambda: 100.0
        )
        intake.recall(CLUSTER)
        return intake.digest([(WIRE.events, 0, at + number, value) for number, value in enumerate(values)])

    def _told(self, _zh: str, en: str) -> None:
        self.said.append(en)


def messages(scene: Scene) -> list[bytes]:
    """What the relay of a node would publish, in the order of its log."""
    log, heads = scene.services.log, scene.services.heads
    relay = Relay(log, heads, scene.clock, WIRE, monotonic=lambda: 100.0)
    with log.reading() as recorder:
        return [relay._message(row)[1] for row in recorder.rows_to_relay(0, 100_000)]


def head(scene: Scene, since: int = 0) -> bytes:
    """The message of a head that a node signs now."""
    heads = scene.services.heads
    signed = heads.sign()
    proof = [one.hex() for one in heads.consistency(since, signed.size)]
    data = {"size": signed.size, "note": signed.note, "since": since, "proof": proof}
    return of_said(scene.services.log.node, HEAD, str(signed.size), micros(signed.signed_at), data)[1]


def above(folder: Path, county: Scene, others: str = "") -> Superior:
    """A province, in an empty folder, that knows the town's node and has taken in nothing yet; `others` in its file besides."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "federation.toml"
    node, key = county.services.log.node, county.services.heads.verifier_key
    file.write_text(f'[[subordinates]]\nnode = "{node}"\nregion = "540400"\nkey = "{key}"\n{others}', encoding="utf-8")
    clock = FixedClock(NOW + LATER)
    built = bootstrap(Settings(data=folder, node=PROVINCE, federation=file), clock)
    return Superior(web(built), clock, dict(county.streams), built=built, county=county)


def peopled(scene: Superior) -> Superior:
    """Accounts of the province under the logins of the town's, those of homes that it knows, and an entry of its own."""
    scene.record("province", "node.open_for_demonstration", "2023-01-01", title="西藏演示")
    for login, post, region, home, _, _ in ACCOUNTS:
        args = {"scope_region": "540000"} if region else {"scope_facility": scene.streams[home]} if home else {}
        if home is None or scene.services.log.stream(scene.streams[home]):
            scene.record(login, "account.open", "2026-01-05", login=login, post=post, **args)
    said = {"type": "hotline", "quantities": {"consultations": 12}, "region": "540000"}
    scene.record("own hotline", "activity.log", "2026-11-02", **said)
    scene.services.views.catch_up()
    return scene


def superior(folder: Path, county: Scene) -> Superior:
    """A province that has taken in everything of the town and verified it against its signed head."""
    scene = above(folder, county)
    scene.take([*messages(county), head(county)])
    assert scene.said == []
    return peopled(scene)
