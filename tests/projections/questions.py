"""Drawn questions, asked of the views and of the slow model alike."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from infra.bootstrap import reference
from projections.ask import Ask
from tests.projections.brute import ACTIVITIES, FIGURES, Model, Question
from tests.projections.worlds import CATEGORIES, KINDS, OPERATORS, REGIONS, SEXES, World

VALUES = {"kind": KINDS, "operator": OPERATORS, "category": CATEGORIES, "sex": SEXES}
AREAS = (*REGIONS, "540400", "540000", "110000")
FLOWS = ("facility.opened", "stay.admitted", "stay.discharged", *ACTIVITIES)
STOCKS = ("facility.registered", "facility.beds_licensed", "stay.present")
DISTINCT = ("stay.persons", "facility.regions")


def draw(data: st.DataObject, made: World, keys: tuple[str, ...] = (*FIGURES, *ACTIVITIES)) -> tuple[str, Ask]:
    """A figure and a question about it: any day, sometimes a region, a facility, a period, dimensions."""
    key = data.draw(st.sampled_from(keys), "figure")
    begin, end = made.days()
    day = data.draw(st.dates(begin - timedelta(days=2), end + timedelta(days=2)), "day")
    first = data.draw(st.one_of(st.none(), st.dates(begin - timedelta(days=2), day)), "from")
    narrow = data.draw(st.sampled_from(["", "", "region", "region", "facility"]), "narrowed by")
    region = data.draw(st.sampled_from(AREAS)) if narrow == "region" else None
    facility = data.draw(st.sampled_from(made.facilities)) if narrow == "facility" else None
    names = [n for n in reference().figures[key].dimensions if n in VALUES]
    chosen = data.draw(st.lists(st.sampled_from(names), unique=True, max_size=2)) if names else []
    where = {name: data.draw(st.sampled_from(VALUES[name])) for name in chosen}
    return key, Ask(as_of=day, from_=first, region=region, facility=facility, where=where)


def known(made: World, position: int) -> Model:
    """The model of what the log says up to a position."""
    return Model([e for e in made.events if e.envelope.position <= position], made.services.reference.regions)


def expected(model: Model, key: str, ask: Ask, exactly: bool = False) -> str | None:
    """The model's answer."""
    first, last = ask.period()
    return model.figure(key, Question(ask.as_of, first, last, ask.region, ask.facility, dict(ask.where), exactly))


def boundary(data: st.DataObject, made: World) -> int:
    """A position between two commands."""
    return data.draw(st.sampled_from(made.boundaries[-1:] + made.boundaries[1:]), "known at")


def board(made: World, name: str, day: date, position: int) -> list[dict[str, Any]]:
    """All rows of a board."""
    answer = made.views.sheet(name, Ask(as_of=day, known_at=position), limit=10_000)
    assert answer["total"] == len(answer["rows"])
    return answer["rows"]
