"""Daily work at a real browser, on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.webapp.browsing import EXPECTED, looked_over, picture, sign_in
from tests.webapp.scene import Scene, made
from tests.webapp.serving import serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Scene]]:
    """The web over a fresh town."""
    scene = made(tmp_path_factory.mktemp("site"))
    for url in serving(scene):
        yield url, scene


@pytest.fixture
def phone(chromium, site):
    """A phone; anything in its console is a failure."""
    context = looked_over(chromium, site[0], "phone")
    page, said = context.new_page(), []
    page.size = "phone"
    page.on("console", lambda message: None if any(e in message.text for e in EXPECTED) else said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


def without_barriers(window, name: str) -> None:
    """Axe finds nothing in either language, and nothing sticks out; a page that answers a form is asked in its own."""
    from axe_playwright_python.sync_playwright import Axe

    languages = ("en", "zh") if name.startswith("/") else (None,)
    for lang in languages:
        if lang:
            window.goto(f"{name}{'&' if '?' in name else '?'}lang={lang}")
        found = Axe().run(window).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], (name, lang)
    picture(window, name.strip("/").partition("?")[0].replace("/", "-"))


def test_a_day_is_logged_on_a_phone(phone) -> None:
    """One page filled in with the thumb: a slip is told at its field, then all of it is recorded with receipts."""
    sign_in(phone, "fushou.manager")
    without_barriers(phone, "/daily")
    phone.fill('[id="head_count-0-quantities.counted"]', "2")
    phone.fill('[id="fire_patrol-0-quantities.by_day"]', "三")
    phone.press('[id="fire_patrol-0-quantities.by_day"]', "Enter")
    phone.locator(".govuk-error-summary a").click()
    assert phone.evaluate("document.activeElement.id") == "fire_patrol-0-quantities.by_day"
    without_barriers(phone, "day-in-error")
    phone.fill('[id="fire_patrol-0-quantities.by_day"]', "3")
    phone.get_by_role("button", name="继续，去核对").click()
    without_barriers(phone, "day-checked")
    phone.get_by_role("button", name="确认入账").click()
    assert phone.locator("h1").inner_text() == "已入账 2 条"
    without_barriers(phone, "day-receipts")


def test_an_incident_is_told_question_by_question_on_a_phone(phone) -> None:
    """Few fields at a time; Enter goes on; people are searched for; each answer is changed from the check."""
    sign_in(phone, "fushou.manager")
    without_barriers(phone, "/enter/incident.record/questions")
    phone.get_by_role("button", name="继续", exact=True).click()
    phone.fill("#place", "二楼楼梯间")
    phone.press("#place", "Enter")
    phone.evaluate("history.go(-2)")
    phone.wait_for_selector("#occurred_at")
    phone.fill("#occurred_at", "09:30")
    phone.press("#occurred_at", "Enter")
    assert phone.input_value("#place") == "二楼楼梯间"
    phone.press("#place", "Enter")
    phone.get_by_label("服务安全事件", exact=True).check()
    phone.get_by_role("button", name="继续", exact=True).click()
    phone.get_by_role("button", name="继续", exact=True).click()
    phone.locator(".govuk-error-summary a").click()
    assert phone.evaluate("document.activeElement.id") == "course"
    phone.fill("#course", "下楼时跌倒")
    phone.get_by_role("button", name="继续", exact=True).click()
    phone.fill('[id="persons.search"]', "张")
    phone.get_by_role("button", name="查找").click()
    assert phone.get_by_label("张建国").is_checked()
    without_barriers(phone, "question-people")
    phone.get_by_role("button", name="继续", exact=True).click()
    phone.get_by_role("link", name="跳过，不填").click()
    assert phone.locator("h1").inner_text() == "请核对后入账"
    phone.get_by_role("button", name="更改 地点").click()
    phone.fill("#place", "三楼走廊")
    phone.press("#place", "Enter")
    assert "三楼走廊" in phone.locator("dl.answers").inner_text()
    without_barriers(phone, "question-check")
    phone.get_by_role("button", name="确认入账").click()
    phone.locator("#receipt").wait_for()
