"""Submitting lines: what a line is answered, what is refused, what is recorded once."""

import json

import pytest

from tests.infra.shell import county, home, licence, shell
from tests.scene import BAYI, HOME

__all__ = ["county", "shell"]


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


def test_a_text_of_2000_characters_is_kept_and_a_command_below_1_mib_read(shell):
    """The bounds are included, one more is refused; a byte order mark and Windows line ends do no harm."""

    def suspended(number: int) -> dict:
        args = {"facility": {"$ref": "h"}, "reason": "话" * number}
        return {"command": "facility.suspend", "id": f"s{number}", "occurred_on": "2024-02-01", "args": args}

    bare = json.dumps(suspended(2_000)).encode()
    wide = bare + b" " * ((1 << 20) - len(bare))
    more = shell.submit(b"\xef\xbb\xbf" + json.dumps(home()).encode() + b"\r", suspended(2_001), code=1)
    assert [one["status"] for one in more] == ["recorded", "refused"]
    assert (more[1]["error"]["field"], "删去 1 个字" in more[1]["error"]["message_zh"]) == ("reason", True)
    _, kept = shell.submit(home(), wide)
    assert kept["status"] == "recorded"


def test_ten_thousand_commands_are_recorded_once(shell):
    """Some bad ones among them do not stop the rest; the same file again records nothing."""
    lines = [home(f"h{i}", name=f"第{i}院", kind="castle" if i % 1000 == 7 else HOME["kind"]) for i in range(10_000)]
    statuses = [a["status"] for a in shell.submit(*lines, code=1)]
    assert (statuses.count("recorded"), statuses.count("refused")) == (9_990, 10)
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
