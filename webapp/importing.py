"""Entering by spreadsheet: choose what, take the template, send the file, look at what would be recorded, record it.

The file goes to the page to check and back with it, as the answers of a form do: the server keeps nothing of it,
and reads and checks it anew before it records.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from tempfile import TemporaryFile
from typing import Any

from flask import Blueprint, abort, request, send_file

from domain.log import LogUnavailable
from domain.spreadsheet import Table, Unreadable
from webapp import readable
from webapp.access import Permission, needs, takes
from webapp.cells import told
from webapp.exports import WORKBOOK
from webapp.importable import Sort, sort_of, sorts, template
from webapp.imports import ROWS_MAX, Import
from webapp.page import Page, here

pages = Blueprint("importing", __name__)
FILE_BYTES_MAX = 2 * 1024 * 1024
FORM_BYTES_MAX = FILE_BYTES_MAX * 4 // 3 + 64 * 1024
"""A form that carries the file as text."""
STATUSES = ("good", "refused", "known", "again")
SHOWN_MAX = 100
"""So many rows of each kind are listed; the file of refused rows holds all of them."""


@pages.get("/import")
@needs(Permission.RECORDING)
def show_kinds() -> Any:
    """Everything that can be entered by spreadsheet."""
    page = here()
    groups: dict[str, list[Sort]] = {}
    for one in sorts(page):
        groups.setdefault(one.command.name.partition(".")[0], []).append(one)
    return page.render("imports.html", groups=list(groups.items()))


@pages.get("/import/<kind>")
@needs(Permission.RECORDING)
def show_kind(kind: str) -> Any:
    """The template, and where the file is sent."""
    return _form(here(), _sort(kind))


@pages.get("/import/<kind>/template.xlsx")
@needs(Permission.RECORDING)
def show_template(kind: str) -> Any:
    """The template of one kind."""
    page, sort = here(), _sort(kind)
    return _sent(page, template(sort), f"{kind}.xlsx")


@pages.post("/import/<kind>")
@takes(FORM_BYTES_MAX)
@needs(Permission.RECORDING)
def log_looked_at(kind: str) -> Any:
    """What the file would record, and what is wrong with it. Nothing is recorded."""
    page, sort = here(), _sort(kind)
    try:
        content = _content()
        looked = Import(sort, content)
    except Unreadable as error:
        return _form(page, sort, readable.told(error.wording, page.zh), 422)
    looked.rehearse()
    return _shown(page, looked, content, done=False)


@pages.post("/import/<kind>/record")
@takes(FORM_BYTES_MAX)
@needs(Permission.RECORDING)
def log_recorded(kind: str) -> Any:
    """Record the good rows. The same file again records nothing new."""
    page, sort = here(), _sort(kind)
    try:
        content = _content()
        looked = Import(sort, content)
        looked.record()
    except Unreadable as error:
        return _form(page, sort, readable.told(error.wording, page.zh), 422)
    except LogUnavailable as error:
        return _form(page, sort, error.zh if page.zh else error.en, 503)
    if last := looked.last_position():
        page.wait_for(last)
    return _shown(page, looked, content, done=True)


@pages.post("/import/<kind>/refused.xlsx")
@takes(FORM_BYTES_MAX)
@needs(Permission.RECORDING)
def log_refused(kind: str) -> Any:
    """The refused rows with their reasons, to be mended and sent again. Nothing is recorded."""
    page, sort = here(), _sort(kind)
    try:
        looked = Import(sort, _content())
    except Unreadable as error:
        return _form(page, sort, readable.told(error.wording, page.zh), 422)
    looked.rehearse()
    return _sent(page, [looked.refused()], f"{kind}-refused.xlsx")


def _sort(kind: str) -> Sort:
    """The kind of rows of an address. Answers 404 for what nobody enters so, or not this account."""
    return sort_of(here(), kind) or abort(404)


def _content() -> bytes:
    """The file of this request: sent, or carried by the page to check. Raises Unreadable."""
    sent = request.files.get("file")
    try:
        content = sent.read() if sent else b64decode(request.form.get("content", ""), validate=True)
    except (NotBase64, ValueError):
        content = b""
    if not content:
        raise Unreadable(told("import.no_file"))
    if len(content) > FILE_BYTES_MAX:
        raise Unreadable(told("import.too_large", mb=FILE_BYTES_MAX // 1024 // 1024, rows=ROWS_MAX))
    return content


def _form(page: Page, sort: Sort, problem: str = "", status: int = 200) -> Any:
    return page.render(
        "import.html", status, sort=sort, problem=problem, rows_max=ROWS_MAX, mb=FILE_BYTES_MAX // 1024 // 1024
    )


def _shown(page: Page, looked: Import, content: bytes, *, done: bool) -> Any:
    """What becomes of every row; the counts add up to the rows of the file."""
    by_status = {status: [row for row in looked.rows if row.status == status] for status in STATUSES}
    page.names.warm(row.person for row in by_status["known"][:SHOWN_MAX])
    return page.render(
        "import_check.html",
        200 if by_status["good"] or by_status["again"] or done else 422,
        sort=looked.sort,
        rows=len(looked.rows),
        by_status=by_status,
        parts=sum(len(row.problems) for row in by_status["refused"]),
        done=done,
        fingerprint=looked.fingerprint,
        content=b64encode(content).decode(),
        shown_max=SHOWN_MAX,
        findings={row.line: page.breaches(getattr(row.outcome, "breaches", ())) for row in by_status["good"]},
    )


def _sent(page: Page, tables: list[Table], name: str) -> Any:
    """A workbook as an answer."""
    file = TemporaryFile()  # noqa: SIM115  sent and closed behind the answer
    page.services.spreadsheets.write(file, tables, zh=page.zh)
    file.seek(0)
    return send_file(file, WORKBOOK, as_attachment=True, download_name=name)
