"""One page being answered: who reads it, from which standpoint, with which names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any

from flask import current_app, g, render_template, request

from domain import units
from domain.aggregates import events
from domain.catalogue import Command, event_words, label, sentence, sheets, spoken, spoken_moment, tells_account
from domain.entries import fold, in_force
from domain.log import LogUnavailable
from domain.model import CHINA, Event, Field, Sealed, business_key
from domain.values import yuan
from projections.runner import Blocked
from webapp import readable, things
from webapp.access import Reach, View, reach
from webapp.names import AT_NODE, LOGINS_SEP, Names
from webapp.services import Services, services
from webapp.standpoint import KEPT, Standpoint, of_request, region_choices
from webapp.wording import text, words

OF_BOARDS = ("sort", "cols", "on_from", "on_to", "who")
"""The parameters of a board beside its filters."""


@dataclass(frozen=True)
class Page:
    """What every page needs to be answered."""

    services: Services
    reach: Reach
    names: Names
    point: Standpoint
    zh: bool
    warnings: list[str] = field(default_factory=list)
    """What of the address was not understood."""
    origins: dict[int, Any] = field(default_factory=dict)
    """Where events of other nodes stand in the logs there, by their positions here, as far as this page has asked."""

    def warn(self, key: str, /, **said: Any) -> None:
        """Tell, beside the bar, that something of the address was not understood."""
        if (told := self.t(key, **said)) not in self.warnings:
            self.warnings.append(told)

    def t(self, key: str, /, **said: Any) -> str:
        """A text in the page's language."""
        return text(key, self.zh, **said)

    def pair(self, both: tuple[str, str]) -> str:
        """The one of two texts that is in the page's language."""
        return both[0 if self.zh else 1]

    @property
    def until(self) -> datetime:
        """The moment that the page looks at: now, or the end of an as-of day that is over."""
        end = datetime.combine(self.point.ask.as_of, readable.END_OF_DAY, CHINA)
        return min(self.services.clock.now(), end)

    def then(self, stream: str) -> Any:
        """A thing as it was at the end of the as-of day, as far as it was known at the asked moment; None if not yet."""
        ask = self.point.ask
        events = in_force(e for e in self.reach.work.track(stream).events if _known(e, ask.known_at))
        until = business_key(ask.as_of, None, opens=False)
        return fold(events[0].aggregate, events, until) if events else None

    def entries(self, stream: str) -> list[Event]:
        """The entries of a thing up to the end of the as-of day that stood as far as was known, in business order."""
        ask = self.point.ask
        until = business_key(ask.as_of, None, opens=False)
        events = in_force(e for e in self.reach.work.track(stream).events if _known(e, ask.known_at))
        return [event for event in events if event.at <= until]

    def label(self, name: str, spec: Field) -> str:
        """The label of a field; the present home of a person is that of the as-of day on another day."""
        if name == "staying_at" and not self.point.at_present:
            return self.t("label.staying_then")
        return self.pair((spec.zh, readable.LABELS[spec.zh]) if spec.zh in readable.LABELS else label(name, spec))

    def column(self, board: str, key: str) -> str:
        """The head of a column of a board."""
        return self.label(key, sheets()[board][key])

    def choice(self, listed: str, code: str) -> str:
        """The name of a code of a list; what breaks a rule is called the same everywhere."""
        return (
            self.t(f"severity.{code}")
            if listed == "severities"
            else self.pair(self.services.reference.words(listed, code))
        )

    def region(self, code: str | None) -> str:
        """A region's name on the as-of day."""
        regions = self.services.reference.regions
        return regions.name(code, self.point.ask.as_of) if code in regions else (code or "—")

    def place(self) -> str:
        """The name of what the page looks at."""
        ask = self.point.ask
        if ask.facility:
            return self.names.facility(ask.facility)
        return self.region(ask.region) if ask.region else self.t("place.everywhere")

    def value(self, key: str, spec: Field, value: Any, kind: str | None = None, subject: str | None = None) -> str:
        """A value of a declared field as this account reads it."""
        if value is None or value == "":
            return "—"
        if isinstance(value, Sealed) or spec.private:
            return self.names.opened(getattr(value, "subject", None) or subject or "", value, key)
        if isinstance(value, list | tuple):
            return self._several(key, spec, value, subject)
        if spec.ref is not None:
            return self._named(spec.ref, value)
        if spec.account:
            return self.accounts(str(value).split(LOGINS_SEP), subject)
        if isinstance(value, dict):
            return self._shares(spec, value) if spec.choices else self.quantities(value, kind)
        return self._single(key, spec, value, kind)

    def _single(self, key: str, spec: Field, value: Any, kind: str | None) -> str:
        """A value that is neither private, nor the name of a thing, nor several."""
        if spec.choices == "severities":
            return self.choice(spec.choices, value)
        if spec.choices or spec.named or isinstance(value, bool):
            return spoken(value, spec, self.services.reference, self.zh, kind)
        if spec.moment:
            return spoken_moment(value, self.zh)
        if readable.is_month(spec):
            return readable.month(value, self.zh)
        return self._measured(key, spec, value) if isinstance(value, int) else readable.when(value, self.zh)

    def _named(self, ref: str, value: str) -> str:
        """What is named by its id."""
        known = {"region": self.region, "person": self.names.person, "facility": self.names.facility}
        return known[ref](value) if ref in known else things.title(self, value)

    def _several(self, key: str, spec: Field, value: Sequence[Any], subject: str | None) -> str:
        """A list by its items; files, records and what has no words of its own are counted."""
        if spec.evidence:
            return self.t("evidence.count", n=len(value)) if value else "—"
        if value and not all(isinstance(one, str) for one in value):
            return self.t("list.items", n=len(value))
        return self.t("list.sep").join(self.value(key, spec, one, None, subject) for one in value) or "—"

    def _shares(self, spec: Field, value: Mapping[str, Any]) -> str:
        """Numbers by the names of a code list: points by dimension."""
        unit = units.spoken(spec.unit, self.zh)
        said = (
            f"{self.choice(spec.choices or '', code)} {readable.number(count)} {unit}".strip()
            for code, count in value.items()
        )
        return self.t("list.comma").join(said)

    def _measured(self, key: str, spec: Field, value: int) -> str:
        """A number with its unit; money in yuan; a year as it is."""
        if key.endswith("_fen"):
            return f"{readable.number(yuan(value))} {units.spoken('元', self.zh)}"
        shown = str(value) if spec.unit == "年" or key.rpartition("_")[2] == "year" else readable.number(value)
        return f"{shown} {units.spoken(spec.unit, self.zh, value)}".strip()

    def quantities(
        self, value: Mapping[str, Any], kind: str | None, number: Callable[[Any], str] = readable.number
    ) -> str:
        """The quantities of an activity of a type, each with its name and unit."""
        types = self.services.reference.activity_types.types
        named = types[kind].quantities if kind in types else {}
        said = (
            named[key].said(number(count), self.zh) if key in named else f"{key} {number(count)}"
            for key, count in value.items()
        )
        return ("，" if self.zh else ", ").join(said)

    def measured(
        self, measures: Iterable[tuple[str, tuple[str, str], tuple[str, str]]], value: Mapping[str, Any]
    ) -> str:
        """Numbers by the names and units with which they were asked for."""
        said = (
            units.measured(words, unit, readable.number(value[key]), zh=self.zh)
            for key, words, unit in measures
            if key in value
        )
        return self.t("list.comma").join(said)

    def sentence(self, event: Event) -> str:
        """What happened, without anything private."""
        node = event.envelope.node
        called = (lambda login: self.names.account(f"{login}{AT_NODE}{node}")) if node else self.names.account
        return self.pair(sentence(event, self.services.reference, called))

    def who(self, event: Event) -> str:
        """Who recorded an entry, under the post of that time."""
        return self.names.account(event.envelope.actor, str(event.envelope.post))

    def accounts(self, logins: Iterable[str], stream: str | None = None) -> str:
        """Several accounts by their names; those that stand in the history of a thing are of the node that keeps it."""
        return self.t("list.sep").join(self.names.account(self.names.login(login, stream)) for login in logins)

    def know_origins(self, events: Iterable[Event]) -> None:
        """Ask in one question where events of other nodes stand there."""
        wanted = {e.envelope.position for e in events if e.envelope.node} - self.origins.keys()
        self.origins.update(self.services.nodes.origins(wanted) if wanted else {})

    def origin(self, event: Event) -> Any:
        """Where an event stands in the log of its own node; None for one of this node."""
        if event.envelope.node:
            self.know_origins([event])
        return self.origins.get(event.envelope.position)

    def told(self, lines: Iterable[Mapping[str, Any]]) -> dict[int, str]:
        """What those lines of a view say that tell an account: a view tells its login."""
        naming = {topic for topic, event in events().items() if tells_account(event)}
        at = [line["position"] for line in lines if line["topic"] in naming]
        return {event.envelope.position: self.sentence(event) for event in self.services.log.at(at)}

    def recorded(self, event: Event) -> datetime | None:
        """When an event was recorded: what another node did, there, whenever it came here."""
        origin = self.origin(event)
        return origin.recorded_at if origin else event.envelope.recorded_at

    def delay(self, event: Event) -> str:
        """How long after the fact the entry was recorded."""
        days, late = self.late(event)
        return self.t("event.delay", days=late) if days > 0 else self.t("event.same_day") if days == 0 else ""

    def late(self, event: Event) -> tuple[int, str]:
        """How many days lie between the fact and its entry, and how long that was: exactly, where its time is known."""
        recorded, happened = self.recorded(event), event.envelope.occurred_at
        if recorded is None:
            return 0, ""
        days = (recorded.astimezone(CHINA).date() - event.day).days
        return days, readable.span(recorded - happened, self.zh) if happened else readable.measured(days, "天", self.zh)

    def beside(self) -> dict[str, str]:
        """What the address says besides the standpoint: filters and breakdowns, kept by the as-of bar."""
        return {
            key: value
            for key, value in request.args.items()
            if key not in (*KEPT, "lang", "size", "after", "home", "named")
        }

    def filters(self) -> dict[str, str]:
        """The filters of a board, its period, persons, order and columns."""
        return {key: value for key, value in request.args.items() if key.startswith("where.") or key in OF_BOARDS}

    def places(self) -> dict[str, str]:
        """A facility that is looked for by its name."""
        return {"home": request.args["home"]} if request.args.get("home") else {}

    def breaches(self, found: Iterable[Any]) -> list[dict[str, str]]:
        """Findings with what to do about them."""
        return [
            {
                "rule": "" if "." in b.rule else b.rule,
                "severity": b.severity,
                "said": self.pair((b.wording.zh, readable.capital(b.wording.en))),
                "remedy": self.pair((b.wording.remedy_zh, readable.capital(b.wording.remedy_en))),
            }
            for b in found
        ]

    def wait_for(self, position: int) -> None:
        """Wait until the pages show an entry. It is recorded already: views that are blocked must not hide its receipt."""
        try:
            self.services.views.catch_up(position)
        except (Blocked, LogUnavailable):
            current_app.logger.exception("views do not reach position %s", position)

    def render(self, template: str, status: int = 200, *, bar: bool = False, **said: Any) -> Any:
        """The page from its template; `bar` shows the as-of bar."""
        regions = list(region_choices(self.point, self.reach)) if bar and not self.reach.one_facility else []
        return render_template(
            template,
            page=self,
            point=self.point,
            names=self.names,
            bar=bar,
            bar_regions=regions,
            head=self.services.views.position(),
            **said,
        ), status


def _known(event: Event, at: int | datetime | None) -> bool:
    """Whether an event had been recorded at a position or a moment."""
    place = event.envelope
    if at is None or place.recorded_at is None:
        return True
    return place.recorded_at <= at if isinstance(at, datetime) else place.position <= at


def called(command: Command) -> tuple[str, str]:
    """What a command is called on buttons and forms."""
    return command.zh, command.en


def recorded(command: Command) -> tuple[str, str]:
    """What has happened once a command is recorded, on receipts and corrections."""
    return event_words(command.event) if command.event is not None else words(f"recorded.{command.name}")


def here() -> Page:
    """The page that this request asks for."""
    at = reach()
    return Page(services(), at, Names(services(), at, g.zh), of_request(at), g.zh)


def at_one_moment(view: View) -> View:
    """Answer a page from one moment of the views: what was recorded meanwhile is in all of its numbers or in none."""

    @wraps(view)
    def answered(*said: Any, **named: Any) -> Any:
        with services().views.moment():
            return view(*said, **named)

    return answered  # type: ignore[return-value]
