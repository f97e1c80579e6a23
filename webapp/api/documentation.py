"""The page about the API: how to come in, every operation, every problem, and examples to copy; from the declarations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, request

from webapp.access import Permission, holds, needs
from webapp.api.commands import BATCH_MAX
from webapp.api.doors import REQUESTS_A_MINUTE
from webapp.api.operations import OPERATIONS, PREFIX, Operation
from webapp.api.problems import STATUS
from webapp.page import Page, here
from webapp.wording import words

pages = Blueprint("documentation", __name__)
SAMPLE_REGION = "540400"
SIZE_MIB = 1


@dataclass(frozen=True)
class Example:
    """One example: what it shows, and the words to type, and the status that answers them. `$URL` and `$TOKEN` are set before."""

    name: str
    typed: str
    status: int

    @property
    def said(self) -> tuple[str, str]:
        """What it shows, zh and en."""
        return words(f"api.example.{self.name}")


@pages.get("/api")
@needs(Permission.SIGNED_IN)
def show_api() -> Any:
    """The documentation of the API."""
    page = here()
    return page.render(
        "api.html",
        operations=[(one, PREFIX + one.path.replace("<", "{").replace(">", "}")) for one in OPERATIONS],
        examples=examples(page),
        setting=f"export URL={request.url_root.rstrip('/')}\nexport TOKEN=sw_…",
        problem_types=[(kind, status) for kind, status in STATUS.items()],
        limits={"size": SIZE_MIB, "batch": BATCH_MAX, "pace": REQUESTS_A_MINUTE},
        posts=lambda one: _posts(page, one),
    )


def _posts(page: Page, one: Operation) -> str:
    """Who may, where not everybody with a token may."""
    key = {Permission.ANYONE: "api.who.anyone", Permission.SIGNED_IN: "api.who.token"}.get(one.permission)
    return page.t(key or "api.who.recording")


def examples(page: Page) -> list[Example]:
    """The examples that the reader's account may try, for its own place: each can be typed as it stands."""
    get = 'curl -sS -H "Authorization: Bearer $TOKEN" '
    post = f'{get}-H "Content-Type: application/json" "$URL{PREFIX}/commands" -d '
    one = _command(page, "example-1", 41)
    batch = [_command(page, f"example-{number}", number) for number in (2, 3)]
    recording = [
        Example("one", f"{post}{_quoted(one)}", 201),
        Example("again", f"{post}{_quoted(one)}", 200),
        Example("batch", f"{post}{_quoted(batch)}", 200),
    ]
    return [
        Example("figure", f'{get}"$URL{PREFIX}/figures?key=stay.present&key=facility.beds_licensed&by=kind"', 200),
        Example("trace", f'{get}"$URL{PREFIX}/figures/stay.present/trace?where.category=destitute"', 200),
        Example("why", f'{get}"$URL{PREFIX}/figures/stay.present/why?between=0,10"', 200),
        Example("sheet", f'{get}"$URL{PREFIX}/sheets/facilities?limit=2"', 200),
        *(recording if holds(g.actor, Permission.RECORDING) else []),
        Example("feed", f'{get}"$URL{PREFIX}/events?after=0&limit=3"', 200),
        Example("heads", f'{get}"$URL{PREFIX}/heads?after=0&limit=3"', 200),
        Example("problem", f'curl -sS "$URL{PREFIX}/figures?key=stay.present"', 401),
    ]


def _command(page: Page, command_id: str, calls: int) -> Mapping[str, Any]:
    """A command that the reader's account may give."""
    actor = g.actor
    place = {"facility": actor.facility} if actor.facility else {"region": actor.region or SAMPLE_REGION}
    args = {"type": "hotline", "quantities": {"consultations": calls}, **place}
    return {
        "command": "activity.log",
        "id": f"{actor.login}-{command_id}",
        "occurred_on": page.point.today.isoformat(),
        "args": args,
    }


def _quoted(data: Any) -> str:
    """JSON as one word of a shell; the data hold no quote."""
    return "'" + json.dumps(data, ensure_ascii=False) + "'"
