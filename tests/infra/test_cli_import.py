"""Spreadsheets at the command line: a template is written, its rows are checked, entered, and never entered twice."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from openpyxl import load_workbook

from domain.identifiers import synthetic_resident_number
from tests.infra.shell import Shell, home


@pytest.fixture
def shell(tmp_path, capfd, monkeypatch) -> Shell:
    """A terminal with a place of its own."""
    made = Shell(tmp_path, capfd, monkeypatch)
    made.submit(home())
    return made


def results(out: str) -> list[dict]:
    """The results of the rows."""
    return [json.loads(line) for line in out.splitlines()]


def filled(shell: Shell, tmp_path, *rows: dict[str, object]):
    """The template of persons with some rows."""
    file = tmp_path / "persons.xlsx"
    assert shell.run("template", "person.register", "-o", str(file))[0] == 0
    book = load_workbook(file)
    board = book.worksheets[0]
    heads = {str(cell.value): cell.column for cell in board[1]}
    for number, row in enumerate(rows, 3):
        for key, value in row.items():
            board.cell(number, next(at for head, at in heads.items() if key in head), value)
    book.save(file)
    return file


def row(serial: int, **more: object) -> dict[str, object]:
    """Somebody who is registered."""
    number = synthetic_resident_number(serial, date(1950, 3, 15))
    return {
        "发生日期": "2024-03-01",
        "姓名": f"试{serial}",
        "证件类型": "居民身份证",
        "证件号码": number,
        "性别": "女",
    } | more


def test_a_filled_template_is_entered_once(shell, tmp_path) -> None:
    """Checked without a trace, entered, and the same file again is duplicates; the example is none of the rows."""
    file = filled(shell, tmp_path, row(1), row(2))
    code, out, err = shell.run("import", "person.register", str(file), "--dry-run")
    assert (code, [r["status"] for r in results(out)], [r["positions"] for r in results(out)]) == (
        0,
        ["recorded"] * 2,
        [[], []],
    )
    assert "未入账" in err
    fingerprint = re.search(r"文件指纹 ([0-9a-f]{64})", err)[1]
    code, out, err = shell.run("import", "person.register", str(file))
    assert fingerprint in err
    assert (code, [r["line"] for r in results(out)]) == (0, [3, 4])
    first = results(out)
    code, out, _ = shell.run("import", "person.register", str(file))
    assert [(r["status"], r["stream"]) for r in results(out)] == [("duplicate", r["stream"]) for r in first]
    assert code == 0


def test_refused_rows_go_into_a_file_and_come_back_mended(shell, tmp_path) -> None:
    """Exit 1, what is wrong in both languages, the good rows entered; the file of the others is an import."""
    file, back = filled(shell, tmp_path, row(1), row(2, 性别="谁")), tmp_path / "back.xlsx"
    code, out, err = shell.run("import", "person.register", str(file), "--refused", str(back))
    good, bad = results(out)
    assert code == 1
    assert (good["status"], bad["status"]) == ("recorded", "refused")
    assert bad["error"]["field"] == "性别 / Sex"
    assert bad["error"]["message_zh"]
    assert "one of" in bad["error"]["remedy_en"]
    assert "back.xlsx" in err
    book = load_workbook(back)
    board = book.worksheets[0]
    sex = next(cell.column for cell in board[1] if "性别" in str(cell.value))
    board.cell(2, sex, "女")
    book.save(back)
    code, out, _ = shell.run("import", "person.register", str(back))
    assert (code, results(out)[0]["status"]) == (0, "recorded")


def test_a_day_that_is_none_is_told_with_an_example(shell, tmp_path) -> None:
    """At the terminal too, where no page is being answered: what is written in a cell is read as on the page."""
    code, out, _ = shell.run("import", "person.register", str(filled(shell, tmp_path, row(1, 发生日期="某日"))))
    (bad,) = results(out)
    assert (code, bad["error"]["field"]) == (1, "发生日期 / Day it happened")
    assert "不是一个日期，请填写年、月、日，例如 20" in bad["error"]["message_zh"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("import", "nonsense", "x"), "没有可批量录入的 nonsense"),
        (("template", "entry.correct", "-o", "x"), "没有可批量录入的 entry.correct"),
        (("import", "person.register", "/nonexistent"), "没有这个文件"),
        (("template", "person.register", "-o", "/nonexistent/x.xlsx"), "没有这个文件"),
        (("template", "person.register", "-o", "x", "--as", "nobody"), "没有这个账号"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(shell, words, told) -> None:
    """An unknown kind, a file that is not there, an account that there is not."""
    code, out, err = shell.run(*words)

    assert (code, out) == (1, "")
    assert told in err


def test_no_table_is_refused(shell, tmp_path) -> None:
    """By what the file is, with what to do."""
    file = tmp_path / "people.xlsx"
    file.write_bytes(b"\x89PNG\r\n\x1a\n")
    code, _, err = shell.run("import", "person.register", str(file))

    assert code == 1
    assert "另存为" in err
