"""星级评定 — one application of a home for a level: scored, reviewed, published, awarded, perhaps lost again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from domain.awards import RATERS, Downgraded, Restored, Revoked, Suspended, Upheld
from domain.facility_rules import standing
from domain.model import FACILITY_POSTS, Aggregate, Breach, Duty, Event, Field, Post, Refused, Row, Sealed, business_key
from domain.rating_figures import FIGURES, held, rated, row, seen_to
from domain.rating_rules import (
    ASSESSORS_MIN,
    ENDS_BEFORE,
    NO_SUCH_ITEM,
    NO_SUCH_LEVEL,
    NOT_AWARDED,
    NOT_IN_USE,
    POINTS_FIT,
    TO_AWARD,
    Score,
    findings,
    items_fit,
    level_allowed,
    mean_total,
    skipped,
    superseding,
)
from domain.rating_schemes import Rule, Threshold

HOME = FACILITY_POSTS | RATERS
DAY = timedelta(days=1)
APART = Field("打分允许相差", en="Scores may differ by", unit="‰", filled=True)


class Rating(Aggregate):
    """星级评定 — applied for, scored by several, awarded from a day to a day."""

    name = "rating"
    label = "星级评定"
    sheet = "ratings"
    columns = {
        "facility": Field("机构", ref="facility"),
        "scheme": Field("评定办法", choices="rating_schemes"),
        "applied_level": Field("申请等级", named="rating_levels"),
        "level": Field("授予等级", en="Level awarded", named="rating_levels"),
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
    def enough_scored(self) -> bool:
        """Whether as many assessors scored as an award needs."""
        return len(self.scores) >= ASSESSORS_MIN

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
        sentence = ("申请评定{level}（{scheme}）", "Applied for {level} ({scheme})")

        facility: Annotated[str, Field("机构", ref="facility")]
        level: Annotated[int, Field("申请等级", unit="级", named="rating_levels", minimum=1)]
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
            yield row(me, "rating.applied", self.day, self.level)._replace(opening=True)

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

        assessor: Annotated[str, Field("评定员", en="Assessor", account="outside")]
        points: Annotated[dict[str, Decimal], Field("得分", unit="分", choices="rating_dimensions")]
        items: Annotated[dict[str, Decimal] | None, Field("各项得分", unit="分")] = None
        not_applicable: Annotated[
            dict[str, Decimal] | None, Field("不适用的分值", unit="分", choices="rating_dimensions")
        ] = None
        apart_permille: Annotated[int, APART] = 100  # by which scores were judged that did not keep it

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event; single items are those of the scheme."""
            scheme = case.reference.schemes.schemes[case.whole(case.stream).scheme]
            if not items_fit(scheme, said.get("items") or {}):
                raise Refused("rating.score_outside", NO_SUCH_ITEM, "items")
            apart = case.reference.rules.param("rating.scores_differ", "apart_permille", case.occurred_on)
            yield case.stream, cls, {**said, "apart_permille": apart}

        def apply(self, state: Rating) -> None:
            """One assessor has scored."""
            others = {who: score for who, score in state.scores.items() if who != self.assessor}
            score = Score(self.points, self.not_applicable or {}, self.apart_permille)
            state.scores = {**others, self.assessor: score}

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
        checks = TO_AWARD
        sentence = (
            "授予{level}，有效期{valid_from}至{valid_to}",
            "{level} awarded, {valid_from} to {valid_to}",
        )

        level: Annotated[int, Field("等级", unit="级", named="rating_levels", minimum=1)]
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
                yield row(me, "rating.awarded", self.day, self.level)
                yield from rated(me, self.level, self.valid_from, 1)
                yield from held(me, self.valid_from, 1)

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
                yield from rated(state, state.level, self.since, -1)
            if state is not None and state.level is not None and state.revoked_on is None:
                yield from held(state, self.since, -1)
                yield from seen_to(state, self.since)

    Downgraded, Upheld, Suspended, Restored, Revoked = Downgraded, Upheld, Suspended, Restored, Revoked
