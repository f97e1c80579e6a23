"""接口令牌 — how programs sign in: a random token for one account, its digest in a table, with an end, revocable at any time."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from adapters.vault_store import VaultStore, api_tokens, moment
from domain.log import Clock, LogUnavailable
from domain.model import Refused, Wording

PREFIX = "sw_"
"""By this people, and programs that look for leaked secrets, know a token."""
TOKEN_BYTES, ID_BYTES = 32, 8
DAYS_MAX = 365
NAME_MAX = 60
LIVE_MAX = 20
"""Tokens that one account may have at a time."""
TOUCHED_AFTER = timedelta(minutes=1)
"""Use is noted at most this often."""

BAD_NAME = Wording(
    f"名称应为 1 至 {NAME_MAX} 个可见字符",
    f"the name must have 1 to {NAME_MAX} visible characters",
    "写明哪个程序用它，例如“月报接口”",
    "say which program uses it, for example: monthly report",
)
SAME_NAME = Wording(
    "已有同名的令牌",
    "there is a token of that name already",
    "换一个名称，或先作废旧的",
    "choose another, or revoke the old one",
)
BAD_DAYS = Wording(
    f"有效期应为 1 至 {DAYS_MAX} 天", f"it must be valid for 1 to {DAYS_MAX} days", "重新选择有效期", "choose again"
)
TOO_MANY = Wording(
    f"一个账号最多有 {LIVE_MAX} 个有效令牌",
    f"an account may have {LIVE_MAX} tokens at a time",
    "先作废不再用的",
    "revoke those that are no longer used",
)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What is known of a token: whose it is, for what, since and until when, and when it was last used."""

    id: str
    login: str
    name: str
    made_at: datetime
    used_at: datetime | None
    ends_at: datetime


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _read(row: Any) -> ApiToken:
    made, used, ends = (row[name] and datetime.fromisoformat(row[name]) for name in ("made_at", "used_at", "ends_at"))
    return ApiToken(row["id"], row["login"], row["name"], made, used, ends)


class ApiTokens:
    """The tokens of one node. Whether the account is still active, and what it may do, is asked of the account."""

    def __init__(self, store: VaultStore, clock: Clock, *, touched_after: timedelta = TOUCHED_AFTER) -> None:
        self._store, self._clock, self._touched_after = store, clock, touched_after

    def make(self, login: str, name: str, days: int) -> str:
        """A new token, which is stored nowhere and shown once. Sweeps ended ones away.

        Raises Refused for a name that cannot be read or is taken, for a time that is too long, and for too many.
        """
        name, now = name.strip(), self._clock.now()
        if not (1 <= len(name) <= NAME_MAX and name.isprintable()):
            raise Refused("field.invalid", BAD_NAME, "name")
        if not 1 <= days <= DAYS_MAX:
            raise Refused("field.invalid", BAD_DAYS, "days")
        token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
        row = {
            "digest": _digest(token),
            "id": secrets.token_hex(ID_BYTES),
            "login": login,
            "name": name,
            "made_at": moment(now),
            "ends_at": moment(now + timedelta(days=days)),
        }
        with self._store.writing() as connection:
            connection.execute(delete(api_tokens).where(api_tokens.c.ends_at <= moment(now)))
        if len(self.of(login)) >= LIVE_MAX:
            raise Refused("token.too_many", TOO_MANY, "name")
        self._insert(row)
        return token

    def _insert(self, row: dict[str, Any]) -> None:
        try:
            with self._store.writing() as connection:
                connection.execute(api_tokens.insert(), row)
        except LogUnavailable as error:
            if isinstance(error.__cause__, IntegrityError):
                raise Refused("token.known", SAME_NAME, "name") from None
            raise

    def read(self, token: str) -> ApiToken | None:
        """What is known of a token, unless it ended or was revoked; its use is noted."""
        now = self._clock.now()
        mine = api_tokens.c.digest == _digest(token)
        rows = self._store.rows(select(api_tokens).where(mine, api_tokens.c.ends_at > moment(now)))
        if not rows or not token.startswith(PREFIX):
            return None
        found = _read(rows[0])
        if found.used_at is None or now - found.used_at >= self._touched_after:
            with self._store.writing() as connection:
                connection.execute(update(api_tokens).where(mine).values(used_at=moment(now)))
        return found

    def of(self, login: str | None = None) -> Sequence[ApiToken]:
        """The tokens of a login that have not ended, or those of everybody; the newest first within a login."""
        asked = select(api_tokens).where(api_tokens.c.ends_at > moment(self._clock.now()))
        if login is not None:
            asked = asked.where(api_tokens.c.login == login)
        return [_read(row) for row in self._store.rows(asked.order_by(api_tokens.c.login, api_tokens.c.made_at.desc()))]

    def revoke(self, token_id: str, login: str | None = None) -> bool:
        """End a token at once, if it is of that login or none is named; whether there was one."""
        which = api_tokens.c.id == token_id
        if login is not None:
            which &= api_tokens.c.login == login
        with self._store.writing() as connection:
            return bool(connection.execute(delete(api_tokens).where(which)).rowcount)
