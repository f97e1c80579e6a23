"""An inspection at a real browser from the draw to the closure: the bureau at its desks, the visit and the home on phones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from domain.desk import Submission
from tests.adapters.photographs import photo
from tests.webapp.browsing import barriers, opened, picture, sign_in
from tests.webapp.busy import busy
from tests.webapp.scene import PASSWORD, Scene, made
from tests.webapp.serving import serving
from tests.webapp.test_days import recorded, told

pytestmark = pytest.mark.browser
FAILS = "C04"
"""The item that does not hold: the signs of the way out."""
SAID = "疏散指示标志"
CREW = ("nyingchi.inspector", "nyingchi.regulator", "nyingchi.safety")
DRAWN = ("nyingchi.inspector", "nyingchi.safety")
FIGURES = ("inspection.concluded", "hazard.found", "hazard.closed")
Opening = Callable[[str, str], Any]


@pytest.fixture
def town(tmp_path: Path) -> Scene:
    """A busy town to work in."""
    return busy(made(tmp_path))


@pytest.fixture
def at_work(chromium, town) -> Iterator[Opening]:
    """Somebody signed in before a window of their own; anything in a console is a failure."""
    with ExitStack() as windows, contextmanager(serving)(town) as url:

        def begin(login: str, size: str) -> Any:
            window = windows.enter_context(opened(chromium, url, size))
            sign_in(window, login)
            return window

        yield begin


def seen(window: Any, name: str, *words: str) -> None:
    """What stands on the page, in either size without barriers; it is kept as a picture."""
    page = told(window)
    for one in words:
        assert one in page, f"{name}: {one!r} is not in {page[:2000]}"
    picture(window, name)
    assert barriers(window) == [], name


def later(town: Scene, day: int, month: int = 11) -> None:
    """It is ten o'clock of a later day."""
    town.clock.set(datetime(2026, month, day, 2, 0, tzinfo=UTC))


def counted(window: Any) -> list[int]:
    """The figures of the year so far, as their pages say them."""
    found = []
    for key in FIGURES:
        window.goto(f"/figures/{key}")
        found.append(int(window.locator("main h1 .num").inner_text()))
    return found


def dated(window: Any, name: str, year: int, month: int, day: int) -> None:
    """Fill in a date."""
    for part, said in zip("ymd", (year, month, day), strict=True):
        window.fill(f"[id='{name}.{part}']", str(said))


def test_an_inspection_goes_from_the_draw_to_the_closure(at_work, town) -> None:
    """Drawn, announced, held by a checklist, ordered, put right with a photo, rechecked by another, closed and counted."""
    office, visitor, manager = "nyingchi.regulator", "nyingchi.inspector", "fushou.manager"
    bureau = at_work(office, "desk")
    before = counted(bureau)
    visit = drawn_and_announced(bureau)
    later(town, 25)
    hazard = held(at_work(visitor, "phone"), visit)
    ordered(at_work(office, "desk"), visit)
    later(town, 26)
    home = at_work(manager, "phone")
    put_right(home, hazard)
    refused_as_own(home, hazard)
    later(town, 27)
    bureau = at_work(office, "desk")
    rechecked_and_closed(at_work(visitor, "phone"), bureau, hazard)
    over(bureau, visit)
    assert [now - then for now, then in zip(counted(bureau), before, strict=True)] == [1, 1, 1]


def checked(window: Any) -> None:
    """From the form to the page to check; what Enter in a field presses is another button of the same words."""
    window.locator(".do button", has_text="继续，去核对").click()
    window.locator("h1", has_text="请核对后入账").wait_for()


def drawn_and_announced(bureau: Any) -> str:
    """The regulator draws one home of two and two inspectors of three, anybody can draw again, and the home is told."""
    bureau.goto("/enter/inspection.draw")
    seen(bureau, "inspection-01-draw-form", "双随机抽取", "随机种子")
    bureau.select_option("#region", "540400")
    bureau.get_by_label("日常检查", exact=True).check()
    dated(bureau, "due_on", 2026, 12, 10)
    bureau.fill("#seed", "双色球 2026146 期 03 08 15 21 26 30 + 11")
    for home in ("福寿敬老院", "扎木镇敬老院"):
        bureau.get_by_label(home).check()
    for login in CREW:
        bureau.check(f"[id='inspectors.{login}']")
    bureau.fill("#number", "1")
    checked(bureau)
    seen(bureau, "inspection-02-draw-check", "双色球 2026146 期", "福寿敬老院", "林芝市 · 安全小组")
    recorded(bureau)
    seen(bureau, "inspection-03-draw-receipt", "已入账")
    bureau.locator(".receipt a[href^='/draws/']").click()
    seen(bureau, "inspection-04-draw", "抽取名单与结果")
    bureau.click("main >> text=重演抽取")
    seen(bureau, "inspection-05-draw-again", "一致：按记录的种子和名单重新抽取")
    bureau.locator("main td a[href^='/inspections/']").first.click()
    seen(bureau, "inspection-06-planned", "安排检查", "现在办")
    visit = bureau.url.partition("/inspections/")[2].partition("?")[0]
    bureau.locator("main a[href*='/enter/inspection.notify']").first.click()
    bureau.fill("#document_no", "林民检通〔2026〕18号")
    checked(bureau)
    recorded(bureau)
    bureau.goto(f"/inspections/{visit}")
    seen(bureau, "inspection-07-announced", "通知机构", "林芝市 · 监管人员")
    return visit


