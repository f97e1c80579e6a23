"""Who may import whom, and who may touch the world: what holds the rooms of the house apart."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import PACKAGES, ROOT, dotted, parsed, sources

ENVIRONMENT = frozenset({"os.environ", "os.environb", "os.getenv", "os.putenv", "environ", "getenv"})
CLOCKS = frozenset({"now", "utcnow", "today"})
CLOCK_CALLS = frozenset({"time.time", "time.time_ns", "time.localtime", "time.gmtime"})
OPENERS = frozenset(
    {
        "create_engine",
        "sqlalchemy.create_engine",
        "sa.create_engine",
        "sqlite3.connect",
        "psycopg.connect",
        "ConnectionPool",
        "psycopg_pool.ConnectionPool",
        "KafkaProducer",
        "KafkaConsumer",
        "kafka.KafkaProducer",
        "kafka.KafkaConsumer",
    }
)
MAY_READ_ENVIRONMENT = {
    "infra/settings.py": "makes the one frozen dataclass of settings",
    "adapters/event_store.py": "refuses a setting of the library that would make readers lose events",
}
MAY_OPEN = {
    "infra/bootstrap.py": "the one composition root",
    "infra/backup.py": "copies a store while it is closed to writers",
    "adapters/sqlite_log.py": "opener of the log, called by the composition root",
    "adapters/postgres_log.py": "opener of the log, called by the composition root",
    "adapters/vault_store.py": "opener of the vault, called by the composition root",
    "projections/store.py": "opener of the views, called by the composition root",
    "projections/turns.py": "the lock of a file that says who keeps the views",
    "infra/migrations/__init__.py": "opens each place once, to bring it to a release",
    "adapters/broker.py": "the one door to Kafka: a producer, a consumer, made from what it is handed",
    "adapters/reaching.py": "makes the clients of that door, and takes away what a failed try leaves",
}
"""Modules that may open a database or a broker, and why. A new line here is an architectural decision."""

IMPORT_EVERYTHING = """
import importlib, os, pathlib, pkgutil, sys

root, packages = pathlib.Path(sys.argv[1]), sys.argv[2:]
homes = tuple(map(os.path.realpath, (root, sys.prefix, sys.base_prefix, *filter(None, sys.path))))
loud = ("socket.connect", "socket.bind", "socket.getaddrinfo", "sqlite3.connect", "subprocess.Popen", "os.system")
seen = []

def listen(event, args):
    if event not in (*loud, "open") or not ours():
        return
    if event != "open":
        seen.append(f"{event} {args!r}")
    elif isinstance(args[0], (str, os.PathLike)):
        path = os.path.realpath(os.fspath(args[0]))
        writes = isinstance(args[1], str) and set(args[1]) & set("wax+")
        if writes or not path.startswith(homes):
            seen.append(f"open {path} {args[1]}")

def ours():
    frame = sys._getframe(2)
    while frame:
        if frame.f_code.co_filename.startswith(places):
            return True
        frame = frame.f_back
    return False

places = tuple(str(root / p) + os.sep for p in packages)
sys.addaudithook(listen)
for package in packages:
    module = importlib.import_module(package)
    for found in pkgutil.walk_packages(module.__path__, package + "."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
print("\\n".join(seen), end="")
"""


def uses(name: str, wanted: frozenset[str]) -> Iterator[str]:
    """Where a file names one of the expressions."""
    for node in ast.walk(parsed(name)):
        if isinstance(node, ast.Attribute | ast.Name) and dotted(node) in wanted:
            yield f"{name}:{node.lineno}: {dotted(node)}"


def clock_readings(name: str) -> Iterator[str]:
    """Where a file asks what time it is."""
    for node in ast.walk(parsed(name)):
        if not isinstance(node, ast.Call):
            continue
        called = dotted(node.func)
        owner, _, method = called.rpartition(".")
        if called in CLOCK_CALLS or (method in CLOCKS and owner.rpartition(".")[2] in ("datetime", "date")):
            yield f"{name}:{node.lineno}: {called}()"


def test_the_import_contracts_are_kept() -> None:
    """infra > webapp > (adapters | projections) > domain, and the other contracts of setup.cfg."""
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(
        [linter, "--no-cache", "--config", "setup.cfg"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


def test_only_the_settings_read_the_environment() -> None:
    """One frozen dataclass is made from the environment; everything else is handed what it needs."""
    found = [use for name in sources(*PACKAGES) if name not in MAY_READ_ENVIRONMENT for use in uses(name, ENVIRONMENT)]

    assert found == []


def test_only_the_clock_adapter_asks_the_time() -> None:
    """A rebuild is the same on any day because nothing but the clock knows the day."""
    found = [use for name in sources(*PACKAGES) if name != "adapters/clock.py" for use in clock_readings(name)]

    assert found == []


def test_only_the_openers_open_databases_and_brokers() -> None:
    """Engines, connections and producers are made in the composition root or by an opener that it calls."""
    found = [use for name in sources(*PACKAGES) if name not in MAY_OPEN for use in uses(name, OPENERS)]

    assert found == []


def test_importing_every_module_touches_nothing() -> None:
    """Importing opens no socket, database or process, and no file outside the tree."""
    result = subprocess.run(
        [sys.executable, "-B", "-c", IMPORT_EVERYTHING, ROOT, *PACKAGES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("datetime.now(UTC)", 1),
        ("datetime.datetime.utcnow()", 1),
        ("date.today()", 1),
        ("time.time()", 1),
        ("clock.now()", 0),
        ("time.monotonic()", 0),
    ],
)
def test_the_clock_rule_knows_a_clock(text: str, readings: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule sees the ways of asking the system's time, and not our own clock."""
    monkeypatch.setitem(globals(), "parsed", lambda _: ast.parse(text))

    assert len(list(clock_readings("any.py"))) == readings
