"""The things that have a page: by which words one is named, where its page is, and what may be done with it as it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Protocol

from domain import matching
from domain.aggregates import AGGREGATES, BY_NAME
from domain.batches import Batch
from domain.catalogue import Command
from domain.facilities import Facility
from domain.kinds import KINDS
from domain.model import Field
from domain.people import Person
from domain.stays import Stay
from domain.work import kept_by, refuse_foreign

PATHS = {one.name: one.sheet for one in AGGREGATES if one.sheet and one.name != "account"}
"""Aggregates whose things have a page of their own, and where: at the name of their board."""
THINGS = {board: name for name, board in PATHS.items()}
"""Board -> what its rows are."""
SAID: dict[str, tuple[str, ...]] = {
    "transfer": ("reference", "person", "facility", "to_region", "offered_on", "status"),
    "reception": ("reference", "from_name", "category", "sex", "birth_year", "requested_on", "status"),
    "paper": ("kind", "number", "facility", "valid_to"),
    "shift": ("role", "facility", "begins_at"),
    "activity": ("type", "facility", "region", "occurred_on"),
    "rescue": ("person", "sex", "age_band", "facility", "received_on", "status"),
    "patrol": ("route", "facility", "occurred_on"),
    "outlet": ("facility", "contract_no", "status"),
    "sale": ("facility", "month", "game"),
    "inspection": ("facility", "kind", "due_on", "status"),
    "draw": ("region", "kind", "drawn_on"),
    "hazard": ("subject", "facility", "found_on", "status"),
    "complaint": ("subject", "facility", "received_on", "status"),
    "incident": ("kinds", "place", "facility", "occurred_on", "status"),
    "rating": ("facility", "scheme", "applied_level", "status"),
    "fund": ("source", "programme", "year", "facility", "region", "document_no"),
    "batch": ("programme", "period", "region", "lines", "status"),
    "finding": ("rule", "facility", "answer", "answered_on"),
    "account": ("login",),
}
"""The columns whose words, one after the other, name a thing so that people know which is meant."""
BESIDE: dict[str, tuple[str, ...]] = {"fund": ("balance_fen",), "batch": ("total_fen",), "rating": ("total",)}
"""What is said too where one is chosen from many."""
TITLE_WITHOUT = frozenset({"status"})
OVER: dict[str, frozenset[str]] = {
    "transfer": frozenset({"refused", "withdrawn", "received", "stopped"}),
    "reception": frozenset({"refused", "cancelled", "completed"}),
    "hazard": frozenset({"closed"}),
    "inspection": frozenset({"published", "cancelled"}),
    "incident": frozenset({"closed"}),
    "rating": frozenset({"revoked"}),
    "complaint": frozenset({"closed"}),
    "batch": frozenset({"cancelled"}),
    "rescue": frozenset({"left", "refused"}),
    "outlet": frozenset({"ended"}),
    "paper": frozenset({"revoked"}),
}
"""The states in which nothing more is expected of a thing."""
LODGING = frozenset({"stay", "transfer", "reception"})
"""The aggregates of facilities in which people live."""
APPLYING = frozenset(name for kind in KINDS.values() for name in kind.applies)
"""The aggregates that only some kinds of facilities have."""


class Page(Protocol):
    """What is asked of a page to name things on it."""

    names: Any
    reach: Any
    point: Any

    def t(self, key: str, /, **said: Any) -> str:
        """A text in the page's language."""

    def value(self, key: str, spec: Field, value: Any, kind: str | None = None, subject: str | None = None) -> str:
        """A value as the account reads it."""


LISTED: dict[str, Callable[[Batch], Collection[str]]] = {
    "batch.hold_line": lambda batch: batch.line_of.keys() - batch.held,
    "batch.release_line": lambda batch: batch.held,
    "batch.return_line": lambda batch: {person for person in batch.line_of if batch.has(person)},
    "batch.reissue_line": lambda batch: batch.away,
    "batch.clear_match": lambda batch: matching.doubts(batch).keys(),
}
"""Whom of a list a command can be about."""


WRITTEN_BESIDE = {"stay.admit": ("person", "reception"), "fund.allot": ("fund",)}
"""What a command adds to besides what it acts upon or makes."""


def written(command: Command) -> frozenset[str]:
    """The kinds of things to whose history a command adds, of those that its form asks for."""
    return frozenset(filter(None, (command.target, *WRITTEN_BESIDE.get(command.name, ()))))


def writable(page: Page, command: Command, stream: str) -> bool:
    """Whether a command about a thing can be recorded here: one of another node is added to by that node alone."""
    state = page.names.state(stream)
    return getattr(state, "name", None) not in written(command) or kept_by(page.reach.work, stream) is None


