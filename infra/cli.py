"""The command line `shouwang`: words in, a question or a command out, exit 0 done, 1 not so, 2 wrong usage.

Help and wrong usage answer at once: what opens databases and knows the domain is imported when it is first needed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from io import TextIOWrapper
from typing import Any, NoReturn

from infra.answers import half, say, say_trouble, usage_told
from infra.examples import Layout, epilog
from infra.settings import Settings, SettingsError

DAY_FIRST, DAY_LAST = date(1800, 1, 1), date(2100, 12, 31)
"""Days that can be asked about."""
ROWS_MAX = 100_000
"""Rows of a sheet that are printed at once."""
POSITION_DIGITS = 18
"""So many digits a position of the log may have; a database keeps no more."""
ANYWHERE = ("--data", "--database-url", "--format", "--as")
"""Options with a value that may stand before the command too."""


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
        say(f"用法有误：{told}\n查看帮助：{self.prog} --help", f"wrong usage: {told}\nhelp: {self.prog} --help")
        raise SystemExit(2)


def _bad(text: str, both: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(half(both.replace("?", text)))


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise _bad(text, "? 不是日期，应写作 2024-03-01 / ? is no day; write it as 2024-03-01") from error
    if not DAY_FIRST <= day <= DAY_LAST:
        raise _bad(text, f"? 应在 {DAY_FIRST} 至 {DAY_LAST} 之间 / ? must lie between {DAY_FIRST} and {DAY_LAST}")
    return day


def _position(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= POSITION_DIGITS):
        raise _bad(text, "? 不是账本位置，应为 0 或正整数 / ? is no log position; write 0 or a whole number")
    return int(text)


def _known_at(text: str) -> int | datetime:
    if text.isdigit():
        return _position(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _bad(
            text,
            "? 应为账本位置，或时间，如 2024-03-01T08:30 / ? must be a log position, or a moment as 2024-03-01T08:30",
        ) from error
    from domain.model import CHINA  # late, as in _done

    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise _bad(text, "? 应写作 名称=值 / ? must be written NAME=VALUE")
    return name, value


def _something(text: str) -> str:
    if not text.strip():  # an empty variable of a script must not mean the directory that it happens to stand in
        raise _bad("", "值不能为空 / the value is empty")
    return text


def _filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--region", metavar="CODE", help="区域代码，含其下各级 / region code, with all below it")
    parser.add_argument("--facility", metavar="STREAM", help="只看一家机构，写其编号 / one facility, by its id")
    parser.add_argument(
        "--from",
        dest="from_",
        type=_day,
        metavar="D",
        help="起始日，默认当年 1 月 1 日 / first day of a period (1 January)",
    )
    parser.add_argument(
        "--to", type=_day, metavar="D", help="截止日，默认同 --as-of / last day of a period (the as-of day)"
    )
    parser.add_argument(
        "--as-of", type=_day, metavar="D", help="截至某日日终，默认今天 / as of the end of a day (today)"
    )
    parser.add_argument(
        "--known-at", type=_known_at, metavar="P", help="当时所知：账本位置或时间 / as known at a position or moment"
    )
    parser.add_argument(
        "--where",
        type=_pair,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="只看某一维度的值 / one value of a dimension",
    )


KEY_HELP = "指标，如 stay.present；shouwang catalogue 列出全部 / a figure; `shouwang catalogue` lists them"
ACTOR_HELP = "以某账号办理（仅 submit） / act as an account (submit only)"


def _add_answering(add: Callable[..., argparse.ArgumentParser]) -> None:
    """The words that ask."""
    catalogue = add(
        "catalogue",
        "命令、事件、指标、台账目录 / every command, event, figure and sheet",
        formats=("text", "json", "md"),
    )
    catalogue.add_argument(
        "name", nargs="?", metavar="NAME", help="只看一个命令、事件、指标或台账 / one command, event, figure or sheet"
    )
    figure = add("figure", "指标的值 / values of figures", filters=True)
    figure.add_argument("key", nargs="+", metavar="KEY", help=KEY_HELP)
    figure.add_argument(
        "--by",
        metavar="DIMENSION",
        help="分项：一个维度，或 region、facility / break down by a dimension, `region` or `facility`",
    )
    trace = add("trace", "数字背后的成员和记录 / members and events behind a number", filters=True)
    trace.add_argument("key", metavar="KEY", help=KEY_HELP)
    why = add("why", "数字为什么变了 / what moved a number between two positions", filters=True)
    why.add_argument("key", metavar="KEY", help=KEY_HELP)
    why.add_argument(
        "--between",
        nargs=2,
        type=_position,
        required=True,
        metavar=("P1", "P2"),
        help="账本的两个位置，0 为最初；位置见 timeline / two log positions, 0 is the beginning; see `timeline`",
    )
    sheet = add("sheet", "台账 / a board as of any day", filters=True)
    sheet.add_argument("name", metavar="NAME", help="台账：{sheets} / one of: {sheets}")
    sheet.add_argument("--limit", type=_count, default=1000, metavar="N", help="最多行数（1000）/ rows at most (1000)")
    sheet.add_argument("--after", metavar="STREAM", help="上一页最后一行 / the last row of the page before")
    timeline = add("timeline", "机构、人员、入住的历史 / history of a facility, person or stay", filters=True)
    timeline.add_argument(
        "stream",
        metavar="STREAM",
        help="编号：台账最后一列，或回执的 stream / id: last column of a sheet, or a receipt's",
    )
    verify = add("verify", "核验账本 / check the log's integrity")
    verify.add_argument("--deep", action="store_true", help="同默认 / the same")


def _add_doing(add: Callable[..., argparse.ArgumentParser]) -> None:
    """The words that change something, or run."""
    serve = add("serve", "启动网页 / start the web")
    serve.add_argument("--host", metavar="HOST", help="监听地址（127.0.0.1）/ address to listen on")
    serve.add_argument("--port", metavar="PORT", help="监听端口（8000）/ port to listen on")
    submit = add("submit", "执行命令，每行一个 JSON / execute commands, one JSON object a line")
    submit.add_argument("file", metavar="FILE.jsonl", help="文件；- 为标准输入 / a file, or - for standard input")
    submit.add_argument("--as", dest="login", metavar="LOGIN", help=ACTOR_HELP)
    submit.add_argument("--dry-run", action="store_true", help="只检查不入账 / check, record nothing")
    rebuild = add("rebuild", "重建视图后切换 / rebuild the views beside the live ones, then swap")
    rebuild.add_argument(
        "name", nargs="*", metavar="NAME", help="不分名称，一同重建 / all are rebuilt, whatever is named"
    )
    account = add("account", "账号：开立、列出、停用 / accounts: open, list, lock")
    account.add_argument(
        "action_name",
        choices=("add", "list", "lock"),
        metavar="add|list|lock",
        help="开立、列出、停用 / open, list or lock",
    )
    account.add_argument("login", nargs="?", metavar="LOGIN", help="登录名（add、lock）/ the login, for add and lock")
    account.add_argument("--post", metavar="POST", help="职务：{posts} / one of: {posts}")
    account.add_argument("--region", metavar="CODE", help="管辖区域 / the region that the post covers")
    account.add_argument("--facility", metavar="STREAM", help="所在机构 / the facility that the post covers")
    account.add_argument(
        "--password-stdin", action="store_true", help="从标准输入读密码 / read the password from standard input"
    )
    scenario = add(
        "scenario",
        "由印刷数字表生成并核对记录 / a table of printed figures becomes entries, compared with them",
    )
    scenario.add_argument("table", metavar="TABLE.csv", help="印刷数字表 / the table of printed figures")
    scenario.add_argument(
        "--report", metavar="CODE", help="只用表中这一份报告，如 NY24 / only the rows of this report, such as NY24"
    )


def parser() -> argparse.ArgumentParser:
    """The words that the command line understands."""
    top = Words(
        prog="shouwang",
        description=half("守望：记录一次，数字自明。 / Shouwang: log once, compute every figure."),
        epilog=half(
            "某个命令的帮助：shouwang 命令 --help / help of one command: shouwang COMMAND --help\n"
            "English: SHOUWANG_LANG=en"
        ),
    )
    sub = top.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=Words, title=half("命令 / commands")
    )
    _anywhere(top, ("text", "json", "md"))
    top.add_argument("--as", metavar="LOGIN", help=ACTOR_HELP)

    def add(
        name: str, text: str, *, filters: bool = False, formats: Sequence[str] = ("text", "json")
    ) -> argparse.ArgumentParser:
        one = sub.add_parser(name, help=text, description=half(text), epilog=epilog(name))
        _anywhere(one, formats)
        if filters:
            _filters(one)
        return one

    _add_answering(add)
    _add_doing(add)
    return top


def _anywhere(one: argparse.ArgumentParser, formats: Sequence[str]) -> None:
    """Where the data lie, and the form of the answer."""
    one.add_argument("--data", type=_something, metavar="DIR", help="数据目录（默认 var/） / data directory (var/)")
    one.add_argument(
        "--database-url",
        type=_something,
        metavar="URL",
        help="改用 PostgreSQL，写其地址 / a PostgreSQL database instead",
    )
    one.add_argument(
        "--format", choices=formats, default="text", help="输出格式，默认 text / form of the answer (text)"
    )


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
    if first.startswith("-") and first not in (*ANYWHERE, "-h", "--help"):
        top.error(
            half(
                f"选项 {first} 应写在命令之后：shouwang 命令 {first} … / "
                f"the option {first} goes after the command: shouwang COMMAND {first} ..."
            )
        )
    return top.parse_args(ordered)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:12]) <= ROWS_MAX and len(text) <= len(str(ROWS_MAX))):
        raise _bad(text, f"? 应为 1 至 {ROWS_MAX} 的整数 / ? must be a whole number from 1 to {ROWS_MAX}")
    return int(text)


def _speak_utf_8() -> None:
    """Whatever the terminal's locale says, JSON is UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _done(options: argparse.Namespace) -> int:
    """Do what was asked; what is refused is said in one line."""
    # Only here: the libraries behind these take longer to import than help and wrong usage take altogether.
    from sqlalchemy.exc import SQLAlchemyError

    from domain.log import LogUnavailable
    from domain.model import Refused
    from infra import commands

    try:
        settings = Settings.read(
            data=options.data,
            database_url=options.database_url,
            host=getattr(options, "host", None),
            port=getattr(options, "port", None),
        )
        return int(getattr(commands, options.command)(settings, options))
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
    except SettingsError as error:
        say(error.zh, error.en)
        return 1
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
