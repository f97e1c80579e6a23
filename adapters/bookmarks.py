"""收藏的时刻 — moments of a replay that an account marked for itself, each with a short note, sealed like its drafts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, text

from adapters.sealed_store import bookmarks
from adapters.vault import KeyVault
from adapters.vault_store import VaultStore, moment
from domain.log import Clock, Conflict, LogUnavailable
from domain.model import Refused, Wording

BOOKMARKS_MAX = 50
"""For one account and one incident or facility."""
ATTEMPTS = 5

TOO_MANY = Wording(
    f"这里已经收藏了 {BOOKMARKS_MAX} 个时刻",
    f"{BOOKMARKS_MAX} moments are kept here already",
    "先移除一些不再需要的，再收藏",
    "remove some that are no longer needed first",
)
_BUSY = ("密钥库正忙，没有收藏；请再试一次", "the vault is busy and the moment was not kept; try once more")
_SAVE = text(
    "INSERT INTO bookmarks (id, login, stream, at, known, made_at, note)"
    " VALUES (:id, :login, :stream, :at, :known, :made_at, :note)"
    " ON CONFLICT (id) DO UPDATE SET made_at = excluded.made_at, note = excluded.note"
)


@dataclass(frozen=True)
class Bookmark:
    """One moment: of which thing, when, as known at which position of the log, and why it was marked."""

    id: str
    stream: str
    at: str
    """The business moment, as the steps of a replay name it."""
    known: int
    made_at: datetime
    note: str


@dataclass(frozen=True)
class Bookmarks:
    """The moments that the accounts of one node marked. Nobody but the account itself reads or removes them."""

    store: VaultStore
    vault: KeyVault
    clock: Clock

    def keep(self, login: str, stream: str, at: str, known: int, note: str) -> str:
        """Mark a moment; the same one again gets the new note. Its id. Raises `Refused` when there are too many."""
        its = hashlib.sha256(f"{login}\n{stream}\n{at}\n{known}".encode(errors="replace")).hexdigest()[:32]
        row = {"id": its, "login": login, "stream": stream, "at": at, "known": known}
        row |= {"made_at": moment(self.clock.now()), "note": self._sealed(login, its, note.encode())}
        mine = (bookmarks.c.login == login) & (bookmarks.c.stream == stream)
        with self.store.writing(turn=f"bookmarks/{login}") as connection:
            others = select(func.count()).where(mine, bookmarks.c.id != its)
            if connection.execute(others).scalar_one() >= BOOKMARKS_MAX:
                raise Refused("bookmark.too_many", TOO_MANY)
            connection.execute(_SAVE, row)
        return its

    def of(self, login: str, stream: str) -> Sequence[Bookmark]:
        """What an account marked of a thing, in the order of the moments."""
        mine = (bookmarks.c.login == login) & (bookmarks.c.stream == stream)
        found = []
        for row in self.store.rows(select(bookmarks).where(mine).order_by(bookmarks.c.at, bookmarks.c.known)):
            plain = self.vault.open_bytes(_subject(login), _address(row["id"]), bytes(row["note"]))
            if plain is not None:
                made_at = datetime.fromisoformat(row["made_at"])
                found.append(Bookmark(row["id"], stream, row["at"], row["known"], made_at, plain.decode()))
        return found

    def remove(self, login: str, its: str) -> bool:
        """Take a mark away; whether there was one."""
        mine = (bookmarks.c.login == login) & (bookmarks.c.id == its)
        if not self.store.rows(select(bookmarks.c.id).where(mine)):
            return False
        with self.store.writing() as connection:
            return bool(connection.execute(delete(bookmarks).where(mine)).rowcount)

    def _sealed(self, login: str, its: str, plain: bytes) -> bytes:
        for _ in range(ATTEMPTS):
            try:
                sealed = self.vault.seal_bytes(_subject(login), _address(its), plain)
                self.vault.flush()
            except Conflict:
                continue
            return sealed
        raise LogUnavailable(*_BUSY)


def _subject(login: str) -> str:
    """Under whose key an account's notes are sealed."""
    return f"bookmarks/{login}"


def _address(its: str) -> bytes:
    return f"bookmark/{its}".encode()
