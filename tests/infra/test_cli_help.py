"""What the command line says to people: help with examples that work, names for codes, and where it refuses."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.cli import main
from infra.examples import CORRECTION, EPILOGS, LINES

ROOT = Path(__file__).parents[2]
DAY = ("--as-of", "2024-03-10")


@pytest.fixture
def say(tmp_path, capfd, monkeypatch):
    """Run words over a directory of the test: exit code, standard output, standard error."""
    monkeypatch.delenv("SHOUWANG_LANG", raising=False)

    def run(*words):
        code = main([*words, "--data", str(tmp_path / "trial")])
        return code, *capfd.readouterr()

    run.folder = tmp_path
    return run


@pytest.fixture
def trial(say):
    """The example of the help, recorded."""
    file = say.folder / "lines.jsonl"
    file.write_text("\n".join(LINES), encoding="utf-8")
    code, out, _ = say("submit", str(file))
    assert code == 0, out
    say.answers = [json.loads(line) for line in out.splitlines()]
    return say


# -- help and examples --------------------------------------------------------------------------------


def test_the_example_of_the_help_can_be_recorded_as_it_stands(say):
    """The JSON lines that `submit --help` shows, the correction among them, are all recorded."""
    shown = [line for line in say("submit", "--help")[1].splitlines() if line.startswith('{"command"')]
    assert shown == [*LINES, CORRECTION]
    file = say.folder / "lines.jsonl"
    file.write_text("\n".join(shown), encoding="utf-8")
    code, out, _ = say("submit", str(file))
    assert (code, [json.loads(line)["status"] for line in out.splitlines()]) == (0, ["recorded"] * 5)


def test_the_readme_shows_the_same_lines():
    """A newcomer may follow either."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(line in readme for line in LINES)


@pytest.mark.parametrize("command", [*EPILOGS, "submit"])
def test_every_command_has_help_for_each_of_its_words_and_an_example(say, command):
    """No option without words; the example names the command."""
    code, out, _ = say(command, "--help")
    assert code == 0
    assert f"shouwang {command}" in out.split("examples")[-1] or command == "submit"
    options = [line.strip() for line in out.splitlines() if line.startswith("  --")]
    following = out.splitlines()
    for option in options:
        at = next(i for i, line in enumerate(following) if line.strip() == option)
        assert "  " in option or following[at + 1].startswith(" " * 20), option


def test_a_word_nearly_right_is_suggested(say):
    """`figur` is `figure`, in both languages."""
    assert "figure" in say("figur")[2]
    assert say("figur")[0] == 2


def test_a_dry_run_ends_by_saying_that_nothing_was_recorded(say, monkeypatch):
    """In the language of the terminal."""
    file = say.folder / "lines.jsonl"
    file.write_text(LINES[0], encoding="utf-8")
    assert say("submit", str(file), "--dry-run")[2].strip() == "只检查，未入账"
    monkeypatch.setenv("SHOUWANG_LANG", "en")
    assert say("submit", str(file), "--dry-run")[2].strip() == "checked only, nothing recorded"


# -- catalogue ----------------------------------------------------------------------------------------


def test_the_catalogue_tells_everything_about_one_name(say):
    """Fields with type, unit, choices and references, and a line to begin with; JSON keeps its shape."""
    _, out, _ = say("catalogue", "facility.license_beds")
    assert all(word in out for word in ("beds", "integer", "张", "facility", "2024-03-01"))
    _, out, _ = say("catalogue", "stay.admit")
    assert all(word in out for word in ("destitute", "隐私", "是"))
    line = next(line for line in out.splitlines() if line.startswith("例"))
    assert json.loads(line.partition(": ")[2])["command"] == "stay.admit"
    assert "stay.present" in say("catalogue", "stay.present")[1]
    assert "admitted_on" in say("catalogue", "stays")[1]
    found = json.loads(say("catalogue", "stay.admitted", "--format", "json")[1])
    assert {part: len(rows) for part, rows in found.items()} == {"commands": 0, "events": 1, "figures": 1, "sheets": 0}


