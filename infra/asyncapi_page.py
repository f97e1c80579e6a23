"""What a node says over Kafka as an AsyncAPI 3.0 document, made from the declarations: `docs/asyncapi.json`.

The envelope follows from `adapters.messages`, the fields from the events, the topics from `adapters.broker`. A list of codes is
told (`x-lists`) but not enforced: it grows, and events stay readable. Source: asyncapi.com, 3.0.0; its Kafka bindings, 0.5.0.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from typing import Any

import msgspec

from adapters.broker import MESSAGE_BYTES_MAX, Wire
from adapters.messages import COSIGNED, ELSEWHERE, HEAD, LETTER, WANTED, Message, Place, Said
from domain import units
from domain.aggregates import events
from domain.catalogue import event_words, label
from domain.declared import fields_of, record_fields, record_of
from domain.model import Event, Field
from domain.reference import Reference
from infra.bootstrap import reference
from webapp.api.shapes import DIGEST, INTEGER, TEXT, Schema, many, maybe, record, ref, structure

CLOUD_EVENT = "application/cloudevents+json"
BINDING = "0.5.0"
WIRE = Wire(servers=(), prefix="{prefix}")
"""How the topics are called where the prefix stays open."""
REF = ref("{name}")["$ref"]
FEN = "分（0.01 元）", "fen (0.01 yuan)"
"""Money is stored in whole fen; its fields declare the yuan that people read."""

ATTRIBUTES: Mapping[str, tuple[str, str, Schema]] = {
    "specversion": ("CloudEvents 版本", "the version of CloudEvents", {"const": "1.0"}),
    "id": ("消息编号，重发不变", "what the message is called; the same when it is sent again", {}),
    "source": ("节点，编码为 URI 引用", "the node, as a URI reference", {"format": "uri-reference"}),
    "type": ("事件类型或所说的内容", "the topic of the event, or what else is said", {}),
    "time": ("入账时间（协调世界时）", "when it was recorded, UTC", {"format": "date-time"}),
    "subject": ("所属的流", "the stream that it belongs to", {}),
    "position": ("在节点账本中的位置，从 1 起，无空缺", "the position in the log of the node, from 1, without gaps", {}),
    "until": ("所属记录的最后位置，整条一并接收", "the last position of its entry, which is taken in whole", {}),
    "version": ("在流中的序号", "the number within the stream", {}),
    "classversion": ("data 的结构版本", "the version of the fields in data", {}),
    "occurredon": ("业务日期", "the business date", {"format": "date"}),
    "commandid": ("命令编号", "the id of the command", {}),
    "command": ("命令", "the command", {}),
    "actor": ("操作账号", "the login of who did it", {}),
    "post": ("职务", "the post of who did it", {}),
    "way": ("来源：表单、导入、接口", "how it came in: form, import, api", {}),
    "data": ("公开的内容", "what is public of it", {}),
    "node": ("节点", "the node", {}),
    "datacontenttype": ("data 的格式", "the format of data", {"const": "application/json"}),
    "sealeddigest": ("保密内容的摘要；没有则不出现", "the digest of what is sealed; absent where nothing is", DIGEST),
    "occurredat": ("业务时间；不知时刻则不出现", "the business time; absent where only the day is known", {"format": "date-time"}),
    "reason": ("更正或撤销的理由", "why it corrects or withdraws", {}),
    "corrects": ("所更正的序号", "the version within the stream whose place it takes", {}),
    "entry": ("所属的录入，如与命令不同", "the entry that it belongs to, where that is not the command", {}),
    "facility": ("机构", "the facility", {}),
    "region": ("行政区划", "the region", {}),
    "leaf": ("该位置在哈希树中的叶", "the leaf of the position in the tree of the node", DIGEST),
}  # fmt: skip
"""What the attributes of a message mean, and their form where the type does not tell it."""

HEAD_DATA = record(size=INTEGER, note=TEXT, since=INTEGER, proof=many(DIGEST))
"""What `adapters.relay` says of a signed head: the note, and the proof that it continues the head before."""
LETTER_DATA = record(
    to=TEXT,
    id=TEXT,
    command=TEXT,
    args={"type": "object"},
    occurred_on=TEXT,
    occurred_at=maybe(TEXT),
    actor=TEXT,
    post=TEXT,
    line=TEXT,
)
"""What `adapters.letters` passes on: a command for the node `to`, by whom and when, and the line that signs all of it."""
SPOKEN: Mapping[str, tuple[str, str, str, Schema | None]] = {
    ELSEWHERE: (
        "Place",
        "占位：该位置的事件不由本节点对外发布，只给出叶",
        "a place: the event at this position is not published by this node, only its leaf",
        None,
    ),
    HEAD: ("Said", "签名树头，附与上一树头的一致性证明", "a signed head, with the proof that it continues the one before", HEAD_DATA),
    COSIGNED: ("Said", "见证节点对树头的副署", "the cosignature of a witness below a head", None),
    WANTED: ("Said", "上级请求重发事件", "the wish of a superior to be sent events again", None),
    LETTER: ("Said", "上级转送的函件：请另一节点办理的命令", "a letter that a superior passes on: a command for another node", LETTER_DATA),
}  # fmt: skip
"""type -> (the struct that carries it, zh, en, the schema of `data` where this node makes it)."""

CHANNELS: Mapping[str, tuple[str, tuple[str, str], tuple[str, str]]] = {
    "events": (WIRE.events, ("按入账次序发布的事件", "what was recorded, in the order of the log"), ("流", "the stream")),
    "heads": (WIRE.heads, ("签名树头与副署", "signed heads and cosignatures"), ("节点", "the node")),
    "requests": (WIRE.requests, ("重发请求", "wishes to be sent events again"), ("节点", "the node")),
    "letters": (WIRE.letters, ("上级转送的函件", "letters that a superior passes on"), ("上级节点", "the superior")),
}  # fmt: skip
"""name -> (topic, what it carries, what the key of its messages is)."""
CARRIED = {"events": (ELSEWHERE,), "heads": (HEAD, COSIGNED), "requests": (WANTED,), "letters": (LETTER,)}
"""name of a channel -> the types of messages on it, besides the events themselves."""
OPERATIONS: Mapping[str, tuple[str, str, tuple[str, ...], str, str]] = {
    "publishEvents": ("send", "events", (), "发布事件：至少一次，同一流内有序", "publish events: at least once, each stream in order"),
    "publishHeads": ("send", "heads", (HEAD,), "发布签名树头", "publish signed heads"),
    "takeCosignatures": ("receive", "heads", (COSIGNED,), "接收副署", "take cosignatures"),
    "passOnLetters": ("send", "letters", (LETTER,), "上级转送函件", "pass letters on, as a superior"),
    "takeLetters": ("receive", "letters", (LETTER,), "接收函件", "take letters"),
    "takeRequests": ("receive", "requests", (WANTED,), "接收重发请求", "take wishes to be sent events again"),
}  # fmt: skip
"""name -> (action, channel, types of messages, zh, en); without types, everything that the channel carries."""


def document(known: Reference) -> dict[str, Any]:
    """The whole document."""
    told = published()
    carried = {**CARRIED, "events": (*told, *CARRIED["events"])}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "守望事件流 / Shouwang event stream",
            "version": version("shouwang"),
            "description": both(
                "节点经 Kafka 对外发布的内容。由 `make docs` 按声明生成，请勿手改。保密字段不出节点，只有摘要；"
                "账号与节点自身的事件不发布，只占位。",
                "What a node publishes to Kafka. Written by `make docs` from the declarations; do not edit. What is private never"
                " leaves its node, only a digest does; of accounts and the node itself only places are told.",
            ),
        },
        "defaultContentType": CLOUD_EVENT,
        "channels": {name: _channel(name, carried[name]) for name in CHANNELS},
        "operations": {name: _operation(name, carried) for name in OPERATIONS},
        "components": {
            "schemas": {**dict(_envelopes()), **dict(_records(told.values()))},
            "messages": {
                **{topic: _event(event) for topic, event in told.items()},
                **{kind: _spoken(kind) for kind in SPOKEN},
            },
            "messageBindings": {name: _key(*said) for name, (_, _, said) in CHANNELS.items()},
            "x-lists": dict(_lists(told.values(), known)),
        },
    }


def published() -> dict[str, type[Event]]:
    """The events that leave a node by topic, in the order of the catalogue: all but those of aggregates that are `local`."""
    return {
        topic: event
        for topic, event in events().items()
        if not getattr(getattr(event, "aggregate", None), "local", False)
    }


def data_schema(event: type[Event]) -> Schema:
    """What stands in `data` of an event: its public fields as `adapters.codec` stores them, without those that are empty."""
    public = {name: spec for name, spec in fields_of(event).items() if spec[1].private is None}
    stored = {name: _stored(bare) for name, (bare, _, _) in public.items()}
    may_lack = [name for name, (_, _, required) in public.items() if not required or "anyOf" in stored[name]]
    return structure(
        {name: _labelled(name, field, _bare(stored[name])) for name, (_, field, _) in public.items()}, may_lack
    )


def both(zh: str, en: str) -> str:
    """A text in both languages."""
    return f"{zh} / {en}"


# -- channels and operations ---------------------------------------------------------------------------


def _channel(name: str, carried: Iterable[str]) -> dict[str, Any]:
    address, said, _ = CHANNELS[name]
    partitions = WIRE.partitions if name == "events" else 1
    prefix = both("设置 SHOUWANG_KAFKA_PREFIX", "the setting SHOUWANG_KAFKA_PREFIX")
    return {
        "address": address,
        "description": both(*said),
        "parameters": {"prefix": {"default": Wire(servers=()).prefix, "description": prefix}},
        "messages": {kind: {"$ref": f"#/components/messages/{kind}"} for kind in carried},
        "bindings": {
            "kafka": {
                "partitions": partitions,
                "topicConfiguration": {"max.message.bytes": MESSAGE_BYTES_MAX},
                "bindingVersion": BINDING,
            }
        },
    }


def _operation(name: str, carried: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    action, channel, kinds, zh, en = OPERATIONS[name]
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": both(zh, en),
        "messages": [{"$ref": f"#/channels/{channel}/messages/{kind}"} for kind in kinds or carried[channel]],
    }


def _key(zh: str, en: str) -> dict[str, Any]:
    return {"kafka": {"key": {**TEXT, "description": both(zh, en)}, "bindingVersion": BINDING}}


# -- messages ------------------------------------------------------------------------------------------


def _message(kind: str, title: str, channel: str, carrier: str, more: Mapping[str, Schema]) -> dict[str, Any]:
    own = structure({"type": {"const": kind}, **more}, closed=False)
    return {
        "name": kind,
        "title": title,
        "contentType": CLOUD_EVENT,
        "payload": {"allOf": [ref(carrier), own]},
        "bindings": {"$ref": f"#/components/messageBindings/{channel}"},
    }


def _event(event: type[Event]) -> dict[str, Any]:
    fields = {"classversion": {"const": event.class_version}, "data": data_schema(event)}
    return _message(event.topic, both(*event_words(event)), "events", "Message", fields)


def _spoken(kind: str) -> dict[str, Any]:
    carrier, zh, en, data = SPOKEN[kind]
    channel = next(name for name, kinds in CARRIED.items() if kind in kinds)
    return _message(kind, both(zh, en), channel, carrier, {"data": data} if data else {})


# -- schemas -------------------------------------------------------------------------------------------


def _envelopes() -> Iterator[tuple[str, Schema]]:
    """The structs of messages; an attribute that is empty is left out, so none is null."""
    _, parts = msgspec.json.schema_components((Message, Place, Said), ref_template=REF)
    for name, part in parts.items():
        yield name, {**part, "properties": {one: _attribute(one, of) for one, of in part["properties"].items()}}


def _attribute(name: str, schema: Schema) -> Schema:
    zh, en, more = ATTRIBUTES[name]
    return {**_bare(schema), **more, "description": both(zh, en)}


def _records(of: Iterable[type[Event]]) -> Iterator[tuple[str, Schema]]:
    """The records that stand in lists of events; what is empty in one is null."""
    public = [bare for event in of for bare, field, _ in fields_of(event).values() if field.private is None]
    found = dict.fromkeys(made for bare in public if (made := record_of(bare)) is not None)
    _, parts = msgspec.json.schema_components(found, ref_template=REF)
    for made in found:
        part = parts[made.__name__]
        fields = {n: _labelled(n, field, part["properties"][n]) for n, (_, field, _) in record_fields(made).items()}
        yield made.__name__, {**part, "properties": fields, "additionalProperties": False}


def _lists(of: Iterable[type[Event]], known: Reference) -> Iterator[tuple[str, dict[str, str]]]:
    """The code lists that are named, with the words of every code."""
    named = {said for event in of for said in _named(event)}
    for name, codes in known.lists.items():
        if name in named:
            yield name, {code: both(*known.words(name, code)) for code in codes}


def _named(event: type[Event]) -> Iterator[str | None]:
    for bare, field, _ in fields_of(event).values():
        made = record_of(bare)
        fields = [spec for _, spec, _ in record_fields(made).values()] if made else [field]
        yield from (spec.choices or spec.named for spec in fields if spec.private is None)


def _stored(bare: Any) -> Schema:
    """The schema of a type as msgspec writes it, which is how the codec does."""
    (schema,), _ = msgspec.json.schema_components((bare,), ref_template=REF)
    return schema


def _bare(schema: Schema) -> Schema:
    """A schema without null."""
    return schema["anyOf"][0] if "anyOf" in schema else schema


def _labelled(name: str, field: Field, schema: Schema) -> Schema:
    unit, unit_en = FEN if field.unit == "元" else (field.unit, field.unit and units.spoken(field.unit, zh=False))
    said = {
        "x-unit": unit,
        "x-unit-en": unit_en,
        "x-list": field.choices or field.named,
        "x-ref": field.ref,
        "description": field.moment
        and both("业务时刻（北京时间），24:00 为当日结束", "a business moment in China time; 24:00 ends the day"),
    }
    return {"title": both(*label(name, field)), **schema, **{key: value for key, value in said.items() if value}}


def asyncapi_page() -> str:
    """The document as text."""
    return json.dumps(document(reference()), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(asyncapi_page())
