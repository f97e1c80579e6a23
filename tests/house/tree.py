"""The files of the project as the house rules see them: what git tracks or would track."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("domain", "adapters", "projections", "webapp", "infra")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tracked() -> tuple[str, ...]:
    """Every file that is, or would be, in the repository; vendored assets are other people's."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    names = sorted({name for name in listed.split("\0") if name})
    return tuple(n for n in names if not n.startswith((".venv/", "var/")) and (ROOT / n).is_file())


def sources(*folders: str) -> Iterator[str]:
    """The Python files under these folders."""
    return (name for name in tracked() if name.endswith(".py") and name.split("/", 1)[0] in folders)


@cache
def parsed(name: str) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse((ROOT / name).read_text(encoding="utf-8"), filename=name)


def functions(name: str) -> Iterator[Function]:
    """Every function and method of a file."""
    return (node for node in ast.walk(parsed(name)) if isinstance(node, Function))


def dotted(node: ast.AST) -> str:
    """`datetime.now` for the expression that says so; nothing for any other expression."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


def text_of(name: str) -> str:
    """A file's text; nothing for pictures, fonts and other bytes."""
    data = (ROOT / name).read_bytes()
    return "" if b"\0" in data else data.decode("utf-8", errors="replace")
