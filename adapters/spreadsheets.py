"""Workbooks (.xlsx) written row by row, and tables read from what people upload, by what the file is and not its name."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from domain.model import Wording
from domain.spreadsheet import Cell, Formula, Kind, Table, Unreadable

SHEET_ROWS_MAX = 1_048_575
"""Rows of a worksheet below its head; what is more goes on in the next one."""
UNPACKED_MAX, PARTS_MAX, COLUMNS_MAX = 64 * 1024 * 1024, 500, 200
"""What an uploaded workbook may unpack to, in bytes and parts, and how wide it is read."""
CHOICES_INLINE_MAX = 255
"""A list of choices longer than this is kept on a sheet of its own."""
LETTERS_MAX = 32_767
"""So much fits into a cell."""
FORMATS = {
    True: {"day": 'yyyy"年"m"月"d"日"', "moment": 'yyyy"年"m"月"d"日" hh:mm', "month": 'yyyy"年"m"月"'},
    False: {"day": "d mmm yyyy", "moment": "d mmm yyyy hh:mm", "month": "mmm yyyy"},
}
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
OLE = b"\xd0\xcf\x11\xe0"
MARKED = {"italic": True, "bg_color": "#FFF2CC"}

NOT_A_TABLE = Wording(
    "这个文件不是 XLSX 工作簿，也不是 CSV 表格",
    "the file is neither an XLSX workbook nor a CSV table",
    "用 Excel 或 WPS 另存为“.xlsx”后再上传",
    "save it as .xlsx and upload that",
)
OLD_FORMAT = Wording(
    "这个文件是旧格式（.xls）或设有密码",
    "the file is in the old format (.xls) or protected by a password",
    "去掉密码，另存为“.xlsx”后再上传",
    "remove the password and save it as .xlsx",
)
TOO_MUCH = Wording(
    "这个工作簿展开后太大",
    "the workbook unpacks to too much",
    "把要导入的行复制到新下载的模板里再上传",
    "copy the rows into a fresh template and upload that",
)
TOO_LONG = Wording(
    "文件的行数太多",
    "the file has too many rows",
    "分成几个文件上传",
    "split it into several files",
)


class Spreadsheets:
    """Writes and reads tables."""

    def write(self, file: IO[bytes], tables: Sequence[Table], *, zh: bool = True, author: str = "") -> None:
        """A workbook of some tables; one of more rows than a worksheet holds goes on in the next.

        Rows go to the disk as they come: memory does not grow with them. The folder they wait in can be read by
        nobody else.
        """
        with TemporaryDirectory() as folder:
            options = {
                "constant_memory": True,
                "tmpdir": folder,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_date_format": FORMATS[zh]["day"],
            }
            with Workbook(file, options) as book:
                book.set_properties({"author": author, "title": tables[0].title if tables else ""})
                for table in tables:
                    _Writing(book, table, zh).write()

    def read(self, content: bytes, rows_max: int, marked: str = "") -> list[list[Cell | Formula]]:
        """The rows of the first worksheet (or of the one with this title), or of a CSV. Raises Unreadable."""
        if content.startswith(OLE):
            raise Unreadable(OLD_FORMAT)
        if content.startswith(b"PK"):
            return _workbook(content, rows_max, marked)
        return _csv(content, rows_max)


class _Writing:
    """One table being written, worksheet by worksheet."""

    def __init__(self, book: Workbook, table: Table, zh: bool) -> None:
        self.book, self.table = book, table
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        numbers = {"money": "#,##0.00", "number": "#,##0.####", "text": "@", **FORMATS[zh]}
        self.formats = {kind: book.add_format({"num_format": numbers[kind]}) for kind in Kind}
        self.whole = book.add_format({"num_format": "#,##0"})
        self.marked = {kind: book.add_format({"num_format": numbers[kind], **MARKED}) for kind in Kind}
        self.sheets = 0

    def write(self) -> None:
        """All rows; the head stands on every worksheet, frozen, with a filter."""
        sheet, at = self._begun(), 0
        for number, row in enumerate(self.table.rows):
            if at == SHEET_ROWS_MAX:
                self._ended(sheet, at)
                sheet, at = self._begun(), 0
            at += 1
            formats = self.marked if number in self.table.marked else self.formats
            for column, value in enumerate(row):
                self._cell(sheet, at, column, value, formats)
        self._ended(sheet, at)

    def _begun(self) -> Worksheet:
        self.sheets += 1
        title = self.table.title[:31] if self.sheets == 1 else f"{self.table.title[:27]} {self.sheets}"
        sheet = self.book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for index, column in enumerate(self.table.columns):
            sheet.set_column(index, index, column.width, self.formats[column.kind])
        for index, column in enumerate(self.table.columns):
            sheet.write_string(0, index, column.head, self.head)
        return sheet

    def _ended(self, sheet: Worksheet, rows: int) -> None:
        sheet.autofilter(0, 0, rows, max(len(self.table.columns) - 1, 0))
        for index, column in enumerate(self.table.columns):
            if column.choices:
                self._offered(sheet, index)

    def _offered(self, sheet: Worksheet, index: int) -> None:
        """The choices of a column, offered below its head; a long list stands on a hidden worksheet."""
        column = self.table.columns[index]
        source: Any = list(column.choices)
        if len(",".join(source)) > CHOICES_INLINE_MAX or any("," in one for one in source):
            name = f"_{index + 1}"
            lists = self.book.add_worksheet(name)
            for row, one in enumerate(column.choices):
                lists.write_string(row, 0, one)
            lists.hide()
            source = f"='{name}'!$A$1:$A${len(column.choices)}"
        sheet.data_validation(1, index, SHEET_ROWS_MAX, index, {"validate": "list", "source": source})

    def _cell(self, sheet: Worksheet, row: int, column: int, value: Cell, formats: Any) -> None:
        """One cell by what it holds; a text is a text, whatever it begins with."""
        kind = self.table.columns[column].kind
        if value is None or value == "":
            return
        if isinstance(value, str):
            sheet.write_string(row, column, value[:LETTERS_MAX], formats[Kind.TEXT])
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, value.replace(tzinfo=None), formats[Kind.MOMENT])
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, formats[kind if kind is Kind.MONTH else Kind.DAY])
        else:
            whole = kind is Kind.NUMBER and formats is self.formats and value == int(value)
            sheet.write_number(row, column, value, self.whole if whole else formats[kind])


# -- reading -------------------------------------------------------------------------------------------


def _workbook(content: bytes, rows_max: int, marked: str) -> list[list[Cell | Formula]]:
    # Only here: the library reads a file of the system when it is imported.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _weighed(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            sheet = next((one for one in book.worksheets if one.title == marked), None) or book.worksheets[0]
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_row=rows_max + 2, max_col=COLUMNS_MAX)
            found = [[_read(one) for one in row] for row in rows]
        finally:
            book.close()
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        AttributeError,
        OverflowError,
        EOFError,
    ):  # whatever a broken workbook does to its reader: it is none
        raise Unreadable(NOT_A_TABLE) from None
    return _bounded(found, rows_max)


def _bounded(found: list[list[Cell | Formula]], rows_max: int) -> list[list[Cell | Formula]]:
    """The rows without the empty ones at the end."""
    while found and not any(one not in (None, "") for one in found[-1]):
        found.pop()
    if len(found) > rows_max + 1:
        raise Unreadable(TOO_LONG)
    return found


def _weighed(content: bytes) -> None:
    """Refuse what unpacks to too much, and entities: the declared sizes bound what is ever unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_MAX:
                raise Unreadable(TOO_MUCH)
            if "xl/workbook.xml" not in packed.namelist():
                raise Unreadable(NOT_A_TABLE)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    text = packed.read(part)
                    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\0" in text:
                        raise Unreadable(NOT_A_TABLE)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise Unreadable(NOT_A_TABLE) from None


