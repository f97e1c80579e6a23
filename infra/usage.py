"""Every command of the command line with its options."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from infra.answers import half
from infra.examples import epilog
from infra.words import Words, count, day, known_at, moment, pair, position, something


def _filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--region", metavar="CODE", help="区域代码，含其下各级 / region code, with all below it")
    parser.add_argument("--facility", metavar="STREAM", help="只看一家机构，写其编号 / one facility, by its id")
    parser.add_argument(
        "--from",
        dest="from_",
        type=day,
        metavar="D",
        help="起始日，默认当年 1 月 1 日 / first day of a period (1 January)",
    )
    parser.add_argument(
        "--to", type=day, metavar="D", help="截止日，默认同 --as-of / last day of a period (the as-of day)"
    )
    parser.add_argument(
        "--as-of", type=day, metavar="D", help="截至某日日终，默认今天 / as of the end of a day (today)"
    )
    parser.add_argument(
        "--known-at", type=known_at, metavar="P", help="当时所知：账本位置或时间 / as known at a position or moment"
    )
    parser.add_argument(
        "--where",
        type=pair,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="只看某一维度的值 / one value of a dimension",
    )


KEY_HELP = "指标，如 stay.present；shouwang catalogue 列出全部 / a figure; `shouwang catalogue` lists them"
KEY_OF_NODE = "节点公布的公钥；不写则用手头的 / the public key of the node; without it the one at hand"
ACTOR_HELP = "以某账号办理（仅 submit、import、template） / act as an account (submit, import, template)"


def _add_answering(add: Callable[..., argparse.ArgumentParser]) -> None:
    """The words that ask for numbers, and everything else that asks."""
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
        type=position,
        required=True,
        metavar=("P1", "P2"),
        help="账本的两个位置，0 为最初；位置见 timeline / two log positions, 0 is the beginning; see `timeline`",
    )
    _add_boards(add)


def _add_boards(add: Callable[..., argparse.ArgumentParser]) -> None:
    """The words that show boards, histories and the log itself."""
    sheet = add("sheet", "台账 / a board as of any day", filters=True)
    sheet.add_argument("name", metavar="NAME", help="台账：{sheets} / one of: {sheets}")
    sheet.add_argument("--limit", type=count, default=1000, metavar="N", help="最多行数（1000）/ rows at most (1000)")
    sheet.add_argument("--after", metavar="STREAM", help="上一页最后一行 / the last row of the page before")
    timeline = add("timeline", "机构、人员、入住的历史 / history of a facility, person or stay", filters=True)
    timeline.add_argument(
        "stream",
        metavar="STREAM",
        help="编号：台账最后一列，或回执的 stream / id: last column of a sheet, or a receipt's",
    )
    replay = add("replay", "事件或机构在某一时刻的状态 / the state around an incident, or of a facility, at a moment")
    replay.add_argument("stream", metavar="STREAM", help="事件或机构的编号 / id of an incident or a facility")
    replay.add_argument(
        "--at",
        type=moment,
        metavar="T",
        help="时刻，如 2024-05-05T14:10；不写则列出各时刻 / a moment; without it the moments are listed",
    )
    replay.add_argument(
        "--known-at", type=known_at, metavar="P", help="当时所知：账本位置或时间 / as known at a position or moment"
    )
    way = add(
        "way", "资金的来龙去脉：来源、下达、批次、领款人 / the way of money: source, allotments, batches, recipients"
    )
    way.add_argument("stream", metavar="STREAM", help="资金、批次或人员的编号 / id of a fund, a batch or a person")
    way.add_argument("--as-of", type=day, metavar="D", help="截至某日日终，默认今天 / as of the end of a day (today)")
    way.add_argument(
        "--known-at", type=known_at, metavar="P", help="当时所知：账本位置或时间 / as known at a position or moment"
    )
    verify = add("verify", "核验账本 / check the log's integrity")
    verify.add_argument(
        "--deep",
        action="store_true",
        help="核对全部树头的签名，不只最近 1000 个 / the signatures of all heads, not of the newest 1000 only",
    )
    verify.add_argument("--key", metavar="KEY", help=KEY_OF_NODE)
    proof = add("proof", "一条记录的存证 / the proof that an entry stands in the log")
    proof.add_argument("position", type=position, metavar="POSITION", help="账本位置，见回执 / its log position")
    proof.add_argument("-o", "--output", metavar="OUT.json", help="写入此文件 / the file to write")
    checked = add("check-proof", "核对别人给的存证，不需要账本 / check a proof without the log that it is from")
    checked.add_argument("file", metavar="FILE.json", help="存证文件 / the proof")
    checked.add_argument("--key", metavar="KEY", help=KEY_OF_NODE)


def _add_nodes(add: Callable[..., argparse.ArgumentParser]) -> None:
    """The words of a node among others, and of its programs beside the web."""
    add("run-projections", "更新统计视图的独立进程 / keep the views up to the log, as a process of its own")
    add("relay", "把账本转发到消息总线的独立进程 / publish the log to the message broker, as a process of its own")
    add("intake", "接收下级节点记录的独立进程 / take in what subordinate nodes publish, as a process of its own")
    add("identity", "本节点的名称和公钥 / the name and the public keys of this node")
    again = add(
        "readmit",
        "恢复接收一个已停止接收的下级节点 / take in again what a subordinate node records, after that was stopped",
    )
    again.add_argument(
        "node", metavar="NODE", help="节点名称，见“上下级节点”页 / the node, as the page of nodes names it"
    )
    refused = add("letters", "未能入账的函件 / letters of other nodes that were not recorded")
    refused.add_argument(
        "--settle",
        metavar="ID",
        help="已手工办好或商定不办：消去这一份，不再重试 / done by hand or not to be done: do not try this one again",
    )
    key = add(
        "province-key", "全省统一计人的密钥：打印或设置 / the key under which people are counted in the whole province"
    )
    key.add_argument("--stdin", action="store_true", help="从标准输入读取并设置 / take it from standard input")
    key.add_argument(
        "--recount",
        action="store_true",
        help="已登记过人员的节点加入全省时用：每人记一条“换用全省代称” / for a node that has registered people already: an entry a person ties both pseudonyms",
    )


def _add_doing(add: Callable[..., argparse.ArgumentParser]) -> None:
    """The words that change something, or run."""
    serve = add("serve", "启动网页 / start the web")
    serve.add_argument("--host", metavar="HOST", help="监听地址（127.0.0.1）/ address to listen on")
    serve.add_argument("--port", metavar="PORT", help="监听端口（8000）/ port to listen on")
    serve.add_argument(
        "--pages-only",
        action="store_true",
        help="只答网页，视图由 run-projections 更新 / answer pages only; run-projections keeps the views",
    )
    _add_nodes(add)
    submit = add("submit", "执行命令，每行一个 JSON / execute commands, one JSON object a line")
    submit.add_argument("file", metavar="FILE.jsonl", help="文件；- 为标准输入 / a file, or - for standard input")
    submit.add_argument("--as", dest="login", metavar="LOGIN", help=ACTOR_HELP)
    submit.add_argument("--dry-run", action="store_true", help="只检查不入账 / check, record nothing")
    _add_spreadsheets(add)
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


def _add_spreadsheets(add: Callable[..., argparse.ArgumentParser]) -> None:
    """The words that take and give spreadsheets."""
    kind = "录什么：命令名或活动类型，如 person.register / what: a command or a type of activity, as person.register"
    taken = add("import", "批量录入表格的各行 / enter the rows of a spreadsheet")
    taken.add_argument("kind", metavar="KIND", help=kind)
    taken.add_argument("file", metavar="FILE", help="XLSX，或 UTF-8、GB18030 的 CSV / XLSX, or CSV in UTF-8 or GB18030")
    taken.add_argument("--as", dest="login", metavar="LOGIN", help=ACTOR_HELP)
    taken.add_argument("--dry-run", action="store_true", help="只检查不入账 / check, record nothing")
    taken.add_argument(
        "--refused",
        metavar="OUT.xlsx",
        help="把不能入账的行连同原因写入此文件 / write the refused rows with reasons here",
    )
    given = add("template", "批量录入的模板 / a template to enter rows by spreadsheet")
    given.add_argument("kind", metavar="KIND", help=kind)
    given.add_argument("-o", "--output", required=True, metavar="OUT.xlsx", help="写入此文件 / the file to write")
    given.add_argument("--as", dest="login", metavar="LOGIN", help=ACTOR_HELP)


class Version(argparse.Action):
    """Print the version and stop; what knows it is imported only then."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:  # noqa: A002  argparse's name
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *said: object) -> None:
        """Print and stop."""
        from importlib.metadata import version

        print(f"shouwang {version('shouwang')}")
        parser.exit()


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
    top.add_argument("--version", action=Version, help=half("打印版本号 / print the version"))
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
    one.add_argument("--data", type=something, metavar="DIR", help="数据目录（默认 var/） / data directory (var/)")
    one.add_argument(
        "--database-url",
        type=something,
        metavar="URL",
        help="改用 PostgreSQL，写其地址 / a PostgreSQL database instead",
    )
    one.add_argument(
        "--format", choices=formats, default="text", help="输出格式，默认 text / form of the answer (text)"
    )
