"""名单比对 — what a list of payments shows beside deaths, other lists, stays and ages (DM-01, DM-02, DM-04, DM-10).

A list is compared when it is drawn up, and again when a death is recorded. What is found stands as a finding of the list while
the person stands on it unheld, until an approver has looked into it. Records that were merged are one person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, NamedTuple

from domain.kinds import KINDS
from domain.model import Breach, Event, Field, Post, Refused, Wording
from domain.values import Month

COMPARED_MAX = 500
"""Longer lists are not compared with other lists: every person on one is asked for by name (DM-02)."""
DISPERSED = frozenset({"destitute_dispersed_support", "orphan_dispersed_allowance"})
"""What is paid only to those who live at home (DM-04)."""
SUPPORTED_INSIDE = frozenset(
    key for key, kind in KINDS.items() if kind.lodging and {"destitute", "orphan"} & set(kind.usual_categories)
)
"""The kinds of homes that support those who live in them."""

FOUND = {
    "DM-01": ("于发放月份之前去世", "died before the month that is paid for"),
    "DM-02": ("同月同用途已列入另一批次", "stand on another list for this month"),
    "DM-04": ("当月住在供养机构，却按分散供养发放", "lived in a home that supports them"),
    "DM-10": ("当月年龄不在这项用途的发放范围内", "are not of the age that the programme pays for"),
}
ON_A_LIST = Wording(
    "此人仍列在去世以后月份的发放名单上",
    "the person stands on a list of payments for a month after the death",
    "发放部门会看到这条提示，请通知其暂缓或追回",
    "who pays sees this finding; tell them to hold the payment back or to recover it",
)
NO_MATCH = Wording(
    "比对没有发现此人的这一问题，或已核实",
    "no such match was found for the person, or it was cleared already",
    "核对规则和人员",
    "check the rule and the person",
)


class Match(NamedTuple):
    """That a person should perhaps not be paid: by which rule, and what stands against it."""

    rule: str
    person: str
    fact: str
    """The day of the death, the other list, the home or the programme: what was cleared once is not cleared of another."""


class Matched(Event):
    """Follows from drawing a list up, or from a death: somebody on it should perhaps not be paid."""

    topic = "batch.matched"
    label = "比对发现疑点"
    label_en = "Match found"
    follows = True
    sentence = ("比对发现疑点：{rule}", "Found by comparison: {rule}")
    rule: Annotated[str, Field("规则", choices="match_rules", filled=True)]
    person: Annotated[str, Field("人员", ref="person", filled=True)]
    fact: Annotated[str, Field("依据", en="What stands against it", filled=True)]

    def apply(self, state: Any) -> None:
        """To be looked into."""
        state.matches |= {Match(self.rule, self.person, self.fact)}


class MatchCleared(Event):
    """Say that a match was looked into and the person is rightly paid."""

    topic = "batch.match_cleared"
    label = "疑点核实无误"
    label_en = "Match cleared"
    command = "batch.clear_match"
    command_en = "Clear a match"
    by = frozenset({Post.APPROVER})
    sentence = ("疑点核实无误：{rule}", "Looked into and cleared: {rule}")
    rule: Annotated[str, Field("规则", choices="match_rules")]
    person: Annotated[str, Field("人员", ref="person")]
    reason: Annotated[str, Field("核实情况", private="person")]
    facts: Annotated[tuple[str, ...], Field("依据", en="What was cleared", filled=True)] = ()

    @classmethod
    def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
        """One event that names what it clears.

        No check that history is judged by again: a match may be withdrawn later with the death that it came from.
        """
        batch = case.whole(case.stream)
        left = doubts(batch).get(said["person"], ()) if batch is not None else ()
        facts = tuple(one.fact for one in left if one.rule == said["rule"])
        if batch is not None and not facts:
            raise Refused("batch.no_match", NO_MATCH, "person")
        yield case.stream, cls, {**said, "facts": facts}

    def apply(self, state: Any) -> None:
        """Nothing of this speaks against the payment."""
        state.cleared |= {Match(self.rule, self.person, fact) for fact in self.facts}


def doubts(batch: Any) -> dict[str, list[Match]]:
    """person -> what has to be looked into, of everybody who stands on a list that was not cancelled."""
    found: dict[str, list[Match]] = {}
    for match in sorted(batch.matches - batch.cleared) if batch.status != "cancelled" else ():
        # A list whose month was corrected since may now pay for the month of the death, which is owed.
        lawful = match.rule == "DM-01" and match.fact >= Month.parse(batch.period).first.isoformat()
        if match.person in batch.line_of and not lawful:
            found.setdefault(match.person, []).append(match)
    return found


def findings(batch: Any) -> Iterator[Breach]:
    """Each rule by which people are matched whom the batch pays, or is going to; without names."""
    if not batch.matches:
        return
    of = {person: {match.rule for match in its} for person, its in doubts(batch).items() if batch.pays(person)}
    for rule, (zh, en) in FOUND.items():
        number = sum(rule in rules for rules in of.values())
        if number:
            yield Breach(
                rule,
                Wording(
                    f"名单上有 {number} 人{zh}",
                    f"{number} of those on the list {en}",
                    "核对名单；应停发的先暂缓发放，已发放的追回后登记退回，核实无误的登记核实情况",
                    "check the list: hold back those who should not be paid, recover what was paid, or clear the match",
                ),
            )


def of_list(said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
    """What is found of a list that is being drawn up, person by person."""
    records = {line.person: _records(line.person, case) for line in said["lines"]}
    month, home = Month.parse(said["period"]), said["programme"] in DISPERSED
    others = (
        []
        if len(records) > COMPARED_MAX
        else [
            (stream, batch)
            for stream, batch in case.naming({one for its in records.values() for one in its}, "batch")
            if stream != case.stream and (batch.programme, batch.period) == (said["programme"], said["period"])
        ]
    )
    for person, its in records.items():
        died = [case.whole(one).died_on for one in its]
        found = [("DM-01", day.isoformat()) for day in died if day is not None and day < month.first]
        found += [("DM-02", stream) for stream, batch in others if any(_stands(batch, one) for one in its)]
        found += [
            ("DM-04", inside) for one in its if home for inside in _supported_inside(case.whole(one), month, case)
        ]
        found += [("DM-10", said["programme"])] if _of_other_age(its, said["programme"], month, case) else []
        for rule, fact in dict.fromkeys(found):
            yield case.stream, Matched, {"rule": rule, "person": person, "fact": fact}


def of_death(case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
    """What is found, with a death, of every list for a later month that names the person: from when both are so (DM-01)."""
    died_on, records = case.occurred_on, _records(case.stream, case)
    for stream, batch in case.naming(records, "batch"):
        for person in records:
            if _stands(batch, person) and died_on < Month.parse(batch.period).first:
                case.occurs(max(died_on, batch.drawn_on), None)
                if not case.breaches:  # said once, however many lists there are
                    case.found(Breach("DM-01", ON_A_LIST))
                yield stream, Matched, {"rule": "DM-01", "person": person, "fact": died_on.isoformat()}


def _stands(batch: Any, person: str) -> bool:
    """Whether a list names somebody; who is held back on suspicion may be released again."""
    return batch.status != "cancelled" and person in batch.line_of


def _records(person: str, case: Any) -> list[str]:
    """Every record of one person: the one that is kept first, then those merged into it."""
    kept = person
    while case.whole(kept).merged_into is not None:
        kept = case.whole(kept).merged_into
    found = [kept]
    for one in found:
        found += [old for old in case.whole(one).absorbed if case.whole(old).merged_into == one and old not in found]
    return found


def _supported_inside(person: Any, month: Month, case: Any) -> Iterator[str]:
    """The homes that support their residents in which somebody stayed on a day of the month."""
    first, last = f"{month.first}T00:00", f"{month.last}T24:00"
    for stay in person.stays.values():
        home = case.whole(stay.facility) if stay.begin <= last and (stay.end is None or stay.end > first) else None
        if home is not None and home.kind in SUPPORTED_INSIDE:
            yield stay.facility


def _of_other_age(records: Sequence[str], programme: str, month: Month, case: Any) -> bool:
    """Whether a person, by the first record that tells a birth, is not of the age that a programme pays for in a month.

    The public year tells it of almost everybody; only where the year is that of the bound is the sealed day opened.
    """
    ages = case.reference.programmes.on(programme, month.first)
    person = next((one for one in map(case.whole, records) if one.birth_year is not None), None)
    if ages is None or person is None:
        return False
    fits = {ages.fit(date(person.birth_year, *day), month) for day in ((1, 1), (12, 31))}
    if len(fits) > 1:
        born = person.birth_date and case.vault.open(person.birth_date)
        fits = {not born or ages.fit(date.fromisoformat(born), month)}
    return fits == {False}
