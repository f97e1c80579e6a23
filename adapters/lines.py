"""Lines of `submit`: JSON from outside becomes a `Submission`, and receipts and refusals become JSON again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from adapters.schemas import business_date, business_moment
from domain.accounts import OPERATOR
from domain.desk import Desk, Submission
from domain.log import Clock, Receipt
from domain.model import CHINA, Refused, Wording
from domain.submissions import is_id

COMMAND_BYTES_MAX = 1 << 20
KEYS = {"command", "id", "args", "occurred_on", "occurred_at", "as"}

NOT_JSON = Wording(
    "这一行不是一个 JSON 对象",
    "the line is not a JSON object",
    '每行写一个 {"command": …, "id": …, "args": {…}}',
    'write one {"command": ..., "id": ..., "args": {...}} a line',
)
NOT_UTF8 = Wording(
    "这一行不是 UTF-8 文字", "the line is not UTF-8", "把文件另存为 UTF-8 编码", "save the file as UTF-8"
)
TOO_LARGE = Wording("这一条超过 1 MiB", "the command is larger than 1 MiB", "拆成几条", "split it")
SHOWN_MAX = 40
"""So much of a strange key is repeated to who wrote it."""


def _strange(keys: Iterable[str], known: AbstractSet[str]) -> Refused:
    named = [key[:SHOWN_MAX] for key in sorted(keys)[:3]]
    return Refused(
        "field.unknown",
        Wording(
            f"这一行有不认识的项：{'、'.join(named)}",
            f"the line has an unknown key: {', '.join(named)}",
            f"可用：{'、'.join(sorted(known))}；业务的各项内容写在 args 里",
            f"known: {', '.join(sorted(known))}; the fields of the command go into args",
        ),
        "as" if "as" in keys else None,
    )


def _malformed(field: str, zh: str, en: str) -> Refused:
    return Refused(
        "command.malformed",
        Wording(zh, en, "按 shouwang submit --help 的格式书写", "see `shouwang submit --help`"),
        field,
    )


class LineReader:
    """Reads lines; `login` acts where a line names nobody, and without either the local operator.

    Where not `own`, only `login` acts: a line that names somebody is refused.
    """

    def __init__(self, clock: Clock, login: str | None = None, source: str = "import", *, own: bool = True) -> None:
        self.clock, self.login, self.source = clock, login, source
        self.keys = KEYS if own else KEYS - {"as"}

    @staticmethod
    def text(line: bytes) -> dict[str, Any]:
        """The JSON object of a line. Raises Refused."""
        if len(line) > COMMAND_BYTES_MAX:
            raise Refused("command.too_large", TOO_LARGE)
        try:
            found = json.loads(line.decode())
        except UnicodeDecodeError:
            raise Refused("command.malformed", NOT_UTF8) from None
        except (ValueError, RecursionError):
            found = None
        return LineReader.data(found)

    @staticmethod
    def data(found: Any) -> dict[str, Any]:
        """A line that was read already. Raises Refused."""
        if not isinstance(found, dict):
            raise Refused("command.malformed", NOT_JSON)
        return found

    def submission(self, line: Mapping[str, Any]) -> Submission:
        """A submission. Raises Refused that names what is wrong with the line itself."""
        if not isinstance(line.get("command"), str):
            raise _malformed("command", "没有写明命令", "the command is missing")
        if shown_id(line) is None:
            raise _malformed(
                "id",
                "没有编号，或编号不是 1 至 64 个可见字符",
                "the id is missing, or not of 1 to 64 visible characters",
            )
        if not isinstance(line.get("args", {}), dict):
            raise _malformed("args", "args 应为一个对象", "args must be an object")
        if strange := set(line) - self.keys:
            raise _strange(strange, self.keys)
        login, now = line.get("as"), self.clock.now()
        if login is not None and not isinstance(login, str):
            raise _malformed("as", "as 应为登录名", "`as` must be a login")
        on, moment = line.get("occurred_on"), line.get("occurred_at")
        return Submission(
            line["command"],
            line["id"],
            line.get("args", {}),
            OPERATOR,
            business_date(on, now.astimezone(CHINA).date()) if on is not None else None,
            business_moment(moment, now) if moment is not None else None,
            self.source,
            login=self.login if login is None else login,
        )


class Lines:
    """Executes lines: what `submit` does with those of a file, and the API with those of a request."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self.desk, self.clock = desk, clock

    def answers(
        self,
        lines: Iterable[tuple[int, bytes | Any]],
        login: str | None = None,
        *,
        source: str = "import",
        own: bool = True,
        dry_run: bool = False,
    ) -> Iterator[dict[str, Any]]:
        """The results of numbered lines, in order: one unit of work, one transaction. A line is text, or JSON as read.

        `login`, `source` and `own` as for `LineReader`; `dry_run` decides, one visible to the next, and records nothing.
        """
        reader = LineReader(self.clock, login, source, own=own)
        read: list[tuple[int, Mapping[str, Any], Submission | Refused]] = []
        for number, said in lines:
            line: Mapping[str, Any] = {}
            try:
                line = reader.text(said) if isinstance(said, bytes) else reader.data(said)
                read.append((number, line, reader.submission(line)))
            except Refused as bad:
                read.append((number, line, bad))
        good = [s for _, _, s in read if isinstance(s, Submission)]
        outcomes = iter(self.desk.rehearse(good) if dry_run else self.desk.submit_many(good))
        for number, line, found in read:
            yield result(number, line, next(outcomes) if isinstance(found, Submission) else found)


def shown_id(line: Mapping[str, Any]) -> str | None:
    """The id of a line, if it can be one."""
    found = line.get("id")
    return found if is_id(found) else None


def error_data(refused: Refused) -> dict[str, Any]:
    """A refusal as JSON."""
    words = refused.wording
    return {
        "rule": refused.rule,
        "field": refused.field,
        "message_zh": words.zh,
        "message_en": words.en,
        "remedy_zh": words.remedy_zh,
        "remedy_en": words.remedy_en,
    }


def result(number: int, line: Mapping[str, Any], outcome: Receipt | Refused) -> dict[str, Any]:
    """One line of the answer, as interface section 2 fixes it."""
    command = line.get("command")
    named = command if is_id(command) else None
    head = {"line": number, "id": shown_id(line), "command": named}
    if isinstance(outcome, Refused):
        return head | {
            "status": "refused",
            "stream": outcome.stream,
            "positions": [],
            "breaches": [],
            "error": error_data(outcome),
        }
    breaches = [{"rule": b.rule, "message_zh": b.wording.zh, "message_en": b.wording.en} for b in outcome.breaches]
    return head | {
        "status": "duplicate" if outcome.duplicate else "recorded",
        "stream": outcome.stream,
        "positions": list(outcome.positions),
        "breaches": breaches,
        "error": None,
    }


def recorded_moment(text: str) -> datetime:
    """The recording time of a demonstration's line."""
    return datetime.fromisoformat(text)
