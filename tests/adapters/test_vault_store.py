"""The database of the vault: who may read the file, what stays in it, what it says when it cannot be used."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, text

from adapters.vault import KeyVault
from adapters.vault_store import VaultStore, keys, open_vault
from domain.log import LogUnavailable
from tests.adapters.vault_stores import AT, CARD, vault_on
from tests.places import ready

# -- the store itself --------------------------------------------------------------------------------------


def file_vault(tmp_path: Path, **options: object) -> tuple[KeyVault, VaultStore, Path]:
    """A vault in a directory that does not exist yet."""
    store = open_vault(data=tmp_path / "new" / "var", busy_s=0.05, ready=ready("vault", tmp_path / "new" / "var"))
    return vault_on(store, **options), store, tmp_path / "new" / "var" / "vault.sqlite3"


def test_reading_makes_no_directory(tmp_path: Path) -> None:
    """A new directory is made ready by the first write, and by nothing before it."""
    vault, store, file = file_vault(tmp_path)
    vault.find("张三")
    vault.person_stream(CARD, "1")
    vault.warm(["p-1"])
    vault.seal("p-1", AT, "张三")
    store.scrub()
    before = list(tmp_path.iterdir())
    vault.flush()

    assert before == []
    assert file.exists()


def test_a_flush_without_work_writes_nothing(tmp_path: Path) -> None:
    """Commands without private fields do not touch the vault."""
    vault, _, file = file_vault(tmp_path)
    vault.flush()

    assert not file.exists()


def test_only_the_owner_reads_the_file_and_commits_are_durable(tmp_path: Path) -> None:
    """Mode 0600, write-ahead log, and a commit waits for the disk."""
    vault, store, file = file_vault(tmp_path)
    vault.seal("p-1", AT, "张三")
    vault.flush()

    assert file.stat().st_mode & 0o777 == 0o600
    assert store.rows(text("PRAGMA journal_mode"))[0]["journal_mode"] == "wal"
    assert store.rows(text("PRAGMA synchronous"))[0]["synchronous"] == 2


def test_no_byte_of_a_destroyed_key_stays_in_the_files(tmp_path: Path) -> None:
    """The key is overwritten in the file and gone from its write-ahead log."""
    vault, store, file = file_vault(tmp_path)
    for number in range(50):
        vault.seal(f"p-{number}", AT, "张三")
    vault.flush()
    key = bytes(store.rows(keys.select().where(keys.c.subject == "p-7"))[0]["key"])

    def on_disk() -> bool:
        return any(key in path.read_bytes() for path in file.parent.iterdir())

    before = on_disk()
    vault.destroy("p-7")

    assert (before, on_disk()) == (True, False)


def test_a_locked_vault_says_so_and_loses_nothing(tmp_path: Path) -> None:
    """The flush fails in words for people; when the lock is gone the same work is flushed."""
    vault, store, file = file_vault(tmp_path)
    vault.seal("p-0", AT, "x")
    vault.flush()
    sealed = vault.seal("p-1", AT, "张三")
    with closing(sqlite3.connect(file)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogUnavailable) as caught:
            vault.flush()
    vault.flush()

    assert "占用" in caught.value.zh
    assert "locked" in caught.value.en
    assert vault_on(store).open(sealed) == "张三"


def test_a_full_disk_says_so(tmp_path: Path) -> None:
    """What cannot be written is told, and nothing is half written."""
    vault, store, _ = file_vault(tmp_path)
    vault.seal("p-0", AT, "x")
    vault.flush()
    event.listen(store._engine, "checkout", lambda c, *_: c.execute("PRAGMA max_page_count=1"))
    for number in range(2000):
        vault.seal(f"p-{number}", AT, "x")

    with pytest.raises(LogUnavailable, match="disk is full"):
        vault.flush()
    assert len(store.rows(keys.select())) == 1


def test_an_unreadable_vault_says_so(tmp_path: Path) -> None:
    """A file that is no vault is left as it is, whatever is asked of it."""
    vault, store, file = file_vault(tmp_path)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"this is not a database" * 500)
    asks = [lambda: vault.find("张三"), lambda: vault.seal("p-1", AT, "x"), store.scrub, lambda: vault.destroy("p-1")]

    for ask in asks:
        with pytest.raises(LogUnavailable, match="restore the vault"):
            ask()
    assert file.read_bytes().startswith(b"this is not")


def test_a_server_that_does_not_answer_says_so() -> None:
    """Also without the file: the message names neither host nor password."""
    url = "postgresql://someone:secret-word@127.0.0.1:1/none"
    vault = vault_on(open_vault(database_url=url, ready=ready("vault", database_url=url)))

    with pytest.raises(LogUnavailable) as caught:
        vault.seal("p-1", AT, "x")
    assert "secret-word" not in caught.value.zh + caught.value.en


@pytest.mark.postgres
def test_a_lost_connection_is_opened_again(database_url: str) -> None:
    """When the server ended our connections, the next question still has its answer."""
    store = open_vault(database_url=database_url, ready=ready("vault", database_url=database_url))
    vault = vault_on(store)
    sealed = vault.seal("p-lost", AT, "张三")
    vault.flush()
    store.key_rows("p-lost")
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    assert vault_on(store).open(sealed) == "张三"
    store.close()


def test_a_vault_needs_a_place() -> None:
    """Neither a directory nor a database is a mistake of the caller."""
    with pytest.raises(ValueError, match="needs a data directory"):
        open_vault(ready=lambda _: True)
