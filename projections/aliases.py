"""Aliases: who counts as whom, by a merge of two records or by the key of a province that a node has joined.

Every count of different people asks for all of them, and they change seldom: so they are read again only when one came or
ended, or when somebody as whom others count gets a row of their own.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from sqlalchemy import Connection, func, select

from projections.folding import ALIASES
from projections.tables import LAST, Tables

LOOKED_UP = 500
"""So many texts' codes are asked for at once."""
NOBODY = -(10**12)
"""From here down: codes of those as whom several count, and who have no rows of their own."""
KEPT_MAX = 8
"""Of so many moments it is kept who counts as whom."""


@dataclass(frozen=True)
class Aliases:
    """Those that one generation knows. `stand` tells whether they are still all, `codes` how far codes were looked at."""

    rows: list[tuple[int, int, int, int]]
    """(from_position, to_position, member, member as which it counts), by code."""
    changes: list[int]
    """The positions at which one came or ended, in order."""
    rowless: Mapping[int, str]
    """The texts of those codes that were made up because no row has them."""
    without_rows: frozenset[str]
    stand: tuple[Any, ...]
    codes: int
    _kept: dict[int, dict[int, tuple[int, int]]] = field(default_factory=dict, compare=False)

    def counts_as(self, position: int) -> Mapping[int, tuple[int, int]]:
        """member -> (the member as which it counts, the position of the merge), as known at a position.

        Whom somebody turned out to be holds for all days, before the merge too.
        """
        moment = bisect_right(self.changes, position)
        found = self._kept.get(moment)
        if found is None:
            if len(self._kept) >= KEPT_MAX:
                self._kept.clear()
            found = self._kept[moment] = self._known(position)
        return found

    def _known(self, position: int) -> dict[int, tuple[int, int]]:
        known = {who: (as_whom, since) for since, to, who, as_whom in self.rows if since <= position < to}

        return {who: (_end(who, known), since) for who, (_, since) in known.items()}


def _end(who: int, known: Mapping[int, tuple[int, int]]) -> int:
    """As whom somebody counts at the end of the chain: what was merged into may have been merged away since.

    Two nodes that know nothing of each other may merge two records into each other; the smallest code of such a ring counts.
    """
    met: dict[int, int] = {}
    while who in known and who not in met:
        met[who] = len(met)
        who = known[who][0]
    ring = [one for one, number in met.items() if number >= met[who]] if who in met else [who]
    return min(ring)


def aliases(connection: Connection, tables: Tables, before: Aliases | None = None) -> Aliases:
    """All of them, as the views stand now; those of before where nothing has changed since."""
    table, codes = tables.sheets[ALIASES].c, tables.codes.c
    ended = select(func.max(table.to_position)).where(table.to_position < LAST).scalar_subquery()
    stand = tables.generation, *connection.execute(select(func.max(table.from_position), ended)).one()
    if before is not None and before.stand == stand:
        new = connection.execute(select(codes.id, codes.text).where(codes.id > before.codes)).all()
        if not any(text in before.without_rows for _, text in new):
            return replace(before, codes=max([before.codes, *(number for number, _ in new)]))
    return _read(connection, tables, stand)


def _read(connection: Connection, tables: Tables, stand: tuple[Any, ...]) -> Aliases:
    table, codes = tables.sheets[ALIASES].c, tables.codes.c
    columns = table.from_position, table.to_position, table.member, table.counts_as
    found = [
        (since, to, json.loads(who), json.loads(as_whom))
        for since, to, who, as_whom in connection.execute(select(*columns).where(table.valid_to == LAST))
    ]
    texts = sorted({text for *_, who, as_whom in found for text in (who, as_whom)})
    code: dict[str, int] = {}
    for some in (texts[at : at + LOOKED_UP] for at in range(0, len(texts), LOOKED_UP)):
        code |= dict(connection.execute(select(codes.text, codes.id).where(codes.text.in_(some))).all())
    without_rows = frozenset(text for text in texts if text not in code)
    _stand_for(code, {(who, as_whom) for *_, who, as_whom in found})
    return Aliases(
        [
            (since, to, code[who], code[as_whom])
            for since, to, who, as_whom in found
            if who in code and code[who] != code[as_whom]
        ],
        sorted({at for since, to, *_ in found for at in (since, to)}),
        {number: text for text, number in code.items() if number <= NOBODY},
        without_rows,
        stand,
        connection.scalar(select(func.max(codes.id))) or 0,
    )


def _stand_for(code: dict[str, int], aliases: Iterable[tuple[str, str]]) -> None:
    """Give codes to those as whom others count and who have no rows of their own.

    It is the code of the other where there is only one, and nobody further as whom it counts: of several none may stand for the
    rest, one day they may be told apart; and what is said of the one behind would be said of the one before.
    """
    counts_as, stood_for_by = defaultdict(set), defaultdict(set)
    for who, as_whom in aliases:
        counts_as[who].add(as_whom)
        stood_for_by[as_whom].add(who)
    nobody, known = count(NOBODY, -1), deque(code)
    while known:
        who = known.popleft()
        for as_whom in sorted(one for one in counts_as[who] if one not in code):
            code[as_whom] = code[who] if len(stood_for_by[as_whom]) == 1 and as_whom not in counts_as else next(nobody)
            known.append(as_whom)