def held(inspector: Any, visit: str) -> str:
    """On the phone: begun by two, one item failed, the rest passed, concluded; the hazard that follows."""
    inspector.goto(f"/inspections/{visit}")
    seen(inspector, "inspection-08-visit", "开始检查")
    inspector.locator("main a[href*='/enter/inspection.start']").first.click()
    seen(inspector, "inspection-09-start", "林芝市 · 检查人员", "林芝市 · 安全小组")
    ticked = inspector.locator("input[name^='inspectors.']:checked")
    assert ticked.evaluate_all("found => found.map(one => one.id)") == [f"inspectors.{login}" for login in DRAWN]
    checked(inspector)
    recorded(inspector)
    inspector.goto(f"/enter/inspection.answer?inspection={visit}")
    failing = inspector.locator("fieldset.item", has_text=FAILS)
    failing.get_by_label("不合格", exact=True).check()
    failing.get_by_role("textbox").fill("二楼疏散指示灯不亮")
    seen(inspector, "inspection-10-checklist", "已填 1 /", FAILS)
    inspector.click("main >> text=其余都记为合格")
    seen(inspector, "inspection-11-checklist-filled")
    checked(inspector)
    seen(inspector, "inspection-12-checklist-check", "二楼疏散指示灯不亮", "不合格和未检查的项目")
    assert "提前通知" not in told(inspector)
    recorded(inspector)
    seen(inspector, "inspection-13-checklist-receipt", "已入账")
    inspector.goto(f"/inspections/{visit}")
    inspector.locator("main a[href*='/enter/inspection.conclude']").first.click()
    checked(inspector)
    seen(inspector, "inspection-14-conclude-check")
    recorded(inspector)
    inspector.goto(f"/inspections/{visit}")
    seen(inspector, "inspection-15-concluded", "检查", "隐患", "轮到：机构")
    inspector.locator("#hazards ~ .scroll a[href^='/hazards/']").first.click()
    seen(inspector, "inspection-16-hazard", SAID, "待整改")
    return inspector.url.partition("/hazards/")[2].partition("?")[0]


def ordered(bureau: Any, visit: str) -> None:
    """The notice to rectify, on the screen and as it is printed."""
    bureau.goto(f"/inspections/{visit}/notice")
    seen(bureau, "inspection-17-notice", "责令整改通知书", "福寿敬老院", FAILS, "（盖章）")
    bureau.emulate_media(media="print")
    assert not bureau.locator("nav").first.is_visible()
    picture(bureau, "inspection-18-notice-printed")
    bureau.emulate_media(media="screen")


