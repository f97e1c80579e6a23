"""The document of the event stream is what the declarations say, and what is published is what the document says."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from adapters.broker import Wire
from adapters.codec import Codec
from adapters.event_store import open_log
from adapters.event_store_batch import COLUMNS
from adapters.heads import Heads
from adapters.messages import ELSEWHERE, HEAD, Message, Place, Said, of_place, of_row
from adapters.node_keys import NodeKeys
from adapters.relay import Relay
from adapters.vault_store import open_vault
from domain.aggregates import AGGREGATES, events
from domain.declared import fields_of, private_fields, record_fields, record_of
from domain.model import Event
from infra.asyncapi_page import ATTRIBUTES, FEN, asyncapi_page, data_schema, document, published
from infra.bootstrap import reference
from tests.adapters.vault_stores import Hand
from tests.contracts.event_store_trial import decided, fresh
from tests.house.freeze import kept
from tests.house.tree import ROOT
from tests.places import ready

TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}
CHECKED = {
    "$ref", "type", "properties", "required", "additionalProperties", "items", "const", "pattern", "anyOf", "allOf",
    "minimum", "maximum",
}  # fmt: skip
TOLD = {"title", "description", "default", "format"}
"""Words of a schema that ask nothing of a value; so do those that begin with `x-`."""
LEFT = sorted(published().items())
each_event = pytest.mark.parametrize(("topic", "event"), LEFT, ids=[topic for topic, _ in LEFT])


@cache
def made() -> dict[str, Any]:
    """The document."""
    return document(reference())


def named(pointer: str) -> Any:
    """What `#/...` names in the document."""
    found = made()
    for part in pointer.removeprefix("#/").split("/"):
        found = found[part]
    return found


def wrong(value: Any, schema: Any, at: str = "") -> Iterator[str]:
    """Where a value is not what a schema says: as much of JSON Schema as the document uses."""
    if isinstance(schema, bool):
        yield from () if schema else (f"{at}: not allowed",)
        return
    assert {word for word in schema if not word.startswith("x-")} <= CHECKED | TOLD, at
    if "$ref" in schema:
        yield from wrong(value, named(schema["$ref"]), at)
    if "type" in schema and not TYPES[schema["type"]](value):
        yield f"{at}: no {schema['type']}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{at}: not {schema['const']}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{at}: not of the form"
    if "anyOf" in schema and all(list(wrong(value, one, at)) for one in schema["anyOf"]):
        yield f"{at}: nothing of any"
    for one in schema.get("allOf", ()):
        yield from wrong(value, one, at)
    yield from beyond(value, schema, at)
    yield from wrong_inside(value, schema, at)


def beyond(value: Any, schema: Mapping[str, Any], at: str) -> Iterator[str]:
    """The same of the bounds of a number."""
    if ("minimum" in schema and value < schema["minimum"]) or ("maximum" in schema and value > schema["maximum"]):
        yield f"{at}: beyond the bounds"


def wrong_inside(value: Any, schema: Mapping[str, Any], at: str) -> Iterator[str]:
    """The same of the parts of a list or an object."""
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from wrong(one, schema.get("items", True), f"{at}[{number}]")
    if isinstance(value, dict):
        yield from (f"{at}.{name}: missing" for name in schema.get("required", ()) if name not in value)
        for name, one in value.items():
            said = schema.get("properties", {}).get(name, schema.get("additionalProperties", True))
            yield from wrong(one, said, f"{at}.{name}")


def message_of(event: type[Event], payload: Mapping[str, Any], sealed: bytes | None = b"{}") -> dict[str, Any]:
    """The message of a payload, as the relay makes it of a row of the log."""
    stored: dict[str, Any] = dict.fromkeys(COLUMNS, "x") | {
        "position": 1,
        "version": 1,
        "topic": event.topic,
        "payload": json.dumps(payload),
        "sealed": sealed,
        "class_version": event.class_version,
        "occurred_on": "2024-03-01",
        "occurred_at": None,
        "recorded_at": 1_700_000_000_000_000,
        "corrects": None,
        "leaf": bytes(32),
    }
    return json.loads(of_row(tuple(stored.values()), stored["position"])[1])


def faults(said: Mapping[str, Any]) -> list[str]:
    """Where a message is not what the document says of its type."""
    return list(wrong(said, made()["components"]["messages"][said["type"]]["payload"]))


def golden(event: type[Event]) -> dict[str, Any]:
    """The golden payload of the version that is written today."""
    (payload,) = [one["payload"] for one in kept(event.topic) if one["class_version"] == event.class_version]
    return payload


def words_of(schema: Any) -> Iterator[str]:
    """Every key and every text of a schema, and of those that it refers to."""
    if isinstance(schema, dict):
        for name, one in schema.items():
            yield name
            yield from words_of(named(one) if name == "$ref" else one)
    elif isinstance(schema, list):
        for one in schema:
            yield from words_of(one)
    else:
        yield str(schema)


def references(part: Any) -> Iterator[str]:
    """Every `$ref` of the document."""
    if isinstance(part, dict):
        yield from (one for name, one in part.items() if name == "$ref")
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from references(one)


def test_the_document_is_current() -> None:
    """`make docs` has been run since an event, an envelope or a topic was changed."""
    assert (ROOT / "docs/asyncapi.json").read_text(encoding="utf-8") == asyncapi_page()


def test_every_event_that_leaves_the_node_has_one_message() -> None:
    """The catalogue and the channel of events agree: only events of aggregates that are local are left out."""
    local = {e.topic for aggregate in AGGREGATES if getattr(aggregate, "local", False) for e in aggregate.events}
    channel = made()["channels"]["events"]["messages"]

    assert set(channel) == (set(events()) - local) | {ELSEWHERE}
    assert [one["$ref"] for one in channel.values()] == [f"#/components/messages/{topic}" for topic in channel]
    assert all(made()["components"]["messages"][topic]["name"] == topic for topic in channel)
    assert len(channel) > 100


def test_every_reference_leads_somewhere() -> None:
    """No `$ref` of the document names what is not there, and every list that a field names is told."""
    found = set(references(made()))
    lists = made()["components"]["x-lists"]

    assert len(found) > 100
    assert all(named(pointer) for pointer in found)
    assert set(re.findall(r'"x-list": "(\w+)"', asyncapi_page())) == set(lists)


def test_the_topics_are_those_of_the_wire() -> None:
    """With the prefix that nobody set, the addresses are what the relay publishes to."""
    wire = Wire(servers=())
    found = {
        name: one["address"].format(prefix=one["parameters"]["prefix"]["default"])
        for name, one in made()["channels"].items()
    }

    topics = {"events": wire.events, "heads": wire.heads, "requests": wire.requests, "letters": wire.letters}
    assert found == topics


def test_every_attribute_of_a_message_is_described() -> None:
    """No attribute is without its meaning in both languages, and none is described that no message has."""
    carried = {name for struct in (Message, Place, Said) for name in struct.__struct_fields__}

    assert set(ATTRIBUTES) == carried


@each_event
def test_nothing_private_stands_in_a_schema(topic: str, event: type[Event]) -> None:
    """No name of a private field occurs in the schema of its event; records in lists, which cannot be sealed, have none."""
    private = {name for name, _ in private_fields(event)}

    assert private & set(words_of(data_schema(event))) == set()
    assert set(data_schema(event)["properties"]) == set(fields_of(event)) - private
    records = [one for bare, _, _ in fields_of(event).values() if (one := record_of(bare))]
    assert not any(field.private for one in records for _, field, _ in record_fields(one).values())


@each_event
def test_what_is_published_is_what_the_document_says(topic: str, event: type[Event]) -> None:
    """The golden payload of today's version, as a message, has the declared form."""
    assert faults(message_of(event, golden(event))) == []
    assert faults(message_of(event, golden(event), None)) == []


