"""The command line `shouwang`: words in, a question or a command out, exit 0 done, 1 not so, 2 wrong usage.

Help and wrong usage answer at once: what opens databases and knows the domain is imported when it is first needed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any

from infra.answers import half, say, say_trouble
from infra.settings import Settings, SettingsError
from infra.usage import parser

ANYWHERE = ("--data", "--database-url", "--format", "--as")
"""Options with a value that may stand before the command too."""


def _command_first(words: Sequence[str]) -> list[str]:
    """The command, then the options that stood before it: so each command reads, and refuses, its own options."""
    at = 0
    while at < len(words) and words[at].partition("=")[0] in ANYWHERE:
        at += 1 if "=" in words[at] else 2
    return [*words[at : at + 1], *words[:at], *words[at + 1 :]]


def _is_text(word: str) -> bool:
    """Bytes that are no text reach Python as halves of characters, which no database takes."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    top, ordered = parser(), _command_first(words)
    if not all(map(_is_text, words)):
        top.error(half("有的词不是 UTF-8 文字 / a word is not UTF-8 text"))
    first = ordered[0].partition("=")[0] if ordered else ""
    if first.startswith("-") and first not in (*ANYWHERE, "-h", "--help", "--version"):
        top.error(
            half(
                f"选项 {first} 应写在命令之后：shouwang 命令 {first} … / "
                f"the option {first} goes after the command: shouwang COMMAND {first} ..."
            )
        )
    return top.parse_args(ordered)


def _speak_utf_8() -> None:
    """Whatever the terminal's locale says, JSON is UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _act(command: str) -> Any:
    """What a command does. Each module is imported only for its own words."""
    if command in ("import", "template"):
        from infra import importing

        return importing.import_rows if command == "import" else importing.write_template
    if command in ("verify", "proof", "check-proof"):
        from infra import proving

        return getattr(proving, command.replace("-", "_"))
    from infra import asking, commands, federating

    name = command.replace("-", "_")
    return next(getattr(module, name) for module in (asking, commands, federating) if hasattr(module, name))


def _done(options: argparse.Namespace) -> int:
    """Do what was asked; what is refused is said in one line."""
    # Only here: the libraries behind these take longer to import than help and wrong usage take altogether.
    from sqlalchemy.exc import SQLAlchemyError

    from domain.log import LogUnavailable
    from domain.model import Refused

    try:
        settings = Settings.read(
            data=options.data,
            database_url=options.database_url,
            host=getattr(options, "host", None),
            port=getattr(options, "port", None),
        )
        return int(_act(options.command)(settings, options))
    except LogUnavailable as error:
        say(error.zh, error.en)
    except Refused as refused:
        words = refused.wording
        say(f"{words.zh}。{words.remedy_zh}", f"{words.en}. {words.remedy_en}")
    except SQLAlchemyError as error:
        say(
            f"数据库出错（{type(error).__name__}）：请检查磁盘空间、权限，或稍后再试",
            f"database error ({type(error).__name__}): check disk space and permissions, or try again",
        )
    return 1


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; never a traceback for what a user did."""
    _speak_utf_8()
    try:
        return _done(_parsed(sys.argv[1:] if words is None else words))
    except SystemExit as stop:
        return int(stop.code or 0)
    except SettingsError as error:  # not 1: of `verify` that says that the log is not whole
        say(error.zh, error.en)
        return 2
    except BrokenPipeError:  # the reader has seen enough (`| head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        say_trouble(error)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
