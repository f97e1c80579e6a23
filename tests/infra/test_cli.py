"""The command line as a user meets it: words in, JSON or one line of help out, never a traceback."""

import io
import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.cli import main
from tests.scene import BAYI, HOME

ROOT = Path(__file__).parents[2]


class Shell:
    """A terminal with a data directory of its own."""

    def __init__(self, folder, capfd, monkeypatch):
        self.data, self.capfd, self.monkeypatch = folder / "data", capfd, monkeypatch
        self.file = folder / "lines.jsonl"

    def run(self, *words, stdin=b""):
        """Exit code, standard output, standard error."""
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code = main([*words, "--data", str(self.data)])
        said = self.capfd.readouterr()
        assert "Traceback" not in said.err
        return code, said.out, said.err

    def json(self, *words):
        """The JSON document of a question that is answered."""
        code, out, err = self.run(*words, "--format", "json")
        assert code == 0, err
        return json.loads(out)

    def submit(self, *lines, more=(), code=0):
        """The answers to some lines; bytes and texts go in as they are."""
        raw = [
            line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode()
            for line in lines
        ]
        self.file.write_bytes(b"\n".join(raw) + b"\n")
        found, out, _ = self.run("submit", str(self.file), *more)
        assert found == code, out
        return [json.loads(line) for line in out.splitlines()]


def home(id_="h", **more):
    """A line that registers a home."""
    return {"command": "facility.register", "id": id_, "args": HOME | more, "occurred_on": "2024-01-01"}


def licence(id_, beds, since, home_="h"):
    """A line that licenses beds."""
    return {
        "command": "facility.license_beds",
        "id": id_,
        "args": {"facility": {"$ref": home_}, "beds": beds, "since": since},
        "occurred_on": since,
    }


@pytest.fixture
def shell(tmp_path, capfd, monkeypatch):
    """An empty place."""
    return Shell(tmp_path, capfd, monkeypatch)


@pytest.fixture
def county(shell):
    """A home with beds, whose licence was raised later."""
    shell.home = shell.submit(home(), licence("b1", 80, "2024-02-01"), licence("b2", 100, "2024-06-01"))[0]["stream"]
    return shell


# -- shapes, as interface.md fixes them ---------------------------------------------------------------


def test_a_figure_is_printed_in_its_shape(county):
    """A list with key, names, unit, value as exact text, filters, days, position and parts."""
    one, none = county.json(
        "figure", "facility.beds_licensed", "facility.occupancy", "--as-of", "2024-12-31", "--region", BAYI
    )
    assert set(one) == {
        "key",
        "name_zh",
        "name_en",
        "unit",
        "value",
        "region",
        "facility",
        "from",
        "to",
        "as_of",
        "known_at",
        "position",
        "by",
    }
    assert (one["value"], one["unit"], one["as_of"], one["position"], one["region"]) == (
        "100",
        "张",
        "2024-12-31",
        3,
        BAYI,
    )
    assert none["value"] == "0"
    assert county.json("figure", "facility.occupancy", "--as-of", "2023-12-31")[0]["value"] is None
    by = county.json("figure", "facility.beds_licensed", "--as-of", "2024-12-31", "--by", "kind")[0]["by"]
    assert by == {"elderly_care_home": "100"}


def test_a_figure_is_asked_as_of_a_day_and_as_known_at_a_position_or_a_time(county):
    """Both clocks: the day, and what was known."""
    asked = ("figure", "facility.beds_licensed", "--as-of")
    assert county.json(*asked, "2024-05-31")[0]["value"] == "80"
    assert county.json(*asked, "2024-12-31", "--known-at", "2")[0]["value"] == "80"
    for known, value in (
        ("2999-01-01", "100"),
        ("2020-01-01T00:00:00+08:00", "0"),
        ("2020-01-01T00:00:00Z", "0"),
        ("0", "0"),
    ):
        assert county.json(*asked, "2024-12-31", "--known-at", known)[0]["value"] == value


