"""How the help is laid out, and what stands below the options: the form of a line, examples that work as they stand."""

from __future__ import annotations

import json
from argparse import Action, RawDescriptionHelpFormatter
from collections.abc import Iterable
from typing import Any

from infra.answers import half

HOME: dict[str, Any] = {
    "kind": "elderly_care_home",
    "name": "试用敬老院",
    "site_no": "01",
    "region": "540402",
    "address": "八一镇",
    "operator": "public",
    "opened_on": "2020-05-01",
}
PERSON = {
    "name": "试用人员",
    "document_kind": "resident_identity_card",
    "document_number": "990101195003150017",
    "sex": "male",
}
STAY = {"person": {"$ref": "try-2"}, "facility": {"$ref": "try-1"}, "category": "destitute"}


def _line(command: str, id_: str, day: str, args: dict[str, Any]) -> str:
    return json.dumps({"command": command, "id": id_, "occurred_on": day, "args": args}, ensure_ascii=False)


LINES = (
    _line("facility.register", "try-1", "2024-01-10", HOME),
    _line("person.register", "try-2", "2024-01-10", PERSON),
    _line("stay.admit", "try-3", "2024-03-01", STAY),
    _line("stay.discharge", "try-4", "2024-03-20", {"stay": {"$ref": "try-3"}, "reason": "to_family"}),
)
"""A home, an invented person, a stay and its end."""

CORRECTION = _line(
    "entry.correct",
    "try-5",
    "2024-03-21",
    {"stream": {"$ref": "try-3"}, "version": 1, "args": {"category": "self_paying"}, "reason": "类别录错"},
)
"""The stay's category put right: `stream` and `version` name the entry, `args` only what changes."""

KEYS = {
    "command": "命令名，见 shouwang catalogue / its name, see `shouwang catalogue`",
    "id": "自定的唯一编号，1 至 64 字；重交同一行不会重复入账 / your own unique id; repeating a line is safe",
    "occurred_on": "业务日期，如 2024-03-01 / business day, such as 2024-03-01",
    "occurred_at": "要记到分钟时用它代替 occurred_on，如 2024-03-01T08:30:00+08:00 / "
    "instead of occurred_on where minutes matter: 2024-03-01T08:30:00+08:00",
    "args": "各项内容，见 shouwang catalogue 命令名 / the fields, see `shouwang catalogue COMMAND`",
    "as": "以某账号办理（可省） / act as an account (optional)",
}
"""What a line holds."""

SUBMIT = "\n".join(
    (
        '{"$ref": "try-1"} 指编号为 try-1 的行所登记的对象 / {"$ref": "try-1"} is what the line with that id made',
        "",
        (
            "例：存为 lines.jsonl，执行 shouwang submit lines.jsonl --data trial（目录 trial 用后可删） / "
            "example: save as lines.jsonl, then `shouwang submit lines.jsonl --data trial` (`trial` may be deleted afterwards)"
        ),
        "",
        *LINES,
        "",
        "更正一条（它的流和版本见 shouwang timeline）： / to correct an entry (its stream and version: see timeline):",
        "",
        CORRECTION,
        "",
        (
            "回执每行一个，顺序相同；status 为 recorded（已入账）、duplicate（已有）或 refused（被拒绝） / "
            "one answer a line, in the same order; status is recorded, duplicate or refused"
        ),
    )
)

_LINZHI = "--region 540400 --as-of 2024-10-31"

