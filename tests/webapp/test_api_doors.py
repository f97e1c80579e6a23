"""Who comes into the API, and what they are told who do not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from domain.log import LogUnavailable
from tests.webapp.program import ROOT, Program, program
from tests.webapp.reader import Reader
from tests.webapp.scene import Scene
from webapp.access import Permission
from webapp.api import doors
from webapp.api.operations import OPERATIONS
from webapp.app import create_app

CALLS = {"type": "hotline", "quantities": {"consultations": 3}}


def address(path: str) -> str:
    """A path with something in its blanks."""
    return path.replace("<key>", "stay.present").replace("<name>", "stays").replace("<stream>", "any")


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.name)
def test_nothing_is_answered_without_a_token_that_works(town: Scene, one) -> None:
    """No token, a forged one, another scheme and a session of the pages: 401 that says what is asked for."""
    if one.permission is Permission.ANYONE:
        assert program(town, None).send(one.method, address(one.path)).status_code == 200
        return
    nobody = program(town, None)
    signed_in = Program(Reader(create_app(town.services).test_client(), "nyingchi.regulator").client, None)
    for somebody, headers in (
        (nobody, {}),
        (nobody, {"Authorization": "Bearer sw_" + "x" * 43}),
        (nobody, {"Authorization": "Bearer"}),
        (nobody, {"Authorization": "Basic YTpi"}),
        (signed_in, {}),
    ):
        answer = somebody.send(one.method, address(one.path), headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_opens_no_page(town: Scene) -> None:
    """Pages know cookies only."""
    token = program(town, "nyingchi.regulator").token
    client = create_app(town.services).test_client()

    for path in ("/", "/figures", "/tokens", "/api"):
        answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/sign-in")


def test_a_session_needs_no_forgery_protection_here_because_it_opens_nothing(fresh: Scene) -> None:
    """A command sent with the cookies of somebody signed in is not recorded."""
    reader = Reader(create_app(fresh.services).test_client(), "nyingchi.regulator")
    head = fresh.services.log.head()
    body = {"command": "activity.log", "id": "x", "occurred_on": "2026-11-01", "args": {**CALLS, "region": "540402"}}

    assert Program(reader.client, None).post(body, 401)
    assert fresh.services.log.head() == head


def test_a_locked_account_has_no_tokens(fresh: Scene) -> None:
    """From its locking on, without anybody revoking them."""
    somebody = program(fresh, "bomi.regulator")
    assert somebody.get("/figures", key="stay.present")
    login = fresh.services.log.stream(fresh.streams["bomi.regulator"])[0].originator_id
    fresh.record("lock", "account.lock", "2026-11-19", account=login)

    assert somebody.get("/figures", 401, key="stay.present")["type"] == "/api#problem-token"


def test_a_token_ends_when_it_is_over_or_revoked(fresh: Scene) -> None:
    """Until then it works."""
    first, second = program(fresh, "auditor"), program(fresh, "auditor")
    assert first.get("/figures", key="stay.present")
    fresh.services.api_tokens.revoke(fresh.services.api_tokens.of("auditor")[-1].id)
    statuses = {first.send("GET", "/catalogue").status_code, second.send("GET", "/catalogue").status_code}

    assert statuses == {200, 401}
    fresh.clock.set(fresh.clock.now() + timedelta(days=31))
    assert second.send("GET", "/catalogue").status_code == 401


def test_who_only_audits_records_nothing(town: Scene) -> None:
    """The post decides, before the body is read."""
    told = program(town, "auditor").post({}, 403)

    assert (told["type"], told["rule"]) == ("/api#problem-forbidden", "command.not_allowed")


def test_a_token_has_its_pace(town: Scene, monkeypatch) -> None:
    """Beyond it 429 with a time to wait; another token and the next minute are not held back."""
    monkeypatch.setattr(doors, "REQUESTS_A_MINUTE", 3)
    app = create_app(town.services)
    hasty, other = program(town, "auditor", app=app), program(town, "auditor", app=app)
    answers = [hasty.send("GET", "/catalogue") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert other.send("GET", "/catalogue").status_code == 200
    pace, now = doors.Pace(), town.clock.now()
    assert [pace.one_more("a", now), pace.one_more("a", now), pace.one_more("a", now + timedelta(minutes=1))] == [
        1,
        2,
        1,
    ]


@pytest.mark.parametrize(
    ("method", "path", "more", "status", "kind"),
    [
        ("GET", "/nothing", {}, 404, "not_found"),
        ("GET", "/figures/none.such/trace", {}, 404, "not_found"),
        ("GET", "/sheets/none", {}, 404, "not_found"),
        ("GET", "/timeline/none", {}, 404, "not_found"),
        ("GET", "/replay/none", {}, 404, "not_found"),
        ("POST", "/figures", {}, 405, "method"),
        ("DELETE", "/commands", {}, 405, "method"),
        ("POST", "/commands", {"data": b"{}", "content_type": "text/plain"}, 415, "media_type"),
        ("POST", "/commands", {"data": b"{}"}, 415, "media_type"),
        ("POST", "/commands", {"data": b"[" * (1 << 20) + b"1", "content_type": "application/json"}, 413, "too_large"),
        ("POST", "/commands", {"data": b"[" * 100_000, "content_type": "application/json"}, 400, "malformed"),
        ("POST", "/commands", {"data": b"\xff{}", "content_type": "application/json"}, 400, "malformed"),
        ("POST", "/commands", {"data": b"", "content_type": "application/json"}, 400, "malformed"),
        ("POST", "/commands", {"data": b'"text"', "content_type": "application/json"}, 400, "malformed"),
        ("POST", "/commands", {"data": json.dumps([{}] * 501), "content_type": "application/json"}, 413, "too_large"),
    ],
)
def test_every_error_is_a_problem_in_both_languages(town: Scene, method, path, more, status, kind) -> None:
    """Its title and detail follow the language asked for; both stand beside."""
    for language, suffix in (("zh-CN,zh;q=0.9", "_zh"), ("en-GB,en;q=0.8", "_en"), ("fr", "_zh")):
        answer = program(town, "nyingchi.regulator", language=language).send(method, path, **more)
        told = answer.get_json()
        assert (answer.status_code, told["type"]) == (status, f"/api#problem-{kind}")
        assert (told["title"], told["detail"]) == (told[f"title{suffix}"], told[f"detail{suffix}"])
        assert answer.headers["Content-Language"][:2] == suffix[1:]
        assert "Allow" in answer.headers or status != 405


def test_what_nobody_foresaw_is_told_without_its_insides(fresh: Scene, monkeypatch) -> None:
    """The server's log has it; the program learns that it may try again."""
    somebody = program(fresh, "auditor")
    monkeypatch.setattr(type(fresh.services.views), "figures", lambda *_: 1 / 0)
    told = somebody.get("/figures", 500, key="stay.present")

    assert told["type"] == "/api#problem-broken"
    assert "Zero" not in json.dumps(told)


