"""随机抽查 — "双随机": homes and inspectors drawn by a public seed, so that anyone can draw again and find the same (IN-03)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from domain.facility_rules import standing
from domain.hazard_rules import OVERSEERS
from domain.inspection_rules import INSPECTORS_MIN, due_before
from domain.inspections import Inspection, planned
from domain.kinds import KINDS
from domain.model import Aggregate, Event, Field, Refused, Wording
from domain.streams import derived

LISTED_TWICE = Wording(
    "名单中有重复", "the list names somebody twice", "删去重复的一项", "leave out what is there twice"
)
TOO_FEW = Wording(
    "名单不够抽取",
    "the list is too short to draw from",
    "检查对象不少于抽取数，检查人员不少于两人",
    "as many homes as are to be drawn, and at least two inspectors",
)


@dataclass(frozen=True)
class Drawn:
    """One home with who inspects it."""

    facility: Annotated[str, Field("机构", ref="facility")]
    inspectors: Annotated[tuple[str, ...], Field("检查人员", account="outside")]


def rank(*said: str) -> str:
    """What somebody is drawn by: SHA-256, in hexadecimal, of what is said with strokes between; the least come first."""
    return hashlib.sha256("/".join(said).encode()).hexdigest()


def draw(seed: str, objects: Iterable[str], inspectors: Iterable[str], number: int) -> tuple[Drawn, ...]:
    """So many of the objects, each with two inspectors; the order of the lists does not matter.

    Those are drawn whose SHA-256 of `seed/object` comes first, and of `seed/object/inspector` among the inspectors.
    """
    crew = tuple(inspectors)
    return tuple(
        Drawn(one, tuple(sorted(crew, key=lambda who: rank(seed, one, who))[:INSPECTORS_MIN]))
        for one in sorted(objects, key=lambda one: rank(seed, one))[:number]
    )


def digest(objects: Iterable[str], inspectors: Iterable[str]) -> str:
    """SHA-256 over both lists, each sorted, a line each, an empty line between: what was drawn from cannot be changed."""
    return hashlib.sha256("\n".join([*sorted(objects), "", *sorted(inspectors)]).encode()).hexdigest()


class Draw(Aggregate):
    """随机抽查 — from which lists, by which seed, with what result."""

    name = "draw"
    label = "随机抽查"
    sheet = "draws"
    columns = {
        "region": Field("区域", ref="region"),
        "drawn_on": Field("抽取日期", en="Drawn on"),
        "kind": Field("检查类型", en="Kind of inspection", choices="inspection_kinds"),
        "seed": Field("随机种子", en="Seed"),
        "candidates": Field("检查对象数", en="Homes on the list", unit="家"),
        "number": Field("抽取数", en="Homes drawn", unit="家"),
        "digest": Field("名单摘要", en="Digest of the lists"),
    }

    class Made(Event):
        """Draw homes and inspectors by a seed that nobody could choose, and plan the inspections."""

        topic = "inspection.drawn"
        label = "双随机抽取"
        label_en = "Homes and inspectors drawn"
        command = "inspection.draw"
        command_en = "Draw homes and inspectors"
        by = OVERSEERS
        creates = True
        sentence = (
            "从 {candidates} 家中抽取 {number} 家，种子 {seed}，名单摘要 {digest}",
            "Drew {number} of {candidates} homes, seed {seed}, digest of the lists {digest}",
        )

        region: Annotated[str, Field("区域", ref="region")]
        kind: Annotated[str, Field("检查类型", en="Kind of inspection", choices="inspection_kinds")]
        due_on: Annotated[date, Field("计划完成日期", en="Due on")]
        seed: Annotated[
            str,
            Field(
                "随机种子",
                hint_zh="事先约定、事后公开的数，例如当日某期彩票的开奖号码",
                hint_en="A number agreed on before and public after, such as that day's winning lottery numbers",
            ),
        ]
        objects: Annotated[tuple[str, ...], Field("检查对象名录", en="Homes to draw from", ref="facility")]
        inspectors: Annotated[
            tuple[str, ...],
            Field("检查人员名录", en="Inspectors to draw from", account="outside"),
        ]
        number: Annotated[int, Field("抽取数", en="Homes to draw", unit="家", minimum=1)]
        result: Annotated[tuple[Drawn, ...], Field("抽取结果", filled=True)] = ()
        candidates: Annotated[int, Field("检查对象数", unit="家", filled=True)] = 0
        digest: Annotated[str | None, Field("名单摘要", filled=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """The draw, and a planned inspection for each home, by the checklists of its kind."""
            for doubt in due_before(said["due_on"], case.occurred_on):
                case.found(doubt)
            objects, inspectors = said["objects"], said["inspectors"]
            _check_list(objects, said["number"], "objects")
            _check_list(inspectors, INSPECTORS_MIN, "inspectors")
            homes = {one: standing(case, one, field="objects") for one in objects}
            result = draw(said["seed"], objects, inspectors, said["number"])
            filled = {"result": result, "candidates": len(objects), "digest": digest(objects, inspectors)}
            yield case.stream, cls, {**said, **filled}
            for one in result:
                checklist, *packs = KINDS[homes[one.facility].kind].checklists
                plan = {
                    "facility": one.facility,
                    "kind": said["kind"],
                    "due_on": said["due_on"],
                    "checklist": checklist,
                    "packs": tuple(packs),
                    "source": "bureau",
                    "draw": case.stream,
                    "drawn": one.inspectors,
                }
                yield derived(case.stream, one.facility), Inspection.Planned, planned(case, plan)

        def apply(self, state: Draw) -> None:
            """The draw is what it says."""
            state.region, state.drawn_on, state.kind, state.seed = self.region, self.day, self.kind, self.seed
            state.candidates, state.number, state.digest = self.candidates, self.number, self.digest


def _check_list(listed: tuple[str, ...], wanted: int, field: str) -> None:
    """Refuse a list that is too short, or that gives somebody two chances."""
    if len(set(listed)) < len(listed):
        raise Refused("draw.listed_twice", LISTED_TWICE, field)
    if len(listed) < wanted:
        raise Refused("draw.too_few", TOO_FEW, field)