def test_trace_why_sheet_and_timeline_are_printed_in_their_shapes(county):
    """Members and events that sum to the value; effects that sum to the change; rows; history in business order."""
    traced = county.json("trace", "facility.beds_licensed", "--as-of", "2024-12-31")
    assert set(traced) == {"key", "value", "members", "events"}
    assert set(traced["members"][0]) == {"member", "label", "amount", "positions"}
    assert set(traced["events"][0]) == {
        "position",
        "topic",
        "stream",
        "version",
        "facility",
        "occurred_on",
        "recorded_at",
        "actor",
        "amount",
        "sentence_zh",
        "sentence_en",
    }
    assert (
        sum(int(e["amount"]) for e in traced["events"])
        == sum(int(m["amount"]) for m in traced["members"])
        == int(traced["value"])
        == 100
    )

    moved = county.json("why", "facility.beds_licensed", "--as-of", "2024-12-31", "--between", "1", "3")
    assert set(moved) == {"key", "from_position", "to_position", "before", "after", "changes"}
    assert set(moved["changes"][0]) == {"position", "topic", "effect", "reason", "sentence_zh", "sentence_en"}
    assert (moved["before"], moved["after"], [c["effect"] for c in moved["changes"]]) == ("0", "100", ["80", "20"])

    board = county.json("sheet", "facilities", "--as-of", "2024-12-31")
    assert {"name", "as_of", "known_at", "position", "columns", "rows", "total"} <= set(board)
    assert set(board["columns"][0]) == {"key", "label_zh", "label_en", "unit"}
    assert (board["total"], board["rows"][0]["stream"], board["rows"][0]["beds"]) == (1, county.home, 100)

    history = county.json("timeline", county.home)
    assert set(history[0]) == {
        "position",
        "stream",
        "version",
        "topic",
        "occurred_at",
        "recorded_at",
        "actor",
        "sentence_zh",
        "sentence_en",
        "withdrawn_by",
    }
    assert [e["position"] for e in history] == [1, 2, 3]


def test_verify_rebuild_and_catalogue_are_printed_in_their_shapes(county):
    """The head that was checked; events and pace; everything that can be said and asked."""
    checked = county.json("verify")
    assert set(checked) == {"ok", "events", "head", "first_bad_position", "kind", "message_zh", "message_en"}
    assert (checked["ok"], checked["events"], set(checked["head"])) == (True, 3, {"size", "root", "signed_at"})
    assert county.json("rebuild")["events"] == 3
    assert county.json("figure", "facility.beds_licensed", "--as-of", "2024-12-31")[0]["value"] == "100"
    known = county.json("catalogue")
    assert set(known) == {"commands", "events", "figures", "sheets"}
    assert {"name", "events", "fields", "posts", "label_zh", "label_en"} <= set(known["commands"][0])
    assert {"name", "type", "required", "unit", "private", "choices", "label_zh", "label_en"} <= set(
        known["commands"][0]["fields"][0]
    )
    assert {
        "key",
        "name_zh",
        "name_en",
        "kind",
        "unit",
        "clock",
        "dimensions",
        "sources",
        "meaning_zh",
        "meaning_en",
    } <= set(known["figures"][0])
    assert county.run("catalogue", "--format", "md")[0] == 0


def test_a_changed_log_is_named_by_its_first_bad_position(county):
    """verify exits 1 and says where."""
    with sqlite3.connect(county.data / "log.sqlite3") as log:
        log.execute("DROP TRIGGER events_UPDATE") if log.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'events_UPDATE'"
        ).fetchone() else log.execute("DROP TRIGGER events_update")
        log.execute("UPDATE events SET payload = replace(payload, '80', '81') WHERE position = 2")
    log.close()
    code, out, _ = county.run("verify", "--format", "json")
    assert (code, json.loads(out)["ok"], json.loads(out)["first_bad_position"]) == (1, False, 2)


