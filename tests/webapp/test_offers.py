"""What an account is offered to record: only what its post may, and only what makes sense from where it works."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

import pytest

from domain.catalogue import commands
from domain.inspections import Inspection
from domain.kinds import KINDS
from domain.model import FACILITY_POSTS
from tests.webapp.scene import ACCOUNTS
from webapp.things import APPLYING, PATHS

pytestmark = pytest.mark.long

LOGINS = {login: post for login, post, *_ in ACCOUNTS}
OFFER = re.compile(r"/(enter|import)/(?P<what>[a-z_.]+)")
HOME = "fushou.manager"
LISTS = ("/", "/import", *(f"/boards/{board}" for board in sorted(set(PATHS.values()))))
"""Pages on which commands are offered, besides those of things and receipts."""


def pages_of(scene) -> Iterable[str]:
    """The lists, a page of a thing of every kind in every state that the town has, and a receipt of every command."""
    seen: set[object] = set()
    yield from LISTS
    for event in scene.services.log.read(0, 10_000):
        state = scene.services.tracks.reading().track(event.originator_id).state
        if event.envelope.command not in seen:
            seen.add(event.envelope.command)
            yield f"/receipts/{event.envelope.command_id}"
        kind = (type(state), getattr(state, "status", None), getattr(state, "kind", None))
        if state is not None and state.name in PATHS and kind not in seen:
            seen.add(kind)
            yield f"/{PATHS[state.name]}/{event.originator_id}"


def offers(somebody, paths: Iterable[str]) -> dict[str, str]:
    """address without its filling -> the page that offers it, of all that these pages offer to record."""
    found: dict[str, str] = {}
    for path in paths:
        page = somebody.get(path, None)
        for link in page.links if page.status == 200 else ():
            if OFFER.fullmatch(urlsplit(link).path):
                found.setdefault(urlsplit(link).path, f"{path} -> {link}")
    return found


@pytest.mark.parametrize("login", LOGINS)
def test_whatever_is_offered_can_be_opened(busy_reader, busy_town, login) -> None:
    """Every link to a form or to a kind of import, on every page that offers any, opens for the post that reads it."""
    somebody = busy_reader(login)
    for offered, where in offers(somebody, ["/enter", *pages_of(busy_town)]).items():
        answer = somebody.client.get(where.partition(" -> ")[2], follow_redirects=True)
        assert answer.status_code == 200, (offered, where)


def test_a_home_is_offered_nothing_that_its_kind_has_not_and_no_work_of_bureaus(busy_reader, busy_town) -> None:
    """No rescue, patrol or outlet, no type of work of another kind, no inspection; a bureau is offered all of them."""
    names = [OFFER.fullmatch(path)["what"] for path in offers(busy_reader(HOME), pages_of(busy_town))]
    alien = APPLYING - set(KINDS["elderly_care_home"].applies)
    types = busy_town.services.reference.activity_types.types

    assert len(names) > 20
    assert [name for name in names if name.partition(".")[0] in alien] == []
    assert [name for name in names if name in types and "elderly_care_home" not in types[name].kinds] == []
    assert [name for name in names if name in commands() and commands()[name].of_bureau] == []
    listed = {OFFER.fullmatch(path)["what"] for path in offers(busy_reader("nyingchi.regulator"), ["/import"])}
    assert {"inspection.plan", "rescue.receive", "facility.register"} <= listed


def test_what_a_home_may_do_of_itself_though_it_is_a_bureaus_work_stays_in_the_whole_list(busy_reader) -> None:
    """A home that checks itself finds it among everything that may be recorded, and the form opens."""
    assert "/enter/inspection.plan" in busy_reader(HOME).get("/enter").links
    busy_reader(HOME).get("/enter/inspection.plan")


def test_a_command_is_offered_as_its_declaration_says(busy_reader, monkeypatch) -> None:
    """Were planning an inspection no work of bureaus, the home would be offered it; nothing else decides that."""
    assert Inspection.Planned.by & FACILITY_POSTS
    assert "/import/inspection.plan" not in busy_reader(HOME).get("/import").links
    monkeypatch.setattr(Inspection.Planned, "of_bureau", False)
    assert "/import/inspection.plan" in busy_reader(HOME).get("/import").links
