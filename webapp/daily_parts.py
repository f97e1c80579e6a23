"""What a kind of facility logs on a usual day: the parts of one form, each of them a command of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any
from uuid import uuid4

from domain.activity_types import ActivityType
from domain.catalogue import Command
from domain.desk import Submission
from domain.kinds import KINDS
from domain.model import Event
from domain.values import Month
from projections.ask import Ask
from webapp import answers, forms, readable
from webapp.drafting import DRAWN
from webapp.foreseen import LOG, of_day
from webapp.forms import OCCURRED_AT, OCCURRED_ON, Control, Filled, Problem
from webapp.page import Page, called
from webapp.pickers import Picker
from webapp.saying import texts_of
from webapp.services import Services
from webapp.wording import words

PLACES = ("facility", "station", "region")
"""Where it happened is known: in the facility of the account."""
FITTING = frozenset(
    {"text", "long", "number", "money", "flag", "radios", "select", "month", "moment", "date", "quantities"}
)
"""The kinds of questions that a dense form has room for; photos come with the form of the command itself."""
COPIES_MAX = 12
"""So many entries of one part on one page: the shifts of a day, the games of an outlet."""


@dataclass(frozen=True)
class Part:
    """One command as it is asked for on the page of a day; an activity by its type."""

    command: Command
    kind: ActivityType | None
    controls: tuple[Control, ...]

    @property
    def key(self) -> str:
        """What the names of its inputs begin with."""
        return self.kind.key if self.kind else self.command.name.replace(".", "_")

    @property
    def title(self) -> tuple[str, str]:
        """What it is called."""
        return (self.kind.zh, self.kind.en) if self.kind else called(self.command)

    @property
    def once(self) -> bool:
        """Whether a day has it at most once: there is no further entry of it to ask for."""
        return self.kind is not None and self.kind.once_a_day

    @staticmethod
    def said(one: Control) -> Control:
        """A question as it is worded here: what has an end begins at a time."""
        return replace(one, label=words("daily.begins"), hint=("", "")) if one == OCCURRED_AT else one

    def first_texts(self, day: date) -> dict[str, str]:
        """What stands in an empty part: the month and the day, which are no answer yet."""
        found: dict[str, str] = {}
        for one in self.controls:
            if one.kind == "month":
                found |= texts_of(one, str(Month.of(day)))
            elif one.kind in ("moment", "date"):
                found |= dict(zip(one.parts, (str(day.year), str(day.month), str(day.day)), strict=False))
        return found

    @cached_property
    def given(self) -> frozenset[str]:
        """The inputs that stand in an empty part already."""
        return frozenset(self.first_texts(date.min))

    def moved(self, texts: Mapping[str, str], before: date, day: date) -> dict[str, str]:
        """What was sent, with every day and month that still says the day of the page before now saying the new one."""
        old, new, found = self.first_texts(before), self.first_texts(day), dict(texts)
        for one in self.controls:
            its = [name for name in one.parts if name in old]
            if all(texts.get(name) == old[name] for name in its):
                found |= {name: new[name] for name in its}
        return found

    def of(self, event: Event) -> bool:
        """Whether an entry is one of this part."""
        return type(event) is self.command.event and (self.kind is None or event.type == self.kind.key)  # type: ignore[attr-defined]


@dataclass
class Copy:
    """One entry of a part as it stands on the page: what was typed, and what that means."""

    part: Part
    number: int
    filled: Filled

    @property
    def prefix(self) -> str:
        """What tells its inputs from those of the others."""
        return f"{self.part.key}-{self.number}-"

    @property
    def anchor(self) -> str:
        """The id of its fieldset."""
        return f"{self.prefix}part"

    @property
    def command_id(self) -> str:
        """The id of its command: sent twice it is one entry."""
        return self.filled.texts["command_id"]

    @property
    def touched(self) -> bool:
        """Whether anything was answered."""
        own = {"command_id"} | self.part.given
        return any(text.strip() for name, text in self.filled.texts.items() if name not in own)

    @property
    def controls(self) -> list[Control]:
        """Its questions under the names that they have on the page."""
        return [replace(self.part.said(one), name=self.prefix + one.name) for one in self.part.controls]

    def problems(self) -> Iterator[Problem]:
        """What is wrong with it, at the inputs of the page, or at the part as a whole."""
        names = {name for one in self.part.controls for name in (one.name, *one.parts)}
        for its in self.filled.problems:
            at = self.prefix + its.control if its.control in names else self.anchor
            yield replace(its, control=at)

    def renewed(self) -> None:
        """Another entry from now on."""
        self.filled.texts["command_id"] = str(uuid4())


@dataclass
class DayForm:
    """The form of one day at one facility."""

    page: Page
    home: str
    whole: Filled
    parts: list[Part]
    drawn: date
    """The day for which the page was made that was sent."""
    copies: list[Copy] = field(default_factory=list)
    aside: list[Copy] = field(default_factory=list)
    """What was answered of parts that the day does not have: kept for another day."""
    draft: Any = None
    """The draft that this is, when it was opened from one."""
    keeping: str = ""
    """Whether what was sent is kept as a draft, `kept`, or cannot be, `unkept`."""

    @property
    def day(self) -> date:
        """The day that is logged; where none is understood, the one for which the page was made."""
        return self.whole.values.get("occurred_on", self.drawn)

    @property
    def known(self) -> list[Part]:
        """The parts of which the page holds something."""
        return [*self.parts, *(one.part for one in self.aside)]

    @property
    def touched(self) -> list[Copy]:
        """The parts that were answered."""
        return [one for one in self.copies if one.touched]

    def waiting(self) -> bool:
        """Whether anything was answered that is not recorded yet."""
        sent = {one.command_id for one in self.touched}
        return bool(self.aside) or sent > self.page.services.log.receipts(sent).keys()

    def of(self, part: Part) -> list[Copy]:
        """The entries of a part."""
        return [one for one in self.copies if one.part is part]

    def texts(self) -> dict[str, str]:
        """Everything that the page carries on."""
        own = {part: self.whole.texts.get(part, "") for part in OCCURRED_ON.parts}
        own |= {"command_id": self.whole.texts["command_id"], DRAWN: self.day.isoformat()}
        return own | _named(self.copies) | self.carried()

    def carried(self) -> dict[str, str]:
        """What the page carries on unseen: the answers of parts that the day does not have."""
        return _named(self.aside)

    def shown(self) -> Filled:
        """The whole form as one, for the template: every text and every problem under its name on the page."""
        found = Filled(self.texts(), problems=[*self.whole.problems])
        for one in self.copies:
            found.problems += one.problems()
            found.candidates |= {one.prefix + name: its for name, its in one.filled.candidates.items()}
        return found

    def read(self) -> None:
        """What the answered parts say; every part with its own problems."""
        day = {part: self.whole.texts.get(part, "") for part in OCCURRED_ON.parts}
        told = {OCCURRED_ON.name}  # once, for the whole page; a time of a day that is none says nothing new
        if self.whole.problem(OCCURRED_ON.name):
            told.add(OCCURRED_AT.name)
        for one in self.touched:
            picker, texts = Picker(self.page, one.part.command), one.filled.texts | day
            asked = [OCCURRED_ON, *one.part.controls]
            found = answers.read(asked, texts, one.part.command, self.page.services, picker)
            found.problems = [its for its in found.problems if its.control not in told]
            found.texts = {name: text for name, text in found.texts.items() if name not in day}
            found.values |= {name: self.home for name in PLACES[:2] if name in one.part.command.fields}
            found.values |= {"type": one.part.kind.key} if one.part.kind else {}
            one.filled = found
        if not (self.touched or self.aside):
            self.whole.complain("", "daily.nothing")

    @property
    def wrong(self) -> bool:
        """Whether anything has to be mended first."""
        return bool(self.whole.problems or any(one.filled.problems for one in self.copies))

    def submissions(self) -> list[Submission]:
        """The commands of the answered parts."""
        actor = self.page.reach.actor
        return [forms.submission(one.part.command, one.command_id, one.filled, actor) for one in self.touched]

    def more(self, key: str) -> None:
        """One more entry of a part."""
        its = [one for one in self.copies if one.part.key == key]
        if its and len(its) < COPIES_MAX:
            self.copies.append(_empty(its[0].part, len(its), self.day))


def _named(copies: Sequence[Copy]) -> dict[str, str]:
    """The texts of entries under their names on the page."""
    return {one.prefix + name: text for one in copies for name, text in one.filled.texts.items()}


def parts_of(page: Page, home: str, day: date | None) -> list[Part]:
    """What a facility logs on a usual day, or ever, as far as the account may record it."""
    kind = getattr(page.names.state(home), "kind", None)
    return [_part(page, command, its) for command, its in declared(page.services, kind, day) if page.reach.may(command)]


def declared(services: Services, kind: str | None, day: date | None) -> list[tuple[Command, ActivityType | None]]:
    """The activities and commands of a usual day, by what the activity types and the kind of facility say of themselves."""
    commands, types = services.desk.commands, services.reference.activity_types.types.values()
    activities: list[tuple[Command, ActivityType | None]] = [
        (commands[LOG], its) for its in types if its.daily and kind in its.kinds and (day is None or its.valid_on(day))
    ]
    return [*activities, *((commands[name], None) for name in (KINDS[kind].daily if kind in KINDS else ()))]


def _part(page: Page, command: Command, kind: ActivityType | None) -> Part:
    asked = [one for one in forms.controls(command, page.services, kind, PLACES) if one.kind in FITTING]
    timed = [OCCURRED_AT] if any(one.kind == "moment" for one in asked) else []
    return Part(command, kind, (*timed, *asked))


def form_of(page: Page, home: str, texts: Mapping[str, str]) -> DayForm:
    """The form that texts stand for; an empty one of today for none."""
    whole = Filled(texts_of(OCCURRED_ON, page.point.today) | {k: t for k, t in texts.items() if k in OCCURRED_ON.parts})
    whole.texts["command_id"] = texts.get("command_id") or str(uuid4())
    said = forms.day_said(OCCURRED_ON, whole, page.point.today)
    if said and date.fromisoformat(said) > page.point.today:
        whole.complain(OCCURRED_ON.name, "daily.future")
    elif said:
        whole.values["occurred_on"] = date.fromisoformat(said)
    elif not whole.problems:
        forms.missing(OCCURRED_ON, whole)
    found = DayForm(page, home, whole, [], readable.typed_day(texts.get(DRAWN, "")) or page.point.today)
    drawn = found.drawn if DRAWN in texts else found.day
    found.parts = parts_of(page, home, found.day)
    for part in found.parts:
        found.copies += _copies(part, texts, drawn, found.day)
    keys = {part.key for part in found.parts}
    for part in parts_of(page, home, None):
        if part.key not in keys:
            found.aside += [one for one in _copies(part, texts, drawn, found.day) if one.touched]
    if found.aside:
        zh, en = (list(dict.fromkeys(one.part.title[n] for one in found.aside)) for n in (0, 1))
        whole.complain(OCCURRED_ON.name, "daily.not_yet", what="、".join(zh), what_en=", ".join(en))
    return found


def _copies(part: Part, texts: Mapping[str, str], drawn: date, day: date) -> Iterator[Copy]:
    """The entries of a part that were sent, one at least. What nobody answered begins anew with the day.

    A page that was made for another day has that day in its inputs: it goes with the day of the form.
    """
    for number in range(COPIES_MAX):
        one = _empty(part, number, day)
        sent = {name.removeprefix(one.prefix): text for name, text in texts.items() if name.startswith(one.prefix)}
        if number and not sent.get("command_id"):
            return
        typed = Copy(part, number, Filled(sent))
        one.filled.texts |= (
            part.moved(sent, drawn, day) if typed.touched else {"command_id": sent.get("command_id") or one.command_id}
        )
        yield one


def _empty(part: Part, number: int, day: date) -> Copy:
    return Copy(part, number, Filled(part.first_texts(day) | {"command_id": str(uuid4())}))


# -- what is there already ---------------------------------------------------------------------------------


def entered(page: Page, home: str, day: date, parts: Sequence[Part]) -> dict[str, list[Event]]:
    """The entries in force of the day, by part."""
    events = of_day(page, home, Ask(day), {part.command.event.topic for part in parts if part.command.event})
    return {part.key: [event for event in events if part.of(event)] for part in parts}