def test_a_log_that_cannot_be_written_says_when_to_try_again(fresh: Scene, monkeypatch) -> None:
    """503 with the reason in both languages; the same command is recorded once it can be."""
    somebody = program(fresh, "nyingchi.regulator")
    body = {"command": "activity.log", "id": "x", "occurred_on": "2026-11-01", "args": {**CALLS, "region": "540402"}}
    with monkeypatch.context() as broken:
        broken.setattr(type(fresh.services.log), "append", full)
        answer = somebody.send("POST", "/commands", json=body)

    assert (answer.status_code, answer.get_json()["type"]) == (503, "/api#problem-unavailable")
    assert answer.get_json()["detail_zh"].startswith("磁盘已满")
    assert int(answer.headers["Retry-After"]) > 0
    assert somebody.post(body, 201)


def full(*_: object) -> None:
    """A log whose disk is full."""
    raise LogUnavailable("磁盘已满", "the disk is full")


def test_no_answer_of_the_api_sets_a_cookie_or_is_stored(town: Scene) -> None:
    """Not even where the address names a language, which is an unknown parameter here."""
    somebody = program(town, "auditor")
    for path in ("/catalogue", "/catalogue?lang=en", "/nothing?lang=en", f"{ROOT}"):
        answer = somebody.send("GET", path)
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_server_says_that_it_lives_and_that_it_can_answer(fresh: Scene, monkeypatch) -> None:
    """To anybody; where the views cannot be read it lives and is not ready."""
    client = create_app(fresh.services).test_client()
    assert client.get("/healthz").get_json() == {"status": "ok"}
    everything = dict.fromkeys(("log", "vault", "views", "caught_up"), True)
    assert client.get("/readyz").get_json() == {"status": "ready", **everything}

    monkeypatch.setattr(type(fresh.services.views), "position", lambda _: 1 / 0)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["views"], answer.get_json()["log"]) == (503, False, True)
    assert client.get("/healthz").status_code == 200
