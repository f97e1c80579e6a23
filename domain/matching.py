"""名单比对 — what a list of payments shows beside deaths, other lists and stays, until somebody has looked into it.

DM-01: paid for a month after death; DM-02: on two lists for one month and purpose; DM-04: paid as living at home while living
in a home that supports its residents. A list is compared when it is drawn up, and again whenever a death is recorded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Annotated, Any

from domain.kinds import KINDS
from domain.model import Breach, Check, Event, Field, Post, Wording
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
}
RULE = Field("规则", choices="rules", pattern=r"DM-[0-9]{2}")
MATCHES_LEFT = Check(
    "batch.no_matches",
    lambda batch, event: bool(batch.matches),
    Wording("这批没有待核实的疑点", "nothing of this batch has to be looked into", "无需再办理", "nothing to do"),
)
MATCHED = Check(
    "batch.no_match",
    lambda batch, event: (event.rule, event.person) in batch.matches,
    Wording(
        "比对没有发现此人的这一问题",
        "no such match was found for the person",
        "核对规则和人员",
        "check the rule and the person",
    ),
)


class Matched(Event):
    """Follows from drawing a list up, or from a death: people on it should perhaps not be paid."""

    topic = "batch.matched"
    label = "比对发现疑点"
    label_en = "Match found"
    follows = True
    sentence = ("比对发现疑点：{rule}", "Found by comparison: {rule}")
    rule: Annotated[str, Field("规则", choices="rules", filled=True)]
    persons: Annotated[tuple[str, ...], Field("人员", ref="person", filled=True)]

    def apply(self, state: Any) -> None:
        """To be looked into."""
        state.matches |= {(self.rule, person) for person in self.persons}


class MatchCleared(Event):
    """Say that a match was looked into and the person is rightly paid."""

    topic = "batch.match_cleared"
    label = "疑点核实无误"
    label_en = "Match cleared"
    command = "batch.clear_match"
    command_en = "Clear a match"
    by = frozenset({Post.APPROVER})
    checks = (MATCHES_LEFT, MATCHED)
    sentence = ("疑点核实无误：{rule}", "Looked into and cleared: {rule}")
    rule: Annotated[str, RULE]
    person: Annotated[str, Field("人员", ref="person")]
    reason: Annotated[str, Field("核实情况", private="person")]

    def apply(self, state: Any) -> None:
        """Nothing speaks against the payment."""
        state.matches -= {(self.rule, self.person)}


def findings(batch: Any) -> Iterator[Breach]:
    """Each rule by which people are matched whom the batch pays, or is going to; without names."""
    for rule in sorted({rule for rule, _ in batch.matches}):
        number = sum(its == rule and batch.pays(person) for its, person in batch.matches)
        if number:
            zh, en = FOUND[rule]
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
    """What is found of a list that is being drawn up, rule by rule."""
    people = {line.person: case.whole(line.person) for line in said["lines"]}
    month = Month.parse(said["period"])
    dead = [who for who, person in people.items() if person.died_on is not None and person.died_on < month.first]
    again = _listed_elsewhere(people, said, case) if len(people) <= COMPARED_MAX else ()
    home = said["programme"] in DISPERSED
    inside = [who for who, person in people.items() if home and _supported_inside(person, month, case)]
    for rule, found in (("DM-01", dead), ("DM-02", again), ("DM-04", inside)):
        if found:
            yield case.stream, Matched, {"rule": rule, "persons": tuple(found)}


def of_death(case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
    """What is found, with a death, of every list that pays the person for a later month: from when both are so (DM-01)."""
    person, died_on = case.stream, case.occurred_on
    for stream in dict.fromkeys(event.originator_id for event in case.naming(person)):
        batch = case.whole(stream)
        if batch.name == "batch" and batch.pays(person) and died_on < Month.parse(batch.period).first:
            case.occurs(max(died_on, batch.drawn_on), None)
            yield stream, Matched, {"rule": "DM-01", "persons": (person,)}


def _listed_elsewhere(people: Collection[str], said: Mapping[str, Any], case: Any) -> list[str]:
    """Who stands on another list for the same purpose and month that pays them; each other list is looked at once."""
    work = case.everything
    named = {stream for person in people for stream, _ in work.log.mentions(person)}
    named |= {stream for stream, track in work.tracks.items() if track.unrecorded}
    work.prefetch(named)
    lists = (case.whole(stream) for stream in named - {case.stream} if work.track(stream).aggregate.name == "batch")
    same = [one for one in lists if one and (one.programme, one.period) == (said["programme"], said["period"])]
    return [person for person in people if any(one.pays(person) for one in same)]


def _supported_inside(person: Any, month: Month, case: Any) -> bool:
    """Whether somebody stayed, on a day of the month, in a home that supports its residents."""
    first, last = month.first.isoformat(), month.last.isoformat()
    stays: Iterable[Any] = person.stays.values()
    homes = (case.whole(s.facility) for s in stays if s.begin[:10] <= last and (s.end is None or s.end[:10] > first))
    return any(home is not None and home.kind in SUPPORTED_INSIDE for home in homes)
