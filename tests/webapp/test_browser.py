"""Somebody at a real browser: follows the five things, goes back, signs out, prints, on desk and phone, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.webapp.browsing import SIZES, opened, picture, sign_in
from tests.webapp.scene import Scene, made
from tests.webapp.serving import serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def filled(busy_town: Scene) -> Iterator[tuple[str, dict[str, str]]]:
    """The web over a busy town."""
    for url in serving(busy_town):
        yield url, busy_town.streams


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Scene]]:
    """The web over a fresh town."""
    scene = made(tmp_path_factory.mktemp("site"))
    for url in serving(scene):
        yield url, scene


@pytest.fixture(params=sorted(SIZES))
def window(request, chromium, site):
    """A window of one size; anything in its console is a failure."""
    with opened(chromium, site[0], request.param) as page:
        yield page


def back(window) -> None:
    """The browser's own way back: a kept page comes without being loaded."""
    window.go_back(wait_until="commit")
    window.locator("h1").wait_for()


def test_the_five_things_can_be_followed(window) -> None:
    """A figure, its members, its event, another day, a correction: each is one click from the first page."""
    sign_in(window, "nyingchi.regulator")
    picture(window, "first")
    for number in range(5):
        window.goto("/")
        if window.size == "phone":
            window.click(".fold:has(.try) summary")
        link = window.locator(".try a").nth(number)
        link.click()
        assert window.locator("h1").inner_text()
        picture(window, f"thing-{number + 1}")


def test_back_from_a_receipt_loses_nothing_and_records_nothing(window, site) -> None:
    """Back leads to the page to check, then to the form with what was typed; sending either again is the same entry."""
    services = site[1].services
    person = site[1].record(
        f"back {window.size}", "person.register", "2026-11-01", name="方回头", document_kind="none", sex="male"
    )
    sign_in(window, "fushou.manager")
    window.goto(f"/enter/stay.admit?person={person}")
    window.select_option("#category", "destitute")
    window.fill("#bed", f"3-{window.size}")
    window.click("text=继续，去核对")
    window.click("text=确认入账")
    window.wait_for_url("**/receipts/**")
    receipt, head = window.url, services.log.head()

    back(window)
    assert window.locator("h1").inner_text() == "请核对后入账"
    picture(window, "back-to-check")
    window.click("text=确认入账")
    window.wait_for_url("**/receipts/**")
    assert "没有重复记录" in window.locator("main").inner_text()
    assert window.url == receipt + "?again=1"

    back(window)
    back(window)
    assert window.input_value("#bed") == f"3-{window.size}"
    assert window.input_value("#category") == "destitute"
    picture(window, "back-to-form")
    window.click("text=继续，去核对")
    window.locator(".govuk-error-summary:focus, dl.answers").first.wait_for()
    assert services.log.head() == head


def test_signing_out_takes_the_forms_away(window) -> None:
    """Whoever comes next and goes back finds the sign-in, not what was typed."""
    sign_in(window, "fushou.manager")
    window.goto("/enter/person.register")
    window.fill("#name", "方秘密")
    window.click("text=退出")
    window.wait_for_url("**/sign-in")
    back(window)
    window.locator("#password").wait_for()

    assert "方秘密" not in window.content()
    assert "/sign-in" in window.url


def test_the_checklist_counts_while_it_is_filled_in(window, filled) -> None:
    """A result that is chosen counts at once, above the list and beside its group; a group folds by a click."""
    url, streams = filled
    sign_in(window, "nyingchi.inspector", base=url)
    window.goto(f"{url}/enter/inspection.answer?inspection={streams['second visit']}")
    before = window.locator(".progress").inner_text()
    window.locator("fieldset.item input[type=radio]").nth(8).check()
    assert "已填 2 /" in before
    assert window.locator(".progress").inner_text() == before.replace("已填 2", "已填 3")
    window.locator("details.items summary").first.click()
    assert not window.locator("fieldset.item").first.is_visible()


def test_the_menu_of_a_phone_opens_by_keyboard(chromium, site) -> None:
    """Folded on a phone, it opens with the space bar and without scripts."""
    context = chromium.new_context(viewport=SIZES["phone"], base_url=site[0], java_script_enabled=False)
    window = context.new_page()
    sign_in(window, "nyingchi.regulator")
    assert not window.locator("nav a").first.is_visible()
    window.focus("#menu")
    window.keyboard.press("Space")
    assert window.locator("nav a", has_text="隐患").is_visible()
    context.close()


