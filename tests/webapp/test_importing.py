"""Entering by spreadsheet: what a template holds, what a filled one records, what is refused and why, and that a file is never entered twice."""

from __future__ import annotations

import io
import re
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from domain.desk import Submission
from domain.identifiers import synthetic_resident_number
from tests.webapp.busy import NUMBERS

PERSON, STAY = "person.register", "stay.admit"
HEADS = ("发生日期", "姓名", "证件类型", "证件号码", "性别")


def sheet(heads, *rows, title: str = "填写 Fill in") -> bytes:
    """A workbook of some rows."""
    book = Workbook()
    book.active.title = title
    for row in (heads, *rows):
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(somebody, kind: str, content: bytes, step: str = "", **more: Any):
    """Send a file, or record it."""
    csrf = somebody.get(f"/import/{kind}").values()["csrf"]
    said = {"csrf": csrf, "file": (io.BytesIO(content), "anything.bin"), **more}
    return somebody._read(
        somebody.client.post(f"/import/{kind}{step}", data=said, content_type="multipart/form-data"), kind, None
    )


def record(somebody, kind: str, content: bytes):
    """Check a file and accept what is good, as the page to check carries it."""
    checked = send(somebody, kind, content)
    return checked, somebody.send(checked, f"/import/{kind}/record", {})


def person(number: int, name: str = "", **more: Any) -> tuple[Any, ...]:
    """A row that registers somebody."""
    said = {"on": "2026-10-01", "kind": "居民身份证", "sex": "女"} | more
    return (
        said["on"],
        name or f"试人{number}",
        said["kind"],
        synthetic_resident_number(100 + number, date(1950, 3, 15)),
        said["sex"],
    )


def head(services) -> int:
    """How much was recorded."""
    return services.log.head().position


def test_every_kind_has_a_template_that_says_what_it_asks(busy_reader) -> None:
    """Heads in both languages that are told apart, an example that is not read, an explanation of each column."""
    somebody = busy_reader("nyingchi.regulator")
    kinds = [link.removeprefix("/import/") for link in somebody.get("/import").links if link.startswith("/import/")]

    assert {PERSON, STAY, "facility.register", "outlet.post_sales", "festival_visit"} <= set(kinds)
    for kind in kinds:
        answer = somebody.client.get(f"/import/{kind}/template.xlsx")
        content = answer.get_data()
        answer.close()
        book = load_workbook(io.BytesIO(content))
        heads = [cell.value for cell in book.worksheets[0][1]]
        assert len(set(heads)) == len(heads)
        assert book.worksheets[1].max_row >= len(heads)
        page = send(somebody, kind, content)
        assert page.status == 422
        assert "没有填写的行" in page.text, kind


def test_drop_downs_come_from_the_code_lists(reader) -> None:
    """The sexes are offered as they are called."""
    answer = reader("fushou.manager").client.get(f"/import/{PERSON}/template.xlsx")
    book = load_workbook(io.BytesIO(answer.get_data()))
    answer.close()
    offered = [one.formula1 for one in book.worksheets[0].data_validations.dataValidation]

    assert any("男" in one and "女" in one for one in offered)


def test_a_file_is_checked_then_recorded_once(clerk, fresh) -> None:
    """The check records nothing; the good rows are recorded; the same file again records nothing new."""
    somebody, content = clerk("nyingchi.regulator"), sheet(HEADS, person(1), person(2))
    before = head(fresh.services)
    checked = send(somebody, PERSON, content)

    assert "可入账 2 行" in checked.text
    assert head(fresh.services) == before
    done = somebody.send(checked, f"/import/{PERSON}/record", {})
    assert "批量录入结果" in done.text
    recorded = head(fresh.services)
    assert recorded > before
    again, _ = record(somebody, PERSON, content)
    assert "以前已入账 2 行" in again.text
    assert head(fresh.services) == recorded
    assert fresh.services.vault.find("试人1")


