"""Names of persons and facilities on a page: opened from the vault for those who may see them, masked for others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.facilities import Facility
from domain.log import LogUnavailable
from domain.model import Sealed
from domain.people import Person
from webapp import readable
from webapp.access import NAMES_OPEN, Reach
from webapp.noting import note
from webapp.services import Services
from webapp.wording import words

HIDDEN = "*"
"""What stands for a private value that an account may not read at all."""


class Names:
    """The names that one page shows; each is looked up once."""

    def __init__(self, services: Services, reach: Reach, zh: bool) -> None:
        self.services, self.reach, self.zh = services, reach, zh
        self._titles: dict[str, str] = {}
        self._whole: set[str] = set()
        """The persons whose names are kept here unmasked."""
        self._told: set[str] = set()
        """The things whose own texts this page tells."""

    def warm(self, streams: Iterable[str | None]) -> None:
        """Read many streams, and the keys of those who are persons, in few questions."""
        wanted = {stream for stream in streams if stream}
        self.reach.prefetch(wanted)
        subjects = [stream for stream in wanted if isinstance(self.state(stream), Person)]
        if subjects and hasattr(self.services.vault, "warm"):
            self.services.vault.warm(subjects)

    def tell(self, stream: str) -> None:
        """Open the texts of a thing that is no person, to posts that read names: for a page that the ledger of reads keeps."""
        if self.reach.actor.post in NAMES_OPEN:
            self._told.add(stream)

    def know(self, rows: Iterable[dict[str, Any]]) -> None:
        """Take the names of facilities from rows of their board."""
        self._titles |= {row["stream"]: row["title"] for row in rows}

    def state(self, stream: str) -> Any:
        """The thing behind a stream as it is now, None when there is none."""
        return self.reach.work.track(stream).state

    def facility(self, stream: str | None) -> str:
        """A facility's name."""
        if stream is None:
            return "—"
        if stream not in self._titles:
            state = self.state(stream)
            self._titles[stream] = state.title if isinstance(state, Facility) else words("name.unknown")[not self.zh]
        return self._titles[stream]

    def person(self, stream: str) -> str:
        """A person's name, whole or masked."""
        if stream not in self._titles:
            state = self.state(stream)
            shown = (
                self.opened(stream, state.title) if isinstance(state, Person) else words("name.unknown")[not self.zh]
            )
            synthetic = words("name.synthetic")[not self.zh] if getattr(state, "synthetic", False) else ""
            self._titles[stream] = shown + synthetic
            if isinstance(state, Person) and self.reach.names(stream) and self.text(state.title) is not None:
                self._whole.add(stream)
        if stream in self._whole:
            note(stream)
        return self._titles[stream]

    def opened(self, subject: str, value: Any, field: str = "name") -> str:
        """A private value as this account may read it: whole, masked, or gone."""
        shown = self.disclosed(subject, value, field)
        if shown is None:
            return words("name.destroyed" if value is not None else "name.none")[not self.zh]
        return words("name.hidden")[not self.zh] if shown == HIDDEN else readable.when(shown, self.zh)

    def disclosed(self, subject: str, value: Any, field: str = "name") -> str | None:
        """The same as data for a program: a day stays as it is, `HIDDEN` stands where nothing is shown, None where it is gone."""
        text = self.text(value)
        if text is None:
            return None
        if subject in self._told:
            return text
        if self.reach.names(subject):
            note(subject)
            return readable.masked_number(text) if field == "document_number" else text
        return readable.masked(text) if field in ("name", "title") else HIDDEN

    def read(self, value: Any) -> str | None:
        """What a sealed value holds, for a form; only for whoever may read it."""
        text = self.text(value)
        if text is not None and isinstance(value, Sealed):
            note(value.subject)
        return text

    def text(self, value: Any) -> str | None:
        """What a sealed value holds, without asking who may read it and without noting that it is shown."""
        try:
            return self.services.vault.open(value) if isinstance(value, Sealed) else value
        except LogUnavailable:
            return None
