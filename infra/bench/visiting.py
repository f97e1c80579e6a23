"""How fast pages come when ten people read at once, over ten years of a province, and how heavy they are.

The server is the product's own, with as many processes as it has by default; the readers stand beside it on the same machine.
"""

from __future__ import annotations

import random
import re
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from domain.accounts import account_stream
from domain.desk import Submission
from domain.model import CHINA, Refused
from infra.bench.asking import questions
from infra.bench.nodes import PROVINCE
from infra.bench.rounds import Line, percentile
from infra.bootstrap import Services
from infra.settings import Settings
from infra.web_processes import WebProcesses
from webapp.app import SESSION_COOKIE

READERS = 10
PAUSE_S = 2.0
"""How long somebody looks at a page before the next one: a fast clicker."""
WARMED = 4
"""How often each kind of page is opened before the clock runs: every process must have seen it."""
PAGE_MS_MAX, PAGE_KB_MAX = 150.0, 300.0
PATHS = (
    "/?as_of={day}&region={region}",
    "/figures/facility.beds_licensed?as_of={day}&region={region}",
    "/boards/facilities?as_of={day}&region={region}",
    "/boards/stays?as_of={day}&region={region}",
    "/boards/duties?as_of={day}&region={region}",
    "/events",
    "/enter",
    "/enter/stay.admit",
)
"""What people open all day; a region and a day drawn at random each time."""
ASSETS = re.compile(r'(?:href|src)="(/static/[^"]+)"')
CHARTS = "echarts"
LOGIN = "bench.regulator"


def pages(engine: str, services: Services, directory: Path, number: int) -> Iterator[Line]:
    """The time that one page in twenty passes, ten readers at a time; and the heaviest page with what it loads."""
    _open_account(services)
    drawn = enumerate(questions(services, PATHS, "county", number * 2))
    asked = [PATHS[i % len(PATHS)].format(day=q.as_of, region=q.region) for i, q in drawn]
    times, rate, heaviest = _measured(services, directory, asked)
    slow = percentile(times, 0.95)
    by_kind = {path.partition("?")[0]: percentile(times[i :: len(PATHS)], 0.95) for i, path in enumerate(PATHS)}
    told = ", ".join(f"{path} {ms:.0f}" for path, ms in sorted(by_kind.items(), key=lambda one: -one[1]))
    note = f"median {percentile(times, 0.5):.0f} ms, {len(times)} pages; p95 by kind: {told}"
    what = f"a page, {READERS} readers at once, each {PAUSE_S:g} s between two pages, p95"
    yield _line("5a", what, engine, "ms", slow, PAGE_MS_MAX, note)
    what = "the heaviest of these pages with its style sheet and scripts"
    yield _line("5b", what, engine, "KB", heaviest, PAGE_KB_MAX)
    yield _line("5c", f"pages, {READERS} readers who never pause", engine, "pages/s", rate)


def _line(
    number: str, what: str, engine: str, unit: str, rate: float, most: float | None = None, note: str = ""
) -> Line:
    """A row without a floor."""
    target, met = ("", None) if most is None else (f"≤ {most:g} {unit}", rate <= most)
    return Line(number, what, engine, "", unit, rate, None, None, target, met, note)


def _measured(services: Services, directory: Path, asked: list[str]) -> tuple[list[float], float, float]:
    """(milliseconds of each page, pages a second of readers in haste, kilobytes of the heaviest page)."""
    settings = Settings(data=directory, port=0)
    web, kinds = WebProcesses(settings), asked[: len(PATHS)]
    base, token = f"http://127.0.0.1:{web.port}", services.sessions.open(LOGIN)
    try:
        web.start()
        for path in kinds * WARMED:  # the first look at each kind of page fills caches, as the first readers do
            _fetch(base, path, token)
        with ThreadPoolExecutor(READERS) as readers:
            times = [taken for taken, _ in readers.map(lambda path: _read(base, path, token), asked)]
            began, hasty = time.perf_counter(), asked[: len(asked) // 4]
            list(readers.map(lambda path: _fetch(base, path, token), hasty))
            rate = len(hasty) / (time.perf_counter() - began)
        return times, rate, max(_weight(base, path, token) for path in kinds) / 1024
    finally:
        web.stop()


def _read(base: str, path: str, token: str) -> tuple[float, bytes]:
    """Open a page as somebody who reads: after a look at the one before."""
    time.sleep(random.uniform(0.5, 1.5) * PAUSE_S)
    return _fetch(base, path, token)


def _open_account(services: Services) -> None:
    """A regulator of the province, unless a kept log has the account."""
    if services.log.stream(account_stream(LOGIN)):
        return
    opened = Submission(
        "account.open",
        f"bench:{LOGIN}",
        {"login": LOGIN, "post": "regulator", "scope_region": PROVINCE},
        occurred_on=services.clock.now().astimezone(CHINA).date(),
        source="import",
    )
    (outcome,) = services.desk.submit_many([opened])
    if isinstance(outcome, Refused):
        raise outcome
    services.views.catch_up()


def _fetch(base: str, path: str, token: str) -> tuple[float, bytes]:
    """(milliseconds, what came)."""
    asked = urllib.request.Request(base + path, headers={"Cookie": f"{SESSION_COOKIE}={token}"})  # noqa: S310
    began = time.perf_counter()
    with urllib.request.urlopen(asked) as answer:  # noqa: S310
        content = answer.read()
        if answer.url != base + path:
            raise RuntimeError(f"{path} led to {answer.url}")
    return (time.perf_counter() - began) * 1_000, content


def _weight(base: str, path: str, token: str) -> int:
    """The bytes of a page and of everything that it loads but charts, uncompressed."""
    _, content = _fetch(base, path, token)
    loaded = dict.fromkeys(ASSETS.findall(content.decode()))
    imported = "/static/vendor/govuk-frontend-6.3.0/govuk-frontend.min.js"
    return len(content) + sum(len(_fetch(base, one, token)[1]) for one in [*loaded, imported] if CHARTS not in one)
