"""佐证材料 — the files that belong to entries: taken in, kept under their digest and sealed, shown again, swept.

Each file has a key of its own in the vault: it comes before the entry that will name it, and may show several people.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, select, text, update

from adapters.pictures import drawn
from adapters.sealed_store import files, senders
from adapters.vault import KeyVault
from adapters.vault_store import VaultStore, moment
from domain.log import Clock, Conflict, Log, LogUnavailable
from domain.model import Refused, Wording

UNNAMED_FOR = timedelta(days=1)
"""So long a file is kept that no entry and no draft names."""
SENT_MAX = 300
"""So many files an account may send within a day."""
SWEPT_AT_ONCE = 20
ATTEMPTS = 5

TOO_MANY_SENT = Wording(
    f"这个账号一天内已上传 {SENT_MAX} 个文件",
    f"this account has sent {SENT_MAX} files within a day",
    "明天再传，或请系统管理员查看",
    "go on tomorrow, or ask the system administrator",
)
ERASED = Wording(
    "这个文件已依法销毁，不能再保存",
    "this file was destroyed by law and is not kept again",
    "换一个文件",
    "choose another",
)
_BUSY = ("密钥库正忙，文件没有保存；请再提交一次", "the vault is busy and the file was not kept; send it once more")
_CHANGED = (
    "文件与其摘要不符，可能被改动；请从备份恢复",
    "a file is not what its digest says; restore it from a backup",
)

_ADD_FILE = text(
    "INSERT INTO files (digest, kind, size, width, height, kept_until, content, thumbnail) VALUES"
    " (:digest, :kind, :size, :width, :height, :kept_until, :content, :thumbnail) ON CONFLICT (digest) DO UPDATE SET kept_until = CASE"
    " WHEN files.kept_until < excluded.kept_until THEN excluded.kept_until ELSE files.kept_until END"
)
"""A file that is kept already stays as it is, a day longer; one that an entry names (`kept_until` is empty) for ever."""
_ADD_SENDER = text(
    "INSERT INTO senders (digest, login, at) VALUES (:digest, :login, :at)"
    " ON CONFLICT (digest, login) DO UPDATE SET at = excluded.at"
)
_ABOUT = select(files.c.digest, files.c.kind, files.c.size, files.c.width, files.c.height)


@dataclass(frozen=True)
class Kept:
    """What is known of a file that is kept: its type, its size in bytes and in pixels (0 where there are none)."""

    digest: str
    kind: str
    size: int
    width: int
    height: int


class Evidence:
    """The files of one node. What of them an account may see is asked of the events that name them."""

    def __init__(self, store: VaultStore, vault: KeyVault, log: Log, clock: Clock) -> None:
        self._store, self._vault, self._log, self._clock = store, vault, log, clock

    def take(self, content: bytes, login: str) -> Kept:
        """Keep what was sent, for a day unless an entry or a draft names it. Raises `Refused` for what is no evidence."""
        now = self._clock.now()
        sent = select(func.count().label("sent")).where(
            senders.c.login == login, senders.c.at > moment(now - UNNAMED_FOR)
        )
        if sum(row["sent"] for row in self._store.rows(sent)) >= SENT_MAX:
            raise Refused("evidence.too_many", TOO_MANY_SENT)
        found = drawn(content)
        digest = hashlib.sha256(found.content).hexdigest()
        row = {
            "digest": digest,
            "kind": found.kind,
            "size": len(found.content),
            "width": found.width,
            "height": found.height,
            "kept_until": moment(now + UNNAMED_FOR),
            **self._sealed(digest, {"content": found.content, "thumbnail": found.thumbnail}),
        }
        with self._store.writing() as connection:
            connection.execute(_ADD_FILE, row)
            connection.execute(_ADD_SENDER, {"digest": digest, "login": login, "at": moment(now)})
        self.sweep()
        return Kept(digest, found.kind, len(found.content), found.width, found.height)

    def about(self, digests: Iterable[str]) -> dict[str, Kept]:
        """What is known of those files that are kept."""
        rows = self._store.rows(_ABOUT.where(files.c.digest.in_(list(digests))))
        return {row["digest"]: Kept(**row) for row in rows}

    def content(self, digest: str, *, thumbnail: bool = False) -> bytes | None:
        """The bytes of a file, or of its small picture; None where there is none, or its key was destroyed."""
        part = "thumbnail" if thumbnail else "content"
        rows = self._store.rows(select(files.c[part].label("sealed")).where(files.c.digest == digest))
        if not rows or rows[0]["sealed"] is None:
            return None
        found = self._vault.open_bytes(_subject(digest), _address(digest, part), bytes(rows[0]["sealed"]))
        if found is not None and not thumbnail and not hmac.compare_digest(hashlib.sha256(found).hexdigest(), digest):
            raise LogUnavailable(*_CHANGED)
        return found

    def sent_by(self, digest: str, login: str) -> bool:
        """Whether an account itself sent a file that is still kept."""
        mine = select(senders.c.login).where(senders.c.digest == digest, senders.c.login == login)
        return bool(self._store.rows(mine))

    def keep(self, digests: Iterable[str], until: datetime | None = None) -> None:
        """Keep files at least until a moment: a day from now while a form is filled in, longer for a draft."""
        wanted, until = list(digests), until or self._clock.now() + UNNAMED_FOR
        if wanted:
            earlier = and_(files.c.digest.in_(wanted), files.c.kept_until < moment(until))
            with self._store.writing() as connection:
                connection.execute(update(files).where(earlier).values(kept_until=moment(until)))

    def sweep(self) -> int:
        """Remove files whose time is over and that no event names; how many went."""
        now = moment(self._clock.now())
        over = select(files.c.digest).where(files.c.kept_until <= now).order_by(files.c.kept_until).limit(SWEPT_AT_ONCE)
        gone = 0
        for row in self._store.rows(over):
            mine = files.c.digest == row["digest"]
            named = bool(self._log.mentions(row["digest"]))
            with self._store.writing() as connection:
                if named:
                    connection.execute(update(files).where(mine).values(kept_until=None))
                # Asked again while nobody else writes: a form may have been sent since, which keeps its files a day more.
                elif connection.execute(delete(files).where(mine, files.c.kept_until <= now)).rowcount:
                    connection.execute(delete(senders).where(senders.c.digest == row["digest"]))
                    gone += 1
        return gone

    def erase(self, digest: str) -> bool:
        """Destroy the key of a file for ever, and what is kept of it; whether there was any. Its digest stays in the log."""
        had = self._vault.destroy(_subject(digest))
        with self._store.writing() as connection:
            connection.execute(delete(senders).where(senders.c.digest == digest))
            return bool(connection.execute(delete(files).where(files.c.digest == digest)).rowcount) or had

    def _sealed(self, digest: str, parts: dict[str, bytes | None]) -> dict[str, bytes | None]:
        """The parts of a file sealed under its key, which is durable before they are."""
        for _ in range(ATTEMPTS):
            try:
                sealed = {
                    part: None
                    if plain is None
                    else self._vault.seal_bytes(_subject(digest), _address(digest, part), plain)
                    for part, plain in parts.items()
                }
                self._vault.flush()
            except Conflict:
                continue
            except Refused:
                raise Refused("evidence.erased", ERASED) from None
            return sealed
        raise LogUnavailable(*_BUSY)


def _subject(digest: str) -> str:
    """Whose key a file is sealed under: its own."""
    return f"evidence/{digest}"


def _address(digest: str, part: str) -> bytes:
    return f"evidence/{digest}/{part}".encode()
