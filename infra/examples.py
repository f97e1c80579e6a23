"""What the help shows below the options: the form of a line, and examples that work as they stand."""

from __future__ import annotations

import json
from typing import Any

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

SUBMIT = "\n".join(
    (
        "每行一个 JSON 对象 / one JSON object a line:",
        "  command      命令名，见 shouwang catalogue / its name",
        "  id           自定的唯一编号，1 至 64 字；重交同一行不会重复入账 / your own unique id; repeating a line is safe",
        "  occurred_on  业务日期 2024-03-01；或 occurred_at，如 2024-03-01T08:30:00+08:00 / business day, or moment",
        "  args         各项内容，见 shouwang catalogue 命令名 / the fields: shouwang catalogue COMMAND",
        "  as           以某账号办理（可省）/ act as an account (optional)",
        '  {"$ref": "try-1"} 指前面 id 为 try-1 的行所登记的对象 / what the line with that id made',
        "",
        "例：存为 lines.jsonl，执行 shouwang submit lines.jsonl --data trial（目录 trial 用后可删）",
        "example: save as lines.jsonl, run the command above; the directory `trial` may be deleted afterwards",
        "",
        *LINES,
        "",
        "更正：stream 与 version 见 shouwang timeline / to correct an entry (its stream and version: see timeline):",
        "",
        CORRECTION,
        "",
        "回执每行一个，status 为 recorded、duplicate 或 refused / one answer a line, in the same order",
    )
)

_LINZHI = "--region 540400 --as-of 2024-10-31"

EPILOGS: dict[str, str] = {
    "serve": "shouwang serve\nshouwang serve --port 8123 --data /srv/shouwang\nCtrl-C 停止 / stops",
    "catalogue": "shouwang catalogue\nshouwang catalogue stay.admit\nshouwang catalogue facility.occupancy\n"
    "shouwang catalogue stays --format json",
    "figure": f"shouwang figure stay.present {_LINZHI} --by kind\n"
    f"shouwang figure stay.present {_LINZHI} --where category=destitute\n"
    "shouwang figure stay.admitted stay.discharged --from 2024-01-01 --to 2024-10-31 --by region",
    "trace": f"shouwang trace stay.present {_LINZHI} --where kind=mental_health_hospital",
    "why": f"shouwang why stay.present {_LINZHI} --between 0 2000",
    "sheet": f"shouwang sheet facilities {_LINZHI}\nshouwang sheet stays --where status=present --limit 20",
    "timeline": "shouwang sheet facilities   # 最后一列为编号 / the last column is the STREAM\nshouwang timeline STREAM",
    "verify": "shouwang verify\nshouwang verify --format json",
    "rebuild": "shouwang rebuild",
    "account": "shouwang account add li --post regulator --region 540400 --password-stdin < password.txt\n"
    "shouwang account list\nshouwang account lock li",
    "scenario": "shouwang scenario infra/reference/ny24.csv --report NY24 --data trial   # trial 用后可删 / may be deleted",
}


def epilog(name: str) -> str:
    """What stands below the options of a command."""
    return SUBMIT if name == "submit" else "例 / examples:\n" + "\n".join(f"  {x}" for x in EPILOGS[name].split("\n"))
