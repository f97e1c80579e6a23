"""Workbooks (.xlsx) sent while their rows are read.

XlsxWriter packs a workbook when its last row is known. A large board would make its reader wait in silence for a
minute, longer than a proxy does. So the rows are taken away from its worksheets as they are written, and go into the
archive at once; what comes before and behind them, and every other part, the library makes as always.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from itertools import count
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from domain.spreadsheet import Cell, Kind, Table

SHEET_ROWS_MAX, SHEET_BYTES_MAX = 1_048_575, 1_900_000_000
"""Rows of a worksheet below its head, and bytes of its text: what is more goes on in the next one.

An entry of an archive that is sent while it is written may have 2 GiB, unless it is of a form that not every program reads.
"""
SENT = 1_000
"""Rows that are sent together."""
CHOICES_INLINE_MAX = 255
"""A list of choices longer than this is kept on a sheet of its own."""
LETTERS_MAX = 32_767
"""So much fits into a cell."""
FORMATS = {
    True: {"day": 'yyyy"年"m"月"d"日"', "moment": 'yyyy"年"m"月"d"日" hh:mm', "month": 'yyyy"年"m"月"'},
    False: {"day": "d mmm yyyy", "moment": "d mmm yyyy hh:mm", "month": "mmm yyyy"},
}
MARKED = {"italic": True, "bg_color": "#FFF2CC"}


def packed(tables: Sequence[Table], *, zh: bool) -> Iterator[bytes]:
    """A workbook of some tables, piece by piece; neither memory nor disk grows with the rows.

    The folder in which rows wait can be read by nobody else.
    """
    made = io.BytesIO()
    with TemporaryDirectory() as folder, ExitStack() as waiting:
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": FORMATS[zh]["day"],
        }
        book, sink = Workbook(made, options), _Sink()
        book.set_properties({"title": tables[0].title if tables else ""})
        with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
            for table in tables:
                for _ in _Writing(book, table, zh, waiting).into(archive):
                    yield sink.taken()
            book.close()
            with ZipFile(made) as rest:
                for name in rest.namelist():
                    if name not in archive.NameToInfo:
                        archive.writestr(name, rest.read(name))
        yield sink.taken()


class _Sink(io.RawIOBase):
    """Where the archive is written to: it cannot be read again, only taken away."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, some: Any) -> int:
        """Held until it is taken."""
        self._held += some
        return len(some)

    def taken(self) -> bytes:
        """What was written since the last time."""
        held, self._held = bytes(self._held), bytearray()
        return held


class _Streamed(Worksheet):
    """A worksheet whose rows are taken away while they are written: the library keeps what stands around them."""

    @property
    def part(self) -> str:
        """Where it stands in the archive."""
        return f"xl/worksheets/sheet{self.index + 1}.xml"

    def around(self) -> tuple[str, str]:
        """What stands before its rows, and what stands behind them as it is now."""
        rows, self.fh = self.fh, io.StringIO()
        self._assemble_xml_file()
        said, self.fh = self.fh.getvalue(), rows
        before, _, behind = said.partition("</sheetData>")
        return before, "</sheetData>" + behind

    def taken(self, *, last: bool = False) -> str:
        """The rows since the last time; the one that is being written with the last ones only."""
        if last:
            self._write_single_row()
        self.row_data_fh.seek(0)
        rows = self.row_data_fh.read()
        self.row_data_fh.seek(0)
        self.row_data_fh.truncate()
        return rows

    def _write_optimized_sheet_data(self) -> None:
        self._xml_start_tag("sheetData")
        self._xml_end_tag("sheetData")

    def _write_dimension(self) -> None:
        """Nothing: it stands before the rows, and how many they are is known behind them."""


class _Writing:
    """One table being written, worksheet by worksheet."""

    def __init__(self, book: Workbook, table: Table, zh: bool, waiting: ExitStack) -> None:
        self.book, self.table, self.waiting = book, table, waiting
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        numbers = {"money": "#,##0.00", "number": "#,##0.####", "text": "@", **FORMATS[zh]}
        self.formats = {kind: book.add_format({"num_format": numbers[kind]}) for kind in Kind}
        self.whole = book.add_format({"num_format": "#,##0"})
        self.marked = {kind: book.add_format({"num_format": numbers[kind], **MARKED}) for kind in Kind}
        self.lists: dict[int, str] = {}
        """column -> where its choices stand that are too long for its rule"""

    def into(self, archive: ZipFile) -> Iterator[None]:
        """All rows; the head stands on every worksheet, frozen, with a filter. Stops whenever some rows are written."""
        rows = enumerate(self.table.rows)
        row = next(rows, None)
        for number in count(1):
            sheet = self._begun(number)
            with archive.open(sheet.part, "w") as part:
                part.write(sheet.around()[0].encode())
                at = size = 0
                while row is not None and at < SHEET_ROWS_MAX and size < SHEET_BYTES_MAX:
                    at += 1
                    self._row(sheet, at, *row)
                    if at % SENT == 0:
                        size += part.write(sheet.taken().encode())
                        yield
                    row = next(rows, None)
                self._ended(sheet, at)
                part.write((sheet.taken(last=True) + sheet.around()[1]).encode())
            yield
            if row is None:
                return

    def _begun(self, number: int) -> _Streamed:
        title = self.table.title[:31] if number == 1 else f"{self.table.title[:27]} {number}"
        sheet = self.book.add_worksheet(title, _Streamed)
        self.waiting.enter_context(sheet.row_data_fh)
        if sheet.index == 0:
            sheet.activate()
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
            if index not in self.lists:
                self.lists[index] = self._listed(column.choices)
            source = self.lists[index]
        sheet.data_validation(1, index, SHEET_ROWS_MAX, index, {"validate": "list", "source": source})

    def _listed(self, choices: Sequence[str]) -> str:
        """Where some choices stand, on a hidden worksheet of their own."""
        lists = self.book.add_worksheet(f"_{len(self.book.worksheets()) + 1}")
        self.waiting.enter_context(lists.row_data_fh)
        for row, one in enumerate(choices):
            lists.write_string(row, 0, one)
        lists.hide()
        return f"='{lists.name}'!$A$1:$A${len(choices)}"

    def _row(self, sheet: Worksheet, at: int, number: int, values: Sequence[Cell]) -> None:
        formats = self.marked if number in self.table.marked else self.formats
        for column, value in enumerate(values):
            self._cell(sheet, at, column, value, formats)

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
