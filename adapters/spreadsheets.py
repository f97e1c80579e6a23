"""Tables read from what people upload, by what the file is and not its name, and written as workbooks."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from adapters.workbooks import packed
from domain.model import Wording
from domain.spreadsheet import Cell, Formula, Table, Unreadable

UNPACKED_MAX, PARTS_MAX, COLUMNS_MAX = 64 * 1024 * 1024, 500, 200
"""What an uploaded workbook may unpack to, in bytes and parts, and how wide it is read."""
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
OLE = b"\xd0\xcf\x11\xe0"

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

    def write(self, file: IO[bytes], tables: Sequence[Table], *, zh: bool = True) -> None:
        """A workbook of some tables, written to a file."""
        file.writelines(packed(tables, zh=zh))

    def parts(self, tables: Sequence[Table], *, zh: bool = True) -> Iterator[bytes]:
        """The same workbook piece by piece while its rows are read: whoever waits for it gets it as it is written."""
        return packed(tables, zh=zh)

    def read(self, content: bytes, rows_max: int, marked: str = "") -> list[list[Cell | Formula]]:
        """The rows of the first worksheet (or of the one with this title), or of a CSV. Raises Unreadable."""
        if content.startswith(OLE):
            raise Unreadable(OLD_FORMAT)
        if content.startswith(b"PK"):
            return _workbook(content, rows_max, marked)
        return _csv(content, rows_max)


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
