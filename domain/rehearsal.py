"""A vault that keeps nothing: what a command would lead to can be shown without a key being made or a name remembered."""

from __future__ import annotations

from domain.log import Vault
from domain.model import Sealed


class RehearsalVault:
    """Names and digests as the vault has them; sealed values are empty."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self.person_stream, self.pseudonym, self.digest = vault.person_stream, vault.pseudonym, vault.digest

    def seal(self, subject: str, at: tuple[str, str, int, str], text: str) -> Sealed:
        """A value that holds nothing."""
        return Sealed(subject, at, "")

    def open(self, value: Sealed) -> str | None:
        """What was really sealed before; what this vault sealed itself holds nothing."""
        return self.vault.open(value) if value.sealed else None

    def remember(self, person: str, name: str, number: str | None) -> None:
        """Nothing is remembered."""

    def forget(self, person: str) -> None:
        """Nothing is forgotten."""

    def flush(self) -> None:
        """Nothing is kept."""
