"""星级评定 — one application of a home for a level: scored, reviewed, published, awarded, perhaps lost again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from domain.accounts import known_logins
from domain.facility_rules import standing
from domain.model import FACILITY_POSTS, Aggregate, Breach, Duty, Event, Field, Post, Refused, Row, Sealed, business_key
from domain.rating_figures import FIGURES
from domain.rating_rules import (
    AS_APPLIED,
    AS_SCORED,
    AWARDED,
    ENDS_BEFORE,
    IN_FORCE,
    LOWER,
    NO_SUCH_ITEM,
    NO_SUCH_LEVEL,
    NOT_AWARDED,
    NOT_IN_USE,
    NOT_REVOKED,
    NOT_SUSPENDED,
    POINTS_FIT,
    SCORED,
    SEVERAL_ASSESSORS,
    SUSPENDED,
    Score,
    findings,
    items_fit,
    level_allowed,
    mean_total,
    skipped,
    superseding,
)
from domain.rating_schemes import Rule, Threshold

RATERS = frozenset({Post.REGULATOR})
HOME = FACILITY_POSTS | RATERS
DAY = timedelta(days=1)


class Rating(Aggregate):
    """星级评定 — applied for, scored by several, awarded from a day to a day."""

    name = "rating"
    label = "星级评定"
    sheet = "ratings"
    columns = {
        "facility": Field("机构", ref="facility"),
        "scheme": Field("评定办法", choices="rating_schemes"),
        "applied_level": Field("申请等级", unit="级"),
        "level": Field("授予等级", en="Level awarded", unit="级"),
        "status": Field("状态", choices="rating_statuses"),
        "rated_from": Field("有效期自"),
        "rated_to": Field("有效期至"),
        "assessors": Field("评定员", unit="名"),
        "total": Field("平均总分", en="Mean total", unit="分"),
    }
    statuses = {
        "applied": ("已申请", "Applied"),
        "accepted": ("材料已受理", "Documents accepted"),
        "scored": ("已打分", "Scored"),
        "awarded": ("已授予", "Awarded"),
        "suspended": ("已暂停", "Suspended"),
        "revoked": ("已取消", "Revoked"),
    }
    figures = FIGURES
    counted_by = "rating.applied"

    scores: Mapping[str, Score] = {}
    accepted = reviewed = suspended = False
    objections: tuple[str | Sealed, ...] = ()
    notice: tuple[date, date, date] | None = None
    """First and last day of the public notice, and the first day on which it may end."""
    level: int | None = None
    rated_from: date | None = None
    rated_to: date | None = None
    skipped: tuple[str, ...] = ()
    revoked_at: str | None = None
    revoked_on: date | None = None

    @property
    def status(self) -> str:
        """How far the rating has come; that it expired is told by its dates."""
        if self.level is not None:
            return "revoked" if self.revoked_on else "suspended" if self.suspended else "awarded"
        return "scored" if self.scores else "accepted" if self.accepted else "applied"

    @property
    def assessors(self) -> int:
        """How many assessors scored."""
        return len(self.scores)

    @property
    def total(self) -> Decimal | None:
        """The mean of the assessors' totals, to the hundredth."""
        return mean_total(self.scores, self.rule)

    @property
    def allowed(self) -> int | None:
        """The highest level that the mean of the assessors' points allows."""
        return level_allowed(self.scores, self.rule)

    @property
    def counts(self) -> bool:
        """Whether the award stands: neither suspended nor revoked."""
        return self.level is not None and not self.suspended and self.revoked_on is None

    def rated(self, level: int, since: date, amount: int) -> Iterable[Row]:
        """The rows by which an award begins (or, negative, ceases) to count on a day, until it expires by itself."""
        assert self.rated_from is not None
        assert self.rated_to is not None
        since, until = max(since, self.rated_from), self.rated_to + DAY
        if since < until:
            for day, change in ((since, amount), (until, -amount)):
                yield self.row("rating.rated", day, level, change)

    def row(self, figure: str, day: date, level: int, amount: int = 1) -> Row:
        """A row of a figure under a level."""
        return Row(figure, day, amount, self.id, facility=self.facility, dims=(("level", str(level)),))

    def findings(self) -> Iterable[Breach]:
        """SR-03 (validity), SR-06 (steps missing), a notice too short, assessors far apart."""
        return findings(self)

    def duties(self) -> Iterable[Duty]:
        """An award has to be renewed by the day on which it expires, unless it was revoked."""
        if self.rated_to is not None:
            yield Duty("rating.validity", business_key(self.rated_to, None, opens=False), self.revoked_at)

    class Applied(Event):
        """Apply for a level under a scheme; the application keeps the scheme's rule as it is that day."""

        topic = "rating.applied"
        label = "申请评定"
        label_en = "Applied for a rating"
        command = "rating.apply"
        command_en = "Apply for a rating"
        by = HOME
        creates = opens = True
        sentence = ("申请评定 {level} 级（{scheme}）", "Applied for level {level} ({scheme})")

        facility: Annotated[str, Field("机构", ref="facility")]
        level: Annotated[int, Field("申请等级", unit="级", minimum=1)]
        scheme: Annotated[str, Field("评定办法", choices="rating_schemes")]
        region: Annotated[str | None, Field("区域", ref="region", filled=True)] = None
        maxima: Annotated[dict[str, Decimal], Field("各部分满分", unit="分", choices="rating_dimensions", filled=True)]
        thresholds: Annotated[tuple[Threshold, ...], Field("等级条件", filled=True)]
        rescale: Annotated[bool, Field("总分按适用分值折算", filled=True)]
        validity_months: Annotated[int, Field("有效期", unit="个月", filled=True)]

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event, of a facility that can be rated, for a level that the scheme has."""
            region = standing(case, said["facility"], "rating").region
            scheme = case.reference.schemes.schemes[said["scheme"]]
            if said["level"] not in scheme.levels:
                raise Refused("rating.no_such_level", NO_SUCH_LEVEL, "level")
            if not scheme.valid_on(case.occurred_on):
                case.found(Breach("rating.scheme_not_in_use", NOT_IN_USE, "warn"))
            rule = scheme.rule
            kept = {"maxima": dict(rule.maxima), "thresholds": rule.thresholds, "rescale": rule.rescale}
            yield case.stream, cls, {**said, "region": region, **kept, "validity_months": scheme.validity_months}

        def apply(self, state: Rating) -> None:
            """The application stands."""
            state.facility, state.region = self.facility, self.region
            state.scheme, state.applied_level = self.scheme, self.level
            state.rule = Rule(self.maxima, self.thresholds, self.rescale)
            state.months = self.validity_months

        def rows(self, state: None) -> Iterable[Row]:
            """One application."""
            me = Rating(self.originator_id)
            self.apply(me)
            yield me.row("rating.applied", self.day, self.level)._replace(opening=True)

    class SelfAssessed(Event):
        """Say how many points the home gives itself."""

        topic = "rating.self_assessed"
        label = "自评打分"
        label_en = "Self-assessment"
        command = "rating.self_assess"
        command_en = "Assess oneself"
        by = HOME
        checks = (NOT_AWARDED, POINTS_FIT)
        sentence = ("自评", "Assessed itself")
        points: Annotated[dict[str, Decimal], Field("得分", unit="分", choices="rating_dimensions")]

        def apply(self, state: Rating) -> None:
            """The home's own points, which decide nothing."""
            state.own_points = self.points

    class DocumentsAccepted(Event):
        """Accept the documents of the application."""

        topic = "rating.documents_accepted"
        label = "受理材料"
        label_en = "Documents accepted"
        command = "rating.accept_documents"
        by = RATERS
        sentence = ("材料已受理", "Documents accepted")

        def apply(self, state: Rating) -> None:
            """The application is complete."""
            state.accepted = True

    class Scored(Event):
        """Enter the points that one assessor gave on site; the assessor's later score replaces an earlier one."""

        topic = "rating.scored"
        label = "评定员打分"
        label_en = "Scored"
        command = "rating.score"
        command_en = "Enter a score"
        by = RATERS | {Post.INSPECTOR}
        checks = (NOT_AWARDED, POINTS_FIT)
        sentence = ("评定员 {assessor} 打分", "Scored by {assessor}")

        assessor: Annotated[str, Field("评定员账号", en="Assessor (login)", pattern=r"[a-z0-9][a-z0-9._-]{1,62}")]
        points: Annotated[dict[str, Decimal], Field("得分", unit="分", choices="rating_dimensions")]
        items: Annotated[dict[str, Decimal] | None, Field("各项得分", unit="分")] = None
        not_applicable: Annotated[
            dict[str, Decimal] | None, Field("不适用的分值", unit="分", choices="rating_dimensions")
        ] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event; assessors have accounts, so that two of them are two, and single items are those of the scheme."""
            known_logins(case, (said["assessor"],), "assessor")
            scheme = case.reference.schemes.schemes[case.whole(case.stream).scheme]
            if not items_fit(scheme, said.get("items") or {}):
                raise Refused("rating.score_outside", NO_SUCH_ITEM, "items")
            yield case.stream, cls, dict(said)

        def apply(self, state: Rating) -> None:
            """One assessor has scored."""
            state.scores = {**state.scores, self.assessor: Score(self.points, self.not_applicable or {})}

    class CommitteeReviewed(Event):
        """The committee has gone through the scores."""

        topic = "rating.committee_reviewed"
        label = "委员会审议"
        label_en = "Committee review"
        command = "rating.review"
        command_en = "Record the committee's review"
        by = RATERS
        sentence = ("评定委员会已审议", "Reviewed by the committee")
        opinion: Annotated[str | None, Field("审议意见", private="self", long=True)] = None

        def apply(self, state: Rating) -> None:
            """The committee has spoken."""
            state.reviewed = True

    class Publicised(Event):
        """Publish the proposed level, from a day to a day."""

        topic = "rating.publicised"
        label = "公示"
        label_en = "Public notice"
        command = "rating.publicise"
        command_en = "Publish the proposed level"
        by = RATERS
        sentence = ("公示：{starts_on}至{ends_on}", "Public notice from {starts_on} to {ends_on}")

        starts_on: Annotated[date, Field("公示开始")]
        ends_on: Annotated[date, Field("公示结束")]
        shortest: Annotated[date, Field("最早结束日期", en="Not to end before", filled=True)]

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event, with the day until which the notice has to last."""
            if said["ends_on"] < said["starts_on"]:
                raise Refused("rating.ends_before", ENDS_BEFORE, "ends_on")
            until = case.reference.limits.due("rating.notice", said["starts_on"] - DAY)
            yield case.stream, cls, {**said, "shortest": date.fromisoformat(until[:10])}

        def apply(self, state: Rating) -> None:
            """The notice hangs; a second one replaces the first."""
            state.notice = (self.starts_on, self.ends_on, self.shortest)

    class Objected(Event):
        """Take down an objection to the proposed level."""

        topic = "rating.objected"
        label = "提出异议"
        label_en = "Objection"
        command = "rating.object"
        command_en = "Take down an objection"
        by = HOME | {Post.INSPECTOR}
        sentence = ("有人提出异议", "An objection was made")
        objection: Annotated[str, Field("异议内容", private="self", long=True)]

        def apply(self, state: Rating) -> None:
            """One more objection."""
            state.objections = (*state.objections, self.objection)

    class Awarded(Event):
        """Award a level for a time: at least two assessors, neither above the application nor above the points."""

        topic = "rating.awarded"
        label = "授予等级"
        label_en = "Level awarded"
        command = "rating.award"
        command_en = "Award a level"
        by = RATERS
        checks = (NOT_AWARDED, SCORED, SEVERAL_ASSESSORS, AS_APPLIED, AS_SCORED)
        sentence = (
            "授予 {level} 级，有效期{valid_from}至{valid_to}",
            "Level {level} awarded, {valid_from} to {valid_to}",
        )

        level: Annotated[int, Field("等级", unit="级", minimum=1)]
        valid_from: Annotated[date, Field("有效期自")]
        valid_to: Annotated[date, Field("有效期至")]

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """The award, which ends no earlier than it begins; of two awards of one facility the later one counts."""
            if said["valid_to"] < said["valid_from"]:
                raise Refused("rating.ends_before", ENDS_BEFORE, "valid_to")
            yield case.stream, cls, dict(said)
            yield from superseding(said, case, Rating.Superseded)

        def apply(self, state: Rating) -> None:
            """The level stands from its first to its last day; what was left out on the way is kept (SR-06)."""
            state.level, state.rated_from, state.rated_to = self.level, self.valid_from, self.valid_to
            state.skipped = skipped(state, self.day)

        def rows(self, state: Rating | None) -> Iterable[Row]:
            """One award; one rated facility from the first day to the last."""
            if state is not None and state.level is None:
                me = Rating(state.id)
                me.facility, me.rated_from, me.rated_to = state.facility, self.valid_from, self.valid_to
                yield me.row("rating.awarded", self.day, self.level)
                yield from me.rated(self.level, self.valid_from, 1)

    class Superseded(Event):
        """Follows from another award of the facility: from its first day on this one does not count any more."""

        topic = "rating.superseded"
        label = "由新的评定取代"
        label_en = "Superseded"
        sentence = ("自{since}起由另一次评定取代", "Superseded by another award from {since} on")
        by_rating: Annotated[str, Field("取代它的评定", ref="rating", filled=True)]
        since: Annotated[date, Field("自", en="Since", filled=True)]

        def apply(self, state: Rating) -> None:
            """Valid to the day before, and nobody has to renew it."""
            if state.rated_to is not None:
                state.rated_to, state.revoked_at = min(state.rated_to, self.since - DAY), self.at

        def rows(self, state: Rating | None) -> Iterable[Row]:
            """One rated facility fewer from that day to the old end."""
            if state is not None and state.counts:
                yield from state.rated(state.level, self.since, -1)

    class Downgraded(Event):
        """Put the home on a lower level for the rest of the time."""

        topic = "rating.downgraded"
        label = "降级"
        label_en = "Downgraded"
        command = "rating.downgrade"
        by = RATERS
        checks = (*IN_FORCE, LOWER)
        sentence = ("降为 {level} 级：{reason}", "Downgraded to level {level}: {reason}")
        level: Annotated[int, Field("等级", unit="级", minimum=1)]
        reason: Annotated[str, Field("原因", long=True)]

        def apply(self, state: Rating) -> None:
            """The lower level holds from here."""
            state.level = self.level

        def rows(self, state: Rating | None) -> Iterable[Row]:
            """One fewer on the old level, one more on the new."""
            if state is not None and state.counts:
                yield from state.rated(state.level, self.day, -1)
                yield from state.rated(self.level, self.day, 1)

    class Suspended(Event):
        """Suspend the level; it does not count until it is restored."""

        topic = "rating.suspended"
        label = "暂停等级"
        label_en = "Rating suspended"
        command = "rating.suspend"
        by = RATERS
        checks = (*IN_FORCE, NOT_SUSPENDED)
        sentence = ("暂停等级：{reason}", "Suspended: {reason}")
        reason: Annotated[str, Field("原因", long=True)]

        def apply(self, state: Rating) -> None:
            """The level rests."""
            state.suspended = True

        def rows(self, state: Rating | None) -> Iterable[Row]:
            """One rated facility fewer."""
            if state is not None and state.counts:
                yield from state.rated(state.level, self.day, -1)

    class Restored(Event):
        """Restore a suspended level."""

        topic = "rating.restored"
        label = "恢复等级"
        label_en = "Rating restored"
        command = "rating.restore"
        by = RATERS
        checks = (AWARDED, NOT_REVOKED, SUSPENDED)
        sentence = ("恢复等级", "Restored")

        def apply(self, state: Rating) -> None:
            """The level stands again."""
            state.suspended = False

        def rows(self, state: Rating | None) -> Iterable[Row]:
            """One rated facility more, for what is left of the time."""
            if state is not None and state.level is not None and state.suspended and state.revoked_on is None:
                yield from state.rated(state.level, self.day, 1)

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

        def apply(self, state: Rating) -> None:
            """There is no level any more."""
            state.revoked_on, state.revoked_at = self.day, self.at

        def rows(self, state: Rating | None) -> Iterable[Row]:
            """One rated facility fewer."""
            if state is not None and state.counts:
                yield from state.rated(state.level, self.day, -1)
