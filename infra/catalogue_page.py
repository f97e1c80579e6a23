"""The catalogue for people: the Markdown page `docs/catalogue.md`, and the text of `shouwang catalogue [NAME]`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from infra.answers import pick, print_table
from infra.settings import speaks_english

NAMES = ("name", "topic", "key")
"""What a row of the catalogue is called by: a command or sheet, an event, a figure."""


def row_name(row: dict[str, Any]) -> str:
    """The name of a command, event, figure or sheet."""
    return next(row[key] for key in NAMES if key in row)


def narrowed(data: dict[str, Any], name: str) -> dict[str, Any]:
    """Only what has the name; the shape stays."""
    return {part: [row for row in rows if row_name(row) == name] for part, rows in data.items()}


def _head(*headings: str) -> list[str]:
    return [heading.split(" ", 1)[speaks_english()] for heading in headings]


def _yes(found: Any) -> str:
    return ("yes" if speaks_english() else "是") if found else ""


def _unit(row: dict[str, Any]) -> str | None:
    return row["unit_en" if speaks_english() else "unit"]


def _sample(field: dict[str, Any]) -> Any:
    """A value of the right type; what names an existing thing refers to an earlier line."""
    if field["choices"]:
        return field["choices"][0]
    if field["ref"]:
        return "540402" if field["ref"] == "region" else {"$ref": f"{field['ref']}-1"}
    known = {"date": "2024-03-01", "integer": 1, "object": {}, "quantities": {}, "list": [], "boolean": True}
    return known.get(field["type"], pick(field, "label"))


def example(command: dict[str, Any]) -> str:
    """A line of `submit` with the required fields of a command."""
    args = {f["name"]: _sample(f) for f in command["fields"] if f["required"]}
    line = {"command": command["name"], "id": "my-1", "occurred_on": "2024-03-01", "args": args}
    return json.dumps(line, ensure_ascii=False)


def _print_fields(fields: Iterable[dict[str, Any]]) -> None:
    print_table(
        _head(
            "字段 field",
            "名称 name",
            "类型 type",
            "必填 required",
            "单位 unit",
            "指向 refers to",
            "隐私 private",
            "可选值 choices",
        ),
        (
            (
                f["name"],
                pick(f, "label"),
                f["type"],
                _yes(f["required"]),
                _unit(f),
                f["ref"],
                _yes(f["private"]),
                ", ".join(f["choices"] or ()),
            )
            for f in fields
        ),
    )


def print_catalogue(data: dict[str, Any], *, in_full: bool) -> None:
    """Lists of names, or all that is declared under one name."""
    if in_full:
        _print_in_full(data)
        return
    print_table(_head("命令 command", "名称 name"), ((c["name"], pick(c, "label")) for c in data["commands"]))
    print()
    print_table(_head("事件 event", "名称 name"), ((e["topic"], pick(e, "label")) for e in data["events"]))
    print()
    print_table(
        _head("指标 figure", "名称 name", "单位 unit", "类别 kind"),
        ((f["key"], pick(f, "name"), _unit(f), f["kind"]) for f in data["figures"]),
    )
    print()
    print_table(
        _head("台账 sheet", "列 columns"),
        ((s["name"], ", ".join(c["key"] for c in s["columns"])) for s in data["sheets"]),
    )


def _print_in_full(data: dict[str, Any]) -> None:
    for one in data["commands"]:
        print(f"{one['name']} {pick(one, 'label')}\n{one['help']}")
        print(f"{_head('事件 events')[0]}: {', '.join(one['events'])}")
        print(f"{_head('职务 posts')[0]}: {', '.join(one['posts'])}\n")
        _print_fields(one["fields"])
        print(f"\n{_head('例 example')[0]}: {example(one)}")
    for one in data["events"]:
        print(f"{one['topic']} {pick(one, 'label')}\n{one['help']}\n")
        _print_fields(one["fields"])
    for one in data["figures"]:
        print(f"{one['key']} {pick(one, 'name')} ({_unit(one)}, {one['kind']})\n{pick(one, 'meaning')}")
        print(f"{_head('维度 dimensions')[0]}: {', '.join(one['dimensions'])}")
    for one in data["sheets"]:
        print(one["name"])
        print_table(
            _head("列 column", "名称 name", "单位 unit"),
            ((c["key"], pick(c, "label"), c["unit"]) for c in one["columns"]),
        )


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return [*lines, *("| " + " | ".join("" if v is None else str(v) for v in row) + " |" for row in rows), ""]


def _fields(fields: Iterable[dict[str, Any]]) -> list[str]:
    return _table(
        ("field", "中文", "type", "unit", "", "", "refers to", "choices"),
        (
            (
                f["name"],
                f["label_zh"],
                f["type"],
                f["unit"] and f"{f['unit']} {f['unit_en']}".strip(),
                "required" if f["required"] else "optional",
                ", ".join(n for n in ("private", "filled") if f[n]),
                f["ref"],
                ", ".join(f"`{c}`" for c in f["choices"] or ()),
            )
            for f in fields
        ),
    )


def markdown(data: dict[str, Any]) -> str:
    """The page."""
    lines = ["# Catalogue", "", "Generated by `make docs` from the declarations; do not edit.", "", "## Commands", ""]
    for one in data["commands"]:
        lines += [
            f"### `{one['name']}` {one['label_zh']} · {one['label_en']}",
            "",
            one["help"],
            "",
            f"Leads to: {', '.join(one['events'])}. Posts: {', '.join(one['posts'])}.",
            "",
            *_fields(one["fields"]),
        ]
    lines += ["## Events", ""]
    for one in data["events"]:
        lines += [f"### `{one['topic']}` {one['label_zh']} · {one['label_en']}", "", *_fields(one["fields"])]
    lines += [
        "## Figures",
        "",
        *_table(
            ("key", "名称", "unit", "kind", "dimensions", "meaning"),
            (
                (
                    f"`{f['key']}`",
                    f["name_zh"],
                    f"{f['unit']} {f['unit_en']}",
                    f["kind"],
                    ", ".join(f["dimensions"]),
                    f["meaning_en"],
                )
                for f in data["figures"]
            ),
        ),
    ]
    lines += [
        "## Sheets",
        "",
        *_table(
            ("sheet", "columns"),
            ((f"`{s['name']}`", ", ".join(c["key"] for c in s["columns"])) for s in data["sheets"]),
        ),
    ]
    return "\n".join(lines)