@each_event
def test_a_message_that_says_something_else_is_told_from_it(topic: str, event: type[Event]) -> None:
    """The control: an unknown field, another type and another version of the class do not fit; nor does a private field."""
    payload, private = golden(event), [name for name, _ in private_fields(event)]

    for name in ("nobody_declared_this", *private):
        assert faults(message_of(event, {**payload, name: "x"})) == [f".data.{name}: not allowed"]
    assert all(faults(message_of(event, {**payload, name: {"of": []}})) for name in payload)
    said = message_of(event, payload)
    assert faults({**said, "classversion": event.class_version + 1})
    assert faults({**said, "position": "1"})
    assert faults({**said, "position": -1})
    assert faults({**said, "position": 2**63})
    always = set(made()["components"]["schemas"]["Message"]["required"]) - {"type"}
    assert all(faults({k: v for k, v in said.items() if k != name}) for name in always)


@each_event
def test_a_field_may_be_missing_where_the_codec_can_do_without_it(topic: str, event: type[Event]) -> None:
    """Leave out any public field: the document refuses exactly what the codec cannot read."""
    payload, read = golden(event), Codec(event).read_public
    for name in payload:
        less = {k: v for k, v in payload.items() if k != name}
        try:
            read(json.dumps(less))
        except msgspec.ValidationError:
            assert faults(message_of(event, less)) == [f".data.{name}: missing"]
        else:
            assert faults(message_of(event, less)) == []


