"""How the command line prints: JSON where it is asked for, else tables for people, in the language of the terminal."""

from __future__ import annotations

import errno
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from unicodedata import east_asian_width

from infra.reporting import as_json, one_line
from infra.settings import always_progress, logs_json, speaks_english

MISSING = "the following arguments are required: "
USAGE = (
    (r"argument (\S+): (.*)", "{}：{}"),
    (r"expected one argument", "后面要有一个值"),
    (r"expected at least one argument", "后面至少要有一个值"),
    (r"expected (\d+) arguments?", "后面要有 {} 个值"),
    (r"ignored explicit argument (.*)", "不带值，却写了 {}"),
    (r"invalid \w+ value: (.*)", "不能是 {}"),
)
"""What argparse says of wrong usage, and the same in Chinese."""
PLACES = {
    "COMMAND": "命令",
    "KEY": "指标",
    "NAME": "名称",
    "STREAM": "编号",
    "FILE.jsonl": "文件",
    "FILE.json": "文件",
    "POSITION": "账本位置",
    "TABLE.csv": "数字表",
    "KIND": "种类",
    "FILE": "文件",
    "OUT.xlsx": "输出文件",
    "add|list|lock": "动作",
}
"""What the words are that stand in a fixed place."""
TROUBLES = {
    errno.ENOENT: "没有这个文件或目录",
    errno.EEXIST: "已有同名的文件",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许",
    errno.EISDIR: "这是目录，不是文件",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "只读",
    errno.ENAMETOOLONG: "名称太长",
    errno.EMFILE: "打开的文件太多",
}
"""What the system says of files, in Chinese; anything else is shown by its number."""


def say(zh: str, en: str, level: str = "info") -> None:
    """A message, on one line to standard error; `level` is info, warning or error."""
    if logs_json():
        print(as_json(zh, en, level), file=sys.stderr)
    else:
        print(one_line(en if speaks_english() else zh), file=sys.stderr)


def warn(zh: str, en: str) -> None:
    """What an operator should look at."""
    say(zh, en, "warning")


def half(both: str) -> str:
    """Of each line of a text "zh / en" the half that the terminal speaks; a line without a slash is for everybody."""
    halves = (re.split(" ?/ ", line, maxsplit=1) for line in both.split("\n"))
    return "\n".join(found[-1] if speaks_english() else found[0] for found in halves)


def usage_told(message: str) -> str:
    """What argparse says of wrong usage, in the language of the terminal."""
    if speaks_english():
        return message
    if message in PLACES:
        return f"{PLACES[message]} {message}"
    if message.startswith(MISSING):
        return "缺少：" + "、".join(map(usage_told, message.removeprefix(MISSING).split(", ")))
    for said, told in USAGE:
        if found := re.fullmatch(said, message, re.DOTALL):
            return told.format(*map(usage_told, found.groups()))
    return message


def say_trouble(error: OSError) -> None:
    """That a file cannot be read or written, and which."""
    zh = TROUBLES.get(error.errno or 0, f"系统错误 {error.errno}")
    where = error.filename
    say(
        f"无法读写文件：{zh}" + (f"（{where}）" if where else ""),
        f"cannot read or write: {error.strerror or error}" + (f" ({where})" if where else ""),
    )


def print_json(answer: Any) -> None:
    """One JSON document to standard output."""
    print(json.dumps(answer, ensure_ascii=False, default=str))


def width(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def print_table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A plain table; numbers to the right."""
    shown = [[("" if v is None else str(v)) for v in row] for row in rows]
    widths = [max([width(h), *(width(r[i]) for r in shown)]) for i, h in enumerate(head)]
    for row in [list(head), *shown]:
        cells = [_padded(text, widths[i]) for i, text in enumerate(row)]
        print("  ".join(cells).rstrip())


def _padded(text: str, columns: int) -> str:
    gap = " " * (columns - width(text))
    numeric = text.replace(".", "").replace("-", "").replace(",", "").isdigit() and len(text) < 16
    return gap + text if numeric else text + gap


class Bar:
    """A progress bar on standard error that knows how far and of how many; none where nobody watches."""

    def __init__(self, zh: str, en: str, unit: str = "") -> None:
        self.bar: Any = None
        if sys.stderr.isatty() or always_progress():
            from tqdm import tqdm

            self.bar = tqdm(
                total=0, desc=en if speaks_english() else zh, unit=unit, file=sys.stderr, leave=False, delay=0.5
            )

    def __call__(self, done: int, total: int) -> None:
        """Move the bar."""
        if self.bar is not None:
            self.bar.total = total
            self.bar.update(max(0, done - self.bar.n))

    def close(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.close()


def pick(row: Mapping[str, Any], name: str) -> Any:
    """`name_zh` or `name_en` of a row, as the terminal speaks."""
    return row[f"{name}_{'en' if speaks_english() else 'zh'}"]
