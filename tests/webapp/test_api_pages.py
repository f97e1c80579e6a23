"""The pages about the API: its documentation, whose examples are really run, and the tokens of an account."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from tests.webapp.program import Program, program
from tests.webapp.scene import Scene
from tests.webapp.serving import serving
from webapp.api.operations import OPERATIONS
from webapp.api.problems import STATUS
from webapp.app import create_app

TYPED = re.compile(r'<pre><code>((?:(?!</code>).)*)</code></pre></div>\s*<p class="soft">\D*(\d{3})', re.DOTALL)
TOKEN = re.compile(r"sw_[A-Za-z0-9_-]{43}")


@pytest.fixture
def served(fresh: Scene) -> Iterator[str]:
    """The address of a fresh town, over real HTTP."""
    yield from serving(fresh)


@pytest.mark.parametrize("login", ["nyingchi.regulator", "fushou.manager", "auditor"])
def test_every_example_of_the_page_does_what_it_says(fresh: Scene, clerk, served: str, login) -> None:
    """Typed into a shell as it stands, with the address and a token set, it is answered with the status that is told."""
    if shutil.which("curl") is None and os.environ.get("CI") != "true":
        pytest.skip("NOT RUN: no curl; `apt-get install curl` brings it")
    page = clerk(login).get("/api")
    found = [(html.unescape(typed), int(status)) for typed, status in TYPED.findall(page.html)]
    token = program(fresh, login).token
    set_before = {**os.environ, "URL": served, "TOKEN": token or ""}

    assert len(found) == (7 if login == "auditor" else 10)
    for typed, status in found:
        words = f"{typed} -w '\\n%{{http_code}}'"
        done = subprocess.run(
            ["sh", "-c", words], env=set_before, capture_output=True, text=True, timeout=30, check=True
        )
        body, _, code = done.stdout.rpartition("\n")
        assert (int(code), done.stderr) == (status, ""), (typed, body)
        assert json.loads(body)
        if typed.endswith("]'"):
            assert [one["status"] for one in json.loads(body)] == ["recorded", "recorded"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_tells_every_operation_parameter_and_problem(reader, lang) -> None:
    """In both languages, without a word in the other."""
    page = reader("nyingchi.regulator").get(f"/api?lang={lang}")

    for one in OPERATIONS:
        assert one.said[lang == "en"] in page.text
        assert all(name in page.text for name in one.taken)
    for kind, status in STATUS.items():
        assert f"problem-{kind}" in page.ids
        assert str(status) in page.text
    assert lang == "zh" or not re.search(r"[\u4e00-\u9fff]", page.foreign.replace("林芝市", ""))
    for path in ("/help", "/tokens"):
        assert "/api" in reader("nyingchi.regulator").get(path).links
    for path in ("/help", "/api", "/password"):
        assert "/tokens" in reader("nyingchi.regulator").get(path).links


# -- tokens --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_token_is_shown_once_and_works_until_it_is_revoked(clerk, fresh: Scene, lang) -> None:
    """The page that makes it shows it; no later page does. Revoked, it is nobody's."""
    somebody = clerk("fushou.manager")
    form = somebody.get(f"/tokens?lang={lang}")
    made = somebody.send(form, "/tokens", {"name": "月报程序", "days": "30"}, 200)
    token = TOKEN.search(made.text)[0]
    use = Program(create_app(fresh.services).test_client(), token)

    assert use.get("/figures", key="stay.present")[0]["value"] == "2"
    listed = somebody.get("/tokens")
    assert "月报程序" in listed.text
    assert not TOKEN.search(listed.html)
    token_id = fresh.services.api_tokens.of("fushou.manager")[0].id
    assert somebody.send(listed, f"/tokens/{token_id}/revoke", {}, 303).location == "/tokens?revoked=1"
    assert use.get("/figures", 401, key="stay.present")
    assert "月报程序" not in somebody.get("/tokens?revoked=1").text


def test_a_form_sent_twice_makes_one_token(clerk, fresh: Scene) -> None:
    """The second is refused, since the name is taken, and nothing that was typed is lost."""
    somebody = clerk("fushou.manager")
    form = somebody.get("/tokens")
    said = {"name": "report", "days": "365"}
    somebody.send(form, "/tokens", said, 200)
    again = somebody.send(form, "/tokens", said, 422)

    assert "已有同名的令牌" in again.text
    assert 'value="report"' in again.html
    assert 'value="365" selected' in again.html
    assert len(fresh.services.api_tokens.of("fushou.manager")) == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"name": "", "days": "30"}, "没有填写名称"),
        ({"name": "x" * 61, "days": "30"}, "1 至 60 个可见字符"),
        ({"name": "report", "days": "9999"}, "1 至 365 天"),
        ({"name": "report", "days": "x"}, "1 至 365 天"),
        ({"name": "report"}, "1 至 365 天"),
    ],
)
def test_a_wrong_form_is_told_and_makes_nothing(clerk, fresh: Scene, said, told) -> None:
    """The field, and what is expected."""
    somebody = clerk("fushou.manager")

    assert told in somebody.send(somebody.get("/tokens"), "/tokens", said, 422).text
    assert fresh.services.api_tokens.of() == []


def test_tokens_of_others_are_for_administrators(clerk, fresh: Scene) -> None:
    """They see and revoke them; others neither see them nor end them, and nobody without the session's form."""
    program(fresh, "fushou.manager")
    token_id = fresh.services.api_tokens.of("fushou.manager")[0].id
    outside, admin = clerk("nyingchi.regulator"), clerk("admin")

    assert "fushou.manager" not in outside.get("/tokens").text
    assert outside.send(outside.get("/tokens"), f"/tokens/{token_id}/revoke", {}, 403)
    assert admin.post(f"/tokens/{token_id}/revoke", {}, 400)
    page = admin.get("/tokens")
    assert "fushou.manager" in page.text
    assert admin.send(page, f"/tokens/{token_id}/revoke", {}, 303)
    assert fresh.services.api_tokens.of() == []
    assert admin.send(page, f"/tokens/{token_id}/revoke", {}, 404)


def test_who_audits_sees_tokens_and_revokes_only_the_own(clerk, fresh: Scene) -> None:
    """The audit administrator changes nothing of others."""
    fresh.record("audits", "account.open", "2026-01-05", login="audits", post="audit_administrator")
    program(fresh, "fushou.manager"), program(fresh, "audits")
    somebody = clerk("audits")
    page, tokens = somebody.get("/tokens"), fresh.services.api_tokens

    assert "fushou.manager" in page.text
    assert somebody.send(page, f"/tokens/{tokens.of('fushou.manager')[0].id}/revoke", {}, 403)
    assert somebody.send(page, f"/tokens/{tokens.of('audits')[0].id}/revoke", {}, 303)
