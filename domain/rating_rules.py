"""What must hold of a rating, and what is found in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any, NamedTuple

from domain.model import Breach, Check, Event, Wording
from domain.rating_schemes import Rule, Scheme
from domain.time_limits import plus_months

CENT = Decimal("0.01")

NO_SUCH_LEVEL = Wording(
    "这个评定办法没有这一等级",
    "the scheme has no such level",
    "核对等级和评定办法",
    "check the level and the scheme",
)
NO_SUCH_ITEM = Wording(
    "得分项不属于这个评定办法，或超过该项满分",
    "an item is not one of the scheme, or has more points than it can give",
    "核对各项的编号和得分",
    "check the codes and points of the items",
)
ENDS_BEFORE = Wording("结束日期早于开始日期", "it ends before it begins", "核对两个日期", "check both days")
NOT_IN_USE = Wording(
    "这个评定办法在那一天没有施行",
    "the scheme was not in force on that day",
    "核对日期和评定办法",
    "check the day and the scheme",
)
TOO_LONG = Wording(
    "等级有效期超过评定办法的规定",
    "the rating is valid for longer than its scheme allows",
    "核对有效期，更正授予等级的记录",
    "check the validity and correct the award",
)
NOTICE_SHORT = Wording(
    "公示时间少于规定天数",
    "the public notice was shorter than it should be",
    "核对公示日期；确实不足的，补足公示",
    "check its days; if it was too short, publish it again",
)
SCORES_DIFFER = Wording(
    "两名评定员在同一部分的打分相差过大",
    "two assessors differ by too much of a part's points",
    "请第三名评定员打分，或由评定委员会说明",
    "have a third assessor score, or let the committee explain",
)
STEPS = {
    "documents": ("材料受理", "documents accepted"),
    "committee": ("委员会审议", "committee review"),
    "notice": ("公示期满", "public notice completed"),
}
"""The steps before an award (SR-06)."""


class Score(NamedTuple):
    """What one assessor gave, how many points did not apply, and how far from those before (‰ of a part) was not too far."""

    points: Mapping[str, Decimal]
    spared: Mapping[str, Decimal]
    apart_permille: int


Scores = Mapping[str, Score]
"""assessor -> score, in the order in which they scored."""


def mean(scores: Scores, rule: Rule) -> dict[str, Fraction]:
    """The mean of the points that the assessors gave each part; there has to be one assessor."""
    return {code: sum(Fraction(one.points[code]) for one in scores.values()) / len(scores) for code in rule.maxima}


def mean_total(scores: Scores, rule: Rule) -> Decimal | None:
    """The mean of the assessors' totals, to the hundredth."""
    if not scores:
        return None
    total = sum(mean(scores, rule).values(), Fraction(0))
    return (Decimal(total.numerator) / total.denominator).quantize(CENT, ROUND_HALF_UP)


def level_allowed(scores: Scores, rule: Rule) -> int | None:
    """The highest level that the mean of the assessors' points allows; so is the mean of what did not apply taken off."""
    if not scores:
        return None
    return rule.level(mean(scores, rule), applicable(scores, rule))


def applicable(scores: Scores, rule: Rule) -> dict[str, Fraction]:
    """The points of each part that apply: its own less the mean of what assessors took off; there has to be one."""
    spared = {code: sum(Fraction(one.spared.get(code, 0)) for one in scores.values()) for code in rule.maxima}
    return {code: Fraction(most) - spared[code] / len(scores) for code, most in rule.maxima.items()}


def far_apart(scores: Scores, rule: Rule) -> bool:
    """Whether two assessors differ in a part by more of its points than the rule allowed when the later of them scored."""
    return any(
        abs(earlier.points[code] - later.points[code]) > Fraction(later.apart_permille, 1000) * Fraction(most)
        for earlier, later in combinations(scores.values(), 2)
        for code, most in rule.maxima.items()
    )


def findings(rating: Any) -> Iterator[Breach]:
    """SR-03 (validity), SR-06 (steps missing), a notice too short, assessors far apart."""
    if rating.rated_from and rating.rated_to and rating.rated_to > last_day(rating.rated_from, rating.months):
        yield Breach("SR-03", TOO_LONG)
    if rating.skipped:
        yield Breach("SR-06", steps_missing(rating.skipped))
    if rating.notice and rating.notice[1] < rating.notice[2]:
        yield Breach("rating.notice_short", NOTICE_SHORT, "warn")
    if far_apart(rating.scores, rating.rule):
        yield Breach("rating.scores_differ", SCORES_DIFFER, "warn")


def skipped(rating: Any, awarded_on: date) -> tuple[str, ...]:
    """The steps before an award that nobody recorded (SR-06)."""
    published = rating.notice is not None and rating.notice[1] < awarded_on
    done = {"documents": rating.accepted, "committee": rating.reviewed, "notice": published}
    return tuple(step for step, taken in done.items() if not taken)


def superseding(said: Mapping[str, Any], case: Any, superseded: type[Event]) -> Iterator[tuple[str, type[Event], Any]]:
    """What an award means for the award that the facility holds: a facility counts once, under the award that began last.

    The facility's own stream says which one that is, so that two awards at one instant meet there.
    """
    home = case.whole(case.stream).facility
    held = case.whole(home).rating
    before = case.whole(held) if held not in (None, case.stream) else None
    if before is not None and before.rated_from > said["valid_from"]:
        yield case.stream, superseded, {"by_rating": held, "since": before.rated_from}
        return
    if before is not None and before.rated_to >= said["valid_from"]:
        yield held, superseded, {"by_rating": case.stream, "since": said["valid_from"]}
    yield home, case.event("facility.rated"), {"rating": case.stream}


