"""What leaves a node: an event as a CloudEvents 1.0 message, with nothing in it that is sealed.

A message holds every public column of the event and the digest of what is sealed, so that whoever receives it can work out
the event's leaf in the tree of its node, byte for byte, without being able to read what is private.
Source: cloudevents.io, CloudEvents 1.0.2, JSON format; names of attributes are small letters and digits (3.1).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any

import msgspec

from adapters.codec import micros, moment, public_bytes
from adapters.merkle import HASH_SIZE, NOTHING_SEALED, leaf_hash
from adapters.node_keys import key_name
from domain.corrections import EntryWithdrawn
from domain.desk import BUSINESS_FIRST
from domain.model import CHINA

ELSEWHERE = "shouwang.elsewhere"
"""The type of a message that only fills a position: the event at it was taken in from another node, which publishes it itself."""
HEAD, COSIGNED, WANTED, LETTER = "shouwang.head", "shouwang.cosigned", "shouwang.wanted", "shouwang.letter"
"""The types of what is said besides events: a signed head, a cosignature, a wish to be sent events again, a letter."""


Whole = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
"""An integer that every database holds."""


class Unreadable(ValueError):
    """A message that is none of ours, or says two things at once."""


class Misshapen(ValueError):
    """An event that can be read, but that no desk records, and that the views could not count."""


class Message(msgspec.Struct, omit_defaults=True, frozen=True, dict=True):
    """One event on its way. `data` is the payload as it is stored, to the byte.

    `until` is the last position of the entry that the event belongs to: an entry is taken in whole.
    """

    specversion: str
    id: str
    source: str
    type: str
    time: str
    subject: str
    position: Whole
    until: Whole
    version: Whole
    classversion: Whole
    occurredon: str
    commandid: str
    command: str
    actor: str
    post: str
    way: str
    data: msgspec.Raw
    node: str
    datacontenttype: str
    sealeddigest: str | None = None
    occurredat: str | None = None
    reason: str | None = None
    corrects: Whole | None = None
    entry: str | None = None
    facility: str | None = None
    region: str | None = None

    @property
    def recorded_at(self) -> int:
        """When its node recorded it, in microseconds since 1970."""
        return micros(datetime.fromisoformat(self.time))

    @cached_property
    def columns(self) -> tuple[Any, ...]:
        """The envelope, as `adapters.codec.Recordable` holds it."""
        return (
            self.classversion, self.occurredon, self.occurredat, self.commandid, self.command, self.actor, self.post,
            self.way, self.reason, self.corrects, self.entry, self.facility, self.region,
        )  # fmt: skip

    @cached_property
    def payload(self) -> str:
        """The public fields."""
        return bytes(self.data).decode()

    @cached_property
    def attested(self) -> bytes:
        """The digests of the public and of the sealed bytes, side by side."""
        public = public_bytes(self.node, self.subject, self.version, self.type, self.columns, self.payload)
        return sha256(public).digest() + (bytes.fromhex(self.sealeddigest) if self.sealeddigest else NOTHING_SEALED)

    @cached_property
    def leaf(self) -> bytes:
        """Its leaf in the tree of its node."""
        return leaf_hash(self.position, self.recorded_at, self.attested)


class Place(msgspec.Struct, frozen=True):
    """A position of a node's log whose event another node publishes: its leaf alone."""

    specversion: str
    id: str
    source: str
    type: str
    time: str
    node: str
    position: Whole
    leaf: str


class Said(msgspec.Struct, frozen=True):
    """What a node says besides events; `data` depends on the type."""

    specversion: str
    id: str
    source: str
    type: str
    time: str
    node: str
    data: dict[str, Any]


_encode = msgspec.json.Encoder().encode
_message = msgspec.json.Decoder(Message).decode
_place = msgspec.json.Decoder(Place).decode
_said = msgspec.json.Decoder(Said).decode


class _Kind(msgspec.Struct):
    type: str


_kind = msgspec.json.Decoder(_Kind).decode