def test_the_example_empty_and_merged_rows_are_left_out_or_told(clerk, fresh) -> None:
    """Blank rows are no rows; below a merged cell the others are told as missing."""
    book = Workbook()
    book.active.append(["行标 / Mark", *HEADS])
    book.active.append(["示例，不导入 / EXAMPLE", *person(9)])
    book.active.append([])
    book.active.append(["", *person(1)])
    book.active.append(["", *person(2)])
    book.active.append(["", " ", None, "", None, ""])
    book.active.merge_cells("B4:B5")
    out = io.BytesIO()
    book.save(out)
    page = send(clerk("nyingchi.regulator"), PERSON, out.getvalue())

    assert "文件共 2 行" in page.text
    assert "可入账 1 行" in page.text
    assert "没有填写“发生日期”" in page.text


def test_a_telephone_in_full_width_is_read(clerk, fresh) -> None:
    """As in forms: kept in half width, dashes as hyphens; the row is not refused."""
    somebody = clerk("nyingchi.regulator")
    checked, _ = record(
        somebody, PERSON, sheet((*HEADS, "电话"), (*person(1), "０８９４—５８２２１１０；５８２２１１１"))
    )

    assert "可入账 1 行" in checked.text
    stream = next(iter(fresh.services.vault.find("试人1")))
    assert fresh.services.vault.open(fresh.services.log.stream(stream)[0].phone) == "0894-5822110;5822111"


def test_a_wrong_row_never_blocks_the_others(clerk, fresh) -> None:
    """Each refused row says which column and why in the reader's language; the good ones are recorded."""
    rows = [
        person(1),
        person(2, on="昨天"),
        person(3, sex="不详细"),
        person(4, kind="护照证"),
        person(5, on="2999-01-01"),
        person(6),
    ]
    content = sheet(HEADS, *rows)
    somebody = clerk("nyingchi.regulator")
    checked, done = record(somebody, PERSON, content)

    assert "可入账 2 行" in checked.text
    assert "不能入账 4 行" in checked.text
    for said in ("不是一个日期", "填写其中之一：男"):
        assert said in checked.text
    assert "批量录入结果" in done.text
    assert len(fresh.services.vault.find("试人1")) == len(fresh.services.vault.find("试人6")) == 1
    assert not fresh.services.vault.find("试人2")


def test_the_file_of_refused_rows_is_mended_and_sent_again(clerk, fresh) -> None:
    """It holds the refused rows only, with the reason; with the reason still in it, it is read as any file."""
    somebody, content = clerk("nyingchi.regulator"), sheet(HEADS, person(1), person(2, sex="谁"))
    checked, _ = record(somebody, PERSON, content)
    answer = somebody.client.post(f"/import/{PERSON}/refused.xlsx", data=checked.values())
    book = load_workbook(io.BytesIO(answer.get_data()))
    answer.close()
    board = book.worksheets[0]
    assert board.max_row == 2
    assert "填写其中之一" in board.cell(2, board.max_column).value
    assert "Write one of" in board.cell(2, board.max_column).value
    board.cell(2, 5).value = "男"
    out = io.BytesIO()
    book.save(out)
    assert "可入账 1 行" in record(somebody, PERSON, out.getvalue())[0].text
    assert fresh.services.vault.find("试人2")


def test_who_is_known_is_used_and_equal_rows_are_told(busy_clerk, busy_fresh) -> None:
    """A person who is registered already is named, not registered again; equal rows are two entries, and told."""
    known = ("2026-10-01", "扎西", "居民身份证", NUMBERS[0], "男")
    nobody = ("2026-10-01", "同名", "无证件", "", "男")
    before = len(busy_fresh.services.vault.find("同名"))
    checked, _ = record(
        busy_clerk("nyingchi.regulator"), PERSON, sheet(HEADS, known, person(1), person(1), nobody, nobody)
    )

    assert "人员已登记 2 行" in checked.text
    assert "第 6 行与第 5 行相同" in checked.text
    assert len(busy_fresh.services.vault.find("同名")) == before + 2
    assert len(busy_fresh.services.vault.find("试人1")) == 1


