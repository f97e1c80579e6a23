"""Everybody may change the own password, against the old one; other sessions of the account end with it."""

from __future__ import annotations

import pytest

from tests.webapp.scene import PASSWORD

NEW = "seven-kites-over-the-lake"


def changed(somebody, **said):
    """The form sent, filled in well but for what is said."""
    form = somebody.get("/password")
    return somebody.send(form, "/password", {"old": PASSWORD, "password": NEW, "again": NEW, **said})


def test_the_new_password_works_and_other_sessions_end(clerk) -> None:
    """The session that changed it stays; another one is out; the old password opens nothing any more."""
    here, elsewhere = clerk("fushou.manager"), clerk("fushou.manager")
    other = clerk("auditor")

    answer = changed(here)
    assert answer.status == 303
    assert "口令已修改" in here.get(answer.location).text
    assert elsewhere.client.get("/").status_code == 303
    other.get("/")
    assert clerk().sign_in("fushou.manager").status == 422
    assert clerk().sign_in("fushou.manager", NEW).status == 303


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"old": "not my password at all"}, "原口令不对"),
        ({"again": "something else"}, "两次输入不一致"),
        ({"password": PASSWORD, "again": PASSWORD}, "新口令与原口令相同"),
        ({"password": "short", "again": "short"}, "少于 12 个字符"),
        ({"old": ""}, "没有填写“原口令”"),
        ({"password": "", "again": ""}, "没有填写“新口令”"),
        ({"again": ""}, "没有填写“再输一次”"),
        ({"csrf": "x"}, "页面已过期"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_changes(clerk, said, complaint) -> None:
    """The complaint stands at its field, no password is shown again, and sessions stay."""
    here, elsewhere = clerk("fushou.manager"), clerk("fushou.manager")
    page = changed(here, **said)

    assert page.status in (400, 422)
    assert complaint in page.text
    assert not [one for one in page.inputs if one.get("type") == "password" and one.get("value")]
    elsewhere.get("/")
    assert clerk().sign_in("fushou.manager").status == 303


def test_the_old_password_cannot_be_guessed_here(clerk) -> None:
    """Attempts are counted as at the sign-in."""
    somebody = clerk("fushou.manager")
    for _ in range(10):
        changed(somebody, old="not my password at all")

    assert "尝试次数过多" in changed(somebody).text
