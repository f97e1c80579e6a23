"""The command line `shouwang`: words in, a question or a command out, exit 0 done, 1 not so, 2 wrong usage."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from io import TextIOWrapper
from typing import Any, NoReturn

from sqlalchemy.exc import SQLAlchemyError

from domain.catalogue import sheets
from domain.log import LogUnavailable
from domain.model import CHINA, Post, Refused
from infra import commands as run
from infra.answers import say
from infra.examples import epilog
from infra.settings import Settings, SettingsError, speaks_english

DAY_FIRST, DAY_LAST = date(1800, 1, 1), date(2100, 12, 31)
"""Days that can be asked about."""
ROWS_MAX = 100_000
"""Rows of a sheet that are printed at once."""


class Words(argparse.ArgumentParser):
    """argparse that answers in one line, in the language of the terminal."""

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """A word that is none of the known ones: say which come near, or all."""
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        near = get_close_matches(str(value), known, 3)
        zh = f"没有 {value}；" + (f"是不是 {'、'.join(near)}？" if near else f"可用：{'、'.join(known)}")
        en = f"no such word: {value}; " + (f"did you mean {', '.join(near)}?" if near else f"known: {', '.join(known)}")
        raise argparse.ArgumentError(action, en if speaks_english() else zh)

    def error(self, message: str) -> NoReturn:
        """Wrong usage: what is wrong, and where the help is."""
        say(f"用法有误：{message}\n查看帮助：{self.prog} --help", f"wrong usage: {message}\nhelp: {self.prog} --help")
        raise SystemExit(2)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: 日期应写作 2024-03-01 / a day as 2024-03-01") from error
    if not DAY_FIRST <= day <= DAY_LAST:
        raise argparse.ArgumentTypeError(f"{text}: {DAY_FIRST} – {DAY_LAST}")
    return day


def _known_at(text: str) -> int | datetime:
    if text.isdigit():
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: 账本位置或时间 / a log position or a timestamp") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text}: 应为 名称=值 / must be NAME=VALUE")
    return name, value


def _filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--region", metavar="CODE", help="区域代码，含其下各级 / region code, with all below it")
    parser.add_argument("--facility", metavar="STREAM", help="机构 / one facility")
    parser.add_argument(
        "--from", dest="from_", type=_day, metavar="D", help="起始日 / first day of a period (1 January)"
    )
    parser.add_argument("--to", type=_day, metavar="D", help="截止日 / last day of a period (the as-of day)")
    parser.add_argument("--as-of", type=_day, metavar="D", help="截至 / as of the end of a day (today)")
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


def _add_answering(add: Callable[..., argparse.ArgumentParser]) -> None:
    """The words that ask."""
    catalogue = add(
        "catalogue",
        run.catalogue,
        "命令、事件、指标、台账目录 / every command, event, figure and sheet",
        formats=("text", "json", "md"),
    )
    catalogue.add_argument(
        "name", nargs="?", metavar="NAME", help="只看一个命令、事件、指标或台账 / one command, event, figure or sheet"
    )
    figure = add("figure", run.figure, "指标的值 / values of figures", filters=True)
    figure.add_argument("key", nargs="+", metavar="KEY", help=KEY_HELP)
    figure.add_argument("--by", metavar="DIMENSION", help="分项 / break down by a dimension, `region` or `facility`")
    trace = add("trace", run.trace, "数字背后的成员和记录 / members and events behind a number", filters=True)
    trace.add_argument("key", metavar="KEY", help=KEY_HELP)
    why = add("why", run.why, "数字为什么变了 / what moved a number between two positions", filters=True)
    why.add_argument("key", metavar="KEY", help=KEY_HELP)
    why.add_argument(
        "--between",
        nargs=2,
        type=int,
        required=True,
        metavar=("P1", "P2"),
        help="账本的两个位置，0 为最初；位置见 timeline / two log positions, 0 is the beginning; see `timeline`",
    )
    sheet = add("sheet", run.sheet, "台账 / a board as of any day", filters=True)
    sheet.add_argument("name", metavar="NAME", help="、".join(sheets()))
    sheet.add_argument("--limit", type=_count, default=1000, metavar="N", help="最多行数（1000）/ rows at most (1000)")
    sheet.add_argument("--after", metavar="STREAM", help="上一页最后一行 / the last row of the page before")
    timeline = add(
        "timeline", run.timeline, "机构、人员、入住的历史 / history of a facility, person or stay", filters=True
    )
    timeline.add_argument(
        "stream",
        metavar="STREAM",
        help="编号：台账最后一列，或回执的 stream / id: last column of a sheet, or a receipt's",
    )
    verify = add("verify", run.verify, "核验账本 / check the log's integrity")
    verify.add_argument("--deep", action="store_true", help="同默认 / the same")


def _add_doing(add: Callable[..., argparse.ArgumentParser]) -> None:
    """The words that change something, or run."""
    serve = add("serve", run.serve, "启动网页 / start the web")
    serve.add_argument("--host", metavar="HOST", help="监听地址（127.0.0.1）/ address to listen on")
    serve.add_argument("--port", metavar="PORT", help="监听端口（8000）/ port to listen on")
    submit = add("submit", run.submit, "执行命令，每行一个 JSON / execute commands, one JSON object a line")
    submit.add_argument("file", metavar="FILE.jsonl", help="文件；- 为标准输入 / a file, or - for standard input")
    submit.add_argument("--as", dest="login", metavar="LOGIN", help="以某账号办理 / act as an account")
    submit.add_argument("--dry-run", action="store_true", help="只检查不入账 / check, record nothing")
    rebuild = add("rebuild", run.rebuild, "重建视图后切换 / rebuild the views beside the live ones, then swap")
    rebuild.add_argument(
        "name", nargs="*", metavar="NAME", help="不分名称，一同重建 / all are rebuilt, whatever is named"
    )
    account = add("account", run.account, "账号 / accounts")
    account.add_argument(
        "action_name",
        choices=("add", "list", "lock"),
        metavar="add|list|lock",
        help="开立、列出、停用 / open, list or lock",
    )
    account.add_argument("login", nargs="?", metavar="LOGIN", help="登录名（add、lock）/ the login, for add and lock")
    account.add_argument("--post", metavar="POST", help="职务 / one of: " + ", ".join(Post))
    account.add_argument("--region", metavar="CODE", help="管辖区域 / the region that the post covers")
    account.add_argument("--facility", metavar="STREAM", help="所在机构 / the facility that the post covers")
    account.add_argument(
        "--password-stdin", action="store_true", help="从标准输入读密码 / read the password from standard input"
    )
    scenario = add(
        "scenario",
        run.scenario,
        "由印刷数字表生成并核对记录 / a table of printed figures becomes entries, compared with them",
    )
    scenario.add_argument("table", metavar="TABLE.csv", help="印刷数字表 / the table of printed figures")
    scenario.add_argument(
        "--report", metavar="CODE", help="只用表中这一份报告，如 NY24 / only the rows of this report, such as NY24"
    )


def parser() -> argparse.ArgumentParser:
    """The words that the command line understands."""
    top = Words(prog="shouwang", description="守望：记录一次，数字自明。/ Shouwang: log once, compute every figure.")
    sub = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Words)

    def add(
        name: str, action: Any, text: str, *, filters: bool = False, formats: Sequence[str] = ("text", "json")
    ) -> argparse.ArgumentParser:
        one = sub.add_parser(
            name,
            help=text,
            description=text,
            epilog=epilog(name),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        one.add_argument("--data", metavar="DIR", help="数据目录（默认 var/）/ data directory (var/)")
        one.add_argument("--database-url", metavar="URL", help="PostgreSQL 地址 / a PostgreSQL database instead")
        one.add_argument("--format", choices=formats, default="text", help="输出格式 / output")
        one.set_defaults(action=action)
        if filters:
            _filters(one)
        return one

    _add_answering(add)
    _add_doing(add)
    return top


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:12]) <= ROWS_MAX and len(text) <= len(str(ROWS_MAX))):
        raise argparse.ArgumentTypeError(f"{text}: 应为 1 至 {ROWS_MAX} 的整数 / a whole number from 1 to {ROWS_MAX}")
    return int(text)


def _speak_utf_8() -> None:
    """Whatever the terminal's locale says, JSON is UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; never a traceback for what a user did."""
    _speak_utf_8()
    try:
        options = parser().parse_args(words)
        settings = Settings.read(
            data=options.data,
            database_url=options.database_url,
            host=getattr(options, "host", None),
            port=getattr(options, "port", None),
        )
        return options.action(settings, options)
    except SystemExit as stop:
        return int(stop.code or 0)
    except (LogUnavailable, SettingsError) as error:
        say(error.zh, error.en)
        return 1
    except Refused as refused:
        words_ = refused.wording
        say(f"{words_.zh}。{words_.remedy_zh}", f"{words_.en}. {words_.remedy_en}")
        return 1
    except BrokenPipeError:  # the reader has seen enough (`| head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        say(
            f"无法读写文件：{error.strerror}（{error.filename}）",
            f"cannot read or write: {error.strerror} ({error.filename})",
        )
        return 1
    except SQLAlchemyError as error:
        say(
            f"数据库出错（{type(error).__name__}）：请检查磁盘空间、权限，或稍后再试",
            f"database error ({type(error).__name__}): check disk space and permissions, or try again",
        )
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