EPILOGS: dict[str, str] = {
    "serve": "shouwang serve\nshouwang serve --port 8123 --data /srv/shouwang\nCtrl-C 停止 / Ctrl-C stops it",
    "run-projections": "shouwang serve --pages-only --database-url postgresql://shouwang@127.0.0.1/shouwang\n"
    "shouwang run-projections --database-url postgresql://shouwang@127.0.0.1/shouwang",
    "relay": "SHOUWANG_KAFKA=127.0.0.1:9092 shouwang relay",
    "intake": "SHOUWANG_NODE=xizang SHOUWANG_FEDERATION=xizang.toml SHOUWANG_KAFKA=127.0.0.1:9092 shouwang intake",
    "identity": "SHOUWANG_NODE=bayi shouwang identity",
    "readmit": "shouwang readmit bayi",
    "letters": "shouwang letters\nshouwang letters --settle ID\n"
    "ID 代入 shouwang letters 最后一列的编号 / ID is the last column of `shouwang letters`",
    "province-key": "shouwang province-key\nshouwang province-key --stdin --data county < province.key\n"
    "shouwang province-key --stdin --recount --data county < province.key",
    "catalogue": "shouwang catalogue\nshouwang catalogue stay.admit\nshouwang catalogue facility.occupancy\n"
    "shouwang catalogue stays --format json",
    "figure": f"shouwang figure stay.present {_LINZHI} --by kind\n"
    f"shouwang figure stay.present {_LINZHI} --where category=destitute\n"
    "shouwang figure stay.admitted stay.discharged --from 2024-01-01 --to 2024-10-31 --by region",
    "way": "shouwang way STREAM\nshouwang way STREAM --as-of 2024-06-30 --format json\n"
    "STREAM 代入 shouwang sheet funds 最后一列的编号 / STREAM is the last column of `shouwang sheet funds`",
    "replay": "shouwang replay STREAM\nshouwang replay STREAM --at 2024-05-05T14:10\n"
    "shouwang replay STREAM --at 2024-05-05T14:10 --known-at 2024-05-05T18:00\n"
    "STREAM 代入 shouwang sheet facilities 最后一列的编号 / STREAM is the last column of `shouwang sheet facilities`",
    "trace": f"shouwang trace stay.present {_LINZHI} --where kind=mental_health_hospital",
    "why": f"shouwang why stay.present {_LINZHI} --between 20000 22000",
    "sheet": f"shouwang sheet facilities {_LINZHI}\nshouwang sheet stays --where status=present --limit 20",
    "timeline": "shouwang sheet facilities\n最后一列为编号，代入 STREAM： / the last column is the STREAM:\nshouwang timeline STREAM",
    "verify": "shouwang verify\nshouwang verify --format json",
    "proof": "shouwang proof 3\nshouwang proof 3 -o proof.json\nshouwang check-proof proof.json",
    "check-proof": "shouwang proof 3 -o proof.json\nshouwang check-proof proof.json",
    "rebuild": "shouwang rebuild",
    "import": "shouwang template person.register -o persons.xlsx\nshouwang import person.register persons.xlsx --dry-run\n"
    "shouwang import person.register persons.xlsx --refused back.xlsx",
    "template": "shouwang template stay.admit -o stays.xlsx\nshouwang template outlet.post_sales -o sales.xlsx",
    "account": "shouwang account add li --post regulator --region 540400 --password-stdin < password.txt\n"
    "shouwang account list\nshouwang account lock li",
    "scenario": "shouwang scenario infra/reference/ny24.csv --report NY24 --data trial\n"
    "目录 trial 用后可删 / the directory `trial` may be deleted afterwards",
}


def epilog(name: str) -> str:
    """What stands below the options of a command, in the language of the terminal."""
    if name == "submit":
        keys = (f"  {key:<12} {half(said)}" for key, said in KEYS.items())
        return "\n".join((half("每行一个 JSON 对象： / one JSON object a line:"), *keys, half(SUBMIT)))
    return "\n  ".join((half("例： / examples:"), *half(EPILOGS[name]).split("\n")))


def _sheets() -> Iterable[str]:
    from domain.catalogue import sheets

    return sheets()


def _posts() -> Iterable[str]:
    from domain.model import Post

    return Post


LATE = {"{sheets}": _sheets, "{posts}": _posts}
"""Names of the domain in the words of an option: asked for, and imported, only when those words are shown."""


class Layout(RawDescriptionHelpFormatter):
    """argparse's help in the language of the terminal."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """How the words follow each other."""
        super().add_usage(usage, actions, groups, half("用法： / usage: ") if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        """A part of the help."""
        headings = {"positional arguments": "参数 / arguments", "options": "选项 / options"}
        super().start_section(half(headings.get(heading or "", heading or "")))

    def _get_help_string(self, action: Action) -> str:
        """The words beside an option."""
        said = action.help or ""
        for mark, names in LATE.items():
            said = said.replace(mark, ", ".join(names())) if mark in said else said
        return half(said)
