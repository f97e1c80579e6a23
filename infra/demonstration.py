"""The demonstration: a printed year becomes entries, is compared with the print, and is served.

`python -m infra.demonstration` is what `make run` starts; `shouwang scenario` plays any table.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from adapters.lines import recorded_moment
from domain.desk import Submission
from domain.log import LogUnavailable, Receipt
from domain.model import CHINA, Refused
from domain.node import NODE_STREAM, Node
from infra import scenario
from infra.answers import Bar, pick, print_json, print_table, say
from infra.bootstrap import Services, bootstrap
from infra.groups import in_groups
from infra.server import serve
from infra.settings import Settings, SettingsError, speaks_english
from projections.ask import Ask
from webapp.services import DemonstrationAccount

YEAR = Path(__file__).parent / "reference" / "ny24.csv"
PASSWORD = "lantern-orchid-rail"  # noqa: S105
"""Printed on the sign-in page of a demonstration, which holds invented people only."""
BUREAU = (
    ("safety", "安全小组", "safety team", "safety_team"),
    ("finance", "规财人员", "finance officer", "finance_officer"),
    ("approver", "审批人员", "approver", "approver"),
)
"""Login, names and post of the other posts of the city's bureau."""
ANY_HOME = "*"
"""Stands for the home whose manager is offered, where only the logins are asked for."""


def accounts(home: str | None) -> tuple[tuple[DemonstrationAccount, dict[str, str]], ...]:
    """The accounts of the demonstration, with their posts and reaches."""

    def one(login: str, zh: str, en: str, **reach: str) -> tuple[DemonstrationAccount, dict[str, str]]:
        return DemonstrationAccount(login, PASSWORD, zh, en), reach

    found = [
        one(
            "linzhi.regulator",
            "林芝市民政局 · 监管人员",
            "Linzhi bureau, regulator",
            post="regulator",
            scope_region="540400",
        ),
        one(
            "bomi.inspector",
            "波密县民政局 · 检查人员",
            "Bomi county, inspector",
            post="inspector",
            scope_region="540424",
        ),
        *(
            one(f"linzhi.{login}", f"林芝市民政局 · {zh}", f"Linzhi bureau, {en}", post=post, scope_region="540400")
            for login, zh, en, post in BUREAU
        ),
        one("auditor", "审计人员", "Auditor", post="auditor"),
        one("admin", "系统管理员", "System administrator", post="system_administrator"),
    ]
    if home:
        found.insert(
            1,
            one(
                "home.manager",
                "养老机构 · 负责人",
                "An elderly-care home, manager",
                post="facility_manager",
                scope_facility=home,
            ),
        )
    return tuple(found)


def is_demonstration(services: Services) -> bool:
    """Whether the store's first event marks it as a demonstration."""
    first = services.log.read(0, 1)
    return bool(first) and isinstance(first[0], Node.OpenedForDemonstration)


def load(services: Services, table: Path, report: str | None) -> list[scenario.Printed]:
    """Submit the commands that lead to a table's figures; what was recorded before is passed over.

    Raises LogUnavailable for a store that holds real entries, and for a command that was refused.
    """
    return _loaded(services, table, report)[0]


def _loaded(services: Services, table: Path, report: str | None) -> tuple[list[scenario.Printed], set[int]]:
    """The printed figures, and the positions of everything that leads to them.

    Raises LogUnavailable for a store that holds real entries, and for a command that was refused.
    """
    if services.log.head().position and not is_demonstration(services):
        raise LogUnavailable(
            "这个库里有真实记录，不能放入演示数据；请换一个数据目录",
            "the store holds real entries; choose another data directory for a demonstration",
        )
    try:
        printed = scenario.read(table.read_text(encoding="utf-8"), report)
        lines = list(
            scenario.commands(
                printed,
                scenario.default_plan(),
                services.reference.regions,
                services.reference.activity_types,
                services.clock.now(),
                services.settings.node,
            )
        )
    except (scenario.BadTable, scenario.NoSuchRegion) as bad:
        raise LogUnavailable(f"表格无法使用：{bad}", f"the table cannot be used: {bad}") from bad
    return printed, _submitted(services, list(_submissions(lines)))


def _submitted(services: Services, submissions: list[Submission]) -> set[int]:
    """Record what is not in the log yet; the positions of all of it."""
    known = services.log.receipts({one.id for one in submissions})
    positions = {position for _, receipt in known.values() for position in receipt.positions}
    streams = {id_: receipt.stream for id_, (_, receipt) in known.items()}
    missing = [one for one in submissions if one.id not in known]
    bar, done = Bar("记录", "recording", " entries"), 0
    for group in in_groups(missing, _weight):
        named = [replace(one, args=_by_stream(one.args, streams)) for one in group]
        for receipt in _recorded(named, services.desk.submit_many(named)):
            positions.update(receipt.positions)
            streams[receipt.command_id] = receipt.stream
        done += len(group)
        bar(done, len(missing))
    bar.close()
    return positions


