"""Everything a generation of views holds, with codes spelt out, so that two generations can be compared."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from projections.store import prepare
from projections.views import Views

CODED = {"figure", "facility", "dims", "member", "subject", "code"}
SURROGATES = {"id"}


def dump(views: Views) -> dict[str, list[tuple[Any, ...]]]:
    """table -> its rows in order, without numbers that only count."""
    live = prepare(views.engine)
    with views.engine.connect() as connection:
        texts = dict(connection.execute(select(live.codes.c.id, live.codes.c.text)).all()) | {0: None}
        texts |= {-code: f"region {text}" for code, text in texts.items() if text}
        found = {"codes": sorted((t,) for code, t in texts.items() if t and code > 0)}
        found["dims"] = sorted((texts[i], name, value) for i, name, value in connection.execute(select(live.dims)))
        for name in ("rows", "months", "timeline", "progress"):
            found[name] = _spelt(connection, getattr(live, name), texts)
        for name, table in live.rollups.items():
            found[name] = _spelt(connection, table, texts)
        for name, table in live.sheets.items():
            found[f"sheet_{name}"] = _spelt(connection, table, texts)
    return found


def _spelt(connection: Connection, table: Any, texts: dict[int, str | None]) -> list[tuple[Any, ...]]:
    names = [c.name for c in table.c]
    rows = [
        tuple(
            texts[v] if n in CODED and isinstance(v, int) else v
            for n, v in zip(names, row, strict=True)
            if n not in SURROGATES
        )
        for row in connection.execute(select(table))
    ]
    return sorted(rows, key=repr)


def differences(first: dict[str, list[Any]], second: dict[str, list[Any]]) -> dict[str, Any]:
    """What only one of two generations holds, by table."""
    return {
        name: (
            sorted(set(first[name]) - set(second[name]), key=repr),
            sorted(set(second[name]) - set(first[name]), key=repr),
        )
        for name in first
        if first[name] != second[name]
    }