@pytest.mark.parametrize(
    "words",
    [
        ("figure", "facility.registered"),
        ("trace", "facility.registered"),
        ("sheet", "facilities"),
        ("verify",),
        ("why", "facility.registered", "--between", "0", "0"),
        ("rebuild",),
        ("account", "list"),
        ("catalogue",),
    ],
)
def test_every_question_is_answered_in_both_languages_over_an_empty_place(shell, words):
    """Exit 0 and no log made; where there is no directory at all, exit 1 says so (the catalogue needs none)."""
    for language in ("zh", "en"):
        shell.monkeypatch.setenv("SHOUWANG_LANG", language)
        code, _, err = shell.run(*words)
        assert (code, len(err.splitlines())) == ((0, 0) if words == ("catalogue",) else (1, 1))
    shell.data.mkdir()
    for language in ("zh", "en"):
        shell.monkeypatch.setenv("SHOUWANG_LANG", language)
        assert shell.run(*words)[0] == 0
    assert not (shell.data / "log.sqlite3").exists()


# -- submit -----------------------------------------------------------------------------------------


def test_the_answer_to_a_line_has_its_shape(shell):
    """recorded, refused and duplicate, in input order, each with its line number."""
    good, bad = home(), home("x", kind="castle")
    first, second, third = shell.submit(good, "", bad, good, code=1)
    assert set(first) == {"line", "id", "command", "status", "stream", "positions", "breaches", "error"}
    assert (first["line"], first["status"], first["positions"], first["error"]) == (1, "recorded", [1], None)
    assert (second["line"], second["status"], second["stream"], second["positions"]) == (3, "refused", None, [])
    assert set(second["error"]) == {"rule", "field", "message_zh", "message_en", "remedy_zh", "remedy_en"}
    assert (third["status"], third["stream"], third["positions"]) == ("duplicate", first["stream"], [1])


