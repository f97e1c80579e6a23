"""A replay at a real browser: keys, slider and links move to moments, with and without scripts, on desk and phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.webapp.browsing import SIZES, opened, picture, sign_in
from tests.webapp.busy import busy
from tests.webapp.scene import Scene, made
from tests.webapp.serving import serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def burnt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Scene]]:
    """The web over a town with a fire."""
    scene = busy(made(tmp_path_factory.mktemp("burnt")))
    for url in serving(scene):
        yield url, scene


@pytest.fixture(params=sorted(SIZES))
def window(request, chromium, burnt):
    """Somebody of the safety team before the replay of the fire; anything in the console is a failure."""
    with opened(chromium, burnt[0], request.param, ()) as page:
        sign_in(page, "nyingchi.safety")
        page.goto(f"/incidents/{burnt[1].streams['fire']}/replay")
        yield page


def stands_at(window, moment: str) -> None:
    """The page has come to a moment."""
    window.locator("h1", has_text=moment).wait_for()


def test_keys_change_the_moment_and_the_address(window) -> None:
    """Step by step, day by day, to both ends; the page is not loaded again, and the new moment is told to screen readers."""
    window.evaluate("document.body.dataset.same = 'yes'")
    for key, moment, address in (
        ("ArrowRight", "14:26", "14%3A26"),
        ("ArrowLeft", "14:10", "14%3A10"),
        ("ArrowLeft", "09:30", "09%3A30"),
        ("End", "15:40", "15%3A40"),
        ("Home", "08:00", "08%3A00"),
    ):
        window.keyboard.press(key)
        stands_at(window, moment)
        assert address in window.url
    assert window.locator("#told").inner_text().startswith("2026年11月20日 08:00，第 1 步")
    assert "08:00" in window.title()
    assert window.evaluate("document.body.dataset.same") == "yes"
    picture(window, "replay-first")


def test_no_key_works_while_something_is_typed(window) -> None:
    """In a field the arrows move the caret."""
    window.click("summary >> text=收藏此刻")
    window.fill("#note", "值班")
    for key in ("ArrowLeft", "Home", "End", "ArrowRight"):
        window.press("#note", key)
    window.wait_for_timeout(300)
    assert "at=" not in window.url
    assert window.input_value("#note") == "值班"


def test_the_slider_changes_the_moment_and_keeps_the_focus(window) -> None:
    """One step of the slider is one moment, and the next key finds it where it was."""
    window.focus("#step")
    window.keyboard.press("ArrowRight")
    stands_at(window, "14:26")
    assert "14%3A26" in window.url
    assert window.get_attribute("#step", "aria-valuetext") == "2026年11月20日 14:26"
    window.locator("#step:focus").wait_for()
    window.keyboard.press("ArrowLeft")
    stands_at(window, "14:10")
    window.go_back()
    stands_at(window, "14:26")


def test_a_moment_is_kept_and_taken_away(window, burnt) -> None:
    """With a note; it leads back to the moment, and is gone when it is taken away."""
    window.click("summary >> text=收藏此刻")
    window.fill("#note", f"起火 {window.size}")
    window.click("form >> text=收藏此刻")
    window.locator("#kept", has_text=f"起火 {window.size}").wait_for()
    picture(window, "replay-kept")
    window.click("#kept a >> nth=0")
    stands_at(window, "14:10")
    assert "known=" in window.url
    window.click("#kept button >> nth=0")
    window.locator("#kept").wait_for(state="detached")


def test_without_scripts_links_and_slider_lead_on(chromium, burnt) -> None:
    """The same moments by plain links, and by the button beside the slider."""
    context = chromium.new_context(base_url=burnt[0], java_script_enabled=False)
    window = context.new_page()
    sign_in(window, "nyingchi.safety")
    window.goto(f"/incidents/{burnt[1].streams['fire']}/replay")
    window.click("text=下一步")
    assert "14:26" in window.locator("h1").inner_text()
    window.click(".rail a >> text=15:40")
    assert "15:40" in window.locator("h1").inner_text()
    window.focus("#step")
    window.keyboard.press("Home")
    window.click(".slide button")
    assert "08:00" in window.locator("h1").inner_text()
    assert "at=" in window.url
    context.close()


def test_a_dossier_is_printed_without_what_is_only_for_the_screen(chromium, burnt) -> None:
    """On paper: no navigation, no buttons; what is printed is a document of several pages."""
    context = chromium.new_context(viewport=SIZES["desk"], base_url=burnt[0], locale="zh-CN")
    window = context.new_page()
    window.size = "paper"
    sign_in(window, "nyingchi.safety")
    window.goto(f"/incidents/{burnt[1].streams['fire']}/dossier")
    window.emulate_media(media="print")
    assert not window.locator("nav").first.is_visible()
    assert not window.locator(".do").first.is_visible()
    picture(window, "dossier")
    printed = window.pdf(format="A4", prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") >= 3
    context.close()