def put_right(home: Any, hazard: str) -> None:
    """The home finds it among what waits, and records on the phone what was done, with a photo."""
    seen(home, "inspection-19-home-first", "要办的事", SAID)
    home.goto(f"/hazards/{hazard}")
    home.click("main >> text=完成整改")
    home.fill("#evidence", "已更换二楼两只疏散指示灯")
    home.set_input_files("input[type=file]", {"name": "出口.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    seen(home, "inspection-20-rectify")
    checked(home)
    seen(home, "inspection-21-rectify-check", "已更换二楼两只疏散指示灯")
    recorded(home)
    home.goto(f"/hazards/{hazard}")
    seen(home, "inspection-22-rectified", "待验收", "福寿敬老院 · 机构负责人")
    assert home.locator("main img").count() == 1


def refused_as_own(home: Any, hazard: str) -> None:
    """Who put it right is not offered to accept it, and is told why, and who can, when the form is opened all the same."""
    assert home.locator("main a[href*='/enter/hazard.accept']").count() == 0
    home.goto(f"/enter/hazard.accept?hazard={hazard}")
    home.locator(".do button", has_text="继续，去核对").click()
    home.locator(".govuk-error-summary:focus").wait_for()
    seen(home, "inspection-23-own-refused", "整改人不能验收自己的整改", "检查人员")


def rechecked_and_closed(inspector: Any, bureau: Any, hazard: str) -> None:
    """An inspector accepts, a regulator closes; both hands stand on the page."""
    for window, number, step, state in (
        (inspector, 24, "accept", "验收合格"),
        (bureau, 26, "close", "已销号"),
    ):
        window.goto(f"/hazards/{hazard}")
        window.locator(f"main a[href*='/enter/hazard.{step}']").first.click()
        checked(window)
        seen(window, f"inspection-{number}-{step}-check")
        assert "逾期隐患数" not in told(window), "accepted in time: no figure of what is overdue moves"
        recorded(window)
        window.goto(f"/hazards/{hazard}")
        seen(
            window,
            f"inspection-{number + 1}-after-{step}",
            state,
            "由另一人复查",
            "福寿敬老院 · 机构负责人",
            "林芝市 · 检查人员",
        )


def over(bureau: Any, visit: str) -> None:
    """Nothing waits any more but the publication; the boards say so."""
    bureau.goto(f"/inspections/{visit}")
    seen(bureau, "inspection-28-round", "隐患销号", "由另一人复查", "公示结果")
    bureau.locator("main a[href*='/enter/inspection.publish']").first.click()
    bureau.fill("#place", "林芝市民政局网站")
    checked(bureau)
    recorded(bureau)
    bureau.goto(f"/inspections/{visit}")
    seen(bureau, "inspection-29-published", "已公示")
    bureau.goto("/boards/inspections")
    seen(bureau, "inspection-30-board-inspections", "已公示")
    bureau.goto("/boards/hazards")
    seen(bureau, "inspection-31-board-hazards", "已销号", SAID)


def test_a_batch_is_approved_by_others_than_who_drew_it_up_and_a_large_one_by_two(at_work, town) -> None:
    """Each refusal is a sentence that says who can; a list above the threshold waits for a second approver."""
    staffed(town)
    small, large = lists_of(town, "small", 60_000), lists_of(town, "large", 60_000_000)
    now_approver = {"stream": town.streams["nyingchi.deputy"], "version": 1, "args": {"post": "approver"}}
    town.record("promoted", "entry.correct", "2026-11-20", reason="改任审批岗位", **now_approver)
    town.services.views.catch_up()
    drawer = at_work("nyingchi.deputy", "desk")
    refused(drawer, small, "money-1-own-refused", "编制人不能审批自己编制的批次", "请另一位审批人员办理")
    first = at_work("nyingchi.approver", "desk")
    approved(first, small, "money-2-approved", "nyingchi.approver")
    approved(first, large, "money-3-first-of-two", "600,000 元，超过 500,000 元，须由两人审批")
    refused(first, large, "money-4-twice-refused", "您已审批", "由另一人复审")
    approved(at_work("nyingchi.second", "desk"), large, "money-5-second", "nyingchi.approver", "nyingchi.second")


def lists_of(town: Scene, name: str, fen: int) -> str:
    """A list for one person, drawn up by the deputy as a finance officer."""
    person = town.streams["payee 0017"]
    said = {"fund": town.streams["much"], "programme": "old_age_allowance", "period": "2026-05"}
    lines = [{"person": person, "amount_fen": fen}]
    drawer = town.services.desk.actor("nyingchi.deputy")
    drawn = Submission("batch.draw_up", str(uuid4()), {**said, "lines": lines}, drawer, date(2026, 11, 19))
    town.streams[name] = town.services.desk.submit(drawn).stream
    return town.streams[name]


def staffed(town: Scene) -> None:
    """Money enough, a second approver, and a deputy who still draws lists up."""
    fund = {"source": "city_lottery_fund", "programme": "old_age_allowance", "year": 2026, "region": "540400"}
    town.record(
        "much", "fund.appropriate", "2026-11-02", document_no="林财社〔2026〕40号", amount_fen=100_000_000, **fund
    )
    for login, post in (("nyingchi.second", "approver"), ("nyingchi.deputy", "finance_officer")):
        town.record(login, "account.open", "2026-11-01", login=login, post=post, scope_region="540400")
        town.services.passwords.set(login, PASSWORD)


def refused(window: Any, batch: str, name: str, *words: str) -> None:
    """The page does not offer the approval, and the form that is opened all the same says why not, and who can."""
    window.goto(f"/batches/{batch}")
    assert window.locator("main a[href*='/enter/batch.approve']").count() == 0
    window.goto(f"/enter/batch.approve?batch={batch}")
    window.locator(".do button", has_text="继续，去核对").click()
    window.locator(".govuk-error-summary:focus").wait_for()
    seen(window, name, *words)


def approved(window: Any, batch: str, name: str, *words: str) -> None:
    """Approved from the batch's page, which says afterwards who did."""
    window.goto(f"/batches/{batch}")
    window.locator("main a[href*='/enter/batch.approve']").first.click()
    checked(window)
    recorded(window)
    window.goto(f"/batches/{batch}")
    seen(window, name, *words)