def _by_stream(value: Any, streams: Mapping[str, str]) -> Any:
    """Arguments that name what earlier groups made by its stream, so that the desk loads all of a long list at once."""
    if isinstance(value, dict):
        if "$ref" in value:
            return streams.get(value["$ref"], value)
        return {key: _by_stream(one, streams) for key, one in value.items()}
    return [_by_stream(one, streams) for one in value] if isinstance(value, list) else value


def _weight(one: Submission) -> int:
    """What a command costs a group: a list of payments as much as its lines, for each of which a person is loaded."""
    return 1 + len(one.args.get("lines", ()))


def _submissions(lines: list[dict[str, Any]]) -> Iterator[Submission]:
    """The opening of the store, then the lines, each with its own recording time."""
    if not lines:
        return
    first = recorded_moment(lines[0]["recorded_at"]) - timedelta(days=1)
    yield Submission(
        "node.open_for_demonstration",
        str(uuid5(NAMESPACE_URL, NODE_STREAM)),
        {"title": "演示"},
        occurred_on=first.astimezone(CHINA).date(),
        source="import",
        recorded_at=first,
    )
    for line in lines:
        on, at = line.get("occurred_on"), line.get("occurred_at")
        yield Submission(
            line["command"],
            line["id"],
            line["args"],
            occurred_on=date.fromisoformat(on) if on else None,
            occurred_at=recorded_moment(at) if at else None,
            source="import",
            recorded_at=recorded_moment(line["recorded_at"]),
            login=line.get("as"),
        )


def _recorded(group: list[Submission], outcomes: list[Receipt | Refused]) -> Iterator[Receipt]:
    """The receipts of what was recorded. Raises LogUnavailable for what was refused: the demonstration is wrong then."""
    for one, outcome in zip(group, outcomes, strict=True):
        if isinstance(outcome, Refused):
            what = f"{one.command} {one.id} {outcome.rule} {outcome.field or ''}"
            raise LogUnavailable(
                f"演示数据被拒绝：{what} {outcome.wording.zh}",
                f"demonstration data refused: {what} {outcome.wording.en}",
            )
        yield outcome


def compared(services: Services, printed: list[scenario.Printed]) -> list[dict[str, Any]]:
    """The printed figures beside the computed ones."""
    bar = Bar("更新视图", "bringing views up to date", " events")
    services.views.catch_up(progress=bar)
    bar.close()

    def ask(
        key: str,
        *,
        region: str,
        where: dict[str, str],
        as_of: date | None = None,
        from_: date | None = None,
        to: date | None = None,
        by: str | None = None,
    ) -> Any:
        day = as_of or to
        assert day is not None
        found = services.views.figure(key, Ask(day, region, from_=from_, to=to, where=where, by=by))
        return found["by"] if by else found["value"]

    return scenario.compare(printed, scenario.default_plan(), services.reference.regions, ask)


def play(services: Services, table: Path, report: str | None, form: str) -> int:
    """Load a table, print the comparison; exit status 0."""
    rows = compared(services, load(services, table, report))
    if form == "json":
        print_json({"report": report, "rows": rows, "totals": scenario.totals(rows)})
    else:
        print_comparison(rows)
    return 0


def print_comparison(rows: list[dict[str, Any]], *, in_full: bool = True) -> None:
    """The comparison as a table for people, or only the rows that differ; then the totals."""
    shown = [r for r in rows if in_full or (r["computed"] is not None and not r["equal"])]
    english = speaks_english()
    yes, no = ("equal", "differs") if english else ("相等", "不等")
    by = {"own events": "本身记录", "activity": "业务活动", "not computed": "未计算"}
    if shown:
        print_table(
            ("#", "metric", "printed", "computed", "", "by", "reason")
            if english
            else ("行", "指标", "印刷", "计算", "", "来自", "原因"),
            (
                (
                    r["row"],
                    pick(r, "metric"),
                    r["printed"],
                    r["computed"],
                    "" if r["computed"] is None else yes if r["equal"] else no,
                    r["by"] if english else by[r["by"]],
                    pick(r, "reason"),
                )
                for r in shown
            ),
        )
        print()
    if in_full:
        print_systems(rows)
    print(totals_line(scenario.totals(rows), above=in_full))


def print_systems(rows: list[dict[str, Any]]) -> None:
    """How many rows of each system are equal, and by what."""
    named, english = scenario.default_plan().manner("systems"), speaks_english()
    print_table(
        ("system", "rows", "equal", "own events", "activity", "not computed")
        if english
        else ("系统", "行数", "相等", "本身记录", "业务活动", "未计算"),
        (
            (
                system if english else named.get(system, system),
                its["rows"],
                its["equal"],
                its["own events"]["equal"],
                its["activity"]["equal"],
                its["not computed"]["rows"],
            )
            for system, its in scenario.by_system(rows).items()
        ),
    )
    print()