@pytest.mark.parametrize(
    ("line", "rule", "field"),
    [
        ("junk", "command.malformed", None),
        ("[]", "command.malformed", None),
        ("null", "command.malformed", None),
        ("{", "command.malformed", None),
        (b'{"id": "\xff\xfe"}', "command.malformed", None),
        ("[" * 100_000, "command.malformed", None),
        ("1" * 5000, "command.malformed", None),
        ({}, "command.malformed", "command"),
        ({"command": "facility.register"}, "command.malformed", "id"),
        ({"command": 1, "id": "a"}, "command.malformed", "command"),
        (home("x" * 65), "command.malformed", "id"),
        (home("\ud800"), "command.malformed", "id"),
        (home("a\x00"), "command.malformed", "id"),
        (home() | {"args": []}, "command.malformed", "args"),
        (home() | {"args": None}, "command.malformed", "args"),
        (home() | {"what": 1}, "field.unknown", None),
        (home() | {"recorded_at": "2020-01-01T00:00:00Z"}, "field.unknown", None),
        (home() | {"command": "\ud800"}, "command.unknown", "command"),
        (home() | {"as": 1}, "command.malformed", "as"),
        (home() | {"as": ""}, "command.not_allowed", "as"),
        (home() | {"as": "nobody"}, "command.not_allowed", "as"),
        (home() | {"as": "\ud800"}, "command.not_allowed", "as"),
        (home() | {"occurred_on": 1}, "field.invalid", "occurred_on"),
        (home() | {"occurred_on": "2999-01-01"}, "field.invalid", "occurred_on"),
        (home() | {"occurred_on": "1948-12-31"}, "field.invalid", "occurred_on"),
        (home() | {"occurred_at": "2024-01-01T08:00"}, "field.invalid", "occurred_at"),
        (home() | {"occurred_on": None}, "field.missing", "occurred_on"),
        (home(name="\ud800"), "field.invalid", "name"),
        (home(name="x" * (64 * 1024 + 1)), "field.invalid", "name"),
        (home(name={"$ref": []}), "field.invalid", "name"),
        (home(name="x" * (1 << 20)), "command.too_large", None),
        ('{"command": "facility.rename", "id": "d", "args": ' + '{"a":' * 400 + "1" + "}" * 401, "field.unknown", "a"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_and_the_next_one_recorded(shell, line, rule, field):
    """Every way in which a line can be wrong has its rule, its field and words in both languages."""
    bad, good = shell.submit(line, home("good"), code=1)
    error = bad["error"]
    assert (bad["status"], error["rule"], error["field"]) == ("refused", rule, field)
    assert error["message_zh"]
    assert error["message_en"]
    assert good["status"] == "recorded"


def test_a_text_of_64_kib_is_kept_and_a_command_below_1_mib_read(shell):
    """The bounds are included; a byte order mark and Windows line ends do no harm."""
    long = {
        "command": "facility.suspend",
        "id": "s",
        "occurred_on": "2024-02-01",
        "args": {"facility": {"$ref": "h"}, "reason": "x" * 64 * 1024},
    }
    assert [a["status"] for a in shell.submit(b"\xef\xbb\xbf" + json.dumps(home()).encode() + b"\r", long)] == [
        "recorded",
        "recorded",
    ]


def test_ten_thousand_commands_are_recorded_once_and_fast(shell):
    """Some bad ones among them do not stop the rest; the same file again records nothing; under 20 s on a busy machine."""
    lines = [home(f"h{i}", name=f"第{i}院", kind="castle" if i % 1000 == 7 else HOME["kind"]) for i in range(10_000)]
    began = time.monotonic()
    statuses = [a["status"] for a in shell.submit(*lines, code=1)]
    taken = time.monotonic() - began
    assert (statuses.count("recorded"), statuses.count("refused")) == (9_990, 10)
    assert taken < 20, taken
    again = [a["status"] for a in shell.submit(*lines, code=1)]
    assert (again.count("duplicate"), again.count("recorded")) == (9_990, 0)
    assert shell.json("verify")["events"] == 9_990


def test_standard_input_is_read_and_bad_bytes_in_it_refused(shell):
    """`-` is standard input, whatever its bytes."""
    code, out, _ = shell.run("submit", "-", stdin=b"\xff\n" + json.dumps(home()).encode())
    assert (code, [json.loads(a)["status"] for a in out.splitlines()]) == (1, ["refused", "recorded"])


def test_a_dry_run_says_what_would_be_and_leaves_nothing_behind(shell):
    """Not even a file; references between lines hold, and the real run is then no duplicate."""
    lines = [home(), licence("b1", 80, "2024-02-01"), home("x", kind="castle")]
    assert [a["status"] for a in shell.submit(*lines, more=("--dry-run",), code=1)] == [
        "recorded",
        "recorded",
        "refused",
    ]
    assert not (shell.data / "log.sqlite3").exists()
    assert [a["status"] for a in shell.submit(*lines, code=1)] == ["recorded", "recorded", "refused"]


def test_a_file_acts_as_the_accounts_that_it_names(shell):
    """`as` of a line, else --as, else the local operator; an account opened above it in the same file already acts."""
    account = {
        "command": "account.open",
        "id": "a",
        "args": {"login": "li", "post": "regulator", "scope_region": BAYI},
        "occurred_on": "2024-01-01",
    }
    other = home("o", region="540421")
    assert [a["status"] for a in shell.submit(account, home() | {"as": "li"}, other | {"as": "li"}, code=1)] == [
        "recorded",
        "recorded",
        "refused",
    ]
    assert shell.submit(other, more=("--as", "li"), code=1)[0]["error"]["rule"] == "command.not_allowed"
    assert shell.submit(other)[0]["status"] == "recorded"
    code, out, err = shell.run("submit", str(shell.file), "--as", "nobody")
    assert (code, out) == (1, "")
    assert "没有这个账号" in err


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
    "setting", [{"SHOUWANG_PORT": "many"}, {"SHOUWANG_PORT": "70000"}, {"SHOUWANG_DATABASE_URL": "mysql://x"}]
)
def test_a_setting_that_cannot_be_used_is_named(shell, setting):
    """Exit 1 in one line; an empty setting is none."""
    for name, value in setting.items():
        shell.data.mkdir()
        shell.monkeypatch.setenv(name, value)
        code, _, err = shell.run("verify")
        assert (code, len(err.splitlines())) == (1, 1)
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
