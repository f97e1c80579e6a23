"""节点密钥 — the two Ed25519 keys of a node: one signs its own tree heads, the other cosigns those of its subordinates.

They lie in the vault. A cosignature does not say who cosigned, so a key serves one purpose only (c2sp.org/tlog-cosignature).
"""

from __future__ import annotations

import os
from functools import lru_cache
from urllib.parse import quote

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from adapters.notes import Signer, Verifier
from adapters.vault_store import VaultStore, secrets
from domain.log import LogUnavailable

SIGNING, WITNESS = "signing", "witness"
SEED_BYTES = 32


@lru_cache(maxsize=1024)
def key_name(node: str) -> str:
    """The name of a node as notes can hold it: without spaces and plus signs. Every message asks for it again."""
    return quote(node, safe="/:.-_")


class NodeKeys:
    """The signers of a node; a key is drawn, durably, when it is first needed."""

    def __init__(self, store: VaultStore, node: str) -> None:
        self._store, self._name = store, key_name(node)
        self._signers: dict[str, Signer] = {}

    @property
    def log(self) -> Signer:
        """Who signs the heads of this node's own log."""
        return self._signer(SIGNING, self._name)

    @property
    def witness(self) -> Signer:
        """Who cosigns the heads of subordinate nodes."""
        return self._signer(WITNESS, f"{self._name}/witness")

    @property
    def known(self) -> Verifier | None:
        """The public half of the key that signs heads; None where no head was ever signed. Draws nothing."""
        if not self._store.rows(select(secrets.c.name).where(secrets.c.name == SIGNING)):
            return None
        return Verifier(self.log.name, self.log.public)

    def _signer(self, purpose: str, name: str) -> Signer:
        if purpose not in self._signers:
            self._signers[purpose] = Signer(name, self._seed(purpose))
        return self._signers[purpose]

    def _seed(self, purpose: str) -> bytes:
        mine = select(secrets.c.key).where(secrets.c.name == purpose)
        if not (rows := self._store.rows(mine)):
            try:
                with self._store.writing() as connection:
                    connection.execute(insert(secrets), {"name": purpose, "key": os.urandom(SEED_BYTES)})
            except LogUnavailable as error:  # another process drew it at the same moment
                if not isinstance(error.__cause__, IntegrityError):
                    raise
            rows = self._store.rows(mine)
        return bytes(rows[0]["key"])
