"""Which nodes stand around this one, read from the file that the settings name.

[[subordinates]]
node = "bayi"                        # SHOUWANG_NODE of that node
region = "540402"
key = "bayi+0f3c...+AZ..."           # `shouwang identity` there
url = "https://bayi.example"         # optional: where its pages are, for whoever has an account there

[[superiors]]
node = "xizang"
witness = "xizang/witness+51ab...+AR..."
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from adapters.federation import Federation, Subordinate, Superior
from adapters.node_keys import WITNESS, key_name
from adapters.notes import Verifier
from domain.regions import Regions
from domain.streams import UNNAMED
from infra.settings import Settings, SettingsError

TABLES = {"subordinates": ("node", "region", "key"), "superiors": ("node", "witness")}
OPTIONAL = {"subordinates": ("url",), "superiors": ()}


def federation(settings: Settings, regions: Regions, today: date) -> Federation:
    """The nodes around this one; none where no file is set. Raises SettingsError that names the setting, file and entry."""
    if settings.region and settings.region not in regions:
        raise SettingsError(
            f"SHOUWANG_REGION={settings.region}：没有这个行政区划代码",
            f"SHOUWANG_REGION={settings.region}: there is no region with this code",
        )
    if settings.federation is None:
        return Federation(region=settings.region)
    said = _read(settings.federation)
    if settings.node == UNNAMED:
        raise _wrong(
            settings.federation, "本节点还没有名称，请设置 SHOUWANG_NODE", "this node has no name: set SHOUWANG_NODE"
        )
    below = {one["node"]: Subordinate(**one) for one in said["subordinates"]}
    above = {one["node"]: Superior(**one) for one in said["superiors"]}
    if settings.node in {*below, *above}:
        raise _wrong(settings.federation, "其中有本节点自己", "this node itself stands in it")
    for one in below.values():
        if settings.region and not regions.within(one.region, settings.region, today):
            raise _wrong(
                settings.federation,
                f"下级节点 {one.node} 的区划 {one.region} 不在本节点的区划 {settings.region} 内（SHOUWANG_REGION）",
                f"the region of {one.node}, {one.region}, does not lie in that of this node, {settings.region} (SHOUWANG_REGION)",
            )
    return Federation(below, above, settings.region)


def _read(file: Path) -> dict[str, list[dict[str, Any]]]:
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _wrong(file, f"无法读取：{error}", f"it cannot be read: {error}") from error
    if strange := sorted(set(said) - set(TABLES)):
        raise _wrong(file, f"没有 {strange[0]} 这一项", f"there is no {strange[0]}")
    return {name: [_entry(file, name, one) for one in said.get(name, [])] for name in TABLES}


def _entry(file: Path, table: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """One node; its key read, and held against its name."""
    where = f"[[{table}]] {said.get('node', '?')}"
    if set(said) - set(OPTIONAL[table]) != set(TABLES[table]) or not all(
        isinstance(value, str) and value for value in said.values()
    ):
        names = "、".join(TABLES[table]), ", ".join(TABLES[table])
        more = ("，可有 url", ", may have url") if OPTIONAL[table] else ("", "")
        raise _wrong(
            file,
            f"{where} 应有 {names[0]}{more[0]}，没有别的",
            f"{where} must have {names[1]}{more[1]}, and nothing else",
        )
    found = dict(said)
    if not found.get("url", "https://").startswith(("https://", "http://")):
        raise _wrong(
            file, f"{where} 的 url 应以 https:// 或 http:// 开头", f"url of {where} must begin with https:// or http://"
        )
    name, expected = ("key", "") if table == "subordinates" else ("witness", f"/{WITNESS}")
    try:
        found[name] = Verifier.parse(said[name])
    except ValueError as error:
        raise _wrong(file, f"{where} 的 {name} 不是公钥", f"{name} of {where} is no public key: {error}") from error
    if found[name].name != key_name(said["node"]) + expected:
        raise _wrong(file, f"{where} 的 {name} 是别的节点的", f"{name} of {where} belongs to another node")
    return found


def _wrong(file: Path, zh: str, en: str) -> SettingsError:
    return SettingsError(f"{file}（SHOUWANG_FEDERATION）：{zh}", f"{file} (SHOUWANG_FEDERATION): {en}")
