"""The parts of GOV.UK Frontend that templates call: fields, error summaries, buttons, as functions of their options.

They come from an environment of their own: theirs takes what is not said for empty, ours is strict about it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, PrefixLoader

LIBRARY = "govuk_frontend_jinja"
PARTS = {
    "govukCheckboxes": "checkboxes",
    "govukDateInput": "date-input",
    "govukErrorSummary": "error-summary",
    "govukInput": "input",
    "govukPasswordInput": "password-input",
    "govukRadios": "radios",
    "govukSelect": "select",
    "govukTaskList": "task-list",
    "govukTextarea": "textarea",
}
"""Name of the macro, and the component that holds it."""


@cache
def parts() -> dict[str, Callable[[dict[str, Any]], Any]]:
    """The macros by name; each takes the options that the Design System documents for its component."""
    library = Environment(
        loader=PrefixLoader({LIBRARY: PackageLoader(LIBRARY)}), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    folder = f"{LIBRARY}/components"
    return {
        name: getattr(library.get_template(f"{folder}/{component}/macro.html").module, name)
        for name, component in PARTS.items()
    }
