"""已授予的等级 — what may become of an award: upheld after a review, lowered, suspended and restored, revoked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from domain.model import Event, Field, Post, Row
from domain.rating_figures import held, no_longer, rated, seen_to
from domain.rating_rules import IN_FORCE, TO_LOWER, TO_RESTORE, TO_SUSPEND

RATERS = frozenset({Post.REGULATOR})


class Downgraded(Event):
    """Put the home on a lower level for the rest of the time."""

    topic = "rating.downgraded"
    label = "降级"
    label_en = "Downgraded"
    command = "rating.downgrade"
    by = RATERS
    checks = TO_LOWER
    sentence = ("降为{level}：{reason}", "Downgraded to {level}: {reason}")
    level: Annotated[int, Field("等级", unit="级", named="rating_levels", minimum=1)]
    reason: Annotated[str, Field("原因", long=True)]

    def apply(self, state: Any) -> None:
        """The lower level holds from here."""
        state.level = self.level

    def rows(self, state: Any) -> Iterable[Row]:
        """One fewer on the old level, one more on the new."""
        yield from no_longer(state, self.day)
        if state is not None and state.counts:
            yield from rated(state, self.level, self.day, 1)


class Upheld(Event):
    """Record that the award was reviewed and stands, as after an accident or a revoked paper."""

    topic = "rating.upheld"
    label = "复核维持等级"
    label_en = "Rating upheld"
    command = "rating.uphold"
    command_en = "Uphold a rating after review"
    by = RATERS
    checks = IN_FORCE
    sentence = ("经复核（{trigger}），维持等级：{reason}", "Reviewed ({trigger}) and upheld: {reason}")
    trigger: Annotated[str, Field("事由", choices="rating_triggers")]
    reason: Annotated[str, Field("说明", en="Explanation", long=True)]

    def apply(self, state: Any) -> None:
        """Nothing changes."""

    def rows(self, state: Any) -> Iterable[Row]:
        """The review is made, of this matter."""
        yield from seen_to(state, self.day, self.trigger)


class Suspended(Event):
    """Suspend the level; it does not count until it is restored."""

    topic = "rating.suspended"
    label = "暂停等级"
    label_en = "Rating suspended"
    command = "rating.suspend"
    by = RATERS
    checks = TO_SUSPEND
    sentence = ("暂停等级：{reason}", "Suspended: {reason}")
    reason: Annotated[str, Field("原因", long=True)]

    def apply(self, state: Any) -> None:
        """The level rests."""
        state.suspended = True

    def rows(self, state: Any) -> Iterable[Row]:
        """One rated facility fewer."""
        yield from no_longer(state, self.day)


class Restored(Event):
    """Restore a suspended level."""

    topic = "rating.restored"
    label = "恢复等级"
    label_en = "Rating restored"
    command = "rating.restore"
    by = RATERS
    checks = TO_RESTORE
    sentence = ("恢复等级", "Restored")

    def apply(self, state: Any) -> None:
        """The level stands again."""
        state.suspended = False

    def rows(self, state: Any) -> Iterable[Row]:
        """One rated facility more, for what is left of the time."""
        if state is not None and state.level is not None and state.suspended and state.revoked_on is None:
            yield from rated(state, state.level, self.day, 1)
        yield from seen_to(state, self.day)


class Revoked(Event):
    """Take the level away."""

    topic = "rating.revoked"
    label = "取消等级"
    label_en = "Rating revoked"
    command = "rating.revoke"
    by = RATERS
    checks = IN_FORCE
    sentence = ("取消等级：{trigger}，{reason}", "Revoked: {trigger}, {reason}")
    trigger: Annotated[str, Field("事由", choices="rating_triggers")]
    reason: Annotated[str, Field("说明", en="Explanation", long=True)]

    def apply(self, state: Any) -> None:
        """There is no level any more."""
        state.revoked_on, state.revoked_at = self.day, self.at

    def rows(self, state: Any) -> Iterable[Row]:
        """One rated facility fewer, and no award any more, suspended or not."""
        yield from no_longer(state, self.day)
        if state is not None and state.level is not None and state.revoked_on is None:
            yield from held(state, self.day, -1)
