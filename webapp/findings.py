"""提示 — what the rules say of one thing, as it stood on the day that is asked for, and where it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from domain.catalogue import sheets
from projections.ordering import Order
from webapp.page import Page
from webapp.suited import ANSWERING

SHOWN_MAX = 20
"""So many findings of one thing stand on its page, the newest."""


def of_thing(page: Page, stream: str) -> list[dict[str, Any]]:
    """The findings about a thing with what was answered, or where an answer may be given now."""
    order = Order(by="since", whom=frozenset((stream,)))
    rows = page.services.views.sheet("breaches", page.point.ask, limit=SHOWN_MAX, order=order)["rows"]
    answers = page.point.at_present and any(one.name == ANSWERING for one in page.reach.commands())
    spec = sheets()["breaches"]["answer"]
    return [
        {
            **row,
            "answer": page.value("answer", spec, row["answer"]) if row["answer"] else "",
            "link": answering(row) if answers and not row["answer"] else None,
        }
        for row in rows
        if row["stream"] == stream
    ]


def answering(row: Mapping[str, Any]) -> str:
    """Where one finding is answered."""
    return f"/enter/{ANSWERING}?" + urlencode({"about": row["stream"], "rule": row["rule"]})
