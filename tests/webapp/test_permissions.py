"""Who may open what: every route declares it, and nobody sees beyond the area."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.webapp.scene import ACCOUNTS, PASSWORD, Scene
from webapp.access import POSTS, Permission
from webapp.api.operations import PREFIX as API
from webapp.app import create_app

FROZEN = Path(__file__).with_name("routes.txt")
OPEN = (Permission.ANYONE, Permission.METRICS)
"""Nobody is asked to sign in there; who may read metrics, `test_metrics` asks."""


def routes(scene: Scene) -> list[str]:
    """method path permission, one a line."""
    app = create_app(scene.services)
    return sorted(
        f"{method} {rule.rule} {getattr(app.view_functions[rule.endpoint], 'permission', '?')}"
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    )


def test_every_route_declares_its_permission(town) -> None:
    """A route without a permission answers nobody, and is a mistake."""
    assert [route for route in routes(town) if route.endswith("?")] == []


def test_the_routes_are_the_frozen_ones(town) -> None:
    """Addresses are kept: people have sent them to each other."""
    assert routes(town) == FROZEN.read_text(encoding="utf-8").splitlines()


def test_a_route_without_permission_answers_nobody(town) -> None:
    """Forgetting the declaration closes the door instead of opening it."""
    app = create_app(town.services)
    app.add_url_rule("/open", view_func=lambda: "secret")

    assert app.test_client().get("/open").status_code == 403


def test_whoever_is_not_signed_in_is_asked_to(reader, town) -> None:
    """Every route but the sign-in leads there, and back afterwards."""
    nobody = reader()

    for route in routes(town):
        method, path, permission = route.split()
        if permission in OPEN or "<" in path or path.endswith(".csv") or path.startswith(API):
            continue
        answer = nobody.client.open(path, method=method)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/sign-in")


FILLED = {
    "<board:board>": "incidents",
    "<int:position>": "1",
    "<position>": "1",
    "<int:number>": "1",
    "<stream>": "nothing",
    "<login>": "auditor",
    "<name>": "stays",
    "<key>": "stay.present",
    "<command>": "stay.admit",
    "<command_id>": "nothing",
}
"""Something for every blank of an address."""


@pytest.mark.parametrize("login", [one for one, *_ in ACCOUNTS])
def test_every_route_is_reached_only_by_the_posts_that_hold_its_permission(reader, town, login) -> None:
    """Whoever lacks it is answered 403 whatever else is asked, pages and files alike; who has it is let in by the route."""
    somebody, post = reader(login), {one: held for one, held, *_ in ACCOUNTS}[login]
    token = somebody.get("/help").values()["csrf"]
    for route in routes(town):
        method, path, permission = route.split()
        if path in ("/sign-out", "/sign-in") or permission == Permission.METRICS:
            continue
        for blank, filling in FILLED.items():
            path = path.replace(blank, filling)
        refused = permission != Permission.ANYONE and post not in POSTS[Permission(permission)]
        sent = {"csrf": token} if method == "POST" else None
        before = town.services.log.head()
        with somebody.client.open(path, method=method, data=sent) as answer:
            status = answer.status_code
        assert town.services.log.head() == before
        if path.startswith(API) and permission != Permission.ANYONE:
            assert status == 401, f"{route}: a session opens no door of programs"
        else:
            assert not refused or status == 403, route


def test_a_return_address_leads_nowhere_else(reader) -> None:
    """Signing in leads to a path of this site only."""
    somebody = reader()
    before = somebody.get("/sign-in").values()["before"]
    answer = somebody.post(
        "/sign-in", {"before": before, "login": "auditor", "password": PASSWORD, "next": "//evil.example"}
    )

    assert answer.location == "/"


def test_a_wrong_password_does_not_say_what_is_wrong(reader) -> None:
    """An unknown login and a wrong password look the same."""
    somebody = reader()
    wrong = {somebody.sign_in(login, "not the password at all").text for login in ("auditor",)}
    unknown = somebody.sign_in("nobody.here", "not the password at all")

    assert unknown.status == 422
    assert wrong == {unknown.text}


@pytest.mark.parametrize(
    ("login", "shown", "hidden"),
    [
        ("nyingchi.regulator", "张建国", "张**"),
        ("fushou.manager", "张建国", "王秀英"),
        ("nyingchi.finance", "张**", "张建国"),
        ("auditor", "张**", "张建国"),
        ("admin", "张**", "张建国"),
        ("zhamu.manager", "王秀英", "张"),
    ],
)
def test_names_are_open_only_to_those_who_may_see_them(reader, login, shown, hidden) -> None:
    """The persons behind a figure by name for those in care, as 张** for others, and not at all from outside."""
    page = reader(login).get("/figures/stay.present")

    assert shown in page.text
    assert hidden not in page.text


def test_the_board_of_persons_holds_those_of_the_area(reader) -> None:
    """A person belongs to the areas of the stays, and to no other's list."""
    for login, total in (("nyingchi.regulator", 3), ("bomi.regulator", 1), ("fushou.manager", 2), ("auditor", 3)):
        assert f"共 {total} 行" in reader(login).get("/boards/persons").text


