"""The round of a rating on one page: its steps, the points beside what each level asks for, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from domain.catalogue import sheets
from domain.hazard_rules import PENDING
from domain.model import Event
from domain.rating_rules import ASSESSORS_MIN, CENT, applicable, mean
from domain.rating_schemes import PERCENT, Points, Veto
from domain.ratings import Rating
from webapp import readable
from webapp.following import onward
from webapp.page import Page
from webapp.rounds import DONE, LATER, MISSED, NEXT, OFF, TAGS, Step

STEPS: tuple[tuple[str, type[Event], str], ...] = (
    ("applied", Rating.Applied, "facility"),
    ("self_assessed", Rating.SelfAssessed, "facility"),
    ("documents", Rating.DocumentsAccepted, "bureau"),
    ("scored", Rating.Scored, "assessors"),
    ("reviewed", Rating.CommitteeReviewed, "committee"),
    ("publicised", Rating.Publicised, "bureau"),
    ("objected", Rating.Objected, "bureau"),
    ("awarded", Rating.Awarded, "bureau"),
)
"""(step, the event that makes it, whose turn it is), in the order of the procedure."""
OPTIONAL = frozenset({"self_assessed", "objected"})
"""Steps that nothing waits for."""
AFTERWARDS = (
    Rating.Upheld,
    Rating.Downgraded,
    Rating.Suspended,
    Rating.Restored,
    Rating.Superseded,
    Rating.Revoked,
)
"""What may become of an award, in any order and more than once."""
SKIPPED = {"documents": "documents", "reviewed": "committee", "publicised": "notice"}
"""Under which word an award keeps that a step before it was left out."""
COMMANDS = {name: made.command for name, made, _ in STEPS}
REVIEW = "rating.review"
REVIEW_PENDING = ("open", "overdue")


@dataclass(frozen=True)
class Part:
    """One part of the sheet: its points, those that every assessor gave, and how far it is from the level applied for."""

    name: str
    most: str
    own: str
    """What the home gave itself."""
    given: tuple[str, ...]
    mean: str
    share: str
    """The mean in percent of the points that apply."""


@dataclass(frozen=True)
class Level:
    """What a level asks for, and what is missing for it."""

    name: str
    total: int
    share: int
    missing: tuple[tuple[str, str], ...]
    """(part or total, points) that are missing."""
    applied: bool
    reached: bool


@dataclass(frozen=True)
class Against:
    """Something that speaks against a rating, with the paper that says so, and what the log holds of it."""

    veto: Veto
    recorded: bool
    """Whether the log knows of it at all."""
    found: tuple[tuple[int, str, str], ...] = ()
    """(how many rows of a board, in which state, the address of the same rows), where there are any."""


def of_rating(page: Page, then: Rating) -> dict[str, Any]:
    """Everything that belongs to one rating, as it was on the as-of day."""
    events = page.entries(then.id)
    return {
        "steps": [*_steps(page, then, events), *_afterwards(page, then, events)],
        "tags": TAGS,
        "assessors": [page.names.account(one) for one in then.scores],
        "parts": list(_parts(page, then)),
        "levels": list(_levels(page, then)),
        "provisional": _level_name(page, then.allowed) if then.allowed else "",
        "enough": then.enough_scored,
        "assessors_min": ASSESSORS_MIN,
        "itemised": list(_items(page, then, events)),
        "against": list(_against(page, then)),
    }


# -- the steps ----------------------------------------------------------------------------------------------


def _steps(page: Page, then: Rating, events: list[Event]) -> Iterator[Step]:
    """The steps in their order; of those that something waits for, the first that is not done is next."""
    offered = [url for _, url in onward(page, then.id)] if page.point.at_present else []
    waiting = then.level is None
    for name, made, turn in STEPS:
        found = [event for event in events if isinstance(event, made)]
        form = next((url for url in offered if url.startswith(f"/enter/{COMMANDS[name]}?")), None)
        state = _state(page, then, name, bool(found), waiting)
        if name == "objected" and not found:
            continue
        if name in OPTIONAL and not found:
            yield Step(name, OFF, page.t(f"grading.optional.{name}"), form, page.t("grading.optional"))
            continue
        waiting = waiting and state == DONE
        said = _done(page, then, name, found) if found else page.t(f"grading.turn.{turn}") if state == NEXT else ""
        done = f"/events/{found[-1].envelope.position}" if found else None
        yield Step(name, state, said, form if state == NEXT and form else done, _tag(page, then, name, state))


def _state(page: Page, then: Rating, name: str, found: bool, waiting: bool) -> str:
    """How far a step is; scores of too few and a notice that still hangs are not done."""
    if name == "awarded" and then.level is not None:
        return DONE
    if then.level is not None and SKIPPED.get(name) in then.skipped:
        return MISSED
    hangs = name == "publicised" and then.notice is not None and then.notice[1] >= page.point.ask.as_of
    finished = found and not (name == "scored" and not then.enough_scored) and not (hangs and then.level is None)
    if finished:
        return DONE
    return NEXT if waiting else LATER


def _tag(page: Page, then: Rating, name: str, state: str) -> str:
    """What stands in place of the state's own word."""
    if name == "scored" and then.scores:
        return page.t("grading.scored", n=then.assessors, least=ASSESSORS_MIN)
    if name == "publicised" and state == NEXT and then.notice is not None:
        return page.t("grading.hangs", day=readable.day(then.notice[1], page.zh))
    return page.t("grading.missed") if state == MISSED else ""


