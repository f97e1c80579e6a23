"""The JSON API `/api/v1/`: the same commands and questions as the command line, for the programs of an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask

from webapp.api import commands, documentation, histories, openapi, proofs, questions
from webapp.api.doors import Pace, let_in
from webapp.api.operations import OPERATIONS, PREFIX, Operation, said_to
from webapp.api.problems import or_problem, wanted

NAME = "api"

__all__ = [
    "NAME",
    "commands",
    "histories",
    "let_in",
    "openapi",
    "opened_on",
    "or_problem",
    "proofs",
    "questions",
    "wanted",
]


def opened_on(app: Flask) -> None:
    """Put the API and the page about it on an application."""
    doors = Blueprint(NAME, __name__, url_prefix=PREFIX)
    for one in OPERATIONS:
        doors.add_url_rule(one.path, one.name, _view(one), methods=[one.method])
    app.register_blueprint(doors)
    app.register_blueprint(documentation.pages)
    app.extensions["shouwang_pace"] = Pace()


def _view(one: Operation) -> Callable[..., Any]:
    """The function that answers an operation: it reads the address first."""

    def answered(**path: str) -> Any:
        return one.view(said_to(one), **path)

    answered.permission = one.permission  # type: ignore[attr-defined]
    return answered
