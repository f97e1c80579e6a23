"""What can be asked of the views: which part of the world, which days, as known when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from domain.model import CHINA, Refused, Wording, business_key


@dataclass(frozen=True)
class Ask:
    """The filters of a question; days in +08:00, both ends included.

    `known_at` is a log position (or a moment, resolved to one by the views); None means all that is known.
    `at` asks for a moment of the as-of day instead of its end (sheets only). `where` narrows by a dimension of a figure or a column of a sheet; `by` breaks a figure down.
    `now` is the present moment in +08:00 for duties of today: what was done today counts, what is due later today is not late yet.
    """

    as_of: date
    region: str | None = None
    facility: str | None = None
    from_: date | None = None
    to: date | None = None
    known_at: int | datetime | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    by: str | None = None
    at: datetime | None = None
    now: datetime | None = None

    @property
    def late_from(self) -> str:
        """The business moment up to which deadlines must lie behind to be missed: the one asked for, or now if that is given."""
        return self.moment if self.now is None else business_key(self.now.date(), self.now, opens=False)

    @property
    def moment(self) -> str:
        """The business moment asked for: the end of the as-of day unless a moment is given."""
        return business_key(self.as_of, self.at, opens=False)

    def period(self) -> tuple[date, date]:
        """First and last day: to the as-of day, from 1 January of that year, unless given.

        Raises Refused when the period ends before it begins.
        """
        to = self.to or self.as_of
        from_ = self.from_ or date(to.year, 1, 1)
        if from_ > to:
            raise Refused(
                "field.invalid",
                Wording("起始日期晚于截止日期", "the period ends before it begins", "核对起止日期", "check both days"),
                "from",
            )
        return from_, to

    def at_present(self, now: datetime) -> Ask:
        """The same question, of today as of this minute; one that has its minute keeps it."""
        minute = now.astimezone(CHINA).replace(second=0, microsecond=0)
        return replace(self, now=minute) if self.now is None and self.as_of == minute.date() else self

    def narrowed(self, **more: str) -> Ask:
        """The same question for one value of a dimension."""
        return replace(self, where={**self.where, **more}, by=None)