def _done(page: Page, then: Rating, name: str, found: list[Event]) -> str:
    """Who did a step when, and what came of it."""
    last = found[-1]
    who = page.accounts(then.scores) if name == "scored" else page.who(last)
    said = page.t("round.by", day=readable.day(last.day, page.zh), who=who)
    return page.t("grading.what", what=page.sentence(last), said=said)


def _afterwards(page: Page, then: Rating, events: list[Event]) -> Iterator[Step]:
    """What became of the award, in the order in which it happened, and until when it has to be renewed."""
    for event in events:
        if isinstance(event, AFTERWARDS):
            name = event.topic.removeprefix("rating.")
            yield Step(name, DONE, _done(page, then, name, [event]), f"/events/{event.envelope.position}")
    if then.counts and then.rated_to is not None:
        over = then.rated_to < page.point.ask.as_of
        said = page.t("grading.until", day=readable.day(then.rated_to, page.zh))
        yield Step("renewed", MISSED if over else LATER, said, None, page.t("grading.expired") if over else "")


# -- points and levels ----------------------------------------------------------------------------------------


def _parts(page: Page, then: Rating) -> Iterator[Part]:
    """The parts of the sheet, and their sum."""
    rule, own = then.rule, getattr(then, "own_points", None)
    means = mean(then.scores, rule) if then.scores else None
    apply = applicable(then.scores, rule) if then.scores else None
    for code, most in rule.maxima.items():
        given = tuple(_points(score.points[code]) for score in then.scores.values())
        share = _points(PERCENT * means[code] / apply[code]) if means and apply and apply[code] else "—"
        yield Part(
            page.choice("rating_dimensions", code),
            _points(most),
            _points(own[code]) if own else "—",
            given,
            _points(means[code]) if means else "—",
            share,
        )
    yield Part(
        page.t("grading.total"),
        _points(_sum(rule.maxima)),
        _points(_sum(own)) if own else "—",
        tuple(_points(_sum(score.points)) for score in then.scores.values()),
        _points(_sum(means)) if means else "—",
        "—",
    )


def _levels(page: Page, then: Rating) -> Iterator[Level]:
    """What each level asks for and, once somebody scored, what is missing."""
    rule = then.rule
    for one in rule.thresholds:
        short = rule.missing(one, mean(then.scores, rule), applicable(then.scores, rule)) if then.scores else {}
        missing = tuple(
            (page.choice("rating_dimensions", code) if code else page.t("grading.total"), _points(by))
            for code, by in short.items()
        )
        reached = bool(then.scores) and not missing
        yield Level(
            _level_name(page, one.level), one.total, one.share, missing, one.level == then.applied_level, reached
        )


def _items(page: Page, then: Rating, events: list[Event]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(item, the points that it can give, those of each assessor) of the items that somebody scored one by one."""
    given: dict[str, Mapping[str, Decimal]] = {
        event.assessor: event.items or {} for event in events if isinstance(event, Rating.Scored)
    }
    scheme = page.services.reference.schemes.schemes.get(then.scheme)
    codes = {code for items in given.values() for code in items}
    for code, (item, _) in (scheme.items if scheme else {}).items():
        if code in codes:
            said = tuple(_points(given[who][code]) if code in given.get(who, {}) else "—" for who in then.scores)
            yield page.pair((item.zh, item.en)), "—" if item.max is None else _points(item.max), said


def _level_name(page: Page, level: int) -> str:
    return page.choice("rating_levels", str(level))


def _sum(points: Points) -> Fraction:
    return sum(map(Fraction, points.values()), Fraction(0))


def _points(value: int | Decimal | Fraction) -> str:
    """Points to the hundredth, without trailing noughts."""
    exact = Fraction(value)
    rounded = (Decimal(exact.numerator) / exact.denominator).quantize(CENT, ROUND_HALF_UP)
    return readable.number(format(rounded.normalize(), "f"))


# -- what speaks against it -----------------------------------------------------------------------------------


def _against(page: Page, then: Rating) -> Iterator[Against]:
    """The reasons for which a level is not awarded or has to be reviewed; what the boards hold of each is counted."""
    for veto in page.services.reference.schemes.against(page.point.ask.as_of):
        if veto.trigger is not None:
            found = tuple(_pending(page, then, "duties", {"rule": REVIEW, "matter": veto.trigger}, REVIEW_PENDING))
            yield Against(veto, bool(found) or then.level is not None, found)  # reviews are asked for of awards only
        elif veto.hazards:
            yield Against(veto, True, tuple(_pending(page, then, "hazards", veto.hazards, PENDING)))
        else:
            yield Against(veto, False)


def _pending(
    page: Page, then: Rating, board: str, where: Mapping[str, str], states: Iterable[str]
) -> Iterator[tuple[int, str, str]]:
    """How many rows of the home a board has in each state, in words, and the address that shows exactly those."""
    ask = replace(page.point.ask, facility=then.facility, region=None, from_=None, to=None)
    asked = [{**where, "status": state} for state in states]
    numbers = page.services.views.counted([(board, replace(ask, where=one), None) for one in asked])
    for one, number in zip(asked, numbers, strict=True):
        if number != 0:
            link = {f"where.{key}": value for key, value in one.items()}
            words = page.value("status", sheets()[board]["status"], one["status"])
            yield number, words, page.point.url(f"/boards/{board}", facility=then.facility, **link)
