"""What time it is: the only module of the platform that asks the machine."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is set: scenarios and tests say what time it is."""

    def __init__(self, moment: datetime) -> None:
        self.set(moment)

    def set(self, moment: datetime) -> None:
        """Put the clock to a moment; without a zone a moment is none."""
        if moment.tzinfo is None:
            raise ValueError("a clock needs a moment with its zone")
        self._moment = moment

    def now(self) -> datetime:
        """The moment that was set last."""
        return self._moment
