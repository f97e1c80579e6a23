"""A form names what it acts upon; of a thing from elsewhere it shows as much as of one that there is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from domain.work import Work
from tests.webapp.busy import busy, moving
from tests.webapp.reader import Reader
from tests.webapp.scene import Scene, made
from webapp.app import create_app

OUTSIDE = (
    *(("zhamu.manager", "facility_manager"), ("bomi.regulator", "regulator"), ("bomi.inspector", "inspector")),
    *(("bomi.finance", "finance_officer"), ("bomi.approver", "approver")),
)
"""Accounts of another county, one of each post that acts upon something."""
INSIDE = (
    ("nyingchi.regulator", "regulator"),
    ("nyingchi.finance", "finance_officer"),
    ("nyingchi.approver", "approver"),
)
"""Accounts of the city, in which all of it happened."""
COMMAND_ID = re.compile(r'name="command_id" value="[^"]+"')
THERE_IS_NONE = "没有这一项，或不在您的范围"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A busy town, all of which happened in one county, with accounts of the other one."""
    scene = busy(made(tmp_path_factory.mktemp("foreign")))
    moving(scene)
    for login, post in OUTSIDE[2:]:
        scene.record(login, "account.open", "2026-01-05", login=login, post=post, scope_region="540424")
    scene.services.views.catch_up()
    return scene


@pytest.fixture(scope="module")
def outside(scene: Scene) -> dict[str, Reader]:
    """The accounts of the other county, by post."""
    app = create_app(scene.services)
    return {post: Reader(app.test_client(), login) for login, post in OUTSIDE}


def things(scene: Scene) -> dict[str, Any]:
    """One thing of each kind; of stays, homes and persons one of the county of the town."""
    work, found = Work(scene.services.log), {}
    for stream in scene.streams.values():
        state = work.track(stream).state
        found.setdefault(getattr(state, "name", ""), state)
    return found


def forms(scene: Scene) -> Iterator[tuple[Any, str]]:
    """Every command that acts upon something, and a thing that it can act upon."""
    there = things(scene)
    for command in scene.services.desk.commands.values():
        if command.target and command.target != "account":
            yield command, there[command.target].id


def shown(somebody: Reader, command: Any, stream: str) -> str:
    """The form about a thing, without what is different every time; above it stands what the whole site looks at."""
    page = somebody.get(f"/enter/{command.name}?{command.target}={stream}")
    return COMMAND_ID.sub("", page.html.partition("<main")[2]).replace(stream, "?")


def test_no_form_tells_of_a_thing_that_the_account_may_not_open(scene, outside) -> None:
    """Every command, every post: the form is the same as for an id that nothing bears, and says so.

    Of a person from elsewhere the name is masked: whoever knows the whole number may refer to them.
    """
    nothing, seen = str(uuid4()), 0
    for command, stream in forms(scene):
        for post, somebody in outside.items():
            if post not in {one.value for one in command.by}:
                continue
            seen += 1
            if command.target == "person":
                assert "张建国" not in shown(somebody, command, stream), command.name
                continue
            found = shown(somebody, command, stream)
            assert found == shown(somebody, command, nothing), f"{command.name} as {post}"
            assert THERE_IS_NONE in found, command.name
    assert seen > 100


def test_whoever_may_open_a_thing_reads_its_name_in_the_form(scene) -> None:
    """The same forms in its own county: were nothing ever told, the comparison above would hold of anything."""
    app, nothing, named = create_app(scene.services), str(uuid4()), 0
    for command, stream in forms(scene):
        for login, post in INSIDE:
            if post in {one.value for one in command.by}:
                found = shown((somebody := Reader(app.test_client(), login)), command, stream)
                assert THERE_IS_NONE not in found, f"{command.name} as {login}"
                assert found != shown(somebody, command, nothing), f"{command.name} as {login}"
                named += 1
    assert named > 60


def test_a_hazard_and_a_stay_of_another_home_are_not_told(clerk, fresh) -> None:
    """Neither what is wrong there, nor who lies in which bed; a question beside the target is no way in either."""
    home = fresh.streams["zhamu"]
    hazard = fresh.record("gas", "hazard.find", "2026-10-01", facility=home, grade="major", subject="燃气没有报警器")
    fresh.services.views.catch_up()
    somebody = clerk("fushou.manager")

    somebody.get(f"/hazards/{hazard}", 403)
    for path, words in (
        (f"/enter/hazard.rectify?hazard={hazard}", ("燃气", "扎木")),
        (f"/enter/stay.discharge?stay={fresh.streams['wang stay']}", ("王", "1-015", "扎木")),
        (f"/enter/stay.admit?facility={home}", ("扎木",)),
        (f"/enter/incident.record?all=1&facility={home}&persons.{fresh.streams['wang']}=1", ("扎木", "王秀英")),
    ):
        page = somebody.get(path)
        assert not [word for word in words if word in page.text], path


def test_a_draft_about_a_thing_from_elsewhere_does_not_name_it(clerk, fresh) -> None:
    """Neither in the list of drafts nor when it is opened; a draft about an own stay names it."""
    somebody, path = clerk("fushou.manager"), "/enter/stay.discharge"
    for name in ("wang", "zhang"):
        told = {"command_id": name, "stay": fresh.streams[f"{name} stay"]}
        fresh.services.drafts.save("fushou.manager", "stay.discharge", path, told)
    listed = somebody.get("/drafts")

    assert "张建国" in listed.text
    assert "王" not in listed.text
    ways = {link for link in listed.links if link.startswith(f"{path}?draft=")}
    opened = [somebody.get(link).text for link in ways]
    assert len(opened) == 2
    assert not [text for text in opened if "王" in text or "1-015" in text]
