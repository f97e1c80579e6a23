"""The words of the command line: in any order, answered at once, and in one language at a time."""

import json
import re
import subprocess
import sys

import pytest

from infra.cli import main
from tests.infra.shell import ROOT, county, shell

__all__ = ["county", "shell"]

ASKED = ("figure", "facility.beds_licensed", "--as-of", "2024-12-31")
NAMED = """
    shouwang help add list lock text json as of to between data where region from known at limit
    catalogue figure trace why sheet timeline verify serve submit rebuild account scenario jsonl csv
"""
"""Words of the command line itself, which are the same in every language."""
WRONG = [
    "",
    "dance",
    "figur x",
    "figure",
    "why",
    "figure x --as-of soon",
    "figure x --as-of 0001-01-01",
    "figure x --known-at soon",
    "figure x --known-at ²",
    "figure x --known-at 99999999999999999999",
    "figure x --where kind",
    "figure x --where =kind",
    "figure x --format md",
    "figure x --asof 2024-01-01",
    "figure x --as li",
    "figure x --reg 540400",
    "figure x --region",
    "figure x --help=3",
    "--region 540400 figure x",
    "--data",
    "--data= figure x",
    "--as li figure x",
    "--format md figure x",
    "why x --between 1",
    "why x --between a b",
    "why x --between -1 2",
    "sheet stays more words",
    "sheet stays --limit 0",
    "timeline \udcff",
    "submit",
    "submit no-such-file",
    "submit .",
    "account dance",
    "account list li",
    "scenario",
    "verify --format xml",
]


def said(capfd, *words):
    """Exit code, standard output and standard error of the words as they stand."""
    code = main(words)
    return code, *capfd.readouterr()


# -- in any order -------------------------------------------------------------------------------------


def test_an_option_for_every_command_may_stand_before_it(county, capfd):
    """`--data` and `--format` before, behind and on both sides, with a space or `=`, ask the same."""
    data = str(county.data)
    behind = said(capfd, *ASKED, "--data", data, "--format", "json")
    assert json.loads(behind[1])[0]["value"] == "100"
    for words in (
        ("--data", data, "--format", "json", *ASKED),
        (f"--data={data}", *ASKED, "--format=json"),
        ("--format", "json", *ASKED, "--data", data),
        ("--data", "elsewhere", "--format", "json", *ASKED, "--data", data),
    ):
        assert said(capfd, *words) == behind


def test_the_actor_of_submit_may_stand_before_it(county, capfd):
    """`--as` acts for submit in either place, and is refused where nothing is recorded."""
    data, file = str(county.data), str(county.file)
    for words in (("--as", "nobody", "submit", file), ("submit", file, "--as", "nobody")):
        code, out, err = said(capfd, *words, "--data", data)
        assert (code, out) == (1, "")
        assert "没有这个账号" in err
    assert said(capfd, "--as", "nobody", *ASKED, "--data", data)[0] == 2


def test_another_option_before_the_command_is_told_its_place(capfd, monkeypatch):
    """Not taken for a command: the message says where the option goes."""
    code, out, err = said(capfd, "--region", "540400", *ASKED)
    assert (code, out) == (2, "")
    assert "选项 --region 应写在命令之后" in err
    monkeypatch.setenv("SHOUWANG_LANG", "en")
    assert "--region goes after the command" in said(capfd, "--region", "540400", *ASKED)[2]


def test_an_option_is_written_in_full_and_a_near_one_suggested(capfd):
    """Half an option is none, so that a new one never changes what a script means."""
    assert said(capfd, "figure", "x", "--reg", "540400")[0] == 2
    assert "是不是 --as-of" in said(capfd, "figure", "x", "--asof", "2024-01-01")[2]


def test_an_empty_place_is_not_the_directory_one_stands_in(capfd):
    """`--data "$UNSET"` of a script is refused."""
    for words in (("--data", "", "verify"), ("verify", "--data="), ("verify", "--database-url", " ")):
        code, _, err = said(capfd, *words)
        assert (code, "值不能为空" in err) == (2, True)


# -- in one language ----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", WRONG)
def test_wrong_usage_is_told_in_one_language(capfd, monkeypatch, text):
    """In Chinese no word is English but names that the user types; in English no sign is Chinese."""
    words = text.split()
    monkeypatch.delenv("SHOUWANG_LANG", raising=False)
    code, out, err = said(capfd, *words)
    assert (code in (1, 2), out) == (True, "")
    assert re.search(r"[\u4e00-\u9fff]", err)
    assert set(re.findall(r"[a-z]{2,}", err)) <= set(re.findall(r"[a-z]{2,}", text + NAMED)), err
    monkeypatch.setenv("SHOUWANG_LANG", "en")
    code, out, err = said(capfd, *words)
    assert (code in (1, 2), out) == (True, "")
    assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", err), err


