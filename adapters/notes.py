"""签名树头 — checkpoints of the log as signed notes: what a node says about its log, and who cosigns it.

Signed notes are those of C2SP (c2sp.org/signed-note), checkpoints c2sp.org/tlog-checkpoint, cosignatures the Ed25519
kind of c2sp.org/tlog-cosignature, so that any witness of a transparency log can read and cosign ours.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURES_MAX = 16
"""Signature lines in a note: as many as signed-note wants every reader to accept."""

NOTE_BYTES_MAX = 64 * 1024
"""The length of a whole note in UTF-8."""

NUMBER_MAX = 2**63 - 1
"""The largest time of a cosignature (tlog-cosignature) and, alike, the largest size of a tree."""

_ED25519, _COSIGNATURE = b"\x01", b"\x04"  # signature types of signed-note
_KEY_ID_BYTES, _TIME_BYTES = 4, 8
_COSIGNED = "cosignature/v1\n"

# No spaces of any script (signed-note), nor what a note cannot hold: control characters, halves of a character.
_NAME = r"[^\s+\x00-\x1f\ud800-\udfff]+"
_BODY = re.compile(r"[^\x00-\x09\x0b-\x1f]*\n")
_LINE = re.compile(rf"— ({_NAME}) ([A-Za-z0-9+/=]+)")
_KEY = re.compile(rf"({_NAME})\+[0-9a-f]{{8}}\+([A-Za-z0-9+/=]+)")
_CHECKPOINT = re.compile(  # 43 letters and one = are 32 bytes
    r"([^\x00-\x1f\ud800-\udfff]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n"
    r"time ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z)\n"
)


class Signer:
    """Who signs: a name and an Ed25519 key. One key serves one name, as cosignatures do not say the name.

    `name` has no space, plus or control character, by custom it is a URL without scheme; `seed` is the private key,
    32 bytes (RFC 8032, 5.1.5). ValueError when either is not so.
    """

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._verifier = Verifier(name, self._key.public_key().public_bytes_raw())

    @property
    def name(self) -> str:
        """The key name, as it stands in every signature line."""
        return self._verifier.name

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes (RFC 8032, 5.1.5)."""
        return self._verifier.public

    @property
    def verifier(self) -> Verifier:
        """Who believes its signatures."""
        return self._verifier

    @property
    def verifier_key(self) -> str:
        """What others need to know the signatures by; `Verifier.parse` reads it."""
        return self._verifier.verifier_key

    def sign(self, body: str) -> str:
        """The signature line of a note with this body, without a newline (signed-note, type 0x01).

        ValueError when the body is no text of a note, or would pass for a cosigned message.
        """
        message = _message(body)
        return _line(self.name, _key_id(self.name, _ED25519, self.public) + self._key.sign(message))

    def cosign(self, body: str, at: int) -> str:
        """The cosignature/v1 line over a checkpoint's body, without a newline (tlog-cosignature, type 0x04).

        `at` is the time of signing in seconds since 1970 UTC. Whoever cosigns says that this is the largest tree of
        that origin it has seen, and that it continues what it has seen before. ValueError as `sign`, and when the
        time is below zero or above NUMBER_MAX.
        """
        if not 0 <= at <= NUMBER_MAX:
            raise ValueError(f"no time of a cosignature: {at}")
        signature = self._key.sign(_cosigned(at, _message(body)))
        key_id = _key_id(self.name, _COSIGNATURE, self.public)
        return _line(self.name, key_id + at.to_bytes(_TIME_BYTES, "big") + signature)


class Verifier:
    """Who is believed: a name and a public Ed25519 key, 32 bytes. ValueError when they cannot be those of a key."""

    def __init__(self, name: str, public: bytes) -> None:
        if not re.fullmatch(_NAME, name):
            raise ValueError(f"no name of a key: {name!r}")
        self._key = Ed25519PublicKey.from_public_bytes(public)
        self.name = name
        self.public = public

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Read a verifier key (signed-note, type 0x01); ValueError when it is not exactly as `verifier_key` writes."""
        parts = _KEY.fullmatch(text)
        if not parts:
            raise ValueError("a verifier key is <name>+<key id>+<public key>")
        typed = _decoded(parts[2])
        if typed[:1] != _ED25519:
            raise ValueError("the verifier key is not of Ed25519")
        verifier = cls(parts[1], typed[1:])
        if verifier.verifier_key != text:
            raise ValueError("the key id belongs to another name or key")
        return verifier

    @property
    def verifier_key(self) -> str:
        """`<name>+<key id in hex>+<base64 of 0x01 and the public key>` (signed-note, verifier keys)."""
        key_id = _key_id(self.name, _ED25519, self.public).hex()
        return f"{self.name}+{key_id}+{b64encode(_ED25519 + self.public).decode()}"

    def verify(self, body: str, line: str) -> bool:
        """Whether the line is this key's signature of the body; whatever it is instead, nothing is raised."""
        try:
            message = _message(body)
            self._key.verify(self._payload(line, _ED25519), message)
        except (ValueError, InvalidSignature):
            return False
        return True

    def cosigned_at(self, body: str, line: str) -> int | None:
        """When this key cosigned the body, in seconds since 1970 UTC; None when the line does not show that it did."""
        try:
            message = _message(body)
            payload = self._payload(line, _COSIGNATURE)
            at = int.from_bytes(payload[:_TIME_BYTES], "big")
            self._key.verify(payload[_TIME_BYTES:], _cosigned(at, message))
        except (ValueError, InvalidSignature):
            return None
        return at if at <= NUMBER_MAX else None

    def _payload(self, line: str, kind: bytes) -> bytes:
        """What follows the key id in a line of this name, key and signature type; ValueError for any other line."""
        name, signed = _line_parts(line)
        if (name, signed[:_KEY_ID_BYTES]) != (self.name, _key_id(self.name, kind, self.public)):
            raise ValueError("the line is of another key")
        return signed[_KEY_ID_BYTES:]


