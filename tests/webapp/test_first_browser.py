"""The first page on a phone: what waits comes first and stands open, what stands below it folds, also without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.webapp.browsing import SIZES, barriers, opened, sign_in
from tests.webapp.scene import PASSWORD
from tests.webapp.serving import serving

pytestmark = pytest.mark.browser
SCREENS_MAX = 3.2
"""So many screens of a phone the page of a busy town has at most; unfolded it had more than twice as many."""
HEIGHT = "document.documentElement.scrollHeight"


@pytest.fixture(scope="module")
def address(busy_town) -> Iterator[str]:
    """A server over the busy town."""
    yield from serving(busy_town)


@pytest.fixture(params=["fushou.manager", "nyingchi.regulator"])
def login(request) -> str:
    """A home and a bureau."""
    return request.param


def seen(window: Any) -> dict[str, bool]:
    """heading of a part that folds -> whether its content is seen."""
    parts = window.locator("details.fold").all()
    return {one.locator("h2").first.inner_text(): one.locator("> :last-child").is_visible() for one in parts}


def test_on_a_phone_the_parts_below_the_tasks_fold_until_they_are_opened(chromium, address, login) -> None:
    """Three screens instead of seven; a part opens on its heading; a screen reader finds nothing wrong."""
    with opened(chromium, address, "phone") as window:
        sign_in(window, login)
        assert not any(seen(window).values())
        assert window.locator("h2", has_text="主要数字").is_visible()
        assert window.evaluate(HEIGHT) <= SCREENS_MAX * SIZES["phone"]["height"]
        window.locator("details.fold > summary").first.click()
        assert next(iter(seen(window).values()))
        assert barriers(window) == []


def test_where_there_is_room_they_stand_open_without_scripts(chromium, address, login) -> None:
    """Their headings are headings there, not buttons, and nothing has to be run for that."""
    context = chromium.new_context(viewport=SIZES["desk"], base_url=address, java_script_enabled=False)
    window = context.new_page()
    window.goto("/sign-in?lang=zh")
    window.fill("#login", login)
    window.fill("#password", PASSWORD)
    window.press("#password", "Enter")
    window.wait_for_url("**/")

    assert len(seen(window)) >= 4
    assert all(seen(window).values())
    assert not window.locator("details.fold > summary").first.is_visible()
    context.close()
