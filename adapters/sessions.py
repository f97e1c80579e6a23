"""登录会话 — sessions on the server: a random token in the cookie, its digest in a table, revocable at any time."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update

from adapters.vault_store import VaultStore, moment, sessions
from domain.log import Clock

TOKEN_BYTES = 32
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)
TOUCHED_AFTER = timedelta(seconds=15)
"""Use is noted at most this often, so a session may end this much before its idle time, never after it."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, since when, and the token that the session's own forms carry."""

    login: str
    opened_at: datetime
    seen_at: datetime
    csrf: str


def csrf_of(token: str) -> str:
    """The token of a session's forms: derived from the session's own, which no page ever shows."""
    return hmac.new(token.encode(errors="replace"), b"csrf", "sha256").hexdigest()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


class Sessions:
    """The sessions of one node. Whether the account is still active is asked of the account."""

    def __init__(
        self,
        store: VaultStore,
        clock: Clock,
        *,
        idle: timedelta = IDLE,
        absolute: timedelta = ABSOLUTE,
        touched_after: timedelta = TOUCHED_AFTER,
    ) -> None:
        self._store, self._clock = store, clock
        self._idle, self._absolute, self._touched_after = idle, absolute, touched_after

    def open(self, login: str) -> str:
        """Begin a session; its token, which is stored nowhere. Sweeps ended sessions away."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._clock.now()
        row = {"digest": _digest(token), "login": login, "opened_at": moment(now), "seen_at": moment(now)}
        with self._store.writing() as connection:
            connection.execute(delete(sessions).where(self._ended(now)))
            connection.execute(sessions.insert(), row)
        return token

    def read(self, token: str, *, touch: bool = True) -> Session | None:
        """The session of a token, unless it ended. `touch=False` is for requests that no person made."""
        now = self._clock.now()
        rows = self._store.rows(select(sessions).where(sessions.c.digest == _digest(token), ~self._ended(now)))
        if not rows:
            return None
        row = rows[0]
        seen_at = datetime.fromisoformat(row["seen_at"])
        if touch and now - seen_at >= self._touched_after:
            with self._store.writing() as connection:
                mine = sessions.c.digest == row["digest"]
                connection.execute(update(sessions).where(mine).values(seen_at=moment(now)))
            seen_at = now
        return Session(row["login"], datetime.fromisoformat(row["opened_at"]), seen_at, csrf_of(token))

    def csrf_matches(self, token: str, given: str | None) -> bool:
        """Whether a form carries the token of this session."""
        return given is not None and hmac.compare_digest(csrf_of(token).encode(), given.encode(errors="replace"))

    def revoke(self, token: str) -> None:
        """End a session at once."""
        with self._store.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == _digest(token)))

    def revoke_all(self, login: str, *, keep: str | None = None) -> int:
        """End every session of a login, but for the one whose token is `keep`; how many ended."""
        whose = sessions.c.login == login
        if keep is not None:
            whose &= sessions.c.digest != _digest(keep)
        with self._store.writing() as connection:
            return connection.execute(delete(sessions).where(whose)).rowcount

    def _ended(self, now: datetime) -> ColumnElement[bool]:
        """What is true of a session that has been idle, or has lasted, too long."""
        return or_(sessions.c.seen_at <= moment(now - self._idle), sessions.c.opened_at <= moment(now - self._absolute))
