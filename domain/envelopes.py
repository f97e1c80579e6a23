"""What is known of an event beside its own fields: when, by whom, in which entry, how it came in, where it stands."""

from __future__ import annotations

import typing
from datetime import date, datetime


class FromFile(typing.NamedTuple):
    """来自文件 — the line of a file from which an entry was read, and the file's fingerprint.

    The fingerprint is a keyed digest: from a plain one what a short file says could be found by trying, and a name of a
    file may be somebody's.
    """

    fingerprint: str
    line: int

    @property
    def source(self) -> str:
        """How an envelope says it."""
        return f"import:{self.fingerprint}:{self.line}"


PARTED = "\n"
"""Parts a node's name from its own ids: no command id may hold it."""


def foreign(node: str, id_: str) -> str:
    """A command id of another node, as it is known here."""
    return f"{node}{PARTED}{id_}"


class Envelope(typing.NamedTuple):
    """What is known of an event beside its own fields. Position and recording time come from the store.

    A tuple, since reading the log makes millions: it costs a third of a frozen dataclass.

    What another node recorded is told apart by what only it can tell apart: its command ids and entries stand as `foreign`
    makes them, and its accounts as login@node.
    """

    occurred_on: date
    occurred_at: datetime | None
    command_id: str
    command: str
    actor: str
    post: str
    source: str = "form"
    """How it came in: `form`, `import`, `api` ...; of a line of a file as `FromFile.source`."""
    reason: str | None = None
    corrects: int | None = None
    """The version, in the same stream, whose place this event takes."""
    entry: str | None = None
    """The command id of the entry that a re-entered event belongs to; None when it is `command_id`."""
    facility: str | None = None
    region: str | None = None
    position: int = 0
    recorded_at: datetime | None = None

    @property
    def node(self) -> str | None:
        """The node that recorded it, where that was another one than this."""
        node, parted, _ = self.command_id.partition(PARTED)
        return node if parted else None

    @property
    def given_id(self) -> str:
        """The command id as the node knows it that recorded the event."""
        return self.command_id.rpartition(PARTED)[2]

    @property
    def entry_id(self) -> str:
        """Which entry the event belongs to; it stays the same through corrections."""
        return self.entry or self.command_id

    @property
    def way(self) -> str:
        """How it came in, without the file."""
        return self.source.partition(":")[0]

    @property
    def file(self) -> FromFile | None:
        """The line of a file from which it was read; None where no file is known."""
        _, fingerprint, line = (*self.source.split(":"), "", "")[:3]
        return FromFile(fingerprint, int(line)) if line.isdecimal() else None
