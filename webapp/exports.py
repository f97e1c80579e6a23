"""A board as a file for a spreadsheet: numbers and days that it can reckon with, names as the account may read them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response

from domain import units
from domain.model import Field
from domain.values import yuan
from webapp import readable
from webapp.access import Permission, needs
from webapp.boards import ABOUT, about, columns_of, narrowed_by, rows
from webapp.page import Page, here
from webapp.saying import plain_decimal

pages = Blueprint("exports", __name__)
READ, ROWS_MAX = 1_000, 100_000
"""Rows read at once, and in one file."""
MARK = "\ufeff"
"""By this Excel knows that the file is UTF-8."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@pages.get("/boards/<name>.csv")
@needs(Permission.SIGNED_IN)
def show_board_file(name: str) -> Any:
    """The board with the same filters and the same masking, whole, as known at one position."""
    page, columns = here(), columns_of(name)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([headed(page, key, spec) for key, spec in columns.items()])
    where, position = narrowed_by(page, columns, name), page.services.views.position()
    if page.point.ask.known_at is None:  # what is recorded while the file is written stays out of it
        page = replace(page, point=replace(page.point, ask=replace(page.point.ask, known_at=position)))
    for count, row in enumerate(_all(page, name, where)):
        if count == ROWS_MAX:
            writer.writerow([page.t("board.cut", n=ROWS_MAX)])
            break
        writer.writerow([cell(page, key, spec, row) for key, spec in columns.items()])
    file = f"{name}-{page.point.ask.as_of:%Y%m%d}-{position}.csv"
    return Response(
        MARK + out.getvalue(),
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )


def _all(page: Page, name: str, where: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Every row of a board, read part by part."""
    after = None
    while True:
        answer = rows(page, name, where, READ, after)
        yield from answer["rows"]
        after = answer["more"]
        if after is None:
            return


def headed(page: Page, key: str, spec: Field) -> str:
    """The head of a column, with its unit."""
    unit = units.spoken(spec.unit, page.zh) if spec.unit != "年" else ""
    return page.label(key, spec) + readable.bracketed(unit, page.zh)


def cell(page: Page, key: str, spec: Field, row: Mapping[str, Any]) -> str:
    """A cell: nothing where there is nothing, plain numbers, days as 2023-11-03; never a formula."""
    value = row.get(key)
    if key == ABOUT:
        return inert(about(page, row, plain=True)[0])
    if value in (None, "", {}):
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return yuan(value) if key.endswith("_fen") else str(value)
    if isinstance(value, dict):
        return inert(page.quantities(value, row.get("type"), plain_decimal))
    if spec.moment:
        return _moment(value)
    if spec.private or spec.ref or spec.choices or isinstance(value, bool | list | tuple):
        return inert(page.value(key, spec, value, row.get("type"), row["stream"]))
    return inert(str(value))


def _moment(value: str) -> str:
    """A business moment as spreadsheets read it: the day, and the time where it has one."""
    day, time = value[:10], value[11:16]
    return day if time in ("00:00", "24:00") else f"{day} {time}"


def inert(text: str) -> str:
    """A text that a spreadsheet will not take for a formula."""
    return "'" + text if text.startswith(FORMULA) else text
