"""What monitoring reads, and who may read it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.clock import FixedClock
from adapters.federation import Federation, Superior
from adapters.known_nodes import NodeState, fork_kept
from adapters.messages import LETTER, Said, of_said, read
from adapters.notes import Verifier
from domain.desk import Submission
from domain.model import Wording
from infra.bootstrap import Services, bootstrap
from infra.metrics import Measures
from infra.settings import Settings
from infra.tallies import Tally, shared
from tests.webapp.program import program
from tests.webapp.scene import NOW, Scene
from webapp.app import create_app

ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


def measured(text: str) -> dict[tuple[str, ...], float]:
    """(name, values of labels) -> value, of everything in the text format."""
    families = text_string_to_metric_families(text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def asked(scene: Scene, **more: Any) -> Any:
    """The answer of `/metrics`."""
    return create_app(scene.services).test_client().get("/metrics", **more)


@pytest.fixture
def node(tmp_path: Path) -> Services:
    """A node with one entry, a broker that is named and not asked, and a clock that stands."""
    settings = Settings(data=tmp_path / "var", node="xizang", kafka="127.0.0.1:1")
    services = bootstrap(settings, FixedClock(NOW))
    opening = {"login": "li", "post": "regulator", "scope_region": "540400"}
    services.desk.submit(Submission("account.open", str(uuid.uuid4()), opening, occurred_on=date(2026, 1, 1)))
    return services


def test_this_machine_reads_without_a_token_and_nobody_else_does(town: Scene) -> None:
    """Loopback of either family; not from elsewhere, and not through a proxy on this machine."""
    for here in ("127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1"):
        answer = asked(town, environ_overrides={"REMOTE_ADDR": here})
        assert (answer.status_code, answer.mimetype) == (200, "text/plain"), here
    for there in ("192.0.2.7", "::ffff:192.0.2.7", "10.0.0.1", "", "unix:"):
        assert asked(town, environ_overrides={"REMOTE_ADDR": there}).status_code == 403, there
    for header in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "X-Forwarded-Host"):
        assert asked(town, headers={header: "192.0.2.7"}).status_code == 403, header


def test_from_elsewhere_a_token_of_a_system_administrator_reads(town: Scene) -> None:
    """No other post, no forged token, no session."""
    for login, status in (("admin", 200), ("auditor", 403), ("nyingchi.regulator", 403)):
        headers = {"Authorization": f"Bearer {program(town, login).token}"}
        assert asked(town, environ_overrides=ELSEWHERE, headers=headers).status_code == status, login
    forged = {"Authorization": "Bearer sw_" + "x" * 43}
    assert asked(town, environ_overrides=ELSEWHERE, headers=forged).status_code == 403


def test_a_session_of_an_administrator_opens_no_metrics(reader) -> None:
    """They are for programs."""
    assert reader("admin").client.get("/metrics", environ_overrides=ELSEWHERE).status_code == 403


def test_what_is_recorded_moves_the_metrics(fresh: Scene) -> None:
    """Position, lag and appends say what happened between two readings."""
    before = measured(asked(fresh).text)
    fresh.record(
        "calls", "activity.log", "2026-11-01", type="hotline", region="540402", quantities={"consultations": 3}
    )
    after = measured(asked(fresh).text)

    assert after["shouwang_log_events_total",] == before["shouwang_log_events_total",] + 1
    assert after["shouwang_append_seconds_count",] == before["shouwang_append_seconds_count",] + 1
    lag = "shouwang_projection_lag_events"
    assert after[lag, "histories"] == before[lag, "histories"] + 1
    fresh.services.views.catch_up()
    assert measured(asked(fresh).text)[lag, "histories"] == 0


def test_no_person_stands_in_the_metrics(busy_town: Scene) -> None:
    """No name, login, stream or place: only what the labels are declared to be."""
    text = asked(busy_town).text
    for said in ("张建国", "zhang", "regulator", "fushou", "5404", *busy_town.streams.values()):
        assert said not in text


def test_heads_say_what_is_unsigned_and_who_cosigned(node: Services) -> None:
    """Unsigned until it is signed; the age counts from then."""
    unsigned = ("shouwang_unsigned_events",)
    assert measured(Measures(node).text().decode())[unsigned] == 1
    node.heads.sign()
    assert isinstance(node.clock, FixedClock)
    node.clock.set(NOW + timedelta(minutes=5))
    found = measured(Measures(node).text().decode())
    assert (found[unsigned], found["shouwang_signed_head_age_seconds",]) == (0, 300)


def test_the_relay_is_measured_where_a_broker_is_set_and_only_there(node: Services, town: Scene) -> None:
    """Before the first acknowledgement everything lags and no age is told."""
    measures = Measures(node)
    found = measured(measures.text().decode())
    assert found["shouwang_relay_lag_events",] == 1
    assert ("shouwang_relay_last_seconds",) not in found
    with node.log.reading() as recorder:
        recorder.set_mark("shouwang.events.v1", "c", 1, "{}", int((NOW - timedelta(seconds=90)).timestamp() * 1e6))
    found = measured(measures.text().decode())
    assert (found["shouwang_relay_lag_events",], found["shouwang_relay_last_seconds",]) == (0, 90)
    assert not [name for name in measured(asked(town).text) if "relay_l" in name[0]]


def test_refused_letters_are_measured_where_there_is_a_superior(node: Services) -> None:
    """Absent where none can come; otherwise how many nobody has settled."""
    assert ("shouwang_letters_refused",) not in measured(Measures(node).text().decode())
    superior = Superior("xizang", Verifier("xizang/witness", bytes(32)))
    below = replace(node, federation=Federation(superiors={"xizang": superior}))
    assert measured(Measures(below).text().decode())["shouwang_letters_refused",] == 0
    data = {"id": "t1/2", "command": "transfer.record_acceptance", "actor": "li@bomi"}
    letter = read(of_said("xizang", LETTER, "bayi/t1/2", 1, data)[1])
    assert isinstance(letter, Said)
    node.refused_letters.keep("t1/2", letter, Wording("已答复", "answered already"), NOW)
    assert measured(Measures(below).text().decode())["shouwang_letters_refused",] == 1


def test_each_node_that_is_taken_in_is_measured(node: Services) -> None:
    """How long nothing came, whether it is stopped, and the forks."""
    at = int((NOW - timedelta(hours=2)).timestamp() * 1e6)
    node.known_nodes.run(
        [
            NodeState("bayi", size=4, seen_at=at, held_back=7).kept(),
            NodeState("bomi", size=2, seen_at=at, stopped="event 2").kept(),
            fork_kept("bomi", 2, "event", "aa", "bb", at),
        ]
    )
    found = measured(Measures(node).text().decode())

    assert found["shouwang_intake_last_seconds", "bayi"] == 7200
    assert (found["shouwang_intake_stopped", "bayi"], found["shouwang_intake_stopped", "bomi"]) == (0, 1)
    assert found["shouwang_intake_behind_events", "bayi"] == 0
    assert (found["shouwang_intake_held_back_events", "bayi"], found["shouwang_intake_held_back_events", "bomi"]) == (
        7,
        0,
    )
    assert found["shouwang_forks_total",] == 1


def test_a_verification_is_told_with_its_age(node: Services) -> None:
    """Nothing before the first; then whether it passed, by the newest."""
    measures = Measures(node)
    assert ("shouwang_verify_ok",) not in measured(measures.text().decode())
    node.standing.keep(node.heads.verify())
    assert isinstance(node.clock, FixedClock)
    node.clock.set(NOW + timedelta(hours=1))
    found = measured(measures.text().decode())
    assert (found["shouwang_verify_ok",], found["shouwang_verify_age_seconds",]) == (1, 3600)
    with node.log.reading() as recorder:
        recorder.write([("verified", (int(node.clock.now().timestamp() * 1e6), 1, 0, "leaf", 1))])
    assert measured(measures.text().decode())["shouwang_verify_ok",] == 0


def test_what_cannot_be_read_is_missing_and_spoils_nothing_else(fresh: Scene, monkeypatch) -> None:
    """The views are broken: their part is 0, the log is still told."""
    monkeypatch.setattr(type(fresh.services.views), "positions", lambda _: 1 / 0)
    found = measured(asked(fresh).text)

    assert (found["shouwang_readable", "views"], found["shouwang_readable", "log"]) == (0, 1)
    assert ("shouwang_projection_lag_events", "histories") not in found
    assert found["shouwang_log_events_total",] > 0


def test_processes_count_together_and_each_in_its_own_slot() -> None:
    """Whichever is asked tells the sum; one that takes a slot over goes on from what was counted there."""
    cells = shared(2)
    first, second = Tally(cells, 0), Tally(cells, 1)
    first.add(0.002)
    second.add(0.3)
    Tally(cells, 1).add(99)

    assert dict(first.buckets()) == dict(second.buckets())
    told = dict(first.buckets())
    assert (told["0.0025"], told["0.5"], told["10"], told["+Inf"]) == (1, 2, 2, 3)
    assert first.seconds() == pytest.approx(99.302)


def test_a_server_whose_views_are_far_behind_is_not_ready(fresh: Scene, monkeypatch) -> None:
    """A little behind is as always; far behind, it says so and lives on."""
    client = create_app(fresh.services).test_client()
    assert client.get("/readyz").status_code == 200
    monkeypatch.setattr("webapp.health.BEHIND_MAX", -1)
    answer = client.get("/readyz")

    assert (answer.status_code, answer.get_json()["caught_up"], answer.get_json()["views"]) == (503, False, True)
    assert client.get("/healthz").status_code == 200
