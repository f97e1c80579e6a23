"""Small aggregates and builders of commands for tests of the event store. Topics begin with `trial.`."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from domain.envelopes import Envelope
from domain.log import Decided
from domain.model import Aggregate, Breach, Event, Field, Sealed, Wording

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


class Trial(Aggregate):
    """试 — something with a history, for tests only."""

    name = "trial"
    label = "试"

    class Opened(Event):
        """A public event with fields of many types."""

        topic = "trial.opened"
        label = "开始"
        creates = True
        title: Annotated[str, Field("名称")]
        beds: Annotated[int, Field("床位", unit="张")] = 0
        since: Annotated[date | None, Field("自")] = None
        quantities: Annotated[dict[str, int] | None, Field("数量")] = None
        marks: Annotated[tuple[int, ...], Field("标记")] = ()
        share: Annotated[float | None, Field("比例")] = None
        at_minute: Annotated[datetime | None, Field("时刻")] = None

    class Told(Event):
        """An event with private text."""

        topic = "trial.told"
        label = "告知"
        name: Annotated[str | Sealed, Field("姓名", private="self")]
        note: Annotated[str | Sealed | None, Field("备注", private="self")] = None
        how: Annotated[str | None, Field("方式")] = None

    class Measured(Event):
        """An event at its third version: `value` was `amount`, and `unit` came later."""

        topic = "trial.measured"
        label = "测量"
        class_version = 3
        value: Annotated[int, Field("数值")]
        unit: Annotated[str, Field("单位")]

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """`amount` became `value`."""
            state["value"] = state.pop("amount")

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            """The unit was always 张 before it was asked for."""
            state["unit"] = "张"


def fresh(kind: str = "trial") -> str:
    """A new stream id."""
    return f"{kind}-{uuid.uuid4()}"


def envelope(command_id: str, **given: Any) -> Envelope:
    """An envelope with something in every column."""
    base: dict[str, Any] = {
        "occurred_on": date(2026, 2, 28),
        "occurred_at": None,
        "command_id": command_id,
        "command": "trial.open",
        "actor": "li.regulator",
        "post": "regulator",
        "facility": "facility-1",
        "region": "370100",
    }
    return Envelope(**base | given)


def opened(stream: str, version: int = 1, command_id: str = "", **fields: Any) -> Trial.Opened:
    """An `Opened` event."""
    given = {"title": "槐荫区社会福利中心", "beds": 120, "since": date(2026, 1, 1)} | fields
    return Trial.Opened(
        originator_id=stream, originator_version=version, envelope=envelope(command_id or str(uuid.uuid4())), **given
    )


def told(stream: str, version: int, command_id: str, secret: str = "c2VjcmV0") -> Trial.Told:
    """A `Told` event, sealed."""
    at = ("trial.told", stream, version, "name")
    return Trial.Told(
        originator_id=stream,
        originator_version=version,
        envelope=envelope(command_id),
        name=Sealed(stream, at, secret),
        how="电话",
    )


def decided(
    *streams: str,
    version: int = 1,
    command_id: str | None = None,
    at: datetime = START,
    digest: bytes = b"digest",
    mentions: tuple[tuple[str, int], ...] = (),
    breached: bool = False,
    **fields: Any,
) -> Decided:
    """One command that records an `Opened` event in each stream."""
    command_id = command_id or str(uuid.uuid4())
    streams = streams or (fresh(),)
    events = tuple(opened(s, version, command_id, **fields) for s in streams)
    breaches = (Breach("AC-02", Wording("迟报", "reported late")),) if breached else ()
    return Decided(command_id, "trial.open", digest, streams[0], events, at, breaches, mentions)


def later(seconds: float) -> datetime:
    """A moment after `START`."""
    return START + timedelta(seconds=seconds)
