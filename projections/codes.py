"""Texts as integers: streams, members, figures, dimensions and regions are stored once and named by number."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache

from sqlalchemy import Connection, func, select, text

from projections.tables import LAST, PLACES, Tables, cell, put

KEPT = 1_000_000
"""How many texts are remembered with their codes: about 200 MB."""
CHUNK = 500
"""How many texts are looked up in one question."""


@lru_cache(maxsize=65_536)
def dims_text(dims: tuple[tuple[str, str], ...]) -> str:
    """Dimensions as the text that is numbered."""
    return json.dumps(dims, ensure_ascii=False, separators=(",", ":"))


class Codes:
    """Texts numbered in the order in which the log first needs them.

    `whole` says that nothing was numbered by anyone else, as in a generation that is being built: then a text
    that is not remembered is new, and nothing need be looked up.
    """

    def __init__(self, tables: Tables, whole: bool = False) -> None:
        self.tables, self.whole = tables, whole
        self.known: dict[str, int] = {}

    def forget(self) -> None:
        """After a batch that was not committed, nothing remembered is certain."""
        self.known, self.whole = {}, False

    def resolve(self, connection: Connection, texts: Iterable[str], regions: Iterable[str] = ()) -> dict[str, int]:
        """Codes of these texts, and of regions that have rows of their own; new ones are numbered and written."""
        if len(self.known) > KEPT:
            self.forget()
        known = self.known
        unknown = [t for t in dict.fromkeys((*texts, *regions)) if t not in known]
        if not self.whole:
            self._look_up(connection, unknown)
        new = [t for t in unknown if t not in known]
        if new:
            self._number(connection, new, set(regions))
        return known

    def _look_up(self, connection: Connection, texts: Sequence[str]) -> None:
        codes = self.tables.codes
        for i in range(0, len(texts), CHUNK):
            found = connection.execute(select(codes.c.text, codes.c.id).where(codes.c.text.in_(texts[i : i + CHUNK])))
            self.known.update((known, code) for known, code in found)

    def _number(self, connection: Connection, new: Sequence[str], regions: set[str]) -> None:
        """Number new texts. The other projections write codes too, so nothing is remembered of the last number."""
        codes = self.tables.codes
        if connection.dialect.name == "postgresql" and not self.whole:
            connection.execute(text(f"LOCK TABLE {codes.name} IN SHARE ROW EXCLUSIVE MODE"))
            self._look_up(connection, new)
            new = [t for t in new if t not in self.known]
        last = connection.scalar(select(func.max(codes.c.id))) or 0
        numbered = [(last + n, t) for n, t in enumerate(new, 1)]
        self.known.update((t, code) for code, t in numbered)
        put(connection, codes, ("id", "text"), numbered)
        dims = [(code, n, v) for code, t in numbered if t.startswith("[[") for n, v in json.loads(t)]
        put(connection, self.tables.dims, ("id", "name", "value"), dims)
        # A region is a place of its own, of all times: rows without a facility stand there.
        placed = [(code, -code, 0, LAST, 0, LAST, cell(t)) for code, t in numbered if t in regions]
        columns = ("code", "facility", "from_position", "to_position", "valid_from", "valid_to", "region")
        put(connection, self.tables.sheets[PLACES], columns, placed)
