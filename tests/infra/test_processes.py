"""Web and runner as programs of their own over one database: each starts, stops and dies without the others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

import pytest

from domain.desk import Submission
from infra.bootstrap import Services, bootstrap
from infra.settings import Settings
from projections.ask import Ask
from tests.infra.shell import ROOT
from tests.infra.test_web_processes import answers, record, until
from tests.services import database_url, postgres_server

__all__ = ["database_url", "postgres_server"]

pytestmark = [pytest.mark.postgres, pytest.mark.long]
READY_S, TAKEN_OVER_S = 60.0, 20.0
ASKED = "/api/v1/figures?key=activity.hotline.consultations&region=540400&from=2024-06-01&as_of=2024-06-30"


class Program:
    """One `shouwang` process and what it said."""

    def __init__(self, output: Path, *words: str) -> None:
        self.output = output
        environment = {**os.environ, "SHOUWANG_LANG": "en", "SHOUWANG_PROCESSES": "1", "PYTHONPATH": str(ROOT)}
        with output.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "infra.cli", *words], cwd=ROOT, env=environment, stdout=said, stderr=said
            )

    def said(self) -> str:
        """Everything it said so far."""
        return self.output.read_text(encoding="utf-8")

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        self.process.terminate()
        return self.process.wait(30)

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait(30)


@contextmanager
def program(folder: Path, *words: str) -> Iterator[Program]:
    """A program that is gone afterwards, whatever happens."""
    started = Program(folder / f"{words[0]}-{uuid.uuid4().hex[:6]}.txt", *words)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.kill()


@pytest.fixture(scope="module")
def node(database_url: str) -> Iterator[tuple[Services, str]]:
    """A node on PostgreSQL and the token of a regulator."""
    services = bootstrap(Settings(database_url=database_url))
    args = {"login": "linzhi.regulator", "post": "regulator", "scope_region": "540400"}
    opening = Submission("account.open", str(uuid.uuid4()), args, occurred_on=date(2024, 1, 1), source="import")
    services.desk.submit(opening)
    yield services, services.api_tokens.make("linzhi.regulator", "test", 30)
    services.close()


def counted(services: Services) -> str:
    """The figure as the views have it now, without bringing them anywhere."""
    (figure,) = services.views.figures(["activity.hotline.consultations"], Ask(date(2024, 6, 30), region="540400"))
    return str(figure["value"])


def enter(services: Services, how_many: int) -> int:
    """Record so many entries of one call each; the last position."""
    args = {"type": "hotline", "region": "540402", "quantities": {"consultations": 1}}
    said = [Submission("activity.log", str(uuid.uuid4()), args, occurred_on=date(2024, 6, 5)) for _ in range(how_many)]
    return max(receipt.positions[-1] for receipt in services.desk.submit_many(said))


def test_of_several_runners_one_leads_and_another_takes_over_when_it_is_killed(
    node: tuple[Services, str], tmp_path: Path
) -> None:
    """Two runners: one stands by. The leader dies by SIGKILL; the other goes on, and no entry is counted twice or lost."""
    services, _ = node
    begun = enter(services, 1)
    with ExitStack() as running:
        first = running.enter_context(program(tmp_path, "run-projections", "--database-url", url_of(services)))
        assert until(lambda: services.views.position() >= begun, READY_S), first.said()
        second = running.enter_context(program(tmp_path, "run-projections", "--database-url", url_of(services)))
        assert until(lambda: "stands by" in second.said(), READY_S)
        before = int(counted(services))
        for _ in range(5):
            enter(services, 20)
        first.kill()
        last = enter(services, 20)
        assert until(lambda: services.views.position() >= last, TAKEN_OVER_S), second.said()
        assert int(counted(services)) == before + 120
        assert "from now on" in second.said()
        assert second.stop() == 0
        last = enter(services, 1)
        time.sleep(1.5)
        assert services.views.position() < last, "control: without a runner nobody brings the views anywhere"


def test_pages_go_on_without_a_runner_and_the_runner_without_pages(node: tuple[Services, str], tmp_path: Path) -> None:
    """Two servers of pages and a runner: each is stopped and started while the others answer and count."""
    services, token = node
    with ExitStack() as running:
        where = ("--database-url", url_of(services))
        pages = [running.enter_context(program(tmp_path, "serve", "--pages-only", "--port", "0", *where)) for _ in "ab"]
        assert all(until(lambda one=one: "http://" in one.said(), READY_S) for one in pages), pages[0].said()
        here, there = (one.said().split("http://")[1].split()[0] for one in pages)
        before = told(f"http://{here}", token)
        record(f"http://{here}", token)  # nobody keeps the views: who waits for a receipt brings them there
        assert told(f"http://{there}", token) == before + 1
        runner = running.enter_context(program(tmp_path, "run-projections", *where))
        assert pages[0].stop() == 0
        record(f"http://{there}", token)
        assert told(f"http://{there}", token) == before + 2
        assert pages[1].stop() == 0
        last = enter(services, 3)
        assert until(lambda: services.views.position() >= last, READY_S), runner.said()
        runner.process.send_signal(signal.SIGINT)
        assert runner.process.wait(30) == 0
    assert int(counted(services)) == before + 5
    assert services.log.verify().ok


def told(address: str, token: str) -> int:
    """The figure as a server tells it."""
    status, body = answers(address, ASKED, token) or (0, "")
    assert status == 200, body
    (figure,) = json.loads(body)
    return int(figure["value"])


def url_of(services: Services) -> str:
    """The database of a node."""
    assert services.settings.database_url
    return services.settings.database_url