def test_the_keyboard_reaches_the_content(window) -> None:
    """The first stop of Tab is the way past the navigation, and it can be seen."""
    sign_in(window, "auditor")
    window.keyboard.press("Tab")
    assert window.evaluate("document.activeElement.className") == "govuk-skip-link"
    assert window.locator(".govuk-skip-link").bounding_box()["x"] >= 0
    window.keyboard.press("Enter")
    assert window.evaluate("document.activeElement.id") == "main-content"


def test_pages_work_without_scripts(chromium, site) -> None:
    """With scripts off an entry is found, opened and asked about all the same."""
    context = chromium.new_context(base_url=site[0], java_script_enabled=False)
    window = context.new_page()
    sign_in(window, "nyingchi.regulator")
    window.click(".try a >> nth=0")
    window.click("#members ~ .scroll td.mono a >> nth=0")
    window.click("text=更正")
    assert window.locator("textarea").count() == 1
    context.close()


def test_print_and_large_text_are_designed(window) -> None:
    """On paper the navigation is gone and the source named; large text does not stick out."""
    sign_in(window, "nyingchi.regulator")
    window.goto("/figures/stay.present?size=large")
    picture(window, "large")
    window.goto("/figures/stay.present?size=normal")
    window.emulate_media(media="print")
    assert not window.locator("nav").is_visible()
    assert "账本位置" in window.locator(".printed").inner_text()
    picture(window, "print")


def test_a_figure_is_drawn_with_values_to_point_at(window) -> None:
    """The drawing of the browser takes the place of the server's, in the page's language, and says what it shows."""
    sign_in(window, "nyingchi.regulator")
    window.goto("/figures/stay.present")
    drawn = window.locator(".chart")
    drawn.locator("svg").wait_for()
    assert window.locator("svg.trend").count() == 0
    assert "去年同月" in drawn.get_attribute("aria-label")
    assert "看成表格" in window.locator("main").inner_text()
    picture(window, "figure-drawn")


def test_a_link_is_copied(window) -> None:
    """One press, and the page says so."""
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(window, "nyingchi.regulator")
    window.goto("/figures/stay.present")
    window.click("[data-copy]")
    window.locator("text=已复制").wait_for()
    copied = window.evaluate("navigator.clipboard.readText()")
    assert "/figures/stay.present?" in copied
    assert "known=" in copied


def test_a_home_and_a_region_are_chosen_while_typing(window) -> None:
    """What is chosen stands in the address by its id and as a tag; a tag takes it away; a word that is none is told."""
    sign_in(window, "nyingchi.regulator")
    window.goto("/boards/stays?lang=zh")
    if window.size == "phone":
        window.click(".sift summary")
    window.fill(".autocomplete__wrapper #home", "扎木")  # once the scripts have made it
    window.wait_for_selector("#home__listbox .autocomplete__option")
    marked = window.locator("#home__listbox .autocomplete__option--focused")
    for _ in range(20):  # an answer that comes late takes the mark away, as it does to people, who press again
        window.keyboard.press("ArrowDown")
        if marked.count():
            break
        window.wait_for_timeout(200)
    window.keyboard.press("Enter")  # without a mark it would send the form
    window.wait_for_function("document.querySelector('#home').value.startsWith('扎木镇敬老院')")
    window.click(".sift button")
    window.wait_for_url("**facility=*")
    assert "home=" not in window.url
    assert "机构 扎木镇敬老院" in window.inner_text(".moj-filter__tag")

    window.click(".moj-filter__tag")
    window.wait_for_url(lambda url: "facility=" not in url)
    window.fill(".autocomplete__wrapper #bar-region", "波密")
    window.locator("#bar-region__listbox .autocomplete__option").filter(has_text="波密县").first.click()
    window.wait_for_function("document.querySelector('#bar-region').value.includes('波密县')")
    window.click(".asof button")
    window.wait_for_url("**region=540424*")
    assert "波密县" in window.inner_text("h1")
    window.fill(".autocomplete__wrapper #bar-region", "没有此地")
    window.keyboard.press("Escape")
    window.click(".asof button")
    window.wait_for_url("**region=%E6*")
    assert "没有此地" in window.inner_text(".told")