def of_row(row: tuple[Any, ...], until: int) -> tuple[str, bytes]:
    """(key, message) of one whole row of the log, in the order of `COLUMNS`, whose entry ends at `until`: the key is the stream."""
    position, node, stream, version, topic, payload, sealed, class_version, on, at, recorded_at, *said, _leaf = row
    command_id, command, actor, post, way, reason, corrects, entry, facility, region = said
    return stream, _encode(
        Message(
            specversion="1.0",
            id=f"{key_name(node)}/{stream}/{version}",
            source=key_name(node),
            type=topic,
            time=_time(recorded_at),
            subject=stream,
            position=position,
            until=until,
            version=version,
            classversion=class_version,
            occurredon=on,
            commandid=command_id,
            command=command,
            actor=actor,
            post=post,
            way=way,
            data=msgspec.Raw(payload.encode()),
            node=node,
            datacontenttype="application/json",
            sealeddigest=sha256(sealed).hexdigest() if sealed else None,
            occurredat=at,
            reason=reason,
            corrects=corrects,
            entry=entry,
            facility=facility,
            region=region,
        )
    )


def of_place(node: str, position: int, recorded_at: int, leaf: bytes) -> tuple[str, bytes]:
    """(key, message) of a position that another node fills."""
    source = key_name(node)
    made = Place("1.0", f"{source}/{position}", source, ELSEWHERE, _time(recorded_at), node, position, leaf.hex())
    return node, _encode(made)


def of_said(node: str, kind: str, name: str, at: int, data: dict[str, Any]) -> tuple[str, bytes]:
    """(key, message) of something said besides events; `name` tells it from others of its kind."""
    source = key_name(node)
    return node, written(Said("1.0", f"{source}/{kind}/{name}", source, kind, _time(at), node, data))


def written(said: Said) -> bytes:
    """What `read` reads again."""
    return _encode(said)


UNWORKABLE = (
    msgspec.MsgspecError,
    UnicodeDecodeError,
    ValueError,
    TypeError,
    OverflowError,
    RecursionError,
    struct.error,
)
"""What comes of working out a message that is none of ours."""


def read(value: bytes) -> Message | Place | Said:
    """A message. Raises Unreadable."""
    try:
        kind = _kind(value).type
        if kind in (HEAD, COSIGNED, WANTED, LETTER):
            return _said(value)
        if kind == ELSEWHERE:
            place = _place(value)
            if len(bytes.fromhex(place.leaf)) != HASH_SIZE or place.position < 1:
                raise Unreadable("no leaf of a position")
            return place
        message = _message(value)
        if message.id != f"{key_name(message.node)}/{message.subject}/{message.version}" or message.position < 1:
            raise Unreadable("the id is not that of the event")
        if any("\0" in text for text in message.columns if isinstance(text, str)):
            raise Unreadable("a text holds NUL")
        _ = message.leaf  # whatever cannot be worked out is no message
    except UNWORKABLE as error:
        raise Unreadable(str(error)) from error
    return message


def judge(message: Message) -> None:
    """Raises Misshapen for an event that no desk records: the views of all nodes would stand still before it."""
    recorded = moment(message.recorded_at).astimezone(CHINA).date().isoformat()
    if not (_is_day(message.occurredon) and BUSINESS_FIRST.isoformat() <= message.occurredon <= recorded):
        raise Misshapen(f"it is of the day {message.occurredon}, and was recorded on {recorded}")
    if message.version == 1 and message.type == EntryWithdrawn.topic:
        raise Misshapen("a history begins with the withdrawal of an entry")
    if not all(map(_fits, _leaves(msgspec.json.decode(message.data)))):
        raise Misshapen("a number that no database holds")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _fits(value: Any) -> bool:
    return not isinstance(value, int) or -(2**63) <= value < 2**63


def _leaves(value: Any) -> Iterator[Any]:
    """Whatever stands in nested lists and objects."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if inner is None:
        yield value
        return
    for one in inner:
        yield from _leaves(one)


def _time(at: int) -> str:
    return moment(at).isoformat(timespec="microseconds").replace("+00:00", "Z")
