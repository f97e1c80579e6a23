"""The course of an inspection: where it stands, who did what when, what is next and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from domain.declared import fields_of
from domain.hazards import Hazard
from domain.inspections import Inspection
from domain.model import Event
from webapp import readable, things
from webapp.following import onward
from webapp.lists import listing
from webapp.page import Page

DONE, NEXT, LATER, OFF, MISSED = "done", "next", "later", "off", "missed"
"""The states of a step: done, next, not yet, not any more, and passed over though it was wanted."""
TAGS = {DONE: "t-good", NEXT: "t-warn", LATER: "t-n", OFF: "t-n", MISSED: "t-bad"}
FACTS = {
    "drawn": None,
    "planned": Inspection.Planned,
    "noticed": Inspection.Notified,
    "started": Inspection.Started,
    "answered": Inspection.Answered,
    "concluded": Inspection.Concluded,
    "published": Inspection.Published,
}
"""The events that make the steps of a round."""
COMMANDS = {
    "noticed": "inspection.notify",
    "started": "inspection.start",
    "answered": "inspection.answer",
    "concluded": "inspection.conclude",
    "published": "inspection.publish",
    "rectified": "hazard.rectify",
    "accepted": "hazard.accept",
    "closed": "hazard.close",
}
"""What moves a step on."""


@dataclass(frozen=True)
class Step:
    """One step of a round."""

    name: str
    state: str
    said: str = ""
    """Who did it when; or whose turn it is."""
    url: str | None = None
    """The entry of what is done, or the form of what is next."""
    tag: str = ""
    """What stands in place of the state's own word: 12 of 30."""


@dataclass(frozen=True)
class Hand:
    """Who did something to a hazard, and when."""

    who: str
    day: Any
    position: int


@dataclass(frozen=True)
class Followed:
    """A hazard on its way to closure: who put it right, and who else accepted that."""

    said: str
    url: str | None
    status: str
    deadline: Any
    overdue: bool
    rectified: Hand | None
    accepted: Hand | None

    @property
    def by_another(self) -> bool:
        """Whether somebody else accepted it than put it right."""
        return bool(self.rectified and self.accepted and self.rectified.who != self.accepted.who)


def of_inspection(page: Page, then: Inspection) -> dict[str, Any]:
    """The round of an inspection, its answers as a table, and the hazards that were found by it."""
    bare = fields_of(Inspection.Answered)["answers"][0]
    asked = (*then.items, *then.spare)
    answers = sorted(then.answers.values(), key=lambda answer: asked.index(answer.item) if answer.item in asked else -1)
    hazards = found_by(page, then)
    return {
        "answers": listing(page, bare, answers),
        "left": len(then.blank),
        "hazards": [followed(page, hazard) for hazard in hazards],
        "steps": list(_round(page, then, hazards)),
        "tags": TAGS,
        "notice": then.source != "facility" and bool(hazards),
    }


def of_hazard(page: Page, then: Hazard) -> dict[str, Any]:
    """Who found, put right and accepted a hazard, and whether there is a notice of it."""
    return {"its": followed(page, then), "notice": then.source != "facility"}


def found_by(page: Page, visit: Inspection) -> list[Hazard]:
    """The hazards that an inspection found, as they were on the as-of day."""
    mentioned = dict.fromkeys(stream for stream, _ in page.services.log.mentions(visit.id))
    page.names.warm(mentioned)
    found = (page.then(stream) for stream in mentioned if isinstance(page.names.state(stream), Hazard))
    return sorted((one for one in found if one is not None), key=lambda one: (one.item or "", one.id))


def followed(page: Page, hazard: Hazard) -> Followed:
    """A hazard with the hands through which it went."""
    events = page.entries(hazard.id)
    since = max((at for at, e in enumerate(events) if isinstance(e, Hazard.Rejected | Hazard.Reopened)), default=-1)
    lasting = events[since + 1 :]
    return Followed(
        things.title(page, hazard.id, hazard),
        things.link(page, hazard.id),
        hazard.status,
        hazard.deadline,
        hazard.status in ("open", "rectified") and bool(hazard.deadline) and hazard.deadline < page.point.ask.as_of,
        _hand(lasting, Hazard.Rectified),
        _hand(lasting, Hazard.Accepted),
    )