def refuse_unwritable(page: Page, command: Command, texts: Mapping[str, str]) -> None:
    """Refuse a form, before it is filled in, that would add to a thing of another node. Raises Refused."""
    for name, (_, spec, _) in command.fields.items():
        if spec.ref in written(command) and texts.get(name):
            refuse_foreign(page.reach.work, texts[name])


@dataclass(frozen=True)
class Possible:
    """Whether a command can be given in a state, as far as its checks can be asked before the form is filled in."""

    holds: bool
    judged: bool
    """Whether any check said so of the state alone."""


def possible(page: Page, command: Command, state: Any) -> Possible:
    """Ask the checks of a command's event with nothing typed yet; those that need what is typed are passed over."""
    login, post = page.reach.actor.login, page.reach.actor.post
    blank = SimpleNamespace(
        envelope=SimpleNamespace(actor=login, post=post),
        author=(login, post),
        hands=frozenset((login,)),
        day=page.point.today,
    )
    judged = False
    for check in command.event.checks if command.event is not None else ():
        try:
            holds = check.holds(state, blank)
        except (AttributeError, TypeError):
            continue
        judged = True
        if not holds:
            return Possible(holds=False, judged=True)
    return Possible(holds=True, judged=judged)


def offered(page: Page, command: Command, state: Any) -> bool:
    """Whether a command is offered for a thing: what is over is left alone, unless the command is for what is over.

    One about somebody on a list is offered where there is somebody whom it can be about.
    """
    if command.name in LISTED and isinstance(state, Batch) and not LISTED[command.name](state):
        return False
    if command.event is not None and not command.event.timely(state):
        return False
    found = possible(page, command, state)
    over = getattr(state, "status", None) in OVER.get(state.name, ())
    return found.holds and (found.judged or not over)


def has(kind: str | None, thing: str | None) -> bool:
    """Whether a kind of facility has things of a name: no rescues a home, no stays where nobody lives."""
    if kind not in KINDS:
        return True
    return KINDS[kind].lodging if thing in LODGING else thing not in APPLYING or thing in KINDS[kind].applies


def applies(command: Command, kind: str | None) -> bool:
    """Whether a kind of facility has what a command is about."""
    return has(kind, command.name.partition(".")[0])


# -- names and pages -----------------------------------------------------------------------------------


def phrase(page: Page, name: str, row: Mapping[str, Any], *, whole: bool = True, at: str | None = None) -> str:
    """The words that name a thing of a kind, from its row or its state; `whole`: with what tells it from many.

    On a page of the facility `at` the facility is not named again.
    """
    columns = BY_NAME[name].columns
    keys = (*SAID.get(name, ()), *(BESIDE.get(name, ()) if whole else ()))
    said = []
    for key in keys:
        value = row.get(key)
        if key not in columns or value in (None, "", ()) or (key in TITLE_WITHOUT and not whole):
            continue
        if (key == "region" and row.get("facility")) or (key == "facility" and value == at):
            continue
        words = page.value(key, columns[key], value, row.get("type"), row.get("stream"))
        said.append(page.t("thing.balance", amount=words) if key == "balance_fen" else words)
    return " · ".join(said)


def row_of(state: Any, stream: str) -> dict[str, Any]:
    """The state of a thing as a row of its board."""
    return {"stream": stream, **{key: getattr(state, key, None) for key in type(state).columns}}


def title(page: Page, stream: str, state: Any = None, *, whole: bool = False, at: str | None = None) -> str:
    """What a thing is called, as this account may read it."""
    state = page.names.state(stream) if state is None else state
    if isinstance(state, Facility):
        return page.names.facility(stream)
    if isinstance(state, Person):
        return page.names.person(stream)
    if isinstance(state, Stay):
        return page.t("title.stay", name=page.names.person(state.person))
    return stream if state is None else phrase(page, state.name, row_of(state, stream), whole=whole, at=at)


def reached(page: Page, state: Any, stream: str) -> bool:
    """Whether this account may see a thing: by where it lies; a person by the stays."""
    if state is None:
        return False
    if isinstance(state, Person):
        return page.reach.person(stream)
    facility = stream if isinstance(state, Facility) else getattr(state, "facility", None)
    return page.reach.place(facility, getattr(state, "region", None))


def link(page: Page, stream: str) -> str | None:
    """The address of a thing's page, for whoever may see it."""
    state = page.names.state(stream)
    if state is None or state.name not in PATHS or not reached(page, state, stream):
        return None
    return f"/{PATHS[state.name]}/{stream}"
