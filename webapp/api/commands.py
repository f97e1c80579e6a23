"""Commands over HTTP: what `submit` does with a line, for one or a batch of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, abort, g, request

from domain.declared import evidence_fields
from domain.model import Wording
from projections.ask import Ask
from webapp.access import Permission
from webapp.api.operations import PREFIX, operation
from webapp.api.problems import Problem, as_json, response
from webapp.api.questions import page_of, today
from webapp.evidence import may_open
from webapp.services import services

BATCH_MAX = 500
"""Commands in one request: they are decided in one unit of work and recorded in one transaction."""
SOURCE = "api"
DONE = {"recorded": 201, "duplicate": 200}
NOT_ALLOWED, BUSY = "command.not_allowed", "command.busy"
TOO_MANY = Wording(
    f"一次最多 {BATCH_MAX} 条命令",
    f"a request holds at most {BATCH_MAX} commands",
    "分几次提交",
    "send them in several",
)
NEITHER = Wording(
    "请求内容应为一个 JSON 对象，或由对象组成的数组",
    "the body must be one JSON object, or an array of them",
    '写作 {"command": …, "id": …, "args": {…}}',
    'write {"command": ..., "id": ..., "args": {...}}',
)

NOT_YOURS = Wording(
    "其中有您无权查看的照片或扫描件",
    "a photo or scan is named that this account may not open",
    "只引用自己上传的，或本辖区记录里的",
    "name only files that you sent yourself, or of entries in your area",
)


@operation(
    "POST",
    "/commands",
    permission=Permission.RECORDING,
    body="Commands",
    answers={200: "Receipts", 201: "Result", 400: "Problem", 413: "Problem", 415: "Problem", 422: "Problem"},
)
def submit_commands(said: Mapping[str, Any]) -> Response:
    """Record one command, or each of a batch; the same command twice is recorded once."""
    if request.mimetype != "application/json":
        abort(415)
    body = _body()
    if isinstance(body, list):
        if len(body) > BATCH_MAX:
            raise Problem("too_large", TOO_MANY, rule="command.too_large")
        return as_json(_results(body))
    if not isinstance(body, dict):
        raise Problem("malformed", NEITHER, rule="command.malformed")
    return _one(_results([body])[0])


def _body() -> Any:
    try:
        return json.loads(request.get_data().decode())
    except (ValueError, RecursionError):  # what is no UTF-8 is a ValueError too
        raise Problem("malformed", NEITHER, rule="command.malformed") from None


def _only_own_files(lines: list[Any]) -> None:
    """Nobody names a file that they may not open: whoever names one in an entry may open it from then on."""
    page = page_of(Ask(today()))
    named = [digest for line in lines for digest in _files(line)]
    for digest in page.services.evidence.about(named):
        if not may_open(page, digest):
            raise Problem("forbidden", NOT_YOURS, rule=NOT_ALLOWED)


def _files(line: Any) -> Iterator[str]:
    """The digests that a command names where files belong."""
    name, args = (line.get("command"), line.get("args")) if isinstance(line, dict) else (None, None)
    command = services().desk.commands.get(name) if isinstance(name, str) else None
    if command is None or command.event is None or not isinstance(args, dict):
        return
    for field in evidence_fields(command.event):
        said = args.get(field)
        yield from (digest for digest in said if isinstance(digest, str)) if isinstance(said, list) else ()


def _results(lines: list[Any]) -> list[dict[str, Any]]:
    _only_own_files(lines)
    return list(services().lines.answers(enumerate(lines, 1), g.actor.login, source=SOURCE, own=False))


def _one(result: dict[str, Any]) -> Response:
    """The answer to a single command: a refusal is a problem that holds the result."""
    if result["status"] in DONE:
        answer = as_json(result, DONE[result["status"]])
        answer.headers["Location"] = f"{PREFIX}/timeline/{result['stream']}"
        return answer
    error = result["error"]
    kind = {NOT_ALLOWED: "forbidden", BUSY: "unavailable"}.get(error["rule"], "refused")
    said = Wording(error["message_zh"], error["message_en"], error["remedy_zh"], error["remedy_en"])
    return response(kind, said, rule=error["rule"], field=error["field"], result=result)