def test_nobody_opens_the_records_of_another_area(reader, town) -> None:
    """Addresses of another county's facility, person, stay, entry and receipt are refused."""
    outside = reader("zhamu.manager")
    stay = town.services.log.stream(town.streams["zhang stay"])[0]

    for path in (
        f"/facilities/{town.streams['fushou']}",
        f"/persons/{town.streams['zhang']}",
        f"/stays/{town.streams['zhang stay']}",
        f"/events/{stay.envelope.position}",
        f"/events/{stay.envelope.position}/correct",
        f"/receipts/{stay.envelope.command_id}",
    ):
        outside.get(path, 403)
    inside = reader("fushou.manager")
    for path in (
        f"/facilities/{town.streams['fushou']}",
        f"/persons/{town.streams['zhang']}",
        f"/stays/{town.streams['zhang stay']}",
        f"/events/{stay.envelope.position}",
        f"/receipts/{stay.envelope.command_id}",
    ):
        inside.get(path)


def test_a_form_without_its_token_is_not_accepted(clerk, fresh) -> None:
    """A POST from elsewhere changes nothing and is told so."""
    before = fresh.services.log.head()
    page = clerk("fushou.manager").post("/enter/stay.admit/record", {"command_id": "x"}, 400)

    assert "页面已过期" in page.heading
    assert fresh.services.log.head() == before


def test_signing_out_ends_the_session(clerk) -> None:
    """The cookie is worth nothing afterwards."""
    somebody = clerk("auditor")
    token = somebody.get("/").values()["csrf"]
    cookie = somebody.client.get_cookie("shouwang_session").value
    somebody.post("/sign-out", {"csrf": token}, 303)
    somebody.client.set_cookie("shouwang_session", cookie)

    assert somebody.client.get("/").status_code == 303


def test_administrators_open_lock_and_give_passwords(clerk, fresh) -> None:
    """An account is opened and locked as an entry; its password is set beside; a locked one is out at once."""
    admin, auditor = clerk("admin"), clerk("auditor")
    form = admin.get("/accounts/auditor/password")
    assert "至少 12 个字符" in form.text
    differ = admin.send(form, "/accounts/auditor/password", {"password": "another-long-secret", "again": "other"}, 422)
    assert "不一致" in differ.text
    admin.send(
        form, "/accounts/auditor/password", {"password": "another-long-secret", "again": "another-long-secret"}, 303
    )
    assert auditor.client.get("/").status_code == 303
    assert auditor.sign_in("auditor", "another-long-secret").status == 303
    lock = admin.get(f"/enter/account.lock?account={fresh.streams['auditor']}")
    admin.send(
        lock,
        "/enter/account.lock/record",
        {"account": fresh.streams["auditor"], "occurred_on.y": "2026", "occurred_on.m": "11", "occurred_on.d": "20"},
        303,
    )
    assert auditor.client.get("/").status_code == 303
    assert "已停用" in admin.get("/accounts").text
