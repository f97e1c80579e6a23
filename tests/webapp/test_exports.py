"""Files for a spreadsheet: plain numbers, ISO days, a mark that Excel reads, nothing that it would run."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime

import pytest
from openpyxl import load_workbook

from adapters import workbooks
from domain.catalogue import sheets
from webapp import exports


def rows(somebody, path: str) -> list[list[str]]:
    """The rows of a file, behind its mark."""
    answer = somebody.client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    body = answer.get_data()
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def visited(scene) -> None:
    """A large sum for many visits before a festival."""
    scene.record(
        "visits",
        "activity.log",
        "2026-10-09",
        type="festival_visit",
        quantities={"household_times": 12345},
        amount_fen=123456750,
        region="540402",
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", sheets())
def test_every_board_has_a_plain_file(reader, name, lang) -> None:
    """As many cells as heads; no spoken day, no separated thousands, no dash for nothing."""
    file = rows(reader("admin"), f"/boards/{name}.csv?lang={lang}")

    assert len({len(row) for row in file}) == 1
    for cell in (cell for row in file[1:] for cell in row):
        assert not re.search(r"\d{4}年\d|\d [A-Z][a-z]+ \d{4}|\d,\d{3}|^—$", cell), cell


def test_numbers_and_days_can_be_reckoned_with(clerk, fresh) -> None:
    """Beds, money and quantities above a thousand have no separators; money is in yuan; days are ISO."""
    fresh.record(
        "more beds",
        "facility.license_beds",
        "2026-10-01",
        facility=fresh.streams["fushou"],
        beds=1200,
        since="2026-10-01",
    )
    visited(fresh)
    fresh.services.views.catch_up()
    somebody = clerk("auditor")

    beds = rows(somebody, "/boards/facilities.csv")
    assert "1200" in next(row for row in beds if "福寿敬老院" in row)
    assert "核定床位（张）" in beds[0]
    visit = next(row for row in rows(somebody, "/boards/activities.csv?lang=en") if "2026-10-09" in row)
    assert visit[-2:] == ["household visits 12345", "1234567.5"]
    assert rows(somebody, "/boards/activities.csv?lang=en")[0][-1] == "Amount (yuan)"


def test_a_file_is_whole_however_it_is_read(reader, monkeypatch) -> None:
    """All pages of a board are in its file, for an area of persons too."""
    monkeypatch.setattr(exports, "READ", 1)
    somebody = reader("nyingchi.regulator")

    assert len(rows(somebody, "/boards/stays.csv")) == 4
    assert len(rows(somebody, "/boards/persons.csv")) == 4


def test_no_cell_is_a_formula(clerk, fresh) -> None:
    """A name that begins like a formula stays a name."""
    fresh.record("renamed", "facility.rename", "2026-10-01", facility=fresh.streams["fushou"], name='=HYPERLINK("x")')
    fresh.services.views.catch_up()

    assert any(row[0] == '\'=HYPERLINK("x")' for row in rows(clerk("auditor"), "/boards/facilities.csv"))


def book(somebody, path: str):
    """The worksheets of a workbook."""
    answer = somebody.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    made = load_workbook(io.BytesIO(answer.get_data()))
    answer.close()
    return made


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", sheets())
def test_every_board_is_a_workbook_with_the_rows_of_its_text_file(busy_reader, name, lang) -> None:
    """As many rows and the same heads; a frozen head with filters; a sheet that says what it is."""
    somebody = busy_reader("admin")
    made, file = book(somebody, f"/boards/{name}.xlsx?lang={lang}"), rows(somebody, f"/boards/{name}.csv?lang={lang}")
    board, told = made.worksheets

    assert [cell.value for cell in board[1]] == file[0]
    assert board.max_row == len(file)
    assert board.freeze_panes == "A2"
    assert board.auto_filter.ref.startswith("A1:")
    assert not any(isinstance(cell.value, str) and cell.data_type == "f" for row in board.rows for cell in row)
    said = [cell.value for row in told.rows for cell in row]
    assert ("系统管理员" if lang == "zh" else "System administrator") in said
    assert "admin" not in said


def test_cells_are_numbers_days_and_amounts(clerk, fresh) -> None:
    """Beds count, days are days with their format, money is yuan with two decimals, masked names stay masked."""
    visited(fresh)
    fresh.services.views.catch_up()
    somebody = clerk("auditor")
    board = book(somebody, "/boards/activities.xlsx").worksheets[0]
    heads = [cell.value for cell in board[1]]
    row = dict(zip(heads, board[2], strict=True))
    assert row["金额（元）"].value == 1234567.5
    assert row["金额（元）"].number_format == "#,##0.00"
    stays = book(somebody, "/boards/stays.xlsx?where.sex=male").worksheets[0]
    heads = [cell.value for cell in stays[1]]
    row = dict(zip(heads, stays[2], strict=True))
    assert row["入住日期"].value == datetime(2024, 5, 21)  # noqa: DTZ001  as a workbook holds days
    assert row["入住日期"].number_format == 'yyyy"年"m"月"d"日"'
    assert row["人员"].value == "张**"
    told = [cell.value for line in book(somebody, "/boards/stays.xlsx?where.sex=male").worksheets[1] for cell in line]
    assert "性别：男" in told


def test_no_cell_of_a_workbook_is_a_formula(clerk, fresh) -> None:
    """A name that begins like a formula is a text there, without anything put before it."""
    fresh.record("renamed", "facility.rename", "2026-10-01", facility=fresh.streams["fushou"], name='=HYPERLINK("x")')
    fresh.services.views.catch_up()
    board = book(clerk("auditor"), "/boards/facilities.xlsx").worksheets[0]
    found = [cell for row in board.rows for cell in row if cell.value == '=HYPERLINK("x")']

    assert [cell.data_type for cell in found] in (["s"], ["inlineStr"])


def test_more_rows_than_a_worksheet_holds_go_on_in_the_next(reader, monkeypatch) -> None:
    """Nothing is cut: the next worksheet has the head again and the rest."""
    monkeypatch.setattr(workbooks, "SHEET_ROWS_MAX", 2)
    made = book(reader("nyingchi.regulator"), "/boards/stays.xlsx")

    assert [sheet.max_row for sheet in made.worksheets[:2]] == [3, 2]
    assert [cell.value for cell in made.worksheets[0][1]] == [cell.value for cell in made.worksheets[1][1]]


def somebody_comes(fresh) -> None:
    """A person is entered and admitted, and the views know."""
    person = fresh.record("new", "person.register", "2026-11-01", name="新来", document_kind="none", sex="male")
    fresh.record(
        "new stay", "stay.admit", "2026-11-01", person=person, facility=fresh.streams["fushou"], category="orphan"
    )
    fresh.services.views.catch_up()


def test_what_is_recorded_while_a_file_is_sent_stays_out(clerk, fresh, monkeypatch) -> None:
    """The file is of one position, and is sent part by part."""
    monkeypatch.setattr(exports, "READ", 1)
    answer = clerk("nyingchi.regulator").client.get("/boards/stays.csv", buffered=False)
    parts = iter(answer.response)
    first = next(parts)
    somebody_comes(fresh)
    rest = b"".join(part if isinstance(part, bytes) else part.encode() for part in parts).decode()

    assert "王秀英" in (first if isinstance(first, str) else first.decode())
    assert "新来" not in rest
    assert "张建国" in rest


def test_a_workbook_is_sent_while_it_is_made(clerk, fresh, monkeypatch) -> None:
    """Its first rows go out before the last ones are read; it is of one position all the same, and whole."""
    monkeypatch.setattr(exports, "READ", 1)
    monkeypatch.setattr(workbooks, "SENT", 1)
    answer = clerk("nyingchi.regulator").client.get("/boards/stays.xlsx", buffered=False)
    parts = iter(answer.response)
    first = next(parts)
    somebody_comes(fresh)
    rest = list(parts)
    answer.close()

    assert len(rest) >= 4
    board = load_workbook(io.BytesIO(first + b"".join(rest))).worksheets[0]
    names = [cell.value for cell in board["A"]] + [cell.value for cell in board["B"]]
    assert "张建国" in names
    assert "新来" not in names
