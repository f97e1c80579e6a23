"""What the commands of the command line do that record or run something. Data goes to standard output, messages to standard error."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from uuid import uuid4

from adapters.lines import COMMAND_BYTES_MAX
from domain.accounts import account_stream
from domain.desk import Submission
from domain.log import LogUnavailable
from domain.model import CHINA
from infra.answers import Bar, half, print_json, say
from infra.asking import existing, fresh, print_sheet
from infra.bootstrap import bootstrap
from infra.groups import in_groups
from infra.initials import give_initials
from infra.settings import Settings
from projections.ask import Ask

BYTE_ORDER_MARK = "\ufeff".encode()
"""What some editors put before the first line; it is no part of it."""


def submit(settings: Settings, options: argparse.Namespace) -> int:
    """Execute the commands of a file; one result a line, in input order, after the commit."""
    services = bootstrap(settings)
    if options.login:
        services.desk.actor(options.login)  # nobody acts as an account that does not exist
    refused = 0
    for group in in_groups(_lines(options.file)):
        for answer in services.lines.answers(group, options.login, dry_run=options.dry_run):
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
    services = fresh(settings)
    found = services.views.sheet("accounts", Ask(services.clock.now().astimezone(CHINA).date()), limit=10_000)
    if options.format == "json":
        print_json(found)
    else:
        print_sheet(services, found)
    return 0


def rebuild(settings: Settings, options: argparse.Namespace) -> int:
    """Rebuild the views beside the live ones and swap."""
    services = existing(settings)
    if options.name:
        say("各视图一同重建，不分名称", "all views are rebuilt together")
    bar, begun = Bar("重建视图", "rebuilding", f" {half('条 / events')}"), time.monotonic()
    events, generation = services.views.rebuild(bar)
    bar.close()
    taken = time.monotonic() - begun
    give_initials(services)
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
    return start(services, shown_accounts(services), pages_only=options.pages_only)


def run_projections(settings: Settings, _options: argparse.Namespace) -> int:
    """Keep the views up to the log until stopped; stand by while another process does."""
    from infra.loops import foreground, keeping, sealing, verifying

    services = bootstrap(settings)
    return foreground(keeping(services), sealing(services), verifying(services))


def relay(settings: Settings, _options: argparse.Namespace) -> int:
    """Publish the log until stopped; stand by while another process does."""
    from infra.loops import foreground, relaying

    return foreground(relaying(bootstrap(settings)))


def intake(settings: Settings, _options: argparse.Namespace) -> int:
    """Take in what subordinate nodes publish until stopped; stand by while another process does."""
    from infra.loops import foreground, intaking

    return foreground(intaking(bootstrap(settings)))


def scenario(settings: Settings, options: argparse.Namespace) -> int:
    """Turn a table of printed figures into entries and compare."""
    from infra.demonstration import play

    if not Path(options.table).is_file():
        raise LogUnavailable(f"没有这个文件：{options.table}", f"no such file: {options.table}")
    return play(bootstrap(settings), Path(options.table), options.report, options.format)
