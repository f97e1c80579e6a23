"""What the page of the glossary says, in both languages."""

from __future__ import annotations

GLOSSARY: dict[str, tuple[str, str]] = {
    "nav.glossary": ("词汇表", "Glossary"),
    "glossary.title": ("词汇表", "Glossary"),
    "glossary.lead": (
        "页面上的词各是什么意思。一个词只有一个意思，中英文对照。",
        "What the words of the pages mean. One word, one meaning, in English and Chinese.",
    ),
    "glossary.label": ("查词", "Find a word"),
    "glossary.go": ("查找", "Find"),
    "glossary.hint": (
        "中文、英文都可以，也可以输入含义里的字；几个词之间空一格。",
        "In English or Chinese, also a part of the meaning; put a blank between several words.",
    ),
    "glossary.found": ("含有“{typed}”的词：{n} 条。", "Words found for '{typed}': {n}."),
    "glossary.none": (
        "没有找到“{typed}”。请换一个词，或者少输几个字。",
        "Nothing found for '{typed}'. Try another word, or fewer letters.",
    ),
    "glossary.all": ("看全部的词", "Show all words"),
    "glossary.groups": ("按内容", "By matter"),
    "glossary.source": ("依据", "Basis"),
    "glossary.used": ("这里用到的词", "Words used here"),
}
