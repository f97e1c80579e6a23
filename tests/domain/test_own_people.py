"""Nobody of a facility inspects or assesses one, or approves more time for it; a home's check of itself is its own."""

import pytest

from tests.domain.oversight import FOUND, HOME, INSPECTORS, PLANNED, WANG, a_plan, a_start, on_hazard
from tests.domain.rating_scene import GROUND, a_score, applying
from tests.scene import BAYI, Said, Scene, a_home, say

POSTS = ("facility_manager", "facility_staff")


def staff(scene: Scene, post: str, *said: Said) -> Scene:
    """The scene with somebody of the home."""
    scene.given(*said).login("chen.home", post, facility=scene.names["home"])
    return scene


@pytest.mark.parametrize("post", POSTS)
@pytest.mark.parametrize("source", ["bureau", "social_supervisor"])
def test_nobody_of_a_home_inspects_it(scene, post, source):
    """account.own_people at `inspectors`, whoever else comes along; without them the visit begins."""
    staff(scene, post, *HOME, a_plan(source=source))
    for crew in (["zhang.inspector", "chen.home"], ["chen.home", *INSPECTORS]):
        scene.when(a_start(inspectors=crew)).then_refused("account.own_people", "inspectors", "机构人员")
    scene.when(a_start()).then_recorded("inspection.started")


def test_nobody_of_another_home_inspects_either(scene):
    """The account says for which facility it works, and that it is no inspector's."""
    scene.given(*PLANNED, a_home("other", name="米林敬老院", site_no="02"))
    scene.login("chen.home", "facility_manager", facility=scene.names["other"])
    scene.when(a_start(inspectors=["zhang.inspector", "chen.home"])).then_refused("account.own_people", "inspectors")


@pytest.mark.parametrize("post", POSTS)
def test_a_home_checks_itself_by_its_own_people(scene, post):
    """A self-check is theirs; that a login is known is asked there too."""
    staff(scene, post, *HOME, a_plan(source="facility"))
    scene.when(a_start(inspectors=["nobody"])).then_refused("reference.unknown", "inspectors")
    scene.when(a_start(inspectors=["chen.home"])).then_recorded("inspection.started")


def test_a_start_is_not_corrected_to_the_homes_own_people(scene):
    """What cannot be entered cannot be entered by a correction."""
    staff(scene, "facility_staff", *PLANNED, a_start())
    scene.correct("$inspection", 2, {"inspectors": ["zhang.inspector", "chen.home"]}).then_refused(
        "account.own_people", "inspectors"
    )


@pytest.mark.parametrize("post", POSTS)
def test_nobody_of_a_home_is_drawn(scene, post):
    """account.own_people at the list of inspectors; the same list without them is drawn from."""
    staff(scene, post, *HOME)
    drawing = {
        "region": BAYI,
        "kind": "special",
        "due_on": "2024-05-31",
        "seed": "1",
        "objects": ["$home"],
        "number": 1,
    }
    scene.when(say("inspection.draw", inspectors=[*INSPECTORS, "chen.home"], **drawing)).then_refused(
        "account.own_people", "inspectors"
    )
    scene.when(say("inspection.draw", inspectors=INSPECTORS, **drawing)).then_recorded()


@pytest.mark.parametrize("post", POSTS)
def test_nobody_of_a_home_assesses_it(scene, post):
    """account.own_people at `assessor`; an inspector's points are taken."""
    staff(scene, post, *GROUND, applying())
    scene.when(a_score("chen.home")).then_refused("account.own_people", "assessor", "机构人员")
    scene.when(a_score()).then_recorded("rating.scored")


@pytest.mark.parametrize("post", POSTS)
def test_nobody_of_a_home_approves_its_extension(scene, post):
    """account.own_people at `approved_by`; somebody of the bureau may, and it may be left open."""
    more = {"deadline": "2024-04-30", "reason": "等配件"}
    staff(scene, post, *FOUND)
    scene.when(on_hazard("extend", "2024-03-11", approved_by="chen.home", **more)).then_refused(
        "account.own_people", "approved_by", "机构人员"
    )
    scene.when(on_hazard("extend", "2024-03-11", approved_by=WANG.login, **more)).then_recorded().then_found()
    later = more | {"deadline": "2024-05-31"}
    scene.when(on_hazard("extend", "2024-03-12", **later)).then_recorded().then_found("hazard.extended_unapproved")


def test_somebody_of_a_home_may_still_be_responsible(scene):
    """Who puts a hazard right is of the home; only who looks and approves is not."""
    staff(scene, "facility_manager", *FOUND)
    scene.when(
        say("hazard.assign", hazard="$hazard", responsible="chen.home", deadline="2024-03-20", on="2024-03-10")
    ).then_recorded("hazard.assigned")
