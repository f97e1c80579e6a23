"""Names that say what a thing is, and words that stand in no file."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import PurePosixPath

from tests.house.tree import PACKAGES, ROOT, functions, parsed, sources, text_of, tracked

EMPTY_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc"})
SHAME = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
REGISTRIES = re.compile(
    "|".join(
        re.escape(host)
        for host in (
            "pypi" + ".org",
            "python" + "hosted.org",
            "npmjs" + ".org",
            "npmjs" + ".com",
            "yarnpkg" + ".com",
            "proxy.golang" + ".org",
            "static.crates" + ".io",
            "index.crates" + ".io",
            "deb.debian" + ".org",
            "repo.maven" + ".apache.org",
            "repo1.maven" + ".org",
        )
    )
    + r"|--(extra-)?index-url[ =]|--find-links[ =]|--trusted-host[ =]"
)
MACHINE = re.compile(r"(?<![\w.])/(work|root|home|Users|opt)/\w")
VENDORED = "webapp/static/vendor/"
MIN_WORDS = 3


def ours() -> list[str]:
    """Tracked files that were written here."""
    return [name for name in tracked() if not name.startswith(VENDORED)]


def hits(pattern: re.Pattern[str], names: list[str]) -> list[str]:
    """Where a pattern stands, as file:line: text."""
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name in names
        for number, line in enumerate(text_of(name).splitlines(), 1)
        if pattern.search(line)
    ]


def written() -> list[tuple[str, ast.FunctionDef]]:
    """Every test function with its file."""
    files = (name for name in sources("tests") if PurePosixPath(name).name.startswith("test_"))
    return [(name, f) for name in files for f in functions(name) if f.name.startswith("test_")]


def test_no_module_has_an_empty_name() -> None:
    """A module is named for what it holds; a name that fits anything holds anything."""
    parts = {name: {PurePosixPath(name).stem, *PurePosixPath(name).parts} for name in sources(*PACKAGES, "tests")}

    assert [name for name, words in parts.items() if words & EMPTY_NAMES] == []


def test_no_file_holds_a_word_of_shame() -> None:
    """What is not done is an issue, not a comment."""
    assert hits(SHAME, ours()) == []


def test_no_file_names_a_package_registry() -> None:
    """Packages are found by the machine's own client: no address, mirror or trusted host in any file."""
    assert hits(REGISTRIES, list(tracked())) == []
    assert hits(re.compile(r"https?://"), ["Makefile", ".ci/run", *(n for n in ours() if "requirements/" in n)]) == []


def test_no_file_holds_a_path_of_one_machine() -> None:
    """The project runs from any directory."""
    assert hits(MACHINE, ours()) == []


def test_nothing_ignored_is_tracked() -> None:
    """What .gitignore keeps out (environments, data, caches) was not committed before either."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert listed[:5] == []


def test_every_test_name_is_a_sentence() -> None:
    """A test is named by at least three words that state what holds."""
    short = [f"{name}: {f.name}" for name, f in written() if len(f.name.split("_")[1:]) < MIN_WORDS]

    assert short == []


def test_every_test_states_its_property() -> None:
    """A test opens with a docstring that says what must hold, with the rule id where there is one."""
    silent = [f"{name}: {f.name}" for name, f in written() if not ast.get_docstring(f)]

    assert silent == []


def test_every_module_says_what_it_is() -> None:
    """A module opens with a docstring."""
    described = [n for n in sources(*PACKAGES, "tests") if not n.startswith("tests/") or not n.endswith("__init__.py")]

    assert [name for name in described if not ast.get_docstring(parsed(name))] == []
