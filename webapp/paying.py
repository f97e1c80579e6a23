"""Who is paid by a list, to those who approve and pay it: whole names where the list waits for their word, else masked.

Nobody reads a name by putting it on a list: to whoever drew a list up it is open once somebody else has approved it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from domain import matching
from domain.batches import REASON, Batch
from domain.catalogue import Command
from domain.model import Event
from domain.values import Month
from webapp import readable, things
from webapp.page import Page

WAITING = frozenset({"drawn_up", "approved"})
"""The states in which somebody has still to decide about a whole list."""
DECIDED = frozenset({"batch.approve", "batch.pay"})
"""Commands that answer for everybody on a list: the pages to check and the receipts show whom."""
LINES_SHOWN = 100
NAMED_MAX = 5
"""So many are named behind a finding about a list."""


@dataclass(frozen=True)
class Paid:
    """One line of a batch: its number on the list, who, how much, what became of it."""

    number: int
    person: str
    url: str | None
    amount: str
    state: str
    said: str
    doubts: list[tuple[str, str]]
    """What speaks against the payment and nobody has looked into."""
    why: str
    """Why the person is held back or the money came back; empty for whoever may not read it."""


def may_decide(page: Page, batch: Any) -> bool:
    """Whether the account's post gives any command about a list, and the list lies in its area."""
    if not isinstance(batch, Batch) or not things.reached(page, batch, batch.id):
        return False
    return any(page.reach.may(one) for one in page.services.desk.commands.values() if one.target == batch.name)


def by_others(page: Page, batch: Batch) -> bool:
    """Whether somebody else answers for a list: it was drawn up and changed by others, or has been approved by another."""
    if page.reach.actor.login not in batch.drawn_hands:
        return True
    return batch.status != "drawn_up" and not batch.drawn_hands.issuperset(batch.approvers)


def open_names(page: Page, batch: Any, whom: Collection[str] | None = None) -> bool:
    """Open the names on a list, and why somebody on it is held back, to those who decide about it; whether they are open.

    The whole list while it waits, or only `whom` a command is about; never where the list is the account's own word alone.
    Every page that shows one of them leaves its row in the ledger of reads.
    """
    if not may_decide(page, batch) or not by_others(page, batch):
        return False
    if whom is None and batch.status not in WAITING:
        return False
    page.names.open_to_payer(batch.id, batch.line_of if whom is None else whom)
    return True


def masked_why(page: Page, batch: Any) -> str:
    """Why somebody who decides about lists reads this one masked now; nothing for all others."""
    present = page.names.state(batch.id)
    if not may_decide(page, present):
        return ""
    if present.status not in WAITING:
        return page.t("batch.masked")
    return "" if by_others(page, present) else page.t("batch.masked.own")


def named(page: Page, findings: list[dict[str, str]], events: Iterable[Event]) -> list[dict[str, str]]:
    """Findings about people on a list with who they are, as the account may read them; others as they are."""
    known, whom = list(events), dict[str, dict[str, int]]()
    drawn = [event for event in known if isinstance(event, Batch.DrawnUp | Batch.LinesAdded)]
    listed = Batch.DrawnUp.said(drawn)["lines"] if drawn else ()
    numbers = {line.person: number for number, line in enumerate(listed, 1)}
    for event in known:
        if isinstance(event, matching.Matched):
            whom.setdefault(event.rule, {})[event.person] = numbers.get(event.person, 0)
    page.names.warm(person for its in whom.values() for person in its)
    return [one | {"said": one["said"] + _those(page, whom.get(one["rule"], {}))} for one in findings]


def _those(page: Page, people: Mapping[str, int]) -> str:
    """Some people behind a sentence, the first few by name, with their lines where these are known."""
    if not people:
        return ""
    said = page.t("list.sep").join(
        page.t("batch.on_line", n=number, who=page.names.person(one)) if number else page.names.person(one)
        for one, number in list(people.items())[:NAMED_MAX]
    )
    more = page.t("batch.and_more", n=len(people) - NAMED_MAX) if len(people) > NAMED_MAX else ""
    return page.t("colon") + said + more


def lines(page: Page, batch: Batch, offset: int = 0) -> list[Paid]:
    """A part of the list, each person as the account may read; what needs a look stands first."""
    doubts = {person: dict.fromkeys(match.rule for match in its) for person, its in matching.doubts(batch).items()}
    numbers = {person: number for number, person in enumerate(batch.line_of, 1)}
    # By the rules' numbers: who died before who is of another age, and those without a doubt last.
    every = sorted(batch.line_of.values(), key=lambda line: min(doubts.get(line.person, ()), default="~"))
    shown = every[offset : offset + LINES_SHOWN]
    page.names.warm(line.person for line in shown)
    why = _why(page, batch)
    return [
        Paid(
            numbers[line.person],
            page.names.person(line.person),
            page.point.url(f"/persons/{line.person}") if page.reach.person(line.person) else None,
            readable.money(line.amount_fen),
            batch.became(line.person),
            state_words(page, batch.became(line.person)),
            [_doubt(page, batch, rule) for rule in doubts.get(line.person, ())],
            page.value("reason", REASON, why[line.person]) if line.person in why else "",
        )
        for line in shown
    ]


def _doubt(page: Page, batch: Batch, rule: str) -> tuple[str, str]:
    """What speaks against a payment; of the age, for which ages the programme is, and by which instrument, named as it is called."""
    said = page.t("batch.doubted", said=page.pair(matching.FOUND[rule]))
    ages = page.services.reference.programmes.on(batch.programme, Month.parse(batch.period).first)
    if rule != "DM-10" or ages is None:
        return said, ""
    return page.t("batch.ages", said=said, ages=page.pair(ages.words)), ages.source


def _why(page: Page, batch: Batch) -> Mapping[str, Any]:
    """person -> why the person is held back or the money came back, where this account reads that."""
    said = {"held": Batch.LineHeld, "returned": Batch.LineReturned}
    found = {
        event.person: event.reason  # of several the last
        for event in page.entries(batch.id)
        if isinstance(event, Batch.LineHeld | Batch.LineReturned)
        and isinstance(event, said.get(batch.became(event.person), ()))
    }
    return {person: reason for person, reason in found.items() if page.names.opens(person, reason, "reason")}


def state_words(page: Page, state: str) -> str:
    """What a state of a line is called."""
    return page.pair(page.services.reference.words("line_states", state))


def decided(page: Page, command: Command, stream: str | None, given: Event | None = None) -> Mapping[str, Any] | None:
    """Whom a command about a whole list is for: on the page to check, and on the receipt of what was `given`.

    A page to check opens the list that it is about to approve or pay, and nothing by itself for any other command. A receipt
    opens something to the account only that gave the command: the list that it approved or paid, or the one person
    whom it held back, released or the like; nothing for a list that was drawn up or corrected.
    """
    batch = page.names.state(stream) if stream else None
    if not isinstance(batch, Batch):
        return None
    whole = command.name in DECIDED
    if given is None:
        opened: Collection[str] | None = None if whole else ()
    elif given.envelope.actor != page.reach.actor.login:
        opened = ()
    else:
        opened = batch.line_of if whole else _one(command, given)
    open_names(page, batch, opened)
    if not whole or not may_decide(page, batch):
        return None
    return {
        "listed": lines(page, batch),
        "total": len(batch.line_of),
        "rows": LINES_SHOWN,
        "url": things.link(page, stream or ""),
    }


def _one(command: Command, given: Event) -> Collection[str]:
    """The person whom an entry about one line of a list is about."""
    return {given.person} if command.name in things.LISTED and hasattr(given, "person") else ()