def test_money_is_said_to_be_in_fen() -> None:
    """A whole number of fen is not called yuan, as people read it; every other unit is the declared one."""
    units = [
        (field.unit, data_schema(event)["properties"][name]["x-unit"])
        for event in published().values()
        for name, (_, field, _) in fields_of(event).items()
        if field.unit and not field.private
    ]

    assert {told for unit, told in units if unit == "元"} == {FEN[0]}
    assert all(unit == told for unit, told in units if unit != "元")


class Broker:
    """A publisher that keeps what it is given."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str, dict[str, Any]]] = []

    def send(self, topic: str, key: str, value: bytes) -> None:
        """Keep one message."""
        self.kept.append((topic, key, json.loads(value)))

    def settle(self, promises: list[Any]) -> dict[int, int]:
        """Everything is there already."""
        return {}


def test_signed_heads_and_places_are_what_the_document_says(tmp_path: Path) -> None:
    """What the relay says of two signed heads has the declared form, under the declared keys, and so has a place."""
    data, wire, broker = tmp_path / "var", Wire(servers=()), Broker()
    with (
        closing(open_log(data=data, database_url=None, node="县", ready=ready("log", data))) as log,
        closing(open_vault(data=data, ready=ready("vault", data))) as store,
    ):
        heads = Heads(log, NodeKeys(store, "县"), Hand())
        relay = Relay(log, heads, Hand(), wire, monotonic=lambda: 0.0)
        relay._publisher = broker
        for _ in range(2):
            log.append([decided(fresh())])
            heads.sign()
        relay._publish_events(threading.Event())
        relay._publish_heads()

    said = [one for topic, _, one in broker.kept if topic == wire.heads]
    assert [(one["type"], one["data"]["size"], faults(one)) for one in said] == [(HEAD, 1, []), (HEAD, 2, [])]
    assert {key for topic, key, _ in broker.kept if topic == wire.heads} == {"县"}
    assert all(key == one["subject"] for topic, key, one in broker.kept if topic == wire.events)
    assert faults({**said[0], "data": {**said[0]["data"], "more": 1}}) == [".data.more: not allowed"]
    place = json.loads(of_place("县", 1, 0, bytes(32))[1])
    assert (faults(place), faults({**place, "leaf": "00"})) == ([], [".leaf: not of the form"])
