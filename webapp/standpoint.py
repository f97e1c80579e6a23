"""The standpoint of a page: region, as-of day, and as known when. Its state is the address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import request

from domain.model import CHINA
from projections.ask import Ask
from webapp import readable
from webapp.access import Reach
from webapp.wording import words

KEPT = ("as_of", "known", "region", "facility", "from")
"""The parameters that follow from page to page."""
POSITION = re.compile(r"\d{1,15}", re.ASCII)


@dataclass(frozen=True)
class Standpoint:
    """Where a page is looked at from. `params` holds only what differs from the default."""

    ask: Ask
    today: date
    params: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[tuple[str, str], ...] = ()
    typed: str = ""
    """An as-of day that was typed and cannot be shown."""
    wrong_day: tuple[str, str] | None = None
    """Why it cannot, and what is shown instead."""

    @property
    def known(self) -> str:
        """`now`, `day` (as known at the end of the as-of day), `position` or `moment`."""
        said = self.params.get("known", "")
        return "day" if said == "day" else "now" if not said else "position" if POSITION.fullmatch(said) else "moment"

    @property
    def at_present(self) -> bool:
        """Whether the page shows today as it is known now."""
        return self.known == "now" and self.ask.as_of == self.today

    def url(self, path: str, **changes: Any) -> str:
        """An address with this standpoint; a change to None drops a parameter."""
        path, _, anchor = path.partition("#")
        merged = {**self.params, **{key.rstrip("_"): value for key, value in changes.items()}}
        query = urlencode([(key, str(value)) for key, value in merged.items() if value not in (None, "")])
        return path + ("?" + query if query else "") + ("#" + anchor if anchor else "")


def of_request(reach: Reach) -> Standpoint:
    """The standpoint that the address says, within the account's reach."""
    said = {key: request.args.get(key, "").strip() for key in KEPT}
    today = reach.services.today
    found = Standpoint(Ask(today, region=reach.actor.region, facility=reach.actor.facility), today)
    for step in (_as_of, _known, _place, _from):
        found = step(found, said, reach)
    return found


def _as_of(found: Standpoint, said: Mapping[str, str], reach: Reach) -> Standpoint:
    if not said["as_of"]:
        return found
    day = readable.asked_day(said["as_of"], found.today)
    if day is None:
        return replace(found, wrong_day=_told("bar.bad_day", said["as_of"]), typed=said["as_of"])
    if day > found.today:
        zh, en = words("bar.future")
        told = zh.format(typed=readable.day(day, True)), en.format(typed=readable.day(day, False))
        return replace(found, wrong_day=told, typed=said["as_of"])
    if day == found.today:
        return found
    return replace(found, ask=replace(found.ask, as_of=day), params={**found.params, "as_of": day.isoformat()})


def _told(key: str, typed: str) -> tuple[str, str]:
    """A warning that repeats what was typed."""
    zh, en = words(key)
    return zh.format(typed=typed), en.format(typed=typed)


def _known(found: Standpoint, said: Mapping[str, str], reach: Reach) -> Standpoint:
    text = said["known"]
    if not text or text == "now":
        return found
    known: int | datetime | None
    if text == "day":
        known = datetime.combine(found.ask.as_of, readable.END_OF_DAY, CHINA)
    elif POSITION.fullmatch(plain := text.replace(",", "")):
        known = text = plain
        known = int(plain)
    else:
        known = readable.typed_moment(text)
        text = known.strftime("%Y-%m-%d %H:%M") if known else text
    if known is None:
        return replace(found, problems=(*found.problems, words("bar.bad_known")))
    return replace(found, ask=replace(found.ask, known_at=known), params={**found.params, "known": text})


def _place(found: Standpoint, said: Mapping[str, str], reach: Reach) -> Standpoint:
    """Only what lies in the area; another's region is answered with the own one, and that is told."""
    facility, region = said["facility"], said["region"]
    told = _region_told(region, reach)
    found = replace(found, problems=(*found.problems, told)) if told else found
    if facility and facility != reach.actor.facility:
        if not reach.exists(facility):
            found = replace(found, problems=(*found.problems, _told("bar.no_facility", facility)))
        elif not reach.facility(facility):
            found = replace(found, problems=(*found.problems, words("bar.not_your_facility")))
        else:
            params = {**found.params, "facility": facility}
            return replace(found, ask=replace(found.ask, facility=facility), params=params)
    if not region or told or region == reach.actor.region:
        return found
    return replace(found, ask=replace(found.ask, region=region), params={**found.params, "region": region})


def _region_told(region: str, reach: Reach) -> tuple[str, str] | None:
    """Why a region in the address is not shown, if it is not."""
    if not region or region == reach.actor.region:
        return None
    if region not in reach.services.reference.regions:
        return _told("bar.no_region", region)
    if reach.one_facility:
        return words("bar.one_home")
    return None if reach.region(region) else words("bar.not_yours")


def _from(found: Standpoint, said: Mapping[str, str], reach: Reach) -> Standpoint:
    if not said["from"]:
        return found
    day = readable.asked_day(said["from"], found.today, begin=True)
    if day is None or day > found.ask.as_of:
        return replace(found, problems=(*found.problems, words("bar.bad_from")))
    if day == date(found.ask.as_of.year, 1, 1):
        return found
    return replace(found, ask=replace(found.ask, from_=day), params={**found.params, "from": day.isoformat()})


def region_choices(point: Standpoint, reach: Reach) -> Iterator[tuple[str, str, int]]:
    """(code, name, depth) for the bar: the way down from the account's region, and what lies directly below."""
    regions, on = reach.services.reference.regions, point.ask.as_of
    own, here = reach.actor.region, point.ask.region
    way: list[str] = []
    step = here
    while step and step in regions:
        way.insert(0, step)
        if step == own:
            break
        step = regions.parent(step, on)
    depth = 0
    for depth, code in enumerate(way):
        yield code, regions.name(code, on), depth
    below = regions.children(here, on) if here else regions.provinces(on)
    for code in below:
        yield code, regions.name(code, on), depth + 1 if way else 0
