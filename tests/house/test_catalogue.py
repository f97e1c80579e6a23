"""Every event says in Chinese what it is, keeps its topic, and can be read for ever."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import typing
from decimal import Decimal
from typing import Any

import pytest

from adapters.codec import Codec
from domain.aggregates import AGGREGATES, events
from domain.declared import fields_of
from domain.model import EntryWithdrawn, Event
from tests.house.freeze import COMMAND, frozen, kept
from tests.house.specimens import bare, public_texts
from tests.house.tree import ROOT

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TOPIC = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*(\.v[2-9])?")
FREEZE = f"run `{COMMAND}`, then read the diff: what it names is public and frozen for ever"
ALL = sorted(events().items())

RESOLVE_ALL = """
import json
import domain.catalogue
from eventsourcing.utils import resolve_topic
topics = json.loads(input())
print(json.dumps({t: f"{resolve_topic(t).__module__}:{resolve_topic(t).__qualname__}" for t in topics}))
"""

each_event = pytest.mark.parametrize(("topic", "event"), ALL, ids=[topic for topic, _ in ALL])


def is_number(kind: Any) -> bool:
    """Whether a declared type is a number that somebody has to read."""
    return bare(kind) in (int, float, Decimal)


def test_every_event_class_stands_in_the_catalogue() -> None:
    """No event class is declared that menus, schemas and references do not know."""
    declared = {e for aggregate in AGGREGATES for e in aggregate.events} | {EntryWithdrawn}

    assert set(events().values()) == declared
    assert all(topic == event.topic for topic, event in events().items())


def test_no_two_events_share_a_topic() -> None:
    """A topic names one event class, and a command one event."""
    topics = [e.topic for aggregate in AGGREGATES for e in aggregate.events]
    commands = [e.command for aggregate in AGGREGATES for e in aggregate.events if e.command]

    assert len(topics) == len(set(topics))
    assert len(commands) == len(set(commands))


@each_event
def test_the_event_has_a_chinese_label(topic: str, event: type[Event]) -> None:
    """The label is what a civil servant reads in the timeline and in the menu."""
    assert TOPIC.fullmatch(topic), f"{topic} is not written as aggregate.what_happened"
    assert CHINESE.search(getattr(event, "label", "")), f"{topic} has no Chinese label"


@each_event
def test_every_field_has_a_chinese_label(topic: str, event: type[Event]) -> None:
    """A field without a label would be a nameless box on the form."""
    unlabelled = [name for name, (_, field, _) in fields_of(event).items() if not CHINESE.search(field.zh)]

    assert unlabelled == [], f"{topic}: Annotated[..., Field('中文名')] is missing"


@each_event
def test_every_number_has_a_unit(topic: str, event: type[Event]) -> None:
    """A number without a unit is read as another number."""
    naked = [name for name, (kind, field, _) in fields_of(event).items() if is_number(kind) and not field.unit]

    assert naked == [], f"{topic}: Field(unit=...) is missing"


@each_event
def test_every_text_has_made_its_privacy_decision(topic: str, event: type[Event]) -> None:
    """A free text is private, or stands in topics.txt as one that everybody may read for ever."""
    undecided = sorted(set(public_texts(event)) - set(frozen().get(topic, [])))

    assert undecided == [], f"{topic}: make the field private, or {FREEZE}"


def test_the_topics_are_frozen() -> None:
    """A topic that was once recorded stays; a new one is added knowingly."""
    known = set(frozen())

    assert sorted(known - set(events())) == [], "a frozen topic has gone: the history that holds it is unreadable"
    assert sorted(set(events()) - known) == [], FREEZE


def test_every_topic_resolves_in_a_fresh_process() -> None:
    """A process that imports nothing but the catalogue reads the whole history."""
    result = subprocess.run(
        [sys.executable, "-c", RESOLVE_ALL],
        input=json.dumps(sorted(frozen())),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    expected = {t: f"{e.__module__}:{e.__qualname__}" for t, e in events().items() if t in frozen()}
    assert json.loads(result.stdout) == expected


@each_event
def test_every_version_ever_shipped_is_readable(topic: str, event: type[Event]) -> None:
    """Golden payloads of each version decode to all fields of the event as it is today."""
    versions = [p["class_version"] for p in kept(topic)]
    assert versions == list(range(1, event.class_version + 1)), FREEZE

    for golden in kept(topic):
        sealed = json.dumps(golden["sealed"]).encode() if golden["sealed"] else None
        state = Codec(event).read(json.dumps(golden["payload"]), sealed, golden["class_version"])
        assert set(state) == set(fields_of(event))


def test_a_boolean_is_no_number_without_a_unit() -> None:
    """The unit rule asks numbers only, also where they may be missing."""
    assert is_number(int | None)
    assert is_number(typing.Annotated[Decimal, "x"])
    assert not is_number(bool)
    assert not is_number(str)
