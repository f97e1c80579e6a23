"""Sessions on the server: how they begin, end, and are told from forgeries."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.sessions import Sessions, csrf_of
from adapters.vault_store import VaultStore, sessions
from tests.adapters.vault_stores import Hand


@pytest.fixture
def clock() -> Hand:
    """A clock that the test moves."""
    return Hand()


@pytest.fixture
def desk(store: VaultStore, clock: Hand) -> Sessions:
    """The sessions of one node, 30 minutes idle and 8 hours in all."""
    return Sessions(store, clock)


def test_a_session_knows_its_login_until_it_is_revoked(desk: Sessions, clock: Hand) -> None:
    """Signing out ends it for every later request."""
    token = desk.open("li")
    session = desk.read(token)

    assert session is not None
    assert (session.login, session.opened_at) == ("li", clock.now())
    desk.revoke(token)
    assert desk.read(token) is None


def test_nothing_in_the_store_signs_anybody_in(desk: Sessions, store: VaultStore) -> None:
    """The token has 256 bits and only its digest is kept."""
    token = desk.open("li")
    kept = store.rows(sessions.select())[0]

    assert len(token) == 43
    assert token not in repr(dict(kept))
    assert desk.read(bytes(kept["digest"]).hex()) is None


def test_an_idle_session_ends_and_a_used_one_goes_on(desk: Sessions, clock: Hand) -> None:
    """Thirty minutes after the last use, never later."""
    idle, used = desk.open("li"), desk.open("wang")
    for _ in range(3):
        clock.move(minutes=29)
        assert desk.read(used) is not None
    assert desk.read(idle) is None
    clock.move(minutes=30)

    assert desk.read(used) is None


def test_polling_keeps_no_session_alive(desk: Sessions, clock: Hand) -> None:
    """Requests that no person made do not count as use."""
    token = desk.open("li")
    clock.move(minutes=29)
    assert desk.read(token, touch=False) is not None
    clock.move(minutes=1)

    assert desk.read(token) is None


def test_a_busy_session_still_ends_after_eight_hours(desk: Sessions, clock: Hand) -> None:
    """The absolute limit holds however much it is used."""
    token = desk.open("li")
    alive = 0
    while desk.read(token) is not None:
        clock.move(minutes=20)
        alive += 1

    assert alive == 24


def test_use_is_noted_sparingly_and_never_lengthens_a_session(desk: Sessions, clock: Hand, store: VaultStore) -> None:
    """Within 15 seconds of the last note nothing is written."""
    token = desk.open("li")
    first = store.rows(sessions.select())[0]["seen_at"]
    clock.move(seconds=14)
    desk.read(token)
    second = store.rows(sessions.select())[0]["seen_at"]
    clock.move(seconds=1)
    desk.read(token)

    assert first == second < store.rows(sessions.select())[0]["seen_at"]


def test_all_sessions_of_a_login_end_at_once(desk: Sessions) -> None:
    """A lock or a new password ends them, but for the one that asked if it is to stay; others are not touched."""
    mine, other, third, foreign = desk.open("li"), desk.open("li"), desk.open("li"), desk.open("wang")

    assert desk.revoke_all("li", keep=mine) == 2
    assert [desk.read(t) is not None for t in (mine, other, third, foreign)] == [True, False, False, True]
    assert desk.revoke_all("li") == 1
    assert desk.read(mine) is None


def test_ended_sessions_are_swept_away(desk: Sessions, clock: Hand, store: VaultStore) -> None:
    """The table does not grow with the years."""
    for _ in range(5):
        desk.open("li")
        clock.move(hours=9)
    desk.open("li")

    assert len(store.rows(sessions.select())) == 1


def test_a_form_carries_the_token_of_its_own_session(desk: Sessions) -> None:
    """The form's token tells nothing of the session's and fits no other session."""
    mine, other = desk.open("li"), desk.open("li")
    session = desk.read(mine)

    assert session is not None
    assert desk.csrf_matches(mine, session.csrf)
    assert not desk.csrf_matches(other, session.csrf)
    assert not desk.csrf_matches(mine, None)
    assert not desk.csrf_matches(mine, "")
    assert mine not in session.csrf


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(token=st.text(st.characters()), given_csrf=st.text(st.characters()))
def test_no_forgery_is_a_session(desk: Sessions, token: str, given_csrf: str) -> None:
    """Any text but an open token is nobody, and nothing breaks."""
    assert desk.read(token) is None
    assert not desk.csrf_matches(token, given_csrf)
    assert csrf_of(token) != given_csrf
