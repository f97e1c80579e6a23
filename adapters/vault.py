"""密钥库 — the keys under which private values, person ids and search tokens are made. Implements `domain.log.Vault`.

Destroying a person's key removes that person's private data from the log, its copies and its backups at once.
Nothing in here is needed to rebuild a figure, and nothing in here holds a name.
"""

from __future__ import annotations

import hmac
import os
import threading
import time
import uuid
from base64 import b32encode
from binascii import a2b_base64, b2a_base64
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from operator import itemgetter

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, delete, func, select, text, update

from adapters.search_tokens import marks_of, marks_wanted, normalised_number
from adapters.vault_store import VaultStore, keys, moment, secrets, tokens
from domain.log import Clock, Conflict, LogUnavailable
from domain.model import Refused, Sealed, Wording

NODE, MEMBER, DIGEST, SEARCH = "node", "member", "digest", "search"
"""The secrets of a node: person ids, pseudonyms (one for the whole province), digests, search tokens."""
OWN = (NODE, MEMBER, DIGEST, SEARCH)

KEY_BYTES = 32
NONCE_BYTES = 12
TOKEN_BYTES = 16
LOOKUP_BATCH = 500

DESTROYED = Wording(
    "此人的密钥已依法销毁，不能再记录其个人信息",
    "this person's key was destroyed by law; nothing private is recorded",
    "不填写个人信息项，或另行登记",
    "leave the private fields out, or register the person anew",
)
NO_NUMBER = Wording(
    "证件号码没有内容",
    "the document number is blank",
    "填写号码；确无证件的，证件类型选“无证件”",
    "enter the number, or choose 'no document'",
)
_KEY_MISSING = (
    "密钥库中没有这条记录的密钥；密钥库可能比日志旧，请恢复最新的密钥库备份",
    "the vault lacks the key of this record; it may be older than the log: restore its latest backup",
)
_NOT_AUTHENTIC = (
    "加密内容与其位置不符，可能被改动；请核验日志",
    "a sealed value does not belong where it stands; verify the log",
)

_ADD_SECRET = text("INSERT INTO secrets (name, key) VALUES (:name, :key) ON CONFLICT DO NOTHING")
_ADD_KEY = text("INSERT INTO keys (subject, key) VALUES (:subject, :key) ON CONFLICT DO NOTHING")
_ADD_TOKEN = text("INSERT INTO tokens (token, person) VALUES (:token, :person) ON CONFLICT DO NOTHING")
_DESTROY = text(
    "INSERT INTO keys (subject, key, destroyed_at) VALUES (:subject, NULL, :at) ON CONFLICT (subject) "
    "DO UPDATE SET key = NULL, destroyed_at = COALESCE(keys.destroyed_at, excluded.destroyed_at)"
)
_SECRETS = select(secrets.c.name, secrets.c.key)
_KEYS_OF = select(keys.c.subject, keys.c.key)
_SHREDS = select(func.count().label("shreds")).select_from(keys).where(keys.c.destroyed_at.is_not(None))

_COUNTED_UNDER = select(secrets.c.key).where(secrets.c.name == MEMBER)

_address = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class _Batch:
    """What one flush writes."""

    epoch: int
    secrets: dict[str, bytes]
    keys: dict[str, bytes]
    forgotten: list[str]
    tokens: list[dict[str, object]]

    def __bool__(self) -> bool:
        return bool(self.secrets or self.keys or self.forgotten or self.tokens)


