"""What the asking commands of the command line do: data to standard output, messages to standard error."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from domain.catalogue import as_data
from domain.figures import Figure
from domain.log import LogUnavailable
from domain.model import CHINA
from infra.answers import Bar, half, pick, print_json, print_table, say
from infra.bootstrap import Services, bootstrap
from infra.catalogue_page import markdown, narrowed, print_catalogue, row_name
from infra.labels import Labels, moment, unknown_entry
from infra.money_ways import print_way
from infra.replaying import print_boundaries, print_replay
from infra.settings import Settings, speaks_english
from projections.ask import Ask
from projections.questions import checked


def _asked(services: Services, options: argparse.Namespace) -> Ask:
    today = services.clock.now().astimezone(CHINA).date()
    keys = getattr(options, "key", ())
    ask = Ask(
        options.as_of or today,
        options.region,
        options.facility,
        options.from_,
        options.to,
        options.known_at,
        dict(options.where),
        getattr(options, "by", None),
    )
    figures = [keys] if isinstance(keys, str) else keys
    return checked(ask, services.reference, services.log, figures=figures, sheet=getattr(options, "name", ""))


def existing(settings: Settings) -> Services:
    """Services over a place that is there: a mistyped directory is not an empty one."""
    if not settings.database_url and not settings.data.is_dir():
        raise LogUnavailable(
            f"没有数据目录 {settings.data}：先用 shouwang submit 入账，或用 --data 指定",
            f"there is no data directory {settings.data}: record something with `shouwang submit`, or give --data",
        )
    return bootstrap(settings)


def fresh(settings: Settings) -> Services:
    """Services whose views are at the head as it was when the command started."""
    services = existing(settings)
    bar = Bar("更新视图", "bringing views up to date", f" {half('条 / events')}")
    services.views.catch_up(progress=bar)
    bar.close()
    return services


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
    services = fresh(settings)
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
        said = _measured(services.reference.figures[one["key"]], one["value"])
        print(f"{one['name_en']} ({period}): {said}" if speaks_english() else f"{one['name_zh']}（{period}）：{said}")
        for key, value in one["by"].items():
            print(f"    {named(key) or '—'}: {value if value is not None else '—'}")
    return 0


def trace(settings: Settings, options: argparse.Namespace) -> int:
    """Print the members and events behind a number."""
    services = fresh(settings)
    found = services.views.trace(options.key, _asked(services, options))
    if options.format == "json":
        print_json(found)
        return 0
    for part in found.get("parts") or [found]:
        print(_valued(services, part["key"], part["value"]))
        print_table(
            _head("位置 position", "日期 day", "数量 amount", "经办 actor", "内容 entry"),
            ((e["position"], e["occurred_on"], e["amount"], e["actor"], pick(e, "sentence")) for e in part["events"]),
        )
    return 0


def _valued(services: Services, key: str, value: str | None) -> str:
    """A figure by its name, with a value of it and its unit."""
    one = services.reference.figures[key]
    name, colon = (one.en, ": ") if speaks_english() else (one.zh, "：")
    return f"{name}{colon}{_measured(one, value)}"


def _measured(figure: Figure, value: str | None) -> str:
    """A value with its unit; without one where there is none."""
    return "—" if value is None else f"{value} {figure.unit_in(not speaks_english(), value)}"


def why(settings: Settings, options: argparse.Namespace) -> int:
    """Print what moved a number between two positions."""
    services = fresh(settings)
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
    services = fresh(settings)
    found = services.views.sheet(options.name, _asked(services, options), options.limit, options.after)
    if options.format == "json":
        print_json(found)
    else:
        print_sheet(services, found)
    return 0


def _head(*headings: str) -> list[str]:
    """Headings, each given as zh and en, in the language of the terminal."""
    return [heading.split(" ", 1)[speaks_english()] for heading in headings]


def print_sheet(services: Services, found: dict[str, Any]) -> None:
    """A board with names for codes; the id of each row stands last."""
    labels = Labels(services, date.fromisoformat(found["as_of"]))
    print_table([pick(c, "label") for c in found["columns"]] + _head("编号 Stream"), labels.rows(found))
    say(f"共 {found['total']} 行，显示 {len(found['rows'])} 行", f"{len(found['rows'])} of {found['total']} rows")


def timeline(settings: Settings, options: argparse.Namespace) -> int:
    """Print the history of a stream."""
    services = fresh(settings)
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


def replay(settings: Settings, options: argparse.Namespace) -> int:
    """Print the state around an incident at a moment, or the moments at which something changed."""
    services = fresh(settings)
    now = services.clock.now().astimezone(CHINA)
    if options.at is None:
        found = services.views.boundaries(options.stream, Ask(now.date(), known_at=options.known_at))
        print_json(found) if options.format == "json" else print_boundaries(found)
        return 0
    at = options.at.astimezone(CHINA)
    state = services.views.replay(options.stream, Ask(at.date(), at=at, known_at=options.known_at))
    print_json(state) if options.format == "json" else print_replay(services, state)
    return 0


def way(settings: Settings, options: argparse.Namespace) -> int:
    """Print whence money came and where it went."""
    services = fresh(settings)
    today = services.clock.now().astimezone(CHINA).date()
    found = services.views.way(options.stream, Ask(options.as_of or today, known_at=options.known_at))
    print_json(found) if options.format == "json" else print_way(services, found)
    return 0
