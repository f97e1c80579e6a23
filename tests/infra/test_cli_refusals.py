"""Wrong usage, broken places and processes: one line that says what to do, never a traceback."""

import json
import os
import sqlite3
import subprocess
import sys

import pytest

from tests.infra.shell import ROOT, county, home, shell
from tests.scene import BAYI

__all__ = ["county", "shell"]


# -- wrong usage and broken places --------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("dance",),
        ("figure",),
        ("figure", "x", "--as-of", "soon"),
        ("figure", "x", "--as-of", "0001-01-01"),
        ("figure", "x", "--to", "9999-12-31"),
        ("figure", "x", "--known-at", "soon"),
        ("figure", "x", "--known-at", "-1"),
        ("figure", "x", "--where", "kind"),
        ("figure", "x", "--format", "md"),
        ("why", "x"),
        ("why", "x", "--between", "1"),
        ("why", "x", "--between", "a", "b"),
        ("sheet", "facilities", "--limit", "0"),
        ("sheet", "facilities", "--limit", "99999999999999999999"),
        ("sheet", "facilities", "--limit", "many"),
        ("submit",),
        ("account",),
        ("account", "add"),
        ("account", "add", "li"),
        ("account", "dance"),
        ("timeline",),
        ("verify", "--format", "xml"),
    ],
)
def test_wrong_usage_is_answered_by_one_line_and_where_the_help_is(shell, words):
    """Exit 2, nothing on standard output, one or two lines on standard error, in the language of the terminal."""
    for language in ("zh", "en"):
        shell.monkeypatch.setenv("SHOUWANG_LANG", language)
        code, out, err = shell.run(*words)
        assert (code, out) == (2, "")
        assert 1 <= len(err.splitlines()) <= 2
    assert not shell.data.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("figure", "facility.nonsense"),
        ("figure", "facility.registered", "--region", "999999"),
        ("figure", "facility.registered", "--by", "colour"),
        ("figure", "facility.registered", "--where", "colour=red"),
        ("figure", "facility.registered", "--known-at", "99"),
        ("figure", "facility.opened", "--from", "2024-02-01", "--to", "2024-01-01"),
        ("figure", "facility.registered", "--from", "2024-02-01", "--to", "2024-01-01"),
        ("sheet", "duties", "--from", "2024-02-01", "--to", "2024-01-01"),
        ("figure", "facility.registered", "--facility", "nothing"),
        ("trace", "facility.nonsense"),
        ("why", "facility.nonsense", "--between", "0", "1"),
        ("why", "facility.registered", "--between", "0", "99"),
        ("sheet", "nonsense"),
        ("sheet", "facilities", "--where", "colour=red"),
        ("timeline", "nothing"),
        ("submit", "no-such-file"),
        ("submit", "."),
        ("account", "lock", "nobody"),
        ("account", "add", "Li", "--post", "auditor"),
        ("account", "add", "li", "--post", "dancer"),
        ("account", "add", "li", "--post", "regulator"),
        ("account", "add", "li", "--post", "regulator", "--region", "999999"),
    ],
)
def test_what_does_not_exist_is_said_in_one_line(county, words):
    """Exit 1 with what is wrong and what to do, in both languages; nothing on standard output."""
    for language in ("zh", "en"):
        county.monkeypatch.setenv("SHOUWANG_LANG", language)
        code, out, err = county.run(*words)
        assert (code, out, len(err.splitlines())) == (1, "", 1), (code, out, err)


@pytest.mark.parametrize("day", ["1800-01-01", "2100-12-31"])
def test_the_ends_of_time_can_be_asked_for(county, day):
    """No day of the calendar breaks a question."""
    for key in ("facility.beds_licensed", "stay.persons", "facility.opened", "facility.occupancy"):
        assert county.run("figure", key, "--as-of", day)[0] == 0
    assert county.run("sheet", "facilities", "--as-of", day)[0] == 0


