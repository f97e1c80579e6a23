"""A board as a file for a spreadsheet: numbers and days that it can reckon with, names as the account may read them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from flask import Blueprint, Response, stream_with_context

from domain import units
from domain.facilities import Facility
from domain.model import CHINA, Field
from domain.spreadsheet import Cell, Column, Kind, Table
from domain.values import yuan
from domain.work import Reading, loaded
from webapp import noting, readable
from webapp.access import Permission, Reach, needs
from webapp.boards import ABOUT, about, columns_of, narrowed_by, opened, rows, width
from webapp.names import Names
from webapp.page import Page, here
from webapp.saying import plain_decimal
from webapp.sifting import Sifting, sifting

pages = Blueprint("exports", __name__)
READ = 1_000
"""Rows read at once: so much of a file is in memory."""
MARK = "\ufeff"
"""By this Excel knows that the file is UTF-8."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = (8, 40)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)


@pages.get("/boards/<name>.csv")
@needs(Permission.SIGNED_IN)
def show_board_file(name: str) -> Any:
    """The board with the same filters, order, columns and masking, whole, as known at one position, sent as it is read."""
    page, sift, first = _begun(name)

    def lines() -> Iterator[str]:
        out = io.StringIO()
        writer = csv.writer(out)
        out.write(MARK)
        writer.writerow([headed(page, key, spec) for key, spec in sift.columns.items()])
        for reader, part in _parts(page, name, sift, first):
            writer.writerows([cell(reader, key, spec, row) for key, spec in sift.columns.items()] for row in part)
            noting.part_kept()
            yield out.getvalue()
            out.seek(0)
            out.truncate()
        yield out.getvalue()

    return _sent(page, name, "csv", "text/csv; charset=utf-8", lines())


@pages.get("/boards/<name>.xlsx")
@needs(Permission.SIGNED_IN)
def show_board_workbook(name: str) -> Any:
    """The same as a workbook: typed cells, a frozen head with filters, and a sheet that says what it is."""
    page, sift, first = _begun(name)
    columns = [
        Column(headed(page, key, spec), kind_of(page, key, spec), _width(page, key, spec))
        for key, spec in sift.columns.items()
    ]
    board = Table(
        page.t(f"board.{name}")[:25],
        columns,
        (
            [value(reader, key, spec, row) for key, spec in sift.columns.items()]
            for reader, part in _parts(page, name, sift, first)
            for row in part
        ),
    )

    def pieces() -> Iterator[bytes]:
        for piece in page.services.spreadsheets.parts([board, described(page, name, sift)], zh=page.zh):
            noting.part_kept()
            yield piece

    return _sent(page, name, "xlsx", WORKBOOK, pieces())


def _sent(page: Page, name: str, ending: str, kind: str, pieces: Iterator[Any]) -> Response:
    """A file that is sent while it is written."""
    disposition = f'attachment; filename="{_file(page, name)}.{ending}"'
    return Response(stream_with_context(pieces), mimetype=kind, headers={"Content-Disposition": disposition})


def _begun(name: str) -> tuple[Page, Sifting, dict[str, Any]]:
    """The page as of one position, what is asked of the board, and its first rows: what is refused is refused now."""
    page, every = here(), columns_of(name)
    sift = sifting(page, name, every, narrowed_by(page, every, name))
    if page.point.ask.known_at is None:  # what is recorded while the file is written stays out of it
        ask = replace(page.point.ask, known_at=page.services.views.position())
        ask = ask.at_present(page.services.clock.now())  # nor does a deadline pass between two of its rows
        page = replace(page, point=replace(page.point, ask=ask))
    answer, sift, _ = opened(page, name, sift, READ, None)
    return page, sift, answer


def _parts(page: Page, name: str, sift: Sifting, first: Mapping[str, Any]) -> Iterator[tuple[Page, list[Any]]]:
    """Every row of a board, part by part, each with a page that remembers the names of that part only."""
    answer = first
    while True:
        yield page, answer["rows"]
        if answer["more"] is None:
            return
        at = _onward(page)
        page = replace(page, reach=at, names=Names(page.services, at, page.zh))
        answer = rows(page, name, sift, READ, answer["more"])


def _onward(page: Page) -> Reach:
    """The same reach, that has read the facilities only: memory does not grow with the rows, nor do they push out what pages keep."""
    reading = Reading(partial(loaded, page.services.log))
    read = page.reach.work.tracks
    reading.tracks |= {stream: track for stream, track in read.items() if isinstance(track.state, Facility)}
    return Reach(page.services, page.reach.actor, reading)


def _file(page: Page, name: str) -> str:
    """What the file is called, without its ending: board, day, position."""
    known = page.point.ask.known_at
    return f"{name}-{page.point.ask.as_of:%Y%m%d}-{known if isinstance(known, int) else page.services.views.position()}"


