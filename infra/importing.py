"""The commands of the command line that take and give spreadsheets: `import` and `template`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from adapters.lines import error_data
from domain.accounts import OPERATOR
from domain.catalogue import Command
from domain.log import Receipt
from domain.model import Refused, Wording
from domain.spreadsheet import Unreadable
from domain.work import Work
from infra.answers import Bar, say
from infra.bootstrap import Services, bootstrap
from infra.settings import Settings, speaks_english
from infra.web_processes import web
from projections.ask import Ask
from webapp.access import Reach
from webapp.importable import Sort, sort_of, sorts, template
from webapp.imports import Import, Row
from webapp.names import Names
from webapp.page import Page
from webapp.standpoint import Standpoint


class EveryPost(Reach):
    """How far the local operator reaches, who holds every post."""

    def commands(self) -> Iterable[Command]:
        """All commands."""
        return self.services.desk.commands.values()

    def offered(self) -> Iterable[Command]:
        """All commands: the operator works from nowhere in particular."""
        return self.commands()


FILE_BYTES_MAX = 32 * 1024 * 1024


def import_rows(settings: Settings, options: argparse.Namespace) -> int:
    """Enter the rows of a spreadsheet; one result a row, in the order of the file. Raises Refused."""
    sort = _sort(_page(bootstrap(settings), options.login), options.kind)
    with Path(options.file).open("rb") as file:
        content = file.read(FILE_BYTES_MAX + 1)
    if len(content) > FILE_BYTES_MAX:
        say("文件超过 32 MB，请分成几个文件", "the file is larger than 32 MB; split it")
        return 1
    sort.page.services.views.catch_up()
    try:
        looked = Import(sort, content)
    except Unreadable as error:
        raise Refused("file.unreadable", error.wording, "file") from None
    _act(looked, dry_run=options.dry_run)
    for row in looked.rows:
        print(json.dumps(_result(row, sort), ensure_ascii=False))
    sys.stdout.flush()
    return _told(looked, options)


def _act(looked: Import, *, dry_run: bool) -> None:
    """Rehearse or record the good rows, with a bar."""
    if dry_run:
        looked.rehearse()
        return
    bar = Bar("入账", "recording")
    try:
        looked.record(bar)
    finally:
        bar.close()


def _told(looked: Import, options: argparse.Namespace) -> int:
    """What became of the file, and the file of refused rows where one is wanted; 1 when any was refused."""
    refused = looked.count("refused")
    good, again, known = (looked.count(status) for status in ("good", "again", "known"))
    zh, en = ("可入账", "can be recorded") if options.dry_run else ("已入账", "recorded")
    say(
        f"{zh} {good} 行，以前已入账 {again} 行，人员已登记 {known} 行，不能入账 {refused} 行",
        f"{good} rows {en}, {again} recorded before, {known} persons known already, {refused} refused",
    )
    say(f"文件指纹 {looked.fingerprint}", f"fingerprint of the file {looked.fingerprint}")
    if refused and options.refused:
        with Path(options.refused).open("wb") as file:
            looked.page.services.spreadsheets.write(file, [looked.refused()], zh=not speaks_english())
        say(f"不能入账的行在 {options.refused}，改好后可再导入", f"the refused rows are in {options.refused}")
    if options.dry_run:
        say("只检查，未入账", "checked only, nothing recorded")
    return 1 if refused else 0


def write_template(settings: Settings, options: argparse.Namespace) -> int:
    """Write the template of a kind. Raises Refused for one that there is not."""
    sort = _sort(_page(bootstrap(settings), options.login), options.kind)
    target = Path(options.output)
    with target.open("wb") as file:
        sort.page.services.spreadsheets.write(file, template(sort), zh=not speaks_english())
    say(f"模板已写入 {target}", f"the template is in {target}")
    return 0


def _page(services: Services, login: str | None) -> Page:
    """What a page of this account would be: who enters, how far it sees, as of today."""
    handed = web(services)
    actor = services.desk.actor(login) if login else OPERATOR
    reach = (Reach if login else EveryPost)(handed, actor, Work(services.log))
    today = handed.today
    zh = not speaks_english()
    ask = Ask(today, region=actor.region, facility=actor.facility)
    return Page(handed, reach, Names(handed, reach, zh), Standpoint(ask, today), zh)


def _sort(page: Page, kind: str) -> Sort:
    found = sort_of(page, kind)
    if found is None:
        known = ", ".join(one.name for one in sorts(page))
        wording = Wording(
            f"没有可批量录入的 {kind}；可用：{known}",
            f"{kind} cannot be entered by spreadsheet; known: {known}",
            "改用列出的名称",
            "use one of those",
        )
        raise Refused("reference.unknown", wording, "kind")
    return found


def _result(row: Row, sort: Sort) -> dict[str, Any]:
    """One row of the answer, in the shape of `submit`; of a person who is known, who that is."""
    receipt = row.outcome if isinstance(row.outcome, Receipt) else None
    status = {"good": "recorded", "again": "duplicate", "known": "duplicate"}.get(row.status, "refused")
    breaches = receipt.breaches if receipt else ()
    return {
        "line": row.line,
        "id": row.command_id,
        "command": sort.command.name,
        "status": status,
        "stream": receipt.stream if receipt else row.person,
        "positions": list(receipt.positions) if receipt else [],
        "breaches": [{"rule": b.rule, "message_zh": b.wording.zh, "message_en": b.wording.en} for b in breaches],
        "error": _error(row) if row.status == "refused" else None,
    }


def _error(row: Row) -> dict[str, Any]:
    """The first problem of a row; all of them stand in the file of refused rows."""
    label, wording, rule = row.problems[0]
    return error_data(Refused(rule, wording, " / ".join(label)))