def steps_missing(missing: Iterable[str]) -> Wording:
    """The finding that names the steps that an award was made without."""
    zh, en = zip(*(STEPS[step] for step in missing), strict=True)
    return Wording(
        f"授予等级前缺少：{'、'.join(zh)}",
        f"awarded without: {', '.join(en)}",
        "补记已经完成的环节；没有进行的，重新评定",
        "record the steps that were taken; if they were not, rate the home anew",
    )


def fits(rating: Any, points: Mapping[str, Decimal], spared: Mapping[str, Decimal] | None = None) -> bool:
    """Whether points stand for every dimension and lie between nought and what applies there."""
    spared, most = spared or {}, rating.rule.maxima
    return (
        points.keys() == most.keys()
        and spared.keys() <= most.keys()
        and all(0 <= points[code] <= most[code] - spared.get(code, 0) for code in most)
    )


def items_fit(scheme: Scheme, items: Mapping[str, Decimal]) -> bool:
    """Whether the points of single items can be: known items, none above its own points or those of its part."""
    known = scheme.items
    return all(
        code in known and points <= (known[code][1].max if known[code][0].max is None else known[code][0].max)
        for code, points in items.items()
    )


def last_day(valid_from: date, months: int) -> date:
    """The last day of so many months: 2024-07-01 and 36 -> 2027-06-30, also where a month is shorter."""
    day = timedelta(days=1)
    return max(plus_months(valid_from, months) - day, plus_months(valid_from - day, months))


POINTS_FIT = Check(
    "rating.score_outside",
    lambda rating, event: fits(rating, event.points, getattr(event, "not_applicable", None)),
    Wording(
        "得分不在评定办法的范围内",
        "the points lie outside the scheme",
        "每一部分都要打分，不小于 0，不超过该部分满分（扣除不适用的分值）",
        "score every part, from nought to its points (less what does not apply)",
    ),
)
NOT_AWARDED = Check(
    "rating.awarded",
    lambda rating, event: rating.level is None,
    Wording(
        "这次评定已经授予等级",
        "the rating has been awarded already",
        "重新评定的，另行申请；记录有误的，更正原记录",
        "apply anew for another rating; if the entry is wrong, correct it",
    ),
)
AWARDED = Check(
    "rating.not_awarded",
    lambda rating, event: rating.level is not None,
    Wording("当时尚未授予等级", "no level had been awarded", "核对日期和机构", "check the day and the facility"),
)
NOT_REVOKED = Check(
    "rating.revoked",
    lambda rating, event: rating.revoked_on is None,
    Wording(
        "等级已经取消",
        "the rating was revoked",
        "核对日期；取消有误的，先撤销那条记录",
        "check the day; if it was revoked by mistake, withdraw that entry first",
    ),
)
NOT_EXPIRED = Check(
    "rating.expired",
    lambda rating, event: rating.rated_to is None or event.day <= rating.rated_to,
    Wording(
        "等级有效期已过", "the rating has expired", "核对日期；需要的，重新申请评定", "check the day, or apply anew"
    ),
)
IN_FORCE = (AWARDED, NOT_REVOKED, NOT_EXPIRED)
"""What must hold before anybody decides on an award anew."""

SCORED = Check(
    "rating.no_scores",
    lambda rating, event: bool(rating.scores),
    Wording(
        "没有打分，不能授予等级", "there are no scores", "先登记评定员的打分", "record the assessors' scores first"
    ),
)
ASSESSORS_MIN = 2
"""So many have to score before a level is awarded."""
SEVERAL_ASSESSORS = Check(
    "rating.one_assessor",
    lambda rating, event: not rating.scores or len(rating.scores) >= ASSESSORS_MIN,
    Wording(
        "只有一名评定员打分，不能授予等级",
        "only one assessor has scored",
        "至少由两名评定员打分",
        "have at least two assessors score",
    ),
)
AS_APPLIED = Check(
    "rating.above_applied",
    lambda rating, event: event.level <= rating.applied_level,
    Wording(
        "授予的等级高于申请的等级",
        "the level is above the one applied for",
        "核对等级；需要更高等级的，重新申请",
        "check the level; for a higher one apply anew",
    ),
)
AS_SCORED = Check(
    "rating.above_points",
    lambda rating, event: not rating.scores or event.level <= (rating.allowed or 0),
    Wording(
        "授予的等级高于得分可达到的等级",
        "the level is above what the points allow",
        "核对打分和等级：总分和各部分得分率都要达到",
        "check scores and level: the total and the share of every part must be reached",
    ),
)
LOWER = Check(
    "rating.not_lower",
    lambda rating, event: rating.level is None or event.level < rating.level,
    Wording("降低后的等级应低于现有等级", "the level is not below the present one", "核对等级", "check the level"),
)
NOT_SUSPENDED = Check(
    "rating.suspended",
    lambda rating, event: not rating.suspended,
    Wording("等级已在暂停中", "the rating is suspended already", "无需再暂停", "nothing to do"),
)
SUSPENDED = Check(
    "rating.not_suspended",
    lambda rating, event: rating.suspended,
    Wording(
        "等级没有暂停，无从恢复", "the rating is not suspended", "核对日期和机构", "check the day and the facility"
    ),
)

TO_AWARD = (NOT_AWARDED, SCORED, SEVERAL_ASSESSORS, AS_APPLIED, AS_SCORED)
TO_LOWER = (*IN_FORCE, LOWER)
TO_SUSPEND = (*IN_FORCE, NOT_SUSPENDED)
TO_RESTORE = (AWARDED, NOT_REVOKED, SUSPENDED)
