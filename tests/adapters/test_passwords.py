"""Signing in by password: what is kept, what is refused, how guesses are slowed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.passwords import HASHER, Passwords, login_name, require_strong
from adapters.vault_store import VaultStore, attempts, passwords
from domain.model import Refused
from tests.adapters.vault_stores import Hand

QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
GOOD = "春眠不觉晓处处闻啼鸟夜来风雨声"


@pytest.fixture
def clock() -> Hand:
    """A clock that the test moves."""
    return Hand()


@pytest.fixture
def doors(store: VaultStore, clock: Hand) -> Passwords:
    """Passwords with a quick hash, and one account."""
    doors = Passwords(store, clock, hasher=QUICK)
    doors.set("li.regulator", GOOD)
    return doors


def refusal(doors: Passwords, login: str, password: str = GOOD, origin: str | None = None) -> str | None:
    """The rule that refuses an attempt, if any."""
    try:
        doors.check(login, password, origin)
    except Refused as refused:
        return refused.rule
    return None


def test_the_right_password_opens_and_a_wrong_one_does_not(doors: Passwords) -> None:
    """Case and spaces matter in the password, not in the login."""
    assert doors.check("li.regulator", GOOD)
    assert doors.check(" Li.Regulator ", GOOD)
    assert not doors.check("li.regulator", GOOD + " ")
    assert not doors.check("li.regulator", "")
    assert not doors.check("nobody", GOOD)
    assert not doors.check("not a login!", GOOD)


def test_a_password_is_the_same_however_it_was_typed(doors: Passwords) -> None:
    """Composed and decomposed characters are one password; a lone surrogate is only a wrong one."""
    doors.set("wang", "Café sous la pluie")

    assert doors.check("wang", "Cafe\u0301 sous la pluie")
    assert not doors.check("wang", "\ud800 sous la pluie")


def test_only_a_salted_argon2id_hash_is_kept(doors: Passwords, store: VaultStore) -> None:
    """Two accounts with one password have different hashes, and the shipped parameters are OWASP's or more."""
    doors.set("wang", GOOD)
    hashes = [row["hash"] for row in store.rows(passwords.select())]

    assert len(set(hashes)) == 2
    assert all(h.startswith("$argon2id$") for h in hashes)
    assert (HASHER.memory_cost, HASHER.time_cost) >= (19_456, 2)


def test_a_hash_of_older_parameters_is_renewed_at_sign_in(doors: Passwords, store: VaultStore, clock: Hand) -> None:
    """The stronger hash replaces the weaker one without anybody noticing."""
    stronger = Passwords(store, clock, hasher=PasswordHasher(time_cost=2, memory_cost=128, parallelism=1))
    before = store.rows(passwords.select())[0]["hash"]

    assert stronger.check("li.regulator", GOOD)
    after = store.rows(passwords.select())[0]["hash"]
    assert before != after
    assert "m=128,t=2" in after
    assert stronger.check("li.regulator", GOOD)


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("short", "password.too_short"),
        ("十一个字的口令不够长呀", "password.too_short"),
        ("长" * 257, "password.too_long"),
        ("aaaaaaaaaaaaaaaa", "password.too_plain"),
        ("My-123456-dogs-bark", "password.too_plain"),
        ("My-654321-dogs-bark", "password.too_plain"),
        ("QWERTYuiop-dogs", "password.too_plain"),
        ("I am Li.Regulator!", "password.too_plain"),
    ],
)
def test_a_weak_password_is_refused(doors: Passwords, password: str, rule: str) -> None:
    """At least 12 characters, at most 256, nothing that is guessed first."""
    with pytest.raises(Refused) as caught:
        doors.set("li.regulator", password)

    assert caught.value.rule == rule
    assert password not in caught.value.wording.zh + caught.value.wording.en
    assert doors.check("li.regulator", GOOD)


@given(st.text(min_size=12, max_size=64))
def test_the_policy_asks_for_no_kinds_of_characters(password: str) -> None:
    """A password of enough different characters is refused for being plain at most, never for its letters."""
    refused = None
    try:
        require_strong("nobody-at-all", password)
    except Refused as refusal:
        refused = refusal.rule

    assert refused in (None, "password.too_plain")


