"""Events as stored text and back: one typed encoder and decoder per topic, read off the declaration.

What is public stands in `payload` as canonical JSON (order of declaration, compact, without empty fields), what
is private in `sealed`. A class that grew carries `class_version` and static `upcast_vN_vN+1(state)` steps.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec
from eventsourcing import utils as topics
from eventsourcing.persistence import JSONTranscoder, Mapper, MapperDeserialisationError, StoredEvent
from eventsourcing.utils import TopicError, resolve_topic

from adapters.merkle import attest
from domain.declared import fields_of
from domain.envelopes import Envelope, foreign
from domain.model import CHINA, STAYED, Event, Sealed

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

READ_COLUMNS = (
    "position, stream, version, topic, payload, sealed, class_version, occurred_on, occurred_at, recorded_at,"
    " command_id, command, actor, post, source, reason, corrects, entry, facility, region, node"
)
"""What an event is made from, in the order that `EventMapper.event` takes a row."""

_encode = msgspec.json.Encoder().encode
_new, _set, _envelope = object.__new__, object.__setattr__, Envelope._make


class Unwritable(TypeError):
    """An event that is not what its declaration says; nothing of it is stored."""


class UnknownTopic(TopicError):
    """The log holds an event that this version of the platform does not know."""


class WrittenLater(MapperDeserialisationError):
    """The log holds an event of a kind that this version of the platform knows, as a newer one writes it."""


@dataclass(frozen=True)
class Recordable(StoredEvent):
    """A stored event with the columns of its envelope, ready for the recorder.

    `columns` = (class_version, occurred_on, occurred_at, command_id, command, actor, post, source, reason,
    corrects, entry, facility, region); `attested` are the digests of the public and the sealed bytes.
    """

    sealed: bytes | None
    columns: tuple[Any, ...]
    attested: bytes


def micros(moment: datetime) -> int:
    """A moment as whole microseconds since 1970, UTC."""
    return (moment - EPOCH) // MICROSECOND


@lru_cache(maxsize=4096)
def moment(microseconds: int) -> datetime:
    """The moment that `micros` made a number of."""
    return EPOCH + timedelta(microseconds=microseconds)


def public_bytes(node: str, stream: str, version: int, topic: str, columns: tuple[Any, ...], payload: str) -> bytes:
    """The preimage of the public digest: every attested column but position and time, as one JSON array."""
    return _encode((node, stream, version, topic, *columns, payload))


class Codec:
    """How the events of one topic are written and read."""

    def __init__(self, event: type[Event]) -> None:
        self.event, self.version = event, event.class_version
        declared = fields_of(event)
        self.private = tuple(name for name, (_, f, _) in declared.items() if f.private)
        self.public = tuple(name for name in declared if name not in self.private)
        types = {
            n: (Sealed | None if _optional(bare) else Sealed) if f.private else bare
            for n, (bare, f, _) in declared.items()
        }
        # An empty field is not stored, so one that may be empty is never missed.
        required = {n for n, (bare, _, need) in declared.items() if need and not _optional(bare)}
        self.read_public = msgspec.json.Decoder(_shape(event, types, self.public, required)).decode
        self.read_sealed = msgspec.json.Decoder(_shape(event, types, self.private, required)).decode
        self._whole = _shape(event, types, tuple(declared), required)
        self.sealed_always = tuple(name for name in self.private if name in required)
        defaults = {f.name: f for f in dataclasses.fields(event) if f.name in declared and f.name not in required}
        self.blank = {
            n: None if f.default is dataclasses.MISSING else f.default
            for n, f in defaults.items()
            if f.default_factory is dataclasses.MISSING
        }
        self.factories: dict[str, Callable[[], Any]] = {
            n: f.default_factory for n, f in defaults.items() if f.default_factory is not dataclasses.MISSING
        }

    def write(self, event: Event) -> tuple[bytes, bytes | None]:
        """The public and the sealed bytes. They are read back at once: what cannot be read is never stored."""
        state = vars(event)
        try:
            payload = _encode({n: v for n in self.public if (v := state[n]) is not None})
            self.read_public(payload)
            return payload, self._seal(state) if self.private else None
        except (KeyError, TypeError, ValueError, msgspec.MsgspecError) as error:
            raise Unwritable(f"{event.topic}: {error}") from error

    def _seal(self, state: dict[str, Any]) -> bytes | None:
        values = {n: v for n in self.private if (v := state[n]) is not None}
        for name, value in values.items():
            if not isinstance(value, Sealed):
                raise TypeError(f"the private field {name} has not been sealed")
        sealed = _encode(values) if values else None
        self.read_sealed(sealed or b"{}")
        return sealed

    def read(self, payload: str | bytes, sealed: bytes | None, version: int) -> dict[str, Any]:
        """The fields of an event, typed; those of an older version are brought up step by step."""
        if version != self.version:
            return self._upcast(payload, sealed, version)
        state = self.blank | self.read_public(payload)
        if self.private:
            state |= self.read_sealed(sealed or b"{}")
        for name, make in self.factories.items():
            if name not in state:
                state[name] = make()
        return state

    def read_foreign(self, stream: str, number: int, payload: str | bytes, version: int) -> dict[str, Any]:
        """The fields of an event of another node, where what is private stayed: of it is known only that there is some."""
        absent = {n: Sealed(stream, (self.event.topic, stream, number, n), STAYED) for n in self.sealed_always}
        if version == self.version:
            made = {name: make() for name, make in self.factories.items()}
            return self.blank | made | self.read_public(payload) | absent
        texts = {n: {"subject": v.subject, "at": list(v.at), "sealed": v.sealed} for n, v in absent.items()}
        return self._upcast(payload, _encode(texts), version)

    def _upcast(self, payload: str | bytes, sealed: bytes | None, version: int) -> dict[str, Any]:
        if version > self.version:
            raise WrittenLater(
                f"{self.event.topic}：第 {version} 版由更新的程序写入，请升级程序。"
                f" Version {version} of {self.event.topic} was written by a newer release; upgrade the program."
            )
        state = msgspec.json.decode(payload) | msgspec.json.decode(sealed or b"{}")
        for step in range(version, self.version):
            getattr(self.event, f"upcast_v{step}_v{step + 1}")(state)
        fresh = {n: make() for n, make in self.factories.items() if n not in state}
        return self.blank | fresh | msgspec.convert(state, self._whole)


class EventMapper(Mapper[str]):
    """The library's mapper for our events: typed, validating, with the envelope in columns of its own."""

    def __init__(self, node: str = "", **_: Any) -> None:
        # The library's transcoder, compressor and cipher are not used: fields are sealed before they come here.
        super().__init__(JSONTranscoder())
        self.node = node
        self._codecs: dict[str, Codec] = {}

    def to_stored_event(self, domain_event: Event) -> Recordable:  # type: ignore[override]
        """The event as the recorder stores it, with its digests."""
        topic, e = domain_event.topic, domain_event.envelope
        codec = self._codecs.get(topic) or self._codec(topic)
        payload, sealed = codec.write(domain_event)
        stream, version = domain_event.originator_id, domain_event.originator_version
        at = e.occurred_at.astimezone(CHINA).isoformat() if e.occurred_at is not None else None
        columns = (
            codec.version,
            e.occurred_on.isoformat(),
            at,
            e.command_id,
            e.command,
            e.actor,
            str(e.post),
            e.source,
            e.reason,
            e.corrects,
            e.entry,
            e.facility,
            e.region,
        )
        public = public_bytes(self.node, stream, version, topic, columns, payload.decode())
        return Recordable(stream, version, topic, payload, sealed, columns, attest(public, sealed))

    def to_domain_event(self, stored_event: StoredEvent) -> Event:  # type: ignore[override]
        """The event of what the library's own reading returns; position and recording time are not in it."""
        sealed = getattr(stored_event, "sealed", None)
        columns = getattr(stored_event, "columns", None)
        if columns is None:
            raise MapperDeserialisationError(f"{stored_event.topic}: the envelope was not read")
        row = (
            0,
            stored_event.originator_id,
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
            sealed,
            *columns[:3],
            None,
            *columns[3:],
            self.node,
        )
        return self.event(row)

    def event(self, row: tuple[Any, ...]) -> Event:
        """The event of one row of `READ_COLUMNS`. `__init__` is passed by: the decoder has checked every field."""
        position, stream, version, topic, payload, sealed, class_version, on, at, recorded_at, *said, node = row
        codec = self._codecs.get(topic) or self._codec(topic)
        try:
            if node == self.node:
                state = codec.read(payload, sealed, class_version)
            else:
                state = codec.read_foreign(stream, version, payload, class_version)
                said = _told_apart(node, said)
            state["envelope"] = _envelope(
                (
                    date.fromisoformat(on),
                    datetime.fromisoformat(at) if at is not None else None,
                    *said,
                    position,
                    moment(recorded_at) if recorded_at is not None else None,
                )
            )
        except WrittenLater:
            raise
        except (msgspec.MsgspecError, ValueError, TypeError, AttributeError, LookupError) as error:
            raise MapperDeserialisationError(f"{topic}, {stream} version {version}: {error}") from error
        state["originator_id"], state["originator_version"] = stream, version
        event = _new(codec.event)
        _set(event, "__dict__", state)
        return event

    def _codec(self, topic: str) -> Codec:
        # The library would import a module whose name stands in the data: only what was registered is resolved.
        event = resolve_topic(topic) if topic in topics._topic_cache else None  # noqa: SLF001
        if not (isinstance(event, type) and issubclass(event, Event)):
            raise UnknownTopic(
                f"未知的事件类型 {topic!r}：记录由更新的版本写入，请升级程序。"
                f" Unknown event topic {topic!r}: it was written by a newer release; upgrade the program."
            )
        self._codecs[topic] = codec = Codec(event)
        return codec


def _told_apart(node: str, said: list[Any]) -> list[Any]:
    """What stands in an envelope of another node, so that it is not taken for something of this one."""
    command_id, command, actor, post, source, reason, corrects, entry, *place = said
    entry = foreign(node, entry) if entry is not None else None
    return [foreign(node, command_id), command, f"{actor}@{node}", post, source, reason, corrects, entry, *place]


def _optional(bare: Any) -> bool:
    return type(None) in typing.get_args(bare)


def _shape(event: type[Event], types: dict[str, Any], names: tuple[str, ...], required: set[str]) -> Any:
    fields = {n: types[n] if n in required else typing.NotRequired[types[n]] for n in names}
    return typing.TypedDict(event.__name__, fields)  # type: ignore[operator]