def described(page: Page, name: str, sift: Sifting) -> Table:
    """What the file shows: board, place, day, position, filters, and when and by which post it was made."""
    ask = page.point.ask
    known = ask.known_at
    said = [
        ("file.board", page.t("board.title", name=page.t(f"board.{name}"), place=page.place())),
        ("file.as_of", readable.day(ask.as_of, page.zh)),
        ("file.known", f"{known:,}" if isinstance(known, int) else readable.moment(known, page.zh)),
        ("board.filter", narrowed_words(page, name, sift) or page.t("file.none")),
        ("file.made", readable.moment(page.services.clock.now().astimezone(CHINA), page.zh)),
        ("file.by", page.pair(page.services.reference.words("posts", page.reach.actor.post))),
        ("file.names", page.t("file.names.text")),
    ]
    heads = [Column(page.t("file.what"), width=20), Column(page.t("file.said"), width=80)]
    return Table(page.t("file.about"), heads, [(page.t(key), text) for key, text in said])


def narrowed_words(page: Page, name: str, sift: Sifting) -> str:
    """The filters of a board in words; how many persons it is narrowed to, not who."""
    said = [
        page.label(key, sift.every[key]) + page.t("colon") + page.value(key, sift.every[key], code)
        for key, code in sift.where.items()
    ]
    if sift.order.first:
        said.append(page.t("file.from", day=readable.day(sift.order.first, page.zh)))
    if sift.order.last:
        said.append(page.t("file.to", day=readable.day(sift.order.last, page.zh)))
    if sift.order.whom is not None:
        said.append(page.t("board.whom", n=len(sift.order.whom)))
    return page.t("list.comma").join(said)


# -- cells ---------------------------------------------------------------------------------------------


def headed(page: Page, key: str, spec: Field) -> str:
    """The head of a column, with its unit."""
    unit = units.spoken(spec.unit, page.zh) if spec.unit != "年" else ""
    return page.label(key, spec) + readable.bracketed(unit, page.zh)


def kind_of(page: Page, key: str, spec: Field) -> Kind:
    """How the cells of a column are shown."""
    if key.endswith("_fen"):
        return Kind.MONEY
    if spec.moment:
        return Kind.MOMENT
    if readable.is_month(spec):
        return Kind.MONTH
    if spec.unit and spec.unit != "年" and not spec.choices:
        return Kind.NUMBER
    return Kind.TEXT


def _width(page: Page, key: str, spec: Field) -> int:
    """How wide a column is: its head, and what usually stands below."""
    return max(min(width(headed(page, key, spec)) + 4, WIDTHS[1]), WIDTHS[0], 14 if kind_of(page, key, spec) else 0)


def value(page: Page, key: str, spec: Field, row: Mapping[str, Any]) -> Cell:
    """A cell of a workbook: a number, a day, an amount in yuan, or a text as the page shows it."""
    said = row.get(key)
    if key == ABOUT:
        return about(page, row, plain=True)[0]
    if said in (None, "", {}):
        return None
    if isinstance(said, int) and not isinstance(said, bool) and not spec.named:
        return Decimal(said) / 100 if key.endswith("_fen") else said
    if isinstance(said, str) and not _in_words(spec):
        return _typed(spec, said)
    return cell(page, key, spec, row, plain=True)


def _in_words(spec: Field) -> bool:
    """Whether the values of a column are codes, or sealed: a file tells them as the page does."""
    return bool(spec.private or spec.ref or spec.choices or spec.account)


def _typed(spec: Field, said: str) -> Cell:
    """A public text as what it says: a day, a month, a moment, a number, or just a text."""
    if spec.moment:
        plain = _moment(said)
        return date.fromisoformat(plain) if DAY.fullmatch(plain) else datetime.fromisoformat(plain)
    if DAY.fullmatch(said):
        return date.fromisoformat(said)
    if readable.is_month(spec) and MONTH.fullmatch(said):
        return date.fromisoformat(f"{said}-01")
    return Decimal(said) if spec.unit and re.fullmatch(r"-?\d+(\.\d+)?", said, re.ASCII) else said


def cell(page: Page, key: str, spec: Field, row: Mapping[str, Any], *, plain: bool = False) -> str:
    """A cell of a text file: nothing where there is nothing, plain numbers, days as 2023-11-03; never a formula."""
    said = row.get(key)
    safe = str if plain else inert
    if key == ABOUT:
        return safe(about(page, row, plain=True)[0])
    if said in (None, "", {}):
        return ""
    if isinstance(said, int) and not isinstance(said, bool):
        return yuan(said) if key.endswith("_fen") else str(said)
    if isinstance(said, dict):
        return safe(page.quantities(said, row.get("type"), plain_decimal))
    if spec.moment:
        return _moment(said)
    if _in_words(spec) or isinstance(said, bool | list | tuple):
        return safe(page.value(key, spec, said, row.get("type"), row["stream"]))
    return safe(str(said))


def _moment(said: str) -> str:
    """A business moment as spreadsheets read it: the day, and the time where it has one."""
    day, time = said[:10], said[11:16]
    return day if time in ("00:00", "24:00") else f"{day} {time}"


def inert(text: str) -> str:
    """A text that a spreadsheet will not take for a formula."""
    return "'" + text if text.startswith(FORMULA) else text
