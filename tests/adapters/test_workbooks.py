"""Workbooks that are sent while their rows are read: whole for whoever reads them, and begun before the last row is known."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from adapters import workbooks
from adapters.spreadsheets import Spreadsheets
from domain.spreadsheet import Column, Kind, Table

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1)
NUMBERS = st.integers(-(10**12), 10**12) | st.decimals(-(10**9), 10**9, places=2)
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
ROWS = st.tuples(st.none() | TEXTS, st.none() | NUMBERS | st.booleans(), st.none() | DAYS)
COLUMNS = (Column("甲"), Column("乙", Kind.NUMBER), Column("丙", Kind.DAY))


def made(*tables: Table):
    """The workbook as a spreadsheet program opens it."""
    return load_workbook(io.BytesIO(b"".join(Spreadsheets().parts(tables))))


def held(value):
    """What a cell is read as."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001  as a workbook holds days
    return float(value) if isinstance(value, Decimal) else value


@settings(deadline=None, max_examples=60)
@given(rows=st.lists(ROWS, max_size=12), sent=st.integers(1, 5), held_rows=st.integers(1, 5))
def test_every_row_is_read_as_it_was_written(rows, sent, held_rows) -> None:
    """However few rows are sent together or a worksheet holds: all are there, in order, as numbers, days and texts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workbooks, "SENT", sent)
        patch.setattr(workbooks, "SHEET_ROWS_MAX", held_rows)
        book = made(Table("表", COLUMNS, rows), Table("说明", COLUMNS[:1], [("完",)]))

    *sheets, about = book.worksheets
    assert len(sheets) == max(1, -(-len(rows) // held_rows))
    found = [tuple(cell.value for cell in row) for sheet in sheets for row in sheet.iter_rows(min_row=2, max_col=3)]
    found = [row for row in found if row != (None, None, None)]
    wanted = [tuple(map(held, row)) for row in rows]
    assert found == [row for row in wanted if row != (None, None, None)]
    assert [cell.value for cell in about["A"]] == ["甲", "完"]
    for sheet, first in zip(sheets, range(0, len(rows) + 1, held_rows), strict=False):
        assert [cell.value for cell in sheet[1]] == ["甲", "乙", "丙"]
        assert sheet.auto_filter.ref == f"A1:C{1 + len(rows[first : first + held_rows])}"


def test_it_is_begun_before_the_last_row_is_read(monkeypatch) -> None:
    """Whoever waits gets the first rows while the later ones are still being read; a whole file is the control."""
    monkeypatch.setattr(workbooks, "SENT", 10)
    read = 0

    def rows():
        nonlocal read
        for read in range(1, 101):
            yield (f"第{read}行" + "，长" * read,)

    pieces = Spreadsheets().parts([Table("表", COLUMNS[:1], rows())])
    first = next(pieces)
    assert first.startswith(b"PK")
    assert read == 10
    b"".join(pieces)
    assert read == 100

    file, read = io.BytesIO(), 0
    Spreadsheets().write(file, [Table("表", COLUMNS[:1], rows())])
    assert read == 100
    assert zipfile.ZipFile(file).testzip() is None


def test_choices_are_offered_below_every_head(monkeypatch) -> None:
    """Short lists stand in the cell's rule, long ones once on a hidden worksheet, for every worksheet of the table."""
    monkeypatch.setattr(workbooks, "SHEET_ROWS_MAX", 1)
    long = tuple(f"选项{number}" for number in range(200))
    columns = (Column("短", choices=("是", "否")), Column("长", choices=long))
    book = made(Table("表", columns, [("是", "选项1"), ("否", "选项2")]), Table("另一表", columns, [("是", "选项3")]))
    rows, lists, more, other, its = book.worksheets

    for sheet, its_list in ((rows, lists), (more, lists), (other, its)):
        rules = sheet.data_validations.dataValidation
        assert [rule.formula1 for rule in rules] == ['"是,否"', f"'{its_list.title}'!$A$1:$A$200"]
        assert its_list.sheet_state == "hidden"
        assert [cell.value for cell in its_list["A"]] == list(long)


def test_a_worksheet_goes_on_in_the_next_before_it_is_too_large(monkeypatch) -> None:
    """By bytes like by rows; a limit that nothing reaches is the control."""
    monkeypatch.setattr(workbooks, "SENT", 2)
    table = [("长" * 200,) for _ in range(10)]
    for most, cut in ((3_000, True), (10**9, False)):
        monkeypatch.setattr(workbooks, "SHEET_BYTES_MAX", most)
        book = made(Table("表", COLUMNS[:1], iter(table)))
        assert (len(book.worksheets) > 1) is cut
        assert sum(sheet.max_row - 1 for sheet in book.worksheets) == 10


def test_nobody_who_stops_waiting_leaves_a_file_behind(tmp_path, monkeypatch) -> None:
    """The folder in which rows waited is gone when the download is broken off."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(workbooks, "SENT", 1)
    pieces = Spreadsheets().parts([Table("表", COLUMNS[:1], [("一",), ("二",)])])
    next(pieces)
    assert [*tmp_path.iterdir()]
    pieces.close()
    assert not [*tmp_path.iterdir()]