def _hand(events: Iterable[Event], kind: type[Event]) -> Hand | None:
    found = [event for event in events if isinstance(event, kind)]
    return Hand(found[-1].author[0], found[-1].day, found[-1].envelope.position) if found else None


# -- the steps ----------------------------------------------------------------------------------------------


def _round(page: Page, visit: Inspection, hazards: list[Hazard]) -> Iterator[Step]:
    """The steps in their order; the first that is not done is next."""
    events = page.entries(visit.id)
    waiting = visit.status != "cancelled"
    for name, due in _wanted(visit, hazards):
        done = _done(page, visit, name, events, hazards)
        if done is not None:
            yield done
        elif name == "noticed" and visit.unannounced:
            yield Step(name, MISSED)
        elif not waiting:
            yield Step(name, OFF if visit.status == "cancelled" else LATER)
        elif due:
            waiting = False
            yield _next(page, visit, name, hazards)


def _wanted(visit: Inspection, hazards: list[Hazard]) -> Iterator[tuple[str, bool]]:
    """(step, whether it waits for somebody): a draw or a notice that was not wanted is no step that is missing."""
    told = visit.source == "bureau" and visit.kind in ("daily", "special") and visit.status == "planned"
    yield "drawn", False
    yield "planned", True
    yield "noticed", told
    yield from ((name, True) for name in ("started", "answered", "concluded"))
    if hazards:
        yield from ((name, True) for name in ("rectified", "accepted", "closed"))
    if visit.from_outside:
        yield "published", True


def _done(page: Page, visit: Inspection, name: str, events: list[Event], hazards: list[Hazard]) -> Step | None:
    """A step that is done, with who did it when."""
    if name in ("rectified", "accepted", "closed"):
        return _hazards_done(page, name, hazards)
    found = [event for event in events if FACTS[name] is not None and isinstance(event, FACTS[name])]
    if name == "drawn":
        planned = next((event for event in events if isinstance(event, Inspection.Planned)), None)
        drawn = getattr(planned, "draw", None)
        url = drawn and things.link(page, drawn)
        who = page.accounts(visit.drawn, visit.id)
        return Step(name, DONE, page.t("round.drawn.who", who=who), url and page.point.url(url)) if drawn else None
    if not found or (name == "answered" and visit.blank):
        return None
    last = found[-1]
    who = page.accounts(visit.inspectors, visit.id) if name == "started" else page.who(last)
    tag = _answered(page, visit) if name == "answered" else ""
    said = page.t("round.by", day=readable.day(last.day, page.zh), who=who)
    return Step(name, DONE, said, f"/events/{last.envelope.position}", tag)


def _hazards_done(page: Page, name: str, hazards: list[Hazard]) -> Step | None:
    """A step that every hazard has taken."""
    left = [one for one in hazards if one.status in BEFORE[name]]
    return None if left else Step(name, DONE, page.t("round.all", n=len(hazards)), "#hazards")


BEFORE = {"rectified": ("open",), "accepted": ("open", "rectified"), "closed": ("open", "rectified", "accepted")}
"""The states in which a hazard has not taken a step."""
TURNS = {"published": "bureau", "closed": "bureau", "accepted": "another", "noticed": "bureau"}
"""Whose turn a step is; the others are the inspectors'."""


def _next(page: Page, visit: Inspection, name: str, hazards: list[Hazard]) -> Step:
    """The step that waits: for whom, and the form with which it is done, for whoever may."""
    hazards = [one for one in hazards if one.status in BEFORE.get(name, ())]
    whom = hazards[0].id if len(hazards) == 1 else visit.id
    offered = dict.fromkeys(url for _, url in onward(page, whom)) if page.point.at_present else {}
    form = next((url for url in offered if url.startswith(f"/enter/{COMMANDS[name]}?")), None)
    if hazards and len(hazards) > 1:
        form = "#hazards"
    turn = "facility" if name == "rectified" or not visit.from_outside else TURNS.get(name, "inspectors")
    said = page.t(
        f"round.turn.{turn}", who=page.accounts(visit.inspectors or visit.drawn, visit.id) or page.t("round.two")
    )
    tag = _answered(page, visit) if name == "answered" else page.t("round.left", n=len(hazards)) if hazards else ""
    return Step(name, NEXT, said, form, tag)


def _answered(page: Page, visit: Inspection) -> str:
    return page.t("round.answered", n=len(visit.items) - len(visit.blank), all=len(visit.items))
