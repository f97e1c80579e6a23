"""Names that people gave, in the list of suggestions of a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.webapp.browsing import opened, sign_in
from tests.webapp.scene import made
from tests.webapp.serving import serving

pytestmark = pytest.mark.browser
NAME = "甲<b id=inj>粗</b>&lt;院"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The web over a town with a home whose name looks like markup."""
    scene = made(tmp_path_factory.mktemp("named"))
    more = {"kind": "elderly_care_home", "operator": "public", "opened_on": "2022-12-01", "address": "八一镇"}
    scene.record("odd", "facility.register", "2023-01-10", name=NAME, site_no="09", region="540402", **more)
    scene.services.views.catch_up()
    yield from serving(scene)


def test_a_name_that_looks_like_markup_is_text_in_the_suggestions(chromium, base) -> None:
    """No element comes of it, it stands there letter by letter, and it can be chosen."""
    with opened(chromium, base, "desk") as window:
        sign_in(window, "nyingchi.regulator")
        window.goto("/boards/stays?lang=zh")
        window.locator("#home").press_sequentially("甲")
        option = window.locator("#home__listbox .autocomplete__option").filter(has_text=NAME).first
        option.wait_for()

        assert window.locator("#inj").count() == 0
        option.click()
        window.wait_for_function("name => document.querySelector('#home').value.startsWith(name)", arg=NAME)
        assert window.locator("#inj").count() == 0