@dataclass(frozen=True)
class Checkpoint:
    """What a node says about its log at one moment (tlog-checkpoint). ValueError when it cannot be written so."""

    origin: str
    """Which log: one line without control characters, by custom the name of the key that signs."""
    size: int
    """How many leaves the tree has, from 0 to NUMBER_MAX."""
    root: bytes
    """The root of the tree, 32 bytes (RFC 6962, 2.1)."""
    signed_at: datetime
    """When it was said: in UTC, in whole milliseconds."""

    def __post_init__(self) -> None:
        if self.signed_at.utcoffset() != timedelta(0) or self.signed_at.microsecond % 1000:
            raise ValueError("the time of a checkpoint is in UTC and in whole milliseconds")
        if self.size > NUMBER_MAX or not _CHECKPOINT.fullmatch(self.body):
            raise ValueError("a checkpoint has an origin of one line, a size of 63 bits and a root of 32 bytes")

    @property
    def body(self) -> str:
        """The text that is signed: origin, size, root in base64, and the time as an extension line (RFC 3339)."""
        time = self.signed_at.replace(tzinfo=None).isoformat(timespec="milliseconds")
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\ntime {time}Z\n"

    @classmethod
    def parse(cls, body: str) -> Checkpoint:
        """Read a body; ValueError unless it is, letter by letter, what `body` writes."""
        parts = _CHECKPOINT.fullmatch(body)
        if not parts:
            raise ValueError("a checkpoint is four lines: origin, size, root, time")
        origin, size, root, time = parts.groups()
        return cls(origin, int(size), _decoded(root), datetime.fromisoformat(time))

    @classmethod
    def of(cls, note: str) -> Checkpoint | None:
        """What the text of a note says, None for an empty one; ValueError unless it is the note of a checkpoint."""
        return cls.parse(Note.parse(note).body) if note else None


@dataclass(frozen=True)
class Note:
    """A text and the lines that sign it (signed-note), of whatever keys and types; nothing is verified here.

    ValueError when it could not be read again: a body without its last newline or with a control character, a line
    that is no signature line, none or more than SIGNATURES_MAX of them, more than NOTE_BYTES_MAX in all.
    """

    body: str
    lines: tuple[str, ...]

    def __post_init__(self) -> None:
        if not _BODY.fullmatch(self.body):
            raise ValueError("the text of a note ends in a newline and has no other control character")
        if not 1 <= len(self.lines) <= SIGNATURES_MAX:
            raise ValueError(f"a note has 1 to {SIGNATURES_MAX} signature lines, not {len(self.lines)}")
        for line in self.lines:
            _line_parts(line)
        if len(self.text.encode()) > NOTE_BYTES_MAX:
            raise ValueError(f"a note has at most {NOTE_BYTES_MAX} bytes")

    @property
    def text(self) -> str:
        """The whole note: the body, an empty line, the signature lines."""
        return "\n".join((self.body, *self.lines, ""))

    @classmethod
    def parse(cls, text: str) -> Note:
        """Read a note, whose text ends at the last empty line; ValueError unless `text` would write the same."""
        if len(text) > NOTE_BYTES_MAX:  # before any work is done on it
            raise ValueError(f"a note has at most {NOTE_BYTES_MAX} bytes")
        body, empty_line, lines = text.rpartition("\n\n")
        if not empty_line or not lines.endswith("\n"):
            raise ValueError("a note is a text, an empty line and signature lines")
        return cls(body + "\n", tuple(lines[:-1].split("\n")))


def _key_id(name: str, kind: bytes, public: bytes) -> bytes:
    """By what a line names its key and signature type (signed-note, signatures)."""
    return sha256(name.encode() + b"\n" + kind + public).digest()[:_KEY_ID_BYTES]


def _message(body: str) -> bytes:
    """The bytes that are signed; ValueError when a body is no text of a note.

    Nor may it begin as a cosigned message does: with one key for both types, a cosignature would else sign a note
    whose text is that message, and a signature of such a note would cosign.
    """
    if not _BODY.fullmatch(body) or body.startswith(_COSIGNED):
        raise ValueError("the text of a note ends in a newline and has no other control character")
    return body.encode()


def _cosigned(at: int, message: bytes) -> bytes:
    """What a cosignature signs (tlog-cosignature, Ed25519 signed message)."""
    return f"{_COSIGNED}time {at}\n".encode() + message


def _line(name: str, signed: bytes) -> str:
    return f"— {name} {b64encode(signed).decode()}"


def _line_parts(line: str) -> tuple[str, bytes]:
    """The name, and key id with signature, of a signature line; ValueError when it is none."""
    parts = _LINE.fullmatch(line)
    signed = _decoded(parts[2]) if parts else b""
    if not parts or len(signed) <= _KEY_ID_BYTES:
        raise ValueError("a signature line is a dash, a name and a signature in base64")
    return parts[1], signed


def _decoded(text: str) -> bytes:
    """Base64 (RFC 4648, 4) in the one form that encoding gives; ValueError otherwise."""
    data = b64decode(text, validate=True)
    if b64encode(data).decode() != text:
        raise ValueError("base64 with stray bits or padding")
    return data