@pytest.mark.parametrize("command", ["", "figure", "sheet", "account", "serve", "timeline", "scenario", "catalogue"])
def test_help_is_told_in_one_language(capfd, monkeypatch, command):
    """Headings and words as the terminal speaks; the names of codes and files stay."""
    monkeypatch.delenv("SHOUWANG_LANG", raising=False)
    shown = said(capfd, *command.split(), "--help")[1]
    assert "用法" in shown
    assert not re.search(r"usage|options|arguments|show this|examples", shown), shown
    assert " / " not in shown
    monkeypatch.setenv("SHOUWANG_LANG", "en")
    shown = said(capfd, *command.split(), "--help")[1]
    assert not re.search(r"[\u4e00-\u9fff]", shown), shown


def test_help_names_the_sheets_and_the_posts(capfd):
    """What the domain knows is listed, although it is asked only then."""
    assert "facilities" in said(capfd, "sheet", "--help")[1]
    assert "security_administrator" in " ".join(said(capfd, "account", "--help")[1].split())


def test_a_verdict_is_told_in_one_language(county, monkeypatch):
    """`verify` ends with the root of the log."""
    monkeypatch.delenv("SHOUWANG_LANG", raising=False)
    assert re.fullmatch(
        r"全部 3 条记录校验通过。（根摘要 [0-9a-f]{16}…）\n没有可核对的签名树头\n", county.run("verify")[1]
    )
    monkeypatch.setenv("SHOUWANG_LANG", "en")
    assert re.fullmatch(
        r"All 3 events are sound\. \(root [0-9a-f]{16}…\)\nThere is no signed head to compare with\n",
        county.run("verify")[1],
    )


# -- what to do next ----------------------------------------------------------------------------------


def test_a_region_by_name_is_answered_by_its_code(county, monkeypatch):
    """`--region 林芝` is refused with 540400; what means nothing, with the form of a code."""
    monkeypatch.delenv("SHOUWANG_LANG", raising=False)
    code, out, err = county.run(*ASKED, "--region", "林芝")
    assert (code, out) == (1, "")
    assert "540400 西藏自治区林芝市" in err
    assert "六位代码" in county.run(*ASKED, "--region", "x")[2]


def test_an_account_without_a_password_is_told_what_it_cannot_do(shell, monkeypatch):
    """It acts in `submit --as`, but nobody signs in with it."""
    monkeypatch.delenv("SHOUWANG_LANG", raising=False)
    opened = ("account", "add", "li", "--post", "auditor")
    assert "不能登录网页" in shell.run(*opened)[2]
    secret = b"correct horse battery staple\n"
    assert "不能登录网页" not in shell.run("account", "add", "wu", *opened[3:], "--password-stdin", stdin=secret)[2]


def test_a_strange_key_of_a_line_is_named(shell):
    """And where the fields of a command belong."""
    error = shell.submit({"command": "stay.admit", "id": "a", "beds": 1, "args": {}}, code=1)[0]["error"]
    assert error["rule"] == "field.unknown"
    assert "beds" in error["message_zh"]
    assert "beds" in error["message_en"]
    assert "args" in error["remedy_zh"]


# -- at once ------------------------------------------------------------------------------------------

HEAVY = """
import sys
from infra.cli import main
code = main(sys.argv[1:])
heavy = {"sqlalchemy", "flask", "marshmallow", "eventsourcing", "domain", "adapters", "projections.views", "webapp"}
print(*sorted(heavy & set(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "words", ["--help", "figure --help", "submit --help", "dance", "figure", "figure x --as-of soon"]
)
def test_help_and_wrong_usage_import_nothing_heavy(words):
    """Neither a database library nor the domain is loaded to say how a word is written."""
    done = subprocess.run(
        [sys.executable, "-c", HEAVY, *words.split()], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines()[-1] == ""


def test_the_version_can_be_asked_for():
    """One line on standard output, and nothing else is done."""
    words = [sys.executable, "-m", "infra.cli", "--version"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert re.fullmatch(r"shouwang \d+\.\d+\.\d+\n", done.stdout)
