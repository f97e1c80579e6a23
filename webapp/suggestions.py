"""Suggestions while a facility or a region is typed, for those whose browser runs scripts; only of one's own area."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, jsonify, request

from webapp import things
from webapp.access import Permission, needs
from webapp.page import here
from webapp.pickers import Picker

pages = Blueprint("suggestions", __name__)
SUGGESTED = ("facility", "region")
"""What is suggested; persons are searched by the form, where their opening is noted."""
SUGGESTED_MAX, TYPED_MAX = 20, 60


@pages.get("/find/<kind>")
@needs(Permission.SIGNED_IN)
def show_suggestions(kind: str) -> Any:
    """What a text may mean, as `[{"id", "name"}]`; `for` names the command whose form, or the board, that asks."""
    if kind not in SUGGESTED:
        abort(404)
    page, typed = here(), request.args.get("q", "").strip()[:TYPED_MAX]
    asking = request.args.get("for", "")
    picker = Picker(page, page.services.desk.commands.get(asking), things.THINGS.get(asking))
    found = picker.search(kind, typed) if typed else []
    return jsonify([{"id": key, "name": name} for key, name in found[:SUGGESTED_MAX]])
