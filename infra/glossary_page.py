"""The glossary as a page of the documentation, made from the data of the web's page: `docs/glossary.md`."""

from __future__ import annotations

import sys

from webapp.glossary import Group, glossary

HEAD = """# Glossary 词汇表

One word, one meaning, in the code, on the pages and in the documents. Identifiers are English; what people read is
Chinese, with English beside it where a reader may need it. 中文用语以法规和民政部门通行说法为准。

Written by `make docs` from `webapp/glossary.toml`, which the page `/glossary` shows too; a test holds that it is current.
"""
COLUMNS = """
| 中文 | English | identifier | 含义 | meaning | 依据 |
|---|---|---|---|---|---|
"""


def glossary_page() -> str:
    """The page: a table for each group of terms."""
    return HEAD + "".join(_table(group) for group in glossary())


def _table(group: Group) -> str:
    rows = (
        f"| {one.zh} | {one.en} | {one.code} | {one.meaning_zh} | {one.meaning_en} | {one.source} |\n"
        for one in group.terms
    )
    return f"\n## {group.en} {group.zh}\n{COLUMNS}" + "".join(rows)


if __name__ == "__main__":
    sys.stdout.write(glossary_page())
