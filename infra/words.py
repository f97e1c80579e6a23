"""Words of the command line: how options are read, and what is said of those that do not fit."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, NoReturn, TypeVar

from infra.answers import half, say, usage_told
from infra.examples import Layout
from infra.settings import speaks_english
from projections import typed

Found = TypeVar("Found")


def _near(word: str, known: Sequence[str]) -> str:
    """Which known words come near, or all of a few."""
    if near := get_close_matches(word, known, 3):
        return half(f"；是不是 {'、'.join(near)}？ / ; did you mean {', '.join(near)}?")
    return half(f"；可用：{'、'.join(known)} / ; known: {', '.join(known)}")


class Words(argparse.ArgumentParser):
    """argparse that answers in one line, in the language of the terminal; options are written in full."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more, formatter_class=Layout, add_help=False, allow_abbrev=False)
        self.add_argument("-h", "--help", action="help", help="显示帮助 / show this help")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """As argparse does, but a command refuses what it does not know itself, and says what comes near."""
        found, strange = super().parse_known_args(args, namespace)
        if strange and strange[0].startswith("-"):
            known = [option for action in self._actions for option in action.option_strings if option.startswith("--")]
            word = strange[0].partition("=")[0]
            self.error(half(f"没有选项 {word} / no such option: {word}") + _near(word, known))
        if strange:
            more = " ".join(strange)
            self.error(half(f"多了 {more} / one word too many: {more}"))
        return found, []

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """A word that is none of the known ones: say which come near, or all."""
        if action.choices is not None and value not in action.choices:
            told = half(f"没有 {value} / no such word: {value}") + _near(str(value), list(map(str, action.choices)))
            raise argparse.ArgumentError(action, told)

    def error(self, message: str) -> NoReturn:
        """Wrong usage: what is wrong, and where the help is."""
        told = usage_told(message)
        say(f"用法有误：{told}", f"wrong usage: {told}")
        say(f"查看帮助：{self.prog} --help", f"help: {self.prog} --help")
        raise SystemExit(2)


def bad(text: str, both: str) -> argparse.ArgumentTypeError:
    """What is said of a word that does not fit; `?` stands for it."""
    return argparse.ArgumentTypeError(half(both.replace("?", text)))


def _read(reader: Callable[[str], Found], text: str) -> Found:
    """A word as an address is read too; what does not fit is wrong usage."""
    try:
        return reader(text)
    except typed.Unread as unread:
        raise argparse.ArgumentTypeError(unread.en if speaks_english() else unread.zh) from unread


def day(text: str) -> date:
    """A day, written 2024-03-01."""
    return _read(typed.day, text)


def position(text: str) -> int:
    """A position of the log."""
    return _read(typed.position, text)


def known_at(text: str) -> int | datetime:
    """A position of the log, or a moment."""
    return _read(typed.known_at, text)


def moment(text: str) -> datetime:
    """A moment; without an offset it is meant in China."""
    return _read(typed.moment, text)


def pair(text: str) -> tuple[str, str]:
    """NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise bad(text, "? 应写作 名称=值 / ? must be written NAME=VALUE")
    return name, value


def something(text: str) -> str:
    """A value that is not empty."""
    if not text.strip():  # an empty variable of a script must not mean the directory that it happens to stand in
        raise bad("", "值不能为空 / the value is empty")
    return text


def count(text: str) -> int:
    """How many rows are printed at most."""
    return _read(typed.count, text)
