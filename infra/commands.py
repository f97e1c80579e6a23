"""What each command of the command line does. Data goes to standard output, messages to standard error."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from adapters.lines import COMMAND_BYTES_MAX, LineReader, result
from domain.accounts import account_stream
from domain.catalogue import as_data
from domain.desk import Submission
from domain.log import LogUnavailable, Receipt
from domain.model import CHINA, Refused, Wording
from infra.answers import Bar, half, pick, print_json, print_table, say
from infra.bootstrap import Services, bootstrap
from infra.catalogue_page import markdown, narrowed, print_catalogue, row_name
from infra.groups import in_groups
from infra.labels import Labels, check_figure_values, check_region, check_sheet_values, moment, unknown_entry
from infra.settings import Settings, speaks_english
from projections.ask import Ask

NO_FACILITY = Wording(
    "没有这家机构",
    "there is no such facility",
    "用 shouwang sheet facilities 查看机构",
    "see `shouwang sheet facilities`",
)
BYTE_ORDER_MARK = "\ufeff".encode()
"""What some editors put before the first line; it is no part of it."""


def _asked(services: Services, options: argparse.Namespace) -> Ask:
    today = services.clock.now().astimezone(CHINA).date()
    if options.facility and not services.log.stream(options.facility):
        raise Refused("reference.unknown", NO_FACILITY, "facility")
    where = dict(options.where)
    keys = getattr(options, "key", ())
    if options.region:
        check_region(services.reference, options.region, options.as_of or today)
    check_figure_values(services.reference, [keys] if isinstance(keys, str) else keys, where)
    check_sheet_values(services.reference, getattr(options, "name", ""), where)
    return Ask(
        options.as_of or today,
        options.region,
        options.facility,
        options.from_,
        options.to,
        options.known_at,
        where,
        getattr(options, "by", None),
    )


def _existing(settings: Settings) -> Services:
    """Services over a place that is there: a mistyped directory is not an empty one."""
    if not settings.database_url and not settings.data.is_dir():
        raise LogUnavailable(
            f"没有数据目录 {settings.data}：先用 shouwang submit 入账，或用 --data 指定",
            f"there is no data directory {settings.data}: record something with `shouwang submit`, or give --data",
        )
    return bootstrap(settings)


def _fresh(settings: Settings) -> Services:
    """Services whose views are at the head as it was when the command started."""
    services = _existing(settings)
    bar = Bar("更新视图", "bringing views up to date", f" {half('条 / events')}")
    services.views.catch_up(progress=bar)
    bar.close()
    return services


# -- writing ------------------------------------------------------------------------------------------


def submit(settings: Settings, options: argparse.Namespace) -> int:
    """Execute the commands of a file; one result a line, in input order, after the commit."""
    services = bootstrap(settings)
    if options.login:
        services.desk.actor(options.login)  # nobody acts as an account that does not exist
    reader = LineReader(services.clock, options.login)
    refused = 0
    for group in in_groups(_lines(options.file)):
        for answer in answers(services, reader, group, dry_run=options.dry_run):
            refused += answer["status"] == "refused"
            print(json.dumps(answer, ensure_ascii=False))
        sys.stdout.flush()
    if refused:
        say(f"{refused} 行被拒绝；原因见每行的 error", f"{refused} lines refused; see `error` in each")
    if options.dry_run:
        say("只检查，未入账", "checked only, nothing recorded")
    return 1 if refused else 0


def _lines(name: str) -> Iterator[tuple[int, bytes]]:
    """The lines of a file that are not blank, with their numbers; of one that is too long only so much as shows it."""
    with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as source:
        number = 0
        while line := source.readline(COMMAND_BYTES_MAX + 2):
            number += 1
            rest = line
            while not rest.endswith(b"\n") and (rest := source.readline(COMMAND_BYTES_MAX)):
                pass
            line = line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line
            if line.strip():
                yield number, line.rstrip(b"\r\n")


def answers(
    services: Services, reader: LineReader, group: list[tuple[int, bytes]], *, dry_run: bool = False
) -> Iterator[dict[str, Any]]:
    """The results of a group of lines, in order."""
    read: list[tuple[int, dict[str, Any], Submission | Refused]] = []
    for number, text in group:
        line: dict[str, Any] = {}
        try:
            line = reader.text(text)
            read.append((number, line, reader.submission(line)))
        except Refused as bad:
            read.append((number, line, bad))
    good = [s for _, _, s in read if isinstance(s, Submission)]
    outcomes = iter(_dry(services, good) if dry_run else services.desk.submit_many(good))
    for number, line, found in read:
        yield result(number, line, next(outcomes) if isinstance(found, Submission) else found)


def _dry(services: Services, submissions: list[Submission]) -> list[Receipt | Refused]:
    """What would be recorded: decided, one visible to the next, and thrown away."""
    return services.desk.rehearse(submissions)


def account(settings: Settings, options: argparse.Namespace) -> int:
    """Open, list or lock accounts."""
    services = bootstrap(settings)
    if options.action_name == "list":
        if options.login:
            say(f"list 列出全部账号，不带登录名 {options.login}", f"list shows all accounts, without {options.login}")
            return 2
        return _account_list(settings, options)
    if not options.login:
        say("请给出登录名", "give a login")
        return 2
    today = services.clock.now().astimezone(CHINA).date()
    if options.action_name == "lock":
        args: dict[str, Any] = {"account": account_stream(options.login)}
        services.desk.submit(Submission("account.lock", str(uuid4()), args, occurred_on=today, source="import"))
        services.sessions.revoke_all(options.login)
    else:
        if not options.post:
            say("请用 --post 指定职务", "give the post with --post")
            return 2
        args = {
            "login": options.login,
            "post": options.post,
            "scope_region": options.region,
            "scope_facility": options.facility,
        }
        args = {k: v for k, v in args.items() if v is not None}
        password = sys.stdin.readline().rstrip("\n") if options.password_stdin else None
        opening = Submission("account.open", str(uuid4()), args, occurred_on=today, source="import")
        services.desk.preview(opening)  # the password of an account that exists already stays what it is
        if password is not None:
            services.passwords.set(options.login, password)
        services.desk.submit(opening)
        if password is None:
            say(
                "没有设密码：这个账号只能用于 submit --as，不能登录网页（开立时加 --password-stdin 可设）",
                "no password: the account serves `submit --as` only, not the web (--password-stdin sets one when opening)",
            )
    say(f"账号 {options.login}：已办理", f"account {options.login}: done")
    return 0


def _account_list(settings: Settings, options: argparse.Namespace) -> int:
    services = _fresh(settings)
    found = services.views.sheet("accounts", Ask(services.clock.now().astimezone(CHINA).date()), limit=10_000)
    if options.format == "json":
        print_json(found)
    else:
        _print_sheet(services, found)
    return 0


# -- asking -------------------------------------------------------------------------------------------


def catalogue(settings: Settings, options: argparse.Namespace) -> int:
    """Print every command, event, figure and sheet, or those of one name."""
    services = bootstrap(settings)
    data = as_data(services.reference)
    if options.name:
        whole, data = data, narrowed(data, options.name)
        if not any(data.values()):
            raise unknown_entry(options.name, (row_name(row) for rows in whole.values() for row in rows))
    if options.format == "json":
        print_json(data)
    elif options.format == "md":
        print(markdown(data))
    else:
        print_catalogue(data, in_full=bool(options.name))
    return 0


def figure(settings: Settings, options: argparse.Namespace) -> int:
    """Print values."""
    services = _fresh(settings)
    ask = _asked(services, options)
    found = services.views.figures(options.key, ask)
    if options.format == "json":
        print_json(found)
        return 0
    labels = Labels(services, ask.as_of)
    named = labels.value_of(ask.by or "")
    if ask.by == "facility":
        labels.warm(stream for one in found for stream in one["by"])
    for one in found:
        period = f"{one['from']} – {one['to']}" if one["from"] else one["as_of"]
        unit = services.reference.figures[one["key"]].unit_in(not speaks_english(), one["value"])
        said = f"{one['value'] if one['value'] is not None else '—'} {unit}"
        print(f"{one['name_en']} ({period}): {said}" if speaks_english() else f"{one['name_zh']}（{period}）：{said}")
        for key, value in one["by"].items():
            print(f"    {named(key) or '—'}: {value if value is not None else '—'}")
    return 0


def trace(settings: Settings, options: argparse.Namespace) -> int:
    """Print the members and events behind a number."""
    services = _fresh(settings)
    found = services.views.trace(options.key, _asked(services, options))
    if options.format == "json":
        print_json(found)
        return 0
    for part in found.get("parts") or [found]:
        print(f"{part['key']} = {part['value'] if part['value'] is not None else '—'}")
        print_table(
            _head("位置 position", "日期 day", "数量 amount", "经办 actor", "内容 entry"),
            ((e["position"], e["occurred_on"], e["amount"], e["actor"], pick(e, "sentence")) for e in part["events"]),
        )
    return 0


def why(settings: Settings, options: argparse.Namespace) -> int:
    """Print what moved a number between two positions."""
    services = _fresh(settings)
    found = services.views.why(options.key, _asked(services, options), *options.between)
    if options.format == "json":
        print_json(found)
        return 0
    for part in found.get("parts") or [found]:
        print(f"{part['key']}: {part['before']} -> {part['after']}")
        print_table(
            _head("位置 position", "影响 effect", "原因 reason", "内容 entry"),
            ((c["position"], c["effect"], c["reason"], pick(c, "sentence")) for c in part["changes"]),
        )
    return 0


def sheet(settings: Settings, options: argparse.Namespace) -> int:
    """Print a board."""
    services = _fresh(settings)
    found = services.views.sheet(options.name, _asked(services, options), options.limit, options.after)
    if options.format == "json":
        print_json(found)
    else:
        _print_sheet(services, found)
    return 0


def _head(*headings: str) -> list[str]:
    """Headings, each given as zh and en, in the language of the terminal."""
    return [heading.split(" ", 1)[speaks_english()] for heading in headings]


def _print_sheet(services: Services, found: dict[str, Any]) -> None:
    """A board with names for codes; the id of each row stands last."""
    labels = Labels(services, date.fromisoformat(found["as_of"]))
    print_table([pick(c, "label") for c in found["columns"]] + _head("编号 Stream"), labels.rows(found))
    say(f"共 {found['total']} 行，显示 {len(found['rows'])} 行", f"{len(found['rows'])} of {found['total']} rows")


def timeline(settings: Settings, options: argparse.Namespace) -> int:
    """Print the history of a stream."""
    services = _fresh(settings)
    found = services.views.timeline(options.stream, _asked(services, options))
    if options.format == "json":
        print_json(found)
    else:
        print_table(
            _head(
                "位置 position",
                "流/版本 stream/version",
                "发生 occurred",
                "入账 recorded",
                "经办 actor",
                "内容 entry",
                "撤销于 withdrawn by",
            ),
            (
                (
                    e["position"],
                    f"{e['stream']}/{e['version']}",
                    moment(e["occurred_at"]),
                    moment(e["recorded_at"]),
                    e["actor"],
                    pick(e, "sentence"),
                    e["withdrawn_by"],
                )
                for e in found
            ),
        )
    return 0


def verify(settings: Settings, options: argparse.Namespace) -> int:
    """Check the log."""
    services = _existing(settings)
    bar = Bar("核验", "verifying", f" {half('条 / events')}")
    verdict = services.log.verify(bar)
    bar.close()
    data = asdict(verdict)
    answer = {
        "ok": verdict.ok,
        "events": verdict.events,
        "head": {"size": data.pop("size"), "root": data.pop("root"), "signed_at": None},
        **{k: data[k] for k in ("first_bad_position", "kind", "message_zh", "message_en")},
    }
    if options.format == "json":
        print_json(answer)
    else:
        found = pick(answer, "message") or half("通过 / ok" if verdict.ok else "不通过 / not ok")
        root = f"{verdict.root[:16]}…"
        print(found + half(f"（根摘要 {root}） /  (root {root})"))
    return 0 if verdict.ok else 1


def rebuild(settings: Settings, options: argparse.Namespace) -> int:
    """Rebuild the views beside the live ones and swap."""
    services = _existing(settings)
    if options.name:
        say("各视图一同重建，不分名称", "all views are rebuilt together")
    bar, begun = Bar("重建视图", "rebuilding", f" {half('条 / events')}"), time.monotonic()
    events, generation = services.views.rebuild(bar)
    bar.close()
    taken = time.monotonic() - begun
    answer = {
        "events": events,
        "seconds": round(taken, 3),
        "events_per_second": round(events / taken) if taken else None,
        "generation": generation,
    }
    if options.format == "json":
        print_json(answer)
    else:
        say(
            f"已重建：{events} 条，{answer['events_per_second']} 条/秒",
            f"rebuilt: {events} events, {answer['events_per_second']} events/s",
        )
    return 0


# -- running ------------------------------------------------------------------------------------------


def serve(settings: Settings, options: argparse.Namespace) -> int:
    """Serve the web until stopped."""
    from infra.demonstration import shown_accounts
    from infra.server import serve as start

    services = bootstrap(settings)
    return start(services, shown_accounts(services))


def scenario(settings: Settings, options: argparse.Namespace) -> int:
    """Turn a table of printed figures into entries and compare."""
    from infra.demonstration import play

    if not Path(options.table).is_file():
        raise LogUnavailable(f"没有这个文件：{options.table}", f"no such file: {options.table}")
    return play(bootstrap(settings), Path(options.table), options.report, options.format)
