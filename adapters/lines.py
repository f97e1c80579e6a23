"""Lines of `submit`: JSON from outside becomes a `Submission`, and receipts and refusals become JSON again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from adapters.schemas import business_date, business_moment
from domain.accounts import Actor
from domain.desk import Submission
from domain.log import Clock, Receipt
from domain.model import CHINA, Refused, Wording

COMMAND_BYTES_MAX = 1 << 20
KEYS = {"command", "id", "args", "occurred_on", "occurred_at", "as", "recorded_at"}

NOT_JSON = Wording("这一行不是一个 JSON 对象", "the line is not a JSON object", "每行写一个 {\"command\": …, \"id\": …, \"args\": {…}}",
                   "write one {\"command\": ..., \"id\": ..., \"args\": {...}} a line")
TOO_LARGE = Wording("这一条超过 1 MiB", "the command is larger than 1 MiB", "拆成几条", "split it")
STRANGE_KEY = Wording("这一行有不认识的项", "the line has an unknown key", f"可用：{'、'.join(sorted(KEYS - {'recorded_at'}))}",
                      f"known: {', '.join(sorted(KEYS - {'recorded_at'}))}")


def _malformed(field: str, zh: str, en: str) -> Refused:
    return Refused("command.malformed", Wording(zh, en, "按 shouwang submit --help 的格式书写", "see `shouwang submit --help`"), field)


class LineReader:
    """Reads lines; `actor_of` turns a login into an actor, `default` acts where a line names nobody."""

    def __init__(self, clock: Clock, actor_of: Callable[[str], Actor], default: Actor, source: str = "import") -> None:
        self.clock, self.actor_of, self.default, self.source = clock, actor_of, default, source
        self.actors: dict[str, Actor] = {}

    def text(self, line: str) -> dict[str, Any]:
        """The JSON object of a line. Raises Refused."""
        if len(line.encode("utf-8", "surrogatepass")) > COMMAND_BYTES_MAX:
            raise Refused("command.too_large", TOO_LARGE)
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise Refused("command.malformed", NOT_JSON)
        return found

    def submission(self, line: Mapping[str, Any]) -> Submission:
        """A submission. Raises Refused that names what is wrong with the line itself."""
        if not isinstance(line.get("command"), str):
            raise _malformed("command", "没有写明命令", "the command is missing")
        if not isinstance(line.get("id"), str) or not 1 <= len(line["id"]) <= 64:
            raise _malformed("id", "没有编号，或编号超过 64 个字符", "the id is missing or longer than 64 characters")
        if not isinstance(line.get("args", {}), dict):
            raise _malformed("args", "args 应为一个对象", "args must be an object")
        if set(line) - KEYS:
            raise Refused("field.unknown", STRANGE_KEY)
        now = self.clock.now()
        on, moment = line.get("occurred_on"), line.get("occurred_at")
        return Submission(
            line["command"], line["id"], line.get("args", {}), self._actor(line.get("as")),
            business_date(on, now.astimezone(CHINA).date()) if on is not None else None,
            business_moment(moment, now) if moment is not None else None, self.source)

    def _actor(self, login: Any) -> Actor:
        if login is None:
            return self.default
        if not isinstance(login, str):
            raise _malformed("as", "as 应为登录名", "`as` must be a login")
        if login not in self.actors:
            self.actors[login] = self.actor_of(login)
        return self.actors[login]


def error_data(refused: Refused) -> dict[str, Any]:
    """A refusal as JSON."""
    words = refused.wording
    return {"rule": refused.rule, "field": refused.field, "message_zh": words.zh, "message_en": words.en,
            "remedy_zh": words.remedy_zh, "remedy_en": words.remedy_en}


def result(number: int, line: Mapping[str, Any], outcome: Receipt | Refused) -> dict[str, Any]:
    """One line of the answer, as interface section 2 fixes it."""
    head = {"line": number, "id": line.get("id"), "command": line.get("command")}
    if isinstance(outcome, Refused):
        return head | {"status": "refused", "stream": outcome.stream, "positions": [], "breaches": [], "error": error_data(outcome)}
    breaches = [{"rule": b.rule, "message_zh": b.wording.zh, "message_en": b.wording.en} for b in outcome.breaches]
    return head | {"status": "duplicate" if outcome.duplicate else "recorded", "stream": outcome.stream,
                   "positions": list(outcome.positions), "breaches": breaches, "error": None}


def recorded_moment(text: str) -> datetime:
    """The recording time of a demonstration's line."""
    return datetime.fromisoformat(text)
