"""How far everything of this node has come, for whoever watches over it: numbers and moments, nothing of anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adapters.codec import micros, moment
from adapters.event_store import EventLog
from domain.log import Clock, Verdict


@dataclass(frozen=True)
class Verified:
    """What a verification of the log found; `kind` and `position` say what is wrong and where."""

    at: datetime
    events: int
    ok: bool
    kind: str = ""
    position: int = 0


@dataclass(frozen=True)
class Relayed:
    """How far a topic was published, and when it last got on."""

    position: int
    at: datetime


class Standing:
    """Reads it beside the log; keeps what verifications found."""

    def __init__(self, log: EventLog, clock: Clock) -> None:
        self.log, self.clock = log, clock

    def relayed(self, topic: str) -> Relayed | None:
        """How far a topic was published; None before the first time."""
        with self.log.reading() as recorder:
            rows = recorder.marks(topic) if recorder else []
        return Relayed(rows[0][1], moment(rows[0][3])) if rows else None

    def cosigned(self) -> dict[str, datetime]:
        """Witness -> when it cosigned a head of this node last."""
        rows = self.log.beside(
            "SELECT witness, max(cosigned_at) FROM {log}cosignatures GROUP BY witness ORDER BY witness"
        )
        return {witness: moment(at) for witness, at in rows}

    def verified(self) -> Verified | None:
        """What the newest verification found; None before the first."""
        rows = self.log.beside("SELECT at, events, ok, kind, position FROM {log}verified ORDER BY at DESC LIMIT 1")
        return next((Verified(moment(at), events, bool(ok), *rest) for at, events, ok, *rest in rows), None)

    def keep(self, verdict: Verdict) -> None:
        """Keep what a verification found. Raises LogUnavailable where nothing can be written."""
        row = (
            micros(self.clock.now()), verdict.events, int(verdict.ok), verdict.kind or "", verdict.first_bad_position or 0,
        )  # fmt: skip
        with self.log.reading() as recorder:
            if recorder is not None:
                recorder.write([("verified", row)])
