"""The composition root: everything is built here and handed on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from adapters.api_tokens import ApiTokens
from adapters.bookmarks import Bookmarks
from adapters.clock import SystemClock
from adapters.drafts import Drafts
from adapters.event_store import EventLog, open_log
from adapters.evidence import Evidence
from adapters.federation import Federation
from adapters.heads import Heads
from adapters.known_nodes import KnownNodes
from adapters.lines import Lines
from adapters.node_keys import NodeKeys
from adapters.passwords import Passwords
from adapters.read_ledger import ReadLedger
from adapters.refused_letters import RefusedLetters
from adapters.schemas import Schemas
from adapters.sealed_store import SEALED
from adapters.search_backfill import SearchBackfill
from adapters.sessions import Sessions
from adapters.spreadsheets import Spreadsheets
from adapters.standing import Standing
from adapters.vault import KeyVault
from adapters.vault_store import VaultStore, open_vault
from domain.catalogue import commands
from domain.desk import Desk
from domain.log import Clock
from domain.model import CHINA
from domain.reference import FILES, Reference
from infra.federation import federation
from infra.migrations import migrations
from infra.settings import Settings
from projections.store import open_views
from projections.views import Views


@dataclass(frozen=True)
class Services:
    """What the web and the command line are handed."""

    settings: Settings
    clock: Clock
    reference: Reference
    log: EventLog
    vault: KeyVault
    schemas: Schemas
    desk: Desk
    views: Views
    passwords: Passwords
    sessions: Sessions
    reads: ReadLedger
    backfill: SearchBackfill
    evidence: Evidence
    drafts: Drafts
    bookmarks: Bookmarks
    api_tokens: ApiTokens
    lines: Lines
    spreadsheets: Spreadsheets
    heads: Heads
    keys: NodeKeys
    known_nodes: KnownNodes
    refused_letters: RefusedLetters
    federation: Federation
    standing: Standing
    stores: tuple[VaultStore, ...]

    def close(self) -> None:
        """Give back every connection, and the right to keep the views."""
        self.views.resign()
        self.views.engine.dispose()
        self.log.close()
        for store in self.stores:
            store.close()


@cache
def reference() -> Reference:
    """The reference data of this version, read once."""
    folder = files("domain") / "reference"
    return Reference.parse({name: (folder / name).read_text(encoding="utf-8") for name in FILES})


def bootstrap(settings: Settings, clock: Clock | None = None) -> Services:
    """Build everything. Touches no database until something is asked or recorded. Raises SettingsError."""
    clock = clock or SystemClock()
    data = None if settings.database_url else settings.data
    data_reference = reference()
    where: dict[str, Any] = {"data": data, "database_url": settings.database_url}
    ready = migrations(**where)
    log = open_log(**where, node=settings.node, ready=ready("log"))
    store = open_vault(**where, ready=ready("vault"))
    beside = open_vault(**where, place=SEALED, ready=ready("sealed"))
    vault, keys = KeyVault(store, clock), NodeKeys(store, settings.node)
    schemas = Schemas({name: command.fields for name, command in commands().items()}, data_reference.choices, clock)
    desk = Desk(log, vault, schemas, data_reference, clock)
    views = Views(open_views(**where, ready=ready("views")), log, data_reference)
    return Services(
        settings,
        clock,
        data_reference,
        log,
        vault,
        schemas,
        desk,
        views,
        Passwords(store, clock),
        Sessions(store, clock),
        ReadLedger(store, clock, settings.reads_kept_months),
        SearchBackfill(store, clock),
        Evidence(beside, vault, log, clock),
        Drafts(beside, vault, clock),
        Bookmarks(beside, vault, clock),
        ApiTokens(store, clock),
        Lines(desk, clock),
        Spreadsheets(),
        Heads(log, keys, clock),
        keys,
        KnownNodes(log),
        RefusedLetters(log),
        federation(settings, data_reference.regions, clock.now().astimezone(CHINA).date()),
        Standing(log, clock),
        (store, beside),
    )
