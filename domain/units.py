"""单位 — what is counted, in Chinese as declared and in English from one table; the singular for one."""

from __future__ import annotations

from typing import Any

ENGLISH = {
    "%": "%",
    "‰": "‰",
    "个": "items",
    "个月": "months",
    "人": "people",
    "人次": "times",
    "人日": "person-days",
    "件": "items",
    "份": "copies",
    "例": "cases",
    "元": "yuan",
    "公里": "km",
    "分": "points",
    "册": "copies",
    "台": "machines",
    "号": "",
    "名": "people",
    "吨": "tonnes",
    "场": "sessions",
    "场次": "sessions",
    "基点": "basis points",
    "块": "pieces",
    "处": "places",
    "天": "days",
    "套": "sets",
    "宗": "cases",
    "家": "facilities",
    "对": "couples",
    "小时": "hours",
    "分钟": "minutes",
    "个工作日": "working days",
    "平方米": "m²",
    "年": "",
    "幅": "sheets",
    "座": "buildings",
    "张": "beds",
    "按类型": "by type",
    "户": "households",
    "户次": "visits",
    "批": "batches",
    "批次": "batches",
    "支": "pieces",
    "期": "courses",
    "本": "copies",
    "条": "items",
    "柱": "posts",
    "栋": "buildings",
    "棵": "trees",
    "次": "times",
    "版": "",
    "注": "lines",
    "笔": "payments",
    "篇": "articles",
    "级": "",
    "起": "cases",
    "辆": "vehicles",
    "部": "items",
    "间": "rooms",
    "项": "items",
}
"""What a Chinese unit usually counts. Where it counts something else (份 of a nil report), the declaration says so."""
ONE = {"people": "person"}
HISSING = ("ches", "shes", "sses", "xes")


def spoken(unit: str | None, zh: bool, count: Any = None, en: str | None = None) -> str:
    """A unit as printed behind a number; `en` is the English one where the table's does not fit."""
    if zh or not unit:
        return unit or ""
    plural = en or ENGLISH.get(unit, unit)
    return singular(plural) if str(count) == "1" else plural


def measured(name: tuple[str, str], unit: tuple[str, str], number: Any, *, zh: bool) -> str:
    """A named number in a sentence: 咨询类 41 次; an English name that says the unit already is not told twice."""
    if zh:
        return f"{name[0]} {number} {unit[0]}".rstrip()
    said = "" if unit[1] in name[1] else spoken(unit[0], zh, number, unit[1])
    return f"{name[1]} {number} {said}".rstrip()


def singular(plural: str) -> str:
    """One of several: batches -> batch, facilities -> facility, beds -> bed."""
    if plural in ONE:
        return ONE[plural]
    if plural.endswith("ies"):
        return plural.removesuffix("ies") + "y"
    return plural.removesuffix("es" if plural.endswith(HISSING) else "s")
