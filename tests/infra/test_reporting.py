"""What processes say: a line a message, as text or JSON, whoever speaks, and nothing of anybody."""

from __future__ import annotations

import json
import logging
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from adapters.clock import FixedClock
from domain.log import LogUnavailable
from infra import loops
from infra.answers import say, warn
from infra.bootstrap import bootstrap
from infra.loops import Loop, verify_if_due
from infra.reporting import Reporting
from infra.settings import Settings, SettingsError

NOW = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


@pytest.fixture
def as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """SHOUWANG_LOG=json."""
    monkeypatch.setenv("SHOUWANG_LOG", "json")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    """What was said, a JSON object a line."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_message_is_one_json_object_on_one_line(as_json: None, capsys: pytest.CaptureFixture[str]) -> None:
    """With the moment, the process, the level, and both languages."""
    say("已停止", "stopped")
    warn("转发受阻", "nothing is published")
    first, second = lines(capsys)

    assert list(first) == ["at", "process", "level", "zh", "en"]
    assert (first["level"], first["zh"], first["en"]) == ("info", "已停止", "stopped")
    assert second["level"] == "warning"
    assert datetime.fromisoformat(first["at"]).tzinfo is not None
    assert first["process"].startswith("shouwang[")


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_that_is_said_begins_a_line_of_its_own(
    form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name with a line break in it stays on the line of its message, in both forms."""
    monkeypatch.setenv("SHOUWANG_LOG", form)
    say("节点 a\r\n假的一行\x1b[2J\u2028 b", "node a\r\na forged line\x1b[2J\u2028 b")
    said = capsys.readouterr().err

    assert said.count("\n") == 1
    assert said.endswith("\n")
    assert not {"\r", "\x1b", "\u2028"} & set(said)


def test_another_form_is_refused_by_name() -> None:
    """SHOUWANG_LOG=xml is wrong usage."""
    with pytest.raises(SettingsError, match="SHOUWANG_LOG=xml"):
        Settings.read({"SHOUWANG_LOG": "xml"})


def test_an_error_of_a_page_is_told_without_what_it_says(as_json: None, capsys: pytest.CaptureFixture[str]) -> None:
    """The kind of the error, where it happened and the name of the page: no name, no address, no value."""
    app = Flask("shouwang.pages")
    app.logger.addHandler(Reporting(say))
    app.logger.propagate = False

    @app.get("/persons/<name>")
    def show_person(name: str) -> str:
        raise ValueError(f"张建国 {name} 540102195001011234")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert app.test_client().get("/persons/zhang").status_code == 500
    (told,) = lines(capsys)

    assert told["level"] == "error"
    assert "ValueError" in told["en"]
    assert "test_reporting.py" in told["en"]
    assert "GET show_person" in told["en"]
    assert not [said for said in ("张建国", "zhang", "5401") if said in json.dumps(told, ensure_ascii=False)]


def test_a_library_is_heard_with_its_numbers_and_without_its_values(
    as_json: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """The depth of a queue is told, an address is not."""
    handler = Reporting(say)
    for level, message, value in (
        (logging.WARNING, "Task queue depth is %d", 7),
        (logging.ERROR, "Exception while serving %s", "/persons/zhang"),
    ):
        handler.handle(logging.LogRecord("waitress", level, "", 0, message, (value,), None))
    first, second = lines(capsys)

    assert first["en"] == "waitress: Task queue depth is 7"
    assert second["en"] == "waitress: Exception while serving …"


def test_a_loop_tells_what_nobody_foresaw_once_and_goes_on(
    as_json: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It does not die of it: it is tried again, and works when it can."""
    monkeypatch.setattr(loops, "AGAIN_S", 0.01)
    tried, done = [], threading.Event()

    def once(_stopping: threading.Event) -> None:
        tried.append(1)
        if len(tried) <= 2:
            raise KeyError("张建国")
        if len(tried) == 3:
            raise LogUnavailable("账本被占用", "the log is locked")
        done.set()
        _stopping.wait(0.01)

    loop = Loop("relay", once, ("转发受阻", "nothing is published"))
    loop.start()
    assert done.wait(10)
    loop.stop()
    wrong, away = lines(capsys)

    assert (wrong["level"], away["level"]) == ("error", "warning")
    assert wrong["process"].startswith("relay[")
    assert wrong["en"].startswith("nothing is published, the program is wrong: KeyError (")
    assert "张建国" not in wrong["zh"]
    assert away["en"] == "nothing is published: the log is locked"


def test_the_log_is_verified_once_a_day_and_what_was_found_is_kept(tmp_path: Path) -> None:
    """Not again before a day is over, whatever restarts meanwhile."""
    clock = FixedClock(NOW)
    services = bootstrap(Settings(data=tmp_path / "var"), clock)
    services.log.make()
    going = threading.Event()
    verify_if_due(services, going)
    first = services.standing.verified()
    assert first is not None
    assert first.ok
    clock.set(NOW + timedelta(hours=23))
    verify_if_due(services, going)
    assert services.standing.verified() == first
    clock.set(NOW + timedelta(hours=25))
    verify_if_due(services, going)
    again = services.standing.verified()
    assert again is not None
    assert again.at > first.at


def test_a_verification_that_finds_something_says_so(
    tmp_path: Path, as_json: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error line, and kept as not passed."""
    services = bootstrap(Settings(data=tmp_path / "var"), FixedClock(NOW))
    services.log.make()
    bad = services.heads.verify().__class__(False, 3, 3, "", 2, "leaf", "第 2 条不符。", "Event 2 is wrong.")
    monkeypatch.setattr(type(services.heads), "verify", lambda *_, **__: bad)
    verify_if_due(services, threading.Event())
    (told,) = lines(capsys)
    kept = services.standing.verified()

    assert told["level"] == "error"
    assert told["en"].startswith("the log did not pass its verification: Event 2 is wrong.")
    assert kept is not None
    assert (kept.ok, kept.kind, kept.position) == (False, "leaf", 2)