def test_an_account_is_opened_listed_and_locked(shell):
    """The password of an account that exists is not touched by opening it again."""
    assert (
        shell.run(
            "account",
            "add",
            "li",
            "--post",
            "regulator",
            "--region",
            BAYI,
            "--password-stdin",
            stdin=b"correct horse battery staple\n",
        )[0]
        == 0
    )
    assert (
        shell.run(
            "account", "add", "li", "--post", "auditor", "--password-stdin", stdin=b"another horse battery staple\n"
        )[0]
        == 1
    )
    with sqlite3.connect(shell.data / "vault.sqlite3") as vault:
        assert vault.execute("SELECT count(*) FROM passwords").fetchone() == (1,)
    vault.close()
    assert [(r["login"], r["locked"]) for r in shell.json("account", "list")["rows"]] == [("li", False)]
    assert shell.run("account", "lock", "li")[0] == 0
    assert shell.run("account", "lock", "li")[0] == 1
    assert [r["locked"] for r in shell.json("account", "list")["rows"]] == [True]


def test_a_place_of_another_version_or_node_is_refused_with_what_to_do(county):
    """Exit 1, one line, nothing changed."""
    with sqlite3.connect(county.data / "log.sqlite3") as log:
        log.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    log.close()
    for words in (("figure", "facility.registered"), ("submit", str(county.file)), ("verify",)):
        code, out, err = county.run(*words)
        assert (code, out) == (1, "")
        assert "版本" in err


def test_a_place_that_is_no_directory_or_no_log_is_refused(shell):
    """A file in the way, or bytes that are no database."""
    shell.file.write_text(json.dumps(home()))
    shell.data.write_text("here lies a file")
    assert shell.run("submit", str(shell.file))[0] == 1
    shell.data.unlink()
    shell.data.mkdir()
    (shell.data / "log.sqlite3").write_bytes(b"no database at all" * 100)
    for words in (("submit", str(shell.file)), ("verify",), ("figure", "facility.registered")):
        assert shell.run(*words)[0] == 1


def test_a_place_that_cannot_be_written_is_refused(shell):
    """A directory in which nobody can make files, not even root; nothing is left half-written."""
    shell.file.write_text(json.dumps(home()))
    shell.data = "/proc/shouwang"
    status, _, said = shell.run("submit", str(shell.file))
    assert status == 1
    assert said.strip()


def test_progress_is_shown_on_standard_error_where_it_is_asked_for(county):
    """SHOUWANG_PROGRESS=1: a bar even where nobody watches; standard output stays clean JSON."""
    county.monkeypatch.setenv("SHOUWANG_PROGRESS", "1")
    for language in ("zh", "en"):
        county.monkeypatch.setenv("SHOUWANG_LANG", language)
        assert county.json("rebuild")["events"] == 3


@pytest.mark.parametrize(
    "setting",
    [
        {"SHOUWANG_PORT": "many"},
        {"SHOUWANG_PORT": "70000"},
        {"SHOUWANG_PROCESSES": "0"},
        {"SHOUWANG_PROCESSES": "65"},
        {"SHOUWANG_PROCESSES": "x"},
        {"SHOUWANG_PROCESSES": "00641"},
        {"SHOUWANG_DATABASE_URL": "mysql://x"},
    ],
)
def test_a_setting_that_cannot_be_used_is_named(shell, setting):
    """Exit 2, wrong usage, in one line; an empty setting is none."""
    for name, value in setting.items():
        shell.data.mkdir()
        shell.monkeypatch.setenv(name, value)
        code, _, err = shell.run("verify")
        assert (code, len(err.splitlines())) == (2, 1)
        assert name in err
        shell.monkeypatch.setenv(name, "")
        assert shell.run("verify")[0] == 0


# -- as a process -----------------------------------------------------------------------------------


def test_a_reader_who_has_seen_enough_causes_no_noise(shell):
    """`shouwang submit ... | head -1`: no traceback, nothing on standard error."""
    shell.file.write_text("\n".join(json.dumps(home(f"h{i}", kind="castle")) for i in range(3000)))
    words = [sys.executable, "-m", "infra.cli", "submit", str(shell.file), "--data", str(shell.data)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert json.loads(process.stdout.readline())["status"] == "refused"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 141


def test_a_process_speaks_utf_8_whatever_its_locale(shell):
    """LC_ALL=C and an odd encoding change nothing."""
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "gbk"}
    shell.data.mkdir()
    words = [
        sys.executable,
        "-m",
        "infra.cli",
        "figure",
        "facility.registered",
        "--format",
        "json",
        "--data",
        str(shell.data),
    ]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, check=True, env=environment)
    assert json.loads(done.stdout.decode())[0]["unit"] == "家"
