"""Tokens of the API: how they are made, end, and are told from forgeries; on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.api_tokens import DAYS_MAX, LIVE_MAX, NAME_MAX, ApiTokens
from adapters.sessions import Sessions
from adapters.vault_store import VaultStore, api_tokens
from domain.model import Refused
from infra.migrations import REVISIONS
from tests.adapters.vault_stores import Hand, Opener


@pytest.fixture
def clock() -> Hand:
    """A clock that the test moves."""
    return Hand()


@pytest.fixture
def desk(store: VaultStore, clock: Hand) -> ApiTokens:
    """The tokens of one node."""
    return ApiTokens(store, clock)


def refused(desk: ApiTokens, *args: object) -> tuple[str, str | None]:
    """The rule and the field by which a token is not made."""
    with pytest.raises(Refused) as caught:
        desk.make(*args)
    return caught.value.rule, caught.value.field


def test_a_token_knows_its_login_until_it_is_revoked(desk: ApiTokens, clock: Hand) -> None:
    """Revoking ends it for every later request, and only it."""
    token, other = desk.make("li", "report", 90), desk.make("li", "other", 90)
    found = desk.read(token)

    assert found is not None
    assert (found.login, found.name, found.made_at, found.used_at) == ("li", "report", clock.now(), None)
    assert desk.revoke(found.id, "li")
    assert not desk.revoke(found.id, "li")
    assert desk.read(token) is None
    assert desk.read(other) is not None


def test_nobody_revokes_the_token_of_another_login_by_naming_the_own(desk: ApiTokens) -> None:
    """With a login only its own tokens end; without one anybody's do."""
    token = desk.make("li", "report", 90)
    token_id = desk.of("li")[0].id

    assert not desk.revoke(token_id, "wang")
    assert desk.read(token) is not None
    assert desk.revoke(token_id)
    assert desk.read(token) is None


def test_nothing_in_the_store_is_a_token(desk: ApiTokens, store: VaultStore) -> None:
    """It has 256 bits behind a prefix that scanners know, and only its digest is kept."""
    token = desk.make("li", "report", 90)
    kept = store.rows(api_tokens.select())[0]

    assert token.startswith("sw_")
    assert len(token) == 46
    assert token not in repr(dict(kept))
    assert desk.read(bytes(kept["digest"]).hex()) is None
    assert desk.read(token.removeprefix("sw_")) is None


def test_a_token_ends_on_its_day_however_much_it_is_used(desk: ApiTokens, clock: Hand) -> None:
    """Until the last moment of its time, and not after it; ended ones are swept away when the next is made."""
    token = desk.make("li", "report", 7)
    clock.move(days=7, microseconds=-1)
    assert desk.read(token) is not None
    clock.move(microseconds=1)

    assert desk.read(token) is None
    assert desk.of("li") == []
    desk.make("li", "report", 7)
    assert len(desk.of()) == 1


def test_use_is_noted_at_most_once_a_minute(desk: ApiTokens, clock: Hand) -> None:
    """The first use at once, the next when a minute has passed."""
    token = desk.make("li", "report", 7)
    seen = []
    for seconds in (5, 59, 1):
        clock.move(seconds=seconds)
        desk.read(token)
        seen.append(desk.of("li")[0].used_at)

    assert seen[0] == seen[1] < seen[2]


@pytest.mark.parametrize(
    ("name", "days", "rule", "field"),
    [
        ("  ", 7, "field.invalid", "name"),
        ("x" * (NAME_MAX + 1), 7, "field.invalid", "name"),
        ("a\nb", 7, "field.invalid", "name"),
        ("report", 0, "field.invalid", "days"),
        ("report", DAYS_MAX + 1, "field.invalid", "days"),
        ("known", 7, "token.known", "name"),
    ],
)
def test_a_token_that_cannot_be_is_refused(desk: ApiTokens, name: str, days: int, rule: str, field: str) -> None:
    """Each refusal names the field, and nothing is made."""
    desk.make("li", "known", 7)

    assert refused(desk, "li", name, days) == (rule, field)
    assert len(desk.of("li")) == 1
    desk.make("wang", "known", 7)


def test_an_account_has_only_so_many_tokens(desk: ApiTokens) -> None:
    """The next one is refused until one is revoked."""
    for number in range(LIVE_MAX):
        desk.make("li", f"program {number}", 7)

    assert refused(desk, "li", "one more", 7) == ("token.too_many", "name")
    desk.revoke(desk.of("li")[0].id)
    assert desk.make("li", "one more", 7)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(token=st.text(st.characters()) | st.from_regex(r"sw_[A-Za-z0-9_-]{43}", fullmatch=True))
def test_no_forgery_is_a_token(desk: ApiTokens, token: str) -> None:
    """Any text but a made token is nobody, and nothing breaks."""
    desk.read(token)
    if not desk.of():
        desk.make("li", "report", 7)

    assert desk.read(token) is None


def test_a_store_of_an_older_release_gets_the_table_and_keeps_the_rest(opener: Opener, clock: Hand) -> None:
    """The release before had no table of tokens: the first question makes it, sessions stay open."""
    old = opener()
    session = Sessions(old, clock).open("li")
    with old.writing() as connection:
        connection.exec_driver_sql("DROP TABLE api_tokens")
        connection.exec_driver_sql(f"DROP TABLE {REVISIONS}")  # it kept no revisions either
    new = opener()

    assert ApiTokens(new, clock).read("sw_none") is None
    assert ApiTokens(opener(), clock).of() == []
    token = ApiTokens(new, clock).make("li", "report", 7)
    assert ApiTokens(opener(), clock).read(token) is not None
    assert Sessions(new, clock).read(session) is not None
