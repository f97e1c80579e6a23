"""The web as several processes on one address: none answers less than another, and none takes the others with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Thread

import pytest

from domain.desk import Submission
from domain.log import Receipt
from infra import web_processes
from infra.bootstrap import bootstrap
from infra.settings import Settings
from infra.web_processes import WebProcesses
from tests.infra.shell import ROOT

pytestmark = pytest.mark.long

STARTED_S, ENDED_S = 60.0, 30.0


def answers(address: str, path: str = "/healthz", token: str | None = None) -> tuple[int, str] | None:
    """(status, body), None where nobody answers."""
    asked = urllib.request.Request(address + path, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return None


def until(true: Callable[[], bool], seconds: float) -> bool:
    """Whether something becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


@contextmanager
def several(data: Path, processes: int) -> Iterator[tuple[WebProcesses, str]]:
    """The web over a directory, watched as `serve` watches it."""
    web = WebProcesses(Settings(data=data, port=0, processes=processes))
    watching = Thread(target=web.watch, daemon=True)
    try:
        web.start()
        watching.start()
        yield web, f"http://127.0.0.1:{web.port}"
    finally:
        web.stop()
        watching.join(ENDED_S)


def recorder(data: Path) -> str:
    """The token of a regulator of a new node."""
    services = bootstrap(Settings(data=data))
    args = {"login": "linzhi.regulator", "post": "regulator", "scope_region": "540400"}
    opened = Submission("account.open", str(uuid.uuid4()), args, occurred_on=date(2024, 1, 1), source="import")
    (outcome,) = services.desk.submit_many([opened])
    assert isinstance(outcome, Receipt)
    services.views.catch_up()
    return services.api_tokens.make("linzhi.regulator", "test", 30)


def record(address: str, token: str) -> int:
    """Post one entry; its position."""
    line = {
        "command": "activity.log",
        "id": str(uuid.uuid4()),
        "occurred_on": "2024-06-05",
        "args": {"type": "hotline", "region": "540402", "quantities": {"consultations": 1}},
    }
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    asked = urllib.request.Request(f"{address}/api/v1/commands", json.dumps(line).encode(), headers)
    with urllib.request.urlopen(asked) as answer:
        (position,) = json.load(answer)["positions"]
    return int(position)


def test_what_one_process_recorded_is_in_the_answers_of_all(tmp_path: Path) -> None:
    """After an entry was acknowledged every process counts it, and knows the token.

    Two processes die in turn, so that each of them must have answered alone; the control is the number before the entry.
    """
    token = recorder(tmp_path)
    asked = "/api/v1/figures?key=activity.hotline.consultations&region=540400&from=2024-06-01&as_of=2024-06-30"

    def told() -> str:
        status, body = answers(address, asked, token) or (0, "")
        assert status == 200, body
        (figure,) = json.loads(body)
        return str(figure["value"])

    with several(tmp_path, 2) as (web, address):
        assert told() == "0"
        for number in range(1, 9):
            record(address, token)
            assert {told() for _ in range(4)} == {str(number)}
        for pid in web.pids:
            os.kill(pid, signal.SIGSTOP)  # it takes no visitor: the other one answers
            record(address, token)
            number += 1
            assert {told() for _ in range(4)} == {str(number)}
            os.kill(pid, signal.SIGCONT)


def test_a_process_that_dies_is_replaced_and_nobody_is_turned_away(tmp_path: Path, monkeypatch) -> None:
    """Whoever asks while one of two processes is killed is answered; afterwards there are two again."""
    monkeypatch.setattr(web_processes, "AGAIN_LATER_S", 0.5)
    with several(tmp_path, 2) as (web, address):
        before = web.pids
        os.kill(before[0], signal.SIGKILL)

        asked = [answers(address) for _ in range(20)]

        assert asked == [(200, '{"status":"ok"}\n')] * 20
        assert until(lambda: before[0] not in web.pids and len(web.pids) == 2, STARTED_S)
        assert before[1] in web.pids
        os.kill(before[1], signal.SIGSTOP)
        assert answers(address) == asked[0], "the new one answers alone"
        os.kill(before[1], signal.SIGCONT)
    assert answers(address) is None, "control: nobody answers when all have stopped"


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C is heard by what is started here: a shell lets what it runs in the background ignore it, children too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGKILL, -9)])
def test_no_process_outlives_the_one_that_started_it(tmp_path: Path, sent: signal.Signals, code: int) -> None:
    """However `serve` ends, the address is free afterwards; by a signal that can be heard it ends with status 0."""
    words = [sys.executable, "-m", "infra.cli", "serve", "--port", "0", "--data", str(tmp_path / "data")]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as serving:
        assert serving.stdout is not None
        address = serving.stdout.readline().strip()
        assert answers(address) is not None
        serving.send_signal(sent)
        assert serving.wait(ENDED_S) == code
        assert until(lambda: answers(address) is None, ENDED_S)


def test_the_first_start_on_a_directory_that_is_none_yet_is_ready_at_once(tmp_path: Path) -> None:
    """It makes the directory, and nothing is said of a disk that cannot be written."""
    words = [sys.executable, "-m", "infra.cli", "serve", "--port", "0", "--data", str(tmp_path / "new" / "data")]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as serving:
        assert serving.stdout is not None
        address = serving.stdout.readline().strip()
        assert address.startswith("http://"), address
        assert until(lambda: (answers(address, "/readyz") or (0, ""))[0] == 200, STARTED_S)
        serving.send_signal(signal.SIGTERM)
        said, _ = serving.communicate(timeout=ENDED_S)

    assert "受阻" not in said


@pytest.mark.parametrize(("later", "again"), [(60.0, False), (0.2, True)])
def test_a_process_that_cannot_live_is_tried_again_only_later(tmp_path: Path, monkeypatch, capfd, later, again) -> None:
    """The other goes on answering and each try is told; the control waits hardly at all and tries again and again."""
    monkeypatch.setattr(web_processes, "AGAIN_LATER_S", later)
    said: list[str] = []

    def ended() -> int:
        said.append(capfd.readouterr().err)
        return "".join(said).count("意外结束")

    with several(tmp_path, 2) as (web, address):
        monkeypatch.setattr(web_processes, "answer", dies)
        kept, killed = web.pids
        os.kill(killed, signal.SIGKILL)
        assert until(lambda: ended() > again, 8.0 if not again else STARTED_S)
        time.sleep(0.0 if again else 6.0)

        assert answers(address) is not None
        assert kept in web.pids
        assert ended() > 1 if again else ended() == 1


def dies(*_: object) -> None:
    """A process that cannot live."""
    raise SystemExit(3)
