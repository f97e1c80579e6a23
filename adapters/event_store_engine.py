"""The two engines of the log: where it is, how the library's application is configured for it, how errors read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

_COMMON = {"CREATE_TABLE": "no", "ORIGINATOR_ID_TYPE": "text"}


@dataclass(frozen=True)
class Engine:
    """What the log needs to know of an engine."""

    env: Mapping[str, str]
    explain: Callable[[BaseException], tuple[str, str]]
    is_stale: Callable[[BaseException], bool]


def sqlite(data: Path, lock_timeout_s: int) -> Engine:
    """One file in a data directory."""
    from adapters.sqlite_log import explain

    file = data / "log.sqlite3"
    env = _COMMON | {
        "PERSISTENCE_MODULE": "adapters.sqlite_log:LogFactory",
        "APPLICATION_RECORDER_TOPIC": "adapters.sqlite_log:SQLiteLogRecorder",
        "SQLITE_DBNAME": str(file),
        "SQLITE_LOCK_TIMEOUT": str(lock_timeout_s),
    }
    return Engine(env, explain, lambda _: False)


def postgres(url: str, lock_timeout_s: int) -> Engine:
    """A schema of a PostgreSQL database. The driver is loaded only when it is asked for."""
    from adapters.postgres_log import environment, explain, is_stale

    env = (
        _COMMON
        | environment(url, lock_timeout_s)
        | {
            "PERSISTENCE_MODULE": "adapters.postgres_log:LogFactory",
            "APPLICATION_RECORDER_TOPIC": "adapters.postgres_log:PostgresLogRecorder",
        }
    )
    return Engine(env, explain, is_stale)
