"""未入账的函件 — letters that could not be recorded here yet, with the reason, until they can be or people have settled them.

A letter holds nothing private, so that it may lie here as it came.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from adapters.codec import micros, moment
from adapters.event_store import EventLog
from adapters.messages import Said, read, written
from domain.model import Wording


@dataclass(frozen=True)
class RefusedLetter:
    """A letter as it came, and why it is not recorded; `at` is when it was refused first."""

    id: str
    said: Said
    why: Wording
    at: datetime

    @property
    def command(self) -> str:
        """What it asks for."""
        return str(self.said.data["command"])

    @property
    def actor(self) -> str:
        """By whom, as `login@node`."""
        return str(self.said.data["actor"])

    @property
    def passed_on_by(self) -> str:
        """The superior that signed it."""
        return self.said.node


class RefusedLetters:
    """Keeps them, in the database of the log."""

    def __init__(self, log: EventLog) -> None:
        self.log = log

    def open(self) -> list[RefusedLetter]:
        """Those that nobody has settled, in the order in which they came."""
        rows = self.log.beside(
            "SELECT id, message, why, refused_at FROM {log}refused_letters WHERE settled_at IS NULL"
            " ORDER BY refused_at, id"
        )
        return [_letter(*row) for row in rows]

    def keep(self, letter: str, said: Said, why: Wording, at: datetime) -> bool:
        """Keep a letter, or the new reason of one that is kept; True where it is new."""
        reason = json.dumps([why.zh, why.en, why.remedy_zh, why.remedy_en], ensure_ascii=False)
        kept = self.log.beside("SELECT why FROM {log}refused_letters WHERE id = ?", (letter,))
        if kept and kept[0][0] == reason:
            return False
        self._run(
            "INSERT INTO {log}refused_letters (id, message, why, refused_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET why = excluded.why",
            (letter, written(said).decode(), reason, micros(at)),
        )
        return not kept

    def settled(self, letter: str) -> bool:
        """Whether people have settled it."""
        query = "SELECT 1 FROM {log}refused_letters WHERE id = ? AND settled_at IS NOT NULL"
        return bool(self.log.beside(query, (letter,)))

    def drop(self, letter: str) -> None:
        """It is recorded now, or whoever asked has withdrawn it. That people settled it stays known: it is not to come back."""
        self._run("DELETE FROM {log}refused_letters WHERE id = ? AND settled_at IS NULL", (letter,))

    def settle(self, letter: str, at: datetime) -> bool:
        """People have done what it asked for, or decided against it: it is not tried again. False where none is open."""
        known = any(one.id == letter for one in self.open())
        if known:
            self._run("UPDATE {log}refused_letters SET settled_at = ? WHERE id = ?", (micros(at), letter))
        return known

    def _run(self, statement: str, values: tuple[object, ...]) -> None:
        self.log.make()
        with self.log.reading() as recorder:
            recorder.run([(statement, values)])


def _letter(letter: str, message: str, why: str, refused_at: int) -> RefusedLetter:
    said = read(message.encode())
    assert isinstance(said, Said)  # nothing else is kept
    return RefusedLetter(letter, said, Wording(*json.loads(why)), moment(refused_at))