def test_people_and_places_are_named_as_in_forms(clerk, fresh) -> None:
    """A person by name or number, a facility by its name or as the own one; an ended stay's row stays known."""
    somebody = clerk("fushou.manager")
    record(somebody, PERSON, sheet(HEADS, person(1)))
    heads = ("发生日期", "人员", "类别", "床位")
    admitted = sheet(heads, ("2026-10-02", person(1)[3], "特困", "9-1"), ("2026-10-02", "没有此人", "特困", "9-2"))
    checked, _ = record(somebody, STAY, admitted)

    assert "可入账 1 行" in checked.text
    assert "在您的范围内没有找到" in checked.text
    left = sheet(("发生日期", "入住", "离院原因"), ("2026-10-09", "试人1", "回家"))
    first, _ = record(somebody, "stay.discharge", left)
    if "可入账" not in first.text:
        left = sheet(("发生日期", "stay", "reason"), ("2026-10-09", "试人1", "to_family"))
        first, _ = record(somebody, "stay.discharge", left)
    assert "可入账 1 行" in first.text
    fresh.services.views.catch_up()
    assert "以前已入账 1 行" in send(somebody, "stay.discharge", left).text


def test_an_activity_has_a_column_for_each_quantity(clerk, fresh) -> None:
    """By the name of the type; quantities with their own heads."""
    kind = fresh.services.reference.activity_types.types["festival_visit"]
    assert "household_times" in kind.quantities
    content = sheet(
        ("发生日期", "region", "quantities.household_times", "amount_fen"), ("2026-10-09", "巴宜区", "12", 3000)
    )
    checked, _ = record(clerk("nyingchi.regulator"), "festival_visit", content)

    assert "可入账 1 行" in checked.text, re.findall(r"<td>.*?</td>", checked.html)


def test_a_wrong_quantity_is_told_by_its_own_name(clerk) -> None:
    """Also one that only the type of the activity rules out."""
    heads = ("发生日期", "region", "quantities.household_times", "amount_fen")
    content = sheet(heads, ("2026-10-09", "巴宜区", "许多", 3000), ("2026-10-09", "巴宜区", "1.5", 3000))
    checked = send(clerk("nyingchi.regulator"), "festival_visit", content)

    assert checked.text.count("“慰问户次”应为不小于 0 的整数，不带小数") == 2
    assert "“数量”" not in checked.text


@pytest.mark.parametrize("login", ["auditor"])
def test_who_records_nothing_imports_nothing(reader, login) -> None:
    """The pages are closed, whatever is sent."""
    assert reader(login).get("/import", None).status == 403
    assert reader(login).get(f"/import/{PERSON}", None).status == 403


def test_what_a_post_may_not_give_is_no_kind(reader) -> None:
    """A manager registers no fund; corrections and lists are not entered so."""
    for kind in ("fund.appropriate", "entry.withdraw", "nonsense", "batch.draw_up"):
        assert reader("fushou.manager").get(f"/import/{kind}", None).status == 404