def test_the_catalogue_lists_events_and_sheets_and_suggests_names(say):
    """All four parts; a name that is not there is refused with near ones; the page names choices."""
    _, out, _ = say("catalogue")
    assert all(word in out for word in ("stay.admit\u0020", "stay.admitted", "facility.occupancy", "breaches"))
    code, out, err = say("catalogue", "stay.admits")
    assert (code, out) == (1, "")
    assert "stay.admit" in err
    page = say("catalogue", "--format", "md")[1]
    assert "`destitute`" in page
    assert "refers to" in page


# -- text for people ----------------------------------------------------------------------------------


def test_figures_and_sheets_name_codes_in_text_and_keep_them_in_json(trial, monkeypatch):
    """Kinds, regions and facilities by name."""
    figure = ("figure", "stay.present", *DAY, "--by")
    assert "养老机构: 1" in trial(*figure, "kind")[1]
    assert "西藏自治区" in trial(*figure, "region")[1]
    assert "试用敬老院: 1" in trial(*figure, "facility")[1]
    assert json.loads(trial(*figure, "kind", "--format", "json")[1])[0]["by"] == {"elderly_care_home": "1"}
    _, out, _ = trial("sheet", "stays", *DAY)
    assert all(word in out for word in ("试用敬老院", "特困", "在院", trial.answers[2]["stream"]))
    assert json.loads(trial("sheet", "stays", *DAY, "--format", "json")[1])["rows"][0]["category"] == "destitute"
    monkeypatch.setenv("SHOUWANG_LANG", "en")
    assert "Elderly-care home: 1" in trial(*figure, "kind")[1]
    assert "Destitute" in trial("sheet", "stays", *DAY)[1]


def test_a_timeline_shows_where_an_entry_stands_and_times_of_china(trial, monkeypatch):
    """Stream and version, which a correction needs; headings in the language of the terminal."""
    stream = trial.answers[2]["stream"]
    head, first, *_ = trial("timeline", stream)[1].splitlines()
    assert "位置" in head
    assert f"{stream}/1" in first
    assert "+08:00" in first
    monkeypatch.setenv("SHOUWANG_LANG", "en")
    assert trial("timeline", stream)[1].startswith("position")
    assert trial("trace", "stay.present", *DAY)[1].splitlines()[1].startswith("position")


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (("figure", "stay.present", "--where", "kind=castle"), "elderly_care_home"),
        (("figure", "stay.present", "--where", "category=rich"), "destitute"),
        (("figure", "stay.present", "--where", "sex=m"), "female"),
        (("figure", "facility.registered", "--where", "operator=x"), "public"),
        (("figure", "facility.registered", "--where", "setting=x"), "village"),
        (("trace", "stay.discharged", "--where", "reason=x"), "to_family"),
        (("why", "stay.present", "--between", "0", "1", "--where", "kind=castle"), "elderly_care_home"),
        (("sheet", "stays", "--where", "status=gone"), "present"),
    ],
)
def test_a_value_that_no_code_list_holds_is_refused_with_the_list(trial, monkeypatch, words, known):
    """Not a quiet 0."""
    for language in ("zh", "en"):
        monkeypatch.setenv("SHOUWANG_LANG", language)
        code, out, err = trial(*words)
        assert (code, out, len(err.splitlines())) == (1, "", 1)
        assert known in err


def test_a_language_that_is_not_spoken_is_named(say, monkeypatch):
    """SHOUWANG_LANG=fr: wrong usage."""
    monkeypatch.setenv("SHOUWANG_LANG", "fr")
    code, out, err = say("catalogue")
    assert (code, out) == (2, "")
    assert "SHOUWANG_LANG=fr" in err


# -- as a process -------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("verify",), ("rebuild",), ("figure", "stay.present")])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_progress_bars_do_no_harm(trial, words, language):
    """SHOUWANG_PROGRESS=1 in a process of its own: exit 0, no traceback."""
    views = trial.folder / "trial" / "views.sqlite3"
    views.unlink(missing_ok=True)  # so that `figure` has something to catch up with
    done = subprocess.run(
        [sys.executable, "-m", "infra.cli", *words, "--data", str(trial.folder / "trial"), "--format", "json"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        env={**os.environ, "SHOUWANG_PROGRESS": "1", "SHOUWANG_LANG": language},
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert json.loads(done.stdout)
