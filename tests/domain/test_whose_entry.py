"""Whose entry it is: a facility never changes what a bureau entered, and a correction does not launder who did something."""

from __future__ import annotations

import pytest

from domain.accounts import Actor
from tests.scene import BAYI, Scene, a_home, say

HAZARD = {"facility": "$home", "grade": "major", "subject": "安全出口堵塞"}


@pytest.fixture
def home(scene: Scene) -> Scene:
    """A home, its people and the bureau's."""
    scene.given(a_home())
    for login, post in (("manager", "facility_manager"), ("staff", "facility_staff")):
        scene.login(login, post, facility=scene.names["home"])
    scene.login("regulator", "regulator", region=BAYI)
    scene.login("inspector", "inspector", region=BAYI)
    return scene


def by(scene: Scene, login: str) -> Actor:
    """Somebody who may."""
    return scene.desk.actor(login)


def version(scene: Scene, stream: str, topic: str) -> int:
    """The version of the last entry of a kind."""
    return next(e.originator_version for e in reversed(scene.events(stream)) if e.topic == topic)


def test_a_home_neither_withdraws_nor_corrects_what_the_bureau_found(home):
    """The inspector's hazard stands, whoever in the home would like it gone; the bureau itself may correct it."""
    home.given(say("hazard.find", by=by(home, "inspector"), **HAZARD).named("hazard"))
    for login in ("manager", "staff"):
        home.withdraw("$hazard", by=by(home, login)).then_refused("command.not_allowed")
        home.correct("$hazard", args={"grade": "general"}, by=by(home, login)).then_refused("command.not_allowed")
    home.correct("$hazard", args={"subject": "疏散通道堵塞"}, by=by(home, "inspector")).then_recorded()


def test_a_home_still_corrects_its_own_entries(home):
    """The control: what its own people entered the home puts right."""
    home.given(say("hazard.find", by=by(home, "staff"), **{**HAZARD, "grade": "general"}).named("hazard"))
    home.correct("$hazard", args={"subject": "通道有杂物"}, by=by(home, "manager")).then_recorded()


def test_a_correction_by_the_bureau_leaves_a_finding_of_the_home_its_own(home):
    """Who found it is told by the first entry: the source stays `facility`."""
    home.given(say("hazard.find", by=by(home, "staff"), **{**HAZARD, "grade": "general"}).named("hazard"))
    home.correct("$hazard", args={"subject": "通道有杂物"}, by=by(home, "regulator")).then_recorded()
    assert home.state("$hazard").source == "facility"


def test_nobody_accepts_what_was_in_their_hands(home):
    """The staff rectifies, the manager corrects the wording: the manager does not accept it then; an inspector does."""
    home.given(
        say("hazard.find", by=by(home, "staff"), **{**HAZARD, "grade": "general"}).named("hazard"),
        say("hazard.rectify", "2024-03-02", by=by(home, "staff"), hazard="$hazard", evidence="已清理"),
    )
    rectified = version(home, "$hazard", "hazard.rectified")
    home.correct("$hazard", rectified, {"evidence": "已全部清理"}, by=by(home, "manager")).then_recorded()
    home.when("hazard.accept", "2024-03-03", by=by(home, "manager"), hazard="$hazard").then_refused(
        "hazard.own_acceptance"
    )
    home.when("hazard.accept", "2024-03-03", by=by(home, "inspector"), hazard="$hazard").then_recorded()
