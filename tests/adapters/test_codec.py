"""Events become text and events again."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import MapperDeserialisationError, StoredEvent
from hypothesis import given
from hypothesis import strategies as st

from adapters.codec import READ_COLUMNS, EventMapper, UnknownTopic, Unwritable, micros, moment
from domain.envelopes import Envelope
from domain.model import EntryWithdrawn, Event
from tests.contracts.event_store_trial import START, Trial, envelope, fresh, opened, told

MAPPER = EventMapper(node="n1")
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-5, minutes=-30))])
MOMENTS = st.datetimes(START.replace(tzinfo=None, year=1949), START.replace(tzinfo=None, year=2100), timezones=ZONES)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)


def row(event: Event, position: int = 7, at: datetime = START, **changed: Any) -> tuple[Any, ...]:
    """The stored row of an event, as a recorder would return it."""
    s = MAPPER.to_stored_event(event)
    values = (
        position,
        s.originator_id,
        s.originator_version,
        s.topic,
        s.state.decode(),
        s.sealed,
        *s.columns[:3],
        micros(at),
        *s.columns[3:],
        "n1",
    )
    named = dict(zip(READ_COLUMNS.split(", "), values, strict=True)) | changed
    return tuple(named.values())


def stored(event: Event) -> Event:
    """The event as it is after it was recorded."""
    return replace(event, envelope=event.envelope._replace(position=7, recorded_at=START))


@given(
    title=TEXTS,
    beds=st.integers(-(2**53), 2**53),
    since=st.none() | st.dates(),
    share=st.none() | st.floats(0, 1),
    quantities=st.none() | st.dictionaries(TEXTS, st.integers(0, 10**6), max_size=4),
    marks=st.lists(st.integers(0, 99), max_size=4).map(tuple),
    at_minute=st.none() | MOMENTS,
)
def test_an_event_comes_back_as_it_was(**fields: Any) -> None:
    """Every type a field may have, including empty ones and any text."""
    event = opened(fresh(), **fields)
    assert MAPPER.event(row(event)) == stored(event)


@given(
    st.fixed_dictionaries(
        {
            "occurred_on": st.dates(date(1949, 1, 1)),
            "occurred_at": st.none() | MOMENTS,
            "command_id": TEXTS,
            "command": TEXTS,
            "actor": TEXTS,
            "post": TEXTS,
            "source": TEXTS,
            "reason": st.none() | TEXTS,
            "corrects": st.none() | st.integers(1, 99),
            "entry": st.none() | TEXTS,
            "facility": st.none() | TEXTS,
            "region": st.none() | TEXTS,
        }
    )
)
def test_an_envelope_comes_back_as_it_was(given_: dict[str, Any]) -> None:
    """Every field of the envelope has a column; a field that is added without one fails here."""
    assert {*Envelope._fields} == {*given_, "position", "recorded_at"}
    event = replace(opened(fresh()), envelope=Envelope(**given_))
    assert MAPPER.event(row(event)) == stored(event)


@given(MOMENTS)
def test_a_moment_is_kept_to_the_microsecond(at: datetime) -> None:
    """Recording time is an integer and loses nothing."""
    assert moment(micros(at)) == at


def test_the_text_is_canonical() -> None:
    """Order of declaration, compact, Chinese as Chinese, empty fields left out."""
    s = MAPPER.to_stored_event(opened("s", quantities={"b": 1, "a": 2}))
    assert s.state.decode() == (
        '{"title":"槐荫区社会福利中心","beds":120,"since":"2026-01-01","quantities":{"b":1,"a":2},"marks":[]}'
    )


def test_private_fields_stand_apart() -> None:
    """What is sealed is in `sealed` with its address, and nothing of it in the public text."""
    event = told("p", 3, "c")
    s = MAPPER.to_stored_event(event)
    assert s.state == '{"how":"电话"}'.encode()
    assert s.sealed == b'{"name":{"subject":"p","at":["trial.told","p",3,"name"],"sealed":"c2VjcmV0"}}'
    assert MAPPER.event(row(event)) == stored(event)


def test_clear_text_in_a_private_field_is_refused() -> None:
    """It never becomes bytes."""
    with pytest.raises(Unwritable, match="sealed"):
        MAPPER.to_stored_event(replace(told("p", 3, "c"), name="张三"))


@pytest.mark.parametrize("wrong", [{"beds": "many"}, {"title": None}, {"since": "soon"}])
def test_what_could_not_be_read_is_never_written(wrong: dict[str, Any]) -> None:
    """A wrong type stops the append, not the reader years later."""
    with pytest.raises(Unwritable):
        MAPPER.to_stored_event(opened("s", **wrong))


@pytest.mark.parametrize(
    "payload", ["{}", '{"title":1}', '{"title":"t","beds":"many"}', '{"title":"t","since":"soon"}', "{", "[]"]
)
def test_a_payload_that_does_not_fit_is_refused(payload: str) -> None:
    """A missing field or a wrong type is the library's deserialisation error, and names the place."""
    with pytest.raises(MapperDeserialisationError, match=r"trial\.opened, s version 1"):
        MAPPER.event(row(opened("s"), payload=payload))


