"""The days of those who work with the system, at a real browser on desk and phone: what they see at every step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests.adapters.photographs import photo
from tests.webapp.browsing import SIZES, barriers, opened, picture, sign_in
from tests.webapp.busy import busy
from tests.webapp.scene import Scene, made
from tests.webapp.serving import serving

pytestmark = pytest.mark.browser
WIRE = "配电箱旁堆放杂物"


@pytest.fixture
def town(tmp_path: Path) -> Scene:
    """A busy town to work in."""
    return busy(made(tmp_path))


@pytest.fixture(params=sorted(SIZES))
def window(request, chromium, town) -> Iterator:
    """A window of one size before it; anything in its console is a failure."""
    for url in serving(town):
        with opened(chromium, url, request.param) as page:
            yield page


def told(window) -> str:
    """What the page says, without its navigation."""
    return " ".join(window.locator("main").inner_text().split())


def seen(window, name: str, *words: str) -> None:
    """What stands on the page; it is kept as a picture and has no barriers."""
    page = told(window)
    for one in words:
        assert one in page, f"{name}: {one!r} is not in {page[:1500]}"
    picture(window, name)
    assert window.size != "desk" or barriers(window) == []


def checked(window) -> None:
    """From the form to the page to check."""
    window.click("text=继续，去核对")
    window.locator("h1", has_text="请核对后入账").wait_for()


def went_on(window, lead: str) -> None:
    """From one question to the next."""
    window.click("main >> button:text-is('继续'):visible")
    window.locator(".lead", has_text=lead).wait_for()


def recorded(window) -> None:
    """From the page to check to the receipt."""
    window.click("text=确认入账")
    window.wait_for_url("**/receipts/**")


def test_the_day_of_a_manager(window, town) -> None:
    """What waits, a search that finds nobody, a registration, an admission, and its correction with a reason."""
    sign_in(window, "fushou.manager")
    seen(
        window,
        "manager-1-first",
        "要办的事",
        f"隐患整改期限：{WIRE}",
        "逾期 37 天（2026年10月14日到期）",
        "在院人数",
        "3 人",
    )

    window.goto("/persons/search")
    window.fill("#q", "陈桂兰")
    window.keyboard.press("Enter")
    window.wait_for_url("**q=**")
    seen(window, "manager-2-search", "您的范围内没有找到“陈桂兰”")

    window.goto("/enter/person.register")
    window.fill("#name", "陈桂兰")
    window.locator("[name=document_kind][value=none]").check()
    window.locator("[name=sex][value=female]").check()
    checked(window)
    recorded(window)
    window.click("main .quick >> text=登记入住")
    window.locator("h1", has_text="登记入住").wait_for()
    assert "陈桂兰" in told(window)
    window.click("text=继续，去核对")
    # A locator, not wait_for_function: the page's policy forbids the evaluation that polling needs.
    window.locator(".govuk-error-summary:focus").wait_for()
    seen(window, "manager-2-errors", "类别")
    window.select_option("#category", "destitute")
    window.fill("#bed", "201")
    checked(window)
    seen(window, "manager-3-check", "陈桂兰", "特困", "201", "在院人数（人） 今天 3 4")
    recorded(window)
    seen(window, "manager-4-receipt", "已入账", "账本位置", "陈桂兰", "记错了，更正")

    window.click("text=记错了，更正")
    window.fill("#bed", "202")
    window.fill("#correction_reason", "床位写错")
    checked(window)
    seen(window, "manager-5-correction", "201", "202", "床位写错", "原来", "改为")
    recorded(window)
    assert "床位写错" in told(window)


def test_a_manager_puts_a_form_aside_and_puts_a_hazard_right(window, town) -> None:
    """An accident that is written down in two goes, and a hazard with its days and its photo."""
    sign_in(window, "fushou.manager")
    window.goto("/enter/incident.record")
    window.fill("#occurred_at", "09:10")
    went_on(window, "第 2 步，共 6 步")
    window.fill("#place", "二楼走廊")
    window.click("text=存为草稿")
    window.wait_for_url("**/drafts**")
    seen(window, "manager-6-draft", "已存为草稿，还没有入账", "登记事件")
    window.locator("main a", has_text="接着填").click()
    window.locator(".lead", has_text="第 3 步").wait_for()
    window.check("[id='kinds.service_safety']")
    went_on(window, "第 4 步")
    window.fill("#course", "老人在走廊跌倒")
    went_on(window, "第 5 步")
    window.click("text=跳过")
    window.locator(".lead", has_text="第 6 步").wait_for()
    window.check("[id='risks.fall']")
    window.click("main >> button:text-is('继续'):visible")
    window.locator("h1", has_text="请核对后入账").wait_for()
    seen(window, "manager-7-incident", "二楼走廊", "服务安全事件", "老人在走廊跌倒", "09:10")
    recorded(window)
    assert "已入账" in told(window)
    window.goto("/drafts")
    assert "没有草稿" in told(window)

    window.goto(f"/hazards/{town.streams['wire']}")
    seen(window, "manager-8-hazard", WIRE, "已逾期", "2026年10月14日")
    window.click("main >> text=完成整改")
    window.fill("#evidence", "杂物已清走")
    window.set_input_files("input[type=file]", {"name": "走廊.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    checked(window)
    seen(window, "manager-9-photo", "杂物已清走", "1")
    assert window.locator("main img").count() == 1
    recorded(window)
    window.goto("/hazards/" + town.streams["wire"])
    seen(window, "manager-10-rectified", "待验收", "杂物已清走")


def test_the_day_of_a_regulator(window, town) -> None:
    """From the overview down to a county, a board as it is wanted and as a file, a figure, why it changed, its entry."""
    sign_in(window, "nyingchi.regulator")
    if window.size == "phone":
        window.click(".fold summary:has-text('按下级区域')")
    seen(window, "regulator-1-overview", "今日 · 林芝市", "按下级区域", "巴宜区", "合计", "在院人数", "4 人")
    window.locator("table.overview a", has_text="波密县").click()
    window.locator("h1", has_text="波密县").wait_for()
    if window.size == "phone":
        window.click(".fold summary:has-text('需要留意')")
    seen(window, "regulator-2-county", "今日 · 波密县", "1 人", "没有服务协议：王秀英")

    window.goto("/boards/stays")
    seen(window, "regulator-3-board", "共 4 行", "罗布", "王秀英")
    if window.size == "phone":
        window.click("main >> summary:text-is('筛选条件')")
    window.select_option("#where-category", "self_paying")
    window.click("main >> button:text-is('筛选')")
    window.wait_for_url("**where.category=self_paying**")
    assert "共 1 行" in told(window)
    assert "王秀英" not in told(window)
    window.goto("/boards/stays?sort=bed&cols=person.bed")
    heads = window.locator("main .scroll thead").first.inner_text()
    assert "床位" in heads
    assert "类别" not in heads
    seen(window, "regulator-4-columns", "按“床位”")
    with window.expect_download() as arriving:
        window.click("main >> text=导出 Excel")
    sheet = openpyxl.load_workbook(BytesIO(arriving.value.path().read_bytes())).worksheets[0]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    for said in ("人员", "床位", "罗布", "2-104"):
        assert said in cells, cells

    window.goto("/figures/stay.present")
    seen(window, "regulator-5-figure", "在院人数 4 人", "怎么来的", "明细", "张建国")
    window.click("main >> text=比较别的时点")
    seen(window, "regulator-6-why", "在院人数为什么变了", "入住，特困，床位 9", "+1")
    window.locator("main td.mono a").first.click()
    seen(window, "regulator-7-entry", "入住", "账本位置")
    window.goto("/events")
    seen(window, "regulator-8-events", "账本", "向县级民政部门报告")


def test_a_hazard_is_accepted_by_one_and_closed_by_another(window, town) -> None:
    """What the home has rectified is accepted by an inspector and closed by a regulator; the page says whose turn it is."""
    wire = town.streams["wire"]
    town.record("wire done", "hazard.rectify", "2026-11-19", hazard=wire, evidence="杂物已清走")
    town.services.views.catch_up()
    for login, who, step, state in (
        ("nyingchi.inspector", "林芝市 · 检查人员", "accept", "验收合格"),
        ("nyingchi.regulator", "林芝市 · 监管人员", "close", "已销号"),
    ):
        window.context.clear_cookies()
        sign_in(window, login)
        window.goto(f"/hazards/{wire}")
        window.locator(f"main a[href*='/enter/hazard.{step}']").first.click()
        for box in window.locator("main textarea, main input[type=text][required]").all():
            box.fill("现场复查，杂物已清走")
        checked(window)
        seen(window, f"round-{step}", WIRE)
        recorded(window)
        window.goto(f"/hazards/{wire}")
        seen(window, f"round-{step}-done", state, who)


def test_money_is_approved_by_another_and_followed(window, town) -> None:
    """Who draws a list up cannot approve it, somebody else can; the way of the money says what is left."""
    lines = [{"person": town.streams["payee 0017"], "amount_fen": 30_000}]
    said = {"fund": town.streams["allotment"], "programme": "old_age_allowance", "period": "2026-04", "lines": lines}
    batch = town.record("second", "batch.draw_up", "2026-11-19", **said)
    town.services.views.catch_up()
    sign_in(window, "nyingchi.approver")
    seen(window, "money-1-first", "要办的事", "高龄津贴")
    window.goto(f"/batches/{batch}")
    seen(window, "money-2-batch", "2026年4月", "300")
    window.locator("main a.btn", has_text=re.compile("审批")).first.click()
    checked(window)
    recorded(window)
    seen(window, "money-3-receipt", "已入账", "林芝市 · 审批人员")

    window.context.clear_cookies()
    sign_in(window, "nyingchi.finance")
    window.goto("/funds/flow")
    seen(window, "money-4-flow", "流入 100,000.00 元", "相等", "市级福彩公益金")


def test_the_day_of_the_safety_team(window, town) -> None:
    """From the list to the fire, through its minutes with the keys, a moment kept, and the whole on paper."""
    sign_in(window, "nyingchi.safety")
    window.goto("/boards/incidents")
    seen(window, "safety-1-board", "共 1 行", "配电间", "迟报")
    window.locator("main tbody a", has_text="火灾").first.click()
    seen(window, "safety-2-incident", "配电间", "时间线", "已采取处置措施", "向县级民政部门报告")
    window.click("main >> text=复盘")
    window.wait_for_url("**/replay**")
    window.keyboard.press("End")
    window.locator("h1", has_text="15:40").wait_for()
    seen(window, "safety-3-replay", "15:40")
    window.click("summary >> text=收藏此刻")
    window.fill("#note", "报告时")
    window.click("form >> text=收藏此刻")
    window.locator("#kept", has_text="报告时").wait_for()
    window.goto(f"/incidents/{town.streams['fire']}/dossier")
    seen(window, "safety-4-dossier", "卷宗", "配电箱起火，十六分钟后扑灭", "账本根摘要", "经过：逐条记录")


def test_the_day_of_an_auditor_by_keyboard(window) -> None:
    """Nothing but keys: to the ledger, an entry, its receipt with its fingerprint, and who looked at whom; focus is seen."""
    sign_in(window, "auditor")
    walked(window, "a[href='/events']")
    seen(window, "auditor-1-ledger", "账本 · 最近入账", "本机操作员")
    walked(window, "main td a")
    seen(window, "auditor-2-entry", "账本位置", "指纹")
    walked(window, "main a[href^='/receipts/']")
    seen(window, "auditor-3-receipt", "已入账", "这是什么")
    walked(window, "a[href='/reads']")
    seen(window, "auditor-4-reads", "查阅记录", "不能修改")


def walked(window, selector: str) -> None:
    """Reach a link by Tab alone, each stop of which can be seen, and follow it with Enter."""
    wanted, before = window.locator(selector).first, window.url
    if not wanted.is_visible():
        window.focus("#menu")
        window.keyboard.press("Space")
    for _ in range(150):
        window.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            break
    look = "one => { const s = getComputedStyle(one); return s.outlineStyle + s.outlineWidth + s.boxShadow }"
    assert wanted.evaluate("one => one === document.activeElement"), selector
    assert wanted.evaluate(look) != wanted.evaluate(f"one => {{ one.blur(); return ({look})(one) }}"), selector
    wanted.focus()
    window.keyboard.press("Enter")
    window.wait_for_url(lambda url: url != before)
