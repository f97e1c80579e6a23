"""What the numbers were measured on."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from statistics import median

import psycopg

from infra.bench.rounds import percentile

SYNCS = 200
PAGE = b"\0" * 4096
PACKAGES = ("eventsourcing", "msgspec", "SQLAlchemy", "psycopg", "marshmallow", "cryptography")


def described(directory: Path, server: str | None) -> Iterator[tuple[str, str]]:
    """(what, value) pairs."""
    typical, slow = synced(directory)
    yield "CPU", f"{_processor()}, {len(os.sched_getaffinity(0))} cores"
    yield "load when it began", f"{os.getloadavg()[0]:.1f}"
    yield "memory", f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB"
    yield "disk", f"write of a page and fdatasync: median {typical * 1e6:.0f} µs, p95 {slow * 1e6:.0f} µs"
    yield "system", f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    yield "SQLite", f"{sqlite3.sqlite_version}, WAL, synchronous=FULL (log), NORMAL (views)"
    if server:
        with psycopg.Connection.connect(server) as connection:
            settings = {
                name: connection.execute(f"SHOW {name}").fetchone()[0]  # type: ignore[index]
                for name in ("server_version", "fsync", "synchronous_commit", "shared_buffers")
            }
        yield "PostgreSQL", ", ".join(f"{name} {value}" for name, value in settings.items()) + ", local TCP"
    yield "packages", ", ".join(f"{name} {version(name)}" for name in PACKAGES)


def synced(directory: Path) -> tuple[float, float]:
    """Seconds for one page to be on the disk: median and 95th percentile. The least that a durable commit costs."""
    took = []
    with (directory / "synced").open("wb", buffering=0) as file:
        for _ in range(SYNCS):
            began = time.perf_counter()
            file.write(PAGE)
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - began)
    return median(took), percentile(took, 0.95)


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    lines = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor()
    )