class KeyVault:
    """Seals, opens and names. One object serves all threads of a process; other processes may share the store.

    New keys wait in memory for `flush`, called by the thread that sealed. When another process was quicker with
    the same key, or destroyed one, `flush` raises `Conflict` in every thread concerned: decide again.
    """

    def __init__(
        self,
        store: VaultStore,
        clock: Clock,
        *,
        cached_max: int = 65_536,
        stale_s: float = 1.0,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._clock, self._timer = store, clock, timer
        self._cached_max, self._stale_s = cached_max, stale_s
        self._secrets: dict[str, bytes] = {}
        self._ciphers: OrderedDict[str, AESGCM | None] = OrderedDict()
        self._drawn_secrets: dict[str, bytes] = {}
        self._drawn: dict[str, bytes] = {}
        self._tokens: list[dict[str, object]] = []
        self._forgotten: list[str] = []
        self._shreds: int | None = None
        self._looked_at, self._epoch = float("-inf"), 0
        self._mine = threading.local()
        self._lock = threading.RLock()
        self._flushing = threading.RLock()

    # -- names -----------------------------------------------------------------------------------------

    def person_stream(self, document_kind: str, number: str) -> str:
        """The stream id of the person who holds a document: a keyed digest, the same for every home."""
        digits = normalised_number(number)
        if not digits:
            raise Refused("field.invalid", NO_NUMBER, field="document_number")
        raw = bytearray(self._mac(NODE, f"{document_kind}|{digits}")[:16])
        raw[6], raw[8] = raw[6] & 0x0F | 0x80, raw[8] & 0x3F | 0x80
        return str(uuid.UUID(bytes=bytes(raw)))

    def pseudonym(self, document_kind: str, number: str | None, stream: str) -> str:
        """The name under which figures count the person, keyed for the whole province."""
        digits = normalised_number(number or "")
        whom = f"document|{document_kind}|{digits}" if digits else f"stream|{stream}"
        return b32encode(self._mac(MEMBER, whom)[:16]).decode().rstrip("=").lower()

    def digest(self, content: bytes) -> bytes:
        """A keyed digest that tells equal contents apart from different ones and nothing else."""
        return hmac.digest(self._secret(DIGEST), content, "sha256")

    def province_key(self) -> bytes:
        """The key of pseudonyms, durable; whoever has it can tell whether a known document number is among the counted."""
        key = self._secret(MEMBER)
        self.flush()
        return key

    def join(self, key: bytes, *, anew: bool = False) -> bool:
        """Take the key of the province for pseudonyms; False where this node has counted people under another one already.

        `anew` takes it all the same: who was counted until now is to be counted again (`person.rekey`).
        """
        with self._flushing, self._lock, self._store.writing() as connection:
            stored = {name: bytes(its) for name, its in connection.execute(_SECRETS)}
            if MEMBER not in stored:
                rows = [{"name": name, "key": os.urandom(KEY_BYTES)} for name in OWN if name not in stored]
                rows = [row | {"key": key} if row["name"] == MEMBER else row for row in rows]
                connection.execute(_ADD_SECRET, rows)
            elif anew:
                connection.execute(update(secrets).where(secrets.c.name == MEMBER).values(key=key))
            self._begin_again()
            return anew or stored.get(MEMBER, key) == key

    # -- private values --------------------------------------------------------------------------------

    def seal(self, subject: str, at: tuple[str, str, int, str], text: str) -> Sealed:
        """Encrypt under the subject's key, which is made when it is first needed."""
        sealed = self.seal_bytes(subject, _address(at), text.encode())
        return Sealed(subject, at, b2a_base64(sealed, newline=False).decode())

    def open(self, value: Sealed) -> str | None:
        """The text, or None when the subject's key was destroyed, or the text lies at another node."""
        if value.elsewhere:
            return None
        try:
            sealed = a2b_base64(value.sealed)
            opened = self.open_bytes(value.subject, _address(value.at), sealed)
            return None if opened is None else opened.decode()
        except ValueError as error:
            raise LogUnavailable(*_NOT_AUTHENTIC) from error

    def seal_bytes(self, subject: str, address: bytes, content: bytes) -> bytes:
        """Encrypt what lies outside the log; `address` says where, and it opens nowhere else. Not durable before `flush`."""
        with self._lock:
            cipher = self._cipher(subject, draw=True)
            self._touch()
        if cipher is None:
            raise Refused("person.key_destroyed", DESTROYED)
        nonce = os.urandom(NONCE_BYTES)
        return nonce + cipher.encrypt(nonce, content, address)

    def open_bytes(self, subject: str, address: bytes, sealed: bytes) -> bytes | None:
        """What was sealed at an address, or None when the subject's key was destroyed."""
        with self._lock:
            cipher = self._cipher(subject, draw=False)
        if cipher is None:
            return None
        try:
            return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], address)
        except (InvalidTag, ValueError) as error:
            raise LogUnavailable(*_NOT_AUTHENTIC) from error

    def warm(self, subjects: Iterable[str]) -> None:
        """Fetch the keys of many subjects at once, before a page opens their values."""
        with self._lock:
            self._notice_others()
            wanted = [s for s in dict.fromkeys(subjects) if s not in self._ciphers and s not in self._drawn]
            for start in range(0, len(wanted), LOOKUP_BATCH):
                some = wanted[start : start + LOOKUP_BATCH]
                for row in self._store.rows(_KEYS_OF.where(keys.c.subject.in_(some))):
                    self._keep(row["subject"], row["key"])

    def destroy(self, subject: str) -> bool:
        """Destroy a subject's key and search tokens for ever; whether there was a key until now."""
        with self._flushing, self._lock:
            with self._store.writing() as connection:
                had = connection.execute(select(keys.c.key).where(keys.c.subject == subject)).scalar()
                connection.execute(_DESTROY, {"subject": subject, "at": moment(self._clock.now())})
                connection.execute(delete(tokens).where(tokens.c.person == subject))
            drawn = self._drawn.pop(subject, None)
            self._ciphers[subject] = None
            self._tokens = [row for row in self._tokens if row["person"] != subject]
            self._store.scrub()
        return had is not None or drawn is not None

    # -- search ----------------------------------------------------------------------------------------

    def remember(self, person: str, name: str, number: str | None) -> None:
        """Keep keyed search tokens of a person: parts of the name, the number and its last four digits."""
        search, mac = self._secret(SEARCH), hmac.digest
        rows = [
            {"token": mac(search, mark.encode(), "sha256")[:TOKEN_BYTES], "person": person}
            for mark in marks_of(name, number)
        ]
        with self._lock:
            self._touch()
            self._tokens += rows

    def forget(self, person: str) -> None:
        """Drop the search tokens of a person that were kept until now; the key stays."""
        with self._flushing, self._lock:  # a flush that is under way has told which tokens it writes
            self._touch()
            self._tokens = [row for row in self._tokens if row["person"] != person]
            self._forgotten.append(person)

    def find(self, text: str, limit: int | None = None, among: Collection[str] | None = None) -> set[str]:
        """The persons whose name or initials have this part, or whose number (or its last four characters) this is.

        At most `limit` for each way of being found; with `among` only these are looked at, however many others there are.
        """
        return set().union(*(self._bearers(marks, limit, among) for marks in marks_wanted(text)))

    # -- durability ------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Make what was sealed, remembered and forgotten durable; called before the log is appended to."""
        with self._flushing:
            with self._lock:
                began, self._mine.epoch = getattr(self._mine, "epoch", None), None
                batch = _Batch(
                    self._epoch,
                    dict(self._drawn_secrets),
                    dict(self._drawn),
                    list(self._forgotten),
                    list(self._tokens),
                )
            if began not in (None, batch.epoch):
                raise Conflict("keys changed meanwhile")
            if began is None and not batch:
                return
            try:
                with self._store.writing() as connection:
                    self._write(connection, batch)
            except Conflict:
                self._begin_again()
                raise
            except LogUnavailable:
                self._mine.epoch = began
                raise
            self._written(batch)

    def _write(self, connection: Connection, batch: _Batch) -> None:
        for statement, name, drawn in ((_ADD_SECRET, "name", batch.secrets), (_ADD_KEY, "subject", batch.keys)):
            rows = [{name: whose, "key": key} for whose, key in drawn.items()]
            if rows and connection.execute(statement, rows).rowcount != len(rows):
                raise Conflict("another process made the same keys")
        counted_under = self._secrets.get(MEMBER)
        if counted_under and connection.execute(_COUNTED_UNDER).scalar() not in (None, counted_under):
            raise Conflict("people are counted under another key now")
        if self._shreds is not None and connection.execute(_SHREDS).scalar_one() != self._shreds:
            raise Conflict("a key was destroyed")
        for start in range(0, len(batch.forgotten), LOOKUP_BATCH):
            some = batch.forgotten[start : start + LOOKUP_BATCH]
            connection.execute(delete(tokens).where(tokens.c.person.in_(some)))
        if batch.tokens:
            connection.execute(_ADD_TOKEN, sorted(batch.tokens, key=itemgetter("token")))

    def _written(self, batch: _Batch) -> None:
        with self._lock:
            if self._epoch == batch.epoch:
                self._drawn_secrets = {}
                for subject in batch.keys:
                    self._drawn.pop(subject, None)
                del self._tokens[: len(batch.tokens)], self._forgotten[: len(batch.forgotten)]

    def _begin_again(self) -> None:
        """Forget all that is not durable; whoever has used it decides again."""
        with self._lock:
            self._epoch += 1
            for memory in (
                self._ciphers,
                self._drawn,
                self._tokens,
                self._forgotten,
                self._drawn_secrets,
                self._secrets,
            ):
                memory.clear()
            self._shreds, self._looked_at = None, float("-inf")

    def _touch(self) -> None:
        """Note that this thread has work that the next flush must make durable."""
        if getattr(self._mine, "epoch", None) is None:
            self._mine.epoch = self._epoch

    # -- keys ------------------------------------------------------------------------------------------

    def _secret(self, name: str) -> bytes:
        with self._lock:
            if self._drawn_secrets:
                self._notice_others()
            if name not in self._secrets:
                stored = {row["name"]: bytes(row["key"]) for row in self._store.rows(_SECRETS)}
                drawn = {n: os.urandom(KEY_BYTES) for n in OWN if n not in stored}
                self._secrets, self._drawn_secrets = stored | drawn, drawn
            if self._drawn_secrets:
                self._touch()
            return self._secrets[name]

    def _mac(self, secret: str, said: str) -> bytes:
        return hmac.digest(self._secret(secret), said.encode(), "sha256")

    def _bearers(self, marks: set[str], limit: int | None, among: Collection[str] | None) -> set[str]:
        wanted = {self._mac(SEARCH, part)[:TOKEN_BYTES] for part in marks}
        question = select(tokens.c.person).where(tokens.c.token.in_(wanted)).limit(limit)
        if len(wanted) > 1:
            question = question.group_by(tokens.c.person).having(func.count() == len(wanted))
        if among is None:
            return {row["person"] for row in self._store.rows(question)}
        known, found = list(among), set[str]()
        for start in range(0, len(known), LOOKUP_BATCH):
            some = question.where(tokens.c.person.in_(known[start : start + LOOKUP_BATCH]))
            found |= {row["person"] for row in self._store.rows(some)}
        return found

    def _cipher(self, subject: str, draw: bool) -> AESGCM | None:
        """The subject's cipher, None when destroyed; a key is drawn, or its absence told."""
        self._notice_others()
        if subject in self._ciphers:
            self._ciphers.move_to_end(subject)
            return self._ciphers[subject]
        key = self._drawn.get(subject)
        if key is None:
            for whose, stored in self._store.key_rows(subject):
                self._keep(whose, stored)
            if subject in self._ciphers:
                return self._ciphers[subject]
            if not draw:
                raise LogUnavailable(*_KEY_MISSING)
            key = self._drawn[subject] = os.urandom(KEY_BYTES)
        return self._keep(subject, key)

    def _keep(self, subject: str, key: bytes | None) -> AESGCM | None:
        cipher = self._ciphers[subject] = None if key is None else AESGCM(bytes(key))
        while len(self._ciphers) > self._cached_max:
            self._ciphers.popitem(last=False)
        return cipher

    def _notice_others(self) -> None:
        """Let a key that another process destroyed, or secrets drawn beside another's, live for a second at most."""
        now = self._timer()
        if now - self._looked_at < self._stale_s:
            return
        shreds = sum(row["shreds"] for row in self._store.rows(_SHREDS))
        foreign = bool(self._drawn_secrets) and any(
            row["name"] in self._drawn_secrets for row in self._store.rows(_SECRETS)
        )
        if foreign or self._shreds not in (None, shreds):
            self._begin_again()
        self._shreds, self._looked_at = shreds, now
