"""The command line `shouwang`: words in, a question or a command out, exit 0 done, 1 not so, 2 wrong usage."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date, datetime
from io import TextIOWrapper
from typing import Any, NoReturn

from sqlalchemy.exc import SQLAlchemyError

from domain.log import LogUnavailable
from domain.model import CHINA, Refused
from infra import commands as run
from infra.answers import say
from infra.settings import Settings, SettingsError

DAY_FIRST, DAY_LAST = date(1800, 1, 1), date(2100, 12, 31)
"""Days that can be asked about."""
ROWS_MAX = 100_000
"""Rows of a sheet that are printed at once."""


class Words(argparse.ArgumentParser):
    """argparse that answers in one line, in the language of the terminal."""

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


def parser() -> argparse.ArgumentParser:
    """The words that the command line understands."""
    top = Words(prog="shouwang", description="守望：记录一次，数字自明。/ Shouwang: log once, compute every figure.")
    sub = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Words)

    def add(
        name: str, action: Any, text: str, *, filters: bool = False, formats: Sequence[str] = ("text", "json")
    ) -> argparse.ArgumentParser:
        one = sub.add_parser(name, help=text, description=text)
        one.add_argument("--data", metavar="DIR", help="数据目录（默认 var/）/ data directory (var/)")
        one.add_argument("--database-url", metavar="URL", help="PostgreSQL 地址 / a PostgreSQL database instead")
        one.add_argument("--format", choices=formats, default="text", help="输出格式 / output")
        one.set_defaults(action=action)
        if filters:
            _filters(one)
        return one

    serve = add("serve", run.serve, "启动网页 / start the web")
    serve.add_argument("--host")
    serve.add_argument("--port")
    add(
        "catalogue",
        run.catalogue,
        "命令、事件、指标、台账目录 / every command, event, figure and sheet",
        formats=("text", "json", "md"),
    )
    submit = add("submit", run.submit, "执行命令，每行一个 JSON / execute commands, one JSON object a line")
    submit.add_argument("file", metavar="FILE.jsonl", help="文件；- 为标准输入 / a file, or - for standard input")
    submit.add_argument("--as", dest="login", metavar="LOGIN", help="以某账号办理 / act as an account")
    submit.add_argument("--dry-run", action="store_true", help="只检查不入账 / check, record nothing")
    figure = add("figure", run.figure, "指标的值 / values of figures", filters=True)
    figure.add_argument("key", nargs="+", metavar="KEY")
    figure.add_argument("--by", metavar="DIMENSION", help="分项 / break down by a dimension, `region` or `facility`")
    add("trace", run.trace, "数字背后的成员和记录 / members and events behind a number", filters=True).add_argument(
        "key", metavar="KEY"
    )
    why = add("why", run.why, "数字为什么变了 / what moved a number between two positions", filters=True)
    why.add_argument("key", metavar="KEY")
    why.add_argument("--between", nargs=2, type=int, required=True, metavar=("P1", "P2"))
    sheet = add("sheet", run.sheet, "台账 / a board as of any day", filters=True)
    sheet.add_argument("name", metavar="NAME")
    sheet.add_argument("--limit", type=_count, default=1000)
    sheet.add_argument("--after", metavar="STREAM", help="上一页最后一行 / the last row of the page before")
    add(
        "timeline", run.timeline, "机构、人员、入住的历史 / history of a facility, person or stay", filters=True
    ).add_argument("stream", metavar="STREAM")
    add("verify", run.verify, "核验账本 / check the log's integrity").add_argument(
        "--deep", action="store_true", help="同默认 / the same"
    )
    add("rebuild", run.rebuild, "重建视图后切换 / rebuild the views beside the live ones, then swap").add_argument(
        "name", nargs="*", metavar="NAME"
    )
    account = add("account", run.account, "账号 / accounts")
    account.add_argument("action_name", choices=("add", "list", "lock"), metavar="add|list|lock")
    account.add_argument("login", nargs="?", metavar="LOGIN")
    account.add_argument("--post")
    account.add_argument("--region", metavar="CODE")
    account.add_argument("--facility", metavar="STREAM")
    account.add_argument(
        "--password-stdin", action="store_true", help="从标准输入读密码 / read the password from standard input"
    )
    scenario = add(
        "scenario",
        run.scenario,
        "由印刷数字表生成并核对记录 / a table of printed figures becomes entries, compared with them",
    )
    scenario.add_argument("table", metavar="TABLE.csv")
    scenario.add_argument("--report", metavar="CODE")
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
