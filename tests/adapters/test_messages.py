"""An event on its way: everything public, nothing sealed, and enough to work out its leaf."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.event_store import EventLog, open_log
from adapters.messages import ELSEWHERE, HEAD, Message, Place, Said, Unreadable, of_place, of_row, of_said, read
from tests.contracts.event_store_trial import decided, told
from tests.places import ready

ATTRIBUTE = re.compile(r"[a-z0-9]{1,20}")


@pytest.fixture
def log(tmp_path: Path) -> EventLog:
    """A log with an event that has private text and one that has none."""
    made = open_log(data=tmp_path / "var", database_url=None, node="县 一", ready=ready("log", tmp_path / "var"))
    begun = decided("s-1", title='槐荫 "庭" \\ \u2028')
    made.append([replace(begun, events=(*begun.events, told("s-1", 2, begun.command_id)))])
    yield made
    made.close()


def rows(log: EventLog) -> list[tuple]:
    """Whole rows of a log."""
    with log.reading() as recorder:
        return recorder.audit_rows(0, 1000)


def test_a_message_leads_to_the_leaf_of_its_event(log: EventLog) -> None:
    """Whoever receives it works out the leaf of the sender's tree, byte for byte, also where something is sealed."""
    found = rows(log)
    assert any(row[6] for row in found), "one has something sealed"
    for row in found:
        key, value = of_row(row, row[0])
        message = read(value)
        assert isinstance(message, Message)
        assert (key, message.leaf, message.position, message.recorded_at) == (row[2], bytes(row[-1]), row[0], row[10])


def test_nothing_that_is_sealed_leaves(log: EventLog) -> None:
    """Neither the sealed bytes nor any part of them stands in a message: only their digest."""
    for row in rows(log):
        _, value = of_row(row, row[0])
        if row[6]:
            sealed = json.loads(bytes(row[6]))
            assert all(one["sealed"].encode() not in value for one in sealed.values())
        assert ("sealeddigest" in json.loads(value)) == bool(row[6])


def test_a_message_is_a_cloud_event(log: EventLog) -> None:
    """CloudEvents 1.0: the required attributes, names of small letters and digits, a time with its zone, data as JSON."""
    for row in rows(log):
        said = json.loads(of_row(row, row[0])[1])
        assert (said["specversion"], said["datacontenttype"]) == ("1.0", "application/json")
        assert said["id"] == f"{said['source']}/{said['subject']}/{said['version']}"
        assert all(ATTRIBUTE.fullmatch(name) for name in said)
        assert not re.search(r"\s", said["source"]), "a URI reference"
        assert datetime.fromisoformat(said["time"]).tzinfo is not None
        assert all(isinstance(value, str | int) for name, value in said.items() if name != "data")
        assert said["data"] == json.loads(row[5])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_no_change_of_a_message_goes_unnoticed(log: EventLog, data: st.DataObject) -> None:
    """Change any attribute: it can no longer be read, or leads to another leaf. `source` and `id` must name the event."""
    row = rows(log)[data.draw(st.integers(0, 1))]
    said = json.loads(of_row(row, row[0])[1])
    name = data.draw(st.sampled_from(sorted(set(said) - {"specversion", "datacontenttype", "data", "until"})))
    value = said[name]
    said[name] = value + 1 if isinstance(value, int) else data.draw(st.text(min_size=1)) + value
    try:
        changed = read(json.dumps(said).encode())
    except Unreadable:
        return
    assert isinstance(changed, Message)
    assert changed.leaf != bytes(row[-1])


@given(
    st.binary(max_size=200)
    | st.text().map(str.encode)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ).map(lambda said: json.dumps(said).encode())
)
def test_what_is_no_message_is_said_to_be_none(value: bytes) -> None:
    """Whatever the bytes are, nothing but Unreadable is raised."""
    with pytest.raises(Unreadable):
        read(value)


def test_a_place_and_a_saying_are_read_back() -> None:
    """A position that another node fills, and what a node says besides events."""
    place = read(of_place("市", 7, 1_700_000_000_000_000, bytes(32))[1])
    assert isinstance(place, Place)
    assert (place.node, place.position, place.leaf, place.type) == ("市", 7, "00" * 32, ELSEWHERE)
    said = read(of_said("市", HEAD, "9", 1_700_000_000_000_000, {"size": 9})[1])
    assert isinstance(said, Said)
    assert (said.node, said.type, said.data) == ("市", HEAD, {"size": 9})
    with pytest.raises(Unreadable):
        read(of_place("市", 7, 1_700_000_000_000_000, bytes(31))[1])
