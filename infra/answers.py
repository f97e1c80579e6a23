"""How the command line prints: JSON where it is asked for, else tables for people, in the language of the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from unicodedata import east_asian_width

from infra.settings import always_progress, speaks_english


def say(zh: str, en: str) -> None:
    """A message, to standard error."""
    print(en if speaks_english() else zh, file=sys.stderr)


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