@pytest.mark.parametrize("login", ["", "a", "-ab", "a b", "张三", "a" * 65, "a\nb", "<b>"])
def test_a_login_name_is_plain(login: str) -> None:
    """Names that could be mistaken or break a log line are refused."""
    with pytest.raises(Refused) as caught:
        login_name(login)

    assert (caught.value.rule, caught.value.field) == ("field.invalid", "login")


def test_ten_guesses_in_five_minutes_and_no_more(doors: Passwords, clock: Hand) -> None:
    """The eleventh is refused, even if it is right; each guess is forgotten five minutes after it was made."""
    for second in range(10):
        assert not doors.check("li.regulator", f"wrong {second}")
        clock.move(seconds=10)
    assert refusal(doors, "LI.regulator ") == "sign_in.too_many"
    clock.move(seconds=199)
    assert refusal(doors, "li.regulator") == "sign_in.too_many"
    clock.move(seconds=1)

    assert doors.check("li.regulator", GOOD)


def test_a_successful_sign_in_forgets_the_mistakes(doors: Passwords) -> None:
    """Whoever knows the password is not counted against."""
    for _ in range(3):
        assert [doors.check("li.regulator", "wrong") for _ in range(9)] == [False] * 9
        assert doors.check("li.regulator", GOOD)


def test_unknown_and_impossible_logins_are_answered_like_known_ones(doors: Passwords) -> None:
    """The same answers in the same order, so that nobody learns which accounts exist."""
    answers = {
        login: [refusal(doors, login, "wrong password") for _ in range(12)]
        for login in ("li.regulator", "nobody", "not a login!")
    }

    assert set(map(tuple, answers.values())) == {(None,) * 10 + ("sign_in.too_many",) * 2}


def test_unknown_logins_cost_a_hash_too(doors: Passwords, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of an answer does not tell whether the account exists."""
    verified: list[str] = []
    monkeypatch.setattr(Passwords, "_verify", lambda _, stored, password: bool(verified.append(stored)))
    doors.check("nobody", "wrong password")
    doors.check("not a login!", "wrong password")
    doors.check("li.regulator", "wrong password")

    assert len(verified) == 3
    assert all(stored.startswith("$argon2id$v=19$m=64,t=1,p=1$") for stored in verified)


def test_one_origin_cannot_guess_across_many_accounts(store: VaultStore, clock: Hand) -> None:
    """An address has a limit of its own, which locks nobody else out."""
    doors = Passwords(store, clock, hasher=QUICK, guesses_max_per_origin=15)
    doors.set("owner", GOOD)
    rules = [refusal(doors, f"account-{n}", "wrong", "192.0.2.7") for n in range(20)]

    assert rules == [None] * 15 + ["sign_in.too_many"] * 5
    assert refusal(doors, "owner", GOOD, "192.0.2.7") == "sign_in.too_many"
    assert doors.check("owner", GOOD, "192.0.2.8")


def test_guesses_at_the_same_moment_are_counted_one_by_one(doors: Passwords) -> None:
    """Many connections at once win no extra guesses."""
    with ThreadPoolExecutor(8) as pool:
        rules = list(pool.map(lambda _: refusal(doors, "li.regulator", "wrong password"), range(24)))

    assert rules.count(None) == 10


def test_what_was_typed_as_a_login_is_not_kept(doors: Passwords, store: VaultStore) -> None:
    """People type passwords into the wrong field: attempts are kept under a digest."""
    doors.check("my secret word", "x")

    assert "secret" not in repr([dict(row) for row in store.rows(attempts.select())])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(login=st.text(max_size=300), password=st.text(st.characters(), max_size=300), origin=st.text(max_size=50))
def test_any_typing_is_answered(doors: Passwords, login: str, password: str, origin: str) -> None:
    """Whatever is typed is right, wrong, or too often; nothing breaks."""
    assert refusal(doors, login, password, origin) in (None, "sign_in.too_many")


def test_a_removed_password_opens_nothing(doors: Passwords) -> None:
    """After removal the login is unknown here."""
    known = doors.knows("li.regulator")
    doors.remove("li.regulator")

    assert (known, doors.knows("li.regulator")) == (True, False)
    assert not doors.check("li.regulator", GOOD)