def _read(cell: Any) -> Cell | Formula:
    """The value of a cell, numbers exactly as they are shown; midnight is a day."""
    value = cell.value
    if cell.data_type == "f":
        return Formula()
    if cell.data_type == "e" or value is None:
        return None if value is None else str(value)
    if isinstance(value, datetime):
        return value.date() if (value.hour, value.minute, value.second) == (0, 0, 0) else value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 10**15 else Decimal(f"{value:.15g}")
    return value if isinstance(value, str | int | bool | date) else str(value)


def _csv(content: bytes, rows_max: int) -> list[list[Cell | Formula]]:
    """The rows of a CSV in UTF-8, or in GB18030 as Excel in Chinese writes it."""
    if b"\0" in content or not content.strip():
        raise Unreadable(NOT_A_TABLE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            raise Unreadable(NOT_A_TABLE) from None
    if CONTROL.search(text):
        raise Unreadable(NOT_A_TABLE)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    return _bounded(list(_rows(text, delimiter, rows_max)), rows_max)


def _rows(text: str, delimiter: str, rows_max: int) -> Iterator[list[Cell | Formula]]:
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter)):
            if number > rows_max + 1:
                return
            # An apostrophe keeps a text from being a formula, in our own files too; it is no part of the text.
            yield [
                (one[1:] if one[:1] == "'" and one[1:2] in tuple("=+-@＝＋－＠") else one) or None
                for one in row[:COLUMNS_MAX]
            ]
    except csv.Error:
        raise Unreadable(NOT_A_TABLE) from None
