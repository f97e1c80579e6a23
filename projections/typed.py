"""How the words of a question are read, from the command line and from an address alike: days, moments, positions.

Imports nothing heavy, so that wrong words are answered at once.
"""

from __future__ import annotations

from datetime import date, datetime

DAY_FIRST, DAY_LAST = date(1800, 1, 1), date(2100, 12, 31)
"""Days that can be asked about."""
ROWS_MAX = 100_000
"""Rows that one answer may have."""
POSITION_DIGITS = 18
"""So many digits a position of the log may have; a database keeps no more."""


class Unread(ValueError):
    """A word that is not what is expected, told in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def day(text: str) -> date:
    """A day, written 2024-03-01. Raises Unread."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Unread(f"{text} 不是日期，应写作 2024-03-01", f"{text} is no day; write it as 2024-03-01") from None
    if not DAY_FIRST <= found <= DAY_LAST:
        raise Unread(
            f"{text} 应在 {DAY_FIRST} 至 {DAY_LAST} 之间", f"{text} must lie between {DAY_FIRST} and {DAY_LAST}"
        )
    return found


def position(text: str) -> int:
    """A position of the log. Raises Unread."""
    if not (text.isascii() and text.isdigit() and len(text) <= POSITION_DIGITS):
        raise Unread(f"{text} 不是账本位置，应为 0 或正整数", f"{text} is no log position; write 0 or a whole number")
    return int(text)


def moment(text: str) -> datetime:
    """A moment; without an offset it is meant in China. Raises Unread."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Unread(
            f"{text} 应写作 2024-03-01T08:30（当时所知也可写账本位置）",
            f"{text} must be a moment as 2024-03-01T08:30 (known-at: or a position)",
        ) from None
    from domain.model import CHINA  # late: it brings the libraries of the domain

    return found if found.tzinfo else found.replace(tzinfo=CHINA)


def known_at(text: str) -> int | datetime:
    """A position of the log, or a moment. Raises Unread."""
    return position(text) if text.isdigit() else moment(text)


def count(text: str, most: int = ROWS_MAX) -> int:
    """How many rows are wanted at most. Raises Unread."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        raise Unread(f"{text} 应为 1 至 {most} 的整数", f"{text} must be a whole number from 1 to {most}")
    return int(text)
