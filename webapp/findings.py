"""提示 — what the rules say of one thing, as it stood on the day that is asked for, and where it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from domain.catalogue import sheets
from projections.ordering import Order
from webapp import readable
from webapp.page import Page
from webapp.suited import ANSWERING

SHOWN_MAX = 20
"""So many findings of one thing stand on its page, the newest."""


def of_thing(page: Page, stream: str) -> list[dict[str, str]]:
    """The findings about a thing as `findings.html` tells them: since when, what was answered, or where an answer may be given now."""
    order = Order(by="since", whom=frozenset((stream,)))
    rows = page.services.views.sheet("breaches", page.point.ask, limit=SHOWN_MAX, order=order)["rows"]
    answers = may_answer(page)
    return [
        {
            "rule": row["rule"],
            "severity": row["severity"],
            "said": page.pair(page.services.reference.words("rules", row["rule"])),
            "remedy": _since(page, row),
            "name": page.t("finding.answer"),
            "url": answering(row) if answers and not row["answer"] else "",
        }
        for row in rows
    ]


def _since(page: Page, row: Mapping[str, Any]) -> str:
    since = page.t("first.since", day=readable.day(date.fromisoformat(row["since"]), page.zh))
    if not row["answer"]:
        return since
    return f"{since} · {page.value('answer', sheets()['breaches']['answer'], row['answer'])}"


def may_answer(page: Page) -> bool:
    """Whether this account may answer findings here and now."""
    return page.point.at_present and any(one.name == ANSWERING for one in page.reach.commands())


def answering(row: Mapping[str, Any]) -> str:
    """Where one finding is answered."""
    return f"/enter/{ANSWERING}?" + urlencode({"about": row["stream"], "rule": row["rule"]})
