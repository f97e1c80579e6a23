"""Words that nobody reads are deleted: every key of the wording files is asked for somewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

from tests.house.tree import parsed, sources, text_of, tracked
from webapp.wording import WORDS

QUOTED = re.compile(r"""["']([\w.]+)["']""", re.ASCII)
JOINED = re.compile(r"""["']([a-z_]+\.[\w.]*)["']\s*~[^"'()~]+(?:~\s*["']([\w.]+)["'])?""", re.ASCII)
"""In a template: `'help.' ~ topic`, perhaps `~ '.text'`."""
ANY = ".+"


def in_template(text: str) -> tuple[set[str], set[str]]:
    """(what stands in quotes, patterns of what is put together) in a template or a script."""
    return set(QUOTED.findall(text)), {re.escape(a) + ANY + re.escape(b) for a, b in JOINED.findall(text)}


def in_code(tree: ast.AST, *, wording: bool) -> tuple[set[str], set[str]]:
    """The same of a Python file; where words are declared, their keys ask for nothing."""
    said, patterns = set(), set()
    keys = {id(key) for node in ast.walk(tree) if wording and isinstance(node, ast.Dict) for key in node.keys}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in keys:
            said.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else ANY for part in node.values]
            patterns.add("".join(parts))
    return said, {one for one in patterns if re.match(r"[a-z_]+\\\.", one) or re.fullmatch(r"\.\+\\\.[a-z]+", one)}


def unused(keys: Iterable[str], files: Mapping[str, str | ast.AST]) -> list[str]:
    """The keys that no file asks for: as they are, by their beginning, or as what is added to one that is asked for."""
    said: set[str] = set()
    patterns: set[str] = set()
    for name, content in files.items():
        declares = name.endswith(("/wording.py", "_words.py"))
        found = in_template(content) if isinstance(content, str) else in_code(content, wording=declares)
        said |= found[0]
        patterns |= found[1]
    begun = [re.compile(one) for one in patterns if not one.startswith(ANY)]
    added = tuple(one.removeprefix(ANY).replace("\\", "") for one in patterns if one.startswith(ANY))

    def used(key: str) -> bool:
        stem = next((key.removesuffix(one) for one in added if key.endswith(one)), None)
        return key in said or any(one.fullmatch(key) for one in begun) or (stem is not None and used(stem))

    return sorted(key for key in keys if not used(key))


def files_of_pages() -> dict[str, str | ast.AST]:
    """Everything that can ask for words: the code of the pages, their templates and their own scripts."""
    pages = (name for name in tracked() if name.startswith("webapp/") and "/vendor/" not in name)
    shown = {name: text_of(name) for name in pages if name.endswith((".html", ".js")) and "node_modules" not in name}
    return {**shown, **{name: parsed(name) for name in sources("webapp")}}


def test_every_word_is_asked_for_somewhere() -> None:
    """By its key, or by the beginning from which a key is put together while the program runs."""
    assert unused(WORDS, files_of_pages()) == []


def test_a_word_that_nobody_asks_for_is_found() -> None:
    """The control: one that only its declaration names is found; those that are asked for in any way are not."""
    asked = {
        "webapp/part_words.py": ast.parse('PART = {"part.left": ("左", "Left"), "part.right": ("右", "Right")}'),
        "webapp/part.py": ast.parse('page.t(f"dim.{name}"), words("wrong.day"), words(f"{key}.do"), f"{a}.{b}"'),
        "webapp/templates/part.html": """<p title="{{ t('part.right') }}">{{ t('help.' ~ topic ~ '.text') }}</p>""",
    }
    keys = (
        "part.left",
        "part.right",
        "dim.kind",
        "dimmed",
        "wrong.day",
        "wrong.day.do",
        "lost.do",
        "help.a.text",
        "help.a",
    )

    assert unused(keys, asked) == ["dimmed", "help.a", "lost.do", "part.left"]
