"""口令 — sign-in by login name and password: Argon2id hashes, a policy, and a limit on guesses.

What an unknown login costs and answers is what a known one costs and answers.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from datetime import timedelta
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select, text

from adapters.vault_store import VaultStore, attempts, moment, passwords
from domain.log import Clock
from domain.model import Refused, Wording

LENGTH_MIN, LENGTH_MAX = 12, 256
DIFFERENT_MIN = 5
GUESSES_MAX = 10
GUESSES_MAX_PER_ORIGIN = 100
WINDOW = timedelta(minutes=5)
LOGIN_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}", re.ASCII)
RUN_LENGTH = 6
RUNS = frozenset(
    line[start : start + RUN_LENGTH]
    for forward in ("01234567890123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
    for line in (forward, forward[::-1])
    for start in range(len(line) - RUN_LENGTH + 1)
)
"""Digits, letters and keys in a row, either way."""

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""Argon2id with 19 MiB, two passes and one lane: the OWASP minimum, 20 to 40 ms on a small server."""

BAD_LOGIN = Wording(
    "登录名不符合要求",
    "the login name is not of the required form",
    "用 2 至 64 个小写字母、数字、点、下划线或连字符，以字母或数字开头",
    "use 2 to 64 lower-case letters, digits, dots, underscores or hyphens; begin with a letter or digit",
)
TOO_SHORT = Wording(
    f"口令少于 {LENGTH_MIN} 个字符",
    f"the password has fewer than {LENGTH_MIN} characters",
    "可用一句容易记住的话作口令",
    "use a sentence that is easy to remember",
)
TOO_LONG = Wording(
    f"口令多于 {LENGTH_MAX} 个字符", f"the password has more than {LENGTH_MAX} characters", "缩短口令", "shorten it"
)
TOO_PLAIN = Wording(
    "口令太容易猜到",
    "the password is too easy to guess",
    "不要含登录名、连续的数字或键盘顺序、重复的字符",
    "no login name, runs of digits or keys, or repeated characters",
)
TOO_MANY = Wording("登录尝试次数过多", "too many attempts to sign in", "请 5 分钟后再试", "try again in 5 minutes")

_KEEP = text(
    "INSERT INTO passwords (login, hash, changed_at) VALUES (:login, :hash, :at) ON CONFLICT (login) "
    "DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at"
)


def login_name(said: str) -> str:
    """The login as it is stored: folded and stripped. Raises `Refused` when it cannot be one."""
    login = unicodedata.normalize("NFKC", said).strip().casefold()
    if not LOGIN_NAME.fullmatch(login):
        raise Refused("field.invalid", BAD_LOGIN, field="login")
    return login


def require_strong(login: str, password: str) -> None:
    """Raise `Refused` unless the password is long enough and not easy to guess."""
    if len(password) < LENGTH_MIN:
        raise Refused("password.too_short", TOO_SHORT, field="password")
    if len(password) > LENGTH_MAX:
        raise Refused("password.too_long", TOO_LONG, field="password")
    folded = password.casefold()
    runs = any(folded[start : start + RUN_LENGTH] in RUNS for start in range(len(folded) - RUN_LENGTH + 1))
    if runs or login in folded or len(set(folded)) < DIFFERENT_MIN:
        raise Refused("password.too_plain", TOO_PLAIN, field="password")


class Passwords:
    """The passwords of one node's accounts. Who may do what is no matter of this class."""

    def __init__(
        self,
        store: VaultStore,
        clock: Clock,
        *,
        hasher: PasswordHasher = HASHER,
        guesses_max: int = GUESSES_MAX,
        guesses_max_per_origin: int = GUESSES_MAX_PER_ORIGIN,
        window: timedelta = WINDOW,
    ) -> None:
        self._store, self._clock, self._hasher = store, clock, hasher
        self._limits, self._window = {"login": guesses_max, "origin": guesses_max_per_origin}, window

    @cached_property
    def _nobody(self) -> str:
        """A hash to spend time on when a login is unknown."""
        return self._hasher.hash(uuid.uuid4().hex)

    def set(self, login: str, password: str) -> None:
        """Give a login its password, or a new one. Raises `Refused` when it does not meet the policy."""
        login, password = login_name(login), unicodedata.normalize("NFC", password)
        require_strong(login, password)
        self._keep(login, password)
        self._forgive(login)

    def check(self, login: str, password: str, origin: str | None = None) -> bool:
        """Whether the password is right. Raises `Refused` (`sign_in.too_many`) beyond the limit of attempts.

        `origin` is the address that the attempt comes from; it has a limit of its own.
        """
        if origin is not None:
            self._count("origin", origin)
        self._count("login", login)
        nobody = self._nobody
        try:
            login, known = login_name(login), True
        except Refused:
            known = False
        stored = self._hash_of(login) if known else None
        password = unicodedata.normalize("NFC", password[: LENGTH_MAX + 1])
        if not self._verify(stored or nobody, password) or stored is None:
            return False
        if self._hasher.check_needs_rehash(stored):
            self._keep(login, password)
        self._forgive(login)
        return True

    def knows(self, login: str) -> bool:
        """Whether the login has a password."""
        return self._hash_of(login_name(login)) is not None

    def remove(self, login: str) -> None:
        """Take a login's password away: it can no longer sign in."""
        with self._store.writing() as connection:
            connection.execute(delete(passwords).where(passwords.c.login == login_name(login)))

    def _hash_of(self, login: str) -> str | None:
        rows = self._store.rows(select(passwords.c.hash).where(passwords.c.login == login))
        return rows[0]["hash"] if rows else None

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False

    def _keep(self, login: str, password: str) -> None:
        row = {"login": login, "hash": self._hasher.hash(password), "at": moment(self._clock.now())}
        with self._store.writing() as connection:
            connection.execute(_KEEP, row)

    # -- attempts: counted before the hash is computed, under a digest, for people type passwords as logins ----

    def _count(self, kind: str, said: str) -> None:
        subject, now = self._subject(kind, said), self._clock.now()
        with self._store.writing(turn=f"attempts:{subject}") as connection:
            connection.execute(delete(attempts).where(attempts.c.at <= moment(now - self._window)))
            made = connection.execute(
                select(func.count()).select_from(attempts).where(attempts.c.subject == subject)
            ).scalar_one()
            if made >= self._limits[kind]:
                raise Refused("sign_in.too_many", TOO_MANY)
            connection.execute(attempts.insert(), {"id": uuid.uuid4().hex, "subject": subject, "at": moment(now)})

    def _forgive(self, login: str) -> None:
        with self._store.writing() as connection:
            connection.execute(delete(attempts).where(attempts.c.subject == self._subject("login", login)))

    @staticmethod
    def _subject(kind: str, said: str) -> str:
        folded = unicodedata.normalize("NFKC", said).strip().casefold()
        return hashlib.sha256(f"{kind}|{folded}".encode(errors="replace")).hexdigest()
