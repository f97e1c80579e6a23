"""Browsers keep forms for the way back, and nothing else that is about persons."""

from __future__ import annotations

import inspect
from importlib import import_module

from webapp import noting, recording
from webapp.app import PARTS

GIVEN = (
    "/daily",
    "/enter/incident.record/questions",
    "/enter/stay.admit",
    "/enter/incident.record?all=1",
)


def test_every_part_that_gives_commands_by_a_form_is_declared_as_one() -> None:
    """Whatever can be put aside as a draft is a form, by itself or by what all of them share; no part is one without it."""
    modules = {part.pages.name: import_module(part.__name__) for part in PARTS if hasattr(part, "pages")}
    forms = {
        name
        for name, module in modules.items()
        if "drafting.STEP" in inspect.getsource(module) or vars(module).get("answered") is recording.answered
    }
    assert forms == set(noting.FORMS)


def test_forms_are_kept_for_the_way_back_and_receipts_and_boards_are_not(clerk, fresh) -> None:
    """The old forms and the new: the same header."""
    somebody = clerk("fushou.manager")
    kept = {path: somebody.client.get(path).headers["Cache-Control"] for path in GIVEN}
    assert set(kept.values()) == {"private, no-cache"}, kept
    receipt = fresh.services.log.at([fresh.services.log.head().position])[0].envelope.command_id
    for path in ("/", "/boards/stays", f"/daily/receipts?of={receipt}", f"/receipts/{receipt}", "/drafts"):
        assert somebody.client.get(path).headers["Cache-Control"] == "no-store", path
