"""Help: what the words mean, how to do things, and what every figure counts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from webapp.access import Permission, needs
from webapp.page import here

pages = Blueprint("help", __name__)
TOPICS = ("figure", "clocks", "record", "correct", "names", "receipt", "keyboard")

KEYS = (
    ("Tab", "next"),
    ("Shift + Tab", "back"),
    ("Enter", "follow"),
    ("Space", "tick"),
    ("↑ ↓", "choose"),
    ("Esc", "close"),
    ("← →", "step"),
    ("Shift + ← →", "day"),
    ("Home · End", "ends"),
    ("Ctrl + P", "print"),
)
"""Keys, and what each does."""


@pages.get("/help")
@needs(Permission.SIGNED_IN)
def show_help() -> Any:
    """The help page."""
    page = here()
    return page.render("help.html", topics=TOPICS, keys=KEYS, figures=page.services.reference.figures.values())
