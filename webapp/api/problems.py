"""Errors as programs read them: problem details (RFC 9457), in Chinese and English, with the rule and the field."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from domain.log import LogUnavailable
from domain.model import Refused, Wording
from webapp import readable
from webapp.wording import words

MIMETYPE = "application/problem+json"
STATUS = {
    "question": 400,
    "malformed": 400,
    "token": 401,
    "forbidden": 403,
    "outside": 403,
    "not_found": 404,
    "method": 405,
    "too_large": 413,
    "media_type": 415,
    "refused": 422,
    "too_many": 429,
    "broken": 500,
    "unsigned": 503,
    "unavailable": 503,
}
"""Every kind of problem with its HTTP status; the words stand in `api_words.py`, the kinds on the page about the API."""
BY_STATUS = {
    400: "malformed",
    403: "forbidden",
    404: "not_found",
    405: "method",
    413: "too_large",
    415: "media_type",
    503: "unavailable",
}
BEARER = 'Bearer realm="shouwang"'
RETRY_S = {"too_many": 60, "unsigned": 60, "unavailable": 5}
"""After how many seconds it is worth another try."""
LANGUAGES = ("zh", "en")
NAMED_IN_PATH = frozenset({"key", "sheet", "stream"})
"""Fields that an address names by its path: what is unknown there is not found."""


class Problem(Exception):
    """What is wrong with a request, of one of the kinds."""

    def __init__(self, kind: str, wording: Wording | None = None, **more: Any) -> None:
        super().__init__(kind)
        self.kind, self.wording, self.more = kind, wording, more


def in_chinese() -> bool:
    """Whether the request prefers Chinese to English, or neither."""
    return request.accept_languages.best_match(LANGUAGES, LANGUAGES[0]) == LANGUAGES[0]


def wanted() -> bool:
    """Whether a program asks: everything below `/api/`."""
    return request.path.startswith("/api/")


def as_json(data: Any, status: int = 200, mimetype: str = "application/json") -> Response:
    """Data as the command line prints it."""
    return Response(json.dumps(data, ensure_ascii=False, default=str), status, mimetype=mimetype)


def details(kind: str, wording: Wording | None = None, **more: Any) -> dict[str, Any]:
    """A problem as data; `title` and `detail` in the language that the request prefers, Chinese unless it says."""
    zh, title, said = (
        in_chinese(),
        words(f"api.problem.{kind}"),
        wording or Wording(*words(f"api.problem.{kind}.do")),
    )
    told = readable.told(said, True), readable.told(said, False)
    return {
        "type": f"/api#problem-{kind}",
        "title": title[not zh],
        "status": STATUS[kind],
        "detail": told[not zh],
        "instance": request.path,
        "title_zh": title[0],
        "title_en": title[1],
        "detail_zh": told[0],
        "detail_en": told[1],
        **more,
    }


def response(kind: str, wording: Wording | None = None, **more: Any) -> Response:
    """The answer that tells a problem."""
    answer = as_json(details(kind, wording, **more), STATUS[kind], MIMETYPE)
    answer.headers["Content-Language"] = "zh-CN" if in_chinese() else "en"
    if kind == "token":
        answer.headers["WWW-Authenticate"] = BEARER
    if kind in RETRY_S:
        answer.headers["Retry-After"] = str(RETRY_S[kind])
    return answer


def or_problem(page: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """An error handler that answers programs with a problem, and people with the page."""

    def answered(error: Any) -> Any:
        return told(error) if wanted() else page(error)

    return answered


def told(error: Exception) -> Any:
    """The problem that an error is. What nobody foresaw is told without its insides, which go to the server's log."""
    if isinstance(error, Problem):
        return response(error.kind, error.wording, **error.more)
    if isinstance(error, Refused):
        return response(*_refused(error), rule=error.rule, field=error.field)
    if isinstance(error, LogUnavailable):
        return response("unavailable", Wording(error.zh, error.en))
    if isinstance(error, HTTPException):
        return _http(error)
    current_app.logger.error("unexpected error at %s", request.path, exc_info=error)
    return response("broken")


def _refused(error: Refused) -> tuple[str, Wording]:
    """A question that cannot be answered: what it asks for is not there, or it is asked wrongly."""
    missing = error.rule == "reference.unknown" and error.field in NAMED_IN_PATH and error.field not in request.args
    return "not_found" if missing else "question", error.wording


def _http(error: HTTPException) -> Any:
    code = error.code or 500
    if code < 400:
        return error
    answer = response(BY_STATUS.get(code, "broken" if code >= 500 else "malformed"))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return answer