def totals_line(totals: dict[str, Any], *, above: bool) -> str:
    """How many rows can be computed and are equal, by what computes them, and how many cannot yet."""
    asked = "shouwang scenario infra/reference/ny24.csv --report NY24"
    zh, en = ("上表", "table above") if above else (f" {asked}", asked)
    own, activity, without = (totals[name] for name in ("own events", "activity", "not computed"))
    rows, equal = own["rows"] + activity["rows"], own["equal"] + activity["equal"]
    if speaks_english():
        return (
            f"{rows} rows can be computed: {equal} equal "
            f"(own events {own['equal']}/{own['rows']}, activity {activity['equal']}/{activity['rows']}); "
            f"{without['rows']} rows cannot be computed yet (reasons: {en})"
        )
    return (
        f"可计算 {rows} 行：{equal} 行相等（本身记录 {own['equal']}/{own['rows']}，"
        f"业务活动 {activity['equal']}/{activity['rows']}）；"
        f"{without['rows']} 行尚不可计算（原因见{zh}）"
    )


def open_accounts(services: Services) -> set[int]:
    """Open the demonstration accounts that do not exist yet; the positions of their opening."""
    positions: set[int] = set()
    today = services.clock.now().astimezone(CHINA).date()
    for shown, args in accounts(_a_home(services)):
        one = Submission(
            "account.open",
            _account_id(shown),
            {"login": shown.login, **args},
            occurred_on=today,
            source="import",
        )
        outcome = services.desk.submit_many([one])[0]
        if isinstance(outcome, Receipt):
            positions.update(outcome.positions)
            if not outcome.duplicate:
                services.passwords.set(shown.login, shown.password)
    services.views.catch_up()
    return positions


def _account_id(shown: DemonstrationAccount) -> str:
    """The command that opens an account of the demonstration."""
    return str(uuid5(NAMESPACE_URL, f"demonstration:{shown.login}"))


def _a_home(services: Services) -> str | None:
    """The first elderly-care home, whose manager the demonstration offers."""
    today = services.clock.now().astimezone(CHINA).date()
    rows = services.views.sheet("facilities", Ask(today, where={"kind": "elderly_care_home"}), limit=1)["rows"]
    return rows[0]["stream"] if rows else None


def shown_accounts(services: Services) -> tuple[DemonstrationAccount, ...]:
    """What the sign-in page offers: nothing in a real store."""
    if not is_demonstration(services):
        return ()
    # Asked of the log: the views may have been made by another version and be built anew behind the start.
    offered = [shown for shown, _ in accounts(ANY_HOME)]
    opened = services.log.receipts([_account_id(shown) for shown in offered])
    return tuple(shown for shown in offered if _account_id(shown) in opened)


def entries_since(services: Services, own: set[int]) -> int:
    """How many entries the log holds besides those of the demonstration, corrections among them."""
    if services.log.head().position == len(own):
        return 0
    found: set[str] = set()
    after = 0
    while after + 1 in own:
        after += 1
    while events := services.log.read(after, 1_000):
        after = events[-1].envelope.position
        found |= {e.envelope.command_id for e in events if e.envelope.position not in own}
    return len(found)


def _all_loaded(services: Services) -> set[int]:
    """The positions of a year that was loaded to its end, after which the accounts were opened; empty for any other."""
    ids = {_account_id(shown) for shown, _ in accounts(None)}
    known = services.log.receipts(ids)
    last = max((position for _, receipt in known.values() for position in receipt.positions), default=0)
    return set(range(1, last + 1)) if len(known) == len(ids) else set()


def _show(services: Services) -> None:
    """Load the year when the store is new, and say how its figures stand."""
    begun, before = time.monotonic(), services.log.head().position
    positions = _all_loaded(services)
    if positions:
        printed = scenario.read(YEAR.read_text(encoding="utf-8"), "NY24")
    else:
        say(
            "装入演示年，约需一两分钟；Ctrl-C 可以停下，下次启动接着装入",
            "loading the demonstration year takes a minute or two; Ctrl-C stops it, the next start goes on",
        )
        sys.stdout.flush()
        printed, positions = _loaded(services, YEAR, "NY24")
    loaded = services.log.head().position > before
    print_comparison(compared(services, printed), in_full=loaded)
    since = entries_since(services, positions | open_accounts(services))
    if loaded:
        say(
            f"林芝 2024 年：{services.log.head().position} 条记录，用时 {time.monotonic() - begun:.1f} 秒",
            f"Linzhi 2024: {services.log.head().position} events in {time.monotonic() - begun:.1f} s",
        )
    if since:
        say(
            f"演示之后另有 {since} 条记录，数字随之变化",
            f"{since} entries were recorded after the demonstration; the figures moved with them",
        )


def main(argv: list[str] | None = None) -> int:
    """Load the year when the store is new, print the comparison and the accounts, serve."""
    words = argparse.ArgumentParser(prog="make run")
    for name in ("--data", "--host", "--port"):
        words.add_argument(name)
    words.add_argument("--no-serve", action="store_true", help="only load and compare")
    options = words.parse_args(argv)
    try:
        settings = Settings.read(data=options.data, host=options.host, port=options.port)
        services = bootstrap(settings)
        if services.log.head().position == 0 or is_demonstration(services):
            _show(services)
        sys.stdout.flush()
        return 0 if options.no_serve else serve(services, shown_accounts(services))
    except (LogUnavailable, SettingsError) as error:
        say(error.zh, error.en)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
