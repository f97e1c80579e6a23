"""Codes as people read them, for text output: names of codes, regions and facilities. JSON keeps the codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from domain.catalogue import sheets, spoken
from domain.entries import fold, in_force
from domain.figures import DIMENSION_LISTS
from domain.model import CHINA, Field, Refused, Wording
from domain.values import yuan
from infra.bootstrap import Services
from infra.settings import speaks_english


def unknown_entry(name: str, known: Iterable[str]) -> Refused:
    """The refusal for a name that the catalogue does not hold."""
    names = list(known)
    near = (
        get_close_matches(name, names, 5, 0.5)
        or [n for n in names if n.split(".")[0] == name.split(".", maxsplit=1)[0]][:5]
    )
    zh, en = (f"；相近的有：{'、'.join(near)}", f"; similar: {', '.join(near)}") if near else ("", "")
    return Refused(
        "reference.unknown",
        Wording(
            f"目录里没有 {name}{zh}",
            f"the catalogue has no {name}{en}",
            "用 shouwang catalogue 查看",
            "see `shouwang catalogue`",
        ),
        "name",
    )


def moment(text: str | None) -> str:
    """A time with its offset, in +08:00; a day stays a day."""
    if not text or len(text) <= len("2024-03-01"):
        return text or ""
    return datetime.fromisoformat(text).astimezone(CHINA).isoformat(timespec="seconds")


class Labels:
    """Names for one answer, each facility read once."""

    def __init__(self, services: Services, day: date) -> None:
        self.services, self.day, self.titles = services, day, dict[str, str]()

    def warm(self, streams: Iterable[str | None]) -> None:
        """Read the names of facilities in one question."""
        wanted = sorted({s for s in streams if s} - set(self.titles))
        for stream, events in self.services.log.streams(wanted).items() if wanted else ():
            standing = in_force(events)
            state: Any = fold(standing[0].aggregate, standing) if standing else None
            self.titles[stream] = getattr(state, "title", None) or stream

    def facility(self, stream: str | None) -> str:
        """A facility's name; its id where it has none."""
        self.warm([stream])
        return self.titles.get(stream, stream) if stream else ""

    def region(self, code: str | None) -> str:
        """A region's name on the day; the code itself when it never was one."""
        regions = self.services.reference.regions
        return f"{regions.name(code, self.day)} {code}" if code and code in regions else code or ""

    def value_of(self, dimension: str) -> Callable[[str], str]:
        """How the values of a dimension are printed."""
        if dimension in ("region", "facility"):
            return self.region if dimension == "region" else self.facility
        codes, english = DIMENSION_LISTS.get(dimension, ""), speaks_english()
        return lambda code: self.services.reference.words(codes, code)[english]

    def rows(self, found: dict[str, Any]) -> list[list[Any]]:
        """The rows of a sheet as printed: what its columns hold, then its id."""
        columns = sheets()[found["name"]]
        places = [key for key, spec in columns.items() if spec.ref == "facility"]
        self.warm(row.get(key) for row in found["rows"] for key in places)
        return [[self.cell(columns[k], k, row) for k in columns] + [row["stream"]] for row in found["rows"]]

    def cell(self, spec: Field, key: str, row: Mapping[str, Any]) -> Any:
        """One cell of a sheet."""
        value = row.get(key)
        if value is None or spec.private:
            return value
        if spec.ref in ("facility", "region"):
            return self.facility(value) if spec.ref == "facility" else self.region(value)
        if key.endswith("_fen"):
            return yuan(value)
        return spoken(value, spec, self.services.reference, not speaks_english(), row.get("type"))
