"""The moments of a replay: which one is asked for, the rail and the slider that lead to the others, day by day too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import request

from domain.catalogue import spoken_moment
from domain.model import CHINA
from webapp import readable
from webapp.page import Page

ON_RAIL = 7
"""Moments on the rail: as many as can be read beside each other."""
ON_SLIDER = 200
SAID_MAX = 2
"""Entries of one moment that are told on the rail."""
WHOLE = ("24:00", "00:00")
"""How a moment ends of which only the day is known."""
Address = Callable[[str], str]
"""The address of a moment, from the standpoint of the page."""


@dataclass(frozen=True)
class Stop:
    """One moment on the rail: its day where that begins, its time, what happened, where it leads, and what it is."""

    day: str
    time: str
    said: tuple[str, ...]
    more: int
    url: str
    here: bool
    incident: bool


@dataclass(frozen=True)
class Slider:
    """The slider: the number of its first and last moment and of the one shown, and (address, words) of each."""

    first: int
    last: int
    here: int
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Moments:
    """Every moment at which something changed, in order, with what was said of it."""

    said: Mapping[str, tuple[str, ...]]
    order: tuple[str, ...]
    incident: str | None
    """When the incident happened, on the replay of one."""

    def near(self, at: str) -> int:
        """The index of a moment, or of the first one behind it; the last one where there is none."""
        return next((index for index, one in enumerate(self.order) if one >= at), len(self.order) - 1)

    def ways(self, at: str, address: Address) -> dict[str, str]:
        """Where each key leads: a step, a day, the ends; without those that lead nowhere."""
        before, behind = [one for one in self.order if one < at], [one for one in self.order if one > at]
        day = at[:10]
        found = {
            "ArrowLeft": before[-1:],
            "ArrowRight": behind[:1],
            "Shift+ArrowLeft": [one for one in before if one[:10] < day][-1:],
            "Shift+ArrowRight": [one for one in behind if one[:10] > day][:1],
            "Home": before[:1],
            "End": behind[-1:],
        }
        return {key: address(one[0]) for key, one in found.items() if one}

    def rail(self, at: str, address: Address, zh: bool) -> list[Stop]:
        """The moments around the one that is shown."""
        first = _window(self.near(at), ON_RAIL, len(self.order))
        found, day = [], ""
        for one in self.order[first : first + ON_RAIL]:
            said = self.said[one]
            found.append(
                Stop(
                    brief_day(one, zh) if one[:10] != day else "",
                    "" if one[11:16] in WHOLE else one[11:16],
                    said[:SAID_MAX],
                    len(said) - SAID_MAX,
                    address(one),
                    one == at,
                    one == self.incident,
                )
            )
            day = one[:10]
        return found

    def slider(self, at: str, address: Address, zh: bool) -> Slider | None:
        """The slider over the moments; none where there is only one."""
        if len(self.order) < 2:
            return None
        near = self.near(at)
        first = _window(near, ON_SLIDER, len(self.order))
        shown = self.order[first : first + ON_SLIDER]
        steps = tuple((address(one), spoken_moment(one, zh)) for one in shown)
        return Slider(first + 1, first + len(shown), near + 1, steps)


def moments(page: Page, lines: Sequence[Mapping[str, Any]], incident: str | None) -> Moments:
    """The moments of the entries in force."""
    said: dict[str, dict[str, None]] = {}
    told = page.told(lines)
    for line in lines:
        sentence = told.get(line["position"], line["sentence_zh" if page.zh else "sentence_en"])
        said.setdefault(line["at"], {})[sentence] = None
    return Moments({at: tuple(its) for at, its in said.items()}, tuple(said), incident)


def _window(near: int, size: int, total: int) -> int:
    """Where a part of a row begins that has one of them in its middle, as far as the ends allow."""
    return max(min(near - size // 2, total - size), 0)


def brief_day(at: str, zh: bool) -> str:
    """11月20日, or 20 November."""
    said = readable.day(date.fromisoformat(at[:10]), zh)
    return said.partition("年")[2] if zh else said.rpartition(" ")[0]


def asked(page: Page, found: Moments) -> str | None:
    """The moment of the address: a moment, the number of a step, or a day with a time that was typed; None for nothing."""
    said, day, step = (request.args.get(name, "").strip() for name in ("at", "day", "step"))
    if day:
        on, time = readable.typed_day(day), readable.typed_time(request.args.get("time", "") or "23:59")
        if on is not None and time is not None and on <= page.point.today:
            return f"{on.isoformat()}T{time:%H:%M}:00"
        page.warn("replay.bad_moment")
        return None
    if step.isascii() and step.isdigit() and 0 < int(step) <= len(found.order):
        return found.order[int(step) - 1]
    if said in found.said or (said and point_of(said) is not None):
        return said
    if said or step:
        page.warn("replay.bad_moment")
        return next(iter(found.order), None)
    return None


def point_of(at: str) -> datetime | None:
    """A business moment as a point of time; the end of a day is its last second."""
    try:
        if at[11:] == WHOLE[0]:
            return datetime.combine(datetime.fromisoformat(at[:10]).date(), readable.END_OF_DAY, CHINA)
        found = datetime.fromisoformat(at)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=CHINA)