PEOPLE = st.lists(
    st.tuples(
        st.dates(date(2025, 1, 1), date(2026, 11, 1)),
        st.text("张王李赵次仁卓玛", min_size=2, max_size=4),
        st.sampled_from([("male", "男"), ("female", "女"), ("unknown", "Unknown")]),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


@given(PEOPLE)
@settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_a_filled_template_is_the_same_commands_as_submit(town, drawn) -> None:
    """Rows read from a workbook and lines of `submit` are the same commands: name, arguments, day."""
    from webapp.access import Reach
    from webapp.importable import sort_of
    from webapp.imports import Import
    from webapp.names import Names
    from webapp.page import Page
    from webapp.standpoint import Standpoint

    services = town.services
    from domain.work import Work
    from projections.ask import Ask

    reach = Reach(services, services.desk.actor("nyingchi.regulator"), Work(services.log))
    day = date(2026, 11, 20)
    page = Page(services, reach, Names(services, reach, True), Standpoint(Ask(day), day), True)
    rows = [(on if dated else on.isoformat(), name, "无证件", None, word) for on, name, (_, word), dated in drawn]
    read = Import(sort_of(page, PERSON), sheet(HEADS, *rows)).rows
    found = [
        (r.submission.command, r.submission.occurred_on, services.schemas.read(PERSON, r.submission.args)) for r in read
    ]
    lines = [
        Submission(PERSON, "x", {"name": name, "document_kind": "none", "sex": code}, occurred_on=on)
        for on, name, (code, _), _ in drawn
    ]

    assert found == [(s.command, s.occurred_on, services.schemas.read(PERSON, s.args)) for s in lines]


def test_what_is_wrong_with_a_file_is_counted_first_then_listed_and_what_to_do_is_said(clerk, fresh) -> None:
    """The summary counts and leads to the list; everything wrong with a line is told at once, in the order of its columns."""
    somebody = clerk("nyingchi.regulator")
    content = sheet(HEADS, person(1), person(2, on="某日", kind="护照国", sex="人"), (*person(3)[:4], ""))
    checked = send(somebody, PERSON, content)
    summary, _, below = checked.text.partition("批量录入 / ")

    assert "2 行不能入账，共 4 处要改" in summary
    assert "#refused" in checked.links
    assert "可入账的 1 行不受影响" in below
    places = re.findall(r'<td class="n">(\d+)</td><td>([^<]*)</td>', checked.html)
    assert places == [("3", "发生日期"), ("3", "证件类型"), ("3", "性别"), ("4", "性别")]
    steps = re.search(r'<ol class="numbered">.*?</ol>', checked.html, re.DOTALL)[0]
    at = [steps.index(said) for said in ("入账这 1 行", "下载不能入账的 2 行", "再上传改好的文件")]
    assert at == sorted(at)

    done = somebody.send(checked, f"/import/{PERSON}/record", {})
    assert "还有 2 行没有入账，接下来怎样做" in done.text
    assert "入账这" not in done.text
    clean = send(somebody, PERSON, sheet(HEADS, person(5)))
    assert ("接下来" in clean.text, "全部入账（1 行）" in clean.text) == (False, True)


def test_an_entry_from_a_file_says_from_which_file_and_line(clerk, fresh) -> None:
    """Receipt, entry and program name the line and the fingerprint that the checked file shows; the log holds no plain digest.

    Sent once more under another name the file has the same fingerprint; another file has another.
    """
    somebody, content = clerk("nyingchi.regulator"), sheet(HEADS, person(1), person(2))
    checked, done = record(somebody, PERSON, content)
    (fingerprint,) = set(re.findall(r"\b[0-9a-f]{64}\b", checked.text))
    assert fingerprint in done.text
    assert fingerprint in send(somebody, PERSON, content).text
    assert fingerprint not in send(somebody, PERSON, sheet(HEADS, person(2), person(1))).text

    receipts = [somebody.get(link) for link in done.links if link.startswith("/receipts/")]
    for line, receipt in zip((2, 3), receipts, strict=True):
        position = next(link for link in receipt.links if re.fullmatch(r"/events/\d+", link))
        for page in (receipt, somebody.get(position)):
            assert f"第 {line} 行，文件指纹 {fingerprint}" in " ".join(page.text.split())
    last = fresh.services.log.head().position
    (event,) = fresh.services.log.at([last])
    assert event.envelope.file == (fingerprint, 3)
    assert sha256(content).hexdigest() not in event.envelope.source
    (typed,) = fresh.services.log.stream(fresh.streams["hotline"])
    assert "来自文件" not in somebody.get(f"/events/{typed.envelope.position}").text