def test_a_missing_sealed_field_is_refused() -> None:
    """A required private field cannot get lost unseen."""
    with pytest.raises(MapperDeserialisationError):
        MAPPER.event(row(told("p", 1, "c"), sealed=None))


@pytest.mark.parametrize(
    ("version", "payload", "unit"),
    [(1, '{"amount":12}', "张"), (2, '{"value":12}', "张"), (3, '{"value":12,"unit":"家"}', "家")],
)
def test_every_version_that_was_shipped_stays_readable(version: int, payload: str, unit: str) -> None:
    """Golden payloads are brought up step by step."""
    event = Trial.Measured(originator_id="s", originator_version=1, envelope=envelope("c"), value=12, unit=unit)
    assert MAPPER.event(row(event, class_version=version, payload=payload)) == stored(event)


def test_a_payload_of_a_newer_release_is_refused() -> None:
    """Never half understood."""
    event = Trial.Measured(originator_id="s", originator_version=1, envelope=envelope("c"), value=1, unit="张")
    with pytest.raises(MapperDeserialisationError, match="newer release"):
        MAPPER.event(row(event, class_version=4))


@pytest.mark.parametrize("topic", ["trial.never", "os:system", "antigravity", "adapters.codec:EventMapper"])
def test_an_unknown_topic_is_a_clear_error_and_imports_nothing(topic: str) -> None:
    """Data never names a module to import, nor a class that is no event."""
    with pytest.raises(UnknownTopic, match="升级"):
        MAPPER.event(row(opened("s"), topic=topic))
    assert "antigravity" not in sys.modules


def test_the_corrections_of_the_domain_are_readable() -> None:
    """`entry.withdrawn` stands on its own, outside every aggregate."""
    event = EntryWithdrawn(originator_id="s", originator_version=2, envelope=envelope("c"), versions=(1, 3))
    assert MAPPER.event(row(event)) == stored(event)


def test_a_stored_event_without_its_envelope_is_refused() -> None:
    """The library's own four fields are not enough to make one of our events; a recordable one is."""
    with pytest.raises(MapperDeserialisationError, match="envelope"):
        MAPPER.to_domain_event(StoredEvent("s", 1, "trial.opened", b"{}"))
    event = opened("s")
    assert MAPPER.to_domain_event(MAPPER.to_stored_event(event)) == event


def test_a_fresh_process_reads_what_this_one_wrote() -> None:
    """Topics resolve as soon as the declarations are imported."""
    script = (
        "from adapters.codec import EventMapper, READ_COLUMNS\nimport tests.contracts.event_store_trial\n"
        f"print(EventMapper(node='n1').event({row(opened('s'))!r}).title)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
        env={"PYTHONUTF8": "1"},
    )
    assert ran.stdout.decode().strip() == "槐荫区社会福利中心"
