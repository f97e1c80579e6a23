"""草稿 — forms that are not finished: what was typed, sealed, for the account that typed it, until it is recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import delete, func, select, text

from adapters.sealed_store import drafts
from adapters.vault import KeyVault
from adapters.vault_store import VaultStore, moment
from domain.log import Clock, Conflict, LogUnavailable
from domain.model import Refused, Wording

KEPT_FOR = timedelta(days=30)
DRAFTS_MAX = 50
ATTEMPTS = 5

TOO_MANY = Wording(
    f"已有 {DRAFTS_MAX} 份草稿",
    f"there are {DRAFTS_MAX} drafts already",
    "先在“草稿”里入账或丢弃一些，再存",
    "record or discard some under Drafts first",
)
_BUSY = ("密钥库正忙，草稿没有保存；请再存一次", "the vault is busy and the draft was not saved; save it once more")

_SAVE = text(
    "INSERT INTO drafts (id, login, command, path, saved_at, texts) VALUES (:id, :login, :command, :path, :saved_at, :texts)"
    " ON CONFLICT (id) DO UPDATE SET command = excluded.command, path = excluded.path, saved_at = excluded.saved_at,"
    " texts = excluded.texts"
)
_texts = msgspec.json.Decoder(dict[str, str]).decode


@dataclass(frozen=True)
class Draft:
    """A form as it was left: its command, the address of the form, and everything that stood in it."""

    id: str
    command: str
    path: str
    saved_at: datetime
    until: datetime
    texts: Mapping[str, str]


class Drafts:
    """The drafts of every account of one node. They outlive sessions; nobody but the account itself reads them."""

    def __init__(self, store: VaultStore, vault: KeyVault, clock: Clock) -> None:
        self._store, self._vault, self._clock = store, vault, clock

    def save(self, login: str, command: str, path: str, texts: Mapping[str, str]) -> Draft:
        """Keep a form, in place of what was kept of it before. Raises `Refused` when there are too many."""
        now, its = self._clock.now(), _id(login, texts["command_id"])
        sealed = self._sealed(login, its, msgspec.json.encode(dict(texts)))
        row = {"id": its, "login": login, "command": command, "path": path, "saved_at": moment(now), "texts": sealed}
        with self._store.writing(turn=f"drafts/{login}") as connection:
            connection.execute(delete(drafts).where(drafts.c.saved_at <= moment(now - KEPT_FOR)))
            others = select(func.count()).where(drafts.c.login == login, drafts.c.id != its)
            if connection.execute(others).scalar_one() >= DRAFTS_MAX:
                raise Refused("draft.too_many", TOO_MANY)
            connection.execute(_SAVE, row)
        return Draft(its, command, path, now, now + KEPT_FOR, dict(texts))

    def of(self, login: str) -> list[Draft]:
        """The drafts of an account, the newest first."""
        return self._found(login)

    def read(self, login: str, its: str) -> Draft | None:
        """One draft of an account; None when it was recorded, discarded, or is too old."""
        found = self._found(login, its)
        return found[0] if found else None

    def begun(self, login: str, command_id: str) -> Draft | None:
        """The draft of a form, by the id of its command; None where nothing was kept of it."""
        return self.read(login, _id(login, command_id))

    def discard(self, login: str, its: str) -> bool:
        """Remove a draft; whether there was one."""
        mine = (drafts.c.login == login) & (drafts.c.id == its)
        if not self._store.rows(select(drafts.c.id).where(mine)):
            return False
        with self._store.writing() as connection:
            return bool(connection.execute(delete(drafts).where(mine)).rowcount)

    def recorded(self, login: str, command_id: str) -> None:
        """Remove the draft of a form that is in the log now."""
        self.discard(login, _id(login, command_id))

    def _found(self, login: str, its: str | None = None) -> list[Draft]:
        after = moment(self._clock.now() - KEPT_FOR)
        asked = (
            select(drafts).where(drafts.c.login == login, drafts.c.saved_at > after).order_by(drafts.c.saved_at.desc())
        )
        found = []
        for row in self._store.rows(asked if its is None else asked.where(drafts.c.id == its)):
            plain = self._vault.open_bytes(_subject(login), _address(row["id"]), bytes(row["texts"]))
            if plain is not None:
                saved_at = datetime.fromisoformat(row["saved_at"])
                found.append(
                    Draft(row["id"], row["command"], row["path"], saved_at, saved_at + KEPT_FOR, _texts(plain))
                )
        return found

    def _sealed(self, login: str, its: str, plain: bytes) -> bytes:
        for _ in range(ATTEMPTS):
            try:
                sealed = self._vault.seal_bytes(_subject(login), _address(its), plain)
                self._vault.flush()
            except Conflict:
                continue
            return sealed
        raise LogUnavailable(*_BUSY)


def _id(login: str, command_id: str) -> str:
    """The name of a draft: one an account and form, whose command id it keeps."""
    return hashlib.sha256(f"{login}\n{command_id}".encode(errors="replace")).hexdigest()[:32]


def _subject(login: str) -> str:
    """Under whose key an account's drafts are sealed."""
    return f"drafts/{login}"


def _address(its: str) -> bytes:
    return f"draft/{its}".encode()
