"""What a file may be that is entered: how its texts, days and numbers are kept, and what is no table at all."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest

from tests.webapp.test_importing import HEADS, PERSON, person, record, send, sheet


@pytest.mark.parametrize("coded", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("between", [",", "\t", ";"])
def test_text_files_of_any_coding_are_read(reader, coded, between) -> None:
    """UTF-8 with and without its mark, and GB18030 as Excel in Chinese writes it."""
    lines = [HEADS, person(1, name="𠮷田" if coded != "gb18030" else "格桑㐂")]
    content = "\r\n".join(between.join(map(str, line)) for line in lines).encode(coded)

    assert "可入账 1 行" in send(reader("nyingchi.regulator"), PERSON, content).text


@pytest.mark.parametrize(
    ("on", "good"),
    [
        (datetime(2026, 10, 1), True),  # noqa: DTZ001  as a workbook holds days
        ("2026年10月1日", True),
        ("2026/10/1", True),
        ("20261001", True),
        (20261001, True),
        ("十月一日", False),
        ("=TODAY()", False),
        (True, False),
    ],
)
def test_days_are_read_however_they_are_kept(reader, on, good) -> None:
    """As days, as texts; never a guess, never a formula."""
    page = send(reader("nyingchi.regulator"), PERSON, sheet(HEADS, person(1, on=on)))

    assert ("可入账 1 行" in page.text) is good
    assert good or "不能入账 1 行" in page.text


def test_a_number_that_lost_its_digits_is_told(reader) -> None:
    """A document number kept as a number is refused with what to do; a text is read."""
    row = list(person(1))
    row[3] = 990101195003150017
    page = send(reader("nyingchi.regulator"), PERSON, sheet(HEADS, row))

    assert "末几位已丢失" in page.text


def test_numbers_may_be_texts(busy_clerk, busy_fresh) -> None:
    """Amounts and counts as numbers or as texts are the same entry."""
    game = next(iter(busy_fresh.services.reference.choices("games")))
    somebody, heads = busy_clerk("nyingchi.regulator"), ("发生日期", "网点", "月份", "game", "amount_fen")
    first = sheet(heads, ("2026-10-31", "八一镇代销点", "2026-09", game, 1234.5))
    again = sheet(heads, ("2026年10月31日", "八一镇代销点", "2026年9月", game, "1234.5"))
    checked, _ = record(somebody, "outlet.post_sales", first)

    assert "可入账 1 行" in checked.text
    assert "以前已入账 1 行" in send(somebody, "outlet.post_sales", again).text
    assert "123,450" not in checked.text


def test_wrong_heads_are_told_before_anything(reader) -> None:
    """Which are unknown and which are missing; other languages and names of fields are known."""
    somebody = reader("nyingchi.regulator")
    page = send(somebody, PERSON, sheet(("发生日期", "名字", "sex"), ("2026-10-01", "x", "男")))

    assert page.status == 422
    assert "不认识的列：名字" in page.text
    assert "缺少的列：" in page.text
    english = ("occurred_on", "name", "document_kind", "document_number", "sex")
    assert "可入账 1 行" in send(somebody, PERSON, sheet(english, person(1))).text


def packed(**parts: bytes) -> bytes:
    """A zip of some parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_x", ".x"), content)
    return out.getvalue()


def entities() -> bytes:
    """A workbook whose strings define entities."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet(HEADS, person(1)))) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                text = b'<!DOCTYPE x [<!ENTITY a "b">]>' + text
            new.writestr(part.filename, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "没有选择文件"),
        (b"\x89PNG\r\n\x1a\n\0\0", "不是 XLSX 工作簿"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧格式"),
        (b"PK\x03\x04 broken", "不是 XLSX 工作簿"),
        (packed(a=b"x"), "不是 XLSX 工作簿"),
        (packed(xl__workbook_xml=b"0" * 70 * 1024 * 1024), "展开后太大"),
        (packed(xl__workbook_xml=b"<workbook/>"), "不是 XLSX 工作簿"),
        (entities(), "不是 XLSX 工作簿"),
        (b"\xff\xfe\xfd\xfc\xfb", "不是 XLSX 工作簿"),
        (b"a,b\n1,2", "不认识的列"),
    ],
    ids=range(10),
)
def test_what_is_no_table_is_refused_by_what_it_is(reader, content, told) -> None:
    """Pictures, old formats, broken and swollen archives, entities: told, whatever the file is called."""
    page = send(reader("nyingchi.regulator"), PERSON, content)

    assert page.status == 422
    assert told in page.text


def test_more_rows_than_a_file_may_have_are_refused(reader, monkeypatch) -> None:
    """With what to do."""
    monkeypatch.setattr("webapp.imports.ROWS_MAX", 3)
    page = send(reader("nyingchi.regulator"), PERSON, sheet(HEADS, *(person(n) for n in range(9))))

    assert "行数太多" in page.text
