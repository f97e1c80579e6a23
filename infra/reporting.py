"""What a process says while it runs: one line a message, as text or as JSON, with nothing of anybody in it.

Errors that nobody foresaw are told by their kind and by where they happened. What they say themselves is left out: a
database quotes values in its errors, and they may be of a person.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

FRAMES = 6
"""So many of the innermost calls are told."""
SOFT = dict.fromkeys((*range(32), 127, *range(128, 160), 0x2028, 0x2029), " ")
"""What could end a line, or move the cursor of a terminal."""


def one_line(text: str) -> str:
    """A text that stays on its line, whoever it came from."""
    return text.translate(SOFT)


def as_json(zh: str, en: str, level: str) -> str:
    """A message as one JSON object on one line."""
    # Only here: text, the usual case, shall not wait for the import.
    from adapters.clock import SystemClock

    said = {
        "at": SystemClock().now().isoformat(timespec="milliseconds"),
        "process": process(),
        "level": level,
        "zh": one_line(zh),
        "en": one_line(en),
    }
    return json.dumps(said, ensure_ascii=False)


def process() -> str:
    """Who speaks: `web[4711]`, or a loop of the program by its name, `relay[4712]`."""
    name = multiprocessing.current_process().name
    if name == "MainProcess":
        thread = threading.current_thread()
        name = "shouwang" if thread is threading.main_thread() else thread.name
    return f"{name}[{os.getpid()}]"


def happened(error: BaseException) -> str:
    """The kind of an error and where it happened, innermost last: without what it says."""
    return f"{type(error).__name__} ({_where(error.__traceback__)})"


def _where(trace: TracebackType | None) -> str:
    calls = traceback.extract_tb(trace)[-FRAMES:]
    return " > ".join(f"{Path(call.filename).name}:{call.lineno} {call.name}" for call in calls)


class Reporting(logging.Handler):
    """Says what libraries and pages log, without the values that they log."""

    def __init__(self, say: Callable[[str, str, str], None]) -> None:
        super().__init__(logging.WARNING)
        self.say = say

    def emit(self, record: logging.LogRecord) -> None:
        """Say one record: the kind of an error rather than its text, and no value but numbers."""
        try:
            error = record.exc_info[1] if record.exc_info else None
            what = happened(error) if error else _shown(record)
            where = _endpoint()
            self.say(f"{record.name} 报错：{what}{where}", f"{record.name}: {what}{where}", record.levelname.lower())
        except Exception:  # noqa: BLE001  as the library's own handlers: whoever logs goes on
            self.handleError(record)


def _shown(record: logging.LogRecord) -> str:
    """What a record says, with numbers; anything else that it carries is left out."""
    args = record.args if isinstance(record.args, tuple) else ()
    if len(args) != str(record.msg).replace("%%", "").count("%"):
        return str(record.msg)
    shown = tuple(arg if isinstance(arg, int | float) else "…" for arg in args)
    try:
        return str(record.msg) % shown
    except (TypeError, ValueError):
        return str(record.msg)


def _endpoint() -> str:
    """Which page was being answered, by its name: an address may name somebody."""
    from flask import has_request_context, request

    return f" @ {request.method} {request.endpoint}" if has_request_context() else ""


def listen(say: Callable[[str, str, str], None]) -> None:
    """Say from now on what is logged in this process: (zh, en, level)."""
    root = logging.getLogger()
    if not any(isinstance(handler, Reporting) for handler in root.handlers):
        root.addHandler(Reporting(say))
