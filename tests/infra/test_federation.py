"""The file that says who stands around a node: what is wrong in it stops the program with setting, file, entry and rule."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from adapters.notes import Signer
from domain.reference import Reference
from infra.bootstrap import reference
from infra.federation import federation
from infra.settings import Settings, SettingsError

BAYI = Signer("bayi", bytes(32)).verifier_key
WITNESS = Signer("xizang/witness", bytes(31) + b"1").verifier_key
BELOW: dict[str, str] = {"node": "bayi", "region": "540402", "key": BAYI}
ABOVE = {"node": "xizang", "witness": WITNESS}
TODAY = date(2026, 11, 23)


def table(name: str, said: dict[str, str]) -> str:
    """One entry of the file."""
    return "\n".join([f"[[{name}]]", *(f'{key} = "{value}"' for key, value in said.items()), ""])


def read(folder: Path, text: str, known: Reference | None = None, **settings: Any) -> Any:
    """The nodes around a city, as the file has them."""
    file = folder / "around.toml"
    file.write_text(text, encoding="utf-8")
    some = Settings(**{"node": "linzhi", "federation": file, **settings})
    return federation(some, (known or reference()).regions, TODAY)


def test_who_stands_around_a_node_is_read_with_regions_and_keys(tmp_path: Path) -> None:
    """A county with its pages and a superior; the node's own region stands beside them."""
    text = table("subordinates", BELOW | {"url": "https://bayi.example"}) + table("superiors", ABOVE)
    found = read(tmp_path, text, region="540400")
    assert (found.subordinates["bayi"].region, found.subordinates["bayi"].url) == ("540402", "https://bayi.example")
    assert found.superiors["xizang"].witness.verifier_key == WITNESS
    assert found.region == "540400"
    assert federation(Settings(region="540400"), reference().regions, TODAY).region == "540400"


@pytest.mark.parametrize(
    ("text", "settings", "zh", "en"),
    [
        ("[[", {}, "无法读取", "cannot be read"),
        (table("neighbours", BELOW), {}, "没有 neighbours 这一项", "there is no neighbours"),
        (table("subordinates", BELOW | {"zone": "x"}), {}, "[[subordinates]] bayi 应有", "must have node, region, key"),
        (table("subordinates", {"node": "bayi"}), {}, "node、region、key，可有 url", "may have url"),
        (table("superiors", ABOVE | {"witness": "x"}), {}, "xizang 的 witness 不是公钥", "is no public key"),
        (table("superiors", ABOVE | {"witness": BAYI}), {}, "是别的节点的", "belongs to another node"),
        (
            table("subordinates", BELOW | {"url": "ftp://x"}),
            {},
            "应以 https:// 或 http:// 开头",
            "must begin with https://",
        ),
        (table("subordinates", BELOW), {"node": "bayi"}, "其中有本节点自己", "this node itself stands in it"),
        (table("subordinates", BELOW), {"node": "shouwang"}, "请设置 SHOUWANG_NODE", "set SHOUWANG_NODE"),
        (
            table("subordinates", BELOW),
            {"region": "540100"},
            "bayi 的区划 540402 不在本节点的区划 540100 内",
            "does not lie in",
        ),
        ("", {"region": "999999"}, "SHOUWANG_REGION=999999：没有这个行政区划代码", "no region with this code"),
    ],
)
def test_what_is_wrong_is_named_in_both_languages(
    tmp_path: Path, text: str, settings: dict[str, Any], zh: str, en: str
) -> None:
    """The entry and the rule; where it is about the file, the file too."""
    with pytest.raises(SettingsError) as wrong:
        read(tmp_path, text, **settings)
    assert zh in wrong.value.zh
    assert en in wrong.value.en
    assert "999999" in wrong.value.zh or "SHOUWANG_FEDERATION" in wrong.value.zh
